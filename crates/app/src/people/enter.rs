//! Signing in and out; the one-time link; a token for programs.

use std::net::IpAddr;

use kernel::{Id, Reason, Refusal};
use store::DoorKind;

use speech::said;

use super::attempts::Whence;
use super::doors::digest;
use super::{Session, date};
use crate::{App, No, Outcome};

/// Longest life of a bearer token.
const TOKEN_DAYS_MAX: i64 = 366;
/// Between the password and the code of the second factor.
const HALF_MINUTES: i64 = 5;

impl App {
    /// Signs in from nowhere in particular.
    pub fn sign_in(&self, login: &str, password: &str) -> Outcome<(String, Session)> {
        self.sign_in_from(login, password, None)
    }

    /// Checks login and password; answers a token for the cookie. With a second factor it owes the
    /// code and opens nothing but [`App::sign_in_code`]. Failures count by the address as well.
    pub fn sign_in_from(
        &self,
        login: &str,
        password: &str,
        from: Option<IpAddr>,
    ) -> Outcome<(String, Session)> {
        let login = login.trim();
        let now = self.now();
        let whence = Whence::Address(from);
        // Every attempt counts as failed until it has succeeded: many at once are not one.
        self.attempt(login, whence, now)?;
        let account = self.account_by_login(login)?;
        let hash = match &account {
            Some(account) => self.password_of(account.id)?,
            None => None,
        };
        let open = account.as_ref().is_some_and(|a| self.is_open(a));
        let right = self.verified(password, hash.as_deref())?;
        match &account {
            Some(account) if right && open => {
                let def = self.catalogue().at(account.register);
                if date(account.named(def, "factor_since")).is_some() {
                    // Not calmed: with the password alone one could guess codes for ever.
                    self.forgive(login, whence)?;
                    self.not_waiting(login, Whence::Inside, now)?;
                    return self.open(account.id, DoorKind::Half, HALF_MINUTES);
                }
                self.calm(login, whence)?;
                self.note(account.id, "sign_in", Vec::new())?;
                self.open_session(account.id)
            }
            _ => {
                // What was typed as a login may be a password, so only a known one is written down.
                let known = account
                    .as_ref()
                    .map(|_| ("login".to_owned(), login.to_owned()));
                self.note(Id(0), "sign_in_failed", known.into_iter().collect())?;
                let message = said!(
                    "登录名或口令不对，请重新输入；忘记口令请找系统管理员"
                        / "The login name or the password is wrong; if you forgot it, ask the system administrator"
                );
                Err(No::refuse(Reason::Unauthorised, message))
            }
        }
    }

    /// Whether the password was right lately and the code is still to come.
    pub fn half(&self, token: &str) -> Outcome<Option<Session>> {
        self.door(token, DoorKind::Half)
    }

    /// The second step: a code of the authenticator app, or a recovery code.
    pub fn sign_in_code(&self, half: &str, code: &str) -> Outcome<(String, Session)> {
        let Some(session) = self.half(half)? else {
            let message = said!(
                "登录已超时，请重新输入登录名和口令"
                    / "That took too long; please type login name and password again"
            );
            return Err(No::refuse(Reason::Unauthorised, message));
        };
        let actor = &session.person.actor;
        self.attempt(&actor.login, Whence::Inside, self.now())?;
        let Some(by) = self.take_code(actor.account, code)? else {
            let detail = vec![
                ("login".to_owned(), actor.login.clone()),
                ("by".to_owned(), "code".to_owned()),
            ];
            self.note(Id(0), "sign_in_failed", detail)?;
            let message = said!(
                "验证码不对或已经用过，请输入手机上新的 6 位数字，或一个没用过的备用码"
                    / "The code is wrong or was used already; type the next 6 digits from your phone, or an unused recovery code"
            );
            return Err(Refusal::invalid(vec![kernel::Blame::at("code", "code", message)]).into());
        };
        self.calm(&actor.login, Whence::Inside)?;
        self.store().close_door(&digest(half))?;
        let detail = vec![("by".to_owned(), by.to_owned())];
        self.note(actor.account, "sign_in", detail)?;
        self.open_session(actor.account)
    }

    pub fn sign_out(&self, token: &str) -> Outcome<()> {
        Ok(self.store().close_door(&digest(token))?)
    }

    /// Uses a one-time link: sets the first password and signs in. The link proves no second factor,
    /// so whoever has one is asked for it.
    pub fn accept(&self, token: &str, password: &str) -> Outcome<(String, Session)> {
        let Some(session) = self.door(token, DoorKind::Invite)? else {
            let message = said!(
                "登录链接已失效或已用过，请找系统管理员重新生成"
                    / "The link has ended or was used already; ask the system administrator for a new one"
            );
            return Err(No::refuse(Reason::Unauthorised, message));
        };
        let account = session.person.actor.account;
        self.set_password(account, account, password)?;
        if session.person.factor_since.is_some() {
            return self.open(account, DoorKind::Half, HALF_MINUTES);
        }
        self.note(account, "sign_in", vec![("by".into(), "invite".into())])?;
        self.open_session(account)
    }

    /// A bearer token for programs acting as the account.
    pub fn issue_token(&self, login: &str, days: i64) -> Outcome<String> {
        if !(1..=TOKEN_DAYS_MAX).contains(&days) {
            let message = said!(
                "令牌的有效期应在 1 到 {TOKEN_DAYS_MAX} 天之间"
                    / "A token lives from 1 to {TOKEN_DAYS_MAX} days"
            );
            return Err(No::refuse(Reason::Invalid, message));
        }
        let account = self
            .account_by_login(login)?
            .ok_or_else(Refusal::not_found)?;
        self.note(account.id, "token", vec![("days".into(), days.to_string())])?;
        let (token, _) = self.open_door(account.id, DoorKind::Bearer, days * 24)?;
        Ok(token)
    }
}
