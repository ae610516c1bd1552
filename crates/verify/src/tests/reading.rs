//! How the database is read: with its write-ahead log, without leaving a trace, or not at all.

use super::fixture::{Bureau, check_with};
use crate::args::Subject;
use crate::report::Report;
use crate::{FAULTS, UNREADABLE, WHOLE, exit_code};
use std::path::Path;

#[test]
fn the_write_ahead_log_is_read_and_nothing_is_written() {
    let bureau = Bureau::new();
    let read = |name: &str| std::fs::read(bureau.dir.path().join(name)).unwrap();
    // All of it lies in the log: a reader of the main file alone would find no table.
    assert!(!read("jinzhi.db-wal").is_empty());
    let before = (read("jinzhi.db"), read("jinzhi.db-wal"));
    let report = bureau.check(&[]);
    assert_eq!(report.entries, 15);
    assert!(before == (read("jinzhi.db"), read("jinzhi.db-wal")));
}

#[test]
fn a_closed_database_is_read_too() {
    let Bureau { dir, db } = Bureau::new();
    db.close().unwrap();
    let before = std::fs::read(dir.path().join("jinzhi.db")).unwrap();
    let mut report = Report::default();
    check_with(
        Subject::Database(dir.path().to_owned()),
        vec![],
        vec![],
        &mut report,
    )
    .unwrap();
    assert!(report.is_whole());
    assert_eq!(report.entries, 15);
    assert!(before == std::fs::read(dir.path().join("jinzhi.db")).unwrap());
}

#[test]
fn what_cannot_be_read_is_code_2() {
    let bureau = Bureau::new();
    let plain = bureau.file(
        "plain",
        &"no database at all, but long enough. ".repeat(100),
    );
    let other = bureau.dir.path().join("other.db");
    let connection = rusqlite::Connection::open(&other).unwrap();
    connection.execute_batch("CREATE TABLE t(x)").unwrap();
    let cases: [(&Path, &str); 3] = [
        (Path::new("/nowhere/jinzhi.db"), "打不开 /nowhere/jinzhi.db"),
        (&plain, "读不了数据库"),
        (&other, "不是金质的数据库"),
    ];
    for (path, what) in cases {
        let mut report = Report::default();
        let outcome = check_with(
            Subject::Database(path.to_owned()),
            vec![],
            vec![],
            &mut report,
        );
        assert_eq!(exit_code(&outcome, &report), UNREADABLE);
        let text = outcome.unwrap_err().to_string();
        assert!(text.contains(what), "{text}");
        assert!(report.to_text(Some(&text)).contains("无法完成核对"));
    }
    let subject = || Subject::Database(bureau.dir.path().to_owned());
    let mut report = Report::default();
    let bad = check_with(subject(), vec![plain.clone()], vec![], &mut report).unwrap_err();
    assert!(
        bad.to_string().contains("缺少“jinzhi ledger head v1”一行"),
        "{bad}"
    );
    let bad = check_with(subject(), vec![], vec![plain], &mut report).unwrap_err();
    assert!(bad.to_string().contains("应为 130 位十六进制"), "{bad}");
}

#[test]
fn whole_is_code_0_and_faults_are_code_1() {
    let bureau = Bureau::new();
    assert_eq!(exit_code(&Ok(()), &bureau.check(&[])), WHOLE);
    bureau.run("DELETE FROM equipment WHERE id = 33");
    assert_eq!(exit_code(&Ok(()), &bureau.check(&[])), FAULTS);
}
