//! What points at a record: the first few of each register, and a link to all.

use app::{Ask, Related};
use catalogue::{Column, Register};
use kernel::Verb;
use maud::{Markup, html};

use super::Open;
use crate::frame::list_href;
use crate::pages::home::count_text;
use crate::pages::offer;
use crate::pages::shows::{column_holds, column_label};
use crate::ui::Link;
use crate::ui::figure::card;
use crate::ui::table::{Column as Head, small_table};

/// Columns shown of a related record.
const COLUMNS_MAX: usize = 5;

pub fn all(open: &Open) -> Markup {
    html! {
        @for related in &open.page.related { (one(open, related)) }
        @if open.then.is_none() { (begin(open)) }
    }
}

fn one(open: &Open, related: &Related) -> Markup {
    let Open { visit, page, .. } = open;
    let def = visit.app().catalogue().at(related.register);
    let lang = visit.lang();
    let columns: Vec<Column> = columns(def, related);
    let heads: Vec<Head<'_>> = columns
        .iter()
        .map(|column| {
            Head::new(
                column_label(visit, def, *column),
                column_holds(def, *column),
            )
        })
        .collect();
    let cells: Vec<Vec<Markup>> = related
        .rows
        .iter()
        .map(|row| {
            columns
                .iter()
                .enumerate()
                .map(|(at, column)| {
                    let cell = open.reading.cell(def, row, *column);
                    if at > 0 {
                        return cell;
                    }
                    let text = if cell.0.is_empty() {
                        html! { (row.shown) }
                    } else {
                        cell
                    };
                    html! { a href={ "/" (def.path) "/" (row.id) } { (text) } }
                })
                .collect()
        })
        .collect();
    let by = def.get(related.by).label.get(lang);
    let same = open
        .page
        .related
        .iter()
        .filter(|r| r.register == related.register)
        .count()
        > 1;
    let title = match same {
        true => format!(
            "{}{}{by}{}",
            def.title.get(lang),
            visit.words.bracket,
            visit.words.bracket_end
        ),
        false => def.title.get(lang).to_owned(),
    };
    let title = format!(
        "{title}{}{}{}",
        visit.words.bracket,
        count(open, related),
        visit.words.bracket_end
    );
    let href = format!(
        "{}?all=1&{}={}",
        list_href(&def.path),
        def.get(related.by).name,
        page.record.id
    );
    let word = if related.more {
        visit.say.all_related
    } else {
        visit.say.in_list
    };
    card(
        &title,
        Some(&Link::new(word, href)),
        &small_table(&title, &heads, &cells),
    )
}

/// How many there are; beyond what is shown they are counted, up to the usual limit.
fn count(open: &Open, related: &Related) -> String {
    let Open { visit, page, .. } = open;
    let def = visit.app().catalogue().at(related.register);
    if !related.more {
        return related.rows.len().to_string();
    }
    let by = def.get(related.by).name.clone();
    let ask = Ask {
        unlisted: true,
        filters: vec![(by, page.record.id.to_string())],
        ..Ask::default()
    };
    match visit.app().count(&visit.actor, related.register, &ask) {
        Ok(count) => count_text(count),
        // What cannot be asked by this field is still more than what stands here.
        Err(_) => format!("{}+", related.rows.len()),
    }
}

/// The columns of the register's first list, without the one that points back.
fn columns(def: &Register, related: &Related) -> Vec<Column> {
    let mut columns: Vec<Column> = def
        .lists
        .first()
        .map(|l| l.columns.clone())
        .unwrap_or_default();
    columns.retain(|column| *column != Column::Field(related.by));
    // The first column carries the link, so it is one that names the record.
    if let Some(at) = columns.iter().position(|c| matches!(c, Column::Field(_))) {
        let first = columns.remove(at);
        columns.insert(0, first);
    }
    columns.truncate(COLUMNS_MAX);
    columns
}

/// Links that begin a record which points at this one.
fn begin(open: &Open) -> Markup {
    let Open {
        visit, ix, page, ..
    } = open;
    let mut links = Vec::new();
    for (_, def) in visit.app().catalogue().all() {
        if !offer::may(visit, def, Verb::Create) {
            continue;
        }
        let by = def.all_fields().find(|(_, field)| {
            let points = matches!(field.kind, catalogue::Kind::Ref { to } if to == *ix);
            // A record that need not name this one is begun from its own list.
            field.typed() && field.required && points
        });
        if let Some((_, field)) = by {
            let label = format!("{}{}", visit.say.new_of, def.title.get(visit.lang()));
            let href = format!("/{}/new?{}={}", def.path, field.name, page.record.id);
            links.push(Link::new(label, href));
        }
    }
    html! {
        @if !links.is_empty() {
            p.begin.no-print { @for link in &links { a.button href=(link.href) { (link.label) } " " } }
        }
    }
}
