//! How often mail is sent, of what and when: what a person may choose.

use kernel::{Blame, Refusal};
use speech::said;

use crate::outcome::Outcome;

/// How often mail is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    Never,
    AtOnce,
    /// One mail every working day.
    Daily,
    /// One mail on the first working day of a week.
    Weekly,
}

impl How {
    pub const ALL: [How; 4] = [How::Never, How::AtOnce, How::Daily, How::Weekly];

    pub fn word(self) -> &'static str {
        match self {
            How::Never => "never",
            How::AtOnce => "at_once",
            How::Daily => "daily",
            How::Weekly => "weekly",
        }
    }

    pub fn of_word(word: &str) -> Option<How> {
        How::ALL.into_iter().find(|how| how.word() == word)
    }

    pub(super) fn is_digest(self) -> bool {
        matches!(self, How::Daily | How::Weekly)
    }
}

/// What a person chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    pub how: How,
    /// Words of the kinds of notices that are mailed.
    pub kinds: Vec<String>,
    /// Hour of the digest, 0 to 23.
    pub hour: i64,
    /// Hours between which nothing is sent at once: from, to; over midnight when `from` is the later.
    pub quiet: Option<(i64, i64)>,
}

/// The quiet hours as two answers: both or neither.
///
/// # Errors
/// [`Reason::Invalid`](kernel::Reason::Invalid) at the one that is missing.
pub fn quiet_hours(from: Option<i64>, to: Option<i64>) -> Outcome<Option<(i64, i64)>> {
    let missing = match (from, to) {
        (Some(_), None) => "quiet_to",
        (None, Some(_)) => "quiet_from",
        both => return Ok(both.0.zip(both.1)),
    };
    let message = said!("免打扰的起止钟点要一起填，或都不填" / "Give both quiet hours, or neither");
    Err(Refusal::invalid(vec![Blame::at(missing, "required", message)]).into())
}
