//! Commits: all or nothing, refused by version, by uniqueness, by facts relied on; grouped.

use expr::{Dec, Id, Value};
use kernel::{Datum, Event, Relied, RowData, What};

use super::{Club, NOW, commit, date, later, one, text};
use crate::CommitError;

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
    let file = club.file("合同.pdf", "合同");
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
    let file = |name: &str| club.file(name, "同样的内容");
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
