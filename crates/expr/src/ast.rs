//! A condition as it was written, before any name is known.

use std::ops::Range;

use jiff::civil::Date;

use crate::value::Dec;

/// A condition that follows the grammar.
#[derive(Clone, Debug, PartialEq)]
pub struct Ast {
    pub(crate) text: String,
    pub(crate) root: Expr,
}

impl Ast {
    /// The text it was read from.
    pub fn text(&self) -> &str {
        &self.text
    }
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Expr {
    pub span: Range<usize>,
    pub kind: Kind,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Number(Dec),
    Span(i64, Unit),
    Text(String),
    Date(Date),
    Bool(bool),
    Today,
    Now,
    Name(String),
    /// Two parts or more, so that a long list of conditions is not deep.
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Not(Box<Expr>),
    Negative(Box<Expr>),
    Arith(Arith, Box<Expr>, Box<Expr>),
    Compare(Compare, Box<Expr>, Box<Expr>),
    In(Box<Expr>, Vec<Expr>),
    Empty(Box<Expr>),
    Has(Box<Expr>, Box<Expr>),
    Within(Box<Expr>, Box<Expr>),
    Contains(Box<Expr>, Box<Expr>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Days,
    Months,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Arith {
    Add,
    Sub,
    Mul,
    Div,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Compare {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
}

impl Compare {
    /// The same question with its sides exchanged.
    pub fn flipped(self) -> Compare {
        match self {
            Compare::Lt => Compare::Gt,
            Compare::Le => Compare::Ge,
            Compare::Gt => Compare::Lt,
            Compare::Ge => Compare::Le,
            same => same,
        }
    }

    pub fn asks_order(self) -> bool {
        !matches!(self, Compare::Eq | Compare::Ne)
    }
}
