//! Writing limits that were counted anew: one ledger leaf for many, and how many in the record of the
//! calendar.

use calendar::Calendar;
use kernel::flow::Writer;
use kernel::{Actor, Record, Value};
use speech::{Lang, said};

use super::recount::Moved;
use crate::{App, Error, Outcome};

impl App {
    /// Writes new ends under one ledger leaf; answers how many. One that was changed meanwhile is
    /// left to the next round.
    pub(super) fn write_moved(
        &self,
        job: &Record,
        some: &[Moved],
        calendar: &Calendar,
    ) -> Outcome<u64> {
        let number = calendar.version().0;
        // Whoever put the calendar in force stands behind what follows from it.
        let who = Actor {
            account: job.created_by,
            ..Actor::operator()
        };
        let frame = self.frame();
        let ground = self.ground(&frame, &who);
        let reason = said!(
            "启用工作日历第 {number} 版" / "Version {number} of the calendar was put in force"
        )
        .take(Lang::Zh);
        let commit = |change| self.commit_of(&ground, vec![change], Some(reason.clone()));
        let house = self.flow_house()?;
        let mut commits = Vec::with_capacity(some.len() + 1);
        for moved in some {
            let writer = Writer {
                catalogue: self.catalogue(),
                register: moved.register,
            };
            let mut values = vec![
                ("due_at", Value::Moment(moved.to)),
                ("calendar", Value::Text(number.to_string())),
            ];
            if Some(moved.to) > moved.from.max(Some(frame.now)) {
                // Told of an end that is none any more: the new one is told of again.
                values.push(("warned", Value::Null));
            }
            let change = writer.update((moved.id, moved.version), "recount", None, values);
            commits.push(commit(change));
        }
        let def = self.catalogue().at(job.register);
        let before = match job.named(def, "moved") {
            Value::Int(count) => *count,
            _ => 0,
        };
        let writer = Writer {
            catalogue: self.catalogue(),
            register: job.register,
        };
        let sum = before + i64::try_from(some.len()).unwrap_or_default();
        let values = vec![("moved", Value::Int(sum))];
        let counted = writer.update((job.id, job.version), "write", None, values);
        commits.push(commit(counted));
        let mut results = self.store().bulk(commits)?;
        let counted = results.pop();
        let written = results.iter().filter(|result| result.is_ok()).count();
        for result in results.into_iter().chain(counted) {
            if let Err(store::CommitError::Broken(error)) = result {
                return Err(error.into());
            }
        }
        self.changed(&[house.clock, house.task])?;
        let written = u64::try_from(written).unwrap_or_default();
        self.set_right(job, sum, some.len() as u64 - written)?;
        Ok(written)
    }

    /// Takes back from the job's count what was counted in and not written: the next round counts it.
    fn set_right(&self, job: &Record, sum: i64, stale: u64) -> Outcome<()> {
        let def = self.catalogue().at(job.register);
        let stale = i64::try_from(stale).unwrap_or_default();
        let field = def.field("moved").ok_or(Error::Broken("house.calendar"))?;
        let operator = Actor::operator();
        self.settle(|reader, frame| {
            let ground = self.ground(frame, &operator);
            let now = self.load(reader, job.register, job.id)?;
            // The count itself was not written, so there is nothing to take back.
            let counted = *now.value(field) == Value::Int(sum);
            let writer = Writer {
                catalogue: ground.catalogue,
                register: job.register,
            };
            let values = vec![("moved", Value::Int(sum - stale))];
            let changes = match counted && stale > 0 {
                true => vec![writer.update((job.id, now.version), "write", None, values)],
                false => Vec::new(),
            };
            Ok((self.commit_of(&ground, changes, None), ()))
        })
    }

    pub(super) fn finish_recount(&self, job: &Record) -> Outcome<()> {
        let operator = Actor::operator();
        self.settle(|_, frame| {
            let ground = self.ground(frame, &operator);
            let writer = Writer {
                catalogue: ground.catalogue,
                register: job.register,
            };
            let done = writer.update((job.id, job.version), "finish", Some("current"), Vec::new());
            Ok((self.commit_of(&ground, vec![done], None), ()))
        })
    }
}
