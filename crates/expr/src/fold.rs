//! Puts constants in and turns comparisons so that a bare column meets a literal, for the index.

use std::borrow::Cow;

use jiff::civil::Date;

use crate::ast::{Arith, Compare, Unit};
use crate::day::{self, DATE_MAX, DATE_MIN};
use crate::eval::DAY_US;
use crate::node::Node;
use crate::scope::{Constants, Env, Key};
use crate::value::{Moment, Value, pow10};

/// Beyond this a sum may overflow into a float, and sides are left where they are.
const TURN_MAX: i64 = 1 << 53;

/// Constants seen as a record without values.
struct Bare<'c>(&'c dyn Constants);

impl Constants for Bare<'_> {
    fn param(&self, index: usize) -> Value {
        self.0.param(index)
    }

    fn today(&self) -> Date {
        self.0.today()
    }

    fn now(&self) -> Moment {
        self.0.now()
    }
}

impl Env for Bare<'_> {
    fn value(&self, _: Key) -> Cow<'_, Value> {
        Cow::Owned(Value::Null)
    }
}

impl Node {
    pub fn fold(&self, constants: &dyn Constants) -> Node {
        let mut reads_record = false;
        self.visit(&mut |node| reads_record |= matches!(node, Node::Load(..)));
        if !reads_record && let Some(value) = self.eval(&Bare(constants)).into_literal() {
            return Node::Const(value);
        }
        let inside = |node: &Node| Box::new(node.fold(constants));
        match self {
            Node::And(parts) => connected(parts, constants, false, Node::And),
            Node::Or(parts) => connected(parts, constants, true, Node::Or),
            Node::Compare(compare, a, b) => turned(*compare, a.fold(constants), b.fold(constants)),
            Node::Not(a) => Node::Not(inside(a)),
            Node::In(a, list) => Node::In(inside(a), list.clone()),
            Node::Empty(a) => Node::Empty(inside(a)),
            Node::Has(a, entry) => Node::Has(inside(a), entry.clone()),
            Node::Within(a, prefix) => Node::Within(inside(a), prefix.clone()),
            Node::Contains(a, part) => Node::Contains(inside(a), part.clone()),
            Node::Scale(a, places) => a.fold(constants).scaled(*places),
            Node::Real(a, places) => Node::Real(inside(a), *places),
            Node::Round(a, places) => Node::Round(inside(a), *places),
            Node::Arith(arith, a, b) => {
                strict(inside(a), inside(b), |a, b| Node::Arith(*arith, a, b))
            }
            Node::Step(a, b, unit) => strict(inside(a), inside(b), |a, b| Node::Step(a, b, *unit)),
            Node::Shift(a, b) => strict(inside(a), inside(b), Node::Shift),
            Node::Days(a, b) => strict(inside(a), inside(b), Node::Days),
            // Constants were answered above, but for a float, which stays as it is.
            Node::Const(_) | Node::Load(..) | Node::Param(..) | Node::Today | Node::Now => {
                self.clone()
            }
        }
    }
}

/// NULL on one side makes NULL of the whole.
fn strict(a: Box<Node>, b: Box<Node>, whole: impl FnOnce(Box<Node>, Box<Node>) -> Node) -> Node {
    if *a == Node::Const(Value::Null) || *b == Node::Const(Value::Null) {
        return Node::Const(Value::Null);
    }
    whole(a, b)
}

fn connected(
    parts: &[Node],
    constants: &dyn Constants,
    decisive: bool,
    whole: fn(Vec<Node>) -> Node,
) -> Node {
    let mut kept = Vec::new();
    for part in parts {
        match part.fold(constants) {
            Node::Const(Value::Bool(yes)) if yes == decisive => {
                return Node::Const(Value::Bool(decisive));
            }
            Node::Const(Value::Bool(_)) => {}
            part => kept.push(part),
        }
    }
    match kept.len() {
        0 => Node::Const(Value::Bool(!decisive)),
        1 => kept.remove(0),
        _ => whole(kept),
    }
}

/// Moves all that is constant to the right side, as far as the answer stays the same for every
/// value of the column.
fn turned(compare: Compare, left: Node, right: Node) -> Node {
    let (mut compare, mut left, mut right) = match (left, right) {
        (Node::Const(value), right) => (compare.flipped(), right, value),
        (left, Node::Const(value)) => (compare, left, value),
        (left, right) => return Node::Compare(compare, Box::new(left), Box::new(right)),
    };
    if right == Value::Null {
        return Node::Const(Value::Null);
    }
    loop {
        match turn(compare, &left, &right) {
            Some((next, inner, value)) => (compare, left, right) = (next, inner.clone(), value),
            None => return Node::Compare(compare, Box::new(left), Box::new(Node::Const(right))),
        }
    }
}

/// One step of turning: the new comparison, the inner side, and the new constant.
fn turn<'n>(compare: Compare, left: &'n Node, right: &Value) -> Option<(Compare, &'n Node, Value)> {
    match (left, right) {
        _ if left.is_real() => None,
        (Node::Arith(arith, a, b), Value::Int(right)) => {
            let safe = |number: i64| (-TURN_MAX..=TURN_MAX).contains(&number).then_some(number);
            let right = safe(*right)?;
            match (arith, &**a, &**b) {
                (Arith::Add, inner, Node::Const(Value::Int(n)))
                | (Arith::Add, Node::Const(Value::Int(n)), inner) => {
                    Some((compare, inner, Value::Int(right - safe(*n)?)))
                }
                (Arith::Sub, inner, Node::Const(Value::Int(n))) => {
                    Some((compare, inner, Value::Int(right + safe(*n)?)))
                }
                (Arith::Sub, Node::Const(Value::Int(n)), inner) => {
                    Some((compare.flipped(), inner, Value::Int(safe(*n)? - right)))
                }
                _ => None,
            }
        }
        (Node::Scale(inner, places), Value::Int(right)) => {
            let unit = pow10(*places);
            let floor = right.div_euclid(unit);
            let exact = right.rem_euclid(unit) == 0;
            // 1.239 lies between two values of a column with two places: below 1.24 is up to 1.23.
            let compare = match compare {
                same if exact => same,
                Compare::Lt | Compare::Le => Compare::Le,
                Compare::Gt | Compare::Ge => Compare::Gt,
                Compare::Eq | Compare::Ne => return None,
            };
            Some((compare, inner, Value::Int(floor)))
        }
        (Node::Days(a, b), Value::Int(right)) => match (&**a, &**b) {
            (Node::Const(Value::Date(later)), earlier) => {
                let bound = inside_calendar(*later, right.checked_neg()?)?;
                Some((compare.flipped(), earlier, Value::Date(bound)))
            }
            (later, Node::Const(Value::Date(earlier))) => Some((
                compare,
                later,
                Value::Date(inside_calendar(*earlier, *right)?),
            )),
            _ => None,
        },
        (Node::Step(from, count, unit), Value::Date(right)) => {
            let Node::Const(Value::Int(count)) = **count else {
                return None;
            };
            if *unit == Unit::Days && DATE_MIN < *right && *right < DATE_MAX {
                let bound = inside_calendar(*right, count.checked_neg()?)?;
                return Some((compare, from, Value::Date(bound)));
            }
            // Months clamp, so several days may lead to one: ask for the last that fits.
            let (compare, bound) = match compare {
                Compare::Le => (Compare::Le, *right),
                Compare::Gt => (Compare::Gt, *right),
                Compare::Lt => (Compare::Le, inside_calendar(*right, -1)?),
                Compare::Ge => (Compare::Gt, inside_calendar(*right, -1)?),
                Compare::Eq | Compare::Ne => return None,
            };
            Some((
                compare,
                from,
                Value::Date(day::last_day_up_to(bound, count, *unit)?),
            ))
        }
        (Node::Shift(from, count), Value::Moment(right)) => {
            let Node::Const(Value::Int(count)) = **count else {
                return None;
            };
            let bound = right.0.checked_sub(count.checked_mul(DAY_US)?)?;
            Some((compare, from, Value::Moment(Moment(bound))))
        }
        _ => None,
    }
}

/// The day so many days later; none where the calendar would cut it.
fn inside_calendar(from: Date, days: i64) -> Option<Date> {
    let to = day::add_days(from, days);
    (day::days_between(from, to) == days).then_some(to)
}
