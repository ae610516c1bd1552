//! A form that is sent twice makes one record: the second time it gets the first answer.

use app::{App, Begin, Input, Outcome, Saved};
use kernel::Reason;
use sha2::{Digest, Sha256};
use speech::Said;

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
        make: impl FnOnce(&App) -> Outcome<Saved>,
    ) -> Outcome<Saved> {
        let good = !key.is_empty()
            && key.len() <= KEY_CHARS_MAX
            && key.bytes().all(|b| b.is_ascii_alphanumeric());
        if !good || visit.session.is_none() {
            return make(&self.app);
        }
        let key = format!("form {key}");
        let print: [u8; 32] = Sha256::digest(format!("{} {input:?}", visit.path)).into();
        match self.app.once_known(&visit.actor, &key, print)? {
            Begin::New => {}
            Begin::Replay(answer) => return replayed(visit, &answer),
            // Something was corrected and sent again from the same page: that is another request.
            Begin::Differs => return make(&self.app),
        }
        let answer = |saved: &Saved| format!("{} {}", saved.id, saved.version);
        let app = self.app.once(&visit.actor, &key, print, answer);
        make(&app).or_else(|no| {
            // Two at the same moment: one was done, and both get its answer.
            match self.app.once_known(&visit.actor, &key, print)? {
                Begin::Replay(answer) => replayed(visit, &answer),
                _ => Err(no),
            }
        })
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
        None => Err(plain(Reason::Conflict, Said::same(visit.say.sent_twice))),
    }
}
