//! The keys of records with personal values, in a table of their own.

use expr::Id;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::Error;
use crate::apply::Tx;
use crate::seal::{Secret, Vault};

/// The key of one record while it is changed: looked up or made when first needed.
pub(crate) struct Subject {
    record: Id,
    key: Option<Secret>,
    looked: bool,
    fresh: bool,
    /// Keyed hashes to be kept once the rows are written.
    hashes: Vec<Keyed>,
}

/// The keyed hash of one sealed cell; kept beside the ledger, not in it, because a hash of a
/// telephone number can be tried out by whoever has the key, and must go with an erasure.
pub(crate) struct Keyed {
    pub table: String,
    pub column: String,
    /// Row that holds the cell: the record itself or one of its child rows.
    pub row: Id,
    pub unique: bool,
    /// `None` when the cell was emptied.
    pub hash: Option<[u8; 32]>,
}

impl Subject {
    pub fn of(record: Id) -> Subject {
        Subject {
            record,
            key: None,
            looked: false,
            fresh: false,
            hashes: Vec::new(),
        }
    }

    /// The key, made now if the record has none.
    pub fn key(&mut self, conn: &Connection, vault: &Vault) -> Result<&Secret, Error> {
        if self.known(conn, vault)?.is_none() {
            self.key = Some(Secret::random()?);
            self.fresh = true;
        }
        Ok(self.key.as_ref().expect("found or made above"))
    }

    /// The key, if the record has one.
    pub fn known(&mut self, conn: &Connection, vault: &Vault) -> Result<Option<&Secret>, Error> {
        if !self.looked {
            self.looked = true;
            self.key = find(conn, vault, self.record)?;
        }
        Ok(self.key.as_ref())
    }

    pub fn hashes(&self) -> &[Keyed] {
        &self.hashes
    }

    pub fn hashed(&mut self, keyed: Keyed) {
        self.hashes.push(keyed);
    }

    /// Writes a key that was made, and the hashes; after the row, so that a refused row leaves
    /// none behind.
    pub fn keep(&self, tx: &Tx<'_>) -> Result<(), Error> {
        if let Some(key) = &self.key
            && self.fresh
        {
            put(tx.conn, tx.vault, self.record, key)?;
        }
        for keyed in &self.hashes {
            let Keyed {
                table,
                column,
                row,
                unique,
                hash,
            } = keyed;
            // A record whose key was just made has no hashes yet. The index is named because on a
            // table that was small when it was last analysed the planner takes the other one,
            // and then reads all hashes of the column.
            if !self.fresh {
                let sql = "DELETE FROM keyed_hash INDEXED BY keyed_hash_rec \
                           WHERE rec = ? AND tab = ? AND col = ?";
                tx.conn
                    .prepare_cached(sql)?
                    .execute(params![row.0, table, column])?;
            }
            let Some(hash) = hash else { continue };
            // Of a unique field all rows have the same last part of the key.
            let one = if *unique { 0 } else { row.0 };
            let sql = "INSERT INTO keyed_hash (tab, col, hash, one, rec, subject) \
                       VALUES (?, ?, ?, ?, ?, ?)";
            tx.conn.prepare_cached(sql)?.execute(params![
                table,
                column,
                hash,
                one,
                row.0,
                self.record.0
            ])?;
        }
        Ok(())
    }
}

pub(crate) fn find(conn: &Connection, vault: &Vault, record: Id) -> Result<Option<Secret>, Error> {
    let wrapped: Option<Vec<u8>> = conn
        .prepare_cached("SELECT key FROM keys WHERE rec = ?")?
        .query_row([record.0], |row| row.get(0))
        .optional()?;
    wrapped
        .map(|wrapped| vault.unwrap(record.0, &wrapped))
        .transpose()
}

pub(crate) fn put(conn: &Connection, vault: &Vault, record: Id, key: &Secret) -> Result<(), Error> {
    let wrapped = vault.wrap(record.0, key)?;
    conn.prepare_cached("INSERT INTO keys (rec, key) VALUES (?, ?)")?
        .execute(params![record.0, wrapped])?;
    Ok(())
}

/// For good: `secure_delete` overwrites the page, and the writer empties the log afterwards.
pub(crate) fn destroy(conn: &Connection, record: Id) -> Result<(), Error> {
    conn.prepare_cached("DELETE FROM keys WHERE rec = ?")?
        .execute([record.0])?;
    conn.prepare_cached("DELETE FROM keyed_hash WHERE subject = ?")?
        .execute([record.0])?;
    Ok(())
}

/// A row that has the value in a sealed column.
pub(crate) fn holder(
    conn: &Connection,
    table: &str,
    column: &str,
    hash: &[u8; 32],
    except: Id,
) -> Result<Option<Id>, Error> {
    let sql =
        "SELECT rec FROM keyed_hash WHERE tab = ? AND col = ? AND hash = ? AND rec <> ? LIMIT 1";
    let found = conn
        .prepare_cached(sql)?
        .query_row(params![table, column, hash, except.0], |row| row.get(0))
        .optional()?;
    Ok(found.map(Id))
}
