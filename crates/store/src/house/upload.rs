//! What is known of a file between its upload and the commit that names it.

use expr::Moment;
use kernel::FileRef;
use rusqlite::{OptionalExtension as _, params};

use crate::{Error, Reader, Store};

impl Store {
    /// Remembers name and kind of a file whose bytes are on disk.
    pub fn keep_upload(&self, file: FileRef, now: Moment) -> Result<(), Error> {
        self.house(move |conn| {
            let sql = "INSERT OR REPLACE INTO upload (hash, name, bytes, mime, at) \
                       VALUES (?, ?, ?, ?, ?)";
            conn.prepare_cached(sql)?.execute(params![
                file.hash,
                file.name,
                file.bytes as i64,
                file.mime,
                now.0
            ])?;
            Ok(())
        })
    }

    /// An uploaded file by its hash.
    pub fn uploaded(&self, hash: &str) -> Result<Option<FileRef>, Error> {
        self.read(|reader| reader.uploaded(hash))
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
    /// An uploaded file by its hash. What records have is not looked at: whoever knows a hash from
    /// elsewhere must not get at the file by naming it in a record of his own.
    pub fn uploaded(&self, hash: &str) -> Result<Option<FileRef>, Error> {
        let sql = "SELECT hash, name, bytes, mime FROM upload WHERE hash = ?";
        let mut statement = self.conn().prepare_cached(sql)?;
        let found = statement.query_row([hash], |row| {
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
