//! Hooks of patrols, hazards and rectification: whose it is and where, what the rows say, and who
//! may write into which of them.

mod findings;
mod order;
mod place;
mod whose;

use kernel::{Compute, Effect, Guard, Hook, Hooks, Situation, Value};
use kernel::{Said, said};

const TOWN_CHECK: &str = "patrol.town_check";
const PATROL: &str = "patrol.patrol_record";
const HAZARD: &str = "patrol.hazard";
const ORDER: &str = "patrol.rectification";
const INSTRUCTION: &str = "patrol.instruction";

const PATROLS: &str = "children patrol.patrol_record";
const ORDERS: &str = "children patrol.rectification";

pub fn hooks() -> Hooks {
    Hooks {
        compute: computes(),
        guard: guards(),
        effect: vec![
            Hook::<Effect>::new(TOWN_CHECK, "order_report", &[ORDERS], order::of_report),
            Hook::<Effect>::new(
                PATROL,
                "order_patrol",
                &["ref town_check", ORDERS],
                order::of_patrol,
            ),
        ],
    }
}

fn computes() -> Vec<Hook<Compute>> {
    const NAMED: &[&str] = &["ref equipment", "ref entity"];
    const SENT: &[&str] = &["ref equipment", "ref entity", "ref town_check"];
    const FOUND: &[&str] = &["ref equipment", "ref entity", "ref patrol"];
    const ORDERED: &[&str] = &[
        "ref equipment",
        "ref entity",
        "ref instruction",
        "ref patrol",
        "ref town_check",
    ];
    const PLACE: &[&str] = &["ref equipment", "ref entity", "ref subject"];
    let hook = Hook::<Compute>::new;
    vec![
        hook(TOWN_CHECK, "subject", NAMED, whose::subject),
        hook(TOWN_CHECK, "division", NAMED, whose::division),
        hook(TOWN_CHECK, "checked_on", &[], whose::day),
        hook(PATROL, "patrol_subject", SENT, whose::subject),
        hook(PATROL, "patrol_division", SENT, whose::division),
        hook(PATROL, "checked_on", &[], whose::day),
        hook(PATROL, "faults", &[], findings::faults),
        hook(PATROL, "distance", PLACE, place::distance),
        hook(HAZARD, "subject", NAMED, whose::subject),
        hook(HAZARD, "division", NAMED, whose::division),
        hook(HAZARD, "checked_on", &[], whose::day),
        hook(HAZARD, "hazard_grade", &[], hazard_grade),
        hook(ORDER, "order_subject", ORDERED, whose::subject),
        hook(ORDER, "order_division", ORDERED, whose::division),
        hook(INSTRUCTION, "patrolled_subject", FOUND, whose::subject),
        hook(INSTRUCTION, "patrolled_division", FOUND, whose::division),
        hook(INSTRUCTION, "subject_uscc", PLACE, whose::uscc),
    ]
}

fn guards() -> Vec<Hook<Guard>> {
    let hook = Hook::<Guard>::new;
    vec![
        hook(TOWN_CHECK, "patrolled", &[PATROLS], patrolled),
        hook(HAZARD, "photographed", &[], photographed),
        hook(ORDER, "has_findings", &[], findings::has_findings),
        hook(ORDER, "some_answered", &[], findings::some_answered),
        hook(ORDER, "all_answered", &[], findings::all_answered),
        hook(ORDER, "results_only", &[], findings::results_only),
        hook(ORDER, "all_passed", &[], findings::all_passed),
        hook(ORDER, "some_failed", &[], findings::some_failed),
        hook(INSTRUCTION, "has_problems", &[], findings::has_problems),
        hook(INSTRUCTION, "all_corrected", &[ORDERS], all_corrected),
    ]
}

/// What the station reports stands on a patrol record that it handed in (organisation.md 3).
fn patrolled(s: &Situation) -> Result<(), Said> {
    let handed_in = s
        .read(PATROLS)
        .iter()
        .any(|patrol| !["draft", "discarded"].contains(&whose::state(s, patrol)));
    match handed_in {
        true => Ok(()),
        false => Err(said!(
            "还没有上报对应的巡查记录，先填巡查记录（57号令第21条）"
                / "There is no patrol record for it yet; write one first (Order 57, art. 21)"
        )),
    }
}

/// What the section or its head decided; nothing before that.
fn hazard_grade(s: &Situation) -> Value {
    let graded = ["open", "answered", "rechecked", "closed", "to_case"];
    match (s.state(), s.value("serious")) {
        (Some(state), Value::Bool(true)) if graded.contains(&state) => {
            Value::Text("serious".into())
        }
        (Some(state), _) if graded.contains(&state) => Value::Text("general".into()),
        _ => Value::Null,
    }
}

/// Before and after are compared side by side.
fn photographed(s: &Situation) -> Result<(), Said> {
    match whose::has_files(s, "after_photos") {
        true => Ok(()),
        false => Err(said!(
            "请上传整改后的照片" / "Please upload photographs taken after the correction"
        )),
    }
}

/// An instruction ends when what it ordered was corrected and rechecked (57号令 第29条).
fn all_corrected(s: &Situation) -> Result<(), Said> {
    let orders = s.read(ORDERS);
    let states: Vec<&str> = orders.iter().map(|order| whose::state(s, order)).collect();
    if states
        .iter()
        .any(|state| !["closed", "discarded"].contains(state))
    {
        return Err(said!(
            "指令书的整改还没有销案（57号令第29条）"
                / "The correction under the instruction is not closed (Order 57, art. 29)"
        ));
    }
    match states.contains(&"closed") {
        true => Ok(()),
        false => Err(said!(
            "指令书还没有对应的整改记录，先登记整改并复查（57号令第29条）"
                / "The instruction has no correction yet; register and check it first (Order 57, art. 29)"
        )),
    }
}
