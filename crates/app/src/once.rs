//! Requests that are done once however often they are sent: a key, what it stood for, its answer.
//!
//! The answer is part of the commit of the effect. Whatever breaks off, either both are there and
//! the request is answered alike, or neither is and it is done.

use std::sync::Arc;

use kernel::{Actor, Id, Moment, Once};
use store::Seen;

use crate::{App, Outcome, Saved};

/// How long an answer is given again. Offline phones come back within weeks.
pub const ONCE_KEPT_DAYS: i64 = 45;
const DAY: i64 = 24 * 3_600_000_000;

/// What is known of a key when a request brings it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begin {
    /// Nothing was done under it.
    New,
    /// The same request was done; this is what it was answered.
    Replay(String),
    /// The key stood for another request.
    Differs,
}

/// A request that is being done: what its effect will be kept under, and how it will be answered.
pub(crate) struct Doing {
    account: Id,
    key: String,
    fingerprint: [u8; 32],
    answer: Box<dyn Fn(&Saved) -> String + Send + Sync>,
}

impl App {
    /// Looks up a key of the actor's account for the request of that fingerprint.
    pub fn once_known(&self, actor: &Actor, key: &str, fingerprint: [u8; 32]) -> Outcome<Begin> {
        let seen = self.look(|reader| Ok(reader.request(actor.account, key, fingerprint)?))?;
        Ok(match seen {
            Seen::New => Begin::New,
            Seen::Answered(answer) => Begin::Replay(answer),
            Seen::Other => Begin::Differs,
        })
    }

    /// The house for one request: the one change made by it is kept under the key, with the answer
    /// that `answer` writes of it. It must hold no personal value.
    pub fn once(
        &self,
        actor: &Actor,
        key: &str,
        fingerprint: [u8; 32],
        answer: impl Fn(&Saved) -> String + Send + Sync + 'static,
    ) -> App {
        let doing = Doing {
            account: actor.account,
            key: key.to_owned(),
            fingerprint,
            answer: Box::new(answer),
        };
        App {
            once: Some(Arc::new(doing)),
            ..self.clone()
        }
    }

    /// What the commit of a change must carry, if it is the effect of a request with a key.
    pub(crate) fn kept_once(&self, saved: &Saved) -> Option<Once> {
        let doing = self.once.as_ref()?;
        Some(Once {
            account: doing.account,
            key: doing.key.clone(),
            request: doing.fingerprint,
            answer: (doing.answer)(saved),
        })
    }

    /// Forgets keys older than `ONCE_KEPT_DAYS`; the server calls it now and then.
    pub fn once_sweep(&self) -> Outcome<()> {
        let before = Moment(self.now().0 - ONCE_KEPT_DAYS * DAY);
        Ok(self.store().sweep_requests(before)?)
    }
}
