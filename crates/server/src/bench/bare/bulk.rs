//! Import and export as plain loops.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write as _};
use std::path::Path;

use anyhow::anyhow;
use rusqlite::types::{Value as Cell, ValueRef};

use super::table::Columns;
use super::writer::{Writer, now};
use super::{FIRMS, IMPORT_ROWS, TABLE, open_reader, open_writer};

/// Columns that name a firm.
pub const FIRM_COLUMNS: [&str; 5] = ["maker", "user", "property_owner", "maintainer", "installer"];

/// Writes the rows of a CSV file whose header names columns; firms are looked up by their number.
pub fn import(dir: &Path, file: &Path) -> anyhow::Result<u64> {
    let mut writer = Writer::new(open_writer(dir)?)?;
    let mut csv = csv::Reader::from_reader(BufReader::new(File::open(file)?));
    let header = csv.headers()?.clone();
    let places: Vec<usize> = header
        .iter()
        .map(|name| writer.columns.at(name))
        .collect::<Result<_, _>>()?;
    let firm = format!("SELECT id FROM {FIRMS} WHERE uscc = ?");
    let is_firm: Vec<bool> = header
        .iter()
        .map(|name| FIRM_COLUMNS.contains(&name))
        .collect();
    let always = ["created_at", "created_by", "changed_at", "changed_by"];
    let always: Vec<usize> = always
        .iter()
        .map(|name| writer.columns.at(name))
        .collect::<Result<_, _>>()?;
    let mut record = csv::StringRecord::new();
    let (mut rows, mut first, mut hashes) = (0, writer.head.history, Vec::new());
    writer.conn.execute_batch("BEGIN IMMEDIATE")?;
    while csv.read_record(&mut record)? {
        let mut cells = vec![Cell::Null; writer.columns.names.len()];
        for at in &always {
            cells[*at] = Cell::Integer(now());
        }
        for ((text, at), is_firm) in record.iter().zip(&places).zip(&is_firm) {
            cells[*at] = match text {
                "" => Cell::Null,
                text if *is_firm => {
                    let mut statement = writer.conn.prepare_cached(&firm)?;
                    Cell::Integer(statement.query_row([text], |row| row.get(0))?)
                }
                "是" => Cell::Integer(1),
                "否" => Cell::Integer(0),
                text if writer.columns.whole[*at] => Cell::Integer(text.replace('.', "").parse()?),
                text => Cell::Text(text.to_owned()),
            };
        }
        hashes.push(writer.create(cells)?.1);
        rows += 1;
        if hashes.len() == IMPORT_ROWS {
            writer.leaf(first, &hashes)?;
            writer.finish()?;
            hashes.clear();
            first = writer.head.history;
            writer.conn.execute_batch("BEGIN IMMEDIATE")?;
        }
    }
    if !hashes.is_empty() {
        writer.leaf(first, &hashes)?;
    }
    writer.finish()?;
    Ok(rows)
}

/// Writes all rows and all columns as CSV.
pub fn export(dir: &Path, to: &Path) -> anyhow::Result<u64> {
    let conn = open_reader(dir)?;
    let columns = Columns::of(&conn)?;
    let mut csv = csv::Writer::from_writer(BufWriter::new(File::create(to)?));
    csv.write_record(&columns.names)?;
    let mut statement = conn.prepare(&format!(
        "SELECT {} FROM {TABLE} ORDER BY id",
        columns.list()
    ))?;
    let mut rows = statement.query([])?;
    let (mut count, mut number) = (0, String::new());
    while let Some(row) = rows.next()? {
        for at in 0..columns.names.len() {
            match row.get_ref(at)? {
                ValueRef::Text(text) => csv.write_field(text)?,
                ValueRef::Integer(value) => {
                    number.clear();
                    write!(number, "{value}")?;
                    csv.write_field(&number)?;
                }
                _ => csv.write_field("")?,
            }
        }
        csv.write_record(None::<&[u8]>)?;
        count += 1;
    }
    csv.into_inner()
        .map_err(|error| anyhow!("{error}"))?
        .flush()?;
    Ok(count)
}
