//! Import jobs: which file went into which register, how far it came, and what became of its rows.

use expr::{Id, Moment};
use rusqlite::{OptionalExtension as _, Row, params};

use crate::{Error, Store};

/// One import, known by the id of its batch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ImportJob {
    pub id: Id,
    pub register: String,
    pub account: Id,
    pub file: String,
    /// The caller's word: `running`, `done`, `failed`, `undone`.
    pub state: String,
    pub began_at: Moment,
    pub ended_at: Option<Moment>,
    pub new: u64,
    pub changed: u64,
    pub same: u64,
    pub wrong: u64,
    /// Further facts in the caller's own form; never a personal value.
    pub detail: String,
}

const COLUMNS: &str = "id, register, account, file, state, began_at, ended_at, new, changed, same, \
                       wrong, detail";

impl Store {
    /// Keeps the job as it now stands.
    pub fn keep_import(&self, job: ImportJob) -> Result<(), Error> {
        self.house(move |conn| {
            let sql = format!(
                "INSERT OR REPLACE INTO import_job ({COLUMNS}) \
                 VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
            );
            conn.prepare_cached(&sql)?.execute(params![
                job.id.0,
                job.register,
                job.account.0,
                job.file,
                job.state,
                job.began_at.0,
                job.ended_at.map(|at| at.0),
                job.new as i64,
                job.changed as i64,
                job.same as i64,
                job.wrong as i64,
                job.detail
            ])?;
            Ok(())
        })
    }

    pub fn import(&self, id: Id) -> Result<Option<ImportJob>, Error> {
        self.read(|reader| {
            let sql = format!("SELECT {COLUMNS} FROM import_job WHERE id = ?");
            let mut statement = reader.conn().prepare_cached(&sql)?;
            Ok(statement.query_row([id.0], read_job).optional()?)
        })
    }

    /// Imports, the newest first; of one account or of all.
    pub fn imports(&self, account: Option<Id>, limit: usize) -> Result<Vec<ImportJob>, Error> {
        self.read(|reader| {
            let sql = format!(
                "SELECT {COLUMNS} FROM import_job WHERE ?1 IS NULL OR account = ?1 \
                 ORDER BY id DESC LIMIT ?2"
            );
            let mut statement = reader.conn().prepare_cached(&sql)?;
            let account = account.map(|id| id.0);
            let jobs = statement.query_map(params![account, limit as i64], read_job)?;
            Ok(jobs.collect::<Result<_, _>>()?)
        })
    }
}

fn read_job(row: &Row<'_>) -> rusqlite::Result<ImportJob> {
    Ok(ImportJob {
        id: Id(row.get(0)?),
        register: row.get(1)?,
        account: Id(row.get(2)?),
        file: row.get(3)?,
        state: row.get(4)?,
        began_at: Moment(row.get(5)?),
        ended_at: row.get::<_, Option<i64>>(6)?.map(Moment),
        new: row.get::<_, i64>(7)? as u64,
        changed: row.get::<_, i64>(8)? as u64,
        same: row.get::<_, i64>(9)? as u64,
        wrong: row.get::<_, i64>(10)? as u64,
        detail: row.get(11)?,
    })
}
