//! Taking back (撤销): for some seconds whoever acted may take it back, if it has no legal effect and nothing
//! followed. The turns it closed are open again; everything stays in the history.

use kernel::flow::{Course, UNDONE};
use kernel::{
    Actor, Change, Datum, FieldIx, Ground, Id, Moment, Reason, Record, Refusal, RegisterIx, Value,
    What,
};
use speech::said;
use store::{HistoryEntry, Reader};

use crate::{App, No, Outcome, Saved};

/// So long an act may be taken back (issue 3 §2: where no legal effect arises).
pub const UNDO_SECONDS: i64 = 10;
const SECOND: i64 = 1_000_000;
/// Words in the histories: of the record, and of what belongs to its flow.
const UNDO: &str = "undo";
const REOPEN: &str = "reopen";

impl App {
    /// Takes one's own last act on a record of a flow back.
    pub fn undo_act(&self, actor: &Actor, register: RegisterIx, id: Id) -> Outcome<Saved> {
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let (record, _) = self.seen(&ground, reader, register, id, None)?;
            let course = self.course(reader, &record, actor.account)?;
            let course = course.ok_or_else(Refusal::not_found)?;
            let ground = self.by_course(ground, &record, Some(&course));
            let entry = self.undoable(&ground, reader, &record)?;
            let mut changes = vec![back(&record, &entry, UNDO)];
            changes.extend(self.reopened(&ground, reader, &course, &entry)?);
            let mut after = record.clone();
            for (ix, was, _) in &entry.fields {
                after.data[ix.0] = was.clone();
            }
            after.state = entry.state.map_or(record.state, |(was, _)| was);
            let relied = self.facts(&ground, reader, Some(&record), &after, UNDO)?;
            changes.extend(self.follow(&ground, reader, Some(&record), &after)?);
            let saved = Saved {
                id,
                version: record.version + 1,
                warnings: Vec::new(),
            };
            let once = self.kept_once(&saved);
            let mut commit = self.commit_of(&ground, changes, None);
            commit.relied = relied;
            commit.once = once;
            Ok((commit, saved))
        })
    }

    /// Until when the actor may take his last act back.
    pub(super) fn undo_until(
        &self,
        ground: &Ground,
        reader: &Reader,
        record: &Record,
        course: &Course,
    ) -> Outcome<Option<Moment>> {
        let tried = self
            .undoable(ground, reader, record)
            .and_then(|entry| Ok((entry.at, self.reopened(ground, reader, course, &entry)?)));
        match tried {
            Ok((at, _)) => Ok(Some(Moment(at.0 + UNDO_SECONDS * SECOND))),
            Err(No::Refused(_)) => Ok(None),
            Err(broke) => Err(broke),
        }
    }

    /// The last entry of the record, if it is an act of the actor that may be taken back.
    fn undoable(&self, ground: &Ground, reader: &Reader, record: &Record) -> Outcome<HistoryEntry> {
        let def = ground.catalogue.at(record.register);
        let last = reader.history(record.register, record.id, None, 1)?;
        let last = last
            .into_iter()
            .find(|entry| entry.version == record.version);
        let Some((entry, action)) = last.and_then(|entry| {
            let action = def.action(&entry.act)?.clone();
            Some((entry, action))
        }) else {
            return Err(no_more());
        };
        if entry.actor != ground.actor.account || ground.actor.role().is_none() {
            return Err(no_more());
        }
        if action.legal || !action.then.is_empty() || action.extends.is_some() {
            return Err(No::refuse(
                Reason::Conflict,
                said!(
                    "“{}”已经生效，不能撤销" / "“{}” has taken effect and cannot be undone",
                    action.label
                ),
            ));
        }
        if ground.now.0 >= entry.at.0 + UNDO_SECONDS * SECOND {
            return Err(No::refuse(
                Reason::Conflict,
                said!(
                    "只能在 {UNDO_SECONDS} 秒内撤销"
                        / "An act can be undone for {UNDO_SECONDS} seconds only"
                ),
            ));
        }
        Ok(entry)
    }

    /// The matter, turns and clocks as they were before the act, or the refusal when something followed.
    fn reopened(
        &self,
        ground: &Ground,
        reader: &Reader,
        course: &Course,
        act: &HistoryEntry,
    ) -> Outcome<Vec<Change>> {
        let house = self.flow_house()?;
        let mut changes = Vec::new();
        let tasks = course.tasks.iter().map(|task| (house.task, task.id));
        let clocks = course.clocks.iter().map(|clock| (house.clock, clock.id));
        let all = std::iter::once((house.matter, course.matter))
            .chain(tasks)
            .chain(clocks);
        for (register, id) in all {
            let last = reader.history(register, id, None, 1)?;
            let Some(last) = last.into_iter().next() else {
                continue;
            };
            // What one commit wrote stands in one run of the sequence, at one moment.
            if last.seq < act.seq {
                continue;
            }
            if last.at != act.at || last.actor != act.actor {
                return Err(no_more());
            }
            let record = self.load(reader, register, id)?;
            match last.version {
                1 => changes.extend(self.closed_again(ground, register, &record)),
                _ => changes.push(back(&record, &last, REOPEN)),
            }
        }
        Ok(changes)
    }

    /// What the act made is ended: rows are never taken away.
    fn closed_again(
        &self,
        ground: &Ground,
        register: RegisterIx,
        record: &Record,
    ) -> Option<Change> {
        let house = self.flow_house().ok()?;
        let def = ground.catalogue.at(register);
        let now = Datum::One(Value::Moment(ground.now));
        let (state, values) = match register {
            ix if ix == house.task => (
                "void",
                vec![
                    ("desk", Datum::One(Value::Null)),
                    ("done_at", now),
                    ("outcome", Datum::One(Value::Text(UNDONE.to_owned()))),
                ],
            ),
            _ => ("ended", vec![("ended_at", now)]),
        };
        let data = values
            .into_iter()
            .filter_map(|(name, datum)| Some((def.field(name)?, datum)));
        Some(Change {
            register,
            id: record.id,
            act: if state == "void" { "cancel" } else { "end" }.to_owned(),
            what: What::Update {
                expected: record.version,
                state: def.state(state),
                data: data.collect(),
            },
        })
    }
}

/// The record as it was before the entry.
fn back(record: &Record, entry: &HistoryEntry, act: &str) -> Change {
    let data: Vec<(FieldIx, Datum)> = entry
        .fields
        .iter()
        .map(|(ix, was, _)| (*ix, was.clone()))
        .collect();
    Change {
        register: record.register,
        id: record.id,
        act: act.to_owned(),
        what: What::Update {
            expected: record.version,
            state: entry.state.and_then(|(was, _)| was),
            data,
        },
    }
}

fn no_more() -> No {
    No::refuse(
        Reason::Conflict,
        said!(
            "这一步已不能撤销：您没有刚刚办理它，或者后面的人已经接着办了"
                / "This can no longer be undone: you did not just do it, or somebody has gone on with it"
        ),
    )
}
