//! `jinzhi bench`: what the house costs, measured beside a bare handler in one run on one machine.
//!
//! Each side is a process of its own on a copy of the same data; rounds alternate, medians count.

mod bare;
mod cases;
mod child;
mod client;
mod data;
mod load;
mod report;

use std::ffi::OsStr;
use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::{Args, Subcommand};

use crate::definitions::Sources;
use crate::say::{Done, line, told};
use cases::{Case, Material, Side};
use child::{Server, Used};
use data::Places;
use load::{Askers, Round, median};
use report::{Aim, Figures, Line, Report, Whole};

/// Rounds of each side.
const ROUNDS: usize = 3;
const STARTS: usize = 5;
/// Rows of one imported sheet.
const SHEET_ROWS: usize = 40_000;
/// Aims of issue 2, §9.
const READ_SHARE: f64 = 0.6;
const CREATE_SHARE: f64 = 0.5;
const SEARCH_MS: f64 = 10.0;
const IMPORT_ROWS: f64 = 20_000.0;
const EXPORT_ROWS: f64 = 200_000.0;
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
    /// 只测一项：read、list、search、create、update、import、export、start
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

const NAMES: [&str; 8] = [
    "read", "list", "search", "create", "update", "import", "export", "start",
];

pub fn run(ask: &Bench, sources: &Sources) -> anyhow::Result<Done> {
    if let Some(only) = ask.only.as_deref().filter(|only| !NAMES.contains(only)) {
        return Err(told(format!(
            "没有“{only}”这一项，可以是 {}",
            NAMES.join("、")
        )));
    }
    let places = Places {
        dir: ask.data.clone(),
    };
    eprintln!("准备 {} 台设备的数据（第一次要几分钟）", ask.devices);
    let token = places.prepare(ask.devices)?;
    places.copy()?;
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
    run.starts()?;
    let material = run.served(sources)?;
    run.import(&material)?;
    run.export()?;
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
            let (of_ours, of_bare) = self.rounds(case, &material, (&ours, &bare))?;
            self.report.lines.push(Line {
                name: case.name(),
                title: case.title(),
                ours: of_ours,
                bare: of_bare,
                aim: match case {
                    Case::Read | Case::List => Some(Aim::Share(READ_SHARE)),
                    Case::Search => Some(Aim::Within(SEARCH_MS)),
                    Case::Create => Some(Aim::Share(CREATE_SHARE)),
                    Case::Update => None,
                },
            });
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
        case: Case,
        material: &Arc<Material>,
        (ours, bare): (&Server, &Server),
    ) -> anyhow::Result<(Figures, Figures)> {
        let askers = |side| case.askers(side, material, self.ask.connections);
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
            eprintln!(
                "{} 第 {nth} 轮：金质 {rate:.0}/秒，裸 {other:.0}/秒",
                case.title()
            );
        }
        let [(_, _, ours), (_, _, bare)] = &sides;
        Ok((Figures::of(ours), Figures::of(bare)))
    }

    fn round(&self, server: &Server, askers: Askers) -> anyhow::Result<(Round, Askers)> {
        load::run(server.at, self.token, self.ask.seconds, askers, || {
            server.process.cpu()
        })
    }

    /// Sheets of new devices into both copies, another one each time.
    fn import(&mut self, material: &Material) -> anyhow::Result<()> {
        if !self.wants("import") {
            return Ok(());
        }
        let (mut ours, mut bare, mut bytes) = (Vec::new(), Vec::new(), 0);
        let sheet = self.places.file("import.csv");
        for nth in 1..=ROUNDS {
            data::sheet(material, &self.places.base(), SHEET_ROWS, &sheet)?;
            bytes = fs::metadata(&sheet)?.len();
            let dir = self.places.ours();
            let words = ["import", cases::REGISTER].map(OsStr::new);
            let words = [
                &words[..],
                &[sheet.as_os_str(), "--data".as_ref(), dir.as_ref()],
            ];
            ours.push(self.places.measured(&words.concat())?);
            let dir = self.places.bare();
            let words = ["bench-bare", "import"].map(OsStr::new);
            let words = [
                &words[..],
                &[sheet.as_os_str(), "--data".as_ref(), dir.as_ref()],
            ];
            bare.push(self.places.measured(&words.concat())?);
            tell("导入", nth, SHEET_ROWS as u64, &ours, &bare);
        }
        self.bulk(
            ("import", "导入 CSV"),
            (SHEET_ROWS as u64, bytes),
            (&ours, &bare),
            IMPORT_ROWS,
        );
        Ok(())
    }

    fn export(&mut self) -> anyhow::Result<()> {
        if !self.wants("export") {
            return Ok(());
        }
        let (mut ours, mut bare) = (Vec::new(), Vec::new());
        let out = self.places.file("export.csv");
        let dir = self.places.base();
        let rows = data::devices(&dir)?;
        let mut bytes = 0;
        for nth in 1..=ROUNDS {
            let tail = [
                OsStr::new("--data"),
                dir.as_ref(),
                "--out".as_ref(),
                out.as_os_str(),
            ];
            let words = ["export", cases::REGISTER].map(OsStr::new);
            ours.push(self.places.measured(&[&words[..], &tail].concat())?);
            bytes = fs::metadata(&out)?.len();
            let words = ["bench-bare", "export"].map(OsStr::new);
            bare.push(self.places.measured(&[&words[..], &tail].concat())?);
            tell("导出", nth, rows, &ours, &bare);
        }
        self.bulk(
            ("export", "导出 CSV（全部字段）"),
            (rows, bytes),
            (&ours, &bare),
            EXPORT_ROWS,
        );
        Ok(())
    }

    fn bulk(
        &mut self,
        (name, title): (&'static str, &'static str),
        (rows, bytes): (u64, u64),
        (ours, bare): (&[Used], &[Used]),
        aim: f64,
    ) {
        self.report.lines.push(Line {
            name,
            title,
            ours: Figures::of_rows(rows, ours, bytes),
            bare: Figures::of_rows(rows, bare, bytes),
            aim: Some(Aim::Rate(aim)),
        });
        let peak = |runs: &[Used]| {
            runs.iter()
                .map(|run| run.peak_kib)
                .max()
                .unwrap_or_default() as f64
                / 1024.0
        };
        self.report.wholes.push(Whole {
            name: if name == "import" {
                "import_memory"
            } else {
                "export_memory"
            },
            title: if name == "import" {
                "导入进程内存峰值"
            } else {
                "导出进程内存峰值"
            },
            unit: "MB",
            ours: peak(ours),
            bare: peak(bare),
            most: Some(MEMORY_MB),
        });
    }
}

fn tell(what: &str, nth: usize, rows: u64, ours: &[Used], bare: &[Used]) {
    let rate = |runs: &[Used]| {
        runs.last()
            .map_or(0.0, |run| rows as f64 / run.took.as_secs_f64().max(1e-9))
    };
    eprintln!(
        "{what} 第 {nth} 轮：金质 {:.0} 行/秒，裸 {:.0} 行/秒",
        rate(ours),
        rate(bare)
    );
}

fn load_average() -> String {
    let text = fs::read_to_string(Path::new("/proc/loadavg")).unwrap_or_default();
    text.split(' ').next().unwrap_or_default().to_owned()
}
