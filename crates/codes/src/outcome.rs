//! What a check answers: a normal form with warnings, or one refusal; and the day it is asked for.

use std::fmt;

use speech::{Said, said};

/// A day of the Gregorian calendar, given by the caller: this crate reads no clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day {
    pub year: i32,
    pub month: u8,
    pub day: u8,
}

impl Day {
    /// The day, if it exists.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Day> {
        let day = Day { year, month, day };
        day.is_real().then_some(day)
    }

    /// Reads `YYYYMMDD`.
    pub fn from_compact(text: &str) -> Option<Day> {
        if text.len() != 8 || !text.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        Day::new(
            text[..4].parse().ok()?,
            text[4..6].parse().ok()?,
            text[6..].parse().ok()?,
        )
    }

    /// Whether month and day exist in that year.
    pub fn is_real(self) -> bool {
        (1..=month_days(self.year, self.month)).contains(&self.day)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

fn month_days(year: i32, month: u8) -> u8 {
    match month {
        1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 0,
    }
}

/// An accepted identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// The form to store and to compare.
    pub normal: String,
    /// What a person should look at, though the code is accepted.
    pub warnings: Vec<Warning>,
}

impl Checked {
    pub(crate) fn clean(normal: impl Into<String>) -> Checked {
        Checked {
            normal: normal.into(),
            warnings: Vec::new(),
        }
    }

    pub(crate) fn warn(&mut self, code: &'static str, text: Said) {
        self.warnings.push(Warning { code, text });
    }
}

/// Something doubtful in an accepted identifier.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// Stable code, such as `unlisted`.
    pub code: &'static str,
    /// Sentence for people.
    pub text: Said,
}

/// Why an identifier is refused.
///
/// Codes in use: `empty`, `too_long`, `length`, `character`, `shape`, `check_digit`, `date`,
/// `future`, `region`, `unlisted`, `abolished`, `obsolete`, `amount`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Stable code, such as `check_digit`.
    pub code: &'static str,
    /// Sentence that says what is wrong and, where known, what is right.
    pub text: Said,
    /// The form that was probably meant, where it can be known without guessing.
    pub instead: Option<String>,
}

impl Refused {
    pub(crate) fn new(code: &'static str, text: Said) -> Refused {
        Refused {
            code,
            text,
            instead: None,
        }
    }

    pub(crate) fn instead(mut self, instead: impl Into<String>) -> Refused {
        self.instead = Some(instead.into());
        self
    }

    pub(crate) fn length(title: Said, want: Said, found: usize) -> Refused {
        Refused::new(
            "length",
            said!(
                "{}应为 {} 位，现为 {} 位" / "{} must have {} characters, not {}",
                title,
                want,
                found
            ),
        )
    }

    pub(crate) fn character(place: usize, found: char, allowed: Said) -> Refused {
        Refused::new(
            "character",
            said!(
                "第{}位“{}”不能使用，此处应为{}"
                    / "Character {} “{}” cannot stand there; expected: {}",
                place,
                found,
                allowed
            ),
        )
    }

    pub(crate) fn check_digit(place: usize, want: char, found: char) -> Refused {
        let text = said!(
            "第{place}位校验码应为 {want}，而不是 {found}"
                / "The check character at place {place} must be {want}, not {found}"
        );
        Refused::new("check_digit", text)
    }

    pub(crate) fn shape(title: Said, form: Said) -> Refused {
        Refused::new(
            "shape",
            said!(
                "{}的格式不对，应为 {}" / "{} is not well formed; expected: {}",
                title,
                form
            ),
        )
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text.zh)
    }
}

impl std::error::Error for Refused {}

#[cfg(test)]
mod tests {
    use super::Day;

    #[test]
    fn leap_years_follow_the_calendar() {
        assert!(Day::new(2000, 2, 29).is_some());
        assert!(Day::new(1900, 2, 29).is_none());
        assert!(Day::new(2023, 4, 31).is_none());
        assert!(Day::new(2023, 13, 1).is_none());
        assert!(Day::from_compact("20240229").is_some());
        assert!(Day::from_compact("２０２４0229").is_none());
    }
}
