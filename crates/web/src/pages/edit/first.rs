//! What the form of a new record asks: not what only a later step of its flow brings.

use catalogue::{Action, Field, FieldIx, Register};

/// Whether the box belongs into the form of a new record. What an action asks for is left to that
/// action, unless it begins where records begin or leads to where they may begin.
pub fn asks(def: &Register, ix: FieldIx, field: &Field) -> bool {
    let first = def.begins.first();
    let early = |action: &&Action| {
        first.is_some_and(|state| action.from.contains(state))
            || action.to.is_some_and(|state| def.begins.contains(&state))
    };
    let typed_by = |action: &Action| action.fields.contains(&ix) || action.needs.contains(&ix);
    // A number that acts count up begins with its default.
    let counted_by =
        |action: &Action| field.default.is_some() && action.set.iter().any(|(set, _)| *set == ix);
    let mut actions = def.actions.iter();
    let later = actions.any(|action| typed_by(action) || counted_by(action));
    field.required || !later || def.actions.iter().filter(early).any(typed_by)
}
