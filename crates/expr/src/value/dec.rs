//! Fixed-point numbers: a whole mantissa and a number of decimal places, never a float.

use speech::said;

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;

use super::ValueError;

/// The most places behind the point a decimal may have.
pub const DECIMAL_PLACES_MAX: u8 = 6;

/// `Dec { mantissa: 125, scale: 2 }` is 1.25. Equality and order go by numeric value, so 1.50 = 1.5.
///
/// **Invariant:** `scale` is at most [`DECIMAL_PLACES_MAX`].
#[derive(Clone, Copy, Debug)]
pub struct Dec {
    pub mantissa: i64,
    pub scale: u8,
}

impl Dec {
    pub const fn new(mantissa: i64, scale: u8) -> Dec {
        assert!(
            scale <= DECIMAL_PLACES_MAX,
            "a decimal has at most six places"
        );
        Dec { mantissa, scale }
    }

    /// The same number with `scale` places; none when digits would be lost or do not fit.
    pub fn rescale(self, scale: u8) -> Option<Dec> {
        if scale > DECIMAL_PLACES_MAX {
            return None;
        }
        let mantissa = if scale >= self.scale {
            self.mantissa.checked_mul(pow10(scale - self.scale))?
        } else {
            let unit = pow10(self.scale - scale);
            if self.mantissa % unit != 0 {
                return None;
            }
            self.mantissa / unit
        };
        Some(Dec { mantissa, scale })
    }

    /// The same number with as few places as it needs.
    pub fn normalised(self) -> Dec {
        let mut dec = self;
        while dec.scale > 0 && dec.mantissa % 10 == 0 {
            dec.mantissa /= 10;
            dec.scale -= 1;
        }
        dec
    }

    /// The nearest float, for charts and ratios only.
    pub fn to_f64(self) -> f64 {
        self.mantissa as f64 / pow10(self.scale) as f64
    }

    fn wide(self) -> i128 {
        i128::from(self.mantissa) * i128::from(pow10(DECIMAL_PLACES_MAX - self.scale))
    }
}

/// Ten to the power of a number of places.
pub(crate) fn pow10(places: u8) -> i64 {
    10_i64.pow(u32::from(places))
}

impl PartialEq for Dec {
    fn eq(&self, other: &Dec) -> bool {
        self.wide() == other.wide()
    }
}

impl Eq for Dec {}

impl Ord for Dec {
    fn cmp(&self, other: &Dec) -> Ordering {
        self.wide().cmp(&other.wide())
    }
}

impl PartialOrd for Dec {
    fn partial_cmp(&self, other: &Dec) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Hash for Dec {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.wide().hash(state);
    }
}

impl fmt::Display for Dec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs();
        if self.scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let unit = pow10(self.scale) as u64;
        let places = usize::from(self.scale);
        write!(f, "{sign}{}.{:0places$}", digits / unit, digits % unit)
    }
}

/// Reads `-1.25`: digits, at most one point, at least one digit on each side of it.
impl FromStr for Dec {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Dec, ValueError> {
        let fault = |help| ValueError {
            what: said!("小数" / "a decimal"),
            text: text.to_owned(),
            help,
        };
        let (negative, unsigned) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, part) = match unsigned.split_once('.') {
            Some((whole, part)) if !part.is_empty() => (whole, part),
            Some(_) => {
                return Err(fault(said!(
                    "小数点后面缺数字" / "a digit is missing behind the point"
                )));
            }
            None => (unsigned, ""),
        };
        let digits = || whole.bytes().chain(part.bytes());
        if whole.is_empty() || !digits().all(|digit| digit.is_ascii_digit()) {
            return Err(fault(said!(
                "请写成 12.5 的样子" / "please write it like 12.5"
            )));
        }
        if part.len() > usize::from(DECIMAL_PLACES_MAX) {
            return Err(fault(said!(
                "小数点后最多六位" / "at most six places behind the point"
            )));
        }
        // Counted downwards, because the smallest number has no positive twin.
        let mut mantissa = 0_i64;
        for digit in digits() {
            mantissa = mantissa
                .checked_mul(10)
                .and_then(|tens| tens.checked_sub(i64::from(digit - b'0')))
                .ok_or_else(|| fault(said!("数字太大" / "the number is too large")))?;
        }
        if !negative {
            mantissa = mantissa
                .checked_neg()
                .ok_or_else(|| fault(said!("数字太大" / "the number is too large")))?;
        }
        Ok(Dec {
            mantissa,
            scale: part.len() as u8,
        })
    }
}
