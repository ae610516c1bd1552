//! Every kind of bad file is refused with a sentence that says what, where and what to do.

use std::io::Write;

use tables::{Encoding, Format, Limits, Options};
use zip::write::SimpleFileOptions;

use crate::xlsx::sheet_xml_book;
use crate::{given, gz};

#[test]
fn files_that_are_no_tables() {
    let cfb = |name: &str| {
        let mut bytes = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec();
        bytes.resize((64 << 10) - 5, 7);
        bytes.extend(name.encode_utf16().flat_map(u16::to_le_bytes));
        bytes.resize(100 << 10, 0);
        bytes
    };
    let files: [(Vec<u8>, &str); 13] = [
        (vec![], "文件是空的"),
        (b"\n\r\n,,\n".to_vec(), "文件是空的"),
        (b"\xef\xbb\xbf".to_vec(), "文件是空的"),
        (gz(b""), "文件是空的"),
        (cfb("EncryptedPackage"), "密码"),
        (cfb("Workbook"), "旧式 .xls"),
        (b"%PDF-1.7".to_vec(), "PDF"),
        (b"\x89PNG\r\n\x1a\n".to_vec(), "图片"),
        (b"  <HTML><table>".to_vec(), "网页"),
        (b"<?xml version=\"1.0\"?>".to_vec(), "XML"),
        (gz(b"PK\x03\x04abcdefgh"), "压缩包里的压缩包"),
        (b"a,b\0\0\0\0\0\0\0\0\x01\x02".to_vec(), "二进制"),
        (b"PK\x03\x04 and then nothing".to_vec(), "已损坏"),
    ];
    for (bytes, wanted) in files {
        let sentence = given(&bytes).refusal();
        assert!(
            sentence.contains(wanted),
            "{sentence} does not say {wanted}"
        );
    }
    let dir = tempfile::tempdir().expect("a directory");
    let error = tables::Reader::open(dir.path(), &Options::default())
        .err()
        .expect("a directory is no file");
    assert!(error.to_string().contains("不是普通文件"), "{error}");
    let error = tables::Reader::open(&dir.path().join("none"), &Options::default())
        .err()
        .expect("no file");
    assert!(error.to_string().contains("打不开文件"), "{error}");
}

#[test]
fn headers_that_are_none() {
    assert_eq!(
        given("350102,2024-01-01,3.5\n1,2,3\n").refusal(),
        "没有表头：第 1 行应当是列名，却像是数据，请在它上面加一行列名"
    );
    assert_eq!(
        given("名称,地址, 名称 ,电话,地址\n").refusal(),
        "表头有重复的列名：“名称”（第 1、3 列）、“地址”（第 2、5 列），请改成不同的名字"
    );
}

#[test]
fn an_open_quote_names_its_line() {
    let sentence = given("a,b\n1,2\n3,\"4\n5,6\n").refusal();
    assert_eq!(
        sentence,
        "第 3 行开始的引号一直没有闭合，请补上或去掉这个引号"
    );
    let mut text = "a,b\n\"x\ny\",\"oh\n".to_owned();
    text.push_str(&"1,2\n".repeat(2 << 20));
    let sentence = given(text).refusal();
    assert!(
        sentence.contains("第 3 行开始的带引号单元格超过 1048576 字节"),
        "{sentence}"
    );
}

#[test]
fn limits_are_kept() {
    let tight = |limits| Options {
        limits,
        ..Options::default()
    };
    let limits = Limits {
        field_bytes: 10,
        row_bytes: 30,
        columns: 4,
        ..Limits::default()
    };
    let options = tight(limits);
    let files = [
        (
            "a,b\n1,2\n3,12345678901\n",
            "第 3 行有一个单元格超过 10 字节",
        ),
        (
            "a,b\n1,\"12345678901\"\n",
            "第 2 行有一个单元格超过 10 字节",
        ),
        (
            "a,b\n1234567890,1234567890,1234567890\n",
            "第 2 行超过 30 字节",
        ),
        ("a,b\n1,2,3,4,5\n", "第 2 行超过 4 列"),
    ];
    for (text, wanted) in files {
        let sentence = given(text).refusal_with(&options);
        assert!(
            sentence.contains(wanted),
            "{sentence} does not say {wanted}"
        );
    }
    assert_eq!(
        crate::cells_of(
            given("a,b\n1,2,3,4\n")
                .open_with(&options)
                .expect("a table")
        ),
        [["1", "2", "3", "4"]]
    );

    let bomb = gz(&b"a,b\n1,2\n".repeat(1 << 20));
    let options = tight(Limits {
        gz_bytes: 1 << 20,
        ..Limits::default()
    });
    assert!(
        given(&bomb)
            .refusal_with(&options)
            .contains("解压后的字节数超过上限（1048576）")
    );
    let options = Options {
        encoding: Some(Encoding::Utf8),
        ..options
    };
    assert!(
        given(&bomb)
            .refusal_with(&options)
            .contains("解压后的字节数超过上限（1048576）")
    );
}

#[test]
fn a_gz_file_cut_short_is_refused() {
    let whole = gz(&"甲,乙\n1,2\n".repeat(10_000).into_bytes());
    let sentence = given(&whole[..whole.len() / 2]).refusal();
    assert!(sentence.contains("可能已损坏或未传完"), "{sentence}");
}

#[test]
fn formats_that_differ_are_refused() {
    let csv = given("a,b\n");
    let options = Options {
        format: Some(Format::Xlsx),
        ..Options::default()
    };
    assert!(csv.refusal_with(&options).contains("指定按 XLSX 读"));
    let book = given(sheet_xml_book(
        "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a</v></c></row>",
    ));
    let options = Options {
        format: Some(Format::Csv),
        ..Options::default()
    };
    assert!(book.refusal_with(&options).contains("指定按 CSV 读"));
}

#[test]
fn zips_that_are_no_workbooks() {
    let zip = |name: &str, encrypt: bool| {
        let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
        zip.start_file(name, SimpleFileOptions::default())
            .expect("memory");
        zip.write_all(b"hello").expect("memory");
        let mut bytes = zip.finish().expect("memory").into_inner();
        if encrypt {
            // The general purpose flag of the local and of the central header.
            bytes[6] |= 1;
            let central = bytes
                .windows(4)
                .position(|w| w == b"PK\x01\x02")
                .expect("a directory");
            bytes[central + 8] |= 1;
        }
        bytes
    };
    for (bytes, wanted) in [
        (zip("readme.txt", false), "压缩包"),
        (zip("content.xml", false), "ODS"),
        (zip("xl/workbook.bin", false), "XLSB"),
        (zip("xl/workbook.xml", true), "密码"),
        (zip("xl/workbook.xml", false), "已损坏"),
    ] {
        let sentence = given(&bytes).refusal();
        assert!(
            sentence.contains(wanted),
            "{sentence} does not say {wanted}"
        );
    }
}

#[test]
fn workbooks_that_unpack_to_too_much() {
    let rows: String = (1..=20_000)
        .map(|r| format!("<row r=\"{r}\"><c r=\"A{r}\" t=\"str\"><v>text {r}</v></c></row>"))
        .collect();
    let book = given(sheet_xml_book(&rows));
    let tight = |limits| Options {
        limits,
        ..Options::default()
    };
    let options = tight(Limits {
        xlsx_sheet_bytes: 100_000,
        ..Limits::default()
    });
    assert!(
        book.refusal_with(&options)
            .contains("解压后的字节数超过上限（100000）")
    );
    let options = tight(Limits {
        xlsx_cells: 19_999,
        ..Limits::default()
    });
    assert!(
        book.refusal_with(&options)
            .contains("单元格数超过上限（19999）")
    );
    assert_eq!(crate::cells_of(book.open().expect("a table")).len(), 19_999);
    let bomb = given(sheet_xml_book(&format!(
        "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>{}</v></c></row>",
        "a".repeat(40 << 20)
    )));
    assert!(
        bomb.refusal().contains("压缩倍数超过上限"),
        "{}",
        bomb.refusal()
    );
}

#[test]
fn a_workbook_cut_or_bent_is_refused() {
    let whole = sheet_xml_book("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a</v></c></row>");
    for end in (30..whole.len()).step_by(97) {
        let sentence = given(&whole[..end]).refusal();
        assert!(sentence.contains("已损坏"), "{sentence}");
    }
    let sentence = given(sheet_xml_book(
        "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>99</v></c></row>",
    ))
    .refusal();
    assert!(
        sentence.contains("已损坏") || sentence.contains("空"),
        "{sentence}"
    );
}

#[test]
fn a_text_under_the_name_of_a_workbook_is_told_as_one() {
    let text = b"name,code\nA,1\n";
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("names.xlsx");
    std::fs::write(&path, text).unwrap();
    let no = tables::Reader::open(&path, &Options::default()).err();
    let told = no.expect("refused").to_string();
    assert!(told.contains("内容却是文字，不是 XLSX 工作簿"), "{told}");
    // What it is called decides, not under which name it lies on the disk.
    let called = Options {
        called: Some("names.csv".to_owned()),
        ..Options::default()
    };
    assert!(tables::Reader::open(&path, &called).is_ok());
    let spooled = dir.path().join("0001");
    std::fs::write(&spooled, text).unwrap();
    let called = Options {
        called: Some("清单.XLSX".to_owned()),
        ..Options::default()
    };
    assert!(tables::Reader::open(&spooled, &called).is_err());
    // Half a workbook says so without the words of the library.
    let half = given(b"PK\x03\x04 and then nothing").refusal();
    assert!(
        half.contains("文件不完整") && !half.contains("EOCD"),
        "{half}"
    );
}
