//! In which state a record may begin: legacy records stand anywhere, but nobody skips by it a step
//! that he could not take himself.

use catalogue::{Register, StateIx, Verb};

use crate::{Actor, Blame, Refusal};

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
    let label = &def.states[state.0].label.zh;
    if !def.begins.contains(&state) {
        let message = format!("新建的记录不能直接是“{label}”");
        return Err(Refusal::invalid(vec![Blame::at("state", "begin", message)]));
    }
    if verb == Verb::Import || may_begin(def, actor, state) {
        return Ok(Some(state));
    }
    let message = format!("您的岗位新建的记录不能直接是“{label}”，请先新建，再按步骤办理");
    Err(Refusal::invalid(vec![Blame::at("state", "begin", message)]))
}

/// Whether someone who may create records may let one begin there: in the first state; where no action
/// leads; where an action leads that he may take on a record of his own; or anywhere with the right
/// to import, which exists for what is older than the system.
pub fn may_begin(def: &Register, actor: &Actor, state: StateIx) -> bool {
    let Some(role) = actor.role() else {
        return true;
    };
    let imports = def
        .permissions
        .get(role)
        .is_some_and(|p| p.may.contains(&Verb::Import));
    let mut leading = def
        .actions
        .iter()
        .filter(|a| a.to == Some(state))
        .peekable();
    imports
        || def.begins.first() == Some(&state)
        || leading.peek().is_none()
        || leading.any(|a| !a.not_by_creator && a.by.iter().any(|by| by == role))
}
