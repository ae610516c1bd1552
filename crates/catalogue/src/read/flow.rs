//! What the parts of a flow must be to each other: that every step has somebody who can take it on,
//! and that words of flows stand only where there is one.

use indexmap::IndexMap;

use super::outline::Outline;
use crate::fault::{At, What};
use crate::model::{Action, CREATOR, ClockRule, Permission, State, StateIx, TurnMode, Verb};
use crate::tree::{Ctx, Data, Table};

/// Words of an action that mean nothing where nobody has a turn.
const FLOW_KEYS: &[&str] = &["back", "unread", "copies"];

/// The parts of one register that make its flow.
pub(crate) struct Flow<'a> {
    pub states: &'a [State],
    pub actions: &'a [Action],
    pub clocks: &'a [ClockRule],
    pub permissions: &'a IndexMap<String, Permission>,
}

pub(crate) fn check(ctx: &mut Ctx<'_>, outline: &Outline<'_>, flow: &Flow<'_>) {
    if flow.states.iter().all(|state| state.turn.is_empty()) {
        no_flow(ctx, outline);
    } else {
        for (ix, state) in flow.states.iter().enumerate() {
            step(ctx, outline, flow, (StateIx(ix), state));
        }
        imports(ctx, outline, flow);
    }
    for action in flow.actions {
        let Some(table) = inner(outline, "actions", &action.name) else {
            continue;
        };
        agrees(ctx, table, flow, action);
        copies(ctx, table, flow, action);
        extends(ctx, table, flow, action);
    }
}

/// Words of flows in a register in which nobody has a turn.
fn no_flow(ctx: &mut Ctx<'_>, outline: &Outline<'_>) {
    let told = |ctx: &mut Ctx<'_>, at: At, key: &str| {
        ctx.fault(at, What::NotAFlow { key: key.into() });
    };
    if outline.file.has("clocks") {
        told(ctx, outline.file.key_at("clocks"), "[clocks]");
    }
    // A register of the house may give turns to posts that this tenant does not have.
    let mut states = ctx.tables(outline.file, "states");
    states.retain(|(_, _, table)| !table.has("turn"));
    for (_, _, table) in states {
        for key in ["pause", "open"] {
            if table.has(key) {
                told(ctx, table.key_at(key), key);
            }
        }
    }
    for (_, _, table) in ctx.tables(outline.file, "actions") {
        for key in FLOW_KEYS.iter().filter(|key| table.has(key)) {
            told(ctx, table.key_at(key), key);
        }
    }
}

/// A step that somebody has a turn at must be seen by them and have a way on.
fn step(ctx: &mut Ctx<'_>, outline: &Outline<'_>, flow: &Flow<'_>, (ix, state): (StateIx, &State)) {
    if state.turn.is_empty() {
        return;
    }
    let at = place(outline, "states", &state.name, "turn");
    for role in &state.turn {
        if role != CREATOR && !sees(flow, role) {
            ctx.fault(at, What::TurnUnseen { role: role.clone() });
        }
    }
    let here = || {
        let leaves = |action: &&Action| action.from.contains(&ix) && action.moves();
        flow.actions.iter().filter(leaves)
    };
    match state.mode {
        TurnMode::Any => {
            let moved = here().any(|action| state.turn.iter().any(|role| may(flow, action, role)));
            if !moved {
                let name = state.name.clone();
                ctx.fault(at, What::NobodyMoves { name });
            }
        }
        TurnMode::All | TurnMode::InTurn => {
            for role in &state.turn {
                if !here().any(|action| action.agrees && may(flow, action, role)) {
                    let (name, role) = (state.name.clone(), role.clone());
                    ctx.fault(at, What::NobodyAgrees { name, role });
                }
            }
        }
    }
}

/// Whether people of that role can take the action; the maker has one of the roles that create.
fn may(flow: &Flow<'_>, action: &Action, role: &str) -> bool {
    if role != CREATOR {
        return action.by.iter().any(|by| by == role);
    }
    let creates = |role: &String| {
        let permission = flow.permissions.get(role);
        permission.is_some_and(|p| p.may.contains(&Verb::Create))
    };
    action.by.iter().any(creates)
}

fn sees(flow: &Flow<'_>, role: &str) -> bool {
    let permission = flow.permissions.get(role);
    permission.is_some_and(|p| p.may.contains(&Verb::See))
}

/// A matter begins with its first step; a row of a sheet has none.
fn imports(ctx: &mut Ctx<'_>, outline: &Outline<'_>, flow: &Flow<'_>) {
    for (role, permission) in flow.permissions {
        if permission.may.contains(&Verb::Import) {
            let at = place(outline, "permissions", role, "may");
            ctx.fault(at, What::FlowImport { role: role.clone() });
        }
    }
}

fn agrees(ctx: &mut Ctx<'_>, table: &Table, flow: &Flow<'_>, action: &Action) {
    if !action.agrees {
        return;
    }
    if !action.moves() {
        ctx.missing(table, "agrees 动作", "to");
    }
    for from in &action.from {
        let state = &flow.states[from.0];
        if state.mode == TurnMode::Any {
            let name = state.name.clone();
            ctx.fault(table.value_at("agrees"), What::AgreesAlone { name });
        }
    }
}

/// Who gets a copy must be able to open it.
fn copies(ctx: &mut Ctx<'_>, table: &Table, flow: &Flow<'_>, action: &Action) {
    for role in action.copies.iter().filter(|role| !sees(flow, role)) {
        let what = What::CopyUnseen { role: role.clone() };
        ctx.fault(table.value_at("copies"), what);
    }
}

fn extends(ctx: &mut Ctx<'_>, table: &Table, flow: &Flow<'_>, action: &Action) {
    let Some(name) = &action.extends else { return };
    let at = table.value_at("extends");
    match flow.clocks.iter().find(|clock| clock.name == *name) {
        Some(clock) if clock.extend.is_none() => {
            ctx.fault(at, What::NoExtension { name: name.clone() });
        }
        Some(_) => {}
        None => {
            let known = flow.clocks.iter().map(|clock| clock.name.as_str());
            ctx.fault_near(at, What::UnknownClock { name: name.clone() }, name, known);
        }
    }
}

fn inner<'f>(outline: &Outline<'f>, group: &str, name: &str) -> Option<&'f Table> {
    let file: &'f Table = outline.file;
    match &file.get(group)?.data {
        Data::Table(all) => match &all.get(name)?.data {
            Data::Table(table) => Some(table),
            _ => None,
        },
        _ => None,
    }
}

fn place(outline: &Outline<'_>, group: &str, name: &str, key: &str) -> At {
    inner(outline, group, name).map_or(outline.file.at, |table| table.value_at(key))
}
