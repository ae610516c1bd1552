//! XLSX read and written: kinds of cells, sheets, dates, codes.

use std::borrow::Cow;
use std::io::Write;

use rust_xlsxwriter::{ExcelDateTime, Format as Shape, Formula, Workbook};
use tables::{Cell, FlawKind, Format, Options, Sink, xlsx_writer};
use zip::write::SimpleFileOptions;

use crate::{Out, cells_of, given, rows_of};

/// A workbook of one sheet with the rows given as XML.
pub fn sheet_xml_book(rows: &str) -> Vec<u8> {
    const HEAD: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>";
    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const RELS: &str = "http://schemas.openxmlformats.org/package/2006/relationships";
    const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let parts = [
        (
            "_rels/.rels",
            format!(
                "<Relationships xmlns=\"{RELS}\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets><sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            format!(
                "<Relationships xmlns=\"{RELS}\"><Relationship Id=\"rId1\" Type=\"{OFFICE}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
        ),
        (
            "xl/worksheets/sheet1.xml",
            format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>"),
        ),
    ];
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, content) in parts {
        zip.start_file(name, SimpleFileOptions::default())
            .expect("memory");
        zip.write_all(HEAD.as_bytes())
            .and_then(|()| zip.write_all(content.as_bytes()))
            .expect("memory");
    }
    zip.finish().expect("memory").into_inner()
}

#[test]
fn cells_come_out_as_a_person_sees_them() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let shape = |shape: &str| Shape::new().set_num_format(shape);
    let date = ExcelDateTime::from_ymd(2024, 2, 29).expect("a date");
    let names = [
        "整数", "大数", "小数", "日期", "时间", "真", "公式", "补零", "文字", "时长",
    ];
    for (column, name) in (0..).zip(names) {
        sheet.write_string(0, column, name).expect("a cell");
    }
    sheet.write_number(1, 0, 350_102.0).expect("a cell");
    sheet
        .write_number(1, 1, 1.10105199001011e17)
        .expect("a cell");
    sheet.write_number(1, 2, 0.1 + 0.2).expect("a cell");
    sheet
        .write_datetime_with_format(1, 3, &date, &shape("yyyy\"年\"m\"月\"d\"日\""))
        .expect("a cell");
    let moment = date.clone().and_hms(8, 5, 9).expect("a moment");
    sheet
        .write_datetime_with_format(1, 4, &moment, &shape("yyyy/m/d h:mm"))
        .expect("a cell");
    sheet.write_boolean(1, 5, true).expect("a cell");
    sheet
        .write_formula(1, 6, Formula::new("=1+2").set_result("3"))
        .expect("a cell");
    sheet
        .write_number_with_format(1, 7, 42.0, &shape("000000"))
        .expect("a cell");
    sheet
        .write_string(1, 8, "=1+1 _x000D_ & <b>")
        .expect("a cell");
    sheet
        .write_datetime_with_format(
            1,
            9,
            ExcelDateTime::from_serial_datetime(1.25).expect("a span"),
            &shape("[h]:mm:ss"),
        )
        .expect("a cell");
    // An empty row, a row with a gap and one cell too many, and rows of nothing but form.
    sheet.write_number(3, 2, -1.5).expect("a cell");
    sheet.write_string(3, 10, "多").expect("a cell");
    for row in 4..50 {
        sheet
            .write_blank(row, 0, &Shape::new().set_bold())
            .expect("a cell");
    }
    let reader = given(book.save_to_buffer().expect("a book"))
        .open()
        .expect("a table");
    assert_eq!(reader.format(), Format::Xlsx);
    assert_eq!(reader.header(), names);
    let rows = rows_of(reader).expect("rows");
    assert_eq!(rows.len(), 2);
    assert_eq!(
        rows[0].cells,
        [
            "350102",
            "110105199001011000",
            "0.3",
            "2024-02-29",
            "2024-02-29 08:05:09",
            "TRUE",
            "3",
            "000042",
            "=1+1 _x000D_ & <b>",
            "30:00:00"
        ]
    );
    assert_eq!(
        rows[0]
            .flaws
            .iter()
            .map(|f| (f.kind, f.cell))
            .collect::<Vec<_>>(),
        [(FlawKind::DigitsLost, 1)]
    );
    assert_eq!((rows[1].line, rows[1].cells.len()), (4, 11));
    assert_eq!(
        (rows[1].cells[2].as_str(), rows[1].cells[10].as_str()),
        ("-1.5", "多")
    );
}

#[test]
fn errors_and_iso_dates_are_words() {
    let rows = "<row><c t=\"str\"><v>a</v></c><c t=\"inlineStr\"><is><r><t>b</t></r><r><t>c</t></r></is></c></row>\
                <row><c t=\"e\"><v>#N/A</v></c><c t=\"d\"><v>2024-02-29T00:00:00</v></c></row>";
    let reader = given(sheet_xml_book(rows)).open().expect("a table");
    assert_eq!(reader.header(), ["a", "bc"]);
    let rows = rows_of(reader).expect("rows");
    assert_eq!(rows[0].cells, ["#N/A", "2024-02-29"]);
    assert_eq!(rows[0].flaws[0].kind, FlawKind::FormulaError);
    assert_eq!(rows[0].flaws[0].to_string(), "第 2 行第 1 列的公式出错");
}

#[test]
fn hidden_sheets_are_passed_over_unless_named() {
    let mut book = Workbook::new();
    let hidden = book
        .add_worksheet()
        .set_name("暗")
        .expect("a name")
        .set_hidden(true);
    hidden.write_string(0, 0, "秘").expect("a cell");
    book.add_worksheet()
        .set_name("明")
        .expect("a name")
        .set_active(true)
        .write_string(0, 0, "显")
        .expect("a cell");
    let file = given(book.save_to_buffer().expect("a book"));
    assert_eq!(file.open().expect("a table").header(), ["显"]);
    let named = |name: &str| Options {
        sheet: Some(name.into()),
        ..Options::default()
    };
    assert_eq!(
        file.open_with(&named("暗")).expect("a table").header(),
        ["秘"]
    );
    assert_eq!(
        file.refusal_with(&named("无")),
        "没有名为“无”的工作表，可用的有：暗、明"
    );
}

#[test]
fn merged_headers_and_many_rows_are_fine() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet
        .merge_range(0, 0, 0, 1, "地址", &Shape::new())
        .expect("a range");
    sheet.write_string(0, 2, "名称").expect("a cell");
    for row in 1..=1_500 {
        sheet.write_number(row, 2, row).expect("a cell");
    }
    let mut reader = given(book.save_to_buffer().expect("a book"))
        .open()
        .expect("a table");
    assert_eq!(reader.header(), ["地址", "", "名称"]);
    let (mut row, mut count, mut last) = (tables::Row::default(), 0, 0);
    while reader.next_row(&mut row).expect("a row") {
        count += 1;
        assert_eq!(
            (row.line, row.cells[2].as_str()),
            (count + 1, count.to_string().as_str())
        );
        assert!(reader.position() >= last && reader.position() <= reader.size());
        last = reader.position();
    }
    assert_eq!((count, reader.position()), (1_500, reader.size()));
}

#[test]
fn a_reader_may_be_dropped_half_way() {
    let rows: String = (1..=20_000)
        .map(|r| format!("<row r=\"{r}\"><c r=\"A{r}\" t=\"str\"><v>x{r}</v></c></row>"))
        .collect();
    let mut reader = given(sheet_xml_book(&rows)).open().expect("a table");
    assert!(reader.next_row(&mut tables::Row::default()).expect("a row"));
    drop(reader);
}

#[test]
fn what_is_written_stays_what_it_is() {
    let out = Out::default();
    let mut writer = Box::new(
        xlsx_writer(
            out.clone(),
            "设备/电梯",
            &["代码", "文字", "数", "金额", "日期", "时刻", "是否"],
        )
        .expect("a book"),
    );
    let code = |code: &'static str| Cell::Code(Cow::Borrowed(code));
    let row = [
        code("011010519900101123"),
        Cell::text("=cmd|'/c calc'!A1"),
        Cell::Int(i64::MAX),
        Cell::Decimal("1234.50"),
        Cell::Date {
            year: 2024,
            month: 2,
            day: 29,
        },
        Cell::Moment {
            year: 2024,
            month: 2,
            day: 29,
            hour: 8,
            minute: 5,
            second: 9,
        },
        Cell::Bool(true),
    ];
    writer.write_row(&row).expect("a row");
    writer
        .write_row(&[
            code("=1"),
            Cell::Empty,
            Cell::Int(-5),
            Cell::Decimal("12345678901234567.89"),
            Cell::Date {
                year: 1899,
                month: 1,
                day: 2,
            },
            Cell::Empty,
            Cell::Bool(false),
        ])
        .expect("a row");
    writer.finish().expect("a book");
    let bytes = out.bytes();
    let xml = part(&bytes, "xl/worksheets/sheet1.xml");
    assert!(!xml.contains("<f>"), "no formula");
    for wanted in [
        "<t>011010519900101123</t>",
        "<autoFilter ref=\"A1:G3\"",
        "state=\"frozen\"",
        "customWidth=\"1\"",
        "<v>1234.5</v>",
        "<v>45351</v>",
    ] {
        assert!(xml.contains(wanted), "{wanted} in {xml}");
    }
    let styles = part(&bytes, "xl/styles.xml");
    assert!(
        styles.contains("quotePrefix=\"1\"") && styles.contains("yyyy-mm-dd"),
        "{styles}"
    );
    assert!(part(&bytes, "xl/workbook.xml").contains("name=\"设备_电梯\""));
    let rows = cells_of(given(bytes).open().expect("a table"));
    assert_eq!(
        rows[0],
        [
            "011010519900101123",
            "=cmd|'/c calc'!A1",
            "9223372036854775807",
            "1234.5",
            "2024-02-29",
            "2024-02-29 08:05:09",
            "是"
        ]
    );
    assert_eq!(
        rows[1],
        [
            "=1",
            "",
            "-5",
            "12345678901234567.89",
            "1899-01-02",
            "",
            "否"
        ]
    );
}

fn part(book: &[u8], name: &str) -> String {
    let mut zip = zip::ZipArchive::new(std::io::Cursor::new(book)).expect("a zip");
    std::io::read_to_string(zip.by_name(name).expect("a part")).expect("text")
}
