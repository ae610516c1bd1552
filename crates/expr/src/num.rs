//! Numbers exactly as SQLite counts: 64-bit whole numbers that become floats when they overflow.

use std::cmp::Ordering;

use crate::ast::Arith;

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Num {
    Whole(i64),
    Real(f64),
}

impl Num {
    pub fn real(self) -> f64 {
        match self {
            Num::Whole(number) => number as f64,
            Num::Real(number) => number,
        }
    }

    /// None is NULL: a quotient by zero, or a float that is no number.
    pub fn arith(self, arith: Arith, other: Num) -> Option<Num> {
        if let (Num::Whole(a), Num::Whole(b)) = (self, other) {
            let exact = match arith {
                Arith::Add => a.checked_add(b),
                Arith::Sub => a.checked_sub(b),
                Arith::Mul => a.checked_mul(b),
                Arith::Div => None,
            };
            if let Some(number) = exact {
                return Some(Num::Whole(number));
            }
        }
        let (a, b) = (self.real(), other.real());
        let number = match arith {
            Arith::Add => a + b,
            Arith::Sub => a - b,
            Arith::Mul => a * b,
            Arith::Div if b == 0.0 => return None,
            Arith::Div => a / b,
        };
        (!number.is_nan()).then_some(Num::Real(number))
    }

    /// To the nearest whole number, halves away from zero; cut to 64 bits.
    pub fn round(self) -> Num {
        /// From here on a float has no places behind the point.
        const WHOLE_FROM: f64 = 4_503_599_627_370_496.0;
        match self {
            Num::Real(number) if number.abs() <= WHOLE_FROM => {
                Num::Whole((number + if number < 0.0 { -0.5 } else { 0.5 }) as i64)
            }
            Num::Real(number) => Num::Whole(number as i64),
            whole => whole,
        }
    }

    /// By value; a whole number and a float are compared without rounding the whole one.
    pub fn order(self, other: Num) -> Option<Ordering> {
        match (self, other) {
            (Num::Whole(a), Num::Whole(b)) => Some(a.cmp(&b)),
            (Num::Real(a), Num::Real(b)) => a.partial_cmp(&b),
            (Num::Whole(a), Num::Real(b)) => whole_to_real(a, b),
            (Num::Real(a), Num::Whole(b)) => whole_to_real(b, a).map(Ordering::reverse),
        }
    }
}

fn whole_to_real(whole: i64, real: f64) -> Option<Ordering> {
    const TWO_TO_63: f64 = 9_223_372_036_854_775_808.0;
    if real >= TWO_TO_63 {
        return Some(Ordering::Less);
    }
    if real < -TWO_TO_63 {
        return Some(Ordering::Greater);
    }
    match whole.cmp(&(real as i64)) {
        Ordering::Equal => (whole as f64).partial_cmp(&real),
        different => Some(different),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overflow_becomes_a_float() {
        let max = Num::Whole(i64::MAX);
        assert_eq!(
            max.arith(Arith::Add, Num::Whole(1)),
            Some(Num::Real(9.223_372_036_854_776e18))
        );
        assert_eq!(Num::Whole(1).arith(Arith::Div, Num::Whole(0)), None);
        assert_eq!(
            Num::Real(f64::INFINITY).arith(Arith::Sub, Num::Real(f64::INFINITY)),
            None
        );
    }

    #[test]
    fn wholes_and_floats_compare_exactly() {
        assert_eq!(
            Num::Whole(i64::MAX).order(Num::Real(i64::MAX as f64)),
            Some(Ordering::Less)
        );
        assert_eq!(Num::Whole(2).order(Num::Real(2.5)), Some(Ordering::Less));
        assert_eq!(Num::Real(-2.5).order(Num::Whole(-2)), Some(Ordering::Less));
    }

    #[test]
    fn halves_go_away_from_zero() {
        assert_eq!(Num::Real(2.5).round(), Num::Whole(3));
        assert_eq!(Num::Real(-2.5).round(), Num::Whole(-3));
        assert_eq!(Num::Real(1e30).round(), Num::Whole(i64::MAX));
    }
}
