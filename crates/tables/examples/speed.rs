//! How fast rows are read and written: `cargo run --release -p tables --example speed`.

use std::io::{Write, sink, stdout};
use std::time::Instant;

use tables::{Cell, CsvOptions, Encoding, Options, Reader, Row, Sink, csv_writer, xlsx_writer};

const READ_ROWS: u64 = 300_000;
const WRITTEN_ROWS: i64 = 500_000;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    reading()?;
    writing()
}

fn reading() -> Result<(), Box<dyn std::error::Error>> {
    let names: Vec<String> = (0..30).map(|n| format!("列{n}")).collect();
    let mut text = names.join(",") + "\r\n";
    for row in 0..READ_ROWS {
        for column in 0..10 {
            text.push_str(&format!("福州市{column},\"{row}\",20240{column},"));
        }
        text.pop();
        text.push_str("\r\n");
    }
    let (gb18030, _, _) = encoding_rs::GB18030.encode(&text);
    let dir = tempfile::tempdir()?;
    for (what, bytes) in [("read UTF-8", text.as_bytes()), ("read GB18030", &gb18030)] {
        let path = dir.path().join("table");
        std::fs::write(&path, bytes)?;
        let since = Instant::now();
        let mut reader = Reader::open(&path, &Options::default())?;
        let (mut row, mut count) = (Row::default(), 0);
        while reader.next_row(&mut row)? {
            count += 1;
        }
        report(what, count, since)?;
    }
    Ok(())
}

fn writing() -> Result<(), Box<dyn std::error::Error>> {
    let names: Vec<String> = (0..20).map(|n| format!("列{n}")).collect();
    for encoding in [Encoding::Utf8, Encoding::Gb18030] {
        let since = Instant::now();
        let options = CsvOptions {
            encoding,
            ..CsvOptions::for_people()
        };
        let mut writer = Box::new(csv_writer(sink(), &names, options)?);
        let cells = row(350_102);
        for _ in 0..WRITTEN_ROWS {
            writer.write_row(&cells)?;
        }
        writer.finish()?;
        report(
            &format!("write {}", encoding.name()),
            WRITTEN_ROWS as u64,
            since,
        )?;
    }
    let since = Instant::now();
    let mut writer = Box::new(xlsx_writer(sink(), "表", &names)?);
    for number in 0..WRITTEN_ROWS / 10 {
        writer.write_row(&row(number))?;
    }
    writer.finish()?;
    report("write XLSX", WRITTEN_ROWS as u64 / 10, since)
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

fn report(what: &str, rows: u64, since: Instant) -> Result<(), Box<dyn std::error::Error>> {
    let rate = rows as f64 / since.elapsed().as_secs_f64();
    Ok(writeln!(stdout(), "{what}: {rate:.0} rows/s")?)
}
