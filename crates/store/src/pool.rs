//! Connections that only read, kept for the next one who asks.

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
        let conn = self.take()?;
        let held = Held {
            pool: self,
            conn: Some(conn),
        };
        let conn = held.conn.as_ref().ok_or(Error::Stopped)?;
        conn.prepare_cached("BEGIN")?.execute([])?;
        let result = f(conn);
        conn.prepare_cached("COMMIT")?.execute([])?;
        result
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self) -> Result<Connection, Error> {
        let mut state = self.lock();
        let mut limit = self.keep;
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

struct Held<'p> {
    pool: &'p Pool,
    conn: Option<Connection>,
}

impl Drop for Held<'_> {
    fn drop(&mut self) {
        if let Some(conn) = self.conn.take() {
            self.pool.give(conn);
        }
    }
}
