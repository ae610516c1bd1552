//! The text of a row's cells as a rule reads it, before it becomes a value.

use std::borrow::Cow;

use speech::{Said, said};
use tables::Row;

use super::short;
use crate::import::mapping::{From, Other, Rule};

/// The text of the row's cells for a rule: joined, trimmed, stripped, empty where it means nothing.
pub(super) fn text_of<'r>(rule: &Rule, cells: &[usize], row: &'r Row) -> Cow<'r, str> {
    let cell = |ix: &usize| {
        let text = row.cells.get(*ix).map_or("", |text| text.trim());
        let text = stripped(rule, text);
        if rule.empty.iter().any(|nothing| nothing == text) {
            ""
        } else {
            text
        }
    };
    match &rule.from {
        From::Columns { join, .. } => {
            let parts: Vec<&str> = cells.iter().map(cell).collect();
            let several = cells.len() > 1;
            // A point needs both halves, words do not.
            let parts: Vec<&str> = match join.trim() {
                "," if several && parts.iter().any(|part| part.is_empty()) => Vec::new(),
                _ => parts.into_iter().filter(|part| !part.is_empty()).collect(),
            };
            Cow::Owned(parts.join(join))
        }
        _ => Cow::Borrowed(cells.first().map_or("", cell)),
    }
}

fn stripped<'t>(rule: &Rule, text: &'t str) -> &'t str {
    let mut text = text;
    loop {
        let before = text.len();
        for mark in rule.strip.iter().filter(|mark| !mark.is_empty()) {
            text = text.strip_suffix(mark.as_str()).unwrap_or(text);
            text = text.strip_prefix(mark.as_str()).unwrap_or(text);
        }
        text = text.trim();
        if text.len() == before {
            return text;
        }
    }
}

pub(super) enum Mapped<'t> {
    Text(Cow<'t, str>),
    Nothing,
    Refused(Said),
    Unknown,
}

/// The value map alone, for states.
pub(super) fn mapped<'t>(rule: &Rule, text: &'t str) -> Mapped<'t> {
    if let Some(why) = rule.refuse.get(text) {
        return Mapped::Refused(said!("“{}”：{}" / "“{}”: {}", short(text), why));
    }
    let Some(values) = rule.values.as_ref().filter(|_| !text.is_empty()) else {
        return Mapped::Text(Cow::Borrowed(text));
    };
    match (values.map.get(text), &values.other) {
        (Some((entry, _)), _) | (None, Other::Entry(entry, _)) => {
            Mapped::Text(Cow::Owned(entry.clone()))
        }
        (None, Other::Keep) => Mapped::Text(Cow::Borrowed(text)),
        (None, Other::Empty) => Mapped::Nothing,
        (None, Other::Refuse) => Mapped::Unknown,
    }
}
