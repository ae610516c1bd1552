//! Which table and columns hold a register: the one place that names them.

use std::sync::{Arc, OnceLock};

use catalogue::plan::{rows_table_name, table_name};
use catalogue::{Catalogue, Column, Field, FieldIx, Kind, Owner, Register, RegisterIx};

use crate::search;
use crate::selection::Whole;

/// Columns that every table of a register begins with; `state` follows where there are states.
pub(crate) const HEAD_COLUMNS: [&str; 6] = [
    "id",
    "version",
    "created_at",
    "created_by",
    "changed_at",
    "changed_by",
];

/// All tables of the definitions.
#[derive(Debug)]
pub(crate) struct Layout {
    pub catalogue: Arc<Catalogue>,
    tables: Vec<Table>,
}

/// The table of one register.
#[derive(Debug)]
pub(crate) struct Table {
    pub register: RegisterIx,
    pub name: String,
    pub has_state: bool,
    /// One a field, in the register's order.
    pub slots: Vec<Slot>,
    /// First eight bytes of the definition's hash, for history.
    pub def: String,
    /// Every column but `id`, in the order of the table.
    pub columns: Vec<String>,
    pub insert: String,
    /// Quoted name of the index of its words, which is there when something is searched.
    pub index: String,
    /// How a whole record is read, put together when one is first asked for.
    pub whole: OnceLock<Whole>,
    /// Ref fields and what they point at.
    pub refs: Vec<(FieldIx, RegisterIx)>,
    /// Plain fields whose text is searched; refs contribute what their target is shown as.
    pub searched: Vec<FieldIx>,
    /// Fields by which a record is shown to people.
    pub shown: Vec<FieldIx>,
    pub reach: Option<FieldIx>,
    pub owner: Option<Owner>,
}

/// How a field is stored.
#[derive(Debug)]
pub(crate) enum Slot {
    Plain {
        column: String,
        at: usize,
        class: Class,
    },
    Point {
        lat: String,
        lon: String,
        at: usize,
    },
    /// `hashed` says how its keyed hash is kept beside the ledger, for exact search.
    Sealed {
        column: String,
        at: usize,
        class: Class,
        hashed: Hashed,
    },
    Rows(RowsTable),
    Files,
}

/// The table of a field's child rows.
#[derive(Debug)]
pub(crate) struct RowsTable {
    pub name: String,
    /// `SELECT id, …` of a parent's rows in their order.
    pub of_parent: String,
    pub slots: Vec<Slot>,
    /// Every column but `id`.
    pub columns: Vec<String>,
    pub insert: String,
}

/// Whether a sealed value can be looked up, and whether only one record may have it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hashed {
    No,
    Many,
    Unique,
}

/// Storage class of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Bool,
    Int,
    Dec(u8),
    Text,
    Set,
    Date,
    Moment,
    Id,
    Point,
}

impl Layout {
    pub fn new(catalogue: Arc<Catalogue>) -> Layout {
        let tables = catalogue
            .all()
            .map(|(ix, register)| Table::new(ix, register))
            .collect();
        Layout { catalogue, tables }
    }

    pub fn at(&self, ix: RegisterIx) -> &Table {
        &self.tables[ix.0]
    }

    pub fn all(&self) -> impl Iterator<Item = &Table> {
        self.tables.iter()
    }

    pub fn register(&self, ix: RegisterIx) -> &Register {
        self.catalogue.at(ix)
    }

    /// Table by its name in history.
    pub fn named(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|t| t.name == name)
    }
}

impl Table {
    fn new(ix: RegisterIx, register: &Register) -> Table {
        let name = table_name(register);
        let has_state = !register.states.is_empty();
        let mut columns: Vec<String> = HEAD_COLUMNS[1..].iter().map(|c| (*c).to_owned()).collect();
        if has_state {
            columns.push("state".to_owned());
        }
        let slots = slots(register, &register.fields, false, &mut columns);
        let insert = insert_sql(&name, &columns);
        let index = quoted(&search::tables::name(&name));
        let mut refs = Vec::new();
        for (field, def) in register.all_fields() {
            if let Kind::Ref { to } = def.kind {
                refs.push((field, to));
            }
        }
        let searched = register
            .all_fields()
            .filter(|(_, f)| f.search && !f.sealed())
            .map(|(ix, _)| ix)
            .collect();
        let shown = register
            .shown
            .names()
            .filter_map(|(name, _)| register.field(name))
            .filter(|ix| !register.get(*ix).sealed())
            .collect();
        Table {
            register: ix,
            name,
            has_state,
            slots,
            def: ledger::to_hex(&register.hash[..8]),
            columns,
            insert,
            index,
            whole: OnceLock::new(),
            refs,
            searched,
            shown,
            reach: register.reach,
            owner: register.owner,
        }
    }

    /// Place of the first column of fields, counted without `id`.
    pub fn state_at(&self) -> Option<usize> {
        self.has_state.then_some(HEAD_COLUMNS.len() - 1)
    }

    pub fn slot(&self, ix: FieldIx) -> &Slot {
        &self.slots[ix.0]
    }

    /// `SELECT id, …` of the whole row.
    pub fn select(&self) -> String {
        select_sql(&self.name, &self.columns)
    }
}

impl RowsTable {
    /// `SELECT id, …` of the whole row.
    pub fn select(&self) -> String {
        select_sql(&self.name, &self.columns)
    }
}

impl Slot {
    /// The column that history and messages name the field by.
    pub fn column(&self) -> Option<&str> {
        match self {
            Slot::Plain { column, .. } | Slot::Sealed { column, .. } => Some(column),
            Slot::Point { lat, .. } => Some(lat),
            Slot::Rows(_) | Slot::Files => None,
        }
    }
}

/// Storage class of a field type; rows and files have none.
pub(crate) fn class(kind: &Kind) -> Option<Class> {
    Some(match kind {
        Kind::Text { .. }
        | Kind::LongText { .. }
        | Kind::Code { .. }
        | Kind::Choice { .. }
        | Kind::Division { .. }
        | Kind::Phone
        | Kind::Email => Class::Text,
        Kind::Int { .. } | Kind::Money { .. } => Class::Int,
        Kind::Decimal { scale, .. } => Class::Dec(*scale),
        Kind::Bool => Class::Bool,
        Kind::Date { .. } => Class::Date,
        Kind::Moment => Class::Moment,
        Kind::Choices { .. } => Class::Set,
        Kind::Ref { .. } => Class::Id,
        Kind::Point => Class::Point,
        Kind::Rows { .. } | Kind::Files { .. } => return None,
    })
}

fn slots(
    register: &Register,
    fields: &[Field],
    sealed: bool,
    columns: &mut Vec<String>,
) -> Vec<Slot> {
    let mut put = |name: String| {
        columns.push(name);
        columns.len() - 1
    };
    let mut slots = Vec::with_capacity(fields.len());
    for field in fields {
        let name = field.name.clone();
        let sealed = sealed || field.sealed();
        slots.push(match (&field.kind, class(&field.kind)) {
            (Kind::Rows { fields, .. }, _) => Slot::Rows(rows_table(register, field, fields)),
            (_, None) => Slot::Files,
            (_, Some(class)) if sealed => {
                let hashed = match (field.secret, field.unique) {
                    (true, _) => Hashed::No,
                    (false, true) => Hashed::Unique,
                    (false, false) => Hashed::Many,
                };
                Slot::Sealed {
                    at: put(name.clone()),
                    column: name,
                    class,
                    hashed,
                }
            }
            (_, Some(Class::Point)) => {
                let (lat, lon) = (format!("{name}_lat"), format!("{name}_lon"));
                let at = put(lat.clone());
                put(lon.clone());
                Slot::Point { lat, lon, at }
            }
            (_, Some(class)) => Slot::Plain {
                at: put(name.clone()),
                column: name,
                class,
            },
        });
    }
    slots
}

fn rows_table(register: &Register, field: &Field, fields: &[Field]) -> RowsTable {
    let name = rows_table_name(register, field);
    let mut columns: Vec<String> = ["version", "parent", "pos"].map(str::to_owned).to_vec();
    let slots = slots(register, fields, field.sealed(), &mut columns);
    let insert = insert_sql(&name, &columns);
    let select = select_sql(&name, &columns);
    RowsTable {
        name,
        of_parent: format!("{select} WHERE parent = ? ORDER BY pos, id"),
        slots,
        columns,
        insert,
    }
}

fn select_sql(table: &str, columns: &[String]) -> String {
    let mut sql = String::with_capacity(32 + columns.len() * 24);
    sql.push_str("SELECT id");
    for column in columns {
        sql.push_str(", \"");
        sql.push_str(column);
        sql.push('"');
    }
    sql.push_str(" FROM ");
    sql.push_str(&quoted(table));
    sql
}

fn insert_sql(table: &str, columns: &[String]) -> String {
    let names: Vec<String> = columns.iter().map(|c| quoted(c)).collect();
    let marks = ", ?".repeat(columns.len());
    format!(
        "INSERT INTO {} (id, {}) VALUES (?{marks})",
        quoted(table),
        names.join(", ")
    )
}

pub(crate) fn quoted(name: &str) -> String {
    format!("\"{name}\"")
}

/// The quoted column a list sorts by; `None` for the colour, which is not stored, and sealed ones.
pub(crate) fn sort_column(table: &Table, column: Column) -> Option<String> {
    Some(match column {
        Column::Field(ix) => match table.slot(ix) {
            Slot::Plain { column, .. } => quoted(column),
            _ => return None,
        },
        Column::State => table.has_state.then(|| quoted("state"))?,
        Column::ChangedAt => "changed_at".to_owned(),
        Column::CreatedAt => "created_at".to_owned(),
        Column::Colour => return None,
    })
}
