//! Values a field can hold and the types that say which: the words every other room shares.

mod dec;
mod id;
mod moment;
mod point;
#[cfg(test)]
mod tests;

use std::fmt;

pub(crate) use dec::pow10;
pub use dec::{DECIMAL_PLACES_MAX, Dec};
pub use id::Id;
pub use moment::Moment;
pub use point::Point;

use jiff::civil::Date;
use speech::{Lang, Said, Speak, said};

/// A value of a field in memory. One variant per storage class, not per field type.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    Null,
    Bool(bool),
    /// Whole numbers; money in 分.
    Int(i64),
    /// Fixed point, at the field's declared scale.
    Dec(Dec),
    /// Text, code (normal form), choice entry, division code, phone, e-mail.
    Text(String),
    /// Several choices, sorted, without repeats; build with [`Value::set`].
    Set(Vec<String>),
    Date(Date),
    Moment(Moment),
    Id(Id),
    Point(Point),
}

/// What a symbol of the condition language is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Type {
    Bool,
    Int,
    Decimal {
        scale: u8,
    },
    /// Held in 分, written in conditions in 元: `fine >= 1000.50`.
    Money,
    Text,
    /// One entry of the list of this qualified name.
    Choice(String),
    /// Several entries of the list of this qualified name.
    Choices(String),
    Division,
    Date,
    Moment,
    Ref,
    Point,
    /// A number of months; only parameters and literals have it.
    Months,
    /// A number of days; only parameters and literals have it.
    Days,
    Null,
}

/// A text that is not the written form of a value.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", self.said().zh)]
pub struct ValueError {
    pub what: Said,
    pub text: String,
    pub help: Said,
}

impl ValueError {
    pub fn said(&self) -> Said {
        said!(
            "“{}”不是{}，{}" / "“{}” is not {}: {}",
            self.text,
            self.what,
            self.help
        )
    }
}

impl Value {
    /// Several choices in normal form: sorted, without repeats. No entry is no value.
    pub fn set<I, S>(entries: I) -> Value
    where
        I: IntoIterator<Item = S>,
        S: Into<String>,
    {
        let mut entries: Vec<String> = entries.into_iter().map(Into::into).collect();
        entries.sort();
        entries.dedup();
        if entries.is_empty() {
            Value::Null
        } else {
            Value::Set(entries)
        }
    }

    /// Reads the stored form `|a|b|` of several choices.
    pub fn set_from_stored(stored: &str) -> Value {
        Value::set(stored.split('|').filter(|entry| !entry.is_empty()))
    }

    /// The stored form `|a|b|` of several choices, so that one entry is found by its `|a|`.
    pub fn set_to_stored(entries: &[String]) -> String {
        let mut stored = String::from("|");
        for entry in entries {
            stored.push_str(entry);
            stored.push('|');
        }
        stored
    }

    /// No value, as a rule sees it: a set without entries is stored as NULL.
    pub fn is_null(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Set(entries) => entries.is_empty(),
            _ => false,
        }
    }
}

/// The plain written form, the same in files and messages; labels and units are the doors' work.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Value::Null => Ok(()),
            Value::Bool(yes) => write!(f, "{yes}"),
            Value::Int(number) => write!(f, "{number}"),
            Value::Dec(number) => write!(f, "{number}"),
            Value::Text(text) => f.write_str(text),
            Value::Set(entries) => f.write_str(&entries.join("|")),
            Value::Date(date) => write!(f, "{date}"),
            Value::Moment(moment) => write!(f, "{moment}"),
            Value::Id(id) => write!(f, "{id}"),
            Value::Point(point) => write!(f, "{point}"),
        }
    }
}

impl From<bool> for Value {
    fn from(yes: bool) -> Value {
        Value::Bool(yes)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Value {
        Value::Int(number)
    }
}

impl From<Dec> for Value {
    fn from(number: Dec) -> Value {
        Value::Dec(number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Value {
        Value::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Value {
        Value::Text(text)
    }
}

impl From<Date> for Value {
    fn from(date: Date) -> Value {
        Value::Date(date)
    }
}

impl From<Moment> for Value {
    fn from(moment: Moment) -> Value {
        Value::Moment(moment)
    }
}

impl From<Id> for Value {
    fn from(id: Id) -> Value {
        Value::Id(id)
    }
}

impl From<Point> for Value {
    fn from(point: Point) -> Value {
        Value::Point(point)
    }
}

impl<T: Into<Value>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Value {
        value.map_or(Value::Null, Into::into)
    }
}

/// The Chinese name, for messages.
impl Speak for Type {
    fn speak(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Type::Bool => said!("是否" / "yes or no"),
            Type::Int => said!("整数" / "a whole number"),
            Type::Decimal { .. } => said!("小数" / "a decimal"),
            Type::Money => said!("金额" / "a sum of money"),
            Type::Text => said!("文字" / "a text"),
            Type::Choice(_) => said!("选项" / "an option"),
            Type::Choices(_) => said!("多选" / "several options"),
            Type::Division => said!("区划" / "a division"),
            Type::Date => said!("日期" / "a date"),
            Type::Moment => said!("时刻" / "a moment"),
            Type::Ref => said!("引用" / "a reference"),
            Type::Point => said!("坐标" / "a place on the map"),
            Type::Months => said!("月数" / "a number of months"),
            Type::Days => said!("天数" / "a number of days"),
            Type::Null => said!("空值" / "no value"),
        };
        f.write_str(word.get(lang))
    }
}
