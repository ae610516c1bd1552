//! Days as numbers, weekends by arithmetic, and the one time zone of all bureaus.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, date};
use jiff::tz::{Offset, TimeZone};

/// Day number 0.
const EPOCH: Date = date(1970, 1, 1);
/// 1970-01-01 was a Thursday: three days after its Monday.
const MONDAY_OFFSET: i32 = 3;
const DAY_SECONDS: i64 = 86_400;
const WEEK: i32 = 7;
const WEEK_WORKDAYS: i32 = 5;

/// All bureaus live by one clock; before 1992 it knew summer time, hence a zone and no fixed offset.
static BUREAU: LazyLock<TimeZone> = LazyLock::new(|| {
    let fixed = |_| TimeZone::fixed(Offset::constant(8));
    TimeZone::get("Asia/Shanghai").unwrap_or_else(fixed)
});

/// The day on the calendar of the bureau.
pub fn local_date(moment: Timestamp) -> Date {
    BUREAU.to_datetime(moment).date()
}

/// The moment at which a day begins for the bureau.
pub fn midnight(day: Date) -> Timestamp {
    let start = BUREAU.to_ambiguous_timestamp(day.at(0, 0, 0, 0));
    start.compatible().unwrap_or(Timestamp::MAX)
}

/// Days since 1970-01-01.
pub(crate) fn number(day: Date) -> i32 {
    let hours = day.duration_since(EPOCH).as_hours();
    i32::try_from(hours / 24).unwrap_or(0)
}

/// The day of a number, stopping at the ends of the calendar of jiff.
pub(crate) fn of_number(number: i32) -> Date {
    // By way of UTC: spans would be checked and balanced, and sheets ask for many days.
    match Timestamp::from_second(i64::from(number) * DAY_SECONDS) {
        Ok(midnight) => Offset::UTC.to_datetime(midnight).date(),
        Err(_) if number < 0 => Date::MIN,
        Err(_) => Date::MAX,
    }
}

pub(crate) fn is_weekend(number: i32) -> bool {
    (number + MONDAY_OFFSET).rem_euclid(WEEK) >= WEEK_WORKDAYS
}

/// How many Mondays to Fridays lie before a day, from the week of 1970 on.
pub(crate) fn weekdays_before(number: i32) -> i32 {
    let from_monday = number + MONDAY_OFFSET;
    let in_week = from_monday.rem_euclid(WEEK).min(WEEK_WORKDAYS);
    from_monday.div_euclid(WEEK) * WEEK_WORKDAYS + in_week
}

/// The Monday to Friday with so many before it.
pub(crate) fn weekday_after(count: i32) -> i32 {
    let in_week = count.rem_euclid(WEEK_WORKDAYS);
    count.div_euclid(WEEK_WORKDAYS) * WEEK + in_week - MONDAY_OFFSET
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::ToSpan;
    use jiff::civil::Weekday;

    #[test]
    fn numbers_and_weekdays_agree_with_the_civil_calendar() {
        let mut weekdays = weekdays_before(number(date(1899, 12, 31)));
        let mut day = date(1899, 12, 31);
        while day < date(2101, 1, 1) {
            let n = number(day);
            assert_eq!(of_number(n), day);
            let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
            assert_eq!(is_weekend(n), weekend, "{day}");
            assert_eq!(weekdays_before(n), weekdays, "{day}");
            if !weekend {
                assert_eq!(weekday_after(weekdays), n, "{day}");
                weekdays += 1;
            }
            day = day.tomorrow().unwrap();
        }
    }

    #[test]
    fn a_day_begins_at_sixteen_hours_utc() {
        let start: Timestamp = "2026-06-18T16:00:00Z".parse().unwrap();
        assert_eq!(midnight(date(2026, 6, 19)), start);
        assert_eq!(local_date(start), date(2026, 6, 19));
        assert_eq!(local_date(start - 1.microsecond()), date(2026, 6, 18));
    }
}
