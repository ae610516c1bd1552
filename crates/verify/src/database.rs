//! The database of a node, opened for reading only, in one snapshot, with SQL of our own.

use crate::error::Error;
use crate::log::{Entry, Found, Kept, Leaf, Source};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, Row, Rows};
use std::collections::HashSet;
use std::io::Write as _;
use std::path::Path;

const FILE_NAME: &str = "jinzhi.db";
const CACHE_KIB: i64 = 64 * 1024;

/// Opens the database, or the one in the directory, and begins the snapshot all else is read from.
///
/// A write-ahead log beside it is read too; the file is never declared immutable.
pub(crate) fn open(path: &Path) -> Result<Connection, Error> {
    let path = if path.is_dir() {
        path.join(FILE_NAME)
    } else {
        path.to_owned()
    };
    // SQLite would only say "unable to open database file".
    std::fs::File::open(&path).map_err(|source| Error::Open {
        path: path.clone(),
        source,
    })?;
    let connection = Connection::open_with_flags(
        &path,
        OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.pragma_update(None, "query_only", true)?;
    // The file may come from whoever tampered with it: nothing in its schema is run for us.
    connection.pragma_update(None, "trusted_schema", false)?;
    connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
    connection.execute_batch("BEGIN")?;
    let tables = tables(&connection)?;
    if ["history", "ledger", "head"]
        .iter()
        .all(|name| !tables.contains(*name))
    {
        return Err(Error::NotOurs(path));
    }
    Ok(connection)
}

/// Names of real tables; a view in the place of a table does not count.
pub(crate) fn tables(connection: &Connection) -> Result<HashSet<String>, Error> {
    let mut statement =
        connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

/// Stored columns of a table, generated ones left out.
pub(crate) fn columns(connection: &Connection, table: &str) -> Result<Vec<String>, Error> {
    let mut statement =
        connection.prepare("SELECT name FROM pragma_table_xinfo(?1) WHERE hidden = 0")?;
    let names = statement.query_map([table], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

/// Tables under the ledger, by name.
pub(crate) fn ledgered(connection: &Connection) -> Result<Vec<String>, Error> {
    let mut statement =
        connection.prepare("SELECT CAST(coalesce(tab, '') AS TEXT) FROM ledgered ORDER BY 1")?;
    let names = statement.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}

/// A value of another sort is a wrong value, not an unreadable file.
const KEPT: &str = "SELECT CAST(coalesce(leaf, -1) AS INTEGER), CAST(coalesce(history, -1) AS INTEGER), CAST(coalesce(frontier, x'') AS BLOB) FROM head";
const NOTES: &str = "SELECT CAST(coalesce(size, -1) AS INTEGER), CAST(coalesce(note, '') AS BLOB) FROM signed_head ORDER BY size";

pub(crate) fn kept(connection: &Connection) -> Result<Option<Kept>, Error> {
    let kept = connection
        .query_row(KEPT, [], |row| {
            Ok(Kept {
                leaf: row.get(0)?,
                history: row.get(1)?,
                frontier: row.get(2)?,
            })
        })
        .optional()?;
    Ok(kept)
}

/// Stored notes with the size they are filed under.
pub(crate) fn notes(connection: &Connection) -> Result<Vec<(i64, String)>, Error> {
    let mut statement = connection.prepare(NOTES)?;
    let notes = statement.query_map([], |row| {
        let note: Vec<u8> = row.get(1)?;
        Ok((row.get(0)?, String::from_utf8_lossy(&note).into_owned()))
    })?;
    Ok(notes.collect::<Result<_, _>>()?)
}

/// Both tables of the log. They are read by their own order and never through another index, which
/// could have been made to lie.
pub(crate) const ENTRIES: &str = "SELECT seq, tab, rec, version, at, actor, act, def, body FROM history NOT INDEXED ORDER BY seq";
pub(crate) const LEAVES: &str =
    "SELECT leaf, first, count, hash FROM ledger NOT INDEXED ORDER BY leaf";

pub(crate) struct Log<'s> {
    pub(crate) entries: Rows<'s>,
    pub(crate) leaves: Rows<'s>,
}

impl Source for Log<'_> {
    fn entry(&mut self, into: &mut Entry) -> Result<Found, Error> {
        match self.entries.next()? {
            Some(row) => read_entry(row, into).map(|()| Found::One),
            None => Ok(Found::End),
        }
    }

    fn leaf(&mut self) -> Result<Option<Leaf>, Error> {
        let Some(row) = self.leaves.next()? else {
            return Ok(None);
        };
        // A number that is not one becomes 0 and is reported by the checks of order and range.
        let number = |at| Ok::<_, Error>(integer(row, at)?.unwrap_or_default());
        let hash = match row.get_ref(3)? {
            ValueRef::Blob(bytes) => bytes.try_into().ok(),
            _ => None,
        };
        Ok(Some(Leaf {
            leaf: number(0)?,
            first: number(1)?,
            count: number(2)?,
            hash,
        }))
    }
}

/// The integer in a column, or `None` if something else stands there.
pub(crate) fn integer(row: &Row<'_>, at: usize) -> Result<Option<i64>, Error> {
    Ok(match row.get_ref(at)? {
        ValueRef::Integer(number) => Some(number),
        _ => None,
    })
}

fn read_entry(row: &Row<'_>, into: &mut Entry) -> Result<(), Error> {
    const SEQ: usize = 0;
    const TAB: usize = 1;
    const REC: usize = 2;
    const AT: usize = 4;
    const TEXTS: [usize; 4] = [TAB, 6, 7, 8];
    const FIELDS: usize = 9;
    into.odd = None;
    into.canonical.clear();
    for field in 0..FIELDS {
        if field > 0 {
            into.canonical.push(b'\n');
        }
        match (row.get_ref(field)?, TEXTS.contains(&field)) {
            (ValueRef::Integer(number), false) => {
                // Writing to a Vec cannot fail.
                let _ = write!(into.canonical, "{number}");
            }
            (ValueRef::Text(text), true) => {
                if text.contains(&b'\n') {
                    into.odd = Some("有字段含换行，所签内容有歧义");
                }
                into.canonical.extend_from_slice(text);
            }
            _ => into.odd = Some("有字段的类型不对"),
        }
    }
    into.seq = integer(row, SEQ)?.unwrap_or(i64::MIN);
    into.rec = integer(row, REC)?.unwrap_or_default();
    into.at = integer(row, AT)?.unwrap_or_default();
    into.tab.clear();
    if let ValueRef::Text(text) = row.get_ref(TAB)? {
        into.tab.push_str(&String::from_utf8_lossy(text));
    }
    Ok(())
}
