//! Which levels of warning a limit has reached (电子监察): reminder, overdue, past the law, and up the
//! tiers. No national rule fixes the numbers, so all of them are params; what stands still raises nothing.

use calendar::{Calendar, Clock, Near, Standing};
use catalogue::Register;
use expr::{Moment, Value};

use super::desk::Roles;
use super::lamp::days_left;
use crate::ParamValues;

/// A level of warning, from slight to grave; each is raised once for one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The end is near: whoever has the turn is reminded.
    Near = 1,
    /// A step past its own limit, or a matter past the promised one: 黄牌.
    Late = 2,
    /// A matter past the limit of law: 红牌.
    Past = 3,
    /// Overdue for so many days: the bureau's lead is told.
    Lead = 4,
    /// Overdue for longer: the tier above is told.
    Upper = 5,
}

impl Level {
    pub const ALL: [Level; 5] = [
        Level::Near,
        Level::Late,
        Level::Past,
        Level::Lead,
        Level::Upper,
    ];
    pub const GRAVEST: Level = Level::Upper;

    /// As it is kept with the limit.
    pub fn number(self) -> i64 {
        self as i64
    }
}

/// The numbers of the bureau.
#[derive(Clone, Debug, PartialEq)]
pub struct Rules {
    pub near: Near,
    pub yellow_step: bool,
    pub yellow_promise: bool,
    pub red_limit: bool,
    /// So many yellow cards on one matter make a red one; none: never.
    pub red_yellows: Option<u64>,
    pub red_days: i64,
    pub lead_days: i32,
    pub upper_days: i32,
    pub appeal_days: u32,
    pub heads: Roles,
    pub leads: Roles,
    pub uppers: Roles,
}

impl Rules {
    /// The params of the register of cards.
    pub fn of(def: &Register, params: &ParamValues) -> Rules {
        let value = |name: &str| {
            let ix = def.params.iter().position(|param| param.name == name);
            ix.map_or(Value::Null, |ix| params.of(def, ix))
        };
        let int = |name: &str| match value(name) {
            Value::Int(int) => int,
            _ => 0,
        };
        let count = |name: &str| u32::try_from(int(name)).unwrap_or(0);
        let days = |name: &str| i32::try_from(int(name)).unwrap_or(i32::MAX);
        let is = |name: &str| value(name) == Value::Bool(true);
        let roles = |name: &str| match value(name) {
            Value::Text(text) => Roles::from(text.replace(' ', "").as_str()),
            _ => Roles::default(),
        };
        Rules {
            near: Near {
                days: count("near_days"),
                percent: count("near_percent"),
            },
            yellow_step: is("yellow_step"),
            yellow_promise: is("yellow_promise"),
            red_limit: is("red_limit"),
            red_yellows: u64::try_from(int("red_yellows")).ok().filter(|n| *n > 0),
            red_days: int("red_days"),
            lead_days: days("lead_days"),
            upper_days: days("upper_days"),
            appeal_days: count("appeal_days"),
            heads: roles("head_roles"),
            leads: roles("lead_roles"),
            uppers: roles("upper_roles"),
        }
    }
}

/// A running limit.
#[derive(Clone, Copy, Debug)]
pub struct Watched<'a> {
    pub clock: &'a Clock,
    pub due: Moment,
    pub whole: Whole<'a>,
}

/// What the limit is of.
#[derive(Clone, Copy, Debug)]
pub enum Whole<'a> {
    /// One step.
    Step,
    /// The whole matter, with the shorter limit that was promised.
    Matter { promised: Option<&'a Clock> },
}

/// Every level that the limit has reached, from slight to grave.
pub fn reached(rules: &Rules, calendar: &Calendar, watched: &Watched, now: Moment) -> Vec<Level> {
    let Watched { clock, due, whole } = *watched;
    let first = match whole {
        Whole::Matter {
            promised: Some(promised),
        } => promised,
        _ => clock,
    };
    let standing = first.standing(calendar, now.timestamp(), rules.near);
    let over = now >= due;
    let days = if over {
        -days_left(calendar, due, now)
    } else {
        0
    };
    let has = |level: &Level| match level {
        Level::Near => matches!(standing, Standing::Near(_) | Standing::Overdue(_)),
        Level::Late => match whole {
            Whole::Step => over,
            Whole::Matter { promised } => {
                promised.is_some() && matches!(standing, Standing::Overdue(_))
            }
        },
        Level::Past => over && matches!(whole, Whole::Matter { .. }),
        Level::Lead => over && days >= rules.lead_days,
        Level::Upper => over && days >= rules.upper_days,
    };
    Level::ALL.into_iter().filter(has).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::from_local(text.parse().expect("a local time"))
    }

    fn rules() -> Rules {
        Rules {
            near: Near::default(),
            yellow_step: true,
            yellow_promise: true,
            red_limit: true,
            red_yellows: Some(5),
            red_days: 90,
            lead_days: 3,
            upper_days: 10,
            appeal_days: 5,
            heads: Roles::default(),
            leads: Roles::default(),
            uppers: Roles::default(),
        }
    }

    fn clock(limit: &str) -> Clock {
        let began = at("2026-11-02T09:00:00").timestamp();
        Clock::start(began, limit.parse().expect("a limit"))
    }

    fn levels(clock: &Clock, whole: Whole, now: &str) -> Vec<Level> {
        let calendar = Calendar::builtin();
        let due = clock.due(calendar).due().expect("it runs");
        let watched = Watched {
            clock,
            due: Moment::from_timestamp(due.moment),
            whole,
        };
        reached(&rules(), calendar, &watched, at(now))
    }

    #[test]
    fn a_step_goes_up_level_by_level() {
        use Level::{Late, Lead, Near, Upper};
        // Monday to Wednesday of the week after; Tuesday has two days left.
        let step = clock("7 workdays");
        for (now, expected) in [
            ("2026-11-09T09:00:00", vec![]),
            ("2026-11-10T09:00:00", vec![Near]),
            ("2026-11-11T23:59:59", vec![Near]),
            ("2026-11-12T00:00:00", vec![Near, Late]),
            ("2026-11-16T09:00:00", vec![Near, Late, Lead]),
            ("2026-11-25T09:00:00", vec![Near, Late, Lead, Upper]),
        ] {
            assert_eq!(levels(&step, Whole::Step, now), expected, "{now}");
        }
    }

    #[test]
    fn a_matter_is_late_by_its_promise_and_past_by_the_law() {
        use Level::{Late, Near, Past};
        let (law, promise) = (clock("7 workdays"), clock("3 workdays"));
        let whole = Whole::Matter {
            promised: Some(&promise),
        };
        assert_eq!(levels(&law, whole, "2026-11-04T09:00:00"), [Near]);
        assert_eq!(levels(&law, whole, "2026-11-06T09:00:00"), [Near, Late]);
        assert_eq!(
            levels(&law, whole, "2026-11-12T09:00:00"),
            [Near, Late, Past]
        );
        let bare = Whole::Matter { promised: None };
        assert_eq!(levels(&law, bare, "2026-11-06T09:00:00"), []);
        assert_eq!(levels(&law, bare, "2026-11-12T09:00:00"), [Near, Past]);
    }

    #[test]
    fn what_stands_still_raises_nothing() {
        let mut law = clock("3 workdays");
        law.pause(
            at("2026-11-03T09:00:00").timestamp(),
            calendar::Reason::Testing,
        )
        .expect("paused");
        let watched = Watched {
            clock: &law,
            // Nobody watches a clock without an end; the date here is from before the pause.
            due: at("2027-01-01T00:00:00"),
            whole: Whole::Step,
        };
        let now = at("2026-12-01T09:00:00");
        assert_eq!(reached(&rules(), Calendar::builtin(), &watched, now), []);
    }
}
