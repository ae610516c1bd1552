//! Signed heads of the ledger, and the ledger written out for others to check.

use std::io::Write;

use expr::Moment;
use ledger::{EntryRef, Head as LedgerHead, KeyPair, SignedHead, export};
use rusqlite::params;

use crate::history::Head;
use crate::{Error, Store};

impl Store {
    /// The head of the ledger as it stands on disk, signed and kept; to be kept elsewhere as well.
    pub fn ledger_head(&self, key: &KeyPair, now: Moment) -> Result<SignedHead, Error> {
        let key = key.clone();
        self.house(move |conn| {
            let head = Head::read(conn)?;
            let node: i64 = conn.query_row("SELECT node FROM node", [], |row| row.get(0))?;
            let head = LedgerHead {
                node: node as u64,
                size: head.frontier.size(),
                root: head.frontier.root(),
                at: now.0,
            };
            let signed = key.sign(head)?;
            let sql = "INSERT OR REPLACE INTO signed_head (size, note) VALUES (?, ?)";
            conn.execute(sql, params![head.size as i64, signed.to_string()])?;
            Ok(signed)
        })
    }

    /// Number of ledger lines, the root of the tree, and the next history sequence.
    pub fn ledger_state(&self) -> Result<(u64, ledger::Hash, i64), Error> {
        self.read(|reader| {
            let head = Head::read(reader.conn())?;
            Ok((head.frontier.size(), head.frontier.root(), head.history))
        })
    }

    /// Writes the whole ledger as lines of JSON (`docs/ledger.md`), in one snapshot.
    pub fn ledger_export(&self, mut out: impl Write, now: Moment) -> Result<(), Error> {
        let broken = || Error::file("could not write", "the export".as_ref());
        self.read(|reader| {
            let conn = reader.conn();
            let node: i64 = conn.query_row("SELECT node FROM node", [], |row| row.get(0))?;
            let mut put = |line: String| out.write_all(line.as_bytes()).map_err(broken());
            put(export::title(node as u64, now.0))?;
            let mut entries = conn.prepare(
                "SELECT seq, tab, rec, version, at, actor, act, def, body FROM history \
                 WHERE seq >= ? AND seq < ? ORDER BY seq",
            )?;
            let mut leaves =
                conn.prepare("SELECT leaf, first, count, hash FROM ledger ORDER BY leaf")?;
            let mut leaves = leaves.query([])?;
            while let Some(leaf) = leaves.next()? {
                let (first, count): (i64, i64) = (leaf.get(1)?, leaf.get(2)?);
                let mut found = entries.query([first, first.saturating_add(count)])?;
                while let Some(row) = found.next()? {
                    let (tab, act): (String, String) = (row.get(1)?, row.get(6)?);
                    let (def, body): (String, String) = (row.get(7)?, row.get(8)?);
                    put(export::entry(&EntryRef {
                        seq: row.get(0)?,
                        tab: &tab,
                        rec: row.get(2)?,
                        version: row.get(3)?,
                        at: row.get(4)?,
                        actor: row.get(5)?,
                        act: &act,
                        def: &def,
                        body: &body,
                    }))?;
                }
                put(export::leaf(leaf.get(0)?, first, count, &leaf.get(3)?))?;
            }
            let mut notes = conn.prepare("SELECT size, note FROM signed_head ORDER BY size")?;
            let mut notes = notes.query([])?;
            while let Some(row) = notes.next()? {
                let note: String = row.get(1)?;
                put(export::signed(row.get(0)?, &note))?;
            }
            let head = Head::read(conn)?;
            put(export::head(head.history, &head.frontier))
        })?;
        out.flush().map_err(broken())
    }
}
