//! Mail on its way out: written with the notice, read when it is due.

use catalogue::{Column, Sort};
use kernel::{Change, Ground, Id, Lang, Moment, Record, Value};
use store::{Filter, Query, Reader};

use super::choice::How;
use super::reach::Reach;
use super::{Book, word};
use crate::clock::chance;
use crate::{App, Outcome};

/// Mails taken up at one time.
const LETTERS_AT_ONCE: usize = 50;
const HOUR: i64 = 3_600_000_000;

/// A mail that is due.
#[derive(Clone, PartialEq, Eq)]
pub struct Mail {
    pub id: Id,
    /// Without angle brackets.
    pub message: String,
    pub to: String,
    /// Holds nothing personal.
    pub subject: String,
    pub text: String,
    /// Where the receiver changes what is sent.
    pub choices: String,
}

/// The address stays out of logs.
impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Mail({})", self.id)
    }
}

/// A mail, or why none can be written.
pub(super) enum Written {
    Mail(Box<Mail>),
    /// Nobody to send it to, or nothing to say any more.
    Pointless(&'static str),
}

impl App {
    /// The mail of a notice, for the same commit, if the person wants it at once.
    pub(crate) fn letter_of(
        &self,
        ground: &Ground,
        reader: &Reader,
        (account, kind, notice): (Id, &str, Id),
    ) -> Outcome<Option<Change>> {
        if !self.sends_mail() {
            return Ok(None);
        }
        let Some(reach) = self.reach_of(reader, account)? else {
            return Ok(None);
        };
        let at_once = reach.choice.how == How::AtOnce && reach.wants(kind);
        if !at_once || reach.address().is_none() {
            return Ok(None);
        }
        let send_at = after_quiet(ground.now, reach.choice.quiet);
        let values = vec![
            ("notice", Value::Id(notice)),
            ("source", word(format!("notice:{notice}"))),
        ];
        let id = self.store().next_id()?;
        Ok(Some(self.letter(
            id,
            (account, "notice"),
            send_at,
            values,
        )?))
    }

    /// The mail with the one-time word.
    pub(super) fn word_letter(&self, ground: &Ground, id: Id, account: Id) -> Outcome<Change> {
        let values = vec![("source", word(format!("word:{id}")))];
        self.letter(id, (account, "word"), ground.now, values)
    }

    /// The mail of a digest.
    pub(super) fn digest_letter(
        &self,
        reach: &Reach,
        (since, until): (Moment, Moment),
    ) -> Outcome<Change> {
        let book = self.book("reach")?;
        let account = book.id(&reach.record, "account").unwrap_or(Id(0));
        let values = vec![
            ("since", Value::Moment(since)),
            ("until", Value::Moment(until)),
            ("source", word(format!("digest:{account}:{}", until.0))),
        ];
        let id = self.store().next_id()?;
        self.letter(id, (account, "digest"), until, values)
    }

    fn letter(
        &self,
        id: Id,
        (account, kind): (Id, &str),
        send_at: Moment,
        mut values: Vec<(&'static str, Value)>,
    ) -> Outcome<Change> {
        // Nobody but the receiver knows the number, so that nobody else can say it came back.
        let bytes: [u8; 8] = chance()?;
        let secret: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        let domain = self.outward().mail_domain.unwrap_or_default();
        values.extend([
            ("account", Value::Id(account)),
            ("kind", word(kind)),
            (
                "message",
                word(format!("{id}.{secret}@{domain}").to_lowercase()),
            ),
            ("send_at", Value::Moment(send_at)),
            ("tries", Value::Int(0)),
        ]);
        Ok(self
            .book("letter")?
            .writer
            .insert(id, "create", "waiting", values))
    }

    /// Mails that are due, the longest waiting first. What has become pointless is closed on the way.
    pub fn due_letters(&self) -> Outcome<Vec<Mail>> {
        let found = self.due("letter", LETTERS_AT_ONCE)?;
        let mut mails = Vec::with_capacity(found.len());
        for record in found {
            match self.look(|reader| self.write_letter(reader, &record))? {
                Written::Mail(mail) => mails.push(*mail),
                Written::Pointless(why) => self.letter_pointless(record.id, why)?,
            }
        }
        Ok(mails)
    }

    /// Records of a queue whose time has come.
    pub(super) fn due(&self, queue: &str, limit: usize) -> Outcome<Vec<Record>> {
        let book = self.book(queue)?;
        let by = book.field("send_at")?;
        let waiting = Filter::States(book.def.state("waiting").into_iter().collect());
        let query = Query {
            filter: waiting.and(Filter::Between(by, None, Some(Value::Moment(self.now())))),
            sort: vec![Sort {
                by: Column::Field(by),
                descending: false,
            }],
            limit,
            ..Query::of(book.register)
        };
        self.look(|reader| Ok(reader.query(&query)?.records))
    }

    fn write_letter(&self, reader: &Reader, record: &Record) -> Outcome<Written> {
        let book = self.book("letter")?;
        let account = book.id(record, "account").unwrap_or(Id(0));
        let kind = book.text(record, "kind");
        let Some(person) = self.person(account)? else {
            return Ok(Written::Pointless("account closed"));
        };
        let Some(reach) = self.reach_of(reader, account)? else {
            return Ok(Written::Pointless("no address"));
        };
        let lang = person.actor.lang;
        let (to, content) = match kind {
            "word" => (
                reach.email.as_deref(),
                self.word_content(reader, &reach, lang)?,
            ),
            _ => {
                let notices = self.notices_of(reader, &book, record, &reach)?;
                (reach.address(), self.notices_content(&notices, lang)?)
            }
        };
        let Some(to) = to else {
            return Ok(Written::Pointless("no address"));
        };
        let Some((subject, text)) = content else {
            return Ok(Written::Pointless("nothing to tell"));
        };
        Ok(Written::Mail(Box::new(Mail {
            id: record.id,
            message: book.text(record, "message").to_owned(),
            to: to.to_owned(),
            subject: subject.take(lang),
            text,
            choices: format!("{}/account/notices", self.outward().address),
        })))
    }

    /// Subject and text of the mail with the word; nothing when it was used or replaced meanwhile.
    fn word_content(
        &self,
        reader: &Reader,
        reach: &Reach,
        lang: Lang,
    ) -> Outcome<super::render::Content> {
        let book = self.book("reach")?;
        let word = reader.secret(book.register, reach.record.id, book.field("word")?)?;
        Ok(word.map(|word| super::render::word(&self.outward(), &word, lang)))
    }

    /// The notices a mail tells of: the one it was written for, or those of its time.
    fn notices_of(
        &self,
        reader: &Reader,
        letters: &Book,
        record: &Record,
        reach: &Reach,
    ) -> Outcome<Vec<Record>> {
        let notices = self.book("notice")?;
        if let Some(notice) = letters.id(record, "notice") {
            return Ok(reader.get(notices.register, notice)?.into_iter().collect());
        }
        let account = letters.id(record, "account").unwrap_or(Id(0));
        let since = letters.moment(record, "since").unwrap_or(Moment(0));
        let until = letters.moment(record, "until").unwrap_or(Moment(0));
        self.notices_between(reader, account, (since, until), reach)
    }
}

/// When something may be sent at once: now, or when the quiet hours are over.
fn after_quiet(now: Moment, quiet: Option<(i64, i64)>) -> Moment {
    let Some((from, to)) = quiet.filter(|(from, to)| from != to) else {
        return now;
    };
    let hour = i64::from(now.local().hour());
    let is_quiet = match from < to {
        true => (from..to).contains(&hour),
        false => hour >= from || hour < to,
    };
    if !is_quiet {
        return now;
    }
    let hours = (to - hour).rem_euclid(24);
    Moment((now.0 + hours * HOUR) / HOUR * HOUR)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::from_local(text.parse().expect("a local time"))
    }

    #[test]
    fn quiet_hours_put_off_until_they_are_over() {
        let night = Some((22, 7));
        for (now, quiet, then) in [
            ("2027-03-01T21:59:00", night, "2027-03-01T21:59:00"),
            ("2027-03-01T22:00:00", night, "2027-03-02T07:00:00"),
            ("2027-03-01T23:30:05", night, "2027-03-02T07:00:00"),
            ("2027-03-02T06:59:59", night, "2027-03-02T07:00:00"),
            ("2027-03-02T07:00:00", night, "2027-03-02T07:00:00"),
            ("2027-03-02T12:30:00", Some((12, 14)), "2027-03-02T14:00:00"),
            ("2027-03-02T14:00:00", Some((12, 14)), "2027-03-02T14:00:00"),
            ("2027-03-02T03:00:00", Some((3, 3)), "2027-03-02T03:00:00"),
            ("2027-03-02T03:00:00", None, "2027-03-02T03:00:00"),
        ] {
            assert_eq!(after_quiet(at(now), quiet), at(then), "{now}");
        }
    }
}
