//! The first unit and the first people of an empty data directory, and those added at the machine.

use jiff::civil::Date;
use kernel::{Actor, Id, Raw, Value};

use crate::{App, Error, Input, Outcome};

/// A unit to be made.
#[derive(Clone, Debug)]
pub struct NewUnit<'a> {
    pub code: &'a str,
    pub title: &'a str,
    /// Entry of the list of unit kinds: `county`, `station`, `town` …
    pub kind: &'a str,
    pub parent: Option<Id>,
    /// Division codes the unit covers.
    pub areas: &'a [String],
}

/// An account to be made.
#[derive(Clone, Debug)]
pub struct NewAccount<'a> {
    pub login: &'a str,
    pub name: &'a str,
    pub role: &'a str,
    pub unit: Id,
    /// The enterprise an account of an enterprise is bound to.
    pub subject: Option<Id>,
}

/// A further post of somebody, to be held at once.
#[derive(Clone, Debug)]
pub struct NewPost<'a> {
    pub account: Id,
    pub role: &'a str,
    pub unit: Id,
    pub subject: Option<Id>,
    /// From today when nothing is said.
    pub since: Option<Date>,
    /// The last day.
    pub until: Option<Date>,
}

impl App {
    /// Gives somebody a further post, granted at once; on pages someone else grants it first.
    pub fn add_post(&self, by: &Actor, post: &NewPost) -> Outcome<Id> {
        let since = post.since.unwrap_or_else(|| self.now().local_date());
        let mut input: Input = vec![
            ("account".to_owned(), Raw::Text(post.account.to_string())),
            ("role".to_owned(), Raw::text(post.role)),
            ("unit".to_owned(), Raw::Text(post.unit.to_string())),
            ("since".to_owned(), Raw::Text(since.to_string())),
        ];
        if let Some(until) = post.until {
            input.push(("until".to_owned(), Raw::Text(until.to_string())));
        }
        if let Some(subject) = post.subject {
            input.push(("subject".to_owned(), Raw::Text(subject.to_string())));
        }
        let register = self.house("post")?;
        Ok(self.create(by, register, Some("active"), &input)?.id)
    }

    pub fn add_unit(&self, by: &Actor, unit: &NewUnit) -> Outcome<Id> {
        let areas = unit
            .areas
            .iter()
            .map(|area| Raw::Map(vec![("area".to_owned(), Raw::text(area.as_str()))]));
        let mut input: Input = vec![
            ("code".to_owned(), Raw::text(unit.code)),
            ("title".to_owned(), Raw::text(unit.title)),
            ("kind".to_owned(), Raw::text(unit.kind)),
            ("areas".to_owned(), Raw::Many(areas.collect())),
        ];
        if let Some(parent) = unit.parent {
            input.push(("parent".to_owned(), Raw::Text(parent.to_string())));
        }
        Ok(self.create(by, self.house("unit")?, None, &input)?.id)
    }

    /// Makes an account that is open at once; on pages someone else grants it first.
    pub fn add_account(&self, by: &Actor, account: &NewAccount) -> Outcome<Id> {
        let mut input: Input = vec![
            ("login".to_owned(), Raw::text(account.login)),
            ("name".to_owned(), Raw::text(account.name)),
            ("role".to_owned(), Raw::text(account.role)),
            ("unit".to_owned(), Raw::Text(account.unit.to_string())),
        ];
        if let Some(subject) = account.subject {
            input.push(("subject".to_owned(), Raw::Text(subject.to_string())));
        }
        Ok(self
            .create(by, self.house("account")?, Some("active"), &input)?
            .id)
    }

    /// The unit with that code.
    pub fn unit(&self, code: &str) -> Outcome<Option<Id>> {
        let register = self.house("unit")?;
        let field = self
            .catalogue()
            .at(register)
            .field("code")
            .ok_or(Error::Broken("unit"))?;
        let value = Value::Text(code.to_owned());
        self.look(|reader| Ok(reader.find(register, field, &value)?.first().copied()))
    }
}
