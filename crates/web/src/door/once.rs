//! A form that is sent twice makes one record: the second time it gets the first answer.

use app::{Input, No, Outcome, Saved};
use kernel::Reason;
use sha2::{Digest, Sha256};

use super::{Door, Visit, plain};

/// Longest key that a form may bring.
const KEY_CHARS_MAX: usize = 80;

impl Door {
    /// Makes something once for the key of its form.
    pub fn once(
        &self,
        visit: &Visit,
        key: &str,
        input: &Input,
        make: impl FnOnce() -> Outcome<Saved>,
    ) -> Outcome<Saved> {
        let good = !key.is_empty()
            && key.len() <= KEY_CHARS_MAX
            && key.bytes().all(|b| b.is_ascii_alphanumeric());
        if !good || visit.session.is_none() {
            return make();
        }
        let key = format!("form {key}");
        let print: [u8; 32] = Sha256::digest(format!("{} {input:?}", visit.path)).into();
        match self.app.once_begin(&visit.actor, &key, print)? {
            app::Begin::New => {}
            app::Begin::Replay(answer) => return replayed(visit, &answer),
            // Something was corrected and sent again from the same page: that is another request.
            app::Begin::Differs => return make(),
            app::Begin::InFlight => return Err(plain(Reason::Conflict, visit.say.sent_twice)),
        }
        let made = make();
        match &made {
            Ok(saved) => {
                let answer = format!("{} {}", saved.id, saved.version);
                self.app.once_finish(&visit.actor, &key, &answer)?;
            }
            Err(No::Refused(_)) => self.app.once_drop(&visit.actor, &key)?,
            // The world broke: whether it was made is not known, so it is not made again.
            Err(No::Broke(_)) => {}
        }
        made
    }
}

fn replayed(visit: &Visit, answer: &str) -> Outcome<Saved> {
    let parts = answer
        .split_once(' ')
        .and_then(|(id, version)| Some((id.parse().ok()?, version.parse().ok()?)));
    match parts {
        Some((id, version)) => Ok(Saved {
            id,
            version,
            warnings: Vec::new(),
        }),
        None => Err(plain(Reason::Conflict, visit.say.sent_twice)),
    }
}
