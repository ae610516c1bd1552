//! The three kinds of Rust hook a tenant may register, and no fourth: compute, guard, effect.
//!
//! None does I/O. A hook names what it reads, in the words of [`Reading`]; `app` loads it beforehand.

use std::collections::HashMap;

use catalogue::{Catalogue, Fault, HookNames, HookRead, KeptFlow, Reading, Register, Texts};
use expr::{Id, Moment, Value};
use jiff::civil::Date;
use speech::Said;

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

/// A further change in the same commit, asked for by an effect. It stands by the right of the effect,
/// not of the person; what the definition demands of the record itself still holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// Fields of a record that was read.
    Set {
        register: String,
        id: Id,
        values: Vec<(String, Value)>,
    },
    /// A new record, in its register's first state unless one is named. `into` is a ref field of the
    /// acting record that is to name it.
    Make {
        register: String,
        values: Vec<(String, Value)>,
        state: Option<String>,
        into: Option<String>,
        /// Child rows, by field; each row by column.
        rows: ChildRows,
    },
    /// An action on a record that was read: its state, conditions, guard and steps are followed.
    Act {
        register: String,
        id: Id,
        action: String,
        values: Vec<(String, Value)>,
    },
}

impl Intent {
    pub fn set(register: &str, id: Id, values: Vec<(String, Value)>) -> Intent {
        Intent::Set {
            register: register.to_owned(),
            id,
            values,
        }
    }

    pub fn make(register: &str, values: Vec<(String, Value)>) -> Intent {
        Intent::Make {
            register: register.to_owned(),
            values,
            state: None,
            into: None,
            rows: ChildRows::new(),
        }
    }

    pub fn act(register: &str, id: Id, action: &str, values: Vec<(String, Value)>) -> Intent {
        Intent::Act {
            register: register.to_owned(),
            id,
            action: action.to_owned(),
            values,
        }
    }
}

/// Child rows as an effect writes them: the field, and of each row its columns.
pub type ChildRows = Vec<(String, Vec<Vec<(String, Value)>>)>;

/// A value.
pub type Compute = fn(&Situation) -> Value;
/// Yes, or a sentence that says why not.
pub type Guard = fn(&Situation) -> Result<(), Said>;
/// Further changes, or a sentence that says why not.
pub type Effect = fn(&Situation) -> Result<Vec<Intent>, Said>;

/// One registered hook of a register.
#[derive(Clone, Copy, Debug)]
pub struct Hook<F> {
    /// Qualified register, `special.equipment`-like.
    pub register: &'static str,
    pub name: &'static str,
    pub reads: &'static [&'static str],
    pub run: F,
}

impl<F> Hook<F> {
    pub const fn new(
        register: &'static str,
        name: &'static str,
        reads: &'static [&'static str],
        run: F,
    ) -> Hook<F> {
        Hook {
            register,
            name,
            reads,
            run,
        }
    }
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
        self.compile_beside(texts, &[])
    }

    /// The same beside the flows by which matters began.
    pub fn compile_beside(
        &self,
        texts: &Texts,
        flows: &[KeptFlow],
    ) -> Result<Catalogue, Vec<Fault>> {
        fn names<F>(hooks: &[Hook<F>]) -> Vec<(&str, &str)> {
            hooks.iter().map(|h| (h.register, h.name)).collect()
        }
        fn reads<'a, F>(kind: &'a str, hooks: &'a [Hook<F>]) -> impl Iterator<Item = HookRead<'a>> {
            let of = move |hook: &'a Hook<F>| {
                hook.reads.iter().map(move |words| HookRead {
                    kind,
                    register: hook.register,
                    name: hook.name,
                    words,
                })
            };
            hooks.iter().flat_map(of)
        }
        let (compute, guard, effect) = (
            names(&self.compute),
            names(&self.guard),
            names(&self.effect),
        );
        let read: Vec<HookRead<'_>> = reads("compute", &self.compute)
            .chain(reads("guard", &self.guard))
            .chain(reads("effect", &self.effect))
            .collect();
        let names = HookNames {
            compute: &compute,
            guard: &guard,
            effect: &effect,
            reads: &read,
        };
        match flows.is_empty() {
            true => catalogue::load(texts, &names),
            false => catalogue::load_beside(texts, &names, flows),
        }
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

    /// What must be loaded before a record of the register is decided upon, in words and what they
    /// mean: the reads of every computed field, and of the guards and effects of the actions that are
    /// taken, if any.
    pub fn reads<'n>(
        &self,
        catalogue: &Catalogue,
        register: &Register,
        actions: impl IntoIterator<Item = &'n str>,
    ) -> Vec<(&'static str, Reading)> {
        let mut reads: Vec<&'static str> = self
            .compute
            .iter()
            .filter(|h| h.register == register.name)
            .flat_map(|h| h.reads.iter().copied())
            .collect();
        for action in actions.into_iter().filter_map(|name| register.action(name)) {
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
        // Words that mean nothing were refused when the definitions were compiled.
        let known = |words| Reading::of(catalogue, register, words).map(|reading| (words, reading));
        reads.into_iter().filter_map(known).collect()
    }
}
