//! Files, doors, drafts, remembered requests; and a disk that refuses.

use std::io::Read as _;
use std::time::{Duration, SystemTime};

use expr::Id;
use kernel::{Commit, Datum, Event, FileRef, Once, Relied, What};
use rusqlite::Connection;

use super::{Club, NOW, commit, later, text};
use crate::{CommitError, Door, DoorKind, Error, Reader, SavedView, Seen};

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
    club.store
        .keep_upload(Id(7), file(&stored.hash), NOW)
        .unwrap();
    let uploaded = |account| {
        let look = |reader: &Reader| reader.uploaded(Id(account), &stored.hash);
        club.store.read(look).unwrap()
    };
    assert_eq!(uploaded(7), Some(file(&stored.hash)));
    assert_eq!(uploaded(8), None, "it belongs to whoever sent it");
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
    let content = "身份证正面".as_bytes();
    let sealed = club.store.put_sealed_file(id, content).unwrap();
    assert_ne!(sealed.hash, ledger::to_hex(&ledger::sm3(content)));
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
fn a_file_keeps_whatever_name_it_was_given() {
    let club = Club::new();
    let file = club.file("sealed:图纸.pdf", "图纸");
    let files = Datum::Files(vec![file]);
    let id = club.member("张三", vec![("files", files.clone())]);
    let record = club.get("member", id);
    assert_eq!(club.datum(&record, "files"), files);
    club.assert_whole();
}

#[test]
fn an_attachment_altered_on_disk_is_not_given_out_and_the_verifier_names_it() {
    let club = Club::new();
    let put = |content: &str| club.store.put_file(content.as_bytes()).unwrap().hash;
    let (one, two) = (put("协议一"), put("协议二"));
    let files = Datum::Files(vec![file(&one)]);
    let id = club.member("张三", vec![("files", files)]);
    let files = Datum::Files(vec![file(&two)]);
    let other = club.member("李四", vec![("files", files)]);
    club.assert_whole();
    let lies = |hash: &str| {
        club.dir
            .path()
            .join("files")
            .join(&hash[..2])
            .join(&hash[2..])
    };
    let faults = || {
        let report = crate::verify(club.dir.path(), &[], &[]).unwrap();
        assert_eq!(
            (report.files, report.faults_total),
            (2, report.faults.len() as u64)
        );
        report.faults
    };
    let told = |id: Id, what: &str, hash: &str| {
        format!("表 tennis_club__member 记录 {id} 的附件 files {what}（文件 {hash}）")
    };
    let refused = |hash: &str| club.store.file(hash).unwrap_err();

    std::fs::write(lies(&one), "协议壹").unwrap();
    assert!(matches!(refused(&one), Error::FileAltered(_)));
    assert_eq!(faults(), [told(id, "的内容被改动过", &one)]);

    std::fs::write(lies(&one), "协议二").unwrap();
    std::fs::write(lies(&two), "协议一").unwrap();
    let swapped = "被换成了另一个附件的内容";
    let mut both = [told(id, swapped, &one), told(other, swapped, &two)];
    both.sort();
    let mut found = faults();
    found.sort();
    assert_eq!(found, both);
    assert!(matches!(refused(&two), Error::FileAltered(_)));

    std::fs::write(lies(&one), "协议一").unwrap();
    std::fs::remove_file(lies(&two)).unwrap();
    assert!(matches!(refused(&two), Error::FileLost(_)));
    assert_eq!(faults(), [told(other, "不见了", &two)]);

    // What a record once had is given out by views of its past, and is looked at as well.
    let change = club.update(
        &club.get("member", other),
        vec![("files", Datum::Files(vec![]))],
    );
    club.commit(change).unwrap();
    let once = told(other, "不见了", &two).replace("的附件", "曾有的附件");
    assert_eq!(faults(), [once]);
    std::fs::write(lies(&two), "协议二").unwrap();
    club.assert_whole();
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
        proved: NOW,
        about: "Firefox|192.0.*.*".to_owned(),
        post: Id(0),
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
    assert_eq!(club.store.door(&[2; 32]).unwrap(), None);
    assert_eq!(
        club.store.doors_of(Id(5)).unwrap(),
        [door(3, DoorKind::Invite)]
    );
    club.store.close_doors_of(Id(5)).unwrap();
    assert!(club.store.doors_of(Id(5)).unwrap().is_empty());
    assert_eq!(club.store.door(&[3; 32]).unwrap(), None);
    // None of it is history.
    assert_eq!(club.store.ledger_state().unwrap().2, 1);
}

/// Doors are kept in memory: one that was read while it was shut must not come back.
#[test]
fn a_door_that_was_shut_stays_shut_however_many_look() {
    let club = Club::new();
    for round in 0..20 {
        let key = [round; 32];
        let door = Door {
            key,
            account: Id(5),
            kind: DoorKind::Bearer,
            made: NOW,
            seen: NOW,
            until: later(1),
            proved: NOW,
            about: String::new(),
            post: Id(0),
        };
        club.store.open_door(door).unwrap();
        let done = std::sync::atomic::AtomicBool::new(false);
        let look = || {
            while !done.load(std::sync::atomic::Ordering::Relaxed) {
                club.store.door(&key).unwrap();
            }
        };
        std::thread::scope(|threads| {
            threads.spawn(look);
            threads.spawn(look);
            match round % 2 {
                0 => club.store.close_door(&key).unwrap(),
                _ => club.store.close_doors_of(Id(5)).unwrap(),
            }
            for _ in 0..50 {
                assert_eq!(club.store.door(&key).unwrap(), None);
            }
            done.store(true, std::sync::atomic::Ordering::Relaxed);
        });
        assert_eq!(club.store.door(&key).unwrap(), None);
    }
}

#[test]
fn an_answer_is_kept_with_its_effect_or_not_at_all() {
    let club = Club::new();
    let seen = |account, key: &str, request| {
        let look = |reader: &Reader| reader.request(Id(account), key, [request; 32]);
        club.store.read(look).unwrap()
    };
    let once = |key: &str, request| {
        Some(Once {
            account: Id(5),
            key: key.to_owned(),
            request: [request; 32],
            answer: "201".to_owned(),
        })
    };
    let event = Event {
        kind: "reveal".to_owned(),
        record: None,
        detail: Vec::new(),
    };
    let effect = Commit {
        events: vec![event],
        once: once("k", 1),
        ..commit(NOW, Vec::new())
    };
    assert_eq!(seen(5, "k", 1), Seen::New);
    let applied = club.store.commit(effect.clone()).unwrap();
    assert_eq!(applied.count, 1);
    assert_eq!(seen(5, "k", 1), Seen::Answered("201".to_owned()));
    assert_eq!(seen(5, "k", 2), Seen::Other);
    assert_eq!(seen(6, "k", 1), Seen::New);
    let history = club.store.ledger_state().unwrap();
    let again = club.store.commit(effect.clone());
    assert!(matches!(again, Err(CommitError::Repeated)), "{again:?}");
    assert_eq!(club.store.ledger_state().unwrap(), history);
    // What is refused keeps no answer.
    let gone = Relied::Version {
        register: club.register("member"),
        id: Id(1),
        version: 1,
    };
    let refused = Commit {
        relied: vec![gone],
        once: once("l", 1),
        ..effect
    };
    assert!(club.store.commit(refused).is_err());
    assert_eq!(seen(5, "l", 1), Seen::New);
    club.store.sweep_requests(later(1)).unwrap();
    assert_eq!(seen(5, "k", 1), Seen::New);
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
        unit: None,
    };
    let views = |account, unit| club.store.views(Id(account), Id(unit), "a.b").unwrap();
    club.store.save_view(view(1, 1, "x=1"), NOW).unwrap();
    club.store.save_view(view(2, 1, "x=2"), NOW).unwrap();
    club.store.save_view(view(3, 2, "x=3"), NOW).unwrap();
    assert_eq!(views(1, 7), [view(1, 1, "x=2")]);
    club.store.drop_view(Id(2), Id(1)).unwrap();
    assert_eq!(views(1, 7).len(), 1);
    // Only its owner shares it, and only the unit sees it.
    club.store.share_view(Id(2), Id(1), Some(Id(7))).unwrap();
    assert_eq!(views(2, 7), [view(3, 2, "x=3")]);
    club.store.share_view(Id(1), Id(1), Some(Id(7))).unwrap();
    let shared = SavedView {
        unit: Some(Id(7)),
        ..view(1, 1, "x=2")
    };
    assert_eq!(views(2, 7), [view(3, 2, "x=3"), shared]);
    assert_eq!(views(2, 8), [view(3, 2, "x=3")]);
    club.store.share_view(Id(1), Id(1), None).unwrap();
    assert_eq!(views(2, 7), [view(3, 2, "x=3")]);
    club.store.share_view(Id(1), Id(1), Some(Id(7))).unwrap();
    club.store.drop_view(Id(1), Id(1)).unwrap();
    assert!(views(1, 7).is_empty() && views(9, 7).is_empty());
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

#[test]
fn a_step_and_a_recovery_code_are_taken_once() {
    let club = Club::new();
    let taken = |account, step| club.store.take_step(Id(account), step).unwrap();
    assert!(taken(5, 100) && !taken(5, 100) && !taken(5, 99) && taken(5, 101));
    assert!(taken(6, 100), "another account has its own steps");
    club.store
        .put_recovery(Id(5), vec![[1; 32], [2; 32]])
        .unwrap();
    assert!(!club.store.take_recovery(Id(6), [1; 32]).unwrap());
    assert!(club.store.take_recovery(Id(5), [1; 32]).unwrap());
    assert!(!club.store.take_recovery(Id(5), [1; 32]).unwrap());
    assert_eq!(club.store.count_recovery(Id(5)).unwrap(), 1);
    club.store.put_recovery(Id(5), Vec::new()).unwrap();
    assert!(!club.store.take_recovery(Id(5), [2; 32]).unwrap());
}
