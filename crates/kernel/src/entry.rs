//! Choice entries that may not be chosen now: those that belong under another value of the field
//! above, and those no longer offered. What stood there before stays.

use catalogue::{Entry, Field, FieldIx, Kind, Register, Verb};
use expr::Value;
use speech::said;

use crate::{Blame, Datum, Ground, Record, RowData};

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
            (Kind::Rows { fields, .. }, Datum::Rows(rows)) => {
                blames.extend(unfit_rows(ground, field, fields, (was, rows), verb));
                None
            }
            _ => None,
        };
        blames.extend(blame);
    }
    blames
}

/// Entries newly chosen in child rows that are offered no more; a row that had one keeps it.
fn unfit_rows(
    ground: &Ground,
    field: &Field,
    columns: &[Field],
    (was, rows): (Option<&Datum>, &[RowData]),
    verb: Verb,
) -> Vec<Blame> {
    let old: &[RowData] = match was {
        Some(Datum::Rows(old)) => old,
        _ => &[],
    };
    let mut blames = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let before = old.iter().find(|old| old.id.is_some() && old.id == row.id);
        for (n, column) in columns.iter().enumerate() {
            let Some(Value::Text(name)) = row.values.get(n) else {
                continue;
            };
            let new = before.is_none_or(|before| before.values.get(n) != row.values.get(n));
            let blame = retired(ground, column, name, new, verb);
            blames.extend(blame.map(|blame| Blame {
                pointer: format!("/{}/{at}/{}", field.name, column.name),
                ..blame
            }));
        }
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
    let message = said!(
        "“{}”的“{}”已不再使用，请另选" / "“{}”: “{}” is no longer used; please choose another",
        field.label,
        entry.label
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
    let message = said!(
        "“{}”的“{}”不属于{}“{}”，请重新选择"
            / "“{}”: “{}” does not belong to {} “{}”; please choose again",
        field.label,
        entry.label,
        above.label,
        shown
    );
    Some(Blame::at(&field.name, "choice", message))
}
