//! The test vectors of the domain sheets, written out.

use calendar::{Calendar, Certainty, DayKind, Version, midnight};
use jiff::civil::date;

use crate::{clock, day, due};

/// Start (day 0), working days, deadline; `licences.md` §2.
const WORKDAYS: [(&str, u32, &str); 18] = [
    ("2025-01-20", 5, "2025-01-26"),
    ("2025-01-20", 20, "2025-02-21"),
    ("2025-01-24", 1, "2025-01-26"),
    ("2025-04-25", 5, "2025-05-06"),
    ("2025-04-30", 1, "2025-05-06"),
    ("2025-09-26", 5, "2025-10-10"),
    ("2025-09-30", 1, "2025-10-09"),
    ("2025-09-30", 10, "2025-10-21"),
    ("2025-12-31", 1, "2026-01-04"),
    ("2026-02-02", 20, "2026-03-06"),
    ("2026-02-13", 1, "2026-02-14"),
    ("2026-02-13", 2, "2026-02-24"),
    ("2026-02-27", 1, "2026-02-28"),
    ("2026-04-03", 1, "2026-04-07"),
    ("2026-04-30", 5, "2026-05-11"),
    ("2026-09-18", 1, "2026-09-20"),
    ("2026-09-18", 10, "2026-10-09"),
    ("2026-09-30", 20, "2026-11-03"),
];

/// Expiry, working days before, last day to apply; `licences.md` §2.
const RENEWALS: [(&str, u32, &str); 3] = [
    ("2026-03-01", 30, "2026-01-13"),
    ("2025-10-31", 30, "2025-09-15"),
    ("2026-12-31", 30, "2026-11-19"),
];

/// Natural days, months and hours: 18号令 in `product-supervision.md`, `hotline.md` §9, 民法典 202.
const OTHERS: [(&str, &str, &str); 15] = [
    ("2025-03-10", "60 days", "2025-05-09"),
    ("2025-05-09", "15 days", "2025-05-24"),
    ("2025-06-01", "60 days", "2025-07-31"),
    ("2025-07-31", "30 days", "2025-08-30"),
    ("2025-09-17", "15 days", "2025-10-09"),
    ("2026-06-01", "7 workdays", "2026-06-10"),
    ("2026-06-01", "15 workdays", "2026-06-23"),
    ("2026-06-01", "30 workdays", "2026-07-14"),
    ("2026-06-10", "60 days", "2026-08-09"),
    ("2026-06-10", "60 days, next workday", "2026-08-10"),
    ("2025-08-31", "6 months, fixed", "2026-02-28"),
    ("2025-01-01", "1 year, fixed", "2026-01-01"),
    ("2025-01-01", "1 year", "2026-01-04"),
    ("2026-03-02", "1 day, same day", "2026-03-02"),
    ("2026-02-16", "1 workday, same day", "2026-02-24"),
];

#[test]
fn working_days_end_where_the_sheet_says() {
    let calendar = Calendar::builtin();
    for (start, n, deadline) in WORKDAYS {
        assert_eq!(
            calendar.workday_after(day(start), n),
            day(deadline),
            "{start} {n}"
        );
        let due = due(&clock(start, &format!("{n} workdays")));
        assert_eq!(due.date, day(deadline), "{start} {n}");
        assert_eq!(due.moment, midnight(due.date.tomorrow().unwrap()));
        assert_eq!(due.version, Version::BUILTIN);
        assert_eq!(due.certainty, Certainty::Definite);
    }
}

#[test]
fn renewal_is_applied_for_by_the_day_the_sheet_says() {
    for (expiry, n, last) in RENEWALS {
        let found = Calendar::builtin().workday_before(day(expiry), n);
        assert_eq!(found, day(last), "{expiry} {n}");
    }
}

#[test]
fn natural_days_and_months_end_where_the_sheets_say() {
    for (start, limit, deadline) in OTHERS {
        let due = due(&clock(start, limit));
        assert_eq!(due.date, day(deadline), "{start} {limit}");
    }
}

#[test]
fn months_and_years_have_the_working_days_of_the_sheet() {
    const MONTHS: [(i16, [i32; 12]); 2] = [
        (2025, [19, 19, 21, 22, 19, 20, 23, 21, 23, 18, 20, 23]),
        (2026, [21, 16, 22, 21, 19, 21, 23, 21, 22, 18, 21, 23]),
    ];
    let calendar = Calendar::builtin();
    for (year, months) in MONTHS {
        for (month, expected) in (1..).zip(months) {
            let first = date(year, month, 1);
            let next = first.last_of_month().tomorrow().unwrap();
            assert_eq!(calendar.workdays_between(first, next), expected, "{first}");
            assert_eq!(calendar.workdays_between(next, first), -expected);
        }
        let whole = calendar.workdays_between(date(year, 1, 1), date(year + 1, 1, 1));
        assert_eq!(whole, 248);
    }
}

#[test]
fn thirteen_days_a_year_are_statutory() {
    let calendar = Calendar::builtin();
    let years: Vec<i16> = calendar.years().map(|year| year.number()).collect();
    assert_eq!(years, [2025, 2026]);
    for year in calendar.years() {
        let law: usize = year
            .holidays()
            .iter()
            .map(|holiday| holiday.law.len())
            .sum();
        assert_eq!(law, 13);
    }
    let DayKind::Holiday { name, statutory } = calendar.kind(day("2026-10-05")) else {
        panic!("National Day");
    };
    assert_eq!(
        (&*name.chinese, &*name.english, statutory),
        ("国庆节", "National Day", false)
    );
    assert!(matches!(
        calendar.kind(day("2026-10-10")),
        DayKind::MakeUp(_)
    ));
}
