//! From a decision to its commit: with all that follows from it, anew when the facts changed.

use kernel::{Blame, Change, Commit, Decision, Ground, Meta, Reason, Refusal, RegisterIx};
use speech::said;
use store::{CommitError, Reader};

use super::Act;
use crate::{App, Frame, No, Outcome, Saved};

/// How often a decision is made anew when the facts it relied on changed meanwhile.
const DECISIONS_MAX: usize = 3;

impl App {
    /// The commit of a decision with all that follows from it.
    pub(crate) fn sum_up(
        &self,
        ground: &Ground,
        reader: &Reader,
        act: Act,
        decision: Decision,
    ) -> Outcome<(Commit, Saved)> {
        let version = match act.before {
            Some(before) if decision.changes.is_empty() => before.version,
            Some(before) => before.version + 1,
            None => 1,
        };
        let saved = Saved {
            id: decision.after.id,
            version,
            warnings: decision.warnings.clone(),
        };
        let reason = act.reason.clone();
        let one_person = self.by_one_person(ground, reader, &act, &decision.after)?;
        let facts = self.post_facts(reader, &decision.after)?;
        self.fits_webhook(&decision.after)?;
        let left = self.left_behind(ground, reader, &act, &decision.after)?;
        let mut sum = self.gather(ground, reader, act, decision)?;
        sum.relied.extend(facts);
        sum.changes.extend(left);
        let mut commit = Commit {
            relied: sum.relied,
            once: self.kept_once(&saved),
            ..self.commit_of(ground, sum.changes, reason)
        };
        if let Some(entry) = one_person {
            commit.changes.push(entry);
            if let Some(capacity) = &mut commit.meta.capacity {
                capacity.one_person = true;
            }
        }
        Ok((commit, saved))
    }

    pub(crate) fn commit_of(
        &self,
        ground: &Ground,
        changes: Vec<Change>,
        reason: Option<String>,
    ) -> Commit {
        let meta = Meta {
            at: ground.now,
            actor: ground.actor.account,
            reason,
            batch: None,
            capacity: ground.actor.capacity(),
        };
        Commit {
            meta,
            changes,
            relied: Vec::new(),
            events: Vec::new(),
            once: None,
        }
    }

    /// Decides and commits; decides anew when the facts changed meanwhile.
    pub(crate) fn settle<T>(
        &self,
        decide: impl Fn(&Reader, &Frame) -> Outcome<(Commit, T)>,
    ) -> Outcome<T> {
        for _ in 0..DECISIONS_MAX {
            let frame = self.frame();
            let (commit, answer) = self.look(|reader| decide(reader, &frame))?;
            let empty = commit.changes.is_empty() && commit.events.is_empty();
            if empty && commit.once.is_none() {
                return Ok(answer);
            }
            let touched: Vec<RegisterIx> = commit.changes.iter().map(|c| c.register).collect();
            match self.store().commit(commit) {
                Ok(_) => {
                    // It is saved; memory that cannot be brought up to date does not unsave it.
                    if let Err(error) = self.changed(&touched) {
                        tracing::error!(%error, "Could not refresh what is kept in memory");
                    }
                    return Ok(answer);
                }
                Err(CommitError::Stale { .. }) => continue,
                Err(error) => return Err(self.refused(error)),
            }
        }
        Err(stale().into())
    }

    /// Forgets what was cached of registers that changed.
    pub(crate) fn changed(&self, registers: &[RegisterIx]) -> Outcome<()> {
        self.forget_small(registers);
        self.ripple(registers);
        self.ring_for(registers);
        self.forget_house(registers)
    }

    pub(crate) fn refused(&self, error: CommitError) -> No {
        match error {
            CommitError::Stale { .. } => stale().into(),
            CommitError::Duplicate {
                register,
                field,
                by: _,
            } => {
                let field = self.catalogue().at(register).get(field);
                let message = said!(
                    "“{}”已有同样的记录，请核对"
                        / "There is a record with the same “{}”; please check",
                    field.label
                );
                let mut refusal = Refusal::new(Reason::Duplicate, message.clone());
                refusal
                    .blames
                    .push(Blame::at(&field.name, "duplicate", message));
                refusal.into()
            }
            CommitError::Gone { .. } => Refusal::not_found().into(),
            CommitError::Used { .. } => stale().into(),
            CommitError::Repeated => {
                let message = said!(
                    "同一请求刚刚已经办理，请刷新后查看"
                        / "The same request was done just now; please reload the page"
                );
                Refusal::new(Reason::Conflict, message).into()
            }
            CommitError::Broken(error) => error.into(),
        }
    }

    /// One consistent look at the store.
    pub(crate) fn look<T>(&self, see: impl FnOnce(&Reader) -> Outcome<T>) -> Outcome<T> {
        self.store().read(|reader| Ok(see(reader)))?
    }
}

pub(super) fn stale() -> Refusal {
    Refusal::new(
        Reason::Stale,
        said!(
            "这条记录刚被别人修改过，请核对后再保存；您填写的内容还在"
                / "Someone changed this record just now; please check, then save. Nothing you typed is lost"
        ),
    )
}
