//! How far an import has come, readable from other threads, and what it came to.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

use kernel::{Id, RegisterIx};

/// Rows of a report that are told one by one.
pub const TOLD_ROWS_MAX: usize = 100;

/// Counts of a running import.
#[derive(Debug, Default)]
pub struct Progress {
    bytes_total: AtomicU64,
    bytes_read: AtomicU64,
    rows: AtomicU64,
    new: AtomicU64,
    changed: AtomicU64,
    same: AtomicU64,
    wrong: AtomicU64,
    begun: OnceLock<Instant>,
    ended: OnceLock<Instant>,
    stop: AtomicBool,
}

/// The counts at one moment.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reached {
    pub bytes_total: u64,
    pub bytes_read: u64,
    pub rows: u64,
    pub new: u64,
    pub changed: u64,
    pub same: u64,
    pub wrong: u64,
    pub took: Duration,
    /// Rows a second.
    pub rate: f64,
    /// Time left, guessed from the bytes that are not yet read.
    pub left: Option<Duration>,
}

impl Reached {
    /// From 0 to 1.
    pub fn share(&self) -> f64 {
        match self.bytes_total {
            0 => 0.0,
            total => (self.bytes_read as f64 / total as f64).min(1.0),
        }
    }
}

#[derive(Clone, Copy)]
pub(crate) enum Counted {
    Row,
    New,
    Changed,
    Same,
    Wrong,
}

impl Progress {
    pub fn reached(&self) -> Reached {
        let get = |n: &AtomicU64| n.load(Ordering::Relaxed);
        let took = self.begun.get().map_or(Duration::ZERO, |begun| {
            self.ended
                .get()
                .map_or_else(|| begun.elapsed(), |ended| *ended - *begun)
        });
        let mut reached = Reached {
            bytes_total: get(&self.bytes_total),
            bytes_read: get(&self.bytes_read),
            rows: get(&self.rows),
            new: get(&self.new),
            changed: get(&self.changed),
            same: get(&self.same),
            wrong: get(&self.wrong),
            took,
            rate: 0.0,
            left: None,
        };
        if took > Duration::ZERO {
            reached.rate = reached.rows as f64 / took.as_secs_f64();
        }
        let share = reached.share();
        if share > 0.0 && self.ended.get().is_none() {
            reached.left = Some(took.mul_f64((1.0 - share) / share));
        }
        reached
    }

    /// Ends the import after the batch that is being written.
    pub fn stop(&self) {
        self.stop.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopped(&self) -> bool {
        self.stop.load(Ordering::Relaxed)
    }

    pub(crate) fn begin(&self, bytes_total: u64) {
        self.bytes_total.store(bytes_total, Ordering::Relaxed);
        // A second begin would be another import with the same counts.
        let _ = self.begun.set(Instant::now());
    }

    pub(crate) fn end(&self) {
        let _ = self.ended.set(Instant::now());
    }

    pub(crate) fn at(&self, bytes_read: u64) {
        self.bytes_read.store(bytes_read, Ordering::Relaxed);
    }

    pub(crate) fn count(&self, what: Counted) {
        let counter = match what {
            Counted::Row => &self.rows,
            Counted::New => &self.new,
            Counted::Changed => &self.changed,
            Counted::Same => &self.same,
            Counted::Wrong => &self.wrong,
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }
}

/// What an import came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// Names the import in history; what undoes it.
    pub batch: Id,
    pub register: RegisterIx,
    /// Nothing was written.
    pub dry_run: bool,
    pub rows: u64,
    pub new: u64,
    pub changed: u64,
    pub same: u64,
    pub wrong: u64,
    /// Rows that went in although something in them could not be understood.
    pub warned: u64,
    /// The first rows that were refused.
    pub wrong_rows: Vec<ToldRow>,
    /// The first rows that went in with a remark.
    pub warned_rows: Vec<ToldRow>,
    /// How often each kind of remark was made, the most frequent first.
    pub tally: Vec<(String, u64)>,
    /// Warnings of the register's own checks, the most frequent first.
    pub checks: Vec<(String, u64)>,
    /// Columns of the file that nothing was taken from.
    pub unused_columns: Vec<String>,
    /// Why some columns were left out.
    pub left_out: Vec<String>,
    pub took: Duration,
    /// Why the import ended before the end of the file.
    pub broken_off: Option<String>,
}

/// A row of the file and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldRow {
    /// The row as a spreadsheet program numbers it; the header is 1.
    pub line: u64,
    pub remarks: Vec<String>,
}
