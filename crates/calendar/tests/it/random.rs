//! Twenty years of random cases on generated calendars, against the slow calculator.
//!
//! A failure prints seed and case; `CALENDAR_SEED=…` begins with that seed.

use calendar::{
    Calendar, Certainty, Clock, Day, Extension, Late, Mark, Near, Reason, Reckoning, Standing,
    Version,
};
use jiff::civil::{Date, DateTime, date};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Span, Timestamp};

use crate::slow::{Answer, Case, Cell, Kind, Roll, STEP_MINUTES, World};

const YEARS: std::ops::Range<i16> = 2020..2040;
/// For each of two tests, that both cores have work.
const CALENDARS: u64 = 30;
const CASES: u32 = 2_000;
/// Sheets take longest; one of so many cases is written out day by day.
const SHEETS_OF: u32 = 4;

/// SplitMix64: small, and the same everywhere.
struct Chance(u64);

impl Chance {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Within `from..=to`.
    fn within(&mut self, from: i64, to: i64) -> i64 {
        from + (self.draw() % (to - from + 1) as u64) as i64
    }

    fn percent(&mut self, percent: i64) -> bool {
        self.within(1, 100) <= percent
    }
}

fn days(day: Date, count: i64) -> Date {
    day + Span::new().days(count)
}

/// Twenty years, some of them not yet published, each with holidays anywhere and of any length.
fn world(chance: &mut Chance) -> World {
    let mut world = World::plain();
    for year in YEARS {
        if chance.percent(15) {
            continue;
        }
        let mut text = format!("year {year} | published {year}-01-01 | source 样例\n");
        for _ in 0..chance.within(0, 9) {
            let from = days(date(year, 1, 1), chance.within(-8, 364));
            let to = days(from, chance.within(0, 9));
            let stretch: Vec<Date> = (0..)
                .map(|n| days(from, n))
                .take_while(|d| *d <= to)
                .collect();
            let work: Vec<Date> = (-14..=14)
                .map(|n| days(from, n))
                .filter(|day| day.weekday().to_monday_one_offset() >= 6)
                .filter(|day| !stretch.contains(day) && chance.percent(25))
                .collect();
            let mut named = stretch.iter().chain(&work);
            let far = |day: &Date| *day < date(year - 1, 12, 1) || *day > date(year + 1, 1, 31);
            if named.any(|day| far(day) || world.cell(*day) != Cell::Plain) {
                continue;
            }
            text += &format!("holiday 节 | off {from}..{to} | law {from}");
            if !work.is_empty() {
                let work: Vec<String> = work.iter().map(Date::to_string).collect();
                text += &format!(" | work {}", work.join(" "));
            }
            text += "\n";
            stretch.iter().for_each(|day| world.put(*day, Cell::Off));
            work.iter().for_each(|day| world.put(*day, Cell::MadeUp));
        }
        world.years.insert(year, text);
    }
    world
}

fn time(chance: &mut Chance, from: DateTime, steps_max: i64) -> DateTime {
    from + Span::new().minutes(chance.within(0, steps_max) * STEP_MINUTES)
}

fn case(chance: &mut Chance) -> Case {
    let kind = match chance.within(1, 20) {
        1..=9 => Kind::Workdays,
        10..=14 => Kind::Days,
        15..=16 => Kind::Months,
        17 => Kind::Years,
        _ => Kind::Hours,
    };
    let (max, spread_steps) = match kind {
        Kind::Workdays => (60, 96 * 60),
        Kind::Days => (90, 96 * 60),
        Kind::Months => (5, 96 * 90),
        Kind::Years => (1, 96 * 200),
        Kind::Hours => (96, 96 * 3),
    };
    let first_day = days(date(YEARS.start, 1, 1), chance.within(-200, 20 * 365 + 200));
    let start = time(chance, first_day.at(0, 0, 0, 0), 95);
    let rolls = [Roll::No, Roll::Holiday, Roll::Rest];
    let movable = matches!(kind, Kind::Days | Kind::Months | Kind::Years);
    let mut pauses = Vec::new();
    let mut after = start;
    for _ in 0..chance.within(0, 3) {
        let from = time(chance, after, spread_steps);
        let open = chance.percent(12);
        let until = time(chance, from, spread_steps / 2);
        pauses.push((from, (!open).then_some(until)));
        if open {
            break;
        }
        after = until;
    }
    Case {
        start,
        kind,
        count: chance.within(1, max) as u32,
        extra: if chance.percent(25) {
            chance.within(1, max) as u32
        } else {
            0
        },
        at_once: chance.percent(40),
        roll: if movable {
            rolls[chance.within(0, 2) as usize]
        } else {
            Roll::No
        },
        pauses,
    }
}

/// The limit as a definition would write it.
fn limit_text(case: &Case) -> String {
    let unit = match case.kind {
        Kind::Hours => "hours",
        Kind::Workdays => "workdays",
        Kind::Days => "days",
        Kind::Months => "months",
        Kind::Years => "years",
    };
    let mut text = format!("{} {unit}", case.count);
    match (case.kind == Kind::Hours, case.at_once) {
        (true, false) => text += ", next hour",
        (false, true) => text += ", same day",
        _ => {}
    }
    let movable = matches!(case.kind, Kind::Days | Kind::Months | Kind::Years);
    match case.roll {
        Roll::No if movable => text += ", fixed",
        Roll::Rest => text += ", next workday",
        Roll::No | Roll::Holiday => {}
    }
    text
}

struct Shanghai(TimeZone);

impl Shanghai {
    fn moment(&self, local: DateTime) -> Timestamp {
        local.to_zoned(self.0.clone()).unwrap().timestamp()
    }

    fn clock(&self, case: &Case) -> Clock {
        let mut clock = Clock::start(self.moment(case.start), limit_text(case).parse().unwrap());
        for (at, (from, until)) in case.pauses.iter().enumerate() {
            let reason = Reason::all().nth(at).unwrap();
            clock.pause(self.moment(*from), reason).unwrap();
            if let Some(until) = until {
                clock.resume(self.moment(*until)).unwrap();
            }
        }
        if case.extra == 0 {
            return clock;
        }
        let extension = Extension {
            count: case.extra,
            granted: clock.started(),
            by: "局长".to_owned(),
            reason: "样例".to_owned(),
        };
        let pauses = clock.pauses().to_vec();
        Clock::restore(clock.started(), clock.limit(), pauses, Some(extension)).unwrap()
    }
}

#[test]
fn twenty_years_of_random_cases_agree_with_the_slow_calculator() {
    agree(first_seed());
}

#[test]
fn sixty_thousand_more_cases_agree_with_the_slow_calculator() {
    agree(first_seed() + CALENDARS);
}

fn first_seed() -> u64 {
    let seed = std::env::var("CALENDAR_SEED").ok();
    seed.map_or(20_261_122, |seed| seed.parse().expect("a number"))
}

fn agree(seed: u64) {
    let shanghai = Shanghai(TimeZone::get("Asia/Shanghai").unwrap());
    let mut seen = Seen::default();
    for seed in seed..seed + CALENDARS {
        let mut chance = Chance(seed);
        let world = world(&mut chance);
        let text: String = world.years.values().cloned().collect();
        let calendar = Calendar::parse(Version(7), &text)
            .unwrap_or_else(|faults| panic!("seed {seed}: {faults:?}\n{text}"));
        for number in 0..CASES {
            let case = case(&mut chance);
            let trial = Trial {
                seed,
                number,
                calendar: &calendar,
                shanghai: &shanghai,
                world: &world,
                clock: shanghai.clock(&case),
                answer: world.answer(&case),
                case,
            };
            trial.same_end();
            if number % SHEETS_OF == 0 {
                trial.same_sheet();
                trial.same_standing(time(&mut chance, trial.case.start, 96 * 150));
            }
            seen.note(&trial.answer);
        }
    }
    // The cases must reach what they are about.
    let rare = seen.stopped.min(seen.moved).min(seen.provisional);
    assert!(rare > 2_000 && seen.all >= 60_000, "{seen:?}");
}

#[derive(Debug, Default)]
struct Seen {
    all: u32,
    stopped: u32,
    moved: u32,
    provisional: u32,
}

impl Seen {
    fn note(&mut self, answer: &Answer) {
        self.all += 1;
        match answer {
            Answer::Stopped { .. } => self.stopped += 1,
            Answer::Due {
                date,
                unmoved,
                provisional,
                ..
            } => {
                self.moved += u32::from(date != unmoved);
                self.provisional += u32::from(*provisional);
            }
        }
    }
}

/// One case, computed by both.
struct Trial<'a> {
    seed: u64,
    number: u32,
    calendar: &'a Calendar,
    shanghai: &'a Shanghai,
    world: &'a World,
    case: Case,
    clock: Clock,
    answer: Answer,
}

/// Which case it was; written only when something is wrong.
impl std::fmt::Display for Trial<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let (limit, case) = (limit_text(&self.case), &self.case);
        write!(
            f,
            "seed {}, case {}: {limit} {case:?}",
            self.seed, self.number
        )
    }
}

impl Trial<'_> {
    fn same_end(&self) {
        match (self.clock.due(self.calendar), &self.answer) {
            (Reckoning::Stopped(stopped), Answer::Stopped { left }) => {
                assert_eq!(stopped.left, *left, "{self}");
                assert_eq!(stopped.version, Version(7));
            }
            (
                Reckoning::Due(due),
                Answer::Due {
                    overdue_at,
                    date,
                    unmoved,
                    provisional,
                    ..
                },
            ) => {
                assert_eq!((due.date, due.unmoved), (*date, *unmoved), "{self}");
                assert_eq!(due.moment, self.shanghai.moment(*overdue_at), "{self}");
                let certainty = due.certainty == Certainty::Provisional;
                assert_eq!(certainty, *provisional, "{self}");
                assert_eq!(due.version, Version(7));
            }
            (found, expected) => panic!("{self}: {found:?} but {expected:?}"),
        }
    }

    fn same_sheet(&self) {
        let Answer::Due { date, counted, .. } = &self.answer else {
            return;
        };
        let sheet = self.clock.sheet(self.calendar);
        assert_eq!(sheet[0].date, self.case.start.date(), "{self}");
        assert_eq!(sheet.last().map(|day| day.date), Some(*date), "{self}");
        let follows = |two: &[Day]| two[0].date.tomorrow().ok() == Some(two[1].date);
        assert!(sheet.windows(2).all(follows), "{self}");
        if self.case.kind == Kind::Hours {
            let time = sheet.iter().filter_map(|day| match day.mark {
                Mark::Time(time) => Some(time),
                _ => None,
            });
            let seconds = time.sum::<SignedDuration>().as_secs();
            assert_eq!(seconds, i64::from(self.clock.count()) * 3_600, "{self}");
            return;
        }
        let marked = sheet.iter().filter(|day| day.mark.counts());
        assert!(
            marked.map(|day| day.date).eq(counted.iter().copied()),
            "{self}: {sheet:?}"
        );
    }

    fn same_standing(&self, now: DateTime) {
        let moment = self.shanghai.moment(now);
        let standing = self.clock.standing(self.calendar, moment, Near::default());
        let Answer::Due {
            overdue_at, date, ..
        } = &self.answer
        else {
            assert!(matches!(standing, Standing::Stopped(_)), "{self}");
            return;
        };
        let late = matches!(standing, Standing::Overdue(_));
        assert_eq!(late, now >= *overdue_at, "{self} at {now}");
        if self.case.kind == Kind::Hours {
            return;
        }
        let (found, days) = match standing {
            Standing::Overdue(Late { days, workdays, .. }) => {
                ((days, workdays), span(date.tomorrow().unwrap(), now.date()))
            }
            Standing::Running(left) | Standing::Near(left) => {
                let mut days = span(now.date().max(self.case.first()), *date);
                days.retain(|day| self.case.stands_still(*day).is_none());
                ((left.days, left.workdays), days)
            }
            Standing::Stopped(_) => panic!("{self}: it is due on {date}"),
        };
        let worked = days.iter().filter(|day| self.world.works(**day)).count();
        assert_eq!(
            (found.0 as usize, found.1 as usize),
            (days.len(), worked),
            "{self} at {now}"
        );
    }
}

/// All days from one to another.
fn span(from: Date, to: Date) -> Vec<Date> {
    let days = std::iter::successors(Some(from), |day| day.tomorrow().ok());
    days.take_while(|day| *day <= to).collect()
}
