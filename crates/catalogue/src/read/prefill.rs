//! `prefill`: what stands in a box before anything is typed.

use super::fields::Read;
use super::outline::Outline;
use crate::fault::{At, What};
use crate::model::{Field, Kind, Owner, Prefill, Source};
use crate::tree::{Ctx, Table};

const KEY: &str = "prefill";
const OWNER: &str = "owner.";
const LAST: &str = "last.";

/// In a child row stand the day and the own name; what else is known is of the record.
pub(crate) fn in_row(ctx: &mut Ctx<'_>, table: &Table, field: &Field) -> Vec<Prefill> {
    let mut found = Vec::new();
    for (word, at) in ctx.texts(table, KEY) {
        let one = match (word, &field.kind) {
            ("today", Kind::Date { .. } | Kind::Moment) => Some(Prefill::Today),
            ("me", Kind::Text { .. }) => Some(Prefill::Me),
            _ => None,
        };
        if one.is_none() {
            let what = What::UnknownWord {
                key: KEY.into(),
                word: word.into(),
                words: "today、me".into(),
            };
            ctx.fault_near(at, what, word, ["today", "me"]);
        }
        found.extend(one);
    }
    found
}

pub(crate) fn read(
    ctx: &mut Ctx<'_>,
    outlines: &[Outline<'_>],
    (outline, owner): (&Outline<'_>, Option<Owner>),
    read: &Read<'_>,
) -> Vec<Prefill> {
    if !read.table.has(KEY) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let listed = ctx.texts(read.table, KEY);
    if listed.is_empty() {
        let key = KEY.into();
        ctx.fault(read.table.value_at(KEY), What::EmptyList { key });
    }
    if !matches!(read.field.source, Source::Typed) {
        let key = KEY.into();
        ctx.fault(read.table.key_at(KEY), What::ComputedAttribute { key });
        return found;
    }
    for (word, at) in listed {
        found.extend(one(ctx, outlines, (outline, owner), read, (word, at)));
    }
    found
}

fn one(
    ctx: &mut Ctx<'_>,
    outlines: &[Outline<'_>],
    (outline, owner): (&Outline<'_>, Option<Owner>),
    read: &Read<'_>,
    (word, at): (&str, At),
) -> Option<Prefill> {
    let kind = &read.field.kind;
    let sealed = read.field.sealed();
    match word {
        "today" => {
            let fits = matches!(kind, Kind::Date { .. } | Kind::Moment);
            wants(ctx, read, (word, at), ("日期（date 或 date_time）", fits))
                .then_some(Prefill::Today)
        }
        "me" => {
            let fits = matches!(kind, Kind::Text { .. });
            wants(ctx, read, (word, at), ("文字（text）", fits)).then_some(Prefill::Me)
        }
        "last" => {
            // A sealed value is shown only with right and reason, never by itself.
            let fits = !sealed && !matches!(kind, Kind::Rows { .. } | Kind::Files { .. });
            wants(ctx, read, (word, at), ("不加密的单个值", fits)).then_some(Prefill::Last)
        }
        _ if word.starts_with(LAST) => {
            let by = outline.field(ctx, word.trim_start_matches(LAST), at)?;
            let same = &outline.fields[by.0].field;
            let open = !sealed && !same.sealed() && same.ty().is_some();
            let fits = open && !matches!(kind, Kind::Rows { .. } | Kind::Files { .. });
            wants(ctx, read, (word, at), ("不加密的单个值", fits)).then_some(Prefill::LastLike(by))
        }
        _ => {
            let Some(name) = word.strip_prefix(OWNER) else {
                let what = What::UnknownWord {
                    key: KEY.into(),
                    word: word.into(),
                    words: "today、me、last、last.字段、owner.字段".into(),
                };
                ctx.fault_near(at, what, word, ["today", "me", "last"]);
                return None;
            };
            let theirs = match owner {
                Some(Owner::Itself) => outline,
                Some(Owner::Field(field)) => match outline.fields[field.0].field.kind {
                    Kind::Ref { to } => outlines.get(to.0)?,
                    _ => return None,
                },
                None => {
                    let (key, needs) = (KEY.into(), "owner".into());
                    ctx.fault(at, What::Without { key, needs });
                    return None;
                }
            };
            let ix = theirs.field(ctx, name, at)?;
            let other = &theirs.fields[ix.0].field;
            let alike = kind.word() == other.kind.word() && read.field.ty() == other.ty();
            let open = !sealed && !other.sealed() && read.field.ty().is_some();
            let fits = alike && open;
            wants(ctx, read, (word, at), ("不加密的同类", fits)).then_some(Prefill::Owner(ix))
        }
    }
}

fn wants(
    ctx: &mut Ctx<'_>,
    read: &Read<'_>,
    (word, at): (&str, At),
    (wanted, fits): (&str, bool),
) -> bool {
    if !fits && !read.broken {
        let what = What::WrongField {
            key: format!("{KEY} {word}"),
            name: read.field.name.clone(),
            wanted: wanted.into(),
            found: read.field.kind.word().into(),
        };
        ctx.fault(at, what);
    }
    fits
}
