//! A whole register as CSV by several threads: each turns ranges of ids into rows, and the rows are
//! put together in the order of their ids.

use std::io::Write;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use kernel::{Ground, Id};
use store::{Query, Snapshot};
use tables::{CsvOptions, CsvWriter, csv_rows};

use super::cells::Line;
use super::columns::Columns;
use super::refs::Refs;
use crate::{App, Error, Outcome};

/// More threads would take the machine from everybody else.
const THREADS_MAX: usize = 4;
/// Ranges that are given to a thread before its first is fetched.
const AHEAD: usize = 2;
/// Rows of a range: enough to hide the hand-over, and few enough to lie in the processor's memory.
const ROWS_WANTED: u64 = 512;
/// Ids of the first range; registers share the counter, so that not each is a record of this one.
const WIDTH_FIRST: i64 = 4_096;
const WIDTH_MAX: i64 = 1 << 24;

/// Ids from and to, and memory to write the rows into.
struct Part {
    ids: (Id, Id),
    room: Vec<u8>,
}

struct Written {
    bytes: Vec<u8>,
    rows: u64,
}

/// A thread that writes: ranges go in, rows come out in the same order.
struct Hand {
    parts: SyncSender<Part>,
    written: Receiver<Outcome<Written>>,
}

/// What all threads write alike.
#[derive(Clone, Copy)]
pub(super) struct Sheet<'a> {
    pub app: &'a App,
    pub ground: &'a Ground<'a>,
    pub columns: &'a Columns,
    pub query: &'a Query,
    pub options: CsvOptions,
}

/// Threads that may write, without the one that puts their rows together.
pub(super) fn threads() -> usize {
    thread::available_parallelism().map_or(1, |count| count.get().min(THREADS_MAX))
}

/// Writes all records; one of the snapshots is for finding the ranges.
pub(super) fn write(
    sheet: Sheet<'_>,
    mut snapshots: Vec<Snapshot<'_>>,
    out: &mut CsvWriter<impl Write + Send>,
) -> Outcome<u64> {
    let scout = snapshots.pop().ok_or(Error::Broken("nobody reads"))?;
    let scout = scout.reader()?;
    thread::scope(|scope| {
        let hands: Vec<Hand> = snapshots
            .into_iter()
            .map(|snapshot| {
                let (parts, given) = sync_channel(AHEAD);
                let (done, written) = sync_channel(AHEAD);
                scope.spawn(move || work(sheet, &snapshot, &given, &done));
                Hand { parts, written }
            })
            .collect();
        let mut next = Some(Id(i64::MIN));
        let mut width = WIDTH_FIRST;
        let (mut given, mut taken, mut rows) = (0, 0, 0);
        let mut rooms: Vec<Vec<u8>> = Vec::new();
        loop {
            while given < taken + hands.len() * AHEAD
                && let Some(from) = next
            {
                let Some(first) = scout.first_from(sheet.query.register, from)? else {
                    next = None;
                    break;
                };
                let last = Id(first.0.saturating_add(width - 1));
                next = last.0.checked_add(1).map(Id);
                let room = rooms.pop().unwrap_or_default();
                let ids = (first, last);
                // A thread that is gone is noticed below.
                let _ = hands[given % hands.len()].parts.send(Part { ids, room });
                given += 1;
            }
            if taken == given {
                return Ok(rows);
            }
            let written = hands[taken % hands.len()].written.recv();
            let mut written =
                written.map_err(|_| Error::Broken("a thread of an export died"))??;
            out.write_rows(&written.bytes)?;
            rows += written.rows;
            taken += 1;
            written.bytes.clear();
            rooms.push(written.bytes);
            if written.rows > ROWS_WANTED * 2 {
                width = (width / 2).max(1);
            } else if written.rows < ROWS_WANTED / 2 {
                width = (width * 2).min(WIDTH_MAX);
            }
        }
    })
}

/// Until there are no more ranges, or nobody takes what is written.
fn work(
    sheet: Sheet<'_>,
    snapshot: &Snapshot<'_>,
    parts: &Receiver<Part>,
    done: &SyncSender<Outcome<Written>>,
) {
    let reader = match snapshot.reader() {
        Ok(reader) => reader,
        Err(error) => {
            let _ = done.send(Err(error.into()));
            return;
        }
    };
    let refs = Refs::new(sheet.app, sheet.ground, &reader);
    let mut line = Line::new(sheet.app, sheet.ground, &reader, sheet.columns, &refs);
    let mut lines = match csv_rows(sheet.options) {
        Ok(lines) => lines,
        Err(error) => {
            let _ = done.send(Err(error.into()));
            return;
        }
    };
    while let Ok(Part { ids, room }) = parts.recv() {
        let mut rows = 0;
        let result = reader.each_raw_of(sheet.query, ids, |row| {
            rows += 1;
            line.write(row, &mut lines)
        });
        let written = match (result, lines.take_rows(room)) {
            (Ok(()), Ok(bytes)) => Ok(Written { bytes, rows }),
            (Err(error), _) => Err(error),
            (_, Err(error)) => Err(error.into()),
        };
        if done.send(written).is_err() {
            return;
        }
    }
}
