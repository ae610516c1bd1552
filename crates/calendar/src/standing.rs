//! How a clock stands at a moment: time left, near its end, overdue, or standing still.

use jiff::{SignedDuration, Timestamp};

use crate::calendar::Calendar;
use crate::clock::Clock;
use crate::day::{self, local_date};
use crate::due::{Due, Reckoning, Stopped};
use crate::limit::Unit;

/// When an end is near: no more than so many days of the limit's kind, or so much of it, are left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Near {
    /// Not asked of limits in hours.
    pub days: u32,
    pub percent: u32,
}

/// Two days or a fifth, as cities set it for 电子监察; a bureau may set its own.
impl Default for Near {
    fn default() -> Near {
        Near {
            days: 2,
            percent: 20,
        }
    }
}

/// What is left. Today is included while it lasts: on the last day one day is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// To the first moment at which it is overdue.
    pub time: SignedDuration,
    pub days: u32,
    pub workdays: u32,
}

/// By how much it is late. Today is included: on the day after the last one day late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Late {
    pub time: SignedDuration,
    pub days: u32,
    pub workdays: u32,
}

/// How a clock stands. Colours and cards are made of it above.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Running(Left),
    /// Near its end.
    Near(Left),
    Overdue(Late),
    /// Raises nothing while it stands still.
    Stopped(Stopped),
}

impl Clock {
    /// How it stands at this moment.
    pub fn standing(&self, calendar: &Calendar, now: Timestamp, near: Near) -> Standing {
        let due = match self.due(calendar) {
            Reckoning::Due(due) => due,
            Reckoning::Stopped(stopped) => return Standing::Stopped(stopped),
        };
        let today = day::number(local_date(now));
        let last = day::number(due.date);
        if now >= due.moment {
            // Hours may run out in the course of a day; that day is then late already.
            let after = last + i32::from(self.limit.unit() != Unit::Hours);
            return Standing::Overdue(Late {
                time: now.duration_since(due.moment),
                days: (today + 1 - after).max(0).unsigned_abs(),
                workdays: (calendar.rank(today + 1) - calendar.rank(after)).unsigned_abs(),
            });
        }
        let first = self.first_day();
        let left = Left {
            time: due.moment.duration_since(now),
            days: self.running(today.max(first), last, |a, b| b - a),
            workdays: self.running(today.max(first), last, |a, b| {
                calendar.rank(b) - calendar.rank(a)
            }),
        };
        if self.is_near(&due, left, near) {
            Standing::Near(left)
        } else {
            Standing::Running(left)
        }
    }

    /// Days from `from` to `last` on which the clock does not stand still, by a measure of `a..b`.
    fn running(&self, from: i32, last: i32, measure: impl Fn(i32, i32) -> i32) -> u32 {
        let end = last + 1;
        let mut days = measure(from.min(end), end);
        if self.limit.unit() != Unit::Hours {
            for (_, pause_from, until) in self.paused_days(from) {
                let (a, b) = (pause_from.min(end), until.unwrap_or(end).min(end));
                days -= measure(a, b);
            }
        }
        days.max(0).unsigned_abs()
    }

    fn is_near(&self, due: &Due, left: Left, near: Near) -> bool {
        let first = self.first_day();
        let (left, whole, least) = match self.limit.unit() {
            Unit::Hours => (
                self.running_time_left(due, left),
                i64::from(self.count()) * 3_600,
                0,
            ),
            Unit::Workdays => (left.workdays.into(), self.count().into(), near.days.into()),
            _ => {
                let whole = self.running(first, day::number(due.unmoved), |a, b| b - a);
                (left.days.into(), whole.into(), near.days.into())
            }
        };
        left <= least || left * 100 <= whole * i64::from(near.percent)
    }

    fn running_time_left(&self, due: &Due, left: Left) -> i64 {
        let now = due.moment.saturating_sub(left.time).unwrap_or(due.moment);
        self.running_time(now.max(self.hours_begin()), due.moment)
            .as_secs()
    }
}
