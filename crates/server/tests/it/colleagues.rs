//! Further accounts of an enterprise, made by whoever administers it: within it and nowhere else.

use app::{App, No, Outcome};
use kernel::{Actor, Freshness, Id, Reason, Refusal, Words};
use testkit::TestApp;

use crate::product::{self, Which};

const ACCOUNT: &str = "house.account";
const PASSWORD: &str = "Tongshi-2027-abc";

fn refused<T: std::fmt::Debug>(outcome: Outcome<T>) -> Refusal {
    match outcome.unwrap_err() {
        No::Refused(refusal) => refusal,
        No::Broke(error) => panic!("the world broke: {error:?}"),
    }
}

struct World {
    house: TestApp,
    firm: Id,
    boss: Actor,
    other: Actor,
}

impl World {
    fn new() -> World {
        let house = product::house();
        let records = product::enter_samples(&house, Which::All);
        let firms = &records[&house.register("registry.enterprise")];
        let (firm, second) = (firms[0], firms[1]);
        let boss = house.as_own("ent_admin", firm);
        let other = house.as_own("ent_admin", second);
        World {
            house,
            firm,
            boss,
            other,
        }
    }

    fn app(&self) -> &App {
        &self.house.app
    }

    fn add(&self, who: &Actor, login: &str, role: &str) -> Outcome<app::Colleague> {
        self.app().add_colleague(who, (login, "李安全"), role)
    }

    fn grant(&self, account: Id) {
        let security = self.house.as_role("sec_admin");
        let register = self.house.register(ACCOUNT);
        let (view, _) = self
            .app()
            .record(&security, register, account, None)
            .expect("seen");
        let (none, words) = (Vec::new(), Words::default());
        self.app()
            .act(
                &security,
                register,
                account,
                view.version,
                "grant",
                &none,
                words,
            )
            .expect("granted");
    }
}

#[test]
fn a_colleague_comes_in_after_the_grant_and_into_the_same_firm_alone() {
    let world = World::new();
    let made = world
        .add(&world.boss, "anquan1", "ent_safety")
        .expect("made");
    assert_eq!((made.login.as_str(), made.is_open), ("anquan1", false));
    let early = refused(world.app().colleague_link(&world.boss, made.account));
    assert_eq!(early.reason, Reason::Conflict);
    world.grant(made.account);
    let link = world
        .app()
        .colleague_link(&world.boss, made.account)
        .expect("a link");
    let (_, session) = world.app().accept(&link, PASSWORD).expect("let in");
    let actor = session.actor();
    assert_eq!(
        (actor.role(), actor.subject),
        (Some("ent_safety"), Some(world.firm))
    );
    // The colleague makes no further ones.
    assert!(world.app().colleague_roles(&actor).is_empty());
    assert_eq!(
        refused(world.app().own_accounts(&actor)).reason,
        Reason::Forbidden
    );
    let listed = world.app().own_accounts(&world.boss).expect("listed");
    let logins: Vec<&str> = listed.iter().map(|one| one.login.as_str()).collect();
    assert!(
        logins.contains(&"anquan1") && logins.len() == 2,
        "{logins:?}"
    );
    // Closed, it opens nothing any more.
    world
        .app()
        .close_colleague(&world.boss, made.account)
        .expect("closed");
    assert!(world.app().sign_in("anquan1", PASSWORD).is_err());
    let again = refused(world.app().colleague_link(&world.boss, made.account));
    assert_eq!(again.reason, Reason::Conflict);
}

#[test]
fn nobody_reaches_beyond_the_own_firm_or_role() {
    let world = World::new();
    let made = world
        .add(&world.other, "anquan2", "ent_safety")
        .expect("made");
    world.grant(made.account);
    for (what, answer) in [
        (
            "another firm's",
            world
                .app()
                .colleague_link(&world.boss, made.account)
                .map(drop),
        ),
        (
            "another firm's",
            world
                .app()
                .close_colleague(&world.boss, made.account)
                .map(drop),
        ),
        (
            "the own",
            world
                .app()
                .close_colleague(&world.boss, world.boss.account)
                .map(drop),
        ),
        ("an officer's", {
            let officer = world.house.as_role("section_officer");
            world
                .app()
                .close_colleague(&world.boss, officer.account)
                .map(drop)
        }),
        (
            "nobody's",
            world.app().colleague_link(&world.boss, Id(4_711)).map(drop),
        ),
    ] {
        assert_eq!(refused(answer).reason, Reason::NotFound, "{what}");
    }
    for role in ["ent_admin", "section_officer", "sys_admin", "nobody"] {
        let no = refused(world.add(&world.boss, "mighty", role));
        assert_eq!(no.blames[0].pointer, "/role", "{role}");
    }
    for role in ["section_officer", "sys_admin", "town_qo"] {
        let who = world.house.as_role(role);
        let no = refused(world.add(&who, "anyone", "ent_safety"));
        assert_eq!(no.reason, Reason::Forbidden, "{role}");
    }
    let no = refused(world.add(&Actor::public(), "anyone", "ent_safety"));
    assert_eq!(no.reason, Reason::Forbidden);
}

#[test]
fn accounts_are_few_proven_and_tell_nothing_of_others() {
    let world = World::new();
    let stale = Actor {
        freshness: Freshness::Never,
        ..world.boss.clone()
    };
    assert_eq!(
        refused(world.add(&stale, "anquan3", "ent_safety")).reason,
        Reason::Unproved
    );
    // A login that is taken is answered with another, not with whose it is.
    world.house.as_role("section_officer");
    let made = world
        .add(&world.boss, "bureau.lead", "ent_safety")
        .expect("made");
    let twin = world
        .add(&world.other, "bureau.lead", "ent_safety")
        .expect("made");
    assert_eq!(
        (made.login.as_str(), twin.login.as_str()),
        ("bureau.lead", "bureau.lead2")
    );
    for n in 0..4 {
        world
            .add(&world.boss, &format!("more{n}"), "ent_safety")
            .expect("room");
    }
    let full = refused(world.add(&world.boss, "toomany", "ent_safety"));
    assert_eq!(full.reason, Reason::Conflict);
    assert_eq!(
        refused(world.add(&world.boss, "13805710000", "ent_safety")).blames[0].pointer,
        "/login"
    );
}
