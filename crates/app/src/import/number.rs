//! Exact decimal arithmetic for units: feet per minute to metres per second without a float.

use std::fmt;

/// Digits of a number that is converted; more are no measurement.
const DIGITS_MAX: usize = 18;

/// A decimal number: `mantissa` with `scale` places behind the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Number {
    mantissa: i128,
    scale: u32,
}

impl Number {
    /// Plain digits with an optional sign, point and groups of three; nothing else.
    pub fn parse(text: &str) -> Option<Number> {
        let text = text.trim();
        let (negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text.strip_prefix('+').unwrap_or(text)),
        };
        let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
        let whole = ungrouped(whole)?;
        let plain = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        if whole.is_empty() || !plain(&whole) || !plain(part) || digits.ends_with('.') {
            return None;
        }
        if whole.len() + part.len() > DIGITS_MAX {
            return None;
        }
        let mantissa: i128 = format!("{whole}{part}").parse().ok()?;
        let scale = u32::try_from(part.len()).ok()?;
        Some(Number {
            mantissa: if negative { -mantissa } else { mantissa },
            scale,
        })
    }

    pub fn times(self, other: Number) -> Option<Number> {
        let mantissa = self.mantissa.checked_mul(other.mantissa)?;
        Some(Number {
            mantissa,
            scale: self.scale + other.scale,
        })
    }

    pub fn plus(self, other: Number) -> Option<Number> {
        let scale = self.scale.max(other.scale);
        let mantissa = self.at(scale)?.checked_add(other.at(scale)?)?;
        Some(Number { mantissa, scale })
    }

    /// Rounded to so many places, halves away from zero (四舍五入).
    pub fn round(self, places: u32) -> Number {
        if places >= self.scale {
            return self;
        }
        let unit = 10_i128.pow(self.scale - places);
        let half = unit / 2;
        let sign = self.mantissa.signum();
        let mantissa = sign * ((self.mantissa.abs() + half) / unit);
        Number {
            mantissa,
            scale: places,
        }
    }

    fn at(self, scale: u32) -> Option<i128> {
        self.mantissa
            .checked_mul(10_i128.checked_pow(scale - self.scale)?)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let digits = self.mantissa.unsigned_abs();
        if self.scale == 0 {
            return write!(f, "{sign}{digits}");
        }
        let unit = 10_u128.pow(self.scale);
        let places = self.scale as usize;
        write!(f, "{sign}{}.{:0places$}", digits / unit, digits % unit)
    }
}

/// Without commas, if they stand where thousands are parted.
fn ungrouped(whole: &str) -> Option<String> {
    if !whole.contains(',') {
        return Some(whole.to_owned());
    }
    let mut groups = whole.split(',');
    let head = groups.next()?;
    let fits = (1..=3).contains(&head.len()) && groups.all(|group| group.len() == 3);
    fits.then(|| whole.replace(',', ""))
}

#[cfg(test)]
mod tests {
    use super::Number;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap_or_else(|| panic!("{text} is a number"))
    }

    #[test]
    fn units_are_converted_exactly() {
        for (text, factor, places, wanted) in [
            ("500", "0.00508", 3, "2.540"),
            ("2500.0", "0.45359237", 0, "1134"),
            ("-1.5", "1", 0, "-2"),
            ("1,250", "0.3048", 2, "381.00"),
            ("0", "0.00508", 3, "0.000"),
        ] {
            let converted = number(text)
                .times(number(factor))
                .expect("it fits")
                .round(places);
            assert_eq!(converted.to_string(), wanted, "{text}");
        }
        let celsius = number("212").plus(number("-32")).expect("it fits");
        assert_eq!(celsius.to_string(), "180");
        assert_eq!(
            number("0.1")
                .plus(number("0.25"))
                .expect("it fits")
                .to_string(),
            "0.35"
        );
    }

    #[test]
    fn what_is_no_number_is_told() {
        for text in [
            "",
            "-",
            ".5",
            "5.",
            "60'",
            "1e3",
            "1,00",
            "１",
            "2000/2500",
            "9999999999999999999",
        ] {
            assert_eq!(Number::parse(text), None, "{text}");
        }
    }
}
