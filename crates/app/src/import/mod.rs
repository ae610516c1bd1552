//! Import: rows of a table become records, each with its history, under one right and one report.
//!
//! A file of our own shape is matched by its header; a foreign one by a mapping file
//! (`docs/import.md`). Good rows go in, wrong ones come back; the whole batch can be undone.

mod batch;
mod decide;
mod jobs;
mod lookup;
mod mapping;
mod number;
mod plan;
mod progress;
mod row;
pub(crate) mod rows;
mod run;
mod spool;
mod spots;
mod start;
mod step;
mod tally;
mod undo;
mod unit;
mod world;

pub(crate) use decide::same;
pub(crate) use jobs::Jobs;
pub use jobs::{ImportAsk, JobState, JobView, WRONG_ROWS_KEPT_HOURS};
pub use mapping::Mapping;
pub(crate) use plan::ID_COLUMN;
pub use plan::REMARK_COLUMN;
pub use progress::{Progress, Reached, Report, TOLD_ROWS_MAX, ToldRow};
pub use spots::MapFault;
pub use start::{Import, WrongTo};
pub use undo::{Kept, UndoReport};
