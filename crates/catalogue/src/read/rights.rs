//! `[permissions]`: verb by reach for each role.

use indexmap::IndexMap;

use super::conditions::{Use, condition};
use super::outline::Outline;
use super::{World, roles};
use crate::fault::What;
use crate::model::{FieldIx, Owner, Permission, Reach, Verb};
use crate::tree::{Ctx, Table};

pub(crate) const KEYS: &[&str] = &["may", "within", "fields", "where"];

/// What says whose record it is, needed by the narrower reaches.
pub(crate) struct Bounds {
    pub reach: Option<FieldIx>,
    pub owner: Option<Owner>,
}

pub(crate) fn read(
    ctx: &mut Ctx<'_>,
    world: &World,
    outline: &Outline<'_>,
    bounds: &Bounds,
) -> IndexMap<String, Permission> {
    let mut found = IndexMap::new();
    for (role, at, table) in ctx.tables(outline.file, "permissions") {
        if roles::is_nobody(ctx, world, role, at) {
            continue;
        }
        if !world.roles.contains_key(role) {
            let known = world.roles.keys().map(String::as_str);
            ctx.fault_near(at, What::UnknownRole { name: role.into() }, role, known);
        }
        ctx.only(table, "权限", KEYS);
        for key in ["may", "within"].into_iter().filter(|key| !table.has(key)) {
            ctx.missing(table, "权限", key);
        }
        let may = verbs(ctx, table);
        let within = within(ctx, table, bounds);
        let fields = table.has("fields").then(|| {
            outline
                .listed(ctx, table, "fields")
                .into_iter()
                .map(|(ix, _)| ix)
                .collect()
        });
        let only = condition(ctx, world, outline, table, "where", Use::InQuery);
        let Some(within) = within else { continue };
        found.insert(
            role.to_owned(),
            Permission {
                may,
                within,
                fields,
                only,
            },
        );
    }
    found
}

fn verbs(ctx: &mut Ctx<'_>, table: &Table) -> Vec<Verb> {
    let mut found = Vec::new();
    for (word, at) in ctx.texts(table, "may") {
        match Verb::ALL.into_iter().find(|verb| verb.word() == word) {
            Some(verb) => found.push(verb),
            None => {
                let what = What::UnknownVerb { name: word.into() };
                ctx.fault_near(at, what, word, Verb::ALL.map(Verb::word));
            }
        }
    }
    found
}

fn within(ctx: &mut Ctx<'_>, table: &Table, bounds: &Bounds) -> Option<Reach> {
    let word = ctx.text(table, "within")?;
    let at = table.value_at("within");
    let Some(within) = Reach::ALL.into_iter().find(|reach| reach.word() == word) else {
        let what = What::UnknownReach { name: word.into() };
        ctx.fault_near(at, what, word, Reach::ALL.map(Reach::word));
        return None;
    };
    let lacks = match within {
        Reach::All => None,
        Reach::Own => bounds.owner.is_none().then_some("owner"),
        _ => bounds.reach.is_none().then_some("reach"),
    };
    if let Some(key) = lacks {
        ctx.fault(
            at,
            What::ReachNeeds {
                within: word.into(),
                key: key.into(),
            },
        );
    }
    Some(within)
}
