//! When a clock ends: the last day in time, and the first moment at which it is overdue.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};

use crate::clock::{Clock, Pause};
use crate::day::{self, local_date, midnight};
use crate::limit::{Ending, Start, Unit};
use crate::{Calendar, Version};

const HOUR_SECONDS: i64 = 3_600;

/// Whether all years that the date rests on were published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Certainty {
    Definite,
    /// A year has no published calendar yet: weekends only, and the date may move (预计).
    Provisional,
}

/// The end of a clock by one version of the calendar.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Due {
    /// The first moment at which it is overdue (half-open).
    pub moment: Timestamp,
    /// The last day in time.
    pub date: Date,
    /// Where it would end if days of rest did not move it; reminders keep to it.
    pub unmoved: Date,
    pub version: Version,
    pub certainty: Certainty,
}

/// A clock that stands still has no due date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped {
    pub since: Timestamp,
    /// What will be left when it runs again: working days, natural days, or hours begun.
    pub left: u32,
    pub version: Version,
}

/// What a clock answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reckoning {
    Due(Due),
    Stopped(Stopped),
}

impl Reckoning {
    /// The end, unless the clock stands still.
    pub fn due(self) -> Option<Due> {
        match self {
            Reckoning::Due(due) => Some(due),
            Reckoning::Stopped(_) => None,
        }
    }
}

/// A course of days, as numbers.
pub(crate) struct Course {
    /// First day that may count.
    pub first: i32,
    /// Last counted day.
    pub unmoved: i32,
    /// Last day in time.
    pub end: i32,
}

impl Clock {
    /// When it ends by this calendar.
    pub fn due(&self, calendar: &Calendar) -> Reckoning {
        let reckoned = match self.limit.unit() {
            Unit::Hours => self
                .hours_end(self.count())
                .map(|moment| self.by_hours(moment)),
            _ => {
                let course = self.course(calendar, self.count());
                course.map(|course| self.by_days(calendar, &course))
            }
        };
        match reckoned {
            Ok(due) => Reckoning::Due(Due {
                version: calendar.version(),
                ..due
            }),
            Err(stopped) => Reckoning::Stopped(Stopped {
                version: calendar.version(),
                ..stopped
            }),
        }
    }

    fn by_hours(&self, moment: Timestamp) -> Due {
        let date = local_date(last_moment(moment));
        Due {
            moment,
            date,
            unmoved: date,
            version: Version::default(),
            certainty: Certainty::Definite,
        }
    }

    fn by_days(&self, calendar: &Calendar, course: &Course) -> Due {
        let (date, unmoved) = (day::of_number(course.end), day::of_number(course.unmoved));
        let rests_on = match (self.limit.unit(), self.limit.end_rule()) {
            (Unit::Workdays, _) => Some(day::of_number(course.first)),
            // Natural days need no calendar; only whether the end moves is asked of one.
            (_, Ending::Fixed) => None,
            _ => Some(unmoved),
        };
        let published = |from: Date| {
            (from.year()..=date.year())
                .all(|year| calendar.is_published(jiff::civil::date(year, 1, 1)))
        };
        Due {
            moment: midnight(day::of_number(course.end + 1)),
            date,
            unmoved,
            version: Version::default(),
            certainty: match rests_on {
                Some(from) if !published(from) => Certainty::Provisional,
                _ => Certainty::Definite,
            },
        }
    }

    /// The days of a limit of so many workdays, days, months or years.
    pub(crate) fn course(&self, calendar: &Calendar, count: u32) -> Result<Course, Stopped> {
        let started = local_date(self.started);
        let first = self.first_day();
        let unmoved = match self.limit.unit() {
            Unit::Workdays => self.workdays_end(calendar, first, count)?,
            _ => self.days_end(first, self.plain_end(started, count))?,
        };
        let end = match self.limit.end_rule() {
            Ending::Fixed => unmoved,
            Ending::AfterHoliday => (unmoved..)
                .find(|day| !calendar.is_holiday(*day))
                .unwrap_or(unmoved),
            Ending::NextWorkday => calendar.select(calendar.rank(unmoved)),
        };
        Ok(Course {
            first,
            unmoved,
            end,
        })
    }

    /// The first day that may count.
    pub(crate) fn first_day(&self) -> i32 {
        match (self.limit.unit(), self.limit.start()) {
            (Unit::Hours, _) => day::number(local_date(self.hours_begin())),
            (_, Start::Next) => day::number(local_date(self.started)) + 1,
            (_, Start::AtOnce) => day::number(local_date(self.started)),
        }
    }

    /// Without pauses: the corresponding day, or the end of a month that has none (民法典 202).
    fn plain_end(&self, started: Date, count: u32) -> i32 {
        let count = i64::from(count);
        let end = match self.limit.unit() {
            Unit::Months => started.saturating_add(count.months()),
            Unit::Years => started.saturating_add(count.years()),
            Unit::Days | Unit::Workdays | Unit::Hours => started.saturating_add(count.days()),
        };
        match self.limit.start() {
            Start::Next => day::number(end),
            Start::AtOnce => day::number(end) - 1,
        }
    }

    fn workdays_end(&self, calendar: &Calendar, first: i32, count: u32) -> Result<i32, Stopped> {
        let mut left = i32::try_from(count).unwrap_or(i32::MAX);
        let mut rank = calendar.rank(first);
        let mut next = first;
        for (pause, from, until) in self.paused_days(first) {
            let from_rank = calendar.rank(from.max(next));
            if from_rank - rank >= left {
                break;
            }
            left -= from_rank - rank;
            next = until.ok_or_else(|| stopped(pause, left))?.max(next);
            rank = calendar.rank(next);
        }
        Ok(calendar.select(rank + left - 1))
    }

    fn days_end(&self, first: i32, end: i32) -> Result<i32, Stopped> {
        let mut end = end;
        for (pause, from, until) in self.paused_days(first) {
            if from > end {
                break;
            }
            end += until.ok_or_else(|| stopped(pause, end - from + 1))? - from;
        }
        Ok(end)
    }

    /// Pauses in days from the first counted day on: each stands still in `from..until`.
    pub(crate) fn paused_days(
        &self,
        first: i32,
    ) -> impl Iterator<Item = (&Pause, i32, Option<i32>)> {
        self.pauses.iter().map(move |pause| {
            let number = |moment| day::number(local_date(moment)).max(first);
            (pause, number(pause.from), pause.until.map(number))
        })
    }

    /// The moment hours begin: at once, or with the next full hour (程序规定 80).
    pub(crate) fn hours_begin(&self) -> Timestamp {
        let second = self.started.as_second();
        let hour = second.div_euclid(HOUR_SECONDS);
        match self.limit.start() {
            Start::AtOnce => self.started,
            Start::Next => {
                Timestamp::from_second((hour + 1) * HOUR_SECONDS).unwrap_or(self.started)
            }
        }
    }

    pub(crate) fn hours_end(&self, count: u32) -> Result<Timestamp, Stopped> {
        let mut next = self.hours_begin();
        let mut left = SignedDuration::from_hours(i64::from(count));
        for pause in &self.pauses {
            let ran = pause.from.max(next).duration_since(next);
            if ran >= left {
                break;
            }
            left -= ran;
            let until = pause
                .until
                .ok_or_else(|| stopped(pause, hours_begun(left)))?;
            next = next.max(until);
        }
        Ok(next.saturating_add(left).unwrap_or(Timestamp::MAX))
    }
}

/// The last moment in time before a limit's end.
pub(crate) fn last_moment(end: Timestamp) -> Timestamp {
    end.checked_sub(1.microsecond()).unwrap_or(end)
}

fn hours_begun(left: SignedDuration) -> i32 {
    let full = left.as_hours();
    let begun = full + i64::from(left > SignedDuration::from_hours(full));
    i32::try_from(begun).unwrap_or(i32::MAX)
}

fn stopped(pause: &Pause, left: i32) -> Stopped {
    Stopped {
        since: pause.from,
        left: left.unsigned_abs(),
        version: Version::default(),
    }
}
