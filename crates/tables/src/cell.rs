//! What can be written into a cell, and the one way to write a row, whatever the format.

use std::borrow::Cow;
use std::fmt::Write;

use crate::error::Error;

/// Digits of the longest whole number, and some for a scale that is longer still.
const DIGITS_MAX: usize = 24;

/// A value on its way into a file.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    Empty,
    /// Words. Never runs as a formula.
    Text(Cow<'a, str>),
    /// An identifier: its digits are no quantity, and all of them are kept.
    Code(Cow<'a, str>),
    Int(i64),
    /// A decimal number as plain digits, such as `-12.50`; anything else is written as text.
    Decimal(&'a str),
    /// A decimal number by its digits and how many of them stand after the point.
    Scaled {
        mantissa: i64,
        scale: u8,
    },
    Date {
        year: i16,
        month: u8,
        day: u8,
    },
    /// A moment on the clock of the reader; no time zone is written.
    Moment {
        year: i16,
        month: u8,
        day: u8,
        hour: u8,
        minute: u8,
        second: u8,
    },
    Bool(bool),
}

impl<'a> Cell<'a> {
    pub fn text(text: &'a str) -> Cell<'a> {
        if text.is_empty() {
            Cell::Empty
        } else {
            Cell::Text(Cow::Borrowed(text))
        }
    }

    pub fn code(code: &'a str) -> Cell<'a> {
        if code.is_empty() {
            Cell::Empty
        } else {
            Cell::Code(Cow::Borrowed(code))
        }
    }
}

/// Where rows are written to. A file is whole only after `finish`.
pub trait Sink: Send {
    /// Writes the next cell of the row.
    fn put(&mut self, cell: &Cell<'_>) -> Result<(), Error>;

    fn end_row(&mut self) -> Result<(), Error>;

    fn write_row(&mut self, cells: &[Cell<'_>]) -> Result<(), Error> {
        for cell in cells {
            self.put(cell)?;
        }
        self.end_row()
    }

    fn finish(self: Box<Self>) -> Result<(), Error>;
}

pub(crate) fn word_of(value: bool) -> &'static str {
    if value { "是" } else { "否" }
}

/// A date or a moment as text, the same in every format.
pub(crate) fn push_plain_moment(text: &mut String, cell: &Cell<'_>) {
    match cell {
        Cell::Date { year, month, day } => push_date(text, *year, *month, *day),
        Cell::Moment {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } => {
            push_date(text, *year, *month, *day);
            text.push(' ');
            push_clock(text, *hour, *minute, *second);
        }
        _ => {}
    }
}

/// `yyyy-mm-dd`. Written by hand because `write!` takes a large part of an export's time.
pub(crate) fn push_date(text: &mut String, year: i16, month: u8, day: u8) {
    if (0..=9999).contains(&year) {
        push_two(text, (year / 100) as u8);
        push_two(text, (year % 100) as u8);
    } else {
        let _ = write!(text, "{year}");
    }
    text.push('-');
    push_two(text, month);
    text.push('-');
    push_two(text, day);
}

pub(crate) fn push_clock(text: &mut String, hour: u8, minute: u8, second: u8) {
    push_two(text, hour);
    text.push(':');
    push_two(text, minute);
    text.push(':');
    push_two(text, second);
}

fn push_two(text: &mut String, number: u8) {
    text.push(char::from(b'0' + number / 10 % 10));
    text.push(char::from(b'0' + number % 10));
}

pub(crate) fn push_int(text: &mut String, number: i64) {
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    let mut rest = number.unsigned_abs();
    loop {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    if number < 0 {
        text.push('-');
    }
    push_ascii(text, &digits[at..]);
}

/// `-12.50` from its mantissa; by hand, because an export writes a million of them.
pub(crate) fn push_scaled(text: &mut String, mantissa: i64, scale: u8) {
    let scale = usize::from(scale).min(DIGITS_MAX - 1);
    let mut digits = [b'0'; DIGITS_MAX];
    let mut at = digits.len();
    let mut rest = mantissa.unsigned_abs();
    while rest > 0 || digits.len() - at <= scale {
        at -= 1;
        digits[at] = b'0' + (rest % 10) as u8;
        rest /= 10;
    }
    if mantissa < 0 {
        text.push('-');
    }
    let (whole, part) = digits[at..].split_at(digits.len() - at - scale);
    push_ascii(text, whole);
    if scale > 0 {
        text.push('.');
        push_ascii(text, part);
    }
}

fn push_ascii(text: &mut String, digits: &[u8]) {
    text.push_str(std::str::from_utf8(digits).unwrap_or_default());
}

/// Whether the text is a plain decimal number, and how many digits it has in all and after the
/// point; leading zeros do not count.
pub(crate) fn decimal_digits(text: &str) -> Option<(usize, usize)> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let is_digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(part) || text.ends_with('.') {
        return None;
    }
    Some((whole.trim_start_matches('0').len() + part.len(), part.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_dates_are_written_whole() {
        for number in [0, 7, -1, 10, i64::MAX, i64::MIN] {
            let mut text = String::new();
            push_int(&mut text, number);
            assert_eq!(text, number.to_string());
        }
        for (mantissa, scale, wanted) in [
            (0, 2, "0.00"),
            (5, 2, "0.05"),
            (-5, 3, "-0.005"),
            (123_456, 2, "1234.56"),
            (i64::MIN, 6, "-9223372036854.775808"),
            (7, 0, "7"),
            (-70, 1, "-7.0"),
        ] {
            let mut text = String::new();
            push_scaled(&mut text, mantissa, scale);
            assert_eq!(text, wanted);
        }
        let mut text = String::new();
        push_date(&mut text, 987, 3, 9);
        push_clock(&mut text, 23, 5, 0);
        assert_eq!(text, "0987-03-0923:05:00");
    }

    #[test]
    fn decimals_are_counted() {
        assert_eq!(decimal_digits("-012.50"), Some((4, 2)));
        assert_eq!(decimal_digits("7"), Some((1, 0)));
        for text in ["", "-", ".5", "1.", "1e5", "+1", "1 ", "1.2.3", "１"] {
            assert_eq!(decimal_digits(text), None, "{text}");
        }
    }
}
