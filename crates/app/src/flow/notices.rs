//! A person's notices: what was sent to him, read and unread. Nobody opens those of others.

use std::collections::{HashMap, HashSet};

use catalogue::{Column, Sort};
use kernel::flow::Writer;
use kernel::{Actor, FieldIx, Id, Moment, Record, Refusal, RegisterIx, Value};
use speech::Said;
use store::{Count as Counted, Filter, Query, Reader};

use super::todo::text;
use crate::sight::NAME_DEPTH;
use crate::{App, Count, Error, Named, Outcome};

/// Notices of one page.
pub const NOTICE_ROWS: usize = 50;
/// Notices marked as read at one time.
const READ_AT_ONCE: usize = 1_000;
/// Where counting stops.
const COUNT_CAP: u64 = 1_000;

/// One notice to the person who looks.
#[derive(Clone, Debug)]
pub struct NoticeRow {
    pub id: Id,
    /// The word of its kind, and its label.
    pub kind: String,
    pub label: Said,
    pub register: RegisterIx,
    pub record: Id,
    /// How the record is named, if the person may see it now.
    pub shown: Option<Named>,
    pub at_state: Option<String>,
    pub due_at: Option<Moment>,
    pub sent_at: Moment,
    pub is_unread: bool,
}

/// A page of them, the newest first.
#[derive(Clone, Debug)]
pub struct NoticePage {
    pub rows: Vec<NoticeRow>,
    pub more: bool,
}

impl App {
    /// One page of the person's own notices.
    pub fn notices(&self, actor: &Actor, page: usize) -> Outcome<NoticePage> {
        let from = page.saturating_mul(NOTICE_ROWS);
        let limit = from + NOTICE_ROWS + 1;
        let register = self.house("notice")?;
        let query = Query {
            filter: self.own_notices(actor)?,
            sort: vec![Sort {
                by: Column::Field(self.notice_field("sent_at")?),
                descending: true,
            }],
            limit,
            ..Query::of(register)
        };
        self.look(|reader| {
            let found = reader.query(&query)?.records;
            let more = found.len() == limit;
            let until = found.len().min(from + NOTICE_ROWS);
            let rows = self.notice_rows(actor, reader, &found[from.min(until)..until])?;
            Ok(NoticePage { rows, more })
        })
    }

    /// How many the person has not read; counting stops at a thousand.
    pub fn unread_notices(&self, actor: &Actor) -> Outcome<Count> {
        let query = Query {
            filter: self.own_notices(actor)?.and(self.unread()?),
            ..Query::of(self.house("notice")?)
        };
        let count = self.look(|reader| Ok(reader.count_to(&query, COUNT_CAP)?))?;
        Ok(match count {
            Counted::Exact(n) => Count::Exactly(n),
            Counted::MoreThan(n) => Count::MoreThan(n),
        })
    }

    /// Marks one as read; a foreign one is not there for the person.
    pub fn read_notice(&self, actor: &Actor, id: Id) -> Outcome<()> {
        let register = self.house("notice")?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let found = reader.get(register, id)?;
            let found = found.filter(|notice| self.is_own(actor, notice));
            let notice = found.ok_or_else(Refusal::not_found)?;
            let changes = self.reads_it(ground.now, &notice)?;
            Ok((
                self.commit_of(&ground, changes.into_iter().collect(), None),
                (),
            ))
        })
    }

    /// Marks all as read; answers how many were not.
    pub fn read_all_notices(&self, actor: &Actor) -> Outcome<usize> {
        let query = Query {
            filter: self.own_notices(actor)?.and(self.unread()?),
            limit: READ_AT_ONCE,
            ..Query::of(self.house("notice")?)
        };
        let mut count = 0;
        loop {
            let read = self.settle(|reader, frame| {
                let ground = self.ground(frame, actor);
                let unread = reader.query(&query)?.records;
                let mut changes = Vec::with_capacity(unread.len());
                for notice in &unread {
                    changes.extend(self.reads_it(ground.now, notice)?);
                }
                Ok((self.commit_of(&ground, changes, None), unread.len()))
            })?;
            count += read;
            if read < READ_AT_ONCE {
                return Ok(count);
            }
        }
    }

    fn reads_it(&self, now: Moment, notice: &Record) -> Outcome<Option<kernel::Change>> {
        let def = self.catalogue().at(notice.register);
        if *notice.named(def, "read_at") != Value::Null {
            return Ok(None);
        }
        let writer = Writer {
            catalogue: self.catalogue(),
            register: notice.register,
        };
        let values = vec![("read_at", Value::Moment(now))];
        let at = (notice.id, notice.version);
        Ok(Some(writer.update(at, "read", Some("read"), values)))
    }

    fn notice_rows(
        &self,
        actor: &Actor,
        reader: &Reader,
        found: &[Record],
    ) -> Outcome<Vec<NoticeRow>> {
        let frame = self.frame();
        let ground = self.ground(&frame, actor);
        let catalogue = self.catalogue();
        let mut wanted: HashMap<RegisterIx, HashSet<Id>> = HashMap::new();
        let mut rows = Vec::with_capacity(found.len());
        for notice in found {
            let def = catalogue.at(notice.register);
            let word = |name: &str| text(notice.named(def, name));
            let moment = |name: &str| match notice.named(def, name) {
                Value::Moment(at) => Some(*at),
                _ => None,
            };
            let register = word("register").and_then(|name| catalogue.register(name));
            let record = word("record").and_then(|id| id.parse::<Id>().ok());
            let (Some(register), Some(record), Some(kind)) = (register, record, word("kind"))
            else {
                continue;
            };
            wanted.entry(register).or_default().insert(record);
            let choices = catalogue.choices.get("house.notice_kind");
            let entry = choices.and_then(|list| list.entries.get(kind));
            rows.push(NoticeRow {
                id: notice.id,
                kind: kind.to_owned(),
                label: entry.map_or(Said::same(kind), |entry| Said::from(&entry.label)),
                register,
                record,
                shown: None,
                at_state: word("at_state").map(str::to_owned),
                due_at: moment("due_at"),
                sent_at: moment("sent_at").unwrap_or(notice.created_at),
                is_unread: moment("read_at").is_none(),
            });
        }
        let names = self.name_all(&ground, reader, wanted, NAME_DEPTH)?;
        for row in &mut rows {
            row.shown = names.get(&row.record).cloned();
        }
        Ok(rows)
    }

    /// Those of the account itself. The operator and the public have none.
    fn own_notices(&self, actor: &Actor) -> Outcome<Filter> {
        if actor.role().is_none() || actor.account == Id(0) {
            return Err(Refusal::not_found().into());
        }
        let account = self.notice_field("account")?;
        Ok(Filter::Is(account, Value::Id(actor.account)))
    }

    fn is_own(&self, actor: &Actor, notice: &Record) -> bool {
        let def = self.catalogue().at(notice.register);
        actor.account != Id(0) && *notice.named(def, "account") == Value::Id(actor.account)
    }

    fn unread(&self) -> Outcome<Filter> {
        let def = self.catalogue().at(self.house("notice")?);
        Ok(Filter::States(def.state("unread").into_iter().collect()))
    }

    fn notice_field(&self, name: &'static str) -> Outcome<FieldIx> {
        let def = self.catalogue().at(self.house("notice")?);
        Ok(def.field(name).ok_or(Error::Broken("house.notice"))?)
    }
}
