//! Batches of decided rows on their way into the store, and what became of them.

use std::collections::HashSet;
use std::thread::{Scope, ScopedJoinHandle};

use kernel::{Actor, Change, Commit, Id, Meta, Record, RegisterIx};
use store::{Applied, BULK_COMMITS_MAX, CommitError};
use tables::Row;

use super::progress::{Counted, TOLD_ROWS_MAX, ToldRow};
use super::row::Remark;
use super::run::{BATCH_ROWS, Run};
use super::tally::add;
use crate::follow::{After, Touched};
use crate::{App, Outcome};

/// Longest list of remarks kept with a record's history, in characters.
const REASON_CHARS_MAX: usize = 500;

/// Rows that are decided and wait for their transaction.
#[derive(Default)]
pub(super) struct Batch {
    pub commits: Vec<Commit>,
    /// Beside each commit.
    pub decided: Vec<Decided>,
    pub keys: HashSet<String>,
    pub wrong: Vec<(Row, Vec<String>)>,
}

/// A record before and after.
pub(super) type Child = (Option<Box<Record>>, Box<Record>);

pub(super) struct Decided {
    pub row: Row,
    pub counted: Counted,
    pub remarks: Vec<Remark>,
    /// Before and after, for registers whose parents follow.
    pub child: Option<Child>,
}

/// A batch in the hands of the writer.
pub(super) struct Flight<'scope> {
    pub batch: Batch,
    pub thread: ScopedJoinHandle<'scope, Result<Vec<Result<Applied, CommitError>>, store::Error>>,
}

impl<'a> Run<'a> {
    /// Hands the batch to the writer, once the one before is done.
    pub(super) fn send<'scope>(
        &mut self,
        scope: &'scope Scope<'scope, '_>,
        batch: &mut Batch,
        flight: &mut Option<Flight<'scope>>,
    ) -> Outcome<()>
    where
        'a: 'scope,
    {
        self.land(flight)?;
        let mut batch = std::mem::take(batch);
        if self.dry_run {
            let written = batch
                .decided
                .iter()
                .map(|_| Ok(Applied::default()))
                .collect();
            return self.landed(batch, written);
        }
        let mut commits = std::mem::take(&mut batch.commits);
        if commits.is_empty() {
            return self.landed(batch, Vec::new());
        }
        commits.extend(self.parents(&batch.decided)?);
        let store = self.app.store().clone();
        let thread = scope.spawn(move || {
            let mut written = Vec::with_capacity(commits.len());
            while !commits.is_empty() {
                let rest = commits.split_off(commits.len().min(BULK_COMMITS_MAX));
                written.extend(store.bulk(std::mem::replace(&mut commits, rest))?);
            }
            Ok(written)
        });
        *flight = Some(Flight { batch, thread });
        Ok(())
    }

    /// Waits for the batch that is being written.
    pub(super) fn land(&mut self, flight: &mut Option<Flight<'_>>) -> Outcome<()> {
        let Some(Flight { batch, thread }) = flight.take() else {
            return Ok(());
        };
        let written = thread
            .join()
            .map_err(|_| crate::Error::Broken("the writer of a batch died"))??;
        self.landed(batch, written)?;
        // While the writer is busy no id can be leased, so a batch of them is kept in stock.
        if self.ids.len() < BATCH_ROWS {
            let wanted = BATCH_ROWS - self.ids.len();
            self.ids.extend(self.app.store().next_ids(wanted)?);
        }
        Ok(())
    }

    /// Counts what was written, and gives the rows back that were not.
    pub(super) fn landed(
        &mut self,
        batch: Batch,
        written: Vec<Result<Applied, CommitError>>,
    ) -> Outcome<()> {
        let Batch {
            decided, mut wrong, ..
        } = batch;
        let mut children = Vec::new();
        let mut unsure = false;
        let mut results = written.into_iter();
        for decided in decided {
            let result = results.next().unwrap_or(Err(store::Error::Stopped.into()));
            match self.refusal_of(result)? {
                None => {
                    match decided.counted {
                        Counted::New => self.report.new += 1,
                        _ => self.report.changed += 1,
                    }
                    self.progress.count(decided.counted);
                    self.told(decided.row.line, &decided.remarks);
                    self.spare.push(decided.row);
                }
                Some(message) => {
                    add(&mut self.tally, message.clone());
                    wrong.push((decided.row, vec![message]));
                    unsure = true;
                }
            }
            children.extend(decided.child);
        }
        // The last commits are those of the parents: one that failed is decided anew.
        unsure |= results.any(|result| result.is_err());
        wrong.sort_by_key(|(row, _)| row.line);
        for (row, remarks) in wrong {
            self.report.wrong += 1;
            self.progress.count(Counted::Wrong);
            if let Some(remarked) = &mut self.remarked {
                remarked.write(&row, &remarks.join("；"))?;
            }
            if self.report.wrong_rows.len() < TOLD_ROWS_MAX {
                self.report.wrong_rows.push(ToldRow {
                    line: row.line,
                    remarks,
                });
            }
            self.spare.push(row);
        }
        self.spare.truncate(BATCH_ROWS);
        self.memory.forget_missing();
        self.memory.forget_referred();
        if !self.dry_run {
            if unsure && self.followed {
                self.app
                    .refollow(self.actor, self.batch, self.plan.register, &children)?;
            }
            self.app.changed(&[self.plan.register])?;
        }
        Ok(())
    }

    /// Why the store did not take a row; errors of the world end the import.
    pub(super) fn refusal_of(
        &self,
        result: Result<Applied, CommitError>,
    ) -> Outcome<Option<String>> {
        Ok(Some(match result {
            Ok(_) => return Ok(None),
            Err(CommitError::Stale { .. }) => "这条记录刚被别人修改过，请再导入一次".to_owned(),
            Err(CommitError::Duplicate {
                register,
                field,
                by,
            }) => {
                let label = &self.app.catalogue().at(register).get(field).label.zh;
                format!("“{label}”与另一条记录（{by}）相同")
            }
            Err(CommitError::Gone { .. }) => "它指向的记录已不存在，请核对".to_owned(),
            Err(CommitError::Used { .. }) => "这条记录正被其他记录引用".to_owned(),
            Err(CommitError::Broken(error)) => return Err(error.into()),
        }))
    }

    /// Commits of the parents that follow from the decided rows.
    pub(super) fn parents(&self, decided: &[Decided]) -> Outcome<Vec<Commit>> {
        if !self.followed {
            return Ok(Vec::new());
        }
        let frame = self.app.frame();
        let ground = self.app.ground(&frame, self.actor);
        let touched: Vec<Touched> = decided
            .iter()
            .filter_map(|d| d.child.as_ref())
            .map(|(before, after)| Touched {
                before: before.as_deref(),
                after: After::Is(after),
            })
            .collect();
        let changes = self.app.look(|reader| {
            self.app
                .follow_all(&ground, reader, self.plan.register, &touched)
        })?;
        let meta = || Meta {
            at: ground.now,
            actor: ground.actor.account,
            reason: None,
            batch: Some(self.batch),
        };
        Ok(changes
            .into_iter()
            .map(|change| commit(meta(), change))
            .collect())
    }
}

impl App {
    /// Brings the parents of these children up to date with what the store holds.
    pub(crate) fn refollow(
        &self,
        actor: &Actor,
        batch: Id,
        register: RegisterIx,
        children: &[(Option<Box<Record>>, Box<Record>)],
    ) -> Outcome<()> {
        let mut touched = Vec::with_capacity(children.len() * 2);
        for (before, after) in children {
            let both = before.iter().chain([after]);
            touched.extend(both.map(|r| Touched {
                before: Some(r),
                after: After::AsStored,
            }));
        }
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let changes = self.follow_all(&ground, reader, register, &touched)?;
            let mut commit = self.commit_of(&ground, changes, None);
            commit.meta.batch = Some(batch);
            Ok((commit, ()))
        })
    }
}

pub(super) fn commit(meta: Meta, change: Change) -> Commit {
    Commit {
        meta,
        changes: vec![change],
        relied: Vec::new(),
        events: Vec::new(),
    }
}

/// Remarks as the reason in the record's history.
pub(super) fn reason_of(remarks: &[Remark]) -> Option<String> {
    if remarks.is_empty() {
        return None;
    }
    let all = remarks
        .iter()
        .map(Remark::sentence)
        .collect::<Vec<_>>()
        .join("；");
    Some(all.chars().take(REASON_CHARS_MAX).collect())
}
