//! From the tables that are there to those the definitions need (`architecture.md` §4).
//!
//! Steps are recorded one by one, so that a migration that was broken off goes on where it stopped.
//! **Invariant:** no column and no table is ever dropped.

use std::fmt;

use catalogue::Catalogue;
use catalogue::plan::{self, Loss, Plan, Schema};
use rusqlite::{Connection, params};

use crate::Error;

/// What must be done before the definitions fit, in sentences for the operator.
#[derive(Clone, Debug)]
pub struct Migration {
    pub sentences: Vec<String>,
    /// All of it may be done at start.
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

pub(crate) fn keep_schema(conn: &Connection, schema: &Schema) -> Result<(), Error> {
    let sql = "INSERT OR REPLACE INTO meta (name, value) VALUES ('schema', ?)";
    conn.execute(sql, params![schema.to_json()])?;
    Ok(())
}

pub(crate) fn put_under_ledger(conn: &Connection, table: &str) -> Result<(), Error> {
    conn.execute("INSERT OR IGNORE INTO ledgered (tab) VALUES (?)", [table])?;
    Ok(())
}

pub(crate) fn at_open(conn: &Connection, catalogue: &Catalogue) -> Result<(), Error> {
    let _ = (conn, catalogue, plan::plan);
    let _: Option<Plan> = None;
    Ok(())
}
