//! What the public says of a matter: who learns of it, when it becomes public, what never does.

use std::net::IpAddr;

use app::{No, Outcome, Tab};
use kernel::{Actor, Id, Moment, Reason, Refusal, Words};
use testkit::{TestApp, input};

use crate::product::{self, Which};

const REPORT: &str = "special_equipment.report";
const COMMENT: &str = "house.comment";
const DAY: i64 = 24 * 3_600_000_000;
const WORDS: &str = "核查拖了一个星期没有人来";

fn refused<T: std::fmt::Debug>(outcome: Outcome<T>) -> Refusal {
    match outcome.unwrap_err() {
        No::Refused(refusal) => refusal,
        No::Broke(error) => panic!("the world broke: {error:?}"),
    }
}

/// An address of a network of its own.
fn from(network: u8) -> Option<IpAddr> {
    Some(IpAddr::from([198, 51, network, 7]))
}

/// A sample county in which an enterprise's report waits for its town.
struct World {
    house: TestApp,
    public_no: String,
}

impl World {
    fn new() -> World {
        let house = product::house();
        for role in [
            "section_officer",
            "section_head",
            "bureau_lead",
            "town_lead",
        ] {
            house.as_role(role);
        }
        product::enter_samples(&house, Which::All);
        let register = house.register(REPORT);
        let officer = house.as_role("section_officer");
        let ask = app::Ask::default();
        let (page, _) = house.app.list(&officer, register, &ask).expect("a list");
        let running = page.rows.iter().find_map(|row| {
            let matter = house.app.matter(&officer, register, row.id).ok()??;
            (matter.standing == app::MatterStanding::Running).then_some(matter.public_no)
        });
        let public_no = running.expect("a running matter");
        World { house, public_no }
    }

    fn say(&self, at: u8, words: &str, contact: &str) -> Outcome<Id> {
        let app = &self.house.app;
        app.comment(from(at), &self.public_no, words, contact)
    }

    fn act(&self, who: &Actor, id: Id, action: &str, fields: &[(&str, &str)]) -> Outcome<()> {
        let register = self.house.register(COMMENT);
        let app = &self.house.app;
        let (view, _) = app.record(who, register, id, None)?;
        let words = Words {
            reason: Some("含有个人信息"),
            ..Words::default()
        };
        let sent = input(fields);
        app.act(who, register, id, view.version, action, &sent, words)
            .map(drop)
    }

    /// Words and answers on the public page.
    fn public(&self) -> Vec<(String, Option<String>)> {
        let shown = self.house.app.progress_public(&self.public_no);
        let comments = shown.expect("public").comments.into_iter();
        comments.map(|one| (one.words, one.answer)).collect()
    }

    fn todo(&self, role: &str) -> Vec<Id> {
        let who = self.house.as_role(role);
        let page = self.house.app.todo(&who, Tab::Todo, 0).expect("a page");
        page.rows.iter().map(|row| row.record).collect()
    }
}

#[test]
fn a_comment_is_seen_at_once_inside_and_outside_only_after_release() {
    let world = World::new();
    let id = world.say(1, WORDS, "138 0571 0000").expect("taken");
    assert!(world.public().is_empty(), "not before it is released");
    // The section has it to do; the lead is told.
    assert!(world.todo("section_officer").contains(&id));
    assert!(!world.todo("town_qo").contains(&id));
    let lead = world.house.as_role("bureau_lead");
    let notices = world.house.app.notices(&lead, 0).expect("notices");
    let told = notices.rows.iter().filter(|row| row.record == id);
    assert_eq!(told.count(), 1);
    let officer = world.house.as_role("section_officer");
    let town = world.house.as_role("town_lead");
    let answer = [("answer", "已于三月二日到现场核查")];
    world
        .act(&town, id, "reply", &answer)
        .expect("the unit answers");
    assert!(world.public().is_empty(), "an answer is no release");
    assert_eq!(
        refused(world.act(&town, id, "release", &[])).reason,
        Reason::Forbidden
    );
    world.act(&officer, id, "release", &[]).expect("released");
    let shown = (WORDS.to_owned(), Some(answer[0].1.to_owned()));
    assert_eq!(world.public(), [shown]);
    assert!(!world.todo("section_officer").contains(&id));
    // The contact is sealed, and public nowhere.
    let page = format!("{:?}", world.house.app.progress_public(&world.public_no));
    assert!(!page.contains("0571"), "{page}");
    let seen = world
        .house
        .app
        .record(&officer, world.house.register(COMMENT), id, None);
    assert!(!format!("{seen:?}").contains("138 0571 0000"));
    world
        .act(&officer, id, "answer", &[("answer", "已办结")])
        .expect("more");
    assert_eq!(world.public()[0].1.as_deref(), Some("已办结"));
    world.act(&officer, id, "retract", &[]).expect("taken down");
    assert!(world.public().is_empty());
}

#[test]
fn what_is_withheld_never_becomes_public() {
    let world = World::new();
    let id = world.say(1, WORDS, "").expect("taken");
    let officer = world.house.as_role("section_officer");
    world.act(&officer, id, "withhold", &[]).expect("withheld");
    assert!(world.public().is_empty());
    assert_eq!(
        refused(world.act(&officer, id, "release", &[])).reason,
        Reason::Conflict
    );
}

#[test]
fn what_is_no_comment_is_refused_where_it_is_wrong() {
    let world = World::new();
    let places = |no: Refusal| -> Vec<(String, &str)> {
        no.blames.into_iter().map(|b| (b.pointer, b.code)).collect()
    };
    let no = |words: &str, contact: &str| places(refused(world.say(1, words, contact)));
    assert_eq!(no("  ", ""), [("/words".into(), "required")]);
    assert_eq!(no(&"字".repeat(501), ""), [("/words".into(), "length")]);
    assert_eq!(
        no("找张三 13805710000", ""),
        [("/words".into(), "personal")]
    );
    assert_eq!(no(WORDS, &"1".repeat(61)), [("/contact".into(), "length")]);
    let app = &world.house.app;
    for number in ["0123456789ABCDEF", "x", "", "'; DROP TABLE comment; --"] {
        assert_eq!(
            refused(app.comment(from(2), number, WORDS, "")).reason,
            Reason::NotFound
        );
    }
}

#[test]
fn one_place_says_little_and_everybody_else_still_can() {
    let world = World::new();
    for _ in 0..3 {
        world.say(1, WORDS, "").expect("taken");
    }
    assert_eq!(refused(world.say(1, WORDS, "")).reason, Reason::TooMany);
    // Nor do the other addresses of one network say more than ten a day.
    let app = &world.house.app;
    let beside = |last| {
        let address = Some(IpAddr::from([198, 51, 2, last]));
        app.comment(address, &world.public_no, WORDS, "").is_ok()
    };
    assert_eq!((0..30).filter(|last| beside(*last)).count(), 10);
    // What is refused for its words takes nobody's place.
    for _ in 0..9 {
        refused(world.say(3, "  ", ""));
    }
    for at in 3..16 {
        for _ in 0..3 {
            if world.say(at, WORDS, "").is_err() {
                break;
            }
        }
    }
    // More than fifty wait now: whoever has not spoken has one.
    world.say(99, WORDS, "").expect("a first");
    assert_eq!(refused(world.say(99, WORDS, "")).reason, Reason::TooMany);
    world.say(98, WORDS, "").expect("another first");
    let now = app.now();
    world.house.clock.set(Moment(now.0 + DAY));
    world.say(1, WORDS, "").expect("another day");
}

/// A proxy that does not tell for whom it speaks, and this machine, are one place together.
#[test]
fn those_of_whom_no_address_is_known_are_one_place() {
    let world = World::new();
    let app = &world.house.app;
    let nowhere = [None, "127.0.0.1".parse().ok(), "::1".parse().ok()];
    let taken = (0..42).filter(|n| {
        let said = app.comment(nowhere[n % 3], &world.public_no, WORDS, "");
        said.map_err(refused_of).is_ok()
    });
    assert_eq!(taken.count(), 10);
    let asked = (0..400).filter(|n| {
        let found = app.look_up_unit(nowhere[n % 3], "91330109MA2100212X");
        found.map_err(refused_of).err() != Some(Reason::TooMany)
    });
    assert_eq!(asked.count(), 300);
    world.say(1, WORDS, "").expect("a place that is known");
}

fn refused_of(no: No) -> Reason {
    match no {
        No::Refused(refusal) => refusal.reason,
        No::Broke(error) => panic!("the world broke: {error:?}"),
    }
}

/// Many are read at one look, and what is decided makes room.
#[test]
fn comments_are_released_and_withheld_together() {
    let world = World::new();
    let all: Vec<Id> = (1..=6)
        .map(|at| world.say(at, WORDS, "").expect("taken"))
        .collect();
    let officer = world.house.as_role("section_officer");
    let register = world.house.register(COMMENT);
    let app = &world.house.app;
    let looked = |ids: &[Id]| -> Vec<(Id, i64)> {
        let version = |id: &Id| {
            let (view, _) = app.record(&officer, register, *id, None).expect("seen");
            (*id, view.version)
        };
        ids.iter().map(version).collect()
    };
    let words = Words {
        reason: Some("与本办件无关"),
        ..Words::default()
    };
    for (action, ids) in [("release", &all[..4]), ("withhold", &all[4..])] {
        let done = app.act_many(&officer, register, action, &looked(ids), words);
        for (id, outcome) in done.expect("a batch") {
            outcome.unwrap_or_else(|no| panic!("{action} {id}: {no:?}"));
        }
    }
    assert_eq!(world.public().len(), 4);
    assert!(
        !world
            .todo("section_officer")
            .iter()
            .any(|id| all.contains(id))
    );
}

/// Nobody writes a comment by another way, nor reads one that is not his to read.
#[test]
fn comments_are_made_by_the_page_alone_and_read_where_the_matter_lies() {
    let world = World::new();
    let id = world.say(1, WORDS, "").expect("taken");
    let register = world.house.register(COMMENT);
    let fields = [("words", WORDS), ("public_no", world.public_no.as_str())];
    let app = &world.house.app;
    let hits = app
        .search(&Actor::operator(), "91330109MA21002120", 5)
        .expect("a search");
    let registry = world.house.register("registry.enterprise");
    let firm = hits
        .iter()
        .find(|hit| hit.register == registry)
        .expect("a firm");
    let firm = world.house.as_own("ent_admin", firm.id);
    let people = ["section_officer", "town_qo"].map(|role| world.house.as_role(role));
    for who in people.iter().chain([&firm]) {
        let made = world.house.create(who, COMMENT, &fields);
        assert_eq!(refused(made).reason, Reason::Forbidden, "{}", who.login);
    }
    for who in [Actor::public(), firm] {
        assert_eq!(
            refused(app.record(&who, register, id, None)).reason,
            Reason::NotFound
        );
    }
}
