//! The door under attack: second factors, proofs, sessions, passwords.

use app::{Device, Given, No, Owes, Session};
use kernel::{Actor, Freshness, Moment, Reason, Refusal};
use testkit::{TestApp, authenticator};

const PASSWORD: &str = "Tennis-2027";

fn refused<T>(outcome: Result<T, No>) -> Refusal {
    match outcome {
        Ok(_) => panic!("not refused"),
        Err(No::Refused(refusal)) => refusal,
        Err(No::Broke(error)) => panic!("the world broke: {error:?}"),
    }
}

fn why<T>(outcome: Result<T, No>) -> Reason {
    refused(outcome).reason
}

fn house(roles: &[&str]) -> TestApp {
    let house = TestApp::club();
    for role in roles {
        let account = house.as_role(role).account;
        house
            .app
            .set_password(account, account, PASSWORD)
            .expect("set");
    }
    house
}

fn later(house: &TestApp, seconds: i64) {
    house
        .clock
        .set(Moment(house.app.now().0 + seconds * 1_000_000));
}

fn tune(house: &TestApp, name: &str, value: &str) {
    let accounts = house.register("house.account");
    let security = house.as_role("sec_admin");
    house
        .app
        .set_param(&security, accounts, name, value)
        .expect("set");
}

fn signed_in(house: &TestApp, login: &str) -> (String, Session) {
    house.app.sign_in(login, PASSWORD).expect("signed in")
}

/// Sets up an authenticator app; answers its secret and the recovery codes.
fn enrolled(house: &TestApp, login: &str) -> (String, Vec<String>) {
    let (token, session) = signed_in(house, login);
    house.app.begin_factor(&session.actor()).expect("begun");
    let pending = house.app.factor(&session.actor()).expect("asked").pending;
    let secret = pending.expect("a secret").secret;
    let code = authenticator(&secret, house.app.now());
    let codes = house
        .app
        .confirm_factor(&session, &token, &code)
        .expect("confirmed");
    later(house, 60);
    (secret, codes)
}

#[test]
fn a_second_factor_is_asked_for_and_a_code_is_good_once() {
    let house = house(&["manager"]);
    let (secret, _) = enrolled(&house, "manager");
    let (half, session) = signed_in(&house, "manager");
    assert_eq!(session.owes, Some(Owes::Code));
    assert!(
        house.app.session(&half).expect("asked").is_none(),
        "half is no session"
    );
    assert!(house.app.bearer(&half).expect("asked").is_none());
    let code = authenticator(&secret, house.app.now());
    let (whole, session) = house.app.sign_in_code(&half, &code).expect("in");
    assert_eq!(session.owes, None);
    assert_ne!(whole, half, "what was in the browser before opens nothing");
    assert!(house.app.session(&whole).expect("asked").is_some());
    assert_eq!(
        why(house.app.sign_in_code(&half, &code)),
        Reason::Unauthorised
    );
    // Replayed by someone who looked over the shoulder and has the password as well.
    let (half, _) = signed_in(&house, "manager");
    assert_eq!(why(house.app.sign_in_code(&half, &code)), Reason::Invalid);
    later(&house, 30);
    let code = authenticator(&secret, house.app.now());
    house.app.sign_in_code(&half, &code).expect("the next code");
}

#[test]
fn wrong_codes_lock_and_the_password_does_not_unlock() {
    let house = house(&["manager"]);
    let (secret, _) = enrolled(&house, "manager");
    for n in 0..5 {
        // The right password between the guesses changes nothing.
        let (half, _) = signed_in(&house, "manager");
        let guess = format!("{n:06}");
        assert_eq!(why(house.app.sign_in_code(&half, &guess)), Reason::Invalid);
    }
    assert_eq!(why(house.app.sign_in("manager", PASSWORD)), Reason::TooMany);
    later(&house, 15 * 60);
    let (half, _) = signed_in(&house, "manager");
    let code = authenticator(&secret, house.app.now());
    house
        .app
        .sign_in_code(&half, &code)
        .expect("after the wait");
}

#[test]
fn a_half_sign_in_ends_soon() {
    let house = house(&["manager"]);
    let (secret, _) = enrolled(&house, "manager");
    let (half, _) = signed_in(&house, "manager");
    later(&house, 5 * 60);
    let code = authenticator(&secret, house.app.now());
    assert_eq!(
        why(house.app.sign_in_code(&half, &code)),
        Reason::Unauthorised
    );
}

#[test]
fn recovery_codes_work_once_each_and_only_for_their_account() {
    let house = house(&["manager", "coach"]);
    let (_, codes) = enrolled(&house, "manager");
    let (_, others) = enrolled(&house, "coach");
    assert_eq!(codes.len(), app::RECOVERY_CODES);
    let (half, _) = signed_in(&house, "manager");
    assert_eq!(
        why(house.app.sign_in_code(&half, &others[0])),
        Reason::Invalid
    );
    let (token, session) = house
        .app
        .sign_in_code(&half, &codes[0].to_lowercase())
        .expect("in");
    let actor = session.actor();
    assert_eq!(house.app.factor(&actor).expect("asked").recovery_left, 9);
    let (half, _) = signed_in(&house, "manager");
    assert_eq!(
        why(house.app.sign_in_code(&half, &codes[0])),
        Reason::Invalid
    );
    let renewed = house.app.renew_recovery(&actor).expect("renewed");
    assert_eq!(
        why(house.app.sign_in_code(&half, &codes[1])),
        Reason::Invalid
    );
    house.app.sign_in_code(&half, &renewed[1]).expect("in");
    assert!(house.app.session(&token).expect("asked").is_some());
}

#[test]
fn who_must_have_a_factor_enrols_first() {
    let house = house(&["manager", "member"]);
    tune(&house, "factor_staff", "true");
    let (token, session) = signed_in(&house, "manager");
    assert_eq!(session.owes, Some(Owes::Factor));
    assert_eq!(signed_in(&house, "member").1.owes, None);
    house.app.begin_factor(&session.actor()).expect("begun");
    let pending = house.app.factor(&session.actor()).expect("asked").pending;
    let secret = pending.expect("a secret").secret;
    assert_eq!(
        why(house.app.confirm_factor(&session, &token, "000000")),
        Reason::Invalid
    );
    let other = signed_in(&house, "manager").0;
    let code = authenticator(&secret, house.app.now());
    house
        .app
        .confirm_factor(&session, &token, &code)
        .expect("on");
    let session = house.app.session(&token).expect("asked").expect("lives");
    assert_eq!(session.owes, None);
    assert!(
        house.app.session(&other).expect("asked").is_none(),
        "opened without it"
    );
    assert!(
        house
            .app
            .factor(&session.actor())
            .expect("asked")
            .pending
            .is_none()
    );
}

#[test]
fn the_security_administrator_resets_a_factor_of_someone_else_with_a_reason() {
    let house = house(&["manager", "sec_admin"]);
    enrolled(&house, "manager");
    enrolled(&house, "sec_admin");
    let accounts = house.register("house.account");
    let reset = |by: &Actor, of: &str, reason: Option<&str>| {
        let id = house.as_role(of).account;
        let (record, _) = house.app.record(by, accounts, id, None).expect("seen");
        let words = kernel::Words {
            reason,
            opinion: None,
            ..kernel::Words::default()
        };
        house.app.act(
            by,
            accounts,
            id,
            record.version,
            "reset_factor",
            &Vec::new(),
            words,
        )
    };
    let security = house.as_role("sec_admin");
    assert_eq!(
        why(reset(&house.as_role("sys_admin"), "manager", Some("x"))),
        Reason::Forbidden
    );
    assert_eq!(why(reset(&security, "manager", None)), Reason::Invalid);
    assert_eq!(
        why(reset(&security, "sec_admin", Some("x"))),
        Reason::Forbidden
    );
    reset(&security, "manager", Some("手机丢失，已当面核对身份")).expect("reset");
    let (_, session) = signed_in(&house, "manager");
    assert_eq!(session.owes, None, "the password is enough again");
    let view = house.app.factor(&session.actor()).expect("asked");
    assert!(view.since.is_none() && view.pending.is_none() && view.recovery_left == 0);
}

#[test]
fn a_proof_is_fresh_for_a_while_and_one_s_own() {
    let house = house(&["manager", "coach"]);
    let (others, _) = enrolled(&house, "coach");
    let (token, session) = signed_in(&house, "manager");
    assert!(session.actor().freshness.holds(house.app.now()));
    later(&house, 14 * 60);
    assert!(house.app.session(&token).expect("asked").is_some());
    later(&house, 60);
    let live = || house.app.session(&token).expect("asked").expect("lives");
    assert!(!live().actor().freshness.holds(house.app.now()));
    assert_eq!(
        why(house.app.begin_factor(&live().actor())),
        Reason::Unproved
    );
    let code = authenticator(&others, house.app.now());
    assert_eq!(
        why(house.app.prove(&token, Given::Code(&code))),
        Reason::Invalid
    );
    assert_eq!(
        why(house.app.prove(&token, Given::Password("wrong"))),
        Reason::Invalid
    );
    assert!(!live().actor().freshness.holds(house.app.now()));
    assert_eq!(
        why(house.app.prove("forged", Given::Password(PASSWORD))),
        Reason::Unauthorised
    );
    house
        .app
        .prove(&token, Given::Password(PASSWORD))
        .expect("proven");
    house.app.begin_factor(&live().actor()).expect("begun");
    let bearer = house.app.issue_token("manager", 30).expect("a token");
    let program = || house.app.bearer(&bearer).expect("asked").expect("lives");
    assert!(
        !program().actor().freshness.holds(house.app.now()),
        "nobody typed anything"
    );
    house
        .app
        .prove(&bearer, Given::Password(PASSWORD))
        .expect("proven");
    assert!(program().actor().freshness.holds(house.app.now()));
    assert_eq!(Actor::public().freshness, Freshness::Never);
}

/// Whoever has a stolen token guesses for himself: the person proves as before.
#[test]
fn a_program_that_guesses_does_not_stop_its_owner() {
    let house = house(&["manager"]);
    let (token, _) = signed_in(&house, "manager");
    let bearer = house.app.issue_token("manager", 30).expect("a token");
    let guess = || why(house.app.prove(&bearer, Given::Password("x")));
    for _ in 0..5 {
        assert_eq!(guess(), Reason::Invalid);
    }
    assert_eq!(guess(), Reason::TooMany);
    house
        .app
        .prove(&token, Given::Password(PASSWORD))
        .expect("the owner proves");
    assert_eq!(guess(), Reason::TooMany, "and forgives the program nothing");
}

#[test]
fn guessing_at_a_proof_locks_like_guessing_at_the_door() {
    let house = house(&["manager"]);
    let (token, _) = signed_in(&house, "manager");
    for _ in 0..5 {
        assert_eq!(
            why(house.app.prove(&token, Given::Password("x"))),
            Reason::Invalid
        );
    }
    assert_eq!(
        why(house.app.prove(&token, Given::Password(PASSWORD))),
        Reason::TooMany
    );
}

#[test]
fn one_sees_and_ends_one_s_own_sessions_only() {
    let house = house(&["manager", "coach"]);
    let (first, session) = signed_in(&house, "manager");
    let agent = "Mozilla/5.0 (Windows NT 10.0) Chrome/126 Safari/537.36";
    let device = Device::of(agent, "192.0.2.7".parse().ok());
    house.app.describe_session(&first, &device).expect("noted");
    let (second, _) = signed_in(&house, "manager");
    let (third, _) = signed_in(&house, "manager");
    let (strange, stranger) = signed_in(&house, "coach");
    let actor = session.actor();
    let list = house.app.sessions(&actor, &first).expect("listed");
    assert_eq!(list.len(), 3);
    let mine = list.iter().find(|s| s.is_this).expect("this one");
    assert_eq!(
        (mine.device.browser.as_str(), mine.device.place.as_str()),
        ("Chrome · Windows", "192.0.*.*")
    );
    assert_eq!(
        why(house.app.end_session(&stranger.actor(), &mine.number)),
        Reason::NotFound
    );
    let another = house.app.sessions(&actor, &second).expect("listed");
    let number = &another.iter().find(|s| s.is_this).expect("it").number;
    house.app.end_session(&actor, number).expect("ended");
    let lives = |token: &str| house.app.session(token).expect("asked").is_some();
    assert!(lives(&first) && !lives(&second) && lives(&third));
    house.app.end_other_sessions(&actor, &first).expect("ended");
    assert!(lives(&first) && !lives(&third) && lives(&strange));
}

#[test]
fn passwords_are_not_used_again_nor_guessed_from_the_login() {
    let house = house(&["manager"]);
    let account = house.as_role("manager").account;
    let set = |password: &str| house.app.set_password(account, account, password);
    for bad in ["Password123!", "Manager-2027", "reganaM_2027", PASSWORD] {
        assert_eq!(why(set(bad)), Reason::Invalid, "{bad}");
    }
    let round = [
        "Volley-2027a",
        "Volley-2027b",
        "Volley-2027c",
        "Volley-2027d",
    ];
    for next in round {
        set(next).expect("set");
    }
    assert_eq!(why(set(PASSWORD)), Reason::Invalid, "the fifth back");
    set("Volley-2027e").expect("set");
    set(PASSWORD).expect("five others lie between");
}

#[test]
fn settings_bound_sessions_and_age_passwords() {
    let house = house(&["manager", "member"]);
    let accounts = house.register("house.account");
    let security = house.as_role("sec_admin");
    for (name, outside) in [
        ("idle_staff", "600"),
        ("session_hours", "48"),
        ("lock_failures", "1"),
    ] {
        assert_eq!(
            why(house.app.set_param(&security, accounts, name, outside)),
            Reason::Invalid
        );
    }
    let system = house.as_role("sys_admin");
    assert_eq!(
        why(house.app.set_param(&system, accounts, "idle_staff", "10")),
        Reason::Forbidden
    );
    tune(&house, "idle_staff", "5");
    let (token, _) = signed_in(&house, "manager");
    later(&house, 5 * 60 + 1);
    assert!(house.app.session(&token).expect("asked").is_none());
    tune(&house, "password_days", "90");
    later(&house, 89 * 86_400);
    assert_eq!(signed_in(&house, "manager").1.owes, None);
    later(&house, 86_400);
    assert_eq!(signed_in(&house, "manager").1.owes, Some(Owes::NewPassword));
    assert_eq!(signed_in(&house, "member").1.owes, None, "staff only");
}

#[test]
fn an_unknown_login_takes_as_long_as_a_wrong_password() {
    let house = house(&["manager"]);
    let time = |login: &str| {
        let mut times: Vec<_> = (0..4)
            .map(|_| {
                let begun = std::time::Instant::now();
                assert_eq!(
                    why(house.app.sign_in(login, "Wrong-2027-x")),
                    Reason::Unauthorised
                );
                begun.elapsed()
            })
            .collect();
        times.sort();
        times[0]
    };
    let (known, unknown) = (time("manager"), time("nobody"));
    // Both hash once, which is most of it. A look-up alone would be a hundredth.
    assert!(unknown * 3 > known, "{unknown:?} against {known:?}");
}

fn guesses(
    house: &TestApp,
    login: &str,
    from: Option<std::net::IpAddr>,
    times: usize,
) -> Vec<Reason> {
    let guess = |_| why(house.app.sign_in_from(login, "wrong-Pass-1", from));
    (0..times).map(guess).collect()
}

fn address(last: u8) -> Option<std::net::IpAddr> {
    Some(std::net::IpAddr::from([203, 0, 113, last]))
}

#[test]
fn a_restart_forgives_no_failure() {
    let house = house(&["manager"]);
    let told = guesses(&house, "manager", address(1), 6);
    assert_eq!(told[..5], [Reason::Unauthorised; 5]);
    assert_eq!(told[5], Reason::TooMany);
    let anew = house.club_anew();
    let again = anew.sign_in_from("manager", PASSWORD, address(1));
    assert_eq!(why(again), Reason::TooMany);
    later(&house, 15 * 60);
    anew.sign_in_from("manager", PASSWORD, address(1))
        .expect("after the wait");
}

#[test]
fn whoever_types_nonsense_elsewhere_locks_nobody_out() {
    let house = house(&["manager"]);
    let enter = |last| house.app.sign_in_from("manager", PASSWORD, address(last));
    enter(1).expect("the person comes from there");
    assert_eq!(
        guesses(&house, "manager", address(2), 6)[5],
        Reason::TooMany
    );
    enter(1).expect("the person is let in");
    enter(3).expect("from anywhere else too");
    // From many addresses: strangers wait, whoever is known does not.
    for last in 10..22 {
        guesses(&house, "manager", address(last), 5);
    }
    assert_eq!(
        why(enter(99)),
        Reason::TooMany,
        "a stranger, even with the password"
    );
    enter(1).expect("the person is known there");
    enter(3).expect("and there");
    later(&house, 24 * 3_600);
    enter(99).expect("they count for a day");
}

#[test]
fn the_security_administrator_lifts_a_wait_with_a_reason() {
    let house = house(&["manager", "coach"]);
    let accounts = house.register("house.account");
    let manager = house.as_role("manager").account;
    assert_eq!(
        guesses(&house, "manager", address(1), 6)[5],
        Reason::TooMany
    );
    assert_eq!(guesses(&house, "coach", address(1), 6)[5], Reason::TooMany);
    let lift = |who: &Actor, reason| {
        let (view, _) = house
            .app
            .record(&Actor::operator(), accounts, manager, None)
            .expect("an account");
        let words = kernel::Words {
            reason,
            ..kernel::Words::default()
        };
        let none = Vec::new();
        house
            .app
            .act(who, accounts, manager, view.version, "calm", &none, words)
    };
    let security = house.as_role("sec_admin");
    assert_eq!(
        why(lift(&house.as_role("sys_admin"), Some("急用"))),
        Reason::Forbidden
    );
    assert_eq!(why(lift(&security, None)), Reason::Invalid);
    lift(&security, Some("本人电话核实")).expect("lifted");
    house
        .app
        .sign_in_from("manager", PASSWORD, address(1))
        .expect("at once");
    let other = house.app.sign_in_from("coach", PASSWORD, address(1));
    assert_eq!(why(other), Reason::TooMany, "only that one");
    let (history, _) = house
        .app
        .history(&Actor::operator(), accounts, manager, None)
        .expect("a history");
    let calm = history.iter().find(|entry| entry.act == "calm");
    assert_eq!(calm.and_then(|e| e.reason.as_deref()), Some("本人电话核实"));
}
