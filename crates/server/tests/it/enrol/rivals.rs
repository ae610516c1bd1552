//! Several who apply for one firm, and many who come at once: nobody holds a code by having been first, and
//! nobody closes the door to others.

use std::net::{IpAddr, Ipv4Addr};

use super::*;

fn at(network: u32, last: u8) -> Option<IpAddr> {
    let base = u32::from(Ipv4Addr::new(10, 0, 0, 0));
    Some(Ipv4Addr::from(base + network * 256 + u32::from(last)).into())
}

impl World {
    fn apply_from(&self, from: Option<IpAddr>, login: &str) -> Outcome<String> {
        let input = asked(KNOWN, &[("login", login)]);
        self.app().enrol(from, &input, TWICE)
    }
}

#[test]
fn who_comes_later_may_apply_and_one_is_confirmed() {
    let world = World::new();
    let stranger = world.apply_from(at(1, 1), "stranger").expect("taken");
    let firm = world.apply_from(at(2, 1), "thefirm").expect("taken too");
    // The same sent once more is not a third.
    let again = refused(world.apply_from(at(2, 1), "thefirm"));
    assert_eq!(again.reason, Reason::Duplicate);
    assert_eq!(blames(&again), [("/login", "open")]);
    let (stranger_id, firm_id) = (world.request(&stranger), world.request(&firm));
    let saved = world.act(&world.officer, firm_id, "confirm");
    let codes: Vec<&str> = saved
        .expect("done")
        .warnings
        .iter()
        .map(|w| w.code)
        .collect();
    assert!(codes.contains(&"has_rivals"), "{codes:?}");
    world.app().sign_in("thefirm", PASSWORD).expect("signed in");
    // The other is refused in the same act, waits with nobody, and reads why: not the officer's words
    // about somebody else.
    let told = world.app().enrolled(at(1, 1), &stranger, PASSWORD);
    let told = told.expect("told");
    assert!(!told.waits && told.login.is_none());
    let why = told.reason.expect("a reason");
    assert_eq!(why.zh, "同一代码的另一件申请已经核实开通");
    let left = world.app().todo(&world.officer, app::Tab::Todo, 0);
    let left = left.expect("a page").rows;
    assert!(left.iter().all(|row| row.record != stranger_id));
    assert!(world.app().account("stranger").expect("asked").is_none());
    assert_eq!(
        refused(world.act(&world.officer, stranger_id, "confirm")).reason,
        Reason::Conflict
    );
}

#[test]
fn nobody_fills_the_applications_for_a_code() {
    let world = World::new();
    // Of one network few, and more from other addresses of it are no more.
    let mut taken = 0;
    for last in 1..20 {
        let login = format!("stranger{last}");
        taken += usize::from(world.apply_from(at(1, last), &login).is_ok());
    }
    assert_eq!(taken, 4);
    let no = refused(world.apply_from(at(1, 30), "stranger30"));
    assert_eq!(no.reason, Reason::TooMany);
    // Now that many wait, each further network has one.
    world.apply_from(at(2, 1), "thefirm").expect("taken");
    assert_eq!(
        refused(world.apply_from(at(2, 2), "thefirm2")).reason,
        Reason::TooMany
    );
    world.apply_from(at(3, 1), "thefirm3").expect("taken");
}

#[test]
fn many_addresses_leave_room_for_one_more() {
    let world = World::new();
    let look = |from| world.app().look_up_unit(from, KNOWN);
    // Sixty from each of forty addresses were once all there was in an hour.
    for network in 0..40 {
        for _ in 0..60 {
            look(at(network, 1)).expect("told");
        }
    }
    assert_eq!(refused(look(at(0, 1))).reason, Reason::TooMany);
    // A network that comes now has less, and yet enough to apply.
    for _ in 0..6 {
        look(at(90, 1)).expect("a new network");
    }
    assert_eq!(refused(look(at(90, 2))).reason, Reason::TooMany);
    look(at(91, 1)).expect("and another");
    // With the hour it is over.
    let now = world.app().now();
    world.house.clock.set(Moment(now.0 + DAY / 24));
    look(at(0, 1)).expect("as before");
}

/// The password of an account is guessed no oftener by asking for its application.
#[test]
fn the_status_page_counts_with_the_sign_in() {
    let world = World::new();
    let no = world.apply(1, KNOWN, &[]).expect("taken");
    world
        .act(&world.officer, world.request(&no), "confirm")
        .expect("confirmed");
    let sign_in = |password: &str| {
        let app = world.app();
        app.sign_in_from("xinqiye", password, from(1)).map(drop)
    };
    for _ in 0..3 {
        assert_eq!(
            refused(sign_in("Shangbao-2027-abd")).reason,
            Reason::Unauthorised
        );
    }
    for _ in 0..2 {
        let guess = world.app().enrolled(from(1), &no, "Shangbao-2027-abe");
        assert_eq!(refused(guess).reason, Reason::Unauthorised);
    }
    // Five together: both doors wait, though the password were right.
    assert_eq!(refused(sign_in(PASSWORD)).reason, Reason::TooMany);
    let asked = world.app().enrolled(from(1), &no, PASSWORD);
    assert_eq!(refused(asked).reason, Reason::TooMany);
}
