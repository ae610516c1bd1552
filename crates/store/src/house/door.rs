//! Sessions, bearer tokens and one-time links: what lets a request in. Only hashes are kept.

use expr::{Id, Moment};
use rusqlite::{OptionalExtension as _, Row, params};

use crate::{Error, Store};

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
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DoorKind {
    Session,
    Bearer,
    /// A one-time sign-in link.
    Invite,
}

impl DoorKind {
    fn word(self) -> &'static str {
        match self {
            DoorKind::Session => "session",
            DoorKind::Bearer => "bearer",
            DoorKind::Invite => "invite",
        }
    }

    fn from_word(word: &str) -> Option<DoorKind> {
        [DoorKind::Session, DoorKind::Bearer, DoorKind::Invite]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}

impl Store {
    pub fn open_door(&self, door: Door) -> Result<(), Error> {
        self.house(move |conn| {
            let sql = "INSERT INTO door (key, account, kind, made, seen, until) \
                       VALUES (?, ?, ?, ?, ?, ?)";
            conn.prepare_cached(sql)?.execute(params![
                door.key,
                door.account.0,
                door.kind.word(),
                door.made.0,
                door.seen.0,
                door.until.0
            ])?;
            Ok(())
        })
    }

    pub fn door(&self, key: &[u8; 32]) -> Result<Option<Door>, Error> {
        self.read(|reader| {
            let sql = "SELECT key, account, kind, made, seen, until FROM door WHERE key = ?";
            let mut statement = reader.conn().prepare_cached(sql)?;
            Ok(statement.query_row([key], read_door).optional()?.flatten())
        })
    }

    /// Doors of an account, the newest first.
    pub fn doors_of(&self, account: Id) -> Result<Vec<Door>, Error> {
        self.read(|reader| {
            let sql = "SELECT key, account, kind, made, seen, until FROM door \
                       WHERE account = ? ORDER BY made DESC";
            let mut statement = reader.conn().prepare_cached(sql)?;
            let doors = statement.query_map([account.0], read_door)?;
            let doors: Vec<Option<Door>> = doors.collect::<Result<_, _>>()?;
            Ok(doors.into_iter().flatten().collect())
        })
    }

    pub fn touch_door(&self, key: &[u8; 32], now: Moment) -> Result<(), Error> {
        let key = *key;
        self.house(move |conn| {
            let sql = "UPDATE door SET seen = ? WHERE key = ?";
            conn.prepare_cached(sql)?.execute(params![now.0, key])?;
            Ok(())
        })
    }

    pub fn close_door(&self, key: &[u8; 32]) -> Result<(), Error> {
        let key = *key;
        self.house(move |conn| {
            conn.prepare_cached("DELETE FROM door WHERE key = ?")?
                .execute([key])?;
            Ok(())
        })
    }

    /// Shuts every door of an account: its password was changed, or it was locked.
    pub fn close_doors_of(&self, account: Id) -> Result<(), Error> {
        self.house(move |conn| {
            conn.prepare_cached("DELETE FROM door WHERE account = ?")?
                .execute([account.0])?;
            Ok(())
        })
    }

    /// Forgets doors that ended.
    pub fn sweep_doors(&self, now: Moment) -> Result<(), Error> {
        self.house(move |conn| {
            conn.prepare_cached("DELETE FROM door WHERE until <= ?")?
                .execute([now.0])?;
            Ok(())
        })
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
    }))
}
