//! Several posts of one person: each for its term, one at a time, never two of the administration.

use app::{NewPost, No, Session, Tab};
use jiff::civil::Date;
use kernel::{Actor, Id, Reason, Words};
use testkit::{TestApp, input};

use crate::flow::Stage;

const PASSWORD: &str = "Backhand-2027";

pub fn why<T: std::fmt::Debug>(outcome: Result<T, No>) -> Reason {
    match outcome.unwrap_err() {
        No::Refused(refusal) => refusal.reason,
        No::Broke(error) => panic!("the world broke: {error:?}"),
    }
}

pub fn day(text: &str) -> Date {
    text.parse().expect("a day")
}

/// A person who is signed in.
struct Visitor<'a> {
    house: &'a TestApp,
    token: String,
}

impl Visitor<'_> {
    fn of<'a>(house: &'a TestApp, who: &Actor) -> Visitor<'a> {
        let app = &house.app;
        // Whoever signs in a second time has this password already.
        app.set_password(who.account, who.account, PASSWORD).ok();
        let (token, _) = app.sign_in(&who.login, PASSWORD).expect("signed in");
        Visitor { house, token }
    }

    fn session(&self) -> Option<Session> {
        self.house.app.session(&self.token).expect("asked")
    }

    fn role(&self) -> Option<String> {
        let session = self.session()?;
        session.actor().role().map(str::to_owned)
    }

    fn takes(&self, post: Id) -> Result<(), No> {
        let session = self.session().expect("signed in");
        self.house.app.take_post(&session, post)
    }
}

#[test]
fn one_post_is_active_at_a_time_and_each_session_has_its_own() {
    let house = TestApp::club();
    let coach = house.as_role("coach");
    let (chair, _) = house.post(coach.account, "chair", None);
    let (here, there) = (Visitor::of(&house, &coach), Visitor::of(&house, &coach));
    assert_eq!(here.role().as_deref(), Some("coach"), "the first post");
    here.takes(chair).expect("held");
    assert_eq!(here.role().as_deref(), Some("chair"));
    assert_eq!(there.role().as_deref(), Some("coach"), "another session");
    let posts = house
        .app
        .posts(&here.session().expect("open"))
        .expect("posts");
    let told: Vec<(&str, bool)> = posts.iter().map(|p| (p.role.as_str(), p.is_this)).collect();
    assert_eq!(told, [("教练", false), ("会长", true)]);
    here.takes(coach.account).expect("back to the first");
    assert_eq!(here.role().as_deref(), Some("coach"));
    let other = house.as_role("treasurer");
    let (foreign, _) = house.post(other.account, "manager", None);
    assert_eq!(why(here.takes(foreign)), Reason::NotFound, "another's post");
    assert_eq!(here.role().as_deref(), Some("coach"));
}

#[test]
fn a_post_opens_nothing_before_its_first_and_after_its_last_day() {
    let house = TestApp::club();
    let coach = house.as_role("coach");
    let operator = Actor::operator();
    let next_week = NewPost {
        account: coach.account,
        role: "chair",
        unit: house.unit(),
        subject: None,
        since: Some(day("2027-03-02")),
        until: Some(day("2027-03-03")),
    };
    let chair = house.app.add_post(&operator, &next_week).expect("a post");
    let roles = || {
        let directory = house.app.posts_of(coach.account).expect("asked");
        directory.into_iter().collect::<Vec<_>>()
    };
    let one = Visitor::of(&house, &coach);
    assert_eq!(why(one.takes(chair)), Reason::NotFound, "not yet");
    assert_eq!(roles(), ["coach"], "and no turn is placed there");
    house.today("2027-03-02");
    let one = Visitor::of(&house, &coach);
    one.takes(chair).expect("from the first day");
    assert_eq!(one.role().as_deref(), Some("chair"));
    assert_eq!(roles(), ["coach", "chair"]);
    let late = Visitor::of(&house, &coach);
    late.takes(chair).expect("held");
    // The last day ends while somebody is signed in.
    house.clock.set(kernel::Moment::from_local(
        "2027-03-03T23:55:00".parse().expect("a time"),
    ));
    let late = Visitor::of(&house, &coach);
    late.takes(chair).expect("still held");
    house.clock.set(kernel::Moment::from_local(
        "2027-03-04T00:00:00".parse().expect("a time"),
    ));
    assert_eq!(late.role().as_deref(), Some("coach"), "it ended at once");
    assert_eq!(roles(), ["coach"]);
}

#[test]
fn whoever_has_no_post_left_is_signed_out() {
    let house = TestApp::club();
    let app = &house.app;
    let coach = house.as_role("coach");
    let (chair, _) = house.post(coach.account, "chair", None);
    let accounts = house.register("house.account");
    let operator = Actor::operator();
    let words = Words {
        reason: Some("借调期满"),
        ..Words::default()
    };
    let version = |register, id| {
        let (record, _) = app.record(&operator, register, id, None).expect("seen");
        record.version
    };
    let until = input(&[("until", "2027-02-28")]);
    let at = version(accounts, coach.account);
    app.act(
        &operator,
        accounts,
        coach.account,
        at,
        "move",
        &until,
        words,
    )
    .expect("the first post ended");
    let visitor = Visitor::of(&house, &coach);
    assert_eq!(
        visitor.role().as_deref(),
        Some("chair"),
        "the further one stays"
    );
    let posts = house.register("house.post");
    let at = version(posts, chair);
    app.act(&operator, posts, chair, at, "end", &Vec::new(), words)
        .expect("ended");
    assert!(visitor.session().is_none(), "nothing is left");
}

#[test]
fn the_to_do_list_and_the_right_to_act_are_those_of_the_active_post() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let coach = stage.house.as_role("coach");
    // The chair of the stage resigns: only the coach holds the post now.
    let (_, as_chair) = stage.house.post(coach.account, "chair", None);
    let id = stage.signing();
    let list = |who: &Actor| app.todo(who, Tab::Todo, 0).expect("a list").rows.len();
    assert_eq!((list(&coach), list(&as_chair)), (0, 1));
    stage.refused(&coach, id, "agree", "同意");
    stage.does(&as_chair, id, "agree", "同意");
    let (history, _) = app
        .history(&stage.manager, stage.register, id, None)
        .expect("seen");
    assert_eq!(history[0].post.as_deref(), Some("会长 · 测试局"));
    assert_eq!(history[0].who, "coach");
    let (made, _) = app
        .history(&as_chair, stage.register, id, None)
        .expect("seen");
    assert_eq!(
        made.last().and_then(|e| e.post.as_deref()),
        Some("会员 · 企业")
    );
}

#[test]
fn turns_are_placed_with_people_by_any_of_their_posts() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let coach = stage.house.as_role("coach");
    let (post, as_groundsman) = stage.house.post(coach.account, "groundsman", None);
    let id = stage.reported();
    let turn = stage.turn(id).task;
    let found = app
        .turn_candidates(&stage.groundsman, turn, app::TurnWord::Transfer)
        .expect("asked");
    assert!(found.iter().any(|other| other.account == coach.account));
    let act = app::TurnAct::Transfer {
        to: coach.account,
        reason: "出差".to_owned(),
    };
    app.act_on_turn(&stage.groundsman, turn, &act)
        .expect("given");
    stage.does(&as_groundsman, id, "order", "派人维修");
    // Ended, the post places nothing any more.
    let posts = stage.house.register("house.post");
    let words = Words {
        reason: Some("调离"),
        ..Words::default()
    };
    app.act(
        &Actor::operator(),
        posts,
        post,
        1,
        "end",
        &Vec::new(),
        words,
    )
    .expect("ended");
    let directory = app.posts_of(coach.account).expect("asked");
    assert_eq!(directory, ["coach"]);
}

#[test]
fn nobody_holds_two_of_the_three_administrations() {
    let house = TestApp::club();
    let app = &house.app;
    let operator = Actor::operator();
    let admin = house.as_role("sys_admin");
    let second = |account: Id, role: &str| {
        let post = NewPost {
            account,
            role,
            unit: house.unit(),
            subject: None,
            since: None,
            until: None,
        };
        app.add_post(&operator, &post)
    };
    for role in ["sec_admin", "auditor"] {
        assert_eq!(why(second(admin.account, role)), Reason::Conflict, "{role}");
    }
    second(admin.account, "sys_admin").expect("the same power twice is one power");
    // Nor an administration beside the business, from either side.
    let coach = house.as_role("coach");
    assert_eq!(why(second(coach.account, "auditor")), Reason::Conflict);
    assert_eq!(why(second(admin.account, "coach")), Reason::Conflict);
    second(coach.account, "chair").expect("two business posts");
    // By way of a business post that is moved into the administration.
    let accounts = house.register("house.account");
    let words = Words {
        reason: Some("变更"),
        ..Words::default()
    };
    let role = input(&[("role", "sec_admin")]);
    let moved = app.act(&operator, accounts, coach.account, 1, "move", &role, words);
    assert_eq!(why(moved), Reason::Conflict);
    // Nor does a security administrator grant himself one.
    let sec = house.as_role("sec_admin");
    let posts = house.register("house.post");
    let unit = house.unit().to_string();
    let asked = [
        ("account", sec.account.to_string()),
        ("role", "sec_admin".to_owned()),
        ("unit", unit),
        ("since", "2027-03-01".to_owned()),
    ];
    let asked: Vec<(&str, &str)> = asked.iter().map(|(a, b)| (*a, b.as_str())).collect();
    let made = house
        .create(&admin, "house.post", &asked)
        .expect("asked for");
    let granted = app.act(
        &sec,
        posts,
        made.id,
        1,
        "grant",
        &Vec::new(),
        Words::default(),
    );
    assert_eq!(why(granted), Reason::Forbidden);
}

#[test]
fn a_sign_in_link_opens_no_administration_held_beside_another_post() {
    let house = TestApp::club();
    let coach = house.as_role("coach");
    let sec = house.as_role("sec_admin");
    let link = || house.app.invite_by(&sec, coach.account);
    link().expect("a business post");
    // Only a small house lets somebody hold both.
    let small = kernel::Profile::Small;
    let operator = Actor::operator();
    let changed = house.app.set_profile(&operator, small, "人手少");
    changed.expect("small");
    house.post(coach.account, "auditor", None);
    assert_eq!(why(link()), Reason::Forbidden);
}
