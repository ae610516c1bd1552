//! Whose turn it is, and where an action leads: what must hold before a matter moves.

use catalogue::{Action, Back, Register, StateIx, TurnMode};
use speech::said;

use super::book::{Course, Task, TaskKind};
use crate::{Actor, Power, Reason, Record, Refusal};

/// The open turn with which the actor may take the action. What is nobody's turn to do (a withdrawal)
/// needs none.
pub(crate) fn turn_for<'c>(
    def: &Register,
    record: &Record,
    action: &Action,
    actor: &Actor,
    course: &'c Course,
) -> Result<Option<&'c Task>, Refusal> {
    let state = record.state.map(|s| &def.states[s.0]);
    let in_turn = |role: &str| state.is_some_and(|s| s.turn.iter().any(|turn| turn == role));
    let mine = match &actor.power {
        Power::Operator => return Ok(None),
        Power::Role(role) => in_turn(role) || action.only_by_creator && in_turn(super::CREATOR),
        Power::Public => false,
    };
    if !mine {
        return Ok(None);
    }
    if course.is_empty_step() {
        // Imported or made before its register became a flow: nobody holds a turn yet.
        return Ok(None);
    }
    let held = |task: &&Task| task.lies_with(def, actor);
    let Some(task) = course.turns().find(held) else {
        return Err(Refusal::new(
            Reason::Conflict,
            said!(
                "这一步现在不在您手里，可能已由别人认领、办理或者转办"
                    / "This step is not in your hands now; somebody else may have claimed, handled or been given it"
            ),
        ));
    };
    let helped = course
        .open()
        .any(|t| t.kind == TaskKind::Assist && t.step == task.step && t.asked_by == task.account);
    if helped && task.account.is_some() {
        return Err(Refusal::new(
            Reason::Conflict,
            said!(
                "已委派他人协办，收到答复或者收回委派后再办理"
                    / "You asked somebody for help; act after the answer, or take the request back"
            ),
        ));
    }
    Ok(Some(task))
}

/// Where the action leads; `None` leaves the matter at its step.
pub(crate) fn destination(
    def: &Register,
    record: &Record,
    action: &Action,
    mine: Option<&Task>,
    course: &Course,
    chosen: Option<&str>,
) -> Result<Option<StateIx>, Refusal> {
    if let Some(back) = action.back {
        return way_back(def, back, course, chosen).map(Some);
    }
    let mode = record.state.map_or(TurnMode::Any, |s| def.states[s.0].mode);
    if action.agrees && mode != TurnMode::Any && voices_left(def, record, mode, mine, course) {
        return Ok(None);
    }
    Ok(action.to)
}

/// Whether others must still agree before the matter moves.
fn voices_left(
    def: &Register,
    record: &Record,
    mode: TurnMode,
    mine: Option<&Task>,
    course: &Course,
) -> bool {
    let others = course
        .turns()
        .filter(|task| task.kind == TaskKind::Sign && Some(task.id) != mine.map(|m| m.id))
        .count();
    others > 0 || mode == TurnMode::InTurn && next_voice(def, record, course).is_some()
}

/// In order: the role whose voice comes after those that were heard or are being heard.
pub(super) fn next_voice<'d>(
    def: &'d Register,
    record: &Record,
    course: &Course,
) -> Option<&'d str> {
    let turn = &def.states[record.state?.0].turn;
    let step = course.step();
    let begun = course
        .valid()
        .filter(|task| task.step == step && task.kind == TaskKind::Sign && !task.was_added());
    turn.get(begun.count()).map(String::as_str)
}

fn way_back(
    def: &Register,
    back: Back,
    course: &Course,
    chosen: Option<&str>,
) -> Result<StateIx, Refusal> {
    let came = course.came_through();
    let to = match (back, chosen) {
        (Back::Step, _) | (Back::Any, None) => came.first().copied(),
        (Back::Any, Some(chosen)) => came.iter().copied().find(|state| *state == chosen),
    };
    to.and_then(|name| def.state(name)).ok_or_else(|| {
        Refusal::new(
            Reason::Conflict,
            said!(
                "没有可以退回的环节，请从列出的环节里选"
                    / "There is no such step to return to; choose one of those listed"
            ),
        )
    })
}

/// 撤回: only while nobody whose turn it is has opened it.
pub(crate) fn unread(action: &Action, course: &Course) -> Result<(), Refusal> {
    if action.unread && course.is_read {
        return Err(Refusal::new(
            Reason::Conflict,
            said!(
                "对方已经打开办理，不能撤回；请联系对方退回"
                    / "It has already been opened by whoever handles it and cannot be withdrawn; ask for its return"
            ),
        ));
    }
    Ok(())
}
