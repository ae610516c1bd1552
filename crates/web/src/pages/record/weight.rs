//! How grave an action is: what closes a record looks so, unless closing is what all worked for; and what
//! it gives to think about before it is done.

use catalogue::{Action, Phase, Register};
use kernel::Blame;
use maud::{Markup, html};

use crate::door::Visit;
use crate::ui::button::Weight;
use crate::ui::notice::{Kind, notice};

/// How a button looks that takes this action.
pub fn weight(def: &Register, action: &Action) -> Weight {
    let to = action.to.map(|to| def.states[to.0].phase);
    match to {
        Some(Phase::Void) => Weight::Grave,
        // In a flow the good end is what everybody works for.
        Some(Phase::Done) if !def.is_flow() => Weight::Grave,
        _ => Weight::Plain,
    }
}

/// Whether a record is closed by the action.
fn ends(def: &Register, action: &Action) -> bool {
    action
        .to
        .is_some_and(|to| matches!(def.states[to.0].phase, Phase::Done | Phase::Void))
}

/// Whether what was typed is read back before it is done. In a flow the definition says which acts have
/// legal effect; the others can be taken back for a while.
pub fn is_checked(def: &Register, action: &Action) -> bool {
    let asks = !action.fields.is_empty() || !action.needs.is_empty();
    let is_grave = match def.is_flow() {
        true => action.legal,
        false => action.law.is_some(),
    };
    asks && (is_grave || ends(def, action))
}

/// What the act gives to think about and does not hinder; read before it is done.
pub fn warned(visit: &Visit, warnings: &[Blame]) -> Markup {
    html! {
        @if !warnings.is_empty() {
            (notice(visit.words, Kind::Warning, &html! {
                p { (visit.say.act_warned) }
                ul { @for warning in warnings { li { (warning.message.get(visit.lang())) } } }
            }))
        }
    }
}
