//! One-time sign-in links: how a new person gets in, and who may make one.

use kernel::{Actor, Event, Ground, Id, Meta, Reason, Record, Refusal};
use speech::said;
use store::DoorKind;

use crate::{App, Error, No, Outcome};

/// A one-time sign-in link ends after.
const INVITE_HOURS: i64 = 24;

impl App {
    /// A one-time sign-in link's token for an account, valid a day.
    pub fn invite(&self, login: &str) -> Outcome<String> {
        let account = self
            .account_by_login(login)?
            .ok_or_else(Refusal::not_found)?;
        let (token, _) = self.open_door(account.id, DoorKind::Invite, INVITE_HOURS)?;
        Ok(token)
    }

    /// A one-time link that an administrator makes for someone else, for a first password or a
    /// forgotten one. Who made it for whom is written down.
    pub fn invite_by(&self, actor: &Actor, account: Id) -> Outcome<String> {
        let register = self.house("account")?;
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let (record, _) = self.seen(&ground, reader, register, account, None)?;
            self.may_invite(&ground, &record)
        })?;
        let event = Event {
            kind: "invite".to_owned(),
            record: Some((register, account)),
            detail: vec![("hours".to_owned(), INVITE_HOURS.to_string())],
        };
        self.write_down(Meta::of(actor, self.now()), event)?;
        let (token, _) = self.open_door(account, DoorKind::Invite, INVITE_HOURS)?;
        Ok(token)
    }

    /// Whoever may lock an account may also let its holder in, but neither himself nor another
    /// administrator: with such a link he would hold both powers (三员分立, GB/T 22239-2019 8.1.4.2).
    pub(crate) fn may_invite(&self, ground: &Ground, account: &Record) -> Outcome<()> {
        if account.register != self.house("account")? {
            return Err(Refusal::not_found().into());
        }
        let def = ground.catalogue.at(account.register);
        let lock = def.action("lock").ok_or(Error::Broken("house.account"))?;
        if account.id == ground.actor.account {
            let message = said!(
                "不能给自己生成登录链接；要换口令请到“我的账号”"
                    / "Nobody makes a sign-in link for himself; change the password in your account"
            );
            return Err(Refusal::forbidden(message).into());
        }
        if !self.is_open(account) {
            let message = said!(
                "账号还没有授权启用或者已经停用，不能生成登录链接"
                    / "The account is not open yet, or was closed; no sign-in link can be made"
            );
            return Err(No::refuse(Reason::Conflict, message));
        }
        if kernel::may(ground, account, lock, None).is_err() {
            let message = said!(
                "登录链接由系统管理员、安全管理员生成"
                    / "Sign-in links are made by the system and security administrators"
            );
            return Err(Refusal::forbidden(message).into());
        }
        if ground.actor.role().is_some() && self.has_power(account.id)? {
            let message = said!(
                "管理员、审计员的登录链接请在服务器上用 jinzhi user invite 生成"
                    / "Sign-in links of administrators and auditors are made on the server by jinzhi user invite"
            );
            return Err(Refusal::forbidden(message).into());
        }
        Ok(())
    }
}
