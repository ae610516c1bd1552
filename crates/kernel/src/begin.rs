//! How a record begins: empty but for its defaults, and in a state it may begin in. Legacy records
//! stand anywhere, but nobody skips by it a step that he could not take himself.

use catalogue::{Action, Kind, Register, RegisterIx, Source, StateIx, Verb};
use expr::{Id, Value};
use speech::said;

use crate::act::{guarded, needed, possible};
use crate::{Actor, Blame, Datum, Ground, Reads, Record, Refusal};

/// The state a new record begins in, or the refusal.
pub(crate) fn begin(
    def: &Register,
    actor: &Actor,
    verb: Verb,
    state: Option<StateIx>,
) -> Result<Option<StateIx>, Refusal> {
    let Some(state) = state else {
        return Ok(def.begins.first().copied());
    };
    let label = &def.states[state.0].label;
    if !def.begins.contains(&state) {
        let message = said!(
            "新建的记录不能直接是“{}”" / "A new record cannot be “{}” at once",
            label
        );
        return Err(Refusal::invalid(vec![Blame::at("state", "begin", message)]));
    }
    if verb == Verb::Import || may_begin(def, actor, state) {
        return Ok(Some(state));
    }
    let message = said!(
        "您的岗位新建的记录不能直接是“{}”，请先新建，再按步骤办理"
            / "Your role cannot begin a record as “{}”; make it first, then go step by step",
        label
    );
    Err(Refusal::invalid(vec![Blame::at("state", "begin", message)]))
}

/// Whether someone who may create records may let one begin there: in the first state; where no action
/// leads; where an action leads that he may take on a record of his own; or anywhere with the right
/// to import, which exists for what is older than the system.
pub fn may_begin(def: &Register, actor: &Actor, state: StateIx) -> bool {
    let Some(role) = actor.role() else {
        return true;
    };
    if imports(def, role) || def.begins.first() == Some(&state) {
        return true;
    }
    if skipped(def, state).next().is_some() {
        return skipped(def, state).any(|action| is_his(action, role) && only_moves(action));
    }
    let mut leading = def.actions.iter().filter(|a| a.to == Some(state));
    let leads = leading.clone().next().is_some();
    !leads || leading.any(|action| is_his(action, role))
}

/// The actions one of which making a record in that state stands for.
pub fn stood_for<'a>(
    def: &'a Register,
    actor: &Actor,
    state: Option<StateIx>,
) -> impl Iterator<Item = &'a Action> {
    let role = actor.role().filter(|role| !imports(def, role));
    let both = role.map(str::to_owned).zip(state).into_iter();
    both.flat_map(|(role, state)| {
        skipped(def, state).filter(move |action| is_his(action, &role) && only_moves(action))
    })
}

/// Making a record in a further state asks what the action would ask that leads there, or its guard
/// would be no more than a habit of the form. Of several actions one is enough.
pub(crate) fn fit_to_begin(ground: &Ground, after: &Record, reads: &Reads) -> Result<(), Refusal> {
    let def = ground.catalogue.at(after.register);
    let mut refused = None;
    for action in stood_for(def, ground.actor, after.state) {
        match fit_for(ground, def, action, after, reads) {
            Ok(()) => return Ok(()),
            Err(refusal) => refused = refused.or(Some(refusal)),
        }
    }
    refused.map_or(Ok(()), Err)
}

/// What the action lacks for which a new record in that state stands, beside what is wrong already.
pub(crate) fn lacking(ground: &Ground, after: &Record, blames: &mut Vec<Blame>) {
    let def = ground.catalogue.at(after.register);
    if let Some(action) = stood_for(def, ground.actor, after.state).next() {
        let missing = needed(ground, action, after).into_iter();
        let told = |blame: &Blame| blames.iter().any(|known| known.pointer == blame.pointer);
        let more: Vec<Blame> = missing.filter(|blame| !told(blame)).collect();
        blames.extend(more);
    }
}

fn fit_for(
    ground: &Ground,
    def: &Register,
    action: &Action,
    after: &Record,
    reads: &Reads,
) -> Result<(), Refusal> {
    let sooner = |state: &&StateIx| def.begins.contains(state);
    let before = Record {
        state: action.from.iter().find(sooner).copied(),
        ..after.clone()
    };
    possible(ground, &before, action)?;
    let blames = needed(ground, action, after);
    if !blames.is_empty() {
        return Err(Refusal::invalid(blames));
    }
    guarded(ground, def, action, after, &before, reads)
}

/// The actions that lead there from a state which stands before it in `begins`.
fn skipped(def: &Register, state: StateIx) -> impl Iterator<Item = &Action> {
    let sooner = def.begins.iter().take_while(move |begin| **begin != state);
    let sooner: Vec<StateIx> = sooner.copied().collect();
    def.actions.iter().filter(move |action| {
        action.to == Some(state) && action.from.iter().any(|from| sooner.contains(from))
    })
}

fn is_his(action: &Action, role: &str) -> bool {
    !action.not_by_creator && action.by.iter().any(|by| by == role)
}

/// An action that asks for words or a proof, or does more than move the record, is taken as itself.
fn only_moves(action: &Action) -> bool {
    let asks = action.reason || action.opinion || action.legal || action.agrees;
    !asks && action.then.is_empty() && action.set.is_empty()
}

fn imports(def: &Register, role: &str) -> bool {
    let permission = def.permissions.get(role);
    permission.is_some_and(|p| p.may.contains(&Verb::Import))
}

/// An empty record of the register with its defaults.
pub fn blank(ground: &Ground, register: RegisterIx, id: Id, state: Option<StateIx>) -> Record {
    let def = ground.catalogue.at(register);
    let data = def
        .fields
        .iter()
        .map(|field| match (&field.source, &field.kind) {
            (Source::Number { pattern }, _) => Datum::Draw(pattern.clone()),
            (_, Kind::Rows { .. }) => Datum::Rows(Vec::new()),
            (_, Kind::Files { .. }) => Datum::Files(Vec::new()),
            _ => Datum::One(field.default.clone().unwrap_or(Value::Null)),
        });
    Record {
        register,
        id,
        version: 1,
        state,
        created_at: ground.now,
        created_by: ground.actor.account,
        made_for: ground.actor.on_behalf,
        changed_at: ground.now,
        changed_by: ground.actor.account,
        data: data.collect(),
    }
}
