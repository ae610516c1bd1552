//! That both sides answer and write the same, on a county with an office at work.

use std::path::Path;

use app::{Clock as _, NewUnit, SystemClock, Tab};
use kernel::{Actor, Words};
use rusqlite::Connection;
use rusqlite::types::Value as Cell;
use serde_json::Value as Json;
use store::{Founding, Seal, Store};
use subsystems::generate::{Area, Plan};

use super::approve;
use crate::bench::data::copy_folder;
use crate::bench::{bare, office};
use crate::data::House;
use crate::definitions::Sources;
use crate::generate::fill;
use crate::samples::{self, Which};

const COUNTY: &str = "330109";
const TASKS: usize = 400;

fn sources() -> Sources {
    Sources {
        folder: None,
        overlays: Vec::new(),
    }
}

/// A county with devices, people and open tasks.
fn county(dir: &Path) -> House {
    let (catalogue, hooks) = sources().catalogue().unwrap();
    let founding = Founding {
        division: COUNTY.parse().unwrap(),
        instance: 0,
        at: SystemClock.now(),
        seal: Seal::Aes,
    };
    let store = Store::create(dir, founding, catalogue.clone()).unwrap();
    let house = House::of(store, catalogue, hooks, None).unwrap();
    let bureau = NewUnit {
        code: COUNTY,
        title: "萧山区市场监督管理局",
        kind: "county",
        parent: None,
        areas: &[COUNTY.to_owned()],
    };
    house.app.add_unit(&Actor::operator(), &bureau).unwrap();
    samples::enter(&house, Which::Standing).unwrap();
    let area = Area::County {
        code: COUNTY.to_owned(),
        towns: 6,
        key_firms: 10,
    };
    let plan = Plan {
        devices: 60,
        seed: 1,
        today: SystemClock.now().local_date().yesterday().unwrap(),
        area,
    };
    fill(&house.store, &house.hooks, &plan).unwrap();
    office::furnish(&house, TASKS).unwrap();
    house.afresh().unwrap()
}

fn actor(house: &House, account: kernel::Id) -> Actor {
    let person = house.app.person(account).unwrap().unwrap();
    person.actor.clone()
}

#[test]
fn a_list_shows_the_same_rows_on_both_sides() {
    let dir = tempfile::tempdir().unwrap();
    let house = county(dir.path());
    let lying = bare::lying(dir.path()).unwrap();
    assert_eq!(lying.values().sum::<i64>(), TASKS as i64);
    let workers = office::workers(dir.path(), &house.catalogue).unwrap();
    let mut roles = std::collections::HashSet::new();
    for worker in workers.iter().filter(|worker| worker.waiting > 0).take(30) {
        let page = house.app.todo(&actor(&house, worker.account), Tab::Todo, 0);
        let page = page.unwrap();
        let bare = bare::todo_of(dir.path(), worker.account, &worker.desks.join(",")).unwrap();
        let bare: Json = serde_json::from_str(&bare).unwrap();
        let of_bare: Vec<_> = bare["items"].as_array().unwrap().iter().collect();
        assert_eq!(page.rows.len() as i64, worker.waiting.min(50));
        assert_eq!(page.more, bare["next"] == 1);
        assert_eq!(page.rows.len(), of_bare.len());
        for (row, bare) in page.rows.iter().zip(of_bare) {
            assert_eq!(bare["turn"], row.task.unwrap().to_string());
            assert_eq!(bare["id"], row.record.to_string());
            assert_eq!(bare["shown"], row.shown.as_ref().unwrap().shown);
            assert_eq!(bare["at_state"], row.at_state);
            assert_eq!(bare["due_at"], serde_json::json!(row.due_at.map(|at| at.0)));
            assert_eq!(bare["began_at"], row.began_at.0);
            assert_eq!(
                (&bare["is_new"], &bare["claimed"]),
                (&row.is_new.into(), &row.claimed.into())
            );
        }
        roles.insert(worker.role.clone());
    }
    assert!(roles.len() >= 4, "{roles:?}");
}

#[test]
fn an_approval_writes_the_same_rows_on_both_sides() {
    let base = tempfile::tempdir().unwrap();
    let dir = base.path().join("office");
    drop(county(&dir));
    let ours = base.path().join("ours");
    let bare_dir = base.path().join("bare");
    copy_folder(&dir, &ours).unwrap();
    copy_folder(&dir, &bare_dir).unwrap();
    let prepared = approve::prepared(&ours, &sources(), TASKS).unwrap();
    let house = House::to_write(&ours, &sources()).unwrap();
    let register = house.register(office::REPORT).unwrap();
    let late = |late: bool| {
        let found = prepared.iter().map(|prepared| &prepared.approval);
        found
            .clone()
            .find(move |approval| approval.late_days.is_some() == late)
    };
    let chosen: Vec<_> = [late(true), late(false)].into_iter().flatten().collect();
    assert!(!chosen.is_empty());
    for approval in chosen {
        let before = [&ours, &bare_dir].map(|dir| bare::entries(dir).unwrap().0);
        let actor = actor(&house, kernel::Id(approval.doer));
        let words = Words {
            opinion: Some(&approval.opinion),
            ..Words::default()
        };
        let (record, act) = (kernel::Id(approval.record), &approval.act);
        let input = Vec::new();
        let done = house
            .app
            .act(&actor, register, record, 1, act, &input, words);
        done.unwrap();
        bare::approve_one(&bare_dir, approval).unwrap();
        let by_ours = written(&ours, before[0], approval.matter);
        assert_eq!(by_ours.len(), 4 + 4, "{by_ours:#?}");
        assert_eq!(by_ours, written(&bare_dir, before[1], approval.matter));
    }
    drop(house);
    // What the bare side wrote is no sham: the ledger with it is whole.
    let report = store::verify(&bare_dir, &[], &[]).unwrap();
    assert!(report.is_whole(), "{report:?}");
}

/// The entries since then and the rows they are about, without moments and without the new task's id.
fn written(dir: &Path, since: i64, matter: i64) -> Vec<String> {
    let conn = Connection::open(dir.join("jinzhi.db")).unwrap();
    let sql =
        "SELECT tab, version, actor, act, body, at, rec FROM history WHERE seq >= ? ORDER BY seq";
    let mut statement = conn.prepare(sql).unwrap();
    let entry = |row: &rusqlite::Row<'_>| {
        let (tab, act): (String, String) = (row.get(0)?, row.get(3)?);
        let (version, actor): (i64, i64) = (row.get(1)?, row.get(2)?);
        let (body, at): (String, i64) = (row.get(4)?, row.get(5)?);
        let body = body.replace(&at.to_string(), "NOW");
        let told = format!("{tab} {version} {actor} {act} {body}");
        Ok((told, tab, row.get::<_, i64>(6)?, at))
    };
    let entries: Vec<_> = statement
        .query_map([since], entry)
        .unwrap()
        .map(Result::unwrap)
        .collect();
    let timed = entries.iter().all(|(told, ..)| told.contains("NOW"));
    assert!(timed, "{entries:#?}");
    let mut said = Vec::new();
    for (told, tab, id, at) in entries {
        said.push(told);
        said.push(row(&conn, &tab, id, at));
    }
    let sql = "SELECT count(*) FROM house__task WHERE matter = ? AND desk IS NOT NULL";
    let open: i64 = conn.query_row(sql, [matter], |row| row.get(0)).unwrap();
    assert_eq!(open, 1);
    said
}

fn row(conn: &Connection, tab: &str, id: i64, at: i64) -> String {
    let sql = format!("SELECT * FROM {tab} WHERE id = ?");
    let mut statement = conn.prepare(&sql).unwrap();
    let names: Vec<String> = statement.column_names().map(str::to_owned).collect();
    let cells = |row: &rusqlite::Row<'_>| {
        let cell = |(place, name): (usize, &String)| -> String {
            match row.get::<_, Cell>(place).unwrap() {
                Cell::Integer(number) if number == at => format!("{name} NOW"),
                _ if name == "id" => String::new(),
                cell => format!("{name} {cell:?}"),
            }
        };
        Ok(names
            .iter()
            .enumerate()
            .map(cell)
            .collect::<Vec<_>>()
            .join("|"))
    };
    statement.query_row([id], cells).unwrap()
}
