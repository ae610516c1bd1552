//! Filters in memory, for records of the past that no table holds. Answers as SQL does: yes, no, or
//! unknown where a value is missing.

use std::borrow::Cow;

use catalogue::{FieldIx, Owner, Register};
use expr::{Constants, Env, Key, Moment, Value};
use jiff::civil::Date;
use kernel::{Datum, Record, Span};

use crate::query::Filter;
use crate::words;

/// Whether the filter is true of the record; neither false nor unknown is.
pub(crate) fn holds(filter: &Filter, register: &Register, record: &Record) -> bool {
    answer(filter, register, record) == Some(true)
}

fn answer(filter: &Filter, register: &Register, record: &Record) -> Option<bool> {
    let value = |field: &FieldIx| record.value(*field);
    match filter {
        Filter::All(parts) => all(parts.iter().map(|part| answer(part, register, record))),
        Filter::Any(parts) => all(parts
            .iter()
            .map(|part| answer(part, register, record).map(|yes| !yes)))
        .map(|none| !none),
        Filter::Not(part) => answer(part, register, record).map(|yes| !yes),
        Filter::Cond(condition) => match condition.eval(&Seen { register, record }) {
            Value::Bool(yes) => Some(yes),
            _ => None,
        },
        Filter::Is(field, Value::Null) | Filter::Empty(field) => {
            Some(record.data[field.0].is_empty())
        }
        Filter::Is(field, wanted) => known(value(field)).map(|value| value == wanted),
        Filter::In(_, wanted) if wanted.is_empty() => Some(false),
        Filter::In(field, wanted) => known(value(field)).map(|value| wanted.contains(value)),
        Filter::Between(field, from, to) => {
            let Some(value) = known(value(field)) else {
                return (from.is_none() && to.is_none()).then_some(false);
            };
            let from = from.as_ref().is_none_or(|from| order(from, value).is_le());
            let to = to.as_ref().is_none_or(|to| order(value, to).is_le());
            Some(from && to)
        }
        Filter::Prefix(field, prefix) => match value(field) {
            Value::Text(text) => Some(text.starts_with(prefix)),
            _ if prefix.is_empty() => Some(false),
            _ => None,
        },
        Filter::Contains(field, part) => match value(field) {
            Value::Text(text) => Some(text.contains(part)),
            Value::Set(entries) => Some(Value::set_to_stored(entries).contains(part)),
            _ => None,
        },
        Filter::Has(field, entry) => match value(field) {
            Value::Set(entries) => Some(entries.contains(entry)),
            _ => None,
        },
        Filter::States(states) if states.is_empty() || register.states.is_empty() => Some(false),
        Filter::States(states) => record.state.map(|state| states.contains(&state)),
        Filter::Span(span) => within(span, record),
        Filter::Ids(ids) => Some(ids.contains(&record.id)),
        Filter::Text(question) => Some(said(question, register, record)),
        Filter::Hash(field, normal) => {
            known(value(field)).map(|value| value.to_string() == *normal)
        }
        Filter::ChangedBetween(from, to) => Some(between(record.changed_at, from, to)),
        Filter::CreatedBetween(from, to) => Some(between(record.created_at, from, to)),
        Filter::CreatedBy(account) => Some(record.created_by == *account),
    }
}

/// Three-valued "and".
fn all(answers: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut whole = Some(true);
    for answer in answers {
        match answer {
            Some(false) => return Some(false),
            None => whole = None,
            Some(true) => {}
        }
    }
    whole
}

fn known(value: &Value) -> Option<&Value> {
    (!value.is_null()).then_some(value)
}

fn between(moment: Moment, from: &Option<Moment>, to: &Option<Moment>) -> bool {
    from.is_none_or(|from| from <= moment) && to.is_none_or(|to| moment <= to)
}

/// Order within a column; texts by bytes, as the database has them.
pub(crate) fn order(a: &Value, b: &Value) -> std::cmp::Ordering {
    match (a, b) {
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Dec(a), Value::Dec(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Set(a), Value::Set(b)) => Value::set_to_stored(a).cmp(&Value::set_to_stored(b)),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Moment(a), Value::Moment(b)) => a.cmp(b),
        (Value::Id(a), Value::Id(b)) => a.cmp(b),
        _ => std::cmp::Ordering::Equal,
    }
}

fn within(span: &Span, record: &Record) -> Option<bool> {
    match span {
        Span::All => Some(true),
        Span::Own(Owner::Itself, subject) => Some(record.id == *subject),
        Span::Own(Owner::Field(field), subject) => {
            known(record.value(*field)).map(|value| *value == Value::Id(*subject))
        }
        Span::Areas(_, areas) if areas.is_empty() => Some(false),
        Span::Areas(field, areas) => match record.value(*field) {
            Value::Text(code) => Some(
                areas
                    .iter()
                    .any(|area| code.starts_with(kernel::area_prefix(area))),
            ),
            _ => None,
        },
    }
}

/// Every part of the question stands in a searched field. Names of ref targets are not looked into:
/// they are those of today, not of the past.
fn said(question: &str, register: &Register, record: &Record) -> bool {
    let mut text = String::new();
    for (field, def) in register
        .all_fields()
        .filter(|(_, def)| def.search && !def.sealed())
    {
        if let Datum::One(value) = &record.data[field.0]
            && !value.is_null()
            && !matches!(def.kind, catalogue::Kind::Ref { .. })
        {
            words::write(&value.to_string(), &mut text);
            words::boundary(&mut text);
        }
    }
    let text = format!(" {text}");
    let phrases = words::phrases(question);
    !phrases.is_empty()
        && phrases.iter().all(|phrase| {
            let (words, open) = match phrase.strip_suffix(" *") {
                Some(words) => (words, true),
                None => (phrase.as_str(), false),
            };
            let words = words.trim_matches('"');
            let end = if open { "" } else { " " };
            text.contains(&format!(" {words}{end}"))
        })
}

/// A record as a folded condition sees it: constants are in it already.
struct Seen<'a> {
    register: &'a Register,
    record: &'a Record,
}

impl Constants for Seen<'_> {
    fn param(&self, _: usize) -> Value {
        Value::Null
    }

    fn today(&self) -> Date {
        Date::ZERO
    }

    fn now(&self) -> Moment {
        Moment(0)
    }
}

impl Env for Seen<'_> {
    fn value(&self, key: Key) -> Cow<'_, Value> {
        let record = self.record;
        Cow::Owned(match key {
            Key::Field(ix) => return Cow::Borrowed(record.value(FieldIx(ix))),
            Key::State => record.state.map_or(Value::Null, |ix| {
                Value::Text(self.register.states[ix.0].name.clone())
            }),
            Key::Phase => Value::Text(record.phase(self.register).word().to_owned()),
            Key::Id => Value::Id(record.id),
            Key::Version => Value::Int(record.version),
            Key::CreatedAt => Value::Moment(record.created_at),
            Key::CreatedBy => Value::Id(record.created_by),
            Key::ChangedAt => Value::Moment(record.changed_at),
            Key::ChangedBy => Value::Id(record.changed_by),
            Key::Param(_) | Key::Virtual(_) => Value::Null,
        })
    }
}
