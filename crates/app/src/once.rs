//! Requests that are done once however often they are sent: a key, what it stood for, its answer.
//!
//! The answer is kept after the effect, in a commit of its own. A stop of the machine between the
//! two leaves a key without an answer: the caller is told so and must look before sending anew.

use kernel::{Actor, Moment};
use store::Seen;

use crate::{App, Outcome};

/// How long an answer is given again. Offline phones come back within weeks.
pub const ONCE_KEPT_DAYS: i64 = 45;
const DAY: i64 = 24 * 3_600_000_000;

/// What is known of a key when a request brings it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Begin {
    /// It is new and now taken.
    New,
    /// The same request was done; this is what it was answered.
    Replay(String),
    /// The key stood for another request.
    Differs,
    /// The same request is being done, or broke off before its answer was kept.
    InFlight,
}

impl App {
    /// Takes a key of the actor's account for the request of that fingerprint.
    pub fn once_begin(&self, actor: &Actor, key: &str, fingerprint: [u8; 32]) -> Outcome<Begin> {
        let seen = self
            .store()
            .begin_request(actor.account, key, fingerprint, self.now())?;
        Ok(match seen {
            Seen::New => Begin::New,
            Seen::Answered(answer) => Begin::Replay(answer),
            Seen::Other => Begin::Differs,
            Seen::Unanswered => Begin::InFlight,
        })
    }

    /// Keeps the answer for the next time. It must hold no personal value.
    pub fn once_finish(&self, actor: &Actor, key: &str, answer: &str) -> Outcome<()> {
        Ok(self.store().answer_request(actor.account, key, answer)?)
    }

    /// Frees the key of a request that changed nothing.
    pub fn once_drop(&self, actor: &Actor, key: &str) -> Outcome<()> {
        Ok(self.store().drop_request(actor.account, key)?)
    }

    /// Forgets keys older than `ONCE_KEPT_DAYS`; the server calls it now and then.
    pub fn once_sweep(&self) -> Outcome<()> {
        let before = Moment(self.now().0 - ONCE_KEPT_DAYS * DAY);
        Ok(self.store().sweep_requests(before)?)
    }
}
