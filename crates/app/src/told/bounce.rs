//! Mail that came back: the address is used no more until its holder proves it anew, and he is told.

use kernel::{Actor, Change, Ground, Id, Value};
use store::Reader;

use super::outcome::{Sent, attempt};
use super::word;
use crate::{App, Outcome};

impl App {
    /// A report says that the mail of this number could not be delivered, for good; `code` is the
    /// enhanced status (RFC 3463). Answers whether the number is one of ours.
    pub fn letter_bounced(&self, message: &str, code: &str) -> Outcome<bool> {
        let operator = Actor::operator();
        self.settle(|reader, frame| {
            let ground = self.ground(frame, &operator);
            let book = self.book("letter")?;
            let by = book.field("message")?;
            let number = Value::Text(message.trim_matches(['<', '>']).to_lowercase());
            let found = reader.find(book.register, by, &number)?;
            let record = found.first().map(|id| reader.get(book.register, *id));
            let Some(record) = record.transpose()?.flatten() else {
                return Ok((self.commit_of(&ground, Vec::new(), None), false));
            };
            let mut changes = Vec::new();
            if !["bounced", "dropped"].contains(&book.state_of(&record)) {
                let sent = Sent::NoAddress(code.to_owned());
                changes.push(attempt(&book, &ground, &record, &sent));
                let account = book.id(&record, "account").unwrap_or(Id(0));
                changes.extend(self.address_failed(&ground, reader, account, code)?);
            }
            Ok((self.commit_of(&ground, changes, None), true))
        })
    }

    /// The address is marked, and its holder told inside the system; nothing when it is known already.
    pub(super) fn address_failed(
        &self,
        ground: &Ground,
        reader: &Reader,
        account: Id,
        code: &str,
    ) -> Outcome<Vec<Change>> {
        let Some(reach) = self.reach_of(reader, account)? else {
            return Ok(Vec::new());
        };
        if reach.failed_at.is_some() {
            return Ok(Vec::new());
        }
        let values = vec![
            ("failed_at", Value::Moment(ground.now)),
            ("fault", word(code.chars().take(40).collect::<String>())),
        ];
        let id = reach.record.id;
        let failed = self.reach_change(ground.actor, Some(&reach), id, "fail", values)?;
        let source = format!("mail_off:{id}:{}", ground.now.0);
        let notice = self.own_notice(ground, account, "mail_off", ("house.reach", id), &source)?;
        Ok(vec![failed, notice])
    }
}
