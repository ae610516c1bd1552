//! XLSX to any writer. Rows go to a temporary file as they come, so memory stays small.

use std::io::Write;

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use crate::cell::{Cell, Sink, decimal_digits, push_plain_moment, word_of};
use crate::error::Error;
use crate::guard;
use crate::limits::{XLSX_ROWS_MAX, XLSX_TEXT_UNITS_MAX};

/// A spreadsheet program keeps this many digits of a number; longer ones are written as text.
const DIGITS_KEPT: usize = 15;
const INT_KEPT: i64 = 999_999_999_999_999;
/// Decimals after the point for which a format is kept.
const SCALES: usize = 10;
/// Rows by which the widths of the columns are chosen.
const WIDTH_ROWS: u32 = 1_000;
const WIDTH_MIN: usize = 8;
const WIDTH_MAX: usize = 60;
const SHEET_NAME_UNITS_MAX: usize = 31;
const CUT: &str = "…（过长，已截断）";

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
    rows_max: u32,
    formats: Formats,
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
            rows_max,
            formats: Formats::new(),
        };
        writer.begin_sheet()?;
        Ok(writer)
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
    fn write_row(&mut self, cells: &[Cell<'_>]) -> Result<(), Error> {
        if self.rows == self.rows_max {
            self.end_sheet()?;
            self.begin_sheet()?;
        }
        let row = self.rows;
        let sheet = self
            .book
            .worksheet_from_index(self.sheets - 1)
            .map_err(Error::WriteXlsx)?;
        for (column, cell) in (0u16..).zip(cells) {
            put(sheet, row, column, cell, &self.formats).map_err(Error::WriteXlsx)?;
        }
        if row <= WIDTH_ROWS {
            if self.widths.len() < cells.len() {
                self.widths.resize(cells.len(), 0);
            }
            for (width, cell) in self.widths.iter_mut().zip(cells) {
                *width = (*width).max(width_of_cell(cell));
            }
        }
        self.rows += 1;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> Result<(), Error> {
        self.end_sheet()?;
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

/// The text, cut with a word about it where a cell can not hold it.
fn fit(text: &str) -> String {
    if text.len() <= XLSX_TEXT_UNITS_MAX || text.encode_utf16().count() <= XLSX_TEXT_UNITS_MAX {
        return text.to_owned();
    }
    let mut left = XLSX_TEXT_UNITS_MAX - CUT.encode_utf16().count();
    let fits = |c: &char| match left.checked_sub(c.len_utf16()) {
        Some(rest) => {
            left = rest;
            true
        }
        None => false,
    };
    let mut cut: String = text.chars().take_while(fits).collect();
    cut.push_str(CUT);
    cut
}

/// A name that a spreadsheet program takes: short, without the signs of its formulas.
fn sheet_name(name: &str) -> String {
    let is_bad = |c: char| matches!(c, '[' | ']' | ':' | '*' | '?' | '/' | '\\') || c.is_control();
    let clean: String = name
        .chars()
        .map(|c| if is_bad(c) { '_' } else { c })
        .collect();
    let clean = cut_units(clean.trim().trim_matches('\''), SHEET_NAME_UNITS_MAX);
    if clean.is_empty() {
        "数据".to_owned()
    } else {
        clean
    }
}

fn numbered(name: &str, number: usize) -> String {
    if number == 1 {
        return name.to_owned();
    }
    let suffix = format!("（{number}）");
    cut_units(name, SHEET_NAME_UNITS_MAX - suffix.chars().count()) + &suffix
}

fn cut_units(text: &str, units: usize) -> String {
    let mut left = units;
    let mut cut = String::new();
    for c in text.chars() {
        let Some(rest) = left.checked_sub(c.len_utf16()) else {
            break;
        };
        left = rest;
        cut.push(c);
    }
    cut
}

/// In widths of a digit; a Chinese character is two wide.
fn width_of(text: &str) -> usize {
    let line = text
        .lines()
        .map(|line| line.chars().take(WIDTH_MAX).map(width_of_char).sum())
        .max();
    line.unwrap_or(0)
}

fn width_of_char(c: char) -> usize {
    if matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3ffff}')
    {
        2
    } else {
        1
    }
}

fn width_of_cell(cell: &Cell<'_>) -> usize {
    1 + match cell {
        Cell::Empty => 0,
        Cell::Text(text) | Cell::Code(text) => width_of(text),
        Cell::Int(number) => number.to_string().len(),
        Cell::Decimal(digits) => digits.len(),
        Cell::Date { .. } => 10,
        Cell::Moment { .. } => 19,
        Cell::Bool(_) => 2,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sheet_names_are_taken() {
        assert_eq!(sheet_name("特种设备/电梯?"), "特种设备_电梯_");
        assert_eq!(sheet_name("  "), "数据");
        assert_eq!(sheet_name(&"梯".repeat(40)).chars().count(), 31);
        assert_eq!(numbered(&"梯".repeat(31), 12).chars().count(), 31);
        assert_eq!(numbered("电梯", 2), "电梯（2）");
    }

    #[test]
    fn chinese_is_two_wide() {
        assert_eq!(width_of("电梯ab\n一"), 6);
        assert_eq!(width_of("𠀀"), 2);
    }

    #[test]
    fn a_long_text_is_cut_and_says_so() {
        let whole = "中".repeat(XLSX_TEXT_UNITS_MAX);
        assert_eq!(fit(&whole), whole);
        let cut = fit(&(whole + "文"));
        assert_eq!(cut.encode_utf16().count(), XLSX_TEXT_UNITS_MAX);
        assert!(cut.ends_with(CUT));
    }

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
