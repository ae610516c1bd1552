//! The three kinds of Rust hook a tenant may register, and no fourth: compute, guard, effect.
//!
//! None does I/O. A hook names what it reads; `app` loads it beforehand. The words are
//! `all SUBSYSTEM.REGISTER` (every open record of a small register), `children SUBSYSTEM.REGISTER`
//! (records whose ref points at this one) and `ref FIELD` (the record a ref field names).

use std::collections::HashMap;

use catalogue::{Catalogue, Fault, HookNames, Register, Texts};
use expr::{Id, Moment, Value};
use jiff::civil::Date;

use crate::{Actor, ParamValues, Record};

/// What a hook sees.
pub struct Situation<'a> {
    pub catalogue: &'a Catalogue,
    pub register: &'a Register,
    /// The record as it will be.
    pub record: &'a Record,
    /// The record as it was; `None` while it is being made.
    pub before: Option<&'a Record>,
    pub actor: &'a Actor,
    pub params: &'a ParamValues,
    pub today: Date,
    pub now: Moment,
    pub reads: &'a Reads,
}

impl Situation<'_> {
    /// Value of a field of the record by name.
    pub fn value(&self, field: &str) -> &Value {
        self.record.named(self.register, field)
    }

    pub fn text(&self, field: &str) -> Option<&str> {
        match self.value(field) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn date(&self, field: &str) -> Option<Date> {
        match self.value(field) {
            Value::Date(date) => Some(*date),
            _ => None,
        }
    }

    /// Name of the record's state.
    pub fn state(&self) -> Option<&str> {
        self.record
            .state
            .map(|s| self.register.states[s.0].name.as_str())
    }

    /// Value of a param of the register.
    pub fn param(&self, name: &str) -> Value {
        match self.register.params.iter().position(|p| p.name == name) {
            Some(ix) => self.params.of(self.register, ix),
            None => Value::Null,
        }
    }

    /// Records loaded for a read that the hook named.
    pub fn read(&self, what: &str) -> &[Record] {
        self.reads.get(what)
    }

    /// Value of a field of a record that was read.
    pub fn of<'r>(&self, record: &'r Record, field: &str) -> &'r Value {
        record.named(self.catalogue.at(record.register), field)
    }
}

/// Records loaded for hooks, by the words of the read.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    loaded: HashMap<String, std::sync::Arc<Vec<Record>>>,
}

impl Reads {
    pub fn put(&mut self, what: &str, records: std::sync::Arc<Vec<Record>>) {
        self.loaded.insert(what.to_owned(), records);
    }

    pub fn has(&self, what: &str) -> bool {
        self.loaded.contains_key(what)
    }

    pub fn get(&self, what: &str) -> &[Record] {
        self.loaded
            .get(what)
            .map_or(&[], |records| records.as_slice())
    }
}

/// A further change in the same commit, asked for by an effect: fields of a record that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    pub register: String,
    pub id: Id,
    pub values: Vec<(String, Value)>,
}

/// A value.
pub type Compute = fn(&Situation) -> Value;
/// Yes, or a sentence that says why not.
pub type Guard = fn(&Situation) -> Result<(), String>;
/// Further changes, or a sentence that says why not.
pub type Effect = fn(&Situation) -> Result<Vec<Intent>, String>;

/// One registered hook of a register.
#[derive(Clone, Copy, Debug)]
pub struct Hook<F> {
    /// Qualified register, `special.equipment`-like.
    pub register: &'static str,
    pub name: &'static str,
    pub reads: &'static [&'static str],
    pub run: F,
}

/// All hooks of all tenants; `server` collects them.
#[derive(Clone, Debug, Default)]
pub struct Hooks {
    pub compute: Vec<Hook<Compute>>,
    pub guard: Vec<Hook<Guard>>,
    pub effect: Vec<Hook<Effect>>,
}

impl Hooks {
    /// Compiles the texts with these hooks as the registered ones.
    pub fn compile(&self, texts: &Texts) -> Result<Catalogue, Vec<Fault>> {
        fn names<F>(hooks: &[Hook<F>]) -> Vec<(&str, &str)> {
            hooks.iter().map(|h| (h.register, h.name)).collect()
        }
        let (compute, guard, effect) = (
            names(&self.compute),
            names(&self.guard),
            names(&self.effect),
        );
        catalogue::load(
            texts,
            &HookNames {
                compute: &compute,
                guard: &guard,
                effect: &effect,
            },
        )
    }

    pub fn merge(&mut self, other: Hooks) {
        self.compute.extend(other.compute);
        self.guard.extend(other.guard);
        self.effect.extend(other.effect);
    }

    pub fn compute(&self, register: &str, name: &str) -> Option<&Hook<Compute>> {
        self.compute
            .iter()
            .find(|h| h.register == register && h.name == name)
    }

    pub fn guard(&self, register: &str, name: &str) -> Option<&Hook<Guard>> {
        self.guard
            .iter()
            .find(|h| h.register == register && h.name == name)
    }

    pub fn effect(&self, register: &str, name: &str) -> Option<&Hook<Effect>> {
        self.effect
            .iter()
            .find(|h| h.register == register && h.name == name)
    }

    /// What must be loaded before a record of the register is decided upon: the reads of every
    /// computed field, and of the guard and effects of the action, if one is taken.
    pub fn reads(&self, register: &Register, action: Option<&str>) -> Vec<&'static str> {
        let mut reads: Vec<&'static str> = self
            .compute
            .iter()
            .filter(|h| h.register == register.name)
            .flat_map(|h| h.reads.iter().copied())
            .collect();
        if let Some(action) = action.and_then(|name| register.action(name)) {
            let guards = self
                .guard
                .iter()
                .filter(|h| h.register == register.name && action.guard.as_deref() == Some(h.name));
            let effects = self.effect.iter().filter(|h| {
                h.register == register.name && action.then.iter().any(|then| then == h.name)
            });
            reads.extend(guards.flat_map(|h| h.reads.iter().copied()));
            reads.extend(effects.flat_map(|h| h.reads.iter().copied()));
        }
        reads.sort_unstable();
        reads.dedup();
        reads
    }
}
