//! The rights matrix, written out for people to read, and the promise that a record one may not see
//! is answered as if it were not there.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use app::No;
use catalogue::{Action, Phase, Register, RegisterIx, StateIx, Texts, Verb};
use kernel::{Actor, Ground, Hooks, Id, ParamValues, Power, Reason, Record, Words};

use crate::world::{Opinion, World, may_see};

const REQUESTS: usize = 5_000;
const SEED: u64 = 20_270_301;
const AREA: &str = "330109";
/// An account whose own record is the one in question.
const OWN: Id = Id(4_711);
const VERBS: [Verb; 8] = [
    Verb::See,
    Verb::Create,
    Verb::Edit,
    Verb::Import,
    Verb::Export,
    Verb::Reveal,
    Verb::Erase,
    Verb::Tune,
];

/// `subsystems/rights.txt` is what the definitions say, as the kernel understands them. Rewritten by
/// `UPDATE_EXPECT=1`; its diff is what legal staff review.
#[test]
fn the_rights_matrix_is_as_written() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../subsystems/rights.txt");
    let now = matrix();
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        fs::write(&path, &now).expect("rights.txt can be written");
        return;
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    let differs = written.lines().zip(now.lines()).find(|(a, b)| a != b);
    assert!(
        written == now,
        "subsystems/rights.txt is stale at {differs:?}; look at it, then UPDATE_EXPECT=1 cargo test -p server"
    );
}

/// The house's registers name posts of a bureau, and the catalogue leaves out whom no tenant has: a
/// slip of the pen would close a register in silence.
#[test]
fn every_post_that_the_house_names_is_there() {
    let house = crate::product::house();
    let roles = &house.app.catalogue().roles;
    for file in Texts::house().expect("the texts are embedded").files() {
        let table: toml::Table = file.content.parse().expect("the house is TOML");
        let open_to = table.get("permissions").and_then(toml::Value::as_table);
        let acts = table.get("actions").and_then(toml::Value::as_table);
        let by = acts.into_iter().flatten();
        let by = by.filter_map(|(_, action)| action.get("by")?.as_array());
        let by = by.flatten().filter_map(toml::Value::as_str);
        let named = open_to.into_iter().flatten().map(|(role, _)| role.as_str());
        for role in named.chain(by).filter(|role| *role != "system") {
            assert!(roles.contains_key(role), "{}: {role}", file.path);
        }
    }
}

fn matrix() -> String {
    let house = crate::product::house();
    let catalogue = house.app.catalogue().clone();
    let mut out = String::from(
        "# 权限表：每类登记、每项权限和操作，哪个岗位在哪个阶段可以办（✔）、不可以办（✘）。\n\
         # 一行一个岗位；所有阶段都不可以的岗位合在末尾一行。办理时刻的条件（when、guard）不在此列。\n\
         # 由测试生成：UPDATE_EXPECT=1 cargo test -p server rights\n",
    );
    let bench = Bench {
        catalogue: &catalogue,
        hooks: Hooks::default(),
        params: ParamValues::default(),
    };
    for (ix, def) in catalogue.all() {
        bench.register(&mut out, ix, def);
    }
    out
}

/// Where the kernel is asked about records that exist only here.
struct Bench<'a> {
    catalogue: &'a catalogue::Catalogue,
    hooks: Hooks,
    params: ParamValues,
}

impl Bench<'_> {
    fn register(&self, out: &mut String, ix: RegisterIx, def: &Register) {
        let mut phases: Vec<Phase> = Vec::new();
        for phase in Phase::ALL {
            if def.states.iter().any(|state| state.phase == phase) {
                phases.push(phase);
            }
        }
        if phases.is_empty() {
            phases.push(Phase::Open);
        }
        let words: Vec<&str> = phases.iter().map(|phase| phase.word()).collect();
        let _ = writeln!(
            out,
            "\n## {} {}\nphases: {}",
            def.name,
            def.title.zh,
            words.join(" ")
        );
        for verb in VERBS {
            self.table(out, def, verb.word(), &phases, |actor, phase| {
                self.records(ix, def, *phase)
                    .iter()
                    .any(|record| self.may(def, actor, verb, record))
            });
        }
        for action in &def.actions {
            let head = format!("{} {}", action.name, action.label.zh);
            self.table(out, def, &head, &phases, |actor, phase| {
                self.records(ix, def, *phase)
                    .iter()
                    .any(|record| self.may_act(actor, record, action))
            });
        }
    }

    fn table(
        &self,
        out: &mut String,
        def: &Register,
        head: &str,
        phases: &[Phase],
        may: impl Fn(&Actor, &Phase) -> bool,
    ) {
        let mut none = Vec::new();
        let _ = writeln!(out, "{head}");
        for role in self.catalogue.roles.keys() {
            let actor = actor(role);
            let cells: Vec<&str> = phases
                .iter()
                .map(|phase| if may(&actor, phase) { "✔" } else { "✘" })
                .collect();
            if cells.contains(&"✔") {
                let _ = writeln!(
                    out,
                    "  {role:<16} {}  {}",
                    cells.join(" "),
                    reach(def, role)
                );
            } else {
                none.push(role.as_str());
            }
        }
        if !none.is_empty() {
            let _ = writeln!(out, "  ✘ {}", none.join(" "));
        }
    }

    fn may(&self, def: &Register, actor: &Actor, verb: Verb, record: &Record) -> bool {
        let ground = self.ground(actor);
        let view = ground.view(record);
        let scope = || kernel::scope(def, actor, verb);
        let covers = || scope().is_some_and(|scope| kernel::covers(&scope, &view));
        let ended = matches!(record.phase(def), Phase::Done | Phase::Void);
        match verb {
            // What everyone sees, everyone sees besides his own.
            Verb::See => kernel::sight(def, actor).is_some_and(|s| s.over(&view).is_some()),
            // Params are not of one record.
            Verb::Tune => scope().is_some(),
            Verb::Create => covers() && begins(def, actor, record),
            Verb::Edit => covers() && !ended,
            _ => covers(),
        }
    }

    fn may_act(&self, actor: &Actor, record: &Record, action: &Action) -> bool {
        // What holds only at some moments is left out: the matrix is about people.
        let action = Action {
            when: None,
            guard: None,
            ..action.clone()
        };
        kernel::may(&self.ground(actor), record, &action, None).is_ok()
    }

    fn ground<'a>(&'a self, actor: &'a Actor) -> Ground<'a> {
        let now = kernel::Moment(1_804_000_000_000_000);
        Ground {
            catalogue: self.catalogue,
            hooks: &self.hooks,
            params: &self.params,
            actor,
            today: now.local_date(),
            now,
        }
    }

    /// A record in every state of the phase, in the area and in the hands of whoever is asked.
    fn records(&self, ix: RegisterIx, def: &Register, phase: Phase) -> Vec<Record> {
        let operator = Actor::operator();
        let ground = self.ground(&operator);
        let states: Vec<Option<StateIx>> = match def.states.is_empty() {
            true => vec![None],
            false => def
                .states
                .iter()
                .enumerate()
                .filter(|(_, state)| state.phase == phase)
                .map(|(at, _)| Some(StateIx(at)))
                .collect(),
        };
        let blank = kernel::blank(&ground, ix, OWN, None);
        let asked = crate::planted::asked_of_fields(def);
        let kinds = match asked.is_empty() {
            true => 1,
            false => 2,
        };
        let each = states
            .iter()
            .flat_map(|state| (0..kinds).map(|kind| (*state, kind)));
        let records = each.map(|(state, kind)| {
            let mut record = Record {
                state,
                ..blank.clone()
            };
            for (field, value) in asked.iter().filter(|_| kind == 1) {
                record.data[field.0] = kernel::Datum::One(kernel::Value::Text(value.clone()));
            }
            if let Some(field) = def.reach {
                record.data[field.0] = kernel::Datum::One(kernel::Value::Text(AREA.to_owned()));
            }
            if let Some(catalogue::Owner::Field(field)) = def.owner {
                record.data[field.0] = kernel::Datum::One(kernel::Value::Id(OWN));
            }
            record
        });
        records.collect()
    }
}

/// Whether a new record may stand in that state at once.
fn begins(def: &Register, actor: &Actor, record: &Record) -> bool {
    let may = |state| def.begins.contains(&state) && kernel::may_begin(def, actor, state);
    record.state.is_none_or(may)
}

/// Someone of the role, whose area and enterprise are those of the record.
fn actor(role: &str) -> Actor {
    let power = if role == "public" {
        Power::Public
    } else {
        Power::Role(role.to_owned())
    };
    Actor {
        account: Id(1),
        login: role.to_owned(),
        power,
        unit: Id(2),
        areas: vec![AREA.to_owned()],
        subject: Some(OWN),
        ..Actor::operator()
    }
}

/// How far the role's rights reach, and whether only some fields or records.
fn reach(def: &Register, role: &str) -> String {
    let Some(permission) = def.permissions.get(role) else {
        return "as public".to_owned();
    };
    let mut said = permission.within.word().to_owned();
    if let Some(fields) = &permission.fields {
        let _ = write!(said, ", {} fields", fields.len());
    }
    if permission.only.is_some() {
        let only = def.written.get(&format!("permissions.{role}.where"));
        let _ = write!(said, ", where {}", only.map_or("…", String::as_str));
    }
    said
}

#[test]
fn a_record_one_may_not_see_is_not_there() {
    let mut world = World::real(SEED);
    let catalogue = world.house.app.catalogue().clone();
    let registers: Vec<RegisterIx> = world
        .records
        .iter()
        .filter(|(_, ids)| !ids.is_empty())
        .map(|(ix, _)| *ix)
        .collect();
    let mut registers = registers;
    registers.sort();
    let people = world.people.clone();
    // Their own records in another county, which nobody near may see.
    for ix in registers.clone() {
        for _ in 0..10 {
            world.make(&Actor::operator(), ix);
        }
    }
    let (mut asked, mut drawn) = (0, 0);
    while asked < REQUESTS {
        drawn += 1;
        assert!(
            drawn < REQUESTS * 100,
            "too few records that somebody may not see: {asked}"
        );
        let ix = *world.chance.pick(&registers).expect("registers");
        let records = world.of(ix).to_vec();
        let id = *world.chance.pick(&records).expect("records");
        let who = world.chance.pick(&people).cloned().expect("people");
        let (def, truth) = (catalogue.at(ix), world.truth(ix, id));
        if may_see(def, &who, &truth) != Opinion::No {
            continue;
        }
        asked += 1;
        let (what, answer) = ask(&mut world, &who, ix, def, id, truth.version);
        let told = format!("seed {SEED}: {} {what} {} {id}", who.login, def.name);
        match answer {
            Err(No::Refused(refusal)) => {
                assert_eq!(refusal.reason, Reason::NotFound, "{told}: {refusal}")
            }
            other => panic!("{told}: {other:?}"),
        }
        assert_eq!(
            world.truth(ix, id).version,
            truth.version,
            "{told} changed it"
        );
    }
}

/// One of the things that can be asked of a record.
fn ask(
    world: &mut World,
    who: &Actor,
    ix: RegisterIx,
    def: &Register,
    id: Id,
    version: i64,
) -> (&'static str, Result<(), No>) {
    let choice = world.chance.below(8);
    let personal = def
        .fields
        .iter()
        .find(|field| field.personal)
        .map(|field| field.name.clone());
    let action = world
        .chance
        .pick(&def.actions)
        .map(|action| action.name.clone());
    let app = &world.house.app;
    let words = Words {
        reason: Some("随机检验"),
        opinion: Some("随机检验"),
        ..Words::default()
    };
    match (choice, personal, action) {
        (0, ..) => ("opens", app.record_page(who, ix, id, None).map(drop)),
        (1, ..) => (
            "edits",
            app.edit(who, ix, id, version, &Vec::new()).map(drop),
        ),
        (2, ..) => (
            "reads the history of",
            app.history(who, ix, id, None).map(drop),
        ),
        (3, Some(field), _) => (
            "reveals",
            app.reveal(who, ix, id, &field, "随机检验").map(drop),
        ),
        (4, _, Some(action)) => (
            "acts on",
            app.act(who, ix, id, version, &action, &Vec::new(), words)
                .map(drop),
        ),
        (5, ..) => (
            "downloads from",
            app.download(who, ix, id, &"0".repeat(64)).map(drop),
        ),
        (6, ..) => (
            "erases",
            app.erase(who, ix, id, version, "随机检验").map(drop),
        ),
        (7, ..) => (
            "looks back at",
            app.record(who, ix, id, Some(app.now())).map(drop),
        ),
        _ => ("reads", app.record(who, ix, id, None).map(drop)),
    }
}
