//! What surrounds a condition: the names it may use when checked, the values it sees when evaluated.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::value::{Moment, Type, Value};

/// Which value a name stands for. The rooms above give the numbers their meaning.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The record's own field, by its place in the definition.
    Field(usize),
    /// A parameter of the bureau: constant for one evaluation.
    Param(usize),
    /// A value the caller computes or joins, such as `user.name`.
    Virtual(usize),
    State,
    Phase,
    Id,
    Version,
    CreatedAt,
    CreatedBy,
    ChangedAt,
    ChangedBy,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Symbol {
    pub key: Key,
    pub ty: Type,
}

/// The names a condition may use.
pub trait Scope {
    fn lookup(&self, name: &str) -> Option<Symbol>;
    /// All names, for "did you mean".
    fn names(&self) -> Vec<String>;
    fn choice_has(&self, list: &str, entry: &str) -> bool;
    fn choice_names(&self, list: &str) -> Vec<String>;
}

/// What is the same for all records of one evaluation.
pub trait Constants {
    fn param(&self, index: usize) -> Value;
    /// The business date of the bureau, never the clock of a database.
    fn today(&self) -> Date;
    fn now(&self) -> Moment;
}

/// One record as a condition sees it.
pub trait Env: Constants {
    /// Never asked for [`Key::Param`].
    fn value(&self, key: Key) -> Cow<'_, Value>;
}

/// Constants as plain data.
#[derive(Clone, Debug, PartialEq)]
pub struct Fixed {
    pub params: Vec<Value>,
    pub today: Date,
    pub now: Moment,
}

impl Constants for Fixed {
    fn param(&self, index: usize) -> Value {
        self.params.get(index).cloned().unwrap_or(Value::Null)
    }

    fn today(&self) -> Date {
        self.today
    }

    fn now(&self) -> Moment {
        self.now
    }
}
