//! The one writer: changes in groups, each with history entry, ledger line and search document.

use std::fmt::Write as _;
use std::sync::mpsc::Receiver;

use anyhow::anyhow;
use ledger::{EntryRef, Frontier};
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params, params_from_iter};
use tokio::sync::oneshot;

use super::approve::Approval;
use super::json::members;
use super::table::Columns;
use super::words::words;
use super::{GROUP_MAX, INDEX, SEARCHED, TABLE};

/// Who makes and edits devices on this side.
const NOBODY: i64 = 1;

/// Something to be written, and where the answer goes.
pub(super) struct Job {
    pub(super) what: Wanted,
    pub(super) answer: oneshot::Sender<anyhow::Result<(i64, i64)>>,
}

pub(super) enum Wanted {
    /// Cells in the order of the table, without an id.
    Create(Vec<Cell>),
    /// Columns by their place.
    Update(i64, Vec<(usize, Cell)>),
    Approve(Box<Approval>),
}

pub(super) struct Writer {
    pub(super) conn: Connection,
    pub(super) columns: Columns,
    insert: String,
    next_id: i64,
    pub(super) head: Head,
}

pub(super) struct Head {
    leaf: i64,
    pub(super) history: i64,
    frontier: Frontier,
}

impl Writer {
    pub(super) fn new(conn: Connection) -> anyhow::Result<Writer> {
        let columns = Columns::of(&conn)?;
        let marks = vec!["?"; columns.names.len()].join(", ");
        let insert = format!("INSERT INTO {TABLE} ({}) VALUES ({marks})", columns.list());
        let sql = format!(
            "SELECT max(ifnull((SELECT max(id) FROM {TABLE}), 0), \
             ifnull((SELECT max(id) FROM house__task), 0)) + 1000000"
        );
        let next_id = conn.query_row(&sql, [], |row| row.get(0))?;
        let sql = "SELECT leaf, history, frontier FROM head";
        let (leaf, history, frontier): (i64, i64, Vec<u8>) =
            conn.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
        let frontier = Frontier::from_bytes(leaf as u64, &frontier)?;
        Ok(Writer {
            conn,
            columns,
            insert,
            next_id,
            head: Head {
                leaf,
                history,
                frontier,
            },
        })
    }

    pub(super) fn work(mut self, receiver: &Receiver<Job>) {
        while let Ok(first) = receiver.recv() {
            let mut group = vec![first];
            while group.len() < GROUP_MAX
                && let Ok(job) = receiver.try_recv()
            {
                group.push(job);
            }
            let mut done = Vec::with_capacity(group.len());
            let outcome = self.group(group, &mut done);
            for (answer, result) in done {
                let failed = outcome.as_ref().err().map(|error| anyhow!("{error:#}"));
                let _ = answer.send(failed.map_or(result, Err));
            }
        }
    }

    fn group(&mut self, group: Vec<Job>, done: &mut Vec<Done>) -> anyhow::Result<()> {
        self.conn.execute_batch("BEGIN IMMEDIATE")?;
        for Job { what, answer } in group {
            let one = |(saved, hash)| (saved, vec![hash]);
            let result = match what {
                Wanted::Create(cells) => self.create(cells).map(one),
                Wanted::Update(id, changed) => self.update(id, changed).map(one),
                Wanted::Approve(approval) => self.approve(&approval),
            };
            if let Ok((_, hashes)) = &result {
                self.leaf(self.head.history - hashes.len() as i64, hashes)?;
            }
            done.push((answer, result.map(|(saved, _)| saved)));
        }
        self.finish()
    }

    pub(super) fn finish(&mut self) -> anyhow::Result<()> {
        let sql = "UPDATE head SET leaf = ?, history = ?, frontier = ?";
        let Head {
            leaf,
            history,
            frontier,
        } = &self.head;
        self.conn
            .prepare_cached(sql)?
            .execute(params![leaf, history, frontier.to_bytes()])?;
        self.conn.execute_batch("COMMIT")?;
        Ok(())
    }

    pub(super) fn next_id(&mut self) -> i64 {
        self.next_id += 1;
        self.next_id - 1
    }

    pub(super) fn create(
        &mut self,
        mut cells: Vec<Cell>,
    ) -> anyhow::Result<((i64, i64), ledger::Hash)> {
        let id = self.next_id();
        cells[0] = Cell::Integer(id);
        cells[1] = Cell::Integer(1);
        self.conn
            .prepare_cached(&self.insert)?
            .execute(params_from_iter(&cells))?;
        let mut body = String::from("{\"set\":{");
        members(&mut body, self.columns.names.iter().zip(&cells).skip(2));
        body.push_str("}}");
        let hash = self.entry(TABLE, (id, 1), (now(), NOBODY), "create", &body)?;
        let texts = SEARCHED
            .iter()
            .filter_map(|name| match cells[self.columns.at(name).ok()?] {
                Cell::Text(ref text) => Some(text.as_str()),
                _ => None,
            });
        let words = words(texts);
        let division = match &cells[self.columns.at("division")?] {
            Cell::Text(code) => code.as_str(),
            _ => "",
        };
        self.index(id, &words, division)?;
        Ok(((id, 1), hash))
    }

    fn update(
        &mut self,
        id: i64,
        changed: Vec<(usize, Cell)>,
    ) -> anyhow::Result<((i64, i64), ledger::Hash)> {
        let names: Vec<&String> = changed
            .iter()
            .map(|(at, _)| &self.columns.names[*at])
            .collect();
        let listed = names
            .iter()
            .map(|name| format!("\"{name}\""))
            .collect::<Vec<_>>()
            .join(", ");
        let sql = format!(
            "SELECT {}, division, version, {listed} FROM {TABLE} WHERE id = ?",
            SEARCHED.join(", ")
        );
        let (texts, division, version, before) =
            self.conn.prepare_cached(&sql)?.query_row([id], |row| {
                let texts: Vec<Option<String>> = (0..SEARCHED.len())
                    .map(|at| row.get(at))
                    .collect::<Result<_, _>>()?;
                let from = SEARCHED.len();
                let before: Vec<Cell> = (0..names.len())
                    .map(|at| row.get(from + 2 + at))
                    .collect::<Result<_, _>>()?;
                Ok((
                    texts,
                    row.get::<_, String>(from)?,
                    row.get::<_, i64>(from + 1)?,
                    before,
                ))
            })?;
        let sets = names
            .iter()
            .map(|name| format!("\"{name}\" = ?"))
            .collect::<Vec<_>>()
            .join(", ");
        let sql = format!("UPDATE {TABLE} SET version = ?, changed_at = ?, {sets} WHERE id = ?");
        let mut binds = vec![Cell::Integer(version + 1), Cell::Integer(now())];
        binds.extend(changed.iter().map(|(_, cell)| cell.clone()));
        binds.push(Cell::Integer(id));
        self.conn
            .prepare_cached(&sql)?
            .execute(params_from_iter(&binds))?;
        let mut body = String::from("{\"set\":{");
        members(
            &mut body,
            names
                .iter()
                .copied()
                .zip(changed.iter().map(|(_, cell)| cell)),
        );
        body.push_str("},\"was\":{");
        members(&mut body, names.iter().copied().zip(&before));
        body.push_str("}}");
        let hash = self.entry(TABLE, (id, version + 1), (now(), NOBODY), "edit", &body)?;
        let texts = SEARCHED.iter().zip(&texts).filter_map(|(name, old)| {
            let new = changed
                .iter()
                .find(|(at, _)| self.columns.names[*at] == **name);
            match new {
                Some((_, Cell::Text(text))) => Some(text.as_str()),
                _ => old.as_deref(),
            }
        });
        let words = words(texts);
        self.conn
            .prepare_cached(&format!("DELETE FROM {INDEX} WHERE rowid = ?"))?
            .execute([id])?;
        self.index(id, &words, &division)?;
        Ok(((id, version + 1), hash))
    }

    pub(super) fn entry(
        &mut self,
        tab: &str,
        (id, version): (i64, i64),
        (at, actor): (i64, i64),
        act: &str,
        body: &str,
    ) -> anyhow::Result<ledger::Hash> {
        let seq = self.head.history;
        let def = "0011223344556677";
        let sql = "INSERT INTO history (seq, tab, rec, version, at, actor, act, def, body) \
                   VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
        let values = params![seq, tab, id, version, at, actor, act, def, body];
        self.conn.prepare_cached(sql)?.execute(values)?;
        self.head.history += 1;
        let entry = EntryRef {
            seq,
            tab,
            rec: id,
            version,
            at,
            actor,
            act,
            def,
            body,
        };
        Ok(ledger::entry_hash(&entry))
    }

    pub(super) fn leaf(&mut self, first: i64, hashes: &[ledger::Hash]) -> anyhow::Result<()> {
        let hash = ledger::leaf_hash(first, hashes.len() as i64, hashes);
        let sql = "INSERT INTO ledger (leaf, first, count, hash) VALUES (?, ?, ?, ?)";
        let values = params![self.head.leaf, first, hashes.len() as i64, hash];
        self.conn.prepare_cached(sql)?.execute(values)?;
        self.head.frontier.append(hash);
        self.head.leaf += 1;
        Ok(())
    }

    fn index(&self, id: i64, words: &str, division: &str) -> anyhow::Result<()> {
        let mut body = words.to_owned();
        for length in [2, 4, 6, 9, 12] {
            if let Some(prefix) = division.get(..length) {
                write!(body, "_a{prefix} ")?;
            }
        }
        let sql = format!("INSERT INTO {INDEX} (rowid, body) VALUES (?, ?)");
        self.conn.prepare_cached(&sql)?.execute(params![id, body])?;
        Ok(())
    }
}

type Done = (
    oneshot::Sender<anyhow::Result<(i64, i64)>>,
    anyhow::Result<(i64, i64)>,
);

pub(super) fn now() -> i64 {
    use app::Clock as _;
    app::SystemClock.now().0
}
