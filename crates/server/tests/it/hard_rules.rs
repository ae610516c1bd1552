//! The hard rules of the permission matrix (`organisation.md` §2.2), each asked of the use cases over
//! the whole house.

use std::collections::{BTreeSet, HashMap};

use app::{Ask, ExportFormat, Labels, Leave, NewUnit, No, Outcome};
use catalogue::{Kind, Phase, Reach, Register, Verb};
use kernel::flow::Writer;
use kernel::{Actor, Id, Raw, Reason, Refusal, Value, Words};
use testkit::input;

use crate::planted::{NEAR, Plantation, Planted, Side, may_see, rights};

pub const PASSWORD: &str = "Station-2027";

pub fn words() -> Words<'static> {
    Words {
        reason: Some("核对硬规则"),
        opinion: Some("核对硬规则"),
        ..Words::default()
    }
}

pub fn no<T: std::fmt::Debug>(outcome: Outcome<T>) -> Option<Refusal> {
    match outcome {
        Ok(_) => None,
        Err(No::Refused(refusal)) => Some(refusal),
        Err(No::Broke(error)) => panic!("the world broke: {error:?}"),
    }
}

pub fn why<T: std::fmt::Debug>(outcome: Outcome<T>) -> Option<Reason> {
    no(outcome).map(|no| no.reason)
}

/// Whether somebody has the right, whatever else is wanting.
fn is_let<T: std::fmt::Debug>(outcome: Outcome<T>) -> bool {
    let wanting = [Reason::Invalid, Reason::Stale, Reason::Duplicate];
    why(outcome).is_none_or(|reason| wanting.contains(&reason))
}

fn near(plantation: &Plantation) -> impl Iterator<Item = (&Planted, &Register)> {
    let catalogue = plantation.catalogue();
    let near = plantation.records.iter().filter(|r| r.side == Side::Near);
    near.map(|record| (record, catalogue.at(record.register)))
}

/// (1) maker ≠ approver on one record, nor by a deputy of either.
#[test]
fn hard_rule_1_the_maker_is_not_the_approver() {
    let plantation = Plantation::new();
    let app = &plantation.house.app;
    let mut actions = BTreeSet::new();
    for (like, def) in near(&plantation) {
        for action in def.actions.iter().filter(|a| a.not_by_creator) {
            if !like.state.is_some_and(|state| action.from.contains(&state)) {
                continue;
            }
            for role in action.by.iter().filter(|role| role.as_str() != "system") {
                let maker = plantation.actor(role, like.subject);
                let made = plantation.made_by(&maker, like, NEAR);
                let of = |who: &Actor| Actor {
                    subject: made.subject,
                    ..who.clone()
                };
                let maker = of(&maker);
                let other = Actor {
                    account: Id(4_711),
                    ..maker.clone()
                };
                let deputy = Actor {
                    on_behalf: Some(maker.account),
                    ..other.clone()
                };
                let tries = |who: &Actor| {
                    let (none, name) = (Vec::new(), &action.name);
                    why(app.rehearse_act(who, made.register, made.id, 1, name, &none, words()))
                };
                let told = format!("{} {} by {role}", def.name, action.name);
                if !may_see(def, &maker, &made) {
                    continue;
                }
                assert_eq!(tries(&maker), Some(Reason::Forbidden), "{told}: the maker");
                assert_eq!(
                    tries(&deputy),
                    Some(Reason::Forbidden),
                    "{told}: his deputy"
                );
                assert_ne!(tries(&other), Some(Reason::Forbidden), "{told}: another");
                actions.insert(told);
            }
        }
    }
    assert!(actions.len() >= 20, "only {actions:?}");
}

/// (1) nor does anybody approve in one post what he moved in another, however well each post is his.
#[test]
fn hard_rule_1_nobody_approves_what_he_moved_in_another_post() {
    let plantation = Plantation::new();
    let app = &plantation.house.app;
    let catalogue = plantation.catalogue().clone();
    let mut actions = BTreeSet::new();
    for (like, def) in near(&plantation).filter(|(_, def)| def.is_flow()) {
        for action in def.actions.iter().filter(|a| a.not_by_creator) {
            if !like.state.is_some_and(|state| action.from.contains(&state)) {
                continue;
            }
            for role in action.by.iter().filter(|role| role.as_str() != "system") {
                let who = plantation.actor(role, like.subject);
                let maker = Actor {
                    account: Id(4_711),
                    ..who.clone()
                };
                let tries = |doer: Option<Id>, roles: &str| {
                    let made = plantation.made_by(&maker, like, NEAR);
                    let matter = plantation.house.store.next_id().expect("an id");
                    let of = |name: &str| Writer {
                        catalogue: &catalogue,
                        register: plantation.house.register(name),
                    };
                    let text = |text: &str| Value::Text(text.to_owned());
                    let record = ("record", text(&made.id.to_string()));
                    let about = vec![("register", text(&def.name)), record];
                    plantation
                        .commit(of("house.matter").insert(matter, "create", "running", about));
                    let done = vec![
                        ("matter", Value::Id(matter)),
                        ("step", Value::Int(1)),
                        ("at_state", text("earlier")),
                        ("kind", text("turn")),
                        ("roles", text(roles)),
                        ("began_at", Value::Moment(app.now())),
                        ("done_at", Value::Moment(app.now())),
                        ("doer", doer.map_or(Value::Null, Value::Id)),
                    ];
                    let task = plantation.house.store.next_id().expect("an id");
                    plantation.commit(of("house.task").insert(task, "create", "done", done));
                    let who = Actor {
                        subject: made.subject,
                        ..who.clone()
                    };
                    let (none, name) = (Vec::new(), &action.name);
                    may_see(def, &who, &made).then(|| {
                        why(app.rehearse_act(&who, made.register, made.id, 1, name, &none, words()))
                    })
                };
                let told = format!("{} {} by {role}", def.name, action.name);
                let Some(elsewhere) = tries(Some(who.account), "another_post") else {
                    continue;
                };
                assert_eq!(
                    elsewhere,
                    Some(Reason::Forbidden),
                    "{told}: in another post"
                );
                for (doer, roles) in [(Some(who.account), role.as_str()), (None, "another_post")] {
                    let let_in = tries(doer, roles).flatten();
                    assert_ne!(
                        let_in,
                        Some(Reason::Forbidden),
                        "{told}: {doer:?} as {roles}"
                    );
                }
                actions.insert(told);
            }
        }
    }
    assert!(actions.len() >= 20, "only {actions:?}");
}

/// (2) the scope is asked for every row and every file.
#[test]
fn hard_rule_2_the_scope_is_checked_for_every_row_and_file() {
    let plantation = Plantation::new();
    let app = &plantation.house.app;
    let hash = &plantation.file.hash;
    let (mut given, mut refused) = (0, 0);
    let mut lists: HashMap<_, Vec<Id>> = HashMap::new();
    for record in &plantation.records {
        let def = plantation.catalogue().at(record.register);
        let has = |field: &catalogue::FieldIx| matches!(def.get(*field).kind, Kind::Files { .. });
        let files: Vec<_> = def.all_fields().map(|(ix, _)| ix).filter(has).collect();
        for role in plantation.catalogue().roles.keys() {
            let who = plantation.actor(role, None);
            let told = format!("{role} {} {:?}", def.name, record.side);
            let visible = may_see(def, &who, record);
            let rows = lists.entry((record.register, role)).or_insert_with(|| {
                let page = app.list(&who, record.register, &whole());
                page.map_or(Vec::new(), |(page, _)| {
                    page.rows.iter().map(|row| row.id).collect()
                })
            });
            let listed = rows.contains(&record.id);
            assert!(visible || !listed, "{told}: a row");
            let file = why(app.download(&who, record.register, record.id, hash));
            let whole = |right: &(&str, &catalogue::Permission)| right.1.fields.is_none();
            if !visible {
                assert_eq!(file, Some(Reason::NotFound), "{told}: a file");
                refused += usize::from(!files.is_empty());
            } else if !files.is_empty() && rights(def, &who, Verb::See).iter().all(whole) {
                assert_eq!(file, None, "{told}: the file");
                given += 1;
            }
        }
    }
    assert!(
        given > 100 && refused > 100,
        "{given} given, {refused} refused"
    );
}

fn whole() -> Ask {
    Ask {
        unlisted: true,
        limit: Some(200),
        ..Ask::default()
    }
}

/// (3) who somebody is is told only to those with the right, for a reason. No register has informants
/// yet; what their identity will rest on holds for every personal value.
#[test]
fn hard_rule_3_identity_is_told_only_with_the_right_and_a_reason() {
    let plantation = Plantation::new();
    let app = &plantation.house.app;
    let (mut told, mut kept) = (0, 0);
    for record in &plantation.records {
        let def = plantation.catalogue().at(record.register);
        for field in def.fields.iter().filter(|field| field.personal) {
            let ix = def.field(&field.name).expect("a field");
            for role in plantation.catalogue().roles.keys() {
                let own = def.permissions.get(role).filter(|p| p.within == Reach::Own);
                let who = plantation.actor(role, record.subject.filter(|_| own.is_some()));
                let ask =
                    |reason| app.reveal(&who, record.register, record.id, &field.name, reason);
                let covers = |right: &(&str, &catalogue::Permission)| {
                    let fields = right.1.fields.as_ref();
                    let shown = fields.is_none_or(|fields| fields.contains(&ix));
                    shown && crate::planted::reaches(def, *right, &who, record)
                };
                let may = may_see(def, &who, record)
                    && rights(def, &who, Verb::Reveal).iter().any(covers);
                let what = format!("{role} {}.{} {:?}", def.name, field.name, record.side);
                assert_eq!(
                    why(ask("  ")),
                    Some(Reason::Invalid),
                    "{what}: without a reason"
                );
                let (before, ..) = plantation.house.store.ledger_state().expect("a ledger");
                let answer = why(ask("核对硬规则"));
                let (after, ..) = plantation.house.store.ledger_state().expect("a ledger");
                assert_eq!(answer.is_none(), may, "{what}: {answer:?}");
                assert_eq!(after - before, u64::from(may), "{what}: in the ledger");
                told += usize::from(may);
                kept += usize::from(!may);
            }
        }
    }
    assert!(told > 50 && kept > 50, "{told} told, {kept} kept");
}

/// (4) a town or an enterprise never changes a confirmed value.
#[test]
fn hard_rule_4_towns_and_enterprises_change_no_confirmed_value() {
    let plantation = Plantation::new();
    let app = &plantation.house.app;
    let outside = |role: &&String| role.starts_with("town_") || role.starts_with("ent_");
    let mut faults = Vec::new();
    let mut asked = 0;
    for (record, def) in near(&plantation) {
        let phase = record
            .state
            .map_or(Phase::Open, |state| def.states[state.0].phase);
        if matches!(phase, Phase::Draft | Phase::Waiting) {
            continue;
        }
        for role in plantation.catalogue().roles.keys().filter(outside) {
            let who = plantation.actor(role, record.subject);
            let (register, id) = (record.register, record.id);
            let sent: Vec<(String, Raw)> = def
                .fields
                .iter()
                .filter(|field| field.typed() && matches!(field.kind, Kind::Text { .. }))
                .map(|field| (field.name.clone(), Raw::text("改一改")))
                .collect();
            asked += 1;
            let state = record.state.map(|state| def.states[state.0].name.as_str());
            if is_let(app.rehearse(&who, register, Some(id), &sent)) {
                faults.push(format!("{role} edits {} {state:?}", def.name));
            }
            // What a flow asks of them is an answer in its turn; so is that to a card of their own unit.
            let asks = def.is_flow() || def.name == "house.card";
            for action in def.actions.iter().filter(|_| !asks) {
                let name = &action.name;
                if is_let(app.rehearse_act(&who, register, id, 2, name, &sent, words())) {
                    faults.push(format!("{role} takes {name} on {} {state:?}", def.name));
                }
            }
        }
    }
    assert!(
        faults.is_empty(),
        "{} of {asked}\n{}",
        faults.len(),
        faults.join("\n")
    );
    assert!(asked > 100, "only {asked}");
}

/// (5) an account of an enterprise is bound to one: unbound it is nobody's, bound it has its own only.
#[test]
fn hard_rule_5_an_enterprise_account_is_bound_to_its_enterprise() {
    let plantation = Plantation::new();
    let app = &plantation.house.app;
    let mut asked = 0;
    for record in &plantation.records {
        let def = plantation.catalogue().at(record.register);
        for role in ["ent_admin", "ent_safety"] {
            let own = def.permissions.get(role).filter(|p| p.within == Reach::Own);
            if own.is_none() || may_see(def, &Actor::public(), record) {
                continue;
            }
            let reads = |subject| {
                let who = plantation.actor(role, subject);
                why(app.record(&who, record.register, record.id, None))
            };
            assert_eq!(reads(None), Some(Reason::NotFound), "{role} {}", def.name);
            let others = plantation.records.iter().filter_map(|r| r.subject);
            for other in others
                .filter(|other| Some(*other) != record.subject)
                .take(40)
            {
                assert_eq!(
                    reads(Some(other)),
                    Some(Reason::NotFound),
                    "{role} {}",
                    def.name
                );
            }
            asked += 1;
        }
    }
    assert!(asked > 50, "only {asked}");
}

/// (6) who leaves or moves loses the rights the same day, in the middle of a session.
#[test]
fn hard_rule_6_who_leaves_loses_the_rights_the_same_day() {
    let house = crate::product::house();
    let app = &house.app;
    let security = house.as_role("sec_admin");
    let accounts = house.register("house.account");
    for (action, fields) in [("lock", vec![]), ("move", vec![("role", "legal")])] {
        let person = house.person(&format!("leaver_{action}"), "section_officer", None);
        app.set_password(person.account, person.account, PASSWORD)
            .expect("set");
        let (token, session) = app.sign_in(&person.login, PASSWORD).expect("signed in");
        assert_eq!(session.actor().role(), Some("section_officer"));
        let (view, _) = app
            .record(&Actor::operator(), accounts, person.account, None)
            .expect("an account");
        let (id, version, sent) = (person.account, view.version, input(&fields));
        app.act(&security, accounts, id, version, action, &sent, words())
            .expect(action);
        let role = app
            .session(&token)
            .expect("asked")
            .map(|session| session.actor().role().map(str::to_owned));
        match action {
            "lock" => assert_eq!(role, None, "the session is over"),
            _ => assert_ne!(role.flatten().as_deref(), Some("section_officer")),
        }
    }
    let term = house.person("for_a_time", "section_officer", None);
    let until = "2027-03-01".parse().expect("a day");
    let (post, acting) = house.post(term.account, "section_head", Some(until));
    assert_eq!(acting.role(), Some("section_head"));
    house.today("2027-03-02");
    let after = app.person_at(term.account, post).expect("asked");
    assert!(after.is_none_or(|person| person.actor.role() != Some("section_head")));
}

/// (7) what is entrusted has a scope and an end, and is written down.
#[test]
fn hard_rule_7_a_delegation_has_scope_and_end_and_is_logged() {
    let plantation = Plantation::new();
    let house = &plantation.house;
    let head = house.as_role("section_head");
    let deputy = house.person("deputy", "legal", None);
    let day = |text: &str| text.parse::<jiff::civil::Date>().expect("a day");
    let leave = |until: &str| Leave {
        post: head.account,
        to: deputy.account,
        since: day("2027-03-01"),
        until: day(until),
        only: Some("registry.person"),
        reason: "年休假",
    };
    assert_eq!(
        why(house.app.entrust(&head, &leave("2029-03-01"))),
        Some(Reason::Invalid)
    );
    assert_eq!(
        why(house.app.entrust(&head, &leave("2027-02-28"))),
        Some(Reason::Invalid)
    );
    let post = house
        .app
        .entrust(&head, &leave("2027-03-05"))
        .expect("entrusted")
        .id;
    let acting = house.at(deputy.account, post);
    for (record, def) in
        near(&plantation).filter(|(_, def)| def.permissions.contains_key("section_head"))
    {
        let edits = is_let(house.app.rehearse(
            &acting,
            record.register,
            Some(record.id),
            &Vec::new(),
        ));
        let head_edits = is_let(house.app.rehearse(
            &head,
            record.register,
            Some(record.id),
            &Vec::new(),
        ));
        let within = def.name == "registry.person";
        assert_eq!(edits, head_edits && within, "{}", def.name);
        if !within && !may_see(def, &Actor::public(), record) {
            let reads = why(house.app.record(&acting, record.register, record.id, None));
            assert_eq!(reads, Some(Reason::NotFound), "{}", def.name);
        }
    }
    let (history, _) = house
        .app
        .history(&Actor::operator(), house.register("house.post"), post, None)
        .expect("a history");
    assert_eq!(
        (history[0].act.as_str(), history[0].who.as_str()),
        ("create", "section_head")
    );
    house.today("2027-03-05");
    assert!(
        house
            .app
            .person_at(deputy.account, post)
            .expect("asked")
            .is_some(),
        "the last day"
    );
    house.today("2027-03-06");
    let after = house.app.person_at(deputy.account, post).expect("asked");
    assert!(
        after.is_none_or(|person| person.actor.on_behalf.is_none()),
        "it is over"
    );
}

/// (8) the upper tiers see down; nobody sees sideways or up.
#[test]
fn hard_rule_8_one_sees_down_and_never_sideways() {
    let plantation = Plantation::new();
    let unit = |code: &str, kind: &str, area: &str| {
        let areas = [area.to_owned()];
        let unit = NewUnit {
            code,
            title: code,
            kind,
            parent: None,
            areas: &areas,
        };
        plantation
            .house
            .app
            .add_unit(&Actor::operator(), &unit)
            .expect("a unit");
        areas[0].clone()
    };
    let places = ["330109101000", "330109102000", "330106001000"];
    let city = unit("city", "city", "330100");
    let county = unit("county", "county", "330109");
    let town = unit("town", "town", places[0]);
    // Which of the three places each should see.
    let tiers = [
        ("upper_view", &city, [true, true, true]),
        ("section_head", &county, [true, true, false]),
        ("station_head", &town, [true, false, false]),
        ("town_qo", &town, [true, false, false]),
    ];
    let mut seen = [0; 4];
    for (like, def) in near(&plantation) {
        let everyones = may_see(def, &Actor::public(), like);
        if def.reach.is_none() || everyones {
            continue;
        }
        let made = places.map(|place| plantation.made_by(&Actor::operator(), like, place));
        for (at, (role, area, sees)) in tiers.iter().enumerate() {
            let permission = def.permissions.get(*role);
            if permission.is_none_or(|p| matches!(p.within, Reach::All | Reach::Own)) {
                continue;
            }
            let areas = vec![kernel::area_prefix(area).to_owned()];
            let who = Actor {
                areas,
                ..plantation.actor(role, None)
            };
            let down = may_see(def, &who, like);
            for (place, (record, sees)) in made.iter().zip(sees).enumerate() {
                let app = &plantation.house.app;
                let reads = why(app.record(&who, record.register, record.id, None));
                let expected = (!(down && *sees)).then_some(Reason::NotFound);
                assert_eq!(reads, expected, "{role} {} in {}", def.name, places[place]);
            }
            seen[at] += usize::from(down);
        }
    }
    assert!(seen.iter().all(|seen| *seen > 5), "{seen:?}");
}

/// (9) exports need a right of their own, are in the ledger before a row leaves, and say at their end who
/// took them.
#[test]
fn hard_rule_9_exports_need_a_right_are_marked_and_logged() {
    let plantation = Plantation::new();
    let (mut given, mut refused) = (0, 0);
    for (register, def) in plantation.catalogue().all() {
        for role in plantation.catalogue().roles.keys() {
            let near = plantation.records.iter().find(|r| r.register == register);
            let who = plantation.actor(role, near.and_then(|record| record.subject));
            let may = !rights(def, &who, Verb::Export).is_empty();
            let ledger = || plantation.house.store.ledger_state().expect("a ledger").0;
            let before = ledger();
            let mut sheet = Vec::new();
            let how = (ExportFormat::PlainCsv, Labels::Names);
            let app = &plantation.house.app;
            let answer = why(app.export(&who, register, &Ask::default(), how, &mut sheet));
            let told = format!("{role} {}", def.name);
            match may {
                true => {
                    assert_eq!(answer, None, "{told}");
                    assert_eq!(ledger(), before + 1, "{told}: logged once");
                    let sheet = String::from_utf8_lossy(&sheet);
                    let last = sheet.trim_end().lines().last().unwrap_or_default();
                    let mark = format!("（{}）", who.login);
                    assert!(last.contains(&mark), "{told}: {last}");
                    given += 1;
                }
                false => {
                    assert_eq!(answer, Some(Reason::Forbidden), "{told}");
                    assert_eq!(ledger(), before, "{told}");
                    refused += 1;
                }
            }
        }
    }
    assert!(
        given > 40 && refused > 40,
        "{given} given, {refused} refused"
    );
}
