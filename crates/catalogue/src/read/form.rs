//! `[form]`: sections in order of entry; every field people enter stands in exactly one.

use super::conditions::{Use, condition};
use super::outline::Outline;
use super::{World, names};
use crate::fault::{At, What};
use crate::model::{FieldIx, Section};
use crate::tree::Ctx;

pub(crate) const KEYS: &[&str] = &["title", "fields", "when"];

pub(crate) fn read(ctx: &mut Ctx<'_>, world: &World, outline: &Outline<'_>) -> Vec<Section> {
    let mut found: Vec<Section> = Vec::new();
    let mut labels = names::Labels::default();
    let mut placed: Vec<(FieldIx, String)> = Vec::new();
    if !outline.file.has("form") {
        ctx.missing(outline.file, "登记簿", "[form]");
        return found;
    }
    for (name, at, table) in ctx.tables(outline.file, "form") {
        names::name(ctx, at, name);
        ctx.only(table, "表单分组", KEYS);
        let title = ctx.need_label(table, "表单分组", "title");
        labels.add(ctx, table.value_at("title"), name, &title);
        if !table.has("fields") {
            ctx.missing(table, "表单分组", "fields");
        }
        let mut fields = Vec::new();
        for (ix, at) in outline.listed(ctx, table, "fields") {
            match placed.iter().find(|(known, _)| *known == ix) {
                Some((_, section)) => twice(ctx, outline, ix, at, section),
                None => {
                    placed.push((ix, name.to_owned()));
                    fields.push(ix);
                }
            }
        }
        let when = condition(ctx, world, outline, table, "when", Use::InMemory);
        found.push(Section {
            name: name.into(),
            title,
            fields,
            when,
        });
    }
    for (at, read) in outline.fields.iter().enumerate() {
        let stands = placed.iter().any(|(ix, _)| ix.0 == at);
        if !stands && read.field.typed() {
            ctx.fault(
                read.at,
                What::NotInForm {
                    name: read.field.name.clone(),
                },
            );
        }
    }
    found
}

fn twice(ctx: &mut Ctx<'_>, outline: &Outline<'_>, ix: FieldIx, at: At, section: &str) {
    let name = outline.fields[ix.0].field.name.clone();
    ctx.fault(
        at,
        What::TwiceInForm {
            name,
            section: section.into(),
        },
    );
}
