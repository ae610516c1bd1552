//! `[offers]`: what a register puts on the home pages of doors, and the doors that roles have.

use super::World;
use super::names;
use super::outline::Outline;
use crate::fault::{At, What};
use crate::model::{Door, FieldIx, Grade, Kind, Leads, List, Offer, StateIx};
use crate::tree::{Ctx, Data, Table};

pub(crate) const KEYS: &[&str] = &["label", "doors", "order", "begin", "with", "list", "colour"];
/// Offers that do not say where they stand.
const ORDER: i64 = 100;

pub(crate) fn read(
    ctx: &mut Ctx<'_>,
    world: &World,
    outline: &Outline<'_>,
    (begins, lists): (&[StateIx], &[List]),
) -> Vec<Offer> {
    let mut found = Vec::new();
    for (name, at, table) in ctx.tables(outline.file, "offers") {
        names::name(ctx, at, name);
        ctx.only(table, "首页内容", KEYS);
        let doors = doors(ctx, table, at);
        let label = ctx.label(table, "label");
        let leads = match (table.has("begin"), table.has("list")) {
            (true, false) => begin(ctx, world, outline, begins, table),
            (false, true) => list(ctx, lists, table),
            (true, true) => {
                let (key, other) = ("begin".into(), "list".into());
                ctx.fault(table.key_at("list"), What::NotBoth { key, other });
                None
            }
            (false, false) => {
                ctx.missing(table, "首页内容", "begin 或者 list");
                None
            }
        };
        let order = ctx.int(table, "order").unwrap_or(ORDER);
        let name = name.to_owned();
        found.extend(leads.map(|leads| Offer {
            name,
            label,
            doors,
            order,
            leads,
        }));
    }
    found
}

fn doors(ctx: &mut Ctx<'_>, table: &Table, at: At) -> Vec<Door> {
    let listed = ctx.texts(table, "doors");
    if listed.is_empty() {
        let at = if table.has("doors") {
            table.value_at("doors")
        } else {
            at
        };
        let key = "doors".into();
        ctx.fault(at, What::EmptyList { key });
    }
    let door = |ctx: &mut Ctx<'_>, (word, at): (&str, At)| door(ctx, "doors", word, at);
    listed
        .into_iter()
        .filter_map(|one| door(ctx, one))
        .collect()
}

/// The door of that word; another word is told.
pub(crate) fn door(ctx: &mut Ctx<'_>, key: &str, word: &str, at: At) -> Option<Door> {
    let door = Door::from_word(word);
    if door.is_none() {
        let words = Door::ALL.map(Door::word);
        let what = What::UnknownWord {
            key: key.into(),
            word: word.into(),
            words: words.join("、"),
        };
        ctx.fault_near(at, what, word, words);
    }
    door
}

fn begin(
    ctx: &mut Ctx<'_>,
    world: &World,
    outline: &Outline<'_>,
    begins: &[StateIx],
    table: &Table,
) -> Option<Leads> {
    if !table.has("label") {
        ctx.missing(table, "首页内容", "label");
    }
    if table.has("colour") {
        let (key, needs) = ("colour".into(), "list".into());
        ctx.fault(table.key_at("colour"), What::Without { key, needs });
    }
    let word = ctx.text(table, "begin")?;
    let state = begins
        .iter()
        .find(|ix| outline.states[ix.0].name == word)
        .copied();
    if state.is_none() {
        let known = begins.iter().map(|ix| outline.states[ix.0].name.as_str());
        let what = What::UnknownState { name: word.into() };
        ctx.fault_near(table.value_at("begin"), what, word, known);
    }
    let with = with(ctx, world, outline, table);
    state.map(|state| Leads::Begin { state, with })
}

/// What the form is filled with: fields that people fill in, entries that there are.
fn with(
    ctx: &mut Ctx<'_>,
    world: &World,
    outline: &Outline<'_>,
    table: &Table,
) -> Vec<(FieldIx, String)> {
    let mut found = Vec::new();
    let Some(given) = ctx.table(table, "with") else {
        return found;
    };
    for (name, entry) in &given.entries {
        let Some(ix) = outline.field(ctx, name, entry.key) else {
            continue;
        };
        let fits =
            |kind: &Kind| matches!(kind, Kind::Choice { .. } | Kind::Bool | Kind::Text { .. });
        if !outline.wants(ctx, ("with", "选项、是否或者文字"), (ix, entry.key), fits) {
            continue;
        }
        let text = match &entry.value.data {
            Data::Bool(yes) => Some(yes.to_string()),
            _ => ctx.as_text(name, &entry.value).map(str::to_owned),
        };
        if let (Kind::Choice { list, .. }, Some(word)) =
            (&outline.fields[ix.0].field.kind, text.as_deref())
            && let Some(list) = world.choices.get(list)
            && !list.entries.contains_key(word)
        {
            let (list, name) = (list.name.clone(), word.to_owned());
            ctx.fault(entry.value.at, What::UnknownEntry { list, name });
            continue;
        }
        found.extend(text.map(|text| (ix, text)));
    }
    found
}

fn list(ctx: &mut Ctx<'_>, lists: &[List], table: &Table) -> Option<Leads> {
    if table.has("with") {
        let (key, needs) = ("with".into(), "begin".into());
        ctx.fault(table.key_at("with"), What::Without { key, needs });
    }
    let word = ctx.text(table, "list")?;
    let names = || lists.iter().map(|list| list.name.as_str());
    if !names().any(|name| name == word) {
        let words: Vec<&str> = names().collect();
        let what = What::UnknownWord {
            key: "list".into(),
            word: word.into(),
            words: words.join("、"),
        };
        ctx.fault_near(table.value_at("list"), what, word, names());
        return None;
    }
    Some(Leads::List {
        name: word.to_owned(),
        colour: colour(ctx, table),
    })
}

fn colour(ctx: &mut Ctx<'_>, table: &Table) -> Option<Grade> {
    let word = ctx.text(table, "colour")?;
    let found = Grade::ALL.into_iter().find(|grade| grade.word() == word);
    if found.is_none() {
        let what = What::UnknownGrade { name: word.into() };
        ctx.fault_near(
            table.value_at("colour"),
            what,
            word,
            Grade::ALL.map(Grade::word),
        );
    }
    found
}
