//! The rows that the search box and the lookups offer while one types.
//!
//! The answer to a POST with `part=box` is this fragment and nothing else; `suggest.js` puts it into the
//! list box. Without scripts it is never asked for.

use maud::{Markup, html};

use super::Text;

#[derive(Debug, Clone)]
pub struct Group<'a> {
    /// For example `特种设备`; empty for lookups of one register.
    pub label: Text<'a>,
    pub rows: Vec<Suggestion<'a>>,
}

#[derive(Debug, Clone)]
pub struct Suggestion<'a> {
    pub label: Text<'a>,
    /// Second text: number, place.
    pub note: Text<'a>,
    pub does: Does<'a>,
}

/// What choosing a row does.
#[derive(Debug, Clone)]
pub enum Does<'a> {
    /// Opens a page.
    Opens { href: Text<'a> },
    /// Fills a lookup: `id` goes into the hidden field, the label into the box.
    Fills { id: Text<'a> },
    /// Fills a lookup and offers what lies under it: province, city, county, town.
    FillsAndUnfolds { id: Text<'a>, under: Text<'a> },
    /// Offers what lies under it without filling: one step up.
    Unfolds { under: Text<'a> },
}

pub fn suggestions(groups: &[Group<'_>], nothing: &str) -> Markup {
    html! {
        @for group in groups {
            @if group.label.is_empty() {
                @for row in &group.rows { (suggestion(row)) }
            } @else {
                div role="group" aria-label=(group.label) {
                    div.suggest-head aria-hidden="true" { (group.label) }
                    @for row in &group.rows { (suggestion(row)) }
                }
            }
        }
        @if groups.iter().all(|group| group.rows.is_empty()) {
            div.suggest-nothing role="option" aria-disabled="true" aria-selected="false" { (nothing) }
        }
    }
}

fn suggestion(row: &Suggestion<'_>) -> Markup {
    let (href, id, under) = match &row.does {
        Does::Opens { href } => (Some(href), None, None),
        Does::Fills { id } => (None, Some(id), None),
        Does::FillsAndUnfolds { id, under } => (None, Some(id), Some(under)),
        Does::Unfolds { under } => (None, None, Some(under)),
    };
    html! {
        div.suggest-row role="option" aria-selected="false" data-href=[href] data-id=[id]
            data-under=[under] data-shown=(row.label) {
            span { (row.label) } " " span.suggest-note { (row.note) }
        }
    }
}
