//! Lists against which codes are checked: the built-in ones, and what the caller may add.

use speech::Said;

use std::collections::BTreeSet;

use crate::{Day, divisions, equipment, trade};

/// Membership of code lists. Only the first two must be given; the others fall back on the
/// tables of this crate.
pub trait Lists {
    /// Whether this division exists or once existed. Gets 6, 9 or 12 digits.
    fn division_known(&self, six_or_more_digits: &str) -> bool;

    /// Whether the present 特种设备目录 holds these four characters.
    fn catalogue_known(&self, four: &str) -> bool;

    /// Whether the present or an earlier 特种设备目录 holds these four characters.
    fn catalogue_once_known(&self, four: &str) -> bool {
        self.catalogue_known(four) || equipment::kind_ever(four).is_some()
    }

    /// Why this six-digit division is no longer valid on the day, as a sentence.
    fn division_not_valid(&self, six_digits: &str, on: Day) -> Option<Said> {
        divisions::get(six_digits)?.not_valid_sentence(on)
    }

    /// Whether ISO 4217 holds this currency.
    fn currency_known(&self, three_letters: &str) -> bool {
        trade::currency_of(three_letters).is_some()
    }

    /// Whether ISO 3166-1 holds this country or region.
    fn country_known(&self, three_letters: &str) -> bool {
        trade::country_of(three_letters).is_some()
    }

    /// Whether the tariff of that day holds this commodity; `None` if no tariff is loaded.
    fn commodity_known(&self, _digits: &str, _on: Day) -> Option<bool> {
        None
    }
}

/// The lists that come with this crate, and the towns and villages the operator has loaded.
#[derive(Debug, Clone, Default)]
pub struct BuiltInLists {
    towns: BTreeSet<String>,
}

impl BuiltInLists {
    /// With the operator's codes of 9 and 12 digits. A county of which at least one town is loaded
    /// is taken as complete; of the others only the structure is checked. The same holds for the
    /// villages of a town.
    pub fn with_towns(codes: impl IntoIterator<Item = String>) -> BuiltInLists {
        BuiltInLists {
            towns: codes.into_iter().collect(),
        }
    }

    fn loaded(&self, under: &str, digits: usize) -> bool {
        let from = under.to_string();
        self.towns
            .range(from..)
            .take_while(|code| code.starts_with(under))
            .any(|code| code.len() == digits)
    }
}

impl Lists for BuiltInLists {
    fn division_known(&self, code: &str) -> bool {
        let (Some(six), Some(rest)) = (code.get(..6), code.get(6..)) else {
            return false;
        };
        if !divisions::known_ever(six) {
            return false;
        }
        if rest.bytes().all(|b| b == b'0') {
            return true;
        }
        let Some(town) = code.get(..9) else {
            return false;
        };
        let town_known = !self.loaded(six, 9) || self.towns.contains(town);
        let is_town = code.len() == 9 || code.ends_with("000");
        let village_known = is_town || !self.loaded(town, 12) || self.towns.contains(code);
        town_known && village_known
    }

    fn catalogue_known(&self, four: &str) -> bool {
        equipment::kind_of(four).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::{BuiltInLists, Lists};

    #[test]
    fn towns_are_checked_only_where_they_are_loaded() {
        let none = BuiltInLists::default();
        assert!(none.division_known("330109113000"));
        assert!(none.division_known("330109098"));
        assert!(!none.division_known("339999001"));
        let towns = ["330109113", "330109113201"].map(String::from);
        let some = BuiltInLists::with_towns(towns);
        assert!(some.division_known("330109113"));
        assert!(some.division_known("330109113000"));
        assert!(some.division_known("330109113201"));
        assert!(!some.division_known("330109113202"));
        assert!(!some.division_known("330109098"));
        assert!(some.division_known("330110001"));
        assert!(some.division_known("330109000000"));
        assert!(!some.division_known("3301"));
        assert!(!some.division_known("浙江省杭州市"));
    }
}
