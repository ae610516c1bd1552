//! Which sums, differences, products and quotients there are, and what they are.

use speech::said;

use super::Checker;
use super::kind::{Ty, Typed, aligned};
use crate::ast::{Arith, Expr, Unit};
use crate::node::Node;
use crate::value::{DECIMAL_PLACES_MAX, Type};

impl Checker<'_> {
    pub(super) fn negative(&mut self, inner: &Expr) -> Option<Typed> {
        let typed = self.infer(inner)?;
        let counts = matches!(typed.ty, Ty::Of(Type::Days | Type::Months));
        if typed.is_number() || counts {
            return Some(Typed {
                node: typed.node.negated(),
                ty: typed.ty,
            });
        }
        let message = said!(
            "“{}”是{}，前面不能有负号" / "“{}” is {} and takes no minus sign",
            self.shown(inner),
            typed.ty
        );
        self.fault(&inner.span, message, None)
    }

    pub(super) fn arith(
        &mut self,
        whole: &Expr,
        arith: Arith,
        a: &Expr,
        b: &Expr,
    ) -> Option<Typed> {
        let (left, right) = (self.infer(a), self.infer(b));
        let (left, right) = (left?, right?);
        let (left_ty, right_ty) = (left.ty.clone(), right.ty.clone());
        if let Some(typed) = computed(arith, left, right) {
            return Some(typed);
        }
        let verb = match arith {
            Arith::Add => said!("相加" / "added to"),
            Arith::Sub => said!("相减" / "subtracted from or by"),
            Arith::Mul => said!("相乘" / "multiplied by"),
            Arith::Div => said!("相除" / "divided by or into"),
        };
        let message = said!(
            "“{}”是{}，不能与{}{}" / "“{0}” is {1} and cannot be {3} {2}",
            self.shown(a),
            left_ty,
            right_ty,
            verb
        );
        let one_is = |ty: Type| left_ty == Ty::Of(ty.clone()) || right_ty == Ty::Of(ty);
        let help = if one_is(Type::Date) && one_is(Type::Int) {
            Some(said!(
                "天数要带单位，例如 30 days" / "days need their unit, like 30 days"
            ))
        } else if one_is(Type::Moment) && one_is(Type::Months) {
            Some(said!(
                "时刻只能加减天数，例如 90 days"
                    / "only days can be added to a moment, like 90 days"
            ))
        } else if one_is(Type::Moment) && arith == Arith::Sub {
            Some(said!(
                "请写成比较，例如 created_at < now - 5 days"
                    / "please write a comparison, like created_at < now - 5 days"
            ))
        } else {
            None
        };
        self.fault(&whole.span, message, help)
    }
}

fn computed(arith: Arith, a: Typed, b: Typed) -> Option<Typed> {
    use Type::{Date, Days, Int, Moment, Months};
    if a.is_number() && b.is_number() {
        return Some(numbers(arith, a, b));
    }
    let (Ty::Of(a_ty), Ty::Of(b_ty)) = (&a.ty, &b.ty) else {
        return None;
    };
    let unit = |ty: &Type| match ty {
        Days => Some(Unit::Days),
        Months => Some(Unit::Months),
        _ => None,
    };
    Some(match (arith, a_ty, b_ty) {
        (Arith::Add, Date, Days | Months) => {
            let unit = unit(b_ty)?;
            Typed::new(Node::Step(Box::new(a.node), Box::new(b.node), unit), Date)
        }
        (Arith::Add, Days | Months, Date) => {
            let unit = unit(a_ty)?;
            Typed::new(Node::Step(Box::new(b.node), Box::new(a.node), unit), Date)
        }
        (Arith::Sub, Date, Days | Months) => {
            let unit = unit(b_ty)?;
            Typed::new(
                Node::Step(Box::new(a.node), Box::new(b.node.negated()), unit),
                Date,
            )
        }
        (Arith::Sub, Date, Date) => Typed::new(Node::Days(Box::new(a.node), Box::new(b.node)), Int),
        (Arith::Add, Moment, Days) => {
            Typed::new(Node::Shift(Box::new(a.node), Box::new(b.node)), Moment)
        }
        (Arith::Add, Days, Moment) => {
            Typed::new(Node::Shift(Box::new(b.node), Box::new(a.node)), Moment)
        }
        (Arith::Sub, Moment, Days) => Typed::new(
            Node::Shift(Box::new(a.node), Box::new(b.node.negated())),
            Moment,
        ),
        (Arith::Add | Arith::Sub, Days, Days) | (Arith::Add | Arith::Sub, Months, Months) => {
            let ty = a.ty;
            Typed {
                node: Node::Arith(arith, Box::new(a.node), Box::new(b.node)),
                ty,
            }
        }
        (Arith::Add | Arith::Sub, Days, Int) | (Arith::Add | Arith::Sub, Int, Days) => {
            Typed::new(Node::Arith(arith, Box::new(a.node), Box::new(b.node)), Int)
        }
        _ => return None,
    })
}

fn numbers(arith: Arith, a: Typed, b: Typed) -> Typed {
    let money = a.is_money() || b.is_money();
    match arith {
        Arith::Add | Arith::Sub => {
            let (a, b, places) = aligned(a, b);
            exact(Node::Arith(arith, Box::new(a), Box::new(b)), places, money)
        }
        Arith::Mul => {
            let places = match (a.places(), b.places()) {
                (Some(a), Some(b)) => Some(a + b).filter(|places| *places <= DECIMAL_PLACES_MAX),
                _ => None,
            };
            let (a, b) = match places {
                Some(_) => (a.node, b.node),
                None => (a.into_real(), b.into_real()),
            };
            exact(Node::Arith(arith, Box::new(a), Box::new(b)), places, money)
        }
        Arith::Div => {
            let (a, b) = (Box::new(a.into_real()), Box::new(b.into_real()));
            exact(Node::Arith(arith, a, b), None, money)
        }
    }
}

/// The type of a number with these places; without places it is a float.
fn exact(node: Node, places: Option<u8>, money: bool) -> Typed {
    let ty = match places {
        None => Ty::Real,
        Some(super::kind::MONEY_PLACES) if money => Ty::Of(Type::Money),
        Some(0) => Ty::Of(Type::Int),
        Some(scale) => Ty::Of(Type::Decimal { scale }),
    };
    Typed { node, ty }
}
