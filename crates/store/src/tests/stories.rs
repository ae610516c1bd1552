//! Random stories: what history says is what is stored; and no hand in the file goes unnoticed.

use expr::{Dec, Id, Value};
use kernel::{Change, Datum, Record, RowData, What};
use ledger::{KeyPair, SignedHead};
use proptest::prelude::*;
use rusqlite::Connection;

use super::{Club, NOW, later, one, text};

#[derive(Clone, Debug)]
enum Step {
    Make(u8),
    Edit(usize, u8, u8),
    Rows(usize, Vec<u8>),
    Remove(usize),
    Erase(usize),
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => any::<u8>().prop_map(Step::Make),
        6 => (any::<usize>(), 0..7_u8, any::<u8>()).prop_map(|(n, f, v)| Step::Edit(n, f, v)),
        2 => (any::<usize>(), prop::collection::vec(any::<u8>(), 0..4))
            .prop_map(|(n, rows)| Step::Rows(n, rows)),
        1 => any::<usize>().prop_map(Step::Remove),
        1 => any::<usize>().prop_map(Step::Erase),
        1 => Just(Step::Reopen),
    ]
}

fn edit(club: &Club, record: &Record, field: u8, value: u8) -> Change {
    let some = !value.is_multiple_of(4);
    let datum = |value: Value| one(if some { value } else { Value::Null });
    let (name, datum) = match field {
        0 => ("name", text(&format!("名\n\"{value}\\"))),
        1 => ("visits", datum(Value::Int(i64::from(value)))),
        2 => ("level", datum(Value::Dec(Dec::new(i64::from(value), 1)))),
        3 => ("likes", datum(Value::set(["clay", "hard"]))),
        4 => ("email", datum(Value::Text(format!("{value}@x.cn")))),
        5 => (
            "home",
            datum(
                expr::Point {
                    lat_e6: value.into(),
                    lon_e6: 1,
                }
                .into(),
            ),
        ),
        _ => ("division", datum(Value::from("370102"))),
    };
    club.update(record, vec![(name, datum)])
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn history_replayed_is_what_is_stored(steps in prop::collection::vec(step(), 1..40)) {
        let mut club = Club::new();
        let register = club.register("member");
        let mut told: Vec<(i64, Record)> = Vec::new();
        let mut alive: Vec<Id> = Vec::new();
        for (hour, step) in steps.into_iter().enumerate() {
            let hour = hour as i64 + 1;
            let pick = |n: usize| alive.get(n % alive.len().max(1)).copied();
            match step {
                Step::Make(value) => {
                    let change = club.insert("member", "active", vec![
                        ("name", text(&format!("新{value}"))),
                        ("phone", text("1")),
                    ]);
                    alive.push(change.id);
                    club.commit_at(later(hour), change).unwrap();
                    told.push((hour, club.get("member", *alive.last().unwrap())));
                }
                Step::Edit(n, field, value) => if let Some(id) = pick(n) {
                    let change = edit(&club, &club.get("member", id), field, value);
                    club.commit_at(later(hour), change).unwrap();
                    told.push((hour, club.get("member", id)));
                },
                Step::Rows(n, rows) => if let Some(id) = pick(n) {
                    let record = club.get("member", id);
                    let Datum::Rows(old) = club.datum(&record, "relatives") else { panic!() };
                    let rows = rows
                        .into_iter()
                        .map(|n| match old.get(usize::from(n) % 5) {
                            Some(row) => row.clone(),
                            None => RowData {
                                id: None,
                                values: vec![format!("亲{n}").into(), Value::Null, Value::Null],
                            },
                        })
                        .collect();
                    let change = club.update(&record, vec![("relatives", Datum::Rows(rows))]);
                    club.commit_at(later(hour), change).unwrap();
                    told.push((hour, club.get("member", id)));
                },
                Step::Remove(n) => if let Some(id) = pick(n) {
                    let what = What::Remove { expected: club.get("member", id).version };
                    let change = Change { register, id, act: "undo".to_owned(), what };
                    club.commit_at(later(hour), change).unwrap();
                    alive.retain(|other| *other != id);
                },
                Step::Erase(n) => if let Some(id) = pick(n) {
                    let what = What::Erase { expected: club.get("member", id).version };
                    let change = Change { register, id, act: "erase".to_owned(), what };
                    club.commit_at(later(hour), change).unwrap();
                    // What was erased stays erased, also in views of the time before.
                    told.retain(|(_, record)| record.id != id);
                    told.push((hour, club.get("member", id)));
                },
                Step::Reopen => club = club.reopened(),
            }
        }
        for (hour, record) in &told {
            let past = club.store.read(|r| r.as_of(register, record.id, later(*hour))).unwrap();
            prop_assert_eq!(past.as_ref(), Some(record));
        }
        club.assert_whole();
    }
}

/// What a hand with the file open can do.
fn tampered(sql: &str) -> Vec<String> {
    let club = Club::new();
    for n in 0..5 {
        let row = RowData {
            id: None,
            values: vec!["亲".into(), Value::Null, Value::Null],
        };
        club.member(
            &format!("会员{n}"),
            vec![("relatives", Datum::Rows(vec![row]))],
        );
    }
    let id = club.member("改", vec![]);
    club.commit(club.update(&club.get("member", id), vec![("name", text("改过"))]))
        .unwrap();
    club.assert_whole();
    let conn = Connection::open(club.dir.path().join("jinzhi.db")).unwrap();
    conn.pragma_update(None, "foreign_keys", "OFF").unwrap();
    conn.execute_batch(sql).unwrap();
    crate::verify(club.dir.path(), &[], &[]).unwrap().faults
}

#[test]
fn every_hand_in_the_file_is_noticed_and_named() {
    let member = "tennis_club__member";
    for (sql, named) in [
        (
            "INSERT INTO batch_entry VALUES (7, 1)",
            "batch_entry 说历史第 1 条",
        ),
        (
            "INSERT INTO made_for VALUES (1, 2)",
            "代何人建立，与历史不符",
        ),
        (
            "INSERT INTO outbox VALUES (1, 0, 1, 9)",
            "outbox 第 1 条与账本的行不符",
        ),
        (
            "INSERT INTO outbox SELECT 1, leaf, first, count FROM ledger WHERE leaf = 0; \
             INSERT INTO outbox SELECT 3, leaf, first, count FROM ledger WHERE leaf = 1; \
             UPDATE head SET outbox = 4",
            "outbox 第 3 条前面有缺",
        ),
        (
            "UPDATE tennis_club__member SET name = '假' WHERE name = '会员1'",
            "name 与历史不符",
        ),
        (
            "UPDATE tennis_club__member SET changed_by = 1 WHERE name = '会员1'",
            "changed_by",
        ),
        (
            "UPDATE tennis_club__member SET version = 9 WHERE name = '会员1'",
            "version",
        ),
        (
            "UPDATE tennis_club__member SET phone = x'00' WHERE name = '会员1'",
            "phone",
        ),
        (
            "DELETE FROM tennis_club__member WHERE name = '会员1'",
            "不见了",
        ),
        (
            "DELETE FROM tennis_club__member__relatives WHERE id = (SELECT max(id) FROM tennis_club__member__relatives)",
            "relatives",
        ),
        (
            "INSERT INTO tennis_club__member (id, version, created_at, created_by, changed_at, changed_by) VALUES (1, 1, 1, 1, 1, 1)",
            "没有历史",
        ),
        (
            "UPDATE history SET body = replace(body, '会员1', '会员9') WHERE seq = 3",
            "历史 3–4",
        ),
        ("UPDATE history SET at = at + 1 WHERE seq = 3", "历史 3–4"),
        ("UPDATE history SET actor = 1 WHERE seq = 3", "历史 3–4"),
        ("UPDATE history SET act = 'edit' WHERE seq = 3", "历史 3–4"),
        ("UPDATE history SET def = '' WHERE seq = 3", "历史 3–4"),
        ("DELETE FROM history WHERE seq = 3", "历史 3–4"),
        (
            "UPDATE history SET seq = 1000 WHERE seq = 3; UPDATE history SET seq = 3 WHERE seq = 5; UPDATE history SET seq = 5 WHERE seq = 1000",
            "历史 3–4",
        ),
        (
            "INSERT INTO history SELECT 99, tab, rec, 2, at, actor, act, def, body FROM history WHERE seq = 3",
            "不在账本",
        ),
        (
            "DELETE FROM history WHERE seq > 11; DELETE FROM ledger WHERE first > 11",
            "head 表",
        ),
        ("DELETE FROM ledger WHERE leaf = 2", "账本第 2 行"),
        (
            "UPDATE ledger SET hash = zeroblob(32) WHERE leaf = 2",
            "账本第 2 行",
        ),
        ("UPDATE ledger SET count = 1 WHERE leaf = 2", "账本第 2 行"),
        (
            "UPDATE head SET frontier = zeroblob(length(frontier))",
            "head 表",
        ),
        (
            "DELETE FROM ledgered WHERE tab = 'tennis_club__member'",
            "不在受账本保护的表",
        ),
    ] {
        let faults = tampered(sql);
        assert!(
            faults.iter().any(|fault| fault.contains(named)),
            "{sql}: {faults:#?}"
        );
    }
    assert!(tampered(&format!("UPDATE {member} SET name = name")).is_empty());
}

#[test]
fn a_head_kept_elsewhere_shows_truncation_and_rewriting() {
    let key = KeyPair::from_secret(&[7; 32]).unwrap();
    let kept: SignedHead = {
        let club = Club::new();
        for n in 0..3 {
            club.member(&format!("会员{n}"), vec![]);
        }
        let signed = club.store.ledger_head(&key, NOW).unwrap();
        let keys = [key.public().clone()];
        club.member("后来", vec![]);
        let report = crate::verify(club.dir.path(), std::slice::from_ref(&signed), &keys).unwrap();
        assert!(report.is_whole(), "{:#?}", report.faults);
        assert_eq!(report.heads, 2);
        let other = KeyPair::from_secret(&[8; 32]).unwrap();
        let report = crate::verify(
            club.dir.path(),
            std::slice::from_ref(&signed),
            &[other.public().clone()],
        );
        assert!(!report.unwrap().is_whole());
        signed
    };
    let heads = [kept];
    // A shorter ledger, whole in itself.
    let club = Club::new();
    club.member("会员0", vec![]);
    assert!(crate::verify(club.dir.path(), &[], &[]).unwrap().is_whole());
    let report = crate::verify(club.dir.path(), &heads, &[]).unwrap();
    assert!(
        report.faults.iter().any(|fault| fault.contains("截断")),
        "{:?}",
        report.faults
    );
    // As long, but of other content.
    for n in 0..3 {
        club.member(&format!("别人{n}"), vec![]);
    }
    let report = crate::verify(club.dir.path(), &heads, &[]).unwrap();
    assert!(
        report.faults.iter().any(|fault| fault.contains("重写")),
        "{:?}",
        report.faults
    );
}

#[test]
fn the_export_holds_every_line_in_order() {
    let club = Club::new();
    let id = club.member("张三", vec![]);
    club.commit(club.update(&club.get("member", id), vec![("name", text("李四"))]))
        .unwrap();
    let key = KeyPair::from_secret(&[7; 32]).unwrap();
    club.store.ledger_head(&key, NOW).unwrap();
    let mut out = Vec::new();
    club.store.ledger_export(&mut out, NOW).unwrap();
    let out = String::from_utf8(out).unwrap();
    let keys: Vec<String> = out
        .lines()
        .map(|line| {
            let line: serde_json::Value = serde_json::from_str(line).unwrap();
            line.as_object().unwrap().keys().next().unwrap().clone()
        })
        .collect();
    assert_eq!(
        keys,
        ["export", "entry", "leaf", "entry", "leaf", "signed", "head"]
    );
}
