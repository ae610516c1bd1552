//! Records through `app`: made, changed, conflicting, masked, revealed, erased, as they were.

use app::{Ask, No, Seen};
use kernel::{Actor, Datum, Id, Moment, Raw, Reason, Value, Words};
use testkit::{TestApp, input};

const MEMBER: &[(&str, &str)] = &[
    ("name", "王五"),
    ("phone", "13800138000"),
    ("kind", "adult"),
    ("division", "330109"),
];

fn member(house: &TestApp, extra: &[(&str, &str)]) -> Id {
    let fields: Vec<_> = MEMBER
        .iter()
        .filter(|(name, _)| !extra.iter().any(|(other, _)| other == name))
        .chain(extra)
        .copied()
        .collect();
    house
        .create_in(&Actor::operator(), "tennis_club.member", "active", &fields)
        .expect("a member")
        .id
}

fn refusal(no: No) -> kernel::Refusal {
    match no {
        No::Refused(refusal) => refusal,
        No::Broke(error) => panic!("the world broke: {error:?}"),
    }
}

#[test]
fn every_fault_of_an_input_is_told_at_once_and_nothing_is_written() {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    let fields = &[
        ("card", "6901234567893"),
        ("phone", "138001380001234"),
        ("kind", "child"),
        ("division", "339999"),
        ("level", "9.9"),
        ("paid_until", "2027-02-30"),
        ("visist", "1"),
    ];
    let refused = refusal(
        house
            .create(&manager, "tennis_club.member", fields)
            .unwrap_err(),
    );
    assert_eq!(refused.reason, Reason::Invalid);
    let places: Vec<&str> = refused.blames.iter().map(|b| b.pointer.as_str()).collect();
    assert_eq!(
        places,
        [
            "/card",
            "/phone",
            "/kind",
            "/division",
            "/level",
            "/paid_until",
            "/visist",
            "/name"
        ]
    );
    let register = house.register("tennis_club.member");
    let (page, _) = house
        .app
        .list(&manager, register, &Ask::default())
        .expect("a list");
    assert_eq!(page.rows.len(), 0);
}

#[test]
fn two_people_cannot_overwrite_each_other() {
    let house = TestApp::club();
    let register = house.register("tennis_club.member");
    let id = member(&house, &[]);
    let (one, two) = (
        house.as_role("manager"),
        house.person("second", "manager", None),
    );
    let saved = house
        .app
        .edit(&one, register, id, 1, &input(&[("address", "甲路一号")]));
    assert_eq!(saved.expect("saved").version, 2);
    let late = house
        .app
        .edit(&two, register, id, 1, &input(&[("address", "乙路二号")]));
    assert_eq!(refusal(late.unwrap_err()).reason, Reason::Stale);
    let (view, _) = house.app.record(&two, register, id, None).expect("seen");
    let address = house
        .app
        .catalogue()
        .at(register)
        .field("address")
        .expect("a field");
    let held = Seen::Plain(Datum::One(Value::Text("甲路一号".into())));
    assert_eq!(view.field(address), Some(&held));
}

#[test]
fn a_save_that_changes_nothing_leaves_no_trace() {
    let house = TestApp::club();
    let register = house.register("tennis_club.member");
    let id = member(&house, &[]);
    let manager = house.as_role("manager");
    let same = house
        .app
        .edit(&manager, register, id, 1, &input(&[("name", "王五")]));
    assert_eq!(same.expect("nothing to do").version, 1);
    let (history, _) = house
        .app
        .history(&manager, register, id, None)
        .expect("history");
    assert_eq!(history.len(), 1);
}

#[test]
fn personal_values_are_masked_revealed_with_a_reason_and_logged() {
    let house = TestApp::club();
    let register = house.register("tennis_club.member");
    let id = member(&house, &[("id_no", "11010519491231002X")]);
    let manager = house.as_role("manager");
    let (view, _) = house
        .app
        .record(&manager, register, id, None)
        .expect("seen");
    let def = house.app.catalogue().at(register);
    let phone = def.field("phone").expect("a field");
    assert_eq!(view.field(phone), Some(&Seen::Masked("138****8000".into())));
    let app = &house.app;
    let hasty = app.reveal(&manager, register, id, "phone", "");
    assert_eq!(refusal(hasty.unwrap_err()).reason, Reason::Invalid);
    let coach = house.as_role("coach");
    let curious = app.reveal(&coach, register, id, "phone", "想联系会员");
    assert_eq!(refusal(curious.unwrap_err()).reason, Reason::Forbidden);
    let plain = app
        .reveal(&manager, register, id, "phone", "电话通知续费")
        .expect("revealed");
    assert_eq!(plain, "13800138000");
    let name = app.reveal(&manager, register, id, "name", "电话通知续费");
    assert_eq!(refusal(name.unwrap_err()).reason, Reason::Forbidden);
}

#[test]
fn an_erased_person_is_in_no_file_and_the_ledger_is_whole() {
    let house = TestApp::club();
    let register = house.register("tennis_club.member");
    let manager = house.as_role("manager");
    let id = member(
        &house,
        &[("phone", "13911112222"), ("email", "zhaoliu@example.cn")],
    );
    let edited = input(&[("phone", "13933334444")]);
    house
        .app
        .edit(&manager, register, id, 1, &edited)
        .expect("edited");
    house
        .app
        .erase(&manager, register, id, 2, "本人要求删除个人信息")
        .expect("erased");
    let (view, _) = house
        .app
        .record(&manager, register, id, None)
        .expect("seen");
    let def = house.app.catalogue().at(register);
    assert_eq!(
        view.field(def.field("phone").expect("a field")),
        Some(&Seen::Erased)
    );
    let (old, _) = house
        .app
        .record(&manager, register, id, Some(house.app.now()))
        .expect("the past stays erased");
    assert_eq!(
        old.field(def.field("phone").expect("a field")),
        Some(&Seen::Erased)
    );
    for secret in ["13911112222", "13933334444", "zhaoliu@example.cn"] {
        assert_eq!(
            files_with(house.path(), secret.as_bytes()),
            Vec::<String>::new()
        );
    }
    let report = store::verify(house.path(), &[], &[]).expect("verified");
    assert!(report.is_whole(), "{:?}", report.faults);
}

/// Names of the files below a folder that hold these bytes.
fn files_with(folder: &std::path::Path, needle: &[u8]) -> Vec<String> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(files_with(&path, needle));
            continue;
        }
        let bytes = std::fs::read(&path).expect("a file");
        if bytes.windows(needle.len()).any(|window| window == needle) {
            found.push(path.display().to_string());
        }
    }
    found
}

#[test]
fn the_search_for_bytes_finds_what_is_there() {
    let house = TestApp::club();
    member(&house, &[("name", "可见的名字")]);
    assert_ne!(
        files_with(house.path(), "可见的名字".as_bytes()),
        Vec::<String>::new()
    );
}

#[test]
fn a_record_is_seen_as_it_was_recorded_at_any_moment() {
    let house = TestApp::club();
    let register = house.register("tennis_club.member");
    let id = member(&house, &[("address", "旧址")]);
    let manager = house.as_role("manager");
    let first = house.app.now();
    house.today("2027-04-01");
    let edit = input(&[("address", "新址")]);
    house
        .app
        .edit(&manager, register, id, 1, &edit)
        .expect("edited");
    let def = house.app.catalogue().at(register);
    let address = def.field("address").expect("a field");
    let at = |moment| {
        let (view, _) = house
            .app
            .record(&manager, register, id, Some(moment))
            .expect("seen");
        match view.field(address) {
            Some(Seen::Plain(Datum::One(Value::Text(text)))) => text.clone(),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(at(first), "旧址");
    assert_eq!(at(house.app.now()), "新址");
    let early = house
        .app
        .record(&manager, register, id, Some(Moment(first.0 - 1)));
    assert_eq!(refusal(early.unwrap_err()).reason, Reason::NotFound);
    let ask = Ask {
        filters: vec![("address".into(), "旧址".into())],
        as_of: Some(first),
        ..Ask::default()
    };
    let (then, _) = house
        .app
        .list(&manager, register, &ask)
        .expect("a list of the past");
    assert_eq!(then.rows.len(), 1);
    let (now, _) = house
        .app
        .list(&manager, register, &Ask { as_of: None, ..ask })
        .expect("a list of today");
    assert_eq!(now.rows.len(), 0);
}

#[test]
fn what_lies_outside_ones_reach_is_not_found() {
    let house = TestApp::club();
    let register = house.register("tennis_club.member");
    let here = member(&house, &[]);
    let away = member(&house, &[("division", "370102"), ("name", "远方")]);
    let coach = house.as_role("coach");
    assert!(house.app.record(&coach, register, here, None).is_ok());
    for id in [away, Id(12345)] {
        let foreign = house.app.record(&coach, register, id, None);
        assert_eq!(refusal(foreign.unwrap_err()).reason, Reason::NotFound);
        let edit = house
            .app
            .edit(&coach, register, id, 1, &input(&[("address", "x")]));
        assert_eq!(refusal(edit.unwrap_err()).reason, Reason::NotFound);
    }
    let moved = house
        .app
        .edit(&coach, register, here, 1, &input(&[("division", "370102")]));
    assert_eq!(refusal(moved.unwrap_err()).reason, Reason::Forbidden);
    assert_eq!(
        house
            .app
            .search(&coach, "远方", 10)
            .expect("searched")
            .len(),
        0
    );
    let own = house.as_own("member", here);
    assert!(house.app.record(&own, register, here, None).is_ok());
    let other = house.app.record(&own, register, away, None);
    assert_eq!(refusal(other.unwrap_err()).reason, Reason::NotFound);
}

#[test]
fn fields_outside_the_permission_are_neither_seen_nor_filtered_nor_written() {
    let house = TestApp::club();
    let register = house.register("tennis_club.member");
    let id = member(&house, &[("address", "秘密的路")]);
    let own = house.as_own("member", id);
    let def = house.app.catalogue().at(register);
    let (view, _) = house.app.record(&own, register, id, None).expect("seen");
    assert_eq!(view.field(def.field("address").expect("a field")), None);
    let ask = Ask {
        filters: vec![("address".into(), "秘密".into())],
        ..Ask::default()
    };
    let asked = house.app.list(&own, register, &ask);
    assert_eq!(refusal(asked.unwrap_err()).reason, Reason::Invalid);
    let ask = Ask {
        condition: Some("address contains '秘密'".into()),
        ..Ask::default()
    };
    let asked = house.app.list(&own, register, &ask);
    assert_eq!(refusal(asked.unwrap_err()).reason, Reason::Invalid);
}

#[test]
fn child_rows_are_checked_row_by_row_and_kept_in_order() {
    let house = TestApp::club();
    let register = house.register("tennis_club.member");
    let id = member(&house, &[]);
    let manager = house.as_role("manager");
    let row = |who: &str, since: &str| {
        Raw::Map(vec![
            ("who".into(), Raw::text(who)),
            ("since".into(), Raw::text(since)),
        ])
    };
    let bad = vec![(
        "relatives".to_owned(),
        Raw::Many(vec![row("甲", "2020-01-01"), row("", "x")]),
    )];
    let refused = refusal(house.app.edit(&manager, register, id, 1, &bad).unwrap_err());
    let places: Vec<&str> = refused.blames.iter().map(|b| b.pointer.as_str()).collect();
    assert_eq!(places, ["/relatives/1/since", "/relatives/1/who"]);
    let good = vec![(
        "relatives".to_owned(),
        Raw::Many(vec![
            row("乙", "2021-01-01"),
            row("甲", "2020-01-01"),
            row("", ""),
        ]),
    )];
    house
        .app
        .edit(&manager, register, id, 1, &good)
        .expect("saved");
    let (view, _) = house
        .app
        .record(&manager, register, id, None)
        .expect("seen");
    let def = house.app.catalogue().at(register);
    let Some(Seen::Plain(Datum::Rows(rows))) = view.field(def.field("relatives").expect("rows"))
    else {
        panic!("rows are seen");
    };
    assert_eq!(rows.len(), 2);
}

#[test]
fn the_creator_does_not_approve() {
    let house = TestApp::club();
    let register = house.register("tennis_club.member");
    let manager = house.as_role("manager");
    let fields: Vec<_> = MEMBER.to_vec();
    let made = house
        .create(&manager, "tennis_club.member", &fields)
        .expect("made");
    let give = input(&[("plan", "gold"), ("joined", "2027-03-01")]);
    let words = || Words {
        reason: None,
        opinion: Some("同意"),
        ..Words::default()
    };
    let own = house
        .app
        .act(&manager, register, made.id, 1, "admit", &give, words());
    assert_eq!(refusal(own.unwrap_err()).reason, Reason::Forbidden);
    let other = house.person("other", "manager", None);
    house
        .app
        .act(&other, register, made.id, 1, "admit", &give, words())
        .expect("admitted");
}

#[test]
fn a_unique_value_stands_once() {
    let house = TestApp::club();
    member(
        &house,
        &[("card", "6901234567892"), ("id_no", "11010519491231002X")],
    );
    let operator = Actor::operator();
    for (field, value) in [("card", "690 1234567892"), ("id_no", "11010519491231002x")] {
        let mut fields = MEMBER.to_vec();
        fields.push((field, value));
        let again = house.create(&operator, "tennis_club.member", &fields);
        let refused = refusal(again.unwrap_err());
        assert_eq!(refused.reason, Reason::Duplicate);
        assert_eq!(refused.blames[0].pointer, format!("/{field}"));
    }
}
