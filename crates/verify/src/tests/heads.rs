//! Truncation and rewriting by someone who can recompute every hash but not sign.

use super::fixture::{Bureau, check_with, public};
use crate::args::Subject;
use crate::hash::hex;
use crate::report::{Kind::*, Report};

/// Rewrites the past with all hashes made anew.
fn rewrite(bureau: &Bureau) {
    bureau.run(
        "UPDATE history SET body = replace(body, '1050', '1060') WHERE seq = 3;
         UPDATE equipment SET rated_kg = 1060 WHERE id = 33",
    );
    bureau.recompute(0);
}

/// Takes back everything after the second stored head.
fn truncate(bureau: &Bureau) {
    bureau.run(
        "DELETE FROM history WHERE seq = 15; DELETE FROM ledger WHERE leaf = 9;
         UPDATE equipment SET version = 2, x_note = '无' WHERE id = 33",
    );
    bureau.recompute(9);
}

#[test]
fn a_full_rewrite_fails_against_heads_in_the_database() {
    let bureau = Bureau::new();
    rewrite(&bureau);
    let report = bureau.check(&[]);
    assert_eq!(report.kinds(), [SignedHead, SignedHead]);
    assert!(
        report.faults[0]
            .text
            .starts_with("库内 2027-01-15 16:01:40 的账本头（5 行）的根与现有账本前 5 行的根")
    );
}

#[test]
fn a_full_rewrite_without_its_heads_fails_against_one_kept_elsewhere() {
    let bureau = Bureau::new();
    let kept: String = bureau
        .db
        .query_row("SELECT note FROM signed_head WHERE size = 5", [], |row| {
            row.get(0)
        })
        .unwrap();
    rewrite(&bureau);
    bureau.run("DELETE FROM signed_head");
    let blind = bureau.check(&[]);
    assert!(blind.is_whole());
    assert_eq!(
        blind.notes,
        ["没有给出另存的签名头（--head）：不能排除账本连同库内账本头一起被截断或整体重写"]
    );
    let report = bureau.check(&[&kept]);
    assert_eq!(report.kinds(), [OutsideHead]);
    assert!(report.faults[0].text.contains("这些行在签名之后被改写"));
}

#[test]
fn truncation_fails_against_a_later_head() {
    let bureau = Bureau::new();
    let latest = bureau.sign();
    truncate(&bureau);
    assert!(bureau.check(&[]).is_whole());
    let report = bureau.check(&[&latest]);
    assert_eq!(report.kinds(), [OutsideHead]);
    assert_eq!(
        report.faults[0].text,
        "另存的签名头 head0（2027-01-15 16:01:40，10 行）多于现有的 9 行：账本末尾至少 1 行被截断"
    );
}

#[test]
fn an_emptied_ledger_fails_against_any_head() {
    let bureau = Bureau::new();
    let latest = bureau.sign();
    bureau.run("DELETE FROM history; DELETE FROM ledger; DELETE FROM equipment; DELETE FROM equipment_part");
    bureau.recompute(0);
    assert_eq!(bureau.check(&[]).kinds(), [SignedHead, SignedHead]);
    bureau.run("DELETE FROM signed_head");
    assert!(bureau.check(&[]).is_whole());
    assert_eq!(bureau.check(&[&latest]).kinds(), [OutsideHead]);
}

#[test]
fn heads_of_every_size_are_checked() {
    let bureau = Bureau::new();
    let five: String = bureau
        .db
        .query_row("SELECT note FROM signed_head WHERE size = 5", [], |row| {
            row.get(0)
        })
        .unwrap();
    let ten = bureau.sign();
    assert!(bureau.check(&[&five, &ten]).is_whole());
    assert!(bureau.check(&[&format!("{five}\r\n{ten}")]).is_whole());
    bureau.run("UPDATE history SET body = replace(body, '900', '901') WHERE seq = 14; UPDATE equipment SET rated_kg = 901 WHERE id = 40; DELETE FROM signed_head WHERE size = 9");
    bureau.recompute(8);
    // What lies before the edit is still vouched for.
    assert!(bureau.check(&[&five]).is_whole());
    assert_eq!(bureau.check(&[&five, &ten]).kinds(), [OutsideHead]);
}

#[test]
fn a_forged_head_is_named() {
    let bureau = Bureau::new();
    rewrite(&bureau);
    // The forger signs anew, with the right roots but without the key.
    bureau.run("CREATE TEMP TABLE old AS SELECT * FROM signed_head; DELETE FROM signed_head");
    bureau.sign_and_keep();
    bureau.run("UPDATE signed_head SET note = replace(note, substr(note, -40, 30), '000000000000000000000000000000')");
    let report = bureau.check(&[]);
    assert_eq!(report.kinds(), [Signature]);
    assert!(report.faults[0].text.contains("的签名不成立：账本头被改动"));

    let bureau = Bureau::new();
    bureau.run("UPDATE signed_head SET note = replace(note, 'key ', 'key 0') WHERE size = 5");
    assert!(bureau.check(&[]).only(SignedHead).text.contains("看不懂"));
    for note in ["NULL", "x'ff'", "7"] {
        bureau.run(&format!(
            "UPDATE signed_head SET note = {note} WHERE size = 9"
        ));
        assert_eq!(bureau.check(&[]).kinds(), [SignedHead, SignedHead]);
    }
    bureau.run("UPDATE signed_head SET size = 6 WHERE size = 5");
    bureau.run("UPDATE signed_head SET note = replace(note, 'key 0', 'key ')");
    assert!(!bureau.check(&[]).is_whole());
}

#[test]
fn a_head_of_another_key_is_refused_only_if_a_key_was_given() {
    let bureau = Bureau::new();
    let other = "04922db5afa74bf8116414ef5cbc439a814c7a8cd58db3d4331be48cf01e82eca030f3a15050e1dc01f99976a8ffa0249937563843bfff3c9de7cee7c869d5a57e";
    let subject = || Subject::Database(bureau.dir.path().join("jinzhi.db"));
    let mut report = Report::default();
    check_with(
        subject(),
        vec![],
        vec![bureau.file("k", other)],
        &mut report,
    )
    .unwrap();
    assert_eq!(report.kinds(), [Signature, Signature]);
    assert!(report.faults[0].text.contains("不是用所给公钥签的"));

    // After a change of keys both are given.
    let mut report = Report::default();
    let both = vec![bureau.file("k", other), bureau.file("k2", &hex(&public()))];
    check_with(subject(), vec![], both, &mut report).unwrap();
    assert!(report.is_whole());

    let mut report = Report::default();
    check_with(subject(), vec![], vec![], &mut report).unwrap();
    assert!(report.is_whole());
    assert_eq!(report.notes[1], "没有给出公钥（--key）：账本头的签名未核对");
}

#[test]
fn a_head_of_another_node_does_not_fit() {
    let bureau = Bureau::new();
    let foreign = bureau.sign().replace("node 5931010", "node 7");
    let report = bureau.check(&[&foreign]);
    assert_eq!(report.kinds(), [Signature]);
    assert_eq!(report.warnings(), ["账本头来自不同的节点：7、5931010"]);
}
