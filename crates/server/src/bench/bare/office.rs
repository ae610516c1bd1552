//! What the benchmark needs to know of people and their tasks.

use std::collections::HashMap;
use std::path::Path;

use anyhow::Context as _;
use kernel::{Id, Moment};
use rusqlite::params;

use super::open_reader;

/// Somebody with a post, as the account says it.
#[derive(Clone, Debug)]
pub struct Seated {
    pub account: Id,
    pub role: String,
    pub unit: Id,
    pub subject: Option<Id>,
}

/// How many open tasks lie on each desk.
pub fn lying(dir: &Path) -> anyhow::Result<HashMap<String, i64>> {
    let conn = open_reader(dir)?;
    let sql = "SELECT desk, count(*) FROM house__task WHERE desk IS NOT NULL GROUP BY desk";
    let mut statement = conn.prepare(sql)?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// Everybody who may sign in.
pub fn seated(dir: &Path) -> anyhow::Result<Vec<Seated>> {
    let conn = open_reader(dir)?;
    let sql =
        "SELECT id, role, unit, subject FROM house__account WHERE state = 'active' ORDER BY id";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query([])?;
    let mut seated = Vec::new();
    while let Some(row) = rows.next()? {
        let subject: Option<String> = row.get(3)?;
        seated.push(Seated {
            account: Id(row.get(0)?),
            role: row.get(1)?,
            unit: Id(row.get(2)?),
            subject: subject.and_then(|id| id.parse().ok()),
        });
    }
    Ok(seated)
}

/// A matter that stands at a step, with its open task.
#[derive(Clone, Debug)]
pub struct Standing {
    pub record: Id,
    pub task: i64,
    pub matter: i64,
    /// At which unit its task lies.
    pub unit: Id,
    pub division: String,
    pub due: Option<Moment>,
}

/// So many records of a register that stand at the step, each with one open task of a unit.
pub fn standing(
    dir: &Path,
    (register, state): (&str, &str),
    limit: usize,
) -> anyhow::Result<Vec<Standing>> {
    let conn = open_reader(dir)?;
    let sql = "SELECT record, id, matter, unit, division, due_at FROM house__task \
               WHERE state = 'open' AND register = ? AND at_state = ? AND unit IS NOT NULL \
               ORDER BY id LIMIT ?";
    let mut statement = conn.prepare(sql)?;
    let mut rows = statement.query(params![register, state, limit as i64])?;
    let mut standing = Vec::new();
    while let Some(row) = rows.next()? {
        let record: String = row.get(0)?;
        standing.push(Standing {
            record: record.parse().ok().context("a task without a record")?,
            task: row.get(1)?,
            matter: row.get(2)?,
            unit: Id(row.get(3)?),
            division: row.get(4)?,
            due: row.get::<_, Option<i64>>(5)?.map(Moment),
        });
    }
    Ok(standing)
}

/// Units by their code.
pub fn units(dir: &Path) -> anyhow::Result<HashMap<String, Id>> {
    let conn = open_reader(dir)?;
    let mut statement = conn.prepare("SELECT code, id FROM house__unit")?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, Id(row.get(1)?))))?;
    Ok(rows.collect::<Result<_, _>>()?)
}

/// How many history entries and ledger lines there are.
pub fn entries(dir: &Path) -> anyhow::Result<(i64, i64)> {
    let conn = open_reader(dir)?;
    let sql = "SELECT history, leaf FROM head";
    Ok(conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?)))?)
}
