//! Failed attempts at the door: how many, by login and by whence they came. Neither history nor ledger
//! (a failure is an event that `app` writes): only keyed hashes are kept, because what was typed as a
//! login may be a password.

use expr::Moment;
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::{Error, Store};

/// Rows kept at most; the oldest go first, and those that wait go last.
const ROWS_MAX: i64 = 50_000;
/// The row that counts a login from everywhere.
const EVERYWHERE: [u8; 32] = [0; 32];

/// What is known of one login, from one place or from everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    pub count: u32,
    pub last: Moment,
    /// When the person last came in from there; 0 for never.
    pub good: Moment,
}

impl Default for Tried {
    fn default() -> Tried {
        Tried {
            count: 0,
            last: Moment(0),
            good: Moment(0),
        }
    }
}

/// A login and whence it is tried, as keys of the table.
#[derive(Clone, Copy, Debug)]
pub struct Trial {
    who: [u8; 32],
    place: [u8; 32],
}

impl Store {
    /// The keys of a login tried from a place.
    pub fn trial(&self, login: &str, place: &str) -> Trial {
        let key = |kind: &str, text: &str| self.vault().keyed_hash(&format!("{kind} {text}"));
        Trial {
            who: key("attempt", login),
            place: key("attempt from", place),
        }
    }

    /// Counts an attempt unless `judge`, shown what is known from there and from everywhere, names the
    /// moment until which it must wait. One transaction: many at once are not one.
    pub fn try_attempt(
        &self,
        trial: Trial,
        now: Moment,
        judge: impl FnOnce(Tried, Tried) -> Option<Moment> + Send + 'static,
    ) -> Result<Option<Moment>, Error> {
        self.house(move |conn| {
            let here = tried(conn, &trial.who, &trial.place)?;
            let all = tried(conn, &trial.who, &EVERYWHERE)?;
            let known = here.unwrap_or_default();
            if let Some(until) = judge(known, all.unwrap_or_default()) {
                return Ok(Some(until));
            }
            if here.is_none() {
                make_room(conn)?;
            }
            for place in [&trial.place, &EVERYWHERE] {
                let sql = "INSERT INTO attempt (who, place, count, last, good) VALUES (?, ?, 1, ?, 0) \
                           ON CONFLICT (who, place) DO UPDATE SET count = count + 1, last = excluded.last";
                conn.prepare_cached(sql)?
                    .execute(params![trial.who, place, now.0])?;
            }
            Ok(None)
        })
    }

    /// What is known of the login from there.
    pub fn tried(&self, trial: Trial) -> Result<Tried, Error> {
        self.read(|reader| {
            let found = tried(reader.conn(), &trial.who, &trial.place)?;
            Ok(found.unwrap_or_default())
        })
    }

    /// Takes the last attempt back: it did not fail, and those before it still count.
    pub fn forgive_attempt(&self, trial: Trial) -> Result<(), Error> {
        self.house(move |conn| {
            let sql = "UPDATE attempt SET count = max(count - 1, 0), last = 0 \
                       WHERE who = ? AND place IN (?, ?)";
            conn.prepare_cached(sql)?
                .execute(params![trial.who, trial.place, EVERYWHERE])?;
            Ok(())
        })
    }

    /// The person came in: nothing counts from there any more, and the place is known from now on.
    pub fn calm_attempts(&self, trial: Trial, now: Moment) -> Result<(), Error> {
        self.house(move |conn| {
            let here = tried(conn, &trial.who, &trial.place)?.unwrap_or_default();
            let sql = "UPDATE attempt SET count = max(count - ?, 0) WHERE who = ? AND place = ?";
            conn.prepare_cached(sql)?
                .execute(params![here.count, trial.who, EVERYWHERE])?;
            let sql = "UPDATE attempt SET count = 0, good = ? WHERE who = ? AND place = ?";
            conn.prepare_cached(sql)?
                .execute(params![now.0, trial.who, trial.place])?;
            Ok(())
        })
    }

    /// Forgets the failures of a login from everywhere; places that are known stay so.
    pub fn clear_attempts(&self, login: &str) -> Result<(), Error> {
        let trial = self.trial(login, "");
        self.house(move |conn| {
            let sql = "UPDATE attempt SET count = 0 WHERE who = ?";
            conn.prepare_cached(sql)?.execute([trial.who])?;
            Ok(())
        })
    }

    /// Forgets what was last touched before.
    pub fn sweep_attempts(&self, before: Moment) -> Result<(), Error> {
        self.house(move |conn| {
            let sql = "DELETE FROM attempt WHERE max(last, good) < ?";
            conn.prepare_cached(sql)?.execute([before.0])?;
            Ok(())
        })
    }
}

fn tried(conn: &Connection, who: &[u8], place: &[u8]) -> Result<Option<Tried>, Error> {
    let sql = "SELECT count, last, good FROM attempt WHERE who = ? AND place = ?";
    let read = |row: &Row<'_>| {
        Ok(Tried {
            count: row.get(0)?,
            last: Moment(row.get(1)?),
            good: Moment(row.get(2)?),
        })
    };
    let mut statement = conn.prepare_cached(sql)?;
    Ok(statement.query_row(params![who, place], read).optional()?)
}

/// Whoever floods the table with made-up logins frees none that waits: few failures go first.
fn make_room(conn: &Connection) -> Result<(), Error> {
    let count: i64 = conn
        .prepare_cached("SELECT count(*) FROM attempt")?
        .query_row([], |row| row.get(0))?;
    if count < ROWS_MAX {
        return Ok(());
    }
    let sql = "DELETE FROM attempt WHERE (who, place) IN \
               (SELECT who, place FROM attempt ORDER BY good, min(count, 5), last LIMIT ?)";
    conn.prepare_cached(sql)?.execute([ROWS_MAX / 2])?;
    Ok(())
}
