//! The past: who changed what, the record as it was, what a batch did.

use catalogue::FieldIx;
use expr::{Id, Value};
use kernel::{Change, Datum, Record, RowData, What};

use super::{Club, commit, date, later, one, text};
use crate::{Filter, HistoryEntry, Query};

fn row(name: &str) -> RowData {
    RowData {
        id: None,
        values: vec![name.into(), Value::Null, Value::Null],
    }
}

fn changes(club: &Club, entry: &HistoryEntry) -> Vec<(String, Datum, Datum)> {
    let register = club.catalogue.at(club.register("member"));
    let name = |ix: &FieldIx| register.get(*ix).name.clone();
    entry
        .fields
        .iter()
        .map(|(ix, was, now)| (name(ix), was.clone(), now.clone()))
        .collect()
}

#[test]
fn history_tells_field_by_field_what_was_and_what_became() {
    let club = Club::new();
    let id = club.member(
        "张三",
        vec![
            ("visits", one(Value::Int(1))),
            ("relatives", Datum::Rows(vec![row("甲")])),
        ],
    );
    let register = club.register("member");
    let record = club.get("member", id);
    let place = |text: &str| one(Value::Point(text.parse().unwrap()));
    let mut act = commit(
        later(1),
        vec![club.update(
            &record,
            vec![
                ("name", text("李四")),
                ("phone", text("13900000000")),
                ("visits", one(Value::Null)),
                ("home", place("36.1,117.1")),
            ],
        )],
    );
    act.changes[0].act = "edit".to_owned();
    act.meta.reason = Some("更正".to_owned());
    act.meta.batch = Some(Id(77));
    club.store.commit(act).unwrap();
    let record = club.get("member", id);
    let Datum::Rows(mut rows) = club.datum(&record, "relatives") else {
        panic!()
    };
    rows[0].values[1] = "父".into();
    let mut moved = club.update(
        &record,
        vec![
            ("home", place("36.1,117.2")),
            ("relatives", Datum::Rows(rows)),
        ],
    );
    if let What::Update { state, .. } = &mut moved.what {
        *state = club.catalogue.at(register).state("suspended");
    }
    club.commit_at(later(2), moved).unwrap();

    let history = club
        .store
        .read(|r| r.history(register, id, None, 10))
        .unwrap();
    assert_eq!(
        history
            .iter()
            .map(|entry| entry.version)
            .collect::<Vec<_>>(),
        [3, 2, 1]
    );
    let [last, second, first] = history.as_slice() else {
        panic!()
    };
    let state = |name: &str| club.catalogue.at(register).state(name);
    assert_eq!(last.state, Some((state("active"), state("suspended"))));
    let told = changes(&club, last);
    assert_eq!(
        told[0],
        ("home".to_owned(), place("36.1,117.1"), place("36.1,117.2"))
    );
    let (name, was, now) = &told[1];
    assert_eq!(name, "relatives");
    let relation = |datum: &Datum| match datum {
        Datum::Rows(rows) => rows[0].values[1].clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!((relation(was), relation(now)), (Value::Null, "父".into()));

    assert_eq!((second.at, second.actor), (later(1), Id(7)));
    assert_eq!(
        (second.reason.as_deref(), second.batch),
        (Some("更正"), Some(Id(77)))
    );
    assert_eq!(second.state, None);
    let none = one(Value::Null);
    assert_eq!(
        changes(&club, second),
        [
            ("name".to_owned(), text("张三"), text("李四")),
            ("phone".to_owned(), text("13812345678"), text("13900000000")),
            ("home".to_owned(), none.clone(), place("36.1,117.1")),
            ("visits".to_owned(), one(Value::Int(1)), none.clone()),
        ]
    );
    let made = changes(&club, first);
    assert!(made.contains(&("name".to_owned(), none, text("张三"))));
    assert!(
        made.iter()
            .any(|(name, was, now)| name == "relatives" && was.is_empty() && !now.is_empty())
    );

    let older = club
        .store
        .read(|r| r.history(register, id, Some(second.seq), 1))
        .unwrap();
    assert_eq!(older.len(), 1);
    assert_eq!(older[0].seq, first.seq);
    assert_eq!(older[0].fields, first.fields);
}

#[test]
fn a_record_is_seen_as_it_was_recorded() {
    let club = Club::new();
    let register = club.register("member");
    let file = club.file("a.pdf", "abc");
    let id = club.member(
        "张三",
        vec![
            ("relatives", Datum::Rows(vec![row("甲"), row("乙")])),
            ("files", Datum::Files(vec![file])),
        ],
    );
    let mut versions: Vec<Record> = vec![club.get("member", id)];
    for n in 1..6_i64 {
        let record = versions.last().unwrap();
        let Datum::Rows(mut rows) = club.datum(record, "relatives") else {
            panic!()
        };
        rows.remove(0);
        rows.push(row(&format!("丙{n}")));
        let change = club.update(
            record,
            vec![
                ("phone", text(&format!("1390000000{n}"))),
                ("paid_until", date(&format!("2027-0{n}-01"))),
                ("relatives", Datum::Rows(rows)),
                ("files", Datum::Files(vec![])),
            ],
        );
        club.commit_at(later(n), change).unwrap();
        versions.push(club.get("member", id));
    }
    let as_of = |hours| {
        club.store
            .read(|r| r.as_of(register, id, later(hours)))
            .unwrap()
    };
    assert_eq!(as_of(-1), None);
    for (n, version) in versions.iter().enumerate() {
        assert_eq!(as_of(n as i64).as_ref(), Some(version), "version {}", n + 1);
    }
    assert_eq!(as_of(99).as_ref(), versions.last());
    let what = What::Remove { expected: 6 };
    club.commit_at(
        later(9),
        Change {
            register,
            id,
            act: "undo".to_owned(),
            what,
        },
    )
    .unwrap();
    assert_eq!(as_of(9), None);
    assert_eq!(as_of(8).as_ref(), versions.last());
    assert_eq!(
        club.store
            .read(|r| r.history(register, id, None, 9))
            .unwrap()
            .len(),
        7
    );
    club.assert_whole();
}

#[test]
fn a_list_of_the_past_asks_the_past() {
    let club = Club::new();
    let register = club.register("member");
    let name = club.catalogue.at(register).field("name").unwrap();
    let (a, b) = (club.member("甲", vec![]), club.member("乙", vec![]));
    let change = club.update(&club.get("member", a), vec![("name", text("丙"))]);
    club.commit_at(later(2), change).unwrap();
    let new = club.insert(
        "member",
        "active",
        vec![("name", text("甲")), ("phone", text("1"))],
    );
    club.commit_at(later(3), new).unwrap();
    let query = Query {
        filter: Filter::Is(name, "甲".into()),
        ..Query::of(register)
    };
    let found = |hours| {
        let page = club
            .store
            .read(|r| r.query_as_of(&query, later(hours)))
            .unwrap();
        page.records
            .into_iter()
            .map(|record| record.id)
            .collect::<Vec<_>>()
    };
    assert_eq!(found(1), [a]);
    assert!(found(2).is_empty());
    assert_eq!(found(4).len(), 1);
    let all = Query::of(register);
    let past = club.store.read(|r| r.query_as_of(&all, later(1))).unwrap();
    assert_eq!(
        past.records
            .iter()
            .map(|record| record.id)
            .collect::<Vec<_>>(),
        [a, b]
    );
}

#[test]
fn a_batch_tells_what_can_be_undone_and_to_what() {
    let club = Club::new();
    let register = club.register("member");
    let old = club.member("旧", vec![]);
    let batch = club.store.next_id().unwrap();
    let import = |change| {
        let mut act = commit(super::NOW, vec![change]);
        act.meta.batch = Some(batch);
        club.store.commit(act).unwrap();
    };
    let changed = club.update(&club.get("member", old), vec![("name", text("改"))]);
    import(changed);
    let made = club.insert(
        "member",
        "active",
        vec![("name", text("新")), ("phone", text("1"))],
    );
    let new = made.id;
    import(made);
    let touched = club.update(&club.get("member", new), vec![("name", text("新新"))]);
    club.commit_at(later(1), touched).unwrap();
    let entries = club.store.read(|r| r.batch_entries(batch)).unwrap();
    let told: Vec<_> = entries
        .iter()
        .map(|e| (e.id, e.made, e.left, e.now))
        .collect();
    assert_eq!(told, [(old, false, 2, Some(2)), (new, true, 1, Some(2))]);
    let before = club
        .store
        .read(|r| r.before(register, old, entries[0].first))
        .unwrap()
        .unwrap();
    assert_eq!(
        (before.version, club.value(&before, "name")),
        (1, "旧".into())
    );
    assert_eq!(
        club.store
            .read(|r| r.before(register, new, entries[1].first))
            .unwrap(),
        None
    );
}

/// A page of one record does not cost a walk over the history of all.
#[test]
fn entries_of_parts_are_looked_up_record_by_record() {
    let club = Club::new();
    let plan = club.store.read(|r| r.plan_of_parts()).unwrap();
    assert!(plan.contains("history_rec"), "{plan}");
    assert!(!plan.contains("INTEGER PRIMARY KEY"), "{plan}");
}
