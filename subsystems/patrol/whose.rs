//! Whose matter it is, in whose area, of which day: known from what was chosen, asked once at most.

use kernel::{Datum, Record, Situation, Value, area_prefix};

/// The enterprise named; else the user of the device; else that of the paper it came from.
pub fn subject(s: &Situation) -> Value {
    if let named @ Value::Id(_) = s.value("entity") {
        return named.clone();
    }
    let of_device = first(s, "ref equipment").map(|device| s.of(device, "user").clone());
    let of_paper = ["ref instruction", "ref patrol", "ref town_check"]
        .into_iter()
        .filter_map(|read| first(s, read))
        .map(|paper| s.of(paper, "subject").clone());
    of_device
        .into_iter()
        .chain(of_paper)
        .find(|subject| *subject != Value::Null)
        .unwrap_or(Value::Null)
}

/// Where the device is, else where the paper was, else the enterprise; more exactly where the person
/// who entered it works, if that lies within.
pub fn division(s: &Situation) -> Value {
    let places = [
        "ref equipment",
        "ref instruction",
        "ref patrol",
        "ref town_check",
        "ref entity",
    ];
    let theirs = places
        .into_iter()
        .filter_map(|read| first(s, read))
        .find_map(|record| text(s.of(record, "division")));
    let mine = match s.before {
        Some(before) => text(s.of(before, "division")),
        None => crate::home::entered_at(s),
    };
    let code = match (theirs, mine) {
        (Some(theirs), Some(mine)) if mine.starts_with(area_prefix(&theirs)) => Some(mine),
        (theirs, mine) => theirs.or(mine),
    };
    code.map_or(Value::Null, Value::Text)
}

/// The day given, else the day on which it was entered.
pub fn day(s: &Situation) -> Value {
    let known = ["checked_on", "found_on"]
        .into_iter()
        .filter(|field| s.register.field(field).is_some())
        .find_map(|field| match s.before.map(|before| s.of(before, field)) {
            Some(Value::Date(day)) => Some(*day),
            _ => None,
        });
    Value::Date(s.date("day_given").or(known).unwrap_or(s.today))
}

/// The credit code that an instruction names (57号令 第23条).
pub fn uscc(s: &Situation) -> Value {
    first(s, "ref entity")
        .or_else(|| first(s, "ref subject"))
        .map_or(Value::Null, |firm| s.of(firm, "uscc").clone())
}

/// Name of the state of a record that was read.
pub fn state<'s>(s: &'s Situation, record: &Record) -> &'s str {
    let register = s.catalogue.at(record.register);
    record
        .state
        .map_or("", |state| register.states[state.0].name.as_str())
}

/// Whether a field of files holds any.
pub fn has_files(s: &Situation, field: &str) -> bool {
    let ix = s.register.field(field);
    ix.map(|ix| &s.record.data[ix.0])
        .is_some_and(|files: &Datum| !files.is_empty())
}

pub fn first<'s>(s: &'s Situation, read: &str) -> Option<&'s Record> {
    s.read(read).first()
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    }
}
