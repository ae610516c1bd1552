//! A copy of the rows that were refused, in the same format, with a remark before each.
//!
//! The remark is the first column: a row with too many or too few cells keeps its own cells in
//! their places, the remark is seen at once, and the mended file can be imported as it is.

use std::borrow::Cow;
use std::io::Write;

use crate::cell::{Cell, Sink};
use crate::csv::write::{Codes, CsvOptions, CsvWriter};
use crate::encoding::Encoding;
use crate::error::Error;
use crate::guard;
use crate::reader::{Format, Reader};
use crate::row::{Kind, Row};
use crate::xlsx::write::xlsx_writer;

/// Writes the copy. A gz-compressed source gives plain CSV.
pub struct Remarked<W> {
    body: Body<W>,
    /// The source is such a copy itself: its old remarks make room for the new ones.
    skips_first: bool,
}

enum Body<W> {
    Csv(Box<CsvWriter<W>>),
    Xlsx(Box<dyn Sink>, std::marker::PhantomData<W>),
}

impl<W: Write + Send + 'static> Remarked<W> {
    /// Begins a copy of the file that `source` reads. `column` is the name of the added column,
    /// such as 导入说明.
    pub fn new(source: &Reader, out: W, column: &str) -> Result<Remarked<W>, Error> {
        let skips_first = source.header().first().is_some_and(|name| name == column);
        let names = &source.header()[usize::from(skips_first)..];
        let mut header = vec![column];
        header.extend(names.iter().map(String::as_str));
        let body = match source.format() {
            Format::Xlsx => Body::Xlsx(
                Box::new(xlsx_writer(out, column, &header)?),
                std::marker::PhantomData,
            ),
            Format::Csv => {
                let encoding = source.encoding();
                let options = CsvOptions {
                    encoding,
                    // The copy is for a person, who opens it in a spreadsheet program.
                    bom: encoding == Encoding::Utf8,
                    delimiter: source.delimiter(),
                    codes: Codes::Plain,
                };
                let mut csv = Box::new(CsvWriter::bare(out, options)?);
                csv.write_row(
                    &header
                        .iter()
                        .map(|name| Cell::text(name))
                        .collect::<Vec<_>>(),
                )?;
                Body::Csv(csv)
            }
        };
        Ok(Remarked { body, skips_first })
    }

    /// Adds a row as it was received, with the reason why it was refused.
    pub fn write(&mut self, row: &Row, remark: &str) -> Result<(), Error> {
        let first = usize::from(self.skips_first);
        match &mut self.body {
            Body::Csv(csv) => {
                csv.push_raw(&harmless(Cow::Borrowed(remark)));
                for cell in first..row.cells.len() {
                    csv.push_raw(&harmless(row.raw(cell)));
                }
                csv.end_row()
            }
            Body::Xlsx(xlsx, _) => {
                let mut cells = Vec::with_capacity(row.cells.len() + 1);
                cells.push(Cell::text(remark));
                for (index, text) in row.cells.iter().enumerate().skip(first) {
                    cells.push(cell_of(row, index, text));
                }
                xlsx.write_row(&cells)
            }
        }
    }

    pub fn finish(self) -> Result<(), Error> {
        match self.body {
            Body::Csv(csv) => csv.finish(),
            Body::Xlsx(xlsx, _) => xlsx.finish(),
        }
    }
}

/// The raw text, with a guard where a formula came in without one: the copy must not run either.
/// A number with its sign runs nothing and stays as it is.
fn harmless(raw: Cow<'_, str>) -> Cow<'_, str> {
    let is_guarded = raw
        .strip_prefix(guard::QUOTE)
        .is_some_and(guard::needs_quote)
        || raw.strip_prefix(guard::TAB).is_some_and(guard::needs_tab);
    if !is_guarded && guard::needs_quote(&raw) && !guard::is_signed_number(&raw) {
        return Cow::Owned(format!("{}{raw}", guard::QUOTE));
    }
    raw
}

fn cell_of<'a>(row: &Row, index: usize, text: &'a str) -> Cell<'a> {
    match row.kinds.get(index) {
        Some(Kind::Number) => Cell::Decimal(text),
        Some(Kind::Date) => date_of(text).unwrap_or(Cell::text(text)),
        Some(Kind::Text) | None => Cell::code(text),
    }
}

fn date_of(text: &str) -> Option<Cell<'static>> {
    let mut parts = text.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    Some(Cell::Date {
        year: year.parse().ok()?,
        month: month.parse().ok()?,
        day: day.parse().ok()?,
    })
}
