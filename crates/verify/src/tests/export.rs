//! An export written by hand from the document, whole and then tampered with line by line.

use super::fixture::{Bureau, check_with};
use crate::args::Subject;
use crate::error::Error;
use crate::hash::hex;
use crate::report::{Kind::*, Report};
use serde_json::json;

/// Lines 0: title; then entries of each leaf and the leaf; two signed heads; the head.
fn export(bureau: &Bureau) -> Vec<String> {
    let mut lines =
        vec![r#"{"export":{"format":1,"node":5931010,"at":1800000200000000}}"#.to_owned()];
    let mut leaves = bureau
        .db
        .prepare("SELECT leaf, first, count, hash FROM ledger ORDER BY leaf")
        .unwrap();
    let mut leaves = leaves.query([]).unwrap();
    while let Some(leaf) = leaves.next().unwrap() {
        let (first, count): (i64, i64) = (leaf.get(1).unwrap(), leaf.get(2).unwrap());
        for seq in first..first + count {
            let line = bureau.db.query_row("SELECT * FROM history WHERE seq = ?1", [seq], |row| {
                Ok(json!({"entry": {
                    "seq": row.get::<_, i64>(0)?, "tab": row.get::<_, String>(1)?, "rec": row.get::<_, i64>(2)?,
                    "version": row.get::<_, i64>(3)?, "at": row.get::<_, i64>(4)?, "actor": row.get::<_, i64>(5)?,
                    "act": row.get::<_, String>(6)?, "def": row.get::<_, String>(7)?, "body": row.get::<_, String>(8)?,
                }}))
            });
            lines.push(line.unwrap().to_string());
        }
        let hash: Vec<u8> = leaf.get(3).unwrap();
        lines.push(json!({"leaf": {"leaf": leaf.get::<_, i64>(0).unwrap(), "first": first, "count": count, "hash": hex(&hash)}}).to_string());
    }
    let mut notes = bureau
        .db
        .prepare("SELECT size, note FROM signed_head")
        .unwrap();
    let mut notes = notes.query([]).unwrap();
    while let Some(row) = notes.next().unwrap() {
        lines.push(json!({"signed": {"size": row.get::<_, i64>(0).unwrap(), "note": row.get::<_, String>(1).unwrap()}}).to_string());
    }
    lines.push(bureau.db.query_row("SELECT leaf, history, frontier FROM head", [], |row| {
        Ok(json!({"head": {"leaf": row.get::<_, i64>(0)?, "history": row.get::<_, i64>(1)?, "frontier": hex(&row.get::<_, Vec<u8>>(2)?)}}).to_string())
    }).unwrap());
    lines
}

fn check(bureau: &Bureau, lines: &[String]) -> (Result<(), Error>, Report) {
    let path = bureau.file("export", &(lines.join("\n") + "\n"));
    let mut report = Report::default();
    let outcome = check_with(Subject::Export(path), vec![], vec![], &mut report);
    (outcome, report)
}

fn at(lines: &[String], start: &str) -> usize {
    lines
        .iter()
        .position(|line| line.starts_with(start))
        .unwrap()
}

#[test]
fn an_export_is_checked_like_the_database() {
    let bureau = Bureau::new();
    let whole = export(&bureau);
    assert_eq!(whole.len(), 1 + 15 + 10 + 2 + 1);
    let (outcome, report) = check(&bureau, &whole);
    outcome.unwrap();
    assert!(report.is_whole(), "{}", report.to_text(None));
    assert_eq!((report.entries, report.leaves), (15, 10));
    assert!(
        report
            .notes
            .contains(&"导出文件不含业务表和附件，表中各行和附件未核对".to_owned())
    );
}

#[test]
fn lines_removed_edited_or_moved_are_named() {
    let bureau = Bureau::new();
    let whole = export(&bureau);
    let third = at(&whole, r#"{"entry":{"seq":3,"#);

    let mut lines = whole.clone();
    lines.remove(third);
    let (_, report) = check(&bureau, &lines);
    assert_eq!(report.kinds(), [HistoryMissing]);
    assert_eq!(report.faults[0].place.seq, Some(3));

    let mut lines = whole.clone();
    lines[third] = lines[third].replace("1050", "1060");
    let (_, report) = check(&bureau, &lines);
    assert_eq!(report.kinds(), [HashMismatch]);
    assert_eq!(report.faults[0].place.seq, Some(3));

    let mut lines = whole.clone();
    lines.swap(third, third + 2);
    let (_, report) = check(&bureau, &lines);
    assert_eq!(report.kinds(), [HistoryMissing, HistoryRepeated]);

    let mut lines = whole.clone();
    lines.insert(third, lines[third].clone());
    let (_, report) = check(&bureau, &lines);
    assert_eq!(report.kinds(), [HistoryRepeated]);

    let mut lines = whole.clone();
    let leaf = at(&lines, r#"{"leaf":{"leaf":4,"#);
    lines.remove(leaf);
    assert_eq!(check(&bureau, &lines).1.kinds(), [LedgerMissing]);

    let mut lines = whole.clone();
    let leaf = at(&lines, r#"{"leaf":{"leaf":4,"#);
    lines.swap(leaf, leaf + 2);
    assert!(
        check(&bureau, &lines)
            .1
            .counts
            .contains_key(&LedgerRepeated)
    );

    // Cut short: the last line is gone.
    let (_, report) = check(&bureau, &whole[..whole.len() - 1]);
    assert_eq!(report.kinds(), [Head]);
}

#[test]
fn no_single_removed_line_but_a_signed_head_passes() {
    let bureau = Bureau::new();
    let whole = export(&bureau);
    for number in 0..whole.len() {
        let mut lines = whole.clone();
        let removed = lines.remove(number);
        let (outcome, report) = check(&bureau, &lines);
        let passes = outcome.is_ok() && report.is_whole();
        assert_eq!(passes, removed.starts_with(r#"{"signed":"#), "{removed}");
    }
}

#[test]
fn what_is_no_export_is_said_with_its_line() {
    let bureau = Bureau::new();
    let whole = export(&bureau);
    for (number, line, what) in [
        (0, r#"{"export":{"format":2}}"#, "首行"),
        (5, "", "第 6 行"),
        (5, r#"{"other":{}}"#, "第 6 行"),
        (5, r#"{"entry":{"seq":"3"}}"#, "第 6 行"),
        (
            5,
            r#" {"leaf":{"leaf":1,"first":1,"count":1,"hash":""}}"#,
            "第 6 行",
        ),
    ] {
        let mut lines = whole.clone();
        lines[number] = line.to_owned();
        let text = check(&bureau, &lines).0.unwrap_err().to_string();
        assert!(text.contains(what), "{line}: {text}");
    }
}
