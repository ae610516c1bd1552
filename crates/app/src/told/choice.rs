//! How often mail is sent, of what and when: what a person may choose.

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
