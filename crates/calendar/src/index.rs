//! Working days by prefix sums: the n-th working day after any day in a few steps, however far.

use crate::day;

/// Working days counted ahead over the stretch that calendars speak of; outside it Monday to Friday.
#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    /// First day of the stretch.
    start: i32,
    /// Working days from the start up to each day of the stretch, and to its end.
    ranks: Vec<i32>,
    /// The working days of the stretch.
    workdays: Vec<i32>,
}

impl Index {
    /// Over `start..end`.
    pub fn new(start: i32, end: i32, is_workday: impl Fn(i32) -> bool) -> Index {
        let workdays: Vec<i32> = (start..end).filter(|day| is_workday(*day)).collect();
        let mut ranks = Vec::with_capacity(workdays.len() * 2);
        let mut rank = 0;
        for day in start..end {
            ranks.push(rank);
            rank += i32::from(is_workday(day));
        }
        ranks.push(rank);
        Index {
            start,
            ranks,
            workdays,
        }
    }

    /// How many working days lie from the start of the stretch up to `day`; negative before it.
    pub fn rank(&self, day: i32) -> i32 {
        let at = day - self.start;
        match usize::try_from(at).ok().and_then(|at| self.ranks.get(at)) {
            Some(rank) => *rank,
            None if at < 0 => day::weekdays_before(day) - day::weekdays_before(self.start),
            None => self.total() + day::weekdays_before(day) - day::weekdays_before(self.end()),
        }
    }

    /// The working day of a rank.
    pub fn select(&self, rank: i32) -> i32 {
        let known = usize::try_from(rank).ok();
        match known.and_then(|rank| self.workdays.get(rank)) {
            Some(day) => *day,
            None if rank < 0 => day::weekday_after(day::weekdays_before(self.start) + rank),
            None => day::weekday_after(day::weekdays_before(self.end()) + rank - self.total()),
        }
    }

    fn total(&self) -> i32 {
        self.ranks.last().copied().unwrap_or(0)
    }

    fn end(&self) -> i32 {
        self.start + i32::try_from(self.ranks.len().saturating_sub(1)).unwrap_or(i32::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rank_and_select_are_each_other_s_inverse_in_and_around_the_stretch() {
        let special = |day: i32| day % 11 != 0 && (day % 5 == 0 || !day::is_weekend(day));
        for (start, end) in [(0, 0), (-40, 90), (700, 701)] {
            let index = Index::new(start, end, special);
            let mut rank = index.rank(-400);
            for day in -400..1_200 {
                assert_eq!(index.rank(day), rank, "{day} of {start}..{end}");
                let inside = (start..end).contains(&day);
                if (inside && special(day)) || (!inside && !day::is_weekend(day)) {
                    assert_eq!(index.select(rank), day, "{day} of {start}..{end}");
                    rank += 1;
                }
            }
        }
    }
}
