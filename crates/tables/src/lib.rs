//! Streams of rows to and from CSV and XLSX, GB18030 included.
//!
//! Reading: [`Reader::open`] finds out format, encoding and delimiter, and gives rows one by one
//! with what is odd about them. Writing: [`csv_writer`] and [`xlsx_writer`] are [`Sink`]s of
//! [`Cell`]s. [`Remarked`] gives refused rows back in a copy of their file.
//!
//! **Invariant:** the room knows nothing of registers; a table is a header and rows.

mod cell;
mod csv;
mod encoding;
mod error;
mod guard;
pub mod limits;
mod mark;
mod reader;
mod remarked;
mod row;
mod source;
mod xlsx;

pub use cell::{Cell, Sink};
pub use csv::write::{Codes, CsvOptions, CsvWriter, csv_rows, csv_writer};
pub use encoding::Encoding;
pub use error::{Error, RepeatedName};
pub use limits::Limits;
pub use mark::Mark;
pub use reader::{Format, Options, Reader};
pub use remarked::Remarked;
pub use row::{Flaw, FlawKind, Row};
pub use xlsx::write::{XlsxWriter, xlsx_writer};
