//! `jinzhi undo`: takes an import back as far as its rows were not touched since.

use kernel::Actor;

use super::user::record_id;
use crate::cli::Undo;
use crate::data::House;
use crate::definitions::Sources;
use crate::say::{Done, line, no};

pub fn run(ask: &Undo, sources: &Sources) -> anyhow::Result<Done> {
    let house = House::to_write(&ask.place.data, sources)?;
    let batch = record_id(&ask.batch)?;
    let report = house
        .app
        .undo_import(&Actor::operator(), batch)
        .map_err(no)?;
    line(format!(
        "已撤销：删除 {} 条，恢复 {} 条",
        report.removed, report.restored
    ));
    if report.kept.is_empty() {
        return Ok(Done::Yes);
    }
    for kept in &report.kept {
        line(format!(
            "  {} {} 保持不变：{}",
            kept.shown, kept.id, kept.why.zh
        ));
    }
    line(format!("{} 条保持不变", report.kept.len()));
    Ok(Done::No)
}
