//! Events on their way to units' own systems (CloudEvents 1.0, Standard Webhooks): written with the
//! notices they repeat.

use std::collections::BTreeMap;

use kernel::flow::Directory;
use kernel::{Actor, Change, Ground, Id, Moment, Record, Value};
use serde_json::json;
use speech::said;
use store::{Filter, Query, Reader};

use super::outcome::{Sent, attempt};
use super::{Target, word};
use crate::{App, Outcome};

/// Events taken up at one time.
const PUSHES_AT_ONCE: usize = 50;
/// Units with a system of their own.
const WEBHOOKS_MAX: usize = 10_000;
const DAY: i64 = 24 * 3_600 * 1_000_000;

/// An event that is due.
#[derive(Clone)]
pub struct Push {
    pub id: Id,
    pub target: Target,
    /// `whsec_` and Base64.
    pub secret: String,
    /// The same at each attempt.
    pub event: String,
    /// Of this attempt, in seconds since 1970.
    pub seconds: i64,
    pub body: String,
    /// The operator allowed the place although it is private or without TLS.
    pub is_allowed: bool,
}

/// The secret stays out of logs.
impl std::fmt::Debug for Push {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Push({})", self.id)
    }
}

impl App {
    /// Events for the units whose people are told, for the same commit.
    pub(crate) fn pushes_of(
        &self,
        ground: &Ground,
        reader: &Reader,
        (told, directory): (&BTreeMap<Id, &'static str>, &Directory),
        (about, source): (Vec<(&'static str, Value)>, &str),
    ) -> Outcome<Vec<Change>> {
        let mut changes = Vec::new();
        for (webhook, unit) in self.active_webhooks(reader)? {
            let within = directory.posts.iter().filter(|post| post.unit == unit);
            let kinds = within.filter_map(|post| told.get(&post.account));
            let Some(kind) = kinds.copied().next() else {
                continue;
            };
            let mut values = about.clone();
            values.push(("kind", word(kind)));
            changes.push(self.push_change(ground, webhook, source, values)?);
        }
        Ok(changes)
    }

    pub(super) fn push_change(
        &self,
        ground: &Ground,
        webhook: Id,
        source: &str,
        mut values: Vec<(&'static str, Value)>,
    ) -> Outcome<Change> {
        let id = self.store().next_id()?;
        values.extend([
            ("webhook", Value::Id(webhook)),
            ("event", word(format!("{webhook}:{source}"))),
            ("at", Value::Moment(ground.now)),
            ("send_at", Value::Moment(ground.now)),
            ("tries", Value::Int(0)),
        ]);
        Ok(self
            .book("delivery")?
            .writer
            .insert(id, "create", "waiting", values))
    }

    /// Receivers that are on, and their units.
    fn active_webhooks(&self, reader: &Reader) -> Outcome<Vec<(Id, Id)>> {
        let book = self.book("webhook")?;
        let query = Query {
            filter: Filter::States(book.def.state("active").into_iter().collect()),
            limit: WEBHOOKS_MAX,
            ..Query::of(book.register)
        };
        let found = reader.query(&query)?.records;
        let units = found
            .iter()
            .filter_map(|hook| Some((hook.id, book.id(hook, "unit")?)));
        Ok(units.collect())
    }

    /// Events that are due, the longest waiting first.
    pub fn due_pushes(&self) -> Outcome<Vec<Push>> {
        let found = self.due("delivery", PUSHES_AT_ONCE)?;
        let mut pushes = Vec::with_capacity(found.len());
        for record in found {
            match self.look(|reader| self.write_push(reader, &record))? {
                Some(push) => pushes.push(push),
                None => self.push_done(record.id, &Sent::Never("receiver is off".to_owned()))?,
            }
        }
        Ok(pushes)
    }

    /// Nothing when the receiver was switched off; a trial goes out nevertheless.
    fn write_push(&self, reader: &Reader, record: &Record) -> Outcome<Option<Push>> {
        let (book, hooks) = (self.book("delivery")?, self.book("webhook")?);
        let hook = book.id(record, "webhook").unwrap_or(Id(0));
        let Some(hook) = reader.get(hooks.register, hook)? else {
            return Ok(None);
        };
        let is_trial = book.text(record, "kind") == "test";
        let target = Target::read(hooks.text(&hook, "url"));
        let secret = self.webhook_secret(reader, hook.id)?;
        let (Some(target), Some(secret)) = (target, secret) else {
            return Ok(None);
        };
        if hooks.state_of(&hook) != "active" && !is_trial {
            return Ok(None);
        }
        let outward = self.outward();
        Ok(Some(Push {
            id: record.id,
            is_allowed: target.is_allowed(&outward.allowed),
            target,
            secret,
            event: book.text(record, "event").to_owned(),
            seconds: self.now().0 / 1_000_000,
            body: self.event_body(&outward.address, record)?,
        }))
    }

    /// The same at each attempt. Holds no name: whoever wants to know more asks the API, with his rights.
    fn event_body(&self, address: &str, record: &Record) -> Outcome<String> {
        let book = self.book("delivery")?;
        let maybe = |name: &str| Some(book.text(record, name)).filter(|text| !text.is_empty());
        let (register, id) = (maybe("register"), maybe("record"));
        let def = register.and_then(|name| self.catalogue().register(name));
        let def = def.map(|ix| self.catalogue().at(ix));
        let link = def
            .zip(id)
            .map(|(def, id)| format!("{address}/{}/{id}", def.path));
        let at = book.moment(record, "at").unwrap_or(Moment(0));
        let kind = book.text(record, "kind");
        let due = book.moment(record, "due_at").map(|due| due.to_string());
        let body = json!({
            "specversion": "1.0",
            "id": book.text(record, "event"),
            "source": address,
            "type": format!("cn.jinzhi.notice.{kind}"),
            "subject": register.zip(id).map(|(register, id)| format!("{register}/{id}")),
            "time": at.to_string(),
            "datacontenttype": "application/json",
            "data": {
                "kind": kind,
                "register": register,
                "id": id,
                "at_state": maybe("at_state"),
                "due_at": due,
                "link": link,
            },
        });
        Ok(body.to_string())
    }

    /// Writes down what became of an attempt; a receiver that fails for days is switched off.
    pub fn push_done(&self, id: Id, sent: &Sent) -> Outcome<()> {
        let operator = Actor::operator();
        self.settle(|reader, frame| {
            let ground = self.ground(frame, &operator);
            let book = self.book("delivery")?;
            let mut changes = Vec::new();
            if let Some(record) = reader.get(book.register, id)?
                && book.state_of(&record) == "waiting"
            {
                changes.push(attempt(&book, &ground, &record, sent));
                let hook = book.id(&record, "webhook").unwrap_or(Id(0));
                changes.extend(self.webhook_fared(&ground, reader, hook, sent)?);
            }
            Ok((self.commit_of(&ground, changes, None), ()))
        })
    }

    fn webhook_fared(
        &self,
        ground: &Ground,
        reader: &Reader,
        id: Id,
        sent: &Sent,
    ) -> Outcome<Vec<Change>> {
        let book = self.book("webhook")?;
        let Some(hook) = reader.get(book.register, id)? else {
            return Ok(Vec::new());
        };
        let since = book.moment(&hook, "fails_since");
        let is_active = book.state_of(&hook) == "active";
        let at = (hook.id, hook.version);
        let answer = |text: &String| ("answer", word(text.chars().take(60).collect::<String>()));
        Ok(match (sent, since) {
            (Sent::Done(_), None) => Vec::new(),
            (Sent::Done(text), Some(_)) => {
                let values = vec![("fails_since", Value::Null), answer(text)];
                vec![book.writer.update(at, "recover", None, values)]
            }
            _ if !is_active => Vec::new(),
            (Sent::Later(text) | Sent::Never(text) | Sent::NoAddress(text), None) => {
                let values = vec![("fails_since", Value::Moment(ground.now)), answer(text)];
                vec![book.writer.update(at, "falter", None, values)]
            }
            (Sent::Later(text) | Sent::Never(text) | Sent::NoAddress(text), Some(since)) => {
                if ground.now.0 - since.0 < self.off_days(ground)? * DAY {
                    return Ok(Vec::new());
                }
                let values = vec![("fails_since", Value::Null), answer(text)];
                let mut changes = vec![book.writer.update(at, "stop", Some("off"), values)];
                changes.extend(self.tell_of_off(ground, &hook)?);
                changes
            }
        })
    }

    /// Who keeps the receivers is told that one was switched off.
    fn tell_of_off(&self, ground: &Ground, hook: &Record) -> Outcome<Vec<Change>> {
        let book = self.book("webhook")?;
        let directory = self.directory()?;
        let keeps = |role: &str| {
            let right = book.def.permissions.get(role);
            right.is_some_and(|right| right.may.contains(&kernel::Verb::Edit))
        };
        let mut people: Vec<Id> = directory
            .posts
            .iter()
            .filter(|post| keeps(&post.role))
            .map(|post| post.account)
            .collect();
        people.sort();
        people.dedup();
        let source = format!("push_off:{}:{}", hook.id, ground.now.0);
        let about = ("house.webhook", hook.id);
        let notices = people
            .into_iter()
            .map(|account| self.own_notice(ground, account, "push_off", about, &source));
        notices.collect()
    }

    fn off_days(&self, ground: &Ground) -> Outcome<i64> {
        let book = self.book("webhook")?;
        let at = book
            .def
            .params
            .iter()
            .position(|param| param.name == "off_days");
        let days = at.map(|ix| ground.params.of(book.def, ix));
        Ok(match days {
            Some(Value::Int(days)) => days,
            _ => 5,
        })
    }

    /// A notice about something of the house itself: it has no step and no limit.
    pub(super) fn own_notice(
        &self,
        ground: &Ground,
        account: Id,
        kind: &str,
        (register, record): (&str, Id),
        source: &str,
    ) -> Outcome<Change> {
        let id = self.store().next_id()?;
        let label = said!("系统通知" / "From the system");
        let values = vec![
            ("account", Value::Id(account)),
            ("kind", word(kind)),
            ("title", word(label.get(kernel::Lang::Zh))),
            ("register", word(register)),
            ("record", word(record.to_string())),
            ("sent_at", Value::Moment(ground.now)),
            ("source", word(format!("{source}:{account}"))),
        ];
        Ok(self
            .book("notice")?
            .writer
            .insert(id, "create", "unread", values))
    }
}
