//! A small world for random tests: a house with records, people of every role near and far, chance
//! from a seed, and an opinion of its own on who may see what.

use std::collections::HashMap;

use app::{Input, RecordView, Seen};
use catalogue::{DivisionLevel, Field, Kind, Owner, Permission, Reach, Register, RegisterIx, Verb};
use jiff::ToSpan as _;
use jiff::civil::{Date, date};
use kernel::{Actor, Datum, Id, Raw, Value};
use testkit::TestApp;

use crate::product::Which;

/// Counties in which records lie; people of the tests work in the first one.
const COUNTIES: [&str; 3] = ["330109", "330106", "110101"];
/// Accounts of one role that are bound to a record of their own.
const OWNERS_OF_A_ROLE: usize = 2;

/// Chance that can be played again: splitmix64.
pub struct Chance(pub u64);

impl Chance {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, below: usize) -> usize {
        (self.next() % below.max(1) as u64) as usize
    }

    pub fn one_in(&mut self, times: usize) -> bool {
        self.below(times) == 0
    }

    pub fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        from.get(self.below(from.len()))
    }
}

/// The house, its records and its people.
pub struct World {
    pub house: TestApp,
    pub chance: Chance,
    pub people: Vec<Actor>,
    pub records: HashMap<RegisterIx, Vec<Id>>,
    pub day: Date,
}

/// What the world thinks of a right, without asking the kernel; the last is the most it gives.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Opinion {
    No,
    /// A condition of the definition decides.
    Depends,
    Yes,
}

impl World {
    pub fn new(house: TestApp, seed: u64) -> World {
        let day = date(2027, 3, 1);
        World {
            house,
            chance: Chance(seed),
            people: Vec::new(),
            records: HashMap::new(),
            day,
        }
    }

    /// The tennis club with some members, courts and bookings.
    pub fn club(seed: u64) -> World {
        let mut world = World::new(TestApp::club(), seed);
        for name in [
            "tennis_club.member",
            "tennis_club.court",
            "tennis_club.booking",
        ] {
            let register = world.house.register(name);
            for _ in 0..40 {
                world.make(&Actor::operator(), register);
            }
            assert!(
                world.of(register).len() >= 10,
                "seed {seed}: too few records in {name}"
            );
        }
        world.settle_people();
        world
    }

    /// All real registers with their samples.
    pub fn real(seed: u64) -> World {
        let mut world = World::new(crate::product::house(), seed);
        world.records = crate::product::enter_samples(&world.house, Which::All);
        world.settle_people();
        world
    }

    pub fn of(&self, register: RegisterIx) -> &[Id] {
        self.records.get(&register).map_or(&[], Vec::as_slice)
    }

    /// One person of every role, and some bound to a record where a role reaches its own.
    fn settle_people(&mut self) {
        let catalogue = self.house.app.catalogue().clone();
        for role in catalogue.roles.keys().filter(|role| *role != "public") {
            let owned = catalogue.all().find_map(|(ix, def)| {
                let own = def
                    .permissions
                    .get(role)
                    .is_some_and(|p| p.within == Reach::Own);
                owner_register(def, ix).filter(|_| own)
            });
            let subjects = owned.map(|ix| self.of(ix).to_vec()).unwrap_or_default();
            let of_firm = catalogue.roles[role].layer == "L4" && owned.is_some();
            let person = match subjects.first().filter(|_| of_firm) {
                // There is no account of an enterprise without one; if there were, it would see nothing.
                Some(firm) => Actor {
                    subject: None,
                    ..self.house.as_own(role, *firm)
                },
                None => self.house.as_role(role),
            };
            self.people.push(person);
            for _ in 0..OWNERS_OF_A_ROLE.min(subjects.len()) {
                let Some(subject) = self.chance.pick(&subjects) else {
                    break;
                };
                self.people.push(self.house.as_own(role, *subject));
            }
        }
        self.people.push(Actor::public());
    }

    /// Moves the clock on by up to so many days.
    pub fn pass(&mut self, days: usize) {
        self.day = self
            .day
            .saturating_add((self.chance.below(days + 1) as i64).days());
        self.house.today(&self.day.to_string());
    }

    /// Tries to make a record of random values; drops what is blamed and tries again.
    pub fn make(&mut self, who: &Actor, register: RegisterIx) -> Option<Id> {
        const TRIES: usize = 4;
        let catalogue = self.house.app.catalogue().clone();
        let def = catalogue.at(register);
        let begins = def.begins.clone();
        let state = self
            .chance
            .pick(&begins)
            .map(|ix| def.states[ix.0].name.clone());
        let mut input = self.input(def.fields.iter().filter(|f| f.typed() && !f.hidden));
        for _ in 0..TRIES {
            match self
                .house
                .app
                .create(who, register, state.as_deref(), &input)
            {
                Ok(saved) => {
                    self.records.entry(register).or_default().push(saved.id);
                    return Some(saved.id);
                }
                Err(app::No::Refused(refusal)) => {
                    let blamed = |name: &str| {
                        let first = |b: &kernel::Blame| b.pointer.split('/').nth(1) == Some(name);
                        refusal.blames.iter().any(first)
                    };
                    let before = input.len();
                    input.retain(|(name, _)| !blamed(name));
                    if input.len() == before {
                        return None;
                    }
                }
                Err(app::No::Broke(error)) => panic!("creating {}: {error}", def.name),
            }
        }
        None
    }

    /// Random values for fields; what is required always, the rest every second time.
    pub fn input<'a>(&mut self, fields: impl Iterator<Item = &'a Field>) -> Input {
        let mut input = Input::new();
        for field in fields {
            if !field.required && self.chance.one_in(2) {
                continue;
            }
            if let Some(raw) = self.value(field) {
                input.push((field.name.clone(), raw));
            }
        }
        input
    }

    /// A value that may stand in the field; `None` where the test has no idea.
    pub fn value(&mut self, field: &Field) -> Option<Raw> {
        let catalogue = self.house.app.catalogue().clone();
        let number = self.chance.below(1_000_000);
        Some(match &field.kind {
            Kind::Text { max } | Kind::LongText { max } => {
                Raw::Text(format!("文字{number}").chars().take(*max).collect())
            }
            Kind::Code { of } => Raw::Text(self.code(*of)?),
            Kind::Int { min, max } => {
                let (min, max) = (min.unwrap_or(0), max.unwrap_or(10_000));
                Raw::Number((min + (number as i64) % (max - min + 1)).to_string())
            }
            Kind::Decimal { min, .. } => {
                let past = min.is_none_or(|min| min <= 1);
                Raw::Number(if past { "1" } else { "5" }.to_owned())
            }
            Kind::Money { .. } => Raw::Number((number % 1_000).to_string()),
            Kind::Bool => Raw::Bool(self.chance.one_in(2)),
            Kind::Date { past } => {
                let back = self.chance.below(1_500) as i64;
                let ahead = if *past {
                    0
                } else {
                    self.chance.below(2_500) as i64
                };
                Raw::Text(self.day.saturating_add((ahead - back).days()).to_string())
            }
            Kind::Moment => {
                let day = self
                    .day
                    .saturating_add((self.chance.below(60) as i64 - 20).days());
                Raw::Text(format!("{day}T10:00:00+08:00"))
            }
            Kind::Choice { list, .. } | Kind::Choices { list } => {
                let entries: Vec<&String> = catalogue.choice(list).entries.keys().collect();
                let entry = Raw::Text((*self.chance.pick(&entries)?).clone());
                match field.kind {
                    Kind::Choice { .. } => entry,
                    _ => Raw::Many(vec![entry]),
                }
            }
            Kind::Ref { to } => {
                let known = self.of(*to).to_vec();
                Raw::Text(self.chance.pick(&known)?.to_string())
            }
            Kind::Division {
                level: DivisionLevel::Town,
            } => return None,
            Kind::Division { .. } => Raw::text(*self.chance.pick(&COUNTIES)?),
            Kind::Phone => Raw::Text(format!("138{:08}", number)),
            Kind::Email => Raw::Text(format!("a{number}@example.cn")),
            Kind::Point => Raw::Map(vec![
                ("lat".to_owned(), Raw::Number("30.18".to_owned())),
                ("lon".to_owned(), Raw::Number("120.26".to_owned())),
            ]),
            Kind::Files { .. } => return None,
            Kind::Rows { fields, .. } => {
                let mut row = Vec::new();
                for column in fields {
                    if let Some(raw) = self.value(column) {
                        row.push((column.name.clone(), raw));
                    }
                }
                Raw::Many(vec![Raw::Map(row)])
            }
        })
    }

    fn code(&mut self, kind: codes::Kind) -> Option<String> {
        let number = self.chance.below(100_000_000);
        match kind {
            codes::Kind::Uscc => codes::make_uscc('9', '1', "330109", &format!("{number:08}")),
            codes::Kind::OrgCode => codes::make_org_code(&format!("{number:08}")),
            codes::Kind::Ean13 => codes::make_ean13(&format!("6901{number:08}")),
            codes::Kind::Ts => Some(format!("TS22108{:02}-2029", number % 100)),
            _ => None,
        }
    }

    /// The record as it is, whoever may see it.
    pub fn truth(&self, register: RegisterIx, id: Id) -> RecordView {
        let found = self
            .house
            .app
            .record(&Actor::operator(), register, id, None);
        found.unwrap_or_else(|no| panic!("{id}: {no:?}")).0
    }
}

fn owner_register(def: &Register, ix: RegisterIx) -> Option<RegisterIx> {
    match def.owner? {
        Owner::Itself => Some(ix),
        Owner::Field(field) => match def.get(field).kind {
            Kind::Ref { to } => Some(to),
            _ => None,
        },
    }
}

/// The permissions by which an actor sees records of a register: that of the role and the public's.
pub fn sights<'a>(def: &'a Register, actor: &Actor) -> Vec<&'a Permission> {
    let may = |role: &str| {
        def.permissions
            .get(role)
            .filter(|p| p.may.contains(&Verb::See))
    };
    let own = actor.role().and_then(may);
    own.into_iter().chain(may("public")).collect()
}

/// Whether the definition lets the actor see the record, read from the text and from nothing else.
pub fn may_see(def: &Register, actor: &Actor, truth: &RecordView) -> Opinion {
    let opinions = sights(def, actor)
        .into_iter()
        .map(|permission| reaches(def, actor, truth, permission));
    opinions.max().unwrap_or(Opinion::No)
}

/// Whether one permission lets the actor see the record.
pub fn reaches(
    def: &Register,
    actor: &Actor,
    truth: &RecordView,
    permission: &Permission,
) -> Opinion {
    let within = match permission.within {
        Reach::All => true,
        Reach::Own => match (def.owner, actor.subject) {
            (Some(Owner::Itself), Some(subject)) => truth.id == subject,
            (Some(Owner::Field(field)), Some(subject)) => {
                value(truth, field) == Some(&Value::Id(subject))
            }
            _ => false,
        },
        _ => match def.reach.and_then(|field| value(truth, field)) {
            Some(Value::Text(code)) => actor
                .areas
                .iter()
                .any(|area| code.starts_with(area.as_str())),
            _ => false,
        },
    };
    match (within, &permission.only) {
        (false, _) => Opinion::No,
        (true, None) => Opinion::Yes,
        (true, Some(_)) => Opinion::Depends,
    }
}

pub fn value(view: &RecordView, field: catalogue::FieldIx) -> Option<&Value> {
    match view.field(field)? {
        Seen::Plain(Datum::One(value)) => Some(value),
        _ => None,
    }
}
