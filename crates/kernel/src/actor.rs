//! Who acts: an account with one role in one unit, or the operator at the machine itself.

use catalogue::Lang;
use expr::Id;

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
    pub lang: Lang,
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
            lang: Lang::Zh,
        }
    }

    /// A visitor who has not signed in.
    pub fn public() -> Actor {
        Actor {
            power: Power::Public,
            login: "public".to_owned(),
            ..Actor::operator()
        }
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
    use super::area_prefix;

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
