//! Attachments altered, swapped and taken away behind the program's back.

use super::fixture::{Bureau, Entry, check_with};
use crate::args::Subject;
use crate::hash::{hex, sm3};
use crate::report::{Kind, Report};
use std::path::PathBuf;

/// Two attachments of lift 33 under lines 60 and 61; the first is no longer on the record.
struct Papers {
    bureau: Bureau,
    one: PathBuf,
    two: PathBuf,
}

impl Papers {
    fn new() -> Papers {
        let bureau = Bureau::new();
        bureau.run(
            "CREATE TABLE file_link(id INTEGER PRIMARY KEY, version INTEGER, tab TEXT, rec INTEGER,
                 field TEXT, pos INTEGER, hash TEXT, name TEXT, bytes INTEGER, mime TEXT);
             INSERT INTO ledgered VALUES('file_link')",
        );
        let mut places = Vec::new();
        for (line, content) in [(60, "协议一"), (61, "协议二")] {
            let hash = hex(&sm3(&[content.as_bytes()]));
            let body = format!(
                r#"{{"set":{{"tab":"equipment","rec":33,"field":"papers","pos":0,"hash":"{hash}","name":"客梯甲.pdf","bytes":9,"mime":"application/pdf"}}}}"#
            );
            let row = format!(
                "INSERT INTO file_link VALUES({line}, 1, 'equipment', 33, 'papers', 0, '{hash}', '客梯甲.pdf', 9, 'application/pdf')"
            );
            bureau.commit(&[Entry("file_link", line, 1, "edit", &body)], &row);
            let folder = bureau.dir.path().join("files").join(&hash[..2]);
            std::fs::create_dir_all(&folder).unwrap();
            places.push(folder.join(&hash[2..]));
            std::fs::write(&places[places.len() - 1], content).unwrap();
        }
        bureau.commit(
            &[Entry("file_link", 60, 2, "edit", r#"{"gone":true}"#)],
            "DELETE FROM file_link WHERE id = 60",
        );
        let two = places.pop().unwrap();
        let one = places.pop().unwrap();
        Papers { bureau, one, two }
    }

    fn check(&self) -> Report {
        self.bureau.check(&[])
    }
}

#[test]
fn what_lies_as_it_was_put_is_whole() {
    let report = Papers::new().check();
    assert!(report.is_whole(), "{}", report.to_text(None));
    assert_eq!(report.files, 2);
    assert!(report.to_text(None).contains("附件 2 个"));
}

#[test]
fn an_altered_and_a_missing_attachment_are_named() {
    let papers = Papers::new();
    std::fs::write(&papers.two, "协议贰").unwrap();
    std::fs::remove_file(&papers.one).unwrap();
    let report = papers.check();
    assert_eq!(report.faults_total(), 2);
    let altered = report.only(Kind::FileAltered);
    assert_eq!(
        altered.text,
        "表 equipment 的记录 0000000000011，字段 papers 的附件的内容与历史所记散列不符（历史第 17 条）"
    );
    let place = &altered.place;
    assert_eq!(
        (
            place.table.as_deref(),
            place.record,
            place.column.as_deref()
        ),
        (Some("equipment"), Some(33), Some("papers"))
    );
    // What the record had once is missed as well.
    assert_eq!(report.only(Kind::FileMissing).place.seq, Some(16));
}

#[test]
fn two_swapped_attachments_are_both_named() {
    let papers = Papers::new();
    std::fs::write(&papers.one, "协议二").unwrap();
    std::fs::write(&papers.two, "协议一").unwrap();
    assert_eq!(papers.check().kinds(), [Kind::FileSwapped; 2]);
}

#[test]
fn a_hash_that_is_a_path_leads_nowhere() {
    let papers = Papers::new();
    let body = r#"{"set":{"tab":"equipment","rec":33,"field":"papers","hash":"../../../../../../dev/zero"}}"#;
    let row = "INSERT INTO file_link(id, version, tab, rec, field, hash)
        VALUES(62, 1, 'equipment', 33, 'papers', '../../../../../../dev/zero')";
    let entry = Entry("file_link", 62, 1, "edit", body);
    papers.bureau.commit(&[entry], row);
    assert_eq!(papers.check().kinds(), [Kind::FileMissing]);
}

#[test]
fn a_database_without_its_directory_says_what_was_not_looked_at() {
    let papers = Papers::new();
    let folder = papers.bureau.dir.path();
    std::fs::remove_dir_all(folder.join("files")).unwrap();
    let mut report = Report::default();
    let subject = Subject::Database(folder.join("jinzhi.db"));
    check_with(subject, vec![], vec![], &mut report).unwrap();
    assert!(report.is_whole());
    assert!(report.notes.iter().any(|note| note.contains("附件未核对")));
    assert_eq!(papers.check().kinds(), [Kind::FileMissing; 2]);
}
