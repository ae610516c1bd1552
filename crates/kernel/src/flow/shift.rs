//! A running matter goes over from the flow it began with to the flow of today: whether it could, what
//! would change of its limits and turns, and the changes themselves.

use calendar::{Clock, Reason};
use catalogue::{ClockRule, Label, Limit, Phase, Register, State, TurnMode};
use expr::{Moment, Value};
use speech::{Said, said};

use super::book::{Course, Task, TaskKind, UNDONE};
use super::clocks::{is_running, read_clock};
use super::desk::Desk;
use super::proceed::{Flow, Ids, text, whereabouts};
use crate::{Change, Ground, Record, What};

/// How a matter would go on by the flow of today.
#[derive(Clone, Debug, PartialEq)]
pub struct Shift {
    /// The limit of the step at which it stands; `None` where the step has no turn.
    pub step: Option<LimitShift>,
    /// Whoever has it keeps it; else the turns are placed anew.
    pub keeps_turns: bool,
    pub clocks: Vec<ClockShift>,
}

/// A limit and its end, before and after.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LimitShift {
    pub from: Option<Limit>,
    pub to: Option<Limit>,
    pub due_from: Option<Moment>,
    pub due_to: Option<Moment>,
}

/// What becomes of one clock over the whole matter.
#[derive(Clone, Debug, PartialEq)]
pub struct ClockShift {
    pub name: String,
    pub title: Label,
    pub limit: LimitShift,
    /// It runs no longer: the flow of today has no such clock, or ends it at this step.
    pub ends: bool,
    /// The flow of today has it from this step on.
    pub begins: bool,
}

impl Flow<'_> {
    /// Whether a running matter could go on by the flow of today, and how; else why not. `before` is its
    /// register as it began, if that can still be read.
    pub fn shift(
        &self,
        ground: &Ground,
        before: Option<&Register>,
        record: &Record,
        course: &Course,
    ) -> Result<Shift, Said> {
        let def = ground.catalogue.at(record.register);
        let state = fits(def, record)?;
        let was = before.and_then(|was| was.states.get(record.state?.0));
        let keeps_turns = turns_kept(state, was, course)?;
        let first = course.turns().min_by_key(|task| task.began_at);
        let step = first.map(|task| LimitShift {
            from: task.limit,
            to: state.limit,
            due_from: task.due_at,
            due_to: self.turn_over(state, record, task.began_at),
        });
        Ok(Shift {
            step,
            keeps_turns,
            clocks: self.clock_shifts(ground, record, course),
        })
    }

    /// The changes of a matter that goes over; [`Flow::shift`] has said that it could.
    pub fn go_over(
        &self,
        ground: &Ground,
        record: &Record,
        course: &Course,
        shift: &Shift,
        ids: Ids,
    ) -> Vec<Change> {
        let def = ground.catalogue.at(record.register);
        let Some(state) = record.state.map(|s| &def.states[s.0]) else {
            return Vec::new();
        };
        let values = vec![("flow", text(def.flow_version()))];
        let matter = (course.matter, course.version);
        let mut changes = vec![self.matters(ground).update(matter, "move", None, values)];
        match shift.keeps_turns {
            true => changes.extend(
                course
                    .turns()
                    .map(|task| self.relimited(ground, record, task, state)),
            ),
            false => changes.extend(self.placed_anew(ground, record, course, ids)),
        }
        for clock in &shift.clocks {
            changes.extend(self.clock_over(ground, record, course, clock, ids));
        }
        changes
    }

    /// The limit of a turn by the flow of today, counted from when the turn began.
    fn relimited(&self, ground: &Ground, record: &Record, task: &Task, state: &State) -> Change {
        let due = self.turn_over(state, record, task.began_at);
        let mut values = vec![
            ("time_limit", limit_value(state.limit)),
            ("due_at", due.map_or(Value::Null, Value::Moment)),
            (
                "calendar",
                self.calendar_value(due.filter(|_| state.limit.is_some())),
            ),
        ];
        if due > task.due_at {
            values.push(("warned", Value::Null));
        }
        self.tasks(ground)
            .update((task.id, task.version), "move", None, values)
    }

    /// The turns of the step as the flow of today places them. The time since the step began counts.
    fn placed_anew(
        &self,
        ground: &Ground,
        record: &Record,
        course: &Course,
        ids: Ids,
    ) -> Vec<Change> {
        let open: Vec<&Task> = course.open().filter(|t| t.kind != TaskKind::Copy).collect();
        let began = course.turns().map(|task| task.began_at).min();
        let mut changes: Vec<Change> = open
            .iter()
            .map(|task| self.close(ground, task, "void", Some(UNDONE)))
            .collect();
        let now = course.step();
        let earlier = Course {
            tasks: course.valid().filter(|t| t.step < now).cloned().collect(),
            ..course.clone()
        };
        let then = Ground {
            now: began.unwrap_or(ground.now),
            ..*ground
        };
        changes.extend(self.enter(&then, record, &earlier, ids));
        changes
    }

    fn clock_shifts(&self, ground: &Ground, record: &Record, course: &Course) -> Vec<ClockShift> {
        let def = ground.catalogue.at(record.register);
        let clocks = self.register(ground);
        let mut shifts = Vec::new();
        for known in &course.clocks {
            let Value::Text(name) = known.named(clocks, "name") else {
                continue;
            };
            let Some(clock) = read_clock(clocks, known) else {
                continue;
            };
            if !is_running(ground, self.house.clock, known, name) {
                continue;
            }
            let rule = def.clock(name);
            let ends = rule.is_none_or(|rule| ends_at(rule, record));
            let from = match known.named(clocks, "time_limit") {
                Value::Text(limit) => limit.parse().ok(),
                _ => None,
            };
            let over = rule.and_then(|rule| by_rule(&clock, rule, def, record, ground.now));
            shifts.push(ClockShift {
                name: name.clone(),
                title: rule.map_or_else(|| Label::new(name), |rule| rule.title.clone()),
                limit: LimitShift {
                    from,
                    to: rule.filter(|_| !ends).map(|rule| rule.limit),
                    due_from: self.end_moment(&clock),
                    due_to: over.filter(|_| !ends).and_then(|c| self.end_moment(&c)),
                },
                ends,
                begins: false,
            });
        }
        let began = course.turns().map(|task| task.began_at).min();
        for rule in &def.clocks {
            let here = record.state.is_some_and(|state| rule.from.contains(&state));
            let known = shifts.iter().any(|shift| shift.name == rule.name);
            if here && !known {
                let from = began.unwrap_or(ground.now);
                shifts.push(ClockShift {
                    name: rule.name.clone(),
                    title: rule.title.clone(),
                    limit: LimitShift {
                        from: None,
                        to: Some(rule.limit),
                        due_from: None,
                        due_to: self.due(from, Some(rule.limit)),
                    },
                    ends: false,
                    begins: true,
                });
            }
        }
        shifts
    }

    fn clock_over(
        &self,
        ground: &Ground,
        record: &Record,
        course: &Course,
        shift: &ClockShift,
        ids: Ids,
    ) -> Option<Change> {
        let def = ground.catalogue.at(record.register);
        if shift.begins {
            let began = course.turns().map(|task| task.began_at).min();
            let then = Ground {
                now: began.unwrap_or(ground.now),
                ..*ground
            };
            let rule = def.clock(&shift.name)?;
            return Some(self.start_clock(&then, course.matter, record, rule, ids()));
        }
        let running = |clock: &&Record| is_running(ground, self.house.clock, clock, &shift.name);
        let known = course.clocks.iter().find(running)?;
        if shift.ends {
            let values = vec![("ended_at", Value::Moment(ground.now))];
            let at = (known.id, known.version);
            return Some(self.clocks(ground).update(at, "end", Some("ended"), values));
        }
        let rule = def.clock(&shift.name)?;
        let clocks = self.register(ground);
        let clock = by_rule(&read_clock(clocks, known)?, rule, def, record, ground.now)?;
        let state = match clock.is_stopped() {
            true => "paused",
            false => "running",
        };
        let mut change = self.rewrite(ground, known, &clock, "move", state);
        if let What::Update { data, .. } = &mut change.what {
            let promised = rule.promised;
            let mut put = |name: &str, value: Value| {
                if let Some(ix) = clocks.field(name) {
                    data.push((ix, crate::Datum::One(value)));
                }
            };
            put("time_limit", limit_value(Some(rule.limit)));
            put("promised", limit_value(promised));
            put(
                "division",
                whereabouts(def, record).division.map_or(Value::Null, text),
            );
        }
        Some(change)
    }

    fn due(&self, began: Moment, limit: Option<Limit>) -> Option<Moment> {
        let due = Clock::start(began.timestamp(), limit?).due(self.calendar);
        due.due().map(|due| Moment::from_timestamp(due.moment))
    }

    fn end_moment(&self, clock: &Clock) -> Option<Moment> {
        let due = clock.due(self.calendar).due()?;
        Some(Moment::from_timestamp(due.moment))
    }

    pub(super) fn calendar_value(&self, due: Option<Moment>) -> Value {
        due.map_or(Value::Null, |_| text(self.calendar.version().0.to_string()))
    }
}

/// The step of the flow of today at which the record would stand.
fn fits<'d>(def: &'d Register, record: &Record) -> Result<&'d State, Said> {
    let state = record.state.map(|state| &def.states[state.0]);
    let Some(state) = state.filter(|state| !state.retired) else {
        let label = state.map(|state| Said::from(&state.label));
        let label = label.unwrap_or_default();
        return Err(said!(
            "新流程没有“{}”这一环节，请先按原流程办到新流程也有的环节"
                / "The new flow has no step “{}”; first take the matter on to a step that both have",
            label
        ));
    };
    if matches!(state.phase, Phase::Done | Phase::Void) {
        return Err(said!(
            "“{}”在新流程里已经是办结的状态，请按原流程办完"
                / "“{}” ends a matter in the new flow; let this one end by the flow it began with",
            state.label
        ));
    }
    Ok(state)
}

/// Whether whoever has a turn keeps it, or the refusal where that would undo what people have done.
fn turns_kept(state: &State, was: Option<&State>, course: &Course) -> Result<bool, Said> {
    if course.is_empty_step() {
        return Ok(state.turn.is_empty());
    }
    if was.is_some_and(|was| was.turn == state.turn && was.mode == state.mode) {
        return Ok(true);
    }
    if state.turn.is_empty() {
        return Err(said!(
            "“{}”在新流程里不再由任何人办理，请按原流程办完这一步"
                / "In the new flow “{}” is nobody's turn; let this step end by the flow it began with",
            state.label
        ));
    }
    let step = course.step();
    let heard = |task: &Task| task.step == step && task.kind == TaskKind::Sign && !task.open;
    if course.valid().any(heard) {
        return Err(said!(
            "“{}”已经有人会签，新流程的会签人不同，请等这一步办完再转"
                / "Somebody has signed at “{}”, and the new flow has other signers; let this step end first",
            state.label
        ));
    }
    let claimed = |task: &Task| {
        let mine = matches!(task.desk, Some(Desk::Person(_)));
        task.kind == TaskKind::Turn && mine && task.roles.0.iter().any(|r| state.turn.contains(r))
    };
    Ok(state.mode == TurnMode::Any && course.turns().all(claimed))
}

/// The clock with the limit of the rule, standing still or not as the step says.
fn by_rule(
    clock: &Clock,
    rule: &ClockRule,
    def: &Register,
    record: &Record,
    now: Moment,
) -> Option<Clock> {
    let (pauses, extension) = (clock.pauses().to_vec(), clock.extension().cloned());
    let mut over = Clock::restore(clock.started(), rule.limit, pauses, extension).ok()?;
    let still = record.state.and_then(|s| def.states[s.0].pause.as_deref());
    match (over.is_stopped(), still.and_then(Reason::from_word)) {
        (false, Some(reason)) => over.pause(now.timestamp(), reason).ok()?,
        (true, None) => over.resume(now.timestamp()).ok()?,
        _ => {}
    }
    Some(over)
}

fn ends_at(rule: &ClockRule, record: &Record) -> bool {
    record
        .state
        .is_some_and(|state| rule.until.contains(&state))
}

fn limit_value(limit: Option<Limit>) -> Value {
    limit.map_or(Value::Null, |limit| text(limit.to_string()))
}
