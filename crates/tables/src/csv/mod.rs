//! CSV: text of rows, read and written as streams.

pub(crate) mod parse;
pub(crate) mod read;
pub(crate) mod write;
