//! The first page of a person's to-do list among all open tasks, of somebody with some hundreds of them
//! and of those who have most.

use std::sync::Arc;

use anyhow::{Context as _, ensure};
use kernel::{Id, Moment};
use serde_json::Value as Json;

use crate::bench::cases::{Chance, Side};
use crate::bench::child::Server;
use crate::bench::client::{Client, Key, Request, encoded};
use crate::bench::load::{Askers, Asking};
use crate::bench::office::{self, Through, Worker};
use crate::bench::report::{Aim, Line};
use crate::bench::{Crowd, Run};
use crate::definitions::Sources;

pub const NAME: &str = "todo";
/// Aim of issue 3, §7.
const TODO_MS: f64 = 10.0;
/// An ordinary list holds so many tasks.
const SOME: std::ops::RangeInclusive<i64> = 100..=999;
/// People of an ordinary list, and of the longest ones.
const SOME_PEOPLE: usize = 64;
const MANY_PEOPLE: usize = 16;
/// People whose pages are compared, row by row, before anything is measured.
const COMPARED: usize = 8;

type Lines = [(&'static str, &'static str, Crowd); 2];
const LINES_OF_ORDINARY: Lines = [
    ("todo", "待办首页（在办几百件的人）", Crowd::Alone),
    ("todo_crowd", "同上，所有连接同时", Crowd::Full),
];
const LINES_OF_LONGEST: Lines = [
    ("todo_many", "待办首页（在办最多的人）", Crowd::Alone),
    ("todo_many_crowd", "同上，所有连接同时", Crowd::Full),
];

/// Somebody who asks for his list.
#[derive(Clone)]
struct Holder {
    worker: Worker,
    key: Key,
}

/// Both sides read the same directory: a list changes nothing.
pub fn measure(run: &mut Run<'_>, sources: &Sources) -> anyhow::Result<()> {
    let dir = run.places.office();
    let (catalogue, _) = sources.catalogue()?;
    let workers = office::workers(&dir, &catalogue)?;
    let lists = [
        (ordinary(&workers), LINES_OF_ORDINARY),
        (longest(&workers), LINES_OF_LONGEST),
    ];
    let lists = lists.map(|(workers, lines)| {
        let accounts: Vec<Id> = workers.iter().map(|worker| worker.account).collect();
        let keys = office::open(&dir, sources, &accounts, Through::Token)?;
        let holders = workers.into_iter().zip(keys);
        let holders = holders.map(|(worker, key)| Holder { worker, key });
        anyhow::Ok((Arc::new(holders.collect::<Vec<_>>()), lines))
    });
    let ours = run.server_on(Side::Ours, &dir)?;
    let bare = run.server_on(Side::Bare, &dir)?;
    ours.rest()?;
    for list in lists {
        let (holders, lines) = list?;
        alike(&holders, &ours, &bare)?;
        for (name, title, crowd) in lines {
            let connections = crowd.connections(run.ask);
            let askers = |side| askers(side, &holders, connections);
            let (of_ours, of_bare) = run.rounds(title, askers, (&ours, &bare))?;
            run.report.lines.push(Line {
                name,
                title,
                ours: of_ours,
                bare: of_bare,
                aim: (crowd == Crowd::Alone).then_some(Aim::Within(TODO_MS)),
            });
        }
        run.report.notes.push(told(lines[0].1, &holders));
    }
    ours.stop()?;
    bare.stop()?;
    Ok(())
}

/// People with some hundreds of tasks, from all over the province; in a small one whoever has most.
fn ordinary(workers: &[Worker]) -> Vec<Worker> {
    let some = |worker: &&Worker| SOME.contains(&worker.waiting);
    let found: Vec<&Worker> = workers.iter().filter(some).collect();
    let found = if found.is_empty() {
        workers.iter().take(SOME_PEOPLE).collect()
    } else {
        found
    };
    let every = found.len().div_ceil(SOME_PEOPLE).max(1);
    found.into_iter().step_by(every).cloned().collect()
}

fn longest(workers: &[Worker]) -> Vec<Worker> {
    workers.iter().take(MANY_PEOPLE).cloned().collect()
}

fn told(title: &str, holders: &[Holder]) -> String {
    let waiting = || holders.iter().map(|holder| holder.worker.waiting);
    format!(
        "{title}：{} 人，每人 {}–{} 件",
        holders.len(),
        waiting().min().unwrap_or_default(),
        waiting().max().unwrap_or_default()
    )
}

fn request(side: Side, holder: &Holder) -> Request {
    match side {
        Side::Ours => Request::get("/api/-/todo").by(&holder.key),
        Side::Bare => {
            let desks = encoded(&holder.worker.desks.join(","));
            let account = holder.worker.account;
            Request::get(format!("/todo?account={account}&desks={desks}"))
        }
    }
}

/// Both sides show the same rows in the same order, or nothing is measured.
fn alike(holders: &[Holder], ours: &Server, bare: &Server) -> anyhow::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(async {
        let mut sides = [
            (Side::Ours, Client::connect(ours.at, "").await?),
            (Side::Bare, Client::connect(bare.at, "").await?),
        ];
        for holder in holders.iter().take(COMPARED) {
            let mut pages = Vec::new();
            for (side, client) in &mut sides {
                let (status, body) = client.ask(&request(*side, holder)).await?;
                ensure!(status == 200, "a to-do list answers {status}");
                pages.push(rows(&serde_json::from_slice(body)?)?);
            }
            ensure!(
                !pages[0].is_empty() && pages[0] == pages[1],
                "the to-do list of {} is not alike on both sides:\n{:?}\n{:?}",
                holder.worker.account,
                pages[0],
                pages[1]
            );
        }
        Ok(())
    })
}

/// What both sides say of each row; moments in microseconds.
fn rows(page: &Json) -> anyhow::Result<Vec<Vec<Json>>> {
    const SAME: [&str; 9] = [
        "turn", "register", "id", "shown", "at_state", "outcome", "claimed", "is_new", "reminded",
    ];
    let items = page["items"].as_array().context("a page without items")?;
    let moment = |value: &Json| match value.as_str() {
        Some(text) => text.parse::<Moment>().map_or(Json::Null, |at| at.0.into()),
        None => value.clone(),
    };
    let row = |item: &Json| {
        let same = SAME.iter().map(|name| item[name].clone());
        let moments = ["began_at", "due_at"].map(|name| moment(&item[name]));
        same.chain(moments).collect()
    };
    Ok(items.iter().map(row).collect())
}

fn askers(side: Side, holders: &Arc<Vec<Holder>>, connections: usize) -> Askers {
    let asker = |nth: usize| -> Box<dyn Asking> {
        Box::new(Opening {
            side,
            holders: Arc::clone(holders),
            chance: Chance::new(nth as u64 + 1),
        })
    };
    (0..connections).map(asker).collect()
}

struct Opening {
    side: Side,
    holders: Arc<Vec<Holder>>,
    chance: Chance,
}

impl Asking for Opening {
    fn next(&mut self) -> Request {
        request(self.side, self.chance.pick(&self.holders))
    }

    fn answered(&mut self, _: u16, _: &[u8]) -> anyhow::Result<()> {
        Ok(())
    }
}
