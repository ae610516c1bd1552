//! `roles.toml`: the roles that accounts hold and definitions name.

use indexmap::IndexMap;

use super::{Forest, names};
use crate::fault::{At, What};
use crate::model::Role;
use crate::tree::Ctx;

pub(crate) const KEYS: &[&str] = &["label", "layer"];
pub(crate) const LAYERS: &[&str] = &["L1", "L2", "L3", "L4", "upper", "public", "admin", "body"];

pub(crate) fn read(ctx: &mut Ctx<'_>, forest: &Forest) -> IndexMap<String, Role> {
    let mut roles: IndexMap<String, Role> = IndexMap::new();
    let mut places: Vec<(String, At)> = Vec::new();
    let mut labels = names::Labels::default();
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
            roles.insert(
                name.into(),
                Role {
                    name: name.into(),
                    label,
                    layer: layer.into(),
                },
            );
        }
    }
    roles
}

/// Role names as listed under `key`; unknown ones are faults and left out.
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
        } else {
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
