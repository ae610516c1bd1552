//! A bureau with two lifts, a batch, a migration, a child table and a deletion in its history.

use crate::args::{Args, Output, Subject};
use crate::check;
use crate::error::Error;
use crate::hash::{Tree, entry_hash, hex, leaf_hash, sm3};
use crate::report::{Fault, Kind, Report};
use rusqlite::{Connection, params};
use sm2::dsa::signature::Signer as _;
use sm2::dsa::{Signature, SigningKey};
use std::path::PathBuf;
use tempfile::TempDir;

/// Values that stand in rows and must never be printed.
pub(super) const SECRETS: [&str; 3] = ["客梯甲", "c2VhbGVk", "sealed"];

pub(super) struct Bureau {
    pub(super) dir: TempDir,
    pub(super) db: Connection,
}

pub(super) struct Entry<'a>(
    pub(super) &'a str,
    pub(super) i64,
    pub(super) i64,
    pub(super) &'a str,
    pub(super) &'a str,
);

const SCHEMA: &str = "
    PRAGMA journal_mode = WAL;
    CREATE TABLE history(seq INTEGER PRIMARY KEY, tab TEXT, rec INTEGER, version INTEGER, at INTEGER,
        actor INTEGER, act TEXT, def TEXT, body TEXT);
    CREATE INDEX history_row ON history(tab, rec, seq);
    CREATE TABLE ledger(leaf INTEGER PRIMARY KEY, first INTEGER, count INTEGER, hash BLOB);
    CREATE TABLE head(id INTEGER PRIMARY KEY CHECK(id=1), leaf INTEGER, history INTEGER, outbox INTEGER, frontier BLOB);
    INSERT INTO head VALUES(1, 0, 1, 1, x'');
    CREATE TABLE signed_head(size INTEGER PRIMARY KEY, note TEXT);
    CREATE TABLE ledgered(tab TEXT PRIMARY KEY);
    INSERT INTO ledgered VALUES('equipment'), ('equipment_part');
    CREATE TABLE equipment(id INTEGER PRIMARY KEY, version INTEGER, name TEXT, load_kg INTEGER, phone BLOB,
        twice INTEGER GENERATED ALWAYS AS (load_kg * 2));
    CREATE TABLE equipment_part(id INTEGER PRIMARY KEY, version INTEGER, owner INTEGER, name TEXT);
";

/// Entry numbers: 1 and 3 and 15 lift 33; 2 and 13 lift 34; 4 sign-in; 5–9 batch of lifts 40–44;
/// 10 migration; 11 lift 35 with 12 its part 50; 14 lift 40.
pub(super) const NEXT_SEQ: i64 = 16;
pub(super) const LEAVES: i64 = 10;

impl Bureau {
    pub(super) fn new() -> Self {
        let dir = TempDir::new().unwrap();
        let db = Connection::open(dir.path().join("jinzhi.db")).unwrap();
        db.execute_batch(SCHEMA).unwrap();
        let bureau = Self { dir, db };
        bureau.live();
        bureau
    }

    fn live(&self) {
        let lift = |load: i64| {
            format!(
                r#"{{"set":{{"name":"客梯甲","load_kg":{load},"phone":{{"$b":"c2VhbGVk"}}}},"was":{{"name":null}},"reason":"首次登记"}}"#
            )
        };
        self.commit(
            &[Entry("equipment", 33, 1, "create", &lift(1000))],
            "INSERT INTO equipment VALUES(33, 1, '客梯甲', 1000, x'7365616c6564')",
        );
        self.commit(
            &[Entry("equipment", 34, 1, "create", &lift(630))],
            "INSERT INTO equipment VALUES(34, 1, '客梯甲', 630, x'7365616c6564')",
        );
        self.commit(
            &[Entry(
                "equipment",
                33,
                2,
                "edit",
                r#"{"set":{"load_kg":1050},"was":{"load_kg":1000}}"#,
            )],
            "UPDATE equipment SET version = 2, load_kg = 1050 WHERE id = 33",
        );
        self.commit(
            &[Entry(
                "event",
                0,
                0,
                "sign_in",
                r#"{"event":{"from":"::1"}}"#,
            )],
            "",
        );
        let lift_800 = lift(800);
        let batch: Vec<Entry<'_>> = (40..45)
            .map(|id| Entry("equipment", id, 1, "import", &lift_800))
            .collect();
        self.commit(
            &batch,
            "INSERT INTO equipment SELECT value, 1, '客梯甲', 800, x'7365616c6564' FROM json_each('[40,41,42,43,44]')",
        );
        self.sign_and_keep();
        self.commit(
            &[Entry("equipment", 0, 0, "migrate", r#"{"rename":{"load_kg":"rated_kg"},"added":{"x_note":"无"}}"#)],
            "ALTER TABLE equipment RENAME load_kg TO rated_kg; ALTER TABLE equipment ADD x_note TEXT DEFAULT '无'",
        );
        self.commit(
            &[
                Entry("equipment", 35, 1, "create", r#"{"set":{"name":"客梯甲","rated_kg":320,"x_note":null}}"#),
                Entry("equipment_part", 50, 1, "create", r#"{"set":{"owner":35,"name":"限速器"}}"#),
            ],
            "INSERT INTO equipment(id, version, name, rated_kg, x_note) VALUES(35, 1, '客梯甲', 320, NULL);
             INSERT INTO equipment_part VALUES(50, 1, 35, '限速器')",
        );
        self.commit(
            &[Entry(
                "equipment",
                34,
                2,
                "delete",
                r#"{"gone":true,"was":{"rated_kg":630,"x_note":"无"}}"#,
            )],
            "DELETE FROM equipment WHERE id = 34",
        );
        self.commit(
            &[Entry(
                "equipment",
                40,
                2,
                "edit",
                r#"{"set":{"rated_kg":900},"was":{"rated_kg":800}}"#,
            )],
            "UPDATE equipment SET version = 2, rated_kg = 900 WHERE id = 40",
        );
        self.sign_and_keep();
        self.commit(
            &[Entry(
                "equipment",
                33,
                3,
                "edit",
                r#"{"set":{"x_note":"检"},"was":{"x_note":"无"}}"#,
            )],
            "UPDATE equipment SET version = 3, x_note = '检' WHERE id = 33",
        );
    }

    /// What the store does: rows, history, one ledger line and the head, in one transaction.
    pub(super) fn commit(&self, entries: &[Entry<'_>], rows: &str) {
        let transaction = self.db.unchecked_transaction().unwrap();
        transaction.execute_batch(rows).unwrap();
        let first: i64 = self.number("SELECT history FROM head");
        for (seq, Entry(tab, rec, version, act, body)) in (first..).zip(entries) {
            transaction
                .execute(
                    "INSERT INTO history VALUES(?1, ?2, ?3, ?4, ?5, 7, ?6, 'ab', ?7)",
                    params![
                        seq,
                        tab,
                        rec,
                        version,
                        1_800_000_000_000_000 + seq * 1_000_000,
                        act,
                        body
                    ],
                )
                .unwrap();
        }
        let leaf = self.number("SELECT leaf FROM head");
        transaction
            .execute(
                "INSERT INTO ledger VALUES(?1, ?2, ?3, NULL)",
                params![leaf, first, entries.len() as i64],
            )
            .unwrap();
        self.recompute(leaf);
        transaction.commit().unwrap();
    }

    /// Makes lines from `from` on, and the head, agree with history: for the store, and for a forger.
    pub(super) fn recompute(&self, from: i64) {
        let mut tree = Tree::default();
        let mut lines = self
            .db
            .prepare("SELECT leaf, first, count, hash FROM ledger ORDER BY leaf")
            .unwrap();
        let mut lines = lines.query([]).unwrap();
        while let Some(line) = lines.next().unwrap() {
            let (leaf, first, count): (i64, i64, i64) = (
                line.get(0).unwrap(),
                line.get(1).unwrap(),
                line.get(2).unwrap(),
            );
            let hash = if leaf < from {
                line.get(3).unwrap()
            } else {
                leaf_hash(first, count, &self.entries_root(first, count))
            };
            self.db
                .execute(
                    "UPDATE ledger SET hash = ?1 WHERE leaf = ?2",
                    params![hash, leaf],
                )
                .unwrap();
            tree.push(hash);
        }
        self.db
            .execute(
                "UPDATE head SET leaf = ?1, frontier = ?2,
                    history = (SELECT coalesce(max(seq), 0) + 1 FROM history)",
                params![tree.size(), tree.frontier()],
            )
            .unwrap();
    }

    fn entries_root(&self, first: i64, count: i64) -> [u8; 32] {
        let mut entries = Tree::default();
        let mut statement = self
            .db
            .prepare_cached(
                "SELECT format('%d', seq) || char(10) || tab || char(10) || rec || char(10) || version || char(10)
                    || at || char(10) || actor || char(10) || act || char(10) || def || char(10) || body
                 FROM history WHERE seq >= ?1 AND seq < ?1 + ?2 ORDER BY seq",
            )
            .unwrap();
        let mut rows = statement.query([first, count]).unwrap();
        while let Some(row) = rows.next().unwrap() {
            entries.push(entry_hash(row.get::<_, String>(0).unwrap().as_bytes()));
        }
        entries.root()
    }

    /// Signs the present head and files it in the database too.
    pub(super) fn sign_and_keep(&self) {
        let note = self.sign();
        self.db
            .execute("INSERT INTO signed_head SELECT leaf, ?1 FROM head", [note])
            .unwrap();
    }

    /// Signs the present head, to be kept elsewhere.
    pub(super) fn sign(&self) -> String {
        let mut tree = Tree::default();
        let mut lines = self
            .db
            .prepare("SELECT hash FROM ledger ORDER BY leaf")
            .unwrap();
        let mut lines = lines.query([]).unwrap();
        while let Some(line) = lines.next().unwrap() {
            tree.push(line.get(0).unwrap());
        }
        let signed = format!(
            "jinzhi ledger head v1\nnode 5931010\nsize {}\nroot {}\nat 1800000100000000\nkey {}\n",
            tree.size(),
            hex(&tree.root()),
            hex(&sm3(&[&public()])[..8])
        );
        let signature: Signature = signing().sign(signed.as_bytes());
        format!("{signed}sig {}\n", hex(&signature.to_bytes()))
    }

    pub(super) fn number(&self, sql: &str) -> i64 {
        self.db.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    pub(super) fn run(&self, sql: &str) -> &Self {
        self.db.execute_batch(sql).unwrap();
        self
    }

    pub(super) fn file(&self, name: &str, text: &str) -> PathBuf {
        let path = self.dir.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Checks with the right key and these heads kept elsewhere.
    pub(super) fn check(&self, heads: &[&str]) -> Report {
        let heads = heads
            .iter()
            .enumerate()
            .map(|(number, text)| self.file(&format!("head{number}"), text))
            .collect();
        let key = self.file("key", &hex(&public()));
        let subject = Subject::Database(self.dir.path().to_owned());
        let mut report = Report::default();
        check_with(subject, heads, vec![key], &mut report).unwrap();
        for secret in SECRETS {
            assert!(!report.to_text(None).contains(secret), "{secret} is shown");
            assert!(!report.to_json(None).contains(secret), "{secret} is shown");
        }
        report
    }
}

pub(super) fn check_with(
    subject: Subject,
    heads: Vec<PathBuf>,
    keys: Vec<PathBuf>,
    report: &mut Report,
) -> Result<(), Error> {
    let args = Args {
        subject,
        heads,
        keys,
        output: Output::Text,
    };
    check::check(&args, report)
}

fn signing() -> SigningKey {
    SigningKey::from_slice("1234567812345678", &[7; 32]).unwrap()
}

pub(super) fn public() -> Vec<u8> {
    signing().verifying_key().to_sec1_bytes().to_vec()
}

impl Report {
    /// The kinds of all faults in order, with repeats.
    pub(super) fn kinds(&self) -> Vec<Kind> {
        self.faults.iter().map(|fault| fault.kind).collect()
    }

    /// The only fault of this kind.
    pub(super) fn only(&self, kind: Kind) -> &Fault {
        let mut found = self.faults.iter().filter(|fault| fault.kind == kind);
        match (found.next(), found.next()) {
            (Some(fault), None) => fault,
            _ => panic!("not exactly one {kind:?}:\n{}", self.to_text(None)),
        }
    }
}
