//! When a lift must next be inspected and tested: the years and months of TSG T7001-2023 and T7008-2023.
//!
//! Pure arithmetic over dates; the years and months it is given are data of the bureau.

use jiff::civil::Date;
use jiff::{Span, ToSpan};

/// Years after the base date that are looked at; no lift stands longer.
const SERIES_YEARS_MAX: i16 = 150;

/// The rule in force: what `[params]` of the equipment register hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Years after the base date with a 定期检验, ascending; after the last one every year.
    pub years: Vec<i16>,
    /// Months by which a 定期检验 may be done early.
    pub early_months: i64,
    /// Months by which a 自行检测 may be done early.
    pub self_test_early_months: i64,
}

/// What happened to one lift.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Past {
    /// Last passed 定期检验.
    pub passed: Option<Date>,
    /// Last passed 监督检验 of a 重大修理: the 定期检验 of that year falls away.
    pub repaired: Option<Date>,
    /// Last passed 定期检验 after a stop of more than a year: its month becomes the month of the series.
    pub restarted: Option<Date>,
    /// Last passed 自行检测.
    pub self_tested: Option<Date>,
}

impl Rule {
    /// Reads the years of a param such as `1 4 7 9 11 13 15`; `None` unless they ascend from 1 up.
    pub fn years(text: &str) -> Option<Vec<i16>> {
        let years: Vec<i16> = text
            .split(|c: char| !c.is_ascii_digit())
            .filter(|word| !word.is_empty())
            .map(|word| word.parse().ok())
            .collect::<Option<_>>()?;
        let ascends = years.windows(2).all(|pair| pair[0] < pair[1]);
        (ascends && years.first().is_some_and(|first| *first >= 1)).then_some(years)
    }

    /// Whether the 定期检验 falls into the nth year after the base date.
    fn inspects(&self, nth: i16) -> bool {
        self.years.contains(&nth) || self.years.last().is_none_or(|last| nth > *last)
    }

    /// All due dates of the 定期检验 after `base`: the end of the due month of each such year.
    pub fn inspections(&self, base: Date, past: &Past) -> impl Iterator<Item = Date> {
        let past = *past;
        (1..=SERIES_YEARS_MAX)
            .filter(|nth| self.inspects(*nth))
            .filter_map(move |nth| due(base, nth, &past))
            .filter(move |due| {
                past.repaired
                    .is_none_or(|repaired| repaired.year() != due.year())
            })
    }

    /// All due dates of the 自行检测 after `base`: every other year of the series.
    pub fn self_tests(&self, base: Date, past: &Past) -> impl Iterator<Item = Date> {
        let past = *past;
        (1..=SERIES_YEARS_MAX)
            .filter(|nth| !self.inspects(*nth))
            .filter_map(move |nth| due(base, nth, &past))
    }

    /// The first 定期检验 not yet done.
    pub fn next_inspection(&self, base: Date, past: &Past) -> Option<Date> {
        self.inspections(base, past).find(|due| {
            past.passed
                .is_none_or(|passed| passed < earliest(*due, self.early_months))
        })
    }

    /// The first 自行检测 not yet done that falls due on or after `since`, the day the duty began.
    /// Whoever passed the 定期检验 of a later year showed the tests before it.
    pub fn next_self_test(&self, base: Date, past: &Past, since: Date) -> Option<Date> {
        let done = past.self_tested.max(past.passed);
        self.self_tests(base, past)
            .filter(|due| *due >= since)
            .find(|due| done.is_none_or(|done| done < earliest(*due, self.self_test_early_months)))
    }
}

/// First day on which an inspection counts for a due date: so many months before its month.
pub fn earliest(due: Date, early_months: i64) -> Date {
    due.first_of_month()
        .saturating_sub(Span::new().months(early_months))
}

/// End of the due month in the nth year after the base date.
fn due(base: Date, nth: i16, past: &Past) -> Option<Date> {
    let year = base.year().checked_add(nth)?;
    let month = match past.restarted {
        Some(restarted) if year >= restarted.year() => restarted.month(),
        _ => base.month(),
    };
    Some(Date::new(year, month, 1).ok()?.last_of_month())
}

/// The date so many whole months later; a day that does not exist becomes the last of its month.
pub fn months_after(date: Date, months: i64) -> Date {
    date.saturating_add(months.months())
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn rule() -> Rule {
        Rule {
            years: Rule::years("1 4 7 9 11 13 15").unwrap(),
            early_months: 2,
            self_test_early_months: 1,
        }
    }

    const BASE: Date = date(2020, 6, 15);

    #[test]
    fn inspections_follow_the_years_of_the_rule() {
        let dues: Vec<Date> = rule().inspections(BASE, &Past::default()).take(9).collect();
        let years = [2021, 2024, 2027, 2029, 2031, 2033, 2035, 2036, 2037];
        assert_eq!(dues, years.map(|year| date(year, 6, 30)));
    }

    #[test]
    fn self_tests_fill_the_other_years_and_end_after_fifteen() {
        let dues: Vec<Date> = rule().self_tests(BASE, &Past::default()).collect();
        let years = [2022, 2023, 2025, 2026, 2028, 2030, 2032, 2034];
        assert_eq!(dues, years.map(|year| date(year, 6, 30)));
    }

    #[test]
    fn a_major_repair_takes_the_place_of_that_years_inspection() {
        let past = Past {
            passed: Some(date(2021, 6, 10)),
            repaired: Some(date(2024, 3, 2)),
            ..Past::default()
        };
        assert_eq!(rule().next_inspection(BASE, &past), Some(date(2027, 6, 30)));
        let without = Past {
            repaired: None,
            ..past
        };
        assert_eq!(
            rule().next_inspection(BASE, &without),
            Some(date(2024, 6, 30))
        );
    }

    #[test]
    fn an_inspection_counts_up_to_two_months_early_and_moves_nothing() {
        let next = |passed| {
            rule().next_inspection(
                BASE,
                &Past {
                    passed: Some(passed),
                    ..Past::default()
                },
            )
        };
        assert_eq!(next(date(2024, 4, 20)), Some(date(2027, 6, 30)));
        assert_eq!(next(date(2024, 4, 1)), Some(date(2027, 6, 30)));
        assert_eq!(next(date(2024, 3, 31)), Some(date(2024, 6, 30)));
        // Late ones move nothing either.
        assert_eq!(next(date(2024, 11, 5)), Some(date(2027, 6, 30)));
        assert_eq!(next(date(2036, 6, 1)), Some(date(2037, 6, 30)));
    }

    #[test]
    fn a_new_lift_is_due_at_the_end_of_the_month_of_its_first_year() {
        assert_eq!(
            rule().next_inspection(BASE, &Past::default()),
            Some(date(2021, 6, 30))
        );
        let leap = date(2023, 2, 28);
        assert_eq!(
            rule().next_inspection(leap, &Past::default()),
            Some(date(2024, 2, 29))
        );
    }

    #[test]
    fn after_a_long_stop_the_series_goes_on_in_the_month_of_the_new_inspection() {
        let restarted = date(2028, 9, 12);
        let past = Past {
            passed: Some(restarted),
            restarted: Some(restarted),
            ..Past::default()
        };
        assert_eq!(rule().next_inspection(BASE, &past), Some(date(2029, 9, 30)));
        // In a year of the series the inspection before re-use is the one of that year.
        let restarted = date(2029, 1, 20);
        let past = Past {
            passed: Some(restarted),
            restarted: Some(restarted),
            ..Past::default()
        };
        assert_eq!(rule().next_inspection(BASE, &past), Some(date(2031, 1, 31)));
    }

    #[test]
    fn a_self_test_counts_one_month_early_and_not_before_the_duty_began() {
        let since = date(2024, 4, 2);
        let next = |past: Past| rule().next_self_test(BASE, &past, since);
        assert_eq!(next(Past::default()), Some(date(2025, 6, 30)));
        let tested = |on| Past {
            self_tested: Some(on),
            ..Past::default()
        };
        assert_eq!(next(tested(date(2025, 5, 1))), Some(date(2026, 6, 30)));
        assert_eq!(next(tested(date(2025, 4, 30))), Some(date(2025, 6, 30)));
        let passed = Past {
            passed: Some(date(2027, 6, 3)),
            ..Past::default()
        };
        assert_eq!(next(passed), Some(date(2028, 6, 30)));
    }

    #[test]
    fn years_that_do_not_ascend_are_no_rule() {
        assert_eq!(Rule::years("1,4,7"), Some(vec![1, 4, 7]));
        assert_eq!(Rule::years("4 1"), None);
        assert_eq!(Rule::years(""), None);
        assert_eq!(Rule::years("0 4"), None);
        assert_eq!(Rule::years("99999999"), None);
    }

    #[test]
    fn months_are_whole_and_end_with_the_month() {
        assert_eq!(months_after(date(2024, 8, 31), 6), date(2025, 2, 28));
        assert_eq!(months_after(date(2024, 2, 29), 12), date(2025, 2, 28));
        assert_eq!(months_after(date(2024, 1, 31), 1), date(2024, 2, 29));
        assert_eq!(months_after(date(2023, 3, 15), 72), date(2029, 3, 15));
    }
}
