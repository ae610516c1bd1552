//! The body of a history entry: which columns it set, and to what.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rusqlite::types::ValueRef;
use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use std::marker::PhantomData;

/// What a body may say about rows; other keys (event, reason, note, batch) are passed over.
#[derive(Deserialize)]
pub(crate) struct Body {
    pub(crate) set: Option<Pairs<Cell>>,
    #[serde(default)]
    pub(crate) was: Pairs<Cell>,
    #[serde(default)]
    pub(crate) gone: bool,
    #[serde(default)]
    pub(crate) rename: Pairs<String>,
    #[serde(default)]
    pub(crate) added: Pairs<Cell>,
}

/// A stored value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Blob(Vec<u8>),
}

impl Cell {
    pub(crate) fn equals(&self, stored: ValueRef<'_>) -> bool {
        match (self, stored) {
            (Self::Null, ValueRef::Null) => true,
            (Self::Int(own), ValueRef::Integer(stored)) => *own == stored,
            (Self::Real(own), ValueRef::Real(stored)) => *own == stored,
            // JSON writes 5.0 as 5 in some hands; a column of type REAL stores it as 5.0.
            (Self::Int(own), ValueRef::Real(stored)) => *own as f64 == stored,
            (Self::Text(own), ValueRef::Text(stored)) => own.as_bytes() == stored,
            (Self::Blob(own), ValueRef::Blob(stored)) => own == stored,
            _ => false,
        }
    }
}

impl<'de> Deserialize<'de> for Cell {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnyCell;

        impl<'de> Visitor<'de> for AnyCell {
            type Value = Cell;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("null, a number, a string or {\"$b\": base64}")
            }

            fn visit_unit<E>(self) -> Result<Cell, E> {
                Ok(Cell::Null)
            }

            fn visit_i64<E>(self, number: i64) -> Result<Cell, E> {
                Ok(Cell::Int(number))
            }

            fn visit_u64<E: serde::de::Error>(self, number: u64) -> Result<Cell, E> {
                i64::try_from(number)
                    .map(Cell::Int)
                    .map_err(|_| E::custom("number above 63 bits"))
            }

            fn visit_f64<E>(self, number: f64) -> Result<Cell, E> {
                Ok(Cell::Real(number))
            }

            fn visit_str<E>(self, text: &str) -> Result<Cell, E> {
                Ok(Cell::Text(text.to_owned()))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Cell, A::Error> {
                let Some(("$b", text)) = map.next_entry::<&str, String>()? else {
                    return Err(A::Error::custom("expected \"$b\""));
                };
                if map.next_key::<&str>()?.is_some() {
                    return Err(A::Error::custom("expected nothing after \"$b\""));
                }
                STANDARD
                    .decode(text)
                    .map(Cell::Blob)
                    .map_err(A::Error::custom)
            }
        }

        deserializer.deserialize_any(AnyCell)
    }
}

/// Members of a JSON object in their order.
pub(crate) struct Pairs<T>(pub(crate) Vec<(String, T)>);

impl<T> Default for Pairs<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Pairs<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Members<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
            type Value = Pairs<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object of columns")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs<T>, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }

        deserializer.deserialize_map(Members(PhantomData))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sort_of_value_is_read_exactly() {
        let body: Body = serde_json::from_str(
            r#"{"reason":{"x":[1,true]},"set":{"a":null,"b":-9223372036854775808,"c":9223372036854775807,"d":"甲\n","e":{"$b":"AP8="},"f":1.5}}"#,
        )
        .unwrap();
        let cells: Vec<Cell> = body.set.unwrap().0.into_iter().map(|(_, c)| c).collect();
        assert_eq!(
            cells,
            [
                Cell::Null,
                Cell::Int(i64::MIN),
                Cell::Int(i64::MAX),
                Cell::Text("甲\n".to_owned()),
                Cell::Blob(vec![0, 255]),
                Cell::Real(1.5),
            ]
        );
        assert!(!body.gone && body.was.0.is_empty());
    }

    #[test]
    fn values_of_different_sorts_are_never_equal() {
        assert!(Cell::Text("5".to_owned()).equals(ValueRef::Text(b"5")));
        assert!(!Cell::Text("5".to_owned()).equals(ValueRef::Integer(5)));
        assert!(!Cell::Text("5".to_owned()).equals(ValueRef::Blob(b"5")));
        assert!(!Cell::Null.equals(ValueRef::Text(b"")));
        assert!(Cell::Int(5).equals(ValueRef::Real(5.0)));
        assert!(!Cell::Int(5).equals(ValueRef::Integer(6)));
    }

    #[test]
    fn what_is_outside_the_format_is_refused() {
        for body in [
            r#"{"set":{"a":true}}"#,
            r#"{"set":{"a":[1]}}"#,
            r#"{"set":{"a":18446744073709551615}}"#,
            r#"{"set":{"a":{"$c":"AA=="}}}"#,
            r#"{"set":{"a":{"$b":"AA==","x":1}}}"#,
            r#"{"set":{"a":{"$b":"A"}}}"#,
            r#"{"set":5}"#,
            r#"{"set":{},"set":{}}"#,
            r#"{"gone":1}"#,
            "[]",
        ] {
            assert!(serde_json::from_str::<Body>(body).is_err(), "{body}");
        }
    }
}
