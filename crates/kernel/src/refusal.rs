//! A "no" to a person: a sentence that says what is wrong, where, and what to do.

use std::fmt;

use speech::{Said, said};

/// Why a person may not or cannot. Never logged as an error.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", message.zh)]
pub struct Refusal {
    pub reason: Reason,
    /// A sentence for the person, in each language; the door chooses.
    pub message: Said,
    /// The places at fault.
    pub blames: Vec<Blame>,
    /// Seconds after which another attempt may be made.
    pub wait_seconds: Option<u32>,
}

/// Kind of refusal; doors turn it into a status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Reason {
    /// Nobody is signed in.
    Unauthorised,
    /// The person must prove again to be the one, for an act with legal effect.
    Unproved,
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
    /// What is kept is not what was once put there; only an administrator can help.
    Damaged,
}

impl Reason {
    /// Stable code of the API.
    pub fn code(self) -> &'static str {
        match self {
            Reason::Unauthorised => "unauthorised",
            Reason::Unproved => "fresh_auth_needed",
            Reason::Forbidden => "forbidden",
            Reason::NotFound => "not_found",
            Reason::Invalid => "invalid",
            Reason::Stale => "stale",
            Reason::Duplicate => "duplicate",
            Reason::Conflict => "conflict",
            Reason::TooLarge => "too_large",
            Reason::TooMany => "too_many",
            Reason::Damaged => "damaged",
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
    pub message: Said,
}

impl Blame {
    pub fn at(field: &str, code: &'static str, message: impl Into<Said>) -> Blame {
        Blame {
            pointer: format!("/{field}"),
            code,
            message: message.into(),
        }
    }
}

impl fmt::Display for Blame {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message.zh)
    }
}

impl Refusal {
    pub fn new(reason: Reason, message: impl Into<Said>) -> Refusal {
        Refusal {
            reason,
            message: message.into(),
            blames: Vec::new(),
            wait_seconds: None,
        }
    }

    /// Too many attempts: the next one counts after so many seconds.
    pub fn wait(seconds: u32, message: impl Into<Said>) -> Refusal {
        Refusal {
            wait_seconds: Some(seconds),
            ..Refusal::new(Reason::TooMany, message)
        }
    }

    pub fn invalid(blames: Vec<Blame>) -> Refusal {
        let message = match blames.as_slice() {
            [one] => one.message.clone(),
            many => said!("有 {} 处需要改正" / "{} places need correcting", many.len()),
        };
        Refusal {
            reason: Reason::Invalid,
            message,
            blames,
            wait_seconds: None,
        }
    }

    pub fn forbidden(message: impl Into<Said>) -> Refusal {
        Refusal::new(Reason::Forbidden, message)
    }

    /// A proof of identity within the last minutes is needed.
    pub fn unproved() -> Refusal {
        let message = speech::said!(
            "这一步有法律效力，请先重新验证身份（15 分钟内有效），再办理"
                / "This step has legal effect; please prove your identity again (good for 15 minutes)"
        );
        Refusal::new(Reason::Unproved, message)
    }

    pub fn not_found() -> Refusal {
        Refusal::new(
            Reason::NotFound,
            said!(
                "没有找到这条记录，或者您无权查看"
                    / "There is no such record, or it is not yours to see"
            ),
        )
    }
}
