//! Attachments against history: the bytes on disk must be those whose hash history says. What a
//! record had once is looked at too, because views of the past give it out.

use std::fs::File;
use std::io;
use std::path::Path;

use expr::Id;
use rusqlite::{Connection, Row};

use super::Report;
use crate::Error;
use crate::files;

/// Every line that named a file, by the file. Where the line stands is said by its row as it is now,
/// for registers and fields may have been renamed since, or else by the entry that made it.
const NAMED: &str = "\
WITH named AS (
    SELECT rec, seq, CASE WHEN json_valid(body) THEN body ELSE '{}' END AS body
    FROM history WHERE tab = 'file_link' AND rec <> 0)
SELECT json_extract(n.body, '$.set.hash') AS hash, l.id,
    coalesce(l.tab, json_extract(n.body, '$.set.tab')),
    coalesce(l.rec, json_extract(n.body, '$.set.rec')),
    coalesce(l.field, json_extract(n.body, '$.set.field'))
FROM named n LEFT JOIN file_link l ON l.id = n.rec
WHERE json_extract(n.body, '$.set.hash') IS NOT NULL ORDER BY 1, n.seq";

const KNOWN: &str = "SELECT 1 FROM file_link WHERE hash = ?";

pub(super) fn check(conn: &Connection, dir: &Path, report: &mut Report) -> Result<(), Error> {
    let mut named = conn.prepare(NAMED)?;
    let mut named = named.query([])?;
    let mut last: Option<(String, Option<&'static str>)> = None;
    while let Some(row) = named.next()? {
        let hash: String = text(row, 0);
        let fault = match &last {
            Some((same, fault)) if *same == hash => *fault,
            _ => {
                report.files += 1;
                let fault = fault_of(conn, dir, &hash)?;
                last = Some((hash.clone(), fault));
                fault
            }
        };
        if let Some(what) = fault {
            let table = text(row, 2);
            let record = Id(row.get(3).unwrap_or_default());
            let field = text(row, 4);
            let was = match row.get::<_, Option<i64>>(1)? {
                Some(_) => "的附件",
                None => "曾有的附件",
            };
            report.fault(format!(
                "表 {table} 记录 {record} {was} {field} {what}（文件 {hash}）"
            ));
        }
    }
    Ok(())
}

/// What is wrong with the bytes of a file.
fn fault_of(conn: &Connection, dir: &Path, hash: &str) -> Result<Option<&'static str>, Error> {
    const LOST: &str = "不见了";
    let Ok(path) = files::path_of(dir, hash) else {
        return Ok(Some("不是按内容命名的文件"));
    };
    let file = match File::open(&path) {
        Ok(file) if file.metadata().is_ok_and(|about| about.is_file()) => file,
        Ok(_) => return Ok(Some(LOST)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Some(LOST)),
        Err(error) => return Err(Error::file("could not read the file", &path)(error)),
    };
    let is = files::hash_of_content(file)
        .map_err(Error::file("could not read the file", &path))?
        .hash;
    if is == hash {
        return Ok(None);
    }
    Ok(Some(match conn.prepare_cached(KNOWN)?.exists([is])? {
        true => "被换成了另一个附件的内容",
        false => "的内容被改动过",
    }))
}

fn text(row: &Row<'_>, at: usize) -> String {
    row.get(at).unwrap_or_default()
}
