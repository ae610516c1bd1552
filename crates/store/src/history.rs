//! Writing history entries and ledger leaves, byte for byte as `docs/ledger.md` says.
//!
//! Bodies are put together by hand: an import writes twenty thousand of them a second.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::Meta;
use ledger::{EntryRef, Frontier, Hash};
use rusqlite::types::Value as Cell;
use rusqlite::{Connection, params};

use crate::Error;

/// The row of `head`: the numbers that the next commit takes, and the edge of the tree.
#[derive(Clone, Debug)]
pub(crate) struct Head {
    /// Next leaf.
    pub leaf: i64,
    /// Next history sequence.
    pub history: i64,
    /// Next outbox sequence.
    pub outbox: i64,
    pub frontier: Frontier,
}

impl Head {
    pub fn read(conn: &Connection) -> Result<Head, Error> {
        let sql = "SELECT leaf, history, outbox, frontier FROM head WHERE id = 1";
        let (leaf, history, outbox, frontier): (i64, i64, i64, Vec<u8>) =
            conn.prepare_cached(sql)?.query_row([], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?))
            })?;
        let frontier = Frontier::from_bytes(leaf as u64, &frontier)?;
        Ok(Head {
            leaf,
            history,
            outbox,
            frontier,
        })
    }

    pub fn write(&self, conn: &Connection) -> Result<(), Error> {
        let sql = "UPDATE head SET leaf = ?, history = ?, outbox = ?, frontier = ? WHERE id = 1";
        conn.prepare_cached(sql)?.execute(params![
            self.leaf,
            self.history,
            self.outbox,
            self.frontier.to_bytes()
        ])?;
        Ok(())
    }
}

/// Writes the entry under the next sequence number and gives its hash.
pub(crate) fn write_entry(
    conn: &Connection,
    head: &mut Head,
    entry: &EntryRef<'_>,
) -> Result<Hash, Error> {
    let sql = "INSERT INTO history (seq, tab, rec, version, at, actor, act, def, body) \
               VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
    conn.prepare_cached(sql)?.execute(params![
        entry.seq,
        entry.tab,
        entry.rec,
        entry.version,
        entry.at,
        entry.actor,
        entry.act,
        entry.def,
        entry.body
    ])?;
    head.history += 1;
    Ok(ledger::entry_hash(entry))
}

/// Closes a leaf over the entries written since `first`.
pub(crate) fn write_leaf(
    conn: &Connection,
    head: &mut Head,
    first: i64,
    hashes: &[Hash],
) -> Result<i64, Error> {
    let count = hashes.len() as i64;
    let hash = ledger::leaf_hash(first, count, hashes);
    let sql = "INSERT INTO ledger (leaf, first, count, hash) VALUES (?, ?, ?, ?)";
    conn.prepare_cached(sql)?
        .execute(params![head.leaf, first, count, hash])?;
    head.frontier.append(hash);
    head.leaf += 1;
    Ok(head.leaf - 1)
}

/// The body of an entry while it is written.
#[derive(Default)]
pub(crate) struct Body {
    text: String,
}

impl Body {
    pub fn new() -> Body {
        Body {
            text: String::from("{"),
        }
    }

    /// Opens `"set":{` or `"was":{`.
    pub fn open(&mut self, name: &str) {
        self.comma();
        self.text.push('"');
        self.text.push_str(name);
        self.text.push_str("\":{");
    }

    pub fn close(&mut self) {
        self.text.push('}');
    }

    pub fn cell(&mut self, column: &str, cell: &Cell) {
        self.comma();
        self.text.push('"');
        self.text.push_str(column);
        self.text.push_str("\":");
        match cell {
            Cell::Null => self.text.push_str("null"),
            Cell::Integer(number) => {
                use std::fmt::Write as _;
                // Writing to a String cannot fail.
                let _ = write!(self.text, "{number}");
            }
            Cell::Real(number) => {
                use std::fmt::Write as _;
                let _ = write!(self.text, "{number:?}");
            }
            Cell::Text(text) => quote(text, &mut self.text),
            Cell::Blob(bytes) => {
                self.text.push_str("{\"$b\":\"");
                STANDARD.encode_string(bytes, &mut self.text);
                self.text.push_str("\"}");
            }
        }
    }

    /// The row is no more.
    pub fn gone(&mut self) {
        self.comma();
        self.text.push_str("\"gone\":true");
    }

    pub fn word(&mut self, name: &str, text: &str) {
        self.comma();
        quote(name, &mut self.text);
        self.text.push(':');
        quote(text, &mut self.text);
    }

    pub fn number(&mut self, name: &str, number: i64) {
        self.cell(name, &Cell::Integer(number));
    }

    /// Post, reason and import batch, as far as there are any.
    pub fn meta(&mut self, meta: &Meta) {
        if let Some(capacity) = &meta.capacity {
            self.open("post");
            self.word("role", &capacity.role);
            self.number("unit", capacity.unit.0);
            if let Some(id) = capacity.on_behalf {
                self.number("for", id.0);
            }
            if capacity.one_person {
                self.number("one", 1);
            }
            self.close();
        }
        if let Some(reason) = &meta.reason {
            self.word("reason", reason);
        }
        if let Some(batch) = meta.batch {
            self.number("batch", batch.0);
        }
    }

    pub fn finish(mut self) -> String {
        self.text.push('}');
        self.text
    }

    fn comma(&mut self) {
        if !self.text.ends_with('{') {
            self.text.push(',');
        }
    }
}

/// Appends a JSON string; only what JSON requires is escaped.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    let mut from = 0;
    for (at, byte) in text.bytes().enumerate() {
        let escaped = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            b'\n' => "\\n",
            b'\r' => "\\r",
            b'\t' => "\\t",
            0..=0x1F => "",
            _ => continue,
        };
        out.push_str(&text[from..at]);
        if escaped.is_empty() {
            out.push_str(&format!("\\u{byte:04x}"));
        } else {
            out.push_str(escaped);
        }
        from = at + 1;
    }
    out.push_str(&text[from..]);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bodies_are_json_on_one_line() {
        let mut body = Body::new();
        body.open("set");
        body.cell("name", &Cell::Text("甲\n\"乙\"\\\u{1}".to_owned()));
        body.cell("power", &Cell::Integer(-5));
        body.cell("none", &Cell::Null);
        body.cell("sealed", &Cell::Blob(vec![0, 255]));
        body.close();
        body.gone();
        body.word("reason", "{");
        let text = body.finish();
        assert!(!text.contains('\n'));
        let read: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(read["set"]["name"], "甲\n\"乙\"\\\u{1}");
        assert_eq!(read["set"]["power"], -5);
        assert_eq!(read["set"]["sealed"]["$b"], "AP8=");
        assert_eq!(read["gone"], true);
        assert_eq!(read["reason"], "{");
    }
}
