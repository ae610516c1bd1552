//! Numbers and dates of a sheet as text, the way a person sees them.

use std::fmt::Write;

use calamine::{ExcelDateTime, ExcelDateTimeType};

use crate::cell::{push_clock, push_date};

/// A spreadsheet program keeps this many digits of a number.
const DIGITS_KEPT: f64 = 1e15;
const SECONDS_OF_DAY: f64 = 86_400.0;

/// Whole numbers come out as all their digits, never as `1.1E+17` and never with `.0`; others
/// with the 15 digits that a spreadsheet program shows, so `0.1 + 0.2` is `0.3`.
pub(crate) fn push_number(text: &mut String, number: f64) {
    let shown = if number.fract() == 0.0 || !number.is_finite() {
        number + 0.0
    } else {
        format!("{number:.14e}").parse().unwrap_or(number)
    };
    // Writing to a String can not fail.
    let _ = write!(text, "{shown}");
}

pub(crate) fn has_lost_digits(number: f64) -> bool {
    number.abs() >= DIGITS_KEPT
}

/// The width to which a format of nothing but zeros (`000000`) fills a number up with zeros.
pub(crate) fn zeros_of_format(format: &str) -> usize {
    if format.len() > 1 && format.bytes().all(|b| b == b'0') {
        format.len()
    } else {
        0
    }
}

/// `yyyy-mm-dd`, with the clock where it is not midnight; the clock alone where there is no day.
pub(crate) fn push_moment(text: &mut String, moment: &ExcelDateTime, is_1904: bool) {
    let seconds = (moment.as_f64() * SECONDS_OF_DAY).round();
    if moment.is_duration() {
        push_duration(text, seconds);
        return;
    }
    // To the second, as it is shown: 0.1 ms below midnight is the next day.
    let serial = seconds / SECONDS_OF_DAY;
    let (year, month, day, hour, minute, second, _) =
        ExcelDateTime::new(serial, ExcelDateTimeType::DateTime, is_1904).to_ymd_hms_milli();
    if !(0.0..1.0).contains(&serial) {
        push_date(text, i16::try_from(year).unwrap_or(i16::MAX), month, day);
        if (hour, minute, second) == (0, 0, 0) {
            return;
        }
        text.push(' ');
    }
    push_clock(text, hour, minute, second);
}

/// Hours may be more than 24.
fn push_duration(text: &mut String, seconds: f64) {
    if seconds < 0.0 {
        text.push('-');
    }
    let seconds = seconds.abs() as u64;
    let _ = write!(
        text,
        "{:02}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(number: f64) -> String {
        let mut text = String::new();
        push_number(&mut text, number);
        text
    }

    fn moment(serial: f64, kind: ExcelDateTimeType, is_1904: bool) -> String {
        let mut text = String::new();
        push_moment(
            &mut text,
            &ExcelDateTime::new(serial, kind, is_1904),
            is_1904,
        );
        text
    }

    #[test]
    fn numbers_are_whole() {
        assert_eq!(number(1.10105199001011e17), "110105199001011000");
        assert_eq!(number(350102.0), "350102");
        assert_eq!(number(0.1 + 0.2), "0.3");
        assert_eq!(number(-0.0), "0");
        assert_eq!(number(-12.5), "-12.5");
        assert_eq!(number(1e-7), "0.0000001");
        assert!(has_lost_digits(1.1e17) && !has_lost_digits(123_456_789_012_345.0));
    }

    #[test]
    fn dates_are_iso() {
        use ExcelDateTimeType::{DateTime, TimeDelta};
        assert_eq!(moment(45_943.0, DateTime, false), "2025-10-13");
        assert_eq!(moment(45_943.5, DateTime, false), "2025-10-13 12:00:00");
        assert_eq!(moment(45_942.999_999_999, DateTime, false), "2025-10-13");
        assert_eq!(moment(45_943.0 - 1_462.0, DateTime, true), "2025-10-13");
        assert_eq!(moment(0.75, DateTime, false), "18:00:00");
        assert_eq!(moment(1.25, TimeDelta, false), "30:00:00");
    }
}
