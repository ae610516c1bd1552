//! Definitions: read, overlaid, checked, and made into an immutable model.
//!
//! The checker is the compiler of the text: every fault has a file, a line and a column, all faults
//! are told at once, and a faulty set is refused whole.
//!
//! **Invariant:** nothing here knows a register by name, does I/O after `Texts` is made, or reads
//! the clock.

mod condition;
pub mod doc;
mod fault;
pub mod model;
mod overlay;
pub mod plan;
mod read;
mod suggest;
mod syntax;
mod texts;
mod tree;

pub use condition::condition;
pub use fault::{At, Fault, What, render};
pub use model::*;
pub use read::{BrokenFlow, HookNames, HookRead, KeptFlow, load, load_beside, untranslated};
pub use texts::{Origin, Place, TextFile, Texts, TextsError};

/// Fields of one register, child fields not counted.
pub const FIELDS_MAX: usize = 256;
/// Characters of a name in a definition.
pub const NAME_CHARS_MAX: usize = 40;
/// Characters of a label, title or hint.
pub const LABEL_CHARS_MAX: usize = 120;
/// Characters of a `text` field that names no `max`.
pub const TEXT_CHARS_DEFAULT: usize = 200;
/// Characters of a `text` field at most.
pub const TEXT_CHARS_MAX: usize = 2_000;
/// Characters of a `long_text` field that names no `max`.
pub const LONG_TEXT_CHARS_DEFAULT: usize = 10_000;
/// Characters of a `long_text` field at most.
pub const LONG_TEXT_CHARS_MAX: usize = 200_000;
/// Child rows of a `rows` field that names no `max`.
pub const ROWS_DEFAULT: usize = 200;
/// Child rows of a record at most.
pub const ROWS_MAX: usize = 2_000;
/// Files of a `files` field that names no `count`.
pub const FILES_DEFAULT: u32 = 20;
/// Files in one field at most.
pub const FILES_MAX: u32 = 200;
/// Megabytes of one file where `max_mb` is not named.
pub const FILE_MB_DEFAULT: u32 = 20;
/// Megabytes of one file at most.
pub const FILE_MB_MAX: u32 = 500;
/// Decimal places at most.
pub const SCALE_MAX: u8 = 6;
/// Bytes of one definition file.
pub const DEFINITION_BYTES_MAX: usize = 1_000_000;
