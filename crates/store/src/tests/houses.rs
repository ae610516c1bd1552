//! Files, doors, drafts, remembered requests; and a disk that refuses.

use std::io::Read as _;
use std::time::{Duration, SystemTime};

use expr::Id;
use kernel::{Datum, FileRef, What};
use rusqlite::Connection;

use super::{Club, NOW, commit, later, text};
use crate::{CommitError, Door, DoorKind, Error, SavedView, Seen};

fn file(hash: &str) -> FileRef {
    FileRef {
        hash: hash.to_owned(),
        name: "a.pdf".to_owned(),
        bytes: 5,
        mime: "application/pdf".to_owned(),
    }
}

#[test]
fn files_lie_under_their_hash_and_orphans_are_swept() {
    let club = Club::new();
    let stored = club.store.put_file(b"hello".as_slice()).unwrap();
    assert_eq!(stored.hash, ledger::to_hex(&ledger::sm3(b"hello")));
    assert_eq!(stored, club.store.put_file(b"hello".as_slice()).unwrap());
    let orphan = club.store.put_file(b"nobody".as_slice()).unwrap();
    let mut content = String::new();
    club.store
        .file(&stored.hash)
        .unwrap()
        .read_to_string(&mut content)
        .unwrap();
    assert_eq!(content, "hello");
    club.store.keep_upload(file(&stored.hash), NOW).unwrap();
    assert_eq!(
        club.store.uploaded(&stored.hash).unwrap(),
        Some(file(&stored.hash))
    );
    let files = Datum::Files(vec![file(&stored.hash)]);
    let id = club.member("张三", vec![("files", files)]);
    let tomorrow = SystemTime::now() + crate::ORPHAN_KEPT + Duration::from_secs(60);
    assert_eq!(club.store.sweep_files(SystemTime::now()).unwrap(), 0);
    assert_eq!(club.store.sweep_files(tomorrow).unwrap(), 1);
    assert!(club.store.file(&orphan.hash).is_err());
    // What a record once had is kept for views of the past.
    let change = club.update(
        &club.get("member", id),
        vec![("files", Datum::Files(vec![]))],
    );
    club.commit(change).unwrap();
    assert_eq!(club.store.sweep_files(tomorrow).unwrap(), 0);
    assert!(club.store.file(&stored.hash).is_ok());
    for name in ["../../jinzhi.db", "", &"G".repeat(64)] {
        assert!(
            matches!(club.store.file(name), Err(Error::Question(_))),
            "{name}"
        );
    }
}

#[test]
fn a_sealed_file_goes_with_its_record() {
    let club = Club::new();
    let id = club.member("张三", vec![]);
    let plain = club.store.put_file("身份证正面".as_bytes()).unwrap();
    let sealed = club.store.seal_file(id, &plain.hash).unwrap();
    assert_ne!(sealed.hash, plain.hash);
    assert!(
        club.store.file(&plain.hash).is_err(),
        "the plain bytes are gone"
    );
    let opened = club.store.sealed_file(id, &sealed.hash).unwrap();
    assert_eq!(opened.as_deref(), Some("身份证正面".as_bytes()));
    let on_disk = {
        let mut bytes = Vec::new();
        club.store
            .file(&sealed.hash)
            .unwrap()
            .read_to_end(&mut bytes)
            .unwrap();
        bytes
    };
    assert!(!on_disk.windows(6).any(|part| part == "身份".as_bytes()));
    let what = What::Erase { expected: 1 };
    let register = club.register("member");
    club.commit(kernel::Change {
        register,
        id,
        act: "erase".to_owned(),
        what,
    })
    .unwrap();
    assert_eq!(club.store.sealed_file(id, &sealed.hash).unwrap(), None);
}

#[test]
fn doors_open_and_shut() {
    let club = Club::new();
    let door = |key: u8, kind| Door {
        key: [key; 32],
        account: Id(5),
        kind,
        made: NOW,
        seen: NOW,
        until: later(i64::from(key)),
    };
    for (key, kind) in [
        (1, DoorKind::Session),
        (2, DoorKind::Bearer),
        (3, DoorKind::Invite),
    ] {
        club.store.open_door(door(key, kind)).unwrap();
        assert_eq!(club.store.door(&[key; 32]).unwrap(), Some(door(key, kind)));
    }
    club.store.touch_door(&[1; 32], later(7)).unwrap();
    assert_eq!(club.store.door(&[1; 32]).unwrap().unwrap().seen, later(7));
    club.store.close_door(&[1; 32]).unwrap();
    assert_eq!(club.store.door(&[1; 32]).unwrap(), None);
    club.store.sweep_doors(later(2)).unwrap();
    assert_eq!(
        club.store.doors_of(Id(5)).unwrap(),
        [door(3, DoorKind::Invite)]
    );
    club.store.close_doors_of(Id(5)).unwrap();
    assert!(club.store.doors_of(Id(5)).unwrap().is_empty());
    // None of it is history.
    assert_eq!(club.store.ledger_state().unwrap().2, 1);
}

#[test]
fn a_repeated_request_is_known_by_its_key() {
    let club = Club::new();
    let begin = |key: &str, request| {
        club.store
            .begin_request(Id(5), key, [request; 32], NOW)
            .unwrap()
    };
    assert_eq!(begin("k", 1), Seen::New);
    assert_eq!(begin("k", 1), Seen::Unanswered);
    club.store.answer_request(Id(5), "k", "201").unwrap();
    assert_eq!(begin("k", 1), Seen::Answered("201".to_owned()));
    assert_eq!(begin("k", 2), Seen::Other);
    let other = club.store.begin_request(Id(6), "k", [2; 32], NOW).unwrap();
    assert_eq!(other, Seen::New);
    club.store.drop_request(Id(5), "k").unwrap();
    assert_eq!(begin("k", 2), Seen::New);
    club.store.sweep_requests(later(1)).unwrap();
    assert_eq!(begin("k", 1), Seen::New);
}

#[test]
fn drafts_and_views_belong_to_their_person() {
    let club = Club::new();
    let put = |account, body: &str| {
        club.store
            .keep_draft(Id(account), "a.b", Id(0), body, NOW)
            .unwrap();
    };
    put(1, "甲");
    put(2, "乙");
    put(1, "丙");
    let draft = |account| {
        club.store
            .draft(Id(account), "a.b", Id(0))
            .unwrap()
            .map(|d| d.body)
    };
    assert_eq!(
        (draft(1).as_deref(), draft(2).as_deref()),
        (Some("丙"), Some("乙"))
    );
    club.store.drop_draft(Id(1), "a.b", Id(0)).unwrap();
    assert_eq!((draft(1), draft(2).as_deref()), (None, Some("乙")));
    let view = |id, account, query: &str| SavedView {
        id: Id(id),
        account: Id(account),
        register: "a.b".to_owned(),
        name: "我的".to_owned(),
        query: query.to_owned(),
    };
    club.store.save_view(view(1, 1, "x=1"), NOW).unwrap();
    club.store.save_view(view(2, 1, "x=2"), NOW).unwrap();
    club.store.save_view(view(3, 2, "x=3"), NOW).unwrap();
    assert_eq!(club.store.views(Id(1), "a.b").unwrap(), [view(1, 1, "x=2")]);
    club.store.drop_view(Id(2), Id(1)).unwrap();
    assert_eq!(club.store.views(Id(1), "a.b").unwrap().len(), 1);
    club.store.drop_view(Id(1), Id(1)).unwrap();
    assert!(club.store.views(Id(1), "a.b").unwrap().is_empty());
}

/// When the ledger cannot be written, nothing is: not the row, not the history, not the search.
#[test]
fn a_transaction_that_breaks_leaves_nothing_and_the_next_one_works() {
    let club = Club::new();
    club.member("以前", vec![]);
    let other = Connection::open(club.dir.path().join("jinzhi.db")).unwrap();
    other
        .execute_batch("ALTER TABLE ledger RENAME TO ledger_away")
        .unwrap();
    let make = |name: &str| {
        let fields = vec![("name", text(name)), ("phone", text("1"))];
        commit(NOW, vec![club.insert("member", "active", fields)])
    };
    let refused = club.store.commit(make("没有"));
    assert!(
        matches!(refused, Err(CommitError::Broken(_))),
        "{refused:?}"
    );
    assert!(club.store.bulk(vec![make("也没有")]).is_err());
    other
        .execute_batch("ALTER TABLE ledger_away RENAME TO ledger")
        .unwrap();
    drop(other);
    assert_eq!(
        club.store
            .read(|r| r.count(club.register("member")))
            .unwrap(),
        1
    );
    club.member("以后", vec![]);
    let words = |words: &str| {
        let scope = [(club.register("member"), kernel::Span::All)];
        club.store
            .read(|r| r.search(words, &scope, 9))
            .unwrap()
            .len()
    };
    assert_eq!((words("没有"), words("以后")), (0, 1));
    club.assert_whole();
}

/// Two processes on one directory, as when an import runs beside the server.
#[test]
fn two_writers_on_one_directory_keep_one_ledger() {
    let club = Club::new();
    let second = crate::Store::open(
        club.dir.path(),
        crate::Options::default(),
        club.catalogue.clone(),
    )
    .unwrap();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            for n in 0..20 {
                club.member(&format!("甲{n}"), vec![]);
            }
        });
        scope.spawn(|| {
            for n in 0..20 {
                let fields = vec![("name", text(&format!("乙{n}"))), ("phone", text("1"))];
                let mut change = club.insert("member", "active", fields);
                change.id = second.next_id().unwrap();
                second.commit(commit(NOW, vec![change])).unwrap();
            }
        });
    });
    assert_eq!(
        club.store
            .read(|r| r.count(club.register("member")))
            .unwrap(),
        40
    );
    club.assert_whole();
}
