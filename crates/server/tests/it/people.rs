//! People at the door: passwords, sessions that end, lock-out, one-time links, bearer tokens.

use app::No;
use kernel::{Moment, Reason};
use testkit::TestApp;

const PASSWORD: &str = "Tennis-2027";

fn why<T: std::fmt::Debug>(outcome: Result<T, No>) -> Reason {
    match outcome.unwrap_err() {
        No::Refused(refusal) => refusal.reason,
        No::Broke(error) => panic!("the world broke: {error:?}"),
    }
}

fn with_password() -> TestApp {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    house
        .app
        .set_password(manager.account, manager.account, PASSWORD)
        .expect("a password");
    house
}

fn later(house: &TestApp, minutes: i64) {
    house
        .clock
        .set(Moment(house.app.now().0 + minutes * 60_000_000));
}

#[test]
fn a_session_lives_while_it_is_used_and_ends_when_idle_or_old() {
    let house = with_password();
    let (token, session) = house.app.sign_in("manager", PASSWORD).expect("signed in");
    assert_eq!(session.person.role, "俱乐部经理");
    for _ in 0..60 {
        later(&house, 14);
        let alive = house.app.session(&token).expect("asked");
        if house.app.now().0 - session_start(&house) > 12 * 3_600_000_000 {
            assert!(alive.is_none(), "twelve hours are the end");
            return;
        }
        assert!(alive.is_some());
    }
    panic!("the session never ended");
}

fn session_start(_: &TestApp) -> i64 {
    let local: jiff::civil::DateTime = "2027-03-01T09:00:00".parse().expect("a time");
    Moment::from_local(local).0
}

#[test]
fn an_idle_session_ends_after_a_quarter_of_an_hour() {
    let house = with_password();
    let (token, _) = house.app.sign_in("manager", PASSWORD).expect("signed in");
    later(&house, 16);
    assert!(house.app.session(&token).expect("asked").is_none());
}

#[test]
fn signing_out_ends_it_at_once() {
    let house = with_password();
    let (token, _) = house.app.sign_in("manager", PASSWORD).expect("signed in");
    house.app.sign_out(&token).expect("signed out");
    assert!(house.app.session(&token).expect("asked").is_none());
    assert!(house.app.session("forged").expect("asked").is_none());
}

#[test]
fn wrong_passwords_lock_the_login_for_a_while() {
    let house = with_password();
    for _ in 0..5 {
        assert_eq!(
            why(house.app.sign_in("manager", "wrong-Pass-1")),
            Reason::Unauthorised
        );
    }
    let locked = house.app.sign_in("manager", PASSWORD);
    let Err(No::Refused(refusal)) = locked else {
        panic!("let in");
    };
    // The time told is the time that it takes: a quarter of an hour.
    assert_eq!(
        (refusal.reason, refusal.wait_seconds),
        (Reason::TooMany, Some(900))
    );
    later(&house, 16);
    house
        .app
        .sign_in("manager", PASSWORD)
        .expect("after the wait");
    assert_eq!(
        why(house.app.sign_in("nobody", PASSWORD)),
        Reason::Unauthorised
    );
}

#[test]
fn weak_passwords_are_refused() {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    for weak in ["short-1A", "alllowercaseletters", "1234567890123", ""] {
        let set = house
            .app
            .set_password(manager.account, manager.account, weak);
        assert_eq!(why(set), Reason::Invalid, "{weak}");
    }
}

#[test]
fn a_one_time_link_works_once_and_for_a_day() {
    let house = TestApp::club();
    house.as_role("manager");
    let link = house.app.invite("manager").expect("a link");
    assert!(
        house.app.session(&link).expect("asked").is_none(),
        "a link is no session"
    );
    let (token, _) = house.app.accept(&link, PASSWORD).expect("accepted");
    assert!(house.app.session(&token).expect("asked").is_some());
    assert_eq!(why(house.app.accept(&link, PASSWORD)), Reason::Unauthorised);
    let lost = house.app.invite("manager").expect("a link");
    let late = house.app.invite("manager").expect("a link");
    assert!(house.app.invited(&lost).expect("asked").is_none());
    assert_eq!(why(house.app.accept(&lost, PASSWORD)), Reason::Unauthorised);
    assert!(house.app.invited(&late).expect("asked").is_some());
    later(&house, 24 * 60 + 1);
    assert_eq!(why(house.app.accept(&late, PASSWORD)), Reason::Unauthorised);
}

#[test]
fn administrators_make_links_for_others_and_never_for_power_of_their_own() {
    let house = TestApp::club();
    let account = |role: &str| house.as_role(role).account;
    let make = |by: &str, of: &str| house.app.invite_by(&house.as_role(by), account(of));
    for by in ["sys_admin", "sec_admin"] {
        let link = make(by, "coach").expect("a link");
        let invited = house.app.invited(&link).expect("asked").expect("it lives");
        assert_eq!(invited.person.actor.account, account("coach"));
        for admin in ["sys_admin", "sec_admin", "auditor"] {
            assert_eq!(why(make(by, admin)), Reason::Forbidden, "{by} for {admin}");
        }
    }
    assert_eq!(why(make("auditor", "coach")), Reason::Forbidden);
    for by in ["manager", "coach", "member"] {
        assert_eq!(why(make(by, "coach")), Reason::NotFound, "{by}");
    }
    let (history, _) = house
        .app
        .history(
            &house.as_role("auditor"),
            house.register("house.account"),
            account("coach"),
            None,
        )
        .expect("seen");
    let links = history.iter().filter(|entry| entry.act == "invite");
    let by: Vec<&str> = links.map(|entry| entry.who.as_str()).collect();
    assert_eq!(by, ["sec_admin", "sys_admin"]);
}

#[test]
fn a_locked_account_has_no_session_and_no_token() {
    let house = with_password();
    let (session, _) = house.app.sign_in("manager", PASSWORD).expect("signed in");
    let bearer = house.app.issue_token("manager", 30).expect("a token");
    assert!(house.app.bearer(&bearer).expect("asked").is_some());
    let admin = house.as_role("sys_admin");
    let register = house.register("house.account");
    let account = house.as_role("manager").account;
    let version = house
        .app
        .record(&admin, register, account, None)
        .expect("seen")
        .0
        .version;
    let words = kernel::Words {
        reason: Some("调离"),
        opinion: None,
        ..kernel::Words::default()
    };
    house
        .app
        .act(
            &admin,
            register,
            account,
            version,
            "lock",
            &Vec::new(),
            words,
        )
        .expect("locked");
    let nothing_opens = || {
        assert!(house.app.session(&session).expect("asked").is_none());
        assert!(house.app.bearer(&bearer).expect("asked").is_none());
    };
    nothing_opens();
    assert_eq!(
        why(house.app.sign_in("manager", PASSWORD)),
        Reason::Unauthorised
    );
    // What was opened before does not come back with the account.
    let security = house.as_role("sec_admin");
    let version = house.app.record(&security, register, account, None);
    let version = version.expect("seen").0.version;
    let none = Vec::new();
    let unlocked = house.app.act(
        &security, register, account, version, "unlock", &none, words,
    );
    unlocked.expect("unlocked");
    nothing_opens();
}

/// Name, superior and area of a unit change by the acts on units alone: those ask who gets the tasks,
/// and whether somebody else has the area already.
#[test]
fn a_unit_is_not_edited_past_the_acts_on_units() {
    let house = TestApp::club();
    let coach = house.as_role("coach");
    let units = house.register("house.unit");
    let admin = house.as_role("sys_admin");
    let area = kernel::Raw::Map(vec![("area".into(), kernel::Raw::text("370100"))]);
    let inputs = [
        ("areas", kernel::Raw::Many(vec![area])),
        ("title", kernel::Raw::text("另一个局")),
        ("parent", kernel::Raw::Text(coach.unit.to_string())),
    ];
    let version = house.app.record(&admin, units, coach.unit, None);
    let version = version.expect("seen").0.version;
    for (field, value) in inputs {
        let input = vec![(field.to_owned(), value)];
        let edited = house.app.edit(&admin, units, coach.unit, version, &input);
        assert_eq!(why(edited), Reason::Forbidden, "{field}");
    }
    for act in ["close", "reopen"] {
        let words = kernel::Words {
            reason: Some("试试"),
            ..kernel::Words::default()
        };
        let none = Vec::new();
        let acted = house
            .app
            .act(&admin, units, coach.unit, version, act, &none, words);
        assert_eq!(why(acted), Reason::Forbidden, "{act}");
    }
}
