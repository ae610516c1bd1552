//! From the tables that are there to those the definitions need (`architecture.md` §4).
//!
//! Each step is a transaction of its own; the description of the tables is written last, so that a
//! migration that was broken off is planned again and its finished steps do nothing the second time.
//!
//! **Invariant:** no column and no table is ever dropped.

mod sole;

use std::fmt;
use std::path::Path;

use catalogue::Catalogue;
use catalogue::plan::{self, Convert, Loss, Schema, Step, StepKind, Storage};
use expr::Moment;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OptionalExtension as _, params};
use tracing::info;

use crate::history::{self, Body, Head};
use crate::layout::quoted;
use crate::schema;
use crate::store::DATABASE;
use crate::{Error, search, system};

/// Rows rewritten in one transaction.
const ROWS_AT_ONCE: i64 = 2_000;

/// What must be done before the definitions fit, in sentences for the operator.
#[derive(Clone, Debug, Default)]
pub struct Migration {
    pub sentences: Vec<String>,
    /// All of it is done at start by itself.
    pub instant: bool,
    /// Changes that would lose data and are refused.
    pub losses: Vec<Loss>,
}

impl fmt::Display for Migration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let losses = self.losses.iter().map(ToString::to_string);
        let all: Vec<String> = self.sentences.iter().cloned().chain(losses).collect();
        f.write_str(&all.join("；"))
    }
}

/// What `jinzhi check --data` shows: what the definitions would change in this directory.
pub fn migration(dir: &Path, catalogue: &Catalogue) -> Result<Migration, Error> {
    let conn = open(dir)?;
    conn.execute_batch("BEGIN")?;
    match plan::plan(&kept_schema(&conn)?, catalogue, &|table| rows(&conn, table)) {
        Ok(plan) => Ok(Migration {
            instant: plan.instant(),
            sentences: plan.steps.into_iter().map(|step| step.sentence).collect(),
            losses: Vec::new(),
        }),
        Err(losses) => Ok(Migration {
            losses,
            ..Migration::default()
        }),
    }
}

/// Does all steps, telling each before it begins. No other process may have the directory open.
pub fn migrate(
    dir: &Path,
    catalogue: &Catalogue,
    now: Moment,
    mut tell: impl FnMut(&str),
) -> Result<(), Error> {
    let conn = open(dir)?;
    system::check_format(&conn)?;
    run(&conn, catalogue, now, &mut |step| {
        tell(&step.sentence);
        Ok(())
    })
}

/// At start: instant steps only.
pub(crate) fn at_open(conn: &Connection, catalogue: &Catalogue) -> Result<(), Error> {
    let old = kept_schema(conn)?;
    let plan = match plan::plan(&old, catalogue, &|table| rows(conn, table)) {
        Ok(plan) => plan,
        Err(losses) => {
            return Err(Error::NeedsMigration(Migration {
                losses,
                ..Migration::default()
            }));
        }
    };
    if !plan.instant() {
        let sentences = plan.steps.into_iter().map(|step| step.sentence).collect();
        return Err(Error::NeedsMigration(Migration {
            sentences,
            ..Migration::default()
        }));
    }
    if plan.steps.is_empty() && plan.schema == old {
        return search::tables::make(conn, &old);
    }
    // The store reads no clock: what is done at start bears the moment of the last entry.
    let sql = "SELECT at FROM history ORDER BY seq DESC LIMIT 1";
    let last: Option<i64> = conn.query_row(sql, [], |row| row.get(0)).optional()?;
    run(conn, catalogue, Moment(last.unwrap_or(0)), &mut |step| {
        info!(step = %step.sentence, "The tables follow the definitions");
        Ok(())
    })?;
    search::tables::make(conn, &plan.schema)
}

fn run(
    conn: &Connection,
    catalogue: &Catalogue,
    now: Moment,
    tell: &mut dyn FnMut(&Step) -> Result<(), Error>,
) -> Result<(), Error> {
    let old = kept_schema(conn)?;
    let plan = plan::plan(&old, catalogue, &|table| rows(conn, table)).map_err(|losses| {
        Error::NeedsMigration(Migration {
            losses,
            ..Migration::default()
        })
    })?;
    for step in &plan.steps {
        tell(step)?;
        let work = Work {
            conn,
            schema: &plan.schema,
            now,
        };
        work.step(&step.kind)?;
    }
    conn.execute_batch("BEGIN IMMEDIATE")?;
    keep_schema(conn, &plan.schema)?;
    conn.execute_batch("COMMIT")?;
    Ok(())
}

struct Work<'a> {
    conn: &'a Connection,
    schema: &'a Schema,
    now: Moment,
}

impl Work<'_> {
    fn step(&self, kind: &StepKind) -> Result<(), Error> {
        match kind {
            StepKind::NewTable { table } => self.whole(|| {
                for statement in schema::create(self.schema, table) {
                    self.conn.execute_batch(&statement)?;
                }
                put_under_ledger(self.conn, &table.name)
            }),
            StepKind::RenameTable { from, to } => self.rename_table(from, to),
            StepKind::AddColumn { table, column } => self.whole(|| {
                let there = self.has_column(table, &column.name)?;
                let whole = self.schema.table(table);
                match whole.filter(|_| !there) {
                    Some(whole) => {
                        let sql = schema::add_column(self.schema, whole, column);
                        Ok(self.conn.execute_batch(&sql)?)
                    }
                    None => Ok(()),
                }
            }),
            StepKind::RenameColumn { table, from, to } => self.rename_column(table, from, to),
            StepKind::ChangeType { table, column, by } => self.change_type(table, column, *by),
            StepKind::NewIndex { table, index } => self.whole(|| {
                if index.unique {
                    self.alone(table, index)?;
                }
                let whole = self.schema.table(table);
                match whole.and_then(|whole| schema::create_index(whole, index)) {
                    Some(sql) => Ok(self.conn.execute_batch(&sql)?),
                    None => Ok(()),
                }
            }),
            StepKind::Sole { table, column } => self.whole(|| self.sole(table, column)),
            StepKind::DropIndex { index, .. } => self.whole(|| {
                Ok(self
                    .conn
                    .execute_batch(&format!("DROP INDEX IF EXISTS {}", quoted(index)))?)
            }),
            StepKind::NewSearch { table, .. } => self.new_search(table),
            // Only the description changes: the rows stay as they are.
            StepKind::HideTable { .. }
            | StepKind::HideColumn { .. }
            | StepKind::ShowColumn { .. } => Ok(()),
        }
    }

    fn whole(&self, f: impl FnOnce() -> Result<(), Error>) -> Result<(), Error> {
        self.conn.execute_batch("BEGIN IMMEDIATE")?;
        match f() {
            Ok(()) => Ok(self.conn.execute_batch("COMMIT")?),
            Err(error) => {
                // The error that matters is the first one.
                let _ = self.conn.execute_batch("ROLLBACK");
                Err(error)
            }
        }
    }

    /// The history of the table says so too, because it is replayed by column names.
    fn rename_column(&self, table: &str, from: &str, to: &str) -> Result<(), Error> {
        self.whole(|| {
            if !self.has_column(table, from)? {
                return Ok(());
            }
            let (tab, old, new) = (quoted(table), quoted(from), quoted(to));
            self.conn
                .execute_batch(&format!("ALTER TABLE {tab} RENAME COLUMN {old} TO {new}"))?;
            let sql = "UPDATE keyed_hash SET col = ? WHERE tab = ? AND col = ?";
            self.conn.execute(sql, params![to, table, from])?;
            let mut body = Body::new();
            body.open("rename");
            body.word(from, to);
            body.close();
            let seq = self.entry(table, &body.finish())?;
            let sql = "INSERT INTO renamed (tab, old, new, seq) VALUES (?, ?, ?, ?)";
            self.conn.execute(sql, params![table, from, to, seq])?;
            Ok(())
        })
    }

    /// Rows of the old name end in history, and begin again under the new one.
    fn rename_table(&self, from: &str, to: &str) -> Result<(), Error> {
        self.whole(|| {
            let columns = self.columns(from)?;
            if columns.is_empty() {
                return Ok(());
            }
            let names: Vec<String> = columns.iter().map(|column| quoted(column)).collect();
            let sql = format!(
                "SELECT id, version, {} FROM {}",
                names.join(", "),
                quoted(from)
            );
            let mut rows: Vec<(i64, i64, Vec<Cell>)> = Vec::new();
            {
                let mut statement = self.conn.prepare(&sql)?;
                let mut found = statement.query([])?;
                while let Some(row) = found.next()? {
                    let cells: Result<Vec<Cell>, _> = (0..columns.len())
                        .map(|at| row.get::<_, Cell>(at + 2))
                        .collect();
                    rows.push((row.get(0)?, row.get(1)?, cells?));
                }
            }
            self.conn.execute_batch(&format!(
                "ALTER TABLE {} RENAME TO {}",
                quoted(from),
                quoted(to)
            ))?;
            search::tables::rename(self.conn, from, to)?;
            put_under_ledger(self.conn, to)?;
            self.conn.execute(
                "UPDATE keyed_hash SET tab = ? WHERE tab = ?",
                params![to, from],
            )?;
            self.conn.execute(
                "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)",
                params![format!("was:{to}"), from],
            )?;
            let mut entries = Vec::new();
            for (id, version, cells) in &rows {
                for (table, part) in [(from, "was"), (to, "set")] {
                    let mut body = Body::new();
                    body.open(part);
                    for (column, cell) in columns.iter().zip(cells) {
                        if *cell != Cell::Null {
                            body.cell(column, cell);
                        }
                    }
                    body.close();
                    if part == "was" {
                        body.gone();
                    }
                    entries.push((table.to_owned(), *id, *version, body.finish()));
                }
            }
            self.entries(&entries)?;
            // The emptied name stays under the ledger, with a table that shows it is empty.
            self.conn.execute_batch(&format!(
                "CREATE TABLE {} (id INTEGER PRIMARY KEY, version INTEGER NOT NULL) STRICT",
                quoted(from)
            ))?;
            Ok(())
        })
    }

    /// The widened values go into a new column that takes the name; the history of each row tells
    /// the old and the new value, so that it can still be replayed.
    fn change_type(&self, table: &str, column: &plan::Column, by: Convert) -> Result<(), Error> {
        let stored = self.storage(table, &column.name)?;
        if by == Convert::Keep && stored == Some(column.storage) {
            return Ok(());
        }
        let name = quoted(&column.name);
        let tab = quoted(table);
        let value = match by {
            Convert::Keep => name.clone(),
            Convert::Times(factor) => format!("{name} * {factor}"),
            Convert::NumberToText { scale } => number_to_text(&name, scale),
            Convert::EntryToSet => format!("'|' || {name} || '|'"),
        };
        // Which rows are done is remembered by id, because a value does not show it.
        let mark = format!("done:{table}.{}", column.name);
        let moved = stored != Some(column.storage);
        let target = if moved {
            format!("{}__new", column.name)
        } else {
            column.name.clone()
        };
        if moved && !self.has_column(table, &target)? {
            self.whole(|| {
                let kind = match column.storage {
                    Storage::Integer => "INTEGER",
                    Storage::Text => "TEXT",
                    Storage::Blob => "BLOB",
                };
                let sql = format!("ALTER TABLE {tab} ADD COLUMN {} {kind}", quoted(&target));
                Ok(self.conn.execute_batch(&sql)?)
            })?;
        }
        let mut after: i64 = self
            .noted(&mark)?
            .and_then(|text| text.parse().ok())
            .unwrap_or(-1);
        loop {
            let mut last = None;
            self.whole(|| {
                let sql = format!(
                    "SELECT id, version, {name}, {value} FROM {tab} \
                     WHERE id > ? AND {name} IS NOT NULL ORDER BY id LIMIT ?"
                );
                let mut changes: Vec<(i64, i64, Cell, Cell)> = Vec::new();
                {
                    let mut statement = self.conn.prepare(&sql)?;
                    let mut found = statement.query(params![after, ROWS_AT_ONCE])?;
                    while let Some(row) = found.next()? {
                        changes.push((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?));
                    }
                }
                let update = format!(
                    "UPDATE {tab} SET {} = ?, version = version + 1 WHERE id = ?",
                    quoted(&target)
                );
                let mut entries = Vec::new();
                for (id, version, was, set) in &changes {
                    self.conn
                        .prepare_cached(&update)?
                        .execute(params![set, id])?;
                    let mut body = Body::new();
                    body.open("set");
                    body.cell(&column.name, set);
                    body.close();
                    body.open("was");
                    body.cell(&column.name, was);
                    body.close();
                    entries.push((table.to_owned(), *id, version + 1, body.finish()));
                    last = Some(*id);
                }
                self.entries(&entries)?;
                if let Some(last) = last {
                    self.note(&mark, &last.to_string())?;
                }
                Ok(())
            })?;
            match last {
                Some(id) => after = id,
                None => break,
            }
        }
        self.whole(|| {
            if moved {
                let indexes = self.indexes_on(table, &column.name)?;
                for (index, _) in &indexes {
                    self.conn
                        .execute_batch(&format!("DROP INDEX {}", quoted(index)))?;
                }
                // The narrow values are in history; the column itself stays under another name.
                self.conn.execute_batch(&format!(
                    "UPDATE {tab} SET {name} = NULL; \
                     ALTER TABLE {tab} RENAME COLUMN {name} TO {}; \
                     ALTER TABLE {tab} RENAME COLUMN {} TO {name}",
                    quoted(&format!(
                        "{}__old{}",
                        column.name,
                        self.columns(table)?.len()
                    )),
                    quoted(&target)
                ))?;
                for (_, sql) in indexes {
                    self.conn.execute_batch(&sql)?;
                }
            }
            self.conn
                .execute("DELETE FROM meta WHERE name = ?", [&mark])?;
            Ok(())
        })
    }

    /// Marks the whole table for indexing; the writer does it in portions once the store is open.
    fn new_search(&self, table: &str) -> Result<(), Error> {
        self.whole(|| {
            let sql = "INSERT OR REPLACE INTO reindex (tab, field, target, after) \
                       VALUES (?, '', 0, -1)";
            self.conn.execute(sql, [table])?;
            Ok(())
        })
    }

    /// One entry about the whole table, under a leaf of its own; its sequence number.
    fn entry(&self, table: &str, body: &str) -> Result<i64, Error> {
        let head = Head::read(self.conn)?;
        self.entries(&[(table.to_owned(), 0, 0, body.to_owned())])?;
        Ok(head.history)
    }

    fn entries(&self, entries: &[(String, i64, i64, String)]) -> Result<(), Error> {
        if entries.is_empty() {
            return Ok(());
        }
        let mut head = Head::read(self.conn)?;
        let mut hashes = Vec::new();
        let mut first = head.history;
        for (tab, rec, version, body) in entries {
            let entry = ledger::EntryRef {
                seq: head.history,
                tab,
                rec: *rec,
                version: *version,
                at: self.now.0,
                actor: 0,
                act: "migrate",
                def: "",
                body,
            };
            hashes.push(history::write_entry(self.conn, &mut head, &entry)?);
            if hashes.len() == crate::store::BULK_COMMITS_MAX {
                history::write_leaf(self.conn, &mut head, first, &hashes)?;
                first = head.history;
                hashes.clear();
            }
        }
        if !hashes.is_empty() {
            history::write_leaf(self.conn, &mut head, first, &hashes)?;
        }
        head.write(self.conn)
    }

    fn has_column(&self, table: &str, column: &str) -> Result<bool, Error> {
        let sql = "SELECT 1 FROM pragma_table_info(?) WHERE name = ?";
        Ok(self.conn.prepare(sql)?.exists([table, column])?)
    }

    /// Columns besides id and version.
    fn columns(&self, table: &str) -> Result<Vec<String>, Error> {
        let sql = "SELECT name FROM pragma_table_info(?) WHERE name NOT IN ('id', 'version')";
        let mut statement = self.conn.prepare(sql)?;
        let names = statement.query_map([table], |row| row.get(0))?;
        Ok(names.collect::<Result<_, _>>()?)
    }

    fn storage(&self, table: &str, column: &str) -> Result<Option<Storage>, Error> {
        let sql = "SELECT type FROM pragma_table_info(?) WHERE name = ?";
        let kind: Option<String> = self
            .conn
            .query_row(sql, [table, column], |row| row.get(0))
            .optional()?;
        Ok(match kind.as_deref() {
            Some("INTEGER") => Some(Storage::Integer),
            Some("TEXT") => Some(Storage::Text),
            Some("BLOB") => Some(Storage::Blob),
            _ => None,
        })
    }

    fn indexes_on(&self, table: &str, column: &str) -> Result<Vec<(String, String)>, Error> {
        let sql = "SELECT s.name, s.sql FROM sqlite_schema AS s WHERE s.type = 'index' \
                   AND s.tbl_name = ?1 AND s.sql IS NOT NULL AND EXISTS \
                   (SELECT 1 FROM pragma_index_info(s.name) AS i WHERE i.name = ?2)";
        let mut statement = self.conn.prepare(sql)?;
        let found = statement.query_map([table, column], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    fn note(&self, name: &str, value: &str) -> Result<(), Error> {
        let sql = "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)";
        self.conn.execute(sql, [name, value])?;
        Ok(())
    }

    fn noted(&self, name: &str) -> Result<Option<String>, Error> {
        let sql = "SELECT value FROM meta WHERE name = ?";
        Ok(self
            .conn
            .query_row(sql, [name], |row| row.get(0))
            .optional()?)
    }
}

/// `-125` at two places becomes `-1.25`.
fn number_to_text(column: &str, scale: u8) -> String {
    if scale == 0 {
        return format!("CAST({column} AS TEXT)");
    }
    let unit = 10_i64.pow(u32::from(scale));
    format!(
        "(CASE WHEN {column} < 0 THEN '-' ELSE '' END) || (abs({column}) / {unit}) || '.' || \
         substr('000000' || (abs({column}) % {unit}), -{scale})"
    )
}

fn open(dir: &Path) -> Result<Connection, Error> {
    let path = dir.join(DATABASE);
    if !path.exists() {
        return Err(Error::NoData(dir.to_owned()));
    }
    let conn = Connection::open(&path)?;
    system::prepare_writer(&conn)?;
    Ok(conn)
}

fn kept_schema(conn: &Connection) -> Result<Schema, Error> {
    let sql = "SELECT value FROM meta WHERE name = 'schema'";
    let text: String = conn.query_row(sql, [], |row| row.get(0))?;
    Schema::from_json(&text)
        .map_err(|error| Error::Damaged(format!("the description of the tables: {error}")))
}

/// A table that is not there yet has no rows.
fn rows(conn: &Connection, table: &str) -> u64 {
    let sql = format!("SELECT count(*) FROM {}", quoted(table));
    conn.query_row(&sql, [], |row| row.get::<_, i64>(0))
        .unwrap_or(0) as u64
}

pub(crate) fn keep_schema(conn: &Connection, schema: &Schema) -> Result<(), Error> {
    let sql = "INSERT OR REPLACE INTO meta (name, value) VALUES ('schema', ?)";
    conn.execute(sql, params![schema.to_json()])?;
    Ok(())
}

pub(crate) fn put_under_ledger(conn: &Connection, table: &str) -> Result<(), Error> {
    conn.execute("INSERT OR IGNORE INTO ledgered (tab) VALUES (?)", [table])?;
    Ok(())
}
