//! Rows against history: every row of a table under the ledger must be what replaying its entries
//! gives, no more and no less. One record in memory at a time, both sides in order of id.

use crate::body::{Body, Cell};
use crate::database;
use crate::error::Error;
use crate::log::Facts;
use crate::report::{Kind, Place, Report};
use replay::{Change, Names, State, What};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row, Rows};
use std::collections::HashSet;
use std::ops::Range;

mod replay;
mod say;

/// Columns that stand for the entry itself and are not in its body.
const ID: &str = "id";
const VERSION: &str = "version";
/// Where entries without a row stand.
const EVENTS: &str = "event";
/// The record number of entries about a whole table.
const WHOLE_TABLE: i64 = 0;

pub(crate) fn check(
    connection: &Connection,
    tables: &HashSet<String>,
    facts: &Facts,
    report: &mut Report,
) -> Result<(), Error> {
    let ledgered = database::ledgered(connection)?;
    let mut unguarded: Vec<&String> = facts
        .by_table
        .keys()
        .filter(|tab| *tab != EVENTS && !ledgered.contains(tab))
        .collect();
    unguarded.sort();
    for tab in unguarded {
        report.fault(
            Kind::TableMissing,
            of_table(tab),
            format!("表 {tab} 有历史，却不在受账本保护的表（ledgered）之列"),
        );
    }
    for tab in &ledgered {
        if !tables.contains(tab) {
            report.fault(
                Kind::TableMissing,
                of_table(tab),
                format!("受账本保护的表 {tab} 不存在"),
            );
            continue;
        }
        report.tables += 1;
        check_table(connection, tab, facts, report)?;
    }
    Ok(())
}

fn check_table(
    connection: &Connection,
    tab: &str,
    facts: &Facts,
    report: &mut Report,
) -> Result<(), Error> {
    let columns = database::columns(connection, tab)?;
    for needed in [ID, VERSION] {
        if !columns.iter().any(|column| column == needed) {
            report.fault(
                Kind::TableMissing,
                of_table(tab),
                format!("表 {tab} 没有 {needed} 列，无法核对各行"),
            );
            return Ok(());
        }
    }
    let mut table = Table {
        tab,
        names: Names::default(),
        columns: Vec::new(),
        changes: Vec::new(),
        doubtful: &facts.doubtful,
        seen: 0,
        report,
    };
    table.columns = columns
        .iter()
        .map(|column| table.names.number(column))
        .collect();

    let mut schema = connection
        .prepare("SELECT seq, body FROM history WHERE tab = ?1 AND rec = 0 ORDER BY seq")?;
    table.read_changes(schema.query([tab])?)?;

    let mut entries = connection
        .prepare("SELECT rec, seq, version, body FROM history WHERE tab = ?1 ORDER BY rec, seq")?;
    let quoted: Vec<String> = columns.iter().map(|column| quote(column)).collect();
    let mut rows = connection.prepare(&format!(
        "SELECT {}, {} FROM {} NOT INDEXED ORDER BY {}",
        quote(ID),
        quoted.join(", "),
        quote(tab),
        quote(ID)
    ))?;
    table.compare(entries.query([tab])?, rows.query([])?)?;

    // Rows were found through an index, the log was read without one: both must have seen the same.
    let in_log = facts.by_table.get(tab).copied().unwrap_or_default();
    if table.seen != in_log {
        let seen = table.seen;
        report.fault(
            Kind::Index,
            of_table(tab),
            format!(
                "表 {tab} 的历史按索引有 {seen} 条，逐条读有 {in_log} 条：history 的索引被改动"
            ),
        );
    }
    Ok(())
}

struct Table<'a> {
    tab: &'a str,
    names: Names,
    /// Numbers of the table's columns, in their order.
    columns: Vec<usize>,
    changes: Vec<Change>,
    doubtful: &'a [Range<i64>],
    seen: u64,
    report: &'a mut Report,
}

impl Table<'_> {
    fn read_changes(&mut self, mut rows: Rows<'_>) -> Result<(), Error> {
        while let Some(row) = rows.next()? {
            let seq = database::integer(row, 0)?.unwrap_or_default();
            let Some(body) = self.read_body(row.get_ref(1)?, WHOLE_TABLE, seq) else {
                continue;
            };
            if body.set.is_some() || body.gone {
                self.bad_body(WHOLE_TABLE, seq, "对整张表只能改列，不能改行");
            }
            let renamed: Vec<(usize, usize)> = (body.rename.0.iter())
                .map(|(from, to)| (self.names.number(from), self.names.number(to)))
                .collect();
            let added: Vec<(usize, Cell)> = (body.added.0.into_iter())
                .map(|(column, cell)| (self.names.number(&column), cell))
                .collect();
            for what in [What::Renamed(renamed), What::Added(added)] {
                self.changes.push(Change { seq, what });
            }
        }
        Ok(())
    }

    /// Walks both sides by rising id and meets each record once.
    fn compare(&mut self, mut entries: Rows<'_>, mut rows: Rows<'_>) -> Result<(), Error> {
        let mut state = State::default();
        let mut row = rows.next()?;
        let mut row_id = self.id_of(row)?;
        let mut entry = entries.next()?;
        while let Some(first) = entry {
            let rec = database::integer(first, 0)?.unwrap_or_default();
            state.start();
            while let Some(this) = entry
                && database::integer(this, 0)?.unwrap_or_default() == rec
            {
                self.seen += 1;
                if rec != WHOLE_TABLE {
                    self.replay(&mut state, rec, this)?;
                }
                entry = entries.next()?;
            }
            while let Some(id) = row_id.filter(|id| *id < rec) {
                self.extra(id);
                row = rows.next()?;
                row_id = self.id_of(row)?;
            }
            if rec == WHOLE_TABLE {
                continue;
            }
            self.catch_up(&mut state, i64::MAX);
            if row_id == Some(rec) {
                if let Some(row) = row {
                    self.compare_row(&state, rec, row)?;
                }
                row = rows.next()?;
                row_id = self.id_of(row)?;
            } else if state.alive {
                self.missing(&state, rec);
            }
        }
        while let Some(id) = row_id {
            self.extra(id);
            row = rows.next()?;
            row_id = self.id_of(row)?;
        }
        Ok(())
    }

    fn replay(&mut self, state: &mut State, rec: i64, row: &Row<'_>) -> Result<(), Error> {
        let seq = database::integer(row, 1)?.unwrap_or_default();
        let version = database::integer(row, 2)?.unwrap_or_default();
        let Some(body) = self.read_body(row.get_ref(3)?, rec, seq) else {
            return Ok(());
        };
        self.catch_up(state, seq);
        if body.set.is_none() && !body.gone {
            // An event about the record: seen, printed, exported. It changes nothing.
            return Ok(());
        }
        for (column, was) in &body.was.0 {
            let number = self.names.number(column);
            if column != ID && column != VERSION && !state.holds(number, was) {
                self.old_value(state, rec, seq, number);
            }
        }
        if body.gone {
            state.end(seq);
            return Ok(());
        }
        if !state.alive {
            state.create();
        }
        state.version = version;
        state.seq = seq;
        for (column, cell) in body.set.unwrap_or_default().0 {
            state.set(self.names.number(&column), cell, seq);
        }
        Ok(())
    }

    /// Applies changes of the table's columns up to an entry; rows made later have them already.
    fn catch_up(&self, state: &mut State, before: i64) {
        while let Some(change) = self
            .changes
            .get(state.changes)
            .filter(|change| change.seq < before)
        {
            state.changes += 1;
            if !state.alive {
                continue;
            }
            match &change.what {
                What::Renamed(pairs) => {
                    let moved: Vec<_> = pairs.iter().map(|(from, _)| state.take(*from)).collect();
                    for ((_, to), slot) in pairs.iter().zip(moved) {
                        state.put(*to, slot);
                    }
                }
                What::Added(cells) => {
                    for (column, cell) in cells {
                        state.set(*column, cell.clone(), change.seq);
                    }
                }
            }
        }
    }

    /// Counts a row and gives its id; one without a number is taken as 0, which no record has.
    fn id_of(&mut self, row: Option<&Row<'_>>) -> Result<Option<i64>, Error> {
        let Some(row) = row else {
            return Ok(None);
        };
        self.report.rows += 1;
        Ok(database::integer(row, 0)?.or(Some(WHOLE_TABLE)))
    }

    fn read_body(&mut self, stored: ValueRef<'_>, rec: i64, seq: i64) -> Option<Body> {
        let text = stored.as_str().unwrap_or_default();
        let body = serde_json::from_str(text).ok();
        if body.is_none() {
            self.bad_body(rec, seq, "不合格式");
        }
        body
    }

    fn compare_row(&mut self, state: &State, rec: i64, row: &Row<'_>) -> Result<(), Error> {
        if !state.alive {
            self.still_there(state, rec);
            return Ok(());
        }
        for at in 0..self.columns.len() {
            let column = self.columns[at];
            let stored = row.get_ref(at + 1)?;
            match self.names.name(column) {
                ID => {}
                VERSION => {
                    if stored != ValueRef::Integer(state.version) {
                        self.version_differs(state, rec);
                    }
                }
                _ => {
                    let equal = match state.slot(column) {
                        Some(slot) => slot.cell.equals(stored),
                        None => stored == ValueRef::Null,
                    };
                    if !equal {
                        self.differs(state, rec, column);
                    }
                }
            }
        }
        let lost: Vec<(usize, i64)> = state
            .filled()
            .filter(|(column, _)| !self.columns.contains(column))
            .collect();
        for (column, seq) in lost {
            self.column_missing(rec, column, seq);
        }
        Ok(())
    }
}

fn of_table(tab: &str) -> Place {
    Place {
        table: Some(tab.to_owned()),
        ..Place::default()
    }
}

fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}
