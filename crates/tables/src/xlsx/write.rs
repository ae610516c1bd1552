//! XLSX to any writer. Rows go to a temporary file as they come, so memory stays small.

use std::io::Write;

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::fit::{WIDTH_MAX, fit, numbered, sheet_name, width_of, width_of_cell};
use crate::cell::{Cell, Sink, decimal_digits, push_plain_moment, push_scaled, word_of};
use crate::error::Error;
use crate::guard;
use crate::limits::XLSX_ROWS_MAX;
use crate::mark::Mark;

/// A spreadsheet program keeps this many digits of a number; longer ones are written as text.
const DIGITS_KEPT: usize = 15;
const INT_KEPT: i64 = 999_999_999_999_999;
/// Decimals after the point for which a format is kept.
const SCALES: usize = 10;
/// Rows by which the widths of the columns are chosen.
const WIDTH_ROWS: u32 = 1_000;
const WIDTH_MIN: usize = 8;
const FOOT_CHARS_MAX: usize = 200;

/// Begins an XLSX file with one sheet and its header: bold, kept in sight, with filters. A table
/// of more rows than a sheet holds goes on in a further sheet with the same header.
pub fn xlsx_writer<W: Write + Send>(
    out: W,
    sheet: &str,
    header: &[impl AsRef<str>],
) -> Result<XlsxWriter<W>, Error> {
    XlsxWriter::new(out, sheet, header, XLSX_ROWS_MAX)
}

pub struct XlsxWriter<W> {
    out: W,
    book: Workbook,
    sheet: String,
    sheets: usize,
    header: Vec<String>,
    widths: Vec<usize>,
    rows: u32,
    /// The column that is written next.
    column: u16,
    rows_max: u32,
    formats: Formats,
    mark: Option<Mark>,
}

struct Formats {
    header: Format,
    code: Format,
    guarded: Format,
    date: Format,
    moment: Format,
    decimals: Vec<Format>,
}

impl<W: Write + Send> XlsxWriter<W> {
    pub(crate) fn new(
        out: W,
        sheet: &str,
        header: &[impl AsRef<str>],
        rows_max: u32,
    ) -> Result<XlsxWriter<W>, Error> {
        let mut writer = XlsxWriter {
            out,
            book: Workbook::new(),
            sheet: sheet_name(sheet),
            sheets: 0,
            header: header.iter().map(|name| name.as_ref().to_owned()).collect(),
            widths: Vec::new(),
            rows: 0,
            column: 0,
            rows_max,
            formats: Formats::new(),
            mark: None,
        };
        writer.begin_sheet()?;
        Ok(writer)
    }

    /// Says in the properties of the file, on every printed page and on a sheet of its own who took it.
    pub fn marked(mut self, mark: Mark) -> XlsxWriter<W> {
        let properties = DocProperties::new()
            .set_title(&self.sheet)
            .set_author(&mark.author)
            .set_comment(&mark.line);
        self.book.set_properties(&properties);
        self.mark = Some(mark);
        self
    }

    fn add_mark(&mut self) -> Result<(), Error> {
        let Some(mark) = &self.mark else {
            return Ok(());
        };
        let sheet = self.book.add_worksheet_with_constant_memory();
        let sheet = sheet.map_err(Error::WriteXlsx)?;
        let named = sheet
            .set_name(sheet_name(&mark.sheet))
            .and_then(|sheet| sheet.write_string(0, 0, fit(&mark.line)));
        named.map(drop).map_err(Error::WriteXlsx)
    }

    fn begin_sheet(&mut self) -> Result<(), Error> {
        self.sheets += 1;
        self.rows = 1;
        self.widths = self.header.iter().map(|name| width_of(name) + 3).collect();
        let name = numbered(&self.sheet, self.sheets);
        let sheet = self
            .book
            .add_worksheet_with_constant_memory()
            .map_err(Error::WriteXlsx)?;
        let begun = sheet
            .set_name(name)
            .and_then(|sheet| sheet.set_freeze_panes(1, 0));
        begun.map_err(Error::WriteXlsx)?;
        for (column, name) in (0u16..).zip(&self.header) {
            sheet
                .write_string_with_format(0, column, name, &self.formats.header)
                .map_err(Error::WriteXlsx)?;
        }
        Ok(())
    }

    fn end_sheet(&mut self) -> Result<(), Error> {
        let last_row = self.rows - 1;
        let sheet = self
            .book
            .worksheet_from_index(self.sheets - 1)
            .map_err(Error::WriteXlsx)?;
        if let Some(mark) = &self.mark {
            // `&` begins a code of the page's foot; it holds 255 characters.
            let line: String = mark.line.chars().take(FOOT_CHARS_MAX).collect();
            sheet.set_footer(format!("&L{}&R&P/&N", line.replace('&', "&&")));
        }
        for (column, width) in (0u16..).zip(&self.widths) {
            let width = (*width).clamp(WIDTH_MIN, WIDTH_MAX) as f64;
            sheet
                .set_column_width(column, width)
                .map_err(Error::WriteXlsx)?;
        }
        let Some(last) = self
            .header
            .len()
            .checked_sub(1)
            .and_then(|last| u16::try_from(last).ok())
        else {
            return Ok(());
        };
        sheet
            .autofilter(0, 0, last_row, last)
            .map_err(Error::WriteXlsx)?;
        Ok(())
    }
}

impl<W: Write + Send> Sink for XlsxWriter<W> {
    fn put(&mut self, cell: &Cell<'_>) -> Result<(), Error> {
        if self.column == 0 && self.rows == self.rows_max {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        let (row, column) = (self.rows, self.column);
        let sheet = self
            .book
            .worksheet_from_index(self.sheets - 1)
            .map_err(Error::WriteXlsx)?;
        put(sheet, row, column, cell, &self.formats).map_err(Error::WriteXlsx)?;
        if row <= WIDTH_ROWS {
            let at = usize::from(column);
            if self.widths.len() <= at {
                self.widths.resize(at + 1, 0);
            }
            self.widths[at] = self.widths[at].max(width_of_cell(cell));
        }
        self.column = column.saturating_add(1);
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Error> {
        self.column = 0;
        self.rows += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), Error> {
        self.end_sheet()?;
        self.add_mark()?;
        self.book
            .save_to_writer(&mut self.out)
            .map_err(Error::WriteXlsx)?;
        self.out.flush().map_err(Error::Write)
    }
}

impl Formats {
    fn new() -> Formats {
        let shaped = |shape: &str| Format::new().set_num_format(shape);
        let decimal = |scale: usize| match scale {
            0 => shaped("0"),
            scale => shaped(&format!("0.{}", "0".repeat(scale))),
        };
        Formats {
            header: Format::new().set_bold(),
            code: shaped("@"),
            // With the quote prefix the text stays text when a person edits the cell.
            guarded: Format::new().set_quote_prefix(),
            date: shaped("yyyy-mm-dd"),
            moment: shaped("yyyy-mm-dd hh:mm:ss"),
            decimals: (0..SCALES).map(decimal).collect(),
        }
    }
}

fn put(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match cell {
        Cell::Empty => {}
        Cell::Text(text) => put_text(sheet, row, column, text, formats)?,
        Cell::Code(code) if guard::needs_quote(code) => {
            put_text(sheet, row, column, code, formats)?
        }
        Cell::Code(code) => {
            sheet.write_string_with_format(row, column, fit(code), &formats.code)?;
        }
        Cell::Int(number) if (-INT_KEPT..=INT_KEPT).contains(number) => {
            sheet.write_number(row, column, *number as f64)?;
        }
        Cell::Int(number) => {
            sheet.write_string_with_format(row, column, number.to_string(), &formats.code)?;
        }
        Cell::Decimal(digits) => put_decimal(sheet, row, column, digits, formats)?,
        Cell::Scaled { mantissa, scale } => {
            let mut digits = String::new();
            push_scaled(&mut digits, *mantissa, *scale);
            put_decimal(sheet, row, column, &digits, formats)?;
        }
        Cell::Date { year, month, day } => match moment(*year, *month, *day, [0; 3]) {
            Some(date) => {
                sheet.write_datetime_with_format(row, column, date, &formats.date)?;
            }
            None => put_plain(sheet, row, column, cell, formats)?,
        },
        Cell::Moment {
            year,
            month,
            day,
            hour,
            minute,
            second,
        } => match moment(*year, *month, *day, [*hour, *minute, *second]) {
            Some(moment) => {
                sheet.write_datetime_with_format(row, column, moment, &formats.moment)?;
            }
            None => put_plain(sheet, row, column, cell, formats)?,
        },
        Cell::Bool(value) => {
            sheet.write_string(row, column, word_of(*value))?;
        }
    }
    Ok(())
}

fn put_text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    formats: &Formats,
) -> Result<(), XlsxError> {
    if guard::needs_quote(text) {
        sheet.write_string_with_format(row, column, fit(text), &formats.guarded)?;
    } else {
        sheet.write_string(row, column, fit(text))?;
    }
    Ok(())
}

fn put_decimal(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    digits: &str,
    formats: &Formats,
) -> Result<(), XlsxError> {
    match (decimal_digits(digits), digits.parse::<f64>()) {
        (Some((count, scale)), Ok(number)) if count <= DIGITS_KEPT && scale < SCALES => {
            sheet.write_number_with_format(row, column, number, &formats.decimals[scale])?;
            Ok(())
        }
        _ => put_text(sheet, row, column, digits, formats),
    }
}

/// Dates that a spreadsheet program does not know, such as those before 1900, as text.
fn put_plain(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    cell: &Cell<'_>,
    formats: &Formats,
) -> Result<(), XlsxError> {
    let mut text = String::new();
    push_plain_moment(&mut text, cell);
    sheet.write_string_with_format(row, column, text, &formats.code)?;
    Ok(())
}

fn moment(year: i16, month: u8, day: u8, clock: [u8; 3]) -> Option<ExcelDateTime> {
    // Excel counts a 29 February 1900 that never was; before 1 March its serials are off by one.
    let year = u16::try_from(year).ok().filter(|year| *year > 1900)?;
    let [hour, minute, second] = clock;
    ExcelDateTime::from_ymd(year, month, day)
        .and_then(|date| date.and_hms(hour.into(), minute, second))
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_longer_than_a_sheet_goes_on_in_the_next() {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join("book");
        let out = std::fs::File::create(&path).expect("a file");
        let mut writer = Box::new(XlsxWriter::new(out, "电梯", &["号"], 4).expect("a book"));
        for number in 1..=7 {
            writer.write_row(&[Cell::Int(number)]).expect("a row");
        }
        writer.finish().expect("a book");
        for (sheet, wanted) in [
            ("电梯", "1 2 3"),
            ("电梯（2）", "4 5 6"),
            ("电梯（3）", "7"),
        ] {
            let options = crate::Options {
                sheet: Some(sheet.into()),
                ..Default::default()
            };
            let mut reader = crate::Reader::open(&path, &options).expect("a table");
            assert_eq!(reader.header(), ["号"]);
            let (mut row, mut seen) = (crate::Row::default(), Vec::new());
            while reader.next_row(&mut row).expect("a row") {
                seen.push(row.cells[0].clone());
            }
            assert_eq!(seen.join(" "), wanted);
        }
    }
}
