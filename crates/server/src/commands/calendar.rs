//! `jinzhi calendar`: which calendar of working days is in force, what the imported days would move,
//! and putting them in force.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use app::{App, CalendarView, MovedRow, MovesList};
use clap::Args;
use indicatif::ProgressBar;
use kernel::Actor;

use crate::cli::Place;
use crate::data::House;
use crate::definitions::Sources;
use crate::say::{Done, line, no};

const TICK: Duration = Duration::from_millis(200);
/// Days told as the reason of one move.
const DAYS_TOLD: usize = 3;

#[derive(Debug, Args)]
pub struct Calendar {
    #[command(flatten)]
    pub place: Place,
    /// 启用导入的节假日安排并重算未结的期限；不加则只查看
    #[arg(long)]
    pub adopt: bool,
    /// 列出几项会变动的期限
    #[arg(long, value_name = "项", default_value_t = 20)]
    pub list: usize,
}

pub fn run(ask: &Calendar, sources: &Sources) -> anyhow::Result<Done> {
    let dir = &ask.place.data;
    let house = match ask.adopt {
        true => House::to_write(dir, sources)?,
        false => House::beside(dir, sources)?,
    };
    let app = &house.app;
    let operator = Actor::operator();
    let view = app.calendar_view(&operator).map_err(no)?;
    tell(&view);
    if view.next.is_some() {
        let began = Instant::now();
        let list = app.moves_listed(&operator, ask.list).map_err(no)?;
        listed(&list, began.elapsed());
        if ask.adopt {
            app.adopt_calendar(&operator, &list.digest).map_err(no)?;
        }
    }
    if !ask.adopt {
        return Ok(Done::Yes);
    }
    // Also finishes a recount that was killed.
    let began = Instant::now();
    let moved = watched(app)?;
    line(format!(
        "已启用第 {} 版，更改期限 {moved} 项，用时 {:.1} 秒",
        app.calendar().version(),
        began.elapsed().as_secs_f64()
    ));
    Ok(Done::Yes)
}

fn tell(view: &CalendarView) {
    let years: Vec<String> = view.years.iter().map(|y| y.year.to_string()).collect();
    line(format!(
        "现行工作日历第 {} 版，已公布 {}",
        view.number,
        years.join("、")
    ));
    if view.recounting {
        line("上次启用后的重算还没有完成，加 --adopt 继续");
    }
    let Some(next) = &view.next else {
        return line("导入的节假日安排与现行工作日历一致");
    };
    line(format!("启用第 {} 版后改变的日子：", next.number));
    for day in &next.days {
        line(format!("  {} {} → {}", day.day, day.from.zh, day.to.zh));
    }
}

fn listed(list: &MovesList, took: Duration) {
    line(format!(
        "核对未结期限 {} 项，用时 {:.1} 秒，会变动 {} 项",
        list.checked,
        took.as_secs_f64(),
        list.moved
    ));
    for row in &list.rows {
        line(format!("  {}", told(row)));
    }
}

fn told(row: &MovedRow) -> String {
    let from = row.from.map_or_else(String::new, |day| day.to_string());
    let days = row.why.iter().take(DAYS_TOLD);
    let days: Vec<String> = days.map(|d| format!("{} {}", d.day, d.to.zh)).collect();
    let (number, limit) = (&row.public_no, &row.limit.zh);
    let why = days.join("；");
    format!("{number} {limit}：{from} → {}（{why}）", row.to)
}

/// Counts anew and shows how far it is.
fn watched(app: &App) -> anyhow::Result<u64> {
    let bar = ProgressBar::new(0);
    let done = AtomicBool::new(false);
    let moved = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !done.load(Ordering::Relaxed) {
                if let Some(at) = app.recount_progress() {
                    bar.set_length(at.to_move.max(1));
                    bar.set_position(at.moved);
                }
                std::thread::sleep(TICK);
            }
        });
        let moved = app.recount();
        done.store(true, Ordering::Relaxed);
        moved
    });
    bar.finish_and_clear();
    moved.map_err(no)
}
