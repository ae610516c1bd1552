//! How people are told outside the system: mail, units' own systems, calendars. What is to go out is
//! written in the same commit as what it tells of; the room `courier` carries it and reports back.

mod bounce;
mod choice;
mod digest;
mod feed;
mod guard;
mod ics;
mod letters;
mod outcome;
mod pushes;
mod reach;
mod render;
mod target;
mod webhook;

use kernel::flow::Writer;
use kernel::{Id, Moment, Record, Register, RegisterIx, Value};

use crate::{App, Error, Outcome};

pub use choice::{Choice, How, quiet_hours};
pub use feed::{FEED_EVENTS_MAX, FeedView, feed_mark};
pub use guard::is_public;
pub use letters::Mail;
pub use outcome::{Outgoing, Sent};
pub use pushes::Push;
pub use reach::ReachView;
pub use target::Target;

/// What the operator configured about ways out of the house.
#[derive(Clone, Debug, Default)]
pub struct Outward {
    /// Address under which people reach the pages, without a slash at the end; links begin with it.
    pub address: String,
    /// Name of the product, as it stands on the pages.
    pub product: String,
    /// Domain after the `@` of message numbers; nothing where no mail is sent.
    pub mail_domain: Option<String>,
    /// `host:port` that may be pushed to although private or without TLS.
    pub allowed: Vec<String>,
}

impl App {
    /// Set once at start; what is configured later needs a restart.
    pub fn set_outward(&self, outward: Outward) {
        // The first word counts: nobody else sets it.
        let _ = self.inner.outward.set(outward);
    }

    pub(crate) fn outward(&self) -> Outward {
        self.inner.outward.get().cloned().unwrap_or_default()
    }

    /// Whether this service sends mail at all.
    pub fn sends_mail(&self) -> bool {
        let outward = self.inner.outward.get();
        outward.is_some_and(|outward| outward.mail_domain.is_some())
    }

    /// A house register and who writes it.
    fn book(&self, short: &str) -> Outcome<Book<'_>> {
        let register = self.house(short)?;
        Ok(Book {
            register,
            def: self.catalogue().at(register),
            writer: Writer {
                catalogue: self.catalogue(),
                register,
            },
        })
    }
}

/// A house register, its definition, and who writes it.
struct Book<'a> {
    register: RegisterIx,
    def: &'a Register,
    writer: Writer<'a>,
}

impl Book<'_> {
    fn field(&self, name: &str) -> Outcome<kernel::FieldIx> {
        Ok(self
            .def
            .field(name)
            .ok_or(Error::Broken("a house register"))?)
    }

    fn state_of(&self, record: &Record) -> &str {
        let state = record.state.and_then(|ix| self.def.states.get(ix.0));
        state.map_or("", |state| state.name.as_str())
    }

    fn text<'r>(&self, record: &'r Record, name: &str) -> &'r str {
        match record.named(self.def, name) {
            Value::Text(text) => text,
            _ => "",
        }
    }

    fn int(&self, record: &Record, name: &str) -> Option<i64> {
        match record.named(self.def, name) {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    fn moment(&self, record: &Record, name: &str) -> Option<Moment> {
        match record.named(self.def, name) {
            Value::Moment(at) => Some(*at),
            _ => None,
        }
    }

    fn id(&self, record: &Record, name: &str) -> Option<Id> {
        match record.named(self.def, name) {
            Value::Id(id) => Some(*id),
            _ => None,
        }
    }
}

fn word(text: impl Into<String>) -> Value {
    Value::Text(text.into())
}
