//! What the benchmark needs to know of the data: its columns, and records to ask for.

use std::path::Path;

use anyhow::{Context as _, bail};
use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{Connection, params};
use serde_json::{Map, Value as Json};

use super::{FIRMS, TABLE, open_reader};

/// A record as it lies in its row: the id, and every column that holds something.
pub struct Row {
    pub id: i64,
    pub version: i64,
    pub columns: Map<String, Json>,
}

/// So many records in use from all over the table, the same for the same data.
pub fn sample(dir: &Path, count: usize) -> anyhow::Result<Vec<Row>> {
    let conn = open_reader(dir)?;
    let table = Columns::of(&conn)?;
    let total: i64 = conn.query_row(&format!("SELECT count(*) FROM {TABLE}"), [], |r| r.get(0))?;
    let every = (total / count.max(1) as i64).max(1);
    let sql = format!(
        "SELECT {} FROM (SELECT *, row_number() OVER (ORDER BY id) AS nth FROM {TABLE} \
         WHERE state = 'in_use' AND code IS NOT NULL) WHERE nth % ? = 0 LIMIT ?",
        table.list()
    );
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query(params![every, count as i64])?;
    let mut sampled = Vec::new();
    while let Some(row) = rows.next()? {
        let mut columns = Map::new();
        for (at, name) in table.names.iter().enumerate() {
            match row.get_ref(at)? {
                ValueRef::Integer(number) => columns.insert(name.clone(), number.into()),
                ValueRef::Text(text) => {
                    columns.insert(name.clone(), std::str::from_utf8(text)?.into())
                }
                _ => None,
            };
        }
        sampled.push(Row {
            id: row.get(0)?,
            version: row.get(1)?,
            columns,
        });
    }
    Ok(sampled)
}

/// The number by which a firm is known, by its id.
pub fn firm_code(dir: &Path, id: i64) -> anyhow::Result<Option<String>> {
    let conn = open_reader(dir)?;
    let sql = format!("SELECT uscc FROM {FIRMS} WHERE id = ?");
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query([id])?;
    Ok(match rows.next()? {
        Some(row) => row.get(0)?,
        None => None,
    })
}

/// How many devices there are.
pub fn devices(dir: &Path) -> anyhow::Result<u64> {
    let conn = open_reader(dir)?;
    let sql = format!("SELECT count(*) FROM {TABLE}");
    let count: i64 = conn.query_row(&sql, [], |row| row.get(0))?;
    Ok(count.unsigned_abs())
}

/// The columns of the table, `id` and `version` first.
pub(super) struct Columns {
    pub(super) names: Vec<String>,
    pub(super) whole: Vec<bool>,
}

impl Columns {
    pub(super) fn of(conn: &Connection) -> anyhow::Result<Columns> {
        let mut statement =
            conn.prepare("SELECT name, type FROM pragma_table_info(?) ORDER BY cid")?;
        let mut rows = statement.query([TABLE])?;
        let mut columns = Columns {
            names: Vec::new(),
            whole: Vec::new(),
        };
        while let Some(row) = rows.next()? {
            columns.names.push(row.get(0)?);
            columns.whole.push(row.get::<_, String>(1)? == "INTEGER");
        }
        match columns.names.get(..2) {
            Some([id, version]) if id == "id" && version == "version" => Ok(columns),
            _ => bail!("the table {TABLE} is not as expected"),
        }
    }

    pub(super) fn list(&self) -> String {
        let quoted: Vec<String> = self
            .names
            .iter()
            .map(|name| format!("\"{name}\""))
            .collect();
        quoted.join(", ")
    }

    pub(super) fn at(&self, name: &str) -> anyhow::Result<usize> {
        let at = self.names.iter().position(|known| known == name);
        at.with_context(|| format!("no column {name}"))
    }

    /// A value as it lies in the column at that place.
    pub(super) fn cell(&self, at: usize, value: Option<&Json>) -> Cell {
        match value {
            Some(Json::String(text)) if !self.whole[at] => Cell::Text(text.clone()),
            Some(Json::Number(number)) => number.as_i64().map_or(Cell::Null, Cell::Integer),
            Some(Json::Bool(yes)) => Cell::Integer((*yes).into()),
            _ => Cell::Null,
        }
    }
}
