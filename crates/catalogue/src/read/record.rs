//! `<record>.toml`: the register as a whole.

use std::collections::{BTreeMap, HashMap};

use expr::Template;
use indexmap::IndexMap;

use super::actions::{state, unreachable};
use super::conditions::template;
use super::outline::Outline;
use super::rights::Bounds;
use super::{
    Forest, World, actions, checks, clocks, enrol, flow, flow_text, form, kinds, lists, names,
    offers, rights, warnings, whole,
};
use crate::fault::{At, What};
use crate::model::{FieldIx, Kind, Owner, Register, RegisterIx, StateIx, Subsystem};
use crate::tree::{Ctx, Data, Table};

pub(crate) const KEYS: &[&str] = &[
    "title", "shown", "path", "reach", "owner", "about", "dated", "version", "note", "law", "menu",
    "begins",
];
pub(crate) const TABLES: &[&str] = &[
    "record",
    "fields",
    "form",
    "states",
    "actions",
    "clocks",
    "params",
    "checks",
    "warnings",
    "lists",
    "offers",
    "enrol",
    "indexes",
    "statistics",
    "permissions",
    "changes",
];

/// Registers in order: subsystems as in the menu, within one by name of the file.
pub(crate) fn in_order<'f>(
    forest: &'f Forest,
    subsystems: &IndexMap<String, Subsystem>,
) -> Vec<(&'f str, &'f str, &'f Table)> {
    let place = |folder: &str| subsystems.get_index_of(folder).unwrap_or(usize::MAX);
    let mut all: Vec<(&str, &str, &Table)> = forest
        .records
        .iter()
        .map(|((folder, short), table)| (folder.as_str(), short.as_str(), table))
        .collect();
    all.sort_by(|a, b| (place(a.0), a.0, a.1).cmp(&(place(b.0), b.0, b.1)));
    all
}

/// The names of all registers, before any is read.
pub(crate) fn names(
    ctx: &mut Ctx<'_>,
    forest: &Forest,
    subsystems: &IndexMap<String, Subsystem>,
) -> HashMap<String, RegisterIx> {
    let mut found = HashMap::new();
    for (ix, (folder, short, table)) in in_order(forest, subsystems).into_iter().enumerate() {
        names::name(ctx, table.at, short);
        found.insert(format!("{folder}.{short}"), RegisterIx(ix));
    }
    found
}

/// `dated`, needed by the `latest` of other registers.
pub(crate) fn dated(ctx: &mut Ctx<'_>, outline: &Outline<'_>) -> Option<FieldIx> {
    let Some(Data::Table(table)) = outline.file.get("record").map(|node| &node.data) else {
        return None;
    };
    let fits = |kind: &Kind| matches!(kind, Kind::Date { .. } | Kind::Moment);
    pointer(
        ctx,
        outline,
        table,
        "dated",
        "日期（date 或 date_time）",
        fits,
    )
}

/// All registers, with everything that refers to others.
pub(crate) fn finish(ctx: &mut Ctx<'_>, world: &World, outlines: &[Outline<'_>]) -> Vec<Register> {
    let mut paths: Vec<(String, String)> = Vec::new();
    let mut titles: HashMap<&str, names::Labels> = HashMap::new();
    let mut found = Vec::new();
    for outline in outlines {
        let register = register(ctx, world, outlines, outline, &mut paths);
        if let Some(Data::Table(table)) = outline.file.get("record").map(|node| &node.data) {
            let labels = titles.entry(&outline.subsystem).or_default();
            labels.add(
                ctx,
                table.value_at("title"),
                &register.name,
                &register.title,
            );
        }
        found.push(register);
    }
    found
}

fn register(
    ctx: &mut Ctx<'_>,
    world: &World,
    outlines: &[Outline<'_>],
    outline: &Outline<'_>,
    paths: &mut Vec<(String, String)>,
) -> Register {
    let nothing = Table::empty(outline.file.at);
    if !outline.file.has("record") {
        ctx.missing(outline.file, "登记簿", "[record]");
    }
    let table = ctx.table(outline.file, "record").unwrap_or(&nothing);
    ctx.only(table, "[record]", KEYS);
    let there = outline.file.has("record");
    if there && !table.has("shown") {
        ctx.missing(table, "[record]", "shown");
    }
    let title = match there {
        true => ctx.need_label(table, "[record]", "title"),
        false => Default::default(),
    };
    let shown = shown(ctx, outline, table);
    let reach = pointer(
        ctx,
        outline,
        table,
        "reach",
        "区划（division）",
        |kind| matches!(kind, Kind::Division { .. }),
    );
    let owner = owner(ctx, outline, table);
    let about = ctx.text(table, "about").and_then(|word| {
        kinds::register(
            ctx,
            world,
            &outline.subsystem,
            word,
            table.value_at("about"),
        )
    });
    let begins = begins(ctx, outline, table);
    let fields = whole::fields(ctx, world, outlines, (outline, owner));
    let actions = actions::read(ctx, world, outline);
    unreachable(ctx, outline, &begins, &actions);
    let indexes = lists::indexes(ctx, outline);
    let declared = lists::read(ctx, world, outline, &indexes);
    let offers = offers::read(ctx, world, outline, (&begins, &declared));
    let clocks = clocks::read(ctx, outline);
    let permissions = rights::read(ctx, world, outline, &Bounds { reach, owner });
    let parts = flow::Flow {
        states: &outline.states,
        actions: &actions,
        clocks: &clocks,
        permissions: &permissions,
    };
    flow::check(ctx, outline, &parts);
    let flow_text = flow_text::written(ctx.texts, outline.file);
    Register {
        name: outline.name.clone(),
        subsystem: outline.subsystem.clone(),
        short: outline.short.clone(),
        title,
        path: path(ctx, outline, table, paths),
        shown,
        about,
        reach,
        owner,
        dated: outline.dated,
        version: ctx
            .int_within(table, "version", 1, i64::from(u32::MAX))
            .unwrap_or(1) as u32,
        note: ctx.text(table, "note").map(crate::model::Label::new),
        law: ctx.text(table, "law").map(str::to_owned),
        menu: ctx.bool(table, "menu").unwrap_or(true),
        field_names: fields
            .iter()
            .enumerate()
            .map(|(i, f)| (f.name.clone(), FieldIx(i)))
            .collect(),
        form: form::read(ctx, world, outline),
        states: outline.states.clone(),
        begins,
        clocks,
        params: outline.params.clone(),
        warnings: warnings::read(ctx, world, outline),
        statistics: lists::statistics(ctx, world, outline),
        lists: declared,
        offers,
        enrol: enrol::read(ctx, world, outline, &actions),
        actions,
        checks: checks::read(ctx, world, outline),
        indexes,
        permissions,
        renamed: renamed(ctx, outline),
        written: written(outline.file),
        fields,
        hash: [0; 32],
        flow_hash: flow_text::hash(&flow_text),
        flow_text,
    }
}

/// Keys whose texts are conditions; below `set` every text is one.
const CONDITIONS: &[&str] = &["when", "where", "holds", "latest_where"];

/// The conditions as their author wrote them, for the data dictionary and for explanations.
fn written(file: &Table) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut open: Vec<(String, &Table)> = vec![(String::new(), file)];
    while let Some((above, table)) = open.pop() {
        for (key, entry) in &table.entries {
            let path = if above.is_empty() {
                key.clone()
            } else {
                format!("{above}.{key}")
            };
            match &entry.value.data {
                Data::Table(inner) => open.push((path, inner)),
                Data::Text(text)
                    if CONDITIONS.contains(&key.as_str()) || above.ends_with(".set") =>
                {
                    found.insert(path, text.clone());
                }
                _ => {}
            }
        }
    }
    found
}

/// A field that `[record]` points at.
fn pointer(
    ctx: &mut Ctx<'_>,
    outline: &Outline<'_>,
    table: &Table,
    key: &str,
    wanted: &str,
    fits: impl Fn(&Kind) -> bool,
) -> Option<FieldIx> {
    let word = ctx.text(table, key)?;
    let at = table.value_at(key);
    let ix = outline.field(ctx, word, at)?;
    outline
        .wants(ctx, (key, wanted), (ix, at), fits)
        .then_some(ix)
}

fn owner(ctx: &mut Ctx<'_>, outline: &Outline<'_>, table: &Table) -> Option<Owner> {
    if ctx.text(table, "owner")? == "id" {
        return Some(Owner::Itself);
    }
    let fits = |kind: &Kind| matches!(kind, Kind::Ref { .. });
    pointer(ctx, outline, table, "owner", " ref ", fits).map(Owner::Field)
}

/// How a record is named to people; a secret must not be part of it.
fn shown(ctx: &mut Ctx<'_>, outline: &Outline<'_>, table: &Table) -> Template {
    let template = template(ctx, outline, table, "shown", &[]);
    if let Some(template) = &template {
        for (name, _) in template.names() {
            let secret = outline
                .fields
                .iter()
                .any(|r| r.field.name == name && r.field.secret);
            if secret {
                let what = What::WrongField {
                    key: "shown".into(),
                    name: name.into(),
                    wanted: "可以显示的".into(),
                    found: "secret".into(),
                };
                ctx.fault(table.value_at("shown"), what);
            }
        }
    }
    template.unwrap_or_else(|| Template::parse("").unwrap_or_else(|_| unreachable!()))
}

fn path(
    ctx: &mut Ctx<'_>,
    outline: &Outline<'_>,
    table: &Table,
    paths: &mut Vec<(String, String)>,
) -> String {
    let path = ctx.text(table, "path").unwrap_or(&outline.short).to_owned();
    let at = table.value_at("path");
    let letter = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_' || c == '-';
    if names::RESERVED_PATHS.contains(&path.as_str()) {
        ctx.fault(at, What::ReservedPath { path: path.clone() });
    } else if !path.starts_with(|c: char| c.is_ascii_lowercase()) || !path.chars().all(letter) {
        ctx.fault(at, What::BadPath { path: path.clone() });
    }
    match paths.iter().find(|(known, _)| *known == path) {
        Some((_, other)) => {
            let what = What::DuplicatePath {
                path: path.clone(),
                other: other.clone(),
            };
            ctx.fault(at, what);
        }
        None => paths.push((path.clone(), outline.name.clone())),
    }
    path
}

fn begins(ctx: &mut Ctx<'_>, outline: &Outline<'_>, table: &Table) -> Vec<StateIx> {
    if outline.states.is_empty() {
        if table.has("begins") {
            ctx.fault(
                table.key_at("begins"),
                What::NoStates {
                    key: "begins".into(),
                },
            );
        }
        return Vec::new();
    }
    if !table.has("begins") {
        return vec![StateIx(0)];
    }
    let listed = ctx.texts(table, "begins");
    if listed.is_empty() {
        ctx.fault(
            table.value_at("begins"),
            What::EmptyList {
                key: "begins".into(),
            },
        );
    }
    listed
        .into_iter()
        .filter_map(|(name, at)| state(ctx, outline, name, at))
        .collect()
}

/// `[changes]`: names that fields had before.
fn renamed(ctx: &mut Ctx<'_>, outline: &Outline<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let Some(changes) = ctx.table(outline.file, "changes") else {
        return found;
    };
    ctx.only(changes, "[changes]", &["renamed"]);
    let Some(all) = ctx.table(changes, "renamed") else {
        return found;
    };
    for (old, entry) in &all.entries {
        if outline.fields.iter().any(|read| read.field.name == *old) {
            ctx.fault(entry.key, What::RenameStands { name: old.clone() });
        }
        let Some(new) = ctx.text(all, old) else {
            continue;
        };
        if known(ctx, outline, new, entry.value.at) {
            found.push((old.clone(), new.to_owned()));
        }
    }
    found
}

fn known(ctx: &mut Ctx<'_>, outline: &Outline<'_>, name: &str, at: At) -> bool {
    outline.field(ctx, name, at).is_some()
}
