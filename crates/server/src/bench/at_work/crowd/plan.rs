//! What is asked when: planned before anything is asked, so that a slow answer delays no later question
//! and hides no wait.

use std::time::Duration;

use crate::bench::cases::Chance;

/// What somebody does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    Todo,
    List,
    Read,
    Search,
    Act,
    Edit,
    Home,
    Page,
}

/// So many of a hundred requests.
pub const MIX: [(Kind, usize); 8] = [
    (Kind::Todo, 30),
    (Kind::List, 20),
    (Kind::Read, 25),
    (Kind::Search, 10),
    (Kind::Act, 6),
    (Kind::Edit, 4),
    (Kind::Home, 3),
    (Kind::Page, 2),
];

impl Kind {
    pub fn title(self) -> &'static str {
        match self {
            Kind::Todo => "待办",
            Kind::List => "列表",
            Kind::Read => "读一条",
            Kind::Search => "查找",
            Kind::Act => "办理",
            Kind::Edit => "修改",
            Kind::Home => "首页（网页）",
            Kind::Page => "设备页（网页）",
        }
    }
}

/// The kinds of so many requests: every hundred holds the mix, in an order by chance.
pub fn kinds(count: usize, chance: &mut Chance) -> Vec<Kind> {
    let hundred = MIX.iter().flat_map(|(kind, of)| vec![*kind; *of]);
    let hundred: Vec<Kind> = hundred.collect();
    let mut kinds = Vec::with_capacity(count + hundred.len());
    while kinds.len() < count {
        let mut mixed = hundred.clone();
        for at in (1..mixed.len()).rev() {
            mixed.swap(at, chance.below(at + 1));
        }
        kinds.extend(mixed);
    }
    kinds.truncate(count);
    kinds
}

/// When the request of that number is due, from the beginning: at one rate, whatever is answered when.
pub fn due(nth: usize, a_second: f64) -> Duration {
    Duration::from_secs_f64(nth as f64 / a_second)
}

/// Somebody who can make a request of the kind, if he can: each in turn.
pub fn turn<T, R>(
    people: &mut [T],
    at: &mut usize,
    mut ask: impl FnMut(&mut T) -> Option<R>,
) -> Option<(usize, R)> {
    for _ in 0..people.len() {
        let who = *at % people.len();
        *at += 1;
        if let Some(request) = ask(&mut people[who]) {
            return Some((who, request));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_hundred_holds_the_mix_in_another_order() {
        assert_eq!(MIX.iter().map(|(_, of)| of).sum::<usize>(), 100);
        let kinds = kinds(250, &mut Chance::new(1));
        assert_eq!(kinds.len(), 250);
        for hundred in kinds.chunks_exact(100) {
            for (kind, of) in MIX {
                let count = hundred.iter().filter(|k| **k == kind).count();
                assert_eq!(count, of, "{kind:?}");
            }
        }
        assert_ne!(kinds[..100], kinds[100..200]);
    }

    #[test]
    fn moments_lie_at_one_rate() {
        assert_eq!(due(0, 200.0), Duration::ZERO);
        assert_eq!(due(1, 200.0), Duration::from_millis(5));
        assert_eq!(due(12_000, 200.0), Duration::from_secs(60));
    }

    #[test]
    fn people_ask_in_turn_and_who_cannot_is_passed() {
        let mut people = [1, 0, 2];
        let mut at = 0;
        let mut asked = Vec::new();
        let mut one = |left: &mut i32| {
            *left -= 1;
            (*left >= 0).then_some(())
        };
        while let Some((who, ())) = turn(&mut people, &mut at, &mut one) {
            asked.push(who);
        }
        assert_eq!(asked, [0, 2, 2]);
    }
}
