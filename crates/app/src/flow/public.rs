//! What everybody may follow by the public number of a matter: steps, units, limits and delays, and
//! nothing about any person (政府信息公开条例 第15条).

use kernel::flow::{Desk, Task, TaskKind, Whereabouts, whereabouts};
use kernel::{Actor, Grade, Id, Moment, Record, Refusal, RegisterIx, Value};
use speech::Said;
use store::{Filter, Reader};

use super::clocks::ClockView;
use super::comments::PublicComment;
use super::owner::{is_owners, the_enterprise};
use super::progress::{About, MatterStanding, by_step};
use super::steps::role_labels;
use crate::{App, Error, Outcome};

/// As long as a public number is.
const PUBLIC_NO_CHARS: usize = 16;

/// A matter as everybody may follow it.
#[derive(Clone, Debug)]
pub struct PublicMatter {
    pub public_no: String,
    /// The kind of matter; its name and who it is about are not told.
    pub register: RegisterIx,
    pub standing: MatterStanding,
    pub began_at: Moment,
    pub ended_at: Option<Moment>,
    /// How it ended, when it did.
    pub ended_as: Option<Said>,
    pub steps: Vec<PublicStep>,
    /// Without the reasons of extensions, which may name somebody.
    pub clocks: Vec<ClockView>,
    /// What the public said of it and officers released, the newest first.
    pub comments: Vec<PublicComment>,
}

/// One step that the definition shows to the public.
#[derive(Clone, Debug)]
pub struct PublicStep {
    pub label: Said,
    /// Labels of the roles whose turn it is or was.
    pub roles: Vec<Said>,
    /// The units whose turn it is or was; of a step that waits there is always one.
    pub units: Vec<Said>,
    pub began_at: Moment,
    pub ended_at: Option<Moment>,
    pub due_at: Option<Moment>,
    pub days_left: Option<i32>,
    pub overdue_days: i32,
    pub late: bool,
    pub lamp: Grade,
}

/// A public number as people write it: blanks and case do not matter.
pub(crate) fn public_number(typed: &str) -> Option<String> {
    let number: String = typed.split_whitespace().collect();
    let number = number.to_ascii_uppercase();
    let fits = number.len() == PUBLIC_NO_CHARS && number.bytes().all(|b| b.is_ascii_alphanumeric());
    fits.then_some(number)
}

impl App {
    /// Where the matter with that public number stands; case and blanks do not matter.
    pub fn progress_public(&self, public_no: &str) -> Outcome<PublicMatter> {
        let number = public_number(public_no).ok_or_else(Refusal::not_found)?;
        self.look(|reader| self.progress_of(reader, &number))
    }

    /// The matter with that public number, if there is one.
    pub(crate) fn matter_by_no(&self, reader: &Reader, number: &str) -> Outcome<Option<Record>> {
        let house = self.flow_house()?.matter;
        let field = self.catalogue().at(house).field("public_no");
        let field = field.ok_or(Error::Broken("house.matter"))?;
        let by_number = Filter::Is(field, Value::Text(number.to_owned()));
        match reader.ids(house, &by_number, 1)?.first() {
            Some(id) => Ok(reader.get(house, *id)?),
            None => Ok(None),
        }
    }

    /// The record whose matter has that public number.
    pub(crate) fn of_public_no(
        &self,
        reader: &Reader,
        number: &str,
    ) -> Outcome<Option<(RegisterIx, Id)>> {
        let matter = self.matter_by_no(reader, number)?;
        matter.map(|matter| self.of_matter(&matter)).transpose()
    }

    pub(super) fn of_matter(&self, matter: &Record) -> Outcome<(RegisterIx, Id)> {
        let matters = self.catalogue().at(matter.register);
        let (Value::Text(register), Value::Text(record)) = (
            matter.named(matters, "register"),
            matter.named(matters, "record"),
        ) else {
            return Err(Error::Broken("house.matter").into());
        };
        let register = self.catalogue().register(register);
        let register = register.ok_or_else(Refusal::not_found)?;
        let id = record.parse().map_err(|_| Refusal::not_found())?;
        Ok((register, id))
    }

    /// The unit at which an open turn lies that is in no pool: that of whoever has it; where nobody can
    /// take it, the one whose area it is, for it has to find somebody. Enterprises are not named.
    fn waits_at(&self, reader: &Reader, at: Whereabouts, task: &Task) -> Outcome<Option<Said>> {
        let Some(desk) = task.desk.as_ref().filter(|_| task.open) else {
            return Ok(None);
        };
        let directory = self.directory()?;
        let firm = the_enterprise();
        let unit = match desk {
            Desk::Owner(..) => return Ok(Some(firm)),
            Desk::Unit(unit, _) => Some(*unit),
            Desk::Person(id) => {
                let own = directory
                    .posts_of(*id)
                    .find(|post| post.on_behalf.is_none());
                match own {
                    Some(post) if post.subject.is_some() => return Ok(Some(firm)),
                    Some(post) => Some(post.unit),
                    None => directory.covering(at.division),
                }
            }
            Desk::Nobody(_) => directory.covering(at.division),
        };
        let titles = self.titles(reader, unit.into_iter())?;
        Ok(titles.into_values().next().map(Said::same))
    }

    fn progress_of(&self, reader: &Reader, number: &str) -> Outcome<PublicMatter> {
        let matter = self.matter_by_no(reader, number)?;
        let matter = matter.ok_or_else(Refusal::not_found)?;
        let about = About::of(self.catalogue().at(matter.register), &matter);
        let (register, id) = self.of_matter(&matter)?;
        let record = self.load(reader, register, id)?;
        let actor = Actor::public();
        let frame = self.frame();
        let ground = self.ground(&frame, &actor);
        let course = self.course(reader, &record, actor.account)?;
        let course = course.ok_or_else(Refusal::not_found)?;
        let ground = self.by_course(ground, &record, Some(&course));
        let def = ground.catalogue.at(register);
        let titles = self.unit_titles(reader, &course)?;
        let mut steps = Vec::new();
        for (number, tasks) in by_step(&course) {
            let step = self.step(&ground, &record, number, &tasks);
            if !step.state.is_some_and(|state| def.states[state.0].public) {
                continue;
            }
            let moving = tasks.iter().filter(|task| {
                // Who was asked to sign besides is the bureau's own affair.
                matches!(task.kind, TaskKind::Turn | TaskKind::Sign) && !task.was_added()
            });
            let mut roles = Vec::new();
            let mut units: Vec<Said> = Vec::new();
            for task in moving {
                roles.extend(role_labels(self.catalogue(), &task.roles));
                units.extend(match task.unit.and_then(|unit| titles.get(&unit)) {
                    _ if is_owners(def, task) => Some(the_enterprise()),
                    Some(title) => Some(Said::same(title)),
                    None => self.waits_at(reader, whereabouts(def, &record), task)?,
                });
            }
            units.dedup();
            steps.push(PublicStep {
                label: step.label,
                roles,
                units,
                began_at: step.began_at,
                ended_at: step.ended_at,
                due_at: step.due_at,
                days_left: step.days_left,
                overdue_days: step.overdue_days,
                late: step.late,
                lamp: step.lamp,
            });
        }
        let mut clocks = self.clock_views(&ground, &course.clocks, register)?;
        for extension in clocks
            .iter_mut()
            .filter_map(|clock| clock.extension.as_mut())
        {
            extension.reason.clear();
        }
        let state = record.state.map(|state| &def.states[state.0]);
        Ok(PublicMatter {
            public_no: about.public_no,
            register,
            standing: about.standing,
            began_at: about.began_at,
            ended_at: about.ended_at,
            ended_as: state
                .filter(|state| about.standing != MatterStanding::Running && state.public)
                .map(|state| Said::from(&state.label)),
            steps,
            clocks,
            comments: self.released_comments(reader, matter.id)?,
        })
    }
}
