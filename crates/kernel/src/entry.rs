//! Choice entries that may not be chosen now: those that belong under another value of the field
//! above, and those no longer offered. What stood there before stays.

use catalogue::{Entry, Field, FieldIx, Kind, Register, Verb};
use expr::Value;

use crate::{Blame, Datum, Ground, Record};

/// Blames for entries newly chosen, or left behind when the field above changed.
pub(crate) fn unfit_entries(
    ground: &Ground,
    before: Option<&Record>,
    after: &Record,
    verb: Verb,
) -> Vec<Blame> {
    let def = ground.catalogue.at(after.register);
    let mut blames = Vec::new();
    for (ix, field) in def.all_fields().filter(|(_, field)| field.typed()) {
        let was = before.map(|record| &record.data[ix.0]);
        let blame = match (&field.kind, &after.data[ix.0]) {
            (Kind::Choice { under, .. }, Datum::One(Value::Text(name))) => {
                let new = was != Some(&after.data[ix.0]);
                retired(ground, field, name, new, verb)
                    .or_else(|| astray(ground, def, (before, after), (ix, field, name), *under))
            }
            (Kind::Choices { .. }, Datum::One(Value::Set(names))) => {
                names.iter().find_map(|name| {
                    let new =
                        !matches!(was, Some(Datum::One(Value::Set(old))) if old.contains(name));
                    retired(ground, field, name, new, verb)
                })
            }
            _ => None,
        };
        blames.extend(blame);
    }
    blames
}

fn entry<'g>(ground: &Ground<'g>, field: &Field, name: &str) -> Option<&'g Entry> {
    match &field.kind {
        Kind::Choice { list, .. } | Kind::Choices { list } => {
            ground.catalogue.choice(list).entries.get(name)
        }
        _ => None,
    }
}

/// Old tables may hold entries that are offered no more; people at a form may not choose them.
fn retired(ground: &Ground, field: &Field, name: &str, new: bool, verb: Verb) -> Option<Blame> {
    let entry = entry(ground, field, name)?;
    if !entry.retired || !new || verb == Verb::Import {
        return None;
    }
    let message = format!(
        "“{}”的“{}”已不再使用，请另选",
        field.label.zh, entry.label.zh
    );
    Some(Blame::at(&field.name, "retired", message))
}

/// An entry under another value of the field above.
fn astray(
    ground: &Ground,
    def: &Register,
    (before, after): (Option<&Record>, &Record),
    (ix, field, name): (FieldIx, &Field, &str),
    under: Option<FieldIx>,
) -> Option<Blame> {
    let above = under?;
    let touched = before
        .is_none_or(|b| b.data[ix.0] != after.data[ix.0] || b.data[above.0] != after.data[above.0]);
    let entry = entry(ground, field, name)?;
    let (Some(wanted), Value::Text(stands)) = (&entry.under, after.value(above)) else {
        return None;
    };
    if !touched || wanted == stands {
        return None;
    }
    let above = def.get(above);
    let shown = self::entry(ground, above, stands).map_or(stands.as_str(), |e| &e.label.zh);
    let message = format!(
        "“{}”的“{}”不属于{}“{shown}”，请重新选择",
        field.label.zh, entry.label.zh, above.label.zh
    );
    Some(Blame::at(&field.name, "choice", message))
}
