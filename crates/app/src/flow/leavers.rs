//! Who leaves or moves loses his tasks with the post, in the same commit: they go back to the pool, and a
//! post whose term ended is looked after by the watch (`organisation.md` §2.2, rule 6).

use std::collections::BTreeSet;

use catalogue::Phase;
use jiff::civil::Date;
use kernel::flow::{Directory, Flow, OnTurn, Post};
use kernel::{Actor, Change, Ground, Id, Record, Value};
use speech::{Lang, said};
use store::{Filter, Query, Reader};

use crate::people::Seat;
use crate::records::Act;
use crate::{App, Error, Outcome};

/// Accounts looked after in one run of the watch; the next run takes more.
const LOOKED_AFTER_MAX: usize = 5_000;

impl App {
    /// The tasks that somebody can hold no more once an account or a post is as `after`.
    pub(crate) fn left_behind(
        &self,
        ground: &Ground,
        reader: &Reader,
        act: &Act,
        after: &Record,
    ) -> Outcome<Vec<Change>> {
        let (Some(_), Some(leaver)) = (act.before, self.post_holder(after)?) else {
            return Ok(Vec::new());
        };
        let mut records = self.written_posts(reader, leaver)?;
        records.retain(|known| known.id != after.id);
        records.push(after.clone());
        self.taken_back(ground, reader, leaver, &records)
    }

    /// The tasks on the desk of a person that he can hold no more with these posts.
    fn taken_back(
        &self,
        ground: &Ground,
        reader: &Reader,
        leaver: Id,
        records: &[Record],
    ) -> Outcome<Vec<Change>> {
        let tasks = self.on_desk(reader, leaver)?;
        if tasks.is_empty() {
            return Ok(Vec::new());
        }
        let posts = self.kept_posts(records, leaver, ground.today)?;
        let known = self.directory()?;
        let others = known.posts.iter().filter(|post| post.account != leaver);
        let directory = Directory {
            units: known.units.clone(),
            posts: others.cloned().chain(posts.iter().cloned()).collect(),
        };
        let calendar = self.calendar();
        let flow = Flow {
            house: self.flow_house()?,
            directory: &directory,
            calendar: &calendar,
        };
        // Whoever locks an account need not see the business.
        let operator = Actor::operator();
        let all = Ground {
            actor: &operator,
            ..*ground
        };
        let mut changes = Vec::new();
        for task in tasks {
            let (record, course) = self.of_task(&all, reader, task.id)?;
            let Some(task) = course.tasks.iter().find(|known| known.id == task.id) else {
                continue;
            };
            let on = OnTurn {
                record: &record,
                course: &course,
                task,
            };
            changes.extend(flow.take_back(ground, &on, leaver, &posts));
        }
        Ok(changes)
    }

    /// The posts held in person that run on the day. Those of a closed account are none.
    fn kept_posts(&self, records: &[Record], leaver: Id, today: Date) -> Outcome<Vec<Post>> {
        let open = |record: &Record| {
            let def = self.catalogue().at(record.register);
            record.phase(def) == Phase::Open
        };
        if !records
            .iter()
            .any(|record| record.id == leaver && open(record))
        {
            return Ok(Vec::new());
        }
        let units = self.units()?;
        let seat = |record: &Record| {
            let def = self.catalogue().at(record.register);
            match record.id == leaver {
                true => Seat::of_account(def, record),
                false => Seat::of_post(def, record),
            }
        };
        let seats = records
            .iter()
            .filter(|record| open(record))
            .filter_map(seat);
        let own =
            seats.filter(|seat| seat.lent.is_none() && seat.runs_on(today) && self.is_bound(seat));
        let post = own.map(|seat| Post {
            account: seat.account,
            role: seat.role,
            unit: units
                .successor(seat.unit, today)
                .map_or(seat.unit, |unit| unit.id),
            subject: seat.subject,
            on_behalf: None,
            only: None,
        });
        Ok(post.collect())
    }

    /// Looks after the tasks of everybody whose post ended with its term, or whose account was closed;
    /// answers how many tasks went back.
    pub(super) fn look_after_leavers(&self) -> Outcome<usize> {
        let today = self.now().local_date();
        let gone = self.look(|reader| self.gone_by(reader, today))?;
        let operator = Actor::operator();
        let mut moved = 0;
        for leaver in gone {
            moved += self.settle(|reader, frame| {
                let ground = self.ground(frame, &operator);
                let records = self.written_posts(reader, leaver)?;
                let changes = self.taken_back(&ground, reader, leaver, &records)?;
                let count = changes.len();
                let why =
                    said!("任期届满或者账号停用" / "The term is over, or the account is closed");
                let why = (count > 0).then(|| why.take(Lang::Zh));
                Ok((self.commit_of(&ground, changes, why), count))
            })?;
        }
        Ok(moved)
    }

    /// People with a post whose term is over, or whose account is closed.
    fn gone_by(&self, reader: &Reader, today: Date) -> Outcome<BTreeSet<Id>> {
        let (accounts, posts) = (self.house("account")?, self.house("post")?);
        let last = today.yesterday().ok().map(Value::Date);
        let mut gone = BTreeSet::new();
        for register in [accounts, posts] {
            let def = self.catalogue().at(register);
            let until = def.field("until").ok_or(Error::Broken("house.post"))?;
            let mut over = vec![Filter::Between(until, None, last.clone())];
            if register == accounts {
                over.push(Filter::States(def.state("locked").into_iter().collect()));
            }
            let query = Query {
                filter: Filter::Any(over),
                limit: LOOKED_AFTER_MAX,
                ..Query::of(register)
            };
            for record in reader.query(&query)?.records {
                gone.extend(self.post_holder(&record)?);
            }
        }
        Ok(gone)
    }
}
