//! The facts of a record in few lines: what somebody looks at before he acts on it.

use app::{RecordView, Seen};
use catalogue::{Column, FieldIx, Register};
use kernel::Datum;

use crate::pages::shows::Reading;
use crate::ui::description::Pair;

/// Lines at one record; its own page shows the rest.
const FACTS_MAX: usize = 8;
/// Shorter texts, such as yes and no, are the same by chance.
const SAME_CHARS: usize = 4;

/// What its lists and its form put first, as far as it is filled in and no personal matter.
pub fn facts(reading: &Reading, def: &Register, record: &RecordView) -> Vec<Pair<'static>> {
    let lang = reading.visit.lang();
    let mut told: Vec<(&str, String)> = Vec::new();
    for ix in order(def) {
        let (field, seen) = (def.get(ix), record.field(ix));
        let Some(seen) = seen.filter(|seen| !field.sealed() && !seen.is_empty()) else {
            continue;
        };
        if matches!(seen, Seen::Plain(Datum::Rows(_) | Datum::Files(_))) {
            continue;
        }
        let text = match record.told(ix) {
            Some(told) => told.to_owned(),
            None => reading.text(field, seen),
        };
        // A computed field often says what was chosen once more.
        let is_told = told.iter().any(|(_, known)| *known == text);
        if text.chars().count() >= SAME_CHARS && is_told {
            continue;
        }
        told.push((field.label.get(lang), text));
        if told.len() == FACTS_MAX {
            break;
        }
    }
    let pair = |(label, text): (&str, String)| Pair::text(label.to_owned(), &text);
    told.into_iter().map(pair).collect()
}

/// Fields as lists and form order them; what names the record stands above them already.
fn order(def: &Register) -> Vec<FieldIx> {
    let named: Vec<FieldIx> = (def.shown.names())
        .filter_map(|(name, _)| def.field(name))
        .collect();
    let of_lists = def.lists.iter().flat_map(|list| &list.columns);
    let of_lists = of_lists.filter_map(|column| match column {
        Column::Field(ix) => Some(*ix),
        _ => None,
    });
    let of_form = def
        .form
        .iter()
        .flat_map(|section| section.fields.iter().copied());
    let mut order: Vec<FieldIx> = Vec::new();
    for ix in of_lists.chain(of_form) {
        if !named.contains(&ix) && !order.contains(&ix) {
            order.push(ix);
        }
    }
    order
}
