//! Units and posts as they are now, in memory: who could take a turn. Never the truth; read anew when
//! one of their records changed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::Date;
use kernel::flow::{Directory, Post, Unit};
use kernel::{Id, Record};
use store::{Filter, Query};

use crate::people::Seat;
use crate::{App, Outcome};

/// What was read and on which day, until a unit, an account or a post changes, or the day: posts begin
/// and end by themselves.
pub(crate) type Known = Option<(Date, Arc<Directory>)>;

/// Units and accounts are read in pages of this many.
const ROWS: usize = 1_000;

impl App {
    pub(crate) fn directory(&self) -> Outcome<Arc<Directory>> {
        self.turn_of_day();
        let today = self.now().local_date();
        if let Ok(known) = self.inner.directory.read()
            && let Some((day, directory)) = known.as_ref()
            && *day == today
        {
            return Ok(directory.clone());
        }
        // One reads at a time; whoever waited finds what the first has read.
        let mut known = match self.inner.directory.write() {
            Ok(known) => known,
            Err(poisoned) => poisoned.into_inner(),
        };
        if let Some((day, directory)) = known.as_ref()
            && *day == today
        {
            return Ok(directory.clone());
        }
        let directory = Arc::new(self.read_directory(today)?);
        *known = Some((today, directory.clone()));
        Ok(directory)
    }

    pub(crate) fn forget_directory(&self) {
        if let Ok(mut known) = self.inner.directory.write() {
            *known = None;
        }
    }

    fn read_directory(&self, today: Date) -> Outcome<Directory> {
        let mut directory = Directory::default();
        let units = self.units()?;
        directory.units = units
            .all()
            .filter(|unit| unit.exists_on(today))
            .map(|unit| Unit {
                id: unit.id,
                areas: unit
                    .areas_on(today)
                    .into_iter()
                    .map(str::to_owned)
                    .collect(),
            })
            .collect();
        directory.posts = self.posts_on(today)?;
        Ok(directory)
    }

    /// Everybody's posts on that day. Those of accounts that are closed, and what was entrusted of a post
    /// that is over, do not count.
    fn posts_on(&self, today: Date) -> Outcome<Vec<Post>> {
        let units = self.units()?;
        let mut own: HashMap<Id, Seat> = HashMap::new();
        let mut open: HashSet<Id> = HashSet::new();
        self.each_active("account", |app, record| {
            open.insert(record.id);
            let seat = Seat::of_account(app.catalogue().at(record.register), record);
            own.extend(seat.map(|seat| (seat.id, seat)));
        })?;
        let mut lent: Vec<Seat> = Vec::new();
        self.each_active("post", |app, record| {
            let seat = Seat::of_post(app.catalogue().at(record.register), record);
            match seat.filter(|seat| open.contains(&seat.account)) {
                Some(seat) if seat.lent.is_some() => lent.push(seat),
                Some(seat) => {
                    own.insert(seat.id, seat);
                }
                None => {}
            }
        })?;
        let whole = |seat: &Seat| seat.lent.as_ref().and_then(|lent| own.get(&lent.of_post));
        let lent: Vec<Seat> = lent
            .into_iter()
            .filter_map(|seat| {
                let whole = whole(&seat).cloned();
                seat.within(whole.as_ref())
            })
            .collect();
        // Own posts first: whoever is named is named in a post of his own if it fits.
        let mut own: Vec<Seat> = own.into_values().collect();
        own.sort_by_key(|seat| seat.id);
        let all = own.into_iter().chain(lent);
        let valid = all.filter(|seat| seat.runs_on(today) && self.is_bound(seat));
        let posts = valid.map(|seat| Post {
            account: seat.account,
            role: seat.role,
            // Whoever sits in a unit that has ended sits in that which succeeded it.
            unit: units
                .successor(seat.unit, today)
                .map_or(seat.unit, |unit| unit.id),
            subject: seat.subject,
            on_behalf: seat.lent.as_ref().map(|lent| lent.on_behalf),
            only: seat.lent.and_then(|lent| lent.only),
        });
        Ok(posts.collect())
    }

    fn each_active(&self, short: &str, mut take: impl FnMut(&App, &Record)) -> Outcome<()> {
        let register = self.house(short)?;
        let active = self.catalogue().at(register).state("active");
        self.look(|reader| {
            let mut query = Query::of(register);
            query.limit = ROWS;
            query.filter = Filter::States(active.into_iter().collect());
            loop {
                let page = reader.query(&query)?;
                page.records.iter().for_each(|record| take(self, record));
                match page.next {
                    Some(next) => query.after = Some(next),
                    None => return Ok(()),
                }
            }
        })
    }
}
