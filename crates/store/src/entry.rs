//! History entries read back: stored bodies as columns of today.

use std::collections::HashMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use expr::Id;
use kernel::Capacity;
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, Row};

use crate::Error;

/// A stored entry with its body read.
#[derive(Debug)]
pub(crate) struct Entry {
    pub seq: i64,
    pub rec: i64,
    pub version: i64,
    pub at: i64,
    pub actor: i64,
    pub act: String,
    pub set: Option<Vec<(String, Cell)>>,
    pub was: Vec<(String, Cell)>,
    pub gone: bool,
    pub event: Option<Vec<(String, String)>>,
    pub reason: Option<String>,
    pub batch: Option<i64>,
    pub capacity: Option<Capacity>,
}

/// Columns in the order in which [`Entry::read`] takes them.
pub(crate) const COLUMNS: &str = "seq, rec, version, at, actor, act, body";

impl Entry {
    pub fn read(row: &Row<'_>, names: &Names) -> Result<Entry, Error> {
        let seq: i64 = row.get(0)?;
        let body: String = row.get(6)?;
        let body: serde_json::Value = serde_json::from_str(&body)
            .map_err(|error| Error::Damaged(format!("history entry {seq}: {error}")))?;
        let columns = |key: &str| match body.get(key).and_then(|part| part.as_object()) {
            Some(part) => part
                .iter()
                .map(|(name, value)| Ok((names.today(name, seq), cell(value, seq)?)))
                .collect::<Result<Vec<_>, Error>>()
                .map(Some),
            None => Ok(None),
        };
        let event = body
            .get("event")
            .and_then(|event| event.as_object())
            .map(|event| {
                event
                    .iter()
                    .map(|(name, value)| {
                        (
                            name.clone(),
                            value.as_str().map_or_else(String::new, str::to_owned),
                        )
                    })
                    .collect()
            });
        Ok(Entry {
            seq,
            rec: row.get(1)?,
            version: row.get(2)?,
            at: row.get(3)?,
            actor: row.get(4)?,
            act: row.get(5)?,
            set: columns("set")?,
            was: columns("was")?.unwrap_or_default(),
            gone: body
                .get("gone")
                .and_then(|gone| gone.as_bool())
                .unwrap_or(false),
            event,
            reason: body
                .get("reason")
                .and_then(|reason| reason.as_str())
                .map(str::to_owned),
            batch: body.get("batch").and_then(|batch| batch.as_i64()),
            capacity: body.get("post").and_then(capacity),
        })
    }
}

/// The post in which somebody acted.
fn capacity(post: &serde_json::Value) -> Option<Capacity> {
    Some(Capacity {
        role: post.get("role")?.as_str()?.to_owned(),
        unit: Id(post.get("unit")?.as_i64()?),
        on_behalf: post.get("for").and_then(|id| id.as_i64()).map(Id),
        one_person: post.get("one").and_then(|one| one.as_i64()) == Some(1),
    })
}

fn cell(value: &serde_json::Value, seq: i64) -> Result<Cell, Error> {
    use serde_json::Value as Json;
    let odd = || {
        Error::Damaged(format!(
            "history entry {seq} holds a value of an unknown form"
        ))
    };
    Ok(match value {
        Json::Null => Cell::Null,
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Cell::Integer(number),
            (None, Some(number)) => Cell::Real(number),
            _ => return Err(odd()),
        },
        Json::String(text) => Cell::Text(text.clone()),
        Json::Object(part) => {
            let text = part
                .get("$b")
                .and_then(|bytes| bytes.as_str())
                .ok_or_else(odd)?;
            Cell::Blob(STANDARD.decode(text).map_err(|_| odd())?)
        }
        Json::Bool(_) | Json::Array(_) => return Err(odd()),
    })
}

/// Renamings of a table's columns, so that old entries speak of today's columns.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Former name to (sequence of the renaming, new name), in order.
    renamed: HashMap<String, Vec<(i64, String)>>,
}

impl Names {
    pub fn of(conn: &Connection, table: &str) -> Result<Names, Error> {
        let sql = "SELECT old, seq, new FROM renamed WHERE tab = ? ORDER BY seq";
        let mut statement = conn.prepare_cached(sql)?;
        let mut rows = statement.query([table])?;
        let mut names = Names::default();
        while let Some(row) = rows.next()? {
            let list = names.renamed.entry(row.get(0)?).or_default();
            list.push((row.get(1)?, row.get(2)?));
        }
        Ok(names)
    }

    fn today(&self, name: &str, seq: i64) -> String {
        let (mut name, mut since) = (name, seq);
        while let Some((at, new)) = self
            .renamed
            .get(name)
            .and_then(|list| list.iter().find(|(at, _)| *at > since))
        {
            (name, since) = (new, *at);
        }
        name.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn old_names_lead_to_todays() {
        let mut names = Names::default();
        names.renamed.insert(
            "a".to_owned(),
            vec![(5, "b".to_owned()), (20, "d".to_owned())],
        );
        names
            .renamed
            .insert("b".to_owned(), vec![(9, "c".to_owned())]);
        assert_eq!(names.today("a", 1), "c");
        assert_eq!(names.today("b", 6), "c");
        // A new column took the free name later and was renamed in its turn.
        assert_eq!(names.today("a", 12), "d");
        assert_eq!(names.today("a", 25), "a");
        assert_eq!(names.today("x", 1), "x");
    }
}
