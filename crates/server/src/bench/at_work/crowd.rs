//! Three hundred people at work: each with a token and a session, asking at planned moments. A wait is
//! counted from the planned moment, also when the person's last answer had not come by then.

mod member;
mod plan;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use kernel::Id;

use self::member::{Member, Taken};
use self::plan::{Kind, MIX};
use crate::bench::cases::{Chance, Side};
use crate::bench::child::Server;
use crate::bench::client::{Client, Request};
use crate::bench::load::{Round, WARM_UP};
use crate::bench::office::{self, Through, Worker};
use crate::bench::report::Crowd;
use crate::bench::{ROUNDS, Run};
use crate::definitions::Sources;

pub const NAME: &str = "people";
/// Aim of issue 3, §7.
const PEOPLE: usize = 300;
const A_SECOND: f64 = 200.0;
const P95_MS: f64 = 80.0;
/// Who they are; whoever is missing in a small province is made up for by others.
const ROLES: [(&str, usize); 6] = [
    ("town_qo", 100),
    ("town_so", 40),
    ("station_officer", 80),
    ("section_officer", 40),
    ("section_head", 10),
    ("ent_admin", 30),
];
/// Answers that were errors and are told in full.
const TOLD_MAX: usize = 3;

/// A request at its moment, from the beginning.
struct Asked {
    due: Duration,
    kind: Kind,
    request: Request,
}

/// What became of it: how long after its moment, or the error.
struct Answered {
    due: Duration,
    kind: Kind,
    outcome: Result<Duration, String>,
}

pub fn measure(run: &mut Run<'_>, sources: &Sources) -> anyhow::Result<()> {
    let dir = run.places.ours();
    let (catalogue, _) = sources.catalogue()?;
    let workers = chosen(&office::workers(&dir, &catalogue)?);
    ensure!(
        workers.len() == PEOPLE,
        "only {} people have something to do: more --tasks",
        workers.len()
    );
    let accounts: Vec<Id> = workers.iter().map(|worker| worker.account).collect();
    let tokens = office::open(&dir, sources, &accounts, Through::Token)?;
    let sessions = office::open(&dir, sources, &accounts, Through::Session)?;
    let server = run.server(Side::Ours)?;
    server.rest()?;
    let seconds = run.ask.seconds * ROUNDS as f64;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let crowd = runtime.block_on(async {
        let keys = tokens.into_iter().zip(sessions);
        let mut client = Client::connect(server.at, "").await?;
        let (mut members, mut taken) = (Vec::with_capacity(PEOPLE), Taken::new());
        for (worker, keys) in workers.iter().enumerate().zip(keys) {
            members.push(Member::of(worker, keys, &mut client, &mut taken).await?);
        }
        let asked = planned(&mut members, seconds)?;
        eprintln!("{PEOPLE} 人，每秒 {A_SECOND:.0} 个请求，{seconds:.0} 秒");
        let local = tokio::task::LocalSet::new();
        local.run_until(at_once(&server, asked, seconds)).await
    })?;
    run.report.crowd = Some(crowd);
    server.stop()?;
    Ok(())
}

/// People of each role from all over the list of those who have something to do.
fn chosen(workers: &[Worker]) -> Vec<Worker> {
    let busy: Vec<&Worker> = workers.iter().filter(|worker| worker.waiting > 0).collect();
    let mut chosen: Vec<Worker> = Vec::with_capacity(PEOPLE);
    for (role, count) in ROLES {
        let of_role: Vec<&&Worker> = busy.iter().filter(|worker| worker.role == role).collect();
        let every = (of_role.len() / count).max(1);
        let some = of_role.into_iter().step_by(every).take(count);
        chosen.extend(some.map(|worker| (*worker).clone()));
    }
    let known: Vec<Id> = chosen.iter().map(|worker| worker.account).collect();
    let others = busy
        .into_iter()
        .filter(|worker| !known.contains(&worker.account));
    let missing = PEOPLE - chosen.len();
    chosen.extend(others.take(missing).cloned());
    chosen
}

/// What each of them asks, and when.
fn planned(members: &mut [Member], seconds: f64) -> anyhow::Result<Vec<Vec<Asked>>> {
    let count = (A_SECOND * seconds * (1.0 + WARM_UP)).ceil() as usize;
    let mut asked: Vec<Vec<Asked>> = members.iter().map(|_| Vec::new()).collect();
    let mut turns = [0; MIX.len()];
    for (nth, kind) in plan::kinds(count, &mut Chance::new(11))
        .into_iter()
        .enumerate()
    {
        let due = plan::due(nth, A_SECOND);
        let place = MIX.iter().position(|(known, _)| *known == kind);
        let turn = &mut turns[place.unwrap_or_default()];
        let found = plan::turn(members, turn, |member| member.request(kind));
        let (who, request) = found.with_context(|| {
            let title = kind.title();
            format!("“{title}” is used up; ask for fewer --seconds or more --tasks")
        })?;
        asked[who].push(Asked { due, kind, request });
    }
    Ok(asked)
}

/// Everybody on a connection of his own, all on one thread.
async fn at_once(server: &Server, asked: Vec<Vec<Asked>>, seconds: f64) -> anyhow::Result<Crowd> {
    let mut clients = Vec::with_capacity(asked.len());
    for _ in &asked {
        clients.push(Client::connect(server.at, "").await?);
    }
    let people = asked.len();
    let begin = Instant::now();
    let tasks: Vec<_> = asked
        .into_iter()
        .zip(clients)
        .map(|(asked, client)| tokio::task::spawn_local(one(client, server.at, asked, begin)))
        .collect();
    let warm = Duration::from_secs_f64(seconds * WARM_UP);
    tokio::time::sleep_until((begin + warm).into()).await;
    let before = server.process.cpu()?;
    let end = begin + warm + Duration::from_secs_f64(seconds);
    tokio::time::sleep_until(end.into()).await;
    let cpu = server.process.cpu()?.saturating_sub(before);
    let mut answered = Vec::new();
    for task in tasks {
        answered.extend(task.await.context("one of the people broke down")?);
    }
    answered.retain(|answered| answered.due >= warm);
    let mut crowd = summed(&answered, Duration::from_secs_f64(seconds));
    crowd.people = people;
    crowd.all.cpu = cpu;
    Ok(crowd)
}

/// Asks at each moment, or as soon as the last answer came.
async fn one(client: Client, to: SocketAddr, asked: Vec<Asked>, begin: Instant) -> Vec<Answered> {
    let mut client = Some(client);
    let mut answered = Vec::with_capacity(asked.len());
    for Asked { due, kind, request } in asked {
        let at = begin + due;
        tokio::time::sleep_until(at.into()).await;
        let outcome = ask(&mut client, to, &request).await;
        let wait = at.elapsed();
        let told = |why: anyhow::Error| format!("{} {}：{why:#}", request.method, request.target);
        let outcome = outcome.map(|()| wait).map_err(told);
        if outcome.is_err() {
            client = None;
        }
        answered.push(Answered { due, kind, outcome });
    }
    answered
}

async fn ask(client: &mut Option<Client>, to: SocketAddr, request: &Request) -> anyhow::Result<()> {
    let client = match client {
        Some(client) => client,
        None => client.insert(Client::connect(to, "").await?),
    };
    let (status, body) = client.ask(request).await?;
    let told = || {
        String::from_utf8_lossy(body)
            .chars()
            .take(300)
            .collect::<String>()
    };
    ensure!((200..300).contains(&status), "{status} {}", told());
    Ok(())
}

fn summed(answered: &[Answered], took: Duration) -> Crowd {
    let round = |kind: Option<Kind>| {
        let of_kind = answered
            .iter()
            .filter(|a| kind.is_none_or(|kind| a.kind == kind));
        let waits = of_kind.filter_map(|answered| answered.outcome.as_ref().ok());
        let mut latencies: Vec<u32> = waits
            .map(|wait| u32::try_from(wait.as_micros()).unwrap_or(u32::MAX))
            .collect();
        latencies.sort_unstable();
        Round {
            requests: latencies.len() as u64,
            took,
            latencies,
            ..Round::default()
        }
    };
    let errors = answered.iter().filter_map(|a| a.outcome.as_ref().err());
    Crowd {
        a_second: A_SECOND,
        all: round(None),
        errors: errors.clone().count(),
        told: errors.take(TOLD_MAX).cloned().collect(),
        kinds: MIX
            .iter()
            .map(|(kind, _)| (kind.title(), round(Some(*kind))))
            .collect(),
        aim: P95_MS,
        ..Crowd::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_counts_as_an_error_and_not_as_fast() {
        let one = |kind, outcome| Answered {
            due: Duration::ZERO,
            kind,
            outcome,
        };
        let answered = [
            one(Kind::Todo, Ok(Duration::from_millis(3))),
            one(Kind::Todo, Err("503".to_owned())),
            one(Kind::List, Ok(Duration::from_millis(1))),
        ];
        let crowd = summed(&answered, Duration::from_secs(1));
        assert_eq!((crowd.all.requests, crowd.errors), (2, 1));
        assert_eq!(crowd.all.latencies, [1_000, 3_000]);
        assert_eq!(crowd.kinds[0].1.requests, 1);
    }
}
