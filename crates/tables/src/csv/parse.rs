//! One row out of text: where it ends, its cells, and what was odd about its quotes.
//!
//! RFC 4180, and as lenient as spreadsheet programs are: any line ending, also inside quotes; a
//! quote inside an unquoted cell is text; text after a closing quote is kept and reported.

use crate::error::Error;
use crate::limits::Limits;
use crate::row::{FlawKind, Row};

pub(crate) struct Parser {
    delimiter: u8,
    limits: Limits,
    ends_plain: [bool; 256],
    /// Odd places of the last row, as byte offsets into the text given.
    pub(crate) odd: Vec<(usize, FlawKind)>,
}

pub(crate) enum Step {
    Row(Parsed),
    /// The text ends within the row.
    More,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Parsed {
    /// Bytes of the row, its line ending included.
    pub(crate) bytes: usize,
    /// Line endings in it, the last included.
    pub(crate) lines: u64,
}

impl Parser {
    pub(crate) fn new(delimiter: u8, limits: Limits) -> Parser {
        let mut ends_plain = [false; 256];
        for byte in [delimiter, b'\r', b'\n', 0] {
            ends_plain[usize::from(byte)] = true;
        }
        Parser {
            delimiter,
            limits,
            ends_plain,
            odd: Vec::new(),
        }
    }

    /// Reads the row at the start of `text`, which is not empty. `is_all` says that nothing
    /// comes after it. `line` is where the row begins, for messages.
    pub(crate) fn row(
        &mut self,
        text: &str,
        is_all: bool,
        line: u64,
        row: &mut Row,
    ) -> Result<Step, Error> {
        self.odd.clear();
        row.start(line);
        let bytes = text.as_bytes();
        let (mut at, mut lines, mut count) = (0, 0, 0);
        loop {
            if count == self.limits.columns {
                return Err(Error::TooManyColumns {
                    line,
                    limit: self.limits.columns,
                });
            }
            let cell = row.slot(count);
            count += 1;
            let start = at;
            if bytes.get(at) == Some(&b'"') {
                match self.quoted(text, at, &mut lines, cell) {
                    Some(end) => at = end,
                    None => {
                        return self.unfinished_quote(
                            text,
                            start,
                            is_all,
                            line + lines_in(&bytes[..start]),
                        );
                    }
                }
            }
            at = self.plain(text, at, cell);
            if at - start > self.limits.field_bytes {
                return Err(Error::FieldTooLong {
                    line: line + lines,
                    limit: self.limits.field_bytes,
                });
            }
            if at > self.limits.row_bytes {
                return Err(Error::RowTooLong {
                    line,
                    limit: self.limits.row_bytes,
                });
            }
            match bytes.get(at) {
                Some(byte) if *byte == self.delimiter => at += 1,
                Some(b'\r') => {
                    match bytes.get(at + 1) {
                        Some(b'\n') => at += 2,
                        None if !is_all => return Ok(Step::More),
                        _ => at += 1,
                    }
                    lines += 1;
                    break;
                }
                Some(_) => {
                    at += 1;
                    lines += 1;
                    break;
                }
                None if is_all => break,
                None => return Ok(Step::More),
            }
        }
        row.cells.truncate(count);
        Ok(Step::Row(Parsed { bytes: at, lines }))
    }

    /// The quoted part of a cell, from its opening quote; the answer is the place after the
    /// closing one, or none where the text ends first.
    fn quoted(
        &mut self,
        text: &str,
        open: usize,
        lines: &mut u64,
        cell: &mut String,
    ) -> Option<usize> {
        let bytes = text.as_bytes();
        let mut from = open + 1;
        let mut at = from;
        loop {
            let step = bytes[at..]
                .iter()
                .position(|b| matches!(b, b'"' | b'\n' | b'\r' | 0))?;
            at += step;
            match bytes[at] {
                b'"' => {
                    cell.push_str(&text[from..at]);
                    if bytes.get(at + 1) == Some(&b'"') {
                        from = at + 1;
                        at += 2;
                    } else {
                        at += 1;
                        let follows = bytes.get(at);
                        if follows
                            .is_some_and(|b| *b != self.delimiter && !matches!(b, b'\r' | b'\n'))
                        {
                            self.odd.push((at, FlawKind::TextAfterQuote));
                        }
                        return Some(at);
                    }
                }
                0 => {
                    cell.push_str(&text[from..at]);
                    self.nul(at, cell);
                    at += 1;
                    from = at;
                }
                byte => {
                    // The two bytes of CR LF are one line ending.
                    *lines += u64::from(byte == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
                    at += 1;
                }
            }
        }
    }

    /// A cell without quotes, or what follows a closing one.
    #[inline]
    fn plain(&mut self, text: &str, start: usize, cell: &mut String) -> usize {
        let bytes = text.as_bytes();
        let (mut from, mut at) = (start, start);
        loop {
            while at < bytes.len() && !self.ends_plain[usize::from(bytes[at])] {
                at += 1;
            }
            cell.push_str(&text[from..at]);
            if bytes.get(at) != Some(&0) {
                return at;
            }
            self.nul(at, cell);
            at += 1;
            from = at;
        }
    }

    fn nul(&mut self, at: usize, cell: &mut String) {
        cell.push(char::REPLACEMENT_CHARACTER);
        self.odd.push((at, FlawKind::Nul));
    }

    /// A quote that never closes would take the rest of the file for one cell.
    fn unfinished_quote(
        &self,
        text: &str,
        open: usize,
        is_all: bool,
        line: u64,
    ) -> Result<Step, Error> {
        if text.len() - open > self.limits.field_bytes {
            return Err(Error::QuotedFieldTooLong {
                line,
                limit: self.limits.field_bytes,
            });
        }
        if text.len() > self.limits.row_bytes {
            return Err(Error::RowTooLong {
                line,
                limit: self.limits.row_bytes,
            });
        }
        if is_all {
            Err(Error::QuoteNotClosed { line })
        } else {
            Ok(Step::More)
        }
    }

    /// Which cell of the row an offset lies in. Only asked where something is odd.
    pub(crate) fn cell_at(&self, row: &str, offset: usize) -> usize {
        let (mut cell, mut is_quoted, mut is_start) = (0, false, true);
        for byte in row.as_bytes()[..offset.min(row.len())].iter() {
            match *byte {
                b'"' if is_quoted || is_start => is_quoted = !is_quoted,
                byte if byte == self.delimiter && !is_quoted => {
                    cell += 1;
                    is_start = true;
                    continue;
                }
                // A doubled quote closes and opens again.
                b'"' => continue,
                _ => {}
            }
            is_start = *byte == b'"' && !is_quoted;
        }
        cell
    }
}

/// Line endings in text; CR LF counts once.
pub(crate) fn lines_in(bytes: &[u8]) -> u64 {
    let ends =
        |at: usize| bytes[at] == b'\n' || (bytes[at] == b'\r' && bytes.get(at + 1) != Some(&b'\n'));
    (0..bytes.len()).filter(|at| ends(*at)).count() as u64
}

/// The delimiter that stands most often in the first line, outside quotes; a comma where none does.
pub(crate) fn guess_delimiter(text: &str) -> u8 {
    const CANDIDATES: [u8; 4] = [b',', b'\t', b';', b'|'];
    let mut counts = [0usize; CANDIDATES.len()];
    let mut is_quoted = false;
    for byte in text.trim_start_matches(['\r', '\n']).bytes() {
        match byte {
            b'"' => is_quoted = !is_quoted,
            b'\r' | b'\n' if !is_quoted => break,
            _ if !is_quoted => {
                if let Some(at) = CANDIDATES.iter().position(|c| *c == byte) {
                    counts[at] += 1;
                }
            }
            _ => {}
        }
    }
    let mut best = 0;
    for at in 1..CANDIDATES.len() {
        if counts[at] > counts[best] {
            best = at;
        }
    }
    CANDIDATES[best]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<Vec<String>> {
        let mut parser = Parser::new(b',', Limits::default());
        let (mut row, mut at, mut line, mut rows) = (Row::default(), 0, 1, Vec::new());
        while at < text.len() {
            match parser
                .row(&text[at..], true, line, &mut row)
                .expect("a row")
            {
                Step::Row(parsed) => {
                    at += parsed.bytes;
                    line += parsed.lines;
                    rows.push(row.cells.clone());
                }
                Step::More => panic!("all was given"),
            }
        }
        assert_eq!(line - 1, lines_in(text.as_bytes()));
        rows
    }

    #[test]
    fn cells_and_line_endings() {
        assert_eq!(
            rows("a,b\r\nc,\rd\n,"),
            [vec!["a", "b"], vec!["c", ""], vec!["d"], vec!["", ""]]
        );
        assert_eq!(
            rows("\"a\"\"b\",\"c\r\nd\"\n\"\""),
            [vec!["a\"b", "c\r\nd"], vec![""]]
        );
        assert_eq!(rows("a\"b,\"c\" d\n"), [["a\"b", "c d"]]);
    }

    #[test]
    fn a_row_cut_anywhere_asks_for_more() {
        let text = "甲,\"乙\"\"\r\n丙\",丁\r\n";
        let mut parser = Parser::new(b',', Limits::default());
        let mut row = Row::default();
        for cut in (1..text.len()).filter(|at| text.is_char_boundary(*at)) {
            let step = parser.row(&text[..cut], false, 1, &mut row).expect("a row");
            assert!(matches!(step, Step::More), "{cut}");
        }
    }

    #[test]
    fn odd_places_are_told() {
        let mut parser = Parser::new(b',', Limits::default());
        let mut row = Row::default();
        parser
            .row("a,\"b\"c,d\0\n", true, 1, &mut row)
            .expect("a row");
        assert_eq!(row.cells, ["a", "bc", "d\u{fffd}"]);
        assert_eq!(
            parser.odd,
            [(5, FlawKind::TextAfterQuote), (8, FlawKind::Nul)]
        );
        let text = "a,\"b\"\",\"c,\"d,e\",f";
        assert_eq!(parser.cell_at("a,\"b,\"\",c\",d", 10), 1);
        assert_eq!(parser.cell_at("a,\"b,\"\",c\",d", 12), 2);
        assert_eq!(parser.cell_at(text, 0), 0);
    }

    #[test]
    fn delimiters_are_guessed() {
        assert_eq!(guess_delimiter("a,b;c,d\n"), b',');
        assert_eq!(guess_delimiter("\na\tb\tc,d\n"), b'\t');
        assert_eq!(guess_delimiter("\"a,b,c\";d;e\n,,,,"), b';');
        assert_eq!(guess_delimiter("a"), b',');
    }
}
