//! What must be known of every register before any condition or reference can be judged.

use super::fields::{Level, Read};
use super::{Forest, World, fields, params, record, states};
use crate::fault::{At, What};
use crate::model::{FieldIx, Kind, Param, State};
use crate::tree::{Ctx, Table};

/// One register half read: its fields, states and params, without what refers to other registers.
pub(crate) struct Outline<'f> {
    /// Qualified name.
    pub name: String,
    pub subsystem: String,
    pub short: String,
    /// The whole file.
    pub file: &'f Table,
    pub fields: Vec<Read<'f>>,
    pub states: Vec<State>,
    pub params: Vec<Param>,
    pub dated: Option<FieldIx>,
}

impl Outline<'_> {
    /// The field named in the text; unknown ones are told.
    pub fn field(&self, ctx: &mut Ctx<'_>, name: &str, at: At) -> Option<FieldIx> {
        let found = self.fields.iter().position(|read| read.field.name == name);
        if found.is_none() {
            let known = self.fields.iter().map(|read| read.field.name.as_str());
            ctx.fault_near(at, What::UnknownField { name: name.into() }, name, known);
        }
        found.map(FieldIx)
    }

    /// The fields listed under `key`.
    pub fn listed(&self, ctx: &mut Ctx<'_>, table: &Table, key: &str) -> Vec<(FieldIx, At)> {
        let named = ctx.texts(table, key);
        named
            .into_iter()
            .filter_map(|(name, at)| Some((self.field(ctx, name, at)?, at)))
            .collect()
    }

    /// Tells a field of another type than `key` needs. A field that is itself at fault passes.
    pub fn wants(
        &self,
        ctx: &mut Ctx<'_>,
        (key, wanted): (&str, &str),
        (ix, at): (FieldIx, At),
        fits: impl Fn(&Kind) -> bool,
    ) -> bool {
        let read = &self.fields[ix.0];
        let fine = read.broken || fits(&read.field.kind);
        if !fine {
            let what = What::WrongField {
                key: key.into(),
                name: read.field.name.clone(),
                wanted: wanted.into(),
                found: read.field.kind.word().into(),
            };
            ctx.fault(at, what);
        }
        fine
    }
}

pub(crate) fn read<'f>(ctx: &mut Ctx<'_>, world: &World, forest: &'f Forest) -> Vec<Outline<'f>> {
    let mut found: Vec<Outline<'f>> = Vec::new();
    for (subsystem, short, file) in record::in_order(forest, &world.subsystems) {
        ctx.only(file, "登记簿", record::TABLES);
        let all = ctx.table(file, "fields");
        if !file.has("fields") {
            ctx.missing(file, "登记簿", "[fields]");
        }
        let fields = match all {
            Some(all) => fields::read(ctx, world, subsystem, all, Level::Record),
            None => Vec::new(),
        };
        let states = states::read(ctx, world, file, &fields);
        let mut outline = Outline {
            name: format!("{subsystem}.{short}"),
            subsystem: subsystem.into(),
            short: short.into(),
            file,
            fields,
            states,
            params: Vec::new(),
            dated: None,
        };
        outline.params = params::read(ctx, &outline);
        outline.dated = record::dated(ctx, &outline);
        found.push(outline);
    }
    found
}
