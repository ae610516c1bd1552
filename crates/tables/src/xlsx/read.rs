//! A sheet as a stream of rows. A thread parses ahead; what is held is the workbook's table of
//! texts (as the format has it) and a few hundred rows.
//!
//! The thread also fences off the parser: should a crooked file make it panic, the reader gets an
//! error and the program goes on.

use std::fs::File;
use std::io::BufReader;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use calamine::{DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxError};
use speech::{Said, said};

use crate::error::Error;
use crate::limits::Limits;
use crate::row::{Flaw, FlawKind, Kind, Row};
use crate::xlsx::number::{has_lost_digits, push_moment, push_number, zeros_of_format};

const BATCH_ROWS: usize = 256;
const BATCHES_AHEAD: usize = 4;

pub(crate) struct XlsxReader {
    messages: Receiver<Message>,
    batch: std::vec::IntoIter<Row>,
    rows_declared: u64,
    row: u64,
    is_ended: bool,
}

enum Message {
    Begun { rows_declared: u64 },
    Rows(Vec<Row>),
    Ended,
    Failed(Error),
}

/// The one who listened has gone: the reader was dropped.
struct Gone;

impl XlsxReader {
    pub(crate) fn open(
        file: File,
        sheet: Option<String>,
        limits: Limits,
    ) -> Result<XlsxReader, Error> {
        let (sender, messages) = sync_channel(BATCHES_AHEAD);
        thread::Builder::new()
            .name("tables-xlsx".into())
            .spawn(move || {
                let last = match run(file, sheet.as_deref(), limits, &sender) {
                    Ok(Ok(())) => Message::Ended,
                    Ok(Err(Gone)) => return,
                    Err(error) => Message::Failed(error),
                };
                // Nobody may be listening any more, which is no error.
                let _ = sender.send(last);
            })
            .map_err(Error::Read)?;
        let mut reader = XlsxReader {
            messages,
            batch: Vec::new().into_iter(),
            rows_declared: 0,
            row: 0,
            is_ended: false,
        };
        reader.receive()?;
        Ok(reader)
    }

    /// How far the reading is, from 0 to 1, by the number of rows that the sheet declares.
    pub(crate) fn progress(&self) -> f64 {
        match self.is_ended {
            true => 1.0,
            false if self.rows_declared == 0 => 0.0,
            false => (self.row as f64 / self.rows_declared as f64).min(1.0),
        }
    }

    pub(crate) fn next_row(&mut self, row: &mut Row) -> Result<bool, Error> {
        loop {
            if let Some(next) = self.batch.next() {
                self.row = next.line;
                *row = next;
                return Ok(true);
            }
            if self.is_ended {
                return Ok(false);
            }
            self.receive()?;
        }
    }

    fn receive(&mut self) -> Result<(), Error> {
        let message = self.messages.recv().unwrap_or_else(|_| {
            Message::Failed(Error::BrokenXlsx {
                reason: said!("内容结构不符合规范" / "its structure is not as it should be"),
            })
        });
        match message {
            Message::Begun { rows_declared } => self.rows_declared = rows_declared,
            Message::Rows(rows) => self.batch = rows.into_iter(),
            Message::Ended => self.is_ended = true,
            Message::Failed(error) => {
                self.is_ended = true;
                return Err(error);
            }
        }
        Ok(())
    }
}

fn run(
    file: File,
    sheet: Option<&str>,
    limits: Limits,
    sender: &SyncSender<Message>,
) -> Result<Result<(), Gone>, Error> {
    let mut book = Xlsx::new(BufReader::new(file)).map_err(broken)?;
    let name = choose_sheet(&book, sheet)?;
    let is_1904 = book.has_1904_epoch();
    let mut cells = book.worksheet_cells_reader(&name).map_err(broken)?;
    let zeros: Vec<usize> = cells
        .styles()
        .iter()
        .map(|style| {
            style
                .number_format
                .as_ref()
                .map_or(0, |f| zeros_of_format(&f.format_code))
        })
        .collect();
    let rows_declared = u64::from(cells.dimensions().end.0) + 1;
    if sender.send(Message::Begun { rows_declared }).is_err() {
        return Ok(Err(Gone));
    }
    let mut batch = Vec::with_capacity(BATCH_ROWS);
    let mut row = Row::default();
    let mut count = 0u64;
    while let Some((cell, style)) = cells.next_cell_with_style_id().map_err(broken)? {
        let (at, column) = cell.get_position();
        let line = u64::from(at) + 1;
        if line != row.line {
            if send_full(&mut batch, &mut row, sender).is_err() {
                return Ok(Err(Gone));
            }
            row.line = line;
            row.number = line;
        }
        if matches!(cell.get_value(), DataRef::Empty) {
            continue;
        }
        count += 1;
        if count > limits.xlsx_cells {
            return Err(Error::TooLarge {
                what: said!("工作表的单元格数" / "The cells of the sheet are"),
                limit: limits.xlsx_cells,
            });
        }
        let column = column as usize;
        if column >= limits.columns {
            return Err(Error::TooManyColumns {
                line,
                limit: limits.columns,
            });
        }
        if column >= row.cells.len() {
            row.cells.resize(column + 1, String::new());
            row.kinds.resize(column + 1, Kind::Text);
        }
        put(
            &mut row,
            column,
            cell.get_value(),
            zeros.get(style).copied().unwrap_or(0),
            is_1904,
        );
    }
    let is_gone = send_full(&mut batch, &mut row, sender).is_err()
        || sender.send(Message::Rows(batch)).is_err();
    Ok(if is_gone { Err(Gone) } else { Ok(()) })
}

/// Adds the row to the batch, if anything stands in it, and sends the batch when it is full.
fn send_full(
    batch: &mut Vec<Row>,
    row: &mut Row,
    sender: &SyncSender<Message>,
) -> Result<(), Gone> {
    if row.is_blank() {
        *row = Row::default();
        return Ok(());
    }
    batch.push(std::mem::take(row));
    if batch.len() < BATCH_ROWS {
        return Ok(());
    }
    let full = std::mem::replace(batch, Vec::with_capacity(BATCH_ROWS));
    sender.send(Message::Rows(full)).map_err(|_| Gone)
}

/// Formulas give the value that the spreadsheet program last came to.
fn put(row: &mut Row, column: usize, value: &DataRef<'_>, zeros: usize, is_1904: bool) {
    let line = row.line;
    let mut flaw = |kind| {
        row.flaws.push(Flaw {
            kind,
            line,
            column: column as u64 + 1,
            cell: column,
        })
    };
    let text = &mut row.cells[column];
    text.clear();
    let kind = match value {
        DataRef::Empty => Kind::Text,
        DataRef::String(value) => {
            text.push_str(value);
            Kind::Text
        }
        DataRef::SharedString(value) => {
            text.push_str(value);
            Kind::Text
        }
        DataRef::Int(number) if zeros > 0 && *number >= 0 => {
            text.push_str(&format!("{number:0zeros$}"));
            Kind::Text
        }
        DataRef::Float(number) if zeros > 0 && *number >= 0.0 && number.fract() == 0.0 => {
            text.push_str(&format!("{number:0zeros$}"));
            Kind::Text
        }
        DataRef::Int(number) => {
            text.push_str(&number.to_string());
            if has_lost_digits(*number as f64) {
                flaw(FlawKind::DigitsLost);
            }
            Kind::Number
        }
        DataRef::Float(number) => {
            push_number(text, *number);
            if has_lost_digits(*number) {
                flaw(FlawKind::DigitsLost);
            }
            Kind::Number
        }
        DataRef::Bool(value) => {
            text.push_str(if *value { "TRUE" } else { "FALSE" });
            Kind::Text
        }
        DataRef::DateTime(moment) => {
            push_moment(text, moment, is_1904);
            Kind::Date
        }
        DataRef::DateTimeIso(moment) => {
            text.push_str(moment.trim_end_matches('Z').trim_end_matches("T00:00:00"));
            Kind::Date
        }
        DataRef::DurationIso(duration) => {
            text.push_str(duration);
            Kind::Text
        }
        DataRef::Error(error) => {
            text.push_str(&error.to_string());
            flaw(FlawKind::FormulaError);
            Kind::Text
        }
    };
    row.kinds[column] = kind;
}

/// The sheet asked for, hidden or not; else the first that a person sees.
fn choose_sheet(book: &Xlsx<BufReader<File>>, wanted: Option<&str>) -> Result<String, Error> {
    let sheets: Vec<_> = book
        .sheets_metadata()
        .iter()
        .filter(|s| s.typ == SheetType::WorkSheet)
        .collect();
    match wanted {
        Some(name) => match sheets.iter().find(|sheet| sheet.name == name) {
            Some(sheet) => Ok(sheet.name.clone()),
            None => Err(Error::NoSheet {
                sheet: name.to_owned(),
                known: sheets.iter().map(|sheet| sheet.name.clone()).collect(),
            }),
        },
        None => sheets
            .iter()
            .find(|sheet| sheet.visible == SheetVisible::Visible)
            .map(|sheet| sheet.name.clone())
            .ok_or(Error::NoVisibleSheet),
    }
}

fn broken(error: XlsxError) -> Error {
    match error {
        XlsxError::Password => Error::Password,
        error => Error::BrokenXlsx {
            reason: Said::same(error.to_string()),
        },
    }
}
