//! Applies one decided commit inside the writer's transaction: rows, history, search, all or nothing.

use std::collections::HashMap;

use catalogue::{FieldIx, RegisterIx};
use expr::{Id, Value};
use kernel::{Change, Commit, Datum, Event, Meta, Relied, What};
use ledger::{EntryRef, Hash};
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, OptionalExtension as _, params};

use crate::bulk_write::Hot;
use crate::change::One;
use crate::history::{self, Body, Head};
use crate::house::request;
use crate::ids::Ids;
use crate::layout::{Layout, Slot, Table, quoted};
use crate::seal::Vault;
use crate::{CommitError, Error, keys, reader, row};

/// What a commit became.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Applied {
    /// First history sequence number of the commit.
    pub first: i64,
    /// Number of history entries.
    pub count: i64,
    /// Ledger leaf that covers it.
    pub leaf: i64,
    /// Numbers drawn from their series.
    pub drawn: Vec<Drawn>,
}

/// A number the store drew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Drawn {
    pub register: RegisterIx,
    pub id: Id,
    pub field: FieldIx,
    pub number: String,
}

/// One transaction of the writer.
pub(crate) struct Tx<'c> {
    pub conn: &'c Connection,
    pub layout: &'c Layout,
    pub vault: &'c Vault,
    pub ids: &'c mut Ids,
    pub head: Head,
    pub hot: Hot<'c>,
    /// Hashes of the entries since the last leaf.
    pub hashes: Vec<Hash>,
    /// What ref targets are shown as, so that an import looks each up once.
    pub shown: HashMap<i64, String>,
    /// A partner subscribes, so messages are written.
    pub subscribed: bool,
    /// Records wait to be indexed anew.
    pub requeued: bool,
    /// A commit failed half way without a savepoint: nothing of the transaction may stay.
    pub torn: bool,
    /// A key was destroyed: the log of the database must be emptied before the answer.
    pub erased: bool,
}

/// Entries that are about no row stand under this name.
const EVENTS: &str = "event";
/// No record has a negative id.
const NOBODY: Id = Id(-1);

/// How much must be undone when a commit fails half way.
#[derive(PartialEq)]
enum Guard {
    /// One statement that can fail, and it is the first: it undoes itself.
    Statement,
    Savepoint,
}

impl Tx<'_> {
    /// Applies the commit or leaves no trace of it.
    pub fn commit(&mut self, commit: Commit) -> Result<Applied, CommitError> {
        let mark = self.head.clone();
        let hashes = self.hashes.len();
        let guard = guard(&commit);
        if guard == Guard::Savepoint {
            self.conn.prepare_cached("SAVEPOINT one")?.execute([])?;
        }
        let result = self.run(commit);
        if result.is_err() {
            self.head = mark;
            self.hashes.truncate(hashes);
            self.shown.clear();
            if guard == Guard::Savepoint {
                // A lease taken since is undone with the savepoint.
                self.ids.forget();
            }
        }
        if guard == Guard::Statement
            && matches!(&result, Err(CommitError::Broken(error)) if !matches!(error, Error::Question(_)))
        {
            self.torn = true;
        }
        if guard == Guard::Savepoint && !self.conn.is_autocommit() {
            if result.is_err() {
                self.conn.prepare_cached("ROLLBACK TO one")?.execute([])?;
            }
            self.conn.prepare_cached("RELEASE one")?.execute([])?;
        }
        result
    }

    /// Closes the leaf over all entries since the last one.
    pub fn close_leaf(&mut self) -> Result<i64, Error> {
        let first = self.head.history - self.hashes.len() as i64;
        let leaf = history::write_leaf(self.conn, &mut self.head, first, &self.hashes)?;
        if self.subscribed {
            let sql = "INSERT INTO outbox (seq, leaf, first, count) VALUES (?, ?, ?, ?)";
            let count = self.hashes.len() as i64;
            self.conn.prepare_cached(sql)?.execute(params![
                self.head.outbox,
                leaf,
                first,
                count
            ])?;
            self.head.outbox += 1;
        }
        self.hashes.clear();
        Ok(leaf)
    }

    fn run(&mut self, commit: Commit) -> Result<Applied, CommitError> {
        let Commit {
            meta,
            changes,
            relied,
            events,
            once,
        } = commit;
        if let Some(once) = &once {
            request::refuse_repeated(self.conn, once)?;
        }
        for fact in &relied {
            self.still_holds(fact)?;
        }
        let mut applied = Applied {
            first: self.head.history,
            ..Applied::default()
        };
        for change in changes {
            self.change(&meta, change, &mut applied)?;
        }
        for event in events {
            self.event(&meta, &event)?;
        }
        if let Some(once) = &once {
            request::keep(self.conn, once, meta.at)?;
        }
        applied.count = self.head.history - applied.first;
        applied.leaf = self.head.leaf;
        Ok(applied)
    }

    fn still_holds(&self, fact: &Relied) -> Result<(), CommitError> {
        match fact {
            Relied::Version {
                register,
                id,
                version,
            } => {
                let table = self.layout.at(*register);
                let sql = format!("SELECT version FROM {} WHERE id = ?", quoted(&table.name));
                let found: Option<i64> = self
                    .conn
                    .prepare_cached(&sql)?
                    .query_row([id.0], |r| r.get(0))
                    .optional()?;
                match found {
                    None => Err(CommitError::Gone {
                        register: *register,
                        id: *id,
                    }),
                    Some(found) if found != *version => Err(CommitError::Stale {
                        register: *register,
                        id: *id,
                    }),
                    Some(_) => Ok(()),
                }
            }
            Relied::None {
                register,
                field,
                value,
            } => match self.holder(*register, *field, value.clone())? {
                Some(by) => Err(CommitError::Duplicate {
                    register: *register,
                    field: *field,
                    by,
                }),
                None => Ok(()),
            },
            Relied::Same {
                register,
                field,
                value,
                count,
                versions,
            } => {
                let found = reader::tally(self.conn, self.layout, *register, *field, value)?;
                match found == (*count, *versions) {
                    true => Ok(()),
                    false => Err(CommitError::Stale {
                        register: *register,
                        id: match value {
                            Value::Id(id) => *id,
                            _ => NOBODY,
                        },
                    }),
                }
            }
        }
    }

    /// Another record of the register that has the value in the field.
    fn holder(
        &self,
        register: RegisterIx,
        field: FieldIx,
        value: Value,
    ) -> Result<Option<Id>, Error> {
        let table = self.layout.at(register);
        match table.slot(field) {
            Slot::Plain { column, class, .. } => {
                self.holder_of(table, column, &row::cell(*class, value)?, NOBODY)
            }
            Slot::Sealed { column, class, .. } => {
                let hash = self.vault.keyed_hash(&row::sealed_text(*class, &value));
                keys::holder(self.conn, &table.name, column, &hash, NOBODY)
            }
            _ => Ok(None),
        }
    }

    pub fn holder_of(
        &self,
        table: &Table,
        column: &str,
        cell: &Cell,
        except: Id,
    ) -> Result<Option<Id>, Error> {
        let sql = format!(
            "SELECT id FROM {} WHERE {} = ? AND id <> ? LIMIT 1",
            quoted(&table.name),
            quoted(column)
        );
        let found = self
            .conn
            .prepare_cached(&sql)?
            .query_row(params![cell, except.0], |row| row.get(0))
            .optional()?;
        Ok(found.map(Id))
    }

    fn change(
        &mut self,
        meta: &Meta,
        change: Change,
        applied: &mut Applied,
    ) -> Result<(), CommitError> {
        let Change {
            register,
            id,
            act,
            what,
        } = change;
        let layout = self.layout;
        let one = One {
            table: layout.at(register),
            id,
            act: &act,
            meta,
        };
        match what {
            What::Insert { state, data } => {
                let state = state.map(|ix| layout.register(register).states[ix.0].name.clone());
                self.insert(&one, state, data, applied)
            }
            What::Update {
                expected,
                state,
                data,
            } => {
                let state = state.map(|ix| layout.register(register).states[ix.0].name.clone());
                self.update(&one, expected, state, data)
            }
            What::Remove { expected } => self.remove(&one, expected),
            What::Erase { expected } => self.erase(&one, expected),
        }
    }

    /// Writes an entry about a row of any ledgered table and keeps its hash for the leaf.
    pub fn entry(&mut self, meta: &Meta, about: About<'_>, body: &str) -> Result<(), Error> {
        let entry = EntryRef {
            seq: self.head.history,
            tab: about.table,
            rec: about.record,
            version: about.version,
            at: meta.at.0,
            actor: meta.actor.0,
            act: about.act,
            def: about.def,
            body,
        };
        let hash = history::write_entry(self.conn, &mut self.head, &entry)?;
        if let Some(batch) = meta.batch {
            let sql = "INSERT INTO batch_entry (batch, seq) VALUES (?, ?)";
            self.conn
                .prepare_cached(sql)?
                .execute([batch.0, entry.seq])?;
        }
        self.hashes.push(hash);
        Ok(())
    }

    /// Something that changes no row: its entry has a record but no version.
    fn event(&mut self, meta: &Meta, event: &Event) -> Result<(), CommitError> {
        let mut body = Body::new();
        body.open("event");
        for (name, text) in &event.detail {
            body.word(name, text);
        }
        body.close();
        body.meta(meta);
        let layout = self.layout;
        let (table, record, def) = match event.record {
            Some((register, id)) => {
                let table = layout.at(register);
                (table.name.as_str(), id.0, table.def.as_str())
            }
            None => (EVENTS, 0, ""),
        };
        let about = About {
            table,
            record,
            version: 0,
            act: &event.kind,
            def,
        };
        Ok(self.entry(meta, about, &body.finish())?)
    }
}

/// Which row an entry is about, and what was done.
#[derive(Clone, Copy)]
pub(crate) struct About<'a> {
    pub table: &'a str,
    pub record: i64,
    pub version: i64,
    pub act: &'a str,
    pub def: &'a str,
}

/// A commit of one plain row has only one statement that a constraint can refuse, and it comes
/// first; savepoints would cost an import a tenth of its speed.
fn guard(commit: &Commit) -> Guard {
    let plain = |data: &[(FieldIx, Datum)]| {
        data.iter()
            .all(|(_, datum)| !matches!(datum, Datum::Rows(_) | Datum::Files(_)))
    };
    match commit.changes.as_slice() {
        [] => Guard::Statement,
        [
            Change {
                what: What::Insert { data, .. } | What::Update { data, .. },
                ..
            },
        ] if plain(data) => Guard::Statement,
        _ => Guard::Savepoint,
    }
}
