//! What a record must keep to: checks over the whole of it, and the params that conditions name.

use expr::{Checked, Type, Value};

use super::{FieldIx, Label};

/// A rule over the whole record, checked when it is saved.
#[derive(Clone, Debug)]
pub struct Check {
    pub name: String,
    pub holds: Checked,
    pub when: Option<Checked>,
    pub message: Label,
    /// Fields at which the message stands.
    pub fields: Vec<FieldIx>,
    /// Only warn, do not refuse.
    pub warns: bool,
    pub law: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Param {
    pub name: String,
    pub label: Label,
    pub ty: Type,
    pub default: Value,
    pub min: Option<Value>,
    pub max: Option<Value>,
    pub law: Option<String>,
}
