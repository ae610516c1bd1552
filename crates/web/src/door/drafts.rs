//! What was typed into a form whose session had ended: kept for a short while and given back after
//! the next sign-in, to the same person only.

use std::collections::VecDeque;
use std::sync::Mutex;

use kernel::Moment;

use crate::pairs::Pairs;

/// Drafts held at once; the oldest goes first.
const DRAFTS_MAX: usize = 500;
/// Longest draft that is held.
const DRAFT_BYTES_MAX: usize = 256 * 1024;
/// How long a draft waits for its person.
const DRAFT_MICROS: i64 = 30 * 60 * 1_000_000;

/// Held in memory: losing them in a restart loses nothing that was acknowledged.
#[derive(Default)]
pub struct Drafts {
    held: Mutex<VecDeque<Draft>>,
}

struct Draft {
    token: String,
    /// Mark of the person for whom the form was made.
    mark: String,
    at: Moment,
    typed: Pairs,
}

impl Drafts {
    /// Keeps what was typed under a token; nothing when it is too long.
    pub fn keep(&self, token: String, mark: &str, typed: Pairs, now: Moment) -> Option<String> {
        let bytes: usize = typed
            .0
            .iter()
            .map(|(name, value)| name.len() + value.len())
            .sum();
        if bytes > DRAFT_BYTES_MAX || mark.is_empty() {
            return None;
        }
        let mut held = self.held.lock().ok()?;
        held.retain(|draft| now.0 - draft.at.0 < DRAFT_MICROS);
        if held.len() >= DRAFTS_MAX {
            held.pop_front();
        }
        held.push_back(Draft {
            token: token.clone(),
            mark: mark.to_owned(),
            at: now,
            typed,
        });
        Some(token)
    }

    /// Gives a draft back, once, and only to whom it belongs.
    pub fn take(&self, token: &str, mark: &str, now: Moment) -> Option<Pairs> {
        let mut held = self.held.lock().ok()?;
        held.retain(|draft| now.0 - draft.at.0 < DRAFT_MICROS);
        let at = held
            .iter()
            .position(|draft| draft.token == token && draft.mark == mark)?;
        held.remove(at).map(|draft| draft.typed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_comes_back_once_to_its_own_person_and_in_time() {
        let drafts = Drafts::default();
        let typed = Pairs::parse("name=x");
        let at = Moment(0);
        assert!(drafts.keep("t".into(), "ada", typed.clone(), at).is_some());
        assert_eq!(drafts.take("t", "bob", at), None);
        assert_eq!(drafts.take("t", "ada", at), Some(typed.clone()));
        assert_eq!(drafts.take("t", "ada", at), None);
        drafts.keep("u".into(), "ada", typed.clone(), at);
        assert_eq!(drafts.take("u", "ada", Moment(DRAFT_MICROS)), None);
        let long = Pairs(vec![("a".into(), "x".repeat(DRAFT_BYTES_MAX))]);
        assert_eq!(drafts.keep("v".into(), "ada", long, at), None);
    }
}
