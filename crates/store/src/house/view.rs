//! Lists that a person saved under a name of their own, for themselves or for their unit.

use expr::{Id, Moment};
use rusqlite::{Connection, params};

use crate::{Error, Store};

/// Views read at once, own and shared.
const VIEWS_READ_MAX: i64 = 200;

/// A saved list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    pub id: Id,
    pub account: Id,
    pub register: String,
    pub name: String,
    /// The query string of the page.
    pub query: String,
    /// The unit it is shared with.
    pub unit: Option<Id>,
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

    /// The views of an account on a register, by name, then those that others of the unit share.
    pub fn views(&self, account: Id, unit: Id, register: &str) -> Result<Vec<SavedView>, Error> {
        self.read(|reader| {
            let sql = "SELECT v.id, v.account, v.name, v.query, s.unit FROM saved_view v \
                       LEFT JOIN shared_view s ON s.view = v.id \
                       WHERE v.register = ?2 AND (v.account = ?1 OR s.unit = ?3) \
                       ORDER BY v.account <> ?1, v.name, v.id LIMIT ?4";
            let mut statement = reader.conn().prepare_cached(sql)?;
            let asked = params![account.0, register, unit.0, VIEWS_READ_MAX];
            let views = statement.query_map(asked, |row| {
                Ok(SavedView {
                    id: Id(row.get(0)?),
                    account: Id(row.get(1)?),
                    register: register.to_owned(),
                    name: row.get(2)?,
                    query: row.get(3)?,
                    unit: row.get::<_, Option<i64>>(4)?.map(Id),
                })
            })?;
            Ok(views.collect::<Result<_, _>>()?)
        })
    }

    /// Drops a view, if it is the account's own.
    pub fn drop_view(&self, account: Id, id: Id) -> Result<(), Error> {
        self.house(move |conn| {
            let sql = "DELETE FROM saved_view WHERE id = ? AND account = ?";
            if conn.prepare_cached(sql)?.execute([id.0, account.0])? > 0 {
                unshare(conn, id)?;
            }
            Ok(())
        })
    }

    /// Shares a view with a unit, or with nobody any more, if it is the account's own.
    pub fn share_view(&self, account: Id, id: Id, unit: Option<Id>) -> Result<(), Error> {
        self.house(move |conn| {
            let sql = "SELECT 1 FROM saved_view WHERE id = ? AND account = ?";
            let own = conn.prepare_cached(sql)?.exists([id.0, account.0])?;
            match unit {
                _ if !own => Ok(()),
                None => unshare(conn, id),
                Some(unit) => {
                    let sql = "INSERT OR REPLACE INTO shared_view (view, unit) VALUES (?, ?)";
                    conn.prepare_cached(sql)?.execute([id.0, unit.0])?;
                    Ok(())
                }
            }
        })
    }
}

fn unshare(conn: &Connection, id: Id) -> Result<(), Error> {
    let sql = "DELETE FROM shared_view WHERE view = ?";
    conn.prepare_cached(sql)?.execute([id.0])?;
    Ok(())
}
