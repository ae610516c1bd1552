//! The office: the province of devices at work. Stations, towns, people in their posts, and open tasks of
//! matters over real records, made once on a copy of the devices and kept.

mod matters;
mod staff;

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use catalogue::Catalogue;
use kernel::flow::desks;
use kernel::{Actor, Id, Moment, Power};
use store::{Door, DoorKind};

use super::bare::{self, Seated};
use super::client::Key;
use super::data::{Places, copy_folder};
use crate::data::House;
use crate::definitions::Sources;

pub use matters::{RECTIFICATION, REPORT};

/// Bytes of a token, as the house draws them.
const TOKEN_BYTES: usize = 32;
/// Hours in which what a run opened is shut again.
const OPEN_HOURS: i64 = 12;

/// The office is made when it is not there or of another size; the devices must stand.
pub fn prepare(
    places: &Places,
    (devices, tasks): (usize, usize),
    sources: &Sources,
) -> anyhow::Result<()> {
    let (dir, size) = (places.office(), places.file("office_size"));
    let wanted = format!("{devices} {tasks}");
    let made = fs::read_to_string(&size).unwrap_or_default();
    if made.trim() == wanted && dir.exists() {
        places.run(&["migrate"], [OsStr::new("--data"), dir.as_os_str()])?;
        return Ok(());
    }
    for left in [&size, &dir] {
        match left.is_dir() {
            true => fs::remove_dir_all(left)?,
            false if left.exists() => fs::remove_file(left)?,
            false => {}
        }
    }
    eprintln!("准备 {tasks} 件待办（第一次要几分钟）");
    copy_folder(&places.base(), &dir)?;
    let house = House::to_write(&dir, sources)?;
    furnish(&house, tasks)?;
    drop(house);
    let lying: i64 = bare::lying(&dir)?.values().sum();
    ensure!(
        lying == tasks as i64,
        "{tasks} tasks were to be made, {lying} lie on desks"
    );
    fs::write(&size, wanted)?;
    Ok(())
}

/// Puts people and open tasks into a directory of devices; what is in memory does not know of them.
pub fn furnish(house: &House, tasks: usize) -> anyhow::Result<()> {
    house.store.in_haste(|| {
        let staff = staff::seat(house)?;
        matters::fill(house, &staff, tasks)
    })?
}

/// Somebody of the office, with the desks at which his tasks lie.
#[derive(Clone, Debug)]
pub struct Worker {
    pub account: Id,
    pub role: String,
    /// As the store keeps them.
    pub desks: Vec<String>,
    /// Open tasks on all of them.
    pub waiting: i64,
}

/// Everybody of the office, whoever has most to do first.
pub fn workers(dir: &Path, catalogue: &Catalogue) -> anyhow::Result<Vec<Worker>> {
    let lying = bare::lying(dir)?;
    let seated = bare::seated(dir)?.into_iter();
    let mut workers: Vec<Worker> = seated
        .map(|seated| {
            let desks = desks(catalogue, &actor(&seated));
            let desks: Vec<String> = desks.iter().map(ToString::to_string).collect();
            Worker {
                waiting: desks.iter().filter_map(|desk| lying.get(desk)).sum(),
                account: seated.account,
                role: seated.role,
                desks,
            }
        })
        .collect();
    workers.sort_by_key(|worker| (std::cmp::Reverse(worker.waiting), worker.account));
    Ok(workers)
}

fn actor(seated: &Seated) -> Actor {
    Actor {
        account: seated.account,
        power: Power::Role(seated.role.clone()),
        unit: seated.unit,
        subject: seated.subject,
        ..Actor::public()
    }
}

/// Which kind of door a key opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Through {
    /// A bearer token, as programs have.
    Token,
    /// The cookie of a session, as somebody who signed in has.
    Session,
}

/// Opens a door for each account, as signing in does: what a password costs is not measured here.
/// Nobody else may have the directory in hand.
pub fn open(
    dir: &Path,
    sources: &Sources,
    accounts: &[Id],
    through: Through,
) -> anyhow::Result<Vec<Key>> {
    let house = House::to_write(dir, sources)?;
    let now = house.app.now();
    let store = &house.store;
    store.in_haste(|| {
        let opened = accounts.iter().map(|account| {
            let token = token()?;
            store.open_door(Door {
                key: ledger::sm3(token.as_bytes()),
                account: *account,
                kind: match through {
                    Through::Token => DoorKind::Bearer,
                    Through::Session => DoorKind::Session,
                },
                made: now,
                seen: now,
                until: Moment(now.0 + OPEN_HOURS * 3_600_000_000),
                proved: now,
                about: String::new(),
                post: Id(0),
            })?;
            let token: Arc<str> = token.into();
            Ok(match through {
                Through::Token => Key::Bearer(token),
                Through::Session => Key::Cookie(token),
            })
        });
        opened.collect()
    })?
}

fn token() -> anyhow::Result<String> {
    let mut bytes = [0; TOKEN_BYTES];
    getrandom::fill(&mut bytes).ok().context("no chance")?;
    Ok(ledger::to_hex(&bytes))
}
