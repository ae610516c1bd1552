//! Import: a file is tried first, its result shown, then it goes in; and everything imported so far.

mod ask;
mod batches;
mod job;
mod undo;

pub use ask::{rules, show as ask, take};
pub use batches::show as batches;
pub use job::{confirm, show as job, stop, wrong};
pub use undo::{ask as ask_undo, take as undo};

use catalogue::Register;
use kernel::Id;

/// Where one import is watched and its result stands.
pub fn job_href(def: &Register, id: Id) -> String {
    format!("/{}/import/{id}", def.path)
}
