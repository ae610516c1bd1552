//! How values are written by programs: numbers, dates and codes as the OpenAPI document has them.

use super::WHOLE_DIGITS_MAX;

/// Largest exponent of a number that is still written out.
const EXPONENT_MAX: i32 = 30;

/// A JSON number without exponent and without idle zeros behind the point: `1.50e1` → `15`.
pub fn written_out(number: &str) -> Option<String> {
    let (sign, rest) = match number.strip_prefix('-') {
        Some(rest) => ("-", rest),
        None => ("", number),
    };
    let (digits, exponent) = match rest.split_once(['e', 'E']) {
        Some((digits, exponent)) => (digits, exponent.parse::<i32>().ok()?),
        None => (rest, 0),
    };
    if exponent.abs() > EXPONENT_MAX {
        return None;
    }
    let (whole, behind) = digits.split_once('.').unwrap_or((digits, ""));
    let all = format!("{whole}{behind}");
    let point = i32::try_from(whole.len()).ok()? + exponent;
    let (whole, behind) = match usize::try_from(point) {
        Ok(point) if point >= all.len() => (format!("{all}{}", "0".repeat(point - all.len())), ""),
        Ok(point) => (all[..point].to_owned(), &all[point..]),
        Err(_) => (String::new(), ""),
    };
    let behind = match point < 0 {
        true => format!("{}{all}", "0".repeat(point.unsigned_abs() as usize)),
        false => behind.to_owned(),
    };
    let whole = match whole.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    let behind = behind.trim_end_matches('0');
    let sign = if whole == "0" && behind.is_empty() {
        ""
    } else {
        sign
    };
    Some(match behind {
        "" => format!("{sign}{whole}"),
        behind => format!("{sign}{whole}.{behind}"),
    })
}

/// `^-?[0-9]{1,18}(\.[0-9]{1,places})?$`
pub(super) fn is_fixed(text: &str, places: usize) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, behind) = match digits.split_once('.') {
        Some((whole, behind)) => (whole, Some(behind)),
        None => (digits, None),
    };
    let all_digits = |text: &str| text.bytes().all(|b| b.is_ascii_digit());
    (1..=WHOLE_DIGITS_MAX).contains(&whole.len())
        && all_digits(whole)
        && behind.is_none_or(|b| (1..=places).contains(&b.len()) && all_digits(b))
}

/// A full date as RFC 3339 has it, and a real one.
pub fn is_date(text: &str) -> bool {
    let shaped = text.len() == 10
        && text.bytes().enumerate().all(|(at, b)| match at {
            4 | 7 => b == b'-',
            _ => b.is_ascii_digit(),
        });
    shaped && text.parse::<jiff::civil::Date>().is_ok()
}

/// A date-time as RFC 3339 has it: seconds and an offset are not optional.
pub fn is_moment(text: &str) -> bool {
    let Some((day, rest)) = text.split_at_checked(10) else {
        return false;
    };
    let mut rest = rest.bytes();
    if !is_date(day) || !matches!(rest.next(), Some(b'T' | b't')) {
        return false;
    }
    let rest: Vec<u8> = rest.collect();
    let pair = |at: usize| {
        rest.get(at..at + 2)
            .is_some_and(|d| d.iter().all(u8::is_ascii_digit))
    };
    let clock =
        pair(0) && rest.get(2) == Some(&b':') && pair(3) && rest.get(5) == Some(&b':') && pair(6);
    if !clock {
        return false;
    }
    let mut at = 8;
    if rest.get(at) == Some(&b'.') {
        let digits = rest[at + 1..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        if !(1..=9).contains(&digits) {
            return false;
        }
        at += 1 + digits;
    }
    let zone = match &rest[at..] {
        [b'Z' | b'z'] => true,
        [b'+' | b'-', _, _, b':', _, _] => pair(at + 1) && pair(at + 4),
        _ => false,
    };
    zone && text.parse::<jiff::Timestamp>().is_ok()
}

pub fn is_division(text: &str) -> bool {
    matches!(text.len(), 6 | 9 | 12) && text.bytes().all(|b| b.is_ascii_digit())
}

pub fn is_hash(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

/// An id exactly as we write it.
pub fn is_id(text: &str) -> bool {
    text.parse::<kernel::Id>()
        .is_ok_and(|id| id.to_string() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_out_exactly() {
        let cases = [
            ("12", "12"),
            ("1.50", "1.5"),
            ("1e3", "1000"),
            ("1.5E+2", "150"),
            ("-25e-1", "-2.5"),
            ("5e-3", "0.005"),
            ("-0.0", "0"),
            ("120e-1", "12"),
        ];
        for (number, plain) in cases {
            assert_eq!(written_out(number).as_deref(), Some(plain), "{number}");
        }
        assert_eq!(written_out("1e31"), None);
    }

    #[test]
    fn dates_and_moments_are_those_of_rfc_3339() {
        assert!(is_date("2024-02-29"));
        for text in [
            "2023-02-29",
            "2024-2-29",
            "20240229",
            "2024-02-29T00:00:00Z",
            "２０２４-02-29",
        ] {
            assert!(!is_date(text), "{text}");
        }
        for text in ["2027-03-01T09:30:00Z", "2027-03-01t09:30:00.123456+08:00"] {
            assert!(is_moment(text), "{text}");
        }
        for text in [
            "2027-03-01T09:30:00",
            "2027-03-01 09:30:00Z",
            "2027-03-01T09:30Z",
            "2027-03-01T09:30:00+0800",
            "2027-03-01T25:00:00Z",
            "2027-03-01T09:30:00Z[UTC]",
        ] {
            assert!(!is_moment(text), "{text}");
        }
    }

    #[test]
    fn sums_sent_as_text_are_plain() {
        assert!(is_fixed("1234.50", 2) && is_fixed("-0", 2));
        for text in ["1,234", "1e3", "1.234", ".5", "5.", "", "５", "+1"] {
            assert!(!is_fixed(text, 2), "{text}");
        }
    }

    #[test]
    fn ids_are_taken_as_written_by_us_only() {
        assert!(is_id("0000000000001"));
        for text in ["000000000000a", "000000000000O", "1", "Z000000000000"] {
            assert!(!is_id(text), "{text}");
        }
    }
}
