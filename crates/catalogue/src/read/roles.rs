//! `roles.toml`: the roles that accounts hold and definitions name.

use indexmap::IndexMap;

use super::{Forest, names, offers};
use crate::fault::{At, What};
use crate::model::{Door, Role};
use crate::texts::Origin;
use crate::tree::{Ctx, Table};

pub(crate) const KEYS: &[&str] = &["label", "layer", "door", "shares_views", "made_by"];
pub(crate) const LAYERS: &[&str] = &["L1", "L2", "L3", "L4", "upper", "public", "admin", "body"];

pub(crate) fn read(ctx: &mut Ctx<'_>, forest: &Forest) -> IndexMap<String, Role> {
    let mut roles: IndexMap<String, Role> = IndexMap::new();
    let mut places: Vec<(String, At)> = Vec::new();
    let mut labels = names::Labels::default();
    let mut makers: Vec<(String, At)> = Vec::new();
    for file in &forest.roles {
        ctx.only(file, "roles.toml", &["roles"]);
        for (name, at, table) in ctx.tables(file, "roles") {
            names::name(ctx, at, name);
            ctx.only(table, "角色", KEYS);
            if let Some((_, first)) = places.iter().find(|(known, _)| known == name) {
                let other = ctx.place(*first);
                ctx.fault(
                    at,
                    What::DuplicateRole {
                        name: name.into(),
                        other,
                    },
                );
                continue;
            }
            places.push((name.into(), at));
            let label = ctx.need_label(table, "角色", "label");
            labels.add(ctx, table.value_at("label"), name, &label);
            let layer = ctx.text(table, "layer").unwrap_or_default();
            if !table.has("layer") {
                ctx.missing(table, "角色", "layer");
            } else if !layer.is_empty() && !LAYERS.contains(&layer) {
                let what = What::UnknownLayer { name: layer.into() };
                ctx.fault_near(table.value_at("layer"), what, layer, LAYERS.iter().copied());
            }
            let door = door(ctx, table);
            roles.insert(
                name.into(),
                Role {
                    name: name.into(),
                    label,
                    layer: layer.into(),
                    shares_views: ctx.flag(table, "shares_views"),
                    made_by: made_by(ctx, table, &mut makers),
                    door,
                },
            );
        }
    }
    for (name, at) in makers {
        if !roles.contains_key(&name) {
            let known = roles.keys().map(String::as_str);
            ctx.fault_near(at, What::UnknownRole { name: name.clone() }, &name, known);
        }
    }
    roles
}

/// Whether the roles named there are known is asked when all were read.
fn made_by(ctx: &mut Ctx<'_>, table: &Table, makers: &mut Vec<(String, At)>) -> Vec<String> {
    let listed = ctx.texts(table, "made_by").into_iter();
    let listed: Vec<(String, At)> = listed.map(|(name, at)| (name.to_owned(), at)).collect();
    makers.extend(listed.iter().cloned());
    listed.into_iter().map(|(name, _)| name).collect()
}

fn door(ctx: &mut Ctx<'_>, table: &Table) -> Door {
    let word = ctx.text(table, "door");
    word.and_then(|word| offers::door(ctx, "door", word, table.value_at("door")))
        .unwrap_or_default()
}

/// Whether the house itself names a role there that no tenant has. Its registers are open to the
/// posts of a bureau; where there is no such post there is nobody to open them to, and no fault.
pub(crate) fn is_nobody(ctx: &Ctx<'_>, world: &super::World, name: &str, at: At) -> bool {
    ctx.texts.files[at.file].origin == Origin::House && !world.roles.contains_key(name)
}

/// Role names as listed; unknown ones are left out, and are faults unless the house names them.
pub(crate) fn named(
    ctx: &mut Ctx<'_>,
    world: &super::World,
    listed: Vec<(&str, At)>,
    besides: &[&str],
) -> Vec<String> {
    let mut found = Vec::new();
    for (name, at) in listed {
        if world.roles.contains_key(name) || besides.contains(&name) {
            found.push(name.to_owned());
        } else if !is_nobody(ctx, world, name, at) {
            let known = world
                .roles
                .keys()
                .map(String::as_str)
                .chain(besides.iter().copied());
            ctx.fault_near(at, What::UnknownRole { name: name.into() }, name, known);
        }
    }
    found
}
