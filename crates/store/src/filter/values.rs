//! Values as SQLite takes them, and where a prefix ends.

use std::fmt::Write as _;

use expr::Value;
use rusqlite::types::Value as Cell;

use crate::layout::{Layout, Table};

/// A value of a condition as it is bound; numbers are mantissas already.
pub(super) fn bound(value: Value) -> Cell {
    match value {
        Value::Null => Cell::Null,
        Value::Bool(yes) => Cell::Integer(yes.into()),
        Value::Int(number) => Cell::Integer(number),
        Value::Dec(number) => Cell::Integer(number.mantissa),
        Value::Moment(moment) => Cell::Integer(moment.0),
        Value::Id(id) => Cell::Integer(id.0),
        Value::Text(text) => Cell::Text(text),
        Value::Set(entries) => Cell::Text(Value::set_to_stored(&entries)),
        other => Cell::Text(other.to_string()),
    }
}

/// The first text after all texts with this prefix; none if there is none.
pub(super) fn successor(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        // The gap of the surrogates holds no characters.
        let next = match last {
            '\u{D7FF}' => Some('\u{E000}'),
            other => char::from_u32(other as u32 + 1),
        };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

/// The kernel's word for the stored state.
pub(super) fn phase_sql(layout: &Layout, table: &Table) -> String {
    if !table.has_state {
        return "'open'".to_owned();
    }
    let mut sql = String::from("(CASE \"state\"");
    for state in &layout.register(table.register).states {
        // Names of states and phases are made of letters, digits and underscores.
        let _ = write!(sql, " WHEN '{}' THEN '{}'", state.name, state.phase.word());
    }
    sql.push_str(" ELSE 'open' END)");
    sql
}
