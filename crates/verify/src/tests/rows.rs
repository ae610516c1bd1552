//! Tampering with rows behind the back of history.

use super::fixture::{Bureau, Entry};
use crate::report::Kind::*;

#[test]
fn an_edited_column_is_named() {
    let bureau = Bureau::new();
    let report = bureau
        .run("UPDATE equipment SET rated_kg = 9 WHERE id = 33")
        .check(&[]);
    assert_eq!(report.kinds(), [RowDiffers]);
    let fault = report.only(RowDiffers);
    assert_eq!(
        fault.text,
        "表 equipment 的记录 0000000000011，列 rated_kg 与历史不符（该列最后由历史第 3 条写入）"
    );
    assert_eq!(fault.place.column.as_deref(), Some("rated_kg"));
    assert_eq!((fault.place.record, fault.place.seq), (Some(33), Some(3)));
}

#[test]
fn every_column_is_compared_by_value_and_sort() {
    for (sql, column) in [
        ("UPDATE equipment SET phone = x'00' WHERE id = 33", "phone"),
        (
            "UPDATE equipment SET phone = 'sealed' WHERE id = 33",
            "phone",
        ),
        ("UPDATE equipment SET phone = NULL WHERE id = 33", "phone"),
        (
            "UPDATE equipment SET name = name || ' ' WHERE id = 41",
            "name",
        ),
        ("UPDATE equipment SET x_note = '无' WHERE id = 35", "x_note"),
        ("UPDATE equipment SET x_note = NULL WHERE id = 42", "x_note"),
        ("UPDATE equipment SET phone = x'01' WHERE id = 35", "phone"),
        (
            "UPDATE equipment_part SET owner = 34 WHERE id = 50",
            "owner",
        ),
    ] {
        let bureau = Bureau::new();
        let report = bureau.run(sql).check(&[]);
        assert_eq!(report.kinds(), [RowDiffers], "{sql}");
        assert_eq!(
            report.faults[0].place.column.as_deref(),
            Some(column),
            "{sql}"
        );
    }
}

#[test]
fn missing_extra_and_returned_rows_are_named() {
    let bureau = Bureau::new();
    let report = bureau.run("DELETE FROM equipment WHERE id = 33").check(&[]);
    assert_eq!(report.kinds(), [RowMissing]);
    assert_eq!(
        report.faults[0].text,
        "表 equipment 的记录 0000000000011 缺失：按历史第 15 条应在"
    );

    for id in [1, 36, 99] {
        let bureau = Bureau::new();
        let report = bureau
            .run(&format!(
                "INSERT INTO equipment(id, version) VALUES({id}, 1)"
            ))
            .check(&[]);
        assert_eq!(report.kinds(), [RowExtra]);
        assert_eq!(report.faults[0].place.record, Some(id));
        assert!(
            report.faults[0]
                .text
                .ends_with("没有任何历史：是绕过系统插入的")
        );
    }

    let bureau = Bureau::new();
    let report = bureau
        .run("INSERT INTO equipment(id, version) VALUES(34, 1)")
        .check(&[]);
    assert_eq!(report.kinds(), [RowExtra]);
    assert!(
        report.faults[0]
            .text
            .contains("已按历史第 13 条删除，表中却仍有")
    );

    let bureau = Bureau::new();
    let report = bureau
        .run("UPDATE equipment SET id = 45 WHERE id = 44")
        .check(&[]);
    assert_eq!(report.kinds(), [RowMissing, RowExtra]);
}

#[test]
fn another_version_is_named() {
    let bureau = Bureau::new();
    let report = bureau
        .run("UPDATE equipment SET version = 2 WHERE id = 33")
        .check(&[]);
    assert_eq!(report.kinds(), [RowVersion]);
    assert_eq!(report.faults[0].place.seq, Some(15));
}

#[test]
fn an_edit_that_was_overwritten_since_is_still_found() {
    let bureau = Bureau::new();
    bureau.commit(
        &[Entry(
            "equipment",
            35,
            2,
            "edit",
            r#"{"set":{"rated_kg":400},"was":{"rated_kg":319}}"#,
        )],
        "UPDATE equipment SET version = 2, rated_kg = 400 WHERE id = 35",
    );
    let report = bureau.check(&[]);
    assert_eq!(report.kinds(), [OldValue]);
    assert_eq!(
        report.faults[0].text,
        "表 equipment 的记录 0000000000013，列 rated_kg 在历史第 16 条所记的旧值与此前的历史不符（此前由第 11 条写入；其间表中的值被绕过系统改动过）"
    );
}

#[test]
fn a_record_may_go_and_come_again() {
    let bureau = Bureau::new();
    bureau.commit(
        &[Entry(
            "equipment",
            34,
            3,
            "create",
            r#"{"set":{"rated_kg":5},"was":{"rated_kg":null}}"#,
        )],
        "INSERT INTO equipment(id, version, rated_kg, x_note) VALUES(34, 3, 5, NULL)",
    );
    bureau.commit(
        &[Entry(
            "equipment",
            34,
            3,
            "reveal",
            r#"{"event":{"field":"phone"}}"#,
        )],
        "",
    );
    let report = bureau.check(&[]);
    assert!(report.is_whole(), "{}", report.to_text(None));
}

#[test]
fn two_columns_may_change_names_at_once() {
    let bureau = Bureau::new();
    bureau.commit(
        &[Entry("equipment_part", 0, 0, "migrate", r#"{"rename":{"owner":"name","name":"owner"}}"#)],
        "ALTER TABLE equipment_part RENAME owner TO t; ALTER TABLE equipment_part RENAME name TO owner;
         ALTER TABLE equipment_part RENAME t TO name",
    );
    assert!(bureau.check(&[]).is_whole());
}

#[test]
fn lost_tables_and_columns_are_named() {
    for (sql, what) in [
        (
            "DROP TABLE equipment_part",
            "受账本保护的表 equipment_part 不存在",
        ),
        (
            "DELETE FROM ledgered WHERE tab = 'equipment_part'",
            "表 equipment_part 有历史，却不在受账本保护的表（ledgered）之列",
        ),
        ("DROP TABLE ledgered", "数据库缺少表 ledgered"),
        ("DROP TABLE signed_head", "数据库缺少表 signed_head"),
        (
            "ALTER TABLE equipment_part DROP COLUMN version",
            "表 equipment_part 没有 version 列，无法核对各行",
        ),
        ("DROP TABLE ledger", "数据库缺少表 ledger"),
        (
            "ALTER TABLE equipment_part RENAME TO p; CREATE VIEW equipment_part AS SELECT * FROM p",
            "受账本保护的表 equipment_part 不存在",
        ),
    ] {
        let bureau = Bureau::new();
        let report = bureau.run(sql).check(&[]);
        assert_eq!(report.kinds(), [TableMissing], "{sql}");
        assert_eq!(report.faults[0].text, what);
    }
    let bureau = Bureau::new();
    let report = bureau
        .run("ALTER TABLE equipment_part DROP COLUMN name")
        .check(&[]);
    assert_eq!(report.kinds(), [RowDiffers]);
    assert!(
        report.faults[0]
            .text
            .contains("列 name 在表中不存在（历史第 12 条写入过该列）")
    );
    let bureau = Bureau::new();
    let report = bureau
        .run("INSERT INTO ledgered VALUES('signed_head')")
        .check(&[]);
    assert_eq!(
        report.faults[0].text,
        "表 signed_head 没有 id 列，无法核对各行"
    );
}

#[test]
fn a_body_nobody_can_read_is_named() {
    for body in ["{", "[]", r#"{"set":{"x_note":true}}"#] {
        let bureau = Bureau::new();
        bureau.run(&format!(
            "UPDATE history SET body = '{body}' WHERE seq = 15"
        ));
        bureau.recompute(9);
        let report = bureau.check(&[]);
        assert_eq!(report.only(Body).place.seq, Some(15), "{body}");
    }
    let bureau = Bureau::new();
    bureau.commit(
        &[Entry("equipment", 0, 0, "x", r#"{"set":{"x_note":"y"}}"#)],
        "",
    );
    assert!(
        bureau
            .check(&[])
            .only(Body)
            .text
            .contains("对整张表只能改列，不能改行")
    );
}

/// An index that hides the latest entry would make an old row look right.
#[test]
fn an_index_that_lies_is_found() {
    let bureau = Bureau::new();
    bureau.run(
        "UPDATE equipment SET version = 2, x_note = '无' WHERE id = 33;
         DROP INDEX history_row;
         CREATE INDEX history_row ON history(tab, rec, seq) WHERE seq <> 15;
         PRAGMA writable_schema = ON;
         UPDATE sqlite_schema SET sql = 'CREATE INDEX history_row ON history(tab, rec, seq)' WHERE name = 'history_row';
         PRAGMA writable_schema = OFF",
    );
    let report = bureau.check(&[]);
    assert_eq!(report.kinds(), [Index]);
    assert!(
        report.faults[0]
            .text
            .contains("按索引有 12 条，逐条读有 13 条"),
        "{}",
        report.faults[0].text
    );
}

#[test]
fn without_an_index_the_answer_is_the_same() {
    let bureau = Bureau::new();
    assert!(bureau.run("DROP INDEX history_row").check(&[]).is_whole());
    let report = bureau
        .run("UPDATE equipment SET rated_kg = 9 WHERE id = 33")
        .check(&[]);
    assert_eq!(report.kinds(), [RowDiffers]);
}

/// Tables beside the ledger that can be made again from the history.
#[test]
fn what_stands_beside_the_ledger_is_compared_too() {
    let made = "CREATE TABLE batch_entry(batch INTEGER, seq INTEGER); \
        CREATE TABLE made_for(rec INTEGER PRIMARY KEY, account INTEGER); \
        CREATE TABLE outbox(seq INTEGER PRIMARY KEY, leaf INTEGER, first INTEGER, count INTEGER); \
        INSERT INTO batch_entry SELECT json_extract(body, '$.batch'), seq FROM history \
        WHERE json_extract(body, '$.batch') IS NOT NULL; \
        INSERT INTO outbox SELECT leaf + 1, leaf, first, count FROM ledger; \
        UPDATE head SET outbox = (SELECT max(seq) + 1 FROM outbox);";
    let after = |harm: &str| {
        Bureau::new()
            .run(&format!("{made}{harm}"))
            .check(&[])
            .kinds()
    };
    assert_eq!(after(""), [], "whole");
    for harm in [
        "INSERT INTO batch_entry VALUES(9, 1)",
        "INSERT INTO made_for VALUES(33, 7)",
        "UPDATE outbox SET count = count + 1 WHERE seq = 2",
        "DELETE FROM outbox WHERE seq = 3",
        "DELETE FROM outbox WHERE seq = (SELECT max(seq) FROM outbox)",
    ] {
        assert_eq!(after(harm), [Beside], "{harm}");
    }
}

/// The key of personal values goes with an erasure and not otherwise; child rows have that of their record.
#[test]
fn a_key_that_goes_without_an_erasure_is_missed() {
    let made = "CREATE TABLE keys(rec INTEGER PRIMARY KEY, key BLOB); \
        INSERT INTO keys SELECT DISTINCT rec, x'00' FROM history WHERE body LIKE '%{\"$b\"%'; ";
    let after = |harm: &str| {
        let report = Bureau::new().run(&format!("{made}{harm}")).check(&[]);
        let keys = report.faults.iter().filter(|f| f.kind == KeyMissing);
        keys.count()
    };
    assert_eq!(after(""), 0);
    assert_eq!(after("DELETE FROM keys WHERE rec = 33"), 1);
    assert_eq!(after("DELETE FROM keys WHERE rec IN (33, 34)"), 2);
    let erased = "DELETE FROM keys WHERE rec = 33; INSERT INTO history VALUES \
        (99, 'equipment', 33, 9, 0, 7, 'erase', 'd', '{\"set\":{}}');";
    assert_eq!(after(erased), 0);
    let again = "INSERT INTO history VALUES (100, 'equipment', 33, 10, 0, 7, 'update', 'd', \
        '{\"set\":{\"phone\":{\"$b\":\"AA==\"}}}');";
    assert_eq!(after(&format!("{erased}{again}")), 1);
}
