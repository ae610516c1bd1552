//! Sessions, bearer tokens and one-time links: what lets a request in. Only hashes are kept.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use expr::{Id, Moment};
use rusqlite::{Connection, OptionalExtension as _, Row, params};

use crate::{Error, Store};

/// Doors kept in memory; beyond that all are forgotten, and looked up again.
const KEPT_MAX: usize = 10_000;

/// An open door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Door {
    /// Hash of the token that opens it.
    pub key: [u8; 32],
    pub account: Id,
    pub kind: DoorKind,
    pub made: Moment,
    pub seen: Moment,
    pub until: Moment,
    /// When its holder last proved to be the person: by password or code.
    pub proved: Moment,
    /// From which kind of device and roughly where it was opened, for the person's own list.
    pub about: String,
    /// The post chosen in it; 0 while none was chosen.
    pub post: Id,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorKind {
    Session,
    Bearer,
    /// A one-time sign-in link.
    Invite,
    /// The password was right and the second factor is still to come: opens nothing else.
    Half,
    /// Shows the limits of a person to a calendar, and opens nothing else.
    Feed,
}

impl DoorKind {
    fn word(self) -> &'static str {
        match self {
            DoorKind::Session => "session",
            DoorKind::Bearer => "bearer",
            DoorKind::Invite => "invite",
            DoorKind::Half => "half",
            DoorKind::Feed => "feed",
        }
    }

    fn from_word(word: &str) -> Option<DoorKind> {
        [
            DoorKind::Session,
            DoorKind::Bearer,
            DoorKind::Invite,
            DoorKind::Half,
            DoorKind::Feed,
        ]
        .into_iter()
        .find(|kind| kind.word() == word)
    }
}

/// Doors that were looked up lately: every request asks for one. Each change of a door goes through
/// this file, and nobody else writes to the directory meanwhile but to add doors, so that what was
/// shut here is refused at once.
#[derive(Default)]
pub(crate) struct Kept(RwLock<Doors>);

#[derive(Default)]
struct Doors {
    open: HashMap<[u8; 32], Door>,
    /// How often something was shut: what was read before that is not kept.
    shut: u64,
}

impl Kept {
    fn read(&self) -> RwLockReadGuard<'_, Doors> {
        self.0.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, Doors> {
        self.0.write().unwrap_or_else(PoisonError::into_inner)
    }

    fn keep(&self, door: &Door, shut: u64) {
        let mut doors = self.write();
        if doors.shut != shut {
            return;
        }
        if doors.open.len() >= KEPT_MAX {
            doors.open.clear();
        }
        doors.open.insert(door.key, door.clone());
    }

    fn forget(&self, which: impl Fn(&Door) -> bool) {
        let mut doors = self.write();
        doors.shut += 1;
        doors.open.retain(|_, door| !which(door));
    }
}

impl Store {
    pub fn open_door(&self, door: Door) -> Result<(), Error> {
        self.house(move |conn| {
            let sql = "INSERT INTO door (key, account, kind, made, seen, until, proved, about, post) \
                       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
            conn.prepare_cached(sql)?.execute(params![
                door.key,
                door.account.0,
                door.kind.word(),
                door.made.0,
                door.seen.0,
                door.until.0,
                door.proved.0,
                door.about,
                door.post.0
            ])?;
            Ok(())
        })
    }

    pub fn door(&self, key: &[u8; 32]) -> Result<Option<Door>, Error> {
        let shut = {
            let doors = self.doors().read();
            if let Some(door) = doors.open.get(key) {
                return Ok(Some(door.clone()));
            }
            doors.shut
        };
        let found = self.read(|reader| {
            let sql = "SELECT key, account, kind, made, seen, until, proved, about, post FROM door WHERE key = ?";
            let mut statement = reader.conn().prepare_cached(sql)?;
            Ok(statement.query_row([key], read_door).optional()?.flatten())
        })?;
        if let Some(door) = &found {
            self.doors().keep(door, shut);
        }
        Ok(found)
    }

    /// Doors of an account, the newest first.
    pub fn doors_of(&self, account: Id) -> Result<Vec<Door>, Error> {
        self.read(|reader| {
            let sql = "SELECT key, account, kind, made, seen, until, proved, about, post FROM door \
                       WHERE account = ? ORDER BY made DESC";
            let mut statement = reader.conn().prepare_cached(sql)?;
            let doors = statement.query_map([account.0], read_door)?;
            let doors: Vec<Option<Door>> = doors.collect::<Result<_, _>>()?;
            Ok(doors.into_iter().flatten().collect())
        })
    }

    pub fn touch_door(&self, key: &[u8; 32], now: Moment) -> Result<(), Error> {
        let key = *key;
        self.alter_doors(
            move |conn| {
                let sql = "UPDATE door SET seen = ? WHERE key = ?";
                conn.prepare_cached(sql)?.execute(params![now.0, key])?;
                Ok(())
            },
            |door| door.key == key,
        )
    }

    /// The holder of the door has just proved to be the person.
    pub fn prove_door(&self, key: &[u8; 32], now: Moment) -> Result<(), Error> {
        let key = *key;
        self.alter_doors(
            move |conn| {
                let sql = "UPDATE door SET proved = ? WHERE key = ?";
                conn.prepare_cached(sql)?.execute(params![now.0, key])?;
                Ok(())
            },
            |door| door.key == key,
        )
    }

    /// Notes from what the door was opened.
    pub fn describe_door(&self, key: &[u8; 32], about: String) -> Result<(), Error> {
        let key = *key;
        self.alter_doors(
            move |conn| {
                let sql = "UPDATE door SET about = ? WHERE key = ?";
                conn.prepare_cached(sql)?.execute(params![about, key])?;
                Ok(())
            },
            |door| door.key == key,
        )
    }

    /// From now on what the door lets in acts in this post.
    pub fn turn_door(&self, key: &[u8; 32], post: Id) -> Result<(), Error> {
        let key = *key;
        self.alter_doors(
            move |conn| {
                let sql = "UPDATE door SET post = ? WHERE key = ?";
                conn.prepare_cached(sql)?.execute(params![post.0, key])?;
                Ok(())
            },
            |door| door.key == key,
        )
    }

    pub fn close_door(&self, key: &[u8; 32]) -> Result<(), Error> {
        let key = *key;
        self.alter_doors(
            move |conn| {
                conn.prepare_cached("DELETE FROM door WHERE key = ?")?
                    .execute([key])?;
                Ok(())
            },
            |door| door.key == key,
        )
    }

    /// Shuts every door of an account: its password was changed, or it was locked.
    pub fn close_doors_of(&self, account: Id) -> Result<(), Error> {
        self.alter_doors(
            move |conn| {
                conn.prepare_cached("DELETE FROM door WHERE account = ?")?
                    .execute([account.0])?;
                Ok(())
            },
            |door| door.account == account,
        )
    }

    /// Shuts the sessions of an account but one, those half open too; links and tokens stay.
    pub fn close_other_sessions(&self, account: Id, but: &[u8; 32]) -> Result<(), Error> {
        let but = *but;
        self.alter_doors(
            move |conn| {
                let sql = "DELETE FROM door WHERE account = ? AND kind IN ('session', 'half') \
                           AND key <> ?";
                conn.prepare_cached(sql)?.execute(params![account.0, but])?;
                Ok(())
            },
            |door| door.account == account && door.key != but,
        )
    }

    /// Forgets doors that ended.
    pub fn sweep_doors(&self, now: Moment) -> Result<(), Error> {
        self.alter_doors(
            move |conn| {
                conn.prepare_cached("DELETE FROM door WHERE until <= ?")?
                    .execute([now.0])?;
                Ok(())
            },
            |door| door.until <= now,
        )
    }

    /// Memory forgets also what could not be written: it is looked up again.
    fn alter_doors(
        &self,
        alter: impl FnOnce(&Connection) -> Result<(), Error> + Send + 'static,
        which: impl Fn(&Door) -> bool,
    ) -> Result<(), Error> {
        let done = self.house(alter);
        self.doors().forget(which);
        done
    }
}

/// A kind that this program does not know opens nothing.
fn read_door(row: &Row<'_>) -> rusqlite::Result<Option<Door>> {
    let kind: String = row.get(2)?;
    let Some(kind) = DoorKind::from_word(&kind) else {
        return Ok(None);
    };
    Ok(Some(Door {
        key: row.get(0)?,
        account: Id(row.get(1)?),
        kind,
        made: Moment(row.get(3)?),
        seen: Moment(row.get(4)?),
        until: Moment(row.get(5)?),
        proved: Moment(row.get(6)?),
        about: row.get(7)?,
        post: Id(row.get(8)?),
    }))
}
