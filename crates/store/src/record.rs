//! Rows into records: how columns become values.

use expr::{Id, Moment, Value};
use kernel::{Datum, FileRef, Record, RowData};
use rusqlite::types::ValueRef;
use rusqlite::{Row, params};

use crate::keys;
use crate::layout::{Class, RowsTable, Slot};
use crate::query::Personal;
use crate::reader::Reader;
use crate::seal::{Opened, Place, Secret, open_with};
use crate::selection::{Item, Selection};
use crate::{Error, row};

impl Reader<'_> {
    pub(crate) fn record(&self, row: &Row<'_>, selection: &Selection<'_>) -> Result<Record, Error> {
        let id = Id(row.get(0)?);
        // Made in place: a clone for each of two hundred fields took a tenth of a list's time.
        let empty = std::iter::repeat_with(|| Datum::One(Value::Null));
        let mut data: Vec<Datum> = empty.take(selection.table.slots.len()).collect();
        let mut key = Lazy::of(id);
        for item in &selection.items {
            data[item.field.0] = self.datum_of(row, selection, item, &mut key)?;
        }
        // Empty fields that were not asked for: rows and files are lists, not values.
        if selection.items.len() < data.len() {
            for (field, slot) in selection.table.slots.iter().enumerate() {
                match slot {
                    Slot::Rows(_) if matches!(data[field], Datum::One(_)) => {
                        data[field] = Datum::Rows(Vec::new());
                    }
                    Slot::Files if matches!(data[field], Datum::One(_)) => {
                        data[field] = Datum::Files(Vec::new());
                    }
                    _ => {}
                }
            }
        }
        Ok(Record {
            register: selection.table.register,
            id,
            version: row.get(1)?,
            state: selection.state(self.layout, row)?,
            created_at: Moment(row.get(2)?),
            created_by: Id(row.get(3)?),
            made_for: None,
            changed_at: Moment(row.get(4)?),
            changed_by: Id(row.get(5)?),
            data,
        })
    }

    /// The datum of one field of the row.
    pub(crate) fn datum_of(
        &self,
        row: &Row<'_>,
        selection: &Selection<'_>,
        item: &Item<'_>,
        key: &mut Lazy,
    ) -> Result<Datum, Error> {
        let id = key.record;
        if item.told && !row.get::<_, bool>(item.at)? {
            return Ok(match item.slot {
                Slot::Rows(_) => Datum::Rows(Vec::new()),
                _ => Datum::Files(Vec::new()),
            });
        }
        Ok(match item.slot {
            Slot::Plain { class, .. } => Datum::One(row::value(*class, row.get_ref(item.at)?)?),
            Slot::Point { .. } => Datum::One(row::point(
                row.get_ref(item.at)?,
                row.get_ref(item.at + 1)?,
            )?),
            Slot::Sealed { column, class, .. } if item.opened => {
                let table = &selection.table.name;
                self.open(table, id, column, *class, row.get_ref(item.at)?, key)?
            }
            Slot::Sealed { .. } => Datum::One(Value::Null),
            Slot::Rows(rows) => Datum::Rows(self.rows_of(rows, id, selection.personal)?),
            Slot::Files => {
                let register = self.layout.register(selection.table.register);
                let name = &register.get(item.field).name;
                Datum::Files(self.files_of(id, name)?)
            }
        })
    }

    /// A sealed cell: its value, or that its key was destroyed.
    pub(crate) fn open(
        &self,
        table: &str,
        row: Id,
        column: &str,
        class: Class,
        cell: ValueRef<'_>,
        key: &mut Lazy,
    ) -> Result<Datum, Error> {
        let ValueRef::Blob(sealed) = cell else {
            return Ok(Datum::One(Value::Null));
        };
        let Some(key) = key.get(self)? else {
            return Ok(Datum::Erased);
        };
        let place = |column| Place {
            table,
            record: row.0,
            column,
        };
        let mut opened = open_with(key, &[place(column)], sealed);
        if matches!(opened, Opened::Damaged) {
            // It may have been sealed under a name that the column had before.
            let names = self.names_of(table, column)?;
            let places: Vec<Place<'_>> = names.iter().map(|name| place(name)).collect();
            opened = open_with(key, &places, sealed);
        }
        match opened {
            Opened::Plain(plain) => Ok(Datum::One(row::unsealed(class, row::utf8(&plain)?)?)),
            Opened::Erased => Ok(Datum::Erased),
            Opened::Damaged => Err(Error::Damaged(format!(
                "{table}.{column} of row {} does not open",
                row.0
            ))),
        }
    }

    pub(crate) fn rows_of(
        &self,
        rows: &RowsTable,
        parent: Id,
        personal: Personal,
    ) -> Result<Vec<RowData>, Error> {
        let mut statement = self.conn.prepare_cached(&rows.of_parent)?;
        let mut found = statement.query([parent.0])?;
        let mut list = Vec::new();
        let mut key = Lazy::of(parent);
        while let Some(row) = found.next()? {
            let id = Id(row.get(0)?);
            let mut values = Vec::with_capacity(rows.slots.len());
            for slot in &rows.slots {
                // Columns are counted without `id`, which is read first.
                values.push(match slot {
                    Slot::Plain { at, class, .. } => row::value(*class, row.get_ref(at + 1)?)?,
                    Slot::Point { at, .. } => {
                        row::point(row.get_ref(at + 1)?, row.get_ref(at + 2)?)?
                    }
                    Slot::Sealed {
                        column, at, class, ..
                    } if personal == Personal::Open => {
                        let cell = row.get_ref(at + 1)?;
                        match self.open(&rows.name, id, column, *class, cell, &mut key)? {
                            Datum::One(value) => value,
                            _ => Value::Null,
                        }
                    }
                    _ => Value::Null,
                });
            }
            list.push(RowData {
                id: Some(id),
                values,
            });
        }
        Ok(list)
    }

    pub(crate) fn files_of(&self, record: Id, field: &str) -> Result<Vec<FileRef>, Error> {
        let sql = "SELECT hash, name, bytes, mime FROM file_link \
                   WHERE rec = ? AND field = ? ORDER BY pos, id";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut found = statement.query(params![record.0, field])?;
        let mut list = Vec::new();
        while let Some(row) = found.next()? {
            list.push(FileRef {
                hash: row.get(0)?,
                name: row.get(1)?,
                bytes: row.get::<_, i64>(2)? as u64,
                mime: row.get(3)?,
            });
        }
        Ok(list)
    }
}

/// The key of a record, read when the first sealed cell is met.
pub(crate) struct Lazy {
    record: Id,
    /// As it was read beside the record.
    wrapped: Option<Vec<u8>>,
    key: Option<Option<Secret>>,
}

impl Lazy {
    pub fn of(record: Id) -> Lazy {
        Lazy {
            record,
            wrapped: None,
            key: None,
        }
    }

    /// The key that was read beside the record, or that it has none.
    pub fn wrapped(record: Id, wrapped: Option<Vec<u8>>) -> Lazy {
        let key = wrapped.is_none().then_some(None);
        Lazy {
            record,
            wrapped,
            key,
        }
    }

    pub fn get(&mut self, reader: &Reader<'_>) -> Result<Option<&Secret>, Error> {
        if self.key.is_none() {
            self.key = Some(match self.wrapped.take() {
                Some(wrapped) => Some(reader.vault.unwrap(self.record.0, &wrapped)?),
                None => keys::find(reader.conn, reader.vault, self.record)?,
            });
        }
        Ok(self.key.as_ref().and_then(Option::as_ref))
    }
}
