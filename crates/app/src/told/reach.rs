//! What each person chose: whether, when and about what mail is sent. Inside the system everybody is
//! told of everything: these are limits of law.

use kernel::{
    Actor, Blame, Change, Datum, FieldIx, Id, Moment, Reason, Record, Refusal, Value, What,
};
use speech::said;
use store::Reader;

use super::choice::{Choice, How};
use super::{Book, word};
use crate::clock::chance;
use crate::people::Sort;
use crate::{App, No, Outcome};

const SECOND: i64 = 1_000_000;
/// A one-time word is good so long.
const WORD_SECONDS: i64 = 24 * 3_600;
/// No second word is mailed sooner.
const WORD_EVERY_SECONDS: i64 = 60;
/// Guesses at a word of 40 bits.
const GUESSES_MAX: i64 = 5;
/// Letters that are not mistaken for each other.
const WORD_LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const WORD_CHARS: usize = 8;

/// What the page of it shows.
#[derive(Clone, Debug)]
pub struct ReachView {
    pub email: Option<String>,
    pub is_proved: bool,
    /// A word was mailed and still counts.
    pub word_is_out: bool,
    pub failed_at: Option<Moment>,
    pub fault: Option<String>,
    pub choice: Choice,
    /// All kinds there are.
    pub kinds: Vec<(String, speech::Said)>,
}

/// The record of a person, read.
pub(super) struct Reach {
    pub record: Record,
    pub email: Option<String>,
    pub proved_at: Option<Moment>,
    pub failed_at: Option<Moment>,
    pub told_until: Option<Moment>,
    pub choice: Choice,
}

impl Reach {
    /// Where mail may go: proved, and not known to fail.
    pub fn address(&self) -> Option<&str> {
        let good = self.proved_at.is_some() && self.failed_at.is_none();
        self.email.as_deref().filter(|_| good)
    }

    pub fn wants(&self, kind: &str) -> bool {
        self.choice.kinds.iter().any(|known| known == kind)
    }
}

impl App {
    /// How the person is told.
    pub fn reach(&self, actor: &Actor) -> Outcome<ReachView> {
        known(actor)?;
        let reach = self.look(|reader| self.reach_of(reader, actor.account))?;
        let kinds = self.notice_kinds();
        let Some(reach) = reach else {
            return Ok(ReachView {
                email: None,
                is_proved: false,
                word_is_out: false,
                failed_at: None,
                fault: None,
                choice: self.default_choice(actor)?,
                kinds,
            });
        };
        let book = self.book("reach")?;
        let sent = book.moment(&reach.record, "word_at");
        let left = |at: Moment| self.now().0 - at.0 < WORD_SECONDS * SECOND;
        let fault = book.text(&reach.record, "fault");
        Ok(ReachView {
            is_proved: reach.proved_at.is_some(),
            word_is_out: reach.email.is_some()
                && reach.proved_at.is_none()
                && sent.is_some_and(left),
            failed_at: reach.failed_at,
            fault: (!fault.is_empty()).then(|| fault.to_owned()),
            email: reach.email,
            choice: reach.choice,
            kinds,
        })
    }

    /// Keeps what the person chose.
    pub fn choose_reach(&self, actor: &Actor, choice: &Choice) -> Outcome<()> {
        known(actor)?;
        self.fits_choice(choice)?;
        let id = self.store().next_id()?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let before = self.reach_of(reader, actor.account)?;
            let was = before.as_ref().map(|reach| reach.choice.how);
            let mut values = chosen(choice);
            // What a digest has not told yet stays for the next one.
            if choice.how.is_digest() && !was.is_some_and(How::is_digest) {
                values.push(("told_until", Value::Moment(ground.now)));
            }
            let change = self.reach_change(actor, before.as_ref(), id, "choose", values)?;
            Ok((self.commit_of(&ground, vec![change], None), ()))
        })
    }

    /// Keeps an address and mails a one-time word to it; nothing else is sent before that word came back.
    pub fn set_email(&self, actor: &Actor, typed: &str) -> Outcome<()> {
        known(actor)?;
        if !self.sends_mail() {
            let message = said!(
                "本系统没有配置发信服务器，请找系统管理员"
                    / "This service has no mail server; ask the system administrator"
            );
            return Err(No::refuse(Reason::Conflict, message));
        }
        let email = codes::text::check_email(typed).map_err(|refused| {
            let message = said!("邮箱：{}" / "E-mail: {}", refused.text);
            Refusal::invalid(vec![Blame::at("email", "email", message)])
        })?;
        let (id, letter) = (self.store().next_id()?, self.store().next_id()?);
        let code = one_time_word()?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let before = self.reach_of(reader, actor.account)?;
            if let Some(before) = &before {
                self.not_so_soon(&before.record, ground.now)?;
            }
            let values = vec![
                ("email", word(&email)),
                ("word", word(&code)),
                ("word_at", Value::Moment(ground.now)),
                ("guesses", Value::Int(0)),
                ("proved_at", Value::Null),
                ("failed_at", Value::Null),
                ("fault", Value::Null),
            ];
            let reach = self.reach_change(actor, before.as_ref(), id, "address", values)?;
            let letter = self.word_letter(&ground, letter, actor.account)?;
            Ok((self.commit_of(&ground, vec![reach, letter], None), ()))
        })
    }

    /// The word from the mail came back: the address is the person's.
    pub fn prove_email(&self, actor: &Actor, typed: &str) -> Outcome<()> {
        known(actor)?;
        let typed = codes::text::fold(typed).trim().to_ascii_uppercase();
        let right = self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let before = self.reach_of(reader, actor.account)?;
            let before = before.ok_or_else(Refusal::not_found)?;
            let book = self.book("reach")?;
            let word = reader.secret(book.register, before.record.id, book.field("word")?)?;
            let sent = book.moment(&before.record, "word_at");
            let guesses = book.int(&before.record, "guesses").unwrap_or(0);
            let counts = sent.is_some_and(|at| ground.now.0 - at.0 < WORD_SECONDS * SECOND);
            let right = counts && guesses < GUESSES_MAX && word.as_deref() == Some(typed.as_str());
            let values = match right {
                true => vec![
                    ("proved_at", Value::Moment(ground.now)),
                    ("told_until", Value::Moment(ground.now)),
                    ("word", Value::Null),
                    ("word_at", Value::Null),
                ],
                false => vec![("guesses", Value::Int(guesses + 1))],
            };
            let act = if right { "prove" } else { "guess" };
            let id = before.record.id;
            let change = self.reach_change(actor, Some(&before), id, act, values)?;
            Ok((self.commit_of(&ground, vec![change], None), right))
        })?;
        if right {
            return Ok(());
        }
        let message = said!(
            "验证码不对、已过期或者输错太多次；请核对邮件里的验证码，或者重新发送"
                / "The word is wrong, too old, or was guessed too often; look at the mail again, or have a new one sent"
        );
        Err(Refusal::invalid(vec![Blame::at("word", "word", message)]).into())
    }

    /// Forgets the address: no mail any more.
    pub fn drop_email(&self, actor: &Actor) -> Outcome<()> {
        known(actor)?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let before = self.reach_of(reader, actor.account)?;
            let before = before.ok_or_else(Refusal::not_found)?;
            // When the last word went out stays, or dropping would let the next one go at once.
            let names = ["email", "word", "proved_at", "failed_at", "fault"];
            let values = names.map(|name| (name, Value::Null)).to_vec();
            let id = before.record.id;
            let change = self.reach_change(actor, Some(&before), id, "address", values)?;
            Ok((self.commit_of(&ground, vec![change], None), ()))
        })
    }

    /// What was chosen by an account, with its address opened.
    pub(super) fn reach_of(&self, reader: &Reader, account: Id) -> Outcome<Option<Reach>> {
        let book = self.book("reach")?;
        let found = reader.find(book.register, book.field("account")?, &Value::Id(account))?;
        let Some(id) = found.first() else {
            return Ok(None);
        };
        Ok(reader
            .get(book.register, *id)?
            .map(|record| read(&book, record)))
    }

    /// What is kept of a person, changed; made on first asking.
    pub(super) fn reach_change(
        &self,
        actor: &Actor,
        before: Option<&Reach>,
        new: Id,
        act: &str,
        mut values: Vec<(&'static str, Value)>,
    ) -> Outcome<Change> {
        let book = self.book("reach")?;
        if let Some(before) = before {
            let at = (before.record.id, before.record.version);
            return Ok(book.writer.update(at, act, None, values));
        }
        for (name, value) in chosen(&self.default_choice(actor)?) {
            if !values.iter().any(|(known, _)| *known == name) {
                values.push((name, value));
            }
        }
        values.push(("account", Value::Id(actor.account)));
        let kept = values
            .into_iter()
            .filter(|(_, value)| *value != Value::Null);
        let data: Outcome<Vec<(FieldIx, Datum)>> = kept
            .map(|(name, value)| Ok((book.field(name)?, Datum::One(value))))
            .collect();
        Ok(Change {
            register: book.register,
            id: new,
            act: "create".to_owned(),
            what: What::Insert {
                state: book.def.state("active"),
                data: data?,
            },
        })
    }

    /// Nobody is flooded: who works here gets one mail a day, an enterprise, which has few, each at once.
    fn default_choice(&self, actor: &Actor) -> Outcome<Choice> {
        let person = self.person(actor.account)?;
        let sort = person.map_or(Sort::Staff, |person| person.sort);
        let how = match sort {
            Sort::Enterprise => How::AtOnce,
            Sort::Staff | Sort::Admin => How::Daily,
        };
        let kinds = self.notice_kinds().into_iter().map(|(word, _)| word);
        Ok(Choice {
            how,
            kinds: kinds.collect(),
            hour: 8,
            quiet: Some((22, 7)),
        })
    }

    /// Words and labels of all kinds of notices.
    fn notice_kinds(&self) -> Vec<(String, speech::Said)> {
        let list = self.catalogue().choices.get("house.notice_kind");
        let entries = list.into_iter().flat_map(|list| &list.entries);
        entries
            .map(|(word, entry)| (word.clone(), speech::Said::from(&entry.label)))
            .collect()
    }

    fn fits_choice(&self, choice: &Choice) -> Outcome<()> {
        let is_hour = |hour: i64| (0..24).contains(&hour);
        let mut blames = Vec::new();
        let hours = || said!("请选 0 到 23 点" / "Choose an hour from 0 to 23");
        if !is_hour(choice.hour) {
            blames.push(Blame::at("hour", "range", hours()));
        }
        if choice
            .quiet
            .is_some_and(|(from, to)| !is_hour(from) || !is_hour(to))
        {
            blames.push(Blame::at("quiet_from", "range", hours()));
        }
        let known = self.notice_kinds();
        let strange = |kind: &&String| !known.iter().any(|(word, _)| word == *kind);
        if choice.kinds.iter().any(|kind| strange(&kind)) {
            let message = said!("没有这一类通知" / "There is no such kind of notice");
            blames.push(Blame::at("kinds", "choice", message));
        }
        match blames.is_empty() {
            true => Ok(()),
            false => Err(Refusal::invalid(blames).into()),
        }
    }

    fn not_so_soon(&self, record: &Record, now: Moment) -> Outcome<()> {
        let sent = self.book("reach")?.moment(record, "word_at");
        let since = sent.map_or(i64::MAX, |at| (now.0 - at.0) / SECOND);
        if since >= WORD_EVERY_SECONDS {
            return Ok(());
        }
        let message = said!(
            "验证邮件刚刚发出，请一分钟后再试" / "A mail was sent just now; try again in a minute"
        );
        let mut refusal = Refusal::new(Reason::TooMany, message);
        refusal.wait_seconds = u32::try_from(WORD_EVERY_SECONDS - since).ok();
        Err(refusal.into())
    }
}

/// People with an account; neither the operator nor the public.
pub(super) fn known(actor: &Actor) -> Outcome<()> {
    if actor.role().is_none() || actor.account == Id(0) {
        return Err(Refusal::not_found().into());
    }
    Ok(())
}

fn read(book: &Book, record: Record) -> Reach {
    let hour = |name| book.int(&record, name);
    let kinds = match record.named(book.def, "kinds") {
        Value::Set(kinds) => kinds.clone(),
        _ => Vec::new(),
    };
    let email = book.text(&record, "email");
    Reach {
        email: (!email.is_empty()).then(|| email.to_owned()),
        proved_at: book.moment(&record, "proved_at"),
        failed_at: book.moment(&record, "failed_at"),
        told_until: book.moment(&record, "told_until"),
        choice: Choice {
            how: How::of_word(book.text(&record, "how")).unwrap_or(How::Never),
            kinds,
            hour: hour("hour").unwrap_or(8),
            quiet: hour("quiet_from").zip(hour("quiet_to")),
        },
        record,
    }
}

fn chosen(choice: &Choice) -> Vec<(&'static str, Value)> {
    let quiet = |part: fn((i64, i64)) -> i64| {
        choice
            .quiet
            .map_or(Value::Null, |quiet| Value::Int(part(quiet)))
    };
    let kinds = match choice.kinds.is_empty() {
        true => Value::Null,
        false => Value::set(choice.kinds.clone()),
    };
    vec![
        ("how", word(choice.how.word())),
        ("kinds", kinds),
        ("hour", Value::Int(choice.hour)),
        ("quiet_from", quiet(|quiet| quiet.0)),
        ("quiet_to", quiet(|quiet| quiet.1)),
    ]
}

fn one_time_word() -> Outcome<String> {
    let bytes: [u8; WORD_CHARS] = chance()?;
    let letter = |byte: &u8| char::from(WORD_LETTERS[usize::from(*byte) % WORD_LETTERS.len()]);
    Ok(bytes.iter().map(letter).collect())
}
