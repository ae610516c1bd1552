//! The steps of a matter with everybody's part in them, for people inside.

use std::collections::HashMap;

use catalogue::Catalogue;
use kernel::flow::{
    CREATOR, Course, Desk, OnTurn, Roles, Task, UNDONE, days_late, days_left, lamp,
};
use kernel::{Actor, Grade, Ground, Id, Record, Register};
use speech::{Said, said};
use store::Reader;

use super::TurnWord;
use super::owner::is_owners;
use super::progress::{Step, Turn, by_step};
use crate::{App, Outcome};

/// Entries of a turn's history in which its words are looked for.
const TURN_ENTRIES: usize = 20;

/// What the history of a turn tells of it.
#[derive(Default)]
pub(super) struct Told {
    /// What was asked with it, of help or of a further voice.
    pub asked: Option<String>,
    /// What was said when it was done.
    pub said: Option<String>,
    /// Whoever did it had made the record himself.
    pub one_person: bool,
}

/// What the places are called where turns lie or lay.
struct Places {
    units: HashMap<Id, String>,
    owner: Said,
}

impl App {
    pub(super) fn matter_steps(
        &self,
        ground: &Ground,
        reader: &Reader,
        record: &Record,
        course: &Course,
    ) -> Outcome<Vec<Step>> {
        let places = Places {
            units: self.unit_titles(reader, course)?,
            owner: self.owner_said(ground, reader, record)?,
        };
        let mut steps = Vec::new();
        for (number, tasks) in by_step(course) {
            let mut step = self.step(ground, record, number, &tasks);
            for task in tasks.into_iter().filter(|task| is_told(ground.actor, task)) {
                let on = OnTurn {
                    record,
                    course,
                    task,
                };
                step.turns.push(self.turn(ground, reader, &on, &places)?);
            }
            steps.push(step);
        }
        Ok(steps)
    }

    /// A step without its turns.
    pub(super) fn step(
        &self,
        ground: &Ground,
        record: &Record,
        number: i64,
        tasks: &[&Task],
    ) -> Step {
        let def = ground.catalogue.at(record.register);
        let calendar = self.calendar();
        let moving: Vec<&&Task> = tasks.iter().filter(|task| task.kind.moves()).collect();
        let name = tasks.first().map_or("", |task| task.at_state.as_str());
        let state = def.state(name);
        let began_at = moving.iter().map(|task| task.began_at).min();
        let began_at = began_at.unwrap_or(ground.now);
        let open = moving.iter().any(|task| task.open);
        let done = moving.iter().filter_map(|task| task.done_at).max();
        let ended_at = done.filter(|_| !open);
        let due_at = moving.iter().filter_map(|task| task.due_at).max();
        let at = ended_at.unwrap_or(ground.now);
        let late = due_at.is_some_and(|due| at >= due);
        let left = due_at.map(|due| days_left(&calendar, due, at));
        let outcome = moving
            .iter()
            .filter(|task| task.doer.is_some() || task.done_at == done)
            .max_by_key(|task| (task.doer.is_some(), task.done_at))
            .filter(|_| !open)
            .and_then(|task| outcome_of(def, task));
        Step {
            number,
            state,
            label: match state {
                Some(state) => Said::from(&def.states[state.0].label),
                None => Said::same(name),
            },
            began_at,
            ended_at,
            due_at,
            days_left: left.filter(|_| open && !late),
            overdue_days: due_at.map_or(0, |due| days_late(&calendar, due, at)),
            late,
            lamp: match (late, ended_at, due_at) {
                (true, ..) => Grade::Expired,
                (false, Some(_), Some(_)) => Grade::Green,
                _ => lamp(&calendar, began_at, due_at, at),
            },
            outcome,
            turns: Vec::new(),
        }
    }

    fn turn(
        &self,
        ground: &Ground,
        reader: &Reader,
        on: &OnTurn,
        places: &Places,
    ) -> Outcome<Turn> {
        let task = on.task;
        let def = ground.catalogue.at(on.record.register);
        let tells = App::tells_names(ground.actor);
        let name = |id: Option<Id>| {
            let id = id.filter(|_| tells)?;
            let (login, name) = self.named_account(reader, id);
            Some(if name.is_empty() { login } else { name })
        };
        let told = match ground.actor.role() {
            Some("public") => Told::default(),
            _ => self.words_of(reader, task)?,
        };
        let desk = task.desk.as_ref().filter(|_| task.open);
        Ok(Turn {
            task: task.id,
            version: task.version,
            kind: task.kind,
            roles: role_labels(ground.catalogue, &task.roles),
            unit: match is_owners(def, task) {
                true => Some(places.owner.get(ground.actor.lang).to_owned()),
                false => task.unit.and_then(|unit| places.units.get(&unit).cloned()),
            },
            person: name(task.doer.or(task.account)),
            on_behalf: name(task.on_behalf),
            mine: ground.actor.role().is_some() && task.open && task.lies_with(def, ground.actor),
            open: task.open,
            claimed: matches!(desk, Some(Desk::Person(_))),
            nobody: matches!(desk, Some(Desk::Nobody(_))),
            began_at: task.began_at,
            due_at: task.due_at,
            done_at: task.done_at,
            outcome: outcome_of(def, task),
            asked: told.asked,
            said: told.said,
            one_person: told.one_person,
            reminded: task.reminded,
            reminded_at: task.reminded_at,
            acts: self.possible(ground, on)?,
        })
    }

    /// What the actor may do with the turn, whomever he would then name.
    fn possible(&self, ground: &Ground, on: &OnTurn) -> Outcome<Vec<TurnWord>> {
        if ground.actor.role().is_none_or(|role| role == "public") || !on.task.open {
            return Ok(Vec::new());
        }
        let mut acts = Vec::new();
        for word in TurnWord::ALL {
            let may = match word.names_somebody() {
                true => self.somebody_for(ground, on, word)?,
                false => self.try_turn(ground, on, word, None),
            };
            if may {
                acts.push(word);
            }
        }
        Ok(acts)
    }

    pub(super) fn words_of(&self, reader: &Reader, task: &Task) -> Outcome<Told> {
        let worth = task.asked_by.is_some() || task.done_at.is_some();
        if !worth {
            return Ok(Told::default());
        }
        let register = self.flow_house()?.task;
        let entries = reader.history(register, task.id, None, TURN_ENTRIES)?;
        let of = |act: &str| entries.iter().find(|entry| entry.act == act);
        let said = |act: &str| of(act).and_then(|entry| entry.reason.clone());
        let closed = of("close").and_then(|entry| entry.capacity.as_ref());
        Ok(Told {
            asked: task.asked_by.and_then(|_| said("create")),
            said: task.done_at.and_then(|_| said("close")),
            one_person: closed.is_some_and(|post| post.one_person),
        })
    }

    pub(super) fn unit_titles(
        &self,
        reader: &Reader,
        course: &Course,
    ) -> Outcome<HashMap<Id, String>> {
        self.titles(reader, course.tasks.iter().filter_map(|task| task.unit))
    }
}

/// Whom the bureau asks besides, and what it has read, is its own affair: others are told of the turns
/// that move the matter, and of their own.
fn is_told(actor: &Actor, task: &Task) -> bool {
    let moves = task.kind.moves() && !task.was_added();
    let own = [task.account, task.doer].contains(&Some(actor.account));
    moves || own || App::tells_names(actor)
}

/// Labels of the roles of a turn; the maker of the record has a word of his own.
pub(crate) fn role_labels(catalogue: &Catalogue, roles: &Roles) -> Vec<Said> {
    let label = |role: &String| match catalogue.roles.get(role) {
        Some(role) => Said::from(&role.label),
        None if role == CREATOR => said!("经办人" / "the person who made it"),
        None => Said::same(role),
    };
    roles.0.iter().map(label).collect()
}

/// How a turn ended, in words.
fn outcome_of(def: &Register, task: &Task) -> Option<Said> {
    let word = task.outcome.as_deref()?;
    Some(match task.kind.moves() {
        true => outcome_said(def, word),
        false => ended(word),
    })
}

/// The outcome of a turn that moves the matter: an action of its register, else a word of the house.
pub(crate) fn outcome_said(def: &Register, word: &str) -> Said {
    match def.action(word) {
        Some(action) => Said::from(&action.label),
        None => ended(word),
    }
}

fn ended(word: &str) -> Said {
    match word {
        "passed" => said!("由他人办理" / "handled by another"),
        "answered" => said!("已答复" / "answered"),
        "recalled" => said!("已收回" / "taken back"),
        "dropped" => said!("已减签" / "dropped"),
        "read" => said!("已阅" / "read"),
        UNDONE => said!("已撤销" / "taken back"),
        other => Said::same(other),
    }
}
