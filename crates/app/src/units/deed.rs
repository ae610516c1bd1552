//! Everything that an act on units changes: units, posts, open tasks; and what nobody could place.

use std::collections::{BTreeMap, BTreeSet};

use jiff::ToSpan as _;
use jiff::civil::Date;
use kernel::flow::{CREATOR, Desk, Task, TaskKind, Writer};
use kernel::units::{Act, Plan, Route, Units, plan};
use kernel::{Actor, Blame, Change, Ground, Id, Record, Refusal, Value, What};
use speech::said;
use store::{Filter, Query, Reader};

use super::UnitAsk;
use super::change::one;
use crate::people::Seat;
use crate::{App, Error, Outcome};

/// Rows read at once.
const ROWS: usize = 1_000;
/// Most posts and tasks that one act moves; it is one transaction.
pub(super) const MOVED_MAX: usize = 50_000;

/// No unit of the service is older than the republic.
const FIRST_DAY: Date = jiff::civil::date(1949, 10, 1);
/// How far ahead a change may be planned.
const AHEAD_YEARS: i32 = 5;

/// A decided act.
pub(super) struct Deed {
    pub before: Units,
    pub plan: Plan,
    pub posts: Vec<PostMove>,
    pub tasks: Vec<TaskMove>,
    /// What nobody could place.
    pub blames: Vec<Blame>,
}

/// A post of a unit that passes it on.
pub(super) struct PostMove {
    pub record: Record,
    pub account: Id,
    pub role: String,
    pub from: Id,
    /// Nothing while somebody must say where.
    pub to: Option<Id>,
}

pub(super) struct TaskMove {
    pub task: Task,
    pub from: Id,
    pub to: Id,
    pub desk: Option<Desk>,
}

impl App {
    /// Decides an act on what the reader finds. Refused when the units themselves cannot do it; what
    /// people must still say stands in the blames.
    pub(super) fn deed(&self, ground: &Ground, reader: &Reader, ask: &UnitAsk) -> Outcome<Deed> {
        in_reason(ask.day, ground.today)?;
        let before = self.read_units(reader)?;
        let places = self.places();
        let below = |area: &str| {
            let inner = places.children(area);
            inner.into_iter().map(|(code, _)| code).collect()
        };
        let mut plan = plan(&before, &ask.act, ask.day, &below).map_err(Refusal::invalid)?;
        if let Act::Close { heir: None, .. } = &ask.act {
            // Nothing divides it: each post goes where a person says.
            plan.routes.iter_mut().for_each(|route| route.parts.clear());
        }
        let mut deed = Deed {
            before,
            plan,
            posts: Vec::new(),
            tasks: Vec::new(),
            blames: Vec::new(),
        };
        for route in deed.plan.routes.clone() {
            self.move_posts(reader, &route, ask, &mut deed)?;
        }
        self.follow_entrusted(&mut deed);
        deed.examine_posts(ask.day);
        let holders = self.holders_after(&deed)?;
        for route in deed.plan.routes.clone() {
            self.move_tasks(ground, reader, &route, &holders, &mut deed)?;
        }
        Ok(deed)
    }

    /// Every account and post of the unit, those asked for and those locked too.
    fn move_posts(
        &self,
        reader: &Reader,
        route: &Route,
        ask: &UnitAsk,
        deed: &mut Deed,
    ) -> Outcome<()> {
        for short in ["account", "post"] {
            let register = self.house(short)?;
            let def = self.catalogue().at(register);
            let field = def.field("unit").ok_or(Error::Broken("house.post.unit"))?;
            let mut query = Query::of(register);
            query.limit = ROWS;
            query.filter = Filter::Is(field, Value::Id(route.from));
            loop {
                let page = reader.query(&query)?;
                for record in page.records {
                    // An ended post stays with the unit in which it was held.
                    if record.phase(def) == catalogue::Phase::Done {
                        continue;
                    }
                    let seat = match short {
                        "account" => Seat::of_account(def, &record),
                        _ => Seat::of_post(def, &record),
                    };
                    let Some(seat) = seat else { continue };
                    let assigned = ask.assigned.iter().find(|(post, _)| *post == record.id);
                    deed.posts.push(PostMove {
                        account: seat.account,
                        role: seat.role,
                        from: route.from,
                        to: assigned.map(|(_, unit)| *unit).or(route.rest),
                        record,
                    });
                }
                match page.next {
                    Some(next) => query.after = Some(next),
                    None => break,
                }
            }
        }
        Ok(())
    }

    /// What was entrusted for a leave goes where the post goes that it stands for.
    fn follow_entrusted(&self, deed: &mut Deed) {
        let to: BTreeMap<Id, Option<Id>> = deed
            .posts
            .iter()
            .map(|post| (post.record.id, post.to))
            .collect();
        for post in &mut deed.posts {
            let def = self.catalogue().at(post.record.register);
            if let Value::Text(of) = post.record.named(def, "of_post")
                && let Ok(of) = of.parse::<Id>()
                && let Some(target) = to.get(&of)
            {
                post.to = *target;
            }
        }
    }

    /// In which roles somebody sits where, once all have moved.
    fn holders_after(&self, deed: &Deed) -> Outcome<BTreeSet<(Id, String)>> {
        let leaving: BTreeSet<Id> = deed.plan.routes.iter().map(|route| route.from).collect();
        let directory = self.directory()?;
        let stay = directory.posts.iter();
        let stay = stay.filter(|post| !leaving.contains(&post.unit));
        let mut found: BTreeSet<(Id, String)> =
            stay.map(|post| (post.unit, post.role.clone())).collect();
        let open = |post: &&PostMove| self.is_open(&post.record);
        let moved = deed.posts.iter().filter(open);
        found.extend(moved.filter_map(|post| Some((post.to?, post.role.clone()))));
        Ok(found)
    }

    /// Open tasks of the unit, by the division of their matters.
    fn move_tasks(
        &self,
        ground: &Ground,
        reader: &Reader,
        route: &Route,
        holders: &BTreeSet<(Id, String)>,
        deed: &mut Deed,
    ) -> Outcome<()> {
        let register = self.flow_house()?.task;
        let def = ground.catalogue.at(register);
        let mut query = Query::of(register);
        query.limit = ROWS;
        query.filter = Filter::All(vec![
            Filter::Is(self.task_field("unit")?, Value::Id(route.from)),
            Filter::States(def.state("open").into_iter().collect()),
        ]);
        let mut unplaced = 0_usize;
        loop {
            let page = reader.query(&query)?;
            for record in &page.records {
                let Some(task) = Task::read(def, record) else {
                    continue;
                };
                let division = match record.named(def, "division") {
                    Value::Text(code) => Some(code.as_str()),
                    _ => None,
                };
                match route.of(division) {
                    Some(to) if to == route.from => {}
                    Some(to) => {
                        let desk = desk_after(&task, to, deed, holders);
                        let from = route.from;
                        deed.tasks.push(TaskMove {
                            task,
                            from,
                            to,
                            desk,
                        });
                    }
                    None => unplaced += 1,
                }
            }
            if deed.tasks.len() + deed.posts.len() > MOVED_MAX {
                let no = said!(
                    "一次最多变更 {MOVED_MAX} 个岗位和待办，请分几次办理"
                        / "At most {MOVED_MAX} posts and tasks at once; please do it in several steps"
                );
                return Err(Refusal::invalid(vec![Blame::at("from", "too_many", no)]).into());
            }
            match page.next {
                Some(next) => query.after = Some(next),
                None => break,
            }
        }
        if unplaced > 0 {
            let no = said!(
                "还有 {unplaced} 件待办没有去向，请选择承继（其余划归）的单位"
                    / "{unplaced} open tasks go nowhere; name the unit that succeeds or takes the rest"
            );
            deed.blames.push(Blame::at("rest", "tasks", no));
        }
        Ok(())
    }

    /// The changes of a deed.
    pub(super) fn written(&self, ground: &Ground, deed: &Deed) -> Outcome<Vec<Change>> {
        let units = self.house("unit")?;
        let def = ground.catalogue.at(units);
        let mut changes = Vec::new();
        for after in &deed.plan.after {
            let Some(before) = deed.before.get(after.id) else {
                continue;
            };
            let closes = before.is_open && !after.is_open;
            let state = def.state("closed").filter(|_| closes);
            changes.push(Change {
                register: units,
                id: after.id,
                act: if closes { "close" } else { "edit" }.to_owned(),
                what: What::Update {
                    expected: before.version,
                    state,
                    data: after.differing(def, before),
                },
            });
        }
        for post in deed.posts.iter().filter(|post| post.to != Some(post.from)) {
            let def = ground.catalogue.at(post.record.register);
            let field = def.field("unit").ok_or(Error::Broken("house.post.unit"))?;
            let Some(to) = post.to else { continue };
            changes.push(Change {
                register: post.record.register,
                id: post.record.id,
                act: "move".to_owned(),
                what: What::Update {
                    expected: post.record.version,
                    state: None,
                    data: vec![(field, one(Value::Id(to)))],
                },
            });
        }
        let writer = Writer {
            catalogue: ground.catalogue,
            register: self.flow_house()?.task,
        };
        for moved in &deed.tasks {
            let mut values = vec![("unit", Value::Id(moved.to))];
            if let Some(desk) = &moved.desk {
                let desk_text = match moved.task.kind {
                    TaskKind::Copy => desk.of_copies(),
                    _ => desk.to_string(),
                };
                values.push(("desk", Value::Text(desk_text)));
                values.push(("account", Value::Null));
            }
            let at = (moved.task.id, moved.task.version);
            changes.push(writer.update(at, "reassign", None, values));
        }
        Ok(changes)
    }

    /// The operator's ground, for what the program does by itself.
    pub(super) fn own_ground<'a>(
        &'a self,
        frame: &'a crate::Frame,
        operator: &'a Actor,
    ) -> Ground<'a> {
        self.ground(frame, operator)
    }
}

/// A day that nobody means is a slip of the pen; a unit without a day of foundation would take it.
fn in_reason(day: Date, today: Date) -> Result<(), Refusal> {
    let last = today.saturating_add(AHEAD_YEARS.years());
    if (FIRST_DAY..=last).contains(&day) {
        return Ok(());
    }
    let no = said!(
        "生效日期应在 {0} 到 {1} 之间，请核对"
            / "The day of effect lies between {0} and {1}; check it",
        FIRST_DAY.to_string(),
        last.to_string()
    );
    Err(Refusal::invalid(vec![Blame::at("day", "range", no)]))
}

impl Deed {
    /// Whoever is placed nowhere must be, and only in a unit that is there.
    fn examine_posts(&mut self, day: Date) {
        let unplaced = self.posts.iter().filter(|post| post.to.is_none()).count();
        if unplaced > 0 {
            let no = said!(
                "还有 {unplaced} 个账号或岗位没有去向，请逐个指定，或者选择承继（其余划归）的单位"
                    / "{unplaced} accounts or posts go nowhere; assign each, or name the unit that succeeds or takes the rest"
            );
            self.blames.push(Blame::at("posts", "required", no));
        }
        let mut after = self.before.clone();
        self.plan
            .after
            .iter()
            .for_each(|unit| after.put(unit.clone()));
        let there = |id: &Id| after.get(*id).is_some_and(|unit| unit.exists_on(day));
        if self
            .posts
            .iter()
            .filter_map(|post| post.to)
            .any(|to| !there(&to))
        {
            let no = said!(
                "指定的去向里有单位那天不在，请重选"
                    / "A post is assigned to a unit that is not there on that day; choose again"
            );
            self.blames.push(Blame::at("posts", "choice", no));
        }
    }
}

/// Where a task lies once it belongs to the other unit; `None`: where it is.
fn desk_after(task: &Task, to: Id, deed: &Deed, holders: &BTreeSet<(Id, String)>) -> Option<Desk> {
    let pool = || {
        let is_held = |role: &String| holders.contains(&(to, role.clone()));
        match task.kind == TaskKind::Copy || task.roles.0.iter().any(is_held) {
            true => Desk::Unit(to, task.roles.clone()),
            false => Desk::Nobody(task.roles.clone()),
        }
    };
    match task.desk.as_ref()? {
        Desk::Unit(..) => Some(pool()),
        Desk::Person(account) => {
            let mut posts = deed.posts.iter().filter(|post| post.account == *account);
            // Whoever goes along, or belongs elsewhere, keeps what is in his hands.
            let goes_along = posts.clone().next().is_none() || posts.any(|p| p.to == Some(to));
            (!goes_along && !task.roles.has(CREATOR)).then(pool)
        }
        Desk::Owner(..) | Desk::Nobody(_) => None,
    }
}
