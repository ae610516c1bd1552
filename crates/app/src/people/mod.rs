//! People at the door: accounts, passwords, second factors, sessions, bearer tokens; who a request
//! acts for.

mod account;
mod apart;
mod attempts;
mod bound;
mod common;
mod device;
mod doors;
mod enter;
mod factor;
mod hashing;
mod known;
mod leave;
mod notes;
mod one_person;
mod password;
mod posts;
mod profile;
mod prove;
mod rules;
mod seats;
mod sessions;
mod totp;

use std::collections::HashMap;
use std::sync::{Arc, RwLock};

use jiff::civil::Date;
use kernel::{Actor, Freshness, Id, Moment, Value};

pub(crate) use apart::Duty;
pub(crate) use attempts::{ATTEMPTS_KEPT_DAYS, Whence};
pub use device::Device;
pub use factor::{FactorView, Pending, RECOVERY_CODES};
pub use leave::{LEAVE_DAYS_MAX, Leave, LeaveView};
pub use posts::PostView;
pub(crate) use profile::PROFILE;
pub use prove::Given;
pub use rules::Sort;
pub(crate) use seats::Seat;
pub use sessions::SessionView;

const MINUTE: i64 = 60_000_000;

/// Someone who is signed in, as pages need them.
#[derive(Clone, Debug)]
pub struct Person {
    pub actor: Actor,
    pub name: String,
    pub role: String,
    pub unit: String,
    /// The post in which the person acts.
    pub post: Id,
    /// Name of whomever the person stands in for.
    pub on_behalf: Option<String>,
    pub sort: Sort,
    /// Nothing while the password is not the person's own.
    pub password_set: Option<Date>,
    pub factor_since: Option<Date>,
}

/// What a person must do before anything else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owes {
    /// The code of the second factor: this is no session yet.
    Code,
    /// The password was given by someone else and must be changed.
    FirstPassword,
    /// The password is older than the settings allow.
    NewPassword,
    /// The settings ask for a second factor, and there is none yet.
    Factor,
}

/// A live session: the person and the token for forms.
#[derive(Clone, Debug)]
pub struct Session {
    pub person: Arc<Person>,
    pub csrf: String,
    pub owes: Option<Owes>,
    pub proved: Moment,
    /// Hash of its token.
    key: [u8; 32],
}

impl Session {
    /// Who acts, with the freshness of this session.
    pub fn actor(&self) -> Actor {
        Actor {
            freshness: Freshness::At(self.proved),
            ..self.person.actor.clone()
        }
    }
}

/// One post of a person, and the person in it.
struct Held {
    seat: Seat,
    person: Arc<Person>,
}

/// What is kept in memory about people; never the truth.
#[derive(Default)]
pub(crate) struct Memory {
    people: RwLock<Known>,
    hashing: hashing::Bench,
}

/// People by account, and how often all were forgotten.
#[derive(Default)]
struct Known {
    people: HashMap<Id, Arc<Vec<Held>>>,
    /// Login and name of accounts, open or not, for history.
    named: HashMap<Id, (String, String)>,
    forgotten: u64,
}

pub(crate) fn text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        _ => String::new(),
    }
}

fn date(value: &Value) -> Option<Date> {
    match value {
        Value::Date(date) => Some(*date),
        _ => None,
    }
}
