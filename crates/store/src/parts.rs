//! Child rows and files of a record: ledgered rows of their own.

use std::collections::HashMap;

use catalogue::FieldIx;
use expr::Id;
use kernel::{Datum, FileRef, Meta, RowData};
use rusqlite::types::Value as Cell;
use rusqlite::{params, params_from_iter};

use crate::apply::{About, Tx};
use crate::change::{One, differing};
use crate::history::Body;
use crate::keys::Subject;
use crate::layout::{RowsTable, Slot, quoted};
use crate::{CommitError, Error};

pub(crate) const FILE_TABLE: &str = "file_link";
/// Columns of `file_link` after `id` and `version`.
pub(crate) const FILE_COLUMNS: [&str; 8] = [
    "tab", "rec", "field", "pos", "hash", "name", "bytes", "mime",
];
const FILE_INSERT: &str = "INSERT INTO file_link \
    (id, version, tab, rec, field, pos, hash, name, bytes, mime) VALUES (?, 1, ?, ?, ?, ?, ?, ?, ?, ?)";

/// Places in the cells of a child row.
const VERSION: usize = 0;
const PARENT: usize = 1;
const POS: usize = 2;
/// Place of `pos` in the cells of a file line.
const POS_OF_FILE: usize = 4;

/// One row of a child table or of `file_link` in an entry: what it was, and what it is.
struct Entry<'a> {
    table: &'a str,
    columns: &'a [String],
    id: i64,
    version: i64,
    was: Option<&'a [Cell]>,
    set: Option<&'a [Cell]>,
    /// Places of the cells that changed, where there is both a was and a set.
    differ: &'a [usize],
}

impl Tx<'_> {
    /// Makes the rows or files of a field exactly those given.
    pub fn part(
        &mut self,
        one: &One<'_>,
        field: FieldIx,
        datum: Datum,
        subject: &mut Subject,
    ) -> Result<(), CommitError> {
        match (one.table.slot(field), datum) {
            (Slot::Rows(rows), Datum::Rows(wanted)) => self.rows(one, rows, wanted, subject),
            (Slot::Files, Datum::Files(wanted)) => self.files(one, field, wanted),
            _ => Ok(()),
        }
    }

    fn rows(
        &mut self,
        one: &One<'_>,
        rows: &RowsTable,
        wanted: Vec<RowData>,
        subject: &mut Subject,
    ) -> Result<(), CommitError> {
        let mut old = self.old_rows(one, rows)?;
        for (pos, row) in wanted.into_iter().enumerate() {
            let known = row
                .id
                .and_then(|id| old.remove(&id.0).map(|cells| (id, cells)));
            match known {
                Some((id, before)) => {
                    let mut after = before.clone();
                    after[POS] = Cell::Integer(pos as i64);
                    for (slot, value) in rows.slots.iter().zip(row.values) {
                        if !self.holds(&rows.name, id, slot, &value, subject, &before)? {
                            self.put(&rows.name, id, slot, value, subject, &mut after)?;
                        }
                    }
                    self.change_part(one, rows, id.0, &before, after)?;
                }
                None => {
                    let id = self.ids.next(self.conn)?;
                    let mut cells = vec![Cell::Null; rows.columns.len()];
                    cells[VERSION] = Cell::Integer(1);
                    cells[PARENT] = Cell::Integer(one.id.0);
                    cells[POS] = Cell::Integer(pos as i64);
                    for (slot, value) in rows.slots.iter().zip(row.values) {
                        self.put(&rows.name, id, slot, value, subject, &mut cells)?;
                    }
                    let all = [Cell::Integer(id.0)];
                    let binds = all.iter().chain(&cells);
                    self.conn
                        .prepare_cached(&rows.insert)?
                        .execute(params_from_iter(binds))?;
                    self.known_part(one.id, id)?;
                    let entry = Entry {
                        table: &rows.name,
                        columns: &rows.columns,
                        id: id.0,
                        version: 1,
                        was: None,
                        set: Some(&cells),
                        differ: &[],
                    };
                    self.part_entry(one, entry)?;
                }
            }
        }
        let mut gone: Vec<(i64, Vec<Cell>)> = old.into_iter().collect();
        gone.sort_by_key(|(id, _)| *id);
        for (id, before) in gone {
            let sql = format!("DELETE FROM {} WHERE id = ?", quoted(&rows.name));
            self.conn.prepare_cached(&sql)?.execute([id])?;
            let entry = Entry {
                table: &rows.name,
                columns: &rows.columns,
                id,
                version: version(&before) + 1,
                was: Some(&before),
                set: None,
                differ: &[],
            };
            self.part_entry(one, entry)?;
        }
        Ok(())
    }

    fn old_rows(&self, one: &One<'_>, rows: &RowsTable) -> Result<HashMap<i64, Vec<Cell>>, Error> {
        let sql = format!("{} WHERE parent = ?", rows.select());
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut found = statement.query([one.id.0])?;
        let mut old = HashMap::new();
        while let Some(row) = found.next()? {
            let cells: Result<Vec<Cell>, _> = (1..=rows.columns.len())
                .map(|i| row.get::<_, Cell>(i))
                .collect();
            old.insert(row.get(0)?, cells?);
        }
        Ok(old)
    }

    fn change_part(
        &mut self,
        one: &One<'_>,
        rows: &RowsTable,
        id: i64,
        before: &[Cell],
        mut after: Vec<Cell>,
    ) -> Result<(), CommitError> {
        if before == after {
            return Ok(());
        }
        let version = version(before) + 1;
        after[VERSION] = Cell::Integer(version);
        let differ = differing(&rows.slots, before, &after);
        let sets: Vec<String> = differ
            .iter()
            .map(|at| format!("{} = ?", quoted(&rows.columns[*at])))
            .collect();
        let sql = format!(
            "UPDATE {} SET {} WHERE id = ?",
            quoted(&rows.name),
            sets.join(", ")
        );
        let key = Cell::Integer(id);
        let binds = differ.iter().map(|at| &after[*at]).chain([&key]);
        self.conn
            .prepare_cached(&sql)?
            .execute(params_from_iter(binds))?;
        let entry = Entry {
            table: &rows.name,
            columns: &rows.columns,
            id,
            version,
            was: Some(before),
            set: Some(&after),
            differ: &differ,
        };
        Ok(self.part_entry(one, entry)?)
    }

    fn files(
        &mut self,
        one: &One<'_>,
        field: FieldIx,
        wanted: Vec<FileRef>,
    ) -> Result<(), CommitError> {
        let name = &self.layout.register(one.table.register).fields[field.0].name;
        let mut old = self.old_files(one, name)?;
        let columns: Vec<String> = ["version"]
            .iter()
            .chain(&FILE_COLUMNS)
            .map(|column| (*column).to_owned())
            .collect();
        for (pos, file) in wanted.into_iter().enumerate() {
            // A file is itself by content and name; what only moved keeps its line.
            let same = old.iter().position(|(_, cells)| {
                text(&cells[5]) == file.hash && text(&cells[6]) == file.name
            });
            match same {
                Some(at) => {
                    let (id, before) = old.remove(at);
                    if before[4] != Cell::Integer(pos as i64) {
                        let mut after = before.clone();
                        after[4] = Cell::Integer(pos as i64);
                        after[0] = Cell::Integer(version(&before) + 1);
                        self.conn
                            .prepare_cached(
                                "UPDATE file_link SET version = ?, pos = ? WHERE id = ?",
                            )?
                            .execute(params![after[0], after[4], id])?;
                        let entry = Entry {
                            table: FILE_TABLE,
                            columns: &columns,
                            id,
                            version: version(&before) + 1,
                            was: Some(&before),
                            set: Some(&after),
                            differ: &[POS_OF_FILE],
                        };
                        self.part_entry(one, entry)?;
                    }
                }
                None => {
                    let id = self.ids.next(self.conn)?;
                    let cells = [
                        Cell::Integer(1),
                        Cell::Text(one.table.name.clone()),
                        Cell::Integer(one.id.0),
                        Cell::Text(name.clone()),
                        Cell::Integer(pos as i64),
                        Cell::Text(file.hash),
                        Cell::Text(file.name),
                        Cell::Integer(file.bytes as i64),
                        Cell::Text(file.mime),
                    ];
                    let key = Cell::Integer(id.0);
                    let binds = [&key].into_iter().chain(&cells[1..]);
                    self.conn
                        .prepare_cached(FILE_INSERT)?
                        .execute(params_from_iter(binds))?;
                    self.known_part(one.id, id)?;
                    let entry = Entry {
                        table: FILE_TABLE,
                        columns: &columns,
                        id: id.0,
                        version: 1,
                        was: None,
                        set: Some(&cells),
                        differ: &[],
                    };
                    self.part_entry(one, entry)?;
                }
            }
        }
        for (id, before) in old {
            self.conn
                .prepare_cached("DELETE FROM file_link WHERE id = ?")?
                .execute([id])?;
            let entry = Entry {
                table: FILE_TABLE,
                columns: &columns,
                id,
                version: version(&before) + 1,
                was: Some(&before),
                set: None,
                differ: &[],
            };
            self.part_entry(one, entry)?;
        }
        Ok(())
    }

    /// `version` and [`FILE_COLUMNS`] of the files of a field, in order.
    fn old_files(&self, one: &One<'_>, field: &str) -> Result<Vec<(i64, Vec<Cell>)>, Error> {
        let sql = "SELECT id, version, tab, rec, field, pos, hash, name, bytes, mime \
                   FROM file_link WHERE rec = ? AND field = ? ORDER BY pos";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut found = statement.query(params![one.id.0, field])?;
        let mut old = Vec::new();
        while let Some(row) = found.next()? {
            let cells: Result<Vec<Cell>, _> = (1..=FILE_COLUMNS.len() + 1)
                .map(|i| row.get::<_, Cell>(i))
                .collect();
            old.push((row.get(0)?, cells?));
        }
        Ok(old)
    }

    /// Remembers which rows ever belonged to a record, also after they are gone, for views of the
    /// past. Not ledgered: it can be made again from the history.
    fn known_part(&self, parent: Id, part: Id) -> Result<(), Error> {
        self.conn
            .prepare_cached("INSERT INTO part (parent, rec) VALUES (?, ?)")?
            .execute([parent.0, part.0])?;
        Ok(())
    }

    fn part_entry(&mut self, one: &One<'_>, entry: Entry<'_>) -> Result<(), Error> {
        let Entry {
            table,
            columns,
            id,
            version,
            was,
            set,
            differ,
        } = entry;
        let mut body = Body::new();
        for (name, cells, other) in [("set", set, was), ("was", was, set)] {
            let Some(cells) = cells else { continue };
            body.open(name);
            // The version stands in the entry itself.
            for at in 1..cells.len() {
                let says = match other {
                    Some(_) => differ.contains(&at),
                    None => cells[at] != Cell::Null,
                };
                if says {
                    body.cell(&columns[at], &cells[at]);
                }
            }
            body.close();
        }
        if set.is_none() {
            body.gone();
        }
        let meta: &Meta = one.meta;
        body.meta(meta);
        let about = About {
            table,
            record: id,
            version,
            act: one.act,
            def: &one.table.def,
        };
        self.entry(meta, about, &body.finish())
    }
}

fn version(cells: &[Cell]) -> i64 {
    match cells[VERSION] {
        Cell::Integer(version) => version,
        _ => 0,
    }
}

fn text(cell: &Cell) -> &str {
    match cell {
        Cell::Text(text) => text,
        _ => "",
    }
}
