//! CSV to any writer: quotes where they are needed, marks of `guard`, and the encoding asked for.

use std::io::Write;

use encoding_rs::{Encoder, EncoderResult};

use crate::cell::{Cell, Sink, decimal_digits, push_int, push_plain_moment, push_scaled, word_of};
use crate::encoding::Encoding;
use crate::error::Error;
use crate::guard;

const BLOCK_BYTES: usize = 64 << 10;

/// How a CSV file is written. See `docs/decisions/0005-csv-and-spreadsheets.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CsvOptions {
    pub encoding: Encoding,
    /// The byte order mark by which spreadsheet programs know UTF-8.
    pub bom: bool,
    pub delimiter: u8,
    pub codes: Codes,
}

/// How a [`Cell::Code`] is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Codes {
    /// With a TAB before codes that a spreadsheet program would take for a number or a date. The
    /// TAB is not seen there, and our reader takes it off.
    #[default]
    Marked,
    /// As they are, for programs.
    Plain,
}

impl CsvOptions {
    /// For people, who will open the file in a spreadsheet program.
    pub fn for_people() -> CsvOptions {
        CsvOptions {
            encoding: Encoding::Utf8,
            bom: true,
            delimiter: b',',
            codes: Codes::Marked,
        }
    }

    /// For programs.
    pub fn for_programs() -> CsvOptions {
        CsvOptions {
            encoding: Encoding::Utf8,
            bom: false,
            delimiter: b',',
            codes: Codes::Plain,
        }
    }
}

impl Default for CsvOptions {
    fn default() -> CsvOptions {
        CsvOptions::for_people()
    }
}

/// Begins a CSV file with its header.
pub fn csv_writer<W: Write + Send>(
    out: W,
    header: &[impl AsRef<str>],
    options: CsvOptions,
) -> Result<CsvWriter<W>, Error> {
    let mut writer = CsvWriter::bare(out, options)?;
    let header: Vec<Cell<'_>> = header
        .iter()
        .map(|name| Cell::text(name.as_ref()))
        .collect();
    writer.write_row(&header)?;
    Ok(writer)
}

/// Rows without a header, for [`CsvWriter::write_rows`] of another writer: a table may be written
/// in parts by several threads.
pub fn csv_rows(options: CsvOptions) -> Result<CsvWriter<Vec<u8>>, Error> {
    let mut writer = CsvWriter::bare(Vec::new(), options)?;
    // The byte order mark stands once, before the header.
    writer.out.clear();
    Ok(writer)
}

impl CsvWriter<Vec<u8>> {
    /// Takes the rows written so far, and leaves room for more.
    pub fn take_rows(&mut self, room: Vec<u8>) -> Result<Vec<u8>, Error> {
        self.flush_text()?;
        Ok(std::mem::replace(&mut self.out, room))
    }
}

pub struct CsvWriter<W> {
    out: W,
    options: CsvOptions,
    needs_quotes: [bool; 256],
    text: String,
    /// Cells of the row that is written.
    cells: usize,
    encoder: Option<Encoder>,
    bytes: Vec<u8>,
}

impl<W: Write + Send> CsvWriter<W> {
    pub(crate) fn bare(mut out: W, options: CsvOptions) -> Result<CsvWriter<W>, Error> {
        if options.bom || matches!(options.encoding, Encoding::Utf16Le | Encoding::Utf16Be) {
            out.write_all(options.encoding.bom())
                .map_err(Error::Write)?;
        }
        let mut needs_quotes = [false; 256];
        for byte in [options.delimiter, b'"', b'\r', b'\n', 0] {
            needs_quotes[usize::from(byte)] = true;
        }
        let encoder =
            (options.encoding == Encoding::Gb18030).then(|| encoding_rs::GB18030.new_encoder());
        let text = String::with_capacity(BLOCK_BYTES * 2);
        Ok(CsvWriter {
            out,
            options,
            needs_quotes,
            text,
            cells: 0,
            encoder,
            bytes: Vec::new(),
        })
    }

    pub(crate) fn push_raw(&mut self, value: &str) {
        self.separate();
        push_value(&mut self.text, value, "", &self.needs_quotes);
    }

    /// Rows that another writer of the same options wrote, as they are.
    pub fn write_rows(&mut self, rows: &[u8]) -> Result<(), Error> {
        self.flush_text()?;
        self.out.write_all(rows).map_err(Error::Write)
    }

    #[inline]
    fn separate(&mut self) {
        if self.cells > 0 {
            self.text.push(char::from(self.options.delimiter));
        }
        self.cells += 1;
    }

    fn push_cell(&mut self, cell: &Cell<'_>) {
        let text = &mut self.text;
        match cell {
            Cell::Empty => {}
            Cell::Text(value) => {
                let mark = if guard::needs_quote(value) { "'" } else { "" };
                push_value(text, value, mark, &self.needs_quotes);
            }
            Cell::Code(value) => {
                let mark = match self.options.codes {
                    _ if guard::needs_quote(value) => "'",
                    Codes::Marked if guard::needs_tab(value) => "\t",
                    Codes::Marked | Codes::Plain => "",
                };
                push_value(text, value, mark, &self.needs_quotes);
            }
            Cell::Int(number) => push_int(text, *number),
            Cell::Decimal(digits) if decimal_digits(digits).is_some() => text.push_str(digits),
            Cell::Decimal(other) => self.push_cell(&Cell::text(other)),
            Cell::Scaled { mantissa, scale } => push_scaled(text, *mantissa, *scale),
            Cell::Date { .. } | Cell::Moment { .. } => push_plain_moment(text, cell),
            Cell::Bool(value) => text.push_str(word_of(*value)),
        }
    }

    fn flush_text(&mut self) -> Result<(), Error> {
        let bytes = match self.options.encoding {
            Encoding::Utf8 => self.text.as_bytes(),
            Encoding::Gb18030 => {
                self.bytes.clear();
                if let Some(encoder) = &mut self.encoder {
                    encode(encoder, &self.text, &mut self.bytes);
                }
                &self.bytes
            }
            Encoding::Utf16Le | Encoding::Utf16Be => {
                let is_little = self.options.encoding == Encoding::Utf16Le;
                let to_bytes = |unit: u16| {
                    if is_little {
                        unit.to_le_bytes()
                    } else {
                        unit.to_be_bytes()
                    }
                };
                self.bytes.clear();
                self.bytes
                    .extend(self.text.encode_utf16().flat_map(to_bytes));
                &self.bytes
            }
        };
        self.out.write_all(bytes).map_err(Error::Write)?;
        self.text.clear();
        Ok(())
    }
}

impl<W: Write + Send> Sink for CsvWriter<W> {
    #[inline]
    fn put(&mut self, cell: &Cell<'_>) -> Result<(), Error> {
        self.separate();
        self.push_cell(cell);
        Ok(())
    }

    fn end_row(&mut self) -> Result<(), Error> {
        if self.cells == 1 && (self.text.is_empty() || self.text.ends_with('\n')) {
            // A row of one empty cell would be a blank line.
            self.text.push_str("\"\"");
        }
        self.cells = 0;
        self.text.push_str("\r\n");
        if self.text.len() >= BLOCK_BYTES {
            self.flush_text()
        } else {
            Ok(())
        }
    }

    fn finish(mut self: Box<Self>) -> Result<(), Error> {
        self.flush_text()?;
        self.out.flush().map_err(Error::Write)
    }
}

#[inline]
fn push_value(text: &mut String, value: &str, mark: &str, needs_quotes: &[bool; 256]) {
    let is_special = |byte: u8| needs_quotes[usize::from(byte)];
    // A cell that begins like a byte order mark would lose it at the beginning of a file.
    let is_quoted =
        mark.bytes().chain(value.bytes()).any(is_special) || value.starts_with('\u{feff}');
    if !is_quoted {
        text.push_str(mark);
        text.push_str(value);
        return;
    }
    text.push('"');
    text.push_str(mark);
    for c in value.chars() {
        match c {
            '"' => text.push_str("\"\""),
            '\0' => text.push(char::REPLACEMENT_CHARACTER),
            c => text.push(c),
        }
    }
    text.push('"');
}

/// The private U+E5E5 has no place in the table of GB18030; U+FFFD is written for
/// it, so that one character does not stop an export.
fn encode(encoder: &mut Encoder, text: &str, bytes: &mut Vec<u8>) {
    let mut rest = text;
    loop {
        bytes.reserve(rest.len() * 2 + 16);
        let (result, read) =
            encoder.encode_from_utf8_to_vec_without_replacement(rest, bytes, false);
        rest = &rest[read..];
        match result {
            EncoderResult::InputEmpty => return,
            EncoderResult::OutputFull => {}
            EncoderResult::Unmappable(_) => bytes.extend_from_slice(b"\x84\x31\xa4\x37"),
        }
    }
}
