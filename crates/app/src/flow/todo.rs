//! The to-do centre: what waits for a person, what he has done, what he was told of, what he began.

use std::collections::{HashMap, HashSet};

use catalogue::{Column, Sort};
use kernel::flow::{CREATOR, Desk, belongs, days_late, days_left, desks, lamp, pools};
use kernel::{Actor, FieldIx, Grade, Ground, Id, Moment, Record, RegisterIx, Value};
use store::{Count as Counted, Filter, Query, Reader};

use super::holders::Holder;
use crate::sight::NAME_DEPTH;
use crate::{App, Count, Error, Named, Outcome};

/// Rows of one page of a tab.
pub const TODO_ROWS: usize = 50;
/// Where counting stops.
const COUNT_CAP: u64 = 1_000;

/// The four tabs every workflow user knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tab {
    /// 待办
    Todo,
    /// 已办
    Done,
    /// 抄送
    Copies,
    /// 我发起的
    Started,
}

/// One line of the to-do centre.
#[derive(Clone, Debug)]
pub struct TodoRow {
    pub task: Option<Id>,
    pub register: RegisterIx,
    pub record: Id,
    /// How the record is named, if the person may see it.
    pub shown: Option<Named>,
    pub at_state: String,
    pub began_at: Moment,
    pub due_at: Option<Moment>,
    /// Working days left; negative when overdue.
    pub days_left: Option<i32>,
    pub lamp: Grade,
    pub outcome: Option<String>,
    pub claimed: bool,
    pub is_new: bool,
    pub reminded: i64,
    /// In whose stead it would be handled.
    pub on_behalf: Option<String>,
    /// Who has it now: told of matters that one began oneself.
    pub with: Vec<Holder>,
}

/// A page of a tab.
#[derive(Clone, Debug)]
pub struct TodoPage {
    pub rows: Vec<TodoRow>,
    /// There is more than the page shows.
    pub more: bool,
}

/// How much lies in each tab that is counted live.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TodoCounts {
    pub todo: Count,
    pub overdue: Count,
    pub copies: Count,
}

impl App {
    /// One page of a tab, in the order of the law's limit; what is done or begun by time, the last first.
    pub fn todo(&self, actor: &Actor, tab: Tab, page: usize) -> Outcome<TodoPage> {
        let from = page.saturating_mul(TODO_ROWS);
        let limit = from + TODO_ROWS + 1;
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let found = match tab {
                Tab::Todo | Tab::Copies => self.waiting(reader, actor, tab, limit)?,
                Tab::Done => self.done(reader, actor, limit)?,
                Tab::Started => self.started(reader, actor, limit)?,
            };
            let more = found.len() == limit;
            let until = found.len().min(from + TODO_ROWS);
            let rows = self.todo_rows(&ground, reader, &found[from.min(until)..until])?;
            Ok(TodoPage { rows, more })
        })
    }

    /// What is shown beside the tabs; counting stops at a thousand.
    pub fn todo_counts(&self, actor: &Actor) -> Outcome<TodoCounts> {
        let now = self.now();
        self.look(|reader| {
            Ok(TodoCounts {
                todo: self.count_on_desks(reader, actor, Tab::Todo, None)?,
                overdue: self.count_on_desks(reader, actor, Tab::Todo, Some(now))?,
                copies: self.count_on_desks(reader, actor, Tab::Copies, None)?,
            })
        })
    }

    fn count_on_desks(
        &self,
        reader: &Reader,
        actor: &Actor,
        tab: Tab,
        due_by: Option<Moment>,
    ) -> Outcome<Count> {
        let due_ix = self.task_field("due_at")?;
        let mut sum = 0;
        for desk in self.desks_of(actor, tab) {
            let mut filter = self.lying_on(actor, desk)?;
            if let Some(due_by) = due_by {
                let until = Filter::Between(due_ix, None, Some(Value::Moment(due_by)));
                filter = filter.and(until);
            }
            let query = Query {
                filter,
                ..Query::of(self.flow_house()?.task)
            };
            sum += match reader.count_to(&query, COUNT_CAP)? {
                Counted::Exact(n) => n,
                Counted::MoreThan(n) => n + 1,
            };
        }
        Ok(match sum > COUNT_CAP {
            true => Count::MoreThan(COUNT_CAP),
            false => Count::Exactly(sum),
        })
    }

    /// The desks of a tab as the store keeps them.
    fn desks_of(&self, actor: &Actor, tab: Tab) -> Vec<String> {
        let desks = desks(self.catalogue(), actor);
        let kept = |desk: &Desk| match tab {
            Tab::Copies => desk.of_copies(),
            _ => desk.to_string(),
        };
        desks.iter().map(kept).collect()
    }

    /// What lies on a desk for the person: of a post entrusted for one register, no more than that; on the
    /// desk of whomever he stands in for, what belongs to the post entrusted.
    fn lying_on(&self, actor: &Actor, desk: String) -> Outcome<Filter> {
        let mut lies = Filter::Is(self.task_field("desk")?, Value::Text(desk.clone()));
        let person = matches!(Desk::of_record(&desk), Ok(Desk::Person(_)));
        if let Some(role) = actor.role().filter(|_| person && actor.on_behalf.is_some()) {
            lies = lies.and(self.of_post(role)?);
        }
        Ok(match &actor.only {
            Some(only) => lies.and(Filter::Is(
                self.task_field("register")?,
                Value::Text(only.clone()),
            )),
            None => lies,
        })
    }

    /// The turns that belong to a post of that role, as [`kernel::flow::belongs`] has it.
    fn of_post(&self, role: &str) -> Outcome<Filter> {
        let catalogue = self.catalogue();
        let known = pools(catalogue).into_iter().filter(|roles| roles.has(role));
        let text = |roles: &dyn std::fmt::Display| Value::Text(roles.to_string());
        let mut named: Vec<Value> = known.map(|roles| text(&roles)).collect();
        named.push(text(&role));
        let makers = kernel::flow::Roles(vec![CREATOR.to_owned()]);
        let made = catalogue
            .all()
            .filter(|(_, def)| def.is_flow() && belongs(def, &makers, role));
        let made: Vec<Value> = made.map(|(_, def)| text(&def.name)).collect();
        let roles = self.task_field("roles")?;
        let makes =
            Filter::Is(roles, text(&CREATOR)).and(Filter::In(self.task_field("register")?, made));
        Ok(Filter::Any(vec![Filter::In(roles, named), makes]))
    }

    /// Open turns of all desks of the tab, in the order of their limits.
    pub(crate) fn waiting(
        &self,
        reader: &Reader,
        actor: &Actor,
        tab: Tab,
        limit: usize,
    ) -> Outcome<Vec<Record>> {
        let due_ix = self.task_field("due_at")?;
        let mut found = Vec::new();
        for desk in self.desks_of(actor, tab) {
            let mut query = Query::of(self.flow_house()?.task);
            query.filter = self.lying_on(actor, desk)?;
            query.sort = vec![upwards(due_ix)];
            query.limit = limit;
            found.extend(reader.query(&query)?.records);
        }
        found.sort_by_key(|task| (due_key(task.value(due_ix)), task.id));
        found.truncate(limit);
        Ok(found)
    }

    /// Turns that the person has done, the last first.
    fn done(&self, reader: &Reader, actor: &Actor, limit: usize) -> Outcome<Vec<Record>> {
        let (doer, done_at) = (self.task_field("doer")?, self.task_field("done_at")?);
        let mut query = Query::of(self.flow_house()?.task);
        query.filter = Filter::Is(doer, Value::Id(actor.account));
        query.sort = vec![downwards(done_at)];
        query.limit = limit;
        Ok(reader.query(&query)?.records)
    }

    /// Matters that the person began, the last first.
    fn started(&self, reader: &Reader, actor: &Actor, limit: usize) -> Outcome<Vec<Record>> {
        let register = self.flow_house()?.matter;
        let def = self.catalogue().at(register);
        let field = |name| def.field(name).ok_or(Error::Broken("house.matter"));
        let mut query = Query::of(register);
        query.filter = Filter::Is(field("starter")?, Value::Id(actor.account));
        query.sort = vec![downwards(field("began_at")?)];
        query.limit = limit;
        Ok(reader.query(&query)?.records)
    }

    /// Lines of turns or of matters: both name their record by the same fields.
    pub(super) fn todo_rows(
        &self,
        ground: &Ground,
        reader: &Reader,
        found: &[Record],
    ) -> Outcome<Vec<TodoRow>> {
        let catalogue = self.catalogue();
        let task = self.flow_house()?.task;
        let calendar = self.calendar();
        let stead = ground.actor.on_behalf;
        let on_behalf = stead.map(|id| self.name_of(reader, id));
        let mut rows = Vec::with_capacity(found.len());
        let mut wanted: HashMap<RegisterIx, HashSet<Id>> = HashMap::new();
        let matters: Vec<Id> = found
            .iter()
            .filter(|record| record.register != task)
            .map(|record| record.id)
            .collect();
        let mut holders = self.holders(ground, reader, &matters)?;
        for record in found {
            let def = catalogue.at(record.register);
            let (Some(register), Some(id)) = (
                text(record.named(def, "register")).and_then(|name| catalogue.register(name)),
                text(record.named(def, "record")).and_then(|id| id.parse::<Id>().ok()),
            ) else {
                continue;
            };
            wanted.entry(register).or_default().insert(id);
            let began = moment(record.named(def, "began_at")).unwrap_or(record.created_at);
            let with = holders.remove(&record.id).unwrap_or_default();
            // A matter has the limit of the turn that it waits for.
            let began = with
                .iter()
                .map(|holder| holder.since)
                .min()
                .unwrap_or(began);
            let due = moment(record.named(def, "due_at"));
            let due = due.or_else(|| with.iter().filter_map(|holder| holder.due_at).min());
            rows.push(TodoRow {
                task: (record.register == task).then_some(record.id),
                register,
                record: id,
                shown: None,
                at_state: text(record.named(def, "at_state"))
                    .unwrap_or_default()
                    .to_owned(),
                began_at: began,
                due_at: due,
                days_left: due.map(|due| match ground.now < due {
                    true => days_left(&calendar, due, ground.now),
                    false => -days_late(&calendar, due, ground.now),
                }),
                lamp: lamp(&calendar, began, due, ground.now),
                outcome: text(record.named(def, "outcome")).map(str::to_owned),
                claimed: matches!(record.named(def, "account"), Value::Id(_)),
                is_new: false,
                on_behalf: on_behalf.clone(),
                with,
                reminded: match record.named(def, "reminded") {
                    Value::Int(times) => *times,
                    _ => 0,
                },
            });
        }
        let names = self.name_all(ground, reader, wanted, NAME_DEPTH)?;
        let tasks: Vec<Id> = rows.iter().filter_map(|row| row.task).collect();
        let seen = reader.seen_of(&tasks, ground.actor.account)?;
        for row in &mut rows {
            row.shown = names.get(&row.record).cloned();
            row.is_new = row.task.is_some_and(|task| !seen.contains(&task));
        }
        Ok(rows)
    }

    pub(crate) fn task_field(&self, name: &'static str) -> Outcome<FieldIx> {
        let def = self.catalogue().at(self.flow_house()?.task);
        Ok(def.field(name).ok_or(Error::Broken("house.task"))?)
    }
}

pub(super) fn upwards(field: FieldIx) -> Sort {
    Sort {
        by: Column::Field(field),
        descending: false,
    }
}

fn downwards(field: FieldIx) -> Sort {
    Sort {
        by: Column::Field(field),
        descending: true,
    }
}

/// What has no limit comes last.
fn due_key(due: &Value) -> i64 {
    moment(due).map_or(i64::MAX, |due| due.0)
}

fn moment(value: &Value) -> Option<Moment> {
    match value {
        Value::Moment(moment) => Some(*moment),
        _ => None,
    }
}

pub(super) fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
