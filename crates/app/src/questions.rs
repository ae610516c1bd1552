//! Questions kept under a random number, so that nothing personal stands in a URL: filters on
//! personal fields, and whatever is shaped like an identity or telephone number.

use std::collections::VecDeque;
use std::sync::Mutex;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use kernel::{Actor, Id, Moment};

use crate::clock::chance;
use crate::{App, Ask, Outcome};

/// Questions kept in memory; the oldest goes first.
const KEPT_MAX: usize = 2_000;
/// A kept question is forgotten after.
const KEPT_HOURS: i64 = 12;

#[derive(Default)]
pub(crate) struct Questions(Mutex<VecDeque<Kept>>);

struct Kept {
    number: String,
    account: Id,
    ask: Ask,
    until: Moment,
}

impl App {
    /// Keeps a question for its asker alone; answers its number.
    pub fn keep_question(&self, actor: &Actor, ask: Ask) -> Outcome<String> {
        let number = BASE64_URL_SAFE_NO_PAD.encode(chance::<16>()?);
        let until = Moment(self.now().0 + KEPT_HOURS * 3_600_000_000);
        if let Ok(mut kept) = self.inner.questions.0.lock() {
            while kept.len() >= KEPT_MAX {
                kept.pop_front();
            }
            let account = actor.account;
            kept.push_back(Kept {
                number: number.clone(),
                account,
                ask,
                until,
            });
        }
        Ok(number)
    }

    /// The question of that number, if it is the asker's own and still kept.
    pub fn kept_question(&self, actor: &Actor, number: &str) -> Option<Ask> {
        let now = self.now();
        let kept = self.inner.questions.0.lock().ok()?;
        let found = kept
            .iter()
            .find(|k| k.number == number && k.account == actor.account && now < k.until)?;
        Some(found.ask.clone())
    }
}

/// Whether a text holds something shaped like an identity card number (GB 11643) or a mobile
/// telephone number, alone or among other words. Device codes and credit codes, longer or without
/// a date of birth, are not such.
pub fn looks_personal(text: &str) -> bool {
    let text = codes::text::fold(text);
    // Written in groups, or one number beside another.
    let joined: String = text.chars().filter(|c| !matches!(c, ' ' | '-')).collect();
    let personal = |text: &str| runs(text).any(|run| is_identity(run) || is_mobile(run));
    personal(&text) || personal(&joined)
}

/// Longest stretches of digits, with the X that may end an identity number.
fn runs(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .flat_map(|word| word.split(|c: char| !(c.is_ascii_digit() || matches!(c, 'x' | 'X'))))
}

fn is_identity(run: &str) -> bool {
    let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
    match run.len() {
        18 => digits(&run[..17]) && is_birthday(&run[6..14]),
        // Numbers of 15 digits were given until 1999.
        15 => digits(run) && is_birthday(&format!("19{}", &run[6..12])),
        _ => false,
    }
}

fn is_birthday(text: &str) -> bool {
    let number = |part: &str| part.parse::<u32>().unwrap_or(0);
    (1880..=2100).contains(&number(&text[..4]))
        && (1..=12).contains(&number(&text[4..6]))
        && (1..=31).contains(&number(&text[6..]))
}

fn is_mobile(run: &str) -> bool {
    let number = run
        .strip_prefix("86")
        .filter(|rest| rest.len() == 11)
        .unwrap_or(run);
    number.len() == 11
        && number.starts_with('1')
        && matches!(number.as_bytes()[1], b'3'..=b'9')
        && number.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::looks_personal;

    #[test]
    fn identity_and_telephone_numbers_are_seen_in_every_writing() {
        for text in [
            "13812345678",
            "11010519491231002X",
            "110105 19491231 002x",
            "张三13812345678",
            "电话 13812345678 分机 2",
            "+86 138-1234-5678",
            "１３８１２３４５６７８",
            "130503670401001",
        ] {
            assert!(looks_personal(text), "{text}");
        }
    }

    #[test]
    fn codes_of_things_and_firms_are_not_those_of_people() {
        for text in [
            "31103301092019060412",
            "431010533201900077",
            "91330109MA2B1234XN",
            "91330100799655058B",
            "913301097046120014",
            "梯11浙A04127(25)",
            "2027-03-01..2027-04-01",
            "0571-82700000",
            "11010519491331002X",
            "2024",
            "",
        ] {
            assert!(!looks_personal(text), "{text}");
        }
    }
}
