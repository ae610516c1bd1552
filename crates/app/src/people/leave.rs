//! Leaves (请假委托): a person entrusts a post to a colleague of the same unit or above, for a time; it ends by
//! itself or is recalled. Whoever stands in acts on behalf, and history says so
//! (`organisation.md` §2.2, rule 7).

use jiff::ToSpan as _;
use jiff::civil::Date;
use kernel::flow::Post;
use kernel::{
    Actor, Blame, Ground, Id, Profile, Reads, Reason, Record, Refusal, Value, WORDS_CHARS_MAX,
    act_for, make_for,
};
use speech::{Said, said};
use store::{Filter, Query, Reader};

use super::seats::Seat;
use crate::records::Act;
use crate::{App, Candidate, Error, Outcome, Saved};

/// Longest leave; who is away longer is given a successor.
pub const LEAVE_DAYS_MAX: i32 = 366;
/// Most units above one; a tree that goes deeper goes in circles.
const TIERS_MAX: usize = 16;
/// Leaves shown at once.
const LEAVES_MAX: usize = 100;

/// What is entrusted to whom.
#[derive(Clone, Debug)]
pub struct Leave<'a> {
    /// One of the person's own posts.
    pub post: Id,
    pub to: Id,
    pub since: Date,
    /// The last day.
    pub until: Date,
    /// One register; everything when nothing is said.
    pub only: Option<&'a str>,
    pub reason: &'a str,
}

/// A leave that runs or is to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeaveView {
    pub id: Id,
    /// Name of the deputy.
    pub to: String,
    pub role: Said,
    pub since: Option<Date>,
    pub until: Option<Date>,
    /// Title of the one register that was entrusted.
    pub only: Option<Said>,
}

impl App {
    /// Entrusts a post. Nobody entrusts what was entrusted to him.
    pub fn entrust(&self, actor: &Actor, leave: &Leave) -> Outcome<Saved> {
        let posts = self.house("post")?;
        let id = self.store().next_id()?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            // Whoever finds an open screen must not entrust himself with the post.
            ground.proven()?;
            let seat = self.own_seat(&ground, reader, leave.post)?;
            self.fits(&ground, reader, &seat, leave)?;
            self.not_lent_twice(reader, &seat, leave)?;
            let day = |day| Value::Date(day);
            let mut values = vec![
                ("account", Value::Id(leave.to)),
                ("role", Value::Text(seat.role.clone())),
                ("unit", Value::Id(seat.unit)),
                ("since", day(leave.since)),
                ("until", day(leave.until)),
                ("kind", Value::Text("delegated".to_owned())),
                ("on_behalf", Value::Id(actor.account)),
                ("of_post", Value::Text(seat.id.to_string())),
            ];
            if let Some(subject) = seat.subject {
                values.push(("subject", Value::Text(subject.to_string())));
            }
            if let Some(only) = leave.only {
                values.push(("only", Value::Text(only.to_owned())));
            }
            let named = values
                .into_iter()
                .map(|(name, value)| (name.to_owned(), value));
            let values: Vec<(String, Value)> = named.collect();
            let reads = Reads::default();
            let made = make_for(&ground, posts, id, Some("active"), &values, &reads)?;
            self.separated(&ground, reader, &made.after)?;
            let act = Act {
                reason: Some(leave.reason.trim().to_owned()),
                ..Act::made()
            };
            self.sum_up(&ground, reader, act, made)
        })
    }

    /// Two leaves of one post may run at a time only for different registers: everything is one deputy's.
    fn not_lent_twice(&self, reader: &Reader, seat: &Seat, leave: &Leave) -> Outcome<()> {
        let def = self.catalogue().at(self.house("post")?);
        let query = self.lent_by(seat.account)?;
        let found = reader.query(&query)?.records;
        let seats = found.iter().filter_map(|post| Seat::of_post(def, post));
        for other in seats {
            let Some(lent) = other.lent.as_ref().filter(|lent| lent.of_post == seat.id) else {
                continue;
            };
            let apart_in_time = other.since.is_some_and(|since| leave.until < since)
                || other.until.is_some_and(|until| until < leave.since);
            let apart_in_scope =
                matches!((lent.only.as_deref(), leave.only), (Some(a), Some(b)) if a != b);
            if apart_in_time || apart_in_scope {
                continue;
            }
            let name = self.name_of(reader, other.account);
            let day = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
            let (since, until) = (day(other.since), day(other.until));
            let message = said!(
                "这个岗位 {since} 至 {until} 已经委托给{name}，请先收回那次委托，或者改日期、改委托范围"
                    / "From {since} to {until} this post is entrusted to {name} already; recall that first, or choose other days or another extent"
            );
            return Err(Refusal::invalid(vec![Blame::at("since", "overlap", message)]).into());
        }
        Ok(())
    }

    /// The leaves of a person that were not taken back.
    fn lent_by(&self, account: Id) -> Outcome<Query> {
        let posts = self.house("post")?;
        let def = self.catalogue().at(posts);
        let by = def.field("on_behalf").ok_or(Error::Broken("house.post"))?;
        let mut query = Query::of(posts);
        query.filter = Filter::All(vec![
            Filter::Is(by, Value::Id(account)),
            Filter::States(def.state("active").into_iter().collect()),
        ]);
        query.limit = LEAVES_MAX;
        Ok(query)
    }

    /// Ends a leave before its day: the person is back, or the deputy gives it back.
    pub fn recall_leave(&self, actor: &Actor, id: Id) -> Outcome<Saved> {
        let posts = self.house("post")?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let before = self.load(reader, posts, id)?;
            let lent = Seat::of_post(self.catalogue().at(posts), &before);
            let lent = lent.and_then(|seat| Some((seat.account, seat.lent?.on_behalf)));
            if !lent.is_some_and(|(to, of)| [to, of].contains(&actor.account)) {
                return Err(Refusal::not_found().into());
            }
            let done = act_for(&ground, &before, "recall", &[], &Reads::default(), None)?;
            let act = Act {
                action: self.catalogue().at(posts).action("recall"),
                ..Act::on(&before)
            };
            self.sum_up(&ground, reader, act, done)
        })
    }

    /// What a person has entrusted and not taken back, as long as it is not over.
    pub fn leaves(&self, actor: &Actor) -> Outcome<Vec<LeaveView>> {
        let def = self.catalogue().at(self.house("post")?);
        let query = self.lent_by(actor.account)?;
        let today = self.now().local_date();
        self.look(|reader| {
            let found = reader.query(&query)?.records;
            let seats = found.iter().filter_map(|post| Seat::of_post(def, post));
            let left = seats.filter(|seat| seat.until.is_none_or(|until| today <= until));
            let view = left.map(|seat| LeaveView {
                id: seat.id,
                to: self.name_of(reader, seat.account),
                role: self.role_said(&seat.role),
                since: seat.since,
                until: seat.until,
                only: seat
                    .lent
                    .and_then(|lent| lent.only)
                    .map(|only| self.title_said(&only)),
            });
            Ok(view.collect())
        })
    }

    /// To whom a person could entrust the post: colleagues of the same unit, or of one above.
    pub fn deputies(&self, actor: &Actor, post: Id) -> Outcome<Vec<Candidate>> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let seat = self.own_seat(&ground, reader, post)?;
            Ok(seat)
        })
        .and_then(|seat| self.could_stand_in(actor.account, &seat))
    }

    /// Others with a post in the unit, or in one above it, who may hold this one besides; people of an
    /// enterprise among themselves.
    pub(crate) fn could_stand_in(&self, account: Id, seat: &Seat) -> Outcome<Vec<Candidate>> {
        let (unit, subject) = (seat.unit, seat.subject);
        let directory = self.directory()?;
        let duty = self.duty(&seat.role);
        let apart = self.profile() == Profile::Full;
        let could = |other: Id| {
            let mut posts = directory.posts_of(other);
            !apart || posts.all(|post| self.duty(&post.role) == duty)
        };
        self.look(|reader| {
            let above = self.tiers(reader, unit)?;
            let near = |post: &&Post| {
                let other = post.account != account && post.on_behalf.is_none();
                other
                    && above.contains(&post.unit)
                    && post.subject == subject
                    && could(post.account)
            };
            let mut found: Vec<Candidate> = Vec::new();
            for post in directory.posts.iter().filter(near) {
                if !found.iter().any(|known| known.account == post.account) {
                    found.push(Candidate {
                        account: post.account,
                        name: self.name_of(reader, post.account),
                        role: self.role_said(&post.role),
                        unit: post.unit,
                    });
                }
            }
            Ok(found)
        })
    }

    /// The registers on which the role of a post has rights of its own: what can be entrusted by itself.
    pub fn entrustable(&self, actor: &Actor, post: Id) -> Outcome<Vec<(String, Said)>> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let seat = self.own_seat(&ground, reader, post)?;
            let all = self.catalogue().all();
            let own = all.filter(|(_, def)| def.permissions.contains_key(&seat.role));
            Ok(own
                .map(|(_, def)| (def.name.clone(), Said::from(&def.title)))
                .collect())
        })
    }

    /// One of the person's own posts, held in person.
    fn own_seat(&self, ground: &Ground, reader: &Reader, post: Id) -> Outcome<Seat> {
        let seat = self.seat(reader, post)?;
        let own = seat.filter(|seat| seat.account == ground.actor.account);
        Ok(own.ok_or_else(|| {
            let message =
                said!("只能委托自己本人的岗位" / "Only a post of one's own can be entrusted");
            Refusal::new(Reason::NotFound, message)
        })?)
    }

    /// Whether the leave is possible; every fault is told at once.
    fn fits(&self, ground: &Ground, reader: &Reader, seat: &Seat, leave: &Leave) -> Outcome<()> {
        let mut blames = leave.dates(ground.today);
        let above = self.tiers(reader, seat.unit)?;
        let directory = self.directory()?;
        let colleague = directory.posts_of(leave.to).any(|post| {
            let own = post.on_behalf.is_none() && post.subject == seat.subject;
            own && above.contains(&post.unit)
        });
        if leave.to == ground.actor.account || !colleague {
            let message = said!(
                "只能委托给本单位或上级单位的同事"
                    / "A post is entrusted to a colleague of the same unit, or of one above"
            );
            blames.push(Blame::at("to", "choice", message));
        }
        let known = |only: &str| {
            let register = self.catalogue().register(only);
            let own = |ix| self.catalogue().at(ix).permissions.contains_key(&seat.role);
            register.is_some_and(own)
        };
        if leave.only.is_some_and(|only| !known(only)) {
            let message = said!(
                "这个岗位没有这个登记簿，请从列出的里面选"
                    / "The post has no rights on this register; choose one of those listed"
            );
            blames.push(Blame::at("only", "choice", message));
        }
        match blames.is_empty() {
            true => Ok(()),
            false => Err(Refusal::invalid(blames).into()),
        }
    }

    /// A unit and those above it.
    fn tiers(&self, reader: &Reader, unit: Id) -> Outcome<Vec<Id>> {
        let units = self.house("unit")?;
        let def = self.catalogue().at(units);
        let mut tiers = vec![unit];
        let mut at = unit;
        while tiers.len() < TIERS_MAX {
            let found: Option<Record> = reader.get(units, at)?;
            let Some(Value::Id(parent)) = found.as_ref().map(|unit| unit.named(def, "parent"))
            else {
                break;
            };
            at = *parent;
            tiers.push(at);
        }
        Ok(tiers)
    }

    pub(crate) fn name_of(&self, reader: &Reader, account: Id) -> String {
        let (login, name) = self.named_account(reader, account);
        if name.is_empty() { login } else { name }
    }

    fn role_said(&self, role: &str) -> Said {
        let known = self.catalogue().roles.get(role);
        known.map_or(Said::same(role), |role| Said::from(&role.label))
    }

    fn title_said(&self, register: &str) -> Said {
        let known = self.catalogue().register(register);
        known.map_or(Said::same(register), |ix| {
            Said::from(&self.catalogue().at(ix).title)
        })
    }
}

impl Leave<'_> {
    fn dates(&self, today: Date) -> Vec<Blame> {
        let mut blames = Vec::new();
        if self.reason.trim().is_empty() || self.reason.chars().count() > WORDS_CHARS_MAX {
            let message = said!("请写明理由" / "Please give the reason");
            blames.push(Blame::at("reason", "required", message));
        }
        if self.since < today {
            let message = said!("委托不能从过去开始" / "A leave cannot begin in the past");
            blames.push(Blame::at("since", "range", message));
        }
        let last = self.since.checked_add(LEAVE_DAYS_MAX.days());
        if self.until < self.since || last.is_ok_and(|last| last < self.until) {
            let message = said!(
                "结束日期应不早于开始日期，最长 {LEAVE_DAYS_MAX} 天"
                    / "The last day should not be before the first, and a leave has {LEAVE_DAYS_MAX} days at most"
            );
            blames.push(Blame::at("until", "range", message));
        }
        blames
    }
}
