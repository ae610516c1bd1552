//! JSON straight from the columns.

use std::fmt::Write as _;

use expr::Id;
use rusqlite::types::{Value as Cell, ValueRef};

use super::LISTED;

pub(super) fn page(mut rows: rusqlite::Rows<'_>, limit: usize) -> anyhow::Result<String> {
    let names: Vec<String> = LISTED.split(", ").map(str::to_owned).collect();
    let mut out = String::with_capacity(24 * 1024);
    out.push_str("{\"items\":[");
    let mut count = 0;
    while let Some(row) = rows.next()? {
        count += 1;
        if count > limit {
            break;
        }
        if count > 1 {
            out.push(',');
        }
        object(&mut out, row, &names)?;
    }
    out.push_str("],\"next\":");
    out.push_str(if count > limit { "true}" } else { "null}" });
    Ok(out)
}

pub(super) fn object(
    out: &mut String,
    row: &rusqlite::Row<'_>,
    names: &[String],
) -> anyhow::Result<()> {
    out.push('{');
    for (at, name) in names.iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push('"');
        out.push_str(name);
        out.push_str("\":");
        match row.get_ref(at)? {
            ValueRef::Integer(number) if at == 0 => write!(out, "\"{}\"", Id(number))?,
            ValueRef::Integer(number) => write!(out, "{number}")?,
            ValueRef::Text(text) => quoted(out, std::str::from_utf8(text)?),
            _ => out.push_str("null"),
        }
    }
    out.push('}');
    Ok(())
}

pub(super) fn members<'a>(out: &mut String, cells: impl Iterator<Item = (&'a String, &'a Cell)>) {
    for (name, cell) in cells {
        if *cell == Cell::Null {
            continue;
        }
        if !out.ends_with('{') {
            out.push(',');
        }
        out.push('"');
        out.push_str(name);
        out.push_str("\":");
        match cell {
            Cell::Integer(number) => out.push_str(&number.to_string()),
            Cell::Text(text) => quoted(out, text),
            _ => out.push_str("null"),
        }
    }
}

pub(super) fn quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{0}'..='\u{1f}' => out.push(' '),
            c => out.push(c),
        }
    }
    out.push('"');
}
