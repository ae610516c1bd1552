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

/// Whether a text is shaped like an identity number or a telephone number.
pub fn looks_personal(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let other = text
        .chars()
        .filter(|c| c.is_alphabetic() && *c != 'X' && *c != 'x')
        .count();
    let mobile = digits == 11 && text.trim_start_matches("+86").trim().starts_with('1');
    other == 0 && (mobile || matches!(digits, 15 | 17 | 18) && identity(text))
}

fn identity(text: &str) -> bool {
    let plain: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let birth = match plain.len() {
        18 => plain.get(6..14),
        15 => plain.get(6..12),
        _ => None,
    };
    birth.is_some_and(|b| b.bytes().all(|c| c.is_ascii_digit()))
}

#[cfg(test)]
mod tests {
    use super::looks_personal;

    #[test]
    fn numbers_of_people_are_told_from_those_of_things() {
        assert!(looks_personal("13812345678"));
        assert!(looks_personal("11010519491231002X"));
        assert!(!looks_personal("91330100799655058B"));
        assert!(!looks_personal("梯11闽E3622(16)"));
        assert!(!looks_personal("2024"));
    }
}
