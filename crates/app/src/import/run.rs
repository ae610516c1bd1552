//! The rows of an import: read in chunks, understood, looked up and decided, while the batch before
//! is being written. Memory grows with the file by a line number a record and no more.

use std::collections::{HashMap, HashSet, VecDeque};

use kernel::{Actor, Field, FieldIx, Found, Ground, Id, Meta, Reading, Value};
use speech::said;
use tables::{Reader, Remarked, Row};

pub(super) use self::again::Repeats;
use super::batch::{Batch, Decided, Flights, commit, reason_of};
use super::decide::{Before, Desk, Verdict};
use super::lookup::{Waiting, key_text};
use super::plan::Plan;
use super::progress::{Counted, Progress, Report};
use super::row::{Bench, Divisions, Remark, Taken, take};
use super::start::WrongTo;
use super::tally::add;
use super::world::{ImportWorld, Memory};
use crate::{App, Outcome};

mod again;

/// Rows of one transaction. Others who save wait no longer than one batch takes.
pub(super) const BATCH_ROWS: usize = 3_000;
/// Rows that are looked up together.
const CHUNK_ROWS: usize = 500;

pub(super) struct Run<'a> {
    pub app: &'a App,
    pub actor: &'a Actor,
    pub plan: &'a Plan<'a>,
    pub memory: &'a Memory,
    pub divisions: Divisions,
    pub reads: Vec<(&'static str, Reading)>,
    pub followed: bool,
    pub dry_run: bool,
    pub batch: Id,
    pub progress: &'a Progress,
    pub remarked: Option<Remarked<WrongTo>>,
    /// Leased for new records.
    pub ids: VecDeque<Id>,
    pub repeats: Repeats,
    /// Rows that point at records of their own register which are not there yet, and those behind
    /// them about the same record.
    pub postponed: Vec<Row>,
    pub postponed_keys: HashSet<String>,
    pub postpones: bool,
    /// Rows whose memory is used again.
    pub spare: Vec<Row>,
    pub tally: HashMap<String, u64>,
    pub checks: HashMap<String, u64>,
    pub report: Report,
}

impl Run<'_> {
    pub(super) fn all(&mut self, mut file: Reader, scout: Reader) -> Outcome<()> {
        self.look_ahead(scout)?;
        let mut batch = Batch::default();
        let mut flights = Flights::new();
        if !self.dry_run {
            self.ids = self.app.store().next_ids(BATCH_ROWS)?.into();
        }
        let mut more = true;
        while more && !self.progress.is_stopped() {
            let mut rows = Vec::with_capacity(CHUNK_ROWS);
            more = self.read(&mut file, &mut rows);
            self.chunk(rows, &mut batch, &mut flights)?;
        }
        self.send(&mut batch, &mut flights)?;
        self.land(&mut flights)?;
        // Rows that point at later rows of the same file come last, as often as that helps.
        let mut left = usize::MAX;
        while !self.postponed.is_empty() && !self.progress.is_stopped() {
            self.postpones = self.postponed.len() < left;
            left = self.postponed.len();
            self.postponed_keys.clear();
            let mut rows = std::mem::take(&mut self.postponed);
            while !rows.is_empty() {
                let rest = rows.split_off(rows.len().min(CHUNK_ROWS));
                let some = std::mem::replace(&mut rows, rest);
                self.chunk(some, &mut batch, &mut flights)?;
            }
            self.send(&mut batch, &mut flights)?;
            self.land(&mut flights)?;
        }
        self.tell_held();
        if self.progress.is_stopped() {
            self.report.broken_off = Some(
                said!(
                    "导入已被中止；已写入的部分保留，可以撤销"
                        / "The import was stopped; what was written stays and can be undone"
                )
                .take(self.actor.lang),
            );
        }
        Ok(())
    }

    /// Reads a chunk of rows; false at the end of the file or where it cannot be read on.
    pub(super) fn read(&mut self, file: &mut Reader, rows: &mut Vec<Row>) -> bool {
        while rows.len() < CHUNK_ROWS {
            let mut row = self.spare.pop().unwrap_or_default();
            match file.next_row(&mut row) {
                Ok(true) => {
                    self.report.rows += 1;
                    self.progress.count(Counted::Row);
                    rows.push(row);
                }
                Ok(false) => {
                    self.progress.at(file.position());
                    return false;
                }
                Err(error) => {
                    self.report.broken_off = Some(
                        said!(
                            "{}；在此之前的行已经处理" / "{}; the rows before it were dealt with",
                            error.said()
                        )
                        .take(self.actor.lang),
                    );
                    return false;
                }
            }
        }
        self.progress.at(file.position());
        true
    }

    pub(super) fn chunk(
        &mut self,
        rows: Vec<Row>,
        batch: &mut Batch,
        flights: &mut Flights,
    ) -> Outcome<()> {
        let frame = self.app.frame();
        let ground = self.app.ground(&frame, self.actor);
        let mut taken = self.understood(rows, take)?;
        if self.postpones {
            let mut kept = Vec::with_capacity(taken.len());
            for (row, said) in taken {
                match self.must_wait(&said) {
                    true => self.postponed.push(row),
                    false => kept.push((row, said)),
                }
            }
            taken = kept;
        }
        let mut keys: Vec<Option<Vec<Value>>> = Vec::with_capacity(taken.len());
        for (_, taken) in &mut taken {
            keys.push(self.key(taken));
        }
        let mut rest: VecDeque<_> = taken.into_iter().zip(keys).collect();
        while !rest.is_empty() {
            // What is being written must be seen before it is looked up.
            let in_flight = |key: &Option<Vec<Value>>| {
                let text = key.as_deref().map(key_text);
                text.is_some_and(|text| flights.iter().any(|f| f.batch.keys.contains(&text)))
            };
            if rest.iter().any(|(_, key)| in_flight(key)) {
                self.land(flights)?;
            }
            let clash = self.decide(&ground, &mut rest, batch)?;
            if clash || batch.commits.len() + batch.wrong.len() >= BATCH_ROWS {
                self.send(batch, flights)?;
            }
            if clash {
                self.land(flights)?;
            }
        }
        Ok(())
    }

    /// What rows say, as far as `read` reads them.
    pub(super) fn understood(
        &self,
        rows: Vec<Row>,
        read: impl Fn(&Plan, &Bench, &Row) -> Taken,
    ) -> Outcome<Vec<(Row, Taken)>> {
        let app = self.app;
        let frame = app.frame();
        let ground = app.ground(&frame, self.actor);
        app.look(|reader| {
            let world = ImportWorld {
                app,
                reader,
                register: self.plan.register,
                places: app.places(),
                memory: self.memory,
            };
            let by_field = |field: &Field, by: FieldIx, text: &str| -> Found {
                world.by_field(&ground, field, by, text)
            };
            let bench = Bench {
                ground: &ground,
                world: &world,
                places: &world.places,
                divisions: &self.divisions,
                by_field: &by_field,
            };
            let taken = rows.into_iter().map(|row| {
                let taken = read(self.plan, &bench, &row);
                (row, taken)
            });
            Ok(taken.collect())
        })
    }

    /// The values by which the row's record is known; rows without are refused.
    pub(super) fn key(&self, taken: &mut Taken) -> Option<Vec<Value>> {
        if taken.refused {
            return None;
        }
        let values = self.key_values(taken);
        let empty = self
            .plan
            .key
            .iter()
            .zip(&values)
            .find(|(_, value)| value.is_null());
        match empty {
            None if !values.is_empty() => Some(values),
            _ if taken.id.is_some() => None,
            Some((ix, _)) => {
                let label = &self.plan.def.get(*ix).label.zh;
                let message = said!(
                    "“{}”是空的，无法辨认是哪一条记录"
                        / "“{}” is empty, so nobody can tell which record it is",
                    label
                );
                taken.refuse(Remark::new("", "key", message));
                None
            }
            None => {
                taken.refuse(Remark::new(
                    "",
                    "key",
                    said!(
                        "没有 id，无法辨认是哪一条记录"
                            / "There is no id, so nobody can tell which record it is"
                    ),
                ));
                None
            }
        }
    }

    /// Decides rows until the batch is full or a row needs one before it to be written first;
    /// true in that case.
    pub(super) fn decide(
        &mut self,
        ground: &Ground,
        rest: &mut Waiting,
        batch: &mut Batch,
    ) -> Outcome<bool> {
        let app = self.app;
        app.look(|reader| {
            let known = self.known(reader, rest)?;
            let world = ImportWorld {
                app,
                reader,
                register: self.plan.register,
                places: app.places(),
                memory: self.memory,
            };
            let reads = self.reads.clone();
            let desk = Desk {
                plan: self.plan,
                ground,
                world: &world,
                reads: &reads,
            };
            while let Some(((row, mut taken), key)) = rest.pop_front() {
                let text = key.as_deref().map(key_text);
                let id_text = taken.id.map(|id| id.to_string());
                let clash = [&text, &id_text]
                    .into_iter()
                    .flatten()
                    .any(|t| batch.keys.contains(t));
                if clash {
                    rest.push_front(((row, taken), key));
                    return Ok(true);
                }
                let keys = [text, id_text];
                let before = match known.of(&taken, keys[0].as_deref()) {
                    Ok(before) => before,
                    Err(remark) => {
                        taken.refuse(remark);
                        None
                    }
                };
                let later = self.later_row(row.number, &keys, before);
                let planned = self.repeats.planned(keys[0].as_deref());
                let before = match before {
                    Some(record) => Some(Before::Stored(record)),
                    None => planned.map(Before::Planned),
                };
                let ids = &mut self.ids;
                let dry_run = self.dry_run;
                let verdict = desk.decide(&mut taken, before, || match ids.pop_front() {
                    _ if dry_run => Ok(Id(0)),
                    Some(id) => Ok(id),
                    None => {
                        *ids = app.store().next_ids(BATCH_ROWS)?.into();
                        ids.pop_front()
                            .ok_or_else(|| crate::Error::Broken("no ids were leased").into())
                    }
                })?;
                self.keep(ground, batch, (row, taken), verdict, (keys, later));
                if batch.commits.len() + batch.wrong.len() >= BATCH_ROWS {
                    break;
                }
            }
            Ok(false)
        })
    }

    pub(super) fn keep(
        &mut self,
        ground: &Ground,
        batch: &mut Batch,
        (row, taken): (Row, Taken),
        verdict: Verdict,
        (keys, later): ([Option<String>; 2], Option<u64>),
    ) {
        if let (Some(later), Verdict::Changed { .. } | Verdict::Same) = (later, &verdict) {
            return self.hold(later, row, taken.remarks);
        }
        let (change, child, checks, counted) = match verdict {
            Verdict::New {
                change,
                after,
                checks,
            } => (change, (None, after), checks, Counted::New),
            Verdict::Changed {
                change,
                before,
                after,
                checks,
            } => (change, (before, after), checks, Counted::Changed),
            Verdict::Same => {
                self.report.same += 1;
                self.progress.count(Counted::Same);
                self.told(row.number, &taken.remarks);
                self.stood(row.number);
                self.spare.push(row);
                return;
            }
            Verdict::Wrong => {
                for remark in &taken.remarks {
                    self.count_remark(remark);
                }
                let remarks = taken
                    .remarks
                    .iter()
                    .map(|remark| remark.sentence().take(self.actor.lang))
                    .collect();
                self.fell(row.number);
                batch.wrong.push((row, remarks));
                return;
            }
        };
        for message in checks {
            add(&mut self.checks, message.take(self.actor.lang));
        }
        if self.dry_run
            && let (Some(_), Some(key)) = (later, &keys[0])
        {
            self.repeats.plan(key, &child.1);
        }
        batch.keys.extend(keys.into_iter().flatten());
        if self.dry_run
            && let Some(Value::Text(code)) = self.plan.def.key().map(|ix| child.1.value(ix))
        {
            self.memory.plan(code);
        }
        let child = self.followed.then_some(child);
        let meta = Meta {
            reason: reason_of(&taken.remarks),
            batch: Some(self.batch),
            ..Meta::of(ground.actor, ground.now)
        };
        batch.commits.push(commit(meta, change));
        batch.decided.push(Decided {
            row,
            counted,
            remarks: taken.remarks,
            later,
            child,
        });
    }
}
