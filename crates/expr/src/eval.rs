//! Evaluates a condition on one record with the three-valued logic of SQL.

use std::borrow::Cow;
use std::cmp::Ordering;

use jiff::civil::Date;

use crate::ast::{Arith, Compare};
use crate::day;
use crate::node::{Node, Shape};
use crate::num::Num;
use crate::scope::Env;
use crate::value::{Dec, Id, Moment, Point, Type, Value, pow10};

pub(crate) const DAY_US: i64 = 86_400_000_000;

/// A value on its way through a condition, borrowed from the record where it can be.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Datum<'e> {
    Null,
    Bool(bool),
    Number(Num),
    Text(Cow<'e, str>),
    Set(Cow<'e, [String]>),
    Date(Date),
    Moment(Moment),
    Id(Id),
    Point(Point),
}

impl Node {
    pub fn eval<'e>(&'e self, env: &'e dyn Env) -> Datum<'e> {
        match self {
            Node::Const(value) => literal(value),
            Node::Load(key, shape) => match env.value(*key) {
                Cow::Borrowed(value) => shape.take(value),
                Cow::Owned(value) => shape.take_owned(value),
            },
            Node::Param(index, shape) => shape.take_owned(env.param(*index)),
            Node::Today => Datum::Date(env.today()),
            Node::Now => Datum::Moment(env.now()),
            Node::And(parts) => connect(parts, env, false),
            Node::Or(parts) => connect(parts, env, true),
            Node::Not(inner) => match inner.eval(env) {
                Datum::Bool(yes) => Datum::Bool(!yes),
                _ => Datum::Null,
            },
            Node::Compare(compare, a, b) => match a.eval(env).order(&b.eval(env)) {
                Some(order) => Datum::Bool(compare.accepts(order)),
                None => Datum::Null,
            },
            Node::In(inner, list) => match inner.eval(env) {
                Datum::Null => Datum::Null,
                datum => Datum::Bool(
                    list.iter()
                        .any(|entry| datum.order(&literal(entry)) == Some(Ordering::Equal)),
                ),
            },
            Node::Empty(inner) => Datum::Bool(inner.eval(env) == Datum::Null),
            Node::Has(inner, entry) => match inner.eval(env) {
                Datum::Set(entries) => Datum::Bool(entries.iter().any(|one| one == entry)),
                _ => Datum::Null,
            },
            Node::Within(inner, prefix) => match inner.eval(env) {
                Datum::Text(text) => Datum::Bool(text.starts_with(prefix.as_str())),
                _ => Datum::Null,
            },
            Node::Contains(inner, part) => match inner.eval(env) {
                Datum::Text(text) => Datum::Bool(text.contains(part.as_str())),
                _ => Datum::Null,
            },
            Node::Scale(inner, places) => match inner.eval(env) {
                Datum::Number(number) => {
                    Datum::number(number.arith(Arith::Mul, Num::Whole(pow10(*places))))
                }
                _ => Datum::Null,
            },
            Node::Real(inner, places) => match inner.eval(env) {
                Datum::Number(number) => {
                    Datum::Number(Num::Real(number.real() / pow10(*places) as f64))
                }
                _ => Datum::Null,
            },
            Node::Round(inner, places) => match inner.eval(env) {
                Datum::Number(number) => {
                    Datum::Number(Num::Real(number.real() * pow10(*places) as f64).round())
                }
                _ => Datum::Null,
            },
            Node::Arith(arith, a, b) => match (a.eval(env), b.eval(env)) {
                (Datum::Number(a), Datum::Number(b)) => Datum::number(a.arith(*arith, b)),
                _ => Datum::Null,
            },
            Node::Step(from, count, unit) => match (from.eval(env), count.eval(env)) {
                (Datum::Date(from), Datum::Number(Num::Whole(count))) => {
                    Datum::Date(day::step(from, count, *unit))
                }
                _ => Datum::Null,
            },
            Node::Shift(from, count) => match (from.eval(env), count.eval(env)) {
                (Datum::Moment(from), Datum::Number(Num::Whole(count))) => {
                    Datum::Moment(Moment(from.0.saturating_add(count.saturating_mul(DAY_US))))
                }
                _ => Datum::Null,
            },
            Node::Days(later, earlier) => match (later.eval(env), earlier.eval(env)) {
                (Datum::Date(later), Datum::Date(earlier)) => {
                    Datum::Number(Num::Whole(day::days_between(earlier, later)))
                }
                _ => Datum::Null,
            },
        }
    }
}

/// `and` ends at the first false, `or` at the first true; else one NULL makes all NULL.
fn connect<'e>(parts: &'e [Node], env: &'e dyn Env, decisive: bool) -> Datum<'e> {
    let mut unknown = false;
    for part in parts {
        match part.eval(env) {
            Datum::Bool(yes) if yes == decisive => return Datum::Bool(decisive),
            Datum::Bool(_) => {}
            _ => unknown = true,
        }
    }
    if unknown {
        Datum::Null
    } else {
        Datum::Bool(!decisive)
    }
}

/// A value of the condition itself, where numbers are mantissas already.
fn literal(value: &Value) -> Datum<'_> {
    match value {
        Value::Null => Datum::Null,
        Value::Bool(yes) => Datum::Bool(*yes),
        Value::Int(number) => Datum::Number(Num::Whole(*number)),
        Value::Dec(dec) => Datum::Number(Num::Whole(dec.mantissa)),
        Value::Text(text) => Datum::Text(Cow::Borrowed(text)),
        Value::Set(entries) if entries.is_empty() => Datum::Null,
        Value::Set(entries) => Datum::Set(Cow::Borrowed(entries)),
        Value::Date(date) => Datum::Date(*date),
        Value::Moment(moment) => Datum::Moment(*moment),
        Value::Id(id) => Datum::Id(*id),
        Value::Point(point) => Datum::Point(*point),
    }
}

impl Shape {
    /// A value of another class than declared is taken as no value.
    fn take(self, value: &Value) -> Datum<'_> {
        match (self, value) {
            (Shape::Number(_), Value::Int(number)) => Datum::Number(Num::Whole(*number)),
            (Shape::Number(places), Value::Dec(dec)) => match dec.rescale(places) {
                Some(dec) => Datum::Number(Num::Whole(dec.mantissa)),
                None => Datum::Null,
            },
            (Shape::Number(_), _) | (_, Value::Int(_) | Value::Dec(_)) => Datum::Null,
            (Shape::Bool, Value::Bool(_))
            | (Shape::Text, Value::Text(_))
            | (Shape::Set, Value::Set(_))
            | (Shape::Date, Value::Date(_))
            | (Shape::Moment, Value::Moment(_))
            | (Shape::Id, Value::Id(_))
            | (Shape::Point, Value::Point(_)) => literal(value),
            _ => Datum::Null,
        }
    }

    fn take_owned<'e>(self, value: Value) -> Datum<'e> {
        match (self, value) {
            (Shape::Text, Value::Text(text)) => Datum::Text(Cow::Owned(text)),
            (Shape::Set, Value::Set(entries)) if !entries.is_empty() => {
                Datum::Set(Cow::Owned(entries))
            }
            (Shape::Text | Shape::Set, _) => Datum::Null,
            // The rest borrows nothing.
            (shape, value) => match shape.take(&value) {
                Datum::Bool(yes) => Datum::Bool(yes),
                Datum::Number(number) => Datum::Number(number),
                Datum::Date(date) => Datum::Date(date),
                Datum::Moment(moment) => Datum::Moment(moment),
                Datum::Id(id) => Datum::Id(id),
                Datum::Point(point) => Datum::Point(point),
                Datum::Null | Datum::Text(_) | Datum::Set(_) => Datum::Null,
            },
        }
    }
}

impl Compare {
    fn accepts(self, order: Ordering) -> bool {
        match self {
            Compare::Eq => order.is_eq(),
            Compare::Ne => order.is_ne(),
            Compare::Lt => order.is_lt(),
            Compare::Le => order.is_le(),
            Compare::Gt => order.is_gt(),
            Compare::Ge => order.is_ge(),
        }
    }
}

impl<'e> Datum<'e> {
    fn number(number: Option<Num>) -> Datum<'e> {
        number.map_or(Datum::Null, Datum::Number)
    }

    pub fn is_true(&self) -> bool {
        matches!(self, Datum::Bool(true))
    }

    /// None where SQL says NULL. Text goes by its UTF-8 bytes, as in a database without collation.
    fn order(&self, other: &Datum<'_>) -> Option<Ordering> {
        match (self, other) {
            (Datum::Bool(a), Datum::Bool(b)) => Some(a.cmp(b)),
            (Datum::Number(a), Datum::Number(b)) => a.order(*b),
            (Datum::Text(a), Datum::Text(b)) => Some(a.as_bytes().cmp(b.as_bytes())),
            (Datum::Date(a), Datum::Date(b)) => Some(a.cmp(b)),
            (Datum::Moment(a), Datum::Moment(b)) => Some(a.cmp(b)),
            (Datum::Id(a), Datum::Id(b)) => Some(a.cmp(b)),
            _ => None,
        }
    }

    /// The value as its type says; a whole number that overflowed is no value.
    pub fn into_value(self, ty: &Type) -> Value {
        match self {
            Datum::Number(Num::Whole(number)) => match ty {
                Type::Decimal { scale } => Value::Dec(Dec {
                    mantissa: number,
                    scale: *scale,
                }),
                _ => Value::Int(number),
            },
            Datum::Null | Datum::Number(Num::Real(_)) => Value::Null,
            Datum::Bool(yes) => Value::Bool(yes),
            Datum::Text(text) => Value::Text(text.into_owned()),
            Datum::Set(entries) => Value::Set(entries.into_owned()),
            Datum::Date(date) => Value::Date(date),
            Datum::Moment(moment) => Value::Moment(moment),
            Datum::Id(id) => Value::Id(id),
            Datum::Point(point) => Value::Point(point),
        }
    }

    /// The same as a literal of a condition; none for a float, which no literal can be.
    pub fn into_literal(self) -> Option<Value> {
        match self {
            Datum::Number(Num::Real(_)) => None,
            datum => Some(datum.into_value(&Type::Int)),
        }
    }
}
