//! A "no" to a person: a sentence that says what is wrong, where, and what to do.

use std::fmt;

/// Why a person may not or cannot. Never logged as an error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    pub reason: Reason,
    /// A sentence in the person's language.
    pub message: String,
    /// The places at fault.
    pub blames: Vec<Blame>,
}

/// Kind of refusal; doors turn it into a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Nobody is signed in.
    Unauthorised,
    /// The person lacks the right.
    Forbidden,
    /// No such record, or its existence is not for this person to know.
    NotFound,
    /// What was typed cannot stand; see the blames.
    Invalid,
    /// Someone else changed the record first.
    Stale,
    /// The same unique value stands already.
    Duplicate,
    /// The act does not fit the record's state or conditions.
    Conflict,
    /// Larger or more than allowed.
    TooLarge,
    /// Too many attempts; wait.
    TooMany,
}

impl Reason {
    /// Stable code of the API.
    pub fn code(self) -> &'static str {
        match self {
            Reason::Unauthorised => "unauthorised",
            Reason::Forbidden => "forbidden",
            Reason::NotFound => "not_found",
            Reason::Invalid => "invalid",
            Reason::Stale => "stale",
            Reason::Duplicate => "duplicate",
            Reason::Conflict => "conflict",
            Reason::TooLarge => "too_large",
            Reason::TooMany => "too_many",
        }
    }
}

/// One place at fault.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blame {
    /// JSON pointer into what was sent: `/code`, `/items/3/no`.
    pub pointer: String,
    /// Stable code: `required`, `type`, `code`, `range`, `length`, `choice`, `ref`, `rule` …
    pub code: &'static str,
    pub message: String,
}

impl Blame {
    pub fn at(field: &str, code: &'static str, message: impl Into<String>) -> Blame {
        Blame {
            pointer: format!("/{field}"),
            code,
            message: message.into(),
        }
    }
}

impl fmt::Display for Blame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Refusal {
    pub fn new(reason: Reason, message: impl Into<String>) -> Refusal {
        Refusal {
            reason,
            message: message.into(),
            blames: Vec::new(),
        }
    }

    pub fn invalid(blames: Vec<Blame>) -> Refusal {
        let message = match blames.as_slice() {
            [one] => one.message.clone(),
            many => format!("有 {} 处需要改正", many.len()),
        };
        Refusal {
            reason: Reason::Invalid,
            message,
            blames,
        }
    }

    pub fn forbidden(message: impl Into<String>) -> Refusal {
        Refusal::new(Reason::Forbidden, message)
    }

    pub fn not_found() -> Refusal {
        Refusal::new(Reason::NotFound, "没有找到这条记录，或者您无权查看")
    }
}
