//! `[enrol]`: how strangers apply for an account.

use super::World;
use super::outline::Outline;
use super::roles;
use crate::fault::What;
use crate::model::{Action, BY_SYSTEM, Enrol, FieldIx, Kind};
use crate::tree::{Ctx, Table};

pub(crate) const KEYS: &[&str] = &[
    "code", "subject", "name", "login", "password", "opened", "asked", "role", "opens", "outdo",
    "expire", "after",
];
/// What may be left out.
const OPTIONAL: &[&str] = &["place"];
const PLACE: &str = "[enrol]";

pub(crate) fn read(
    ctx: &mut Ctx<'_>,
    world: &World,
    outline: &Outline<'_>,
    actions: &[Action],
) -> Option<Enrol> {
    let table = ctx.table(outline.file, "enrol")?;
    ctx.only(table, PLACE, &[KEYS, OPTIONAL].concat());
    for key in KEYS.iter().filter(|key| !table.has(key)) {
        ctx.missing(table, PLACE, key);
    }
    let open = |kind: &Kind| matches!(kind, Kind::Text { .. });
    let code = |kind: &Kind| matches!(kind, Kind::Code { .. });
    let to = |kind: &Kind| matches!(kind, Kind::Ref { .. });
    let asked = outline.listed(ctx, table, "asked");
    let opens = ctx.texts(table, "opens");
    let known = |_: &Action| true;
    let opens = opens
        .into_iter()
        .filter_map(|(word, at)| act(ctx, actions, ("opens", word, at), known))
        .collect();
    let outdo = own(ctx, table, actions, "outdo");
    let expire = own(ctx, table, actions, "expire");
    let role = ctx
        .text(table, "role")
        .map(|word| (word, table.value_at("role")));
    let role = roles::named(ctx, world, role.into_iter().collect(), &[]);
    let code = field(ctx, outline, table, ("code", "编码（code）"), code);
    let subject = field(ctx, outline, table, ("subject", " ref "), to);
    let name = field(ctx, outline, table, ("name", "文字（text）"), open);
    let login = field(ctx, outline, table, ("login", "文字（text）"), open);
    let password = secret(ctx, outline, table);
    let opened = field(ctx, outline, table, ("opened", "文字（text）"), open);
    let division = |kind: &Kind| matches!(kind, Kind::Division { .. });
    let place = field(ctx, outline, table, ("place", "区划（division）"), division);
    let after = after(ctx, outline, table);
    Some(Enrol {
        code: code?,
        subject: subject?,
        name: name?,
        login: login?,
        password: password?,
        opened: opened?,
        asked: asked.into_iter().map(|(ix, _)| ix).collect(),
        place,
        role: role.into_iter().next()?,
        opens,
        outdo: outdo?,
        expire: expire?,
        after: after?,
    })
}

fn field(
    ctx: &mut Ctx<'_>,
    outline: &Outline<'_>,
    table: &Table,
    (key, wanted): (&str, &str),
    fits: impl Fn(&Kind) -> bool,
) -> Option<FieldIx> {
    let word = ctx.text(table, key)?;
    let at = table.value_at(key);
    let ix = outline.field(ctx, word, at)?;
    outline
        .wants(ctx, (key, wanted), (ix, at), fits)
        .then_some(ix)
}

/// Whoever may see the application must not see the password, nor its hash.
fn secret(ctx: &mut Ctx<'_>, outline: &Outline<'_>, table: &Table) -> Option<FieldIx> {
    let text = |kind: &Kind| matches!(kind, Kind::Text { .. });
    let ix = field(ctx, outline, table, ("password", "文字（text）"), text)?;
    let read = &outline.fields[ix.0].field;
    if !read.secret {
        let what = What::WrongField {
            key: "password".into(),
            name: read.name.clone(),
            wanted: "保密的（secret）".into(),
            found: read.kind.word().into(),
        };
        ctx.fault(table.value_at("password"), what);
        return None;
    }
    Some(ix)
}

/// An action of the program's own.
fn own(ctx: &mut Ctx<'_>, table: &Table, actions: &[Action], key: &str) -> Option<String> {
    let word = ctx.text(table, key)?;
    let alone = |action: &Action| action.by.iter().any(|by| by == BY_SYSTEM);
    act(ctx, actions, (key, word, table.value_at(key)), alone)
}

/// The action of that name, if it is one of those that fit.
fn act(
    ctx: &mut Ctx<'_>,
    actions: &[Action],
    (key, word, at): (&str, &str, crate::fault::At),
    fits: impl Fn(&Action) -> bool,
) -> Option<String> {
    let fitting = actions.iter().filter(|action| fits(action));
    let names: Vec<&str> = fitting.map(|action| action.name.as_str()).collect();
    if names.contains(&word) {
        return Some(word.to_owned());
    }
    unknown(ctx, (key, word, at), &names);
    None
}

fn after(ctx: &mut Ctx<'_>, outline: &Outline<'_>, table: &Table) -> Option<usize> {
    let word = ctx.text(table, "after")?;
    let found = outline.params.iter().position(|param| param.name == word);
    if found.is_none() {
        let names: Vec<&str> = outline.params.iter().map(|p| p.name.as_str()).collect();
        unknown(ctx, ("after", word, table.value_at("after")), &names);
    }
    found
}

fn unknown(ctx: &mut Ctx<'_>, (key, word, at): (&str, &str, crate::fault::At), names: &[&str]) {
    let what = What::UnknownWord {
        key: key.into(),
        word: word.into(),
        words: names.join("、"),
    };
    ctx.fault_near(at, what, word, names.iter().copied());
}
