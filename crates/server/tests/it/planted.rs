//! A house in which every register has a record in every state, near and far, as no use case would
//! make them all. Every text in it is a token that says which field of which record it came from.

use std::collections::HashMap;

use app::Input;
use catalogue::{
    Catalogue, FieldIx, Kind, Owner, Permission, Reach, Register, RegisterIx, StateIx,
};
use kernel::{
    Actor, Change, Commit, Datum, FileRef, Ground, Hooks, Id, Meta, Moment, ParamValues, Power,
    RowData, Value, What,
};
use testkit::TestApp;

/// Where the people of the test work, and where they do not.
pub const NEAR: &str = "330109";
const FAR: &str = "110101";
/// Versions of every record: made, then given what it points at.
pub const VERSION: i64 = 2;
/// As `Z000042Z`.
const TOKEN_CHARS: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    Near,
    Far,
}

/// A record, and what the definition goes by when it says who sees it.
#[derive(Clone, Copy, Debug)]
pub struct Planted {
    pub register: RegisterIx,
    pub id: Id,
    pub state: Option<StateIx>,
    pub side: Side,
    /// Whose own it is.
    pub subject: Option<Id>,
    /// Its fields hold what conditions of permissions ask for.
    pub meets: bool,
}

/// Where a text of the house comes from.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    pub record: Planted,
    pub field: FieldIx,
    /// Never shown in plain unless it is revealed.
    pub sealed: bool,
}

pub struct Plantation {
    pub house: TestApp,
    people: HashMap<String, Actor>,
    /// What one can type to make a record.
    pub samples: HashMap<RegisterIx, Input>,
    pub records: Vec<Planted>,
    pub tokens: Vec<Token>,
    /// Attached to every record that takes files.
    pub file: FileRef,
}

impl Plantation {
    pub fn new() -> Plantation {
        let house = crate::product::house();
        let content = &mut "附件".as_bytes();
        let file = house
            .app
            .upload(&Actor::operator(), "附件.txt", "text/plain", content);
        let mut plantation = Plantation {
            house,
            people: HashMap::new(),
            samples: HashMap::new(),
            records: Vec::new(),
            tokens: Vec::new(),
            file: file.expect("uploaded"),
        };
        plantation.place();
        let samples = subsystems::samples::all(plantation.catalogue(), plantation.house.app.now())
            .expect("samples");
        for sample in samples {
            plantation.samples.insert(sample.register, sample.input);
        }
        let mut refs = Vec::new();
        for planted in plantation.records.clone() {
            let mut data = plantation.data(planted);
            let known = |(_, datum): &(FieldIx, Datum)| matches!(datum.value(), Value::Id(_));
            refs.push(data.extract_if(.., |datum| known(datum)).collect());
            let state = planted.state;
            plantation.write(planted, "create", What::Insert { state, data });
        }
        // They point at each other, so they are all there first.
        for (at, data) in refs.into_iter().enumerate() {
            let what = What::Update {
                expected: 1,
                state: None,
                data,
            };
            plantation.write(plantation.records[at], "edit", what);
        }
        for role in plantation.catalogue().roles.clone().keys() {
            let person = match role.as_str() {
                "public" => Actor::public(),
                // An enterprise's account is bound to one, or there is none.
                "ent_admin" | "ent_safety" => {
                    let firm = plantation.records.iter().find_map(|record| record.subject);
                    plantation.house.person(role, role, firm)
                }
                role => plantation.house.as_role(role),
            };
            plantation.people.insert(role.clone(), person);
        }
        plantation
    }

    pub fn catalogue(&self) -> &Catalogue {
        self.house.app.catalogue()
    }

    /// Ids for a record of every register, in every state, on both sides.
    fn place(&mut self) {
        let catalogue = self.catalogue().clone();
        for side in [Side::Near, Side::Far] {
            for (register, def) in catalogue.all() {
                let states: Vec<Option<StateIx>> = match def.states.len() {
                    0 => vec![None],
                    states => (0..states).map(|ix| Some(StateIx(ix))).collect(),
                };
                let kinds: &[bool] = match asked_of_fields(def).is_empty() {
                    true => &[false],
                    false => &[true, false],
                };
                let all = states
                    .iter()
                    .flat_map(|state| kinds.iter().map(|kind| (*state, *kind)));
                for (state, meets) in all {
                    let id = self.house.store.next_id().expect("an id");
                    self.records.push(Planted {
                        register,
                        id,
                        state,
                        side,
                        subject: None,
                        meets,
                    });
                }
            }
        }
        for at in 0..self.records.len() {
            let record = self.records[at];
            self.records[at].subject = match catalogue.at(record.register).owner {
                Some(Owner::Itself) => Some(record.id),
                Some(Owner::Field(field)) => {
                    self.referred(catalogue.at(record.register), field, record.side)
                }
                None => None,
            };
        }
    }

    /// The record of that side to which the field may point.
    pub fn referred(&self, def: &Register, field: FieldIx, side: Side) -> Option<Id> {
        let Kind::Ref { to } = def.get(field).kind else {
            return None;
        };
        let mut there = self.records.iter();
        let first = there.find(|record| record.register == to && record.side == side);
        first.map(|record| record.id)
    }

    /// Tokens in all texts, the place and the owner of the side, and other refs to the other side.
    fn data(&mut self, planted: Planted) -> Vec<(FieldIx, Datum)> {
        let catalogue = self.house.app.catalogue().clone();
        let def = catalogue.at(planted.register);
        let (near, far) = match planted.side {
            Side::Near => (NEAR, Side::Far),
            Side::Far => (FAR, Side::Near),
        };
        let asked = match planted.meets {
            true => asked_of_fields(def),
            false => Vec::new(),
        };
        let mut data = Vec::new();
        for ((ix, field), default) in def.all_fields().zip(blank(&catalogue, planted)) {
            let owner = def.owner == Some(Owner::Field(ix));
            let value = match &field.kind {
                _ if asked.iter().any(|(field, _)| *field == ix) => {
                    let asked = asked.iter().find(|(field, _)| *field == ix);
                    asked.map_or(Value::Null, |(_, value)| Value::Text(value.clone()))
                }
                _ if owner => planted.subject.map_or(Value::Null, Value::Id),
                Kind::Division { .. } if def.reach == Some(ix) => Value::Text(near.to_owned()),
                Kind::Text { max } | Kind::LongText { max } if *max >= TOKEN_CHARS => {
                    Value::Text(self.token(planted, ix, field.sealed()))
                }
                // What a head says to a card is said for the own unit.
                Kind::Ref { .. } if def.name == "house.card" && field.name == "unit" => {
                    Value::Id(self.house.unit())
                }
                // One record of each alone names the other.
                Kind::Ref { .. } if field.unique => Value::Null,
                Kind::Ref { .. } => self.referred(def, ix, far).map_or(Value::Null, Value::Id),
                Kind::Files { .. } => {
                    let name = self.token(planted, ix, field.sealed());
                    let file = FileRef {
                        name,
                        ..self.file.clone()
                    };
                    data.push((ix, Datum::Files(vec![file])));
                    continue;
                }
                Kind::Rows { fields, .. } => {
                    let values = fields.iter().map(|column| match column.kind {
                        Kind::Text { max } | Kind::LongText { max } if max >= TOKEN_CHARS => {
                            Value::Text(self.token(planted, ix, column.sealed()))
                        }
                        _ => Value::Null,
                    });
                    let values = values.collect();
                    data.push((ix, Datum::Rows(vec![RowData { id: None, values }])));
                    continue;
                }
                _ => {
                    data.push((ix, default));
                    continue;
                }
            };
            data.push((ix, Datum::One(value)));
        }
        data.retain(|(_, datum)| !datum.is_empty());
        data
    }

    /// Moves a record of every register that lies somewhere to the other side, with other texts in it.
    pub fn move_some(&mut self) {
        let catalogue = self.house.app.catalogue().clone();
        for side in [Side::Near, Side::Far] {
            let mut last: HashMap<RegisterIx, usize> = HashMap::new();
            for (at, record) in self.records.iter().enumerate() {
                let lies = catalogue.at(record.register).reach.is_some();
                if lies && record.side == side && record.subject != Some(record.id) {
                    last.insert(record.register, at);
                }
            }
            for at in last.into_values() {
                self.move_across(at);
            }
        }
    }

    fn move_across(&mut self, at: usize) {
        let mut planted = self.records[at];
        planted.side = match planted.side {
            Side::Near => Side::Far,
            Side::Far => Side::Near,
        };
        let mut data = self.data(planted);
        data.retain(|(_, datum)| match datum {
            Datum::One(value) => matches!(value, Value::Text(_)),
            datum => matches!(datum, Datum::Rows(_) | Datum::Files(_)),
        });
        let what = What::Update {
            expected: VERSION,
            state: None,
            data,
        };
        self.write(planted, "edit", what);
        self.records[at] = planted;
    }

    fn token(&mut self, record: Planted, field: FieldIx, sealed: bool) -> String {
        let token = Token {
            record,
            field,
            sealed,
        };
        self.tokens.push(token);
        format!("Z{:06}Z", self.tokens.len() - 1)
    }

    fn write(&self, planted: Planted, act: &str, what: What) {
        self.commit(Change {
            register: planted.register,
            id: planted.id,
            act: act.to_owned(),
            what,
        });
    }

    /// Writes what no use case would.
    pub fn commit(&self, change: Change) {
        self.commit_by(&Actor::operator(), change);
    }

    fn commit_by(&self, who: &Actor, change: Change) {
        let name = self.catalogue().at(change.register).name.clone();
        let commit = Commit {
            meta: Meta::of(who, self.house.app.now()),
            changes: vec![change],
            relied: Vec::new(),
            events: Vec::new(),
            once: None,
        };
        let written = self.house.store.commit(commit);
        written.unwrap_or_else(|error| panic!("{name}: {error:?}"));
    }

    /// A record in that state and that place, of that owner, which somebody has made.
    pub fn made_by(&self, maker: &Actor, like: &Planted, place: &str) -> Planted {
        let def = self.catalogue().at(like.register);
        let id = self.house.store.next_id().expect("an id");
        let mut data = Vec::new();
        if let Some(field) = def.reach {
            data.push((field, Datum::One(Value::Text(place.to_owned()))));
        }
        if let (Some(Owner::Field(field)), Some(subject)) = (def.owner, like.subject) {
            data.push((field, Datum::One(Value::Id(subject))));
        }
        if like.meets {
            let asked = asked_of_fields(def).into_iter();
            data.extend(asked.map(|(field, value)| (field, Datum::One(Value::Text(value)))));
        }
        let change = Change {
            register: like.register,
            id,
            act: "create".to_owned(),
            what: What::Insert {
                state: like.state,
                data,
            },
        };
        self.commit_by(maker, change);
        let own = def.owner == Some(Owner::Itself);
        Planted {
            id,
            subject: if own { Some(id) } else { like.subject },
            ..*like
        }
    }

    /// Someone of the role who works near, and whose own is that.
    pub fn actor(&self, role: &str, subject: Option<Id>) -> Actor {
        let person = self.people[role].clone();
        Actor { subject, ..person }
    }

    /// All tokens that stand in a text.
    pub fn tokens_in<'a>(&'a self, text: &str) -> impl Iterator<Item = &'a Token> {
        let mut found = Vec::new();
        let bytes = text.as_bytes();
        for at in memchr_z(bytes) {
            let Some(word) = bytes.get(at..at + TOKEN_CHARS) else {
                continue;
            };
            let digits = &word[1..TOKEN_CHARS - 1];
            if word[TOKEN_CHARS - 1] == b'Z' && digits.iter().all(u8::is_ascii_digit) {
                let number = digits
                    .iter()
                    .fold(0, |n, digit| n * 10 + usize::from(digit - b'0'));
                found.extend(self.tokens.get(number));
            }
        }
        found.into_iter()
    }
}

fn memchr_z(bytes: &[u8]) -> impl Iterator<Item = usize> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let next = at + bytes.get(at..)?.iter().position(|byte| *byte == b'Z')?;
        at = next + 1;
        Some(next)
    })
}

/// What the fields of a new record hold by definition.
fn blank(catalogue: &Catalogue, planted: Planted) -> Vec<Datum> {
    let now = Moment(1_804_000_000_000_000);
    let (operator, hooks, params) = (Actor::operator(), Hooks::default(), ParamValues::default());
    let ground = Ground {
        catalogue,
        hooks: &hooks,
        params: &params,
        actor: &operator,
        today: now.local_date(),
        now,
    };
    kernel::blank(&ground, planted.register, planted.id, planted.state).data
}

/// Whether one permission reaches the record, read from the text of the definition and from nothing
/// else. `subject` and nearness are those of whoever asks.
pub fn reaches(
    def: &Register,
    (role, permission): (&str, &Permission),
    actor: &Actor,
    record: &Planted,
) -> bool {
    let within = match permission.within {
        Reach::All => true,
        Reach::Own => record.subject.is_some() && record.subject == actor.subject,
        _ => def.reach.is_some() && record.side == Side::Near && actor.power != Power::Public,
    };
    within && only(def, role, record)
}

/// The permissions by which somebody has a verb: those of his role and everyone's.
pub fn rights<'a>(
    def: &'a Register,
    actor: &Actor,
    verb: catalogue::Verb,
) -> Vec<(&'a str, &'a Permission)> {
    let own = actor.role().into_iter().chain(["public"]);
    let found = own.filter_map(|role| def.permissions.get_key_value(role));
    let mut found: Vec<_> = found
        .filter(|(_, permission)| permission.may.contains(&verb))
        .map(|(role, permission)| (role.as_str(), permission))
        .collect();
    found.dedup_by_key(|(role, _)| *role);
    found
}

/// Words of the condition of a permission: `state != draft` is `state`, `!=`, `draft`.
fn words(text: &str) -> Vec<&str> {
    let words = text.split(|c: char| c.is_whitespace() || "[],".contains(c));
    words.filter(|word| !word.is_empty()).collect()
}

/// The condition of a permission, as written: `state != draft`, `phase in [open, done]`.
fn only(def: &Register, role: &str, record: &Planted) -> bool {
    let Some(text) = def.written.get(&format!("permissions.{role}.where")) else {
        return true;
    };
    let Some(state) = record.state.map(|state| &def.states[state.0]) else {
        return true;
    };
    let words = words(text);
    let here = match words[0] {
        "state" => state.name.as_str(),
        "phase" => state.phase.word(),
        _ => return record.meets,
    };
    match words[1..] {
        ["=", one] => here == one,
        ["!=", one] => here != one,
        ["in", ref some @ ..] => some.contains(&here),
        ["not", "in", ref some @ ..] => !some.contains(&here),
        _ => panic!("{}: the test does not understand: {text}", def.name),
    }
}

/// What conditions of permissions ask of fields: `grade = serious`.
pub fn asked_of_fields(def: &Register) -> Vec<(FieldIx, String)> {
    let conditions = def
        .written
        .iter()
        .filter(|(path, _)| path.starts_with("permissions.") && path.ends_with(".where"));
    let mut asked = Vec::new();
    for (_, text) in conditions {
        match words(text)[..] {
            ["state" | "phase", ..] => {}
            [field, "=", value] => {
                let ix = def.field(field).expect("a field of the register");
                asked.push((ix, value.to_owned()));
            }
            _ => panic!("{}: the test does not understand: {text}", def.name),
        }
    }
    asked.dedup();
    asked
}

/// Whether the definition lets the actor see the record.
pub fn may_see(def: &Register, actor: &Actor, record: &Planted) -> bool {
    let rights = rights(def, actor, catalogue::Verb::See);
    rights
        .into_iter()
        .any(|right| reaches(def, right, actor, record))
}
