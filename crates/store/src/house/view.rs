//! Lists that a person saved under a name of their own.

use expr::{Id, Moment};
use rusqlite::params;

use crate::{Error, Store};

/// A saved list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    pub id: Id,
    pub account: Id,
    pub register: String,
    pub name: String,
    /// The query string of the page.
    pub query: String,
}

impl Store {
    /// Keeps a view; one of the same name is replaced.
    pub fn save_view(&self, view: SavedView, now: Moment) -> Result<(), Error> {
        self.house(move |conn| {
            let sql = "INSERT INTO saved_view (id, account, register, name, query, changed_at) \
                       VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (account, register, name) \
                       DO UPDATE SET query = excluded.query, changed_at = excluded.changed_at";
            conn.prepare_cached(sql)?.execute(params![
                view.id.0,
                view.account.0,
                view.register,
                view.name,
                view.query,
                now.0
            ])?;
            Ok(())
        })
    }

    /// The views of an account on a register, by name.
    pub fn views(&self, account: Id, register: &str) -> Result<Vec<SavedView>, Error> {
        self.read(|reader| {
            let sql = "SELECT id, name, query FROM saved_view \
                       WHERE account = ? AND register = ? ORDER BY name";
            let mut statement = reader.conn().prepare_cached(sql)?;
            let views = statement.query_map(params![account.0, register], |row| {
                Ok(SavedView {
                    id: Id(row.get(0)?),
                    account,
                    register: register.to_owned(),
                    name: row.get(1)?,
                    query: row.get(2)?,
                })
            })?;
            Ok(views.collect::<Result<_, _>>()?)
        })
    }

    /// Drops a view, if it is the account's own.
    pub fn drop_view(&self, account: Id, id: Id) -> Result<(), Error> {
        self.house(move |conn| {
            let sql = "DELETE FROM saved_view WHERE id = ? AND account = ?";
            conn.prepare_cached(sql)?.execute([id.0, account.0])?;
            Ok(())
        })
    }
}
