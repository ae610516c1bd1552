//! A second calculator that walks day by day and shares no code with the room: slow, plain, and
//! asked whether both agree.

use std::collections::BTreeMap;

use jiff::civil::{Date, DateTime, Weekday};

/// The smallest step of time in random cases; limits in hours are walked in such steps.
pub const STEP_MINUTES: i64 = 15;
const HOUR_STEPS: u32 = 4;

/// What was published.
pub struct World {
    /// A cell for every day of a table with 31 days in each month.
    cells: Vec<Cell>,
    pub years: BTreeMap<i16, String>,
}

#[derive(Clone, Copy, PartialEq)]
pub enum Cell {
    Plain,
    Off,
    MadeUp,
}

const TABLE_BEGINS: i16 = 2018;
const TABLE_YEARS: usize = 30;

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    Hours,
    Workdays,
    Days,
    Months,
    Years,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Roll {
    No,
    Holiday,
    Rest,
}

/// One clock in wall-clock time.
#[derive(Debug)]
pub struct Case {
    pub start: DateTime,
    pub kind: Kind,
    pub count: u32,
    pub extra: u32,
    /// Counts the day, or the hour begun, of the start.
    pub at_once: bool,
    pub roll: Roll,
    pub pauses: Vec<(DateTime, Option<DateTime>)>,
}

#[derive(Debug, PartialEq)]
pub enum Answer {
    Due {
        overdue_at: DateTime,
        date: Date,
        unmoved: Date,
        provisional: bool,
        /// The days that counted.
        counted: Vec<Date>,
    },
    Stopped {
        left: u32,
    },
}

fn next(day: Date) -> Date {
    day.tomorrow().unwrap()
}

fn place(day: Date) -> usize {
    let year = usize::try_from(day.year() - TABLE_BEGINS).expect("a year of the table");
    (year * 12 + day.month() as usize - 1) * 31 + day.day() as usize - 1
}

impl World {
    pub fn plain() -> World {
        World {
            cells: vec![Cell::Plain; TABLE_YEARS * 12 * 31],
            years: BTreeMap::new(),
        }
    }

    pub fn cell(&self, day: Date) -> Cell {
        self.cells[place(day)]
    }

    pub fn put(&mut self, day: Date, cell: Cell) {
        self.cells[place(day)] = cell;
    }

    pub fn works(&self, day: Date) -> bool {
        match self.cell(day) {
            Cell::Off => false,
            Cell::MadeUp => true,
            Cell::Plain => !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday),
        }
    }

    pub fn answer(&self, case: &Case) -> Answer {
        if case.kind == Kind::Hours {
            return case.walk_hours();
        }
        let wanted = case.days_wanted();
        let first = case.first();
        let mut counted = Vec::new();
        let mut day = first;
        while counted.len() < wanted {
            match case.stands_still(day) {
                Some(None) => {
                    let left = u32::try_from(wanted - counted.len()).unwrap();
                    return Answer::Stopped { left };
                }
                Some(Some(_)) => {}
                None if case.kind == Kind::Workdays && !self.works(day) => {}
                None => counted.push(day),
            }
            day = next(day);
        }
        let unmoved = *counted.last().unwrap();
        let mut date = unmoved;
        while match case.roll {
            Roll::No => false,
            Roll::Holiday => self.cell(date) == Cell::Off,
            Roll::Rest => !self.works(date),
        } {
            date = next(date);
        }
        let mut asked = match (case.kind, case.roll) {
            (Kind::Workdays, _) => first,
            (_, Roll::No) => next(date),
            _ => unmoved,
        };
        let mut provisional = false;
        while asked <= date {
            provisional |= !self.years.contains_key(&asked.year());
            asked = next(asked);
        }
        Answer::Due {
            overdue_at: next(date).at(0, 0, 0, 0),
            date,
            unmoved,
            provisional,
            counted,
        }
    }
}

impl Case {
    pub fn first(&self) -> Date {
        if self.at_once {
            self.start.date()
        } else {
            next(self.start.date())
        }
    }

    /// Whether the clock stands still on a day, and whether that ever ends.
    pub fn stands_still(&self, day: Date) -> Option<Option<DateTime>> {
        let pause = self.pauses.iter().find(|(from, until)| {
            from.date() <= day && until.is_none_or(|until| day < until.date())
        });
        pause.map(|(_, until)| *until)
    }

    /// How many days must count: for months, all up to the corresponding day.
    fn days_wanted(&self) -> usize {
        let count = self.count + self.extra;
        let months = match self.kind {
            Kind::Months => count,
            Kind::Years => count * 12,
            _ => return count as usize,
        };
        let (start, mut day) = (self.start.date(), self.start.date());
        let (mut days, mut left) = (0, months);
        while left > 0 || (day.day() < start.day() && next(day).day() != 1) {
            day = next(day);
            days += 1;
            left -= u32::from(day.day() == 1 && left > 0);
        }
        days
    }

    fn walk_hours(&self) -> Answer {
        let minutes = |at: DateTime| at.duration_since(self.start).as_mins();
        let begin = match self.at_once {
            true => 0,
            false => 60 - i64::from(self.start.minute()),
        };
        let pauses = self.pauses.iter();
        let pauses: Vec<(i64, i64)> = pauses
            .map(|(from, until)| (minutes(*from), until.map_or(i64::MAX, minutes)))
            .collect();
        let wanted = (self.count + self.extra) * HOUR_STEPS;
        let (mut now, mut counted) = (begin, 0);
        while counted < wanted {
            match pauses
                .iter()
                .find(|(from, until)| *from <= now && now < *until)
            {
                Some((_, i64::MAX)) => {
                    let left = (wanted - counted).div_ceil(HOUR_STEPS);
                    return Answer::Stopped { left };
                }
                Some(_) => {}
                None => counted += 1,
            }
            now += STEP_MINUTES;
        }
        let clock = |minutes| self.start + jiff::Span::new().minutes(minutes);
        let date = clock(now - STEP_MINUTES).date();
        Answer::Due {
            overdue_at: clock(now),
            date,
            unmoved: date,
            provisional: false,
            counted: Vec::new(),
        }
    }
}
