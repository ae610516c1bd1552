//! Applying for an account by those who have none: what they may send, what they learn, what it
//! becomes, and what they try in vain.

mod rivals;

use std::net::IpAddr;

use app::{App, Input, No, Outcome, Saved};
use kernel::{Actor, Freshness, Id, Moment, Raw, Reason, Refusal, Value, Words};
use testkit::TestApp;

use crate::product::{self, Which};

const REQUEST: &str = "registry.account_request";
const ENTERPRISE: &str = "registry.enterprise";
const ACCOUNT: &str = "house.account";
/// A sample firm of the registry.
const KNOWN: &str = "91330109MA21002120";
const KNOWN_NAME: &str = "杭州湘江特种钢管有限公司";
/// A right code in the same county that no sample has.
const UNKNOWN: &str = "91330109MA9000003F";
const UNKNOWN_NAME: &str = "杭州新到机械有限公司";
/// A town of the county.
const TOWN: &str = "330109001";
const PASSWORD: &str = "Shangbao-2027-abc";
const TWICE: (&str, &str) = (PASSWORD, PASSWORD);
const DAY: i64 = 24 * 3_600_000_000;

fn refused<T: std::fmt::Debug>(outcome: Outcome<T>) -> Refusal {
    match outcome.unwrap_err() {
        No::Refused(refusal) => refusal,
        No::Broke(error) => panic!("the world broke: {error:?}"),
    }
}

fn blames(refusal: &Refusal) -> Vec<(&str, &str)> {
    refusal
        .blames
        .iter()
        .map(|b| (b.pointer.as_str(), b.code))
        .collect()
}

fn from(last: u8) -> Option<IpAddr> {
    Some(IpAddr::from([203, 0, 113, last]))
}

struct World {
    house: TestApp,
    officer: Actor,
}

impl World {
    fn new() -> World {
        let house = product::house();
        product::enter_samples(&house, Which::All);
        let officer = house.as_role("section_officer");
        World { house, officer }
    }

    fn app(&self) -> &App {
        &self.house.app
    }

    fn apply(&self, at: u8, code: &str, extra: &[(&str, &str)]) -> Outcome<String> {
        self.app().enrol(from(at), &asked(code, extra), TWICE)
    }

    /// The application of that public number, as its record.
    fn request(&self, no: &str) -> Id {
        let register = self.house.register(REQUEST);
        let ask = app::Ask::default();
        let (page, _) = self
            .app()
            .list(&self.officer, register, &ask)
            .expect("a list");
        let of = |id: &Id| {
            let matter = self.app().matter(&self.officer, register, *id);
            let matter = matter.expect("asked").expect("a matter");
            matter.public_no == no
        };
        let found = page.rows.iter().map(|row| row.id).find(of);
        found.expect("the application")
    }

    fn act(&self, who: &Actor, id: Id, action: &str) -> Outcome<Saved> {
        let opens = action.starts_with("confirm");
        let town = [("town", TOWN)];
        self.act_with(who, id, action, if opens { &town } else { &[] })
    }

    fn act_with(
        &self,
        who: &Actor,
        id: Id,
        action: &str,
        typed: &[(&str, &str)],
    ) -> Outcome<Saved> {
        let words = Words {
            reason: Some("电话核实，不是本单位的人"),
            opinion: Some("已按登记的电话回拨核实"),
            ..Words::default()
        };
        let register = self.house.register(REQUEST);
        let (view, _) = self.app().record(who, register, id, None)?;
        let typed = typed.iter();
        let typed: Input = typed
            .map(|(name, value)| ((*name).to_owned(), Raw::text(*value)))
            .collect();
        self.app()
            .act(who, register, id, view.version, action, &typed, words)
    }

    fn field(&self, register: &str, id: Id, name: &str) -> Value {
        let register = self.house.register(register);
        let operator = Actor::operator();
        let (view, _) = self
            .app()
            .record(&operator, register, id, None)
            .expect("seen");
        let def = self.app().catalogue().at(register);
        let ix = def.field(name).expect("a field");
        match view.field(ix).expect("shown") {
            app::Seen::Plain(datum) => datum.value().clone(),
            app::Seen::Masked(text) => Value::Text(text.clone()),
            app::Seen::Erased => Value::Text("erased".to_owned()),
        }
    }

    /// The firm of the registry with that code.
    fn firm(&self, code: &str) -> Id {
        let register = self.house.register(ENTERPRISE);
        let found = self
            .app()
            .search(&Actor::operator(), code, 5)
            .expect("a search");
        let firm = found.iter().find(|hit| hit.register == register);
        firm.expect("a firm").id
    }

    /// Records of the registry and of applications apart: how many firms have the unknown code.
    fn firms(&self) -> usize {
        let register = self.house.register(ENTERPRISE);
        let found = self
            .app()
            .search(&Actor::operator(), UNKNOWN, 5)
            .expect("a search");
        found.iter().filter(|hit| hit.register == register).count()
    }
}

fn asked(code: &str, extra: &[(&str, &str)]) -> Input {
    let mut fields = vec![
        ("uscc", code),
        ("contact", "陈管理"),
        ("phone", "13805710000"),
        ("login", "xinqiye"),
    ];
    for (name, value) in extra {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), Raw::text(value)))
        .collect()
}

#[test]
fn a_confirmed_application_becomes_the_account_of_its_firm() {
    let world = World::new();
    // Codes are written as people write them.
    let no = world.apply(1, "91330109 ma21002120", &[]).expect("taken");
    let id = world.request(&no);
    let firm = world.firm(KNOWN);
    assert_eq!(world.field(REQUEST, id, "entity"), Value::Id(firm));
    let waiting = world.app().enrolled(from(1), &no, PASSWORD).expect("told");
    assert!(waiting.waits && waiting.login.is_none());
    // It lies in the to-do of whoever may decide, and nobody else's.
    let todo = |role: &str| {
        let who = world.house.as_role(role);
        let page = world.app().todo(&who, app::Tab::Todo, 0).expect("a page");
        page.rows.iter().any(|row| row.record == id)
    };
    assert!(todo("section_officer") && todo("window"));
    assert!(!todo("town_qo") && !todo("station_officer"));
    assert!(world.app().account("xinqiye").expect("asked").is_none());
    let town = world.house.as_role("town_qo");
    assert_eq!(
        refused(world.act(&town, id, "confirm")).reason,
        Reason::NotFound
    );
    world.act(&world.officer, id, "confirm").expect("confirmed");
    let (_, session) = world.app().sign_in("xinqiye", PASSWORD).expect("signed in");
    assert_eq!(session.owes, None, "the password is the person's own");
    let actor = session.actor();
    assert_eq!(actor.subject, Some(firm));
    assert_eq!(actor.role(), Some("ent_admin"));
    let told = world.app().enrolled(from(1), &no, PASSWORD).expect("told");
    assert_eq!(
        (told.waits, told.login.as_deref()),
        (false, Some("xinqiye"))
    );
    // The hash moved: the application keeps none.
    let register = world.house.register(REQUEST);
    let password = world
        .app()
        .catalogue()
        .at(register)
        .field("password")
        .expect("a field");
    let left = world
        .house
        .store
        .read(|reader| reader.secret(register, id, password));
    assert_eq!(left.expect("read"), None);
    assert_eq!(
        refused(world.act(&world.officer, id, "confirm")).reason,
        Reason::Conflict
    );
}

#[test]
fn an_unknown_firm_is_entered_by_the_officer_and_never_silently() {
    let world = World::new();
    let no = refused(world.apply(1, UNKNOWN, &[]));
    assert_eq!(blames(&no), [("/firm_given", "rule")]);
    let no = world
        .apply(1, UNKNOWN, &[("firm_given", UNKNOWN_NAME)])
        .expect("taken");
    let id = world.request(&no);
    assert_eq!(
        world.field(REQUEST, id, "division"),
        Value::Text("330109".into())
    );
    assert_eq!(world.firms(), 0, "an application makes no firm");
    assert_eq!(
        refused(world.act(&world.officer, id, "confirm")).reason,
        Reason::Conflict
    );
    assert_eq!(world.firms(), 0);
    world
        .act(&world.officer, id, "confirm_new")
        .expect("confirmed");
    let firm = world.firm(UNKNOWN);
    assert_eq!(
        world.field(ENTERPRISE, firm, "name"),
        Value::Text(UNKNOWN_NAME.into())
    );
    assert_eq!(world.field(REQUEST, id, "entity"), Value::Id(firm));
    let (_, session) = world.app().sign_in("xinqiye", PASSWORD).expect("signed in");
    assert_eq!(session.actor().subject, Some(firm));
}

/// A county says too little: the officer chooses the town, and reports take it from the registry.
#[test]
fn the_town_of_a_new_firm_is_chosen_once_for_all_its_reports() {
    let world = World::new();
    let town = [("code", TOWN), ("title", "金埠街道")];
    let listed = world
        .house
        .create(&Actor::operator(), "house.division", &town);
    listed.expect("a town of the county");
    for (at, code, name, action) in [
        (1, KNOWN, "", "confirm"),
        (2, UNKNOWN, UNKNOWN_NAME, "confirm_new"),
    ] {
        let login = format!("qiye{at}");
        let extra = [("firm_given", name), ("login", login.as_str())];
        let no = world.apply(at, code, &extra).expect("taken");
        let id = world.request(&no);
        let county = refused(world.act_with(&world.officer, id, action, &[]));
        assert!(
            county.message.zh.contains("所在镇街"),
            "{action}: {county:?}"
        );
        let elsewhere = world.act_with(&world.officer, id, action, &[("town", "330110001")]);
        assert!(refused(elsewhere).message.zh.contains("不在"), "{action}");
        let town = [("town", TOWN)];
        world
            .act_with(&world.officer, id, action, &town)
            .expect("confirmed");
        let firm = world.firm(code);
        let place = Value::Text(TOWN.into());
        assert_eq!(world.field(ENTERPRISE, firm, "division"), place);
        // What the firm reports stands there at once.
        let (_, session) = world.app().sign_in(&login, PASSWORD).expect("signed in");
        let reports = world.house.register("special_equipment.report");
        let field = world.app().catalogue().at(reports).field("place");
        let field = field.expect("a place");
        let (known, _) = world
            .app()
            .prefilled(&session.actor(), reports, &[field])
            .expect("prefilled");
        assert_eq!(known, [(field, place)], "{action}");
    }
}

/// Where the address names the town, the officer finds it in the box.
#[test]
fn the_town_that_the_address_names_is_filled_in() {
    let world = World::new();
    let operator = Actor::operator();
    for (code, title) in [(TOWN, "金埠街道"), ("330109002", "石岭街道")] {
        let town = [("code", code), ("title", title)];
        let listed = world.house.create(&operator, "house.division", &town);
        listed.expect("a town of the county");
    }
    let firm = |code: &str, address: &str| {
        let fields = [
            ("uscc", code),
            ("name", UNKNOWN_NAME),
            ("division", "330109"),
            ("address", address),
        ];
        world.house.create(&operator, ENTERPRISE, &fields)
    };
    firm(UNKNOWN, "萧山区金埠街道工业园 6 号").expect("a firm");
    let no = world.apply(1, UNKNOWN, &[]).expect("taken");
    let id = world.request(&no);
    assert_eq!(world.field(REQUEST, id, "town"), Value::Text(TOWN.into()));
    world
        .act_with(&world.officer, id, "confirm", &[])
        .expect("confirmed as it stands");
    let place = world.field(ENTERPRISE, world.firm(UNKNOWN), "division");
    assert_eq!(place, Value::Text(TOWN.into()));
    // Without a town in the address the officer is asked.
    let no = world.apply(2, KNOWN, &[]).expect("taken");
    assert_eq!(
        world.field(REQUEST, world.request(&no), "town"),
        Value::Null
    );
}

#[test]
fn a_firm_entered_meanwhile_is_taken_and_not_made_twice() {
    let world = World::new();
    let extra = [("firm_given", UNKNOWN_NAME)];
    let no = world.apply(1, UNKNOWN, &extra).expect("taken");
    let id = world.request(&no);
    let fields = [
        ("uscc", UNKNOWN),
        ("name", UNKNOWN_NAME),
        ("division", "330109"),
    ];
    let made = world
        .house
        .create(&world.officer, ENTERPRISE, &fields)
        .expect("a firm");
    world
        .act(&world.officer, id, "confirm_new")
        .expect("confirmed");
    assert_eq!(world.field(REQUEST, id, "entity"), Value::Id(made.id));
    assert_eq!(world.firms(), 1);
}

#[test]
fn a_refused_applicant_reads_why_and_may_apply_again() {
    let world = World::new();
    let no = world.apply(1, KNOWN, &[]).expect("taken");
    world
        .act(&world.officer, world.request(&no), "refuse")
        .expect("refused");
    let told = world.app().enrolled(from(1), &no, PASSWORD).expect("told");
    let why = told.reason.unwrap_or_default().zh;
    assert!(why.starts_with("电话核实，不是本单位的人"), "{why}");
    assert!(!told.waits && told.login.is_none());
    assert!(world.app().account("xinqiye").expect("asked").is_none());
    world.apply(1, KNOWN, &[]).expect("once more");
}

/// Neither the answer to an application nor the time of asking tells who has an account.
#[test]
fn nobody_learns_of_other_accounts() {
    let world = World::new();
    let firm = world.firm(KNOWN);
    world.house.person("xinqiye", "ent_admin", Some(firm));
    // A login that is taken and a firm that has an account are answered as any other.
    let no = world.apply(1, KNOWN, &[]).expect("taken like any other");
    assert_eq!(no.len(), 16);
    let known = world.app().look_up_unit(from(1), KNOWN).expect("known");
    assert_eq!(known.code, KNOWN);
    assert_eq!(known.name.as_deref(), Some("杭州湘江**有限公司"));
    let unknown = world
        .app()
        .look_up_unit(from(1), UNKNOWN)
        .expect("a right code");
    assert_eq!(unknown.name, None);
    let wrong = refused(world.app().look_up_unit(from(1), "91330109MA21002121"));
    assert_eq!(wrong.blames[0].pointer, "/uscc");
    // The officer is told that the firm has one; the login opened is another.
    let id = world.request(&no);
    let saved = world.act(&world.officer, id, "confirm").expect("confirmed");
    let codes: Vec<&str> = saved.warnings.iter().map(|w| w.code).collect();
    assert!(codes.contains(&"has_account"), "{codes:?}");
    let told = world.app().enrolled(from(1), &no, PASSWORD).expect("told");
    assert_eq!(told.login.as_deref(), Some("xinqiye2"));
    world
        .app()
        .sign_in("xinqiye2", PASSWORD)
        .expect("signed in");
}

#[test]
fn a_wrong_number_and_a_wrong_password_are_answered_alike() {
    let world = World::new();
    let no = world.apply(1, KNOWN, &[]).expect("taken");
    let wrong = refused(world.app().enrolled(from(1), &no, "Shangbao-2027-abd"));
    let none = refused(world.app().enrolled(from(1), "0123456789ABCDEF", PASSWORD));
    let nothing = refused(world.app().enrolled(from(1), "x", PASSWORD));
    assert_eq!(wrong.message, none.message);
    assert_eq!(wrong.message, nothing.message);
    assert_eq!(wrong.reason, Reason::Unauthorised);
    // After five guesses one waits, though the sixth were right.
    for _ in 2..6 {
        refused(world.app().enrolled(from(1), &no, "Shangbao-2027-abd"));
    }
    let waits = refused(world.app().enrolled(from(1), &no, PASSWORD));
    assert_eq!(waits.reason, Reason::TooMany);
}

#[test]
fn everything_that_is_wrong_is_told_at_once() {
    let world = World::new();
    let input = vec![
        ("uscc".to_owned(), Raw::text("91330109MA21002121")),
        ("contact".to_owned(), Raw::text("")),
        ("phone".to_owned(), Raw::text("12")),
        ("login".to_owned(), Raw::text("13805710000")),
        ("opened".to_owned(), Raw::text("admin")),
        ("entity".to_owned(), Raw::text("0000000000001")),
    ];
    let no = refused(world.app().enrol(from(1), &input, ("short", "shorter")));
    let mut places: Vec<&str> = no.blames.iter().map(|b| b.pointer.as_str()).collect();
    places.sort_unstable();
    places.dedup();
    let expected = [
        "/again",
        "/contact",
        "/entity",
        "/firm_given",
        "/login",
        "/opened",
        "/password",
        "/phone",
        "/uscc",
    ];
    assert_eq!(places, expected, "{no:?}");
    // What is not asked is not looked at: nobody learns by it which records there are.
    let entity = no.blames.iter().filter(|b| b.pointer == "/entity");
    assert!(entity.map(|b| b.code).eq(["unknown"]), "{no:?}");
    // The password hash is typed nowhere.
    let hash = [(
        "password",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2g",
    )];
    let no = refused(world.apply(1, KNOWN, &hash));
    assert_eq!(no.blames[0].pointer, "/password");
    // The login may not be the password either.
    let no = refused(
        world
            .app()
            .enrol(from(1), &asked(KNOWN, &[("login", PASSWORD)]), TWICE),
    );
    assert_eq!(blames(&no), [("/password", "password")]);
}

#[test]
fn one_address_sends_few_and_all_together_not_many() {
    let world = World::new();
    let mut last = None;
    for _ in 0..12 {
        last = Some(world.app().enrol(from(1), &asked("x", &[]), TWICE));
    }
    let no = refused(last.expect("sent"));
    assert_eq!(no.reason, Reason::TooMany);
    assert!(no.wait_seconds.is_some_and(|seconds| seconds > 0));
    // Another address may.
    world.apply(2, KNOWN, &[]).expect("taken");
    let lookups = (0..61).map(|_| world.app().look_up_unit(from(3), KNOWN));
    let answers: Vec<_> = lookups.collect();
    assert!(answers.last().is_some_and(Result::is_err));
}

#[test]
fn what_nobody_attends_to_ends_and_its_personal_values_go() {
    let world = World::new();
    let no = world.apply(1, KNOWN, &[]).expect("taken");
    let id = world.request(&no);
    assert_eq!(world.app().end_enrolments().expect("ended"), 0);
    // The program does it; whoever tries is told so.
    let by_hand = refused(world.act(&world.officer, id, "expire"));
    assert_eq!(by_hand.message.zh, "“逾期终止”由系统自动办理");
    let begun = world.app().now();
    world.house.clock.set(Moment(begun.0 + 31 * DAY));
    assert_eq!(world.app().end_enrolments().expect("ended"), 1);
    let told = world.app().enrolled(from(1), &no, PASSWORD).expect("told");
    assert_eq!(told.state.zh, "逾期终止");
    world.apply(1, KNOWN, &[]).expect("the way is free");
    world.house.clock.set(Moment(begun.0 + 62 * DAY));
    // The second ends too, and the first is erased.
    assert_eq!(world.app().end_enrolments().expect("ended"), 2);
    assert_eq!(
        world.field(REQUEST, id, "contact"),
        Value::Text("erased".into())
    );
    assert_eq!(
        refused(world.app().enrolled(from(1), &no, PASSWORD)).reason,
        Reason::Unauthorised
    );
    assert_eq!(world.app().end_enrolments().expect("ended"), 0, "each once");
}

/// Nobody gets by another way what the page gives.
#[test]
fn applications_are_made_by_the_page_alone() {
    let world = World::new();
    let fields = [
        ("uscc", KNOWN),
        ("contact", "陈管理"),
        ("phone", "13805710000"),
        ("login", "xinqiye"),
    ];
    for role in ["section_officer", "ent_admin", "sys_admin", "window"] {
        let firm = (role == "ent_admin").then(|| world.firm(KNOWN));
        let who = world.house.person(role, role, firm);
        let no = refused(world.house.create(&who, REQUEST, &fields));
        assert_eq!(no.reason, Reason::Forbidden, "{role}");
    }
    let public = Actor::public();
    assert_eq!(
        refused(world.house.create(&public, REQUEST, &fields)).reason,
        Reason::Forbidden
    );
    // Confirming has legal effect: without a fresh proof nobody does it.
    let no = world.apply(1, KNOWN, &[]).expect("taken");
    let stale = Actor {
        freshness: Freshness::Never,
        ..world.officer.clone()
    };
    let id = world.request(&no);
    assert_eq!(
        refused(world.act(&stale, id, "confirm")).reason,
        Reason::Unproved
    );
    // What everybody may follow names nobody.
    let shown = format!("{:?}", world.app().progress_public(&no).expect("public"));
    for secret in ["陈管理", "13805710000", "xinqiye", KNOWN, KNOWN_NAME] {
        assert!(!shown.contains(secret), "{secret}: {shown}");
    }
    assert!(
        world
            .app()
            .record(&public, world.house.register(REQUEST), id, None)
            .is_err()
    );
    let account = world.house.register(ACCOUNT);
    assert!(
        world
            .app()
            .list(&world.officer, account, &app::Ask::default())
            .is_err()
    );
}
