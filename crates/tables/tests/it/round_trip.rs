//! What is written and read again is the same, for any characters, in every format.

use std::borrow::Cow;

use proptest::prelude::*;
use tables::{Cell, Codes, CsvOptions, Encoding, Sink, csv_writer, xlsx_writer};

use crate::{Out, cells_of, given};

const WIDTH: usize = 3;

/// Cells in which every sign that means something somewhere is far more frequent than by chance.
fn any_text() -> impl Strategy<Value = String> {
    let special = prop::sample::select(vec![
        '"', ',', '\n', '\r', '\t', '\'', '=', '-', '+', '@', ' ', ';', '_', 'x', '0', '7',
        '\u{feff}', '\u{3000}', '＝', '<', '&', '\u{fffd}', '\u{fffe}', '\u{ffff}', '\u{85}',
        '\u{7f}',
    ]);
    let han = prop::char::range('一', '龥');
    let ext_b = prop::char::range('\u{20000}', '\u{2a6df}');
    let one = prop_oneof![4 => special, 2 => han, 1 => ext_b, 2 => any::<char>()];
    prop::collection::vec(one, 0..8)
        .prop_map(|chars| chars.into_iter().filter(|c| *c != '\0').collect())
}

fn any_rows() -> impl Strategy<Value = Vec<Vec<(bool, String)>>> {
    // Rows of nothing are passed over when read, and a file of one line needs a width.
    let row = prop::collection::vec((any::<bool>(), any_text()), WIDTH);
    let is_row = |row: &Vec<(bool, String)>| row.iter().any(|(_, text)| !text.is_empty());
    prop::collection::vec(row.prop_filter("something", is_row), 0..6)
}

fn cell(is_code: bool, text: &str) -> Cell<'_> {
    if is_code {
        Cell::Code(Cow::Borrowed(text))
    } else {
        Cell::Text(Cow::Borrowed(text))
    }
}

fn write_all(mut sink: Box<dyn Sink>, rows: &[Vec<(bool, String)>]) {
    for row in rows {
        let cells: Vec<Cell<'_>> = row
            .iter()
            .map(|(is_code, text)| cell(*is_code, text))
            .collect();
        sink.write_row(&cells).expect("a row");
    }
    sink.finish().expect("a file");
}

fn texts(rows: &[Vec<(bool, String)>]) -> Vec<Vec<String>> {
    rows.iter()
        .map(|row| row.iter().map(|(_, text)| text.clone()).collect())
        .collect()
}

fn through_csv(rows: &[Vec<(bool, String)>], options: CsvOptions) -> Vec<Vec<String>> {
    let out = Out::default();
    let writer = csv_writer(out.clone(), &["甲", "=乙", "丙,"], options).expect("a file");
    write_all(Box::new(writer), rows);
    let read = tables::Options {
        delimiter: Some(options.delimiter),
        ..Default::default()
    };
    let reader = given(out.bytes()).open_with(&read).expect("a table");
    assert_eq!(reader.header(), ["甲", "=乙", "丙,"]);
    cells_of(reader)
}

/// Whether GB18030 has a place for the character that gives the same character back.
fn can_be_gb18030(c: char) -> bool {
    let mut bytes = [0; 4];
    let text = c.encode_utf8(&mut bytes);
    let (encoded, _, has_lost) = encoding_rs::GB18030.encode(text);
    !has_lost && encoding_rs::GB18030.decode_without_bom_handling(&encoded).0 == *text
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn csv_utf8(rows in any_rows(), bom in any::<bool>(), is_marked in any::<bool>(), delimiter in prop::sample::select(vec![b',', b'\t', b';', b'|'])) {
        let codes = if is_marked { Codes::Marked } else { Codes::Plain };
        let options = CsvOptions { encoding: Encoding::Utf8, bom, delimiter, codes };
        prop_assert_eq!(through_csv(&rows, options), texts(&rows));
    }

    #[test]
    fn csv_other_encodings(rows in any_rows(), encoding in prop::sample::select(vec![Encoding::Gb18030, Encoding::Utf16Le, Encoding::Utf16Be])) {
        let is_whole = rows.iter().flatten().flat_map(|(_, text)| text.chars()).all(can_be_gb18030);
        prop_assume!(is_whole || encoding != Encoding::Gb18030);
        let options = CsvOptions { encoding, ..CsvOptions::for_people() };
        prop_assert_eq!(through_csv(&rows, options), texts(&rows));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn xlsx(rows in any_rows()) {
        let out = Out::default();
        write_all(Box::new(xlsx_writer(out.clone(), "表", &["甲", "乙", "丙"]).expect("a book")), &rows);
        prop_assert_eq!(cells_of(given(out.bytes()).open().expect("a table")), texts(&rows));
    }
}

#[test]
fn every_character_goes_through_gb18030() {
    let (chars, others): (Vec<char>, Vec<char>) =
        ('\u{1}'..=char::MAX).partition(|c| can_be_gb18030(*c));
    // Private characters only: those that the edition of 2022 gave a public place come back as
    // that public character, and U+E5E5 has no place.
    assert_eq!(others.len(), 19, "{others:x?}");
    assert!(
        others.iter().all(|c| ('\u{e000}'..='\u{f8ff}').contains(c)),
        "{others:?}"
    );
    let rows: Vec<Vec<(bool, String)>> = chars
        .chunks(100)
        .map(|chunk| {
            vec![
                (false, "x".into()),
                (false, chunk.iter().collect()),
                (true, "1".into()),
            ]
        })
        .collect();
    let options = CsvOptions {
        encoding: Encoding::Gb18030,
        bom: false,
        ..CsvOptions::for_people()
    };
    assert!(through_csv(&rows, options) == texts(&rows));
}

#[test]
fn a_character_without_a_place_in_gb18030_does_not_stop_the_file() {
    let rows = [vec![
        (false, "a\u{e5e5}b".to_owned()),
        (false, "c".into()),
        (false, "d".into()),
    ]];
    let options = CsvOptions {
        encoding: Encoding::Gb18030,
        ..CsvOptions::for_people()
    };
    assert_eq!(through_csv(&rows, options), [["a\u{fffd}b", "c", "d"]]);
}

#[test]
fn csv_for_people_and_for_programs() {
    let written = |options| {
        let out = Out::default();
        let mut writer =
            Box::new(csv_writer(out.clone(), &["代码", "名"], options).expect("a file"));
        let date = Cell::Date {
            year: 2024,
            month: 2,
            day: 9,
        };
        let moment = Cell::Moment {
            year: 2024,
            month: 2,
            day: 9,
            hour: 8,
            minute: 0,
            second: 7,
        };
        writer
            .write_row(&[
                Cell::code("0123"),
                Cell::text("=1+1"),
                Cell::Int(-5),
                Cell::Decimal("-0.50"),
                date,
                moment,
            ])
            .expect("a row");
        writer
            .write_row(&[
                Cell::code("350102"),
                Cell::text("a\"b,c"),
                Cell::Bool(true),
                Cell::Decimal("=2"),
                Cell::Empty,
            ])
            .expect("a row");
        writer.write_row(&[Cell::Empty]).expect("a row");
        writer.finish().expect("a file");
        String::from_utf8(out.bytes()).expect("text")
    };
    assert_eq!(
        written(CsvOptions::for_people()),
        "\u{feff}代码,名\r\n\t0123,'=1+1,-5,-0.50,2024-02-09,2024-02-09 08:00:07\r\n350102,\"a\"\"b,c\",是,'=2,\r\n\"\"\r\n"
    );
    assert_eq!(
        written(CsvOptions::for_programs()),
        "代码,名\r\n0123,'=1+1,-5,-0.50,2024-02-09,2024-02-09 08:00:07\r\n350102,\"a\"\"b,c\",是,'=2,\r\n\"\"\r\n"
    );
}
