//! `jinzhi check`: all faults of the definitions at once, and what a data directory would need.

use store::migration;

use crate::cli::Check;
use crate::definitions::Sources;
use crate::say::{Done, line};

pub fn run(ask: &Check, mut sources: Sources) -> anyhow::Result<Done> {
    sources.overlays.extend(ask.overlay.iter().cloned());
    if let Some(data) = &ask.data {
        sources = sources.with_data(data);
    }
    let texts = sources.texts()?;
    let catalogue = match subsystems::hooks().compile(&texts) {
        Ok(catalogue) => catalogue,
        Err(faults) => {
            line(catalogue::render(&faults, &texts));
            line(format!("定义有 {} 处错误", faults.len()));
            return Ok(Done::No);
        }
    };
    let (subsystems, registers) = (catalogue.subsystems.len(), catalogue.registers.len());
    line(format!(
        "定义没有错误：{subsystems} 个子系统，{registers} 个登记簿"
    ));
    match &ask.data {
        Some(data) => what_is_needed(data, &catalogue),
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
