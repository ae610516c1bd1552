//! `[checks]`: rules over the whole record, asked when it is saved.

use super::conditions::{Use, condition};
use super::outline::Outline;
use super::{World, names};
use crate::fault::What;
use crate::model::Check;
use crate::tree::Ctx;

pub(crate) const KEYS: &[&str] = &["holds", "when", "message", "fields", "level", "law"];
const LEVELS: &[&str] = &["error", "warn"];

pub(crate) fn read(ctx: &mut Ctx<'_>, world: &World, outline: &Outline<'_>) -> Vec<Check> {
    let mut found = Vec::new();
    for (name, at, table) in ctx.tables(outline.file, "checks") {
        names::name(ctx, at, name);
        ctx.only(table, "校验", KEYS);
        if !table.has("holds") {
            ctx.missing(table, "校验", "holds");
        }
        let holds = condition(ctx, world, outline, table, "holds", Use::InMemory);
        let when = condition(ctx, world, outline, table, "when", Use::InMemory);
        let message = ctx.need_label(table, "校验", "message");
        let fields = outline
            .listed(ctx, table, "fields")
            .into_iter()
            .map(|(ix, _)| ix)
            .collect();
        let warns = match ctx.text(table, "level") {
            Some("warn") => true,
            Some("error") | None => false,
            Some(word) => {
                let words = LEVELS.join("、");
                let what = What::UnknownWord {
                    key: "level".into(),
                    word: word.into(),
                    words,
                };
                ctx.fault_near(table.value_at("level"), what, word, LEVELS.iter().copied());
                false
            }
        };
        let law = ctx.text(table, "law").map(str::to_owned);
        let Some(holds) = holds else { continue };
        found.push(Check {
            name: name.into(),
            holds,
            when,
            message,
            fields,
            warns,
            law,
        });
    }
    found
}
