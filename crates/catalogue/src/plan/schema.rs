//! The tables that a catalogue needs, as a plain description that is stored beside the data.

use serde::{Deserialize, Serialize};

use crate::model::{Catalogue, Column as Shown, Field, Kind, Register};

/// How a value is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Storage {
    Integer,
    Text,
    Blob,
}

/// All tables of all registers.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    pub tables: Vec<Table>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// `<subsystem>__<register>` or `<subsystem>__<register>__<field>`.
    pub name: String,
    /// Qualified name of the register.
    pub register: String,
    /// For child rows: the field they are the value of.
    pub rows_of: Option<String>,
    pub columns: Vec<Column>,
    pub indexes: Vec<Index>,
    /// Sealed columns that no two rows may share a value of: what an index is for plain ones.
    #[serde(default)]
    pub sole: Vec<String>,
    /// Fields whose words are found by the search box.
    pub search: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub storage: Storage,
    /// Field the column belongs to; none for the house's own columns.
    pub field: Option<String>,
    /// What the values mean, so that a change of meaning is seen where the storage stays the same.
    pub meaning: Meaning,
    /// No definition names it any more; the values stay.
    #[serde(default)]
    pub hidden: bool,
}

/// What the values of a column mean.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    House,
    Text,
    Integer,
    Decimal {
        scale: u8,
    },
    Money,
    Bool,
    Date,
    Moment,
    /// Entry of this list.
    Choice {
        list: String,
    },
    /// Entries of this list.
    Choices {
        list: String,
    },
    /// Id of a record of this register.
    Ref {
        to: String,
    },
    Division,
    /// One of the two columns of a point.
    Degrees,
    /// Sealed value of the meaning that it has when opened. Its keyed hash, by which it is found and
    /// unique, lies beside the ledger and is no column (decision 0007).
    Sealed,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Index {
    /// `<table>__<index>`; unique ones end in `__unique`.
    pub name: String,
    /// Names of columns, without the `id` that the store adds.
    pub columns: Vec<String>,
    pub unique: bool,
}

impl Schema {
    pub fn of(catalogue: &Catalogue) -> Schema {
        let mut tables = Vec::new();
        for register in &catalogue.registers {
            tables.push(main_table(catalogue, register));
            for field in &register.fields {
                if let Kind::Rows { fields, .. } = &field.kind {
                    tables.push(rows_table(catalogue, register, field, fields));
                }
            }
        }
        Schema { tables }
    }

    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.iter().find(|table| table.name == name)
    }
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Columns that a definition names, and the house's own.
    pub fn visible(&self) -> impl Iterator<Item = &Column> {
        self.columns.iter().filter(|column| !column.hidden)
    }
}

/// Name of a register's main table.
pub fn table_name(register: &Register) -> String {
    format!("{}__{}", register.subsystem, register.short)
}

/// Name of the table that keeps the child rows of a field.
pub fn rows_table_name(register: &Register, field: &Field) -> String {
    format!("{}__{}", table_name(register), field.name)
}

/// Columns of a field in its table; none for files and rows.
pub fn columns(catalogue: &Catalogue, field: &Field) -> Vec<Column> {
    let column = |suffix: &str, storage, meaning| Column {
        name: format!("{}{suffix}", field.name),
        storage,
        field: Some(field.name.clone()),
        meaning,
        hidden: false,
    };
    let (storage, meaning) = match &field.kind {
        Kind::Files { .. } | Kind::Rows { .. } => return Vec::new(),
        Kind::Point => {
            return vec![
                column("_lat", Storage::Integer, Meaning::Degrees),
                column("_lon", Storage::Integer, Meaning::Degrees),
            ];
        }
        _ if field.sealed() => (Storage::Blob, Meaning::Sealed),
        Kind::Text { .. }
        | Kind::LongText { .. }
        | Kind::Code { .. }
        | Kind::Phone
        | Kind::Email => (Storage::Text, Meaning::Text),
        Kind::Int { .. } => (Storage::Integer, Meaning::Integer),
        Kind::Decimal { scale, .. } => (Storage::Integer, Meaning::Decimal { scale: *scale }),
        Kind::Money { .. } => (Storage::Integer, Meaning::Money),
        Kind::Bool => (Storage::Integer, Meaning::Bool),
        Kind::Date { .. } => (Storage::Text, Meaning::Date),
        Kind::Moment => (Storage::Integer, Meaning::Moment),
        Kind::Choice { list, .. } => (Storage::Text, Meaning::Choice { list: list.clone() }),
        Kind::Choices { list } => (Storage::Text, Meaning::Choices { list: list.clone() }),
        Kind::Ref { to } => (
            Storage::Integer,
            Meaning::Ref {
                to: catalogue.at(*to).name.clone(),
            },
        ),
        Kind::Division { .. } => (Storage::Text, Meaning::Division),
    };
    vec![column("", storage, meaning)]
}

fn house(name: &str, storage: Storage) -> Column {
    Column {
        name: name.into(),
        storage,
        field: None,
        meaning: Meaning::House,
        hidden: false,
    }
}

fn main_table(catalogue: &Catalogue, register: &Register) -> Table {
    let name = table_name(register);
    let mut all = vec![
        house("id", Storage::Integer),
        house("version", Storage::Integer),
    ];
    if !register.states.is_empty() {
        all.push(house("state", Storage::Text));
    }
    for own in ["created_at", "created_by", "changed_at", "changed_by"] {
        all.push(house(own, Storage::Integer));
    }
    all.extend(
        register
            .fields
            .iter()
            .flat_map(|field| columns(catalogue, field)),
    );
    let mut indexes: Vec<Index> = Vec::new();
    for field in register
        .fields
        .iter()
        .filter(|field| field.unique && !field.sealed())
    {
        let name = format!("{name}__{}__unique", field.name);
        indexes.push(Index {
            name,
            columns: vec![field.name.clone()],
            unique: true,
        });
    }
    // Children of a record are looked up by their refs, also when the parent is erased.
    for field in register
        .fields
        .iter()
        .filter(|field| matches!(field.kind, Kind::Ref { .. }))
    {
        if !field.unique && !field.sealed() {
            let name = format!("{name}__{}__ref", field.name);
            indexes.push(Index {
                name,
                columns: vec![field.name.clone()],
                unique: false,
            });
        }
    }
    for index in &register.indexes {
        let columns = index
            .columns
            .iter()
            .filter_map(|column| column_name(register, *column));
        let name = format!("{name}__{}", index.name);
        indexes.push(Index {
            name,
            columns: columns.collect(),
            unique: false,
        });
    }
    let sole = register.fields.iter().filter(|f| f.unique && f.sealed());
    let search = register
        .fields
        .iter()
        .filter(|f| f.search)
        .map(|f| f.name.clone())
        .collect();
    Table {
        name,
        register: register.name.clone(),
        rows_of: None,
        columns: all,
        indexes,
        sole: sole.map(|f| f.name.clone()).collect(),
        search,
    }
}

/// The column of the table behind a column of a list or index; the colour has none.
pub fn column_name(register: &Register, column: Shown) -> Option<String> {
    Some(match column {
        Shown::Field(ix) => register.get(ix).name.clone(),
        Shown::State => "state".into(),
        Shown::ChangedAt => "changed_at".into(),
        Shown::CreatedAt => "created_at".into(),
        Shown::Colour => return None,
    })
}

fn rows_table(
    catalogue: &Catalogue,
    register: &Register,
    field: &Field,
    children: &[Field],
) -> Table {
    let name = rows_table_name(register, field);
    let own = ["id", "version", "parent", "pos"];
    let mut all: Vec<Column> = own.map(|name| house(name, Storage::Integer)).into();
    all.extend(children.iter().flat_map(|child| columns(catalogue, child)));
    let parent = Index {
        name: format!("{name}__parent"),
        columns: vec!["parent".into(), "pos".into()],
        unique: false,
    };
    Table {
        name,
        register: register.name.clone(),
        rows_of: Some(field.name.clone()),
        columns: all,
        indexes: vec![parent],
        sole: children
            .iter()
            .filter(|child| child.unique && child.sealed())
            .map(|child| child.name.clone())
            .collect(),
        search: Vec::new(),
    }
}
