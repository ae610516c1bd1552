//! The bare handler that Jinzhi is measured against: axum and rusqlite, prepared statements, JSON
//! straight from the columns, and nothing else. It checks no right, no field and no version, knows
//! no definition, and masks nothing. What it writes is what Jinzhi writes: row, history entry,
//! ledger line, head and search document, in groups, with `synchronous=FULL`.
//!
//! The one place outside `store` with SQL: it is the comparison itself and works on a copy only.

mod approve;
mod bulk;
mod json;
mod office;
mod serve;
mod table;
mod todo;
mod words;
mod writer;

use std::path::Path;

use rusqlite::{Connection, OpenFlags};

pub use self::approve::{Approval, Next};
pub use self::bulk::{FIRM_COLUMNS, export, import};
pub use self::office::{Seated, Standing, entries, lying, seated, standing, units};
pub use self::serve::serve;
pub use self::table::{Row, devices, firm_code, sample};

const TABLE: &str = "special_equipment__equipment";
const FIRMS: &str = "registry__enterprise";
const DATABASE: &str = "jinzhi.db";
/// The index of its words, as `store` makes it.
const INDEX: &str = "\"search:special_equipment__equipment\"";
/// As many as Jinzhi takes into one transaction of single requests, and of an import.
const GROUP_MAX: usize = 256;
const IMPORT_ROWS: usize = 4_000;
const READER_CACHE_KIB: i64 = 8 * 1024;
const WRITER_CACHE_KIB: i64 = 48 * 1024;
const STATEMENTS: usize = 64;
/// Fields whose words are searched.
const SEARCHED: [&str; 9] = [
    "code",
    "name",
    "product_no",
    "site",
    "internal_no",
    "cert_no",
    "reg_code",
    "plate",
    "vin",
];
/// What a list shows of each row.
const LISTED: &str = "id, version, state, created_at, changed_at, code, cert_no, name, kind, user, \
                      site, next_due";
const PAGE: usize = 50;
const HITS: usize = 20;

fn open_writer(dir: &Path) -> anyhow::Result<Connection> {
    let conn = Connection::open(dir.join(DATABASE))?;
    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "secure_delete", "ON")?;
    conn.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    conn.pragma_update(None, "foreign_keys", "ON")?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cache_size", -WRITER_CACHE_KIB)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(conn)
}

fn open_reader(dir: &Path) -> anyhow::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(dir.join(DATABASE), flags)?;
    conn.pragma_update(None, "query_only", "ON")?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "cache_size", -READER_CACHE_KIB)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(conn)
}

/// One page of somebody's to-do list.
#[cfg(test)]
pub fn todo_of(dir: &Path, account: kernel::Id, desks: &str) -> anyhow::Result<String> {
    todo::todo(&open_reader(dir)?, account.0, desks)
}

/// One approval in a transaction of its own.
#[cfg(test)]
pub fn approve_one(dir: &Path, approval: &Approval) -> anyhow::Result<()> {
    let mut writer = writer::Writer::new(open_writer(dir)?)?;
    writer.conn.execute_batch("BEGIN IMMEDIATE")?;
    let (_, hashes) = writer.approve(approval)?;
    writer.leaf(writer.head.history - hashes.len() as i64, &hashes)?;
    writer.finish()
}
