//! The flow of a register as one text, overlays included: running matters keep the text they began
//! with, known by its hash.

use std::fmt::Write;

use sm3::{Digest, Sm3};

use super::kept::is_kept;
use crate::texts::Texts;
use crate::tree::{Data, Node, Table};

/// The tables that say how a matter goes its way.
const TABLES: [&str; 3] = ["states", "actions", "clocks"];

/// TOML of the three tables in order of the text, one line a state, an action or a clock. Comments
/// and spaces of the file are no part of it, so that they do not make a new version of the flow.
pub(crate) fn written(texts: &Texts, file: &Table) -> String {
    let mut out = String::new();
    for name in TABLES {
        let Some(Data::Table(all)) = file.get(name).map(|node| &node.data) else {
            continue;
        };
        let _ = writeln!(out, "[{name}]");
        // States that only older matters know are no part of it.
        let own = all.entries.iter();
        for (name, entry) in own.filter(|(_, entry)| !is_kept(texts, entry.key)) {
            out.push_str(name);
            out.push_str(" = ");
            value(&mut out, &entry.value);
            out.push('\n');
        }
    }
    out
}

/// SM3 of the text.
pub(crate) fn hash(text: &str) -> [u8; 32] {
    Sm3::digest(text.as_bytes()).into()
}

fn value(out: &mut String, node: &Node) {
    match &node.data {
        Data::Text(written) => text(out, written),
        Data::Int(number) => drop(write!(out, "{number}")),
        Data::Float(number) => out.push_str(number),
        Data::Bool(flag) => drop(write!(out, "{flag}")),
        Data::Time(time) => drop(write!(out, "{time}")),
        Data::List(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { "" });
                value(out, item);
            }
            out.push(']');
        }
        Data::Table(table) => {
            out.push('{');
            for (at, (key, entry)) in table.entries.iter().enumerate() {
                out.push_str(if at > 0 { ", " } else { " " });
                out.push_str(key);
                out.push_str(" = ");
                value(out, &entry.value);
            }
            out.push_str(" }");
        }
    }
}

/// In single quotes where it can be, as conditions are written; else with escapes.
fn text(out: &mut String, text: &str) {
    if !text.contains(|c: char| c == '\'' || c.is_control()) {
        let _ = write!(out, "'{text}'");
        return;
    }
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            c if c.is_control() => drop(write!(out, "\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    out.push('"');
}
