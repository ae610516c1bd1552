//! Many commits at once: groups, bulks, tickets and the ids they draw.

use std::sync::Barrier;

use expr::{Id, Value};
use kernel::{Datum, RowData, What};

use super::{Club, NOW, commit, text};
use crate::CommitError;

#[test]
fn eight_threads_commit_in_groups_and_the_tree_is_what_it_should_be() {
    let club = Club::new();
    let barrier = Barrier::new(8);
    let (first, _, _) = club.store.ledger_state().unwrap();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (club, barrier) = (&club, &barrier);
            scope.spawn(move || {
                barrier.wait();
                for n in 0..25 {
                    club.member(&format!("会员{thread}-{n}"), vec![]);
                }
            });
        }
    });
    let (size, _, _) = club.store.ledger_state().unwrap();
    assert_eq!(size - first, 200);
    let count = club
        .store
        .read(|r| r.count(club.register("member")))
        .unwrap();
    assert_eq!(count, 200);
    club.assert_whole();
}

#[test]
fn a_bulk_is_one_leaf_and_refuses_row_by_row() {
    let club = Club::new();
    let member = |name: &str, card: &str| {
        commit(
            NOW,
            vec![club.insert(
                "member",
                "active",
                vec![
                    ("name", text(name)),
                    ("phone", text("1")),
                    ("card", text(card)),
                ],
            )],
        )
    };
    let (leaves, _, _) = club.store.ledger_state().unwrap();
    let commits = vec![
        member("甲", "1"),
        member("乙", "2"),
        member("丙", "1"),
        member("丁", "3"),
    ];
    let answers = club.store.bulk(commits).unwrap();
    let good: Vec<bool> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(good, [true, true, false, true]);
    assert!(matches!(answers[2], Err(CommitError::Duplicate { .. })));
    assert_eq!(club.store.ledger_state().unwrap().0, leaves + 1);
    assert_eq!(
        club.store
            .read(|r| r.count(club.register("member")))
            .unwrap(),
        3
    );
    club.assert_whole();
}

#[test]
fn ids_are_never_given_twice() {
    let club = Club::new();
    let mut ids: Vec<Id> = (0..3_000).map(|_| club.store.next_id().unwrap()).collect();
    let club = club.reopened();
    ids.extend((0..10).map(|_| club.store.next_id().unwrap()));
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
    // 24 bits of node: the division and the instance.
    assert!(ids.iter().all(|id| id.0 >> 39 == (370_102 << 4 | 1)));
}

#[test]
fn a_ticket_can_be_awaited_and_the_store_finishes_what_waits() {
    let club = Club::new();
    let tickets: Vec<_> = (0..20)
        .map(|n| {
            let fields = vec![("name", text(&format!("{n}"))), ("phone", text("1"))];
            club.store
                .commit_async(commit(NOW, vec![club.insert("member", "active", fields)]))
        })
        .collect();
    let club = club.reopened();
    assert_eq!(
        club.store
            .read(|r| r.count(club.register("member")))
            .unwrap(),
        20
    );
    for ticket in tickets {
        assert!(ticket.wait().unwrap().is_ok());
    }
}

/// The lease of ids is undone with the commit that took it, so the ids must be forgotten too.
#[test]
fn ids_of_a_refused_commit_are_not_given_to_two() {
    let club = Club::new();
    let rows = || {
        let row = RowData {
            id: None,
            values: vec!["甲".into(), Value::Null, Value::Null],
        };
        ("relatives", Datum::Rows(vec![row]))
    };
    let fields = vec![("name", text("张三")), ("phone", text("1")), rows()];
    let good = club.insert("member", "active", fields);
    let mut bad = good.clone();
    bad.id = good.id;
    assert!(club.store.commit(commit(NOW, vec![good, bad])).is_err());
    let mut ids: Vec<Id> = (0..2_100).map(|_| club.store.next_id().unwrap()).collect();
    for _ in 0..2 {
        let id = club.member("李四", vec![rows()]);
        let Datum::Rows(rows) = club.datum(&club.get("member", id), "relatives") else {
            panic!()
        };
        ids.extend([id, rows[0].id.unwrap()]);
    }
    let count = ids.len();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

/// A field that does not exist is a fault of the program; the store must live on.
#[test]
fn a_fault_in_one_commit_does_not_stop_the_store() {
    let club = Club::new();
    let mut change = club.insert("court", "usable", vec![]);
    if let What::Insert { data, .. } = &mut change.what {
        data.push((catalogue::FieldIx(999), text("?")));
    }
    assert!(club.commit(change).is_err());
    club.court("1 号场");
    club.assert_whole();
}

#[test]
fn what_was_written_in_haste_is_there_after_a_new_start() {
    let club = Club::new();
    club.store.in_haste(|| club.member("王芳", vec![])).unwrap();
    // The disk is waited for again.
    club.member("李明", vec![]);
    let club = club.reopened();
    let member = club.register("member");
    assert_eq!(club.store.read(|r| r.count(member)).unwrap(), 2);
    club.assert_whole();
}

/// What the system says of this process's locks on the database (proc_locks(5)): device and inode.
#[cfg(target_os = "linux")]
fn locks_on(path: &std::path::Path) -> usize {
    use std::os::unix::fs::MetadataExt as _;
    let inode = format!(":{}", std::fs::metadata(path).unwrap().ino());
    let own = std::process::id().to_string();
    let locks = std::fs::read_to_string("/proc/locks").unwrap();
    let ours = |line: &&str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        words.contains(&own.as_str()) && words.iter().any(|word| word.ends_with(&inode))
    };
    locks.lines().filter(ours).count()
}

/// Without its lock another process beside this one takes the log away with all that is not moved yet.
#[cfg(target_os = "linux")]
#[test]
fn the_database_stays_locked_after_haste() {
    let club = Club::new();
    let database = club.store.dir().join("jinzhi.db");
    club.member("王芳", vec![]);
    let before = locks_on(&database);
    assert!(before > 0, "a database in use is held by a lock");
    club.store.in_haste(|| club.member("李明", vec![])).unwrap();
    assert_eq!(locks_on(&database), before);
}

/// As many as may be open are held, and each of their holders reads once more within.
#[test]
fn reads_within_reads_never_wait_for_each_other() {
    let club = Club::new().reopened_with(crate::Options { readers: 1 });
    let (told, heard) = std::sync::mpsc::channel();
    let barrier = std::sync::Arc::new(Barrier::new(2));
    for _ in 0..2 {
        let (store, told, barrier) = (club.store.clone(), told.clone(), barrier.clone());
        std::thread::spawn(move || {
            let inner = store.clone();
            let read = store.read(|_| {
                barrier.wait();
                inner.read(|_| Ok(()))
            });
            let _ = told.send(read.is_ok());
        });
    }
    let patience = std::time::Duration::from_secs(20);
    for _ in 0..2 {
        assert_eq!(heard.recv_timeout(patience), Ok(true), "they wait for ever");
    }
}
