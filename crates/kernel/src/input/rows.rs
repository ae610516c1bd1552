//! Child rows: each column understood, what does not apply emptied, every fault at its row.

use std::borrow::Cow;

use catalogue::Field;
use expr::{Constants, Env, Id, Key, Moment, Value};
use jiff::civil::Date;
use speech::said;

use super::{Raw, World, one, short};
use crate::{Blame, Datum, Ground, RowData};

/// Blank rows that a form may send beside those that hold something.
const BLANK_ROWS_MAX: usize = 100;

pub(super) fn rows(
    ground: &Ground,
    world: &dyn World,
    field: &Field,
    fields: &[Field],
    max: usize,
    raw: &Raw,
) -> Result<Datum, Vec<Blame>> {
    let many = match raw {
        Raw::Null => return Ok(Datum::Rows(Vec::new())),
        Raw::Text(text) if text.trim().is_empty() => return Ok(Datum::Rows(Vec::new())),
        Raw::Many(many) => many,
        _ => {
            let message = said!("“{}”应是列表" / "“{}” is a list", field.label);
            return Err(vec![Blame::at(&field.name, "type", message)]);
        }
    };
    let mut rows = Vec::with_capacity(many.len().min(max));
    let mut blames = Vec::new();
    if many.len() > max + BLANK_ROWS_MAX {
        let message = said!(
            "“{}”最多 {max} 行" / "“{}” takes at most {max} rows",
            field.label
        );
        return Err(vec![Blame::at(&field.name, "length", message)]);
    }
    for (at, raw) in many.iter().enumerate() {
        let Raw::Map(pairs) = raw else {
            let place = format!("{}/{at}", field.name);
            blames.push(Blame::at(
                &place,
                "type",
                said!(
                    "“{}”第 {} 行读不懂" / "“{}”: row {} cannot be read",
                    field.label,
                    at + 1
                ),
            ));
            continue;
        };
        let row = row(ground, world, field, fields, (at, pairs), &mut blames);
        if row.values.iter().any(|v| *v != Value::Null) {
            rows.push(row);
        }
    }
    if rows.len() > max {
        let message = said!(
            "“{}”最多 {max} 行" / "“{}” takes at most {max} rows",
            field.label
        );
        blames.push(Blame::at(&field.name, "length", message));
    }
    if blames.is_empty() {
        Ok(Datum::Rows(rows))
    } else {
        Err(blames)
    }
}

fn row(
    ground: &Ground,
    world: &dyn World,
    field: &Field,
    fields: &[Field],
    (at, pairs): (usize, &[(String, Raw)]),
    blames: &mut Vec<Blame>,
) -> RowData {
    let mut values = Vec::with_capacity(fields.len());
    let id = pairs
        .iter()
        .find(|(key, _)| key == "id")
        .and_then(|(_, raw)| match raw {
            Raw::Text(text) => text.parse::<Id>().ok(),
            _ => None,
        });
    for (key, _) in pairs {
        if key != "id" && !fields.iter().any(|f| f.name == *key) {
            let place = format!("{}/{at}/{key}", field.name);
            blames.push(Blame::at(
                &place,
                "unknown",
                said!("没有“{}”这一栏" / "There is no column “{}”", short(key)),
            ));
        }
    }
    let started = blames.len();
    for column in fields {
        let raw = pairs
            .iter()
            .find(|(key, _)| *key == column.name)
            .map_or(&Raw::Null, |(_, r)| r);
        match one(ground, world, column, raw) {
            Ok(value) => values.push(value),
            Err((code, message)) => {
                let place = format!("{}/{at}/{}", field.name, column.name);
                blames.push(Blame::at(
                    &place,
                    code,
                    said!("第 {} 行{}" / "Row {}: {}", at + 1, message),
                ));
                values.push(Value::Null);
            }
        }
    }
    let blank = values.iter().all(|v| *v == Value::Null) && blames.len() == started;
    let applies = applying(ground, fields, &mut values);
    for (column, value) in fields.iter().zip(&values).filter(|_| !blank) {
        let place = format!("/{}/{at}/{}", field.name, column.name);
        let blamed = blames.iter().any(|b| b.pointer == place);
        let asked = column.required && applies.contains(&column.name);
        if asked && *value == Value::Null && !blamed {
            let message = said!(
                "第 {} 行请填写“{}”" / "Row {}: please fill in “{}”",
                at + 1,
                column.label
            );
            blames.push(Blame {
                pointer: place,
                code: "required",
                message,
            });
        }
    }
    RowData { id, values }
}

/// A child row as the conditions of its columns see it.
struct RowView<'a> {
    values: &'a [Value],
    today: Date,
    now: Moment,
}

impl Constants for RowView<'_> {
    fn param(&self, _: usize) -> Value {
        Value::Null
    }

    fn today(&self) -> Date {
        self.today
    }

    fn now(&self) -> Moment {
        self.now
    }
}

impl Env for RowView<'_> {
    fn value(&self, key: Key) -> Cow<'_, Value> {
        match key {
            Key::Field(ix) => self
                .values
                .get(ix)
                .map_or(Cow::Owned(Value::Null), Cow::Borrowed),
            _ => Cow::Owned(Value::Null),
        }
    }
}

/// Empties the columns of a row that do not apply; names those that do.
fn applying(ground: &Ground, fields: &[Field], values: &mut [Value]) -> Vec<String> {
    let mut applies = Vec::with_capacity(fields.len());
    for (at, column) in fields.iter().enumerate() {
        let (today, now) = (ground.today, ground.now);
        let view = RowView { values, today, now };
        if column.when.as_ref().is_none_or(|when| when.holds(&view)) {
            applies.push(column.name.clone());
        } else {
            values[at] = Value::Null;
        }
    }
    applies
}
