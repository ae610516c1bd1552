//! The list of limits that another calendar would move, as a person reads it: which, from when to
//! when, and because of which days. Named by public number only, for who keeps the calendar does not
//! see the matters.

use std::collections::HashMap;

use calendar::{Calendar, Change};
use jiff::civil::Date;
use kernel::{Actor, Id, Moment, RegisterIx, Value};
use sm3::{Digest, Sm3};
use speech::{Said, said};
use store::{Personal, Reader};

use super::calendar::DayChange;
use super::recount::{Moved, Moves, Recounting};
use super::todo::text;
use crate::{App, Error, Outcome};

/// How many limits would move, and the first of them in words.
#[derive(Clone, Debug)]
pub struct MovesList {
    pub checked: u64,
    pub moved: u64,
    /// Stands for the whole list and the calendar that it is of; named when that is put in force.
    pub digest: String,
    pub rows: Vec<MovedRow>,
}

#[derive(Clone, Debug)]
pub struct MovedRow {
    pub public_no: String,
    /// The clock's title, or the step.
    pub limit: Said,
    /// The last days in time.
    pub from: Option<Date>,
    pub to: Date,
    /// Days between start and end that count otherwise.
    pub why: Vec<DayChange>,
}

impl App {
    /// What putting the imported days in force would move, the first `limit` rows told in full.
    pub fn moves_listed(&self, actor: &Actor, limit: usize) -> Outcome<MovesList> {
        self.may_change_calendar(actor)?;
        self.look(|reader| {
            let Some(next) = self.next_calendar(reader)? else {
                let (checked, moved) = (0, 0);
                let rows = Vec::new();
                return Ok(MovesList {
                    checked,
                    moved,
                    digest: String::new(),
                    rows,
                });
            };
            let Moves { checked, moved } = self.moves(reader, &next, &Recounting::default())?;
            let first = &moved[..moved.len().min(limit)];
            Ok(MovesList {
                checked,
                moved: u64::try_from(moved.len()).unwrap_or_default(),
                digest: digest(&next, &moved),
                rows: self.moves_told(reader, &next, first)?,
            })
        })
    }

    /// What [`MovesList::digest`] would be now.
    pub(super) fn digest_of_next(&self, reader: &Reader, next: &Calendar) -> Outcome<String> {
        let moves = self.moves(reader, next, &Recounting::default())?;
        Ok(digest(next, &moves.moved))
    }

    fn moves_told(
        &self,
        reader: &Reader,
        next: &Calendar,
        moved: &[Moved],
    ) -> Outcome<Vec<MovedRow>> {
        let limits = self.limits_named(reader, moved)?;
        let mut changes: HashMap<u32, Vec<Change>> = HashMap::new();
        let mut rows = Vec::with_capacity(moved.len());
        for one in moved {
            let version = Value::Text(one.by.to_string());
            let changed = changes
                .entry(one.by)
                .or_insert_with(|| self.calendar_of(&version).changes(next));
            let last = one.from.map_or(one.to, |from| from.max(one.to));
            let until = last_day(last);
            let within = changed
                .iter()
                .filter(|c| c.day >= one.began && c.day <= until);
            let (public_no, limit) = limits.get(&one.id).cloned().unwrap_or_default();
            rows.push(MovedRow {
                public_no,
                limit,
                from: one.from.map(last_day),
                to: last_day(one.to),
                why: within.map(DayChange::of).collect(),
            });
        }
        Ok(rows)
    }

    /// Public number and name of each limit.
    fn limits_named(
        &self,
        reader: &Reader,
        moved: &[Moved],
    ) -> Outcome<HashMap<Id, (String, Said)>> {
        let house = self.flow_house()?;
        let catalogue = self.catalogue();
        let matters = catalogue.at(house.matter);
        let mut named = HashMap::with_capacity(moved.len());
        for register in [house.clock, house.task] {
            let def = catalogue.at(register);
            let of = |one: &&Moved| one.register == register;
            let ids: Vec<Id> = moved.iter().filter(of).map(|one| one.id).collect();
            let limits = reader.get_many(register, &ids, None, Personal::Sealed)?;
            let matter_of = |record: &kernel::Record| match record.named(def, "matter") {
                Value::Id(id) => *id,
                _ => Id(0),
            };
            let ids: Vec<Id> = limits.iter().map(matter_of).collect();
            let found = reader.get_many(house.matter, &ids, None, Personal::Sealed)?;
            let found: HashMap<Id, _> = found.iter().map(|m| (m.id, m)).collect();
            for limit in &limits {
                let matter = found.get(&matter_of(limit));
                let matter = matter.ok_or(Error::Broken("house.clock.matter"))?;
                let word = |name| text(matter.named(matters, name)).unwrap_or_default();
                let of = catalogue.register(word("register"));
                let own = |name| text(limit.named(def, name)).unwrap_or_default();
                let title = self.title_of_limit(of, own("name"), own("at_state"));
                named.insert(limit.id, (word("public_no").to_owned(), title));
            }
        }
        Ok(named)
    }

    fn title_of_limit(&self, register: Option<RegisterIx>, clock: &str, step: &str) -> Said {
        let Some(def) = register.map(|ix| self.catalogue().at(ix)) else {
            return Said::same(if clock.is_empty() { step } else { clock });
        };
        if let Some(rule) = def.clocks.iter().find(|rule| rule.name == clock) {
            return Said::from(&rule.title);
        }
        match def.state(step) {
            Some(ix) => said!("环节：{}" / "step: {}", def.states[ix.0].label),
            None => Said::same(step),
        }
    }
}

/// SM3 in hex over the calendar and every limit with its old and new end.
fn digest(next: &Calendar, moved: &[Moved]) -> String {
    let mut hasher = Sm3::new();
    hasher.update(next.version().0.to_be_bytes());
    hasher.update(next.text().as_bytes());
    for one in moved {
        hasher.update(one.id.0.to_be_bytes());
        hasher.update(one.from.map_or(i64::MIN, |from| from.0).to_be_bytes());
        hasher.update(one.to.0.to_be_bytes());
    }
    let bytes = hasher.finalize();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Limits are half-open.
fn last_day(due: Moment) -> Date {
    Moment(due.0 - 1).local_date()
}
