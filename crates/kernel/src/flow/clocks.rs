//! Clocks over a whole matter: they start with a state, stand still in others for a lawful reason
//! (行政许可法 45), can be made longer once (42), and end with the decision.

use calendar::{Clock, ClockError, Extension, Pause, Reason, Reckoning};
use catalogue::{Action, ClockRule, Register, RegisterIx};
use expr::{Id, Moment, Value};
use speech::{Said, said};

use super::book::{Course, Writer};
use super::proceed::{Flow, Ids, text, whereabouts};
use crate::{Change, Datum, Ground, Record, Refusal, RowData};

impl Flow<'_> {
    /// Starts, stops, resumes and ends the clocks of a matter that goes from one state to another.
    pub(super) fn clocks_follow(
        &self,
        ground: &Ground,
        course: &Course,
        before: Option<&Record>,
        after: &Record,
        ids: Ids,
    ) -> Vec<Change> {
        let def = ground.catalogue.at(after.register);
        let Some(to) = after.state else {
            return Vec::new();
        };
        let was_still = before
            .and_then(|b| b.state)
            .and_then(|s| def.states[s.0].pause.as_deref());
        let is_still = def.states[to.0].pause.as_deref();
        let mut changes = Vec::new();
        for rule in &def.clocks {
            let running = course
                .clocks
                .iter()
                .find(|clock| is_running(ground, self.house.clock, clock, &rule.name));
            match running {
                None if rule.from.contains(&to) => {
                    changes.push(self.start_clock(ground, course.matter, after, rule, ids()))
                }
                Some(clock) if rule.until.contains(&to) => {
                    let values = vec![("ended_at", Value::Moment(ground.now))];
                    changes.push(self.clocks(ground).update(
                        (clock.id, clock.version),
                        "end",
                        Some("ended"),
                        values,
                    ));
                }
                Some(clock) if was_still.is_none() && is_still.is_some() => {
                    changes.extend(self.stand_still(ground, clock, is_still))
                }
                Some(clock) if was_still.is_some() && is_still.is_none() => {
                    changes.extend(self.run_again(ground, clock))
                }
                _ => {}
            }
        }
        changes
    }

    pub(super) fn start_clock(
        &self,
        ground: &Ground,
        matter: Id,
        record: &Record,
        rule: &ClockRule,
        id: Id,
    ) -> Change {
        let def = ground.catalogue.at(record.register);
        let clock = Clock::start(ground.now.timestamp(), rule.limit);
        let mut values = vec![
            ("matter", Value::Id(matter)),
            ("name", text(&rule.name)),
            ("started_at", Value::Moment(ground.now)),
            ("time_limit", text(rule.limit.to_string())),
            (
                "promised",
                rule.promised
                    .map_or(Value::Null, |limit| text(limit.to_string())),
            ),
            (
                "division",
                whereabouts(def, record).division.map_or(Value::Null, text),
            ),
        ];
        values.extend(self.end_of(&clock));
        self.clocks(ground).insert(id, "create", "running", values)
    }

    fn stand_still(
        &self,
        ground: &Ground,
        record: &Record,
        reason: Option<&str>,
    ) -> Option<Change> {
        let reason = Reason::from_word(reason?)?;
        let mut clock = read_clock(self.register(ground), record)?;
        clock.pause(ground.now.timestamp(), reason).ok()?;
        Some(self.rewrite(ground, record, &clock, "pause", "paused"))
    }

    fn run_again(&self, ground: &Ground, record: &Record) -> Option<Change> {
        let mut clock = read_clock(self.register(ground), record)?;
        clock.resume(ground.now.timestamp()).ok()?;
        Some(self.rewrite(ground, record, &clock, "resume", "running"))
    }

    /// Makes the clock that the action names longer, once, before it ends, with its reason.
    pub(crate) fn extend(
        &self,
        ground: &Ground,
        course: &Course,
        def: &Register,
        action: &Action,
        reason: Option<&str>,
    ) -> Result<Vec<Change>, Refusal> {
        let Some(rule) = action
            .extends
            .as_deref()
            .and_then(|name| def.clocks.iter().find(|c| c.name == name))
        else {
            return Ok(Vec::new());
        };
        let no = |why: Said| Refusal::new(crate::Reason::Conflict, why);
        let running = course
            .clocks
            .iter()
            .find(|clock| is_running(ground, self.house.clock, clock, &rule.name));
        let clock =
            running.and_then(|record| Some((record, read_clock(self.register(ground), record)?)));
        let (Some((record, mut clock)), Some(by)) = (clock, rule.extend) else {
            return Err(no(said!(
                "“{}”的期限没有在计算，不能延长"
                    / "The limit “{}” is not running and cannot be extended",
                rule.title
            )));
        };
        let extension = Extension {
            count: by.count(),
            granted: ground.now.timestamp(),
            by: ground.actor.account.to_string(),
            reason: reason.unwrap_or_default().to_owned(),
        };
        clock
            .extend(extension, self.calendar)
            .map_err(|error| no(refused(&error)))?;
        let state = if clock.is_stopped() {
            "paused"
        } else {
            "running"
        };
        Ok(vec![self.rewrite(ground, record, &clock, "extend", state)])
    }

    pub(super) fn rewrite(
        &self,
        ground: &Ground,
        record: &Record,
        clock: &Clock,
        act: &str,
        state: &str,
    ) -> Change {
        let mut values = self.end_of(clock);
        let was = match record.named(self.register(ground), "due_at") {
            Value::Moment(was) => Some(*was),
            _ => None,
        };
        let due = clock.due(self.calendar).due();
        let due = due.map(|due| Moment::from_timestamp(due.moment));
        if due > was.max(Some(ground.now)) {
            // Told of an end that is none any more: the new one is told of again.
            values.push(("warned", Value::Null));
        }
        if let Some(extension) = clock.extension() {
            values.push(("extended", Value::Int(i64::from(extension.count))));
            values.push((
                "extended_at",
                Value::Moment(Moment::from_timestamp(extension.granted)),
            ));
            values.push(("extension_reason", text(&extension.reason)));
            values.push(("extended_by", text(&extension.by)));
        }
        let mut change =
            self.clocks(ground)
                .update((record.id, record.version), act, Some(state), values);
        let def = self.register(ground);
        if let (crate::What::Update { data, .. }, Some(ix)) =
            (&mut change.what, def.field("pauses"))
        {
            data.push((
                ix,
                Datum::Rows(clock.pauses().iter().map(pause_row).collect()),
            ));
        }
        change
    }

    fn end_of(&self, clock: &Clock) -> Vec<(&'static str, Value)> {
        match clock.due(self.calendar) {
            Reckoning::Due(due) => vec![
                ("due_at", Value::Moment(Moment::from_timestamp(due.moment))),
                ("calendar", text(due.version.0.to_string())),
            ],
            Reckoning::Stopped(_) => vec![("due_at", Value::Null)],
        }
    }

    pub(super) fn clocks<'g>(&self, ground: &Ground<'g>) -> Writer<'g> {
        Writer {
            catalogue: ground.catalogue,
            register: self.house.clock,
        }
    }

    pub(super) fn register<'g>(&self, ground: &Ground<'g>) -> &'g Register {
        ground.catalogue.at(self.house.clock)
    }
}

/// The limit of a turn as a clock: it never stands still.
pub fn read_limit(def: &Register, task: &Record) -> Option<Clock> {
    let (Value::Moment(began), Value::Text(limit)) =
        (task.named(def, "began_at"), task.named(def, "time_limit"))
    else {
        return None;
    };
    Some(Clock::start(began.timestamp(), limit.parse().ok()?))
}

pub(super) fn is_running(
    ground: &Ground,
    register: RegisterIx,
    clock: &Record,
    name: &str,
) -> bool {
    let def = ground.catalogue.at(register);
    let state = clock.state.map(|s| def.states[s.0].name.as_str());
    state != Some("ended") && *clock.named(def, "name") == text(name)
}

/// The clock that a record of `house.clock` tells of.
pub fn read_clock(def: &Register, record: &Record) -> Option<Clock> {
    let Value::Moment(started) = record.named(def, "started_at") else {
        return None;
    };
    let Value::Text(limit) = record.named(def, "time_limit") else {
        return None;
    };
    let pauses = match def.field("pauses").map(|ix| &record.data[ix.0]) {
        Some(Datum::Rows(rows)) => rows.iter().filter_map(read_pause).collect(),
        _ => Vec::new(),
    };
    let extension = match (
        record.named(def, "extended"),
        record.named(def, "extended_at"),
    ) {
        (Value::Int(count), Value::Moment(granted)) => Some(Extension {
            count: u32::try_from(*count).ok()?,
            granted: granted.timestamp(),
            by: said_text(record.named(def, "extended_by")),
            reason: said_text(record.named(def, "extension_reason")),
        }),
        _ => None,
    };
    Clock::restore(started.timestamp(), limit.parse().ok()?, pauses, extension).ok()
}

/// Columns of a pause: from, until, reason.
fn read_pause(row: &RowData) -> Option<Pause> {
    let [Value::Moment(from), until, Value::Text(reason)] = row.values.as_slice() else {
        return None;
    };
    let until = match until {
        Value::Moment(until) => Some(until.timestamp()),
        _ => None,
    };
    Some(Pause {
        from: from.timestamp(),
        until,
        reason: Reason::from_word(reason)?,
    })
}

fn pause_row(pause: &Pause) -> RowData {
    let moment = |at| Value::Moment(Moment::from_timestamp(at));
    let until = pause.until.map_or(Value::Null, moment);
    RowData {
        id: None,
        values: vec![moment(pause.from), until, text(pause.reason.word())],
    }
}

fn said_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        _ => String::new(),
    }
}

/// Why a clock may not be made longer, as a person reads it.
fn refused(error: &ClockError) -> Said {
    match error {
        ClockError::ExtendedTwice => said!("期限只能延长一次" / "A limit is extended only once"),
        ClockError::ExtendedTooLate => {
            said!("延长应在期限届满之前决定" / "An extension must be decided before the limit ends")
        }
        ClockError::ExtensionIncomplete => {
            said!("延长期限要写明理由" / "An extension needs a reason")
        }
        _ => said!("期限现在不能延长" / "The limit cannot be extended now"),
    }
}
