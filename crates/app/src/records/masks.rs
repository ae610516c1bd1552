//! Masks that come back as they were shown mean "unchanged".

use std::borrow::Cow;

use kernel::{Datum, Field, Id, Kind, Raw, RowData, Value};

/// What was sent, with masks that came back as they were shown taken for "unchanged": `None` for a
/// whole field, the old value for a column of a child row.
pub(super) fn unmasked<'r>(
    field: &Field,
    was: Option<&Datum>,
    raw: &'r Raw,
) -> Option<Cow<'r, Raw>> {
    match (&field.kind, was, raw) {
        (_, Some(Datum::One(value)), Raw::Text(text)) if field.personal => {
            (!is_mask(field, value, text)).then_some(Cow::Borrowed(raw))
        }
        (Kind::Rows { fields, .. }, Some(Datum::Rows(rows)), Raw::Many(many))
            if fields.iter().any(|f| f.personal) =>
        {
            let many = many
                .iter()
                .map(|raw| unmasked_row(fields, rows, raw))
                .collect();
            Some(Cow::Owned(Raw::Many(many)))
        }
        _ => Some(Cow::Borrowed(raw)),
    }
}

fn unmasked_row(fields: &[Field], rows: &[RowData], raw: &Raw) -> Raw {
    let Raw::Map(pairs) = raw else {
        return raw.clone();
    };
    let id = pairs.iter().find_map(|(key, raw)| match raw {
        Raw::Text(text) if key == "id" => text.parse::<Id>().ok(),
        _ => None,
    });
    let Some(row) = rows.iter().find(|row| row.id.is_some() && row.id == id) else {
        return raw.clone();
    };
    let mut pairs = pairs.clone();
    for (column, value) in fields.iter().zip(&row.values).filter(|(c, _)| c.personal) {
        let sent = pairs.iter_mut().find(|(key, _)| *key == column.name);
        match sent {
            Some((_, Raw::Text(text))) if is_mask(column, value, text) => *text = value.to_string(),
            // A column that was not sent at all is not known to whoever sends it.
            None if *value != Value::Null => {
                pairs.push((column.name.clone(), Raw::Text(value.to_string())));
            }
            _ => {}
        }
    }
    Raw::Map(pairs)
}

fn is_mask(field: &Field, value: &Value, text: &str) -> bool {
    let mask = kernel::masked(field, value);
    mask.contains('*') && text.trim() == mask
}
