//! The past of a record: who changed what, and the record as it was recorded at a moment.

use std::collections::HashMap;

use catalogue::{FieldIx, RegisterIx, StateIx};
use expr::{Id, Moment, Value};
use kernel::{Capacity, Datum, FileRef, Record, RowData};
use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{OptionalExtension as _, params};

use crate::entry::{COLUMNS, Entry, Names};
use crate::layout::{Class, Hashed, RowsTable, Slot, Table};
use crate::parts::FILE_TABLE;
use crate::reader::Reader;
use crate::record::Lazy;
use crate::{Error, row};

/// One line of a record's history. Personal values are opened; whoever shows them must mask them.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryEntry {
    pub seq: i64,
    pub at: Moment,
    pub actor: Id,
    pub act: String,
    pub reason: Option<String>,
    /// Version of the record after it; 0 for events.
    pub version: i64,
    pub state: Option<(Option<StateIx>, Option<StateIx>)>,
    /// Field, what it was, what it became. Of rows and files only those that changed.
    pub fields: Vec<(FieldIx, Datum, Datum)>,
    /// Words of an event that changed nothing: a reveal, an export.
    pub event: Option<Vec<(String, String)>>,
    pub batch: Option<Id>,
    /// The post in which it was done.
    pub capacity: Option<Capacity>,
    /// The record was removed.
    pub gone: bool,
}

/// What an import batch did to one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BatchEntry {
    pub register: RegisterIx,
    pub id: Id,
    /// The batch made the record.
    pub made: bool,
    /// Sequence number of the batch's first entry about it.
    pub first: i64,
    /// Version that the batch left behind.
    pub left: i64,
    /// Version now; `None` when it is gone.
    pub now: Option<i64>,
}

/// How far history is replayed.
#[derive(Clone, Copy)]
enum Until {
    /// What was recorded up to and at this moment.
    Moment(i64),
    /// What stood before this entry.
    Seq(i64),
}

/// Cells of a row by the names of its columns today.
type Cells = HashMap<String, Cell>;

impl Reader<'_> {
    /// Lines of a record's history, the newest first; those before the sequence number `before`.
    pub fn history(
        &self,
        register: RegisterIx,
        id: Id,
        before: Option<i64>,
        limit: usize,
    ) -> Result<Vec<HistoryEntry>, Error> {
        let table = self.layout.at(register);
        let names = Names::of(self.conn, &table.name)?;
        let sql = format!(
            "SELECT {COLUMNS} FROM history WHERE tab = ? AND rec = ? AND seq < ? \
             ORDER BY seq DESC LIMIT ?"
        );
        let before = before.unwrap_or(i64::MAX);
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params![table.name, id.0, before, limit as i64])?;
        let mut key = Lazy::of(id);
        let mut lines = Vec::new();
        while let Some(row) = rows.next()? {
            let entry = Entry::read(row, &names)?;
            lines.push(self.line(table, id, entry, &mut key)?);
        }
        let oldest = lines.last().map_or(before, |line| line.seq);
        for (field, slot) in table.slots.iter().enumerate() {
            let field = FieldIx(field);
            match slot {
                Slot::Rows(rows) => self.row_lines(id, field, rows, oldest, before, &mut lines)?,
                Slot::Files => {
                    let name = &self.layout.register(register).get(field).name;
                    self.file_lines(id, field, name, oldest, before, &mut lines)?;
                }
                _ => {}
            }
        }
        Ok(lines)
    }

    fn line(
        &self,
        table: &Table,
        id: Id,
        entry: Entry,
        key: &mut Lazy,
    ) -> Result<HistoryEntry, Error> {
        let set: Cells = entry.set.unwrap_or_default().into_iter().collect();
        let was: Cells = entry.was.into_iter().collect();
        let register = self.layout.register(table.register);
        let mut fields = Vec::new();
        for (field, slot) in table.slots.iter().enumerate() {
            let touched = |column: &str| set.contains_key(column) || was.contains_key(column);
            let hit = match slot {
                Slot::Plain { column, .. } => touched(column),
                Slot::Sealed {
                    hashed: Hashed::No, ..
                } => false,
                Slot::Sealed { column, .. } => touched(column),
                Slot::Point { lat, lon, .. } => touched(lat) || touched(lon),
                Slot::Rows(_) | Slot::Files => false,
            };
            if hit {
                let old = self.datum(&table.name, id, slot, &was, key)?;
                let now = self.datum(&table.name, id, slot, &set, key)?;
                fields.push((FieldIx(field), old, now));
            }
        }
        let state = |cells: &Cells| match cells.get("state") {
            Some(Cell::Text(name)) => register.state(name),
            _ => None,
        };
        let moved = set.contains_key("state") || was.contains_key("state");
        Ok(HistoryEntry {
            seq: entry.seq,
            at: Moment(entry.at),
            actor: Id(entry.actor),
            act: entry.act,
            reason: entry.reason,
            version: entry.version,
            state: moved.then(|| (state(&was), state(&set))),
            fields,
            event: entry.event,
            batch: entry.batch.map(Id),
            capacity: entry.capacity,
            gone: entry.gone,
        })
    }

    /// Adds what happened to child rows to the lines of the same commits.
    fn row_lines(
        &self,
        parent: Id,
        field: FieldIx,
        rows: &RowsTable,
        from: i64,
        before: i64,
        lines: &mut [HistoryEntry],
    ) -> Result<(), Error> {
        let mut key = Lazy::of(parent);
        for entry in self.part_entries(&rows.name, parent, from, before)? {
            let Some(line) = owner_of(lines, entry.seq) else {
                continue;
            };
            let id = Id(entry.rec);
            let mut side = |cells: Option<Vec<(String, Cell)>>| -> Result<Datum, Error> {
                match cells {
                    Some(cells) => {
                        let cells: Cells = cells.into_iter().collect();
                        let row = self.row_data(rows, id, &cells, &mut key)?;
                        Ok(Datum::Rows(vec![row]))
                    }
                    None => Ok(Datum::Rows(Vec::new())),
                }
            };
            let old = side((!entry.was.is_empty() || entry.gone).then_some(entry.was))?;
            let now = side(entry.set)?;
            line.fields.push((field, old, now));
        }
        Ok(())
    }

    fn file_lines(
        &self,
        parent: Id,
        field: FieldIx,
        name: &str,
        from: i64,
        before: i64,
        lines: &mut [HistoryEntry],
    ) -> Result<(), Error> {
        for entry in self.part_entries(FILE_TABLE, parent, from, before)? {
            let set: Cells = entry.set.unwrap_or_default().into_iter().collect();
            let was: Cells = entry.was.into_iter().collect();
            let of_field = |cells: &Cells| matches!(cells.get("field"), Some(Cell::Text(field)) if field == name);
            let Some(line) = owner_of(lines, entry.seq) else {
                continue;
            };
            let side = |cells: &Cells| {
                let file = of_field(cells).then(|| file_ref(cells));
                Datum::Files(file.into_iter().collect())
            };
            let (old, now) = (side(&was), side(&set));
            // A file that only moved up or down is no news.
            if !old.is_empty() || !now.is_empty() {
                line.fields.push((field, old, now));
            }
        }
        Ok(())
    }

    fn part_entries(
        &self,
        table: &str,
        parent: Id,
        from: i64,
        before: i64,
    ) -> Result<Vec<Entry>, Error> {
        let names = Names::of(self.conn, table)?;
        let sql = part_entries_sql();
        // Entries of the rows follow that of their record, so the last commit reaches further.
        let to = if before == i64::MAX {
            before
        } else {
            self.end_of_commit(before)?
        };
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params![parent.0, table, from, to])?;
        let mut entries = Vec::new();
        while let Some(row) = rows.next()? {
            entries.push(Entry::read(row, &names)?);
        }
        Ok(entries)
    }

    #[cfg(test)]
    pub(crate) fn plan_of_parts(&self) -> Result<String, Error> {
        let sql = format!("EXPLAIN QUERY PLAN {}", part_entries_sql());
        let mut statement = self.conn.prepare(&sql)?;
        let lines = statement.query_map(params![1, "", 1, 1], |row| row.get("detail"))?;
        Ok(lines.collect::<Result<Vec<String>, _>>()?.join("; "))
    }

    fn end_of_commit(&self, seq: i64) -> Result<i64, Error> {
        let sql = "SELECT first + count FROM ledger WHERE first <= ? ORDER BY leaf DESC LIMIT 1";
        let end = self
            .conn
            .prepare_cached(sql)?
            .query_row([seq], |row| row.get(0))
            .optional()?;
        Ok(end.unwrap_or(seq))
    }

    /// The record as it stood in the books at a moment; what was erased since stays erased.
    pub fn as_of(
        &self,
        register: RegisterIx,
        id: Id,
        moment: Moment,
    ) -> Result<Option<Record>, Error> {
        self.until(register, id, Until::Moment(moment.0))
    }

    fn until(&self, register: RegisterIx, id: Id, moment: Until) -> Result<Option<Record>, Error> {
        let table = self.layout.at(register);
        let Some((version, cells)) = self.row_as_of(&table.name, id.0, moment)? else {
            return Ok(None);
        };
        let mut key = Lazy::of(id);
        let mut data = Vec::with_capacity(table.slots.len());
        for (field, slot) in table.slots.iter().enumerate() {
            data.push(match slot {
                Slot::Rows(rows) => Datum::Rows(self.rows_as_of(rows, id, moment, &mut key)?),
                Slot::Files => {
                    let name = &self.layout.register(register).fields[field].name;
                    Datum::Files(self.files_as_of(id, name, moment)?)
                }
                slot => self.datum(&table.name, id, slot, &cells, &mut key)?,
            });
        }
        let number = |name: &str| match cells.get(name) {
            Some(Cell::Integer(number)) => *number,
            _ => 0,
        };
        let state = match cells.get("state") {
            Some(Cell::Text(name)) => self.layout.register(register).state(name),
            _ => None,
        };
        Ok(Some(Record {
            register,
            id,
            version,
            state,
            created_at: Moment(number("created_at")),
            created_by: Id(number("created_by")),
            made_for: None,
            changed_at: Moment(number("changed_at")),
            changed_by: Id(number("changed_by")),
            data,
        }))
    }

    /// Version and cells of a row by replaying its entries; `None` where it was not, or not any more.
    fn row_as_of(
        &self,
        table: &str,
        rec: i64,
        moment: Until,
    ) -> Result<Option<(i64, Cells)>, Error> {
        let names = Names::of(self.conn, table)?;
        let sql = format!("SELECT {COLUMNS} FROM history WHERE tab = ? AND rec = ? ORDER BY seq");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut rows = statement.query(params![table, rec])?;
        let mut state: Option<(i64, Cells)> = None;
        while let Some(row) = rows.next()? {
            let entry = Entry::read(row, &names)?;
            // Recorded time runs with the sequence; a clock set back does not bring back the past.
            let over = match moment {
                Until::Moment(moment) => entry.at > moment,
                Until::Seq(seq) => entry.seq >= seq,
            };
            if over {
                break;
            }
            if entry.gone {
                state = None;
            } else if let Some(set) = entry.set {
                let (version, cells) = state.get_or_insert_default();
                *version = entry.version;
                cells.extend(set);
            }
        }
        Ok(state)
    }

    fn rows_as_of(
        &self,
        rows: &RowsTable,
        parent: Id,
        moment: Until,
        key: &mut Lazy,
    ) -> Result<Vec<RowData>, Error> {
        let mut list = Vec::new();
        for part in self.parts_of(parent)? {
            let Some((_, cells)) = self.row_as_of(&rows.name, part, moment)? else {
                continue;
            };
            list.push((place(&cells), self.row_data(rows, Id(part), &cells, key)?));
        }
        list.sort_by_key(|(pos, row)| (*pos, row.id));
        Ok(list.into_iter().map(|(_, row)| row).collect())
    }

    fn files_as_of(&self, parent: Id, field: &str, moment: Until) -> Result<Vec<FileRef>, Error> {
        let mut list = Vec::new();
        for part in self.parts_of(parent)? {
            let Some((_, cells)) = self.row_as_of(FILE_TABLE, part, moment)? else {
                continue;
            };
            if matches!(cells.get("field"), Some(Cell::Text(name)) if name == field) {
                list.push((place(&cells), part, file_ref(&cells)));
            }
        }
        list.sort_by_key(|(pos, part, _)| (*pos, *part));
        Ok(list.into_iter().map(|(_, _, file)| file).collect())
    }

    fn parts_of(&self, parent: Id) -> Result<Vec<i64>, Error> {
        let sql = "SELECT rec FROM part WHERE parent = ? ORDER BY rec";
        let mut statement = self.conn.prepare_cached(sql)?;
        let parts = statement.query_map([parent.0], |row| row.get(0))?;
        Ok(parts.collect::<Result<_, _>>()?)
    }

    fn row_data(
        &self,
        rows: &RowsTable,
        id: Id,
        cells: &Cells,
        key: &mut Lazy,
    ) -> Result<RowData, Error> {
        let mut values = Vec::with_capacity(rows.slots.len());
        for slot in &rows.slots {
            let datum = self.datum(&rows.name, id, slot, cells, key)?;
            values.push(datum.value().clone());
        }
        Ok(RowData {
            id: Some(id),
            values,
        })
    }

    fn datum(
        &self,
        table: &str,
        id: Id,
        slot: &Slot,
        cells: &Cells,
        key: &mut Lazy,
    ) -> Result<Datum, Error> {
        let cell = |name: &str| cells.get(name).map_or(ValueRef::Null, ValueRef::from);
        match slot {
            Slot::Plain { column, class, .. } => Ok(Datum::One(plain(*class, cell(column)))),
            Slot::Point { lat, lon, .. } => Ok(Datum::One(row::point(cell(lat), cell(lon))?)),
            Slot::Sealed {
                hashed: Hashed::No, ..
            } => Ok(Datum::One(Value::Null)),
            Slot::Sealed { column, class, .. } => {
                self.open(table, id, column, *class, cell(column), key)
            }
            Slot::Rows(_) | Slot::Files => Ok(Datum::One(Value::Null)),
        }
    }

    /// What an import batch made and changed: each record once, in the order of the batch.
    pub fn batch_entries(&self, batch: Id) -> Result<Vec<BatchEntry>, Error> {
        let sql = "SELECT h.tab, h.rec, h.version, h.seq FROM batch_entry AS b \
                   JOIN history AS h ON h.seq = b.seq WHERE b.batch = ? ORDER BY b.seq";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut rows = statement.query([batch.0])?;
        let mut list: Vec<BatchEntry> = Vec::new();
        let mut places: HashMap<i64, usize> = HashMap::new();
        while let Some(row) = rows.next()? {
            let (tab, rec, version, seq): (String, i64, i64, i64) =
                (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
            let Some(table) = self.layout.named(&tab) else {
                continue;
            };
            if version == 0 {
                continue;
            }
            match places.get(&rec) {
                Some(place) => list[*place].left = version,
                None => {
                    places.insert(rec, list.len());
                    list.push(BatchEntry {
                        register: table.register,
                        id: Id(rec),
                        made: version == 1,
                        first: seq,
                        left: version,
                        now: None,
                    });
                }
            }
        }
        for entry in &mut list {
            entry.now = self.version_of(entry.register, entry.id)?;
        }
        Ok(list)
    }

    /// The record as it was before an entry of its history: what undoing goes back to.
    pub fn before(&self, register: RegisterIx, id: Id, seq: i64) -> Result<Option<Record>, Error> {
        self.until(register, id, Until::Seq(seq))
    }

    /// Version of a record now.
    pub fn version_of(&self, register: RegisterIx, id: Id) -> Result<Option<i64>, Error> {
        let table = crate::layout::quoted(&self.layout.at(register).name);
        let sql = format!("SELECT version FROM {table} WHERE id = ?");
        let mut statement = self.conn.prepare_cached(&sql)?;
        Ok(statement.query_row([id.0], |row| row.get(0)).optional()?)
    }
}

/// A value of a type the field had before is not shown rather than shown wrong.
fn plain(class: Class, cell: ValueRef<'_>) -> Value {
    row::value(class, cell).unwrap_or(Value::Null)
}

/// The line whose commit the entry belongs to: the last one before it.
fn owner_of(lines: &mut [HistoryEntry], seq: i64) -> Option<&mut HistoryEntry> {
    lines.iter_mut().find(|line| line.seq < seq)
}

fn place(cells: &Cells) -> i64 {
    match cells.get("pos") {
        Some(Cell::Integer(pos)) => *pos,
        _ => 0,
    }
}

fn file_ref(cells: &Cells) -> FileRef {
    let text = |name: &str| match cells.get(name) {
        Some(Cell::Text(text)) => text.clone(),
        _ => String::new(),
    };
    let bytes = match cells.get("bytes") {
        Some(Cell::Integer(bytes)) => *bytes as u64,
        _ => 0,
    };
    FileRef {
        hash: text("hash"),
        name: text("name"),
        bytes,
        mime: text("mime"),
    }
}

/// Part by part: left to choose, SQLite walks the history of everything to save the sorting.
fn part_entries_sql() -> String {
    format!(
        "SELECT {COLUMNS} FROM part CROSS JOIN history USING (rec) \
         WHERE parent = ? AND tab = ? AND seq >= ? AND seq < ? ORDER BY seq"
    )
}
