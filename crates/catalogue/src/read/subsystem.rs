//! `subsystem.toml`: title, neighbours, place in the menu.

use indexmap::IndexMap;

use super::{Forest, names};
use crate::fault::What;
use crate::model::Subsystem;
use crate::tree::Ctx;

pub(crate) const KEYS: &[&str] = &["title", "uses", "order"];
/// Place in the menu of a subsystem that names none.
const ORDER_DEFAULT: i64 = 100;

pub(crate) fn read(ctx: &mut Ctx<'_>, forest: &Forest) -> IndexMap<String, Subsystem> {
    let mut found = IndexMap::new();
    let mut labels = names::Labels::default();
    for (name, file) in &forest.subsystems {
        names::name(ctx, file.at, name);
        ctx.only(file, "subsystem.toml", &["subsystem", "choices"]);
        let Some(table) = ctx.table(file, "subsystem") else {
            if !file.has("subsystem") {
                ctx.missing(file, "subsystem.toml", "[subsystem]");
            }
            continue;
        };
        ctx.only(table, "[subsystem]", KEYS);
        let title = ctx.need_label(table, "[subsystem]", "title");
        labels.add(ctx, table.value_at("title"), name, &title);
        let mut uses = Vec::new();
        for (used, at) in ctx.texts(table, "uses") {
            if forest.subsystems.contains_key(used) {
                uses.push(used.to_owned());
            } else {
                let known = forest.subsystems.keys().map(String::as_str);
                ctx.fault_near(
                    at,
                    What::UnknownSubsystem { name: used.into() },
                    used,
                    known,
                );
            }
        }
        let order = ctx.int(table, "order").unwrap_or(ORDER_DEFAULT);
        found.insert(
            name.clone(),
            Subsystem {
                name: name.clone(),
                title,
                uses,
                order,
            },
        );
    }
    circles(ctx, forest, &found);
    found.sort_by(|_, a, _, b| (a.order, &a.name).cmp(&(b.order, &b.name)));
    found
}

/// Neighbours that point at each other could not be built or reviewed one after the other.
fn circles(ctx: &mut Ctx<'_>, forest: &Forest, all: &IndexMap<String, Subsystem>) {
    let next = |name: &str| all.get(name).map(|s| s.uses.clone()).unwrap_or_default();
    let mut told: Vec<String> = Vec::new();
    for name in all.keys() {
        if told.contains(name) {
            continue;
        }
        if let Some(path) = circle(name, next) {
            told.extend(path.iter().cloned());
            let table = &forest.subsystems[name];
            let at = match table.get("subsystem").map(|node| &node.data) {
                Some(crate::tree::Data::Table(inner)) => inner.value_at("uses"),
                _ => table.at,
            };
            ctx.fault(
                at,
                What::UsesCircle {
                    path: path.join(" → "),
                },
            );
        }
    }
}

/// A way from `start` back to `start`.
pub(crate) fn circle(start: &str, next: impl Fn(&str) -> Vec<String>) -> Option<Vec<String>> {
    let mut seen: Vec<String> = Vec::new();
    let mut open: Vec<Vec<String>> = vec![vec![start.to_owned()]];
    while let Some(path) = open.pop() {
        let here = path.last().map(String::as_str).unwrap_or_default();
        for there in next(here) {
            let mut longer = path.clone();
            longer.push(there.clone());
            if there == start {
                return Some(longer);
            }
            if !seen.contains(&there) {
                seen.push(there);
                open.push(longer);
            }
        }
    }
    None
}
