//! Crash harness (T1): the real server under eight writers is killed without warning, again and
//! again; nothing acknowledged may be lost, nothing half done.
//!
//! SIGKILL leaves the page cache standing, so this says nothing about the loss of power. That it
//! can see anything at all is shown by its canary: a server that acknowledges before it commits.

mod chance;
mod http;
mod journal;
mod look;
mod matter;
mod record;
mod server;
mod stand;
mod steps;
mod writer;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use tempfile::TempDir;

use chance::Chance;
use http::Client;
use journal::{Journal, Round};
use look::Findings;
use matter::{Cast, FlowWriter, Matter};
use record::{ROLE, Record};
use server::{Program, Server};
use writer::Writer;

/// Writers of records, and of flows: eight in all.
const WRITERS: usize = 5;
const FLOW_WRITERS: usize = 3;
/// A server lives at least and at most so long under load.
const LIFE_MS: (u64, u64) = (60, 700);
/// After so many kills the separate verifier looks at everything.
const VERIFY_EVERY: u32 = 20;
/// Old records read again after each kill.
const SAMPLE: u64 = 20;
/// Records looked up by name after each kill.
const NAMES: usize = 5;
/// A canary that is not seen by then was not seen.
const TIME_MAX: Duration = Duration::from_secs(30 * 60);
/// Findings printed of each sort.
const SHOWN: usize = 10;
/// The unit that `jinzhi init` founds, and the login of the harness in it.
const UNIT: &str = "330109";
const LOGIN: &str = "crash";

/// What is asked of the harness.
#[derive(clap::Args)]
pub struct Ask {
    /// How often the server is killed
    #[arg(long, default_value_t = 200)]
    kills: u32,
    /// Seed of everything that is left to chance
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The server acknowledges before it commits (built with `--features canary-ack-early`): losses
    /// must be found
    #[arg(long)]
    canary: bool,
    /// The server writes the steps of flows after the record, in a transaction of their own (built with
    /// `--features canary-steps-apart`): halves must be found
    #[arg(long, conflicts_with = "canary")]
    canary_steps: bool,
    /// The server; the one built beside this program otherwise
    #[arg(long)]
    jinzhi: Option<PathBuf>,
    /// The server that makes the data directory, where that is not the one under test: a server that
    /// acknowledges too early does not see what it just wrote
    #[arg(long)]
    founder: Option<PathBuf>,
    /// The separate verifier; the one built beside this program otherwise
    #[arg(long)]
    verify: Option<PathBuf>,
}

/// Runs, prints what was found, and answers whether it is as it must be.
pub fn run(ask: &Ask) -> Result<bool> {
    let folder = TempDir::with_prefix("jinzhi-crash-")?;
    let program = Program {
        jinzhi: server::beside("jinzhi", ask.jinzhi.as_deref())?,
        verify: server::beside("jinzhi-verify", ask.verify.as_deref())?,
        data: folder.path().join("data"),
        log: folder.path().join("server.log"),
    };
    let all = WRITERS + FLOW_WRITERS;
    println!("seed {}, {} kills, {all} writers", ask.seed, ask.kills);
    let mut harness = Harness::found(program, ask)?;
    let outcome = harness.work(ask.kills);
    harness.print();
    if let Err(error) = outcome {
        let log = fs::read_to_string(&harness.program.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        eprintln!("{}", lines[lines.len().saturating_sub(SHOWN)..].join("\n"));
        return Err(error);
    }
    let lost = match ask.canary_steps {
        true => !harness.findings.torn.is_empty(),
        false => !harness.findings.lost.is_empty(),
    };
    let planted = ask.canary || ask.canary_steps;
    match planted {
        true if lost => println!("the canary was seen"),
        true => println!("the canary was NOT seen: this harness proves nothing"),
        false => {}
    }
    Ok(if planted { lost } else { harness.is_whole() })
}

struct Harness {
    program: Program,
    canary: bool,
    token: String,
    chance: Chance,
    writers: Vec<Writer>,
    /// Tokens of those who act in flows, and the enterprise that is named by the first server.
    cast: Cast,
    flows: Vec<FlowWriter>,
    findings: Findings,
    refusals: Vec<String>,
    files: BTreeMap<String, u64>,
    ready: Vec<Duration>,
    kills: u32,
    acknowledged: u64,
    in_flight: u64,
    begun: Instant,
}

impl Harness {
    /// A fresh data directory with one account that may do everything the harness does.
    fn found(program: Program, ask: &Ask) -> Result<Harness> {
        let seed = ask.seed;
        let founder = ask.founder.as_deref().unwrap_or(&program.jinzhi);
        program.run(founder, &["init", "--unit", UNIT])?;
        program.run(
            founder,
            &["user", "add", LOGIN, "--role", ROLE, "--unit", UNIT],
        )?;
        let token = program.run(founder, &["token", LOGIN])?.trim().to_owned();
        for (login, role) in [matter::TOWN, matter::STATION] {
            program.run(
                founder,
                &["user", "add", login, "--role", role, "--unit", UNIT],
            )?;
        }
        let token_of = |login| program.run(founder, &["token", login]);
        let cast = Cast {
            town: token_of(matter::TOWN.0)?.trim().to_owned(),
            station: token_of(matter::STATION.0)?.trim().to_owned(),
            entity: steps::entity(&program, founder, &token)?,
        };
        Ok(Harness {
            canary: ask.canary,
            cast,
            flows: (WRITERS..WRITERS + FLOW_WRITERS)
                .map(|number| FlowWriter::new(number, seed))
                .collect(),
            program,
            token,
            chance: Chance::new(seed),
            writers: (0..WRITERS)
                .map(|number| Writer::new(number, seed))
                .collect(),
            findings: Findings::default(),
            refusals: Vec::new(),
            files: BTreeMap::new(),
            ready: Vec::new(),
            kills: 0,
            acknowledged: 0,
            in_flight: 0,
            begun: Instant::now(),
        })
    }

    fn work(&mut self, kills: u32) -> Result<()> {
        let mut server = self.start()?;
        while self.kills < kills {
            let round = self.load_and_kill(server)?;
            self.kills += 1;
            server = self.start()?;
            self.settle_flows(&server, &round.steps)?;
            self.settle(&server, &round.records)?;
            if self.kills.is_multiple_of(VERIFY_EVERY) {
                self.verify()?;
            }
            if self.has_found() || self.begun.elapsed() > TIME_MAX {
                break;
            }
        }
        self.all(&server)?;
        server.stop()?;
        self.verify()?;
        look::database(&self.program.data, &mut self.files, &mut self.findings)?;
        look::pages(&self.program.data, &mut self.findings)
    }

    fn start(&mut self) -> Result<Server> {
        let server = self.program.start()?;
        self.ready.push(server.ready_after);
        Ok(server)
    }

    /// Lets the writers work on the server and kills it in the midst of it.
    fn load_and_kill(&mut self, server: Server) -> Result<Rounds> {
        let journal = Journal::create(&self.program.path("../journal"))?;
        let steps = Journal::create(&self.program.path("../steps"))?;
        let end = AtomicBool::new(false);
        let life = Duration::from_millis(self.chance.between(LIFE_MS.0, LIFE_MS.1));
        let (at, token, cast) = (server.at, self.token.as_str(), &self.cast);
        let killed = thread::scope(|scope| {
            let (journal, steps, end) = (&journal, &steps, &end);
            let flows = self
                .flows
                .iter_mut()
                .map(|writer| scope.spawn(move || writer.work(at, cast, steps, end)));
            let flows: Vec<_> = flows.collect();
            let threads: Vec<_> = self
                .writers
                .iter_mut()
                .map(|writer| scope.spawn(move || writer.work(at, token, journal, end)))
                .collect();
            thread::sleep(life);
            let killed = server.kill();
            // A writer between two acts must not go on knocking at a door that is gone.
            end.store(true, Ordering::Relaxed);
            for thread in threads.into_iter().chain(flows) {
                thread.join().ok().context("a writer broke")??;
            }
            killed
        });
        killed?;
        Ok(Rounds {
            records: journal.close()?,
            steps: steps.close()?,
        })
    }

    /// After a restart: every record of the round is what was acknowledged, or what was sent.
    fn settle(&mut self, server: &Server, round: &Round<Record>) -> Result<()> {
        self.acknowledged += round.acknowledgements;
        self.in_flight += round.in_flight.len() as u64;
        self.refusals.extend(round.refusals.iter().cloned());
        let mut client = Client::new(server.at, &self.token);
        let sent: BTreeMap<&str, &Record> = round
            .in_flight
            .values()
            .map(|record| (record.tag.as_str(), record))
            .collect();
        let mut tags: Vec<&str> = round.acknowledged.keys().map(String::as_str).collect();
        tags.extend(
            sent.keys()
                .filter(|tag| !round.acknowledged.contains_key(**tag)),
        );
        let mut named = 0;
        for tag in tags {
            let writer = number_of(tag, 'W').and_then(|number| self.writers.get_mut(number));
            let writer = writer.context("a tag of no writer")?;
            let acknowledged = round
                .acknowledged
                .get(tag)
                .or_else(|| writer.records.get(tag))
                .cloned();
            let sent = sent.get(tag).copied();
            let now = look::settle(&mut client, acknowledged.as_ref(), sent, &mut self.findings)?;
            match now {
                Some(record) => {
                    if named < NAMES {
                        look::found_by_name(&mut client, &record, &mut self.findings)?;
                        named += 1;
                    }
                    writer.records.insert(tag.to_owned(), record);
                }
                None => {
                    writer.records.remove(tag);
                }
            }
        }
        self.sample(&mut client)?;
        look::database(&self.program.data, &mut self.files, &mut self.findings)
    }

    /// Some records that were not touched are still what they were.
    fn sample(&mut self, client: &mut Client) -> Result<()> {
        for _ in 0..SAMPLE {
            let writer = &self.writers[self.chance.below(WRITERS as u64) as usize];
            let pick = self.chance.below(writer.records.len() as u64) as usize;
            if let Some(record) = writer.records.values().nth(pick) {
                look::settle(client, Some(record), None, &mut self.findings)?;
            }
        }
        Ok(())
    }

    /// Every record there is.
    fn all(&mut self, server: &Server) -> Result<()> {
        let mut client = Client::new(server.at, &self.token);
        for record in self
            .writers
            .iter()
            .flat_map(|writer| writer.records.values())
        {
            look::settle(&mut client, Some(record), None, &mut self.findings)?;
        }
        let mut client = Client::new(server.at, &self.cast.town);
        for matter in self.flows.iter().flat_map(|writer| writer.matters.values()) {
            stand::settle(&mut client, Some(matter), None, &mut self.findings)?;
        }
        Ok(())
    }

    fn verify(&mut self) -> Result<()> {
        if let Some(said) = self.program.verified()? {
            self.findings.torn.push(format!("jinzhi-verify: {said}"));
        }
        Ok(())
    }

    /// Whether there is something to tell. A canary also confuses its writers, who do not read what
    /// they wrote; only what is lost counts there.
    fn has_found(&self) -> bool {
        if self.canary {
            !self.findings.lost.is_empty()
        } else {
            !self.is_whole()
        }
    }

    fn is_whole(&self) -> bool {
        self.findings.lost.is_empty() && self.findings.torn.is_empty() && self.refusals.is_empty()
    }

    fn print(&mut self) {
        self.ready.sort_unstable();
        let at = |part: usize| {
            let last = self.ready.len().saturating_sub(1);
            self.ready
                .get(last * part / 100)
                .copied()
                .unwrap_or_default()
        };
        let (lost, torn) = (&self.findings.lost, &self.findings.torn);
        let refusals: &[String] = if self.canary { &[] } else { &self.refusals };
        for (what, list) in [
            ("lost", lost.as_slice()),
            ("torn", torn),
            ("refused", refusals),
        ] {
            for one in list.iter().take(SHOWN) {
                println!("{what}: {one}");
            }
        }
        let records: usize = self.writers.iter().map(|writer| writer.records.len()).sum();
        let matters: usize = self.flows.iter().map(|writer| writer.matters.len()).sum();
        println!(
            "kills {}, acknowledged {}, in flight {}, records {records}, matters {matters}, files {}, lost {}, torn {}, refused {}, \
             ready p50 {:?} p99 {:?}, {:.0} s",
            self.kills,
            self.acknowledged,
            self.in_flight,
            self.files.len(),
            lost.len(),
            torn.len(),
            self.refusals.len(),
            at(50),
            at(99),
            self.begun.elapsed().as_secs_f64(),
        );
    }
}

/// What one round left of records and of matters.
struct Rounds {
    records: Round<Record>,
    steps: Round<Matter>,
}

/// The writer's number in `W3-000017`.
fn number_of(tag: &str, sort: char) -> Option<usize> {
    tag.strip_prefix(sort)?.split('-').next()?.parse().ok()
}
