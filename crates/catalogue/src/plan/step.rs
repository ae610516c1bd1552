//! One change of the database each, with a sentence for the operator; and what would lose data.

use super::convert::Convert;
use super::schema::{Column, Index, Schema, Table};

/// All steps in order, and the schema that is there when they are done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    pub steps: Vec<Step>,
    /// To be stored: what the catalogue needs and what stays hidden.
    pub schema: Schema,
}

impl Plan {
    pub fn instant(&self) -> bool {
        self.steps.iter().all(|step| step.instant)
    }
}

/// One change of the database, with a sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    pub kind: StepKind,
    /// `serve` may do it at start; the others wait for `jinzhi migrate`.
    pub instant: bool,
    pub sentence: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StepKind {
    NewTable {
        table: Table,
    },
    RenameTable {
        from: String,
        to: String,
    },
    /// No register needs the table any more; it stays.
    HideTable {
        table: String,
    },
    AddColumn {
        table: String,
        column: Column,
    },
    RenameColumn {
        table: String,
        from: String,
        to: String,
    },
    /// No field needs the column any more; it stays.
    HideColumn {
        table: String,
        column: String,
    },
    /// A field that was removed is back, with its old values.
    ShowColumn {
        table: String,
        column: String,
    },
    ChangeType {
        table: String,
        column: Column,
        by: Convert,
    },
    NewIndex {
        table: String,
        index: Index,
    },
    /// The values of a sealed column must differ from now on.
    Sole {
        table: String,
        column: String,
    },
    DropIndex {
        table: String,
        index: String,
    },
    /// The words of these fields are indexed anew for every record.
    NewSearch {
        table: String,
        fields: Vec<String>,
    },
}

/// A change that would lose or misread data and is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{table}.{column}：{message}")]
pub struct Loss {
    pub table: String,
    pub column: String,
    pub message: String,
}
