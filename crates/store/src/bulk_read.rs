//! Reading a whole register on several threads: snapshots of the same moment, and ranges of ids.

use std::collections::HashSet;

use catalogue::{FieldIx, RegisterIx};
use expr::Id;
use kernel::Span;
use rusqlite::{OptionalExtension as _, Rows, params};

use crate::layout::{Layout, Slot, quoted};
use crate::pool::Held;
use crate::query::{Filter, Query};
use crate::reader::Reader;
use crate::seal::Vault;
use crate::selection::Selection;
use crate::{Error, Store};

/// So often several connections are opened anew until no commit fell between them.
const TRIES: usize = 20;

/// A snapshot that may go to a thread of its own.
pub struct Snapshot<'s> {
    held: Held<'s>,
    layout: &'s Layout,
    vault: &'s Vault,
}

impl Snapshot<'_> {
    /// Reads in the snapshot.
    pub fn reader(&self) -> Result<Reader<'_>, Error> {
        Ok(Reader {
            conn: self.held.conn()?,
            layout: self.layout,
            vault: self.vault,
        })
    }

    /// Begins, or begins anew; answers how far history has come.
    fn begin(&self) -> Result<i64, Error> {
        let conn = self.held.conn()?;
        if !conn.is_autocommit() {
            conn.prepare_cached("COMMIT")?.execute([])?;
        }
        conn.prepare_cached("BEGIN")?.execute([])?;
        // The first question fixes the moment.
        self.reader()?.history_seq()
    }
}

impl Drop for Snapshot<'_> {
    fn drop(&mut self) {
        // A connection that cannot end its transaction is closed by the pool.
        if let Ok(conn) = self.held.conn()
            && let Ok(mut end) = conn.prepare_cached("COMMIT")
        {
            let _ = end.execute([]);
        }
    }
}

impl Store {
    /// Up to so many snapshots of one and the same moment: every change is in history, so equal
    /// ends of history are equal data. When others keep writing or reading it is fewer, but one.
    pub fn snapshots(&self, most: usize) -> Result<Vec<Snapshot<'_>>, Error> {
        let (pool, layout, vault) = self.reading();
        let snapshot = |held| Snapshot {
            held,
            layout,
            vault,
        };
        let mut all = vec![snapshot(pool.hold()?)];
        while all.len() < most
            && let Some(held) = pool.spare()?
        {
            all.push(snapshot(held));
        }
        for _ in 0..TRIES {
            let mut ends = Vec::with_capacity(all.len());
            for one in &all {
                ends.push(one.begin()?);
            }
            if ends.iter().all(|end| *end == ends[0]) {
                return Ok(all);
            }
        }
        all.truncate(1);
        Ok(all)
    }
}

impl Query {
    /// Whether it takes all records in the order of their ids.
    pub fn is_whole(&self) -> bool {
        self.sort.is_empty() && is_all(&self.filter)
    }
}

fn is_all(filter: &Filter) -> bool {
    match filter {
        Filter::All(parts) => parts.iter().all(is_all),
        Filter::Span(span) => *span == Span::All,
        _ => false,
    }
}

impl Reader<'_> {
    /// The first record whose id is not below this one.
    pub fn first_from(&self, register: RegisterIx, from: Id) -> Result<Option<Id>, Error> {
        let table = quoted(&self.layout.at(register).name);
        let sql = format!("SELECT id FROM {table} WHERE id >= ? ORDER BY id LIMIT 1");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let found = statement.query_row([from.0], |row| row.get(0)).optional()?;
        Ok(found.map(Id))
    }

    /// Ids of the records that have child rows in this field, asked of the rows: few as against all
    /// records, each of which would else be asked.
    pub fn with_rows(&self, register: RegisterIx, field: FieldIx) -> Result<HashSet<Id>, Error> {
        let Slot::Rows(rows) = self.layout.at(register).slot(field) else {
            return Err(Error::Question("child rows of a field without".to_owned()));
        };
        let sql = format!("SELECT DISTINCT parent FROM {}", quoted(&rows.name));
        let mut statement = self.conn.prepare_cached(&sql)?;
        let found = statement.query_map([], |row| row.get(0).map(Id))?;
        Ok(found.collect::<Result<_, _>>()?)
    }

    /// Which records have child rows, for each field of the selection that holds some; one question
    /// for all instead of one for each record.
    pub(crate) fn parents(
        &self,
        selection: &Selection<'_>,
        within: Option<(Id, Id)>,
    ) -> Result<Parents, Error> {
        let mut parents = Parents::default();
        for item in &selection.items {
            let Slot::Rows(rows) = item.slot else {
                parents.known.push(None);
                continue;
            };
            let table = quoted(&rows.name);
            let Some((first, last)) = within else {
                // Of an empty table no record has rows; else each is asked.
                let sql = format!("SELECT 1 FROM {table}");
                let some = self.conn.prepare_cached(&sql)?.exists([])?;
                parents.known.push((!some).then(HashSet::new));
                continue;
            };
            let sql = format!("SELECT parent FROM {table} WHERE parent BETWEEN ? AND ?");
            let mut statement = self.conn.prepare_cached(&sql)?;
            let found = statement.query_map([first.0, last.0], |row| row.get(0))?;
            parents.known.push(Some(found.collect::<Result<_, _>>()?));
        }
        Ok(parents)
    }
}

/// What is known of child rows before the first record is read.
#[derive(Default)]
pub(crate) struct Parents {
    /// Beside each item: ids of the records that have rows; `None`: each must be asked.
    known: Vec<Option<HashSet<i64>>>,
}

impl Parents {
    pub fn childless(&self, place: usize, id: Id) -> bool {
        match self.known.get(place) {
            Some(Some(known)) => !known.contains(&id.0),
            _ => false,
        }
    }
}

/// Wrapped keys of a range of records, read beside them instead of one by one.
pub(crate) struct Keys<'s> {
    rows: Rows<'s>,
    /// The next that was read.
    next: Option<(i64, Vec<u8>)>,
}

impl<'s> Keys<'s> {
    pub const SQL: &'static str =
        "SELECT rec, key FROM keys WHERE rec BETWEEN ? AND ? ORDER BY rec";

    pub fn of(
        statement: &'s mut rusqlite::CachedStatement<'_>,
        (first, last): (Id, Id),
    ) -> Result<Keys<'s>, Error> {
        let rows = statement.query(params![first.0, last.0])?;
        Ok(Keys { rows, next: None })
    }

    /// The key of the record; ids must be asked for in their order.
    pub fn of_record(&mut self, id: Id) -> Result<Option<Vec<u8>>, Error> {
        loop {
            match &self.next {
                Some((found, _)) if *found > id.0 => return Ok(None),
                Some((found, _)) if *found == id.0 => {
                    return Ok(self.next.take().map(|(_, key)| key));
                }
                _ => {}
            }
            let Some(row) = self.rows.next()? else {
                self.next = Some((i64::MAX, Vec::new()));
                return Ok(None);
            };
            let found: i64 = row.get(0)?;
            // Keys of records of other registers lie between.
            if found >= id.0 {
                self.next = Some((found, row.get(1)?));
            }
        }
    }
}
