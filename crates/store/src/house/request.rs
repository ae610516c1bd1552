//! Requests remembered by their `Idempotency-Key`, so that a repeated one is answered, not redone.

use expr::{Id, Moment};
use rusqlite::{OptionalExtension as _, params};

use crate::{Error, Store};

/// What is known of a key when a request brings it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// It is new and now taken.
    New,
    /// The same request was answered so.
    Answered(String),
    /// The same request is still being worked on, or broke off.
    Unanswered,
    /// The key came with another request.
    Other,
}

impl Store {
    /// Takes the key for a request, known by the hash of its method, path and body.
    pub fn begin_request(
        &self,
        account: Id,
        key: &str,
        request: [u8; 32],
        now: Moment,
    ) -> Result<Seen, Error> {
        let key = key.to_owned();
        self.house(move |conn| {
            let sql = "SELECT request, answer FROM idempotency WHERE account = ? AND key = ?";
            let known: Option<([u8; 32], Option<String>)> = conn
                .prepare_cached(sql)?
                .query_row(params![account.0, key], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            Ok(match known {
                Some((before, _)) if before != request => Seen::Other,
                Some((_, Some(answer))) => Seen::Answered(answer),
                Some((_, None)) => Seen::Unanswered,
                None => {
                    let sql = "INSERT INTO idempotency (account, key, request, at) \
                               VALUES (?, ?, ?, ?)";
                    conn.prepare_cached(sql)?
                        .execute(params![account.0, key, request, now.0])?;
                    Seen::New
                }
            })
        })
    }

    /// Keeps the answer; it must hold no personal value.
    pub fn answer_request(&self, account: Id, key: &str, answer: &str) -> Result<(), Error> {
        let (key, answer) = (key.to_owned(), answer.to_owned());
        self.house(move |conn| {
            let sql = "UPDATE idempotency SET answer = ? WHERE account = ? AND key = ?";
            conn.prepare_cached(sql)?
                .execute(params![answer, account.0, key])?;
            Ok(())
        })
    }

    /// Frees the key of a request that changed nothing, so that it may be tried again.
    pub fn drop_request(&self, account: Id, key: &str) -> Result<(), Error> {
        let key = key.to_owned();
        self.house(move |conn| {
            let sql = "DELETE FROM idempotency WHERE account = ? AND key = ?";
            conn.prepare_cached(sql)?.execute(params![account.0, key])?;
            Ok(())
        })
    }

    pub fn sweep_requests(&self, before: Moment) -> Result<(), Error> {
        self.house(move |conn| {
            conn.prepare_cached("DELETE FROM idempotency WHERE at < ?")?
                .execute([before.0])?;
            Ok(())
        })
    }
}
