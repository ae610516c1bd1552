//! Types inside a condition: those of symbols, and the float that only computation makes.

use std::fmt;

use speech::{Lang, Speak, said};

use crate::node::{Checked, Node, Shape};
use crate::value::{DECIMAL_PLACES_MAX, Type, Value};

#[derive(Clone, Debug, PartialEq)]
pub(super) enum Ty {
    Of(Type),
    Real,
}

/// A part of a condition whose type is known.
#[derive(Clone, Debug)]
pub(super) struct Typed {
    pub node: Node,
    pub ty: Ty,
}

/// The places that money has behind the point: it is held in 分 and written in 元.
pub(super) const MONEY_PLACES: u8 = 2;

pub(super) fn shape(ty: &Type) -> Option<Shape> {
    Some(match ty {
        Type::Bool => Shape::Bool,
        Type::Int | Type::Months | Type::Days => Shape::Number(0),
        Type::Decimal { scale } => Shape::Number((*scale).min(DECIMAL_PLACES_MAX)),
        Type::Money => Shape::Number(MONEY_PLACES),
        Type::Text | Type::Choice(_) | Type::Division => Shape::Text,
        Type::Choices(_) => Shape::Set,
        Type::Date => Shape::Date,
        Type::Moment => Shape::Moment,
        Type::Ref => Shape::Id,
        Type::Point => Shape::Point,
        Type::Null => return None,
    })
}

impl Typed {
    pub fn new(node: Node, ty: Type) -> Typed {
        Typed {
            node,
            ty: Ty::Of(ty),
        }
    }

    pub fn bool(node: Node) -> Typed {
        Typed::new(node, Type::Bool)
    }

    /// The places of an exact number; none for all else.
    pub fn places(&self) -> Option<u8> {
        match &self.ty {
            Ty::Of(Type::Int) => Some(0),
            Ty::Of(Type::Decimal { scale }) => Some(*scale),
            Ty::Of(Type::Money) => Some(MONEY_PLACES),
            _ => None,
        }
    }

    pub fn is_number(&self) -> bool {
        self.ty == Ty::Real || self.places().is_some()
    }

    pub fn is_money(&self) -> bool {
        self.ty == Ty::Of(Type::Money)
    }

    /// A count of days is a whole number where a number is wanted.
    pub fn days_as_number(mut self) -> Typed {
        if self.ty == Ty::Of(Type::Days) {
            self.ty = Ty::Of(Type::Int);
        }
        self
    }

    pub fn into_real(self) -> Node {
        match self.places() {
            Some(places) => Node::Real(Box::new(self.node), places),
            None => self.node,
        }
    }

    /// The value as the wanted type, without loss but for the rounding of a float.
    pub fn into_wanted(self, want: &Type) -> Option<Checked> {
        let Ty::Of(ty) = &self.ty else {
            let (places, ty) = match want {
                Type::Decimal { scale } => (*scale, want.clone()),
                Type::Money => (MONEY_PLACES, Type::Money),
                Type::Null => (
                    DECIMAL_PLACES_MAX,
                    Type::Decimal {
                        scale: DECIMAL_PLACES_MAX,
                    },
                ),
                _ => return None,
            };
            return Some(Checked {
                node: Node::Round(Box::new(self.node), places),
                ty,
            });
        };
        let same = match (want, ty) {
            (Type::Null, _) => {
                return Some(Checked {
                    ty: ty.clone(),
                    node: self.node,
                });
            }
            (Type::Text, Type::Choice(_) | Type::Division) => true,
            (Type::Int | Type::Days, Type::Int | Type::Days) => true,
            (Type::Int, Type::Months) | (Type::Months, Type::Int) => true,
            // A list may be asked for by any name when the caller names none.
            (Type::Choice(want), Type::Choice(found)) => want.is_empty() || want == found,
            (Type::Choices(want), Type::Choices(found)) => want.is_empty() || want == found,
            _ => want == ty,
        };
        if same {
            return Some(Checked {
                node: self.node,
                ty: want.clone(),
            });
        }
        let wanted = match want {
            Type::Decimal { scale } => *scale,
            Type::Money => MONEY_PLACES,
            _ => return None,
        };
        let more = wanted.checked_sub(self.places()?)?;
        Some(Checked {
            node: self.node.scaled(more),
            ty: want.clone(),
        })
    }

    /// A literal as a list of literals holds it.
    pub fn into_literal(self) -> Option<Value> {
        match self.node {
            Node::Const(value) => Some(value),
            _ => None,
        }
    }
}

/// Two numbers with the same places, or two floats.
pub(super) fn aligned(a: Typed, b: Typed) -> (Node, Node, Option<u8>) {
    match (a.places(), b.places()) {
        (Some(a_places), Some(b_places)) => {
            let places = a_places.max(b_places);
            let a = a.node.scaled(places - a_places);
            let b = b.node.scaled(places - b_places);
            (a, b, Some(places))
        }
        _ => (a.into_real(), b.into_real(), None),
    }
}

/// In messages all numbers are 数字, but money stays money.
impl Speak for Ty {
    fn speak(&self, lang: Lang, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ty::Real | Ty::Of(Type::Int | Type::Decimal { .. }) => {
                said!("数字" / "a number").speak(lang, f)
            }
            Ty::Of(ty) => ty.speak(lang, f),
        }
    }
}
