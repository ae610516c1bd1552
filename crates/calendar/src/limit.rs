//! A limit of law as it is written: "3 workdays", "30 days", "2 months", "24 hours".
//!
//! After a comma stands what differs from the rule: "1 day, same day" counts the day it starts on;
//! "24 hours, next hour" does not count the hour it starts in; "60 days, next workday" ends on no
//! weekend; "60 days, fixed" ends where it falls.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// No limit of law is longer than a hundred years.
const YEARS_MAX: u32 = 100;

/// In what a limit is counted (民法典 200; 行政许可法 82 for working days).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    Hours,
    Workdays,
    /// Natural days (自然日).
    Days,
    Months,
    Years,
}

/// Where counting begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Start {
    /// The day or hour of the start is not counted (民法典 201 第一款; 民事诉讼法 85). The rule for days.
    Next,
    /// The day itself is the first; hours run from the moment (民法典 201 第二款). The rule for hours.
    AtOnce,
}

/// What happens when the last day is a day of rest. The laws differ, so the definition says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Ending {
    /// It ends where it falls.
    Fixed,
    /// From a holiday to the first day after it; a plain weekend stays (程序规定 80; 18号令 55).
    AfterHoliday,
    /// From a holiday or a weekend to the next working day (民法典 203 in the wider reading).
    NextWorkday,
}

/// A length of time given by law, with its rules of start and end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Limit {
    count: u32,
    unit: Unit,
    start: Start,
    ending: Ending,
}

/// The text or the parts make no limit.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum LimitError {
    #[error("期限“{0}”应写作 30 days、3 workdays、4 hours、1 month 或 1 year")]
    Unreadable(String),
    #[error("期限应在 1 到 {max} 之间，不能是 {count}")]
    Count { count: u32, max: u32 },
    #[error("“{rule}”不能用于按 {unit} 计算的期限")]
    Rule { rule: String, unit: &'static str },
}

impl Unit {
    const ALL: [Unit; 5] = [
        Unit::Hours,
        Unit::Workdays,
        Unit::Days,
        Unit::Months,
        Unit::Years,
    ];

    /// The word of the definitions, for one.
    pub fn word(self) -> &'static str {
        match self {
            Unit::Hours => "hour",
            Unit::Workdays => "workday",
            Unit::Days => "day",
            Unit::Months => "month",
            Unit::Years => "year",
        }
    }

    /// How many fit into a hundred years.
    pub(crate) fn count_max(self) -> u32 {
        YEARS_MAX
            * match self {
                Unit::Hours => 365 * 24,
                Unit::Workdays => 250,
                Unit::Days => 365,
                Unit::Months => 12,
                Unit::Years => 1,
            }
    }
}

impl Limit {
    /// A limit with the usual rules of its unit.
    pub fn new(count: u32, unit: Unit) -> Result<Limit, LimitError> {
        let max = unit.count_max();
        if !(1..=max).contains(&count) {
            return Err(LimitError::Count { count, max });
        }
        let (start, ending) = match unit {
            Unit::Hours => (Start::AtOnce, Ending::Fixed),
            // Ends on a working day by itself.
            Unit::Workdays => (Start::Next, Ending::Fixed),
            Unit::Days | Unit::Months | Unit::Years => (Start::Next, Ending::AfterHoliday),
        };
        Ok(Limit {
            count,
            unit,
            start,
            ending,
        })
    }

    pub fn starting(self, start: Start) -> Limit {
        Limit { start, ..self }
    }

    /// Only natural days, months and years can end on a day of rest and move.
    pub fn ending(self, ending: Ending) -> Result<Limit, LimitError> {
        let moves = matches!(self.unit, Unit::Days | Unit::Months | Unit::Years);
        if moves || ending == self.ending {
            return Ok(Limit { ending, ..self });
        }
        let rule = ending_word(ending).to_owned();
        let unit = self.unit.word();
        Err(LimitError::Rule { rule, unit })
    }

    pub fn count(self) -> u32 {
        self.count
    }

    pub fn unit(self) -> Unit {
        self.unit
    }

    pub fn start(self) -> Start {
        self.start
    }

    pub fn end_rule(self) -> Ending {
        self.ending
    }

    fn with_rule(self, rule: &str) -> Result<Limit, LimitError> {
        match rule {
            "next hour" if self.unit == Unit::Hours => Ok(self.starting(Start::Next)),
            "same day" if self.unit != Unit::Hours => Ok(self.starting(Start::AtOnce)),
            "fixed" => self.ending(Ending::Fixed),
            "after holiday" => self.ending(Ending::AfterHoliday),
            "next workday" => self.ending(Ending::NextWorkday),
            _ => Err(LimitError::Rule {
                rule: rule.to_owned(),
                unit: self.unit.word(),
            }),
        }
    }
}

fn ending_word(ending: Ending) -> &'static str {
    match ending {
        Ending::Fixed => "fixed",
        Ending::AfterHoliday => "after holiday",
        Ending::NextWorkday => "next workday",
    }
}

impl FromStr for Limit {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Limit, LimitError> {
        let unreadable = || LimitError::Unreadable(text.to_owned());
        let mut parts = text.split(',').map(str::trim);
        let length = parts.next().unwrap_or_default();
        let (count, unit) = length.split_once(' ').ok_or_else(unreadable)?;
        let word = unit.strip_suffix('s').unwrap_or(unit);
        let unit = Unit::ALL.into_iter().find(|unit| unit.word() == word);
        let unit = unit.ok_or_else(unreadable)?;
        let limit = Limit::new(count.parse().map_err(|_| unreadable())?, unit)?;
        parts.try_fold(limit, Limit::with_rule)
    }
}

/// As it would be written in a definition.
impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.count == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.count, self.unit.word())?;
        match (self.unit, self.start) {
            (Unit::Hours, Start::Next) => write!(f, ", next hour")?,
            (Unit::Hours, Start::AtOnce) | (_, Start::Next) => {}
            (_, Start::AtOnce) => write!(f, ", same day")?,
        }
        let movable = !matches!(self.unit, Unit::Hours | Unit::Workdays);
        if movable && self.ending != Ending::AfterHoliday {
            write!(f, ", {}", ending_word(self.ending))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        for text in [
            "3 workdays",
            "1 workday, same day",
            "30 days",
            "60 days, next workday",
            "1 day, same day, fixed",
            "2 months",
            "1 year",
            "24 hours",
            "24 hours, next hour",
        ] {
            let limit: Limit = text.parse().unwrap();
            assert_eq!(limit.to_string(), text);
        }
        let short: Limit = "1 months, after holiday".parse().unwrap();
        assert_eq!(short.to_string(), "1 month");
    }

    #[test]
    fn what_is_no_limit_is_refused_in_plain_words() {
        let said = |text: &str| text.parse::<Limit>().unwrap_err().to_string();
        assert_eq!(
            said("soon"),
            "期限“soon”应写作 30 days、3 workdays、4 hours、1 month 或 1 year"
        );
        assert_eq!(said("0 days"), "期限应在 1 到 36500 之间，不能是 0");
        assert_eq!(said("101 years"), "期限应在 1 到 100 之间，不能是 101");
        assert!(said("-1 days").starts_with("期限“-1 days”"));
        assert_eq!(
            said("3 workdays, next workday"),
            "“next workday”不能用于按 workday 计算的期限"
        );
        assert_eq!(
            said("3 days, next hour"),
            "“next hour”不能用于按 day 计算的期限"
        );
        assert_eq!(
            said("3 hours, same day"),
            "“same day”不能用于按 hour 计算的期限"
        );
    }
}
