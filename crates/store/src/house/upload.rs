//! What is known of a file between its upload and the commit that names it: whose it is, its name
//! and kind. Two accounts that sent the same bytes have a line each, and the bytes lie once.

use expr::{Id, Moment};
use kernel::FileRef;
use rusqlite::{OptionalExtension as _, params};

use crate::{Error, Reader, Store};

impl Store {
    /// Remembers name and kind of a file whose bytes are on disk, for the account that sent it.
    pub fn keep_upload(&self, account: Id, file: FileRef, now: Moment) -> Result<(), Error> {
        self.house(move |conn| {
            let sql = "INSERT OR REPLACE INTO upload (account, hash, name, bytes, mime, at) \
                       VALUES (?, ?, ?, ?, ?, ?)";
            conn.prepare_cached(sql)?.execute(params![
                account.0,
                file.hash,
                file.name,
                file.bytes as i64,
                file.mime,
                now.0
            ])?;
            Ok(())
        })
    }

    pub fn sweep_uploads(&self, before: Moment) -> Result<(), Error> {
        self.house(move |conn| {
            conn.prepare_cached("DELETE FROM upload WHERE at < ?")?
                .execute([before.0])?;
            Ok(())
        })
    }
}

impl Reader<'_> {
    /// What the account itself uploaded, by its hash. What others sent and what records have is not
    /// looked at: whoever knows a hash from elsewhere must not get at the file by naming it in a
    /// record of his own.
    pub fn uploaded(&self, account: Id, hash: &str) -> Result<Option<FileRef>, Error> {
        let sql = "SELECT hash, name, bytes, mime FROM upload WHERE account = ? AND hash = ?";
        let mut statement = self.conn().prepare_cached(sql)?;
        let found = statement.query_row(params![account.0, hash], |row| {
            Ok(FileRef {
                hash: row.get(0)?,
                name: row.get(1)?,
                bytes: row.get::<_, i64>(2)? as u64,
                mime: row.get(3)?,
            })
        });
        Ok(found.optional()?)
    }
}
