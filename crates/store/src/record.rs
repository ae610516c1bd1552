//! Rows into records: which columns are read for a query, and how they become values.

use catalogue::{FieldIx, StateIx};
use expr::{Id, Moment, Value};
use kernel::{Datum, FileRef, Record, RowData};
use rusqlite::types::ValueRef;
use rusqlite::{Row, params};

use crate::files;
use crate::keys;
use crate::layout::{Class, HEAD_COLUMNS, Hashed, Layout, RowsTable, Slot, Table, quoted};
use crate::page::Order;
use crate::query::{Personal, Query};
use crate::reader::Reader;
use crate::seal::{Opened, Place, Secret, open_with};
use crate::{Error, row};

/// The columns that are read, and the field each becomes.
pub(crate) struct Selection<'a> {
    pub table: &'a Table,
    columns: String,
    pub items: Vec<Item<'a>>,
    /// Number of columns without those of the order.
    pub width: usize,
    pub personal: Personal,
    fields: usize,
}

/// A field among the columns that are read.
pub(crate) struct Item<'a> {
    pub field: FieldIx,
    pub slot: &'a Slot,
    /// Place of its first column.
    pub at: usize,
    /// A sealed field that is read and opened; the others keep their place and stay empty.
    pub opened: bool,
}

/// Place of the state among the columns that are read.
const STATE: usize = HEAD_COLUMNS.len();

impl<'a> Selection<'a> {
    pub fn of(layout: &'a Layout, table: &'a Table, query: &Query) -> Selection<'a> {
        Selection::new(layout, table, query.fields.as_deref(), query.personal)
    }

    pub fn new(
        layout: &'a Layout,
        table: &'a Table,
        fields: Option<&[FieldIx]>,
        personal: Personal,
    ) -> Selection<'a> {
        let all = layout.register(table.register).fields.len();
        let every: Vec<FieldIx>;
        let fields = match fields {
            Some(fields) => fields,
            None => {
                every = (0..all).map(FieldIx).collect();
                &every
            }
        };
        let mut columns = String::with_capacity(128 + fields.len() * 24);
        columns.push_str(&HEAD_COLUMNS.join(", "));
        columns.push_str(if table.has_state {
            ", \"state\""
        } else {
            ", NULL"
        });
        let mut width = STATE + 1;
        let mut items = Vec::with_capacity(fields.len());
        for field in fields {
            let slot = table.slot(*field);
            let names: &[&String] = match slot {
                Slot::Plain { column, .. } => &[column],
                // Secret ones are read by `Reader::secret` only.
                Slot::Sealed { column, hashed, .. }
                    if personal == Personal::Open && *hashed != Hashed::No =>
                {
                    &[column]
                }
                Slot::Point { lat, lon, .. } => &[lat, lon],
                Slot::Sealed { .. } | Slot::Rows(_) | Slot::Files { .. } => &[],
            };
            items.push(Item {
                field: *field,
                slot,
                at: width,
                opened: !names.is_empty(),
            });
            width += names.len();
            for name in names {
                columns.push_str(", \"");
                columns.push_str(name);
                columns.push('"');
            }
        }
        Selection {
            table,
            columns,
            items,
            width,
            personal,
            fields: all,
        }
    }

    /// `SELECT … FROM …`, the columns of the order last.
    pub fn sql(&self, order: &Order) -> String {
        let mut sql = format!("SELECT {}", self.columns);
        for key in &order.keys {
            sql.push_str(", ");
            sql.push_str(&key.sql);
        }
        sql.push_str(" FROM ");
        sql.push_str(&quoted(&self.table.name));
        sql
    }

    pub fn plain_sql(&self) -> String {
        format!("SELECT {} FROM {}", self.columns, quoted(&self.table.name))
    }

    pub fn state(&self, layout: &Layout, row: &Row<'_>) -> Result<Option<StateIx>, Error> {
        match row.get_ref(STATE)? {
            ValueRef::Text(name) => {
                let name = row::utf8(name)?;
                let state = layout.register(self.table.register).state(name);
                // A state that the definition lost: old records are never condemned by new rules.
                Ok(state)
            }
            _ => Ok(None),
        }
    }
}

impl Reader<'_> {
    pub(crate) fn record(&self, row: &Row<'_>, selection: &Selection<'_>) -> Result<Record, Error> {
        let id = Id(row.get(0)?);
        // Made in place: a clone for each of two hundred fields took a tenth of a list's time.
        let empty = std::iter::repeat_with(|| Datum::One(Value::Null));
        let mut data: Vec<Datum> = empty.take(selection.fields).collect();
        let mut key = Lazy::of(id);
        for item in &selection.items {
            data[item.field.0] = self.datum_of(row, selection, item, &mut key)?;
        }
        // Empty fields that were not asked for: rows and files are lists, not values.
        for (field, slot) in selection.table.slots.iter().enumerate() {
            match slot {
                Slot::Rows(_) if matches!(data[field], Datum::One(_)) => {
                    data[field] = Datum::Rows(Vec::new());
                }
                Slot::Files { .. } if matches!(data[field], Datum::One(_)) => {
                    data[field] = Datum::Files(Vec::new());
                }
                _ => {}
            }
        }
        Ok(Record {
            register: selection.table.register,
            id,
            version: row.get(1)?,
            state: selection.state(self.layout, row)?,
            created_at: Moment(row.get(2)?),
            created_by: Id(row.get(3)?),
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
        let id = Id(row.get(0)?);
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
            Slot::Files { .. } => {
                let register = self.layout.register(selection.table.register);
                let name = &register.get(item.field).name;
                Datum::Files(self.files_of(id, name, selection.personal)?)
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

    pub(crate) fn files_of(
        &self,
        record: Id,
        field: &str,
        personal: Personal,
    ) -> Result<Vec<FileRef>, Error> {
        let sql = "SELECT id, hash, name, bytes, mime FROM file_link \
                   WHERE rec = ? AND field = ? ORDER BY pos, id";
        let mut statement = self.conn.prepare_cached(sql)?;
        let mut found = statement.query(params![record.0, field])?;
        let mut list = Vec::new();
        let mut key = Lazy::of(record);
        while let Some(row) = found.next()? {
            let kept: String = row.get(2)?;
            let key = match personal {
                Personal::Open => key.get(self)?,
                Personal::Sealed => None,
            };
            list.push(FileRef {
                hash: row.get(1)?,
                // A name that cannot be opened was erased with the rest.
                name: files::open_name(key, Id(row.get(0)?), &kept).unwrap_or_default(),
                bytes: row.get::<_, i64>(3)? as u64,
                mime: row.get(4)?,
            });
        }
        Ok(list)
    }
}

/// The key of a record, read when the first sealed cell is met.
pub(crate) struct Lazy {
    record: Id,
    key: Option<Option<Secret>>,
}

impl Lazy {
    pub fn of(record: Id) -> Lazy {
        Lazy { record, key: None }
    }

    pub fn get(&mut self, reader: &Reader<'_>) -> Result<Option<&Secret>, Error> {
        if self.key.is_none() {
            self.key = Some(keys::find(reader.conn, reader.vault, self.record)?);
        }
        Ok(self.key.as_ref().and_then(Option::as_ref))
    }
}
