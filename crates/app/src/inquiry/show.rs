//! Which declared list is meant, which columns it shows, and in which order.

use catalogue::{Column, List, Sort};
use kernel::{Blame, FieldIx, Reason, Refusal, Register, Scope};
use speech::said;

use super::Ask;
use crate::{No, Outcome};

/// Whether the person sees every field that the list is cut by; otherwise being in it would tell him.
pub fn may_list(right: &Scope, def: &Register, list: &List) -> bool {
    list.only
        .as_ref()
        .is_none_or(|only| sees_all(right, def, only))
}

fn sees_all(right: &Scope, def: &Register, condition: &expr::Checked) -> bool {
    condition.keys().iter().all(|key| match key {
        expr::Key::Field(ix) => kernel::sees_field(right, FieldIx(*ix), def.get(FieldIx(*ix))),
        _ => true,
    })
}

pub(super) fn chosen<'a>(def: &'a Register, right: &Scope, ask: &Ask) -> Outcome<Option<&'a List>> {
    match &ask.list {
        Some(name) => match def.list(name) {
            Some(list) if !may_list(right, def, list) => {
                let message = said!(
                    "列表“{}”按您无权查看的内容筛选，不能打开"
                        / "The list “{}” selects by what is not yours to see",
                    list.title
                );
                Err(Refusal::forbidden(message).into())
            }
            Some(list) => Ok(Some(list)),
            None => Err(No::refuse(
                Reason::NotFound,
                said!("没有“{name}”这个列表" / "There is no list “{name}”"),
            )),
        },
        None if ask.unlisted => Ok(None),
        None => Ok(def.lists.iter().find(|list| may_list(right, def, list))),
    }
}

pub(super) fn columns(def: &Register, list: Option<&List>, ask: &Ask) -> Outcome<Vec<Column>> {
    let Some(names) = &ask.columns else {
        return Ok(match list {
            Some(list) => list.columns.clone(),
            None => def
                .all_fields()
                .take(6)
                .map(|(ix, _)| Column::Field(ix))
                .collect(),
        });
    };
    names
        .iter()
        .map(|name| {
            column(def, name).ok_or_else(|| {
                let message = said!("没有“{name}”这一列" / "There is no column “{name}”");
                Refusal::invalid(vec![Blame::at("columns", "unknown", message)]).into()
            })
        })
        .collect()
}

fn column(def: &Register, name: &str) -> Option<Column> {
    match name {
        "state" => Some(Column::State),
        "colour" => Some(Column::Colour),
        "changed_at" => Some(Column::ChangedAt),
        "created_at" => Some(Column::CreatedAt),
        _ => def
            .field(name)
            .filter(|ix| !def.get(*ix).hidden)
            .map(Column::Field),
    }
}

/// Lists sort only by columns that lead a declared index, so that any page is as fast as the first.
///
/// The order of rows tells what they are ordered by, and the cursor holds it: so only by what is seen.
pub(super) fn sort(
    def: &Register,
    right: &Scope,
    list: Option<&List>,
    ask: &Ask,
) -> Outcome<Vec<Sort>> {
    let seen = |by: Column| match by {
        Column::Field(ix) => kernel::sees_field(right, ix, def.get(ix)),
        _ => true,
    };
    let Some(text) = ask.sort.as_deref().filter(|t| !t.is_empty()) else {
        let declared = list.map(|l| l.sort.as_slice()).unwrap_or_default();
        return Ok(declared
            .iter()
            .take_while(|s| seen(s.by))
            .copied()
            .collect());
    };
    let (name, descending) = match text.strip_prefix('-') {
        Some(name) => (name, true),
        None => (text, false),
    };
    let by = column(def, name).filter(|by| seen(*by) && sortable(def, *by));
    match by {
        Some(by) => Ok(vec![Sort { by, descending }]),
        None => {
            let message = said!("不能按“{name}”排序" / "Nobody can sort by “{name}”");
            Err(Refusal::invalid(vec![Blame::at("sort", "sort", message)]).into())
        }
    }
}

/// Whether lists of the register may be sorted by the column.
pub fn sortable(def: &Register, by: Column) -> bool {
    let unique = matches!(by, Column::Field(ix) if def.get(ix).unique && !def.get(ix).sealed());
    unique
        || def
            .indexes
            .iter()
            .any(|index| index.columns.first() == Some(&by))
        || def
            .lists
            .iter()
            .any(|list| list.sort.first().is_some_and(|s| s.by == by))
}
