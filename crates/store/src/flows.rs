//! Flows by which matters began, as the directory keeps them, and states that the definitions lost:
//! asked before a store is opened, because the definitions are compiled beside them.

use std::path::Path;

use catalogue::{Catalogue, KeptFlow, Register, plan};
use rusqlite::{Connection, OpenFlags, OptionalExtension as _, params, params_from_iter};

use crate::Error;
use crate::layout::quoted;
use crate::store::DATABASE;

/// Tables of `house.flow` and `house.matter`.
const FLOWS: &str = "house__flow";
const MATTERS: &str = "house__matter";

/// Records that stand in a state, or running matters of a register, that no definition names any more.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LostState {
    pub register: String,
    /// Title of the register, where it is still defined.
    pub title: Option<String>,
    /// `None`: the register itself is gone, and matters of it run.
    pub state: Option<String>,
    pub count: u64,
}

/// The kept flows that are not those of the definitions and by which matters began.
pub fn kept_flows(dir: &Path, catalogue: &Catalogue) -> Result<Vec<KeptFlow>, Error> {
    let conn = open(dir)?;
    if !is_there(&conn, FLOWS)? || !is_there(&conn, MATTERS)? {
        return Ok(Vec::new());
    }
    let sql = format!("SELECT register, mark, text FROM {FLOWS} ORDER BY register, number");
    let mut statement = conn.prepare(&sql)?;
    let rows = statement.query_map([], |row| {
        Ok(KeptFlow {
            register: row.get(0)?,
            version: row.get(1)?,
            text: row.get(2)?,
            runs: false,
            standing: Vec::new(),
        })
    })?;
    let runs = format!(
        "SELECT 1 FROM {MATTERS} WHERE register = ? AND flow = ? AND state = 'running' LIMIT 1"
    );
    let standing =
        format!("SELECT DISTINCT at_state FROM {MATTERS} WHERE register = ? AND flow = ?");
    let (mut runs, mut standing) = (conn.prepare(&runs)?, conn.prepare(&standing)?);
    let mut kept = Vec::new();
    for row in rows {
        let mut flow: KeptFlow = row?;
        let now = catalogue
            .register(&flow.register)
            .map(|ix| catalogue.at(ix));
        if now.is_none_or(|now| now.flow_version() == flow.version) {
            continue;
        }
        let key = params![flow.register, flow.version];
        flow.runs = runs.exists(key)?;
        let states = standing.query_map(key, |row| row.get(0))?;
        flow.standing = states.collect::<Result<_, _>>()?;
        if !flow.standing.is_empty() {
            kept.push(flow);
        }
    }
    Ok(kept)
}

/// What `jinzhi check --data` tells besides the tables: records in states that are not defined.
pub fn lost_states(dir: &Path, catalogue: &Catalogue) -> Result<Vec<LostState>, Error> {
    let conn = open(dir)?;
    let mut lost = Vec::new();
    for register in catalogue.registers.iter().filter(|r| !r.states.is_empty()) {
        lost.extend(lost_of(&conn, register)?);
    }
    if is_there(&conn, MATTERS)? {
        let sql = format!(
            "SELECT register, count(*) FROM {MATTERS} WHERE state = 'running' GROUP BY register"
        );
        let mut statement = conn.prepare(&sql)?;
        let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?)))?;
        for row in rows {
            let (register, count): (String, i64) = row?;
            if catalogue.register(&register).is_none() {
                lost.push(LostState {
                    register,
                    title: None,
                    state: None,
                    count: count.unsigned_abs(),
                });
            }
        }
    }
    Ok(lost)
}

fn lost_of(conn: &Connection, register: &Register) -> Result<Vec<LostState>, Error> {
    let table = plan::table_name(register);
    if !is_there(conn, &table)? {
        return Ok(Vec::new());
    }
    let marks = vec!["?"; register.states.len()].join(", ");
    let sql = format!(
        "SELECT state, count(*) FROM {} WHERE state NOT IN ({marks}) GROUP BY state ORDER BY state",
        quoted(&table)
    );
    let mut statement = conn.prepare(&sql)?;
    let names = register.states.iter().map(|state| state.name.as_str());
    let rows = statement.query_map(params_from_iter(names), |row| {
        Ok(LostState {
            register: register.name.clone(),
            title: Some(register.title.zh.clone()),
            state: row.get(0)?,
            count: row.get::<_, i64>(1)?.unsigned_abs(),
        })
    })?;
    Ok(rows.collect::<Result<_, _>>()?)
}

fn open(dir: &Path) -> Result<Connection, Error> {
    let path = dir.join(DATABASE);
    if !path.exists() {
        return Err(Error::NoData(dir.to_owned()));
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(&path, flags)?;
    conn.execute_batch("PRAGMA query_only = ON; PRAGMA busy_timeout = 30000")?;
    Ok(conn)
}

fn is_there(conn: &Connection, table: &str) -> Result<bool, Error> {
    let sql = "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = ?";
    let found: Option<i64> = conn.query_row(sql, [table], |row| row.get(0)).optional()?;
    Ok(found.is_some())
}
