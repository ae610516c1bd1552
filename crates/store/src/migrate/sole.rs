//! A field that becomes unique: where two records already have the same value, the migration stops
//! and names them. The values themselves are not told; they may be personal.

use catalogue::plan::Index;
use expr::Id;
use rusqlite::{Params, params};

use super::Work;
use crate::Error;
use crate::layout::quoted;

/// Groups of records that are named at once.
const GROUPS_TOLD_MAX: i64 = 20;

impl Work<'_> {
    /// Of a sealed column: its keyed hashes get the same last part of their key.
    pub(super) fn sole(&self, table: &str, column: &str) -> Result<(), Error> {
        let sql = "SELECT group_concat(rec) FROM keyed_hash WHERE tab = ? AND col = ? \
                   GROUP BY hash HAVING count(*) > 1 LIMIT ?";
        self.told(sql, params![table, column, GROUPS_TOLD_MAX], table, column)?;
        let sql = "UPDATE keyed_hash SET one = 0 WHERE tab = ? AND col = ? AND one <> 0";
        self.conn.execute(sql, params![table, column])?;
        Ok(())
    }

    /// Of plain columns, before a unique index is built over them; empty cells are all different.
    pub(super) fn alone(&self, table: &str, index: &Index) -> Result<(), Error> {
        let columns: Vec<String> = index.columns.iter().map(|name| quoted(name)).collect();
        let filled: Vec<String> = columns.iter().map(|c| format!("{c} IS NOT NULL")).collect();
        let sql = format!(
            "SELECT group_concat(id) FROM {} WHERE {} GROUP BY {} HAVING count(*) > 1 LIMIT ?",
            quoted(table),
            filled.join(" AND "),
            columns.join(", ")
        );
        let names = index.columns.join("、");
        self.told(&sql, params![GROUPS_TOLD_MAX], table, &names)
    }

    fn told(&self, sql: &str, params: impl Params, table: &str, column: &str) -> Result<(), Error> {
        let mut statement = self.conn.prepare(sql)?;
        let groups = statement.query_map(params, |row| row.get::<_, String>(0))?;
        let mut records = Vec::new();
        for group in groups {
            let ids = group?;
            let ids = ids.split(',').filter_map(|id| id.parse().ok());
            records.push(ids.map(Id).collect());
        }
        match records.is_empty() {
            true => Ok(()),
            false => Err(Error::Twice {
                table: table.to_owned(),
                column: column.to_owned(),
                records,
            }),
        }
    }
}
