//! What is offered to a person: buttons, fields, columns. `app` decides again when they are used.

use catalogue::{Action, Field, FieldIx, List, Register};
use kernel::{StateIx, Verb};

use crate::door::Visit;

/// Whether the person has the verb on the register at all.
pub fn may(visit: &Visit, def: &Register, verb: Verb) -> bool {
    kernel::scope(def, &visit.actor, verb).is_some()
}

/// Whether a declared list is cut only by what the person may see.
pub fn list(visit: &Visit, def: &Register, list: &List) -> bool {
    kernel::scope(def, &visit.actor, Verb::See)
        .is_some_and(|right| app::may_list(&right, def, list))
}

/// What the definition lets somebody of this role do in that state on many records at once.
pub fn batch_actions<'a>(visit: &Visit, def: &'a Register, state: StateIx) -> Vec<&'a Action> {
    let role = visit.actor.role();
    let offered = def.actions.iter().filter(|action| {
        let by = role.is_some_and(|role| action.by.iter().any(|by| by == role));
        action.batch && by && action.from.contains(&state)
    });
    offered.collect()
}

/// Fields the person may see, in the register's order.
pub fn fields<'a>(visit: &Visit, def: &'a Register) -> Vec<(FieldIx, &'a Field)> {
    fields_for(visit, def, Verb::See)
}

/// Fields that the verb reaches.
pub fn fields_for<'a>(visit: &Visit, def: &'a Register, verb: Verb) -> Vec<(FieldIx, &'a Field)> {
    let Some(right) = kernel::scope(def, &visit.actor, verb) else {
        return Vec::new();
    };
    def.all_fields()
        .filter(|(ix, field)| kernel::sees_field(&right, *ix, field))
        .collect()
}
