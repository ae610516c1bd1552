//! One turn as it is opened for a desk and closed again.

use calendar::Clock;
use catalogue::State;
use expr::{Id, Moment, Value};

use super::book::{Task, TaskKind, Writer};
use super::desk::{CREATOR, Desk, Roles};
use super::lamp::days_late;
use super::proceed::{Flow, person, text, whereabouts};
use crate::{Change, Ground, Record};

/// A turn to be opened.
pub(super) struct Seat<'a> {
    pub kind: TaskKind,
    pub desk: Desk,
    pub step: i64,
    pub state: &'a State,
    /// Whoever asks for it, when it is not opened by the flow itself.
    pub asked_by: Option<Id>,
    /// The roles it is held in, when they are not those of the desk.
    pub roles: Option<Roles>,
}

impl<'a> Seat<'a> {
    pub(super) fn of_the_flow(kind: TaskKind, desk: Desk, step: i64, state: &'a State) -> Seat<'a> {
        Seat {
            kind,
            desk,
            step,
            state,
            asked_by: None,
            roles: None,
        }
    }
}

impl Flow<'_> {
    /// A new turn.
    pub(super) fn open(
        &self,
        ground: &Ground,
        record: &Record,
        matter: Id,
        id: Id,
        seat: Seat,
    ) -> Change {
        let def = ground.catalogue.at(record.register);
        let at = whereabouts(def, record);
        let Seat {
            kind,
            desk,
            step,
            state,
            asked_by,
            roles: named,
        } = seat;
        let due = Some(state).filter(|_| kind.moves());
        let due = due.and_then(|state| self.turn_over(state, record, ground.now));
        let (unit, account, roles) = match &desk {
            Desk::Person(id) => (None, Some(*id), Roles(vec![CREATOR.to_owned()])),
            Desk::Unit(id, roles) => (Some(*id), None, roles.clone()),
            Desk::Owner(_, roles) | Desk::Nobody(roles) => (None, None, roles.clone()),
        };
        let roles = named.unwrap_or(roles);
        let written = state.limit.filter(|_| kind.moves());
        self.tasks(ground).insert(
            id,
            "create",
            "open",
            vec![
                ("matter", Value::Id(matter)),
                ("register", text(&def.name)),
                ("record", text(record.id.to_string())),
                ("at_state", text(&state.name)),
                ("kind", text(kind.word())),
                ("roles", text(roles.to_string())),
                ("unit", unit.map_or(Value::Null, Value::Id)),
                (
                    "subject",
                    at.subject.map_or(Value::Null, |id| text(id.to_string())),
                ),
                ("division", at.division.map_or(Value::Null, text)),
                ("account", account.map_or(Value::Null, Value::Id)),
                (
                    "desk",
                    text(if kind == TaskKind::Copy {
                        desk.of_copies()
                    } else {
                        desk.to_string()
                    }),
                ),
                ("asked_by", asked_by.map_or(Value::Null, Value::Id)),
                ("step", Value::Int(step)),
                ("began_at", Value::Moment(ground.now)),
                (
                    "time_limit",
                    written.map_or(Value::Null, |limit| text(limit.to_string())),
                ),
                ("due_at", due.map_or(Value::Null, Value::Moment)),
                (
                    "calendar",
                    self.calendar_value(due.filter(|_| written.is_some())),
                ),
            ],
        )
    }

    /// When a turn at the state that began then is to be over: by its limit, else with the end of the day
    /// that the record names.
    pub(super) fn turn_over(
        &self,
        state: &State,
        record: &Record,
        began: Moment,
    ) -> Option<Moment> {
        if let Some(limit) = state.limit {
            let due = Clock::start(began.timestamp(), limit).due(self.calendar);
            return due.due().map(|due| Moment::from_timestamp(due.moment));
        }
        match record.value(state.until?) {
            Value::Date(day) => {
                let after = day.tomorrow().ok()?;
                Some(Moment::from_local(after.at(0, 0, 0, 0)))
            }
            _ => None,
        }
    }

    /// Closes a turn as done by the actor, or as void.
    pub(super) fn close(
        &self,
        ground: &Ground,
        task: &Task,
        state: &str,
        outcome: Option<&str>,
    ) -> Change {
        let act = if state == "done" { "close" } else { "cancel" };
        let doer = match state {
            "done" => person(ground.actor.account),
            _ => Value::Null,
        };
        let mut values = vec![
            ("desk", Value::Null),
            ("done_at", Value::Moment(ground.now)),
            ("outcome", outcome.map_or(Value::Null, text)),
        ];
        if let Some(due) = task.due_at.filter(|due| ground.now >= *due) {
            let late = days_late(self.calendar, due, ground.now);
            values.push(("late_days", Value::Int(i64::from(late))));
        }
        if doer != Value::Null {
            values.push(("doer", doer));
            values.push((
                "on_behalf",
                ground.actor.on_behalf.map_or(Value::Null, Value::Id),
            ));
            if let Some(role) = ground.actor.role() {
                values.push(("post", text(role)));
            }
            // One's own desk lies in no unit; the step is that of the unit in whose post one acted.
            if task.unit.is_none() && ground.actor.unit != Id(0) {
                values.push(("unit", Value::Id(ground.actor.unit)));
            }
        }
        self.tasks(ground)
            .update((task.id, task.version), act, Some(state), values)
    }

    pub(super) fn tasks<'g>(&self, ground: &Ground<'g>) -> Writer<'g> {
        Writer {
            catalogue: ground.catalogue,
            register: self.house.task,
        }
    }
}
