//! What every decision stands on: definitions, hooks, the bureau's params, the person, the time.

use std::collections::HashMap;

use catalogue::{Catalogue, Register};
use expr::{Fixed, Moment, Value};
use jiff::civil::Date;

use crate::{Actor, Hooks, Reads, Record, Refusal, Situation, View};

/// How the duties of a house are shared among its people; chosen when the data directory is made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Profile {
    /// System, security and audit administrator are three persons, and none of them holds a business
    /// post (GB/T 22239-2019 8.1.4.2); whoever made a record does not approve it.
    #[default]
    Full,
    /// One person may hold several posts, and stand on both sides of an act: each such act is marked
    /// and listed for the tier above (同一人办理).
    Small,
}

impl Profile {
    pub fn word(self) -> &'static str {
        match self {
            Profile::Full => "full",
            Profile::Small => "small",
        }
    }

    pub fn from_word(word: &str) -> Option<Profile> {
        [Profile::Full, Profile::Small]
            .into_iter()
            .find(|profile| profile.word() == word)
    }
}

/// Values of params that a bureau changed on a page; defaults come from the definition.
#[derive(Clone, Debug, Default)]
pub struct ParamValues {
    changed: HashMap<String, HashMap<String, Value>>,
    profile: Profile,
}

impl ParamValues {
    /// Sets a changed value.
    pub fn set(&mut self, register: &str, param: &str, value: Value) {
        self.changed
            .entry(register.to_owned())
            .or_default()
            .insert(param.to_owned(), value);
    }

    pub fn set_profile(&mut self, profile: Profile) {
        self.profile = profile;
    }

    /// How the duties of the house are shared.
    pub fn profile(&self) -> Profile {
        self.profile
    }

    /// Value of the param at that index of the register.
    pub fn of(&self, register: &Register, ix: usize) -> Value {
        let param = &register.params[ix];
        let changed = self
            .changed
            .get(&register.name)
            .and_then(|m| m.get(&param.name));
        changed.unwrap_or(&param.default).clone()
    }
}

/// What every decision stands on: definitions, hooks, params, who, and when.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub catalogue: &'a Catalogue,
    pub hooks: &'a Hooks,
    pub params: &'a ParamValues,
    pub actor: &'a Actor,
    pub today: Date,
    pub now: Moment,
}

impl<'a> Ground<'a> {
    /// Refuses unless the person has proved lately to be the one.
    pub fn proven(&self) -> Result<(), Refusal> {
        match self.actor.freshness.holds(self.now) {
            true => Ok(()),
            false => Err(Refusal::unproved()),
        }
    }

    /// Params and dates of a register, for folding its conditions.
    pub fn constants(&self, register: &Register) -> Fixed {
        let params = (0..register.params.len())
            .map(|ix| self.params.of(register, ix))
            .collect();
        Fixed {
            params,
            today: self.today,
            now: self.now,
        }
    }

    /// The record as conditions see it.
    pub fn view(&self, record: &'a Record) -> View<'a> {
        View {
            register: self.catalogue.at(record.register),
            record,
            params: self.params,
            today: self.today,
            now: self.now,
        }
    }

    /// What a hook is shown of the record and its surroundings.
    pub(crate) fn situation(
        &self,
        record: &'a Record,
        before: Option<&'a Record>,
        reads: &'a Reads,
    ) -> Situation<'a> {
        Situation {
            catalogue: self.catalogue,
            register: self.catalogue.at(record.register),
            record,
            before,
            actor: self.actor,
            params: self.params,
            today: self.today,
            now: self.now,
            reads,
        }
    }
}
