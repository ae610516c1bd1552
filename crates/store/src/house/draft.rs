//! What someone typed and did not save yet. Sealed, because it may be personal, and gone with an
//! erasure of the record it is about.

use expr::{Id, Moment};
use rusqlite::{OptionalExtension as _, params};

use crate::seal::Place;
use crate::{Error, Store};

/// A draft's own words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    pub body: String,
    pub changed_at: Moment,
}

fn place(account: Id) -> Place<'static> {
    Place {
        table: "draft",
        record: account.0,
        column: "body",
    }
}

impl Store {
    /// Keeps the draft of an account; of a record that is not made yet the id is 0.
    pub fn keep_draft(
        &self,
        account: Id,
        register: &str,
        record: Id,
        body: &str,
        now: Moment,
    ) -> Result<(), Error> {
        let sealed = self.vault().seal_house(place(account), body.as_bytes())?;
        let register = register.to_owned();
        self.house(move |conn| {
            let sql = "INSERT OR REPLACE INTO draft (account, register, rec, body, changed_at) \
                       VALUES (?, ?, ?, ?, ?)";
            conn.prepare_cached(sql)?
                .execute(params![account.0, register, record.0, sealed, now.0])?;
            Ok(())
        })
    }

    pub fn draft(&self, account: Id, register: &str, record: Id) -> Result<Option<Draft>, Error> {
        let found: Option<(Vec<u8>, i64)> = self.read(|reader| {
            let sql = "SELECT body, changed_at FROM draft \
                       WHERE account = ? AND register = ? AND rec = ?";
            let mut statement = reader.conn().prepare_cached(sql)?;
            let row = statement
                .query_row(params![account.0, register, record.0], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
                .optional()?;
            Ok(row)
        })?;
        let Some((sealed, at)) = found else {
            return Ok(None);
        };
        let lost = || Error::Damaged("a draft does not open".to_owned());
        let body = self
            .vault()
            .open_house(place(account), &sealed)
            .ok_or_else(lost)?;
        let body = String::from_utf8(body.to_vec()).map_err(|_| lost())?;
        Ok(Some(Draft {
            body,
            changed_at: Moment(at),
        }))
    }

    pub fn drop_draft(&self, account: Id, register: &str, record: Id) -> Result<(), Error> {
        let register = register.to_owned();
        self.house(move |conn| {
            let sql = "DELETE FROM draft WHERE account = ? AND register = ? AND rec = ?";
            conn.prepare_cached(sql)?
                .execute(params![account.0, register, record.0])?;
            Ok(())
        })
    }

    /// Forgets drafts that nobody came back to.
    pub fn sweep_drafts(&self, before: Moment) -> Result<(), Error> {
        self.house(move |conn| {
            conn.prepare_cached("DELETE FROM draft WHERE changed_at < ?")?
                .execute([before.0])?;
            Ok(())
        })
    }
}
