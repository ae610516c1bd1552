//! Matters on their way, walked at random: whoever may act does, turns are claimed, handed over and
//! given help with, and after each step the course is sound.

use app::{Matter, MatterStanding, TurnAct, TurnWord};
use catalogue::{Action, Owner, Phase, Reach, Register, RegisterIx, Verb};
use kernel::flow::{Desk, Roles, TaskKind};
use kernel::{Actor, Id, Value};

use crate::world::{World, value};

/// Persons who are asked whether they can do something, at most.
const ASKED: usize = 24;

/// Somebody who may take an action on the record, and that action.
pub fn able(
    world: &mut World,
    def: &Register,
    ix: RegisterIx,
    id: Id,
) -> Option<(Actor, Option<Action>)> {
    for _ in 0..ASKED {
        let who = world.chance.pick(&world.people.clone()).cloned()?;
        let page = world.house.app.record_page(&who, ix, id, None);
        let actions = page.map(|page| page.actions).unwrap_or_default();
        if let Some(action) = world.chance.pick(&actions) {
            return Some((who, def.action(action).cloned()));
        }
    }
    None
}

/// Somebody does something with a turn that he may; it must not be refused.
pub fn on_a_turn(world: &mut World, ix: RegisterIx, id: Id, told: &str) {
    let Some(who) = world.chance.pick(&world.people.clone()).cloned() else {
        return;
    };
    let Ok(Some(matter)) = world.house.app.matter(&who, ix, id) else {
        return;
    };
    let acts: Vec<(Id, TurnWord)> = matter
        .open_turns()
        .flat_map(|turn| turn.acts.iter().map(|act| (turn.task, *act)))
        .collect();
    let Some((turn, word)) = world.chance.pick(&acts).copied() else {
        return;
    };
    let app = &world.house.app;
    let mut to = None;
    if word.names_somebody() {
        let found = app.turn_candidates(&who, turn, word);
        let found = found.unwrap_or_else(|no| panic!("{told}: {no:?}"));
        to = world.chance.pick(&found).map(|candidate| candidate.account);
    }
    let act = TurnAct::of(word, to, "随机检验").expect("somebody is named");
    if let Err(no) = app.act_on_turn(&who, turn, &act) {
        panic!("{told}: {} may {}, and: {no:?}", who.login, word.word());
    }
}

/// What holds of every matter at any time.
pub fn is_sound(world: &World, ix: RegisterIx, def: &Register, id: Id, told: &str) {
    let app = &world.house.app;
    let matter = match app.matter(&Actor::operator(), ix, id) {
        Ok(Some(matter)) => matter,
        Ok(None) => panic!("{told}: {id} of {} has no matter", def.name),
        Err(no) => panic!("{told}: {no:?}"),
    };
    let state = &def.states[matter.state.expect("a state").0];
    let ended = matches!(state.phase, Phase::Done | Phase::Void);
    let standing = matter.standing != MatterStanding::Running;
    assert_eq!(
        ended, standing,
        "{told}: {:?} at {}",
        matter.standing, state.name
    );
    assert_eq!(ended, matter.ended_at.is_some(), "{told}: {}", state.name);
    // A copy is to be read, also after the end.
    let open = matter
        .open_turns()
        .filter(|turn| turn.kind != TaskKind::Copy);
    let moving = matter.open_turns().filter(|turn| turn.kind.moves()).count();
    if ended {
        assert_eq!(open.count(), 0, "{told}: an open turn of an ended matter");
    } else {
        let wanted = !state.turn.is_empty();
        assert_eq!(
            wanted,
            moving > 0,
            "{told}: {moving} turns at {}",
            state.name
        );
    }
    for clock in &matter.clocks {
        assert!(!ended || clock.ended_at.is_some() || clock.due_at.is_some());
    }
    nobody_only_where_nobody_is(world, def, &matter, told);
}

/// A turn lies with nobody only when nobody holds its roles where the matter lies.
fn nobody_only_where_nobody_is(world: &World, def: &Register, matter: &Matter, told: &str) {
    let tasks = world.house.register("house.task");
    let task_def = world.house.app.catalogue().at(tasks);
    let desk_ix = task_def.field("desk").expect("desk");
    let record = world.truth(matter.register, matter.record);
    for turn in matter.open_turns().filter(|turn| turn.nobody) {
        let task = world.truth(tasks, turn.task);
        let desk = match value(&task, desk_ix) {
            Some(Value::Text(text)) => Desk::of_record(text).expect("a desk"),
            other => panic!("{told}: {other:?}"),
        };
        let Desk::Nobody(Roles(roles)) = desk else {
            panic!("{told}: {desk:?}");
        };
        for role in roles {
            let could = world
                .people
                .iter()
                .find(|who| who.role() == Some(role.as_str()) && holds(def, &record, &role, who));
            let could = could.map(|who| &who.login);
            assert_eq!(could, None, "{told}: nobody for {role} at {}", record.id);
        }
    }
}

/// Whether the person holds the role for the record, read from the definition alone.
fn holds(def: &Register, record: &app::RecordView, role: &str, who: &Actor) -> bool {
    let Some(right) = def
        .permissions
        .get(role)
        .filter(|r| r.may.contains(&Verb::See))
    else {
        return false;
    };
    let division = match def.reach.and_then(|ix| value(record, ix)) {
        Some(Value::Text(code)) => Some(code),
        _ => None,
    };
    match right.within {
        Reach::Own => match (def.owner, who.subject) {
            (Some(Owner::Itself), Some(subject)) => record.id == subject,
            (Some(Owner::Field(field)), Some(subject)) => {
                value(record, field) == Some(&Value::Id(subject))
            }
            _ => false,
        },
        _ => division.is_some_and(|code| who.areas.iter().any(|area| code.starts_with(area))),
    }
}

/// Whether a matter may stand there after the action: a voice among several moves nothing before the
/// last, and back leads to a step gone through.
pub fn may_lead(
    def: &Register,
    action: &Action,
    from: Option<catalogue::StateIx>,
    to: Option<catalogue::StateIx>,
) -> bool {
    let stays = action.agrees && to == from;
    let back = action.back.is_some()
        && to.is_some_and(|to| {
            let phase = def.states[to.0].phase;
            to.0 < def.states.len() && !matches!(phase, Phase::Done | Phase::Void)
        });
    stays || back || action.back.is_none() && to == action.to.or(from)
}
