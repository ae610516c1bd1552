//! Batches of decided rows on their way into the store, and what became of them.

use std::collections::{HashSet, VecDeque};

use kernel::{Actor, Change, Commit, Id, Meta, Record, RegisterIx};
use speech::{Lang, Said, said};
use store::{Applied, BULK_COMMITS_MAX, Bulk, CommitError, Ticket};
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
    /// The line of a later row about the same record.
    pub later: Option<u64>,
    /// Before and after, for registers whose parents follow.
    pub child: Option<Child>,
}

/// Batches in the hands of the writer, the oldest first: one is written and one stands in line, so
/// that the writer never waits for us.
pub(super) type Flights = VecDeque<Flight>;
const FLIGHTS_MAX: usize = 2;
/// New ids in stock: for the batch that is decided and those in flight, which bring new ones.
const IDS_STOCK: usize = BATCH_ROWS * (FLIGHTS_MAX + 1);

pub(super) struct Flight {
    pub batch: Batch,
    tickets: Vec<Ticket<Result<Bulk, store::Error>>>,
    /// Ids that it will bring.
    lease: usize,
}

impl Run<'_> {
    /// Hands the batch to the writer.
    pub(super) fn send(&mut self, batch: &mut Batch, flights: &mut Flights) -> Outcome<()> {
        // Parents follow from what is on disk, and a dry run has nothing to wait for.
        let others = match self.followed || self.dry_run {
            true => 0,
            false => FLIGHTS_MAX - 1,
        };
        while flights.len() > others {
            self.land_one(flights)?;
        }
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
            self.land(flights)?;
            return self.landed(batch, Vec::new());
        }
        commits.extend(self.parents(&batch.decided)?);
        let coming: usize = flights.iter().map(|flight| flight.lease).sum();
        let mut lease = IDS_STOCK.saturating_sub(self.ids.len() + coming);
        lease = lease.min(BULK_COMMITS_MAX);
        let mut flight = Flight {
            batch,
            tickets: Vec::with_capacity(1),
            lease,
        };
        while !commits.is_empty() {
            let rest = commits.split_off(commits.len().min(BULK_COMMITS_MAX));
            let some = std::mem::replace(&mut commits, rest);
            let ticket = self.app.store().bulk_async(some, lease)?;
            flight.tickets.push(ticket);
            lease = 0;
        }
        flights.push_back(flight);
        Ok(())
    }

    /// Waits for all batches that are being written.
    pub(super) fn land(&mut self, flights: &mut Flights) -> Outcome<()> {
        while !flights.is_empty() {
            self.land_one(flights)?;
        }
        Ok(())
    }

    fn land_one(&mut self, flights: &mut Flights) -> Outcome<()> {
        let Some(Flight { batch, tickets, .. }) = flights.pop_front() else {
            return Ok(());
        };
        let mut written = Vec::with_capacity(batch.decided.len());
        for ticket in tickets {
            let bulk = ticket.wait().unwrap_or(Err(store::Error::Stopped))?;
            written.extend(bulk.results);
            self.ids.extend(bulk.ids);
        }
        self.landed(batch, written)
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
                    let line = decided.row.number;
                    match decided.later {
                        Some(later) => self.brought(later, line, decided.remarks),
                        None => self.told(line, &decided.remarks),
                    }
                    self.stood(line);
                    self.spare.push(decided.row);
                }
                Some(message) => {
                    let message = message.take(self.actor.lang);
                    add(&mut self.tally, message.clone());
                    self.fell(decided.row.number);
                    wrong.push((decided.row, vec![message]));
                    unsure = true;
                }
            }
            children.extend(decided.child);
        }
        // The last commits are those of the parents: one that failed is decided anew.
        unsure |= results.any(|result| result.is_err());
        wrong.sort_by_key(|(row, _)| row.number);
        for (row, remarks) in wrong {
            self.report.wrong += 1;
            self.progress.count(Counted::Wrong);
            if let Some(remarked) = &mut self.remarked {
                remarked.write(&row, &remarks.join("；"))?;
            }
            if self.report.wrong_rows.len() < TOLD_ROWS_MAX {
                self.report.wrong_rows.push(ToldRow {
                    line: row.number,
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
    pub(super) fn refusal_of(&self, result: Result<Applied, CommitError>) -> Outcome<Option<Said>> {
        Ok(Some(match result {
            Ok(_) => return Ok(None),
            Err(CommitError::Stale { .. } | CommitError::Repeated) => {
                said!(
                    "这条记录刚被别人修改过，请再导入一次"
                        / "Someone changed this record just now; please import again"
                )
            }
            Err(CommitError::Duplicate {
                register,
                field,
                by,
            }) => {
                let label = &self.app.catalogue().at(register).get(field).label;
                said!(
                    "“{}”与另一条记录（{by}）相同"
                        / "“{}” is the same as that of another record ({by})",
                    label
                )
            }
            Err(CommitError::Gone { .. }) => said!(
                "它指向的记录已不存在，请核对" / "The record it points at is gone; please check"
            ),
            Err(CommitError::Used { .. }) => {
                said!("这条记录正被其他记录引用" / "Other records point at this one")
            }
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
            batch: Some(self.batch),
            ..Meta::of(ground.actor, ground.now)
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
        once: None,
    }
}

/// Remarks as the reason in the record's history.
pub(super) fn reason_of(remarks: &[Remark]) -> Option<String> {
    if remarks.is_empty() {
        return None;
    }
    let all = remarks
        .iter()
        .map(|remark| remark.sentence().take(Lang::Zh))
        .collect::<Vec<_>>()
        .join("；");
    Some(all.chars().take(REASON_CHARS_MAX).collect())
}
