//! Calendar arithmetic that gives the same day in memory and in a database.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::ast::Unit;

/// The first day a database can hold.
pub const DATE_MIN: Date = date(0, 1, 1);
/// The last day; in registers it often means "for ever".
pub const DATE_MAX: Date = date(9999, 12, 31);

/// The days and the whole months from the first day to the last.
const DAYS_MAX: i64 = 3_652_424;
const MONTHS_MAX: i64 = 119_999;

/// Whole months later (or earlier): 2024-08-31 and 6 months is 2025-02-28.
///
/// Beyond the calendar it stops at the end, as all dates here.
pub fn add_months(date: Date, months: i64) -> Date {
    step(date, months, Unit::Months)
}

/// Days later (or earlier), stopping at the ends of the calendar.
pub fn add_days(date: Date, days: i64) -> Date {
    step(date, days, Unit::Days)
}

/// How many days `later` is after `earlier`; negative when before.
pub fn days_between(earlier: Date, later: Date) -> i64 {
    later.duration_since(earlier).as_hours() / 24
}

pub(crate) fn step(from: Date, count: i64, unit: Unit) -> Date {
    let count = clamped(count, unit);
    let from = match limit(count, unit) {
        Limit::Latest(latest) => from.min(latest),
        Limit::Earliest(earliest) => from.max(earliest),
    };
    plain(from, count, unit)
}

/// From which day on a step would leave the calendar. SQL cuts to it before it steps.
pub(crate) enum Limit {
    Latest(Date),
    Earliest(Date),
}

pub(crate) fn limit(count: i64, unit: Unit) -> Limit {
    let count = clamped(count, unit);
    if count >= 0 {
        Limit::Latest(plain(DATE_MAX, -count, unit))
    } else {
        Limit::Earliest(plain(DATE_MIN, -count, unit))
    }
}

pub(crate) fn clamped(count: i64, unit: Unit) -> i64 {
    match unit {
        Unit::Days => count.clamp(-DAYS_MAX, DAYS_MAX),
        Unit::Months => count.clamp(-MONTHS_MAX, MONTHS_MAX),
    }
}

fn plain(from: Date, count: i64, unit: Unit) -> Date {
    match unit {
        Unit::Days => from.saturating_add(count.days()),
        Unit::Months => from.saturating_add(count.months()),
    }
}

/// The last day whose step is not after `bound`; none when all days or no day is such.
///
/// Stepping never changes the order of days, so the day is found by halving.
pub(crate) fn last_day_up_to(bound: Date, count: i64, unit: Unit) -> Option<Date> {
    let fits = |days: i64| step(plain(DATE_MIN, days, Unit::Days), count, unit) <= bound;
    let (mut fit, mut misfit) = (0, DAYS_MAX);
    if !fits(fit) || fits(misfit) {
        return None;
    }
    while misfit - fit > 1 {
        let middle = fit + (misfit - fit) / 2;
        if fits(middle) {
            fit = middle
        } else {
            misfit = middle
        }
    }
    Some(plain(DATE_MIN, fit, Unit::Days))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_clamp_to_the_last_day() {
        assert_eq!(add_months(date(2024, 8, 31), 6), date(2025, 2, 28));
        assert_eq!(add_months(date(2024, 1, 31), 1), date(2024, 2, 29));
        assert_eq!(add_months(date(2024, 3, 31), -1), date(2024, 2, 29));
        assert_eq!(add_months(date(2024, 2, 29), 12), date(2025, 2, 28));
    }

    #[test]
    fn the_calendar_has_ends() {
        assert_eq!(days_between(DATE_MIN, DATE_MAX), DAYS_MAX);
        assert_eq!(add_days(DATE_MAX, 30), DATE_MAX);
        assert_eq!(add_days(DATE_MIN, i64::MIN), DATE_MIN);
        assert_eq!(add_days(DATE_MIN, i64::MAX), DATE_MAX);
        assert_eq!(add_months(DATE_MAX, 6), date(9999, 12, 30));
        assert_eq!(add_months(DATE_MIN, i64::MAX), date(9999, 12, 1));
    }

    #[test]
    fn the_last_day_before_a_bound_is_found() {
        let found = |bound, months| last_day_up_to(bound, months, Unit::Months);
        assert_eq!(found(date(2025, 2, 28), 6), Some(date(2024, 8, 31)));
        assert_eq!(found(date(2025, 2, 27), 6), Some(date(2024, 8, 27)));
        assert_eq!(found(date(2024, 3, 31), -1), Some(date(2024, 4, 30)));
        assert_eq!(found(DATE_MAX, 6), None);
    }
}
