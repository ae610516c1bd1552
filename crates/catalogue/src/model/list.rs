//! Lists, the indexes that sort them, and statistics.

use expr::Checked;

use super::{FieldIx, Label};

#[derive(Clone, Debug)]
pub struct List {
    pub name: String,
    pub title: Label,
    pub only: Option<Checked>,
    pub columns: Vec<Column>,
    pub sort: Vec<Sort>,
    /// Fields offered in the query form before it is unfolded.
    pub filters: Vec<FieldIx>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Field(FieldIx),
    State,
    Colour,
    ChangedAt,
    CreatedAt,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sort {
    pub by: Column,
    pub descending: bool,
}

/// Columns of a declared index; the store adds `id`. Lists sort only by such columns.
#[derive(Clone, Debug)]
pub struct Index {
    pub name: String,
    pub columns: Vec<Column>,
}

/// Parsed and checked now, counted by a later room.
#[derive(Clone, Debug)]
pub struct Statistic {
    pub name: String,
    pub title: Label,
    pub only: Option<Checked>,
    pub by: Vec<Column>,
}
