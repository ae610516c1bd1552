//! A county in memory: the samples entered one by one through the kernel, as a person would.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use codes::BuiltInLists;
use jiff::civil::Date;
use kernel::{
    Actor, Blame, Catalogue, Datum, Field, FieldIx, FileRef, Found, Ground, Hooks, Id, Kind,
    Moment, ParamValues, Raw, Reads, Record, Refusal, RegisterIx, Value, Verb, World, act, create,
    latest_value, parse, recompute,
};

/// Folders of the tenants with samples.
const FOLDERS: [&str; 3] = ["registry", "special_equipment", "patrol"];

pub struct County {
    pub catalogue: Catalogue,
    pub hooks: Hooks,
    pub today: Date,
    pub actor: Actor,
    params: ParamValues,
    lists: BuiltInLists,
    records: Vec<Record>,
}

impl County {
    pub fn new(catalogue: Catalogue, today: Date) -> County {
        County {
            catalogue,
            hooks: crate::hooks(),
            today,
            actor: Actor::operator(),
            params: ParamValues::default(),
            lists: BuiltInLists::default(),
            records: Vec::new(),
        }
    }

    /// The cycles in force and nothing else.
    pub fn with_cycles(catalogue: Catalogue, today: Date) -> County {
        let mut county = County::new(catalogue, today);
        let file = samples("special_equipment");
        for cycle in file["cycle"].as_array().unwrap() {
            county
                .enter("special_equipment.cycle", cycle.as_table().unwrap())
                .unwrap();
        }
        county
    }

    pub fn by_index(&self, at: usize) -> &Record {
        &self.records[at]
    }

    /// All samples, in an order in which what is pointed at comes first.
    pub fn with_samples(catalogue: Catalogue, today: Date) -> County {
        let mut county = County::new(catalogue, today);
        let files = FOLDERS.map(|folder| (folder, samples(folder)));
        let order = [
            "enterprise",
            "person",
            "institution",
            "cycle",
            "equipment",
            "inspection",
            "operator",
            "production_unit",
            "licence",
            "report",
            "check_item",
            "patrol_plan",
            "town_check",
            "patrol_record",
            "hazard",
            "instruction",
            "rectification",
        ];
        let mut refused = Vec::new();
        for short in order {
            for (folder, file) in &files {
                for sample in file
                    .get(short)
                    .and_then(toml::Value::as_array)
                    .into_iter()
                    .flatten()
                {
                    let name = format!("{folder}.{short}");
                    if let Err(refusal) = county.enter(&name, sample.as_table().unwrap()) {
                        refused.push(format!("{name}: {refusal} {:?}\n{sample}", refusal.blames));
                    }
                }
            }
        }
        assert!(
            refused.is_empty(),
            "{} samples refused\n{}",
            refused.len(),
            refused.join("\n")
        );
        county
    }

    /// Enters one record as samples are; answers the warnings.
    pub fn enter(&mut self, name: &str, sample: &toml::Table) -> Result<Vec<Blame>, Refusal> {
        let ix = self.catalogue.register(name).unwrap();
        let def = self.catalogue.at(ix);
        let mut input = Vec::new();
        for (key, given) in sample.iter().filter(|(key, _)| *key != "state") {
            let field = def
                .field(key)
                .unwrap_or_else(|| panic!("{name} has no field {key}"));
            input.push((field, self.understood(def.get(field), given)?));
        }
        let state = sample
            .get("state")
            .and_then(toml::Value::as_str)
            .map(|word| {
                def.state(word)
                    .unwrap_or_else(|| panic!("{name} has no state {word}"))
            });
        let reads = self.reads(ix, None, (None, &input));
        let id = Id(self.records.len() as i64 + 1);
        let decision = create(&self.ground(), ix, id, Verb::Import, state, input, &reads)?;
        self.unique(ix, &decision.after);
        self.records.push(decision.after.clone());
        self.follow(&decision.after);
        Ok(decision.warnings)
    }

    /// Takes an action on the record whose field has the value.
    pub fn act(
        &mut self,
        name: &str,
        (field, value): (&str, &str),
        action: &str,
        given: &[(&str, &str)],
    ) -> Result<String, Refusal> {
        let at = self.at(self.catalogue.register(name).unwrap(), field, value);
        let words = kernel::Words {
            reason: Some("示例"),
            opinion: Some("示例"),
            ..kernel::Words::default()
        };
        let ix = self.records[at].register;
        let def = self.catalogue.at(ix);
        let mut input = Vec::new();
        for (key, text) in given {
            let field = def.field(key).unwrap();
            input.push((
                field,
                self.understood(def.get(field), &toml::Value::from(*text))?,
            ));
        }
        let mut current: Vec<(FieldIx, Datum)> = self.records[at]
            .data
            .iter()
            .cloned()
            .enumerate()
            .map(|(i, d)| (FieldIx(i), d))
            .collect();
        current.extend(input.clone());
        let reads = self.reads(ix, Some(action), (Some(self.records[at].id), &current));
        let decision = act(
            &self.ground(),
            &self.records[at],
            action,
            input,
            &words,
            &reads,
            None,
        )?;
        assert!(decision.intents.is_empty(), "the samples have no effects");
        self.records[at] = decision.after;
        let state = self.records[at]
            .state
            .map(|s| self.catalogue.at(ix).states[s.0].name.clone());
        Ok(state.unwrap_or_default())
    }

    pub fn record(&self, name: &str, field: &str, value: &str) -> &Record {
        let ix = self.catalogue.register(name).unwrap();
        &self.records[self.at(ix, field, value)]
    }

    /// Value of a field of the record whose field has the value.
    pub fn value(&self, name: &str, (field, value): (&str, &str), wanted: &str) -> Value {
        let record = self.record(name, field, value);
        record
            .named(self.catalogue.at(record.register), wanted)
            .clone()
    }

    pub fn ground(&self) -> Ground<'_> {
        Ground {
            catalogue: &self.catalogue,
            hooks: &self.hooks,
            params: &self.params,
            actor: &self.actor,
            today: self.today,
            now: Moment(1_800_000_000_000_000),
        }
    }

    fn at(&self, ix: RegisterIx, field: &str, value: &str) -> usize {
        let def = self.catalogue.at(ix);
        self.records
            .iter()
            .position(|r| r.register == ix && *r.named(def, field) == Value::Text(value.into()))
            .unwrap_or_else(|| panic!("no {} with {field} = {value}", def.name))
    }

    fn understood(&self, field: &Field, given: &toml::Value) -> Result<Datum, Refusal> {
        parse(&self.ground(), self, field, &raw(given, noon(self.today))).map_err(Refusal::invalid)
    }

    /// What the hooks of the register read, as `app` would load it.
    fn reads(
        &self,
        ix: RegisterIx,
        action: Option<&str>,
        (own, data): (Option<Id>, &[(FieldIx, Datum)]),
    ) -> Reads {
        let def = self.catalogue.at(ix);
        let given = |field: &str| {
            let field = def.field(field).unwrap();
            let last = data.iter().rev().find(|(f, _)| *f == field);
            last.map(|(_, datum)| datum.value().clone())
        };
        let mut reads = Reads::default();
        for (what, _) in self.hooks.reads(&self.catalogue, def, action) {
            let found: Vec<Record> = match what.split_once(' ').unwrap() {
                ("all", name) => {
                    let of = self.catalogue.register(name).unwrap();
                    self.records
                        .iter()
                        .filter(|r| r.register == of)
                        .cloned()
                        .collect()
                }
                ("ref", field) => {
                    let field = def.field(field).unwrap();
                    let id = data
                        .iter()
                        .rev()
                        .find(|(f, _)| *f == field)
                        .map(|(_, d)| d.value());
                    match id {
                        Some(Value::Id(id)) => self
                            .records
                            .iter()
                            .filter(|r| r.id == *id)
                            .cloned()
                            .collect(),
                        _ => Vec::new(),
                    }
                }
                ("children", name) => {
                    let of = self.catalogue.register(name).unwrap();
                    let child = self.catalogue.at(of);
                    let refs = child
                        .all_fields()
                        .filter(|(_, field)| matches!(field.kind, Kind::Ref { to } if to == ix));
                    let by: Vec<FieldIx> = refs.map(|(field, _)| field).collect();
                    self.records
                        .iter()
                        .filter(|r| r.register == of && own.is_some())
                        .filter(|r| {
                            by.iter()
                                .any(|by| own.map(Value::Id).as_ref() == Some(r.value(*by)))
                        })
                        .cloned()
                        .collect()
                }
                ("same", words) => {
                    let (name, field) = words.split_once(' ').unwrap();
                    let of = self.catalogue.register(name).unwrap();
                    let there = self.catalogue.at(of).field(field).unwrap();
                    let wanted = given(field).filter(|value| *value != Value::Null);
                    self.records
                        .iter()
                        .filter(|r| r.register == of && Some(r.value(there)) == wanted.as_ref())
                        .cloned()
                        .collect()
                }
                _ => panic!("{what} is not a read"),
            };
            reads.put(what, Arc::new(found));
        }
        reads
    }

    /// Brings the latest-of-child fields of the records that the child points at up to date.
    fn follow(&mut self, child: &Record) {
        for at in 0..self.records.len() {
            let parent = &self.records[at];
            let def = self.catalogue.at(parent.register);
            let mut given = Vec::new();
            for (ix, field) in def.all_fields() {
                let catalogue::Source::Latest(latest) = &field.source else {
                    continue;
                };
                if latest.register != child.register
                    || *child.value(latest.by) != Value::Id(parent.id)
                {
                    continue;
                }
                let children: Vec<Record> = self
                    .records
                    .iter()
                    .filter(|r| {
                        r.register == latest.register && *r.value(latest.by) == Value::Id(parent.id)
                    })
                    .cloned()
                    .collect();
                let value = latest_value(&self.ground(), latest, &children);
                given.push((ix, Datum::One(value)));
            }
            if given.is_empty() {
                continue;
            }
            let data: Vec<(FieldIx, Datum)> = parent
                .data
                .iter()
                .cloned()
                .enumerate()
                .map(|(i, d)| (FieldIx(i), d))
                .collect();
            let reads = self.reads(parent.register, None, (Some(parent.id), &data));
            let after = recompute(&self.ground(), parent, given, &reads).after;
            self.records[at] = after;
        }
    }

    fn unique(&self, ix: RegisterIx, record: &Record) {
        let def = self.catalogue.at(ix);
        for (field, _) in def.all_fields().filter(|(_, f)| f.unique) {
            let value = record.value(field);
            let twice = self
                .records
                .iter()
                .any(|r| r.register == ix && r.value(field) == value);
            assert!(
                *value == Value::Null || !twice,
                "{} {value} stands twice",
                def.name
            );
        }
    }
}

impl World for County {
    fn lists(&self) -> &dyn codes::Lists {
        &self.lists
    }

    fn find_ref(&self, to: RegisterIx, text: &str) -> Found {
        let Some(key) = text.strip_prefix('@') else {
            return Found::None;
        };
        let unique = self.catalogue.at(to).key().unwrap();
        let found: HashSet<i64> = self
            .records
            .iter()
            .filter(|r| r.register == to && *r.value(unique) == Value::Text(key.into()))
            .map(|r| r.id.0)
            .collect();
        match found.iter().collect::<Vec<_>>().as_slice() {
            [] => Found::None,
            [one] => Found::One(Id(**one)),
            _ => Found::Many,
        }
    }

    fn file(&self, _: &Field, _: &str) -> Option<FileRef> {
        None
    }
}

fn noon(day: Date) -> Moment {
    Moment::from_local(day.at(12, 0, 0, 0))
}

fn raw(given: &toml::Value, now: Moment) -> Raw {
    match given {
        toml::Value::String(text) => {
            Raw::text(crate::samples::told(text, now).unwrap_or_else(|| text.clone()))
        }
        toml::Value::Boolean(bool) => Raw::Bool(*bool),
        toml::Value::Array(many) => Raw::Many(many.iter().map(|one| raw(one, now)).collect()),
        toml::Value::Table(map) => Raw::Map(
            map.iter()
                .map(|(key, value)| (key.clone(), raw(value, now)))
                .collect(),
        ),
        number => Raw::Number(number.to_string()),
    }
}

fn samples(folder: &str) -> toml::Table {
    let path = format!("{folder}/samples.toml");
    crate::texts()
        .get_file(path)
        .unwrap()
        .contents_utf8()
        .unwrap()
        .parse()
        .unwrap()
}

/// Entries of samples by register, for counting.
pub fn counts() -> HashMap<String, usize> {
    FOLDERS
        .into_iter()
        .flat_map(|folder| {
            samples(folder)
                .into_iter()
                .map(move |(k, v)| (format!("{folder}.{k}"), v))
        })
        .map(|(name, value)| (name, value.as_array().map_or(0, Vec::len)))
        .collect()
}

/// Whether a choice obeys its `under`: the entry belongs to what the other field says.
pub fn astray(county: &County) -> Vec<String> {
    let mut found = Vec::new();
    for record in &county.records {
        let def = county.catalogue.at(record.register);
        for (ix, field) in def.all_fields() {
            let Kind::Choice {
                list,
                under: Some(under),
            } = &field.kind
            else {
                continue;
            };
            let Value::Text(entry) = record.value(ix) else {
                continue;
            };
            let belongs = county.catalogue.choice(list).entries[entry].under.clone();
            if belongs.map(Value::Text).as_ref() != Some(record.value(*under)) {
                found.push(format!("{} {} = {entry}", def.name, field.name));
            }
        }
    }
    found
}
