//! The proof that a form is ours, and what becomes of a form whose person is asked to prove more.

use app::{App, No, Session};
use kernel::{Actor, Reason};
use sha2::{Digest, Sha256};
use speech::said;

use super::{Asked, Visit};
use crate::door::answer::{Paged, see};
use crate::door::body::Sent;
use crate::door::cookies::Name;
use crate::door::{Door, plain};
use crate::pairs::Pairs;

/// Bytes of a form token.
pub(super) const TOKEN_BYTES: usize = 18;

/// Whose form is being read, found out before its files are taken in.
pub struct Proof {
    /// Nobody when the session has ended.
    pub actor: Option<Actor>,
}

impl Proof {
    pub async fn of(door: &Door, asked: &Asked, pairs: &Pairs) -> Result<Proof, No> {
        let (app, token) = (door.app.clone(), asked.token.clone());
        let session = tokio::task::spawn_blocking(move || live(&app, token.as_deref()))
            .await
            .map_err(|_| No::Broke(app::Error::Broken("a session look-up broke off")))??;
        let Some(session) = session else {
            return Ok(Proof { actor: None });
        };
        if !same(pairs.get("_csrf"), &session.csrf) {
            return Err(forged());
        }
        Ok(Proof {
            actor: Some(session.actor()),
        })
    }
}

pub(super) fn live(app: &App, token: Option<&str>) -> Result<Option<Session>, No> {
    match token {
        Some(token) => app.session(token),
        None => Ok(None),
    }
}

impl Visit {
    /// The token that every form on this page must send.
    pub fn csrf(&self) -> String {
        match &self.session {
            Some(session) => session.csrf.clone(),
            None => {
                if !self.form_held {
                    self.set_cookie(Name::Form, &self.form);
                }
                self.form.clone()
            }
        }
    }

    /// An opaque mark of the person: drafts of another one are not given back.
    pub fn mark(&self) -> String {
        match &self.session {
            Some(session) => mark_of(&session.person.actor),
            None => String::new(),
        }
    }

    /// What was typed before the session ended, when the browser comes back for it.
    pub fn draft(&self) -> Option<Pairs> {
        let token = self.query.filled("draft")?;
        self.door.drafts.take(token, &self.mark(), self.app().now())
    }

    /// An act that needs a fresh proof of identity: what was typed is kept meanwhile.
    pub fn prove_first(&self, no: No, typed: &Pairs) -> Paged {
        self.prove_for(no, typed, &self.path)
    }

    /// The same where the page to come back to is another than the one that the form was sent to.
    pub fn prove_for(&self, no: No, typed: &Pairs, page: &str) -> Paged {
        let asks = matches!(&no, No::Refused(r) if r.reason == Reason::Unproved);
        if !asks || self.session.is_none() {
            return Err(no);
        }
        let mut to = Pairs::default();
        to.push("to", page.to_owned());
        let mut typed = typed.clone();
        for name in ["_csrf", "password", "old", "again", "code"] {
            typed.drop(name);
        }
        let now = self.app().now();
        let token = random(TOKEN_BYTES)?;
        if let Some(token) = self.door.drafts.keep(token, &self.mark(), typed, now) {
            to.push("draft", token);
        }
        see(&to.href("/prove"))
    }

    /// What to do with a form that does not prove that it is ours; nothing when it does.
    pub fn unproven(&self, sent: &Sent) -> Option<Paged> {
        if self
            .site
            .as_deref()
            .is_some_and(|site| !matches!(site, "same-origin" | "none"))
        {
            return Some(Err(forged()));
        }
        let given = sent.pairs.get("_csrf");
        let proven = match &self.session {
            Some(session) => same(given, &session.csrf),
            None => self.form_held && same(given, &self.form),
        };
        if proven {
            return None;
        }
        match (&self.session, sent.pairs.filled("_who")) {
            (None, Some(mark)) => Some(self.keep_draft(mark, &sent.pairs)),
            _ => Some(Err(forged())),
        }
    }

    /// The session ended while the form was filled in: keep it, ask to sign in, come back.
    fn keep_draft(&self, mark: &str, typed: &Pairs) -> Paged {
        let mut typed = typed.clone();
        typed.drop("_csrf");
        let token = self
            .door
            .drafts
            .keep(random(TOKEN_BYTES)?, mark, typed, self.app().now());
        let mut login = Pairs::default();
        login.push("to", self.path.clone());
        login.push("draft", token.unwrap_or_default());
        login.push("ended", "1");
        see(&login.href("/login"))
    }
}

pub fn mark_of(actor: &Actor) -> String {
    let digest = Sha256::digest(format!("jinzhi mark {}", actor.account));
    hex(&digest[..8])
}

fn forged() -> No {
    plain(
        Reason::Forbidden,
        said!(
            "页面已过期，没有提交；请返回上一页，刷新后再试"
                / "The page was too old and nothing was sent; go back, reload it and try again"
        ),
    )
}

/// Compares without telling by its time where two tokens differ.
fn same(a: &str, b: &str) -> bool {
    let unlike = a
        .bytes()
        .zip(b.bytes())
        .fold(0_u8, |unlike, (a, b)| unlike | (a ^ b));
    a.len() == b.len() && !b.is_empty() && unlike == 0
}

pub(super) fn random(bytes: usize) -> Result<String, No> {
    let mut random = vec![0; bytes];
    getrandom::fill(&mut random).map_err(|_| No::Broke(app::Error::Chance))?;
    Ok(hex(&random))
}

/// A random number for a form or a draft.
pub fn number() -> Option<String> {
    random(TOKEN_BYTES).ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn tokens_are_the_same_only_when_whole_and_not_empty() {
        assert!(same("abc", "abc"));
        for (a, b) in [("abc", "abd"), ("ab", "abc"), ("abc", "ab"), ("", "")] {
            assert!(!same(a, b), "{a} {b}");
        }
    }
}
