//! Computed values that hang on whole small registers or on params: when one of those changes, every
//! record that hangs on it is computed anew, in the background.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use kernel::{Actor, Commit, Id, Meta, RegisterIx, recompute};
use store::{Cursor, Personal, Query, Reader};

use crate::{App, Outcome};

/// Records computed anew in one transaction.
const BATCH: usize = 1_000;

/// Registers waiting to be computed anew, and whether someone is at it.
#[derive(Default)]
pub(crate) struct Queue {
    wanted: BTreeSet<RegisterIx>,
    running: bool,
}

/// Someone is computing; no longer when this is dropped, however the thread ends. What was still
/// wanted is taken up with the next change.
struct AtIt<'a>(&'a Mutex<Queue>);

impl Drop for AtIt<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            tracing::error!("Computing anew broke off");
            lock(self.0).running = false;
        }
    }
}

fn lock(queue: &Mutex<Queue>) -> MutexGuard<'_, Queue> {
    queue.lock().unwrap_or_else(PoisonError::into_inner)
}

impl App {
    fn queue(&self) -> MutexGuard<'_, Queue> {
        lock(&self.inner.recomputing)
    }

    /// Starts computing anew whatever hangs on these changed registers.
    pub(crate) fn ripple(&self, changed: &[RegisterIx]) {
        for register in self.hanging_on(changed) {
            self.recompute_later(register);
        }
    }

    /// Computes all records of a register anew in the background; once more if asked meanwhile.
    pub(crate) fn recompute_later(&self, register: RegisterIx) {
        let mut queue = self.queue();
        queue.wanted.insert(register);
        if std::mem::replace(&mut queue.running, true) {
            return;
        }
        let app = self.clone();
        std::thread::spawn(move || {
            let _at_it = AtIt(&app.inner.recomputing);
            while let Some(register) = app.next_wanted() {
                let name = &app.catalogue().at(register).name;
                match app.recompute(register) {
                    Ok(count) => tracing::info!(register = %name, count, "Computed anew"),
                    Err(error) => {
                        tracing::error!(register = %name, %error, "Could not compute anew");
                    }
                }
            }
        });
    }

    /// Whether some register is still being computed anew.
    pub fn is_recomputing(&self) -> bool {
        self.queue().running
    }

    /// Computes all records of a register anew; answers how many changed.
    pub fn recompute(&self, register: RegisterIx) -> Outcome<u64> {
        let mut count = 0;
        let mut after = None;
        loop {
            let (commits, next) =
                self.look(|reader| self.recompute_some(reader, register, after.take()))?;
            for outcome in self.store().bulk(commits)? {
                // A record changed meanwhile was computed with that change.
                count += u64::from(outcome.is_ok());
            }
            match next {
                Some(next) => after = Some(next),
                None => {
                    self.forget_small(&[register]);
                    return Ok(count);
                }
            }
        }
    }

    fn recompute_some(
        &self,
        reader: &Reader,
        register: RegisterIx,
        after: Option<Cursor>,
    ) -> Outcome<(Vec<Commit>, Option<Cursor>)> {
        let frame = self.frame();
        let operator = Actor::operator();
        let ground = self.ground(&frame, &operator);
        let personal = Personal::Open;
        let query = Query {
            after,
            personal,
            limit: BATCH,
            ..Query::of(register)
        };
        let page = reader.query(&query)?;
        let mut commits = Vec::new();
        for record in &page.records {
            let reads = self.reads(&ground, reader, record, None)?;
            let changes = recompute(&ground, record, Vec::new(), &reads).changes;
            if !changes.is_empty() {
                let meta = Meta {
                    at: frame.now,
                    actor: Id(0),
                    reason: None,
                    batch: None,
                    capacity: None,
                };
                let (relied, events) = (Vec::new(), Vec::new());
                commits.push(Commit {
                    meta,
                    changes,
                    relied,
                    events,
                    once: None,
                });
            }
        }
        Ok((commits, page.next))
    }

    /// The next register to compute, or none, and then the runner has stopped.
    fn next_wanted(&self) -> Option<RegisterIx> {
        let mut queue = self.queue();
        let next = queue.wanted.pop_first();
        queue.running = next.is_some();
        next
    }

    /// Registers whose computed fields read one of these as a whole.
    fn hanging_on(&self, changed: &[RegisterIx]) -> BTreeSet<RegisterIx> {
        let names: Vec<String> = changed
            .iter()
            .map(|ix| format!("all {}", self.catalogue().at(*ix).name))
            .collect();
        let hooks = self.inner.hooks.compute.iter();
        hooks
            .filter(|hook| {
                hook.reads
                    .iter()
                    .any(|read| names.iter().any(|name| name == read))
            })
            .filter_map(|hook| self.catalogue().register(hook.register))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_broken_computation_does_not_look_as_if_it_went_on() {
        let queue = Mutex::new(Queue {
            running: true,
            ..Queue::default()
        });
        let broke = std::thread::scope(|scope| {
            let broken = scope.spawn(|| {
                let _at_it = AtIt(&queue);
                panic!("a hook, on purpose");
            });
            broken.join().is_err()
        });
        assert!(broke && !lock(&queue).running);
    }
}
