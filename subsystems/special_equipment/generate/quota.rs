//! How many devices of each kind there are to be: the ministry's proportions of 2023.

use super::trades::{Kind, UserTrade};
use crate::generate::Chance;

/// In hundreds of devices at the end of 2023: 31.96, 533.92, 1062.98, 292.17, 205.25 and 2.52 万台,
/// 1,135 ropeways. Registrations of pipes and cylinder lots are not published; a guess.
const OF_2023: [(Kind, u64); 9] = [
    (Kind::Boiler, 3_196),
    (Kind::Vessel, 53_392),
    (Kind::Lift, 106_298),
    (Kind::Crane, 29_217),
    (Kind::Vehicle, 20_525),
    (Kind::Ride, 252),
    (Kind::Ropeway, 11),
    (Kind::Pipe, 2_500),
    (Kind::Cylinder, 1_200),
];

/// What is still to be made.
pub struct Quota {
    left: [usize; 9],
}

impl Quota {
    pub fn of(devices: usize) -> Quota {
        let total: u64 = OF_2023.iter().map(|(_, count)| count).sum();
        let share = |count: u64| (devices as u64 * count / total) as usize;
        let mut left = OF_2023.map(|(_, count)| share(count));
        // What rounding leaves over are lifts, the largest kind.
        let made: usize = left.iter().sum();
        left[place(Kind::Lift)] += devices - made;
        Quota { left }
    }

    /// A kind of which some are still missing, the more the likelier.
    pub fn next(&self, chance: &mut Chance) -> Option<Kind> {
        let weights = self.left.map(|count| count as u64);
        let some = weights.iter().any(|weight| *weight > 0);
        some.then(|| OF_2023[chance.weighted(&weights)].0)
    }

    /// Takes what one firm of the trade holds.
    pub fn take(&mut self, trade: &UserTrade, chance: &mut Chance) -> Vec<(Kind, usize)> {
        let mut taken = Vec::with_capacity(trade.holds.len());
        for (kind, low, high) in trade.holds {
            let left = &mut self.left[place(*kind)];
            let count = (chance.between(*low, *high) as usize).min(*left);
            *left -= count;
            if count > 0 {
                taken.push((*kind, count));
            }
        }
        // A firm that was drawn for a kind it holds none of by chance takes one of what it may.
        if taken.is_empty()
            && let Some((kind, ..)) = trade.holds.iter().find(|(k, ..)| self.left[place(*k)] > 0)
        {
            self.left[place(*kind)] -= 1;
            taken.push((*kind, 1));
        }
        taken
    }
}

fn place(kind: Kind) -> usize {
    OF_2023
        .iter()
        .position(|(known, _)| *known == kind)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::trades;
    use super::*;

    #[test]
    fn exactly_as_many_devices_are_made_in_the_proportions_of_2023() {
        for devices in [1, 37, 3_000, 245_000] {
            let (mut quota, mut chance) = (Quota::of(devices), Chance::new(devices as u64));
            let mut made = [0; 9];
            while let Some(kind) = quota.next(&mut chance) {
                for (kind, count) in quota.take(trades::of(kind, &mut chance), &mut chance) {
                    made[place(kind)] += count;
                }
            }
            assert_eq!(made.iter().sum::<usize>(), devices);
            if devices == 245_000 {
                let share = |kind| made[place(kind)] as f64 / devices as f64;
                assert!((share(Kind::Lift) - 0.491).abs() < 0.002);
                assert!((share(Kind::Vessel) - 0.246).abs() < 0.002);
                assert!((share(Kind::Boiler) - 0.0148).abs() < 0.001);
                assert!(made[place(Kind::Ropeway)] > 5);
            }
        }
    }
}
