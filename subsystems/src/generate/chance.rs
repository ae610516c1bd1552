//! Numbers that look random and are the same for the same seed.

use jiff::ToSpan;
use jiff::civil::Date;

/// A stream of numbers from a seed (the splitmix64 recurrence of Steele, Lea and Flood, 2014).
#[derive(Clone, Debug)]
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number below `end`; 0 when nothing is below it.
    pub fn below(&mut self, end: usize) -> usize {
        // The bias of the remainder is far below anything that sample data could show.
        (self.next() % (end as u64).max(1)) as usize
    }

    /// A number from `low` to `high`, both included.
    pub fn between(&mut self, low: i64, high: i64) -> i64 {
        let width = high.saturating_sub(low).max(0) as u64 + 1;
        low + (self.next() % width) as i64
    }

    /// Happens in so many of a hundred cases.
    pub fn percent(&mut self, of_hundred: u64) -> bool {
        self.next() % 100 < of_hundred
    }

    pub fn pick<'a, T>(&mut self, among: &'a [T]) -> &'a T {
        &among[self.below(among.len())]
    }

    pub fn word(&mut self, among: &[&'static str]) -> &'static str {
        among[self.below(among.len())]
    }

    /// An index with a probability in proportion to its weight.
    pub fn weighted(&mut self, weights: &[u64]) -> usize {
        let total: u64 = weights.iter().sum();
        let mut at = self.next() % total.max(1);
        for (index, weight) in weights.iter().enumerate() {
            if at < *weight {
                return index;
            }
            at -= weight;
        }
        weights.len().saturating_sub(1)
    }

    /// A day from `first` to `last`, both included.
    pub fn day(&mut self, first: Date, last: Date) -> Date {
        let days = first
            .until(last)
            .map(|span| span.get_days())
            .unwrap_or_default();
        first.saturating_add(self.between(0, i64::from(days)).days())
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::Chance;

    #[test]
    fn the_same_seed_gives_the_same_numbers_and_another_gives_others() {
        let draw = |seed| {
            let mut chance = Chance::new(seed);
            (0..8).map(|_| chance.below(1_000)).collect::<Vec<_>>()
        };
        assert_eq!(draw(1), draw(1));
        assert_ne!(draw(1), draw(2));
    }

    #[test]
    fn numbers_stay_within_their_bounds_and_reach_both_ends() {
        let mut chance = Chance::new(7);
        let drawn: Vec<i64> = (0..200).map(|_| chance.between(-1, 2)).collect();
        for bound in [-1, 0, 1, 2] {
            assert!(drawn.contains(&bound));
        }
        assert!(drawn.iter().all(|n| (-1..=2).contains(n)));
        let (first, last) = (date(2024, 2, 28), date(2024, 3, 1));
        let days: Vec<_> = (0..100).map(|_| chance.day(first, last)).collect();
        assert!(days.contains(&first) && days.contains(&last));
        assert!(days.iter().all(|day| (first..=last).contains(day)));
        assert_eq!(chance.day(last, last), last);
    }

    #[test]
    fn weights_are_kept() {
        let mut chance = Chance::new(3);
        let hits = (0..10_000)
            .filter(|_| chance.weighted(&[1, 0, 3]) == 2)
            .count();
        assert!((7_200..7_800).contains(&hits), "{hits}");
    }
}
