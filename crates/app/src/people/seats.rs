//! The posts of a person: the first stands in the account, further ones beside it, each for its term.

use jiff::civil::Date;
use kernel::{Id, Record, Register, Value};
use store::{Personal, Reader};

use super::{date, text};
use crate::{App, Error, Outcome};

/// One post as it is written, whether or not it holds today.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Seat {
    /// Of the record that keeps it: the account for the first post.
    pub id: Id,
    pub account: Id,
    pub role: String,
    pub unit: Id,
    pub subject: Option<Id>,
    pub since: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
    pub lent: Option<Lent>,
}

/// Whose post it is that was entrusted for a leave.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Lent {
    pub on_behalf: Id,
    pub of_post: Id,
    pub only: Option<String>,
}

impl Seat {
    /// The first post of an account.
    pub fn of_account(def: &Register, record: &Record) -> Option<Seat> {
        Seat::read(def, record, record.id)
    }

    pub fn of_post(def: &Register, record: &Record) -> Option<Seat> {
        let account = id(record.named(def, "account"))?;
        let seat = Seat::read(def, record, account)?;
        if text(record.named(def, "kind")) != "delegated" {
            return Some(seat);
        }
        let only = text(record.named(def, "only"));
        let lent = Lent {
            on_behalf: id(record.named(def, "on_behalf"))?,
            of_post: text(record.named(def, "of_post")).parse().ok()?,
            only: (!only.is_empty()).then_some(only),
        };
        Some(Seat {
            lent: Some(lent),
            ..seat
        })
    }

    fn read(def: &Register, record: &Record, account: Id) -> Option<Seat> {
        let role = text(record.named(def, "role"));
        Some(Seat {
            id: record.id,
            account,
            unit: id(record.named(def, "unit"))?,
            role: (!role.is_empty()).then_some(role)?,
            subject: text(record.named(def, "subject")).parse().ok(),
            since: date(record.named(def, "since")),
            until: date(record.named(def, "until")),
            lent: None,
        })
    }

    /// Whether its term runs on that day.
    pub fn runs_on(&self, day: Date) -> bool {
        self.since.is_none_or(|since| since <= day) && self.until.is_none_or(|until| day <= until)
    }

    /// Cut to what is left of the post it stands for: whoever loses a post takes it from the deputy too.
    pub fn within(mut self, principal: Option<&Seat>) -> Option<Seat> {
        if self.lent.is_none() {
            return Some(self);
        }
        let is_same = |whole: &&Seat| {
            whole.role == self.role && whole.unit == self.unit && whole.subject == self.subject
        };
        let whole = principal.filter(is_same)?;
        self.since = self.since.max(whole.since);
        self.until = match (self.until, whole.until) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Some(self)
    }
}

impl App {
    /// The posts of an account that were granted and not ended, whatever their term; the first comes
    /// first. None when the account is not open.
    pub(crate) fn seats(&self, reader: &Reader, account: &Record) -> Outcome<Vec<Seat>> {
        if !self.is_open(account) {
            return Ok(Vec::new());
        }
        let accounts = self.catalogue().at(account.register);
        let mut seats: Vec<Seat> = Seat::of_account(accounts, account).into_iter().collect();
        for post in self.post_records(reader, account.id)? {
            let def = self.catalogue().at(post.register);
            let Some(seat) = Seat::of_post(def, &post).filter(|_| self.is_open(&post)) else {
                continue;
            };
            let principal = match &seat.lent {
                Some(lent) => self.seat(reader, lent.of_post)?,
                None => None,
            };
            seats.extend(seat.within(principal.as_ref()));
        }
        seats.retain(|seat| self.is_bound(seat));
        Ok(seats)
    }

    /// One post by the record that keeps it, if it is granted and not ended. What was entrusted is not
    /// entrusted further, so it is none here.
    pub(crate) fn seat(&self, reader: &Reader, id: Id) -> Outcome<Option<Seat>> {
        let (accounts, posts) = (self.house("account")?, self.house("post")?);
        let open = |record: &Record| self.is_open(record);
        if let Some(account) = reader.get(accounts, id)?.filter(open) {
            return Ok(Seat::of_account(self.catalogue().at(accounts), &account));
        }
        let Some(post) = reader.get(posts, id)?.filter(open) else {
            return Ok(None);
        };
        let seat = Seat::of_post(self.catalogue().at(posts), &post);
        let Some(seat) = seat.filter(|seat| seat.lent.is_none()) else {
            return Ok(None);
        };
        let holder = reader.get(accounts, seat.account)?;
        Ok(holder.filter(open).map(|_| seat))
    }

    /// The records of a person's further posts, those ended too.
    pub(crate) fn post_records(&self, reader: &Reader, account: Id) -> Outcome<Vec<Record>> {
        let posts = self.house("post")?;
        let by = self.catalogue().at(posts).field("account");
        let by = by.ok_or(Error::Broken("house.post"))?;
        let mut found = reader.children(posts, by, account, Personal::Sealed)?;
        found.sort_by_key(|post| post.id);
        Ok(found)
    }
}

fn id(value: &Value) -> Option<Id> {
    match value {
        Value::Id(id) => Some(*id),
        _ => None,
    }
}
