//! The sections of a record, as its definition orders them.

use app::Seen;
use catalogue::{Field, FieldIx, Kind, Section};
use kernel::{Datum, FileRef, RowData};
use maud::{Markup, html};

use super::{Open, record_href};
use crate::pages::shows::size;
use crate::ui::Link;
use crate::ui::description::{Pair, section};
use crate::ui::field::{FileHeld, file_list};
use crate::ui::figure::card;
use crate::ui::table::{Column as Head, Holds, small_table};

/// Every section with its values, then what belongs to none.
pub fn all(open: &Open) -> Markup {
    let Open {
        visit, def, page, ..
    } = open;
    let with_empty = visit.query.get("empty") == "1";
    let placed: Vec<FieldIx> = def
        .form
        .iter()
        .flat_map(|s| s.fields.iter().copied())
        .collect();
    let rest: Vec<FieldIx> = page
        .record
        .fields
        .iter()
        .map(|f| f.ix)
        .filter(|ix| !placed.contains(ix))
        .collect();
    let hidden = page
        .record
        .fields
        .iter()
        .filter(|f| f.seen.is_empty())
        .count();
    let mut toggle = visit.query.clone();
    toggle.drop("empty");
    if !with_empty {
        toggle.push("empty", "1");
    }
    let word = match with_empty {
        true => visit.say.hide_empty.to_owned(),
        false => visit.say.show_empty.replace("{n}", &hidden.to_string()),
    };
    html! {
        @for part in &def.form { (one(open, &title(open, part), &part.fields, with_empty)) }
        (one(open, visit.say.other_fields, &rest, with_empty))
        @if hidden > 0 || with_empty { p.note.no-print { a href=(toggle.href(&visit.path)) { (word) } } }
    }
}

fn title(open: &Open, part: &Section) -> String {
    part.title.get(open.visit.lang()).to_owned()
}

fn one(open: &Open, title: &str, fields: &[FieldIx], with_empty: bool) -> Markup {
    let Open {
        visit, def, page, ..
    } = open;
    let mut pairs = Vec::new();
    let mut tables = Vec::new();
    for ix in fields {
        let Some(seen) = page.record.field(*ix) else {
            continue;
        };
        let field = def.get(*ix);
        match seen {
            Seen::Plain(Datum::Rows(rows)) => {
                if !rows.is_empty() {
                    tables.push(children(open, field, rows));
                }
            }
            Seen::Plain(Datum::Files(_)) => {}
            seen if seen.is_empty() && !with_empty => {}
            _ if page.record.told(*ix).is_some() => {
                let told = page.record.told(*ix).unwrap_or_default();
                pairs.push(Pair::text(field.label.get(visit.lang()), told));
            }
            seen => pairs.push(pair(open, field, seen)),
        }
    }
    html! {
        @if !pairs.is_empty() { (section(visit.words, title, &pairs)) }
        @for table in &tables { (table) }
    }
}

fn pair<'a>(open: &Open<'a>, field: &'a Field, seen: &Seen) -> Pair<'a> {
    let Open {
        visit, def, page, ..
    } = open;
    let label = field.label.get(visit.lang());
    let pair = match seen {
        Seen::Masked(text) => {
            let href = format!("{}/reveal/{}", record_href(def, page.record.id), field.name);
            let link =
                (page.may_reveal && !text.is_empty()).then(|| Link::new(visit.say.reveal, href));
            Pair::masked(label, text, link)
        }
        seen if seen.is_empty() => Pair::text(label, ""),
        seen => Pair::markup(label, open.reading.linked(field, seen)),
    };
    match &field.kind {
        Kind::LongText { .. } => pair.whole(),
        Kind::Text { max } if *max > 100 => pair.whole(),
        _ => pair,
    }
}

/// Child rows as a table of their own.
fn children(open: &Open, field: &Field, rows: &[RowData]) -> Markup {
    let visit = open.visit;
    let Kind::Rows { fields, .. } = &field.kind else {
        return html! {};
    };
    let lang = visit.lang();
    let heads: Vec<Head<'_>> = fields
        .iter()
        .map(|column| {
            let holds = match column.kind {
                Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money { .. } => Holds::Number,
                Kind::Date { .. } | Kind::Moment => Holds::Date,
                Kind::Code { .. } => Holds::Code,
                _ => Holds::Text,
            };
            Head::new(column.label.get(lang), holds)
        })
        .collect();
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|row| {
            fields
                .iter()
                .zip(&row.values)
                .map(|(f, value)| open.reading.value(f, value))
                .collect()
        })
        .collect();
    let label = field.label.get(lang);
    card(label, None, &small_table(label, &heads, &cells))
}

/// All files of the record, field by field.
pub fn files(open: &Open) -> Markup {
    let Open {
        visit, def, page, ..
    } = open;
    let held: Vec<(&Field, &[FileRef])> = page
        .record
        .fields
        .iter()
        .filter_map(|f| match &f.seen {
            Seen::Plain(Datum::Files(files)) if !files.is_empty() => {
                Some((def.get(f.ix), files.as_slice()))
            }
            _ => None,
        })
        .collect();
    html! {
        @for (field, files) in &held {
            (card(field.label.get(visit.lang()), None, &file_list(&shown(open, files))))
        }
    }
}

fn shown(open: &Open, files: &[FileRef]) -> Vec<FileHeld<'static>> {
    let base = record_href(open.def, open.page.record.id);
    files
        .iter()
        .map(|file| FileHeld {
            id: file.hash.clone().into(),
            name: file.name.clone().into(),
            note: size(file.bytes).into(),
            href: format!("{base}/files/{}", file.hash).into(),
        })
        .collect()
}
