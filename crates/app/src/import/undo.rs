//! Undoing an import: what it made goes, what it changed goes back, what was touched since stays.

use std::collections::HashMap;

use catalogue::Source;
use kernel::{
    Actor, Change, Commit, Datum, Event, FieldIx, Ground, Id, Meta, Reason, Record, Refusal,
    Register, RegisterIx, Verb, What,
};
use speech::{Said, said};
use store::{BatchEntry, CommitError, Personal, Reader};

use super::decide::same;
use crate::follow::{After, Touched};
use crate::sight::view_of;
use crate::{App, Names, Outcome};

/// Records of one transaction.
const UNDO_ROWS: usize = 2_000;
const ACT: &str = "undo";

/// What undoing an import came to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UndoReport {
    pub removed: u64,
    pub restored: u64,
    /// Records that stay as they are.
    pub kept: Vec<Kept>,
}

/// A record that could not be undone, and why.
#[derive(Clone, Debug, PartialEq)]
pub struct Kept {
    pub register: RegisterIx,
    pub id: Id,
    pub shown: String,
    pub why: Said,
}

fn touched() -> Said {
    said!("导入之后又被修改过" / "Changed again after the import")
}

fn used() -> Said {
    said!("已被其他记录引用" / "Other records point at it")
}

fn outside() -> Said {
    said!("不在您的管辖范围内" / "Outside your area")
}

/// One record on its way back.
struct Step {
    now: Record,
    /// What it goes back to; `None`: it goes away.
    old: Option<Record>,
    change: Change,
}

impl App {
    /// Takes an import back, as far as its records were not touched since.
    pub fn undo_import(&self, actor: &Actor, batch: Id) -> Outcome<UndoReport> {
        let job = self.store().import(batch)?.ok_or_else(Refusal::not_found)?;
        let register = self
            .catalogue()
            .register(&job.register)
            .ok_or_else(Refusal::not_found)?;
        let def = self.catalogue().at(register);
        let own = actor.role().is_none() || actor.account == job.account;
        if !own || kernel::scope(def, actor, Verb::Import).is_none() {
            return Err(Refusal::forbidden(said!(
                "只有导入的人可以撤销这次导入" / "Only the person who imported it can undo it"
            ))
            .into());
        }
        let _turn = self.inner.imports.begin(register).ok_or_else(|| {
            Refusal::new(
                Reason::Conflict,
                said!(
                    "{}正在导入，请等它完成再撤销"
                        / "{} is being imported; please wait until it is done",
                    def.title
                ),
            )
        })?;
        let mut entries = self.look(|reader| Ok(reader.batch_entries(batch)?))?;
        entries.retain(|entry| entry.register == register && entry.now.is_some());
        // What came last may point at what came first.
        entries.reverse();
        let mut report = UndoReport::default();
        for entries in entries.chunks(UNDO_ROWS) {
            self.undo_some(actor, batch, register, entries, &mut report)?;
        }
        self.note_undo(actor, &job, &report)?;
        if report.kept.is_empty() {
            self.store().keep_import(store::ImportJob {
                state: "undone".to_owned(),
                ..job
            })?;
        }
        Ok(report)
    }

    fn undo_some(
        &self,
        actor: &Actor,
        batch: Id,
        register: RegisterIx,
        entries: &[BatchEntry],
        report: &mut UndoReport,
    ) -> Outcome<()> {
        let frame = self.frame();
        let ground = self.ground(&frame, actor);
        let meta = || Meta {
            reason: Some(format!("撤销导入 {batch}")),
            ..Meta::of(actor, ground.now)
        };
        let (steps, parents) = self.look(|reader| {
            let steps = self.steps(&ground, reader, register, entries, report)?;
            let touched: Vec<Touched> = steps
                .iter()
                .map(|step| Touched {
                    before: Some(&step.now),
                    after: step.old.as_ref().map_or(After::Gone, After::Is),
                })
                .collect();
            let parents = self.follow_all(&ground, reader, register, &touched)?;
            Ok((steps, parents))
        })?;
        let changes = steps.iter().map(|step| step.change.clone()).chain(parents);
        let commits: Vec<Commit> = changes
            .map(|change| Commit {
                meta: meta(),
                changes: vec![change],
                relied: Vec::new(),
                events: Vec::new(),
                once: None,
            })
            .collect();
        if commits.is_empty() {
            return Ok(());
        }
        let mut results = self.store().bulk(commits)?.into_iter();
        let mut unsure = Vec::new();
        for step in steps {
            let result = results.next().unwrap_or(Err(store::Error::Stopped.into()));
            match result {
                Ok(_) if step.old.is_none() => report.removed += 1,
                Ok(_) => report.restored += 1,
                Err(CommitError::Broken(error)) => return Err(error.into()),
                Err(error) => {
                    let why = match error {
                        CommitError::Used { .. } => used(),
                        _ => touched(),
                    };
                    report.kept.push(self.kept(&ground, &step.now, why));
                    unsure.push((step.old.map(Box::new), Box::new(step.now)));
                }
            }
        }
        if results.any(|result| result.is_err()) || !unsure.is_empty() {
            self.refollow(actor, batch, register, &unsure)?;
        }
        self.changed(&[register])
    }

    fn steps(
        &self,
        ground: &Ground,
        reader: &Reader,
        register: RegisterIx,
        entries: &[BatchEntry],
        report: &mut UndoReport,
    ) -> Outcome<Vec<Step>> {
        let def = ground.catalogue.at(register);
        let right = kernel::scope(def, ground.actor, Verb::Import);
        let ids: Vec<Id> = entries.iter().map(|entry| entry.id).collect();
        let records = reader.get_many(register, &ids, None, Personal::Open)?;
        let mut records: HashMap<Id, Record> = records.into_iter().map(|r| (r.id, r)).collect();
        let mut steps = Vec::with_capacity(entries.len());
        for entry in entries {
            let Some(now) = records.remove(&entry.id) else {
                continue;
            };
            let inside = right
                .as_ref()
                .is_some_and(|right| kernel::covers(right, &view_of(ground, &now)));
            if !inside {
                report.kept.push(self.kept(ground, &now, outside()));
                continue;
            }
            if entry.now != Some(entry.left) || now.version != entry.left {
                report.kept.push(self.kept(ground, &now, touched()));
                continue;
            }
            let old = match entry.made {
                true => None,
                false => reader.before(register, entry.id, entry.first)?,
            };
            let expected = now.version;
            let what = match &old {
                None if entry.made => What::Remove { expected },
                None => continue,
                Some(old) => {
                    let data = differing(def, &now, old);
                    let state = old.state.filter(|state| now.state != Some(*state));
                    What::Update {
                        expected,
                        state,
                        data,
                    }
                }
            };
            let change = Change {
                register,
                id: entry.id,
                act: ACT.to_owned(),
                what,
            };
            steps.push(Step { now, old, change });
        }
        Ok(steps)
    }

    fn kept(&self, ground: &Ground, record: &Record, why: Said) -> Kept {
        let def = ground.catalogue.at(record.register);
        let shown = match kernel::scope(def, ground.actor, Verb::See) {
            Some(right) => self.shown(ground, &right, record, &Names::new()),
            None => record.id.to_string(),
        };
        Kept {
            register: record.register,
            id: record.id,
            shown,
            why,
        }
    }

    fn note_undo(&self, actor: &Actor, job: &store::ImportJob, report: &UndoReport) -> Outcome<()> {
        let detail = [
            ("register", job.register.clone()),
            ("batch", job.id.to_string()),
            ("removed", report.removed.to_string()),
            ("restored", report.restored.to_string()),
            ("kept", report.kept.len().to_string()),
        ];
        let detail = detail
            .into_iter()
            .map(|(name, text)| (name.to_owned(), text))
            .collect();
        let event = Event {
            kind: ACT.to_owned(),
            record: None,
            detail,
        };
        self.write_down(Meta::of(actor, self.now()), event)
    }
}

/// The old values of what differs. Values that come from children follow by themselves, numbers
/// are drawn once, and what the law had destroyed stays so.
fn differing(def: &Register, now: &Record, old: &Record) -> Vec<(FieldIx, Datum)> {
    def.all_fields()
        .filter(|(_, field)| !matches!(field.source, Source::Latest(_) | Source::Number { .. }))
        .filter(|(ix, _)| {
            let (now, old) = (&now.data[ix.0], &old.data[ix.0]);
            !same(now, old) && *old != Datum::Erased && *now != Datum::Erased
        })
        .map(|(ix, _)| (ix, old.data[ix.0].clone()))
        .collect()
}
