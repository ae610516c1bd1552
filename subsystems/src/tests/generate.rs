//! The generator's records, decided by the kernel: none refused, none twice, the same for a seed.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use jiff::civil::date;
use kernel::{Catalogue, Commit, Datum, Id, Refusal, RegisterIx, Value, What};

use super::county::{County, counts};
use crate::generate::{Area, Decider, Made, Plan, Shelf, Summary, run};

/// Keeps commits in memory.
struct Memory {
    cycles: Made,
    commits: Vec<Commit>,
    last: i64,
}

impl Shelf for Memory {
    fn next_id(&mut self) -> Result<Id, Refusal> {
        self.last += 1;
        Ok(Id(self.last))
    }

    fn keep(&mut self, commit: Commit) -> Result<(), Refusal> {
        self.commits.push(commit);
        Ok(())
    }

    fn all(&mut self, register: &str) -> Result<Made, Refusal> {
        assert_eq!(register, "special_equipment.cycle");
        Ok(self.cycles.clone())
    }

    fn find(&mut self, _: &str, _: &str, _: &str) -> Result<Option<Made>, Refusal> {
        Ok(None)
    }
}

fn province(devices: usize, seed: u64) -> (Catalogue, Summary, Vec<Commit>) {
    let today = date(2026, 11, 20);
    let area = Area::Province("370000".to_owned());
    made(&Plan {
        devices,
        seed,
        today,
        area,
    })
}

fn made(plan: &Plan) -> (Catalogue, Summary, Vec<Commit>) {
    let county = County::with_cycles(super::loaded(), plan.today);
    let cycles = (0..counts()["special_equipment.cycle"]).map(|at| county.by_index(at).clone());
    let shelf = Memory {
        cycles: Arc::new(cycles.collect()),
        commits: Vec::new(),
        last: 1_000,
    };
    let mut decider = Decider::new(&county.catalogue, &county.hooks, shelf);
    let summary = match run(plan, &mut decider) {
        Ok(summary) => summary,
        Err(refusal) => panic!("{refusal} {:?}", refusal.blames),
    };
    let commits = decider.shelf.commits;
    (county.catalogue, summary, commits)
}

/// What every record holds in the end, by register and id.
fn settled(commits: &[Commit]) -> HashMap<(RegisterIx, i64), HashMap<usize, Datum>> {
    let mut records: HashMap<_, HashMap<usize, Datum>> = HashMap::new();
    for change in commits.iter().flat_map(|commit| &commit.changes) {
        let record = records.entry((change.register, change.id.0)).or_default();
        if let What::Insert { data, .. } | What::Update { data, .. } = &change.what {
            record.extend(data.iter().map(|(ix, datum)| (ix.0, datum.clone())));
        }
    }
    records
}

#[test]
fn a_province_is_made_without_a_refusal_and_nothing_unique_twice() {
    let (catalogue, summary, commits) = province(1_500, 7);
    assert_eq!(summary.devices, 1_500);
    assert_eq!(summary.units, 1 + 17 + 143);
    assert!(summary.towns > 1_000 && summary.firms > 100, "{summary:?}");
    let reported = summary.reports as f64 / summary.devices as f64;
    assert!((0.21..0.29).contains(&reported), "{summary:?}");
    let staffed = summary.people as f64 / summary.devices as f64;
    assert!((0.36..0.46).contains(&staffed), "{summary:?}");
    let records = settled(&commits);
    for (register, def) in catalogue.all() {
        for (ix, field) in def.all_fields().filter(|(_, f)| f.unique) {
            let mut seen = HashSet::new();
            for ((of, _), data) in &records {
                if *of == register
                    && let Some(Datum::One(Value::Text(word))) = data.get(&ix.0)
                {
                    assert!(
                        seen.insert(word),
                        "{}.{} {word} twice",
                        def.name,
                        field.name
                    );
                }
            }
        }
    }
}

#[test]
fn most_devices_in_use_are_inspected_in_time() {
    let (catalogue, _, commits) = province(1_500, 8);
    let register = catalogue.register("special_equipment.equipment").unwrap();
    let due = catalogue.at(register).field("next_due").unwrap();
    let today = Value::Date(date(2026, 11, 20));
    let mut dated = 0;
    let mut late = 0;
    for ((of, _), data) in settled(&commits) {
        if of != register {
            continue;
        }
        if let Some(Datum::One(Value::Date(day))) = data.get(&due.0) {
            dated += 1;
            late += usize::from(Value::Date(*day) != today && *day < date(2026, 11, 20));
        }
    }
    assert!(dated > 1_350, "{dated} devices have a next inspection");
    let share = late as f64 / dated as f64;
    assert!((0.01..0.12).contains(&share), "{share}");
}

#[test]
fn history_of_a_record_goes_forward() {
    let (_, _, commits) = province(600, 9);
    let mut last: HashMap<(RegisterIx, i64), (i64, i64)> = HashMap::new();
    let end = kernel::Moment::from_timestamp("2026-11-21T16:00:00Z".parse().unwrap());
    for commit in &commits {
        assert!(commit.meta.at < end);
        for change in &commit.changes {
            let version = match &change.what {
                What::Insert { .. } => 1,
                What::Update { expected, .. } => expected + 1,
                _ => panic!("a generator neither removes nor erases"),
            };
            let at = (version, commit.meta.at.0);
            if let Some(before) = last.insert((change.register, change.id.0), at) {
                assert_eq!(before.0 + 1, at.0);
                assert!(before.1 <= at.1, "{} goes back in time", change.id);
            }
        }
    }
}

#[test]
fn the_same_seed_makes_the_same_and_another_makes_something_else() {
    let (_, _, one) = province(300, 1);
    assert_eq!(one, province(300, 1).2);
    assert_ne!(one, province(300, 2).2);
}

#[test]
fn a_single_county_has_its_stations_and_towns() {
    let area = Area::County {
        code: "330109".to_owned(),
        towns: 28,
        key_firms: 300,
    };
    let plan = Plan {
        devices: 400,
        seed: 1,
        today: date(2026, 11, 20),
        area,
    };
    let (_, summary, _) = made(&plan);
    assert_eq!(summary.towns, 28);
    assert_eq!(summary.units, 1 + 6 + 28);
    assert_eq!(summary.devices, 400);
    assert!(summary.firms >= 300);
}
