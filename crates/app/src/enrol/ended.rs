//! The end of applications that nobody attended to, and of the personal values of those that came to
//! nothing: kept no longer than they are of use (个人信息保护法 第19条、第47条).

use catalogue::{Enrol, Phase};
use kernel::{Actor, Datum, Moment, Record, Register, RegisterIx, StateIx, Value, Words};
use speech::said;
use store::{Filter, Personal, Query};

use crate::{App, Outcome};

/// Applications ended in one run; the next run takes more.
const ENDED_MAX: usize = 500;
const DAY: i64 = 24 * 3_600_000_000;

impl App {
    /// Ends what waited too long, and erases what came to nothing as long ago; answers how many.
    pub fn end_enrolments(&self) -> Outcome<usize> {
        let Some(register) = self.enrolment() else {
            return Ok(0);
        };
        let (_, enrol) = self.enrol_of()?;
        let def = self.catalogue().at(register);
        let Value::Int(days) = self.frame().params.of(def, enrol.after) else {
            return Ok(0);
        };
        let before = Moment(self.now().0 - days * DAY);
        let operator = Actor::operator();
        let mut count = 0;
        for old in self.aged(
            register,
            def,
            &[Phase::Draft, Phase::Waiting, Phase::Open],
            before,
        )? {
            let (none, words) = (Vec::new(), Words::default());
            self.act(
                &operator,
                register,
                old.id,
                old.version,
                &enrol.expire,
                &none,
                words,
            )?;
            count += 1;
        }
        for old in self.aged(register, def, &[Phase::Void], before)? {
            if !is_erased(enrol, &old) {
                let why = said!(
                    "没有开通的申请，个人信息到期删除" / "nothing came of it; erased in time"
                )
                .zh;
                self.erase(&operator, register, old.id, old.version, &why)?;
                count += 1;
            }
        }
        Ok(count)
    }

    /// Applications in those phases that have stood as they are since before the moment.
    fn aged(
        &self,
        register: RegisterIx,
        def: &Register,
        phases: &[Phase],
        before: Moment,
    ) -> Outcome<Vec<Record>> {
        let states = def.states.iter().enumerate();
        let states = states.filter(|(_, state)| phases.contains(&state.phase));
        let query = Query {
            filter: Filter::States(states.map(|(at, _)| StateIx(at)).collect()),
            personal: Personal::Open,
            ..Query::of(register)
        };
        self.look(|reader| {
            let mut found = Vec::new();
            reader.each(&query, |record| {
                if found.len() < ENDED_MAX && record.changed_at < before {
                    found.push(record);
                }
                Ok::<(), crate::No>(())
            })?;
            Ok(found)
        })
    }
}

fn is_erased(enrol: &Enrol, record: &Record) -> bool {
    record.data[enrol.name.0] == Datum::Erased
}
