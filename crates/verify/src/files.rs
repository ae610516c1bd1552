//! Attachments against history: the bytes in `files/` must be those whose hash history says. What a
//! record had once is looked at too, for it is part of its past.

use crate::error::Error;
use crate::hash::{hex, sm3_of};
use crate::report::{Kind, Place, Report, record};
use rusqlite::{Connection, Row};
use std::fs::File;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

/// Hash of every file that history ever named, with the entry that named it. Entries whose body is
/// no JSON are told of where rows are compared.
const NAMED: &str = "\
    WITH named AS (
        SELECT seq, rec, CASE WHEN json_valid(body) THEN body ELSE '{}' END AS body
        FROM history WHERE tab = 'file_link' AND rec <> 0)
    SELECT CAST(json_extract(body, '$.set.hash') AS TEXT), seq, rec,
        CAST(json_extract(body, '$.set.tab') AS TEXT),
        CAST(json_extract(body, '$.set.rec') AS INTEGER),
        CAST(json_extract(body, '$.set.field') AS TEXT)
    FROM named WHERE json_extract(body, '$.set.hash') IS NOT NULL ORDER BY 1, seq";

/// Whether history says of a file that it was put there.
const KNOWN: &str = "\
    SELECT 1 FROM history WHERE tab = 'file_link' AND rec <> 0 AND json_valid(body)
        AND instr(body, ?1) > 0";

/// `path` is the directory or its database, as the caller gave it.
pub(crate) fn check(
    connection: &Connection,
    path: &Path,
    report: &mut Report,
) -> Result<(), Error> {
    let folder = match path.is_dir() {
        true => path.join("files"),
        false => path.with_file_name("files"),
    };
    let mut named = connection.prepare(NAMED)?;
    let mut named = named.query([])?;
    let mut last: Option<(String, Option<Found>)> = None;
    while let Some(row) = named.next()? {
        let hash: String = row.get(0)?;
        if !path.is_dir() && !folder.is_dir() {
            let note = "数据库旁没有 files 目录，附件未核对；请给出整个数据目录";
            report.notes.push(note.to_owned());
            return Ok(());
        }
        let found = match last.take() {
            Some((same, found)) if same == hash => found,
            _ => {
                report.files += 1;
                look(connection, &folder, &hash)?
            }
        };
        if let Some(found) = &found {
            tell(report, row, *found)?;
        }
        last = Some((hash, found));
    }
    Ok(())
}

/// What is found where a file should be.
#[derive(Clone, Copy)]
enum Found {
    Nothing,
    Other,
    /// The content of a file that history names too.
    Another,
}

fn look(connection: &Connection, folder: &Path, hash: &str) -> Result<Option<Found>, Error> {
    let Some(path) = place_of(folder, hash) else {
        return Ok(Some(Found::Nothing));
    };
    let unreadable = |source| Error::Open {
        path: path.clone(),
        source,
    };
    let file = match File::open(&path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Some(Found::Nothing)),
        Err(error) => return Err(unreadable(error)),
    };
    if !file.metadata().map_err(unreadable)?.is_file() {
        return Ok(Some(Found::Nothing));
    }
    let is = hex(&sm3_of(file).map_err(unreadable)?);
    if is == hash {
        return Ok(None);
    }
    Ok(Some(match connection.prepare(KNOWN)?.exists([is])? {
        true => Found::Another,
        false => Found::Other,
    }))
}

/// Two hex digits of the hash, then the others. The hash comes from whoever tampered: anything else
/// would lead out of the folder.
fn place_of(folder: &Path, hash: &str) -> Option<PathBuf> {
    let is_hash = hash.len() == 64 && hash.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
    is_hash.then(|| folder.join(&hash[..2]).join(&hash[2..]))
}

fn tell(report: &mut Report, row: &Row<'_>, found: Found) -> Result<(), Error> {
    let seq: i64 = row.get(1)?;
    let table: String = row.get::<_, Option<_>>(3)?.unwrap_or_default();
    let rec: i64 = row.get::<_, Option<_>>(4)?.unwrap_or_default();
    let field: String = row.get::<_, Option<_>>(5)?.unwrap_or_default();
    let (kind, what) = match found {
        Found::Nothing => (Kind::FileMissing, "不见了"),
        Found::Other => (Kind::FileAltered, "的内容与历史所记散列不符"),
        Found::Another => (Kind::FileSwapped, "被换成了另一个附件的内容"),
    };
    let text = format!(
        "表 {table} 的{}，字段 {field} 的附件{what}（历史第 {seq} 条）",
        record(rec)
    );
    let place = Place {
        table: Some(table),
        record: Some(rec),
        seq: Some(seq),
        leaf: None,
        column: Some(field),
    };
    report.fault(kind, place, text);
    Ok(())
}
