//! One register: its record type, table, pages, rights and flow.

use std::collections::{BTreeMap, HashMap};

use expr::{Checked, Template};
use indexmap::IndexMap;

use super::{
    Action, Check, ClockRule, Enrol, Field, FieldIx, Index, Kind, Label, List, Offer, Param,
    Permission, RegisterIx, State, StateIx, Statistic, Warning,
};

/// One register: its record type, table, pages, rights and flow.
#[derive(Clone, Debug)]
pub struct Register {
    /// Qualified name `subsystem.register`.
    pub name: String,
    pub subsystem: String,
    /// Last part of the name.
    pub short: String,
    pub title: Label,
    /// Path of its pages, unique: `equipment` gives `/equipment/…`.
    pub path: String,
    /// How a record is named to people: `{code} {name}`. Keys are field names.
    pub shown: Template,
    pub about: Option<RegisterIx>,
    /// Field that says in whose area a record lies.
    pub reach: Option<FieldIx>,
    /// Who sees the record as its own.
    pub owner: Option<Owner>,
    /// Field that dates a record among its siblings, for `latest`.
    pub dated: Option<FieldIx>,
    pub version: u32,
    /// Line of help shown on its list page.
    pub note: Option<Label>,
    pub law: Option<String>,
    /// Not in the menu; records are reached from others.
    pub menu: bool,
    pub fields: Vec<Field>,
    /// Field names to indices, for quick look-ups.
    pub field_names: HashMap<String, FieldIx>,
    pub form: Vec<Section>,
    pub states: Vec<State>,
    /// States a new record may begin in; the first is the default. Empty when there are no states.
    pub begins: Vec<StateIx>,
    pub actions: Vec<Action>,
    pub clocks: Vec<ClockRule>,
    pub params: Vec<Param>,
    pub warnings: Vec<Warning>,
    pub lists: Vec<List>,
    /// What stands of it on home pages.
    pub offers: Vec<Offer>,
    /// How strangers apply for an account by it.
    pub enrol: Option<Enrol>,
    pub checks: Vec<Check>,
    pub indexes: Vec<Index>,
    pub statistics: Vec<Statistic>,
    pub permissions: IndexMap<String, Permission>,
    /// Field names that were renamed: (old, new).
    pub renamed: Vec<(String, String)>,
    /// Conditions as written, by path: `actions.resume.when`, `fields.load_kg.when`.
    pub written: BTreeMap<String, String>,
    /// SM3 of this register's text with overlays; the first 8 bytes in hex go into history.
    pub hash: [u8; 32],
    /// `[states]`, `[actions]` and `[clocks]` as one text, overlays included.
    pub flow_text: String,
    /// SM3 of `flow_text`: the version of the flow that a matter begins with.
    pub flow_hash: [u8; 32],
}

impl Register {
    pub fn field(&self, name: &str) -> Option<FieldIx> {
        self.field_names.get(name).copied()
    }

    pub fn get(&self, ix: FieldIx) -> &Field {
        &self.fields[ix.0]
    }

    pub fn state(&self, name: &str) -> Option<StateIx> {
        self.states.iter().position(|s| s.name == name).map(StateIx)
    }

    pub fn action(&self, name: &str) -> Option<&Action> {
        self.actions.iter().find(|a| a.name == name)
    }

    pub fn clock(&self, name: &str) -> Option<&ClockRule> {
        self.clocks.iter().find(|c| c.name == name)
    }

    /// Whether records go from turn to turn: some state says whose turn it is.
    pub fn is_flow(&self) -> bool {
        self.states.iter().any(|s| !s.turn.is_empty())
    }

    /// The version of the flow, as a matter keeps it: the beginning of its hash in hex.
    pub fn flow_version(&self) -> String {
        let bytes = self.flow_hash.iter().take(8);
        bytes.map(|byte| format!("{byte:02x}")).collect()
    }

    pub fn list(&self, name: &str) -> Option<&List> {
        self.lists.iter().find(|l| l.name == name)
    }

    pub fn all_fields(&self) -> impl Iterator<Item = (FieldIx, &Field)> {
        self.fields.iter().enumerate().map(|(i, f)| (FieldIx(i), f))
    }

    /// The field by which its records point at those of another register.
    pub fn pointing_at(&self, parent: RegisterIx) -> Option<FieldIx> {
        let mut fields = self.all_fields();
        fields.find_map(|(by, field)| match field.kind {
            Kind::Ref { to } if to == parent => Some(by),
            _ => None,
        })
    }

    /// The unique field by which imports know a record, if there is one.
    pub fn key(&self) -> Option<FieldIx> {
        self.fields.iter().position(|f| f.unique).map(FieldIx)
    }
}

/// Who sees a record as its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The record named by this ref field.
    Field(FieldIx),
    /// The record itself (`owner = "id"`).
    Itself,
}

#[derive(Clone, Debug)]
pub struct Section {
    pub name: String,
    pub title: Label,
    pub fields: Vec<FieldIx>,
    pub when: Option<Checked>,
}
