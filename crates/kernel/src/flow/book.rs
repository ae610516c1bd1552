//! The house's records of a flow read as plain values: the matter on its way (办件) and the turns of
//! people at its steps (待办). Their history is the stage-supervision library (环节监督库).

use catalogue::{Catalogue, FieldIx, Limit, Register, RegisterIx, Verb};
use expr::{Id, Moment, Value};

use super::desk::{CREATOR, Desk, Roles};
use crate::{Actor, Change, Datum, Record, What};

/// The registers in which flows are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct House {
    pub matter: RegisterIx,
    pub task: RegisterIx,
    pub clock: RegisterIx,
}

impl House {
    /// `None` only in catalogues without the house's own registers.
    pub fn of(catalogue: &Catalogue) -> Option<House> {
        Some(House {
            matter: catalogue.register("house.matter")?,
            task: catalogue.register("house.task")?,
            clock: catalogue.register("house.clock")?,
        })
    }
}

/// What a turn asks of somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TaskKind {
    /// 办理: moves the matter on.
    Turn,
    /// 会签: one voice among several.
    Sign,
    /// 委派: helps whoever has the turn, and gives it back.
    Assist,
    /// 抄送: to be read.
    Copy,
}

impl TaskKind {
    const ALL: [TaskKind; 4] = [
        TaskKind::Turn,
        TaskKind::Sign,
        TaskKind::Assist,
        TaskKind::Copy,
    ];

    pub fn word(self) -> &'static str {
        match self {
            TaskKind::Turn => "turn",
            TaskKind::Sign => "sign",
            TaskKind::Assist => "assist",
            TaskKind::Copy => "copy",
        }
    }

    fn from_word(word: &str) -> Option<TaskKind> {
        TaskKind::ALL.into_iter().find(|kind| kind.word() == word)
    }

    /// Part of the step itself, not beside it.
    pub fn moves(self) -> bool {
        matches!(self, TaskKind::Turn | TaskKind::Sign)
    }
}

/// Outcome of a turn whose opening was taken back.
pub const UNDONE: &str = "undone";

/// One turn of somebody at one step.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    pub id: Id,
    pub version: i64,
    pub matter: Id,
    pub open: bool,
    /// Counted from 1 along the matter.
    pub step: i64,
    /// Name of the state.
    pub at_state: String,
    pub kind: TaskKind,
    pub roles: Roles,
    /// Where it lies while open.
    pub desk: Option<Desk>,
    pub unit: Option<Id>,
    pub account: Option<Id>,
    pub began_at: Moment,
    pub limit: Option<Limit>,
    pub due_at: Option<Moment>,
    pub done_at: Option<Moment>,
    pub doer: Option<Id>,
    /// The role in which it was done.
    pub post: Option<String>,
    /// Whom the doer stood in for.
    pub on_behalf: Option<Id>,
    pub outcome: Option<String>,
    /// Who asked for help, or for one more voice.
    pub asked_by: Option<Id>,
    pub reminded: i64,
    pub reminded_at: Option<Moment>,
}

impl Task {
    /// The act that opened it was taken back; it counts for nothing.
    pub fn is_undone(&self) -> bool {
        self.outcome.as_deref() == Some(UNDONE)
    }

    /// One more voice that a signer asked for.
    pub fn was_added(&self) -> bool {
        self.asked_by.is_some()
    }

    /// Whether it lies where the actor finds it. On the desk of whomever he stands in for a deputy finds
    /// what belongs to the post that was entrusted, and nothing of the other's further posts
    /// (`organisation.md` §2.2, rule 7).
    pub fn lies_with(&self, def: &Register, actor: &Actor) -> bool {
        let own_desk = matches!(self.desk, Some(Desk::Person(_))) && actor.on_behalf.is_some();
        let admits = self.desk.as_ref().is_some_and(|desk| desk.admits(actor));
        let of_post = || {
            actor
                .role()
                .is_some_and(|role| belongs(def, &self.roles, role))
        };
        admits && (!own_desk || of_post())
    }

    /// Reads a record of `house.task`; `None` when it is not one.
    pub fn read(def: &Register, record: &Record) -> Option<Task> {
        let value = |name: &str| record.named(def, name);
        let text = |name: &str| match value(name) {
            Value::Text(text) => Some(text.as_str()),
            _ => None,
        };
        let id = |name: &str| match value(name) {
            Value::Id(id) => Some(*id),
            _ => None,
        };
        let moment = |name: &str| match value(name) {
            Value::Moment(moment) => Some(*moment),
            _ => None,
        };
        let int = |name: &str| match value(name) {
            Value::Int(int) => *int,
            _ => 0,
        };
        let state = record.state.map(|s| def.states[s.0].name.as_str());
        Some(Task {
            id: record.id,
            version: record.version,
            matter: id("matter")?,
            open: state == Some("open"),
            step: int("step"),
            at_state: text("at_state")?.to_owned(),
            kind: TaskKind::from_word(text("kind")?)?,
            roles: text("roles").unwrap_or_default().into(),
            desk: text("desk").and_then(|desk| Desk::of_record(desk).ok()),
            unit: id("unit"),
            account: id("account"),
            began_at: moment("began_at")?,
            limit: text("time_limit").and_then(|limit| limit.parse().ok()),
            due_at: moment("due_at"),
            done_at: moment("done_at"),
            doer: id("doer"),
            post: text("post").map(str::to_owned),
            on_behalf: id("on_behalf"),
            outcome: text("outcome").map(str::to_owned),
            asked_by: id("asked_by"),
            reminded: int("reminded"),
            reminded_at: moment("reminded_at"),
        })
    }
}

/// Whether a turn with these roles belongs to a post of that role: it is one of them, or the turn is the
/// maker's and the post is one in which such records are made.
pub fn belongs(def: &Register, roles: &Roles, role: &str) -> bool {
    let makes = || {
        let right = def.permissions.get(role);
        right.is_some_and(|right| right.may.contains(&Verb::Create))
    };
    roles.has(role) || roles.has(CREATOR) && makes()
}

/// A matter with all its turns: what decisions about its course stand on.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    pub matter: Id,
    pub version: i64,
    /// Version of the flow by which it goes.
    pub flow: String,
    /// All turns, in the order in which they began.
    pub tasks: Vec<Task>,
    /// Clocks over the whole matter, as records of `house.clock`.
    pub clocks: Vec<Record>,
    /// Somebody whose turn it is has opened the matter.
    pub is_read: bool,
}

impl Course {
    /// A matter that has no turns yet.
    pub fn empty(matter: Id) -> Course {
        Course {
            matter,
            version: 1,
            flow: String::new(),
            tasks: Vec::new(),
            clocks: Vec::new(),
            is_read: false,
        }
    }

    /// No turn of the step is open: the matter stands where nobody's turn is.
    pub fn is_empty_step(&self) -> bool {
        self.turns().next().is_none()
    }

    /// Number of the step at which the matter stands.
    pub fn step(&self) -> i64 {
        self.valid().map(|task| task.step).max().unwrap_or(0)
    }

    /// All turns but those whose opening was taken back.
    pub fn valid(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| !task.is_undone())
    }

    pub fn open(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().filter(|task| task.open)
    }

    /// Open turns that move the matter.
    pub fn turns(&self) -> impl Iterator<Item = &Task> {
        self.open().filter(|task| task.kind.moves())
    }

    /// States the matter stood in before this one, the last first, each once.
    pub fn came_through(&self) -> Vec<&str> {
        let now = self.step();
        let mut states: Vec<&str> = Vec::new();
        let mut tasks: Vec<&Task> = self.valid().filter(|t| t.kind.moves()).collect();
        tasks.sort_by_key(|task| std::cmp::Reverse(task.step));
        for task in tasks.into_iter().filter(|task| task.step < now) {
            if !states.contains(&task.at_state.as_str()) {
                states.push(&task.at_state);
            }
        }
        states
    }
}

/// Writes of house records by field names.
pub struct Writer<'a> {
    pub catalogue: &'a Catalogue,
    pub register: RegisterIx,
}

impl Writer<'_> {
    pub fn insert(&self, id: Id, act: &str, state: &str, values: Vec<(&str, Value)>) -> Change {
        let def = self.catalogue.at(self.register);
        let held = values
            .into_iter()
            .filter(|(_, value)| *value != Value::Null);
        let what = What::Insert {
            state: def.state(state),
            data: data(def, held),
        };
        self.change(id, act, what)
    }

    pub fn update(
        &self,
        (id, expected): (Id, i64),
        act: &str,
        state: Option<&str>,
        values: Vec<(&str, Value)>,
    ) -> Change {
        let def = self.catalogue.at(self.register);
        let what = What::Update {
            expected,
            state: state.and_then(|state| def.state(state)),
            data: data(def, values.into_iter()),
        };
        self.change(id, act, what)
    }

    fn change(&self, id: Id, act: &str, what: What) -> Change {
        Change {
            register: self.register,
            id,
            act: act.to_owned(),
            what,
        }
    }
}

fn data<'a>(
    def: &Register,
    values: impl Iterator<Item = (&'a str, Value)>,
) -> Vec<(FieldIx, Datum)> {
    let known = values.filter_map(|(name, value)| Some((def.field(name)?, Datum::One(value))));
    known.collect()
}
