//! The tables of the house itself: history, ledger, head, keys, search, and the small ones that are
//! neither history nor law (sessions, drafts, queues).

use rusqlite::Connection;
use rusqlite::config::DbConfig;

use crate::Error;

/// Raised when a program must refuse the files of a newer one.
pub(crate) const FORMAT: i64 = 1;

/// Tables under the ledger besides those of registers.
pub(crate) const LEDGERED: [&str; 1] = [crate::parts::FILE_TABLE];

/// Makes what is missing; nothing is ever altered here. Columns that came later stand in `ADDED` too.
pub(crate) const TABLES: &str = r#"
CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS node (
    id INTEGER PRIMARY KEY CHECK (id = 1), node INTEGER NOT NULL, next INTEGER NOT NULL) STRICT;

-- The ledger, docs/ledger.md.
CREATE TABLE IF NOT EXISTS history (
    seq INTEGER PRIMARY KEY, tab TEXT NOT NULL, rec INTEGER NOT NULL, version INTEGER NOT NULL,
    at INTEGER NOT NULL, actor INTEGER NOT NULL, act TEXT NOT NULL, def TEXT NOT NULL,
    body TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS history_rec ON history (tab, rec);
CREATE TABLE IF NOT EXISTS ledger (
    leaf INTEGER PRIMARY KEY, first INTEGER NOT NULL, count INTEGER NOT NULL, hash BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS head (
    id INTEGER PRIMARY KEY CHECK (id = 1), leaf INTEGER NOT NULL, history INTEGER NOT NULL,
    outbox INTEGER NOT NULL, frontier BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS signed_head (size INTEGER PRIMARY KEY, note TEXT NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS ledgered (tab TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;

-- Ledgered rows of the house.
CREATE TABLE IF NOT EXISTS file_link (
    id INTEGER PRIMARY KEY, version INTEGER NOT NULL, tab TEXT NOT NULL, rec INTEGER NOT NULL,
    field TEXT NOT NULL, pos INTEGER NOT NULL, hash TEXT NOT NULL, name TEXT NOT NULL,
    bytes INTEGER NOT NULL, mime TEXT NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS file_link_rec ON file_link (rec, field, pos);
CREATE INDEX IF NOT EXISTS file_link_hash ON file_link (hash);

-- Beside the ledger: can be made again from history, or must be able to vanish.
CREATE TABLE IF NOT EXISTS keys (rec INTEGER PRIMARY KEY, key BLOB NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS keyed_hash (
    tab TEXT NOT NULL, col TEXT NOT NULL, hash BLOB NOT NULL, one INTEGER NOT NULL,
    rec INTEGER NOT NULL, subject INTEGER NOT NULL,
    PRIMARY KEY (tab, col, hash, one)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS keyed_hash_rec ON keyed_hash (rec, tab, col);
CREATE INDEX IF NOT EXISTS keyed_hash_subject ON keyed_hash (subject);
CREATE TABLE IF NOT EXISTS part (
    parent INTEGER NOT NULL, rec INTEGER NOT NULL, PRIMARY KEY (parent, rec)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS batch_entry (
    batch INTEGER NOT NULL, seq INTEGER NOT NULL, PRIMARY KEY (batch, seq)) STRICT, WITHOUT ROWID;
-- Whom the maker of a record stood in for, from the first entry of its history.
CREATE TABLE IF NOT EXISTS made_for (
    rec INTEGER PRIMARY KEY, account INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS series (name TEXT PRIMARY KEY, next INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS renamed (
    tab TEXT NOT NULL, old TEXT NOT NULL, new TEXT NOT NULL, seq INTEGER NOT NULL,
    PRIMARY KEY (tab, seq, old)) STRICT, WITHOUT ROWID;
-- The indexes of words, one a register, are made by `search::tables`.
CREATE TABLE IF NOT EXISTS reindex (
    tab TEXT NOT NULL, field TEXT NOT NULL, target INTEGER NOT NULL, after INTEGER NOT NULL,
    PRIMARY KEY (tab, field, target)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outbox (
    seq INTEGER PRIMARY KEY, leaf INTEGER NOT NULL, first INTEGER NOT NULL, count INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS subscription (
    partner TEXT NOT NULL, flow TEXT NOT NULL, cursor INTEGER NOT NULL,
    PRIMARY KEY (partner, flow)) STRICT, WITHOUT ROWID;

-- Neither history nor ledger.
CREATE TABLE IF NOT EXISTS door (
    key BLOB PRIMARY KEY, account INTEGER NOT NULL, kind TEXT NOT NULL, made INTEGER NOT NULL,
    seen INTEGER NOT NULL, until INTEGER NOT NULL, proved INTEGER NOT NULL DEFAULT 0,
    about TEXT NOT NULL DEFAULT '', post INTEGER NOT NULL DEFAULT 0) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS door_account ON door (account);
CREATE TABLE IF NOT EXISTS attempt (
    who BLOB NOT NULL, place BLOB NOT NULL, count INTEGER NOT NULL, last INTEGER NOT NULL,
    good INTEGER NOT NULL, PRIMARY KEY (who, place)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS factor_step (
    account INTEGER PRIMARY KEY, step INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS recovery (
    account INTEGER NOT NULL, hash BLOB NOT NULL,
    PRIMARY KEY (account, hash)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS upload (
    account INTEGER NOT NULL, hash TEXT NOT NULL, name TEXT NOT NULL, bytes INTEGER NOT NULL,
    mime TEXT NOT NULL, at INTEGER NOT NULL, PRIMARY KEY (account, hash)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS upload_at ON upload (at);
CREATE TABLE IF NOT EXISTS saved_view (
    id INTEGER PRIMARY KEY, account INTEGER NOT NULL, register TEXT NOT NULL, name TEXT NOT NULL,
    query TEXT NOT NULL, changed_at INTEGER NOT NULL, UNIQUE (account, register, name)) STRICT;
CREATE TABLE IF NOT EXISTS shared_view (
    view INTEGER PRIMARY KEY, unit INTEGER NOT NULL) STRICT;
CREATE INDEX IF NOT EXISTS shared_view_unit ON shared_view (unit);
CREATE TABLE IF NOT EXISTS seen (
    task INTEGER NOT NULL, account INTEGER NOT NULL, at INTEGER NOT NULL,
    PRIMARY KEY (task, account)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS draft (
    account INTEGER NOT NULL, register TEXT NOT NULL, rec INTEGER NOT NULL, body BLOB NOT NULL,
    changed_at INTEGER NOT NULL, PRIMARY KEY (account, register, rec)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS draft_rec ON draft (rec);
CREATE TABLE IF NOT EXISTS idempotency (
    account INTEGER NOT NULL, key TEXT NOT NULL, request BLOB NOT NULL, answer TEXT,
    at INTEGER NOT NULL, PRIMARY KEY (account, key)) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS idempotency_at ON idempotency (at);
CREATE TABLE IF NOT EXISTS import_job (
    id INTEGER PRIMARY KEY, register TEXT NOT NULL, account INTEGER NOT NULL, file TEXT NOT NULL,
    state TEXT NOT NULL, began_at INTEGER NOT NULL, ended_at INTEGER, new INTEGER NOT NULL,
    changed INTEGER NOT NULL, same INTEGER NOT NULL, wrong INTEGER NOT NULL, detail TEXT NOT NULL) STRICT;
"#;

/// Larger pages hold a whole row of a register; only before the first table is made.
const PAGE_BYTES: i64 = 8_192;
const BUSY_MS: i64 = 30_000;
const STATEMENTS: usize = 512;
const WRITER_CACHE_KIB: i64 = 48 * 1024;
const READER_CACHE_KIB: i64 = 4 * 1024;
/// Pages in the log before it is moved into the database.
const LOG_PAGES: i64 = 4_000;
const LOG_BYTES_KEPT: i64 = 64 * 1024 * 1024;

/// Settings of the connection that writes.
pub(crate) fn prepare_writer(conn: &Connection) -> Result<(), Error> {
    conn.pragma_update(None, "page_size", PAGE_BYTES)?;
    conn.pragma_update_and_check(None, "journal_mode", "WAL", |_| Ok(()))?;
    conn.pragma_update(None, "synchronous", "FULL")?;
    conn.pragma_update(None, "secure_delete", "ON")?;
    conn.pragma_update(None, "wal_autocheckpoint", LOG_PAGES)?;
    conn.pragma_update(None, "journal_size_limit", LOG_BYTES_KEPT)?;
    common(conn, WRITER_CACHE_KIB)
}

/// Settings of a connection that only reads.
pub(crate) fn prepare_reader(conn: &Connection) -> Result<(), Error> {
    conn.pragma_update(None, "query_only", "ON")?;
    common(conn, READER_CACHE_KIB)
}

fn common(conn: &Connection, cache_kib: i64) -> Result<(), Error> {
    conn.pragma_update(None, "busy_timeout", BUSY_MS)?;
    conn.pragma_update(None, "foreign_keys", "ON")?;
    conn.pragma_update(None, "cache_size", -cache_kib)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    // Plans do not hang on bound values; otherwise a statement is prepared anew for each value.
    conn.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    conn.set_prepared_statement_cache_capacity(STATEMENTS);
    Ok(())
}

/// Refuses files of a newer program and makes tables that a newer program of the same format added.
pub(crate) fn check_format(conn: &Connection) -> Result<(), Error> {
    let sql = "SELECT value FROM meta WHERE name = 'format'";
    let found: String = conn.query_row(sql, [], |row| row.get(0))?;
    let found = found.parse().unwrap_or(i64::MAX);
    if found > FORMAT {
        return Err(Error::Newer {
            found,
            known: FORMAT,
        });
    }
    drop_outgrown(conn)?;
    conn.execute_batch(TABLES)?;
    add_columns(conn)
}

/// Tables of hours, neither history nor ledger, that an earlier program made without this column,
/// which belongs to their key now. What they held is not carried over: it does not say whose it is.
const OUTGROWN: [(&str, &str); 1] = [("upload", "account")];

fn drop_outgrown(conn: &Connection) -> Result<(), Error> {
    for (table, column) in OUTGROWN {
        if has_columns(conn, table)? && !has_column(conn, table, column)? {
            conn.execute_batch(&format!("DROP TABLE {table}"))?;
        }
    }
    Ok(())
}

/// Columns that a later program of the same format gave to a table that is neither history nor ledger.
const ADDED: [(&str, &str, &str); 3] = [
    ("door", "post", "INTEGER NOT NULL DEFAULT 0"),
    ("door", "proved", "INTEGER NOT NULL DEFAULT 0"),
    ("door", "about", "TEXT NOT NULL DEFAULT ''"),
];

fn add_columns(conn: &Connection) -> Result<(), Error> {
    for (table, column, kind) in ADDED {
        if !has_column(conn, table, column)? {
            conn.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN {column} {kind}"))?;
        }
    }
    Ok(())
}

fn has_columns(conn: &Connection, table: &str) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM pragma_table_info(?)";
    Ok(conn.prepare(sql)?.exists([table])?)
}

fn has_column(conn: &Connection, table: &str, column: &str) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM pragma_table_info(?) WHERE name = ?";
    Ok(conn.prepare(sql)?.exists([table, column])?)
}
