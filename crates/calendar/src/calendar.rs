//! All published years together: which day is worked, counted fast.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

use jiff::civil::Date;

use crate::day;
use crate::fault::{Fault, What};
use crate::index::Index;
use crate::text;
use crate::year::{Name, Year};

/// What comes with the program; its source and date stand in the file.
const BUILTIN: &str = include_str!("../data/years.txt");

/// Number of a calendar. Every change makes the next one; due dates remember theirs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version(pub u32);

impl Version {
    /// The calendar that comes with the program.
    pub const BUILTIN: Version = Version(1);
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What a day is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DayKind {
    Workday,
    /// A weekend worked instead of a day of this holiday (调休上班).
    MakeUp(Name),
    Weekend,
    Holiday {
        name: Name,
        /// Whether the law names the day, or only the year's arrangement.
        statutory: bool,
    },
}

impl DayKind {
    pub fn is_workday(&self) -> bool {
        matches!(self, DayKind::Workday | DayKind::MakeUp(_))
    }
}

/// The published years; all other years have weekends only and are provisional.
#[derive(Clone, Debug, Default)]
pub struct Calendar {
    version: Version,
    years: BTreeMap<i16, Year>,
    /// Days that differ from the week: holidays and make-up days, by number.
    special: BTreeMap<i32, DayKind>,
    index: Index,
}

impl Calendar {
    /// A calendar of these years; refused where two notices contradict each other.
    pub fn new(version: Version, years: Vec<Year>) -> Result<Calendar, Fault> {
        let mut special = BTreeMap::new();
        for year in &years {
            mark(year, &mut special)?;
        }
        let start = special.keys().next().copied().unwrap_or(0);
        let end = special.keys().next_back().map_or(0, |last| last + 1);
        let index = Index::new(start, end, |number| {
            let kind = special.get(&number);
            kind.map_or(!day::is_weekend(number), DayKind::is_workday)
        });
        let years = years.into_iter().map(|year| (year.number, year));
        Ok(Calendar {
            version,
            years: years.collect(),
            special,
            index,
        })
    }

    /// The years 2025 and 2026.
    pub fn builtin() -> &'static Calendar {
        // The file is part of the program and a test reads it; an empty calendar would be provisional.
        static CALENDAR: LazyLock<Calendar> =
            LazyLock::new(|| Calendar::parse(Version::BUILTIN, BUILTIN).unwrap_or_default());
        &CALENDAR
    }

    /// A calendar from text, such as [`Calendar::text`] wrote.
    pub fn parse(version: Version, text: &str) -> Result<Calendar, Vec<Fault>> {
        Calendar::new(version, text::parse(text)?).map_err(|fault| vec![fault])
    }

    /// The next version: these years added, or put in the place of what was known of them.
    pub fn merge(&self, years: Vec<Year>) -> Result<Calendar, Fault> {
        let mut all = self.years.clone();
        all.extend(years.into_iter().map(|year| (year.number, year)));
        Calendar::new(Version(self.version.0 + 1), all.into_values().collect())
    }

    /// The published years as text, to be kept with the version.
    pub fn text(&self) -> String {
        self.years.values().map(Year::to_string).collect()
    }

    pub fn version(&self) -> Version {
        self.version
    }

    pub fn years(&self) -> impl Iterator<Item = &Year> {
        self.years.values()
    }

    /// Whether the State Council's notice for the year of this day is known here.
    pub fn is_published(&self, day: Date) -> bool {
        self.years.contains_key(&day.year())
    }

    pub fn kind(&self, day: Date) -> DayKind {
        self.kind_of(day::number(day))
    }

    pub(crate) fn kind_of(&self, number: i32) -> DayKind {
        match self.special.get(&number) {
            Some(kind) => kind.clone(),
            None if day::is_weekend(number) => DayKind::Weekend,
            None => DayKind::Workday,
        }
    }

    pub fn is_workday(&self, day: Date) -> bool {
        let number = day::number(day);
        let kind = self.special.get(&number);
        kind.map_or(!day::is_weekend(number), DayKind::is_workday)
    }

    /// Working days in `from..to`, without `to`; negative when reversed.
    pub fn workdays_between(&self, from: Date, to: Date) -> i32 {
        self.rank(day::number(to)) - self.rank(day::number(from))
    }

    /// The n-th working day after a day, which itself is not counted; for 0 the last up to it.
    pub fn workday_after(&self, day: Date, n: u32) -> Date {
        let rank = self.rank(day::number(day) + 1);
        day::of_number(self.select(rank + signed(n) - 1))
    }

    /// The n-th working day before a day, counting back from the day before it: the last day to
    /// apply for renewal n working days ahead of expiry (行政许可法 50); for 0 the next from it on.
    pub fn workday_before(&self, day: Date, n: u32) -> Date {
        day::of_number(self.select(self.rank(day::number(day)) - signed(n)))
    }

    pub(crate) fn special_days(&self) -> impl Iterator<Item = i32> {
        self.special.keys().copied()
    }

    pub(crate) fn rank(&self, number: i32) -> i32 {
        self.index.rank(number)
    }

    pub(crate) fn select(&self, rank: i32) -> i32 {
        self.index.select(rank)
    }

    pub(crate) fn is_holiday(&self, number: i32) -> bool {
        matches!(self.special.get(&number), Some(DayKind::Holiday { .. }))
    }
}

fn signed(count: u32) -> i32 {
    i32::try_from(count)
        .unwrap_or(i32::MAX / 4)
        .min(i32::MAX / 4)
}

fn mark(year: &Year, special: &mut BTreeMap<i32, DayKind>) -> Result<(), Fault> {
    let mut put = |day: &Date, kind: DayKind| {
        let works = kind.is_workday();
        let before = special.insert(day::number(*day), kind);
        match before {
            Some(before) if before.is_workday() != works => Err(What::Clash(*day).at(1)),
            _ => Ok(()),
        }
    };
    for holiday in &year.holidays {
        for day in &holiday.off {
            let statutory = holiday.law.contains(day);
            let name = holiday.name.clone();
            put(day, DayKind::Holiday { name, statutory })?;
        }
        for day in &holiday.work {
            put(day, DayKind::MakeUp(holiday.name.clone()))?;
        }
    }
    Ok(())
}
