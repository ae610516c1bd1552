//! A fresh proof of identity, for acts with legal effect and for what concerns the door itself.

use kernel::{Blame, Id, Reason, Refusal};
use store::DoorKind;

use speech::said;

use super::attempts::Whence;
use super::doors::digest;
use crate::{App, No, Outcome};

/// With what a person proves to be the one.
#[derive(Clone, Copy)]
pub enum Given<'a> {
    Password(&'a str),
    /// A code of the authenticator app, or a recovery code.
    Code(&'a str),
}

impl App {
    /// Proves anew that the holder of a session, or of a bearer token, is the person. What was given
    /// is checked against that person's own account only; failures count for the lock-out, those of programs
    /// apart from those of the person.
    pub fn prove(&self, token: &str, given: Given) -> Outcome<()> {
        let (session, whence) = match self.door(token, DoorKind::Session)? {
            Some(session) => (Some(session), Whence::Inside),
            None => (self.door(token, DoorKind::Bearer)?, Whence::Token),
        };
        let Some(session) = session else {
            return Err(No::refuse(
                Reason::Unauthorised,
                said!("请先登录" / "Please sign in"),
            ));
        };
        let actor = &session.person.actor;
        self.attempt(&actor.login, whence, self.now())?;
        let (by, name, message) = match given {
            Given::Password(password) => {
                let hash = self.password_of(actor.account)?;
                let right = self.verified(password, hash.as_deref())?;
                (
                    right.then_some("password"),
                    "password",
                    said!("口令不对，请重新输入" / "The password is wrong; please type it again"),
                )
            }
            Given::Code(code) => (
                self.take_code(actor.account, code)?,
                "code",
                said!(
                    "验证码不对或已经用过，请输入手机上新的 6 位数字，或一个没用过的备用码"
                        / "The code is wrong or was used already; type the next 6 digits from your phone, or an unused recovery code"
                ),
            ),
        };
        let Some(by) = by else {
            let detail = vec![("login".to_owned(), actor.login.clone())];
            self.note(Id(0), "prove_failed", detail)?;
            return Err(Refusal::invalid(vec![Blame::at(name, name, message)]).into());
        };
        self.calm(&actor.login, whence)?;
        self.note(actor.account, "prove", vec![("by".into(), by.into())])?;
        Ok(self.store().prove_door(&digest(token), self.now())?)
    }
}
