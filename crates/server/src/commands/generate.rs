//! `jinzhi generate`: a believable province for demos, tests and benchmarks.

use app::{Clock as _, SystemClock};
use codes::divisions::{self, Level};
use jiff::ToSpan as _;
use subsystems::generate::{Area, Plan};

use crate::cli::Generate;
use crate::data::House;
use crate::definitions::Sources;
use crate::generate::fill;
use crate::say::{Done, line, told};

pub fn run(ask: &Generate, sources: &Sources) -> anyhow::Result<Done> {
    let province = divisions::get(&ask.province).filter(|d| d.level() == Level::Province);
    if province.is_none_or(|division| division.code != ask.province) {
        return Err(told(format!(
            "{} 不是省级区划代码，例如山东是 370000",
            ask.province
        )));
    }
    let house = House::to_write(&ask.place.data, sources)?;
    let today = ask
        .today
        .unwrap_or_else(|| SystemClock.now().local_date().saturating_sub(1.day()));
    let area = Area::Province(ask.province.clone());
    let plan = Plan {
        devices: ask.devices,
        seed: ask.seed,
        today,
        area,
    };
    let filled = fill(&house.store, &house.hooks, &plan)?;
    let seconds = filled.took.as_secs_f64().max(0.001);
    let made = filled.summary;
    line(format!(
        "已生成示例数据：镇街 {}，单位 {}，企业 {}，人员和证书各 {}，设备 {}，检验报告 {}，此后的变更 {}",
        made.towns, made.units, made.firms, made.people, made.devices, made.reports, made.changes
    ));
    line(format!(
        "共 {} 项写入，用时 {seconds:.1} 秒（{:.0} 项/秒）；名称都是虚构的",
        filled.commits,
        filled.commits as f64 / seconds
    ));
    Ok(Done::Yes)
}
