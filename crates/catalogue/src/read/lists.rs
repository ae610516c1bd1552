//! `[lists]`, `[indexes]` and `[statistics]`: which columns are shown, ordered and counted.

use super::conditions::{Use, condition};
use super::outline::Outline;
use super::{World, names};
use crate::fault::{At, What};
use crate::model::{Column, Index, Kind, List, Sort, Statistic};
use crate::tree::{Ctx, Table};

pub(crate) const KEYS: &[&str] = &["title", "where", "columns", "sort", "filters"];
pub(crate) const STATISTIC_KEYS: &[&str] = &["title", "where", "by"];
/// Columns besides fields that a list can show.
const SHOWN_EXTRA: &[&str] = &["state", "colour", "changed_at", "created_at"];
/// Columns besides fields that an index can have.
pub(crate) const SORTABLE_EXTRA: &[&str] = &["state", "changed_at", "created_at"];

pub(crate) fn indexes(ctx: &mut Ctx<'_>, outline: &Outline<'_>) -> Vec<Index> {
    let mut found = Vec::new();
    let Some(all) = ctx.table(outline.file, "indexes") else {
        return found;
    };
    for (name, entry) in &all.entries {
        names::name(ctx, entry.key, name);
        let listed = ctx.texts(all, name);
        if listed.is_empty() {
            ctx.fault(entry.value.at, What::EmptyList { key: name.clone() });
        }
        let columns = listed
            .into_iter()
            .filter_map(|(word, at)| {
                let column = column(ctx, outline, word, at, SORTABLE_EXTRA)?;
                orders(ctx, outline, name, column, at).then_some(column)
            })
            .collect();
        found.push(Index {
            name: name.clone(),
            columns,
        });
    }
    found
}

pub(crate) fn read(
    ctx: &mut Ctx<'_>,
    world: &World,
    outline: &Outline<'_>,
    indexes: &[Index],
) -> Vec<List> {
    let mut found = Vec::new();
    let mut labels = names::Labels::default();
    for (name, at, table) in ctx.tables(outline.file, "lists") {
        names::name(ctx, at, name);
        ctx.only(table, "列表", KEYS);
        let title = ctx.need_label(table, "列表", "title");
        labels.add(ctx, table.value_at("title"), name, &title);
        let only = condition(ctx, world, outline, table, "where", Use::InQuery);
        if !table.has("columns") {
            ctx.missing(table, "列表", "columns");
        }
        let columns = columns(ctx, outline, table, "columns", SHOWN_EXTRA);
        let sort = sort(ctx, outline, table, indexes);
        let filters = outline
            .listed(ctx, table, "filters")
            .into_iter()
            .map(|(ix, _)| ix)
            .collect();
        found.push(List {
            name: name.into(),
            title,
            only,
            columns,
            sort,
            filters,
        });
    }
    found
}

pub(crate) fn statistics(
    ctx: &mut Ctx<'_>,
    world: &World,
    outline: &Outline<'_>,
) -> Vec<Statistic> {
    let mut found = Vec::new();
    let mut labels = names::Labels::default();
    for (name, at, table) in ctx.tables(outline.file, "statistics") {
        names::name(ctx, at, name);
        ctx.only(table, "统计", STATISTIC_KEYS);
        let title = ctx.need_label(table, "统计", "title");
        labels.add(ctx, table.value_at("title"), name, &title);
        let only = condition(ctx, world, outline, table, "where", Use::InQuery);
        if !table.has("by") {
            ctx.missing(table, "统计", "by");
        }
        let by = columns(ctx, outline, table, "by", SHOWN_EXTRA);
        found.push(Statistic {
            name: name.into(),
            title,
            only,
            by,
        });
    }
    found
}

fn columns(
    ctx: &mut Ctx<'_>,
    outline: &Outline<'_>,
    table: &Table,
    key: &str,
    extra: &[&str],
) -> Vec<Column> {
    let listed = ctx.texts(table, key);
    listed
        .into_iter()
        .filter_map(|(word, at)| column(ctx, outline, word, at, extra))
        .collect()
}

fn column(
    ctx: &mut Ctx<'_>,
    outline: &Outline<'_>,
    word: &str,
    at: At,
    extra: &[&str],
) -> Option<Column> {
    if let Some(ix) = outline
        .fields
        .iter()
        .position(|read| read.field.name == word)
    {
        return Some(Column::Field(crate::model::FieldIx(ix)));
    }
    match word {
        "state" if outline.states.is_empty() => {
            ctx.fault(
                at,
                What::NoStates {
                    key: "state".into(),
                },
            );
            None
        }
        "state" => Some(Column::State),
        "changed_at" => Some(Column::ChangedAt),
        "created_at" => Some(Column::CreatedAt),
        "colour" if extra.contains(&"colour") => Some(Column::Colour),
        _ => {
            let known = outline.fields.iter().map(|read| read.field.name.as_str());
            let known = known.chain(extra.iter().copied());
            ctx.fault_near(at, What::UnknownColumn { name: word.into() }, word, known);
            None
        }
    }
}

/// Whether the values of a type can be put in order by a column of the table.
pub(crate) fn sortable(kind: &Kind) -> bool {
    !matches!(
        kind,
        Kind::Rows { .. }
            | Kind::Files { .. }
            | Kind::Point
            | Kind::LongText { .. }
            | Kind::Choices { .. }
    )
}

fn orders(ctx: &mut Ctx<'_>, outline: &Outline<'_>, key: &str, column: Column, at: At) -> bool {
    let Column::Field(ix) = column else {
        return true;
    };
    let read = &outline.fields[ix.0];
    if read.broken || (sortable(&read.field.kind) && !read.field.sealed()) {
        return true;
    }
    let found = if read.field.sealed() {
        "加密字段"
    } else {
        read.field.kind.word()
    };
    let what = What::WrongField {
        key: key.into(),
        name: read.field.name.clone(),
        wanted: "可排序的".into(),
        found: found.into(),
    };
    ctx.fault(at, what);
    false
}

/// A list sorts by the first columns of a declared index, so that no page reads a whole table.
fn sort(ctx: &mut Ctx<'_>, outline: &Outline<'_>, table: &Table, indexes: &[Index]) -> Vec<Sort> {
    let listed = ctx.texts(table, "sort");
    let (written, mut found) = (listed.len(), Vec::new());
    for (word, at) in &listed {
        let (bare, descending) = match word.strip_prefix('-') {
            Some(bare) => (bare, true),
            None => (*word, false),
        };
        let Some(by) = column(ctx, outline, bare, *at, SORTABLE_EXTRA) else {
            continue;
        };
        if orders(ctx, outline, "sort", by, *at) {
            found.push(Sort { by, descending });
        }
    }
    let covers = |columns: &[Column]| {
        found.len() <= columns.len() && found.iter().zip(columns).all(|(s, c)| s.by == *c)
    };
    let unique =
        outline.fields.iter().enumerate().any(|(ix, read)| {
            read.field.unique && covers(&[Column::Field(crate::model::FieldIx(ix))])
        });
    if found.len() == written && !unique && !indexes.iter().any(|index| covers(&index.columns)) {
        let words: Vec<&str> = listed.iter().map(|(word, _)| *word).collect();
        if !words.is_empty() {
            ctx.fault(
                table.value_at("sort"),
                What::SortNotIndexed {
                    sort: words.join("、"),
                },
            );
        }
    }
    found
}
