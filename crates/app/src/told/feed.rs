//! A calendar feed of one's own limits, under an address that nobody guesses. Rights are computed at
//! each reading; what it tells names nobody: step, kind of matter, public number, and the way there.

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use kernel::{Actor, Id, Moment, Record, Refusal, Value};
use sm3::{Digest as _, Sm3};
use speech::said;
use store::{Door, DoorKind, Reader};

use super::ics::{Event, calendar};
use super::reach::known;
use crate::clock::chance;
use crate::flow::Tab;
use crate::{App, Outcome};

/// Limits told of, the nearest first.
pub const FEED_EVENTS_MAX: usize = 500;
/// Longest token that is looked up.
const TOKEN_CHARS_MAX: usize = 100;
/// A feed that is not made anew ends after two years.
const FEED_DAYS: i64 = 730;
const DAY: i64 = 24 * 3_600 * 1_000_000;

/// What the account page says of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FeedView {
    pub made: Moment,
    pub until: Moment,
}

impl App {
    /// The person's feed, if there is one.
    pub fn feed(&self, actor: &Actor) -> Outcome<Option<FeedView>> {
        known(actor)?;
        let doors = self.store().doors_of(actor.account)?;
        let now = self.now();
        let feed = doors
            .into_iter()
            .find(|door| door.kind == DoorKind::Feed && now < door.until);
        Ok(feed.map(|door| FeedView {
            made: door.made,
            until: door.until,
        }))
    }

    /// Makes a feed; an older one ends. Answers its token, which is shown once and kept hashed.
    pub fn make_feed(&self, actor: &Actor) -> Outcome<String> {
        known(actor)?;
        self.close_feeds(actor)?;
        let bytes: [u8; 32] = chance()?;
        let token = BASE64_URL_SAFE_NO_PAD.encode(bytes);
        let now = self.now();
        self.note(actor.account, "feed_made", Vec::new())?;
        self.store().open_door(Door {
            key: key_of(&token),
            account: actor.account,
            kind: DoorKind::Feed,
            made: now,
            seen: now,
            until: Moment(now.0 + FEED_DAYS * DAY),
            proved: Moment(0),
            about: String::new(),
            post: Id(0),
        })?;
        Ok(token)
    }

    /// Ends the person's feed.
    pub fn drop_feed(&self, actor: &Actor) -> Outcome<()> {
        known(actor)?;
        if self.feed(actor)?.is_none() {
            return Err(Refusal::not_found().into());
        }
        self.note(actor.account, "feed_ended", Vec::new())?;
        self.close_feeds(actor)
    }

    fn close_feeds(&self, actor: &Actor) -> Outcome<()> {
        for door in self.store().doors_of(actor.account)? {
            if door.kind == DoorKind::Feed {
                self.store().close_door(&door.key)?;
            }
        }
        Ok(())
    }

    /// The feed of a token as text of RFC 5545; nothing when it was ended or the account is closed.
    pub fn calendar_feed(&self, token: &str) -> Outcome<Option<String>> {
        if token.is_empty() || token.len() > TOKEN_CHARS_MAX {
            return Ok(None);
        }
        let door = self.store().door(&key_of(token))?;
        let Some(door) = door.filter(|door| door.kind == DoorKind::Feed && self.now() < door.until)
        else {
            return Ok(None);
        };
        let actors = self.actors(door.account)?;
        let Some(lang) = actors.first().map(|actor| actor.lang) else {
            return Ok(None);
        };
        let outward = self.outward();
        let events = self.look(|reader| {
            let mut tasks = Vec::new();
            for actor in &actors {
                tasks.extend(self.waiting(reader, actor, Tab::Todo, FEED_EVENTS_MAX)?);
            }
            tasks.sort_by_key(|task| task.id);
            tasks.dedup_by_key(|task| task.id);
            let mut events = Vec::new();
            for task in &tasks {
                events.extend(self.event(reader, task, &outward.address, lang)?);
            }
            events.sort_by(|a, b| (a.day, &a.uid).cmp(&(b.day, &b.uid)));
            events.truncate(FEED_EVENTS_MAX);
            Ok(events)
        })?;
        let name = said!("{} 办理期限" / "{} limits", outward.product);
        Ok(Some(calendar(name.get(lang), &events)))
    }

    /// The person in each post that holds today; none when the account is closed.
    fn actors(&self, account: Id) -> Outcome<Vec<Actor>> {
        let Some(first) = self.person(account)? else {
            return Ok(Vec::new());
        };
        let mut actors = vec![first.actor.clone()];
        for post in self.all_posts(account)? {
            if let Some(person) = self.person_at(account, post.id)?
                && person.post != first.post
            {
                actors.push(person.actor.clone());
            }
        }
        Ok(actors)
    }

    fn event(
        &self,
        reader: &Reader,
        task: &Record,
        address: &str,
        lang: kernel::Lang,
    ) -> Outcome<Option<Event>> {
        let (tasks, matters) = (self.book("task")?, self.book("matter")?);
        let register = self.catalogue().register(tasks.text(task, "register"));
        let (Some(register), Some(due)) = (register, tasks.moment(task, "due_at")) else {
            return Ok(None);
        };
        let def = self.catalogue().at(register);
        let step = def.state(tasks.text(task, "at_state"));
        let step = step.map_or("", |ix| def.states[ix.0].label.get(lang));
        let number = match tasks.id(task, "matter") {
            Some(id) => reader.get(matters.register, id)?,
            None => None,
        };
        let number = number.map(|matter| matters.text(&matter, "public_no").to_owned());
        let number = number.unwrap_or_default();
        let what = said!("公开编号 {}" / "Public number {}", number);
        let record = match task.named(tasks.def, "record") {
            Value::Text(record) => record.as_str(),
            _ => "",
        };
        Ok(Some(Event {
            uid: format!("{}@jinzhi", task.id),
            changed: task.changed_at,
            // A limit is half open: the last day is the one before its end.
            day: Moment(due.0 - 1).local_date(),
            title: format!("{} {step} {number}", def.title.get(lang)),
            text: what.take(lang),
            link: format!("{address}/{}/{record}", def.path),
        }))
    }
}

/// A mark of a calendar that changes with it, for readers who ask whether it did.
pub fn feed_mark(text: &str) -> String {
    let hash: [u8; 32] = key_of(text);
    hash[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

fn key_of(token: &str) -> [u8; 32] {
    Sm3::digest(token.as_bytes()).into()
}
