//! Who acts: an account with one role in one unit, or the operator at the machine itself.

use catalogue::Lang;
use expr::{Id, Moment};

use crate::{Capacity, Record};

/// A person (or the operator's command line) at the moment of an act.
#[derive(Clone, Debug, PartialEq)]
pub struct Actor {
    pub account: Id,
    pub login: String,
    pub power: Power,
    /// The unit in which the role is held.
    pub unit: Id,
    /// Prefixes of the divisions the unit covers, as `area_prefix` gives them.
    pub areas: Vec<String>,
    /// The enterprise an account of layer L4 is bound to.
    pub subject: Option<Id>,
    /// Whom the person stands in for, in a post held during another's leave.
    pub on_behalf: Option<Id>,
    /// The one register to which the post is limited, when only that much of it was entrusted.
    pub only: Option<String>,
    pub lang: Lang,
    pub freshness: Freshness,
}

/// A proof of identity is fresh for so long: acts with legal effect need one no older
/// (GB/T 22239-2019 8.1.4.1; `organisation.md` §5.1).
pub const PROOF_MINUTES: i64 = 15;

/// When a person last proved to be the one whose session or token this is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Freshness {
    #[default]
    Never,
    At(Moment),
    /// Whoever works at the machine itself has nothing more to prove to it.
    AtTheMachine,
}

impl Freshness {
    pub fn holds(self, now: Moment) -> bool {
        match self {
            Freshness::Never => false,
            // A moment to come is no proof: the clock was turned back.
            Freshness::At(at) => (0..PROOF_MINUTES * 60_000_000).contains(&(now.0 - at.0)),
            Freshness::AtTheMachine => true,
        }
    }
}

/// What gives the actor rights.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Power {
    /// Commands run beside the data directory: whoever can read the files may do all.
    Operator,
    Role(String),
    /// Nobody is signed in: the rights of the role `public`.
    Public,
}

impl Actor {
    /// The operator's command line.
    pub fn operator() -> Actor {
        Actor {
            account: Id(0),
            login: "operator".to_owned(),
            power: Power::Operator,
            unit: Id(0),
            areas: Vec::new(),
            subject: None,
            on_behalf: None,
            only: None,
            lang: Lang::Zh,
            freshness: Freshness::AtTheMachine,
        }
    }

    /// A visitor who has not signed in.
    pub fn public() -> Actor {
        Actor {
            power: Power::Public,
            login: "public".to_owned(),
            freshness: Freshness::Never,
            ..Actor::operator()
        }
    }

    /// Whether the account is the person's own, or that of whomever he stands in for.
    pub fn is(&self, account: Id) -> bool {
        account == self.account || Some(account) == self.on_behalf
    }

    /// Whether the person, or whomever he stands in for, made the record or had it made in his stead.
    pub fn has_made(&self, record: &Record) -> bool {
        record.is_made_by(self.account) || self.on_behalf.is_some_and(|id| record.is_made_by(id))
    }

    /// On whose desk lies what the person takes up: during another's leave on the other's, so that
    /// nothing stays behind with the deputy.
    pub fn seat(&self) -> Id {
        self.on_behalf.unwrap_or(self.account)
    }

    /// The post in which the person acts, for history.
    pub fn capacity(&self) -> Option<Capacity> {
        match &self.power {
            Power::Role(role) => Some(Capacity {
                role: role.clone(),
                unit: self.unit,
                on_behalf: self.on_behalf,
                one_person: false,
            }),
            Power::Operator | Power::Public => None,
        }
    }

    /// Whether the post reaches the register at all.
    pub(crate) fn reaches(&self, register: &str) -> bool {
        self.only.as_deref().is_none_or(|only| only == register)
    }

    /// Name of the role whose permissions apply; `None` for the operator.
    pub fn role(&self) -> Option<&str> {
        match &self.power {
            Power::Operator => None,
            Power::Role(role) => Some(role),
            Power::Public => Some("public"),
        }
    }
}

/// Prefix shared by every code within a division: 330000 → `33`, 330100 → `3301`, 330109 → itself,
/// 330109113000 → `330109113` (GB/T 2260, GB/T 10114).
pub fn area_prefix(division: &str) -> &str {
    match division.len() {
        6 if division.ends_with("0000") => &division[..2],
        6 if division.ends_with("00") => &division[..4],
        12 if division.ends_with("000") => &division[..9],
        _ => division,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proof_is_fresh_for_a_quarter_of_an_hour() {
        let at = |minutes: i64| Moment(minutes * 60_000_000);
        let proof = Freshness::At(at(100));
        assert!(proof.holds(at(100)) && proof.holds(Moment(at(115).0 - 1)));
        assert!(!proof.holds(at(115)) && !proof.holds(at(99)));
        assert!(!Freshness::Never.holds(at(0)) && Freshness::AtTheMachine.holds(at(0)));
    }

    #[test]
    fn prefixes_follow_the_levels_of_a_division() {
        assert_eq!(area_prefix("330000"), "33");
        assert_eq!(area_prefix("330100"), "3301");
        assert_eq!(area_prefix("330109"), "330109");
        assert_eq!(area_prefix("330109113"), "330109113");
        assert_eq!(area_prefix("330109113000"), "330109113");
        assert_eq!(area_prefix("330109113201"), "330109113201");
    }
}
