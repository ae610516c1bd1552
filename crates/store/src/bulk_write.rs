//! What makes many commits in one transaction cheap: statements that are held, because finding one
//! by its text of two hundred columns takes as long as a small write, and answers that are not
//! waited for, so that the writer always has its next batch.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use expr::Id;
use kernel::Commit;
use rusqlite::{CachedStatement, Connection};

use crate::apply::{Applied, Tx};
use crate::layout::Table;
use crate::store::under_one_leaf;
use crate::ticket::{Ticket, ticket};
use crate::{BULK_COMMITS_MAX, CommitError, Error, Store, ids};

/// What became of the commits of a batch.
#[derive(Debug)]
pub struct Bulk {
    /// One for each commit.
    pub results: Vec<Result<Applied, CommitError>>,
    /// New ids, leased in the same transaction.
    pub ids: Vec<Id>,
}

impl Store {
    /// Applies up to [`BULK_COMMITS_MAX`] commits in one transaction under one ledger leaf. Each is
    /// applied or refused by itself; an error of the whole means that none was.
    pub fn bulk(&self, commits: Vec<Commit>) -> Result<Vec<Result<Applied, CommitError>>, Error> {
        let bulk = self.bulk_async(commits, 0)?.wait();
        bulk.unwrap_or(Err(Error::Stopped)).map(|bulk| bulk.results)
    }

    /// The same without waiting, so that the next batch can stand in line before this one is on
    /// disk. Ids for later batches come with it: a lease of its own would wait for the disk.
    pub fn bulk_async(
        &self,
        commits: Vec<Commit>,
        lease: usize,
    ) -> Result<Ticket<Result<Bulk, Error>>, Error> {
        if commits.len().max(lease) > BULK_COMMITS_MAX {
            return Err(Error::Question(format!(
                "more than {BULK_COMMITS_MAX} commits or ids at once"
            )));
        }
        let (answer, ticket) = ticket();
        self.send(Box::new(move |tx| {
            let result = match tx {
                Ok(tx) => write(tx, commits, lease),
                Err(error) => Err(error),
            };
            Box::new(move |outcome: Result<(), Error>| answer.give(outcome.and(result)))
        }));
        Ok(ticket)
    }
}

fn write(tx: &mut Tx<'_>, commits: Vec<Commit>, lease: usize) -> Result<Bulk, Error> {
    let mut leased = match lease {
        0 => ids::Ids::default(),
        lease => ids::lease_many(tx.conn, lease as i64)?,
    };
    let results = under_one_leaf(tx, commits)?;
    Ok(Bulk {
        results,
        ids: std::iter::from_fn(|| leased.take()).collect(),
    })
}

/// Statements of one transaction that run for each row.
#[derive(Default)]
pub(crate) struct Hot<'c> {
    /// By register.
    inserts: HashMap<usize, CachedStatement<'c>>,
}

impl<'c> Hot<'c> {
    /// The statement that writes a row of the register, with nothing bound.
    pub fn insert(
        &mut self,
        conn: &'c Connection,
        table: &Table,
    ) -> Result<&mut CachedStatement<'c>, Error> {
        Ok(match self.inserts.entry(table.register.0) {
            Entry::Occupied(held) => {
                let held = held.into_mut();
                held.clear_bindings();
                held
            }
            Entry::Vacant(place) => place.insert(conn.prepare_cached(&table.insert)?),
        })
    }
}
