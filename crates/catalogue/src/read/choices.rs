//! `[choices]`: lists of entries that fields choose from, and the list of roles.

use indexmap::IndexMap;

use super::{Forest, names};
use crate::NAME_CHARS_MAX;
use crate::fault::{At, What};
use crate::model::{ChoiceList, Entry, Label, Role};
use crate::tree::{Ctx, Data, Node, Table};

pub(crate) const KEYS: &[&str] = &["title", "open", "entries"];
pub(crate) const ENTRY_KEYS: &[&str] = &["label", "under", "group", "retired"];
/// The list made from `roles.toml`.
pub(crate) const ROLE_LIST: &str = "house.role";

pub(crate) fn read(
    ctx: &mut Ctx<'_>,
    forest: &Forest,
    roles: &IndexMap<String, Role>,
) -> IndexMap<String, ChoiceList> {
    let mut found = IndexMap::new();
    for (folder, file) in &forest.subsystems {
        for (name, at, table) in ctx.tables(file, "choices") {
            names::name(ctx, at, name);
            let full = format!("{folder}.{name}");
            if full == ROLE_LIST {
                ctx.fault(at, What::ReservedName { name: name.into() });
            }
            found.insert(full.clone(), list(ctx, full, table));
        }
    }
    let entries = roles
        .iter()
        .map(|(name, role)| (name.clone(), plain(role.label.clone())));
    found.insert(
        ROLE_LIST.to_owned(),
        ChoiceList {
            name: ROLE_LIST.to_owned(),
            title: Label {
                zh: "角色".into(),
                en: Some("Role".into()),
            },
            open: false,
            entries: entries.collect(),
        },
    );
    found
}

fn list(ctx: &mut Ctx<'_>, name: String, table: &Table) -> ChoiceList {
    ctx.only(table, "选项表", KEYS);
    let title = ctx.need_label(table, "选项表", "title");
    let open = ctx.flag(table, "open");
    let mut entries = IndexMap::new();
    let mut labels = names::Labels::default();
    match ctx.table(table, "entries") {
        Some(inner) => {
            for (key, place) in &inner.entries {
                entry_name(ctx, place.key, key);
                let entry = entry(ctx, key, &place.value);
                let unique = format!("{:?}|{:?}|{}", entry.under, entry.group, entry.label.zh);
                labels.add_text(ctx, place.value.at, key, &unique, &entry.label.zh);
                entries.insert(key.clone(), entry);
            }
            if entries.is_empty() && !open {
                ctx.fault(
                    inner.at,
                    What::EmptyList {
                        key: "entries".into(),
                    },
                );
            }
        }
        None if !table.has("entries") => ctx.missing(table, "选项表", "entries"),
        None => {}
    }
    ChoiceList {
        name,
        title,
        open,
        entries,
    }
}

fn entry_name(ctx: &mut Ctx<'_>, at: At, name: &str) {
    if name.is_empty() || !name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_') {
        ctx.fault(at, What::BadEntryName { name: name.into() });
    } else if name.len() > NAME_CHARS_MAX {
        let max = NAME_CHARS_MAX.to_string();
        ctx.fault(
            at,
            What::LongName {
                name: name.into(),
                max,
            },
        );
    }
}

fn entry(ctx: &mut Ctx<'_>, name: &str, node: &Node) -> Entry {
    let Data::Table(table) = &node.data else {
        return plain(Label::new(ctx.as_text(name, node).unwrap_or_default()));
    };
    ctx.only(table, "选项", ENTRY_KEYS);
    Entry {
        label: ctx.need_label(table, "选项", "label"),
        under: ctx.text(table, "under").map(str::to_owned),
        group: ctx.text(table, "group").map(str::to_owned),
        retired: ctx.flag(table, "retired"),
    }
}

fn plain(label: Label) -> Entry {
    Entry {
        label,
        under: None,
        group: None,
        retired: false,
    }
}
