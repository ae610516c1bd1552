//! The only place with SQL: registers as typed tables in SQLite, every change with its history
//! entry and ledger leaf in the same transaction, one writer that commits in groups.
//!
//! **Invariant:** what [`Store::commit`] acknowledged is on disk; what it refused left no trace.
//! No clock is read here and no chance taken but for keys and nonces.

mod apply;
mod as_of;
mod bulk_read;
mod bulk_write;
mod change;
mod cursor;
mod entry;
mod error;
mod files;
mod filter;
mod flows;
mod heads;
mod history;
mod house;
mod ids;
mod keys;
mod layout;
mod load;
mod memory;
mod migrate;
mod page;
mod parts;
mod past;
mod pool;
mod query;
mod raw;
mod reader;
mod record;
mod row;
mod schema;
mod seal;
mod search;
mod selection;
mod series;
mod store;
mod system;
#[cfg(test)]
mod tests;
mod ticket;
mod verify;
mod words;
mod writer;

pub use apply::{Applied, Drawn};
pub use as_of::AS_OF_ROWS_MAX;
pub use bulk_read::Snapshot;
pub use bulk_write::Bulk;
pub use cursor::Cursor;
pub use error::{CommitError, Error, in_groups};
pub use files::{ORPHAN_KEPT, Stored};
pub use flows::{LostState, kept_flows, lost_states};
pub use house::attempt::{Trial, Tried};
pub use house::door::{Door, DoorKind};
pub use house::draft::Draft;
pub use house::import::ImportJob;
pub use house::request::Seen;
pub use house::view::SavedView;
pub use load::{GROUP_SIZES, Load};
pub use migrate::{Migration, migrate, migration};
pub use past::{BatchEntry, HistoryEntry};
pub use query::{Count, Filter, PAGE_ROWS, Page, Personal, Query};
pub use raw::{Raw, RawRow};
pub use reader::{FOUND_MAX, Reader};
pub use seal::Seal;
pub use search::question::HITS_MAX;
pub use store::{BULK_COMMITS_MAX, Founding, Options, Store};
pub use ticket::Ticket;
pub use verify::{FAULTS_TOLD_MAX, Report, verify};
