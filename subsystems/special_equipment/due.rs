//! Next inspection dates of a device from its facts: what the last report says, and where it says
//! nothing the law's cycle (特种设备安全法 第40条).

use jiff::civil::Date;

use super::cycle::{self, Cycle, Device, Series};
use super::lift::{Past, Rule};

/// Dates of one device that its next inspections follow from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Facts {
    pub device: Device,
    /// Start of use.
    pub start: Option<Date>,
    /// Passed supervision inspection of installation or alteration: the lift's base date, and for
    /// every device a new beginning of its series.
    pub base: Option<Date>,
    pub main: Known,
    pub outer: Known,
    pub repaired: Option<Date>,
    pub restarted: Option<Date>,
    pub self_tested: Option<Date>,
}

/// What is known of one series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Known {
    /// Last passed inspection by a report in the register, and the next date it states.
    pub passed: Option<Date>,
    pub stated: Option<Date>,
    /// The same from before the system, as typed or imported.
    pub prior: Option<Date>,
    pub prior_due: Option<Date>,
}

impl Known {
    /// The last passed inspection and the next date stated with it.
    fn last(&self) -> (Option<Date>, Option<Date>) {
        match (self.passed, self.prior) {
            (Some(passed), Some(prior)) if prior > passed => (Some(prior), self.prior_due),
            (Some(passed), _) => (Some(passed), self.stated),
            (None, prior) => (prior, self.prior_due),
        }
    }
}

/// 下次（定期、内部、全面）检验日期.
pub fn main(facts: &Facts, table: &[Cycle], lift: Option<&Rule>) -> Option<Date> {
    let (passed, stated) = facts.main.last();
    match (lift, facts.base) {
        (Some(rule), Some(base)) if facts.device.kind == "lift" => {
            // What a report stated is overtaken by a later repair, restart or alteration.
            let later = [Some(base), facts.repaired, facts.restarted]
                .into_iter()
                .max()
                .flatten();
            if stated.is_some() && passed >= later {
                return stated;
            }
            if passed.is_none() && facts.main.prior_due.is_some() {
                return facts.main.prior_due;
            }
            rule.next_inspection(base, &past(facts, passed))
        }
        _ => plain(facts, table, Series::Main, (passed, stated)),
    }
}

/// 下次外部（年度）检验日期.
pub fn outer(facts: &Facts, table: &[Cycle]) -> Option<Date> {
    plain(facts, table, Series::Outer, facts.outer.last())
}

/// 下次自行检测日期: lifts only, from the day on which the duty began.
pub fn self_test(facts: &Facts, table: &[Cycle], rule: &Rule) -> Option<Date> {
    let base = facts.base.filter(|_| facts.device.kind == "lift")?;
    let since = table
        .iter()
        .filter(|c| c.series == Series::SelfTest.word() && c.kind == "lift")
        .map(|c| c.valid_from)
        .min()?;
    rule.next_self_test(base, &past(facts, facts.main.last().0), since)
}

fn past(facts: &Facts, passed: Option<Date>) -> Past {
    Past {
        passed,
        repaired: facts.repaired,
        restarted: facts.restarted,
        self_tested: facts.self_tested,
    }
}

fn plain(
    facts: &Facts,
    table: &[Cycle],
    series: Series,
    (passed, stated): (Option<Date>, Option<Date>),
) -> Option<Date> {
    let first = |start| cycle::first_due(table, &facts.device, series, start);
    match passed {
        // A supervised alteration after the last inspection begins the series anew.
        Some(passed) => match facts.base.filter(|base| passed < *base) {
            Some(base) => first(base),
            None => stated.or_else(|| cycle::next_due(table, &facts.device, series, passed)),
        },
        None => stated.or_else(|| facts.start.max(facts.base).and_then(first)),
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn table() -> Vec<Cycle> {
        let row = |kind: &str, series: Series, first: i64, next: i64| Cycle {
            kind: kind.into(),
            series: series.word().into(),
            basics: Vec::new(),
            levels: Vec::new(),
            case: None,
            grades: Vec::new(),
            first_months: Some(first),
            next_months: Some(next),
            max_months: None,
            valid_from: date(2016, 1, 1),
            valid_to: None,
        };
        let since = Cycle {
            first_months: None,
            next_months: None,
            valid_from: date(2024, 4, 2),
            ..row("lift", Series::SelfTest, 1, 1)
        };
        vec![
            row("boiler", Series::Main, 12, 24),
            row("boiler", Series::Outer, 12, 12),
            row("lift", Series::Main, 12, 12),
            since,
        ]
    }

    fn rule() -> Rule {
        Rule {
            years: Rule::years("1 4 7 9 11 13 15").unwrap(),
            early_months: 2,
            self_test_early_months: 1,
        }
    }

    fn boiler() -> Facts {
        let device = Device {
            kind: "boiler".into(),
            ..Device::default()
        };
        Facts {
            device,
            start: Some(date(2022, 5, 10)),
            ..Facts::default()
        }
    }

    fn lift() -> Facts {
        let device = Device {
            kind: "lift".into(),
            ..Device::default()
        };
        let base = Some(date(2020, 6, 15));
        Facts {
            device,
            base,
            start: base,
            ..Facts::default()
        }
    }

    #[test]
    fn a_new_boiler_has_both_series_from_the_start_of_use() {
        assert_eq!(main(&boiler(), &table(), None), Some(date(2023, 5, 10)));
        assert_eq!(outer(&boiler(), &table()), Some(date(2023, 5, 10)));
    }

    #[test]
    fn a_report_that_states_the_next_date_decides() {
        let passed = Some(date(2023, 5, 1));
        let mut facts = Facts {
            main: Known {
                passed,
                ..Known::default()
            },
            ..boiler()
        };
        assert_eq!(main(&facts, &table(), None), Some(date(2025, 5, 1)));
        facts.main.stated = Some(date(2024, 5, 1));
        assert_eq!(main(&facts, &table(), None), Some(date(2024, 5, 1)));
    }

    #[test]
    fn what_was_known_before_the_system_counts_until_there_is_a_report() {
        let mut facts = boiler();
        facts.main.prior = Some(date(2023, 5, 1));
        facts.main.prior_due = Some(date(2024, 11, 1));
        assert_eq!(main(&facts, &table(), None), Some(date(2024, 11, 1)));
        facts.main.passed = Some(date(2024, 10, 20));
        assert_eq!(main(&facts, &table(), None), Some(date(2026, 10, 20)));
        let mut bare = Facts {
            start: None,
            ..boiler()
        };
        bare.main.prior_due = Some(date(2024, 11, 1));
        assert_eq!(main(&bare, &table(), None), Some(date(2024, 11, 1)));
    }

    #[test]
    fn an_alteration_begins_the_series_anew() {
        let mut facts = boiler();
        facts.main.passed = Some(date(2023, 5, 1));
        facts.main.stated = Some(date(2025, 5, 1));
        facts.base = Some(date(2024, 2, 1));
        assert_eq!(main(&facts, &table(), None), Some(date(2025, 2, 1)));
    }

    #[test]
    fn a_lift_without_base_date_falls_back_to_the_table() {
        let mut facts = lift();
        facts.base = None;
        facts.start = None;
        facts.main.prior = Some(date(2024, 8, 31));
        assert_eq!(
            main(&facts, &table(), Some(&rule())),
            Some(date(2025, 8, 31))
        );
    }

    #[test]
    fn a_stated_date_is_overtaken_by_a_later_major_repair() {
        let mut facts = lift();
        facts.main.passed = Some(date(2021, 6, 10));
        facts.main.stated = Some(date(2024, 6, 30));
        assert_eq!(
            main(&facts, &table(), Some(&rule())),
            Some(date(2024, 6, 30))
        );
        facts.repaired = Some(date(2024, 3, 2));
        assert_eq!(
            main(&facts, &table(), Some(&rule())),
            Some(date(2027, 6, 30))
        );
    }

    #[test]
    fn self_tests_begin_with_the_duty() {
        assert_eq!(
            self_test(&lift(), &table(), &rule()),
            Some(date(2025, 6, 30))
        );
        assert_eq!(self_test(&lift(), &[], &rule()), None);
        assert_eq!(self_test(&boiler(), &table(), &rule()), None);
    }

    #[test]
    fn nothing_known_gives_nothing() {
        let facts = Facts {
            start: None,
            ..boiler()
        };
        assert_eq!(main(&facts, &table(), None), None);
        assert_eq!(outer(&facts, &table()), None);
    }
}
