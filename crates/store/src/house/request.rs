//! Requests remembered by their `Idempotency-Key`, so that a repeated one is answered, not redone.
//!
//! **Invariant:** an answer is written in the transaction of its effect (`apply`), never before and
//! never after: a key that is there has had its effect, and one that is not there has had none.

use expr::{Id, Moment};
use kernel::Once;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::{CommitError, Error, Reader, Store};

/// What is known of a key when a request brings it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// Nothing was done under it.
    New,
    /// The same request was answered so.
    Answered(String),
    /// The key came with another request.
    Other,
}

impl Reader<'_> {
    /// Looks up a key for a request, known by the hash of its method, path and body.
    pub fn request(&self, account: Id, key: &str, request: [u8; 32]) -> Result<Seen, Error> {
        let sql = "SELECT request, answer FROM idempotency WHERE account = ? AND key = ?";
        let known: Option<([u8; 32], Option<String>)> = self
            .conn
            .prepare_cached(sql)?
            .query_row(params![account.0, key], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()?;
        Ok(match known {
            Some((before, _)) if before != request => Seen::Other,
            Some((_, Some(answer))) => Seen::Answered(answer),
            Some((_, None)) | None => Seen::New,
        })
    }
}

impl Store {
    pub fn sweep_requests(&self, before: Moment) -> Result<(), Error> {
        self.house(move |conn| {
            conn.prepare_cached("DELETE FROM idempotency WHERE at < ?")?
                .execute([before.0])?;
            Ok(())
        })
    }
}

/// Refuses a commit whose key already stands for an effect. Asked before anything is written.
pub(crate) fn refuse_repeated(conn: &Connection, once: &Once) -> Result<(), CommitError> {
    let sql = "SELECT 1 FROM idempotency WHERE account = ? AND key = ? AND answer IS NOT NULL";
    let known = conn
        .prepare_cached(sql)?
        .exists(params![once.account.0, once.key])?;
    match known {
        true => Err(CommitError::Repeated),
        false => Ok(()),
    }
}

/// Keeps the answer beside the effect.
pub(crate) fn keep(conn: &Connection, once: &Once, at: Moment) -> Result<(), Error> {
    let sql = "INSERT OR REPLACE INTO idempotency (account, key, request, answer, at) \
               VALUES (?, ?, ?, ?, ?)";
    let Once {
        account,
        key,
        request,
        answer,
    } = once;
    conn.prepare_cached(sql)?
        .execute(params![account.0, key, request, answer, at.0])?;
    Ok(())
}
