//! `[actions]`: who may move a record from which state to which, on what conditions.

use super::conditions::{Use, condition, over};
use super::outline::Outline;
use super::{World, names, roles};
use crate::LABEL_CHARS_MAX;
use crate::fault::{At, What};
use crate::model::{Action, BY_SYSTEM, Back, CREATOR, FieldIx, Kind, Label, StateIx};
use crate::tree::{Ctx, Data, Table};

pub(crate) const KEYS: &[&str] = &[
    "label", "from", "to", "by", "when", "guard", "needs", "fields", "columns", "set", "reason",
    "opinion", "then", "not_by", "law", "back", "unread", "only_by", "agrees", "batch", "legal",
    "copies", "phrases", "extends",
];

pub(crate) fn read(ctx: &mut Ctx<'_>, world: &World, outline: &Outline<'_>) -> Vec<Action> {
    let mut found = Vec::new();
    let mut labels = Vec::new();
    for (name, at, table) in ctx.tables(outline.file, "actions") {
        names::name(ctx, at, name);
        ctx.only(table, "动作", KEYS);
        let action = action(ctx, world, outline, name, table);
        labels.push((table.value_at("label"), action.label.zh.clone()));
        found.push(action);
    }
    same_label(ctx, &found, &labels);
    found
}

/// Two actions of one label may stand side by side only when no state offers both.
fn same_label(ctx: &mut Ctx<'_>, actions: &[Action], labels: &[(At, String)]) {
    for (here, action) in actions.iter().enumerate() {
        let twin = actions[..here].iter().find(|other| {
            !action.label.zh.is_empty()
                && other.label.zh == action.label.zh
                && (other.from.is_empty() || other.from.iter().any(|s| action.from.contains(s)))
        });
        if let Some(twin) = twin {
            let what = What::DuplicateLabel {
                label: action.label.zh.clone(),
                other: twin.name.clone(),
            };
            ctx.fault(labels[here].0, what);
        }
    }
}

fn action(
    ctx: &mut Ctx<'_>,
    world: &World,
    outline: &Outline<'_>,
    name: &str,
    table: &Table,
) -> Action {
    let label = ctx.need_label(table, "动作", "label");
    let listed = ctx.texts(table, "by");
    if !table.has("by") {
        ctx.missing(table, "动作", "by");
    } else if listed.is_empty()
        && matches!(&table.get("by").map(|n| &n.data), Some(Data::List(l)) if l.is_empty())
    {
        ctx.fault(table.value_at("by"), What::EmptyList { key: "by".into() });
    }
    let by = roles::named(ctx, world, listed, &[BY_SYSTEM]);
    let (from, to) = way(ctx, outline, table);
    let copies = ctx.texts(table, "copies");
    for (key, other) in [("back", "to"), ("only_by", "not_by")] {
        if table.has(key) && table.has(other) {
            let (key, other) = (key.to_owned(), other.to_owned());
            ctx.fault(table.key_at(&key), What::NotBoth { key, other });
        }
    }
    if table.has("unread") && !table.has("only_by") {
        let (key, needs) = ("unread".to_owned(), "only_by".to_owned());
        ctx.fault(table.key_at(&key), What::Without { key, needs });
    }
    Action {
        name: name.into(),
        label,
        from,
        to,
        by,
        when: condition(ctx, world, outline, table, "when", Use::InMemory),
        guard: ctx.text(table, "guard").map(str::to_owned),
        needs: outline
            .listed(ctx, table, "needs")
            .into_iter()
            .map(|(ix, _)| ix)
            .collect(),
        fields: asked(ctx, outline, table),
        columns: columns(ctx, outline, table),
        set: set(ctx, world, outline, table),
        reason: ctx.flag(table, "reason"),
        opinion: ctx.flag(table, "opinion"),
        then: ctx
            .texts(table, "then")
            .into_iter()
            .map(|(hook, _)| hook.to_owned())
            .collect(),
        not_by_creator: creator(ctx, table, "not_by"),
        law: ctx.text(table, "law").map(str::to_owned),
        back: back(ctx, table),
        unread: ctx.flag(table, "unread"),
        only_by_creator: creator(ctx, table, "only_by"),
        agrees: ctx.flag(table, "agrees"),
        batch: ctx.flag(table, "batch"),
        legal: ctx.flag(table, "legal"),
        copies: roles::named(ctx, world, copies, &[]),
        phrases: phrases(ctx, table),
        extends: ctx.text(table, "extends").map(str::to_owned),
    }
}

fn way(ctx: &mut Ctx<'_>, outline: &Outline<'_>, table: &Table) -> (Vec<StateIx>, Option<StateIx>) {
    if outline.states.is_empty() {
        for key in ["from", "to"].into_iter().filter(|key| table.has(key)) {
            ctx.fault(table.key_at(key), What::NoStates { key: key.into() });
        }
        return (Vec::new(), None);
    }
    if !table.has("from") {
        ctx.missing(table, "动作", "from");
    }
    let from = ctx.texts(table, "from");
    if from.is_empty()
        && matches!(&table.get("from").map(|n| &n.data), Some(Data::List(l)) if l.is_empty())
    {
        ctx.fault(
            table.value_at("from"),
            What::EmptyList { key: "from".into() },
        );
    }
    let from = from
        .into_iter()
        .filter_map(|(name, at)| state(ctx, outline, name, at))
        .collect();
    let to = ctx.text(table, "to");
    (
        from,
        to.and_then(|name| state(ctx, outline, name, table.value_at("to"))),
    )
}

pub(crate) fn state(
    ctx: &mut Ctx<'_>,
    outline: &Outline<'_>,
    name: &str,
    at: At,
) -> Option<StateIx> {
    let found = outline.states.iter().position(|state| state.name == name);
    if found.is_none() {
        let known = outline.states.iter().map(|state| state.name.as_str());
        ctx.fault_near(at, What::UnknownState { name: name.into() }, name, known);
    }
    found.map(StateIx)
}

/// Fields that people fill in with the act.
fn asked(ctx: &mut Ctx<'_>, outline: &Outline<'_>, table: &Table) -> Vec<FieldIx> {
    let mut found = Vec::new();
    for (ix, at) in outline.listed(ctx, table, "fields") {
        if typed(ctx, outline, "fields", ix, at) {
            found.push(ix);
        }
    }
    found
}

/// Of rows that several hands write into, the columns that are filled in with this act.
fn columns(ctx: &mut Ctx<'_>, outline: &Outline<'_>, table: &Table) -> Vec<(FieldIx, Vec<usize>)> {
    let mut found = Vec::new();
    let Some(inner) = ctx.table(table, "columns") else {
        return found;
    };
    for (name, entry) in &inner.entries {
        let Some(ix) = outline.field(ctx, name, entry.key) else {
            continue;
        };
        let fits = |kind: &Kind| matches!(kind, Kind::Rows { .. });
        if !outline.wants(ctx, ("columns", "子表（rows）"), (ix, entry.key), fits) {
            continue;
        }
        let Kind::Rows { fields, .. } = &outline.fields[ix.0].field.kind else {
            continue;
        };
        let mut places = Vec::new();
        for (column, at) in ctx.texts(inner, name) {
            let place = fields.iter().position(|field| field.name == column);
            if place.is_none() {
                let known = fields.iter().map(|field| field.name.as_str());
                let name = column.to_owned();
                ctx.fault_near(at, What::UnknownColumn { name }, column, known);
            }
            places.extend(place);
        }
        found.push((ix, places));
    }
    found
}

fn typed(ctx: &mut Ctx<'_>, outline: &Outline<'_>, key: &str, ix: FieldIx, at: At) -> bool {
    let field = &outline.fields[ix.0].field;
    if !field.typed() {
        ctx.fault(
            at,
            What::ComputedTarget {
                key: key.into(),
                name: field.name.clone(),
            },
        );
    }
    field.typed()
}

fn set(
    ctx: &mut Ctx<'_>,
    world: &World,
    outline: &Outline<'_>,
    table: &Table,
) -> Vec<(FieldIx, expr::Checked)> {
    let mut found = Vec::new();
    let Some(inner) = ctx.table(table, "set") else {
        return found;
    };
    for (name, entry) in &inner.entries {
        let Some(ix) = outline.field(ctx, name, entry.key) else {
            continue;
        };
        let fits = |kind: &Kind| kind.ty().is_some();
        let fine = typed(ctx, outline, "set", ix, entry.key)
            && outline.wants(ctx, ("set", "有单一值的"), (ix, entry.key), fits);
        let Some(literal) = ctx.as_literal(name, &entry.value) else {
            continue;
        };
        let read = &outline.fields[ix.0];
        let Some(want) = read.field.ty().filter(|_| fine && !read.broken) else {
            continue;
        };
        if let Some(checked) = over(ctx, world, outline, literal, want) {
            found.push((ix, checked));
        }
    }
    found
}

/// `not_by` and `only_by` know one word.
fn creator(ctx: &mut Ctx<'_>, table: &Table, key: &str) -> bool {
    match ctx.text(table, key) {
        Some(CREATOR) => true,
        Some(word) => {
            unknown_word(ctx, table, key, word, &[CREATOR]);
            false
        }
        None => false,
    }
}

fn back(ctx: &mut Ctx<'_>, table: &Table) -> Option<Back> {
    let word = ctx.text(table, "back")?;
    let back = Back::from_word(word);
    if back.is_none() {
        unknown_word(ctx, table, "back", word, &Back::ALL.map(Back::word));
    }
    back
}

fn unknown_word(ctx: &mut Ctx<'_>, table: &Table, key: &str, word: &str, words: &[&str]) {
    let what = What::UnknownWord {
        key: key.into(),
        word: word.into(),
        words: words.join("、"),
    };
    ctx.fault_near(table.value_at(key), what, word, words.iter().copied());
}

/// Standard opinions, offered to be taken as they are.
fn phrases(ctx: &mut Ctx<'_>, table: &Table) -> Vec<Label> {
    let mut found = Vec::new();
    for (phrase, at) in ctx.texts(table, "phrases") {
        if phrase.chars().count() > LABEL_CHARS_MAX {
            let (key, max) = ("phrases".into(), LABEL_CHARS_MAX.to_string());
            ctx.fault(at, What::LongText { key, max });
        }
        found.push(Label::new(phrase));
    }
    found
}

/// States that no record can ever be in.
pub(crate) fn unreachable(
    ctx: &mut Ctx<'_>,
    outline: &Outline<'_>,
    begins: &[StateIx],
    actions: &[Action],
) {
    let mut reached: Vec<StateIx> = begins.to_vec();
    loop {
        let next = actions.iter().find_map(|action| {
            let to = action.to.filter(|to| !reached.contains(to))?;
            action
                .from
                .iter()
                .any(|from| reached.contains(from))
                .then_some(to)
        });
        match next {
            Some(state) => reached.push(state),
            None => break,
        }
    }
    let Some(Data::Table(all)) = outline.file.get("states").map(|node| &node.data) else {
        return;
    };
    for (ix, state) in outline.states.iter().enumerate() {
        if !reached.contains(&StateIx(ix)) {
            let what = What::UnreachableState {
                name: state.name.clone(),
            };
            ctx.fault(all.key_at(&state.name), what);
        }
    }
}
