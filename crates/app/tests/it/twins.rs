//! `same REGISTER FIELD`: a guard sees the others that hold what the record holds, and two that are
//! decided at the same moment see each other.

use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use app::{Input, No, Outcome, Saved};
use catalogue::Origin;
use kernel::{Guard, Hook, Hooks, Id, Raw, Said, Situation, Words, said};
use testkit::{TestApp, club_texts};

const CLAIM: &str = "lockers.claim";

const SUBSYSTEM: &str = r#"
[subsystem]
title = "储物柜"
uses  = []
order = 91
"#;

const CLAIMS: &str = r#"
[record]
title = "占柜"
path  = "claims"
shown = "{locker}"
reach = "division"
begins = ["wanted", "held"]

[fields]
locker   = { type = "text", label = "柜号", max = 10 }
division = { type = "division", label = "所在区划", level = "any" }

[form]
what = { title = "占柜", fields = ["locker", "division"] }

[states]
wanted = { label = "想要", phase = "draft" }
held   = { label = "占用", phase = "open" }

[actions]
hold = { label = "占用", from = ["wanted"], to = "held", by = ["coach"], guard = "free" }

[lists.all]
title   = "全部"
columns = ["locker", "state"]

[permissions]
coach = { may = ["see", "create", "edit"], within = "all" }
"#;

/// A locker that two people want at the same moment; the first two guards wait for each other, so that
/// neither can have seen what the other did.
struct Contested {
    locker: &'static str,
    meeting: Barrier,
    asked: AtomicUsize,
}

impl Contested {
    const fn new(locker: &'static str) -> Contested {
        Contested {
            locker,
            meeting: Barrier::new(2),
            asked: AtomicUsize::new(0),
        }
    }
}

static TO_HOLD: Contested = Contested::new("7");
static TO_BEGIN: Contested = Contested::new("8");

fn free(s: &Situation) -> Result<(), Said> {
    for contested in [&TO_HOLD, &TO_BEGIN] {
        if s.text("locker") == Some(contested.locker)
            && contested.asked.fetch_add(1, Ordering::SeqCst) < 2
        {
            contested.meeting.wait();
        }
    }
    let others = s.read("same lockers.claim locker");
    assert!(others.iter().all(|other| other.id != s.record.id));
    let held = |other: &&kernel::Record| {
        let register = s.catalogue.at(other.register);
        other.state == register.state("held")
    };
    match others.iter().find(held) {
        Some(_) => Err(said!("柜子已有人占用" / "The locker is taken")),
        None => Ok(()),
    }
}

fn lockers() -> TestApp {
    let texts = club_texts()
        .with_text("lockers/subsystem.toml", Origin::Tenant, SUBSYSTEM)
        .with_text("lockers/claim.toml", Origin::Tenant, CLAIMS);
    let mut hooks = testkit::club_hooks();
    hooks.merge(Hooks {
        guard: vec![Hook::<Guard>::new(
            CLAIM,
            "free",
            &["same lockers.claim locker"],
            free,
        )],
        ..Hooks::default()
    });
    TestApp::of(&texts, hooks)
}

fn claim(house: &TestApp, locker: &str) -> Id {
    let coach = house.as_role("coach");
    let made = house.create(&coach, CLAIM, &[("locker", locker), ("division", "330109")]);
    made.expect("a claim").id
}

fn hold(house: &TestApp, id: Id) -> Outcome<Saved> {
    let (coach, register) = (house.as_role("coach"), house.register(CLAIM));
    let (input, words) = (Input::new(), Words::default());
    house
        .app
        .act(&coach, register, id, 1, "hold", &input, words)
}

/// A claim that is held as soon as it is made.
fn hold_at_once(house: &TestApp, locker: &str) -> Outcome<Saved> {
    let (coach, register) = (house.as_role("coach"), house.register(CLAIM));
    let typed = [("locker", locker), ("division", "330109")];
    let input = typed.map(|(name, text)| (name.to_owned(), Raw::text(text)));
    house
        .app
        .create(&coach, register, Some("held"), &input.to_vec())
}

fn why(answer: Outcome<Saved>) -> String {
    match answer {
        Ok(_) => "held".to_owned(),
        Err(No::Refused(refusal)) => refusal.message.zh.into_owned(),
        Err(No::Broke(error)) => panic!("{error}"),
    }
}

#[test]
fn a_guard_sees_others_with_the_same_value_and_never_itself() {
    let house = lockers();
    let (one, two, other) = (claim(&house, "1"), claim(&house, "1"), claim(&house, "2"));
    assert_eq!(why(hold(&house, one)), "held");
    assert_eq!(why(hold(&house, two)), "柜子已有人占用");
    assert_eq!(why(hold(&house, other)), "held");
    // What is empty is shared by nobody.
    let (no_number, none_either) = (claim(&house, ""), claim(&house, ""));
    assert_eq!(why(hold(&house, no_number)), "held");
    assert_eq!(why(hold(&house, none_either)), "held");
}

#[test]
fn of_two_at_the_same_moment_one_is_refused() {
    let house = lockers();
    let claims = [claim(&house, TO_HOLD.locker), claim(&house, TO_HOLD.locker)];
    let house = &house;
    let mut answers = thread::scope(|scope| {
        let both = claims.map(|id| scope.spawn(move || why(hold(house, id))));
        both.map(|one| one.join().expect("an answer"))
    });
    answers.sort();
    assert_eq!(answers, ["held", "柜子已有人占用"]);
}

#[test]
fn what_begins_behind_an_action_is_seen_by_its_guard() {
    let house = lockers();
    assert_eq!(why(hold_at_once(&house, "1")), "held");
    assert_eq!(why(hold_at_once(&house, "1")), "柜子已有人占用");
    let two = claim(&house, "1");
    assert_eq!(why(hold(&house, two)), "柜子已有人占用");
    assert_eq!(why(hold_at_once(&house, "2")), "held");
}

#[test]
fn of_two_that_begin_at_the_same_moment_one_is_refused() {
    let house = &lockers();
    // The coach is there before both come, so that neither fails before the guard.
    claim(house, "1");
    let mut answers = thread::scope(|scope| {
        let both = [(); 2].map(|()| scope.spawn(|| why(hold_at_once(house, TO_BEGIN.locker))));
        both.map(|one| one.join().expect("an answer"))
    });
    answers.sort();
    assert_eq!(answers, ["held", "柜子已有人占用"]);
}
