//! One way to read a table, whatever file it came in.

use std::path::Path;

use crate::csv::read::CsvReader;
use crate::encoding::Encoding;
use crate::error::{Error, RepeatedName};
use crate::limits::Limits;
use crate::mark::is_mark;
use crate::row::Row;
use crate::source::{self, Content};
use crate::xlsx;
use crate::xlsx::read::XlsxReader;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Csv,
    Xlsx,
}

/// What the caller knows of a file; what is left out is found out from its content.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// A file whose content is of the other format is refused.
    pub format: Option<Format>,
    /// How people call the file, when that is not its path.
    pub called: Option<String>,
    pub encoding: Option<Encoding>,
    /// A sheet of a workbook by name; else the first that is not hidden.
    pub sheet: Option<String>,
    pub delimiter: Option<u8>,
    pub limits: Limits,
}

/// A table that is read row by row. Rows in which nothing stands are passed over.
///
/// CSV is never held whole. Of XLSX the workbook's table of texts is held, the sheet is not.
pub struct Reader {
    body: Body,
    header: Vec<String>,
    header_line: u64,
    size: u64,
    is_failed: bool,
}

enum Body {
    Csv(Box<CsvReader>),
    Xlsx(Box<XlsxReader>),
}

/// A text with the name of a workbook is most likely another file than the one that was meant.
fn is_called_xlsx(path: &Path, options: &Options) -> bool {
    let path = options.called.as_ref().map_or(path, Path::new);
    let ending = path.extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ending.eq_ignore_ascii_case("xlsx"))
}

impl Reader {
    /// Opens a file and reads its header.
    pub fn open(path: &Path, options: &Options) -> Result<Reader, Error> {
        let (mut file, size) = source::open(path)?;
        let content = source::content(&mut file)?;
        let mut body = match (content, options.format) {
            (Content::Zip, Some(Format::Csv)) => {
                return Err(Error::FormatDiffers {
                    said: "CSV",
                    found: "XLSX",
                });
            }
            (Content::Text | Content::Gz, Some(Format::Xlsx)) => {
                return Err(Error::FormatDiffers {
                    said: "XLSX",
                    found: "CSV",
                });
            }
            (Content::Zip, _) => {
                xlsx::guard::inspect(&file, &options.limits)?;
                let file = source::open(path)?.0;
                Body::Xlsx(Box::new(XlsxReader::open(
                    file,
                    options.sheet.clone(),
                    options.limits,
                )?))
            }
            (Content::Text, None) if is_called_xlsx(path, options) => {
                return Err(Error::TextCalledXlsx);
            }
            (Content::Text | Content::Gz, _) => Body::Csv(Box::new(CsvReader::open(
                file,
                content,
                options.encoding,
                options.delimiter,
                options.limits,
            )?)),
        };
        let mut row = Row::default();
        if !body.next_row(&mut row)? {
            return Err(Error::Empty);
        }
        let header = header_of(&row)?;
        Ok(Reader {
            body,
            header,
            header_line: row.line,
            size,
            is_failed: false,
        })
    }

    /// The names of the columns, without spaces around them. An empty name is a column without one.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    pub fn header_line(&self) -> u64 {
        self.header_line
    }

    pub fn format(&self) -> Format {
        match self.body {
            Body::Csv(_) => Format::Csv,
            Body::Xlsx(_) => Format::Xlsx,
        }
    }

    /// The encoding of a CSV file; XLSX is UTF-8 within.
    pub fn encoding(&self) -> Encoding {
        match &self.body {
            Body::Csv(csv) => csv.encoding,
            Body::Xlsx(_) => Encoding::Utf8,
        }
    }

    /// The delimiter of a CSV file; a comma for XLSX, which has none.
    pub fn delimiter(&self) -> u8 {
        match &self.body {
            Body::Csv(csv) => csv.delimiter,
            Body::Xlsx(_) => b',',
        }
    }

    /// How many bytes of the file are read, for a progress bar beside [`Reader::size`]. For XLSX
    /// it is worked out from the rows that the sheet declares.
    pub fn position(&self) -> u64 {
        match &self.body {
            Body::Csv(csv) => csv.position().min(self.size),
            Body::Xlsx(xlsx) => (xlsx.progress() * self.size as f64) as u64,
        }
    }

    pub fn size(&self) -> u64 {
        self.size
    }

    /// Puts the next row into `row`; false at the end. After an error there are no more rows.
    pub fn next_row(&mut self, row: &mut Row) -> Result<bool, Error> {
        if self.is_failed {
            return Ok(false);
        }
        match self.body.next_row(row) {
            // Who took the table out of the house stands below its rows.
            Ok(true) if is_mark(&row.cells) => self.next_row(row),
            Ok(is_row) => {
                if is_row && matches!(self.body, Body::Xlsx(_)) {
                    fill_up(row, self.header.len());
                }
                Ok(is_row)
            }
            Err(error) => {
                self.is_failed = true;
                Err(error)
            }
        }
    }
}

impl Body {
    fn next_row(&mut self, row: &mut Row) -> Result<bool, Error> {
        match self {
            Body::Csv(csv) => csv.next_row(row),
            Body::Xlsx(xlsx) => xlsx.next_row(row),
        }
    }
}

/// A sheet does not tell an empty cell from none, so a row of it is as wide as the header, and
/// wider only where something stands there.
fn fill_up(row: &mut Row, width: usize) {
    while row.cells.len() > width && row.cells.last().is_some_and(String::is_empty) {
        row.cells.pop();
    }
    if row.cells.len() < width {
        row.cells.resize(width, String::new());
    }
}

fn header_of(row: &Row) -> Result<Vec<String>, Error> {
    let mut names: Vec<String> = row
        .cells
        .iter()
        .map(|name| name.trim().to_owned())
        .collect();
    while names.last().is_some_and(String::is_empty) {
        names.pop();
    }
    let is_data = |name: &String| name.is_empty() || name.chars().all(|c| !c.is_alphabetic());
    if names.iter().all(is_data) {
        return Err(Error::NoHeader { line: row.line });
    }
    let repeated = repeated(&names);
    if repeated.is_empty() {
        Ok(names)
    } else {
        Err(Error::RepeatedHeader { names: repeated })
    }
}

fn repeated(names: &[String]) -> Vec<RepeatedName> {
    let mut columns = std::collections::BTreeMap::<&str, Vec<usize>>::new();
    for (index, name) in names
        .iter()
        .enumerate()
        .filter(|(_, name)| !name.is_empty())
    {
        columns.entry(name).or_default().push(index + 1);
    }
    let several = columns.into_iter().filter(|(_, columns)| columns.len() > 1);
    let mut repeated: Vec<_> = several
        .map(|(name, columns)| RepeatedName {
            name: name.to_owned(),
            columns,
        })
        .collect();
    repeated.sort_by_key(|name| name.columns[0]);
    repeated
}
