//! The search document of a record: its words and the tokens of who may find it, kept in the same
//! transaction as the record.
//!
//! Each register has an index of its own: a word that is frequent among devices costs nothing when
//! firms are asked, and no list of a whole register is ever crossed with that of a word.

pub(crate) mod question;
pub(crate) mod tables;

use catalogue::{FieldIx, Kind, Owner};
use expr::Id;
use rusqlite::types::{Value as Cell, ValueRef};
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::apply::Tx;
use crate::layout::{Layout, Slot, Table, quoted};
use crate::{Error, row, words};

/// Records that point at a renamed one and are indexed anew in the same commit. The rest follows
/// at once in commits of the same size, from a queue that survives a stop.
pub(crate) const REINDEX_NOW_MAX: usize = 1_000;

/// Lengths of the division prefixes that an area can have (GB/T 2260, GB/T 10114).
const AREA_LENGTHS: [usize; 5] = [2, 4, 6, 9, 12];
/// Begin of the tokens that say in which area a record lies, and to whom it belongs.
const AREA: &str = "_a";
const OWNER: &str = "_o";

impl Tx<'_> {
    /// Writes the document of a new record.
    pub fn index(&mut self, table: &Table, id: Id, cells: &[Cell]) -> Result<(), Error> {
        if table.searched.is_empty() {
            return Ok(());
        }
        let body = self.document(table, id, cells)?;
        let sql = format!("INSERT INTO {} (rowid, body) VALUES (?, ?)", table.index);
        self.conn
            .prepare_cached(&sql)?
            .execute(params![id.0, body])?;
        Ok(())
    }

    /// Writes the document anew when what it says has changed, and those of records that show it.
    pub fn reindex(
        &mut self,
        table: &Table,
        id: Id,
        before: &[Cell],
        after: &[Cell],
    ) -> Result<(), Error> {
        let differs = |field: FieldIx| match table.slot(field) {
            Slot::Plain { at, .. } => before[*at] != after[*at],
            _ => false,
        };
        let owner = match table.owner {
            Some(Owner::Field(field)) => Some(field),
            _ => None,
        };
        let said = table
            .searched
            .iter()
            .copied()
            .chain(table.reach)
            .chain(owner);
        if !table.searched.is_empty() && said.into_iter().any(differs) {
            self.unindex(table, id)?;
            self.index(table, id, after)?;
        }
        if table.shown.iter().copied().any(differs) {
            self.shown.remove(&id.0);
            self.reindex_dependants(table, id)?;
        }
        Ok(())
    }

    pub fn unindex(&self, table: &Table, id: Id) -> Result<(), Error> {
        if table.searched.is_empty() {
            return Ok(());
        }
        let sql = format!("DELETE FROM {} WHERE rowid = ?", table.index);
        self.conn.prepare_cached(&sql)?.execute([id.0])?;
        Ok(())
    }

    fn reindex_dependants(&mut self, target: &Table, id: Id) -> Result<(), Error> {
        let layout = self.layout;
        for table in layout.all() {
            for (field, to) in &table.refs {
                if *to != target.register || !table.searched.contains(field) {
                    continue;
                }
                let Some(column) = table.slot(*field).column() else {
                    continue;
                };
                let sql = "INSERT OR REPLACE INTO reindex (tab, field, target, after) \
                           VALUES (?, ?, ?, -1)";
                self.conn
                    .prepare_cached(sql)?
                    .execute(params![table.name, column, id.0])?;
            }
        }
        self.requeued |= self.reindex_queued(REINDEX_NOW_MAX)?;
        Ok(())
    }

    /// Works on the queue of records to be indexed anew; true when something is left.
    pub fn reindex_queued(&mut self, limit: usize) -> Result<bool, Error> {
        let mut left = limit;
        while left > 0 {
            let sql = "SELECT tab, field, target, after FROM reindex LIMIT 1";
            let next: Option<(String, String, i64, i64)> = self
                .conn
                .prepare_cached(sql)?
                .query_row([], |row| {
                    Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
                })
                .optional()?;
            let Some((tab, field, target, after)) = next else {
                return Ok(false);
            };
            let rows = match self.layout.named(&tab) {
                Some(table) => self.dependants(table, &field, target, after, left)?,
                // The definition went away since.
                None => Vec::new(),
            };
            match rows.last() {
                Some((last, _)) if rows.len() == left => {
                    let sql =
                        "UPDATE reindex SET after = ? WHERE tab = ? AND field = ? AND target = ?";
                    self.conn
                        .prepare_cached(sql)?
                        .execute(params![last.0, tab, field, target])?;
                }
                _ => {
                    let sql = "DELETE FROM reindex WHERE tab = ? AND field = ? AND target = ?";
                    self.conn
                        .prepare_cached(sql)?
                        .execute(params![tab, field, target])?;
                }
            }
            left -= rows.len();
            let layout = self.layout;
            if let Some(table) = layout.named(&tab) {
                for (id, cells) in rows {
                    self.unindex(table, id)?;
                    self.index(table, id, &cells)?;
                }
            }
        }
        let sql = "SELECT 1 FROM reindex";
        Ok(self.conn.prepare_cached(sql)?.exists([])?)
    }

    fn dependants(
        &self,
        table: &Table,
        field: &str,
        target: i64,
        after: i64,
        limit: usize,
    ) -> Result<Vec<(Id, Vec<Cell>)>, Error> {
        let select = table.select();
        // A queue line without a field stands for the whole table: its searched fields changed.
        let only = match field {
            "" => "?1 = 0".to_owned(),
            field => format!("{} = ?1", quoted(field)),
        };
        let sql = format!("{select} WHERE {only} AND id > ?2 ORDER BY id LIMIT ?3");
        let mut statement = self.conn.prepare_cached(&sql)?;
        let mut found = statement.query(params![target, after, limit as i64])?;
        let mut rows = Vec::new();
        while let Some(row) = found.next()? {
            let cells: Result<Vec<Cell>, _> = (1..=table.columns.len())
                .map(|i| row.get::<_, Cell>(i))
                .collect();
            rows.push((Id(row.get(0)?), cells?));
        }
        Ok(rows)
    }

    fn document(&mut self, table: &Table, id: Id, cells: &[Cell]) -> Result<String, Error> {
        let layout = self.layout;
        let register = layout.register(table.register);
        let mut body = String::with_capacity(256);
        for field in &table.searched {
            let Slot::Plain { at, class, .. } = table.slot(*field) else {
                continue;
            };
            match (&cells[*at], &register.get(*field).kind) {
                (Cell::Null, _) => continue,
                (Cell::Integer(target), Kind::Ref { to }) => {
                    self.target(*to, *target, &mut body)?;
                    continue;
                }
                (Cell::Text(entry), Kind::Choice { list, .. }) => {
                    let label = layout.catalogue.choice(list).entries.get(entry);
                    words::write(label.map_or(entry, |e| &e.label.zh), &mut body);
                }
                (Cell::Text(text), _) => words::write(text, &mut body),
                (cell, _) => {
                    let value = row::value(*class, ValueRef::from(cell))?;
                    words::write(&value.to_string(), &mut body);
                }
            }
            words::boundary(&mut body);
        }
        tags(table, id, cells, &mut body);
        Ok(body)
    }

    /// Appends the words of what a ref points at.
    fn target(
        &mut self,
        to: catalogue::RegisterIx,
        target: i64,
        body: &mut String,
    ) -> Result<(), Error> {
        if let Some(words) = self.shown.get(&target) {
            body.push_str(words);
            return Ok(());
        }
        let words = shown_words(self.conn, self.layout, to, target)?;
        body.push_str(&words);
        self.shown.insert(target, words);
        Ok(())
    }
}

fn shown_words(
    conn: &Connection,
    layout: &Layout,
    register: catalogue::RegisterIx,
    id: i64,
) -> Result<String, Error> {
    let table = layout.at(register);
    let mut words = String::new();
    let fields: Vec<(&str, crate::layout::Class)> = table
        .shown
        .iter()
        .filter_map(|ix| match table.slot(*ix) {
            Slot::Plain { column, class, .. } => Some((column.as_str(), *class)),
            _ => None,
        })
        .collect();
    if fields.is_empty() {
        return Ok(words);
    }
    let columns: Vec<String> = fields.iter().map(|(column, _)| quoted(column)).collect();
    let sql = format!(
        "SELECT {} FROM {} WHERE id = ?",
        columns.join(", "),
        quoted(&table.name)
    );
    let mut statement = conn.prepare_cached(&sql)?;
    let mut rows = statement.query([id])?;
    if let Some(row) = rows.next()? {
        for (at, (_, class)) in fields.iter().enumerate() {
            let value = row::value(*class, row.get_ref(at)?)?;
            if !value.is_null() {
                words::write(&value.to_string(), &mut words);
                words::boundary(&mut words);
            }
        }
    }
    Ok(words)
}

/// Areas and owner, so that rights are part of the question. No word begins as these do.
fn tags(table: &Table, id: Id, cells: &[Cell], body: &mut String) {
    if let Some(field) = table.reach
        && let Slot::Plain { at, .. } = table.slot(field)
        && let Cell::Text(code) = &cells[*at]
    {
        for length in AREA_LENGTHS {
            if let Some(prefix) = code.get(..length) {
                body.push_str(AREA);
                body.push_str(prefix);
                body.push(' ');
            }
        }
    }
    let owner = match table.owner {
        Some(Owner::Itself) => Some(id.0),
        Some(Owner::Field(field)) => match table.slot(field) {
            Slot::Plain { at, .. } => match cells[*at] {
                Cell::Integer(owner) => Some(owner),
                _ => None,
            },
            _ => None,
        },
        None => None,
    };
    if let Some(owner) = owner {
        body.push_str(OWNER);
        body.push_str(&owner.to_string());
    }
}
