//! A condition with its names resolved and its types settled: what is evaluated, folded, written.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::ast::{Arith, Compare, Unit};
use crate::scope::{Constants, Env, Key};
use crate::sql::{ColumnRef, Dialect, Sql};
use crate::value::{Type, Value, pow10};

/// A condition or computed value that passed [`crate::check`].
#[derive(Clone, Debug, PartialEq)]
pub struct Checked {
    pub(crate) node: Node,
    pub(crate) ty: Type,
}

/// A checked condition with the parameters, the day and the moment put in.
#[derive(Clone, Debug, PartialEq)]
pub struct Folded {
    pub(crate) node: Node,
    pub(crate) ty: Type,
}

impl Checked {
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// The values of a record that are read; parameters are in [`Checked::params`].
    pub fn keys(&self) -> BTreeSet<Key> {
        let mut keys = BTreeSet::new();
        self.node.visit(&mut |node| {
            if let Node::Load(key, _) = node {
                keys.insert(*key);
            }
        });
        keys
    }

    pub fn params(&self) -> BTreeSet<usize> {
        let mut params = BTreeSet::new();
        self.node.visit(&mut |node| {
            if let Node::Param(index, _) = node {
                params.insert(*index);
            }
        });
        params
    }

    /// Whether the answer may change by the passing of time alone.
    pub fn reads_clock(&self) -> bool {
        let mut found = false;
        self.node
            .visit(&mut |node| found |= matches!(node, Node::Today | Node::Now));
        found
    }

    pub fn eval(&self, env: &dyn Env) -> Value {
        self.node.eval(env).into_value(&self.ty)
    }

    /// Whether a condition is true; neither false nor NULL is.
    pub fn holds(&self, env: &dyn Env) -> bool {
        self.node.eval(env).is_true()
    }

    /// Puts the constants in, and turns comparisons so that a column stands alone.
    pub fn fold(&self, constants: &dyn Constants) -> Folded {
        Folded {
            node: self.node.fold(constants),
            ty: self.ty.clone(),
        }
    }
}

impl Folded {
    pub fn ty(&self) -> &Type {
        &self.ty
    }

    /// The value when no record can change it: a list whose condition is never true is empty.
    pub fn constant(&self) -> Option<Value> {
        match &self.node {
            Node::Const(_) => Some(self.node.eval(&Nothing).into_value(&self.ty)),
            _ => None,
        }
    }

    pub fn eval(&self, env: &dyn Env) -> Value {
        self.node.eval(env).into_value(&self.ty)
    }

    pub fn holds(&self, env: &dyn Env) -> bool {
        self.node.eval(env).is_true()
    }

    /// Writes SQL. Every value is bound, never pasted; `columns` gives quoted names.
    pub fn sql(&self, columns: &dyn Fn(Key) -> ColumnRef, dialect: Dialect) -> Sql {
        self.node.sql(columns, dialect)
    }
}

/// The surroundings of a constant.
struct Nothing;

impl Constants for Nothing {
    fn param(&self, _: usize) -> Value {
        Value::Null
    }

    fn today(&self) -> Date {
        Date::ZERO
    }

    fn now(&self) -> crate::Moment {
        crate::Moment(0)
    }
}

impl Env for Nothing {
    fn value(&self, _: Key) -> std::borrow::Cow<'_, Value> {
        std::borrow::Cow::Owned(Value::Null)
    }
}

/// How a value of the record is taken up: its storage class, and for numbers the places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    Bool,
    Number(u8),
    Text,
    Set,
    Date,
    Moment,
    Id,
    Point,
}

/// **Invariant:** both sides of a comparison or sum of whole numbers have the same places, and a
/// number in `Const` is `Value::Int`, the mantissa at those places.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Node {
    Const(Value),
    Load(Key, Shape),
    Param(usize, Shape),
    Today,
    Now,
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Compare(Compare, Box<Node>, Box<Node>),
    /// Without entries: false, or NULL for NULL.
    In(Box<Node>, Vec<Value>),
    Empty(Box<Node>),
    Has(Box<Node>, String),
    Within(Box<Node>, String),
    Contains(Box<Node>, String),
    /// A whole number with so many places more.
    Scale(Box<Node>, u8),
    /// A whole number with so many places, as a float.
    Real(Box<Node>, u8),
    /// A float as a whole number with so many places.
    Round(Box<Node>, u8),
    Arith(Arith, Box<Node>, Box<Node>),
    /// A date and so many days or months.
    Step(Box<Node>, Box<Node>, Unit),
    /// A moment and so many days.
    Shift(Box<Node>, Box<Node>),
    /// The days from the second date to the first.
    Days(Box<Node>, Box<Node>),
}

impl Node {
    pub fn children(&self) -> Vec<&Node> {
        match self {
            Node::Const(_) | Node::Load(..) | Node::Param(..) | Node::Today | Node::Now => vec![],
            Node::And(parts) | Node::Or(parts) => parts.iter().collect(),
            Node::Not(a)
            | Node::In(a, _)
            | Node::Empty(a)
            | Node::Has(a, _)
            | Node::Within(a, _)
            | Node::Contains(a, _)
            | Node::Scale(a, _)
            | Node::Real(a, _)
            | Node::Round(a, _) => vec![a],
            Node::Compare(_, a, b)
            | Node::Arith(_, a, b)
            | Node::Step(a, b, _)
            | Node::Shift(a, b)
            | Node::Days(a, b) => vec![a, b],
        }
    }

    pub fn visit(&self, see: &mut dyn FnMut(&Node)) {
        see(self);
        for child in self.children() {
            child.visit(see);
        }
    }

    /// Whether the value is a float by its making, not by overflow.
    pub fn is_real(&self) -> bool {
        match self {
            Node::Real(..) => true,
            Node::Arith(arith, a, b) => *arith == Arith::Div || a.is_real() || b.is_real(),
            _ => false,
        }
    }

    /// The whole number with so many places more; a literal is written so at once.
    pub fn scaled(self, places: u8) -> Node {
        if places == 0 {
            return self;
        }
        if let Node::Const(Value::Int(number)) = self
            && let Some(number) = number.checked_mul(pow10(places))
        {
            return Node::Const(Value::Int(number));
        }
        Node::Scale(Box::new(self), places)
    }

    pub fn negated(self) -> Node {
        if let Node::Const(Value::Int(number)) = self
            && let Some(number) = number.checked_neg()
        {
            return Node::Const(Value::Int(number));
        }
        Node::Arith(
            Arith::Sub,
            Box::new(Node::Const(Value::Int(0))),
            Box::new(self),
        )
    }
}
