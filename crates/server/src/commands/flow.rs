//! `jinzhi flow`: the versions of flows and how many matters run by each, and moving those of an older
//! one to the flow in force.

use app::{App, Count, FlowVersion, ShiftRow, Shifted};
use clap::{Args, Subcommand};
use jiff::civil::Date;
use kernel::{Actor, Id, Said};

use crate::cli::Place;
use crate::data::House;
use crate::definitions::Sources;
use crate::say::{Done, line, no, told};

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Flow {
    #[command(flatten)]
    pub place: Option<Place>,
    #[command(subcommand)]
    pub act: Option<FlowAct>,
}

#[derive(Debug, Subcommand)]
pub enum FlowAct {
    /// 把按旧版本办理的件转到现行流程
    Move(Move),
}

#[derive(Debug, Args)]
pub struct Move {
    /// 登记簿，如 special_equipment.report
    pub register: String,
    /// 旧版本的标识，用 jinzhi flow 查
    #[arg(long, value_name = "版本")]
    pub from: String,
    /// 只列出哪些能转、怎么转，不写入
    #[arg(long)]
    pub dry_run: bool,
    /// 理由，记入每件的历史和账本；不加 --dry-run 时必填
    #[arg(long, value_name = "理由", required_unless_present = "dry_run")]
    pub reason: Option<String>,
    #[command(flatten)]
    pub place: Place,
}

pub fn run(ask: &Flow, sources: &Sources) -> anyhow::Result<Done> {
    match (&ask.act, &ask.place) {
        (Some(FlowAct::Move(ask)), _) => shift(ask, sources),
        (None, Some(place)) => list(place, sources),
        (None, None) => Err(told("请用 --data 指明数据目录".to_owned())),
    }
}

fn list(place: &Place, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::beside(&place.data, sources)?;
    let versions = house.app.flow_versions(&Actor::operator()).map_err(no)?;
    if versions.is_empty() {
        line("还没有按流程办理的登记簿");
    }
    for version in &versions {
        line(row(version));
    }
    Ok(Done::Yes)
}

fn row(version: &FlowVersion) -> String {
    let number = version
        .number
        .map_or_else(|| "留存以前的版本".to_owned(), |n| format!("第 {n} 版"));
    let since = version
        .seen_at
        .map_or_else(String::new, |at| format!("，{} 启用", at.local_date()));
    let standing = match (version.is_current, version.is_broken) {
        (true, _) => "，现行",
        (false, true) => "，现行定义已读不懂",
        (false, false) => "",
    };
    let running = match version.running {
        Count::Exactly(count) => count.to_string(),
        Count::MoreThan(cap) => format!("超过 {cap}"),
    };
    format!(
        "{}（{}）{number} {}{since}{standing}：在办 {running} 件",
        version.title.zh, version.register, version.version
    )
}

fn shift(ask: &Move, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::to_move_flows(&ask.place.data, sources)?;
    house.register(&ask.register)?;
    if ask.dry_run {
        return rehearsed(&house.app, ask);
    }
    let reason = ask.reason.as_deref().unwrap_or_default();
    let mut moved = 0;
    loop {
        let what = (ask.register.as_str(), ask.from.as_str());
        let some = house
            .app
            .shift_matters(&Actor::operator(), what, None, reason);
        let Shifted {
            moved: now,
            stuck,
            left,
        } = some.map_err(|error| {
            if moved > 0 {
                line(format!(
                    "中途停下：已转 {moved} 件，各自记入历史和账本；改好以后再运行一次，从没转的接着转"
                ));
            }
            no(error)
        })?;
        moved += now;
        if left {
            line(format!("  已转 {moved} 件，接着转下一批"));
            continue;
        }
        for (public_no, why) in &stuck {
            line(format!("  {public_no} 未转：{}", why.zh));
        }
        line(format!(
            "已转到现行流程 {moved} 件，未转 {} 件",
            stuck.len()
        ));
        return Ok(if stuck.is_empty() {
            Done::Yes
        } else {
            Done::No
        });
    }
}

fn rehearsed(app: &App, ask: &Move) -> anyhow::Result<Done> {
    let (mut can, mut cannot) = (0, 0);
    let mut after: Option<Id> = None;
    loop {
        let operator = Actor::operator();
        let page = app.shifts(&operator, &ask.register, &ask.from, after);
        let page = page.map_err(no)?;
        for row in &page.rows {
            match &row.shift {
                Ok(_) => can += 1,
                Err(_) => cannot += 1,
            }
            line(format!("  {}", how(row)));
        }
        match page.next {
            Some(next) => after = Some(next),
            None => break,
        }
    }
    line(format!("能转 {can} 件，不能转 {cannot} 件；没有写入"));
    Ok(Done::Yes)
}

fn how(row: &ShiftRow) -> String {
    let (number, step) = (&row.public_no, &row.step.zh);
    if let Err(why) = &row.shift {
        return format!("{number} {step}：不能转，{}", why.zh);
    }
    let end = |limit: &Option<Said>, until: Option<Date>| match (limit, until) {
        (Some(limit), Some(until)) => format!("{}（至 {until}）", limit.zh),
        (Some(limit), None) => limit.zh.to_string(),
        (None, _) => "无期限".to_owned(),
    };
    let limits = row.limits();
    let limits = limits.iter().map(|limit| {
        let from = end(&limit.from, limit.until_from);
        format!(
            "{} {from} → {}",
            limit.title.zh,
            end(&limit.to, limit.until_to)
        )
    });
    let limits: Vec<String> = limits.collect();
    format!("{number} {step}：能转，{}", limits.join("；"))
}
