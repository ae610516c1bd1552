//! CSV read: encodings, delimiters, lines, ragged rows, odd places.

use tables::{Encoding, FlawKind, Format, Options, Row};

use crate::{cells_of, gb18030, given, gz, rows_of};

#[test]
fn every_encoding_reads_the_same() {
    let text = "名称,代码\r\n电梯𠀀𪚥㐀,0123\r\n";
    let utf16 = |to: fn(u16) -> [u8; 2]| {
        "\u{feff}"
            .chars()
            .chain(text.chars())
            .collect::<String>()
            .encode_utf16()
            .flat_map(to)
            .collect()
    };
    let files: [(Vec<u8>, Encoding); 7] = [
        (text.into(), Encoding::Utf8),
        (format!("\u{feff}{text}").into(), Encoding::Utf8),
        (gb18030(text), Encoding::Gb18030),
        (gb18030(&format!("\u{feff}{text}")), Encoding::Gb18030),
        (utf16(u16::to_le_bytes), Encoding::Utf16Le),
        (utf16(u16::to_be_bytes), Encoding::Utf16Be),
        (gz(&gb18030(text)), Encoding::Gb18030),
    ];
    for (bytes, encoding) in files {
        let reader = given(bytes).open().expect("a table");
        assert_eq!(reader.format(), Format::Csv);
        assert_eq!(reader.encoding(), encoding);
        assert_eq!(reader.header(), ["名称", "代码"], "{encoding:?}");
        assert_eq!(cells_of(reader), [["电梯𠀀𪚥㐀", "0123"]], "{encoding:?}");
    }
}

#[test]
fn chinese_after_a_megabyte_of_ascii_is_read_right() {
    let mut text = "code,name\n".to_owned();
    while text.len() < 3 << 20 {
        text.push_str("0123456789,lift\n");
    }
    text.push_str("1,电梯\n2,c\n");
    for bytes in [
        gb18030(&text),
        text.clone().into_bytes(),
        gz(&gb18030(&text)),
    ] {
        let rows = cells_of(given(bytes).open().expect("a table"));
        assert_eq!(rows[rows.len() - 2], ["1", "电梯"]);
    }
}

#[test]
fn a_trail_byte_that_looks_like_a_delimiter_is_none() {
    // 倈 is 82 7C in GB18030, and 7C alone is |.
    let text = "甲|乙\n倈倈|偁\n";
    assert!(gb18030(text).iter().filter(|b| **b == b'|').count() > 2);
    let reader = given(gb18030(text)).open().expect("a table");
    assert_eq!(reader.delimiter(), b'|');
    assert_eq!(cells_of(reader), [["倈倈", "偁"]]);
}

#[test]
fn a_row_has_its_line_and_the_number_that_a_spreadsheet_gives_it() {
    let text = "a,b\n\"1\n2\",x\n\n3,\"y\r\nz\"\n4,v\n";
    let reader = given(text).open().expect("a table");
    let rows = rows_of(reader).expect("rows");
    let places: Vec<_> = rows.iter().map(|row| (row.line, row.number)).collect();
    assert_eq!(places, [(2, 2), (5, 4), (7, 5)]);
}

#[test]
fn ragged_rows_are_given_as_they_are_with_their_lines() {
    let reader = given("a,b\n\n1\n1,2,3,\r\n,,\n\"x\ny\",2\n,z")
        .open()
        .expect("a table");
    let rows = rows_of(reader).expect("rows");
    let seen: Vec<(u64, Vec<&str>)> = rows
        .iter()
        .map(|row| (row.line, row.cells.iter().map(String::as_str).collect()))
        .collect();
    assert_eq!(
        seen,
        [
            (3, vec!["1"]),
            (4, vec!["1", "2", "3", ""]),
            (6, vec!["x\ny", "2"]),
            (8, vec!["", "z"]),
        ]
    );
}

#[test]
fn the_row_buffer_carries_nothing_over() {
    let mut reader = given("a,b,c\n'=1,\"x\"y,3\n4\n5,6\n")
        .open()
        .expect("a table");
    let mut row = Row::default();
    assert!(reader.next_row(&mut row).expect("a row"));
    assert_eq!(
        (row.cells.len(), row.flaws.len(), row.raw(0).as_ref()),
        (3, 1, "'=1")
    );
    assert!(reader.next_row(&mut row).expect("a row"));
    assert_eq!(
        (row.cells.as_slice(), row.flaws.len()),
        (&["4".to_owned()][..], 0)
    );
    assert!(reader.next_row(&mut row).expect("a row"));
    assert_eq!(row.cells, ["5", "6"]);
    assert_eq!(row.raw(0), "5");
    assert!(!reader.next_row(&mut row).expect("the end"));
    assert!(!reader.next_row(&mut row).expect("still the end"));
}

#[test]
fn invalid_bytes_are_told_with_their_place() {
    let mut bytes = "名称,地址\n"
        .repeat(30)
        .replacen("名称,地址\n", "名称,地址\n好,好\n", 1)
        .into_bytes();
    bytes.extend_from_slice(b"a,\"b\nc\xff\xfed\",e\nf,g\n");
    let rows = rows_of(given(bytes).open().expect("a table")).expect("rows");
    let row = &rows[rows.len() - 2];
    assert_eq!(row.cells, ["a", "b\nc\u{fffd}\u{fffd}d", "e"]);
    let places: Vec<_> = row
        .flaws
        .iter()
        .map(|f| (f.kind, f.line, f.column, f.cell))
        .collect();
    let line = row.line + 1;
    assert_eq!(
        places,
        [
            (FlawKind::InvalidBytes, line, 2, 1),
            (FlawKind::InvalidBytes, line, 3, 1)
        ]
    );
    assert_eq!(
        row.flaws[0].to_string(),
        format!("第 {line} 行第 2 个字符是无法识别的字节")
    );
    assert!(rows[rows.len() - 1].flaws.is_empty());
    // A replacement character that was in the file is no flaw.
    let rows = rows_of(given("a\n\u{fffd}\n").open().expect("a table")).expect("rows");
    assert!(rows[0].flaws.is_empty());
}

#[test]
fn invalid_gb18030_is_told_too() {
    let mut bytes = gb18030("名称,地址\n电梯,福州\n");
    bytes.extend_from_slice(b"ok,\xff\n");
    let rows = rows_of(given(bytes).open().expect("a table")).expect("rows");
    assert_eq!(rows[1].cells, ["ok", "\u{fffd}"]);
    assert_eq!(
        (
            rows[1].flaws[0].line,
            rows[1].flaws[0].column,
            rows[1].flaws[0].cell
        ),
        (3, 4, 1)
    );
}

#[test]
fn invalid_bytes_are_found_in_every_block() {
    let mut bytes = b"name,place\n".to_vec();
    bytes.extend_from_slice("电梯电梯电梯,福州福州\n".repeat(20_000).as_bytes());
    let bad_lines = [2u64, 9_000, 20_001];
    let start = 11;
    let length = "电梯电梯电梯,福州福州\n".len();
    for line in bad_lines {
        bytes[start + (line as usize - 2) * length] = 0xff;
    }
    let rows = rows_of(given(bytes).open().expect("a table")).expect("rows");
    let flawed: Vec<u64> = rows
        .iter()
        .filter(|row| !row.flaws.is_empty())
        .map(|row| row.line)
        .collect();
    assert_eq!(flawed, bad_lines);
}

#[test]
fn nul_and_stray_quotes_are_told() {
    let rows = rows_of(
        given(format!("a,b\nx\0y,z\n\"p\"q,r\n{}", "1,2\n".repeat(20)))
            .open()
            .expect("a table"),
    )
    .expect("rows");
    assert_eq!(rows[0].cells, ["x\u{fffd}y", "z"]);
    assert_eq!(
        (rows[0].flaws[0].kind, rows[0].flaws[0].column),
        (FlawKind::Nul, 2)
    );
    assert_eq!(rows[1].cells, ["pq", "r"]);
    assert_eq!(rows[1].flaws[0].kind, FlawKind::TextAfterQuote);
}

#[test]
fn header_names_are_trimmed_and_may_be_missing() {
    let reader = given("\n 名称 ,,地址,\n1,2,3\n").open().expect("a table");
    assert_eq!(reader.header(), ["名称", "", "地址"]);
    assert_eq!(reader.header_line(), 2);
    let reader = given("名称,地址\n")
        .open()
        .expect("only a header is a table");
    assert!(rows_of(reader).expect("no rows").is_empty());
}

#[test]
fn the_caller_may_know_better() {
    let options = Options {
        delimiter: Some(b';'),
        encoding: Some(Encoding::Gb18030),
        ..Options::default()
    };
    let reader = given(gb18030("甲,乙;丙\n1,2;3\n"))
        .open_with(&options)
        .expect("a table");
    assert_eq!(reader.header(), ["甲,乙", "丙"]);
    assert_eq!(cells_of(reader), [["1,2", "3"]]);
}

#[test]
fn the_position_reaches_the_size() {
    let bytes = gz("甲,乙\n1,2\n".repeat(50_000).as_bytes());
    let size = bytes.len() as u64;
    let mut reader = given(bytes).open().expect("a table");
    assert_eq!(reader.size(), size);
    let mut row = Row::default();
    let mut last = 0;
    while reader.next_row(&mut row).expect("a row") {
        assert!(reader.position() >= last);
        last = reader.position();
    }
    assert_eq!(reader.position(), size);
}
