//! Making and editing a record: from what was typed to the change, or to a refusal with every
//! place at fault.

use catalogue::{FieldIx, Phase, RegisterIx, StateIx, Verb};
use expr::Id;
use speech::said;

use crate::begin::{begin, fit_to_begin, lacking};
use crate::difference::difference;
use crate::entry::unfit_entries;
use crate::examine::examine;
use crate::follow::complete;
use crate::rights::{outside, right_over};
use crate::typed::{dropped, merge, typed_fields, unfix};
use crate::{
    Blame, Change, Datum, Ground, Intent, Reads, Reason, Record, Refusal, What, blank, covers,
    scope,
};

/// A decided change: the record as it will be, the changes that make it so, and what to warn of.
#[derive(Clone, Debug)]
pub struct Decision {
    pub after: Record,
    /// Empty when nothing would change.
    pub changes: Vec<Change>,
    pub warnings: Vec<Blame>,
    /// The turn with which an action was taken, in a flow.
    pub turn: Option<Id>,
    /// What effects of the action ask for besides, in order.
    pub intents: Vec<Intent>,
}

/// A new record. `verb` is `Create` or `Import`.
pub fn create(
    ground: &Ground,
    register: RegisterIx,
    id: Id,
    verb: Verb,
    state: Option<StateIx>,
    input: Vec<(FieldIx, Datum)>,
    reads: &Reads,
) -> Result<Decision, Refusal> {
    let def = ground.catalogue.at(register);
    let Some(right) = scope(def, ground.actor, verb) else {
        return Err(Refusal::forbidden(said!(
            "您的岗位不能新建{}" / "Your role may not make: {}",
            def.title
        )));
    };
    let state = begin(def, ground.actor, verb, state)?;
    let mut after = blank(ground, register, id, state);
    let given = typed_fields(def, &input);
    let mut blames = merge(def, &mut after, input, &right);
    complete(ground, &mut after, None, reads);
    blames.extend(unfit_entries(ground, None, &after, verb));
    let mut warnings = examine(ground, &after, &mut blames);
    if verb != Verb::Import {
        warnings.extend(dropped(def, &given, &after));
    }
    if !blames.is_empty() {
        // Everything at once: what the first step would refuse is told with the rest.
        if verb != Verb::Import {
            lacking(ground, &after, &mut blames);
        }
        return Err(Refusal::invalid(blames));
    }
    if !covers(&right, &ground.view(&after)) {
        return Err(outside(def, &right));
    }
    if verb != Verb::Import {
        fit_to_begin(ground, &after, reads)?;
    }
    let data = after
        .data
        .iter()
        .enumerate()
        .filter(|(_, datum)| !datum.is_empty())
        .map(|(ix, datum)| (FieldIx(ix), datum.clone()))
        .collect();
    let act = if verb == Verb::Import {
        "import"
    } else {
        "create"
    };
    let what = What::Insert {
        state: after.state,
        data,
    };
    let changes = vec![Change {
        register,
        id,
        act: act.to_owned(),
        what,
    }];
    Ok(Decision {
        after,
        changes,
        warnings,
        turn: None,
        intents: Vec::new(),
    })
}

/// A record with some fields changed. `verb` is `Edit` or `Import`.
pub fn edit(
    ground: &Ground,
    before: &Record,
    verb: Verb,
    input: Vec<(FieldIx, Datum)>,
    reads: &Reads,
) -> Result<Decision, Refusal> {
    let def = ground.catalogue.at(before.register);
    let right = right_over(ground, before, verb, || {
        said!(
            "您的岗位不能修改这条{}" / "Your role may not change this record: {}",
            def.title
        )
    })?;
    if matches!(before.phase(def), Phase::Done | Phase::Void) {
        let state = before
            .state
            .map_or("", |s| def.states[s.0].label.zh.as_str());
        return Err(Refusal::new(
            Reason::Conflict,
            said!(
                "记录已是“{}”，不能再修改；确需更正请先办理相应的恢复手续"
                    / "The record is “{}” and cannot be changed; to correct it, reopen it first",
                state
            ),
        ));
    }
    let mut after = before.clone();
    let given = typed_fields(def, &input);
    let mut blames = unfix(def, before, verb, &input);
    blames.extend(merge(def, &mut after, input, &right));
    complete(ground, &mut after, Some(before), reads);
    blames.extend(unfit_entries(ground, Some(before), &after, verb));
    let mut warnings = examine(ground, &after, &mut blames);
    if verb != Verb::Import {
        warnings.extend(dropped(def, &given, &after));
    }
    if !blames.is_empty() {
        return Err(Refusal::invalid(blames));
    }
    if !covers(&right, &ground.view(&after)) {
        return Err(outside(def, &right));
    }
    let act = if verb == Verb::Import {
        "import"
    } else {
        "edit"
    };
    Ok(Decision {
        changes: difference(act, before, &after),
        after,
        warnings,
        turn: None,
        intents: Vec::new(),
    })
}
