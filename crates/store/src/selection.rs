//! Which columns are read for a query, and the field each becomes.

use std::borrow::Cow;
use std::fmt::Write as _;

use catalogue::{FieldIx, StateIx};
use rusqlite::Row;
use rusqlite::types::ValueRef;

use crate::layout::{HEAD_COLUMNS, Hashed, Layout, Slot, Table, quoted};
use crate::page::Order;
use crate::query::{Personal, Query};
use crate::{Error, row};

/// The columns that are read, and the field each becomes.
pub(crate) struct Selection<'a> {
    pub table: &'a Table,
    columns: Cow<'a, str>,
    pub items: Vec<Item<'a>>,
    /// Number of columns without those of the order.
    pub width: usize,
    pub personal: Personal,
}

/// How a whole record is asked for by its id: the same words each time.
#[derive(Debug)]
pub(crate) struct Whole {
    columns: String,
    pub sql: String,
}

/// A field among the columns that are read.
#[derive(Clone, Copy)]
pub(crate) struct Item<'a> {
    pub field: FieldIx,
    pub slot: &'a Slot,
    /// Place of its first column.
    pub at: usize,
    /// A sealed field that is read and opened; the others keep their place and stay empty.
    pub opened: bool,
    /// The column says whether there are any child rows or files.
    pub told: bool,
}

/// Whether a column tells beforehand if there are child rows and files. It is worth its while for
/// records that are looked up, not for those that are sorted first.
#[derive(Clone, Copy, PartialEq)]
enum Parts {
    Asked,
    Told,
}

/// Place of the state among the columns that are read.
const STATE: usize = HEAD_COLUMNS.len();

impl<'a> Selection<'a> {
    pub fn of(layout: &'a Layout, table: &'a Table, query: &Query) -> Selection<'a> {
        let fields = query.fields.as_deref();
        Selection::new(layout, table, fields, query.personal)
    }

    pub fn new(
        layout: &'a Layout,
        table: &'a Table,
        fields: Option<&[FieldIx]>,
        personal: Personal,
    ) -> Selection<'a> {
        Selection::with(layout, table, fields, personal, Parts::Asked)
    }

    /// For records that are looked up by their ids.
    pub fn by_id(
        layout: &'a Layout,
        table: &'a Table,
        fields: Option<&[FieldIx]>,
        personal: Personal,
    ) -> Selection<'a> {
        Selection::with(layout, table, fields, personal, Parts::Told)
    }

    /// Everything, opened, with the statement that asks for one by its id.
    pub fn whole(layout: &'a Layout, table: &'a Table) -> (Selection<'a>, &'a str) {
        let every: Vec<FieldIx> = (0..table.slots.len()).map(FieldIx).collect();
        let (items, width) = items(table, &every, Personal::Open, Parts::Told);
        let whole = table.whole.get_or_init(|| {
            let columns = columns(layout, table, &items);
            let sql = format!("SELECT {columns} FROM {} WHERE id = ?", quoted(&table.name));
            Whole { columns, sql }
        });
        let selection = Selection {
            table,
            columns: Cow::Borrowed(&whole.columns),
            items,
            width,
            personal: Personal::Open,
        };
        (selection, &whole.sql)
    }

    fn with(
        layout: &'a Layout,
        table: &'a Table,
        fields: Option<&[FieldIx]>,
        personal: Personal,
        parts: Parts,
    ) -> Selection<'a> {
        let every: Vec<FieldIx>;
        let fields = match fields {
            Some(fields) => fields,
            None => {
                every = (0..table.slots.len()).map(FieldIx).collect();
                &every
            }
        };
        let (items, width) = items(table, fields, personal, parts);
        Selection {
            table,
            columns: Cow::Owned(columns(layout, table, &items)),
            items,
            width,
            personal,
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

    /// Whether sealed values are read, for which keys are needed.
    pub fn opens(&self) -> bool {
        self.personal == Personal::Open
            && self.items.iter().any(|item| match item.slot {
                Slot::Sealed { .. } => item.opened,
                slot => matches!(slot, Slot::Rows(_)),
            })
    }

    pub fn plain_sql(&self) -> String {
        let columns = &self.columns;
        format!("SELECT {columns} FROM {}", quoted(&self.table.name))
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

/// Where the columns of each field will stand, and how many there are.
fn items<'a>(
    table: &'a Table,
    fields: &[FieldIx],
    personal: Personal,
    parts: Parts,
) -> (Vec<Item<'a>>, usize) {
    let mut at = STATE + 1;
    let mut items = Vec::with_capacity(fields.len());
    for field in fields {
        let slot = table.slot(*field);
        let told = parts == Parts::Told && matches!(slot, Slot::Rows(_) | Slot::Files);
        let width = match slot {
            Slot::Plain { .. } => 1,
            // Secret ones are read by `Reader::secret` only.
            Slot::Sealed { hashed, .. } => {
                usize::from(personal == Personal::Open && *hashed != Hashed::No)
            }
            Slot::Point { .. } => 2,
            Slot::Rows(_) | Slot::Files => usize::from(told),
        };
        items.push(Item {
            field: *field,
            slot,
            at,
            opened: width > 0,
            told,
        });
        at += width;
    }
    (items, at)
}

/// The same columns as SQL.
fn columns(layout: &Layout, table: &Table, items: &[Item<'_>]) -> String {
    let mut text = String::with_capacity(128 + items.len() * 24);
    text.push_str(&HEAD_COLUMNS.join(", "));
    text.push_str(if table.has_state {
        ", \"state\""
    } else {
        ", NULL"
    });
    let name = quoted(&table.name);
    for item in items.iter().filter(|item| item.opened) {
        // Writing into a String cannot fail.
        let _ = match item.slot {
            Slot::Plain { column, .. } | Slot::Sealed { column, .. } => {
                write!(text, ", \"{column}\"")
            }
            Slot::Point { lat, lon, .. } => write!(text, ", \"{lat}\", \"{lon}\""),
            Slot::Rows(rows) => write!(
                text,
                ", EXISTS (SELECT 1 FROM \"{}\" WHERE parent = {name}.id)",
                rows.name
            ),
            // Names of fields are made of letters, digits and underscores.
            Slot::Files => write!(
                text,
                ", EXISTS (SELECT 1 FROM file_link WHERE rec = {name}.id AND field = '{}')",
                layout.register(table.register).get(item.field).name
            ),
        };
    }
    text
}
