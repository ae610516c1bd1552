//! The day-by-day sheet: for every day of a clock whether it counts, and why not.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::calendar::{Calendar, DayKind};
use crate::clock::Clock;
use crate::day::{self, local_date, midnight};
use crate::due::{Course, last_moment};
use crate::limit::Unit;
use crate::reason::Reason;
use crate::year::Name;

/// One day of the sheet. [`Day::chinese`] and [`Day::english`] put it in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub date: Date,
    pub mark: Mark,
    /// Set on the day the limit falls due, and where it would have but for a day of rest.
    pub end: Option<End>,
    /// Counted only because the limit was extended.
    pub extended: bool,
    /// Whether the calendar of the year is published; if not, holidays are not known yet (预计).
    pub published: bool,
}

/// Whether and why a day counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mark {
    /// The day of the start, not counted (民法典 201).
    StartDay,
    /// The so-manieth day.
    Counted { number: u32, as_a: Counts },
    /// Not a working day (行政许可法 82).
    Rest(Rest),
    /// The clock stands still (行政许可法 45).
    Paused(Reason),
    /// After the last counted day, still resting: the end moves on (民法典 203).
    Carried(Rest),
    /// The day to which the end moved.
    MovedEnd,
    /// A limit in hours: so much of the day counts.
    Time(SignedDuration),
}

/// As what a day is counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counts {
    Natural,
    Workday,
    /// A weekend worked instead of a day of this holiday.
    MakeUp(Name),
}

/// Why nobody works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Rest {
    Weekend,
    Holiday { name: Name, statutory: bool },
}

/// How a day ends a limit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The last day in time.
    Last,
    /// It would be the last, were it not a day of rest.
    OnRest(Rest),
}

impl Clock {
    /// Every day from the start to the end; of a clock that stands still, to the day it stopped.
    pub fn sheet(&self, calendar: &Calendar) -> Vec<Day> {
        if self.limit.unit() == Unit::Hours {
            return self.hours_sheet(calendar);
        }
        let start = day::number(local_date(self.started));
        let (course, last) = match self.course(calendar, self.count()) {
            Ok(course) => (Some(course), None),
            Err(stopped) => (None, Some(day::number(local_date(stopped.since)))),
        };
        let plain_end = self.course(calendar, self.limit.count()).ok();
        let plain_end = plain_end.map_or(i32::MAX, |course| course.unmoved);
        let last = course.as_ref().map_or(last.unwrap_or(start), |c| c.end);
        let first = self.first_day();
        let pauses = self.paused_days(first);
        let mut walk = Walk {
            clock: self,
            calendar,
            course,
            first,
            pauses: pauses
                .map(|(pause, from, until)| (pause.reason, from, until))
                .collect(),
            number: 0,
        };
        let days = (start..=last).map(|day| {
            let mark = walk.mark(day);
            let counted = matches!(mark, Mark::Counted { .. });
            let date = day::of_number(day);
            Day {
                date,
                mark,
                end: walk.end(day),
                extended: counted && day > plain_end,
                published: calendar.is_published(date),
            }
        });
        days.collect()
    }

    fn hours_sheet(&self, calendar: &Calendar) -> Vec<Day> {
        let begin = self.hours_begin();
        let plain_end = self.hours_end(self.limit.count()).unwrap_or(Timestamp::MAX);
        let (end, ends) = match self.hours_end(self.count()) {
            Ok(end) => (end, Some(End::Last)),
            Err(stopped) => (stopped.since, None),
        };
        let first = day::number(local_date(self.started));
        let last = day::number(local_date(last_moment(end))).max(first);
        let days = (first..=last).map(|number| {
            let date = day::of_number(number);
            let (from, to) = (midnight(date), midnight(day::of_number(number + 1)));
            let time = self.running_time(from.max(begin), to.min(end));
            let paused = self
                .pauses
                .iter()
                .find(|pause| pause.from < to && pause.until.is_none_or(|until| until > from));
            Day {
                date,
                mark: match paused {
                    Some(pause) if time.is_zero() => Mark::Paused(pause.reason),
                    _ => Mark::Time(time),
                },
                end: ends.clone().filter(|_| number == last),
                extended: self.extension.is_some() && to > plain_end,
                published: calendar.is_published(date),
            }
        });
        days.collect()
    }

    /// How long the clock ran within `from..to`.
    pub(crate) fn running_time(&self, from: Timestamp, to: Timestamp) -> SignedDuration {
        let overlap = |a: Timestamp, b: Timestamp| {
            b.min(to)
                .duration_since(a.max(from))
                .max(SignedDuration::ZERO)
        };
        let pauses = self.pauses.iter();
        let still = pauses.map(|pause| overlap(pause.from, pause.until.unwrap_or(to)));
        still.fold(overlap(from, to), |left, still| left - still)
    }
}

struct Walk<'a> {
    clock: &'a Clock,
    calendar: &'a Calendar,
    /// None while the clock stands still.
    course: Option<Course>,
    /// First day that may count.
    first: i32,
    /// The clock stands still in `from..until`.
    pauses: Vec<(Reason, i32, Option<i32>)>,
    number: u32,
}

impl Walk<'_> {
    fn mark(&mut self, day: i32) -> Mark {
        if let Some(course) = &self.course {
            if day > course.unmoved && day == course.end {
                return Mark::MovedEnd;
            }
            if day > course.unmoved {
                return match rest(self.calendar.kind_of(day)) {
                    Ok(rest) => Mark::Carried(rest),
                    Err(_) => Mark::MovedEnd,
                };
            }
        }
        if day < self.first {
            return Mark::StartDay;
        }
        let mut pauses = self.pauses.iter();
        let paused =
            pauses.find(|(_, from, until)| *from <= day && until.is_none_or(|until| day < until));
        if let Some((reason, ..)) = paused {
            return Mark::Paused(*reason);
        }
        let as_a = match self.clock.limit.unit() {
            Unit::Workdays => rest(self.calendar.kind_of(day)),
            _ => Err(Counts::Natural),
        };
        match as_a {
            Ok(rest) => Mark::Rest(rest),
            Err(as_a) => {
                self.number += 1;
                Mark::Counted {
                    number: self.number,
                    as_a,
                }
            }
        }
    }

    fn end(&self, day: i32) -> Option<End> {
        let course = self.course.as_ref()?;
        if day == course.end {
            return Some(End::Last);
        }
        let on_rest = day == course.unmoved;
        on_rest
            .then(|| rest(self.calendar.kind_of(day)).ok())?
            .map(End::OnRest)
    }
}

/// Why nobody works on a day, or as what it is worked.
fn rest(kind: DayKind) -> Result<Rest, Counts> {
    match kind {
        DayKind::Workday => Err(Counts::Workday),
        DayKind::MakeUp(name) => Err(Counts::MakeUp(name)),
        DayKind::Weekend => Ok(Rest::Weekend),
        DayKind::Holiday { name, statutory } => Ok(Rest::Holiday { name, statutory }),
    }
}
