//! Near-due and overdue: reminders, cards for the unit, and up the tiers; never twice for one limit.

use app::{Count, NoticeRow};
use kernel::{Actor, Id, Reason, Value, Words};
use testkit::input;

use super::{Stage, refusal};

/// In the club the manager heads the unit, the chair leads, and the treasurer is the tier above.
fn stage() -> Stage {
    let stage = Stage::new();
    for (name, value) in [
        ("head_roles", "manager"),
        ("lead_roles", "chair"),
        ("upper_roles", "treasurer"),
    ] {
        tune(&stage, name, value);
    }
    stage
}

fn tune(stage: &Stage, name: &str, value: &str) {
    let sec_admin = stage.house.as_role("sec_admin");
    let cards = stage.house.register("house.card");
    let set = stage.house.app.set_param(&sec_admin, cards, name, value);
    set.expect("a param");
}

fn watch(stage: &Stage, day: &str) -> usize {
    stage.house.today(day);
    stage.house.app.watch_limits().expect("watched")
}

fn notices(stage: &Stage, who: &Actor) -> Vec<NoticeRow> {
    stage.house.app.notices(who, 0).expect("a page").rows
}

fn kinds(stage: &Stage, who: &Actor) -> Vec<String> {
    let rows = notices(stage, who).into_iter();
    rows.map(|row| row.kind).collect()
}

/// Kind, reason and state of each card.
fn cards(stage: &Stage) -> Vec<(String, String)> {
    let cards = stage.all("house.card").into_iter();
    let word = |id, field| stage.house_value("house.card", id, field).to_string();
    cards
        .map(|card| (word(card.id, "kind"), word(card.id, "reason")))
        .collect()
}

fn on_card(stage: &Stage, card: Id, action: &str, field: &str) -> app::Outcome<app::Saved> {
    let register = stage.house.register("house.card");
    let app = &stage.house.app;
    let operator = Actor::operator();
    let version = app.record(&operator, register, card, None)?.0.version;
    let words = Words {
        reason: Some("查明"),
        ..Words::default()
    };
    let fields = input(&[(field, "不可抗力")]);
    app.act(&operator, register, card, version, action, &fields, words)
}

#[test]
fn a_step_is_told_of_level_by_level_and_each_level_once() {
    let stage = stage();
    let id = stage.reported();
    assert_eq!(watch(&stage, "2027-03-02"), 0);
    assert_eq!(watch(&stage, "2027-03-03"), 1);
    assert_eq!(watch(&stage, "2027-03-03"), 0, "again on the same day");
    assert_eq!(watch(&stage, "2027-03-04"), 0, "and on the next");
    assert_eq!(kinds(&stage, &stage.groundsman), ["near"]);
    assert!(cards(&stage).is_empty());

    assert_eq!(watch(&stage, "2027-03-05"), 1);
    assert_eq!(watch(&stage, "2027-03-05"), 0);
    assert_eq!(kinds(&stage, &stage.groundsman), ["yellow", "near"]);
    assert_eq!(kinds(&stage, &stage.manager), ["yellow"]);
    assert_eq!(cards(&stage), [("yellow".to_owned(), "step".to_owned())]);
    let card = stage.all("house.card")[0].id;
    let unit = stage.house_value("house.card", card, "unit");
    assert!(matches!(unit, Value::Id(_)), "the unit that has the turn");
    let until = stage.house_value("house.card", card, "appeal_until");
    assert_eq!(until.to_string(), "2027-03-12");

    assert_eq!(watch(&stage, "2027-03-08"), 0);
    assert_eq!(watch(&stage, "2027-03-09"), 1);
    assert_eq!(kinds(&stage, &stage.chair), ["raised"]);
    assert!(kinds(&stage, &stage.treasurer).is_empty());
    // The ledger has each warning as an act upon the turn.
    let turn = stage.turn(id).task;
    let acts = stage.acts_of("house.task", turn);
    assert_eq!(acts, ["warn", "warn", "warn", "create"]);
}

#[test]
fn past_the_promise_comes_yellow_and_past_the_law_red() {
    let stage = stage();
    let id = stage.reported();
    stage.does(&stage.groundsman, id, "ask", "照片不清");
    // Returned to the member: his is the turn, the clock runs on.
    watch(&stage, "2027-03-16");
    let promise = ("yellow".to_owned(), "promise".to_owned());
    assert_eq!(
        cards(&stage),
        std::slice::from_ref(&promise),
        "none for the member's turn"
    );
    watch(&stage, "2027-03-30");
    watch(&stage, "2027-03-31");
    let limit = ("red".to_owned(), "limit".to_owned());
    assert_eq!(cards(&stage), [promise, limit]);
    let of_chair = kinds(&stage, &stage.chair);
    assert!(of_chair.contains(&"red".to_owned()), "{of_chair:?}");
}

#[test]
fn what_stands_still_or_has_ended_is_not_told_of() {
    let stage = stage();
    stage.mending();
    let ended = stage.reported();
    stage.does(&stage.groundsman, ended, "refuse", "不属实");
    assert_eq!(watch(&stage, "2027-12-01"), 0);
    assert!(stage.all("house.notice").is_empty() && cards(&stage).is_empty());
}

#[test]
fn a_watch_that_slept_tells_the_gravest_and_issues_every_card_due() {
    let stage = stage();
    tune(&stage, "red_yellows", "0");
    stage.reported();
    watch(&stage, "2027-06-01");
    let mut all = cards(&stage);
    all.sort();
    let pairs = [("red", "limit"), ("yellow", "promise"), ("yellow", "step")];
    assert_eq!(all, pairs.map(|(a, b)| (a.to_owned(), b.to_owned())));
    let near = stage.all("house.notice");
    let kind = |id| stage.house_value("house.notice", id, "kind").to_string();
    assert!(near.iter().all(|notice| kind(notice.id) != "near"));
    assert!(kinds(&stage, &stage.treasurer).contains(&"raised".to_owned()));
}

#[test]
fn so_many_yellow_cards_make_a_red_one_and_the_numbers_are_the_bureaus() {
    let stage = stage();
    tune(&stage, "red_yellows", "2");
    stage.reported();
    watch(&stage, "2027-03-05");
    assert_eq!(cards(&stage).len(), 1);
    watch(&stage, "2027-03-16");
    let all = cards(&stage);
    assert!(
        all.contains(&("red".to_owned(), "yellows".to_owned())),
        "{all:?}"
    );
    let off = self::stage();
    tune(&off, "yellow_step", "false");
    off.reported();
    watch(&off, "2027-03-05");
    assert!(cards(&off).is_empty());
    assert_eq!(kinds(&off, &off.manager), ["late"]);
}

#[test]
fn cards_of_one_matter_that_fall_due_together_are_counted_one_by_one() {
    let stage = stage();
    tune(&stage, "red_yellows", "2");
    tune(&stage, "yellow_promise", "false");
    stage.signing();
    watch(&stage, "2027-12-01");
    let all = cards(&stage);
    let yellow = ("yellow".to_owned(), "step".to_owned());
    let red = ("red".to_owned(), "yellows".to_owned());
    let count = |card| all.iter().filter(|one| **one == card).count();
    assert_eq!((count(yellow), count(red)), (2, 1), "{all:?}");
}

#[test]
fn two_watches_at_once_tell_once() {
    let stage = stage();
    for _ in 0..20 {
        stage.reported();
    }
    stage.house.today("2027-03-05");
    let other = stage.house.app.clone();
    std::thread::scope(|scope| {
        for app in [&stage.house.app, &other] {
            scope.spawn(move || app.watch_limits().expect("watched"));
        }
    });
    stage.house.app.watch_limits().expect("watched");
    assert_eq!(cards(&stage).len(), 20);
    assert_eq!(kinds(&stage, &stage.manager).len(), 20);
}

#[test]
fn an_appeal_goes_up_and_its_answer_comes_back() {
    let stage = stage();
    stage.reported();
    watch(&stage, "2027-03-05");
    let card = stage.all("house.card")[0].id;
    on_card(&stage, card, "appeal", "appeal").expect("appealed");
    assert_eq!(watch(&stage, "2027-03-05"), 1);
    assert_eq!(watch(&stage, "2027-03-05"), 0);
    assert_eq!(kinds(&stage, &stage.chair), ["appeal"]);
    on_card(&stage, card, "withdraw", "answer").expect("withdrawn");
    assert_eq!(watch(&stage, "2027-03-05"), 1);
    assert_eq!(kinds(&stage, &stage.manager), ["answer", "yellow"]);

    // Too late for the next one.
    stage.reported();
    watch(&stage, "2027-03-11");
    let second = stage.all("house.card").iter().map(|c| c.id).max();
    stage.house.today("2027-03-19");
    let late = refusal(on_card(&stage, second.expect("a card"), "appeal", "appeal"));
    assert_eq!(late.reason, Reason::Conflict, "{late:?}");
}

#[test]
fn people_see_and_read_only_their_own_notices() {
    let stage = stage();
    let id = stage.reported();
    watch(&stage, "2027-03-05");
    let app = &stage.house.app;
    let mine = notices(&stage, &stage.groundsman);
    assert_eq!((mine.len(), mine[0].record), (1, id));
    assert!(mine[0].is_unread && mine[0].shown.is_some());
    assert_eq!(mine[0].label.zh, "黄牌");
    let unread = |who: &Actor| app.unread_notices(who).expect("a count");
    assert_eq!(unread(&stage.groundsman), Count::Exactly(1));
    // A foreign one is not there.
    let foreign = refusal(app.read_notice(&stage.manager, mine[0].id));
    assert_eq!(foreign.reason, Reason::NotFound);
    assert!(app.notices(&Actor::public(), 0).is_err());
    app.read_notice(&stage.groundsman, mine[0].id)
        .expect("read");
    app.read_notice(&stage.groundsman, mine[0].id)
        .expect("again");
    assert_eq!(unread(&stage.groundsman), Count::Exactly(0));
    assert_eq!(unread(&stage.manager), Count::Exactly(1));
    assert_eq!(app.read_all_notices(&stage.manager).expect("read"), 1);
    assert_eq!(unread(&stage.manager), Count::Exactly(0));
    let acts = stage.acts_of("house.notice", mine[0].id);
    assert_eq!(acts, ["read", "create"]);
}
