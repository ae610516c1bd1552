//! How fast rows are read and written. Run with
//! `cargo test --release -p tables -- --ignored --nocapture speed`.

use std::io::{Write, sink};
use std::time::Instant;

use tables::{Cell, CsvOptions, Encoding, Row, Sink, csv_writer, xlsx_writer};

use crate::{gb18030, given};

fn report(what: &str, rows: u64, since: Instant) -> f64 {
    let rate = rows as f64 / since.elapsed().as_secs_f64();
    let mut out = std::io::stdout();
    writeln!(out, "{what}: {rate:.0} rows/s").expect("a terminal");
    rate
}

#[test]
#[ignore = "a measurement, for a release build"]
fn speed_of_reading() {
    const ROWS: u64 = 300_000;
    let names: Vec<String> = (0..30).map(|n| format!("列{n}")).collect();
    let mut text = names.join(",") + "\r\n";
    for row in 0..ROWS {
        for column in 0..10 {
            text.push_str(&format!("福州市{column},\"{row}\",20240{column},"));
        }
        text.pop();
        text.push_str("\r\n");
    }
    for (what, bytes) in [
        ("read UTF-8", text.clone().into_bytes()),
        ("read GB18030", gb18030(&text)),
    ] {
        let file = given(bytes);
        let since = Instant::now();
        let mut reader = file.open().expect("a table");
        let (mut row, mut count) = (Row::default(), 0);
        while reader.next_row(&mut row).expect("a row") {
            count += 1;
            assert_eq!(row.cells.len(), 30);
        }
        assert_eq!(count, ROWS);
        assert!(report(what, ROWS, since) > 300_000.0);
    }
}

fn row(number: i64) -> Vec<Cell<'static>> {
    let mut cells = Vec::new();
    for _ in 0..4 {
        cells.extend([
            Cell::code("31103501022024000001"),
            Cell::text("福州市鼓楼区某某电梯有限公司"),
            Cell::Int(number),
            Cell::Date {
                year: 2024,
                month: 2,
                day: 29,
            },
            Cell::Decimal("1234.50"),
        ]);
    }
    cells
}

#[test]
#[ignore = "a measurement, for a release build"]
fn speed_of_writing() {
    const ROWS: i64 = 500_000;
    let names: Vec<String> = (0..20).map(|n| format!("列{n}")).collect();
    for encoding in [Encoding::Utf8, Encoding::Gb18030] {
        let since = Instant::now();
        let options = CsvOptions {
            encoding,
            ..CsvOptions::for_people()
        };
        let mut writer = Box::new(csv_writer(sink(), &names, options).expect("a file"));
        let cells = row(350_102);
        for _ in 0..ROWS {
            writer.write_row(&cells).expect("a row");
        }
        writer.finish().expect("a file");
        let rate = report(&format!("write {}", encoding.name()), ROWS as u64, since);
        assert!(encoding != Encoding::Utf8 || rate > 500_000.0);
    }
    let since = Instant::now();
    let mut writer = Box::new(xlsx_writer(sink(), "表", &names).expect("a book"));
    for number in 0..ROWS / 10 {
        writer.write_row(&row(number)).expect("a row");
    }
    writer.finish().expect("a book");
    report("write XLSX", ROWS as u64 / 10, since);
}
