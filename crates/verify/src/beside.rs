//! Tables beside the ledger that must agree with it: which entries an import wrote, whom the maker of a
//! record stood in for, the queue of what waits for partners, and the keys of those whom nobody erased. A
//! database that lacks one of them was made before it was.

use crate::error::Error;
use crate::report::{Kind, Place, Report, record};
use rusqlite::Connection;
use std::collections::HashSet;

/// Sequences whose entry says another batch than `batch_entry`, or none.
const BATCH_WRONG: &str = "SELECT cast(b.seq AS TEXT) FROM batch_entry AS b \
    LEFT JOIN history AS h ON h.seq = b.seq \
    WHERE h.seq IS NULL OR NOT json_valid(h.body) OR json_extract(h.body, '$.batch') IS NOT b.batch \
    ORDER BY b.seq";
/// Entries of a batch that `batch_entry` does not name.
const BATCH_MISSING: &str = "SELECT cast(h.seq AS TEXT) FROM history AS h NOT INDEXED \
    WHERE h.body LIKE '%\"batch\":%' AND json_valid(h.body) \
    AND json_extract(h.body, '$.batch') IS NOT NULL AND NOT EXISTS \
    (SELECT 1 FROM batch_entry AS b WHERE b.batch = json_extract(h.body, '$.batch') AND b.seq = h.seq) \
    ORDER BY h.seq";
/// Records and for whom they were made, as their first entries tell. Child rows and attachments are made
/// with their record and not by themselves.
const MADE: &str = "SELECT h.rec AS rec, json_extract(h.body, '$.post.for') AS account \
    FROM history AS h NOT INDEXED \
    WHERE h.version = 1 AND h.rec <> 0 AND h.body LIKE '%\"for\":%' AND json_valid(h.body) \
    AND json_extract(h.body, '$.post.for') IS NOT NULL AND json_extract(h.body, '$.set') IS NOT NULL \
    AND h.tab <> 'file_link' \
    AND NOT EXISTS (SELECT 1 FROM pragma_table_info(h.tab) WHERE name = 'parent')";
const OUTBOX_WRONG: &str = "SELECT cast(o.seq AS TEXT) FROM outbox AS o \
    LEFT JOIN ledger AS l ON l.leaf = o.leaf \
    WHERE l.first IS NOT o.first OR l.count IS NOT o.count ORDER BY o.seq";
/// Where the sequence jumps, or runs against that of the leaves.
const OUTBOX_GAP: &str = "SELECT cast(seq AS TEXT) FROM \
    (SELECT seq, leaf, lag(seq) OVER (ORDER BY seq) AS before, lag(leaf) OVER (ORDER BY seq) AS was \
     FROM outbox) WHERE seq <> before + 1 OR leaf <= was ORDER BY seq";
const OUTBOX_END: &str = "SELECT cast(outbox AS TEXT) FROM head \
    WHERE EXISTS (SELECT 1 FROM outbox) AND outbox <> (SELECT max(seq) + 1 FROM outbox)";
/// Records whose sealed values nobody can read any more although no erasure stands in the history: their key
/// is gone. Child rows are sealed with the key of their record; those who give sealed values after an erasure
/// have a new key.
const KEY_GONE: &str = "SELECT cast(subject AS TEXT) FROM \
    (SELECT s.last AS last, coalesce((SELECT json_extract(p.body, '$.set.parent') FROM history AS p \
      WHERE p.tab = s.tab AND p.rec = s.rec AND json_valid(p.body) \
      AND json_extract(p.body, '$.set.parent') IS NOT NULL \
      AND EXISTS (SELECT 1 FROM pragma_table_info(p.tab) WHERE name = 'parent') LIMIT 1), s.rec) AS subject \
     FROM (SELECT h.tab AS tab, h.rec AS rec, max(h.seq) AS last FROM history AS h NOT INDEXED \
      WHERE NOT EXISTS (SELECT 1 FROM keys AS k WHERE k.rec = h.rec) \
      AND h.body LIKE '%{\"$b\":\"%' AND json_valid(h.body) \
      AND json_extract(h.body, '$.set') LIKE '%{\"$b\":\"%' GROUP BY h.tab, h.rec) AS s) AS sealed \
    LEFT JOIN (SELECT rec, max(seq) AS at FROM history NOT INDEXED WHERE act = 'erase' GROUP BY rec) AS erased \
    ON erased.rec = sealed.subject \
    WHERE NOT EXISTS (SELECT 1 FROM keys AS k WHERE k.rec = sealed.subject) \
    AND (erased.at IS NULL OR erased.at < sealed.last) GROUP BY subject ORDER BY subject";

pub(crate) fn check(
    connection: &Connection,
    tables: &HashSet<String>,
    report: &mut Report,
) -> Result<(), Error> {
    let has = |table: &str| tables.contains(table);
    let mut ask = |kind: Kind, sql: &str, what: &dyn Fn(&str) -> String| -> Result<(), Error> {
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let found: String = row.get(0)?;
            report.fault(kind, Place::default(), what(&found));
        }
        Ok(())
    };
    let named = |rec: &str| record(rec.parse().unwrap_or_default());
    if has("batch_entry") {
        ask(Kind::Beside, BATCH_WRONG, &|seq| {
            format!("batch_entry 所写历史第 {seq} 条的导入批次与历史不符")
        })?;
        ask(Kind::Beside, BATCH_MISSING, &|seq| {
            format!("历史第 {seq} 条属于一次导入，batch_entry 缺这一条")
        })?;
    }
    if has("keys") {
        ask(Kind::KeyMissing, KEY_GONE, &|rec| {
            format!(
                "{}的个人信息密钥缺失，历史里却没有依法删除，内容已无法读出",
                named(rec)
            )
        })?;
    }
    if has("made_for") {
        let more = format!(
            "SELECT cast(rec AS TEXT) FROM (SELECT rec, account FROM made_for EXCEPT {MADE}) ORDER BY rec"
        );
        ask(Kind::Beside, &more, &|rec| {
            format!("made_for 中{}代何人建立，与历史不符", named(rec))
        })?;
        let fewer = format!(
            "SELECT cast(rec AS TEXT) FROM ({MADE} EXCEPT SELECT rec, account FROM made_for) ORDER BY rec"
        );
        ask(Kind::Beside, &fewer, &|rec| {
            format!("{}是代人建立的，made_for 缺这一条或者不符", named(rec))
        })?;
    }
    if has("outbox") && has("head") {
        ask(Kind::Beside, OUTBOX_WRONG, &|seq| {
            format!("outbox 第 {seq} 条与账本的行不符")
        })?;
        ask(Kind::Beside, OUTBOX_GAP, &|seq| {
            format!("outbox 第 {seq} 条前面有缺，或者次序不对")
        })?;
        ask(Kind::Beside, OUTBOX_END, &|next| {
            format!("outbox 末尾有缺：下一条应是 {next}")
        })?;
    }
    let keys = "keys（个人信息的密钥）可以依法销毁，账本里没有它们的内容：只核对了没有依法删除的记录有没有密钥；keyed_hash（检索用的散列）未核对";
    if has("keys") {
        report.notes.push(keys.to_owned());
    }
    Ok(())
}
