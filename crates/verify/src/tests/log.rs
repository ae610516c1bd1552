//! Tampering with history and ledger.

use super::fixture::{Bureau, LEAVES, NEXT_SEQ};
use crate::report::Kind::{self, *};

#[test]
fn an_untouched_bureau_is_whole() {
    let bureau = Bureau::new();
    let head = bureau.sign();
    let report = bureau.check(&[&head]);
    assert!(report.is_whole(), "{}", report.to_text(None));
    assert_eq!(report.warnings(), [""; 0]);
    assert_eq!(
        (report.entries, report.leaves),
        (NEXT_SEQ as u64 - 1, LEAVES)
    );
    assert_eq!((report.tables, report.rows), (2, 8));
    assert_eq!(report.notes.len(), 1, "{:?}", report.notes);
    assert!(report.notes[0].contains("另存的签名头 head0（2027-01-15 16:01:40，10 行）之后"));
}

#[test]
fn an_edited_entry_is_named() {
    let bureau = Bureau::new();
    let report = bureau
        .run("UPDATE history SET actor = 8 WHERE seq = 2")
        .check(&[]);
    assert_eq!(report.kinds(), [HashMismatch]);
    let fault = report.only(HashMismatch);
    assert_eq!(
        fault.text,
        "历史第 2 条（表 equipment，记录 0000000000012）与账本第 1 行不符：条目被改动或换位"
    );
    assert_eq!(
        (fault.place.seq, fault.place.leaf, fault.place.record),
        (Some(2), Some(1), Some(34))
    );
}

#[test]
fn an_edited_body_is_named_from_both_sides() {
    let bureau = Bureau::new();
    let report = bureau
        .run("UPDATE history SET body = replace(body, '1000', '2000') WHERE seq = 1")
        .check(&[]);
    assert_eq!(report.kinds(), [HashMismatch, OldValue]);
    assert_eq!(report.only(HashMismatch).place.seq, Some(1));
    let old = report.only(OldValue);
    assert_eq!(old.place.column.as_deref(), Some("load_kg"));
    assert!(
        old.text.contains("历史第 3 条") && old.text.contains("第 1 条写入"),
        "{}",
        old.text
    );
}

#[test]
fn a_deleted_entry_is_named() {
    let bureau = Bureau::new();
    let report = bureau.run("DELETE FROM history WHERE seq = 3").check(&[]);
    assert_eq!(report.kinds(), [HistoryMissing, RowDiffers]);
    assert_eq!(
        report.only(HistoryMissing).text,
        "历史第 3 条缺失（账本第 2 行涵盖）"
    );

    let bureau = Bureau::new();
    let report = bureau
        .run("DELETE FROM history WHERE seq IN (6, 7)")
        .check(&[]);
    assert_eq!(
        report.only(HistoryMissing).text,
        "历史第 6–7 条缺失（账本第 4 行涵盖）"
    );
    assert_eq!(report.counts[&RowExtra], 2);

    let bureau = Bureau::new();
    let report = bureau.run("DELETE FROM history WHERE seq = 15").check(&[]);
    assert_eq!(report.only(HistoryMissing).place.seq, Some(15));
}

#[test]
fn an_inserted_entry_is_named() {
    let bureau = Bureau::new();
    let report = bureau
        .run("INSERT INTO history SELECT 16, tab, rec, version, at, actor, act, def, '{}' FROM history WHERE seq = 15")
        .check(&[]);
    assert_eq!(report.kinds(), [HistoryUncovered, Head]);
    assert_eq!(report.only(HistoryUncovered).place.seq, Some(16));

    let bureau = Bureau::new();
    let report = bureau
        .run("INSERT INTO history SELECT 0, tab, rec, version, at, actor, act, def, '{}' FROM history WHERE seq = 1")
        .check(&[]);
    assert_eq!(report.kinds(), [HistoryRepeated]);
    assert_eq!(report.only(HistoryRepeated).place.seq, Some(0));
}

#[test]
fn two_swapped_entries_are_both_named() {
    let bureau = Bureau::new();
    let report = bureau
        .run("UPDATE history SET seq = -1 WHERE seq = 1; UPDATE history SET seq = 1 WHERE seq = 2; UPDATE history SET seq = 2 WHERE seq = -1")
        .check(&[]);
    assert_eq!(report.kinds(), [HashMismatch, HashMismatch]);
    assert_eq!(report.faults[0].place.seq, Some(1));
    assert_eq!(report.faults[1].place.seq, Some(2));

    // Within one batch too.
    let bureau = Bureau::new();
    let report = bureau
        .run("UPDATE history SET seq = -1 WHERE seq = 6; UPDATE history SET seq = 6 WHERE seq = 8; UPDATE history SET seq = 8 WHERE seq = -1")
        .check(&[]);
    assert_eq!(
        report.only(HashMismatch).text,
        "账本第 4 行与所涵盖的历史第 5–9 条（共 5 条）不符：条目被改动或换位"
    );
}

#[test]
fn an_entry_edited_in_a_batch_is_found_through_its_row() {
    let bureau = Bureau::new();
    let report = bureau
        .run("UPDATE history SET body = replace(body, '800', '801') WHERE seq = 7")
        .check(&[]);
    assert_eq!(report.kinds(), [HashMismatch, RowDiffers]);
    assert_eq!(
        report.only(RowDiffers).text,
        "表 equipment 的记录 000000000001A，列 rated_kg 与历史不符（该列最后由历史第 7 条写入，它所在的批次散列不符，应是该条被改动）"
    );
}

#[test]
fn an_entry_edited_in_a_batch_is_found_through_a_later_one() {
    let bureau = Bureau::new();
    let report = bureau
        .run("UPDATE history SET body = replace(body, '800', '801') WHERE seq = 5")
        .check(&[]);
    assert_eq!(report.kinds(), [HashMismatch, OldValue]);
    let text = &report.only(OldValue).text;
    assert!(
        text.contains("第 5 条所在的批次散列不符，应是被改动的条目"),
        "{text}"
    );
}

#[test]
fn an_edited_ledger_line_is_told_from_an_edited_entry() {
    let bureau = Bureau::new();
    let report = bureau
        .run("UPDATE ledger SET hash = zeroblob(32) WHERE leaf = 3")
        .check(&[]);
    assert_eq!(report.counts[&HashMismatch], 1);
    assert!(
        report.faults[0]
            .text
            .ends_with("与账本第 3 行不符：账本行被改动，条目未变")
    );
    // The head over these lines says the same.
    assert_eq!(report.kinds(), [HashMismatch, SignedHead, SignedHead]);
    assert!(report.faults[1].text.ends_with("账本行被改动，历史未变"));

    let bureau = Bureau::new();
    let report = bureau
        .run("UPDATE ledger SET hash = x'00' WHERE leaf = 3")
        .check(&[]);
    assert!(
        report.faults[0]
            .text
            .contains("账本第 3 行的散列不是 32 字节")
    );
}

#[test]
fn a_ledger_line_with_another_range_is_named() {
    for (sql, leaf) in [
        ("UPDATE ledger SET count = 4 WHERE leaf = 4", 4),
        ("UPDATE ledger SET count = 6 WHERE leaf = 4", 4),
        ("UPDATE ledger SET count = 0 WHERE leaf = 4", 4),
        (
            "UPDATE ledger SET count = 9223372036854775807 WHERE leaf = 4",
            4,
        ),
        ("UPDATE ledger SET first = 6 WHERE leaf = 4", 4),
        ("UPDATE ledger SET first = 1 WHERE leaf = 9", 9),
    ] {
        let bureau = Bureau::new();
        let report = bureau.run(sql).check(&[]);
        assert!(report.counts.contains_key(&LedgerRange), "{sql}");
        assert!(
            report
                .faults
                .iter()
                .any(|fault| fault.place.leaf == Some(leaf)),
            "{sql}:\n{}",
            report.to_text(None)
        );
    }
}

#[test]
fn deleted_ledger_lines_are_named() {
    let bureau = Bureau::new();
    let report = bureau.run("DELETE FROM ledger WHERE leaf = 9").check(&[]);
    assert_eq!(report.kinds(), [HistoryUncovered, Head]);
    assert_eq!(report.only(HistoryUncovered).place.seq, Some(15));
    assert!(report.only(Head).text.contains("末尾的账本行被删除"));

    // In the middle: made again from its entries, so that all else is still checked.
    let bureau = Bureau::new();
    let report = bureau.run("DELETE FROM ledger WHERE leaf = 4").check(&[]);
    assert_eq!(report.kinds(), [LedgerMissing]);
    assert_eq!(
        report.faults[0].text,
        "账本第 4 行缺失，应涵盖历史第 5–9 条"
    );

    let bureau = Bureau::new();
    let report = bureau
        .run("DELETE FROM ledger WHERE leaf IN (3, 4)")
        .check(&[]);
    assert_eq!(report.kinds(), [LedgerMissing]);
    assert_eq!(
        report.faults[0].text,
        "账本第 3–4 行缺失，应涵盖历史第 4–9 条"
    );
    assert!(report.notes.iter().any(|note| note.contains("无法重算")));
}

#[test]
fn an_edited_head_is_named() {
    for sql in [
        "UPDATE head SET frontier = zeroblob(64)",
        "UPDATE head SET frontier = x''",
        "UPDATE head SET frontier = NULL",
        "UPDATE head SET frontier = 'x'",
        "UPDATE head SET leaf = 11",
        "UPDATE head SET history = 'x'",
        "UPDATE head SET history = 17",
        "DELETE FROM head",
    ] {
        let bureau = Bureau::new();
        let report = bureau.run(sql).check(&[]);
        assert_eq!(report.kinds(), [Head], "{sql}");
    }
}

#[test]
fn time_running_backwards_is_a_warning_only() {
    let bureau = Bureau::new();
    bureau.run("UPDATE history SET at = 5 WHERE seq = 12; DELETE FROM signed_head");
    bureau.recompute(0);
    let report = bureau.check(&[]);
    assert!(report.is_whole());
    assert_eq!(report.warnings(), ["历史第 12 条的时间早于上一条"]);
}

#[test]
fn an_entry_outside_the_form_is_named() {
    let bureau = Bureau::new();
    bureau.run("UPDATE history SET act = 'a' || char(10) || 'b' WHERE seq = 15");
    bureau.recompute(9);
    let report = bureau.check(&[]);
    assert_eq!(report.kinds(), [HistoryForm]);
    assert_eq!(report.only(HistoryForm).place.seq, Some(15));
    let report = bureau
        .run("UPDATE history SET act = 'edit', actor = 'x' WHERE seq = 15")
        .check(&[]);
    assert!(report.only(HistoryForm).text.contains("类型不对"));
}

/// Every field of every line of history, ledger and head, changed one at a time.
#[test]
fn no_single_changed_field_passes() {
    let bureau = Bureau::new();
    let mut tried = 0;
    let tables: [(&str, &str, &[&str]); 3] = [
        (
            "history",
            "seq",
            &[
                "seq", "rec", "version", "at", "actor", "tab", "act", "def", "body",
            ],
        ),
        ("ledger", "leaf", &["leaf", "first", "count", "hash"]),
        ("head", "id", &["leaf", "history", "frontier"]),
    ];
    for (table, key, columns) in tables {
        let mut keys = bureau
            .db
            .prepare(&format!("SELECT {key} FROM {table}"))
            .unwrap();
        let keys: Vec<i64> = keys
            .query_map([], |row| row.get(0))
            .unwrap()
            .map(Result::unwrap)
            .collect();
        for key_value in keys {
            for column in columns {
                let changed = match *column {
                    "tab" | "act" | "def" => format!("{column} || 'x'"),
                    "body" => "replace(body, '\"', '\" ')".to_owned(),
                    "hash" | "frontier" => format!("CAST(substr({column}, 2) || x'07' AS BLOB)"),
                    _ => format!("{column} + 1000"),
                };
                bureau.run(&format!(
                    "CREATE TEMP TABLE kept AS SELECT * FROM {table} WHERE {key} = {key_value};
                     UPDATE {table} SET {column} = {changed} WHERE {key} = {key_value}"
                ));
                let report = bureau.check(&[]);
                assert!(!report.is_whole(), "{table}.{column} of {key_value}");
                let moved = if *column == key {
                    key_value + 1000
                } else {
                    key_value
                };
                bureau.run(&format!(
                    "DELETE FROM {table} WHERE {key} = {moved};
                     INSERT INTO {table} SELECT * FROM temp.kept; DROP TABLE temp.kept"
                ));
                tried += 1;
            }
        }
    }
    assert_eq!(tried, 15 * 9 + 10 * 4 + 3);
    assert!(bureau.check(&[]).is_whole());
}

#[test]
fn a_thousand_faults_are_counted() {
    let bureau = Bureau::new();
    let extra: Vec<String> = (1000..2000).map(|id| format!("({id}, 1, 35)")).collect();
    let report = bureau
        .run(&format!(
            "INSERT INTO equipment_part(id, version, owner) VALUES {}",
            extra.join(",")
        ))
        .check(&[]);
    assert_eq!(report.faults.len(), 100);
    assert_eq!(report.counts[&Kind::RowExtra], 1000);
}
