//! What differs between two versions of the calendar: the days because of which a due date moves.

use std::collections::BTreeSet;

use jiff::civil::Date;

use crate::calendar::{Calendar, DayKind};
use crate::day;
use crate::sheet::Rest;

/// A day that is something else by another calendar.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    pub day: Date,
    pub from: DayKind,
    pub to: DayKind,
}

impl Calendar {
    /// The days on which `next` lets people work who rested, or rest who worked, or on which a holiday
    /// at the end of a limit comes or goes; by date.
    pub fn changes(&self, next: &Calendar) -> Vec<Change> {
        let days: BTreeSet<i32> = self.special_days().chain(next.special_days()).collect();
        let counts = |kind: &DayKind| {
            let holiday = matches!(kind, DayKind::Holiday { .. });
            (kind.is_workday(), holiday)
        };
        days.into_iter()
            .map(|number| Change {
                day: day::of_number(number),
                from: self.kind_of(number),
                to: next.kind_of(number),
            })
            .filter(|change| counts(&change.from) != counts(&change.to))
            .collect()
    }
}

impl DayKind {
    pub fn chinese(&self) -> String {
        match self {
            DayKind::Workday => "工作日".to_owned(),
            DayKind::MakeUp(name) => format!("调休上班（{}）", name.chinese),
            DayKind::Weekend => Rest::Weekend.chinese(),
            DayKind::Holiday { .. } => self.rest().chinese(),
        }
    }

    pub fn english(&self) -> String {
        match self {
            DayKind::Workday => "working day".to_owned(),
            DayKind::MakeUp(name) => format!("worked instead ({})", name.english),
            DayKind::Weekend => Rest::Weekend.english(),
            DayKind::Holiday { .. } => self.rest().english(),
        }
    }

    /// Why a day of rest is one.
    fn rest(&self) -> Rest {
        match self {
            DayKind::Holiday { name, statutory } => Rest::Holiday {
                name: name.clone(),
                statutory: *statutory,
            },
            DayKind::Workday | DayKind::MakeUp(_) | DayKind::Weekend => Rest::Weekend,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Year;

    #[test]
    fn only_days_that_count_otherwise_are_named() {
        let old = Calendar::builtin();
        assert!(old.changes(old).is_empty());
        let year = "year 2027 | published 2026-11-20 | source 通知（样例）
            holiday 元旦 | en New Year's Day | off 2027-01-01..2027-01-03 | law 2027-01-01 | work 2026-12-26";
        let next = old.merge(vec![Year::parse(year).unwrap()]).unwrap();
        let told: Vec<String> = old
            .changes(&next)
            .iter()
            .map(|c| format!("{} {} -> {}", c.day, c.from.chinese(), c.to.english()))
            .collect();
        assert_eq!(
            told,
            [
                "2026-12-26 周末 -> worked instead (New Year's Day)",
                "2027-01-01 工作日 -> statutory holiday (New Year's Day)",
                "2027-01-02 周末 -> day off by the holiday arrangement (New Year's Day)",
                "2027-01-03 周末 -> day off by the holiday arrangement (New Year's Day)",
            ]
        );
    }
}
