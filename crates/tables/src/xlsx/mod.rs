//! XLSX: sheets, read through calamine and written through rust_xlsxwriter.

mod fit;
pub(crate) mod guard;
pub(crate) mod number;
pub(crate) mod read;
pub(crate) mod write;
