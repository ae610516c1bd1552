//! The rows of an import: read in chunks, understood, looked up and decided, while the batch before
//! is being written. Memory does not grow with the file.

use std::collections::{HashMap, HashSet, VecDeque};
use std::thread::Scope;

use kernel::{Actor, Field, FieldIx, Found, Ground, Id, Meta, Value};
use tables::{Reader, Remarked, Row};

use super::batch::{Batch, Decided, Flight, commit, reason_of};
use super::decide::{Desk, Verdict};
use super::lookup::{Waiting, hash_of, key_text};
use super::plan::Plan;
use super::progress::{Counted, Progress, Report};
use super::row::{Bench, Divisions, Remark, Taken, raw_key, take};
use super::start::WrongTo;
use super::tally::add;
use super::world::{ImportWorld, Memory};
use crate::{App, Outcome};

/// Rows of one transaction. Others who save wait no longer than one batch takes.
pub(super) const BATCH_ROWS: usize = 4_000;
/// Rows that are looked up together.
const CHUNK_ROWS: usize = 500;
/// Rows that wait for others of the same file.
const POSTPONED_MAX: usize = 50_000;
/// Keys that are remembered while looking for repeated ones.
const SCOUTED_MAX: usize = 5_000_000;

pub(super) struct Run<'a> {
    pub app: &'a App,
    pub actor: &'a Actor,
    pub plan: &'a Plan<'a>,
    pub memory: &'a Memory,
    pub divisions: Divisions,
    pub reads: Vec<&'static str>,
    pub followed: bool,
    pub dry_run: bool,
    pub batch: Id,
    pub progress: &'a Progress,
    pub remarked: Option<Remarked<WrongTo>>,
    /// Leased for new records.
    pub ids: VecDeque<Id>,
    /// The file once more, until it is known which of its rows are about the same record.
    pub scout: Option<Reader>,
    /// Keys that stand in several rows, and the last of these.
    pub repeated: HashMap<u64, u64>,
    /// Rows that point at records of their own register which are not there yet.
    pub postponed: Vec<Row>,
    pub postpones: bool,
    /// In a dry run: rows seen before by key, and what they said.
    pub seen: HashMap<u64, u64>,
    /// Rows whose memory is used again.
    pub spare: Vec<Row>,
    pub tally: HashMap<String, u64>,
    pub checks: HashMap<String, u64>,
    pub report: Report,
}

impl<'a> Run<'a> {
    pub(super) fn all(&mut self, mut file: Reader) -> Outcome<()> {
        std::thread::scope(|scope| {
            let mut batch = Batch::default();
            let mut flight: Option<Flight> = None;
            let mut more = true;
            while more && !self.progress.is_stopped() {
                let mut rows = Vec::with_capacity(CHUNK_ROWS);
                more = self.read(&mut file, &mut rows);
                self.chunk(scope, rows, &mut batch, &mut flight)?;
            }
            self.send(scope, &mut batch, &mut flight)?;
            self.land(&mut flight)?;
            // Rows that point at later rows of the same file come last, as often as that helps.
            let mut left = usize::MAX;
            while !self.postponed.is_empty() && !self.progress.is_stopped() {
                self.postpones = self.postponed.len() < left;
                left = self.postponed.len();
                let mut rows = std::mem::take(&mut self.postponed);
                while !rows.is_empty() {
                    let rest = rows.split_off(rows.len().min(CHUNK_ROWS));
                    let some = std::mem::replace(&mut rows, rest);
                    self.chunk(scope, some, &mut batch, &mut flight)?;
                }
                self.send(scope, &mut batch, &mut flight)?;
                self.land(&mut flight)?;
            }
            if self.progress.is_stopped() {
                self.report.broken_off =
                    Some("导入已被中止；已写入的部分保留，可以撤销".to_owned());
            }
            Ok(())
        })
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
                    self.report.broken_off = Some(format!("{error}；在此之前的行已经处理"));
                    return false;
                }
            }
        }
        self.progress.at(file.position());
        true
    }

    pub(super) fn chunk<'scope>(
        &mut self,
        scope: &'scope Scope<'scope, '_>,
        rows: Vec<Row>,
        batch: &mut Batch,
        flight: &mut Option<Flight<'scope>>,
    ) -> Outcome<()>
    where
        'a: 'scope,
    {
        let app = self.app;
        let frame = app.frame();
        let ground = app.ground(&frame, self.actor);
        let mut taken = app.look(|reader| {
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
                let taken = take(self.plan, &bench, &row);
                (row, taken)
            });
            Ok(taken.collect::<Vec<_>>())
        })?;
        if self.postpones {
            let mut kept = Vec::with_capacity(taken.len());
            for (row, said) in taken {
                match said.unresolved && self.postponed.len() < POSTPONED_MAX {
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
                flight
                    .as_ref()
                    .zip(text)
                    .is_some_and(|(f, text)| f.batch.keys.contains(&text))
            };
            if rest.iter().any(|(_, key)| in_flight(key)) {
                self.land(flight)?;
            }
            let clash = self.decide(&ground, &mut rest, batch)?;
            if clash || batch.commits.len() + batch.wrong.len() >= BATCH_ROWS {
                self.send(scope, batch, flight)?;
            }
            if clash {
                self.land(flight)?;
            }
        }
        Ok(())
    }

    /// The values by which the row's record is known; rows without are refused.
    pub(super) fn key(&self, taken: &mut Taken) -> Option<Vec<Value>> {
        if taken.refused {
            return None;
        }
        let values: Vec<Value> = self
            .plan
            .key
            .iter()
            .map(|ix| taken.value(*ix).clone())
            .collect();
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
                let message = format!("“{label}”是空的，无法辨认是哪一条记录");
                taken.refuse(Remark::new("", "key", message));
                None
            }
            None => {
                taken.refuse(Remark::new("", "key", "没有 id，无法辨认是哪一条记录"));
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
                let before = match known.of(&taken, text.as_deref()) {
                    Ok(before) => before,
                    Err(remark) => {
                        taken.refuse(remark);
                        None
                    }
                };
                let content = self.dry_run.then(|| content_hash(&taken));
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
                let mut verdict = match (content, &text) {
                    (Some(content), Some(text)) => self.seen_before(verdict, text, content),
                    _ => verdict,
                };
                if let Verdict::Changed { .. } = verdict
                    && let Some(later) = self.later_row(&row)
                {
                    let message = format!("第 {later} 行是同一条记录，以那一行为准");
                    taken.remarks.push(Remark::new("", "later", message));
                    verdict = Verdict::Same;
                }
                self.keep(ground, batch, (row, taken), verdict, [text, id_text]);
                if batch.commits.len() + batch.wrong.len() >= BATCH_ROWS {
                    break;
                }
            }
            Ok(false)
        })
    }

    /// A later row of the file about the same record. A record that changes with every row of its
    /// own would change anew with every import, so only the last row changes it.
    pub(super) fn later_row(&mut self, row: &Row) -> Option<u64> {
        if let Some(scout) = self.scout.take() {
            self.repeated = repeated(self.plan, scout);
        }
        let key = hash_of(&raw_key(self.plan, row)?);
        self.repeated
            .get(&key)
            .copied()
            .filter(|last| *last > row.line)
    }

    /// In a dry run nothing is written, so a second row of the same record is not found.
    pub(super) fn seen_before(&mut self, verdict: Verdict, key: &str, content: u64) -> Verdict {
        let before = match verdict {
            Verdict::Wrong => return verdict,
            _ => self.seen.insert(hash_of(key), content),
        };
        match (verdict, before) {
            (_, Some(before)) if before == content => Verdict::Same,
            (
                Verdict::New {
                    change,
                    after,
                    checks,
                },
                Some(_),
            ) => Verdict::Changed {
                before: None,
                change,
                after,
                checks,
            },
            (verdict, _) => verdict,
        }
    }

    pub(super) fn keep(
        &mut self,
        ground: &Ground,
        batch: &mut Batch,
        (row, taken): (Row, Taken),
        verdict: Verdict,
        keys: [Option<String>; 2],
    ) {
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
                self.told(row.line, &taken.remarks);
                self.spare.push(row);
                return;
            }
            Verdict::Wrong => {
                for remark in &taken.remarks {
                    self.count_remark(remark);
                }
                let remarks = taken.remarks.iter().map(Remark::sentence).collect();
                batch.wrong.push((row, remarks));
                return;
            }
        };
        for message in checks {
            add(&mut self.checks, message);
        }
        batch.keys.extend(keys.into_iter().flatten());
        if self.dry_run
            && let Some(Value::Text(code)) = self.plan.def.key().map(|ix| child.1.value(ix))
        {
            self.memory.plan(code);
        }
        let child = self.followed.then_some(child);
        let meta = Meta {
            at: ground.now,
            actor: ground.actor.account,
            reason: reason_of(&taken.remarks),
            batch: Some(self.batch),
        };
        batch.commits.push(commit(meta, change));
        batch.decided.push(Decided {
            row,
            counted,
            remarks: taken.remarks,
            child,
        });
    }
}

/// Keys that stand in several rows, with the line of the last.
fn repeated(plan: &Plan, mut file: Reader) -> HashMap<u64, u64> {
    let mut once = HashSet::new();
    let mut repeated = HashMap::new();
    let mut row = Row::default();
    // Where the file breaks off, the import itself says so.
    while once.len() < SCOUTED_MAX && file.next_row(&mut row).unwrap_or(false) {
        let Some(key) = raw_key(plan, &row).map(|key| hash_of(&key)) else {
            continue;
        };
        if !once.insert(key) {
            repeated.insert(key, row.line);
        }
    }
    repeated
}

fn content_hash(taken: &Taken) -> u64 {
    hash_of(&format!(
        "{:?}{:?}{:?}",
        taken.typed, taken.state, taken.received
    ))
}
