//! Imports as pages start and watch them; no plain file of personal data stays behind.

use std::time::{Duration, Instant};

use app::{ImportAsk, JobState, JobView};
use kernel::{Actor, Id, Reason};
use testkit::TestApp;

use crate::sheets::{MEMBER, MEMBERS, records, refusal};

fn ask(house: &TestApp, dry_run: bool) -> ImportAsk {
    let register = house.register(MEMBER);
    ImportAsk {
        register,
        title: "会员.csv".to_owned(),
        mapping: None,
        dry_run,
    }
}

fn finished(house: &TestApp, actor: &Actor, id: Id) -> JobView {
    let begun = Instant::now();
    loop {
        let view = house.app.import_job(actor, id).expect("a job");
        if view.state != JobState::Running {
            return view;
        }
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "the job does not end"
        );
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Whether any file of the data directory holds the bytes.
fn lies_about(house: &TestApp, wanted: &str) -> bool {
    let mut open = vec![house.path().to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if let Ok(bytes) = std::fs::read(&path)
                && bytes
                    .windows(wanted.len())
                    .any(|window| window == wanted.as_bytes())
            {
                return true;
            }
        }
    }
    false
}

#[test]
fn a_job_is_tried_then_done_then_undone() {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    let tried = house
        .app
        .start_import(&manager, ask(&house, true), &mut MEMBERS.as_bytes());
    let tried = finished(&house, &manager, tried.expect("a job"));
    assert_eq!(
        (
            tried.state,
            tried.dry_run,
            tried.can_go_ahead,
            tried.can_undo
        ),
        (JobState::Done, true, true, false)
    );
    assert_eq!(records(&house, MEMBER).len(), 0);
    let done = house.app.go_ahead(&manager, tried.id).expect("a job");
    let done = finished(&house, &manager, done);
    assert_eq!((done.reached.new, done.reached.wrong), (3, 1));
    let (name, copy) = house.app.wrong_rows(&manager, done.id).expect("a copy");
    assert_eq!(name, "会员-有误.csv");
    assert!(
        String::from_utf8(copy)
            .expect("UTF-8")
            .contains("13800138003")
    );
    assert!(
        !lies_about(&house, "13800138003"),
        "a personal value lies about in plain"
    );
    let other = house.person("other", "manager", None);
    assert_eq!(
        refusal(house.app.import_job(&other, done.id)).reason,
        Reason::NotFound
    );
    assert_eq!(
        refusal(house.app.wrong_rows(&other, done.id)).reason,
        Reason::NotFound
    );
    house.app.undo_import(&manager, done.id).expect("an undo");
    let undone = house.app.import_job(&manager, done.id).expect("a job");
    assert_eq!((undone.state, undone.can_undo), (JobState::Undone, false));
    assert_eq!(house.app.imports(&manager).expect("a list").len(), 2);
}

#[test]
fn what_cannot_be_imported_says_why_and_old_copies_are_gone() {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    let start = |content: &str| {
        house
            .app
            .start_import(&manager, ask(&house, false), &mut content.as_bytes())
            .expect("a job")
    };
    let failed = finished(&house, &manager, start("name\n王五\n"));
    assert!(
        matches!(&failed.state, JobState::Failed(why) if why.zh.contains("会员卡号")),
        "{failed:?}"
    );
    let done = finished(&house, &manager, start(MEMBERS));
    assert!(done.has_wrong_rows);
    house.today("2027-03-03");
    assert!(
        !house
            .app
            .import_job(&manager, done.id)
            .expect("a job")
            .has_wrong_rows
    );
    assert_eq!(
        refusal(house.app.wrong_rows(&manager, done.id)).reason,
        Reason::NotFound
    );
    let coach = house.as_role("coach");
    let refused = refusal(house.app.start_import(
        &coach,
        ask(&house, false),
        &mut MEMBERS.as_bytes(),
    ));
    assert_eq!(refused.reason, Reason::Forbidden);
}
