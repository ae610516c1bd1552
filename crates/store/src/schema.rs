//! The statements that make tables and indexes, from the description that `catalogue` gives.

use catalogue::plan::{Column, Index, Meaning, Schema, Storage, Table};

use crate::layout::quoted;

/// Columns that are never empty.
const ALWAYS: [&str; 7] = [
    "version",
    "created_at",
    "created_by",
    "changed_at",
    "changed_by",
    "parent",
    "pos",
];

/// All statements for an empty database.
pub(crate) fn create_all(schema: &Schema) -> Vec<String> {
    schema
        .tables
        .iter()
        .flat_map(|table| create(schema, table))
        .collect()
}

/// A table and its indexes.
pub(crate) fn create(schema: &Schema, table: &Table) -> Vec<String> {
    let columns: Vec<String> = table
        .columns
        .iter()
        .map(|column| definition(schema, table, column))
        .collect();
    let mut statements = vec![format!(
        "CREATE TABLE IF NOT EXISTS {} ({}) STRICT",
        quoted(&table.name),
        columns.join(", ")
    )];
    statements.extend(
        table
            .indexes
            .iter()
            .filter_map(|index| create_index(table, index)),
    );
    statements
}

pub(crate) fn add_column(schema: &Schema, table: &Table, column: &Column) -> String {
    let definition = definition(schema, table, column);
    format!(
        "ALTER TABLE {} ADD COLUMN {definition}",
        quoted(&table.name)
    )
}

/// None where a column of the index is not one of the table: a point is two, the colour none.
pub(crate) fn create_index(table: &Table, index: &Index) -> Option<String> {
    let there = |name: &String| table.column(name).is_some();
    if index.columns.is_empty() || !index.columns.iter().all(there) {
        return None;
    }
    let columns: Vec<String> = index.columns.iter().map(|column| quoted(column)).collect();
    let unique = if index.unique { "UNIQUE " } else { "" };
    // Of a unique or ref column only rows that hold something: most refs are empty.
    let only = match columns.as_slice() {
        [one] if index.unique || index.name.ends_with("__ref") => {
            format!(" WHERE {one} IS NOT NULL")
        }
        _ => String::new(),
    };
    Some(format!(
        "CREATE {unique}INDEX IF NOT EXISTS {} ON {} ({}){only}",
        quoted(&index.name),
        quoted(&table.name),
        columns.join(", ")
    ))
}

fn definition(schema: &Schema, table: &Table, column: &Column) -> String {
    let name = quoted(&column.name);
    let kind = match column.storage {
        Storage::Integer => "INTEGER",
        Storage::Text => "TEXT",
        Storage::Blob => "BLOB",
    };
    let house = column.meaning == Meaning::House;
    let rule = match (&column.meaning, column.name.as_str()) {
        (Meaning::House, "id") => " PRIMARY KEY".to_owned(),
        (Meaning::House, "parent") => match main_table(schema, &table.register) {
            Some(main) => format!(" NOT NULL REFERENCES {}(id)", quoted(main)),
            None => " NOT NULL".to_owned(),
        },
        (Meaning::Ref { to }, _) => match main_table(schema, to) {
            Some(main) => format!(" REFERENCES {}(id)", quoted(main)),
            None => String::new(),
        },
        (_, name) if house && ALWAYS.contains(&name) => " NOT NULL".to_owned(),
        _ => String::new(),
    };
    format!("{name} {kind}{rule}")
}

fn main_table<'s>(schema: &'s Schema, register: &str) -> Option<&'s str> {
    schema
        .tables
        .iter()
        .find(|table| table.register == register && table.rows_of.is_none())
        .map(|table| table.name.as_str())
}
