//! Whether a change of one attribute tightens; what does not is told with both places.

use expr::Dec;

use super::Locked;
use super::rules::Rule;
use crate::fault::{At, What};
use crate::model::{Limit, Reach};
use crate::read::UNTIL;
use crate::tree::{Ctx, Data, Entry, Node, Table};

/// Answers whether `over` may stand in `base`; otherwise the fault is told.
pub(super) fn tighten(
    ctx: &mut Ctx<'_>,
    (key, rule): (&str, Rule),
    base: &Table,
    over: &Entry,
    (place, locked): (At, Locked),
) -> bool {
    let below = base.get(key);
    let data = &over.value.data;
    let place = base.entries.get(key).map_or(place, |entry| entry.key);
    let fine = match rule {
        Rule::Free => true,
        Rule::Same | Rule::New => match below {
            Some(node) if same(node, &over.value) => true,
            None if rule == Rule::New => true,
            _ => {
                let base = ctx.place(place);
                ctx.fault(
                    over.key,
                    What::OverlayChanges {
                        key: key.into(),
                        base,
                    },
                );
                return false;
            }
        },
        Rule::OnlyTrue => {
            truth(data) != Some(false) || below.and_then(|n| truth(&n.data)) != Some(true)
        }
        Rule::Required => {
            locked == Locked::No
                || truth(data) != Some(false)
                || below.and_then(|node| truth(&node.data)) != Some(true)
        }
        Rule::Unlocked => locked == Locked::No || below.is_some_and(|node| same(node, &over.value)),
        Rule::AtMost(default) => {
            let bound = below.and_then(|node| number(&node.data));
            let bound = bound.or_else(|| implied(base, key).or(default).map(|d| Dec::new(d, 0)));
            // What is no number is told by the reader.
            number(data).zip(bound).is_none_or(|(new, old)| new <= old)
        }
        Rule::AtLeast => {
            let bound = below.and_then(|node| number(&node.data));
            number(data).zip(bound).is_none_or(|(new, old)| new >= old)
        }
        Rule::Fewer => match below {
            None => true,
            Some(node) => texts(data)
                .iter()
                .all(|word| texts(&node.data).contains(word)),
        },
        Rule::More => {
            let old = below.map(|node| texts(&node.data)).unwrap_or_default();
            old.iter().all(|word| texts(data).contains(word))
        }
        Rule::Sooner => sooner(below, data),
        Rule::Shorter => below.is_some() && sooner(below, data),
        Rule::OnlyFalse => {
            truth(data) != Some(true) || below.and_then(|n| truth(&n.data)) == Some(true)
        }
        Rule::Graver => {
            let warned = matches!(below.map(|n| &n.data), Some(Data::Text(old)) if old == "warn");
            warned || !matches!(data, Data::Text(new) if new == "warn")
        }
        Rule::Nearer => nearer(below, data),
    };
    if !fine {
        let base = ctx.place(place);
        let what = match locked {
            Locked::Yes => What::OverlayLocked {
                key: key.into(),
                base,
            },
            Locked::No => What::OverlayLoosens {
                key: key.into(),
                base,
            },
        };
        ctx.fault(over.key, what);
    }
    fine
}

fn same(a: &Node, b: &Node) -> bool {
    match (&a.data, &b.data) {
        (Data::Text(a), Data::Text(b)) => a == b,
        (Data::Bool(a), Data::Bool(b)) => a == b,
        (Data::Int(a), Data::Int(b)) => a == b,
        (Data::Float(a), Data::Float(b)) => a == b,
        (Data::Time(a), Data::Time(b)) => a == b,
        (Data::List(a), Data::List(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Data::Table(a), Data::Table(b)) => {
            a.entries.len() == b.entries.len()
                && a.entries
                    .iter()
                    .all(|(key, entry)| b.get(key).is_some_and(|other| same(&entry.value, other)))
        }
        _ => false,
    }
}

fn truth(data: &Data) -> Option<bool> {
    match data {
        Data::Bool(value) => Some(*value),
        _ => None,
    }
}

fn number(data: &Data) -> Option<Dec> {
    match data {
        Data::Int(value) => Some(Dec::new(*value, 0)),
        Data::Float(text) => text.parse().ok(),
        _ => None,
    }
}

fn texts(data: &Data) -> Vec<String> {
    let Data::List(items) = data else {
        return Vec::new();
    };
    let text = |node: &'_ Node| match &node.data {
        Data::Text(text) => Some(text.clone()),
        _ => None,
    };
    items.iter().filter_map(text).collect()
}

/// The `max` of a type that names none.
fn implied(base: &Table, key: &str) -> Option<i64> {
    let Some(Data::Text(ty)) = base.get("type").map(|node| &node.data) else {
        return None;
    };
    match (key, ty.as_str()) {
        ("max", "text") => Some(crate::TEXT_CHARS_DEFAULT as i64),
        ("max", "long_text") => Some(crate::LONG_TEXT_CHARS_DEFAULT as i64),
        ("max", "rows") => Some(crate::ROWS_DEFAULT as i64),
        _ => None,
    }
}

fn sooner(below: Option<&Node>, over: &Data) -> bool {
    let limit_of = |data: &Data| match data {
        Data::Text(text) => text.parse::<Limit>().ok(),
        _ => None,
    };
    match (below.and_then(|node| limit_of(&node.data)), limit_of(over)) {
        (Some(old), Some(new)) => {
            let rules = |limit: &Limit| (limit.unit(), limit.start(), limit.end_rule());
            rules(&old) == rules(&new) && new.count() <= old.count()
        }
        // A date of the record is neither sooner nor later than a time: only the same will do.
        _ => match (below.map(|node| &node.data), over) {
            (Some(Data::Text(old)), Data::Text(new)) => {
                old == new || !(old.starts_with(UNTIL) || new.starts_with(UNTIL))
            }
            _ => true,
        },
    }
}

/// `own` is narrower than everything; the other reaches are nested.
fn nearer(below: Option<&Node>, over: &Data) -> bool {
    let rank = |data: &Data| match data {
        Data::Text(word) => Reach::ALL.iter().position(|reach| reach.word() == word),
        _ => None,
    };
    match (below.and_then(|node| rank(&node.data)), rank(over)) {
        (Some(old), Some(new)) => new <= old,
        _ => true,
    }
}
