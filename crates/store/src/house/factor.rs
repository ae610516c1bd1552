//! What makes a second factor good once: the last time step that was used, and the recovery codes left.
//!
//! Neither history nor ledger: the secret itself is a sealed field of the account; that a code was
//! used is an event written by `app`.

use expr::Id;
use rusqlite::params;

use crate::{Error, Store};

impl Store {
    /// Takes a time step of an account; false when it, or a later one, was taken before (RFC 6238 §5.2).
    pub fn take_step(&self, account: Id, step: i64) -> Result<bool, Error> {
        self.house(move |conn| {
            let sql = "INSERT INTO factor_step (account, step) VALUES (?, ?) ON CONFLICT (account) \
                       DO UPDATE SET step = excluded.step WHERE step < excluded.step";
            let taken = conn
                .prepare_cached(sql)?
                .execute(params![account.0, step])?;
            Ok(taken == 1)
        })
    }

    /// Puts the hashes of new recovery codes in place of the old ones.
    pub fn put_recovery(&self, account: Id, hashes: Vec<[u8; 32]>) -> Result<(), Error> {
        self.house(move |conn| {
            conn.prepare_cached("DELETE FROM recovery WHERE account = ?")?
                .execute([account.0])?;
            let sql = "INSERT INTO recovery (account, hash) VALUES (?, ?)";
            let mut statement = conn.prepare_cached(sql)?;
            for hash in hashes {
                statement.execute(params![account.0, hash])?;
            }
            Ok(())
        })
    }

    /// Uses up a recovery code; false when there is none such, or none any more.
    pub fn take_recovery(&self, account: Id, hash: [u8; 32]) -> Result<bool, Error> {
        self.house(move |conn| {
            let sql = "DELETE FROM recovery WHERE account = ? AND hash = ?";
            let taken = conn
                .prepare_cached(sql)?
                .execute(params![account.0, hash])?;
            Ok(taken == 1)
        })
    }

    /// Recovery codes that an account has left.
    pub fn count_recovery(&self, account: Id) -> Result<i64, Error> {
        self.read(|reader| {
            let sql = "SELECT count(*) FROM recovery WHERE account = ?";
            let mut statement = reader.conn().prepare_cached(sql)?;
            Ok(statement.query_row([account.0], |row| row.get(0))?)
        })
    }
}
