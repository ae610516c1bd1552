//! Where a matter stands: its steps in order, who had it from when to when, its clocks. Cut to what the
//! person may know; what the public sees is in `public`.

use kernel::flow::{Course, Task, TaskKind};
use kernel::{Actor, Grade, Ground, Id, Moment, Power, Record, RegisterIx, StateIx, Value};
use speech::Said;
use store::Reader;

use super::TurnWord;
use super::clocks::ClockView;
use crate::{App, Outcome};

/// A matter on its way, as one person may see it.
#[derive(Clone, Debug)]
pub struct Matter {
    pub register: RegisterIx,
    pub record: Id,
    /// How the record is named to this person.
    pub shown: String,
    /// Under this number the public follows it.
    pub public_no: String,
    pub standing: MatterStanding,
    pub state: Option<StateIx>,
    pub began_at: Moment,
    pub ended_at: Option<Moment>,
    /// The steps in the order in which the matter went through them; the last is the present one.
    pub steps: Vec<Step>,
    pub clocks: Vec<ClockView>,
    /// Its register's flow was changed since it began.
    pub flow_changed: bool,
    /// Until then this person may take his last act back.
    pub undo_until: Option<Moment>,
}

impl Matter {
    /// Open turns, whoever has them.
    pub fn open_turns(&self) -> impl Iterator<Item = &Turn> {
        self.steps
            .iter()
            .flat_map(|step| &step.turns)
            .filter(|turn| turn.open)
    }

    /// It is this person's turn.
    pub fn is_mine(&self) -> bool {
        self.open_turns()
            .any(|turn| turn.mine && turn.kind != TaskKind::Copy)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MatterStanding {
    Running,
    Ended,
    Void,
}

impl MatterStanding {
    pub fn word(self) -> &'static str {
        match self {
            MatterStanding::Running => "running",
            MatterStanding::Ended => "ended",
            MatterStanding::Void => "void",
        }
    }
}

/// One stay of the matter in a state.
#[derive(Clone, Debug)]
pub struct Step {
    /// Counted from 1.
    pub number: i64,
    /// `None` when the register knows the state no longer.
    pub state: Option<StateIx>,
    pub label: Said,
    pub began_at: Moment,
    /// `None` while it is the present one.
    pub ended_at: Option<Moment>,
    pub due_at: Option<Moment>,
    /// Working days left, while it lasts; none are left on the last day.
    pub days_left: Option<i32>,
    /// Working days beyond the limit, now or when it was left.
    pub overdue_days: i32,
    /// Beyond its limit, now or when it was left.
    pub late: bool,
    /// `NotApplicable` without a limit.
    pub lamp: Grade,
    /// What ended it.
    pub outcome: Option<Said>,
    /// Everybody's part in it: those who moved it, were asked for help or got a copy.
    pub turns: Vec<Turn>,
}

/// Somebody's part in a step.
#[derive(Clone, Debug)]
pub struct Turn {
    pub task: Id,
    pub version: i64,
    pub kind: TaskKind,
    /// Labels of the roles whose turn it is.
    pub roles: Vec<Said>,
    /// Title of the unit in whose pool it lies or lay.
    pub unit: Option<String>,
    /// Name of who has or had it, for those who work in the service.
    pub person: Option<String>,
    /// For whom he stood in, likewise.
    pub on_behalf: Option<String>,
    /// It lies on this person's desk or in a pool of his.
    pub mine: bool,
    pub open: bool,
    /// It lies on one person's desk.
    pub claimed: bool,
    /// Nobody holds the role; the bureau must place it.
    pub nobody: bool,
    pub began_at: Moment,
    pub due_at: Option<Moment>,
    pub done_at: Option<Moment>,
    pub outcome: Option<Said>,
    /// What was asked, of help or of a further voice.
    pub asked: Option<String>,
    /// Reason or opinion with which it was done.
    pub said: Option<String>,
    /// Whoever did it had made the record himself (同一人办理).
    pub one_person: bool,
    pub reminded: i64,
    pub reminded_at: Option<Moment>,
    /// What this person may do with it now, besides the actions of the record.
    pub acts: Vec<TurnWord>,
}

impl App {
    /// Where a record of a flow stands; `None` when it is none, or older than its flow.
    pub fn matter(&self, actor: &Actor, register: RegisterIx, id: Id) -> Outcome<Option<Matter>> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let (record, right) = self.seen(&ground, reader, register, id, None)?;
            let Some(course) = self.course(reader, &record, actor.account)? else {
                return Ok(None);
            };
            let ground = self.by_course(ground, &record, Some(&course));
            let view = self.see(&ground, &right, &record, None);
            let names = self.names(&ground, reader, std::iter::once(&view))?;
            let shown = self.christen(&ground, view, &names).shown;
            let about = self.about(&ground, reader, &course)?;
            Ok(Some(Matter {
                register,
                record: id,
                shown,
                public_no: about.public_no,
                standing: about.standing,
                state: record.state,
                began_at: about.began_at,
                ended_at: about.ended_at,
                flow_changed: about.flow != self.catalogue().at(register).flow_version(),
                steps: self.matter_steps(&ground, reader, &record, &course)?,
                clocks: self.clock_views(&ground, &course.clocks, register)?,
                undo_until: self.undo_until(&ground, reader, &record, &course)?,
            }))
        })
    }

    pub(super) fn about(
        &self,
        ground: &Ground,
        reader: &Reader,
        course: &Course,
    ) -> Outcome<About> {
        let house = self.flow_house()?.matter;
        let def = ground.catalogue.at(house);
        let matter = self.load(reader, house, course.matter)?;
        Ok(About::of(def, &matter))
    }

    /// Those who work in the service are told names; enterprises and the public are not.
    pub(crate) fn tells_names(actor: &Actor) -> bool {
        actor.power != Power::Public && actor.subject.is_none()
    }
}

/// The matter's own record.
pub(super) struct About {
    pub public_no: String,
    pub standing: MatterStanding,
    pub began_at: Moment,
    pub ended_at: Option<Moment>,
    pub flow: String,
}

impl About {
    pub fn of(def: &kernel::Register, matter: &Record) -> About {
        let text = |name| match matter.named(def, name) {
            Value::Text(text) => text.clone(),
            _ => String::new(),
        };
        let moment = |name| match matter.named(def, name) {
            Value::Moment(at) => Some(*at),
            _ => None,
        };
        About {
            public_no: text("public_no"),
            standing: match matter.state.map(|s| def.states[s.0].name.as_str()) {
                Some("ended") => MatterStanding::Ended,
                Some("void") => MatterStanding::Void,
                _ => MatterStanding::Running,
            },
            began_at: moment("began_at").unwrap_or(matter.created_at),
            ended_at: moment("ended_at"),
            flow: text("flow"),
        }
    }
}

/// The turns of a course, step by step.
pub(super) fn by_step(course: &Course) -> Vec<(i64, Vec<&Task>)> {
    let mut steps: Vec<(i64, Vec<&Task>)> = Vec::new();
    for task in course.valid() {
        match steps.last_mut() {
            Some((number, tasks)) if *number == task.step => tasks.push(task),
            _ => steps.push((task.step, vec![task])),
        }
    }
    steps
}
