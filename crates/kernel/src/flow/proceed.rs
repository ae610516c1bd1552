//! What follows for turns and clocks when a matter is made or moves: the steps write themselves.

use calendar::Calendar;
use catalogue::{Action, Owner, Phase, Register, State, TurnMode};
use expr::{Id, Value};

use super::book::{Course, House, Task, TaskKind, Writer};
use super::desk::{Desk, Directory, Whereabouts};
use super::seat::Seat;
use super::turn::next_voice;
use crate::{Change, Ground, Record, Refusal};

/// What the course of matters stands on besides the ground of the decision.
#[derive(Clone, Copy)]
pub struct Flow<'a> {
    pub house: House,
    pub directory: &'a Directory,
    pub calendar: &'a Calendar,
}

/// Where new ids come from; `app` lends them.
pub type Ids<'a> = &'a mut dyn FnMut() -> Id;

/// A record of a flow before and after an action.
#[derive(Clone, Copy)]
pub struct Moved<'a> {
    pub before: &'a Record,
    pub after: &'a Record,
    pub action: &'a Action,
    /// The turn with which it was taken.
    pub turn: Option<Id>,
    pub reason: Option<&'a str>,
}

/// A matter that begins: its public number is drawn by chance, above.
pub struct Beginning {
    pub matter: Id,
    pub public_no: String,
    /// How the record is named to people.
    pub shown: String,
}

impl Flow<'_> {
    /// The matter of a new record and the first turns.
    pub fn begin(
        &self,
        ground: &Ground,
        made: &Record,
        beginning: Beginning,
        ids: Ids,
    ) -> Vec<Change> {
        let def = ground.catalogue.at(made.register);
        let at = whereabouts(def, made);
        let Beginning {
            matter,
            public_no,
            shown,
        } = beginning;
        let state = made.state.map(|s| &def.states[s.0]);
        let mut changes = vec![self.matters(ground).insert(
            matter,
            "create",
            standing(state),
            vec![
                ("register", text(&def.name)),
                ("record", text(made.id.to_string())),
                ("shown", text(shown)),
                ("public_no", text(public_no)),
                ("flow", text(def.flow_version())),
                ("division", at.division.map_or(Value::Null, text)),
                (
                    "subject",
                    at.subject.map_or(Value::Null, |id| text(id.to_string())),
                ),
                ("starter", person(made.maker())),
                ("began_at", Value::Moment(ground.now)),
                ("at_state", state.map_or(Value::Null, |s| text(&s.name))),
            ],
        )];
        let course = Course::empty(matter);
        changes.extend(self.enter(ground, made, &course, ids));
        changes.extend(self.clocks_follow(ground, &course, None, made, ids));
        changes
    }

    /// What follows when an action was taken: turns of the step left are closed, those of the step
    /// entered opened. `mine` is the turn with which it was taken.
    pub fn proceed(
        &self,
        ground: &Ground,
        course: &Course,
        moved: &Moved,
        ids: Ids,
    ) -> Result<Vec<Change>, Refusal> {
        let Moved {
            before,
            after,
            action,
            turn,
            reason,
        } = *moved;
        let def = ground.catalogue.at(after.register);
        let mut changes = self.extend(ground, course, def, action, reason)?;
        let steps_on = before.state != after.state || action.moves() && !action.agrees;
        if steps_on {
            changes.extend(self.leave(ground, course, action, turn));
            changes.push(self.move_matter(ground, course, after));
            changes.extend(self.enter(ground, after, course, ids));
            changes.extend(self.clocks_follow(ground, course, Some(before), after, ids));
        } else if let Some(voice) = course.turns().find(|t| Some(t.id) == turn && action.agrees) {
            changes.push(self.close(ground, voice, "done", Some(&action.name)));
            changes.extend(self.next_in_turn(ground, after, course, ids));
        }
        changes.extend(self.copies(ground, after, course, action, ids));
        Ok(changes)
    }

    fn leave(
        &self,
        ground: &Ground,
        course: &Course,
        action: &Action,
        mine: Option<Id>,
    ) -> Vec<Change> {
        let open: Vec<&Task> = course.open().filter(|t| t.kind != TaskKind::Copy).collect();
        // Whoever acts without a turn of his own (a withdrawal) ends the step with the first of them.
        let ends = mine.or_else(|| open.iter().find(|t| t.kind.moves()).map(|t| t.id));
        open.iter()
            .map(|task| match Some(task.id) == ends {
                true => self.close(ground, task, "done", Some(&action.name)),
                false => self.close(ground, task, "void", Some("passed")),
            })
            .collect()
    }

    fn move_matter(&self, ground: &Ground, course: &Course, after: &Record) -> Change {
        let def = ground.catalogue.at(after.register);
        let at = whereabouts(def, after);
        let state = after.state.map(|s| &def.states[s.0]);
        let ended = state.is_some_and(|s| matches!(s.phase, Phase::Done | Phase::Void));
        self.matters(ground).update(
            (course.matter, course.version),
            match standing(state) {
                "ended" => "end",
                "void" => "cancel",
                _ => "step",
            },
            Some(standing(state)),
            vec![
                ("at_state", state.map_or(Value::Null, |s| text(&s.name))),
                ("division", at.division.map_or(Value::Null, text)),
                (
                    "subject",
                    at.subject.map_or(Value::Null, |id| text(id.to_string())),
                ),
                (
                    "ended_at",
                    if ended {
                        Value::Moment(ground.now)
                    } else {
                        Value::Null
                    },
                ),
            ],
        )
    }

    /// Opens the turns of the step at which the record now stands.
    pub(super) fn enter(
        &self,
        ground: &Ground,
        record: &Record,
        course: &Course,
        ids: Ids,
    ) -> Vec<Change> {
        let def = ground.catalogue.at(record.register);
        let Some(state) = record.state.map(|s| &def.states[s.0]) else {
            return Vec::new();
        };
        let turn = match state.mode {
            TurnMode::InTurn => &state.turn[..state.turn.len().min(1)],
            TurnMode::Any | TurnMode::All => &state.turn[..],
        };
        let step = course.step() + 1;
        let at = whereabouts(def, record);
        let seats: Vec<(TaskKind, Desk)> = match state.mode {
            TurnMode::Any => {
                let desks = self.directory.place(def, turn, at);
                desks
                    .into_iter()
                    .map(|desk| (TaskKind::Turn, desk))
                    .collect()
            }
            TurnMode::All | TurnMode::InTurn => turn
                .iter()
                .flat_map(|role| self.directory.place(def, std::slice::from_ref(role), at))
                .map(|desk| (TaskKind::Sign, desk))
                .collect(),
        };
        seats
            .into_iter()
            .map(|(kind, desk)| {
                self.open(
                    ground,
                    record,
                    course.matter,
                    ids(),
                    Seat::of_the_flow(kind, desk, step, state),
                )
            })
            .collect()
    }

    fn next_in_turn(
        &self,
        ground: &Ground,
        record: &Record,
        course: &Course,
        ids: Ids,
    ) -> Vec<Change> {
        let def = ground.catalogue.at(record.register);
        let Some(state) = record.state.map(|s| &def.states[s.0]) else {
            return Vec::new();
        };
        if state.mode != TurnMode::InTurn {
            return Vec::new();
        }
        let Some(role) = next_voice(def, record, course) else {
            return Vec::new();
        };
        let desks = self
            .directory
            .place(def, &[role.to_owned()], whereabouts(def, record));
        let step = course.step();
        desks
            .into_iter()
            .map(|desk| {
                self.open(
                    ground,
                    record,
                    course.matter,
                    ids(),
                    Seat::of_the_flow(TaskKind::Sign, desk, step, state),
                )
            })
            .collect()
    }

    fn copies(
        &self,
        ground: &Ground,
        record: &Record,
        course: &Course,
        action: &Action,
        ids: Ids,
    ) -> Vec<Change> {
        let def = ground.catalogue.at(record.register);
        let Some(state) = record.state.map(|s| &def.states[s.0]) else {
            return Vec::new();
        };
        if action.copies.is_empty() {
            return Vec::new();
        }
        let desks = self
            .directory
            .place(def, &action.copies, whereabouts(def, record));
        desks
            .into_iter()
            .filter(|desk| !matches!(desk, Desk::Nobody(_)))
            .map(|desk| {
                let seat = Seat::of_the_flow(TaskKind::Copy, desk, course.step(), state);
                self.open(ground, record, course.matter, ids(), seat)
            })
            .collect()
    }

    pub(super) fn matters<'g>(&self, ground: &Ground<'g>) -> Writer<'g> {
        Writer {
            catalogue: ground.catalogue,
            register: self.house.matter,
        }
    }
}

/// What a record of a flow is placed by.
pub fn whereabouts<'r>(def: &Register, record: &'r Record) -> Whereabouts<'r> {
    let division = def.reach.and_then(|ix| match record.value(ix) {
        Value::Text(code) => Some(code.as_str()),
        _ => None,
    });
    let subject = match def.owner {
        Some(Owner::Itself) => Some(record.id),
        Some(Owner::Field(ix)) => match record.value(ix) {
            Value::Id(id) => Some(*id),
            _ => None,
        },
        None => None,
    };
    Whereabouts {
        division,
        subject,
        creator: record.maker(),
    }
}

/// State of the matter's own record.
fn standing(state: Option<&State>) -> &'static str {
    match state.map(|s| s.phase) {
        Some(Phase::Done) => "ended",
        Some(Phase::Void) => "void",
        _ => "running",
    }
}

/// An account, unless it is the operator at the machine, who has none.
pub(super) fn person(id: Id) -> Value {
    match id {
        Id(0) => Value::Null,
        id => Value::Id(id),
    }
}

pub(super) fn text(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}
