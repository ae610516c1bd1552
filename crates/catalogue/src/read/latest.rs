//! `latest`: a field that shows the value of the newest child record.

use super::conditions::{Use, condition};
use super::fields::Read;
use super::outline::Outline;
use super::{World, kinds};
use crate::fault::What;
use crate::model::{FieldIx, Kind, Latest};
use crate::tree::Ctx;

pub(crate) fn read(
    ctx: &mut Ctx<'_>,
    world: &World,
    outlines: &[Outline<'_>],
    parent: &Outline<'_>,
    read: &Read<'_>,
) -> Option<Latest> {
    let text = ctx.text(read.table, "latest")?;
    let at = read.table.value_at("latest");
    let Some((child, name)) = text.rsplit_once('.') else {
        ctx.fault(at, What::LatestForm { text: text.into() });
        return None;
    };
    let register = kinds::register(ctx, world, &parent.subsystem, child, at)?;
    let child = &outlines[register.0];
    let field = child.field(ctx, name, at)?;
    same_type(ctx, child, field, read);
    climbs_once(ctx, child, field, at);
    let by = pointing(ctx, world, child, parent, at);
    let order = order(ctx, child, read);
    let only = condition(ctx, world, child, read.table, "latest_where", Use::InQuery);
    Some(Latest {
        register,
        field,
        by: by?,
        order: order?,
        only,
    })
}

/// What follows from a change goes one level up and no further, or one inspection could touch a whole
/// register: a value that was itself taken from below would stand still here.
fn climbs_once(ctx: &mut Ctx<'_>, child: &Outline<'_>, field: FieldIx, at: crate::fault::At) {
    let theirs = &child.fields[field.0];
    if theirs.table.has("latest") {
        let field = format!("{}.{}", child.name, theirs.field.name);
        ctx.fault(at, What::LatestTwice { field });
    }
}

fn same_type(ctx: &mut Ctx<'_>, child: &Outline<'_>, field: FieldIx, read: &Read<'_>) {
    let theirs = &child.fields[field.0];
    if read.broken || theirs.broken {
        return;
    }
    let same_ref = match (&theirs.field.kind, &read.field.kind) {
        (Kind::Ref { to: theirs }, Kind::Ref { to: ours }) => theirs == ours,
        _ => true,
    };
    let alike = theirs.field.ty().is_some() && theirs.field.ty() == read.field.ty() && same_ref;
    // A plain column must not take what its source keeps sealed.
    if !alike || theirs.field.sealed() != read.field.sealed() {
        let sealed = if theirs.field.sealed() {
            "（加密）"
        } else {
            ""
        };
        let what = What::LatestType {
            field: format!("{}.{}", child.name, theirs.field.name),
            found: format!("{}{sealed}", theirs.field.kind.word()),
            ty: read.field.kind.word().into(),
        };
        ctx.fault(read.table.value_at("latest"), what);
    }
}

/// The one ref field by which the child points at the parent.
fn pointing(
    ctx: &mut Ctx<'_>,
    world: &World,
    child: &Outline<'_>,
    parent: &Outline<'_>,
    at: crate::fault::At,
) -> Option<FieldIx> {
    let here = world.names[&parent.name];
    let points = |read: &Read<'_>| matches!(read.field.kind, Kind::Ref { to } if to == here);
    let all: Vec<usize> = (0..child.fields.len())
        .filter(|ix| points(&child.fields[*ix]))
        .collect();
    let (child, parent) = (child.name.clone(), parent.name.clone());
    match all.as_slice() {
        [one] => Some(FieldIx(*one)),
        [] => {
            ctx.fault(at, What::LatestNoRef { child, parent });
            None
        }
        _ => {
            ctx.fault(at, What::LatestManyRefs { child, parent });
            None
        }
    }
}

fn order(ctx: &mut Ctx<'_>, child: &Outline<'_>, read: &Read<'_>) -> Option<FieldIx> {
    let Some(word) = ctx.text(read.table, "latest_by") else {
        if child.dated.is_none() {
            let what = What::LatestNoOrder {
                child: child.name.clone(),
            };
            ctx.fault(read.table.value_at("latest"), what);
        }
        return child.dated;
    };
    let at = read.table.value_at("latest_by");
    let ix = child.field(ctx, word, at)?;
    climbs_once(ctx, child, ix, at);
    let fits = |kind: &Kind| matches!(kind, Kind::Date { .. } | Kind::Moment);
    child
        .wants(
            ctx,
            ("latest_by", "日期（date 或 date_time）"),
            (ix, at),
            fits,
        )
        .then_some(ix)
}
