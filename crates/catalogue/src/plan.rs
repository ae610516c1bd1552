//! Migration: from the tables that are there to the tables that the catalogue needs.
//!
//! **Invariant:** no plan drops a column or a table; what no definition names any more is hidden.

mod compare;
mod convert;
mod schema;
mod step;
mod stored;
mod work;

pub use compare::plan;
pub use convert::Convert;
pub use schema::{
    Column, Index, Meaning, Schema, Storage, Table, column_name, columns, rows_table_name,
    table_name,
};
pub use step::{Loss, Plan, Step, StepKind};
