//! Asking for an act on units: refused, kept until its day, or done at once.

use jiff::civil::Date;
use kernel::flow::Writer;
use kernel::units::{Act, Assigned};
use kernel::{
    Actor, Blame, Change, Commit, Datum, Ground, Id, Meta, Record, Refusal, Value, Verb,
    WORDS_CHARS_MAX, What,
};
use speech::said;
use store::Reader;

use super::deed::Deed;
use super::words::sentence;
use crate::{App, Error, Outcome, Saved};

/// What somebody asks to happen to units.
#[derive(Clone, Debug)]
pub struct UnitAsk {
    pub act: Act,
    /// The first day on which it holds.
    pub day: Date,
    /// Posts that do not go where the others go: the record of the post (of the account for the first
    /// post), and the unit.
    pub assigned: Vec<Assigned>,
    pub reason: String,
}

/// What became of it.
#[derive(Clone, Debug)]
pub struct UnitChanged {
    /// Of the record of the change.
    pub saved: Saved,
    /// False while its day is to come.
    pub done: bool,
    /// Records that changed: units, posts, tasks.
    pub moved: usize,
}

pub(super) const STATE_PLANNED: &str = "planned";
pub(super) const STATE_DONE: &str = "done";

impl App {
    /// Whether the person may change units now: it changes who sees what, so it asks for a fresh proof.
    pub fn may_change_units(&self, actor: &Actor) -> Outcome<()> {
        self.may_plan_units(actor)?;
        let frame = self.frame();
        Ok(self.ground(&frame, actor).proven()?)
    }

    /// Whether it is for the person at all, proven or not.
    pub(super) fn may_plan_units(&self, actor: &Actor) -> Outcome<()> {
        let def = self.catalogue().at(self.house("unit")?);
        match kernel::scope(def, actor, Verb::Create) {
            Some(_) => Ok(()),
            None if kernel::scope(def, actor, Verb::See).is_none() => {
                Err(Refusal::not_found().into())
            }
            None => Err(Refusal::forbidden(said!(
                "机构变动由系统管理员办理" / "Units are changed by the system administrator"
            ))
            .into()),
        }
    }

    /// Does the act, or keeps it until its day. All of it in one commit.
    pub fn change_units(&self, actor: &Actor, ask: &UnitAsk) -> Outcome<UnitChanged> {
        self.may_change_units(actor)?;
        let id = self.store().next_id()?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let mut blames = no_reason(&ask.reason);
            let deed = match self.deed(&ground, reader, ask) {
                Ok(deed) => deed,
                Err(crate::No::Refused(refusal)) if !refusal.blames.is_empty() => {
                    blames.extend(refusal.blames);
                    return Err(Refusal::invalid(blames).into());
                }
                Err(no) => return Err(no),
            };
            blames.extend(deed.blames.iter().cloned());
            if !blames.is_empty() {
                return Err(Refusal::invalid(blames).into());
            }
            let done = ask.day <= ground.today;
            let changes = match done {
                true => self.written(&ground, &deed)?,
                false => Vec::new(),
            };
            let moved = changes.len();
            let state = if done { STATE_DONE } else { STATE_PLANNED };
            let kept = self.kept_change(&ground, &deed, ask, id, (state, moved))?;
            let saved = Saved {
                id,
                version: 1,
                warnings: Vec::new(),
            };
            let mut commit = self.commit_of(&ground, changes, Some(ask.reason.trim().to_owned()));
            commit.changes.push(kept);
            let told = self.tell_of_moved_posts(&ground, reader, (&deed, ask), (id, state))?;
            commit.changes.extend(told);
            commit.meta.batch = Some(id);
            commit.once = self.kept_once(&saved);
            let changed = UnitChanged { saved, done, moved };
            Ok((commit, changed))
        })
    }

    /// The record of the change itself.
    fn kept_change(
        &self,
        ground: &Ground,
        deed: &Deed,
        ask: &UnitAsk,
        id: Id,
        (state, moved): (&str, usize),
    ) -> Outcome<Change> {
        let register = self.house("unit_change")?;
        let def = ground.catalogue.at(register);
        let writer = Writer {
            catalogue: ground.catalogue,
            register,
        };
        let name = match &ask.act {
            Act::Rename { title, .. } => Value::Text(title.trim().to_owned()),
            _ => Value::Null,
        };
        let title = sentence(&deed.before, &ask.act).zh;
        let moved = i64::try_from(moved).unwrap_or(i64::MAX);
        let mut made = writer.insert(
            id,
            "create",
            state,
            vec![
                ("title", Value::Text(title.chars().take(200).collect())),
                ("kind", Value::Text(ask.act.word().to_owned())),
                ("day", Value::Date(ask.day)),
                ("name", name),
                ("reason", Value::Text(ask.reason.trim().to_owned())),
                ("moved", Value::Int(moved)),
            ],
        );
        let parts = ask.act.written(def, &ask.assigned);
        let parts = parts.ok_or(Error::Broken("house.unit_change.parts"))?;
        if let What::Insert { data, .. } = &mut made.what {
            data.push(parts);
        }
        Ok(made)
    }

    /// Calls an act off whose day has not come.
    pub fn withdraw_unit_change(&self, actor: &Actor, id: Id) -> Outcome<Saved> {
        self.may_change_units(actor)?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let record = self.unit_change(reader, id)?;
            let writer = Writer {
                catalogue: ground.catalogue,
                register: record.register,
            };
            if !["planned", "stuck"].contains(&self.change_state(&record)) {
                let message = said!(
                    "已经生效或者取消，不能再取消；生效的可以撤回"
                        / "It is in effect or called off already; what is in effect can be taken back"
                );
                return Err(crate::No::refuse(kernel::Reason::Conflict, message));
            }
            let at = (record.id, record.version);
            let change = writer.update(at, "withdraw", Some("withdrawn"), Vec::new());
            let saved = Saved {
                id,
                version: record.version + 1,
                warnings: Vec::new(),
            };
            let mut commit = self.commit_of(&ground, vec![change], None);
            commit.once = self.kept_once(&saved);
            Ok((commit, saved))
        })
    }

    pub(super) fn unit_change(&self, reader: &Reader, id: Id) -> Outcome<Record> {
        self.load(reader, self.house("unit_change")?, id)
    }

    pub(super) fn change_state(&self, record: &Record) -> &str {
        let def = self.catalogue().at(record.register);
        let state = record.state.map(|state| def.states[state.0].name.as_str());
        state.unwrap_or_default()
    }

    /// The ask that a record keeps.
    pub(super) fn kept_ask(&self, record: &Record) -> Outcome<UnitAsk> {
        let def = self.catalogue().at(record.register);
        let broken = || Error::Broken("house.unit_change");
        let (act, assigned) = Act::read(def, record).ok_or_else(broken)?;
        let Value::Date(day) = record.named(def, "day") else {
            return Err(broken().into());
        };
        let reason = match record.named(def, "reason") {
            Value::Text(text) => text.clone(),
            _ => String::new(),
        };
        Ok(UnitAsk {
            act,
            day: *day,
            assigned,
            reason,
        })
    }

    /// A change of a record in the name of whoever asked for it.
    pub(super) fn commit_for(
        &self,
        ground: &Ground,
        kept: &Record,
        changes: Vec<Change>,
    ) -> Commit {
        let def = self.catalogue().at(kept.register);
        let reason = match kept.named(def, "reason") {
            Value::Text(text) => Some(text.clone()),
            _ => None,
        };
        let meta = Meta {
            at: ground.now,
            actor: kept.created_by,
            reason,
            batch: Some(kept.id),
            capacity: None,
        };
        Commit {
            meta,
            ..self.commit_of(ground, changes, None)
        }
    }
}

fn no_reason(reason: &str) -> Vec<Blame> {
    if !reason.trim().is_empty() && reason.chars().count() <= WORDS_CHARS_MAX {
        return Vec::new();
    }
    let message = said!(
        "请写明依据和理由，例如批准文件的文号，最多 {WORDS_CHARS_MAX} 个字"
            / "Please give basis and reason, for example the number of the decision, at most {WORDS_CHARS_MAX} characters"
    );
    vec![Blame::at("reason", "required", message)]
}

/// What a field of a record holds that is no list.
pub(super) fn one(value: Value) -> Datum {
    Datum::One(value)
}
