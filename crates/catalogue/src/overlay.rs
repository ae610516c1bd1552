//! A bureau's overlay laid over a definition: it adds what begins with `x_` and tightens the rest.
//!
//! Trees are merged, not models: the checker then reads one text, and every value still knows the
//! file that it came from.

mod rules;
mod tighten;

use rules::Rule;
use tighten::tighten;

use crate::fault::What;
use crate::texts::Origin;
use crate::tree::{Ctx, Data, Entry, Table};

/// What new names of an overlay begin with, so that no release of ours ever meets them.
const PREFIX: &str = "x_";

/// Laid over `roles.toml`: labels only.
pub(crate) fn roles(ctx: &mut Ctx<'_>, base: &mut [Table], over: Table) {
    for (key, entry) in over.entries {
        if key != "roles" {
            let what = What::UnknownKey {
                place: "roles.toml".into(),
                key,
            };
            ctx.fault(entry.key, what);
            continue;
        }
        let Data::Table(named) = entry.value.data else {
            continue;
        };
        for (name, over) in named.entries {
            let role = base.iter_mut().find_map(|file| {
                match file
                    .entries
                    .get_mut("roles")
                    .map(|entry| &mut entry.value.data)
                {
                    Some(Data::Table(roles)) => roles.entries.get_mut(&name),
                    _ => None,
                }
            });
            match role {
                Some(role) => attributes(ctx, role, over, rules::ROLE, Locked::No),
                None => {
                    let what = What::UnknownRole { name };
                    ctx.fault(over.key, what);
                }
            }
        }
    }
}

/// Laid over `subsystem.toml`: title, order, further neighbours, entries of open lists.
pub(crate) fn subsystem(ctx: &mut Ctx<'_>, base: &mut Table, over: Table) {
    for (key, entry) in over.entries {
        let Some(below) = base.entries.get_mut(&key) else {
            base.entries.insert(key, entry);
            continue;
        };
        match key.as_str() {
            "subsystem" => attributes(ctx, below, entry, rules::SUBSYSTEM, Locked::No),
            "choices" => named(ctx, below, entry, &mut choices),
            _ => changed(ctx, &key, below, &entry),
        }
    }
}

fn choices(ctx: &mut Ctx<'_>, name: &str, base: &mut Entry, over: Entry) {
    let (Data::Table(below), Data::Table(above)) = (&mut base.value.data, over.value.data) else {
        return;
    };
    let open = matches!(
        below.get("open").map(|node| &node.data),
        Some(Data::Bool(true))
    );
    let place = base.key;
    for (key, entry) in above.entries {
        match (key.as_str(), below.entries.get_mut(&key)) {
            ("entries", Some(entries)) => {
                named_or(
                    ctx,
                    entries,
                    entry,
                    &mut |ctx, name_of, entry| {
                        if open {
                            prefixed(ctx, name_of, entry);
                        } else {
                            let base = ctx.place(place);
                            let what = What::OverlayClosed {
                                list: name.into(),
                                base,
                            };
                            ctx.fault(entry.key, what);
                        }
                        open
                    },
                    &mut |ctx, _, base, over| {
                        relabel(ctx, base, over);
                    },
                );
            }
            ("title", Some(title)) => *title = entry,
            (_, Some(below)) => changed(ctx, &key, below, &entry),
            (_, None) => adds(ctx, &key, place, &entry),
        }
    }
}

/// An entry of a list: its label may change, and it may be retired.
fn relabel(ctx: &mut Ctx<'_>, base: &mut Entry, over: Entry) {
    match (&base.value.data, &over.value.data) {
        (Data::Table(_), Data::Table(_)) => {
            attributes(ctx, base, over, rules::ENTRY, Locked::No);
        }
        (Data::Table(_), _) => changed(ctx, "label", base, &over),
        (Data::Text(label), Data::Table(_)) => {
            let mut table = Table::empty(base.value.at);
            let value = crate::tree::Node {
                at: base.value.at,
                data: Data::Text(label.clone()),
            };
            table.entries.insert(
                "label".into(),
                Entry {
                    key: base.key,
                    value,
                },
            );
            base.value.data = Data::Table(table);
            attributes(ctx, base, over, rules::ENTRY, Locked::No);
        }
        _ => *base = over,
    }
}

/// Laid over `<record>.toml`.
pub(crate) fn record(ctx: &mut Ctx<'_>, base: &mut Table, over: Table) {
    for (key, entry) in over.entries {
        let Some(below) = base.entries.get_mut(&key) else {
            whole_table(ctx, base, key, entry);
            continue;
        };
        match key.as_str() {
            "record" => attributes(ctx, below, entry, rules::RECORD, Locked::No),
            "fields" => named(ctx, below, entry, &mut |ctx, _, base, over| {
                let locked = locked(base);
                attributes(ctx, base, over, rules::FIELD, locked);
            }),
            "form" => named(ctx, below, entry, &mut |ctx, _, base, over| {
                attributes(ctx, base, over, rules::SECTION, Locked::No);
            }),
            "states" => fixed(ctx, below, entry, "状态", rules::STATE),
            "actions" => fixed(ctx, below, entry, "动作", rules::ACTION),
            "clocks" => fixed(ctx, below, entry, "时限", rules::CLOCK),
            "permissions" => fixed(ctx, below, entry, "权限", rules::PERMISSION),
            "params" => named(ctx, below, entry, &mut |ctx, _, base, over| {
                attributes(ctx, base, over, rules::PARAM, Locked::No);
            }),
            "checks" => named(ctx, below, entry, &mut |ctx, _, base, over| {
                attributes(ctx, base, over, rules::CHECK, Locked::No);
            }),
            "lists" => named(ctx, below, entry, &mut |ctx, _, base, over| {
                attributes(ctx, base, over, rules::LIST, Locked::No);
            }),
            "offers" => named(ctx, below, entry, &mut |ctx, _, base, over| {
                attributes(ctx, base, over, rules::OFFER, Locked::No);
            }),
            "statistics" => named(ctx, below, entry, &mut |ctx, _, base, over| {
                attributes(ctx, base, over, rules::STATISTIC, Locked::No);
            }),
            "warnings" => named(ctx, below, entry, &mut warning),
            "indexes" => named(ctx, below, entry, &mut |ctx, name, base, over| {
                changed(ctx, name, base, &over);
            }),
            _ => changed(ctx, &key, below, &entry),
        }
    }
}

fn warning(ctx: &mut Ctx<'_>, _: &str, base: &mut Entry, over: Entry) {
    let place = base.key;
    let (Data::Table(below), Data::Table(above)) = (&mut base.value.data, over.value.data) else {
        return;
    };
    for (key, entry) in above.entries {
        match (key.as_str(), below.entries.get_mut(&key)) {
            ("title", Some(title)) => *title = entry,
            ("about" | "where", Some(below)) => changed(ctx, &key, below, &entry),
            (_, Some(grade)) => attributes(ctx, grade, entry, rules::GRADE, Locked::No),
            (_, None) => adds(ctx, &key, place, &entry),
        }
    }
}

/// A table that the definition does not have at all: its names are new ones.
fn whole_table(ctx: &mut Ctx<'_>, base: &mut Table, key: String, entry: Entry) {
    match key.as_str() {
        "states" | "actions" | "clocks" | "permissions" | "changes" | "record" | "enrol" => {
            adds(ctx, &format!("[{key}]"), base.at, &entry);
        }
        _ => {
            if let Data::Table(inner) = &entry.value.data {
                for (name, entry) in &inner.entries {
                    prefixed(ctx, name, entry);
                }
            }
            base.entries.insert(key, entry);
        }
    }
}

type Merge<'a> = &'a mut dyn FnMut(&mut Ctx<'_>, &str, &mut Entry, Entry);
type Admit<'a> = &'a mut dyn FnMut(&mut Ctx<'_>, &str, &Entry) -> bool;

/// A table of named things to which an overlay may add.
fn named(ctx: &mut Ctx<'_>, base: &mut Entry, over: Entry, merge: Merge<'_>) {
    let mut admit = |ctx: &mut Ctx<'_>, name: &str, entry: &Entry| {
        prefixed(ctx, name, entry);
        true
    };
    named_or(ctx, base, over, &mut admit, merge);
}

fn named_or(ctx: &mut Ctx<'_>, base: &mut Entry, over: Entry, admit: Admit<'_>, merge: Merge<'_>) {
    let (Data::Table(below), Data::Table(above)) = (&mut base.value.data, over.value.data) else {
        return;
    };
    for (name, entry) in above.entries {
        match below.entries.get_mut(&name) {
            // What an earlier overlay added may be replaced by a later one.
            Some(known) => merge(ctx, &name, known, entry),
            None if admit(ctx, &name, &entry) => {
                below.entries.insert(name, entry);
            }
            None => {}
        }
    }
}

/// A table of named things to which an overlay may not add: flow and rights are the law's.
fn fixed(ctx: &mut Ctx<'_>, base: &mut Entry, over: Entry, word: &str, rules: &[(&str, Rule)]) {
    let place = base.key;
    let word = word.to_owned();
    named_or(
        ctx,
        base,
        over,
        &mut |ctx, name, entry| {
            adds(ctx, &format!("{word}“{name}”"), place, entry);
            false
        },
        &mut |ctx, _, base, over| attributes(ctx, base, over, rules, Locked::No),
    );
}

/// Whether the definition protects a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Locked {
    Yes,
    No,
}

fn locked(field: &Entry) -> Locked {
    match &field.value.data {
        Data::Table(table)
            if matches!(
                table.get("locked").map(|node| &node.data),
                Some(Data::Bool(true))
            ) =>
        {
            Locked::Yes
        }
        _ => Locked::No,
    }
}

/// The attributes of one thing, each by its rule.
fn attributes(
    ctx: &mut Ctx<'_>,
    base: &mut Entry,
    over: Entry,
    rules: &[(&str, Rule)],
    locked: Locked,
) {
    let place = base.key;
    // What overlays added is theirs to change.
    let own = ctx.texts.files[place.file].origin == Origin::Overlay;
    let (Data::Table(below), Data::Table(above)) = (&mut base.value.data, over.value.data) else {
        return;
    };
    for (key, entry) in above.entries {
        let rule = rules
            .iter()
            .find(|(name, _)| *name == key)
            .map(|(_, rule)| *rule);
        let fine = own
            || match rule {
                Some(rule) => tighten(ctx, (&key, rule), below, &entry, (place, locked)),
                // Keys that mean nothing are told by the reader.
                None if !below.has(&key) => true,
                None => {
                    changed(ctx, &key, &below.entries[&key], &entry);
                    false
                }
            };
        if fine {
            below.entries.insert(key, entry);
        }
    }
}

fn prefixed(ctx: &mut Ctx<'_>, name: &str, entry: &Entry) {
    if !name.starts_with(PREFIX) {
        ctx.fault(entry.key, What::OverlayName { name: name.into() });
    }
}

fn adds(ctx: &mut Ctx<'_>, key: &str, base: crate::fault::At, entry: &Entry) {
    let base = ctx.place(base);
    ctx.fault(
        entry.key,
        What::OverlayAdds {
            key: key.into(),
            base,
        },
    );
}

fn changed(ctx: &mut Ctx<'_>, key: &str, base: &Entry, over: &Entry) {
    let base = ctx.place(base.key);
    ctx.fault(
        over.key,
        What::OverlayChanges {
            key: key.into(),
            base,
        },
    );
}
