//! Connections that only read, kept for the next one who asks.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::{Error, system};

/// So many times the kept connections may be open at once; exports hold theirs for long.
const OPEN_FACTOR: usize = 2;
/// Who waits so long for a kept connection gets one more: opening one reads the whole schema, which
/// takes longer than most questions.
const PATIENCE: Duration = Duration::from_millis(20);

thread_local! {
    /// Reads that are under way on this thread, one within the other.
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

pub(crate) struct Pool {
    path: PathBuf,
    keep: usize,
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<Connection>,
    open: usize,
}

impl Pool {
    pub fn new(path: &Path, keep: usize) -> Pool {
        Pool {
            path: path.to_owned(),
            keep: keep.max(1),
            state: Mutex::default(),
            freed: Condvar::new(),
        }
    }

    /// Runs with a connection in one snapshot.
    pub fn read<T>(&self, f: impl FnOnce(&Connection) -> Result<T, Error>) -> Result<T, Error> {
        let held = self.hold()?;
        let conn = held.conn()?;
        let _within = Within::enter();
        conn.prepare_cached("BEGIN")?.execute([])?;
        let result = f(conn);
        conn.prepare_cached("COMMIT")?.execute([])?;
        result
    }

    /// A connection until it is dropped.
    pub fn hold(&self) -> Result<Held<'_>, Error> {
        Ok(Held {
            pool: self,
            conn: Some(self.take()?),
        })
    }

    /// One more, while half of those that are kept stay free for others: an export may hold it for
    /// long.
    pub fn spare(&self) -> Result<Option<Held<'_>>, Error> {
        let mut state = self.lock();
        let busy = state.open - state.idle.len();
        if busy >= self.keep / 2 {
            return Ok(None);
        }
        let conn = match state.idle.pop() {
            Some(conn) => conn,
            None => {
                state.open += 1;
                drop(state);
                self.open().inspect_err(|_| self.lock().open -= 1)?
            }
        };
        Ok(Some(Held {
            pool: self,
            conn: Some(conn),
        }))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Result<Connection, Error> {
        // Who holds one already and waits for another could wait for others who do the same, for ever.
        let is_within = DEPTH.get() > 0;
        let mut state = self.lock();
        let mut limit = if is_within { usize::MAX } else { self.keep };
        loop {
            if let Some(conn) = state.idle.pop() {
                return Ok(conn);
            }
            if state.open < limit {
                state.open += 1;
                drop(state);
                return self.open().inspect_err(|_| self.lock().open -= 1);
            }
            let (back, waited) = self
                .freed
                .wait_timeout(state, PATIENCE)
                .unwrap_or_else(PoisonError::into_inner);
            state = back;
            if waited.timed_out() {
                limit = self.keep * OPEN_FACTOR;
            }
        }
    }

    fn open(&self) -> Result<Connection, Error> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = Connection::open_with_flags(&self.path, flags)?;
        system::prepare_reader(&conn)?;
        Ok(conn)
    }

    fn give(&self, conn: Connection) {
        let mut state = self.lock();
        // A broken-off reader must not hold its snapshot, or the log could never be emptied.
        if conn.is_autocommit() && state.idle.len() < self.keep {
            state.idle.push(conn);
        } else {
            state.open -= 1;
        }
        drop(state);
        self.freed.notify_one();
    }
}

/// While it lives, this thread is within a read.
struct Within;

impl Within {
    fn enter() -> Within {
        DEPTH.set(DEPTH.get() + 1);
        Within
    }
}

impl Drop for Within {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

pub(crate) struct Held<'p> {
    pool: &'p Pool,
    conn: Option<Connection>,
}

impl Held<'_> {
    /// Only a connection that was given back already is none.
    pub fn conn(&self) -> Result<&Connection, Error> {
        self.conn.as_ref().ok_or(Error::Stopped)
    }
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.pool.give(conn);
        }
    }
}
