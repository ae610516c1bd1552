//! The quick way out for exports: cells of a row as they lie in the page, without a record.

use std::cell::RefCell;

use catalogue::StateIx;
use expr::{Id, Value};
use kernel::Datum;
use rusqlite::types::ValueRef;
use rusqlite::{Row, params_from_iter};

use crate::bulk_read::{Keys, Parents};
use crate::layout::Slot;
use crate::page::Order;
use crate::query::Query;
use crate::reader::Reader;
use crate::record::Lazy;
use crate::selection::Selection;
use crate::{Error, row};

/// A cell as it is stored: dates are text, decimals their mantissa, money 分, moments microseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Raw<'a> {
    Null,
    Int(i64),
    Text(&'a str),
    /// Latitude and longitude in millionths of a degree.
    Point(i64, i64),
    /// Personal, rows or files: ask [`RawRow::datum`].
    Other,
}

/// One row of a stream.
pub struct RawRow<'r> {
    reader: &'r Reader<'r>,
    row: &'r Row<'r>,
    selection: &'r Selection<'r>,
    parents: &'r Parents,
    /// One key opens all personal values of the row.
    key: RefCell<Lazy>,
}

impl<'r> RawRow<'r> {
    pub fn id(&self) -> Result<Id, Error> {
        Ok(Id(self.row.get(0)?))
    }

    pub fn state(&self) -> Result<Option<StateIx>, Error> {
        self.selection.state(self.reader.layout, self.row)
    }

    /// Moments of making and last change, in microseconds.
    pub fn moments(&self) -> Result<(i64, i64), Error> {
        Ok((self.row.get(2)?, self.row.get(4)?))
    }

    /// The cell of the field at that place of `Query::fields`.
    pub fn cell(&self, place: usize) -> Result<Raw<'r>, Error> {
        let Some(item) = self.selection.items.get(place) else {
            return Ok(Raw::Null);
        };
        Ok(match item.slot {
            Slot::Plain { .. } => match self.row.get_ref(item.at)? {
                ValueRef::Null => Raw::Null,
                ValueRef::Integer(number) => Raw::Int(number),
                ValueRef::Text(text) => Raw::Text(row::utf8(text)?),
                ValueRef::Real(_) | ValueRef::Blob(_) => Raw::Other,
            },
            Slot::Point { .. } => {
                match (self.row.get_ref(item.at)?, self.row.get_ref(item.at + 1)?) {
                    (ValueRef::Integer(lat), ValueRef::Integer(lon)) => Raw::Point(lat, lon),
                    _ => Raw::Null,
                }
            }
            Slot::Sealed { .. } | Slot::Rows(_) | Slot::Files => Raw::Other,
        })
    }

    /// The field's datum in full, personal values opened if the query says so.
    pub fn datum(&self, place: usize) -> Result<Datum, Error> {
        let Some(item) = self.selection.items.get(place) else {
            return Ok(Datum::One(Value::Null));
        };
        if matches!(item.slot, Slot::Rows(_)) && self.parents.childless(place, self.id()?) {
            return Ok(Datum::Rows(Vec::new()));
        }
        let mut key = self.key.borrow_mut();
        self.reader
            .datum_of(self.row, self.selection, item, &mut key)
    }
}

impl Reader<'_> {
    /// The query as a stream of rows in its order; `limit` and `after` do not matter. `fields` must
    /// name the columns; fields that are not read (sealed ones of a sealed query) keep their place.
    pub fn each_raw<E: From<Error>>(
        &self,
        query: &Query,
        mut with: impl FnMut(&RawRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let table = self.layout.at(query.register);
        let order = Order::of(table, query)?;
        let selection = Selection::of(self.layout, table, query);
        let (sql, binds) = self.stream(query, &order, &selection)?;
        let parents = self.parents(&selection, None)?;
        let mut statement = self.conn.prepare_cached(&sql).map_err(Error::from)?;
        let mut rows = statement
            .query(params_from_iter(&binds))
            .map_err(Error::from)?;
        while let Some(row) = rows.next().map_err(Error::from)? {
            let id = Id(row.get(0).map_err(Error::from)?);
            with(&RawRow {
                reader: self,
                row,
                selection: &selection,
                parents: &parents,
                key: RefCell::new(Lazy::of(id)),
            })?;
        }
        Ok(())
    }

    /// The same for the records from one id to another, both included, in the order of their ids,
    /// whatever else the query says: a part of a [`Query::is_whole`].
    pub fn each_raw_of<E: From<Error>>(
        &self,
        query: &Query,
        (first, last): (Id, Id),
        mut with: impl FnMut(&RawRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let table = self.layout.at(query.register);
        let selection = Selection::of(self.layout, table, query);
        let parents = self.parents(&selection, Some((first, last)))?;
        let mut keys = self.conn.prepare_cached(Keys::SQL).map_err(Error::from)?;
        let mut keys = match selection.opens() {
            true => Some(Keys::of(&mut keys, (first, last))?),
            false => None,
        };
        let sql = format!(
            "{} WHERE id BETWEEN ? AND ? ORDER BY id",
            selection.plain_sql()
        );
        let mut statement = self.conn.prepare_cached(&sql).map_err(Error::from)?;
        let found = statement.query([first.0, last.0]);
        let mut rows = found.map_err(Error::from)?;
        while let Some(row) = rows.next().map_err(Error::from)? {
            let id = Id(row.get(0).map_err(Error::from)?);
            let key = match &mut keys {
                Some(keys) => Lazy::wrapped(id, keys.of_record(id)?),
                None => Lazy::of(id),
            };
            with(&RawRow {
                reader: self,
                row,
                selection: &selection,
                parents: &parents,
                key: RefCell::new(key),
            })?;
        }
        Ok(())
    }
}
