//! Where a record lies that has no address of its own: at its enterprise, else where it was entered.

use kernel::{Situation, Value};

/// The division of the enterprise that was read; without one the value it had, or for a new record
/// the area of the unit of the person who enters it.
pub(crate) fn division_of(s: &Situation, read: &str) -> Value {
    let theirs = s.read(read).first().map(|record| s.of(record, "division"));
    match theirs {
        Some(Value::Text(code)) => Value::Text(code.clone()),
        _ => kept(s)
            .or_else(|| entered_at(s))
            .map_or(Value::Null, Value::Text),
    }
}

fn kept(s: &Situation) -> Option<String> {
    match s.before.map(|before| s.of(before, "division")) {
        Some(Value::Text(code)) => Some(code.clone()),
        _ => None,
    }
}

/// Areas are prefixes as long as their level: 33, 3301, 330109 or 330109113.
pub(crate) fn entered_at(s: &Situation) -> Option<String> {
    let area = s.actor.areas.first()?;
    Some(format!("{area:0<6}"))
}
