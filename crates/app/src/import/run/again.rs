//! Rows of one file about the same record: the last that goes in stands, and those before it are
//! told which one that is. The file is looked through beforehand, because a record that took every
//! row in turn would change anew with every import of the same file.

use std::collections::{HashMap, HashSet};

use kernel::{Record, Value};
use speech::said;
use tables::{Reader, Row};

use super::{CHUNK_ROWS, Run};
use crate::Outcome;
use crate::import::lookup::{hash_of, key_text};
use crate::import::progress::Counted;
use crate::import::row::{Remark, Taken, named};

/// Names of records that are remembered. Beyond, each row goes in by itself.
const NAMES_MAX: usize = 5_000_000;
/// Rows that wait for others of the same file.
const POSTPONED_MAX: usize = 50_000;

#[derive(Default)]
pub(in crate::import) struct Repeats {
    /// The last line about a record, by a hash of its id and by one of its key.
    last: HashMap<u64, u64>,
    /// Rows that wait to hear whether a later one goes in, by the line of that.
    held: HashMap<u64, Vec<Held>>,
    held_rows: usize,
    /// Lines that were refused: what stands before them counts again.
    refused: HashSet<u64>,
    /// In a dry run: records that would have been made by now and have a later row.
    planned: HashMap<String, Record>,
}

/// A row with a later one about its record.
struct Held {
    line: u64,
    /// None: it went in, because it brought the record.
    row: Option<Row>,
    remarks: Vec<Remark>,
}

impl Repeats {
    /// The later row about the record of these names that may still go in.
    pub fn later<'n>(&self, line: u64, names: impl Iterator<Item = &'n String>) -> Option<u64> {
        names
            .filter_map(|name| self.last.get(&hash_of(name)).copied())
            .filter(|last| *last > line && !self.refused.contains(last))
            .max()
    }

    pub fn planned(&self, key: Option<&str>) -> Option<&Record> {
        self.planned.get(key?)
    }

    pub fn plan(&mut self, key: &str, record: &Record) {
        if self.planned.len() < POSTPONED_MAX {
            self.planned.insert(key.to_owned(), record.clone());
        }
    }
}

impl Run<'_> {
    /// Remembers the last row about every record of the file.
    pub(super) fn look_ahead(&mut self, mut file: Reader) -> Outcome<()> {
        let mut more = true;
        while more && !self.progress.is_stopped() && self.repeats.last.len() < NAMES_MAX {
            let mut rows = Vec::with_capacity(CHUNK_ROWS);
            while more && rows.len() < CHUNK_ROWS {
                let mut row = self.spare.pop().unwrap_or_default();
                // Where the file breaks off, the import itself says so.
                more = file.next_row(&mut row).unwrap_or(false);
                if more {
                    rows.push(row);
                }
            }
            for (row, taken) in self.understood(rows, named)? {
                if !taken.refused {
                    let line = row.number;
                    let names = self.names(&taken).into_iter().flatten();
                    let names: Vec<u64> = names.map(|name| hash_of(&name)).collect();
                    let last = &mut self.repeats.last;
                    last.extend(names.into_iter().map(|name| (name, line)));
                }
                self.spare.push(row);
            }
        }
        Ok(())
    }

    /// How a row names its record: by its id, by its key.
    fn names(&self, taken: &Taken) -> [Option<String>; 2] {
        let values = self.key_values(taken);
        let whole = !values.is_empty() && !values.iter().any(Value::is_null);
        let key = whole.then(|| key_text(&values));
        [taken.id.map(|id| id.to_string()), key]
    }

    /// A later row about the same record, however either of them names it.
    pub(super) fn later_row(
        &self,
        line: u64,
        keys: &[Option<String>; 2],
        before: Option<&Record>,
    ) -> Option<u64> {
        let its_own = before.map(|record| {
            let key = self.plan.key.iter().map(|ix| record.value(*ix).clone());
            let key: Vec<Value> = key.collect();
            [record.id.to_string(), key_text(&key)]
        });
        let names = keys.iter().flatten().chain(its_own.iter().flatten());
        self.repeats.later(line, names)
    }

    /// A row waits until it is known whether the later one goes in.
    pub(super) fn hold(&mut self, later: u64, row: Row, remarks: Vec<Remark>) {
        let line = row.number;
        let row = Some(row);
        self.put_by(later, Held { line, row, remarks });
    }

    /// A row brought its record, and a later one will say something about it.
    pub(in crate::import) fn brought(&mut self, later: u64, line: u64, remarks: Vec<Remark>) {
        let row = None;
        match self.repeats.refused.contains(&later) {
            true => self.told(line, &remarks),
            false => self.put_by(later, Held { line, row, remarks }),
        }
    }

    fn put_by(&mut self, later: u64, held: Held) {
        if self.repeats.held_rows >= POSTPONED_MAX {
            return self.superseded(held, later);
        }
        self.repeats.held_rows += 1;
        self.repeats.held.entry(later).or_default().push(held);
    }

    /// A row went in, or its record says the same already: those it supersedes are told.
    pub(in crate::import) fn stood(&mut self, line: u64) {
        for held in self.repeats.held.remove(&line).unwrap_or_default() {
            self.repeats.held_rows -= 1;
            self.superseded(held, line);
        }
    }

    /// A row was refused: the one before it about the same record counts.
    pub(in crate::import) fn fell(&mut self, line: u64) {
        if self.repeats.refused.len() < NAMES_MAX {
            self.repeats.refused.insert(line);
        }
        let Some(mut before) = self.repeats.held.remove(&line) else {
            return;
        };
        let Some(next) = before.pop() else { return };
        self.repeats.held_rows -= 1;
        self.repeats.held.insert(next.line, before);
        match next.row {
            Some(row) => self.postponed.push(row),
            None => {
                self.told(next.line, &next.remarks);
                self.stood(next.line);
            }
        }
    }

    /// Tells all that still wait; the rows that supersede them came before.
    pub(super) fn tell_held(&mut self) {
        let mut lines: Vec<u64> = self.repeats.held.keys().copied().collect();
        lines.sort_unstable();
        for line in lines {
            self.stood(line);
        }
    }

    fn superseded(&mut self, mut held: Held, by: u64) {
        let message = said!(
            "与第 {by} 行是同一条记录，以第 {by} 行为准"
                / "Row {by} is about the same record; row {by} counts"
        );
        held.remarks.push(Remark::new("", "repeated", message));
        if let Some(row) = held.row {
            self.report.same += 1;
            self.progress.count(Counted::Same);
            self.spare.push(row);
        }
        self.told(held.line, &held.remarks);
    }

    /// Whether a row comes at the end. The order of rows about one record stays, so that the last
    /// of them is the same in every import of the file.
    pub(super) fn must_wait(&mut self, taken: &Taken) -> bool {
        if self.postponed.len() >= POSTPONED_MAX
            || (!taken.unresolved && self.postponed_keys.is_empty())
        {
            return false;
        }
        let mut names = self.names(taken).into_iter().flatten();
        if taken.unresolved {
            self.postponed_keys.extend(names);
            return true;
        }
        names.any(|name| self.postponed_keys.contains(&name))
    }

    pub(super) fn key_values(&self, taken: &Taken) -> Vec<Value> {
        let fields = self.plan.key.iter();
        fields.map(|ix| taken.value(*ix).clone()).collect()
    }
}
