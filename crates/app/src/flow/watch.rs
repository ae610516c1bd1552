//! The watch over open limits: which have reached a new level of warning. Run every few minutes; the
//! limit itself keeps how far it was warned, in the same commit as what is sent, so that no level is
//! raised twice for one limit, however often it runs or is broken off.

use std::collections::HashSet;

use calendar::{Calendar, Clock, Limit, midnight};
use kernel::flow::{Level, Rules, Watched, Whole, reached, read_clock, read_limit};
use kernel::{Actor, Commit, Ground, Id, Moment, Record, Register, RegisterIx, Value};
use store::{Filter, Query, Reader};

use super::todo::text;
use crate::{App, Error, Outcome};

/// Limits warned of in one run; the next run takes more.
const WARNED_MAX: usize = 10_000;
/// Limits whose warnings are written in one transaction.
const WARNED_AT_ONCE: usize = 500;
/// Days by which the time between two limits may be stretched by holidays that lie otherwise.
const HOLIDAYS_SLACK_DAYS: i64 = 15;

/// A limit that has reached new levels, from slight to grave.
pub(super) struct Reached {
    pub record: Record,
    pub due: Moment,
    pub levels: Vec<Level>,
    pub is_whole: bool,
}

impl App {
    /// Warns of every open limit that has reached a new level, and tells of cards that were appealed or
    /// answered; answers how many limits and cards.
    pub fn watch_limits(&self) -> Outcome<usize> {
        let house = self.flow_house()?;
        self.look_after_leavers()?;
        let mut count = 0;
        for register in [house.task, house.clock] {
            let found = self.look(|reader| self.to_warn(reader, register))?;
            for some in found.chunks(WARNED_AT_ONCE) {
                let mut left = some.to_vec();
                while !left.is_empty() {
                    let (written, later) = self.warn_some(register, &left)?;
                    count += written;
                    left = later;
                }
            }
        }
        Ok(count + self.tell_of_cards()?)
    }

    /// Ids of open limits with a new level.
    fn to_warn(&self, reader: &Reader, register: RegisterIx) -> Outcome<Vec<Id>> {
        let frame = self.frame();
        let operator = Actor::operator();
        let ground = self.ground(&frame, &operator);
        let rules = self.card_rules(&ground)?;
        let def = self.catalogue().at(register);
        let field = |name: &str| def.field(name).ok_or(Error::Broken("house.clock"));
        let (due, warned) = (field("due_at")?, field("warned")?);
        let open = ["running", "open"].into_iter().find_map(|s| def.state(s));
        let not_all = Value::Int(Level::GRAVEST.number() - 1);
        let query = Query {
            filter: Filter::All(vec![
                Filter::States(open.into_iter().collect()),
                Filter::Between(
                    due,
                    None,
                    Some(Value::Moment(self.horizon(&rules, &ground))),
                ),
                Filter::Any(vec![
                    Filter::Empty(warned),
                    Filter::Between(warned, None, Some(not_all)),
                ]),
            ]),
            ..Query::of(register)
        };
        let mut found = Vec::new();
        reader.each(&query, |record| {
            if found.len() < WARNED_MAX && self.new_levels(&ground, &rules, &record).is_some() {
                found.push(record.id);
            }
            Ok::<(), crate::No>(())
        })?;
        Ok(found)
    }

    pub(super) fn card_rules(&self, ground: &Ground) -> Outcome<Rules> {
        let cards = ground.catalogue.at(self.house("card")?);
        Ok(Rules::of(cards, ground.params))
    }

    /// The new levels of a limit, if it has any.
    pub(super) fn new_levels(
        &self,
        ground: &Ground,
        rules: &Rules,
        record: &Record,
    ) -> Option<(Vec<Level>, Moment)> {
        let def = ground.catalogue.at(record.register);
        let is_whole = def.field("promised").is_some();
        let clock = match is_whole {
            true => read_clock(def, record)?,
            false => read_limit(def, record)?,
        };
        let Value::Moment(due) = record.named(def, "due_at") else {
            return None;
        };
        let promised = promised(def, record, &clock);
        let watched = Watched {
            clock: &clock,
            due: *due,
            whole: match is_whole {
                true => Whole::Matter {
                    promised: promised.as_ref(),
                },
                false => Whole::Step,
            },
        };
        // The end stands as it was told, so it is judged by the calendar it was told by.
        let calendar = self.calendar_of(record.named(def, "calendar"));
        let warned = match record.named(def, "warned") {
            Value::Int(level) => *level,
            _ => 0,
        };
        let mut levels = reached(rules, &calendar, &watched, ground.now);
        levels.retain(|level| level.number() > warned);
        (!levels.is_empty()).then_some((levels, *due))
    }

    /// Limits that end later than this have reached no level yet.
    fn horizon(&self, rules: &Rules, ground: &Ground) -> Moment {
        let calendar = self.calendar();
        let length = |limit: Limit| length(&calendar, ground.now, limit);
        let near = |limit: Limit| {
            let part = length(limit) / 100 * i64::from(rules.near.percent.min(100));
            let days = calendar.workday_after(ground.today, rules.near.days + 1);
            part.max((Moment::from_timestamp(midnight(days)).0 - ground.now.0).max(0))
        };
        let mut longest = 0;
        let catalogue = self.catalogue();
        let ways = catalogue.all().flat_map(|(ix, _)| catalogue.ways(ix));
        for def in ways.filter(|def| def.is_flow()) {
            for limit in def.states.iter().filter_map(|state| state.limit) {
                longest = longest.max(near(limit));
            }
            for rule in &def.clocks {
                let before = rule
                    .promised
                    .map_or(0, |promised| (length(rule.limit) - length(promised)).max(0));
                let extended = rule.extend.map_or(0, length);
                let first = rule.promised.unwrap_or(rule.limit);
                longest = longest.max(before + extended + near(first));
            }
        }
        let slack = HOLIDAYS_SLACK_DAYS * 24 * 3_600 * 1_000_000;
        Moment(ground.now.0.saturating_add(longest).saturating_add(slack))
    }

    /// Reads some limits again, and writes their warnings in one transaction; answers how many, and
    /// which are left. Of one matter it warns once at a time: the next has to count its cards.
    fn warn_some(&self, register: RegisterIx, ids: &[Id]) -> Outcome<(usize, Vec<Id>)> {
        let frame = self.frame();
        let operator = Actor::operator();
        let ground = self.ground(&frame, &operator);
        let rules = self.card_rules(&ground)?;
        let def = self.catalogue().at(register);
        let mut matters: HashSet<Id> = HashSet::new();
        let mut later: Vec<Id> = Vec::new();
        let commits = self.look(|reader| {
            let records = reader.get_many(register, ids, None, store::Personal::Sealed)?;
            let is_whole = register == self.flow_house()?.clock;
            let mut commits = Vec::with_capacity(records.len());
            for record in records {
                let Some((levels, due)) = self.new_levels(&ground, &rules, &record) else {
                    continue;
                };
                if let Value::Id(matter) = *record.named(def, "matter")
                    && !matters.insert(matter)
                {
                    later.push(record.id);
                    continue;
                }
                let reached = Reached {
                    record,
                    due,
                    levels,
                    is_whole,
                };
                let changes = self.warnings(&ground, reader, &rules, &reached)?;
                commits.push(self.commit_of(&ground, changes, None));
            }
            Ok(commits)
        })?;
        Ok((self.write_warnings(commits, register)?, later))
    }

    /// Writes what is told in one transaction; answers how many were written.
    pub(super) fn write_warnings(
        &self,
        commits: Vec<Commit>,
        register: RegisterIx,
    ) -> Outcome<usize> {
        if commits.is_empty() {
            return Ok(0);
        }
        let mut written = 0;
        for result in self.store().bulk(commits)? {
            match result {
                Ok(_) => written += 1,
                // Changed by somebody meanwhile: the next run looks again.
                Err(store::CommitError::Stale { .. }) => {}
                Err(store::CommitError::Broken(error)) => return Err(error.into()),
                Err(error) => tracing::error!(?error, "A warning was not written"),
            }
        }
        self.changed(&[register, self.house("card")?, self.house("notice")?])?;
        Ok(written)
    }
}

/// The clock of the promised limit, with the same pauses.
fn promised(def: &Register, record: &Record, clock: &Clock) -> Option<Clock> {
    let limit = text(record.named(def, "promised"))?.parse().ok()?;
    Clock::restore(clock.started(), limit, clock.pauses().to_vec(), None).ok()
}

/// How long a limit is when it begins now, in microseconds.
fn length(calendar: &Calendar, now: Moment, limit: Limit) -> i64 {
    let due = Clock::start(now.timestamp(), limit).due(calendar).due();
    due.map_or(0, |due| Moment::from_timestamp(due.moment).0 - now.0)
}
