//! Every workflow walked at random: any person, any action, any moment. A new subsystem is tested on
//! the day it is written, because nothing here knows any by name.

mod flow;

use std::collections::{BTreeSet, HashMap, HashSet};

use app::{No, RecordView};
use catalogue::{Action, Phase, Register, RegisterIx, Source, Verb};
use kernel::{Actor, Id, Reason, Value, Words};
use testkit::TestApp;

use crate::world::{Opinion, World, may_see, reaches, sights, value};

/// Steps taken in every register that has states.
const STEPS: usize = 1_000;
/// A matter needs many steps one after another.
const STEPS_OF_FLOWS: usize = 2_000;
/// The clock moves on by at most so many days a step.
const DAYS_A_STEP: usize = 3;
/// Every second step is taken on one of the newest records.
const NEWEST: usize = 5;
const SEEDS: [u64; 2] = [20_270_301, 7];

#[test]
fn the_tennis_club_is_walked_at_random() {
    let mut walked = BTreeSet::new();
    for seed in SEEDS {
        walked.extend(walk_all(&mut World::club(seed), seed));
    }
    // The club is small enough that everything it offers must have happened in one walk or another.
    let club = TestApp::club();
    let catalogue = club.app.catalogue();
    for (_, def) in catalogue
        .all()
        .filter(|(_, def)| def.subsystem == "tennis_club")
    {
        for action in &def.actions {
            let name = format!("{}.{}", def.name, action.name);
            assert!(
                walked.contains(&name),
                "seeds {SEEDS:?}: {name} never happened"
            );
        }
    }
}

#[test]
fn every_real_register_is_walked_at_random() {
    let seed = SEEDS[0];
    let mut world = World::real(seed);
    let walked = walk_all(&mut world, seed);
    let catalogue = world.house.app.catalogue().clone();
    for (_, def) in catalogue
        .all()
        .filter(|(_, def)| def.subsystem != "house" && !def.actions.is_empty())
    {
        let some = walked
            .iter()
            .any(|name| name.starts_with(&format!("{}.", def.name)));
        assert!(some, "seed {seed}: nothing happened in {}", def.name);
    }
}

/// Walks all registers with states; answers the actions that happened.
fn walk_all(world: &mut World, seed: u64) -> BTreeSet<String> {
    let catalogue = world.house.app.catalogue().clone();
    let mut happened = BTreeSet::new();
    for (ix, def) in catalogue.all() {
        no_dead_end(&catalogue, def);
        if def.states.is_empty() || def.subsystem == "house" {
            continue;
        }
        let steps = if def.is_flow() { STEPS_OF_FLOWS } else { STEPS };
        for step in 0..steps {
            let told = format!("seed {seed}, {} step {step}", def.name);
            world.pass(DAYS_A_STEP);
            if let Some(action) = one_step(world, ix, def, &told) {
                happened.insert(format!("{}.{action}", def.name));
            }
        }
        numbers_are_unique(world, ix, def, seed);
        for id in world.of(ix).iter().filter(|_| def.is_flow()) {
            let told = format!("seed {seed}, {} at the end", def.name);
            flow::is_sound(world, ix, def, *id, &told);
        }
    }
    happened
}

/// A state that is neither done nor void can be left or worked on by someone who sees the record.
fn no_dead_end(catalogue: &catalogue::Catalogue, def: &Register) {
    for (at, state) in def.states.iter().enumerate() {
        if matches!(state.phase, Phase::Done | Phase::Void) {
            continue;
        }
        let here = catalogue::StateIx(at);
        // A way of one state leads nowhere; the house gives turns to posts that a club has none of.
        let club = catalogue.register("tennis_club.member").is_some();
        if def.states.len() == 1 || (club && def.subsystem == "house") {
            continue;
        }
        let movers = def
            .actions
            .iter()
            .filter(|a| a.from.contains(&here))
            .flat_map(|a| &a.by);
        let seen = |role: &String| {
            let sees = |role: &str| {
                def.permissions
                    .get(role)
                    .is_some_and(|p| p.may.contains(&Verb::See))
            };
            // What the program itself moves on needs nobody to see it.
            sees(role) || sees("public") || role == catalogue::BY_SYSTEM
        };
        let found = movers.filter(|role| seen(role)).count();
        assert!(
            found > 0,
            "{}: no role can move a record that is {}",
            def.name,
            state.name
        );
    }
}

/// Somebody does something; answers the action that was taken.
fn one_step(world: &mut World, ix: RegisterIx, def: &Register, told: &str) -> Option<String> {
    let who = world.chance.pick(&world.people.clone()).cloned()?;
    if world.of(ix).is_empty() || world.chance.one_in(12) {
        // Every third new record is entered by the operator, so that there is always something.
        let by = if world.chance.one_in(3) {
            Actor::operator()
        } else {
            who
        };
        world.make(&by, ix);
        return None;
    }
    let mut records = world.of(ix).to_vec();
    if world.chance.one_in(2) {
        // What is new has most before it: many conditions look some days ahead.
        records = records.split_off(records.len().saturating_sub(NEWEST));
    }
    let id = *world.chance.pick(&records)?;
    if def.is_flow() && world.chance.one_in(10) {
        flow::on_a_turn(world, ix, id, told);
        flow::is_sound(world, ix, def, id, told);
        return None;
    }
    let before = world.truth(ix, id);
    looked_at(world, def, &who, &before, told);
    match world.chance.one_in(4) {
        true => {
            edited(world, def, &who, &before, told);
            None
        }
        false => {
            // Mostly somebody who could tries what could be done: long ways need many right steps in
            // a row.
            let (who, action) = match world.chance.below(6) {
                0..=2 if def.is_flow() => flow::able(world, def, ix, id).unwrap_or((who, None)),
                0..=3 => fitting(world, def, &before).unwrap_or((who, None)),
                _ => (who, None),
            };
            let action = action.or_else(|| world.chance.pick(&def.actions).cloned())?;
            acted(world, def, &who, &action, &before, told)
        }
    }
}

/// An action that leads on from the record's state, and somebody of a role that takes it.
fn fitting(
    world: &mut World,
    def: &Register,
    record: &RecordView,
) -> Option<(Actor, Option<Action>)> {
    let here = record.state?;
    let leading: Vec<Action> = def
        .actions
        .iter()
        .filter(|action| action.from.contains(&here))
        .cloned()
        .collect();
    let action = world.chance.pick(&leading)?.clone();
    let by = |who: &&Actor| match action.only_by_creator {
        true => who.account == record.created_by,
        false => who
            .role()
            .is_some_and(|role| action.by.iter().any(|by| by == role)),
    };
    let people: Vec<Actor> = world.people.iter().filter(by).cloned().collect();
    let who = world.chance.pick(&people)?.clone();
    Some((who, Some(action)))
}

/// Nobody sees what the definition forbids, neither the record nor one of its fields.
fn looked_at(world: &World, def: &Register, who: &Actor, truth: &RecordView, told: &str) {
    let login = &who.login;
    let seen = world.house.app.record(who, truth.register, truth.id, None);
    let opinion = may_see(def, who, truth);
    match &seen {
        Ok((view, _)) => {
            assert_ne!(opinion, Opinion::No, "{told}: {login} sees {}", truth.id);
            let mut covering = sights(def, who);
            covering.retain(|permission| reaches(def, who, truth, permission) != Opinion::No);
            for field in &view.fields {
                let name = &def.get(field.ix).name;
                let fine = covering.iter().any(|permission| {
                    let only = permission.fields.as_ref();
                    only.is_none_or(|only| only.contains(&field.ix))
                });
                assert!(fine, "{told}: {login} sees {name} of {}", truth.id);
                let bare = def.get(field.ix).personal && matches!(field.seen, app::Seen::Plain(_));
                let empty = field.seen.is_empty();
                assert!(
                    !bare || empty,
                    "{told}: {login} sees {name} of {} unmasked",
                    truth.id
                );
                assert!(
                    !def.get(field.ix).secret,
                    "{told}: {login} sees the secret {name}"
                );
            }
        }
        Err(No::Refused(refusal)) => {
            assert_ne!(
                opinion,
                Opinion::Yes,
                "{told}: {login} does not see {}",
                truth.id
            );
            assert_eq!(refusal.reason, Reason::NotFound, "{told}");
        }
        Err(No::Broke(error)) => panic!("{told}: {error}"),
    }
}

fn edited(world: &mut World, def: &Register, who: &Actor, before: &RecordView, told: &str) {
    let typed: Vec<_> = def
        .fields
        .iter()
        .filter(|f| f.typed() && !f.hidden)
        .cloned()
        .collect();
    let field = world.chance.pick(&typed).cloned();
    let input = world.input(field.iter());
    let done = world
        .house
        .app
        .edit(who, before.register, before.id, before.version, &input);
    let after = world.truth(before.register, before.id);
    match done {
        Ok(saved) => {
            assert_eq!(saved.version, after.version, "{told}");
            assert_eq!(after.state, before.state, "{told}: an edit moved the state");
            assert!(may(def, who, Verb::Edit), "{told}: {} edited", who.login);
        }
        Err(No::Refused(_)) => assert_eq!(after.version, before.version, "{told}"),
        Err(No::Broke(error)) => panic!("{told}: {error}"),
    }
}

fn may(def: &Register, who: &Actor, verb: Verb) -> bool {
    let may = |role: &str| {
        def.permissions
            .get(role)
            .is_some_and(|p| p.may.contains(&verb))
    };
    who.role().is_none_or(|role| may(role) || may("public"))
}

fn acted(
    world: &mut World,
    def: &Register,
    who: &Actor,
    action: &Action,
    before: &RecordView,
    told: &str,
) -> Option<String> {
    let asked = def
        .all_fields()
        .filter(|(ix, _)| action.fields.contains(ix) || action.needs.contains(ix));
    let asked: Vec<_> = asked.map(|(_, field)| field.clone()).collect();
    let mut input = Vec::new();
    for field in asked.iter().filter(|field| field.typed()) {
        if let Some(raw) = world.value(field) {
            input.push((field.name.clone(), raw));
        }
    }
    let said = (!world.chance.one_in(8)).then_some("随机检验");
    let words = Words {
        reason: said,
        opinion: said,
        ..Words::default()
    };
    let app = &world.house.app;
    let done = app.act(
        who,
        before.register,
        before.id,
        before.version,
        &action.name,
        &input,
        words,
    );
    let after = world.truth(before.register, before.id);
    let told = format!(
        "{told}: {} takes {} on {}",
        who.login, action.name, before.id
    );
    match done {
        Ok(_) => {
            let from = before
                .state
                .is_some_and(|state| action.from.contains(&state));
            assert!(from, "{told} from {:?}", before.state);
            let there = flow::may_lead(def, action, before.state, after.state);
            assert!(there, "{told}: is at {:?}", after.state);
            assert!(
                after.state.is_some_and(|s| s.0 < def.states.len()),
                "{told}: unknown state"
            );
            assert!(
                after.version > before.version,
                "{told}: nothing was written down"
            );
            let by = who
                .role()
                .is_some_and(|role| action.by.iter().any(|by| by == role));
            assert!(by, "{told} without the right");
            assert_ne!(may_see(def, who, before), Opinion::No, "{told} unseen");
            assert!(
                said.is_some() || !(action.reason || action.opinion),
                "{told} without a word"
            );
            if action.not_by_creator {
                assert_ne!(
                    before.created_by, who.account,
                    "{told}, made by the same person"
                );
            }
            written_down(world, &after, &action.name, &told);
            if def.is_flow() {
                flow::is_sound(world, before.register, def, before.id, &told);
            }
            Some(action.name.clone())
        }
        Err(No::Refused(_)) => {
            assert_eq!(
                after.version, before.version,
                "{told}: refused, and changed"
            );
            assert_eq!(after.state, before.state, "{told}: refused, and moved");
            None
        }
        Err(No::Broke(error)) => panic!("{told}: {error}"),
    }
}

/// The act stands in the history of the record.
fn written_down(world: &World, after: &RecordView, action: &str, told: &str) {
    let history = world
        .house
        .app
        .history(&Actor::operator(), after.register, after.id, None);
    let (entries, _) = history.unwrap_or_else(|no| panic!("{told}: {no:?}"));
    let found = entries
        .iter()
        .any(|entry| entry.act == action && entry.version <= after.version);
    assert!(found, "{told}: not in history");
}

/// Drawn numbers are there and differ; unique values differ.
fn numbers_are_unique(world: &World, ix: RegisterIx, def: &Register, seed: u64) {
    let records: Vec<RecordView> = world.of(ix).iter().map(|id| world.truth(ix, *id)).collect();
    for (field, about) in def.all_fields() {
        let drawn = matches!(about.source, Source::Number { .. });
        if (!drawn && !about.unique) || about.sealed() {
            continue;
        }
        let mut seen: HashMap<String, Id> = HashMap::new();
        let mut empty = HashSet::new();
        for record in &records {
            match value(record, field) {
                None | Some(Value::Null) => _ = empty.insert(record.id),
                Some(value) => {
                    let other = seen.insert(value.to_string(), record.id);
                    let name = format!("{}.{}", def.name, about.name);
                    assert!(
                        other.is_none(),
                        "seed {seed}: {name} {value} twice: {other:?} {}",
                        record.id
                    );
                }
            }
        }
        assert!(
            !drawn || empty.is_empty(),
            "seed {seed}: {}.{} not drawn: {empty:?}",
            def.name,
            about.name
        );
    }
}
