//! CSV from a file: blocks of bytes are decoded to text, and rows are cut from the text.
//!
//! Decoding comes first because a GB18030 character may hold the byte of a `|` or of a letter.
//! What is held at any time is one block and the row that is cut from it.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{Seek, SeekFrom};

use encoding_rs::{Decoder, DecoderResult};

use crate::csv::parse::{Parser, Step, guess_delimiter, lines_in};
use crate::encoding::{self, Encoding, fill};
use crate::error::Error;
use crate::guard;
use crate::limits::Limits;
use crate::row::{Flaw, FlawKind, Row};
use crate::source::{Content, Source, refuse_others};

const BLOCK_BYTES: usize = 128 << 10;

pub(crate) struct CsvReader {
    text: Text,
    parser: Parser,
    pub(crate) encoding: Encoding,
    pub(crate) delimiter: u8,
    line: u64,
    /// Rows that were read, blank ones among them.
    rows: u64,
}

impl CsvReader {
    pub(crate) fn open(
        mut file: File,
        content: Content,
        encoding: Option<Encoding>,
        delimiter: Option<u8>,
        limits: Limits,
    ) -> Result<CsvReader, Error> {
        let encoding = match encoding {
            Some(encoding) => encoding,
            None => {
                let again = file.try_clone().map_err(Error::Read)?;
                let mut source = Source::new(again, content, limits.gz_bytes);
                let guessed = encoding::guess(&mut source);
                if let Some(error) = source.exceeded() {
                    return Err(error);
                }
                guessed?
            }
        };
        file.seek(SeekFrom::Start(0)).map_err(Error::Read)?;
        let mut text = Text::new(Source::new(file, content, limits.gz_bytes), encoding)?;
        text.refill()?;
        let delimiter = delimiter.unwrap_or_else(|| guess_delimiter(text.rest()));
        Ok(CsvReader {
            text,
            parser: Parser::new(delimiter, limits),
            encoding,
            delimiter,
            line: 1,
            rows: 0,
        })
    }

    pub(crate) fn position(&self) -> u64 {
        self.text.source.position()
    }

    /// The next row in which anything stands.
    pub(crate) fn next_row(&mut self, row: &mut Row) -> Result<bool, Error> {
        loop {
            if self.text.rest().is_empty() {
                if self.text.is_ended {
                    return Ok(false);
                }
                self.text.refill()?;
                continue;
            }
            let step = self
                .parser
                .row(self.text.rest(), self.text.is_ended, self.line, row)?;
            let Step::Row(parsed) = step else {
                self.text.refill()?;
                continue;
            };
            if !self.parser.odd.is_empty() || self.text.has_invalid_within(parsed.bytes) {
                self.describe(parsed.bytes, row);
            }
            self.text.advance(parsed.bytes);
            self.line += parsed.lines;
            self.rows += 1;
            row.number = self.rows;
            for (index, cell) in row.cells.iter_mut().enumerate() {
                if let Some(mark) = guard::unguard(cell) {
                    row.marks.push((index, mark));
                }
            }
            if !row.is_blank() {
                return Ok(true);
            }
        }
    }

    /// Puts the odd places of the row, known by their offsets, into words.
    fn describe(&mut self, bytes: usize, row: &mut Row) {
        let mut odd = std::mem::take(&mut self.parser.odd);
        odd.extend(
            self.text
                .take_invalid(bytes)
                .map(|at| (at, FlawKind::InvalidBytes)),
        );
        odd.sort_by_key(|(at, _)| *at);
        let text = &self.text.rest()[..bytes];
        for (at, kind) in &odd {
            let before = &text[..*at];
            let line_start = before.rfind(['\n', '\r']).map_or(0, |end| end + 1);
            row.flaws.push(Flaw {
                kind: *kind,
                line: self.line + lines_in(before.as_bytes()),
                column: before[line_start..].chars().count() as u64 + 1,
                cell: self.parser.cell_at(text, *at),
            });
        }
        odd.clear();
        self.parser.odd = odd;
    }
}

/// Decoded text with the places where bytes were no characters.
struct Text {
    source: Source,
    decoder: Decoder,
    bytes: Vec<u8>,
    text: String,
    at: usize,
    is_ended: bool,
    /// Places in `text` of U+FFFD that stand for broken bytes.
    invalid: VecDeque<usize>,
}

impl Text {
    fn new(mut source: Source, encoding: Encoding) -> Result<Text, Error> {
        let mut bytes = vec![0; BLOCK_BYTES];
        let bom = encoding.bom();
        let read = fill(&mut source, &mut bytes[..512]).map_err(Error::Read)?;
        refuse_others(&bytes[..read])?;
        let skip = if bytes[..read].starts_with(bom) {
            bom.len()
        } else {
            0
        };
        let mut text = Text {
            source,
            decoder: encoding.codec().new_decoder_without_bom_handling(),
            bytes,
            text: String::new(),
            at: 0,
            is_ended: false,
            invalid: VecDeque::new(),
        };
        text.decode(skip, read);
        Ok(text)
    }

    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn advance(&mut self, bytes: usize) {
        self.at += bytes;
    }

    fn has_invalid_within(&self, bytes: usize) -> bool {
        self.invalid.front().is_some_and(|at| *at < self.at + bytes)
    }

    fn take_invalid(&mut self, bytes: usize) -> impl Iterator<Item = usize> + use<> {
        let end = self.at + bytes;
        let count = self.invalid.iter().take_while(|at| **at < end).count();
        let start = self.at;
        self.invalid
            .drain(..count)
            .map(move |at| at - start)
            .collect::<Vec<_>>()
            .into_iter()
    }

    /// Adds at least as much text as there was left, so that a long row is not looked at from
    /// its beginning again and again.
    fn refill(&mut self) -> Result<(), Error> {
        self.text.drain(..self.at);
        for at in &mut self.invalid {
            *at -= self.at;
        }
        self.at = 0;
        let wanted = self.text.len() * 2;
        loop {
            let read = fill(&mut self.source, &mut self.bytes).map_err(Error::Read)?;
            if let Some(error) = self.source.exceeded() {
                return Err(error);
            }
            self.is_ended = read < self.bytes.len();
            self.decode(0, read);
            if self.is_ended || self.text.len() >= wanted {
                return Ok(());
            }
        }
    }

    fn decode(&mut self, mut from: usize, to: usize) {
        loop {
            let bytes = &self.bytes[from..to];
            let room = self
                .decoder
                .max_utf8_buffer_length_without_replacement(bytes.len());
            self.text.reserve(room.unwrap_or(bytes.len() * 4) + 8);
            let (result, read) = self.decoder.decode_to_string_without_replacement(
                bytes,
                &mut self.text,
                self.is_ended,
            );
            from += read;
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(_, _) => {
                    self.invalid.push_back(self.text.len());
                    self.text.push(char::REPLACEMENT_CHARACTER);
                }
            }
        }
    }
}
