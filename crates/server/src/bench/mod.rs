//! `jinzhi bench`: what the house costs, measured beside a bare handler in one run on one machine.
//!
//! Each side is a process of its own on a copy of the same data; rounds alternate, medians count.

mod at_work;
mod bare;
mod cases;
mod child;
mod client;
mod clocks;
mod data;
mod load;
mod office;
mod report;
mod sheets;

use std::ffi::OsStr;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};

use crate::definitions::Sources;
use crate::say::{Done, line, told};
use cases::{Case, Material, Side};
use child::Server;
use data::Places;
use load::{Askers, Round, load_average, median};
use report::{Aim, Figures, Line, Report, Whole};

/// Rounds of each side.
const ROUNDS: usize = 3;
const STARTS: usize = 5;
/// Open tasks, when nothing else is said.
const TASKS: usize = 1_000_000;
/// Aims of issue 2, §9.
const READ_SHARE: f64 = 0.6;
const CREATE_SHARE: f64 = 0.5;
const SEARCH_MS: f64 = 10.0;
const MEMORY_MB: f64 = 200.0;
const START_SECONDS: f64 = 1.0;

#[derive(Debug, Args)]
pub struct Bench {
    /// 设备台数
    #[arg(long, value_name = "台数", default_value_t = 245_000)]
    pub devices: usize,
    /// 工作目录：测试数据建好后留着，下次接着用
    #[arg(long, value_name = "目录", default_value = "./data/bench")]
    pub data: PathBuf,
    /// 每轮几秒
    #[arg(long, value_name = "秒", default_value_t = 5.0)]
    pub seconds: f64,
    /// 同时几个连接
    #[arg(long, value_name = "个", default_value_t = 16)]
    pub connections: usize,
    /// 在办的待办件数：待办、审批和多人三项用
    #[arg(long, value_name = "件数", default_value_t = TASKS)]
    pub tasks: usize,
    /// 只测一项：read、list、search、create、update、import、export、start、clocks、todo、approve、people
    #[arg(long, value_name = "项目")]
    pub only: Option<String>,
    /// 结果用 JSON
    #[arg(long)]
    pub json: bool,
}

/// The bare side, for `jinzhi bench` itself.
#[derive(Debug, Args)]
pub struct Bare {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    Serve {
        #[arg(long)]
        data: PathBuf,
        #[arg(long)]
        listen: SocketAddr,
    },
    Import {
        file: PathBuf,
        #[arg(long)]
        data: PathBuf,
    },
    Export {
        #[arg(long)]
        data: PathBuf,
        #[arg(long)]
        out: PathBuf,
    },
}

pub fn run_bare(ask: &Bare) -> anyhow::Result<Done> {
    match &ask.what {
        What::Serve { data, listen } => bare::serve(data, *listen)?,
        What::Import { file, data } => line(bare::import(data, file)?),
        What::Export { data, out } => line(bare::export(data, out)?),
    }
    Ok(Done::Yes)
}

/// What is measured on devices alone, beside a bare side.
const DEVICES: [&str; 8] = [
    "read", "list", "search", "create", "update", "import", "export", "start",
];

pub fn run(ask: &Bench, sources: &Sources) -> anyhow::Result<Done> {
    let names = [&DEVICES[..], &[clocks::NAME], &at_work::NAMES].concat();
    if let Some(only) = ask.only.as_deref().filter(|only| !names.contains(only)) {
        return Err(told(format!(
            "没有“{only}”这一项，可以是 {}",
            names.join("、")
        )));
    }
    let places = Places {
        dir: ask.data.clone(),
    };
    if ask.only.as_deref() == Some(clocks::NAME) {
        return clocks::run(&places, ask, sources);
    }
    eprintln!("准备 {} 台设备的数据（第一次要几分钟）", ask.devices);
    let token = places.prepare(ask.devices)?;
    let mut run = Run {
        ask,
        places: &places,
        token: token.trim(),
        report: Report {
            devices: data::devices(&places.base())?,
            connections: ask.connections,
            seconds: ask.seconds,
            rounds: ROUNDS,
            ..Report::default()
        },
    };
    run.report.load.0 = load_average();
    if DEVICES.iter().any(|name| run.wants(name)) {
        places.copy()?;
        run.starts()?;
        let material = run.served(sources)?;
        run.import(&material)?;
        run.export()?;
    }
    if run.wants(clocks::NAME) {
        run.report.wholes.push(clocks::whole(&places, sources)?);
    }
    if at_work::NAMES.iter().any(|name| run.wants(name)) {
        at_work::measure(&mut run, sources)?;
    }
    run.report.load.1 = load_average();
    match ask.json {
        true => line(run.report.json()),
        false => line(run.report.table()),
    }
    Ok(Done::Yes)
}

struct Run<'a> {
    ask: &'a Bench,
    places: &'a Places,
    token: &'a str,
    report: Report,
}

/// How many ask at once. An aim in milliseconds is one person's own wait; with every connection busy it is
/// a place in the queue for two processors.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Crowd {
    Alone,
    Full,
}

impl Crowd {
    fn connections(self, ask: &Bench) -> usize {
        match self {
            Crowd::Alone => 1,
            Crowd::Full => ask.connections,
        }
    }
}

impl Run<'_> {
    fn wants(&self, name: &str) -> bool {
        self.ask.only.as_deref().is_none_or(|only| only == name)
    }

    /// From the start of the process to the first answer.
    fn starts(&mut self) -> anyhow::Result<()> {
        if !self.wants("start") {
            return Ok(());
        }
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        for _ in 0..STARTS {
            for (side, times) in [(Side::Ours, &mut ours), (Side::Bare, &mut bare)] {
                let server = self.server(side)?;
                times.push(server.started.as_secs_f64());
                server.stop()?;
            }
        }
        self.report.wholes.push(Whole {
            name: "start",
            title: "启动到第一次应答",
            unit: "秒",
            ours: median(ours),
            bare: median(bare),
            most: Some(START_SECONDS),
        });
        Ok(())
    }

    fn server(&self, side: Side) -> anyhow::Result<Server> {
        let dir = match side {
            Side::Ours => self.places.ours(),
            Side::Bare => self.places.bare(),
        };
        self.server_on(side, &dir)
    }

    fn server_on(&self, side: Side, dir: &Path) -> anyhow::Result<Server> {
        let words: &[&str] = match side {
            Side::Ours => &["serve", "--data"],
            Side::Bare => &["bench-bare", "serve", "--data"],
        };
        let mut words: Vec<&OsStr> = words.iter().map(OsStr::new).collect();
        words.push(dir.as_os_str());
        Server::start(&words, &self.places.log())
    }

    /// Everything that is asked over HTTP.
    fn served(&mut self, sources: &Sources) -> anyhow::Result<Arc<Material>> {
        let (mut ours, mut bare) = (self.server(Side::Ours)?, self.server(Side::Bare)?);
        let (catalogue, _) = sources.catalogue()?;
        let base = self.places.base();
        let material = Arc::new(data::material(&base, ours.at, self.token, &catalogue)?);
        for case in Case::ALL {
            if !self.wants(case.name()) {
                continue;
            }
            for (name, title, crowd) in case.lines() {
                let connections = crowd.connections(self.ask);
                let askers = |side| case.askers(side, &material, connections);
                let (of_ours, of_bare) = self.rounds(title, askers, (&ours, &bare))?;
                self.report.lines.push(Line {
                    name,
                    title,
                    ours: of_ours,
                    bare: of_bare,
                    aim: match (case, crowd) {
                        (Case::Read | Case::List, _) => Some(Aim::Share(READ_SHARE)),
                        (Case::Search, Crowd::Alone) => Some(Aim::Within(SEARCH_MS)),
                        (Case::Create, _) => Some(Aim::Share(CREATE_SHARE)),
                        (Case::Search | Case::Update, _) => None,
                    },
                });
            }
        }
        let peak = [ours.process.peak_kib(), bare.process.peak_kib()];
        let [of_ours, of_bare] = peak.map(|kib| kib as f64 / 1024.0);
        self.report.wholes.push(Whole {
            name: "memory",
            title: "服务进程内存峰值",
            unit: "MB",
            ours: of_ours,
            bare: of_bare,
            most: Some(MEMORY_MB),
        });
        ours.stop()?;
        bare.stop()?;
        Ok(material)
    }

    /// The rounds of one case, one side after the other.
    fn rounds(
        &self,
        title: &str,
        askers: impl Fn(Side) -> Askers,
        (ours, bare): (&Server, &Server),
    ) -> anyhow::Result<(Figures, Figures)> {
        let mut sides = [
            (ours, Some(askers(Side::Ours)), Vec::new()),
            (bare, Some(askers(Side::Bare)), Vec::new()),
        ];
        for nth in 1..=ROUNDS {
            for (server, askers, rounds) in &mut sides {
                let (round, back) = self.round(server, askers.take().unwrap_or_default())?;
                *askers = Some(back);
                rounds.push(round);
            }
            let [rate, other] =
                [&sides[0], &sides[1]].map(|(_, _, rounds)| rounds.last().map_or(0.0, Round::rate));
            eprintln!("{title} 第 {nth} 轮：金质 {rate:.0}/秒，裸 {other:.0}/秒");
        }
        let [(_, _, ours), (_, _, bare)] = &sides;
        Ok((Figures::of(ours), Figures::of(bare)))
    }

    fn round(&self, server: &Server, askers: Askers) -> anyhow::Result<(Round, Askers)> {
        load::run(server.at, self.token, self.ask.seconds, askers, || {
            server.process.cpu()
        })
    }
}
