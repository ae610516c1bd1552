//! Commits: all or nothing, refused by version, by uniqueness, by facts relied on; grouped.

use std::sync::Barrier;

use expr::{Dec, Id, Value};
use kernel::{Datum, Event, FileRef, Relied, RowData, What};

use super::{Club, NOW, commit, date, later, one, text};
use crate::{CommitError, Seal};

#[test]
fn a_record_comes_back_as_it_was_given() {
    let club = Club::new();
    let rows = vec![
        RowData {
            id: None,
            values: vec!["李四".into(), "配偶".into(), Value::Null],
        },
        RowData {
            id: None,
            values: vec![
                "王五".into(),
                Value::Null,
                Value::Date("2027-01-02".parse().unwrap()),
            ],
        },
    ];
    let file = FileRef {
        hash: "ab".repeat(32),
        name: "合同.pdf".to_owned(),
        bytes: 12,
        mime: "application/pdf".to_owned(),
    };
    let place = "36.651200,117.120100".parse().unwrap();
    let id = club.member(
        "张建国",
        vec![
            ("card", text("6901234567892")),
            ("id_no", text("370102198001011234")),
            ("likes", one(Value::set(["hard", "clay"]))),
            ("level", one(Value::Dec(Dec::new(35, 1)))),
            ("deposit", one(Value::Int(20_000))),
            ("joined", date("2027-02-28")),
            ("home", one(Value::Point(place))),
            ("newsletter", one(Value::Bool(true))),
            ("relatives", Datum::Rows(rows.clone())),
            ("files", Datum::Files(vec![file.clone()])),
        ],
    );
    let club = club.reopened();
    let record = club.get("member", id);
    assert_eq!(record.version, 1);
    assert_eq!((record.created_at, record.changed_by), (NOW, Id(7)));
    assert_eq!(
        record.state,
        club.catalogue.at(record.register).state("active")
    );
    assert_eq!(club.value(&record, "id_no"), "370102198001011234".into());
    assert_eq!(club.value(&record, "likes"), Value::set(["clay", "hard"]));
    assert_eq!(club.value(&record, "level"), Value::Dec(Dec::new(35, 1)));
    assert_eq!(club.value(&record, "home"), Value::Point(place));
    assert_eq!(club.value(&record, "newsletter"), Value::Bool(true));
    assert_eq!(club.value(&record, "email"), Value::Null);
    let Datum::Rows(back) = club.datum(&record, "relatives") else {
        panic!()
    };
    let values: Vec<_> = back.iter().map(|row| row.values.clone()).collect();
    assert_eq!(
        values,
        rows.into_iter().map(|row| row.values).collect::<Vec<_>>()
    );
    assert!(back.iter().all(|row| row.id.is_some()));
    assert_eq!(club.datum(&record, "files"), Datum::Files(vec![file]));
    club.assert_whole();
}

#[test]
fn an_old_version_is_stale_and_leaves_no_trace() {
    let club = Club::new();
    let id = club.member("张三", vec![]);
    let read = club.get("member", id);
    club.commit(club.update(&read, vec![("name", text("张三丰"))]))
        .unwrap();
    let before = club.store.ledger_state().unwrap();
    let refused = club.commit(club.update(&read, vec![("name", text("李四"))]));
    assert!(matches!(refused, Err(CommitError::Stale { id: stale, .. }) if stale == id));
    let mut gone = club.update(&read, vec![("name", text("李四"))]);
    gone.id = Id(5);
    assert!(matches!(club.commit(gone), Err(CommitError::Gone { .. })));
    assert_eq!(club.store.ledger_state().unwrap(), before);
    let now = club.get("member", id);
    assert_eq!(
        (now.version, club.value(&now, "name")),
        (2, "张三丰".into())
    );
}

#[test]
fn a_duplicate_names_field_and_holder_plain_and_sealed() {
    let club = Club::new();
    let held = vec![
        ("card", text("6901234567892")),
        ("id_no", text("370102198001011234")),
    ];
    let holder = club.member("张三", held);
    let other = club.member("李四", vec![]);
    for (field, value) in [("card", "6901234567892"), ("id_no", "370102198001011234")] {
        let field_ix = club
            .catalogue
            .at(club.register("member"))
            .field(field)
            .unwrap();
        let insert = club.insert(
            "member",
            "active",
            vec![
                ("name", text("王五")),
                ("phone", text("1")),
                (field, text(value)),
            ],
        );
        let made = insert.id;
        let update = club.update(&club.get("member", other), vec![(field, text(value))]);
        for change in [insert, update] {
            match club.commit(change) {
                Err(CommitError::Duplicate { field, by, .. }) => {
                    assert_eq!((field, by), (field_ix, holder));
                }
                answer => panic!("{field}: {answer:?}"),
            }
        }
        let found = club
            .store
            .read(|r| r.get(club.register("member"), made))
            .unwrap();
        assert_eq!(found, None);
    }
    // The same value may be written again by its holder.
    let own = club.update(
        &club.get("member", holder),
        vec![
            ("id_no", text("370102198001011234")),
            ("remark", text("核对过")),
        ],
    );
    club.commit(own).unwrap();
    club.assert_whole();
}

#[test]
fn facts_relied_on_are_asked_again() {
    let club = Club::new();
    let register = club.register("member");
    let card = club.catalogue.at(register).field("card").unwrap();
    let id_no = club.catalogue.at(register).field("id_no").unwrap();
    let id = club.member("张三", vec![("card", text("1")), ("id_no", text("2"))]);
    let mut act = commit(
        NOW,
        vec![club.insert(
            "court",
            "usable",
            vec![
                ("name", text("1 号场")),
                ("surface", text("clay")),
                ("fee", one(Value::Int(1))),
            ],
        )],
    );
    let cases = [
        (
            Relied::Version {
                register,
                id,
                version: 1,
            },
            true,
        ),
        (
            Relied::Version {
                register,
                id,
                version: 2,
            },
            false,
        ),
        (
            Relied::Version {
                register,
                id: Id(9),
                version: 1,
            },
            false,
        ),
        (
            Relied::None {
                register,
                field: card,
                value: "1".into(),
            },
            false,
        ),
        (
            Relied::None {
                register,
                field: card,
                value: "7".into(),
            },
            true,
        ),
        (
            Relied::None {
                register,
                field: id_no,
                value: "2".into(),
            },
            false,
        ),
        (
            Relied::None {
                register,
                field: id_no,
                value: "7".into(),
            },
            true,
        ),
    ];
    for (n, (fact, holds)) in cases.into_iter().enumerate() {
        act.changes[0].id = club.store.next_id().unwrap();
        if let What::Insert { data, .. } = &mut act.changes[0].what {
            data[0].1 = text(&format!("{n} 号场"));
        }
        act.relied = vec![fact.clone()];
        assert_eq!(club.store.commit(act.clone()).is_ok(), holds, "{fact:?}");
    }
}

#[test]
fn a_commit_of_several_changes_is_applied_whole_or_not_at_all() {
    let club = Club::new();
    let id = club.member("张三", vec![]);
    let read = club.get("member", id);
    let good = club.update(&read, vec![("name", text("改"))]);
    let court = club.insert(
        "court",
        "usable",
        vec![
            ("name", text("1 号场")),
            ("surface", text("clay")),
            ("fee", one(Value::Int(1))),
        ],
    );
    let mut bad = club.update(&read, vec![("name", text("再改"))]);
    bad.id = Id(3);
    let before = club.store.ledger_state().unwrap();
    let court_id = court.id;
    let refused = club
        .store
        .commit(commit(NOW, vec![court.clone(), good.clone(), bad]));
    assert!(refused.is_err());
    assert_eq!(club.store.ledger_state().unwrap(), before);
    assert_eq!(club.get("member", id), read);
    assert_eq!(
        club.store
            .read(|r| r.get(club.register("court"), court_id))
            .unwrap(),
        None
    );
    let applied = club.store.commit(commit(NOW, vec![court, good])).unwrap();
    assert_eq!(applied.count, 2);
    club.assert_whole();
}

#[test]
fn numbers_are_drawn_in_order_and_told() {
    let club = Club::new();
    let (member, court) = (club.member("张三", vec![]), club.court("1 号场"));
    let booking = || {
        club.insert(
            "booking",
            "booked",
            vec![
                ("no", Datum::Draw("DC-{year}-{n:3}".to_owned())),
                ("member", one(Value::Id(member))),
                ("court", one(Value::Id(court))),
            ],
        )
    };
    let numbers: Vec<String> = (0..3)
        .map(|_| club.commit(booking()).unwrap().drawn.remove(0).number)
        .collect();
    assert_eq!(numbers, ["DC-2027-001", "DC-2027-002", "DC-2027-003"]);
    let next_year = club.commit_at(later(24 * 366), booking()).unwrap();
    assert_eq!(next_year.drawn[0].number, "DC-2028-001");
    club.assert_whole();
}

#[test]
fn refs_must_point_at_something_and_hold_it() {
    let club = Club::new();
    let (member, court) = (club.member("张三", vec![]), club.court("1 号场"));
    let booking = |member| {
        club.insert(
            "booking",
            "booked",
            vec![
                ("no", text("1")),
                ("member", one(Value::Id(member))),
                ("court", one(Value::Id(court))),
            ],
        )
    };
    assert!(matches!(
        club.commit(booking(Id(4))),
        Err(CommitError::Gone { .. })
    ));
    club.commit(booking(member)).unwrap();
    let remove = |expected| kernel::Change {
        register: club.register("member"),
        id: member,
        act: "undo".to_owned(),
        what: What::Remove { expected },
    };
    assert!(matches!(
        club.commit(remove(2)),
        Err(CommitError::Stale { .. })
    ));
    assert!(matches!(
        club.commit(remove(1)),
        Err(CommitError::Used { .. })
    ));
    club.assert_whole();
}

#[test]
fn child_rows_and_files_keep_their_identity() {
    let club = Club::new();
    let row = |name: &str| RowData {
        id: None,
        values: vec![name.into(), Value::Null, Value::Null],
    };
    let file = |name: &str| FileRef {
        hash: "0".repeat(64),
        name: name.to_owned(),
        bytes: 1,
        mime: "image/jpeg".to_owned(),
    };
    let id = club.member(
        "张三",
        vec![
            (
                "relatives",
                Datum::Rows(vec![row("甲"), row("乙"), row("丙")]),
            ),
            ("files", Datum::Files(vec![file("1"), file("2")])),
        ],
    );
    let record = club.get("member", id);
    let Datum::Rows(mut rows) = club.datum(&record, "relatives") else {
        panic!()
    };
    let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
    rows.remove(1);
    rows.reverse();
    rows[0].values[0] = "丙丙".into();
    rows.push(row("丁"));
    let change = club.update(
        &record,
        vec![
            ("relatives", Datum::Rows(rows)),
            ("files", Datum::Files(vec![file("2"), file("3")])),
        ],
    );
    club.commit(change).unwrap();
    let record = club.get("member", id);
    let Datum::Rows(rows) = club.datum(&record, "relatives") else {
        panic!()
    };
    let now: Vec<_> = rows
        .iter()
        .map(|row| (row.id, row.values[0].to_string()))
        .collect();
    assert_eq!(now[0], (ids[2], "丙丙".to_owned()));
    assert_eq!(now[1], (ids[0], "甲".to_owned()));
    assert_eq!(now[2].1, "丁");
    assert!(!ids.contains(&now[2].0));
    let Datum::Files(files) = club.datum(&record, "files") else {
        panic!()
    };
    assert_eq!(files, [file("2"), file("3")]);
    let remove = What::Remove { expected: 2 };
    let change = kernel::Change {
        register: record.register,
        id,
        act: "undo".to_owned(),
        what: remove,
    };
    club.commit(change).unwrap();
    assert_eq!(
        club.store.read(|r| r.get(record.register, id)).unwrap(),
        None
    );
    club.assert_whole();
}

#[test]
fn events_go_into_the_ledger_without_a_row() {
    let club = Club::new();
    let id = club.member("张三", vec![]);
    let mut act = commit(later(1), Vec::new());
    act.events = vec![
        Event {
            kind: "sign_in".to_owned(),
            record: None,
            detail: vec![],
        },
        Event {
            kind: "reveal".to_owned(),
            record: Some((club.register("member"), id)),
            detail: vec![("field".to_owned(), "phone".to_owned())],
        },
    ];
    act.meta.reason = Some("电话通知".to_owned());
    assert_eq!(club.store.commit(act).unwrap().count, 2);
    let history = club
        .store
        .read(|r| r.history(club.register("member"), id, None, 9))
        .unwrap();
    assert_eq!(history.len(), 2);
    assert_eq!(history[0].act, "reveal");
    assert_eq!(history[0].reason.as_deref(), Some("电话通知"));
    assert_eq!(
        history[0].event,
        Some(vec![("field".to_owned(), "phone".to_owned())])
    );
    assert_eq!(club.get("member", id).version, 1);
    club.assert_whole();
}

#[test]
fn an_erased_person_is_in_no_file_and_the_ledger_still_verifies() {
    for seal in [Seal::Aes, Seal::Sm4] {
        let club = Club::sealed(seal);
        let secrets = [
            "370102198001011234",
            "13899996666",
            "zhang.secret@example.cn",
            "隐姓氏",
        ];
        let id = club.member(
            "会员甲",
            vec![
                ("id_no", text(secrets[0])),
                ("phone", text("13800000000")),
                ("email", text(secrets[2])),
                (
                    "relatives",
                    Datum::Rows(vec![RowData {
                        id: None,
                        values: vec![secrets[3].into(), "父".into(), Value::Null],
                    }]),
                ),
            ],
        );
        // Other people, so that pages are shared; and a second value in the past.
        for n in 0..50 {
            club.member(
                &format!("会员{n}"),
                vec![("phone", text(&format!("1370000{n:04}")))],
            );
        }
        let record = club.get("member", id);
        club.commit(club.update(&record, vec![("phone", text(secrets[1]))]))
            .unwrap();
        let register = record.register;
        let phone = club.catalogue.at(register).field("phone").unwrap();
        let found = |club: &Club, value: &str| {
            club.store
                .read(|r| r.find(register, phone, &value.into()))
                .unwrap()
        };
        assert_eq!(found(&club, secrets[1]), [id]);
        assert_eq!(found(&club, "13800000000"), []);
        club.store
            .keep_draft(Id(7), "tennis_club.member", id, secrets[1], NOW)
            .unwrap();
        let erase = kernel::Change {
            register,
            id,
            act: "erase".to_owned(),
            what: What::Erase { expected: 2 },
        };
        club.commit_at(later(1), erase).unwrap();
        assert_eq!(found(&club, secrets[1]), []);
        assert_eq!(
            club.store.draft(Id(7), "tennis_club.member", id).unwrap(),
            None
        );
        let erased = club.get("member", id);
        for field in ["id_no", "phone", "email"] {
            assert_eq!(club.datum(&erased, field), Datum::Erased, "{field}");
        }
        assert_eq!(club.value(&erased, "name"), "会员甲".into());
        let old = club
            .store
            .read(|r| r.as_of(register, id, NOW))
            .unwrap()
            .unwrap();
        assert_eq!(club.datum(&old, "phone"), Datum::Erased);
        club.assert_whole();
        // While it runs, and after it has stopped: the value is nowhere, nor the key that opens it.
        assert_nowhere(&club, &secrets);
        let sealed_key: i64 = {
            let conn = rusqlite::Connection::open(club.dir.path().join("jinzhi.db")).unwrap();
            let sql = "SELECT count(*) FROM keys WHERE rec = ?";
            conn.query_row(sql, [id.0], |row| row.get(0)).unwrap()
        };
        assert_eq!(sealed_key, 0);
        let club = club.reopened();
        assert_nowhere(&club, &secrets);
        assert_eq!(found(&club, "13700000007").len(), 1);
        club.assert_whole();
    }
}

/// The bytes of the wrapped key leave every file too, not only the page that is looked at.
#[test]
fn an_erased_key_leaves_the_pages_and_the_log() {
    let club = Club::new();
    let id = club.member("张三", vec![]);
    let key: Vec<u8> = {
        let conn = rusqlite::Connection::open(club.dir.path().join("jinzhi.db")).unwrap();
        conn.query_row("SELECT key FROM keys WHERE rec = ?", [id.0], |row| {
            row.get(0)
        })
        .unwrap()
    };
    assert!(holds(&club, &key), "the key was there");
    let what = What::Erase { expected: 1 };
    let register = club.register("member");
    club.commit(kernel::Change {
        register,
        id,
        act: "erase".to_owned(),
        what,
    })
    .unwrap();
    assert!(!holds(&club, &key));
}

fn assert_nowhere(club: &Club, secrets: &[&str]) {
    for secret in secrets {
        assert!(
            !holds(club, secret.as_bytes()),
            "{secret} is still in a file"
        );
    }
}

fn holds(club: &Club, bytes: &[u8]) -> bool {
    let mut folders = vec![club.dir.path().to_owned()];
    let mut found = false;
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let content = std::fs::read(&path).unwrap();
                found |= content.windows(bytes.len()).any(|window| window == bytes);
            }
        }
    }
    found
}

#[test]
fn secrets_are_read_by_their_own_door_only() {
    let club = Club::new();
    let accounts = club.catalogue.register("house.account").unwrap();
    let def = club.catalogue.at(accounts);
    let field = |name: &str| def.field(name).unwrap();
    let units = club.catalogue.register("house.unit").unwrap();
    let unit = club.store.next_id().unwrap();
    let data = vec![
        (club.catalogue.at(units).field("code").unwrap(), text("1")),
        (club.catalogue.at(units).field("title").unwrap(), text("局")),
    ];
    let what = What::Insert { state: None, data };
    let unit_made = kernel::Change {
        register: units,
        id: unit,
        act: "create".to_owned(),
        what,
    };
    let id = club.store.next_id().unwrap();
    let data = vec![
        (field("login"), text("zhang")),
        (field("unit"), one(Value::Id(unit))),
        (field("password"), text("$argon2id$secret")),
    ];
    let what = What::Insert { state: None, data };
    let made = kernel::Change {
        register: accounts,
        id,
        act: "create".to_owned(),
        what,
    };
    club.store
        .commit(commit(NOW, vec![unit_made, made]))
        .unwrap();
    let record = club.store.read(|r| r.get(accounts, id)).unwrap().unwrap();
    assert_eq!(*record.value(field("password")), Value::Null);
    let secret = club
        .store
        .read(|r| r.secret(accounts, id, field("password")))
        .unwrap();
    assert_eq!(secret.as_deref(), Some("$argon2id$secret"));
    assert!(!holds(&club, b"argon2id$secret"));
}

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
