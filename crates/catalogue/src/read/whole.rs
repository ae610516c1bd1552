//! The fields of a register with everything in them that refers to others.

use super::conditions::{Use, condition, over_row, reads};
use super::outline::Outline;
use super::subsystem::circle;
use super::{World, latest, names, prefill};
use crate::fault::What;
use crate::model::{Field, Kind, Owner, Source};
use crate::tree::{Ctx, Data, Table};

/// The fields with their conditions and their latest-of-child.
pub(crate) fn fields(
    ctx: &mut Ctx<'_>,
    world: &World,
    outlines: &[Outline<'_>],
    (outline, owner): (&Outline<'_>, Option<Owner>),
) -> Vec<Field> {
    let mut found = Vec::new();
    for read in &outline.fields {
        let mut field = read.field.clone();
        field.when = condition(ctx, world, outline, read.table, "when", Use::InMemory);
        field.prefill = prefill::read(ctx, outlines, (outline, owner), read);
        if let Some(latest) = latest::read(ctx, world, outlines, outline, read) {
            field.source = Source::Latest(latest);
        }
        if let Kind::Rows { fields, .. } = &mut field.kind {
            rows(ctx, world, read.table, fields);
        }
        found.push(field);
    }
    circles(ctx, outline, &found);
    found
}

/// Conditions of child rows see the row they stand in.
fn rows(ctx: &mut Ctx<'_>, world: &World, table: &Table, fields: &mut [Field]) {
    let Some(Data::Table(inner)) = table.get("fields").map(|node| &node.data) else {
        return;
    };
    let seen = fields.to_vec();
    for field in fields {
        if let Some(Data::Table(own)) = inner.get(&field.name).map(|node| &node.data) {
            field.when = over_row(ctx, world, &seen, own, "when");
            field.prefill = prefill::in_row(ctx, own, field);
        }
        if names::RESERVED_IN_ROWS.contains(&field.name.as_str()) {
            let what = What::ReservedName {
                name: field.name.clone(),
            };
            ctx.fault(inner.key_at(&field.name), what);
        }
    }
}

/// Fields that appear only where each other holds would never appear.
fn circles(ctx: &mut Ctx<'_>, outline: &Outline<'_>, fields: &[Field]) {
    let next = |name: &str| -> Vec<String> {
        let field = fields.iter().find(|field| field.name == name);
        let when = field.and_then(|field| field.when.as_ref());
        let read = when.map(reads).unwrap_or_default();
        read.into_iter()
            .map(|ix| fields[ix.0].name.clone())
            .collect()
    };
    let mut told: Vec<String> = Vec::new();
    for (ix, field) in fields.iter().enumerate() {
        if field.when.is_none() || told.contains(&field.name) {
            continue;
        }
        if let Some(path) = circle(&field.name, next) {
            told.extend(path.iter().cloned());
            let at = outline.fields[ix].table.value_at("when");
            ctx.fault(
                at,
                What::WhenCircle {
                    path: path.join(" → "),
                },
            );
        }
    }
}
