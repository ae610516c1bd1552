//! Which boxes must be filled for the state in which the form leads: what checks of the definition and
//! the action that it stands for ask there, so that it is marked before anybody is refused.

use std::borrow::Cow;

use catalogue::{Check, Field, FieldIx, Kind};
use expr::{Constants, Env, Key};
use jiff::civil::Date;
use kernel::{Moment, Value};

use super::applies::Sight;

/// Whether an empty box alone breaks a check that holds once it is filled.
pub fn demanded(sight: &Sight, ix: FieldIx) -> bool {
    let asks = |check: &&Check| !check.warns && check.fields.contains(&ix);
    sight.def.checks.iter().filter(asks).any(|check| {
        let asked = check.when.as_ref().is_none_or(|when| when.holds(sight));
        let with = |empty: Option<FieldIx>| {
            let filled = check.fields.iter().filter(|one| Some(**one) != empty);
            Filled {
                sight,
                empty,
                filled: filled.copied().collect(),
            }
        };
        let broken = |with: &Filled| check.holds.eval(with) == Value::Bool(false);
        asked && broken(&with(Some(ix))) && check.holds.eval(&with(None)) == Value::Bool(true)
    })
}

/// The form with some boxes filled with anything, and one left empty.
struct Filled<'a> {
    sight: &'a Sight<'a>,
    empty: Option<FieldIx>,
    filled: Vec<FieldIx>,
}

impl Constants for Filled<'_> {
    fn param(&self, index: usize) -> Value {
        self.sight.param(index)
    }

    fn today(&self) -> Date {
        self.sight.today()
    }

    fn now(&self) -> Moment {
        self.sight.now
    }
}

impl Env for Filled<'_> {
    fn value(&self, key: Key) -> Cow<'_, Value> {
        match key {
            Key::Field(ix) if self.empty == Some(FieldIx(ix)) => Cow::Owned(Value::Null),
            Key::Field(ix) if self.filled.contains(&FieldIx(ix)) => {
                Cow::Owned(anything(self.sight.def.get(FieldIx(ix))))
            }
            key => self.sight.value(key),
        }
    }
}

/// Some value of the field's kind.
pub(super) fn anything(field: &Field) -> Value {
    match &field.kind {
        Kind::Bool => Value::Bool(true),
        Kind::Int { .. } | Kind::Money { .. } => Value::Int(1),
        Kind::Ref { .. } => Value::Id(kernel::Id(1)),
        Kind::Choices { .. } => Value::set(["?"]),
        Kind::Text { .. } | Kind::LongText { .. } | Kind::Code { .. } | Kind::Choice { .. } => {
            Value::Text("?".to_owned())
        }
        Kind::Phone | Kind::Email | Kind::Division { .. } => Value::Text("?".to_owned()),
        // Days, places and numbers with places are compared, not merely asked for.
        _ => Value::Null,
    }
}
