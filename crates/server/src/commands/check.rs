//! `jinzhi check`: all faults of the definitions at once, and what a data directory would need.

use store::{lost_states, migration};

use crate::cli::Check;
use crate::definitions::{Sources, broken_flows};
use crate::say::{Done, line};

pub fn run(ask: &Check, mut sources: Sources) -> anyhow::Result<Done> {
    sources.overlays.extend(ask.overlay.iter().cloned());
    if let Some(data) = &ask.data {
        sources = sources.with_data(data);
    }
    let texts = sources.texts()?;
    let hooks = subsystems::hooks();
    let told = |faults: Vec<catalogue::Fault>| {
        line(catalogue::render(&faults, &texts));
        line(format!("定义有 {} 处错误", faults.len()));
        Ok(Done::No)
    };
    let mut catalogue = match hooks.compile(&texts) {
        Ok(catalogue) => catalogue,
        Err(faults) => return told(faults),
    };
    if let Some(data) = &ask.data {
        let kept = store::kept_flows(data, &catalogue)?;
        catalogue = match hooks.compile_beside(&texts, &kept) {
            Ok(catalogue) => catalogue,
            Err(faults) => return told(faults),
        };
    }
    let (subsystems, registers) = (catalogue.subsystems.len(), catalogue.registers.len());
    line(format!(
        "定义没有错误：{subsystems} 个子系统，{registers} 个登记簿"
    ));
    match &ask.data {
        Some(data) => {
            let tables = what_is_needed(data, &catalogue)?;
            let matters = what_runs(data, &catalogue)?;
            Ok(match (tables, matters) {
                (Done::Yes, Done::Yes) => Done::Yes,
                _ => Done::No,
            })
        }
        None => Ok(Done::Yes),
    }
}

fn what_is_needed(
    data: &std::path::Path,
    catalogue: &catalogue::Catalogue,
) -> anyhow::Result<Done> {
    let needed = migration(data, catalogue)?;
    if needed.sentences.is_empty() && needed.losses.is_empty() {
        line("数据目录与定义一致，不需要迁移");
        return Ok(Done::Yes);
    }
    for sentence in &needed.sentences {
        line(format!("  {sentence}"));
    }
    if !needed.losses.is_empty() {
        for loss in &needed.losses {
            line(format!("  {loss}"));
        }
        line("以上改动会丢失数据，已拒绝");
        return Ok(Done::No);
    }
    match needed.instant {
        true => line("以上改动会在启动时自动完成"),
        false => line(format!(
            "请先停止服务，再运行：jinzhi migrate --data {}",
            data.display()
        )),
    }
    Ok(Done::Yes)
}

/// Matters and records that the definitions leave without a way: told with how many.
fn what_runs(data: &std::path::Path, catalogue: &catalogue::Catalogue) -> anyhow::Result<Done> {
    for (register, version) in catalogue.older.keys() {
        let title = &catalogue.at(*register).title.zh;
        line(format!(
            "  {title}的流程已经改变：在办的件按原流程（版本 {version}）办完，可以用 jinzhi flow move 转到现行流程"
        ));
    }
    let mut wrong = broken_flows(catalogue);
    wrong.extend(lost_states(data, catalogue)?.iter().map(|lost| {
        let (count, register) = (lost.count, &lost.register);
        match (&lost.title, &lost.state) {
            (Some(title), Some(state)) => format!(
                "{title}（{register}）有 {count} 条记录停在“{state}”，现行定义没有这个状态，没有人能再办理"
            ),
            _ => format!("登记簿 {register} 已经不在定义里，却还有 {count} 件在办"),
        }
    }));
    for sentence in &wrong {
        line(format!("  {sentence}"));
    }
    if wrong.is_empty() {
        return Ok(Done::Yes);
    }
    line("请先恢复定义，把这些办件办完或者转到现行流程，再改定义");
    Ok(Done::No)
}
