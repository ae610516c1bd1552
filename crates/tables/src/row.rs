//! One row of a table as it was received, with what was odd about it.

use std::borrow::Cow;
use std::fmt;

use speech::{Said, said};

/// A row. Keep one and hand it to every [`crate::Reader::next_row`]: its memory is used again.
///
/// A CSV row has as many cells as stood in the file, fewer or more than the header. A row of
/// XLSX is filled up to the header, because a sheet does not tell an empty cell from none; it is
/// longer than the header only where something stands to the right of it.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Row {
    /// The line of the file, or the row of the sheet, where it begins; the first is 1.
    pub line: u64,
    /// The row as a spreadsheet program numbers it: a cell of several lines makes it no longer.
    pub number: u64,
    pub cells: Vec<String>,
    /// What was odd; empty for nearly every row.
    pub flaws: Vec<Flaw>,
    /// Marks that were taken off the front of a cell: its place and the mark.
    pub(crate) marks: Vec<(usize, char)>,
    /// For XLSX: what kind of cell each was.
    pub(crate) kinds: Vec<Kind>,
}

/// Something odd in a row that did not stop the reading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flaw {
    pub kind: FlawKind,
    /// The line of the file or the row of the sheet.
    pub line: u64,
    /// The character in that line (CSV), or the column (XLSX); the first is 1.
    pub column: u64,
    /// Which of the row's `cells`, from 0.
    pub cell: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FlawKind {
    /// Bytes that are no character of the encoding; U+FFFD stands in their place.
    InvalidBytes,
    /// A NUL; U+FFFD stands in its place.
    Nul,
    /// Text after a closing quote, kept; often a quote that was not doubled.
    TextAfterQuote,
    /// A long number in a sheet: a spreadsheet program keeps only the first 15 digits.
    DigitsLost,
    /// A formula of a sheet that came to an error such as `#N/A`; the cell holds that word.
    FormulaError,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Text,
    Number,
    Date,
}

impl Row {
    /// The cell as it stood in the file, with the mark that guarded it.
    pub fn raw(&self, cell: usize) -> Cow<'_, str> {
        let text = self.cells[cell].as_str();
        match self.mark(cell) {
            Some(mark) => Cow::Owned(format!("{mark}{text}")),
            None => Cow::Borrowed(text),
        }
    }

    pub(crate) fn mark(&self, cell: usize) -> Option<char> {
        self.marks
            .iter()
            .find(|(at, _)| *at == cell)
            .map(|(_, mark)| *mark)
    }

    pub(crate) fn start(&mut self, line: u64) {
        self.line = line;
        self.number = line;
        self.flaws.clear();
        self.marks.clear();
        self.kinds.clear();
    }

    /// The `index`th cell, emptied, its memory kept from the row before.
    pub(crate) fn slot(&mut self, index: usize) -> &mut String {
        if index == self.cells.len() {
            self.cells.push(String::new());
        } else {
            self.cells[index].clear();
        }
        &mut self.cells[index]
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.cells.iter().all(String::is_empty)
    }
}

impl Flaw {
    pub fn said(&self) -> Said {
        let Flaw { line, column, .. } = self;
        let at = self.cell + 1;
        match self.kind {
            FlawKind::InvalidBytes => said!(
                "第 {line} 行第 {column} 个字符是无法识别的字节"
                    / "Line {line}, character {column}: a byte that cannot be read"
            ),
            FlawKind::Nul => said!(
                "第 {line} 行第 {column} 个字符是空字符（NUL）"
                    / "Line {line}, character {column}: a NUL"
            ),
            FlawKind::TextAfterQuote => said!(
                "第 {line} 行第 {column} 个字符：引号闭合后还有文字，可能少写了一个引号"
                    / "Line {line}, character {column}: text follows the closed quote; a quote may be missing"
            ),
            FlawKind::DigitsLost => said!(
                "第 {line} 行第 {at} 列按数字保存，第 15 位以后的数字可能已丢失"
                    / "Line {line}, column {at} is stored as a number; digits after the 15th may be lost"
            ),
            FlawKind::FormulaError => said!(
                "第 {line} 行第 {at} 列的公式出错"
                    / "Line {line}, column {at}: the formula has an error"
            ),
        }
    }
}

impl fmt::Display for Flaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.said().zh)
    }
}
