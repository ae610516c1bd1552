//! Refused rows come back as they were received, with a remark, and can be imported again.

use tables::{Cell, Encoding, Remarked, Row, Sink, xlsx_writer};

use crate::{Out, cells_of, gb18030, given, rows_of};

const COLUMN: &str = "导入说明";

fn copy(bytes: &[u8], remark: &str) -> Vec<u8> {
    let mut reader = given(bytes).open().expect("a table");
    let out = Out::default();
    let mut remarked = Remarked::new(&reader, out.clone(), COLUMN).expect("a copy");
    let mut row = Row::default();
    while reader.next_row(&mut row).expect("a row") {
        remarked.write(&row, remark).expect("a row");
    }
    remarked.finish().expect("a copy");
    out.bytes()
}

#[test]
fn csv_keeps_encoding_delimiter_and_ragged_rows() {
    let text = "名称;代码\r\n电梯𠀀;\t0123\r\n少\r\n多;2;3;\"四\n;4\"\r\n'=1;-5\r\n=1+1;'\r\n";
    let copied = copy(&gb18030(text), "第 2 列不对");
    let (shown, _) = encoding_rs::GB18030.decode_without_bom_handling(&copied);
    assert_eq!(
        shown,
        "导入说明;名称;代码\r\n第 2 列不对;电梯𠀀;\t0123\r\n第 2 列不对;少\r\n第 2 列不对;多;2;3;\"四\n;4\"\r\n第 2 列不对;'=1;-5\r\n第 2 列不对;'=1+1;'\r\n"
    );
    let reader = given(&copied).open().expect("a table");
    assert_eq!(
        (reader.encoding(), reader.delimiter()),
        (Encoding::Gb18030, b';')
    );
    let (again, first) = (
        cells_of(reader),
        cells_of(given(gb18030(text)).open().expect("a table")),
    );
    let without: Vec<Vec<String>> = again.into_iter().map(|row| row[1..].to_vec()).collect();
    assert_eq!(without, first);
}

#[test]
fn a_copy_of_a_copy_has_one_remark() {
    let once = copy("甲,乙\n1,2\n".as_bytes(), "=一");
    let twice = copy(&once, "二");
    assert_eq!(
        String::from_utf8(once).expect("text"),
        "\u{feff}导入说明,甲,乙\r\n'=一,1,2\r\n"
    );
    assert_eq!(
        String::from_utf8(twice).expect("text"),
        "\u{feff}导入说明,甲,乙\r\n二,1,2\r\n"
    );
}

#[test]
fn xlsx_gives_xlsx_with_kinds_kept() {
    let out = Out::default();
    let mut writer =
        Box::new(xlsx_writer(out.clone(), "表", &["代码", "数", "日期"]).expect("a book"));
    writer
        .write_row(&[
            Cell::code("0123"),
            Cell::Int(7),
            Cell::Date {
                year: 2024,
                month: 2,
                day: 29,
            },
        ])
        .expect("a row");
    writer
        .write_row(&[
            Cell::text("=1+1"),
            Cell::Decimal("1.5"),
            Cell::Empty,
            Cell::text("多"),
        ])
        .expect("a row");
    writer.finish().expect("a book");
    let once = copy(&out.bytes(), "不对");
    let twice = copy(&once, "仍不对");
    for (book, remark) in [(once, "不对"), (twice, "仍不对")] {
        let reader = given(book).open().expect("a table");
        assert_eq!(reader.header(), [COLUMN, "代码", "数", "日期"]);
        let rows = rows_of(reader).expect("rows");
        assert_eq!(rows[0].cells, [remark, "0123", "7", "2024-02-29"]);
        assert_eq!(rows[1].cells, [remark, "=1+1", "1.5", "", "多"]);
    }
}
