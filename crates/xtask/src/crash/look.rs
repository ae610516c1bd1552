//! What is looked at after every restart: through the API, in the database, in the files.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use sm3::{Digest, Sm3};

use super::http::Client;
use super::matter;
use super::record::{REGISTER, Record, TABLE};

/// What was found wrong.
#[derive(Default)]
pub struct Findings {
    /// Acknowledged, and not there with its values.
    pub lost: Vec<String>,
    /// Half done.
    pub torn: Vec<String>,
}

/// The record as the server has it now, judged against what was acknowledged and what was sent and
/// not answered. Answers the record that is true from here on; `None`: it was never made.
pub fn settle(
    client: &mut Client,
    acknowledged: Option<&Record>,
    sent: Option<&Record>,
    findings: &mut Findings,
) -> Result<Option<Record>> {
    let id = acknowledged.or(sent).and_then(|record| record.id.clone());
    let Some(id) = id else {
        let Some(sent) = sent else { return Ok(None) };
        return settle_new(client, sent, findings);
    };
    let read = read(client, &id)?;
    let fits = |record: &&Record| {
        read.as_ref()
            .is_some_and(|read| record.differences(read).is_empty())
    };
    let candidates = sent.into_iter().chain(acknowledged);
    if let Some(record) = candidates.clone().find(fits) {
        check_history(client, record, &id, findings)?;
        return Ok(Some(Record {
            id: Some(id),
            ..record.clone()
        }));
    }
    let Some(acknowledged) = acknowledged else {
        findings
            .torn
            .push(format!("{id}: sent, and there in parts: {read:?}"));
        return Ok(None);
    };
    let version = read
        .as_ref()
        .and_then(|read| read["version"].as_i64())
        .unwrap_or(0);
    let said = match &read {
        Some(read) => acknowledged.differences(read).join(", "),
        None => "it is gone".to_owned(),
    };
    let list = if version < acknowledged.version {
        &mut findings.lost
    } else {
        &mut findings.torn
    };
    list.push(format!("{} {id}: {said}", acknowledged.tag));
    Ok(None)
}

/// A record that was sent to be made and not answered: there once and whole, or not at all.
fn settle_new(
    client: &mut Client,
    sent: &Record,
    findings: &mut Findings,
) -> Result<Option<Record>> {
    let answer = client.get(&format!("/api/{REGISTER}?notice_no={}&limit=5", sent.tag))?;
    if answer.status != 200 {
        bail!("list: {} {}", answer.status, answer.text());
    }
    let found = answer.json()?;
    let found = found["items"].as_array().cloned().unwrap_or_default();
    let [one] = found.as_slice() else {
        if !found.is_empty() {
            findings
                .torn
                .push(format!("{}: made {} times", sent.tag, found.len()));
        }
        return Ok(None);
    };
    let id = one["id"].as_str().unwrap_or_default().to_owned();
    let made = Record {
        id: Some(id.clone()),
        ..sent.clone()
    };
    settle(client, None, Some(&made), findings)
}

fn read(client: &mut Client, id: &str) -> Result<Option<Value>> {
    let answer = client.get(&format!("/api/{REGISTER}/{id}"))?;
    match answer.status {
        200 => Ok(Some(answer.json()?)),
        404 => Ok(None),
        status => bail!("read: {status} {}", answer.text()),
    }
}

/// As many entries as the version says, the newest one first.
fn check_history(
    client: &mut Client,
    record: &Record,
    id: &str,
    findings: &mut Findings,
) -> Result<()> {
    let answer = client.get(&format!("/api/{REGISTER}/{id}/history"))?;
    let entries = answer.json()?;
    let entries = entries["items"]
        .as_array()
        .context("history has no items")?;
    let newest = entries.first().and_then(|entry| entry["version"].as_i64());
    if newest != Some(record.version) {
        findings
            .torn
            .push(format!("{} {id}: history ends at {newest:?}", record.tag));
    }
    Ok(())
}

/// The record is found by its name.
pub fn found_by_name(client: &mut Client, record: &Record, findings: &mut Findings) -> Result<()> {
    let name: String = record
        .name
        .bytes()
        .map(|byte| format!("%{byte:02X}"))
        .collect();
    let answer = client.get(&format!("/api/{REGISTER}?q={name}&limit=5"))?;
    let found = answer.json()?;
    let ids = found["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|item| item["id"].as_str());
    if !ids.clone().any(|id| Some(id) == record.id.as_deref()) {
        findings.torn.push(format!(
            "{}: not found by its name {}",
            record.tag, record.name
        ));
    }
    Ok(())
}

/// The index of its words.
const SEARCH: &str = "\"search:registry__institution\"";

/// Table of the register of the flow.
const FLOW: &str = "patrol__town_check";
/// Open turns that move a matter; the same of a table named `t`.
const TURN: &str = "state = 'open' AND kind IN ('turn', 'sign')";
const TURN_OF: &str = "t.state = 'open' AND t.kind IN ('turn', 'sign')";

fn entries(table: &str) -> String {
    format!(
        "SELECT id FROM {table} AS r WHERE version <> \
         (SELECT count(*) FROM history WHERE tab = '{table}' AND rec = r.id)"
    )
}

/// Questions to the database whose every answer must be nothing.
fn questions() -> [(&'static str, String); 12] {
    [
        (
            "rows whose version is not the number of their entries",
            format!(
                "SELECT id FROM {TABLE} AS r WHERE version <> \
             (SELECT count(*) FROM history WHERE tab = '{TABLE}' AND rec = r.id)"
            ),
        ),
        (
            "rows without a search document",
            format!("SELECT id FROM {TABLE} WHERE id NOT IN (SELECT rowid FROM {SEARCH})"),
        ),
        (
            "search documents without a row",
            format!(
                "SELECT h.rec FROM (SELECT DISTINCT rec FROM history WHERE tab = '{TABLE}') AS h \
             WHERE h.rec IN (SELECT rowid FROM {SEARCH}) AND h.rec NOT IN (SELECT id FROM {TABLE})"
            ),
        ),
        (
            "files of records that are not there",
            format!(
                "SELECT f.id FROM file_link AS f WHERE f.tab = '{TABLE}' \
             AND f.rec NOT IN (SELECT id FROM {TABLE})"
            ),
        ),
        (
            "history entries in no ledger line",
            "SELECT seq FROM history WHERE seq > \
             (SELECT coalesce(max(first + count - 1), 0) FROM ledger)"
                .to_owned(),
        ),
        (
            "heads that do not say where history ends",
            "SELECT id FROM head WHERE history <> \
             (SELECT coalesce(max(seq), 0) + 1 FROM history) \
             OR leaf <> (SELECT count(*) FROM ledger)"
                .to_owned(),
        ),
        (
            "steps whose version is not the number of their entries",
            entries("house__task"),
        ),
        (
            "matters whose version is not the number of their entries",
            entries("house__matter"),
        ),
        (
            "turns to be done without a running matter",
            format!(
                "SELECT id FROM house__task WHERE {TURN} \
                 AND matter NOT IN (SELECT id FROM house__matter WHERE state = 'running')"
            ),
        ),
        (
            "turns that lie on nobody's desk, or at another step than their matter",
            format!(
                "SELECT t.id FROM house__task AS t JOIN house__matter AS m ON m.id = t.matter \
                 WHERE {TURN_OF} AND (t.desk IS NULL OR t.at_state <> m.at_state)"
            ),
        ),
        (
            "running matters that are nobody's turn",
            format!(
                "SELECT id FROM house__matter AS m WHERE state = 'running' AND NOT EXISTS \
                 (SELECT 1 FROM house__task AS t WHERE t.matter = m.id AND {TURN_OF})"
            ),
        ),
        (
            "records of the flow without a matter, or in another state than their matter",
            format!(
                "SELECT id FROM {FLOW} AS r WHERE (SELECT count(*) FROM {FLOW} AS o WHERE o.state = r.state) \
                 <> (SELECT count(*) FROM house__matter AS m WHERE m.register = '{}' AND m.at_state = r.state)",
                matter::REGISTER
            ),
        ),
    ]
}

/// Row, history, ledger, search and file links agree, and every file that is named lies on disk
/// under the hash of its content. `known` holds the files already read.
pub fn database(
    data: &Path,
    known: &mut BTreeMap<String, u64>,
    findings: &mut Findings,
) -> Result<()> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut base = Connection::open_with_flags(data.join("jinzhi.db"), flags)?;
    // One moment for all questions: the server may still be working.
    let base = base.transaction()?;
    for (what, sql) in questions() {
        let mut statement = base.prepare(&sql).with_context(|| sql.clone())?;
        let ids: Vec<i64> = statement
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        if !ids.is_empty() {
            findings.torn.push(format!("{what}: {ids:?}"));
        }
    }
    let mut statement = base.prepare("SELECT DISTINCT hash, bytes FROM file_link")?;
    let files = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    for file in files {
        let (hash, bytes): (String, i64) = file?;
        if known.contains_key(&hash) {
            continue;
        }
        let (folder, name) = hash.split_at_checked(2).unwrap_or_default();
        match fs::read(data.join("files").join(folder).join(name)) {
            Ok(content) if hex(&content) == hash => {
                known.insert(hash, bytes.unsigned_abs());
            }
            Ok(content) => findings
                .torn
                .push(format!("file {hash}: {} other bytes", content.len())),
            Err(error) => findings
                .torn
                .push(format!("file {hash} is named and not there: {error}")),
        }
    }
    Ok(())
}

/// SQLite's own look at its pages.
pub fn pages(data: &Path, findings: &mut Findings) -> Result<()> {
    let base = Connection::open(data.join("jinzhi.db"))?;
    let said: String = base.query_row("PRAGMA integrity_check", [], |row| row.get(0))?;
    if said != "ok" {
        findings.torn.push(format!("integrity_check: {said}"));
    }
    Ok(())
}

fn hex(content: &[u8]) -> String {
    Sm3::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A database in which everything agrees: one record, two entries, one file.
    fn whole(data: &Path) -> Connection {
        let base = Connection::open(data.join("jinzhi.db")).unwrap();
        let hash = hex(b"content");
        fs::create_dir_all(data.join("files").join(&hash[..2])).unwrap();
        fs::write(
            data.join("files").join(&hash[..2]).join(&hash[2..]),
            b"content",
        )
        .unwrap();
        base.execute_batch(&format!(
            "CREATE TABLE {TABLE} (id INTEGER PRIMARY KEY, version INTEGER);
             CREATE TABLE {FLOW} (id INTEGER PRIMARY KEY, version INTEGER, state TEXT);
             CREATE TABLE house__matter (id INTEGER PRIMARY KEY, version INTEGER, state TEXT,
                 register TEXT, at_state TEXT);
             CREATE TABLE house__task (id INTEGER PRIMARY KEY, version INTEGER, state TEXT,
                 matter INTEGER, kind TEXT, desk TEXT, at_state TEXT);
             INSERT INTO {FLOW} VALUES (20, 1, 'town_draft');
             INSERT INTO house__matter VALUES (21, 1, 'running', '{}', 'town_draft');
             INSERT INTO house__task VALUES (22, 1, 'open', 21, 'turn', 'a:1', 'town_draft');
             CREATE TABLE history (seq INTEGER PRIMARY KEY, tab TEXT, rec INTEGER);
             CREATE TABLE ledger (leaf INTEGER PRIMARY KEY, first INTEGER, count INTEGER);
             CREATE TABLE head (id INTEGER, leaf INTEGER, history INTEGER);
             CREATE TABLE file_link (id INTEGER, tab TEXT, rec INTEGER, hash TEXT, bytes INTEGER);
             CREATE VIRTUAL TABLE {SEARCH} USING fts5 (body);
             INSERT INTO {TABLE} VALUES (7, 2);
             INSERT INTO history VALUES (1, '{TABLE}', 7), (2, '{TABLE}', 7),
                 (3, 'house__matter', 21), (4, 'house__task', 22);
             INSERT INTO ledger VALUES (0, 1, 1), (1, 2, 3);
             INSERT INTO head VALUES (1, 2, 5);
             INSERT INTO file_link VALUES (1, '{TABLE}', 7, '{hash}', 7);
             INSERT INTO {SEARCH} (rowid, body) VALUES (7, 'x');",
            matter::REGISTER
        ))
        .unwrap();
        base
    }

    fn after(harm: &str) -> Findings {
        let dir = tempfile::tempdir().unwrap();
        let base = whole(dir.path());
        base.execute_batch(harm).unwrap();
        drop(base);
        let mut findings = Findings::default();
        database(dir.path(), &mut BTreeMap::new(), &mut findings).unwrap();
        findings
    }

    #[test]
    fn a_whole_database_is_whole() {
        assert!(after("").torn.is_empty());
    }

    #[test]
    fn every_sort_of_half_is_seen() {
        for harm in [
            format!("UPDATE {TABLE} SET version = 3"),
            format!("DELETE FROM {SEARCH}"),
            format!("DELETE FROM {TABLE}"),
            "UPDATE file_link SET rec = 8".to_owned(),
            "DELETE FROM ledger WHERE leaf = 1".to_owned(),
            "UPDATE head SET history = 2".to_owned(),
            "UPDATE head SET leaf = 1".to_owned(),
            format!("UPDATE file_link SET hash = '{}'", "0".repeat(64)),
            "DELETE FROM history WHERE rec = 22".to_owned(),
            "UPDATE house__matter SET version = 2".to_owned(),
            "DELETE FROM house__matter".to_owned(),
            "UPDATE house__matter SET state = 'ended'".to_owned(),
            "DELETE FROM house__task".to_owned(),
            "UPDATE house__task SET desk = NULL".to_owned(),
            "UPDATE house__task SET at_state = 'town_reported'".to_owned(),
            format!("UPDATE {FLOW} SET state = 'town_reported'"),
        ] {
            assert!(!after(&harm).torn.is_empty(), "{harm}");
        }
    }
}
