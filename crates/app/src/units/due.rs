//! Acts whose day has come. Looked at when a day begins: before anybody is let in, and by the watch.

use std::sync::atomic::Ordering;

use kernel::flow::Writer;
use kernel::{Actor, Id, Reason, Value};
use store::{Filter, Query};

use super::change::{STATE_DONE, STATE_PLANNED};
use crate::{App, Error, No, Outcome};

/// Acts of one day; more are taken with the next look.
const DUE_MAX: usize = 200;

impl App {
    /// Begins a new day: what hangs on the day is forgotten, and acts on units take effect. Cheap on
    /// every day but the first time.
    pub(crate) fn turn_of_day(&self) {
        let today = self.now().local_date();
        let today = i64::from(today.year()) * 1_000 + i64::from(today.day_of_year());
        if self.inner.day.swap(today, Ordering::AcqRel) == today {
            return;
        }
        self.forget_people();
        self.forget_directory();
        if let Err(error) = self.carry_out_unit_changes() {
            tracing::error!(%error, "Changes of units that are due could not be made");
        }
    }

    /// Carries out every act on units whose day has come; answers how many took effect. One that cannot
    /// is marked with the reason, and stops none of the others.
    pub fn carry_out_unit_changes(&self) -> Outcome<usize> {
        let register = self.house("unit_change")?;
        let def = self.catalogue().at(register);
        let day = def.field("day").ok_or(Error::Broken("house.unit_change"))?;
        let today = Value::Date(self.now().local_date());
        let planned = def.state(STATE_PLANNED).into_iter().collect();
        let mut due: Vec<(Value, Id)> = self.look(|reader| {
            let query = Query {
                filter: Filter::All(vec![
                    Filter::States(planned),
                    Filter::Between(day, None, Some(today)),
                ]),
                limit: DUE_MAX,
                ..Query::of(register)
            };
            let found = reader.query(&query)?.records;
            Ok(found.iter().map(|r| (r.value(day).clone(), r.id)).collect())
        })?;
        due.sort_by_key(|(day, id)| match day {
            Value::Date(day) => (Some(*day), *id),
            _ => (None, *id),
        });
        let mut done = 0;
        for (_, id) in due {
            match self.carry_out(id) {
                Ok(()) => done += 1,
                Err(No::Refused(refusal)) if refusal.reason != Reason::Stale => {
                    let blames = refusal.blames.iter().map(|blame| blame.message.zh.as_ref());
                    let mut why: Vec<&str> = blames.collect();
                    if why.is_empty() {
                        why.push(refusal.message.zh.as_ref());
                    }
                    self.mark_stuck(id, &why.join("\n"))?;
                }
                Err(no) => return Err(no),
            }
        }
        Ok(done)
    }

    fn carry_out(&self, id: Id) -> Outcome<()> {
        let operator = Actor::operator();
        self.settle(|reader, frame| {
            let ground = self.own_ground(frame, &operator);
            let kept = self.unit_change(reader, id)?;
            let ask = self.kept_ask(&kept)?;
            let deed = self.deed(&ground, reader, &ask)?;
            if !deed.blames.is_empty() {
                return Err(kernel::Refusal::invalid(deed.blames).into());
            }
            let mut changes = self.written(&ground, &deed)?;
            let moved = i64::try_from(changes.len()).unwrap_or(i64::MAX);
            let writer = Writer {
                catalogue: ground.catalogue,
                register: kept.register,
            };
            let at = (kept.id, kept.version);
            let values = vec![("moved", Value::Int(moved))];
            changes.push(writer.update(at, "carry_out", Some(STATE_DONE), values));
            let about = (&deed, &ask);
            changes.extend(self.tell_of_moved_posts(&ground, reader, about, (id, STATE_DONE))?);
            Ok((self.commit_for(&ground, &kept, changes), ()))
        })
    }

    fn mark_stuck(&self, id: Id, why: &str) -> Outcome<()> {
        tracing::error!(change = %id, why, "A change of units could not take effect");
        let operator = Actor::operator();
        self.settle(|reader, frame| {
            let ground = self.own_ground(frame, &operator);
            let kept = self.unit_change(reader, id)?;
            let writer = Writer {
                catalogue: ground.catalogue,
                register: kept.register,
            };
            let fault = Value::Text(why.chars().take(4_000).collect());
            let at = (kept.id, kept.version);
            let change = writer.update(at, "fail", Some("stuck"), vec![("fault", fault)]);
            let mut commit = self.commit_of(&ground, vec![change], None);
            commit.meta.batch = Some(id);
            Ok((commit, ()))
        })
    }
}
