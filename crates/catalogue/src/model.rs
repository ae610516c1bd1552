//! The checked definitions as an immutable value: what every room above reads instead of the text.
//!
//! **Invariant:** a `Catalogue` exists only when its whole text is free of faults, so indices are
//! always in range and names always resolve.

mod choice;
mod door;
mod enrol;
mod field;
mod flow;
mod list;
mod prefill;
mod reading;
mod register;
mod right;
mod rule;
mod warning;

use std::collections::HashMap;
use std::sync::Arc;

pub use calendar::Limit;
use indexmap::IndexMap;
pub use speech::Lang;
use speech::{Said, Speak, said};

use crate::read::BrokenFlow;

pub use self::choice::{ChoiceList, Entry};
pub use self::door::{Door, Leads, Offer};
pub use self::enrol::Enrol;
pub use self::field::{DivisionLevel, Field, Kind, Latest, Source};
pub use self::flow::{Action, BY_SYSTEM, Back, CREATOR, ClockRule, Phase, State, TurnMode};
pub use self::list::{Column, Index, List, Sort, Statistic};
pub use self::prefill::Prefill;
pub use self::reading::Reading;
pub use self::register::{Owner, Register, Section};
pub use self::right::{Permission, Reach, Verb};
pub use self::rule::{Check, Param};
pub use self::warning::{Grade, GradeRule, Message, Warning};

/// Index of a register in `Catalogue::registers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RegisterIx(pub usize);

/// Index of a field in `Register::fields`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FieldIx(pub usize);

/// Index of a state in `Register::states`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct StateIx(pub usize);

/// A label in Chinese, with English where `en.toml` has it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Label {
    pub zh: String,
    pub en: Option<String>,
}

impl Label {
    pub fn new(zh: impl Into<String>) -> Label {
        Label {
            zh: zh.into(),
            en: None,
        }
    }

    /// The text in that language; Chinese where there is no English.
    pub fn get(&self, lang: Lang) -> &str {
        match (lang, &self.en) {
            (Lang::En, Some(en)) => en,
            _ => &self.zh,
        }
    }
}

impl Speak for Label {
    fn speak(&self, lang: Lang, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.get(lang))
    }
}

impl From<&Label> for Said {
    fn from(label: &Label) -> Said {
        said!("{}" / "{}", label)
    }
}

/// Everything that is defined, checked.
#[derive(Clone, Debug)]
pub struct Catalogue {
    pub roles: IndexMap<String, Role>,
    pub subsystems: IndexMap<String, Subsystem>,
    pub registers: Vec<Register>,
    /// By qualified name `subsystem.register`.
    pub names: HashMap<String, RegisterIx>,
    /// By qualified name `subsystem.list`.
    pub choices: IndexMap<String, ChoiceList>,
    /// SM3 of the whole text, overlays included; short form in history entries.
    pub hash: [u8; 32],
    /// The same definitions with the flow of one register as running matters began by it.
    pub older: HashMap<(RegisterIx, String), Arc<Catalogue>>,
    /// Flows by which matters run and which the definitions make no sense of any more.
    pub broken: Vec<BrokenFlow>,
}

impl Catalogue {
    pub fn register(&self, name: &str) -> Option<RegisterIx> {
        self.names.get(name).copied()
    }

    pub fn register_by_path(&self, path: &str) -> Option<RegisterIx> {
        self.registers
            .iter()
            .position(|r| r.path == path)
            .map(RegisterIx)
    }

    pub fn at(&self, ix: RegisterIx) -> &Register {
        &self.registers[ix.0]
    }

    /// All registers with their index, in order of definition.
    pub fn all(&self) -> impl Iterator<Item = (RegisterIx, &Register)> {
        self.registers
            .iter()
            .enumerate()
            .map(|(i, r)| (RegisterIx(i), r))
    }

    /// The definitions by which a matter goes on that began with that version of its register's flow:
    /// these, unless it is an older one that is known.
    pub fn by_flow(&self, register: RegisterIx, version: &str) -> &Catalogue {
        if self.older.is_empty() || self.at(register).flow_version() == version {
            return self;
        }
        let older = self.older.get(&(register, version.to_owned()));
        older.map_or(self, |older| older)
    }

    /// Every way in which matters of the register go now: that of today, and those they began by.
    pub fn ways(&self, register: RegisterIx) -> impl Iterator<Item = &Register> {
        let older = self.older.iter();
        let older = older.filter(move |((of, _), _)| *of == register);
        std::iter::once(self.at(register)).chain(older.map(move |(_, whole)| whole.at(register)))
    }

    /// Whether records of the register go from turn to turn, today or as they began.
    pub fn has_flow(&self, register: RegisterIx) -> bool {
        self.ways(register).any(Register::is_flow)
    }

    pub fn choice(&self, list: &str) -> &ChoiceList {
        &self.choices[list]
    }
}

/// A role that accounts hold and definitions name.
#[derive(Clone, Debug)]
pub struct Role {
    pub name: String,
    pub label: Label,
    /// Layer of `organisation.md` §2: "L1".."L4", "upper", "public", "admin".
    pub layer: String,
    /// May share saved lists with the unit in which the role is held.
    pub shares_views: bool,
    /// Roles that make accounts of this one within their own enterprise.
    pub made_by: Vec<String>,
    /// The home page of whoever acts in it.
    pub door: Door,
}

#[derive(Clone, Debug)]
pub struct Subsystem {
    pub name: String,
    pub title: Label,
    pub uses: Vec<String>,
    /// Order in the menu, small first.
    pub order: i64,
}
