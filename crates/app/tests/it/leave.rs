//! A post entrusted for a leave: what the deputy sees and may do, and how it ends.

use app::{Leave, NewUnit, No, Tab, TurnAct};
use kernel::{Actor, Id, Reason, Words};

use crate::flow::Stage;
use crate::posts::{day, why};

fn leave<'a>(of: &Actor, to: &Actor) -> Leave<'a> {
    Leave {
        post: of.account,
        to: to.account,
        since: day("2027-03-01"),
        until: day("2027-03-05"),
        only: None,
        reason: "年休假",
    }
}

/// The deputy in the post that was entrusted.
fn deputy(stage: &Stage, of: &Actor, to: &Actor) -> Actor {
    let saved = stage.house.app.entrust(of, &leave(of, to));
    stage.house.at(to.account, saved.expect("entrusted").id)
}

fn list(stage: &Stage, who: &Actor) -> Vec<(Id, Option<String>)> {
    let page = stage.house.app.todo(who, Tab::Todo, 0).expect("a list");
    let rows = page.rows.into_iter();
    rows.map(|row| (row.record, row.on_behalf)).collect()
}

#[test]
fn the_deputy_handles_what_lies_with_the_other_and_history_says_for_whom() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let coach = stage.house.as_role("coach");
    let id = stage.signing();
    stage.does(&stage.treasurer, id, "agree", "同意");
    let stands_in = deputy(&stage, &stage.chair, &coach);
    assert_eq!(stands_in.on_behalf, Some(stage.chair.account));
    assert_eq!(list(&stage, &coach), [], "not in the deputy's own post");
    assert_eq!(list(&stage, &stands_in), [(id, Some("测试员".to_owned()))]);
    stage.refused(&coach, id, "agree", "同意");
    stage.does(&stands_in, id, "agree", "同意");
    let (history, _) = app
        .history(&stage.manager, stage.register, id, None)
        .expect("seen");
    assert_eq!(history[0].post.as_deref(), Some("会长 · 测试局，代 测试员"));
    assert_eq!(history[0].who, "coach");
    let matter = stage.matter(id);
    let turns = matter.steps.iter().flat_map(|step| &step.turns);
    let behalf: Vec<&str> = turns.filter_map(|turn| turn.on_behalf.as_deref()).collect();
    assert_eq!(behalf, ["测试员"]);
}

#[test]
fn what_the_deputy_takes_up_stays_when_the_leave_is_over() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let coach = stage.house.as_role("coach");
    let id = stage.reported();
    let stands_in = deputy(&stage, &stage.groundsman, &coach);
    stage.on_turn(&stands_in, stage.turn(id).task, TurnAct::Claim);
    assert_eq!(list(&stage, &stands_in).len(), 1);
    let recalled = app.leaves(&stage.groundsman).expect("asked");
    assert_eq!(recalled.len(), 1);
    app.recall_leave(&stage.groundsman, recalled[0].id)
        .expect("back again");
    assert!(app.leaves(&stage.groundsman).expect("asked").is_empty());
    assert_eq!(
        list(&stage, &stage.groundsman),
        [(id, None)],
        "on his own desk"
    );
    let now = app.person_at(coach.account, recalled[0].id).expect("asked");
    let now = now.expect("a post").actor.clone();
    assert_eq!(now.on_behalf, None, "the deputy is himself again");
    stage.refused(&now, id, "order", "派修");
    stage.does(&stage.groundsman, id, "order", "派修");
}

#[test]
fn a_leave_ends_by_itself_and_with_the_post() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let coach = stage.house.as_role("coach");
    let id = app
        .entrust(&stage.chair, &leave(&stage.chair, &coach))
        .expect("entrusted")
        .id;
    let acts_for = || {
        let person = app.person_at(coach.account, id).expect("asked");
        person.expect("a post").actor.on_behalf
    };
    stage.house.today("2027-03-05");
    assert_eq!(acts_for(), Some(stage.chair.account), "the last day");
    stage.house.today("2027-03-06");
    assert_eq!(acts_for(), None);
    assert_eq!(app.posts_of(coach.account).expect("asked"), ["coach"]);
    // Whoever loses the post takes it from the deputy too.
    stage.house.today("2027-03-02");
    assert_eq!(acts_for(), Some(stage.chair.account));
    let accounts = stage.house.register("house.account");
    let words = Words {
        reason: Some("离任"),
        ..Words::default()
    };
    let (record, _) = app
        .record(&Actor::operator(), accounts, stage.chair.account, None)
        .expect("seen");
    let role = testkit::input(&[("role", "coach")]);
    let (chair, at) = (stage.chair.account, record.version);
    app.act(
        &Actor::operator(),
        accounts,
        chair,
        at,
        "move",
        &role,
        words,
    )
    .expect("moved");
    assert_eq!(acts_for(), None);
    assert_eq!(app.posts_of(coach.account).expect("asked"), ["coach"]);
}

#[test]
fn the_maker_is_not_the_approver_on_either_side_of_a_leave() {
    let stage = Stage::new();
    let coach = stage.house.as_role("coach");
    let (_, second_chair) = stage.house.post(coach.account, "chair", None);
    let signing = |who: &Actor| {
        let id = stage.draft_by(who);
        stage.does(who, id, "report", "");
        stage.does(&stage.groundsman, id, "order", "派修");
        let done = [("cost", "120"), ("mended", "2027-03-01")];
        stage
            .act(&stage.groundsman, id, "finish", &done, "")
            .expect("finished");
        stage.does(&stage.groundsman, id, "accept", "合格");
        stage.does(&stage.manager, id, "accept", "合格");
        id
    };
    // The deputy of the chair made it himself, or the chair did: neither approves it by the other.
    let stands_in = deputy(&stage, &stage.chair, &coach);
    let id = signing(&coach);
    stage.refused(&stands_in, id, "agree", "同意");
    stage.refused(&second_chair, id, "agree", "同意");
    stage.does(&stage.chair, id, "agree", "同意");
    // Made in the stead of another: it counts as made by both.
    let other = stage.house.person("other_coach", "coach", None);
    let as_coach = deputy(&stage, &coach, &other);
    let id = signing(&as_coach);
    stage.refused(&second_chair, id, "agree", "同意");
    let (_, third) = stage.house.post(other.account, "chair", None);
    stage.refused(&third, id, "agree", "同意");
    stage.refused(&stands_in, id, "agree", "同意");
    stage.does(&stage.chair, id, "agree", "同意");
}

#[test]
fn one_register_entrusted_is_no_more_than_that() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let coach = stage.house.as_role("coach");
    let ask = Leave {
        only: Some("tennis_club.repair"),
        ..leave(&stage.manager, &coach)
    };
    let id = app.entrust(&stage.manager, &ask).expect("entrusted").id;
    let stands_in = stage.house.at(coach.account, id);
    let sees = |register: &str| {
        let ix = stage.house.register(register);
        kernel::scope(app.catalogue().at(ix), &stands_in, kernel::Verb::Edit).is_some()
    };
    assert!(sees("tennis_club.repair"));
    assert!(
        !sees("tennis_club.member"),
        "the manager's other registers stay his"
    );
    let unknown = Leave {
        only: Some("house.account"),
        ..leave(&stage.manager, &coach)
    };
    assert_eq!(why(app.entrust(&stage.manager, &unknown)), Reason::Invalid);
}

#[test]
fn a_post_goes_to_a_colleague_of_the_unit_or_above_and_no_further() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let operator = Actor::operator();
    let coach = stage.house.as_role("coach");
    let areas = ["330109".to_owned()];
    let unit = |code: &str, parent: Option<Id>| {
        let unit = NewUnit {
            code,
            title: code,
            kind: "station",
            parent,
            areas: &areas,
        };
        app.add_unit(&operator, &unit).expect("a unit")
    };
    let below = unit("below", Some(stage.house.unit()));
    let aside = unit("aside", None);
    let at = |login: &str, unit: Id| {
        let account = app::NewAccount {
            login,
            name: "测试员",
            role: "coach",
            unit,
            subject: None,
        };
        let id = app.add_account(&operator, &account).expect("an account");
        stage.house.at(id, id)
    };
    let (low, far) = (at("low", below), at("far", aside));
    app.entrust(&low, &leave(&low, &coach)).expect("upwards");
    let blamed = |outcome: Result<app::Saved, No>| match outcome.unwrap_err() {
        No::Refused(refusal) => refusal.blames[0].pointer.clone(),
        No::Broke(error) => panic!("{error:?}"),
    };
    assert_eq!(blamed(app.entrust(&coach, &leave(&coach, &low))), "/to");
    assert_eq!(blamed(app.entrust(&coach, &leave(&coach, &far))), "/to");
    assert_eq!(blamed(app.entrust(&coach, &leave(&coach, &coach))), "/to");
    let named: Vec<Id> = app
        .deputies(&low, low.account)
        .expect("asked")
        .iter()
        .map(|d| d.account)
        .collect();
    assert!(named.contains(&coach.account) && !named.contains(&far.account));
    // What was entrusted is not entrusted further, and another's post not at all.
    let lent = app.leaves(&low).expect("asked")[0].id;
    let further = Leave {
        post: lent,
        ..leave(&coach, &stage.chair)
    };
    assert_eq!(why(app.entrust(&coach, &further)), Reason::NotFound);
    let foreign = Leave {
        post: stage.chair.account,
        ..leave(&coach, &stage.chair)
    };
    assert_eq!(why(app.entrust(&coach, &foreign)), Reason::NotFound);
    assert_eq!(why(app.recall_leave(&far, lent)), Reason::NotFound);
    // The three administrators stay three, by way of a leave too.
    let (sys, sec) = (
        stage.house.as_role("sys_admin"),
        stage.house.as_role("sec_admin"),
    );
    assert_eq!(why(app.entrust(&sys, &leave(&sys, &sec))), Reason::Conflict);
    // Nor does the business stand in for the administration, or the other way round.
    assert_eq!(
        why(app.entrust(&sys, &leave(&sys, &coach))),
        Reason::Conflict
    );
    assert_eq!(
        why(app.entrust(&coach, &leave(&coach, &sys))),
        Reason::Conflict
    );
    let offered = |who: &Actor| -> Vec<Id> {
        let found = app.deputies(who, who.account).expect("asked");
        found.iter().map(|deputy| deputy.account).collect()
    };
    assert!(!offered(&coach).contains(&sys.account));
    assert_eq!(offered(&sys), [], "there is no second one");
    let second = stage.house.person("second_sys", "sys_admin", None);
    assert_eq!(offered(&sys), [second.account]);
    let past = Leave {
        since: day("2027-02-28"),
        ..leave(&coach, &stage.chair)
    };
    assert_eq!(blamed(app.entrust(&coach, &past)), "/since");
}

#[test]
fn a_deputy_grants_nothing_to_whom_he_stands_in_for() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let (admin, sec) = (
        stage.house.as_role("sys_admin"),
        stage.house.as_role("sec_admin"),
    );
    let other = stage.house.person("other_sec", "sec_admin", None);
    let stands_in = deputy(&stage, &sec, &other);
    let unit = stage.house.unit().to_string();
    let account = sec.account.to_string();
    let asked = [
        ("account", account.as_str()),
        ("role", "sec_admin"),
        ("unit", unit.as_str()),
        ("since", "2027-03-01"),
    ];
    let made = stage.house.create(&admin, "house.post", &asked);
    let id = made.expect("asked for").id;
    let posts = stage.house.register("house.post");
    let grant = |who: &Actor| {
        let words = Words::default();
        app.act(who, posts, id, 1, "grant", &Vec::new(), words)
    };
    assert_eq!(why(grant(&stands_in)), Reason::Forbidden);
    grant(&stage.house.person("second", "sec_admin", None)).expect("by another");
}

#[test]
fn an_enterprise_that_is_left_is_left_by_the_deputy_too() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let operator = Actor::operator();
    let of = stage.house.person("owner", "member", Some(stage.subject));
    let to = stage.house.person("partner", "member", Some(stage.subject));
    let saved = app.entrust(&of, &leave(&of, &to)).expect("entrusted");
    let acts_for = || {
        let person = app.person_at(to.account, saved.id).expect("asked");
        person.expect("a post").actor.on_behalf
    };
    assert_eq!(acts_for(), Some(of.account));
    let accounts = stage.house.register("house.account");
    let words = Words {
        reason: Some("转到另一家"),
        ..Words::default()
    };
    let subject = testkit::input(&[("subject", "12345")]);
    let (record, _) = app
        .record(&operator, accounts, of.account, None)
        .expect("seen");
    let at = record.version;
    app.act(&operator, accounts, of.account, at, "move", &subject, words)
        .expect("moved");
    assert_eq!(acts_for(), None);
}

#[test]
fn a_post_entrusted_for_one_register_shows_and_tells_no_turn_of_another() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let id = stage.checking();
    stage.does(&stage.groundsman, id, "accept", "合格");
    let entrust = |role, only| {
        let to = stage.house.as_role(role);
        let ask = Leave {
            only: Some(only),
            ..leave(&stage.manager, &to)
        };
        let saved = app.entrust(&stage.manager, &ask).expect("entrusted");
        stage.house.at(to.account, saved.id)
    };
    let waiting = |who: &Actor| app.todo_counts(who).expect("counted").todo;
    let told = |who: &Actor| app.notices(who, 0).expect("a page").rows.len();
    let of_members = entrust("coach", "tennis_club.member");
    let of_repairs = entrust("chair", "tennis_club.repair");
    stage.house.today("2027-03-03");
    app.watch_limits().expect("watched");
    assert_eq!(list(&stage, &of_members), []);
    assert_eq!(waiting(&of_members), app::Count::Exactly(0));
    assert_eq!(told(&of_members), 0);
    assert_eq!(list(&stage, &of_repairs).len(), 1);
    assert_eq!(waiting(&of_repairs), app::Count::Exactly(1));
    assert_eq!(told(&of_repairs), 1);
}

#[test]
fn one_post_is_entrusted_once_at_a_time_and_the_other_leave_is_named() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let coach = stage.house.as_role("coach");
    let treasurer = &stage.treasurer;
    let ask = |to: &Actor, since: &str, until: &str, only| {
        let leave = Leave {
            since: day(since),
            until: day(until),
            only,
            ..leave(&stage.manager, to)
        };
        app.entrust(&stage.manager, &leave)
    };
    let first = ask(&coach, "2027-03-02", "2027-03-04", None).expect("entrusted");
    for (since, until) in [
        ("2027-03-01", "2027-03-02"),
        ("2027-03-03", "2027-03-03"),
        ("2027-03-04", "2027-03-09"),
        ("2027-03-01", "2027-03-09"),
    ] {
        let No::Refused(no) = ask(treasurer, since, until, None).unwrap_err() else {
            panic!("the world broke");
        };
        assert_eq!(no.blames[0].pointer, "/since", "{since} {until}");
        let told = &no.blames[0].message.zh;
        assert!(
            told.contains("2027-03-02") && told.contains("2027-03-04") && told.contains("测试员"),
            "{told}"
        );
    }
    let repairs = Some("tennis_club.repair");
    let within = ask(treasurer, "2027-03-03", "2027-03-03", repairs);
    assert_eq!(why(within), Reason::Invalid, "everything holds it too");
    ask(treasurer, "2027-03-05", "2027-03-09", repairs).expect("after the first");
    let members = Some("tennis_club.member");
    ask(&coach, "2027-03-05", "2027-03-09", members).expect("another register");
    let again = ask(&coach, "2027-03-06", "2027-03-06", repairs);
    assert_eq!(why(again), Reason::Invalid, "the same register");
    app.recall_leave(&stage.manager, first.id).expect("back");
    ask(treasurer, "2027-03-02", "2027-03-04", None).expect("free again");
}

#[test]
fn whoever_entrusts_or_hands_over_has_proved_lately_to_be_the_one() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let coach = stage.house.as_role("coach");
    let stale = |who: &Actor| Actor {
        freshness: kernel::Freshness::Never,
        ..who.clone()
    };
    let chair = stale(&stage.chair);
    assert_eq!(
        why(app.entrust(&chair, &leave(&chair, &coach))),
        Reason::Unproved
    );
    let giver = &stage.groundsman;
    let heir = stage.house.person("heir", "groundsman", None);
    let id = stage.reported();
    stage.on_turn(giver, stage.turn(id).task, TurnAct::Claim);
    let offer = |who: &Actor| app.offer_handover(who, giver.account, heir.account, "调离");
    assert_eq!(why(offer(&stale(giver))), Reason::Unproved);
    let offered = offer(giver).expect("offered").id;
    let tasks = [stage.turn(id).task];
    let picked = app.pick_handover(&stale(&heir), offered, &tasks);
    assert_eq!(why(picked), Reason::Unproved);
    app.pick_handover(&heir, offered, &tasks).expect("picked");
    let confirmed = app.confirm_handover(&stale(giver), offered);
    assert_eq!(why(confirmed), Reason::Unproved);
    app.confirm_handover(giver, offered).expect("confirmed");
}

#[test]
fn a_deputy_finds_on_the_others_desk_what_belongs_to_the_post_entrusted() {
    let stage = Stage::new();
    let coach = stage.house.as_role("coach");
    let (second, as_chair) = stage.house.post(stage.groundsman.account, "chair", None);
    let claimed = stage.reported();
    stage.on_turn(&stage.groundsman, stage.turn(claimed).task, TurnAct::Claim);
    // The chair's post alone: what was claimed as groundsman is not the deputy's to see or do.
    let ask = Leave {
        post: second,
        ..leave(&as_chair, &coach)
    };
    let app = &stage.house.app;
    let lent = app.entrust(&as_chair, &ask).expect("entrusted").id;
    let stands_in = stage.house.at(coach.account, lent);
    assert_eq!(list(&stage, &stands_in), []);
    assert_eq!(
        app.todo_counts(&stands_in).expect("counted").todo,
        app::Count::Exactly(0)
    );
    stage.refused(&stands_in, claimed, "order", "派修");
    assert!(
        !app.waits_for(&stands_in, stage.register, claimed)
            .expect("asked")
    );
    // The groundsman's post entrusted to another: there it is.
    let heir = stage.house.person("heir", "member", None);
    let in_his_stead = deputy(&stage, &stage.groundsman, &heir);
    assert_eq!(list(&stage, &in_his_stead).len(), 1);
    stage.does(&in_his_stead, claimed, "order", "派修");
}
