//! Which turns somebody has opened: asked when a matter is to be withdrawn. No history, no ledger.

use expr::{Id, Moment};
use rusqlite::{Connection, params};

use crate::{Error, Reader, Store};

impl Store {
    /// Marks a turn as opened by the account; the first time stays.
    pub fn mark_seen(&self, task: Id, account: Id, now: Moment) -> Result<(), Error> {
        self.house(move |conn: &Connection| {
            let sql = "INSERT OR IGNORE INTO seen (task, account, at) VALUES (?, ?, ?)";
            conn.prepare_cached(sql)?
                .execute(params![task.0, account.0, now.0])?;
            Ok(())
        })
    }
}

impl Reader<'_> {
    /// Whether somebody else than the account has opened one of the turns.
    pub fn is_seen_by_another(&self, tasks: &[Id], account: Id) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM seen WHERE task = ? AND account <> ?";
        let mut statement = self.conn().prepare_cached(sql)?;
        for task in tasks {
            if statement.exists(params![task.0, account.0])? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Those of the turns that the account has opened.
    pub fn seen_of(&self, tasks: &[Id], account: Id) -> Result<Vec<Id>, Error> {
        let sql = "SELECT 1 FROM seen WHERE task = ? AND account = ?";
        let mut statement = self.conn().prepare_cached(sql)?;
        let mut seen = Vec::new();
        for task in tasks {
            if statement.exists(params![task.0, account.0])? {
                seen.push(*task);
            }
        }
        Ok(seen)
    }
}
