//! `[states]`: where a record can stand, in the law's words, with the kernel's phase, the limit, and
//! whose turn it is.

use calendar::Reason;

use super::fields::Read;
use super::kept::is_kept;
use super::{World, names, roles};
use crate::fault::What;
use crate::model::{CREATOR, FieldIx, Kind, Limit, Phase, State, TurnMode};
use crate::tree::{Ctx, Data, Table};

pub(crate) const KEYS: &[&str] = &[
    "label", "phase", "limit", "turn", "mode", "pause", "open", "law",
];

/// What stands before the name of a date in place of a time.
pub(crate) const UNTIL: &str = "until ";

pub(crate) fn read(
    ctx: &mut Ctx<'_>,
    world: &World,
    file: &Table,
    fields: &[Read<'_>],
) -> Vec<State> {
    let mut found = Vec::new();
    let mut labels = names::Labels::default();
    for (name, at, table) in ctx.tables(file, "states") {
        names::name(ctx, at, name);
        ctx.only(table, "状态", KEYS);
        let label = ctx.need_label(table, "状态", "label");
        labels.add(ctx, table.value_at("label"), name, &label);
        if !table.has("phase") {
            ctx.missing(table, "状态", "phase");
        }
        let phase = phase(ctx, table).unwrap_or(Phase::Open);
        let turn = turn(ctx, world, table, phase);
        let (limit, until) = match date_named(table) {
            Some(name) => (None, date_at(ctx, table, &name, fields)),
            None => (limit_at(ctx, table, "limit"), None),
        };
        found.push(State {
            name: name.into(),
            label,
            phase,
            limit,
            until,
            mode: mode(ctx, table, &turn),
            turn,
            pause: pause(ctx, table),
            public: ctx.bool(table, "open").unwrap_or(true),
            law: ctx.text(table, "law").map(str::to_owned),
            retired: is_kept(ctx.texts, at),
        });
    }
    found
}

fn phase(ctx: &mut Ctx<'_>, table: &Table) -> Option<Phase> {
    let word = ctx.text(table, "phase")?;
    let phase = Phase::from_word(word);
    if phase.is_none() {
        let what = What::UnknownPhase { name: word.into() };
        ctx.fault_near(
            table.value_at("phase"),
            what,
            word,
            Phase::ALL.map(Phase::word),
        );
    }
    phase
}

/// The roles whose turn it is, or the maker of the record alone.
fn turn(ctx: &mut Ctx<'_>, world: &World, table: &Table, phase: Phase) -> Vec<String> {
    let listed = ctx.texts(table, "turn");
    let at = table.value_at("turn");
    if matches!(&table.get("turn").map(|node| &node.data), Some(Data::List(l)) if l.is_empty()) {
        ctx.fault(at, What::EmptyList { key: "turn".into() });
    }
    let turn = roles::named(ctx, world, listed, &[CREATOR]);
    if turn.len() > 1 && turn.iter().any(|role| role == CREATOR) {
        ctx.fault(at, What::CreatorAlone {});
    }
    if !turn.is_empty() && matches!(phase, Phase::Done | Phase::Void) {
        let phase = phase.word().into();
        ctx.fault(at, What::TurnAtEnd { phase });
    }
    turn
}

fn mode(ctx: &mut Ctx<'_>, table: &Table, turn: &[String]) -> TurnMode {
    let Some(word) = ctx.text(table, "mode") else {
        return TurnMode::Any;
    };
    let at = table.value_at("mode");
    let Some(mode) = TurnMode::from_word(word) else {
        let words = TurnMode::ALL.map(TurnMode::word);
        let what = What::UnknownWord {
            key: "mode".into(),
            word: word.into(),
            words: words.join("、"),
        };
        ctx.fault_near(at, what, word, words);
        return TurnMode::Any;
    };
    if !table.has("turn") {
        let (key, needs) = ("mode".into(), "turn".into());
        ctx.fault(at, What::Without { key, needs });
    } else if mode != TurnMode::Any && turn.len() < 2 {
        let mode = mode.word().into();
        ctx.fault(at, What::FewSigners { mode });
    }
    mode
}

/// The ground of law for which clocks stand still; others cannot stop a statutory limit.
fn pause(ctx: &mut Ctx<'_>, table: &Table) -> Option<String> {
    let word = ctx.text(table, "pause")?;
    if Reason::from_word(word).is_none() {
        let what = What::UnknownReason { name: word.into() };
        let known = Reason::all().map(Reason::word);
        ctx.fault_near(table.value_at("pause"), what, word, known);
    }
    Some(word.to_owned())
}

/// The name behind `until`, if the limit is written so.
fn date_named(table: &Table) -> Option<String> {
    match &table.get("limit")?.data {
        Data::Text(text) => text.strip_prefix(UNTIL).map(|name| name.trim().to_owned()),
        _ => None,
    }
}

/// The date of the record of that name.
fn date_at(ctx: &mut Ctx<'_>, table: &Table, name: &str, fields: &[Read<'_>]) -> Option<FieldIx> {
    let at = table.value_at("limit");
    let Some(found) = fields.iter().position(|read| read.field.name == name) else {
        let known = fields.iter().map(|read| read.field.name.as_str());
        ctx.fault_near(at, What::UnknownField { name: name.into() }, name, known);
        return None;
    };
    let read = &fields[found];
    if !read.broken && !matches!(read.field.kind, Kind::Date { .. }) {
        let what = What::WrongField {
            key: "limit".into(),
            name: name.into(),
            wanted: "日期（date）".into(),
            found: read.field.kind.word().into(),
        };
        ctx.fault(at, what);
        return None;
    }
    Some(FieldIx(found))
}

/// The limit under `key`, if there is one.
pub(crate) fn limit_at(ctx: &mut Ctx<'_>, table: &Table, key: &str) -> Option<Limit> {
    let text = ctx.text(table, key)?;
    match text.parse() {
        Ok(limit) => Some(limit),
        Err(fault) => {
            ctx.fault(
                table.value_at(key),
                What::BadLimit {
                    detail: fault.to_string(),
                },
            );
            None
        }
    }
}
