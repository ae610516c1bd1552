//! One change of one record: made, updated, removed, or its personal values erased.

use catalogue::FieldIx;
use expr::{Id, Value};
use kernel::{Datum, Meta};
use rusqlite::types::Value as Cell;
use rusqlite::{ErrorCode, OptionalExtension as _, params_from_iter};

use crate::apply::{About, Applied, Drawn, Tx};
use crate::history::Body;
use crate::keys::{Keyed, Subject};
use crate::layout::{Hashed, Slot, Table, quoted};
use crate::seal::Place;
use crate::{CommitError, Error, keys, row, series};

/// The record that is changed, how, and by whom.
pub(crate) struct One<'a> {
    pub table: &'a Table,
    pub id: Id,
    pub act: &'a str,
    pub meta: &'a Meta,
}

impl One<'_> {
    pub fn about(&self, version: i64) -> About<'_> {
        About {
            table: &self.table.name,
            record: self.id.0,
            version,
            act: self.act,
            def: &self.table.def,
        }
    }

    fn stale(&self) -> CommitError {
        CommitError::Stale {
            register: self.table.register,
            id: self.id,
        }
    }

    fn gone(&self) -> CommitError {
        CommitError::Gone {
            register: self.table.register,
            id: self.id,
        }
    }
}

/// Places of the columns every register has, counted without `id`.
const VERSION: usize = 0;
const CREATED_AT: usize = 1;
const CREATED_BY: usize = 2;
const CHANGED_AT: usize = 3;
const CHANGED_BY: usize = 4;

impl Tx<'_> {
    pub fn insert(
        &mut self,
        one: &One<'_>,
        state: Option<String>,
        data: Vec<(FieldIx, Datum)>,
        applied: &mut Applied,
    ) -> Result<(), CommitError> {
        let table = one.table;
        let mut cells = vec![Cell::Null; table.columns.len()];
        cells[VERSION] = Cell::Integer(1);
        cells[CREATED_AT] = Cell::Integer(one.meta.at.0);
        cells[CREATED_BY] = Cell::Integer(one.meta.actor.0);
        cells[CHANGED_AT] = Cell::Integer(one.meta.at.0);
        cells[CHANGED_BY] = Cell::Integer(one.meta.actor.0);
        if let (Some(at), Some(state)) = (table.state_at(), state) {
            cells[at] = Cell::Text(state);
        }
        let mut subject = Subject::of(one.id);
        let mut parts = Vec::new();
        for (field, datum) in data {
            let slot = table.slot(field);
            match datum {
                Datum::One(value) => {
                    self.put(&table.name, one.id, slot, value, &mut subject, &mut cells)?;
                }
                Datum::Draw(pattern) => {
                    let number = series::draw(self.conn, &pattern, one.meta.at)?;
                    let value = Value::Text(number.clone());
                    self.put(&table.name, one.id, slot, value, &mut subject, &mut cells)?;
                    let register = table.register;
                    applied.drawn.push(Drawn {
                        register,
                        id: one.id,
                        field,
                        number,
                    });
                }
                Datum::Rows(_) | Datum::Files(_) if !datum.is_empty() => parts.push((field, datum)),
                Datum::Rows(_) | Datum::Files(_) | Datum::Erased => {}
            }
        }
        self.sealed_free(one, &subject)?;
        self.execute(one, &cells)?;
        let mut body = Body::new();
        body.open("set");
        for (column, cell) in table.columns.iter().zip(&cells).skip(VERSION + 1) {
            if *cell != Cell::Null {
                body.cell(column, cell);
            }
        }
        body.close();
        body.meta(one.meta);
        self.entry(one.meta, one.about(1), &body.finish())?;
        let stood_for = one.meta.capacity.as_ref().and_then(|c| c.on_behalf);
        if let Some(account) = stood_for {
            let sql = "INSERT OR REPLACE INTO made_for (rec, account) VALUES (?, ?)";
            let values = [one.id.0, account.0];
            self.conn.prepare_cached(sql)?.execute(values)?;
        }
        for (field, datum) in parts {
            self.part(one, field, datum, &mut subject)?;
        }
        subject.keep(self)?;
        self.index(table, one.id, &cells)?;
        Ok(())
    }

    pub fn update(
        &mut self,
        one: &One<'_>,
        expected: i64,
        state: Option<String>,
        data: Vec<(FieldIx, Datum)>,
    ) -> Result<(), CommitError> {
        let table = one.table;
        let before = self.current(one, expected)?;
        let mut after = before.clone();
        if let (Some(at), Some(state)) = (table.state_at(), state) {
            after[at] = Cell::Text(state);
        }
        let mut subject = Subject::of(one.id);
        let mut parts = Vec::new();
        for (field, datum) in data {
            let slot = table.slot(field);
            match datum {
                Datum::One(value) => {
                    if !self.holds(&table.name, one.id, slot, &value, &mut subject, &before)? {
                        self.put(&table.name, one.id, slot, value, &mut subject, &mut after)?;
                    }
                }
                Datum::Rows(_) | Datum::Files(_) => parts.push((field, datum)),
                // What the law had destroyed cannot be written, and numbers are drawn once.
                Datum::Erased | Datum::Draw(_) => {}
            }
        }
        self.sealed_free(one, &subject)?;
        self.change_row(one, &before, &mut after, expected + 1)?;
        for (field, datum) in parts {
            self.part(one, field, datum, &mut subject)?;
        }
        subject.keep(self)?;
        self.reindex(table, one.id, &before, &after)?;
        Ok(())
    }

    /// Writes the columns that differ, and the entry.
    fn change_row(
        &mut self,
        one: &One<'_>,
        before: &[Cell],
        after: &mut [Cell],
        version: i64,
    ) -> Result<(), CommitError> {
        let table = one.table;
        after[VERSION] = Cell::Integer(version);
        after[CHANGED_AT] = Cell::Integer(one.meta.at.0);
        after[CHANGED_BY] = Cell::Integer(one.meta.actor.0);
        let differ = differing(&table.slots, before, after);
        let mut sql = format!("UPDATE {} SET ", quoted(&table.name));
        for (n, at) in differ.iter().enumerate() {
            sql.push_str(if n == 0 { "" } else { ", " });
            sql.push_str(&quoted(&table.columns[*at]));
            sql.push_str(" = ?");
        }
        sql.push_str(" WHERE id = ?");
        let binds = differ.iter().map(|at| &after[*at]);
        let id = Cell::Integer(one.id.0);
        let done = self
            .conn
            .prepare_cached(&sql)?
            .execute(params_from_iter(binds.chain([&id])));
        done.map_err(|error| self.refused(one, after, error))?;
        let mut body = Body::new();
        for (name, cells) in [("set", &*after), ("was", before)] {
            body.open(name);
            for at in differ.iter().filter(|at| **at > VERSION) {
                body.cell(&table.columns[*at], &cells[*at]);
            }
            body.close();
        }
        body.meta(one.meta);
        self.entry(one.meta, one.about(version), &body.finish())?;
        Ok(())
    }

    pub fn remove(&mut self, one: &One<'_>, expected: i64) -> Result<(), CommitError> {
        let table = one.table;
        let before = self.current(one, expected)?;
        let mut body = Body::new();
        body.open("was");
        for (column, cell) in table.columns.iter().zip(&before).skip(VERSION + 1) {
            if *cell != Cell::Null {
                body.cell(column, cell);
            }
        }
        body.close();
        body.gone();
        body.meta(one.meta);
        // The record's own entry first, as always; its rows must go before it does.
        self.entry(one.meta, one.about(expected + 1), &body.finish())?;
        let mut subject = Subject::of(one.id);
        for (field, slot) in table.slots.iter().enumerate() {
            let none = match slot {
                Slot::Rows(_) => Datum::Rows(Vec::new()),
                Slot::Files => Datum::Files(Vec::new()),
                _ => continue,
            };
            self.part(one, FieldIx(field), none, &mut subject)?;
        }
        let sql = format!("DELETE FROM {} WHERE id = ?", quoted(&table.name));
        let done = self.conn.prepare_cached(&sql)?.execute([one.id.0]);
        done.map_err(|error| match constraint(&error) {
            true => CommitError::Used {
                register: table.register,
                id: one.id,
            },
            false => error.into(),
        })?;
        let sql = "DELETE FROM keyed_hash WHERE subject = ?";
        self.conn.prepare_cached(sql)?.execute([one.id.0])?;
        self.shown.remove(&one.id.0);
        self.unindex(one.table, one.id)?;
        Ok(())
    }

    /// Destroys the key of the record's personal values. The sealed bytes stay, so that the ledger
    /// still verifies; nobody can read them any more.
    pub fn erase(&mut self, one: &One<'_>, expected: i64) -> Result<(), CommitError> {
        let before = self.current(one, expected)?;
        let mut after = before.clone();
        self.change_row(one, &before, &mut after, expected + 1)?;
        keys::destroy(self.conn, one.id)?;
        self.conn
            .prepare_cached("DELETE FROM draft WHERE rec = ?")?
            .execute([one.id.0])?;
        self.erased = true;
        Ok(())
    }

    /// All cells but `id` of the record as it is, if it still has the expected version.
    fn current(&self, one: &One<'_>, expected: i64) -> Result<Vec<Cell>, CommitError> {
        let sql = format!("{} WHERE id = ?", one.table.select());
        let found = self
            .conn
            .prepare_cached(&sql)?
            .query_row([one.id.0], |row| {
                (1..=one.table.columns.len())
                    .map(|i| row.get::<_, Cell>(i))
                    .collect()
            })
            .optional()?;
        let cells: Vec<Cell> = found.ok_or_else(|| one.gone())?;
        if cells[VERSION] != Cell::Integer(expected) {
            return Err(one.stale());
        }
        Ok(cells)
    }

    /// Puts a value into its cells, sealed where the definition says so.
    pub fn put(
        &self,
        table: &str,
        record: Id,
        slot: &Slot,
        value: Value,
        subject: &mut Subject,
        cells: &mut [Cell],
    ) -> Result<(), CommitError> {
        match slot {
            Slot::Plain { at, class, .. } => cells[*at] = row::cell(*class, value)?,
            Slot::Point { at, .. } => {
                let [lat, lon] = row::point_cells(&value)?;
                cells[*at] = lat;
                cells[*at + 1] = lon;
            }
            Slot::Sealed {
                column,
                at,
                class,
                hashed,
            } => {
                let mut hash = None;
                cells[*at] = Cell::Null;
                if !value.is_null() {
                    let text = row::sealed_text(*class, &value);
                    let place = Place {
                        table,
                        record: record.0,
                        column,
                    };
                    let key = subject.key(self.conn, self.vault)?;
                    cells[*at] = Cell::Blob(self.vault.seal(key, place, text.as_bytes())?);
                    hash = Some(self.vault.keyed_hash(&text));
                }
                if *hashed != Hashed::No {
                    subject.hashed(Keyed {
                        table: table.to_owned(),
                        column: column.clone(),
                        row: record,
                        unique: *hashed == Hashed::Unique,
                        hash,
                    });
                }
            }
            Slot::Rows(_) | Slot::Files => {}
        }
        Ok(())
    }

    /// Whether the cells already hold the value. Each sealing gives other bytes, so sealed values
    /// are compared open.
    pub fn holds(
        &self,
        table: &str,
        record: Id,
        slot: &Slot,
        value: &Value,
        subject: &mut Subject,
        cells: &[Cell],
    ) -> Result<bool, Error> {
        match slot {
            Slot::Sealed {
                column, at, class, ..
            } => {
                let Cell::Blob(sealed) = &cells[*at] else {
                    return Ok(value.is_null());
                };
                let place = Place {
                    table,
                    record: record.0,
                    column,
                };
                let Some(key) = subject.known(self.conn, self.vault)? else {
                    return Ok(false);
                };
                let open = crate::seal::open_with(key, &[place], sealed).plain();
                let text = row::sealed_text(*class, value);
                Ok(open.is_some_and(|open| open.as_slice() == text.as_bytes() && !value.is_null()))
            }
            // Plain cells are compared as cells afterwards.
            _ => Ok(false),
        }
    }

    /// Asked before the row is written, because then nothing has to be undone.
    fn sealed_free(&self, one: &One<'_>, subject: &Subject) -> Result<(), CommitError> {
        for keyed in subject.hashes() {
            let (true, Some(hash)) = (keyed.unique, &keyed.hash) else {
                continue;
            };
            let found = keys::holder(self.conn, &keyed.table, &keyed.column, hash, keyed.row)?;
            let field = self
                .layout
                .register(one.table.register)
                .field(&keyed.column);
            if let (Some(by), Some(field)) = (found, field) {
                return Err(CommitError::Duplicate {
                    register: one.table.register,
                    field,
                    by,
                });
            }
        }
        Ok(())
    }

    fn execute(&mut self, one: &One<'_>, cells: &[Cell]) -> Result<(), CommitError> {
        let statement = self.hot.insert(self.conn, one.table)?;
        statement.raw_bind_parameter(1, one.id.0)?;
        for (at, cell) in cells.iter().enumerate() {
            if *cell != Cell::Null {
                statement.raw_bind_parameter(at + 2, cell)?;
            }
        }
        match statement.raw_execute() {
            Ok(_) => Ok(()),
            Err(error) => Err(self.refused(one, cells, error)),
        }
    }

    /// Says which constraint refused the row.
    fn refused(&self, one: &One<'_>, cells: &[Cell], error: rusqlite::Error) -> CommitError {
        if !constraint(&error) {
            return error.into();
        }
        match self.blamed(one, cells) {
            Ok(Some(answer)) => answer,
            Ok(None) => error.into(),
            Err(broken) => broken.into(),
        }
    }

    fn blamed(&self, one: &One<'_>, cells: &[Cell]) -> Result<Option<CommitError>, Error> {
        let table = one.table;
        let register = table.register;
        for (n, field) in self.layout.register(register).fields.iter().enumerate() {
            let Slot::Plain { column, at, .. } = &table.slots[n] else {
                continue;
            };
            if !field.unique || cells[*at] == Cell::Null {
                continue;
            }
            if let Some(by) = self.holder_of(table, column, &cells[*at], one.id)? {
                return Ok(Some(CommitError::Duplicate {
                    register,
                    field: FieldIx(n),
                    by,
                }));
            }
        }
        for (field, to) in &table.refs {
            let Slot::Plain { at, .. } = table.slot(*field) else {
                continue;
            };
            let Cell::Integer(id) = cells[*at] else {
                continue;
            };
            let target = self.layout.at(*to);
            let sql = format!("SELECT 1 FROM {} WHERE id = ?", quoted(&target.name));
            if !self.conn.prepare_cached(&sql)?.exists([id])? {
                return Ok(Some(CommitError::Gone {
                    register: *to,
                    id: Id(id),
                }));
            }
        }
        Ok(None)
    }
}

/// Places of the cells that differ; of a point always both, so that an entry tells the whole place.
pub(crate) fn differing(slots: &[Slot], before: &[Cell], after: &[Cell]) -> Vec<usize> {
    let mut differ: Vec<bool> = before
        .iter()
        .zip(after)
        .map(|(was, now)| was != now)
        .collect();
    for slot in slots {
        if let Slot::Point { at, .. } = slot {
            let either = differ[*at] || differ[*at + 1];
            differ[*at] = either;
            differ[*at + 1] = either;
        }
    }
    (0..differ.len()).filter(|at| differ[*at]).collect()
}

fn constraint(error: &rusqlite::Error) -> bool {
    error.sqlite_error_code() == Some(ErrorCode::ConstraintViolation)
}
