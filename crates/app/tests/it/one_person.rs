//! The profile of the house: kept apart under `full`, allowed and marked under `small` (同一人办理).

use app::{Ask, NewPost, No};
use kernel::{Actor, Id, Profile, Reason, Value, Words};
use testkit::{TestApp, input};

use crate::flow::Stage;
use crate::posts::why;

fn change(house: &TestApp, profile: Profile) -> Result<(), No> {
    house.app.set_profile(&Actor::operator(), profile, "人手少")
}

fn post(house: &TestApp, account: Id, role: &str) -> Result<Id, No> {
    let post = NewPost {
        account,
        role,
        unit: house.unit(),
        subject: None,
        since: None,
        until: None,
    };
    house.app.add_post(&Actor::operator(), &post)
}

/// What the register of such acts holds: person, side, act.
fn listed(house: &TestApp, who: &Actor) -> Vec<(String, String, String)> {
    let register = house.register("house.one_person");
    let def = house.app.catalogue().at(register);
    let ask = Ask {
        list: Some("all".to_owned()),
        ..Ask::default()
    };
    let (page, _) = house.app.list(who, register, &ask).expect("a list");
    let word =
        |row: &app::RecordView, name: &str| match def.field(name).and_then(|ix| row.field(ix)) {
            Some(app::Seen::Plain(datum)) => datum.value().to_string(),
            other => panic!("{name}: {other:?}"),
        };
    let rows = page.rows.iter();
    rows.map(|row| (word(row, "login"), word(row, "side"), word(row, "deed")))
        .collect()
}

#[test]
fn a_house_is_full_until_the_operator_says_otherwise_with_a_reason() {
    let house = TestApp::club();
    assert_eq!(
        house.app.profile(),
        Profile::Full,
        "also where nothing was chosen"
    );
    let sec = house.as_role("sec_admin");
    let by_page = house.app.set_profile(&sec, Profile::Small, "人手少");
    assert_eq!(why(by_page), Reason::Forbidden);
    let silent = house
        .app
        .set_profile(&Actor::operator(), Profile::Small, " ");
    assert_eq!(why(silent), Reason::Invalid);
    let (before, ..) = house.store.ledger_state().expect("a ledger");
    change(&house, Profile::Small).expect("small");
    let (after, ..) = house.store.ledger_state().expect("a ledger");
    assert_eq!((house.app.profile(), after - before), (Profile::Small, 1));
    assert_eq!(
        house.club_anew().profile(),
        Profile::Small,
        "after a restart"
    );
    change(&house, Profile::Full).expect("full again");
    let settings = house.register("house.setting");
    let ask = Ask {
        list: Some("all".to_owned()),
        ..Ask::default()
    };
    let operator = Actor::operator();
    let (page, _) = house.app.list(&operator, settings, &ask).expect("a list");
    let id = page.rows[0].id;
    let (history, _) = house
        .app
        .history(&operator, settings, id, None)
        .expect("a history");
    let reasons: Vec<_> = history.iter().map(|e| e.reason.as_deref()).collect();
    assert_eq!(reasons, [Some("人手少"), Some("人手少")]);
}

#[test]
fn going_to_full_names_everybody_who_holds_too_much_and_refuses() {
    let house = TestApp::club();
    let (coach, admin) = (house.as_role("coach"), house.as_role("sys_admin"));
    change(&house, Profile::Small).expect("small");
    post(&house, coach.account, "auditor").expect("both");
    post(&house, coach.account, "chair").expect("and more");
    let second = post(&house, admin.account, "sec_admin").expect("both");
    let No::Refused(refusal) = change(&house, Profile::Full).unwrap_err() else {
        panic!("the world broke");
    };
    assert_eq!(refusal.reason, Reason::Conflict);
    let named: Vec<&str> = refusal
        .blames
        .iter()
        .map(|b| b.message.zh.as_ref())
        .collect();
    assert_eq!(named.len(), 2, "{named:?}");
    assert!(
        named
            .iter()
            .any(|n| n.contains("coach") && n.contains("审计员") && n.contains("教练"))
    );
    assert!(
        named
            .iter()
            .any(|n| n.contains("sys_admin") && n.contains("安全管理员"))
    );
    assert_eq!(house.app.profile(), Profile::Small);
    // What was given back no longer stands in the way; the rest still does.
    let posts = house.register("house.post");
    let words = Words {
        reason: Some("人员到位"),
        ..Words::default()
    };
    let operator = Actor::operator();
    house
        .app
        .act(&operator, posts, second, 1, "end", &Vec::new(), words)
        .expect("ended");
    let No::Refused(refusal) = change(&house, Profile::Full).unwrap_err() else {
        panic!("the world broke");
    };
    assert_eq!(refusal.blames.len(), 1);
}

#[test]
fn under_full_nobody_promotes_a_person_into_both_by_whatever_way() {
    let house = TestApp::club();
    let operator = Actor::operator();
    let (coach, admin) = (house.as_role("coach"), house.as_role("sys_admin"));
    let accounts = house.register("house.account");
    let words = Words {
        reason: Some("提拔"),
        ..Words::default()
    };
    post(&house, coach.account, "chair").expect("two of the business");
    let role = input(&[("role", "auditor")]);
    let moved = house
        .app
        .act(&operator, accounts, coach.account, 1, "move", &role, words);
    assert_eq!(why(moved), Reason::Conflict, "the chair stays beside it");
    assert_eq!(
        why(post(&house, admin.account, "manager")),
        Reason::Conflict
    );
    // Whoever holds too much from a smaller time may give back, and takes nothing more.
    change(&house, Profile::Small).expect("small");
    let both = post(&house, admin.account, "manager").expect("both");
    assert_eq!(why(change(&house, Profile::Full)), Reason::Conflict);
    let posts = house.register("house.post");
    house
        .app
        .act(&operator, posts, both, 1, "end", &Vec::new(), words)
        .expect("given back");
    change(&house, Profile::Full).expect("full");
    assert_eq!(
        why(post(&house, admin.account, "manager")),
        Reason::Conflict
    );
}

#[test]
fn under_small_whoever_made_it_approves_it_and_everybody_is_told() {
    let stage = Stage::new();
    let house = &stage.house;
    let coach = house.as_role("coach");
    let (_, as_chair) = house.post(coach.account, "chair", None);
    let signing = || {
        let id = stage.draft_by(&coach);
        stage.does(&coach, id, "report", "");
        stage.does(&stage.groundsman, id, "order", "派修");
        let done = [("cost", "120"), ("mended", "2027-03-01")];
        stage
            .act(&stage.groundsman, id, "finish", &done, "")
            .expect("finished");
        stage.does(&stage.groundsman, id, "accept", "合格");
        stage.does(&stage.manager, id, "accept", "合格");
        id
    };
    let id = signing();
    stage.refused(&as_chair, id, "agree", "同意");
    change(house, Profile::Small).expect("small");
    stage.does(&as_chair, id, "agree", "同意");
    let (history, _) = house
        .app
        .history(&stage.manager, stage.register, id, None)
        .expect("seen");
    assert!(history[0].one_person, "{:?}", history[0]);
    assert!(history[1..].iter().all(|entry| !entry.one_person));
    let matter = stage.matter(id);
    let turns = matter.steps.iter().flat_map(|step| &step.turns);
    let marked: Vec<_> = turns
        .filter(|turn| turn.one_person)
        .map(|turn| turn.outcome.clone().map(|said| said.zh))
        .collect();
    assert_eq!(marked.len(), 1, "{marked:?}");
    let auditor = house.as_role("auditor");
    let told = [(
        "coach".to_owned(),
        "maker".to_owned(),
        "同意支付".to_owned(),
    )];
    assert_eq!(listed(house, &auditor), told);
    // Full again: no more of it, and what was done stays listed.
    change(house, Profile::Full).expect("full");
    let id = signing();
    stage.refused(&as_chair, id, "agree", "同意");
    assert_eq!(listed(house, &auditor), told);
    let report = store::verify(house.path(), &[], &[]).expect("a ledger");
    assert!(report.faults.is_empty(), "{:?}", report.faults);
}

#[test]
fn who_acted_in_another_post_does_not_approve_and_is_marked_under_small() {
    let stage = Stage::new();
    let house = &stage.house;
    let (_, as_chair) = house.post(stage.groundsman.account, "chair", None);
    // The groundsman moved it three times, twice at the same step; the member made it.
    let id = stage.signing();
    let no = stage.refused(&as_chair, id, "agree", "同意");
    assert_eq!(no.reason, Reason::Forbidden);
    assert!(no.message.zh.contains("另一岗位"), "{no:?}");
    assert!(no.message.en.contains("another post"), "{no:?}");
    let deputy = Actor {
        on_behalf: Some(stage.groundsman.account),
        ..stage.chair.clone()
    };
    let no = stage.refused(&deputy, id, "agree", "同意");
    assert!(
        no.message.zh.contains("另一岗位"),
        "nor by a deputy: {no:?}"
    );
    // Nor are two voices of one signing one person's.
    let (_, both) = house.post(stage.treasurer.account, "chair", None);
    stage.does(&stage.treasurer, id, "agree", "同意");
    stage.refused(&both, id, "agree", "同意");
    change(house, Profile::Small).expect("small");
    stage.does(&as_chair, id, "agree", "同意");
    let auditor = house.as_role("auditor");
    let told = [(
        "groundsman".to_owned(),
        "other_post".to_owned(),
        "同意支付".to_owned(),
    )];
    assert_eq!(listed(house, &auditor), told);
    let (history, _) = house
        .app
        .history(&stage.manager, stage.register, id, None)
        .expect("seen");
    assert!(history[0].one_person, "{:?}", history[0]);
    assert!(history[1..].iter().all(|entry| !entry.one_person));
}

#[test]
fn who_acts_twice_in_the_same_role_stands_on_one_side() {
    let stage = Stage::new();
    let id = stage.signing();
    stage.does(&stage.chair, id, "back", "再看");
    stage.does(&stage.groundsman, id, "accept", "合格");
    stage.does(&stage.manager, id, "accept", "合格");
    stage.does(&stage.chair, id, "agree", "同意");
}

#[test]
fn under_small_an_administrator_may_grant_himself_and_is_marked() {
    let house = TestApp::club();
    let sec = house.as_role("sec_admin");
    let unit = house.unit().to_string();
    let account = sec.account.to_string();
    let asked = [
        ("account", account.as_str()),
        ("role", "sys_admin"),
        ("unit", unit.as_str()),
        ("since", "2027-03-01"),
    ];
    change(&house, Profile::Small).expect("small");
    let admin = house.as_role("sys_admin");
    let made = house
        .create(&admin, "house.post", &asked)
        .expect("asked for");
    let posts = house.register("house.post");
    let words = Words::default();
    house
        .app
        .act(&sec, posts, made.id, 1, "grant", &Vec::new(), words)
        .expect("granted himself");
    let auditor = house.as_role("auditor");
    let told = [(
        "sec_admin".to_owned(),
        "holder".to_owned(),
        "授权任职".to_owned(),
    )];
    assert_eq!(listed(&house, &auditor), told);
    let both = house.at(sec.account, made.id);
    assert_eq!(both.role(), Some("sys_admin"));
    assert!(matches!(Value::Id(both.account), Value::Id(id) if id == sec.account));
}
