//! A unit's own system: who sets its address, its signing secret, a trial.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use kernel::{Actor, Ground, Id, Reason, Record, Refusal, Value, Verb};
use speech::said;
use store::Reader;

use super::target::fits;
use super::word;
use crate::clock::chance;
use crate::{App, No, Outcome};

/// Before the Base64 of a signing secret (Standard Webhooks).
const SECRET_PREFIX: &str = "whsec_";

impl App {
    /// What `sum_up` asks of every record that is written: an address must be one that can be pushed to.
    pub(crate) fn fits_webhook(&self, after: &Record) -> Outcome<()> {
        let book = self.book("webhook")?;
        if after.register != book.register {
            return Ok(());
        }
        fits(book.text(after, "url"), &self.outward().allowed)?;
        Ok(())
    }

    /// Makes a new signing secret; the old one is void at once. Shown this once.
    pub fn renew_webhook_secret(&self, actor: &Actor, id: Id) -> Outcome<String> {
        let bytes: [u8; 32] = chance()?;
        let secret = format!("{SECRET_PREFIX}{}", BASE64_STANDARD.encode(bytes));
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            ground.proven()?;
            let record = self.own_webhook(&ground, reader, id)?;
            let book = self.book("webhook")?;
            let values = vec![
                ("secret", word(&secret)),
                ("secret_at", Value::Moment(ground.now)),
            ];
            let at = (record.id, record.version);
            let change = book.writer.update(at, "renew_secret", None, values);
            Ok((self.commit_of(&ground, vec![change], None), ()))
        })?;
        Ok(secret)
    }

    /// Sends an event that tells of nothing, to see whether it arrives.
    pub fn try_webhook(&self, actor: &Actor, id: Id) -> Outcome<()> {
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let record = self.own_webhook(&ground, reader, id)?;
            let book = self.book("webhook")?;
            if *record.named(book.def, "secret_at") == Value::Null {
                let message = said!("请先生成签名密钥" / "Make a signing secret first");
                return Err(No::refuse(Reason::Conflict, message));
            }
            let source = format!("test:{id}:{}", ground.now.0);
            let push = self.push_change(&ground, id, &source, vec![("kind", word("test"))])?;
            Ok((self.commit_of(&ground, vec![push], None), ()))
        })
    }

    /// Whether a page offers secret and trial to the person.
    pub fn may_tend_webhook(&self, actor: &Actor, id: Id) -> Outcome<bool> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            Ok(self.own_webhook(&ground, reader, id).is_ok())
        })
    }

    /// The record, for someone who may change it.
    fn own_webhook(&self, ground: &Ground, reader: &Reader, id: Id) -> Outcome<Record> {
        let book = self.book("webhook")?;
        let (record, _) = self.seen(ground, reader, book.register, id, None)?;
        if kernel::scope(book.def, ground.actor, Verb::Edit).is_none() {
            let message = said!(
                "只有系统管理员可以设置通知推送" / "Only a system administrator sets webhooks"
            );
            return Err(Refusal::forbidden(message).into());
        }
        Ok(record)
    }

    /// The record with what is sealed in it still sealed.
    pub(super) fn webhook_secret(&self, reader: &Reader, id: Id) -> Outcome<Option<String>> {
        let book = self.book("webhook")?;
        Ok(reader.secret(book.register, id, book.field("secret")?)?)
    }
}
