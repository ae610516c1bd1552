//! Between columns and values: how each storage class is written and read (`docs/ledger.md`).

use expr::{Dec, Id, Moment, Point, Value};
use jiff::civil::Date;
use rusqlite::types::{Value as Cell, ValueRef};

use crate::Error;
use crate::layout::Class;

/// The stored form of a value; of a point use [`point_cells`].
pub(crate) fn cell(class: Class, value: Value) -> Result<Cell, Error> {
    Ok(match (class, value) {
        (_, Value::Null) => Cell::Null,
        (Class::Set, Value::Set(entries)) if entries.is_empty() => Cell::Null,
        (Class::Set, Value::Set(entries)) => Cell::Text(Value::set_to_stored(&entries)),
        (Class::Bool, Value::Bool(yes)) => Cell::Integer(yes.into()),
        (Class::Int, Value::Int(number)) => Cell::Integer(number),
        (Class::Dec(scale), Value::Dec(number)) => match number.rescale(scale) {
            Some(number) => Cell::Integer(number.mantissa),
            None => return Err(unfit(class, &Value::Dec(number))),
        },
        (Class::Dec(scale), Value::Int(number)) => match Dec::new(number, 0).rescale(scale) {
            Some(number) => Cell::Integer(number.mantissa),
            None => return Err(unfit(class, &Value::Int(number))),
        },
        (Class::Text, Value::Text(text)) => Cell::Text(text),
        (Class::Date, Value::Date(date)) => Cell::Text(date.to_string()),
        (Class::Moment, Value::Moment(moment)) => Cell::Integer(moment.0),
        (Class::Id, Value::Id(id)) => Cell::Integer(id.0),
        (class, value) => return Err(unfit(class, &value)),
    })
}

fn unfit(class: Class, value: &Value) -> Error {
    Error::Question(format!(
        "a value of another kind where {class:?} is stored: {}",
        kind(value)
    ))
}

/// The kind of a value for messages; the value itself may be personal.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "yes or no",
        Value::Int(_) => "a whole number",
        Value::Dec(_) => "a decimal",
        Value::Text(_) => "text",
        Value::Set(_) => "several choices",
        Value::Date(_) => "a date",
        Value::Moment(_) => "a moment",
        Value::Id(_) => "an id",
        Value::Point(_) => "a place",
    }
}

/// Both cells of a point.
pub(crate) fn point_cells(value: &Value) -> Result<[Cell; 2], Error> {
    Ok(match value {
        Value::Null => [Cell::Null, Cell::Null],
        Value::Point(point) => [
            Cell::Integer(point.lat_e6.into()),
            Cell::Integer(point.lon_e6.into()),
        ],
        other => return Err(unfit(Class::Point, other)),
    })
}

/// Reads one cell; of a point use [`point`].
pub(crate) fn value(class: Class, cell: ValueRef<'_>) -> Result<Value, Error> {
    Ok(match (class, cell) {
        (_, ValueRef::Null) => Value::Null,
        (Class::Bool, ValueRef::Integer(number)) => Value::Bool(number != 0),
        (Class::Int, ValueRef::Integer(number)) => Value::Int(number),
        (Class::Dec(scale), ValueRef::Integer(mantissa)) => Value::Dec(Dec { mantissa, scale }),
        (Class::Moment, ValueRef::Integer(number)) => Value::Moment(Moment(number)),
        (Class::Id, ValueRef::Integer(number)) => Value::Id(Id(number)),
        (Class::Text, ValueRef::Text(text)) => Value::Text(utf8(text)?.to_owned()),
        (Class::Set, ValueRef::Text(text)) => Value::set_from_stored(utf8(text)?),
        (Class::Date, ValueRef::Text(text)) => match utf8(text)?.parse::<Date>() {
            Ok(date) => Value::Date(date),
            Err(_) => return Err(damaged(class)),
        },
        (class, _) => return Err(damaged(class)),
    })
}

pub(crate) fn point(lat: ValueRef<'_>, lon: ValueRef<'_>) -> Result<Value, Error> {
    match (lat, lon) {
        (ValueRef::Integer(lat), ValueRef::Integer(lon)) => Point::new(lat, lon)
            .map(Value::Point)
            .ok_or_else(|| damaged(Class::Point)),
        _ => Ok(Value::Null),
    }
}

pub(crate) fn utf8(text: &[u8]) -> Result<&str, Error> {
    std::str::from_utf8(text).map_err(|_| Error::Damaged("a text is not UTF-8".to_owned()))
}

fn damaged(class: Class) -> Error {
    Error::Damaged(format!("a cell does not hold {class:?}"))
}

/// The plain bytes that are sealed: the written form of the value.
pub(crate) fn sealed_text(class: Class, value: &Value) -> String {
    match (class, value) {
        (Class::Set, Value::Set(entries)) => Value::set_to_stored(entries),
        (Class::Moment, Value::Moment(moment)) => moment.0.to_string(),
        (_, Value::Bool(yes)) => i64::from(*yes).to_string(),
        (_, value) => value.to_string(),
    }
}

/// Reads what [`sealed_text`] wrote.
pub(crate) fn unsealed(class: Class, text: &str) -> Result<Value, Error> {
    let lost = || damaged(class);
    Ok(match class {
        Class::Bool => Value::Bool(text == "1"),
        Class::Int => Value::Int(text.parse().map_err(|_| lost())?),
        Class::Dec(scale) => {
            let number: Dec = text.parse().map_err(|_| lost())?;
            Value::Dec(number.rescale(scale).unwrap_or(number))
        }
        Class::Text => Value::Text(text.to_owned()),
        Class::Set => Value::set_from_stored(text),
        Class::Date => Value::Date(text.parse().map_err(|_| lost())?),
        Class::Moment => Value::Moment(Moment(text.parse().map_err(|_| lost())?)),
        Class::Id => Value::Id(text.parse().map_err(|_| lost())?),
        Class::Point => Value::Point(text.parse().map_err(|_| lost())?),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_class_is_read_back_plain_and_sealed() {
        let cases = [
            (Class::Bool, Value::Bool(true)),
            (Class::Bool, Value::Bool(false)),
            (Class::Int, Value::Int(i64::MIN)),
            (Class::Dec(2), Value::Dec(Dec::new(-125, 2))),
            (Class::Text, Value::Text("电梯|a".to_owned())),
            (Class::Set, Value::set(["b", "a"])),
            (Class::Date, Value::Date("2027-03-01".parse().unwrap())),
            (Class::Moment, Value::Moment(Moment(1_800_000_000_000_001))),
            (Class::Id, Value::Id(Id(i64::MAX))),
        ];
        for (class, original) in cases {
            let stored = cell(class, original.clone()).unwrap();
            assert_eq!(value(class, ValueRef::from(&stored)).unwrap(), original);
            assert_eq!(
                unsealed(class, &sealed_text(class, &original)).unwrap(),
                original
            );
        }
        let place = Value::Point(Point {
            lat_e6: -1,
            lon_e6: 117_120_100,
        });
        let [lat, lon] = point_cells(&place).unwrap();
        assert_eq!(
            point(ValueRef::from(&lat), ValueRef::from(&lon)).unwrap(),
            place
        );
        assert_eq!(
            unsealed(Class::Point, &sealed_text(Class::Point, &place)).unwrap(),
            place
        );
    }

    #[test]
    fn a_decimal_takes_the_scale_of_its_field_or_is_refused() {
        let number = Value::Dec(Dec::new(15, 1));
        assert_eq!(
            cell(Class::Dec(3), number.clone()).unwrap(),
            Cell::Integer(1500)
        );
        assert!(cell(Class::Dec(0), number).is_err());
        assert!(cell(Class::Text, Value::Int(1)).is_err());
    }
}
