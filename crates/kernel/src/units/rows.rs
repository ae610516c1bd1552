//! Child rows read and written by the names of their columns.

use catalogue::{FieldIx, Kind, Register};
use expr::{Id, Value};
use jiff::civil::Date;

use crate::{Datum, Record, RowData};

/// The child rows of a field, read by the names of their columns.
pub(super) struct Table<'a> {
    columns: Vec<&'a str>,
    rows: &'a [RowData],
}

pub(super) struct Row<'a> {
    columns: &'a [&'a str],
    values: &'a [Value],
}

impl<'a> Table<'a> {
    pub fn of(def: &'a Register, record: &'a Record, name: &str) -> Table<'a> {
        let ix = def.field(name);
        let rows = match ix.map(|ix| &record.data[ix.0]) {
            Some(Datum::Rows(rows)) => rows.as_slice(),
            _ => &[],
        };
        Table {
            columns: ix.map_or_else(Vec::new, |ix| columns(def, ix)),
            rows,
        }
    }

    pub fn each<T>(&self, read: impl Fn(&Row) -> T) -> Vec<T> {
        let row = |row: &'a RowData| Row {
            columns: &self.columns,
            values: &row.values,
        };
        self.rows.iter().map(|data| read(&row(data))).collect()
    }
}

impl Row<'_> {
    fn value(&self, name: &str) -> &Value {
        let at = self.columns.iter().position(|column| *column == name);
        at.and_then(|at| self.values.get(at))
            .unwrap_or(&Value::Null)
    }

    pub fn text(&self, name: &str) -> String {
        match self.value(name) {
            Value::Text(text) => text.clone(),
            _ => String::new(),
        }
    }

    pub fn date(&self, name: &str) -> Option<Date> {
        date(self.value(name))
    }

    pub fn id(&self, name: &str) -> Option<Id> {
        id(self.value(name))
    }
}

fn columns(def: &Register, ix: FieldIx) -> Vec<&str> {
    match &def.get(ix).kind {
        Kind::Rows { fields, .. } => fields.iter().map(|field| field.name.as_str()).collect(),
        _ => Vec::new(),
    }
}

pub(super) fn rows(def: &Register, name: &str, rows: Vec<Vec<(&str, Value)>>) -> Datum {
    let columns = def.field(name).map_or_else(Vec::new, |ix| columns(def, ix));
    let row = |cells: Vec<(&str, Value)>| {
        let mut values = vec![Value::Null; columns.len()];
        for (column, value) in cells {
            if let Some(at) = columns.iter().position(|known| *known == column) {
                values[at] = value;
            }
        }
        RowData { id: None, values }
    };
    Datum::Rows(rows.into_iter().map(row).collect())
}

pub(super) fn date(value: &Value) -> Option<Date> {
    match value {
        Value::Date(date) => Some(*date),
        _ => None,
    }
}

pub(super) fn id(value: &Value) -> Option<Id> {
    match value {
        Value::Id(id) => Some(*id),
        _ => None,
    }
}
