//! Random histories: trees of units that merge, split, move, are renamed and closed, day after day.
//! A failure prints the seed; `UNITS_SEED=…` begins with that one.

use std::collections::BTreeMap;

use expr::Id;
use jiff::Span;
use jiff::civil::{Date, date};

use super::{Act, Cover, Part, Unit, Units, plan};

const TREES: u64 = 100;
const ACTS: usize = 40;

/// SplitMix64: small, and the same everywhere.
struct Chance(u64);

impl Chance {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: usize) -> usize {
        (self.draw() % count as u64) as usize
    }

    fn one<'t, T>(&mut self, of: &'t [T]) -> Option<&'t T> {
        (!of.is_empty()).then(|| &of[self.below(of.len())])
    }
}

fn day(number: usize) -> Date {
    date(2020, 1, 1) + Span::new().days(number as i64)
}

fn unit(id: i64, kind: &str, parent: Option<i64>, areas: &[String]) -> Unit {
    Unit {
        id: Id(id),
        version: 1,
        code: format!("U{id}"),
        title: format!("单位{id}"),
        kind: kind.to_owned(),
        is_open: true,
        parent: parent.map(Id),
        since: None,
        until: None,
        heir: None,
        areas: areas.iter().map(|area| cover(area)).collect(),
        titles: Vec::new(),
        parents: Vec::new(),
    }
}

fn cover(area: &str) -> Cover {
    Cover {
        area: area.to_owned(),
        since: None,
        until: None,
    }
}

/// The world of a test: units, people in them, and the towns that have records on every day.
struct World {
    units: Units,
    people: BTreeMap<usize, Id>,
    /// Division codes of towns; counties know theirs.
    towns: Vec<String>,
    next: i64,
}

impl World {
    /// One province with cities, counties and stations of generated number, and a spare unit or two of
    /// each kind that covers nothing yet.
    fn new(chance: &mut Chance) -> World {
        let mut world = World {
            units: Units::default(),
            people: BTreeMap::new(),
            towns: Vec::new(),
            next: 1,
        };
        let province = world.add("province", None, &["530000".to_owned()]);
        for city in 1..=1 + chance.below(3) {
            let code = format!("53{city:02}00");
            let city_unit = world.add("city", Some(province), &[code]);
            for county in 1..=1 + chance.below(3) {
                let code = format!("53{city:02}{county:02}");
                let unit = world.add("county", Some(city_unit), std::slice::from_ref(&code));
                let towns: Vec<String> = (1..=2 + chance.below(5))
                    .map(|town| format!("{code}{town:03}"))
                    .collect();
                for some in towns.chunks(1 + chance.below(3)) {
                    world.add("station", Some(unit), some);
                }
                world.towns.extend(towns);
            }
        }
        for kind in ["city", "county", "station", "station"] {
            world.add(kind, Some(province), &[]);
        }
        let ids: Vec<Id> = world.units.all().map(|unit| unit.id).collect();
        for person in 0..ids.len() * 2 {
            let id = ids[person % ids.len()];
            world.people.insert(person, id);
        }
        world
    }

    fn add(&mut self, kind: &str, parent: Option<i64>, areas: &[String]) -> i64 {
        let id = self.next;
        self.next += 1;
        self.units.put(unit(id, kind, parent, areas));
        id
    }

    fn below(&self, area: &str) -> Vec<String> {
        let within = self.towns.iter().filter(|town| town.starts_with(area));
        match area.len() {
            6 if !area.ends_with("00") => within.cloned().collect(),
            _ => Vec::new(),
        }
    }

    fn open(&self, on: Date) -> Vec<Id> {
        let there = self.units.all().filter(|unit| unit.exists_on(on));
        there.map(|unit| unit.id).collect()
    }

    /// An act that may or may not be possible.
    fn act(&mut self, chance: &mut Chance, on: Date) -> Option<Act> {
        let open = self.open(on);
        let pick = |chance: &mut Chance| chance.one(&open).copied();
        let kind = self.units.get(pick(chance)?)?.kind.clone();
        let alike: Vec<Id> = open
            .iter()
            .copied()
            .filter(|id| self.units.get(*id).is_some_and(|unit| unit.kind == kind))
            .collect();
        Some(match chance.below(6) {
            0 | 1 => Act::Merge {
                from: (0..1 + chance.below(2))
                    .filter_map(|_| chance.one(&alike).copied())
                    .collect(),
                into: *chance.one(&alike)?,
            },
            2 => self.split(chance, on, &alike)?,
            3 => Act::Move {
                unit: pick(chance)?,
                under: (chance.below(8) > 0).then(|| pick(chance)).flatten(),
            },
            4 => Act::Rename {
                unit: pick(chance)?,
                title: format!("新名{}", chance.below(1_000_000)),
            },
            _ => Act::Close {
                unit: pick(chance)?,
                heir: pick(chance),
            },
        })
    }

    fn split(&mut self, chance: &mut Chance, on: Date, alike: &[Id]) -> Option<Act> {
        let from = *chance.one(alike)?;
        let own: Vec<String> = self
            .units
            .get(from)?
            .areas_on(on)
            .iter()
            .map(|a| (*a).to_owned())
            .collect();
        let mut areas = Vec::new();
        for area in own {
            let inner = self.below(&area);
            // A county is given by its towns, half of the time.
            if !inner.is_empty() && chance.below(2) == 0 {
                areas.extend(inner.into_iter().filter(|_| chance.below(2) == 0));
            } else if chance.below(2) == 0 {
                areas.push(area);
            }
        }
        let rest = [Some(from), chance.one(alike).copied(), None][chance.below(3)];
        let into = *chance.one(alike)?;
        Some(Act::Split {
            from,
            parts: vec![Part { into, areas }],
            rest,
        })
    }
}

fn seeds() -> std::ops::Range<u64> {
    let first = std::env::var("UNITS_SEED").ok();
    let first = first.and_then(|seed| seed.parse().ok()).unwrap_or(1);
    first..first + TREES
}

#[test]
fn whatever_happens_to_units_every_record_of_every_day_has_one_that_answers_for_it() {
    let mut done: BTreeMap<&str, usize> = BTreeMap::new();
    for seed in seeds() {
        let chance = &mut Chance(seed);
        let mut world = World::new(chance);
        let mut answers: Vec<(String, Date, Id)> = Vec::new();
        for step in 0..ACTS {
            let on = day(step * 3);
            remember(&world, on, &mut answers, seed);
            let Some(act) = world.act(chance, on) else {
                continue;
            };
            let below = |area: &str| world.below(area);
            let Ok(plan) = plan(&world.units, &act, on, &below) else {
                continue;
            };
            *done.entry(act.word()).or_default() += 1;
            let before = world.units.clone();
            for unit in &plan.after {
                world.units.put(unit.clone());
            }
            for person in world.people.values_mut() {
                let route = plan.routes.iter().find(|route| route.from == *person);
                // Whom nothing places is assigned by a person; here the first heir takes them.
                if let Some(route) = route {
                    let first = route.parts.first().map(|(_, to)| *to);
                    *person = route
                        .rest
                        .or(first)
                        .or_else(|| world.units.get(*person)?.heir)
                        .unwrap_or(*person);
                }
            }
            holds(&world, &before, &act, on, seed);
        }
        // What was once answered is answered alike after everything that came.
        for (town, on, by) in &answers {
            let now = world.units.responsible(town, *on).map(|unit| unit.id);
            assert_eq!(now, Some(*by), "seed {seed}: {town} on {on}");
        }
    }
    for word in ["merge", "split", "move", "rename", "close"] {
        assert!(done.get(word).is_some_and(|n| *n > 100), "{word}: {done:?}");
    }
}

/// Who answers for every town just before an act: exactly one.
fn remember(world: &World, on: Date, answers: &mut Vec<(String, Date, Id)>, seed: u64) {
    let before = on.yesterday().expect("a day before");
    for town in &world.towns {
        let unit = world.units.responsible(town, before);
        let unit = unit.unwrap_or_else(|| panic!("seed {seed}: nobody for {town} on {before}"));
        answers.push((town.clone(), before, unit.id));
    }
}

fn holds(world: &World, before: &Units, act: &Act, on: Date, seed: u64) {
    let told = || format!("seed {seed} on {on}: {act:?}");
    for later in [on, on.tomorrow().expect("a day"), day(5_000)] {
        assert_eq!(world.units.covered_twice(later), [], "{}", told());
        assert_eq!(world.units.circle(later), None, "{}", told());
    }
    for (person, id) in &world.people {
        let unit = world.units.get(*id);
        // The last unit of a kind may be closed without heir: its people wait to be placed.
        let there = unit.is_some_and(|unit| unit.exists_on(on) || unit.heir.is_none());
        assert!(there, "{}: person {person} is nowhere", told());
    }
    // Successors see whatever those before them saw.
    let gone: Vec<Id> = match act {
        Act::Merge { from, into } => from.iter().copied().filter(|id| id != into).collect(),
        Act::Close {
            unit,
            heir: Some(_),
        } => vec![*unit],
        Act::Split { from, .. } => vec![*from],
        _ => Vec::new(),
    };
    let yesterday = on.yesterday().expect("a day before");
    for id in gone {
        let mut heirs: Vec<&Unit> = match act {
            Act::Split { parts, rest, .. } => {
                let ids = parts.iter().map(|part| part.into).chain(*rest);
                ids.filter_map(|id| world.units.get(id)).collect()
            }
            _ => Vec::new(),
        };
        heirs.extend(world.units.successor(id, on));
        let covered = |town: &str| {
            let mut areas = heirs.iter().flat_map(|unit| unit.areas_on(on));
            areas.any(|area| town.starts_with(crate::area_prefix(area)))
        };
        let unit = before.get(id).expect("it was there");
        for area in unit.areas_on(yesterday).into_iter().map(crate::area_prefix) {
            let towns = world.towns.iter().filter(|town| town.starts_with(area));
            for town in towns {
                assert!(covered(town), "{}: nobody took {town}", told());
            }
        }
    }
}

#[test]
fn a_merged_unit_answers_for_its_days_and_its_successor_from_then_on() {
    let towns = ["330109001", "330109002"].map(str::to_owned);
    let units = [
        unit(1, "county", None, &["330109".to_owned()]),
        unit(2, "station", Some(1), &towns[..1]),
        unit(3, "station", Some(1), &towns[1..]),
        unit(4, "station", Some(1), &[]),
    ];
    let mut all: Units = units.into_iter().collect();
    let act = Act::Merge {
        from: vec![Id(2), Id(3)],
        into: Id(4),
    };
    let on = date(2027, 5, 1);
    let plan = plan(&all, &act, on, &|_| Vec::new()).expect("a plan");
    for unit in plan.after {
        all.put(unit);
    }
    let who = |on: Date| all.responsible("330109001", on).map(|unit| unit.id);
    assert_eq!(who(date(2027, 4, 30)), Some(Id(2)));
    assert_eq!(who(on), Some(Id(4)));
    assert_eq!(all.successor(Id(2), on).map(|unit| unit.id), Some(Id(4)));
    let merged = all.get(Id(2)).expect("it is kept");
    assert!(!merged.is_open && merged.until == Some(on) && merged.heir == Some(Id(4)));
    let back = super::plan(&all, &act, on, &|_| Vec::new());
    assert!(back.is_err(), "a unit merges once");
}

#[test]
fn a_name_and_a_superior_hold_until_their_day() {
    let mut all: Units = [
        unit(1, "county", None, &[]),
        unit(2, "county", None, &[]),
        unit(3, "station", Some(1), &[]),
    ]
    .into_iter()
    .collect();
    let first = date(2027, 1, 1);
    let rename = Act::Rename {
        unit: Id(3),
        title: "城东所".into(),
    };
    let under = Act::Move {
        unit: Id(3),
        under: Some(Id(2)),
    };
    for (act, on) in [(rename, first), (under, date(2027, 6, 1))] {
        for unit in plan(&all, &act, on, &|_| Vec::new()).expect("a plan").after {
            all.put(unit);
        }
    }
    let station = all.get(Id(3)).expect("a unit");
    assert_eq!(station.title_on(date(2026, 12, 31)), "单位3");
    assert_eq!(station.title_on(first), "城东所");
    assert_eq!(station.parent_on(date(2027, 5, 31)), Some(Id(1)));
    assert_eq!(station.parent_on(date(2027, 6, 1)), Some(Id(2)));
    let circle = Act::Move {
        unit: Id(2),
        under: Some(Id(3)),
    };
    assert!(plan(&all, &circle, date(2027, 7, 1), &|_| Vec::new()).is_err());
}
