//! `[clocks.NAME]`: limits of law over a whole matter, from one state to another.

use super::actions::state;
use super::names;
use super::outline::Outline;
use super::states::limit_at;
use crate::fault::What;
use crate::model::{ClockRule, StateIx};
use crate::tree::{Ctx, Table};

pub(crate) const KEYS: &[&str] = &[
    "title", "from", "until", "limit", "promised", "extend", "law",
];

pub(crate) fn read(ctx: &mut Ctx<'_>, outline: &Outline<'_>) -> Vec<ClockRule> {
    let mut found = Vec::new();
    let mut labels = names::Labels::default();
    for (name, at, table) in ctx.tables(outline.file, "clocks") {
        names::name(ctx, at, name);
        ctx.only(table, "时限", KEYS);
        for key in ["from", "until", "limit"] {
            if !table.has(key) {
                ctx.missing(table, "时限", key);
            }
        }
        let title = ctx.need_label(table, "时限", "title");
        labels.add(ctx, table.value_at("title"), name, &title);
        let from = states(ctx, outline, table, "from");
        let until = states(ctx, outline, table, "until");
        let limit = limit_at(ctx, table, "limit");
        let promised = limit_at(ctx, table, "promised");
        let extend = limit_at(ctx, table, "extend");
        let law = ctx.text(table, "law").map(str::to_owned);
        let Some(limit) = limit else { continue };
        // Different units cannot be compared without a calendar.
        if let Some(promised) =
            promised.filter(|p| p.unit() == limit.unit() && p.count() > limit.count())
        {
            let what = What::PromisedLonger {
                promised: promised.to_string(),
                limit: limit.to_string(),
            };
            ctx.fault(table.value_at("promised"), what);
        }
        found.push(ClockRule {
            name: name.into(),
            title,
            from,
            until,
            limit,
            promised,
            extend,
            law,
        });
    }
    found
}

fn states(ctx: &mut Ctx<'_>, outline: &Outline<'_>, table: &Table, key: &str) -> Vec<StateIx> {
    let listed = ctx.texts(table, key);
    if table.has(key) && listed.is_empty() {
        ctx.fault(table.value_at(key), What::EmptyList { key: key.into() });
    }
    listed
        .into_iter()
        .filter_map(|(name, at)| state(ctx, outline, name, at))
        .collect()
}
