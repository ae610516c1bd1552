//! `[states]`: where a record can stand, in the law's words, with the kernel's phase and the limit.

use super::names;
use crate::fault::What;
use crate::model::{Limit, LimitUnit, Phase, State};
use crate::tree::{Ctx, Table};

pub(crate) const KEYS: &[&str] = &["label", "phase", "limit"];

pub(crate) fn read(ctx: &mut Ctx<'_>, file: &Table) -> Vec<State> {
    let mut found = Vec::new();
    let mut labels = names::Labels::default();
    for (name, at, table) in ctx.tables(file, "states") {
        names::name(ctx, at, name);
        ctx.only(table, "状态", KEYS);
        let label = ctx.need_label(table, "状态", "label");
        labels.add(ctx, table.value_at("label"), name, &label);
        if !table.has("phase") {
            ctx.missing(table, "状态", "phase");
        }
        let phase = ctx.text(table, "phase").and_then(|word| {
            let phase = Phase::from_word(word);
            if phase.is_none() {
                let what = What::UnknownPhase { name: word.into() };
                ctx.fault_near(
                    table.value_at("phase"),
                    what,
                    word,
                    Phase::ALL.map(Phase::word),
                );
            }
            phase
        });
        let limit = ctx.text(table, "limit").and_then(|text| {
            let limit = limit(text);
            if limit.is_none() {
                ctx.fault(
                    table.value_at("limit"),
                    What::BadLimit { text: text.into() },
                );
            }
            limit
        });
        found.push(State {
            name: name.into(),
            label,
            phase: phase.unwrap_or(Phase::Open),
            limit,
        });
    }
    found
}

/// `30 days`, `3 workdays`, `4 hours`, `1 month`.
pub(crate) fn limit(text: &str) -> Option<Limit> {
    let (count, unit) = text.split_once(' ')?;
    let unit = match unit.strip_suffix('s').unwrap_or(unit) {
        "hour" => LimitUnit::Hours,
        "day" => LimitUnit::Days,
        "workday" => LimitUnit::Workdays,
        "month" => LimitUnit::Months,
        _ => return None,
    };
    count
        .parse()
        .ok()
        .filter(|count| *count > 0)
        .map(|count| Limit { count, unit })
}
