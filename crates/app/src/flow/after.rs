//! What comes after an act: the next item of the person's list, and for how long the act may be taken back.

use kernel::flow::TaskKind;
use kernel::{Actor, Id, Moment, Reason, RegisterIx};

use super::todo::text;
use super::{TODO_ROWS, Tab, TodoRow};
use crate::{App, No, Outcome};

/// Where a person stands in his list, noted before an act so that the next item is found after it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// The record waited for him; copies do not wait.
    pub waits: bool,
    /// Turns behind it, in the order of the list.
    following: Vec<Id>,
}

impl App {
    /// The person's place in his list at that record.
    pub fn place_in_todo(&self, actor: &Actor, register: RegisterIx, id: Id) -> Outcome<Place> {
        let def = self.catalogue().at(register);
        if !self.catalogue().has_flow(register) || actor.role().is_none_or(|role| role == "public")
        {
            return Ok(Place::default());
        }
        let waits = self.waits_for(actor, register, id)?;
        let tasks = self.catalogue().at(self.flow_house()?.task);
        let (name, shown_id) = (def.name.as_str(), id.to_string());
        self.look(|reader| {
            let list = self.waiting(reader, actor, Tab::Todo, TODO_ROWS)?;
            let here = list.iter().position(|task| {
                text(task.named(tasks, "register")) == Some(name)
                    && text(task.named(tasks, "record")) == Some(shown_id.as_str())
            });
            let behind = here.map_or(0, |at| at + 1);
            Ok(Place {
                waits,
                following: list[behind..].iter().map(|task| task.id).collect(),
            })
        })
    }

    /// Whether the record waits for the person now, in his own hands or in a pool of his.
    pub fn waits_for(&self, actor: &Actor, register: RegisterIx, id: Id) -> Outcome<bool> {
        let def = self.catalogue().at(register);
        let found = self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let record = self.reached(&ground, reader, register, id)?;
            let Some(course) = self.course(reader, &record, actor.account)? else {
                return Ok(false);
            };
            let mut open = course.open().filter(|task| task.kind != TaskKind::Copy);
            Ok(open.any(|task| task.lies_with(def, actor)))
        });
        match found {
            // What he handed on may be out of his sight.
            Err(No::Refused(refusal)) if refusal.reason == Reason::NotFound => Ok(false),
            found => found,
        }
    }

    /// What comes next for a person: the first that stood behind his place, else the first of the list.
    pub fn next_todo(&self, actor: &Actor, place: &Place) -> Outcome<Option<TodoRow>> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let list = self.waiting(reader, actor, Tab::Todo, TODO_ROWS)?;
            let mut behind = place.following.iter();
            let next = behind.find_map(|id| list.iter().find(|task| task.id == *id));
            let Some(next) = next.or(list.first()) else {
                return Ok(None);
            };
            let rows = self.todo_rows(&ground, reader, std::slice::from_ref(next))?;
            Ok(rows.into_iter().next())
        })
    }

    /// What was said when the matter came to where it is: opinion or reason of the last who moved it.
    pub fn last_said(
        &self,
        actor: &Actor,
        register: RegisterIx,
        id: Id,
    ) -> Outcome<Option<String>> {
        if actor.role().is_none_or(|role| role == "public") {
            return Ok(None);
        }
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let record = self.reached(&ground, reader, register, id)?;
            let Some(course) = self.course(reader, &record, actor.account)? else {
                return Ok(None);
            };
            let moved = course
                .valid()
                .filter(|task| task.kind.moves() && !task.was_added());
            let last = moved
                .filter(|task| task.doer.is_some())
                .max_by_key(|task| task.done_at);
            match last {
                Some(task) => Ok(self.words_of(reader, task)?.said),
                None => Ok(None),
            }
        })
    }

    /// Until when the person may take his last act on the record back; `None` when he may not.
    pub fn may_undo_until(
        &self,
        actor: &Actor,
        register: RegisterIx,
        id: Id,
    ) -> Outcome<Option<Moment>> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let (record, _) = self.seen(&ground, reader, register, id, None)?;
            let Some(course) = self.course(reader, &record, actor.account)? else {
                return Ok(None);
            };
            let ground = self.by_course(ground, &record, Some(&course));
            self.undo_until(&ground, reader, &record, &course)
        })
    }
}
