//! All units together: who answers for a place on a day, and what must hold between them.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use expr::Id;
use jiff::civil::Date;

use super::Unit;
use crate::area_prefix;

/// Kinds of unit that divide the land among them, from wide to narrow: two of one kind never cover the
/// same place on the same day. Institutes and enterprises answer for no place.
pub const LEVELS: [&str; 8] = [
    "nation", "province", "city", "county", "zone", "station", "town", "village",
];

/// Every unit, those that ended too.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Units(BTreeMap<Id, Unit>);

impl FromIterator<Unit> for Units {
    fn from_iter<T: IntoIterator<Item = Unit>>(all: T) -> Units {
        Units(all.into_iter().map(|unit| (unit.id, unit)).collect())
    }
}

impl Units {
    pub fn get(&self, id: Id) -> Option<&Unit> {
        self.0.get(&id)
    }

    pub fn all(&self) -> impl Iterator<Item = &Unit> {
        self.0.values()
    }

    /// Puts a unit in place of what was known of it.
    pub fn put(&mut self, unit: Unit) {
        self.0.insert(unit.id, unit);
    }

    /// The units that stand directly under it on that day.
    pub fn under(&self, parent: Id, day: Date) -> impl Iterator<Item = &Unit> {
        let under = move |unit: &&Unit| unit.exists_on(day) && unit.parent_on(day) == Some(parent);
        self.all().filter(under)
    }

    /// The unit that answers for a place on a day: the one that covers it most closely, of several the
    /// one of the lowest level.
    pub fn responsible(&self, division: &str, day: Date) -> Option<&Unit> {
        let fit = |unit: &&Unit| {
            let level = level(&unit.kind)?;
            let prefixes = unit.areas_on(day).into_iter().map(area_prefix);
            let longest = prefixes.filter(|p| division.starts_with(p)).map(str::len);
            longest.max().map(|longest| (longest, level))
        };
        let fitting = self.all().filter_map(|unit| Some((fit(&unit)?, unit)));
        fitting
            .max_by_key(|(fit, unit)| (*fit, Reverse(unit.id)))
            .map(|(_, unit)| unit)
    }

    /// Who holds what was the unit's on a later day: the unit itself, or whoever succeeds it.
    pub fn successor(&self, id: Id, day: Date) -> Option<&Unit> {
        let mut unit = self.get(id)?;
        // A circle of heirs would never end.
        for _ in 0..self.0.len() {
            if unit.exists_on(day) {
                return Some(unit);
            }
            unit = self.get(unit.heir?)?;
        }
        None
    }

    /// Pairs of one level that cover the same place on that day, with the place.
    pub fn covered_twice(&self, day: Date) -> Vec<(Id, Id, String)> {
        let mut held: Vec<(usize, &str, Id)> = Vec::new();
        for unit in self.all() {
            let Some(level) = level(&unit.kind) else {
                continue;
            };
            let prefixes = unit.areas_on(day).into_iter().map(area_prefix);
            held.extend(prefixes.map(|prefix| (level, prefix, unit.id)));
        }
        // In order, whatever lies within a division follows it.
        held.sort_unstable();
        let mut pairs = Vec::new();
        for (at, (level, prefix, id)) in held.iter().enumerate() {
            let within = held[at + 1..]
                .iter()
                .take_while(|(l, p, _)| l == level && p.starts_with(prefix));
            for (_, place, other) in within.filter(|(_, _, other)| other != id) {
                let (a, b) = (*id.min(other), *id.max(other));
                pairs.push((a, b, (*place).to_owned()));
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    }

    /// A unit that on that day stands above itself.
    pub fn circle(&self, day: Date) -> Option<Id> {
        let stands_above_itself = |unit: &&Unit| {
            let mut at = unit.parent_on(day);
            for _ in 0..self.0.len() {
                match at {
                    None => return false,
                    Some(id) if id == unit.id => return true,
                    Some(id) => at = self.get(id).and_then(|above| above.parent_on(day)),
                }
            }
            // It hangs below a circle; whoever is part of that is found by itself.
            false
        };
        self.all().find(stands_above_itself).map(|unit| unit.id)
    }
}

fn level(kind: &str) -> Option<usize> {
    LEVELS.iter().position(|level| *level == kind)
}
