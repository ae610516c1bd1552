//! XLSX: sheets, read through calamine and written through rust_xlsxwriter.

pub(crate) mod guard;
pub(crate) mod number;
pub(crate) mod read;
pub(crate) mod write;
