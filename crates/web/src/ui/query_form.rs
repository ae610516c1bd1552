//! The query form above a table; sent by GET, so that a filtered list has an address to pass on.

use maud::{Markup, html};

use super::Text;
use super::words::{Words, with_number};

/// How the form stands on a phone: open when something in it is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnPhone {
    Folded,
    Open,
}

#[derive(Debug)]
pub struct QueryForm<'a> {
    pub action: &'a str,
    /// The id of the region that is replaced when scripts run.
    pub swap: Option<&'a str>,
    /// Fields that always stand there, made with [`super::field`].
    pub fields: Vec<Markup>,
    /// Fields behind 更多条件: none of them is filled in, those in use stand in `fields`.
    pub more: Vec<Markup>,
    /// How many are filled in: said on the fold behind which the form stands on a phone.
    pub set: usize,
    pub on_phone: OnPhone,
    /// Parts of the query string that stay, for example columns and sort.
    pub keep: Vec<(Text<'a>, Text<'a>)>,
    /// Where 重置 leads.
    pub reset: &'a str,
}

pub fn query_form(w: &Words, form: &QueryForm<'_>) -> Markup {
    html! {
        // On a phone the form is folded; a fold beside it, because one around it would also close on desks.
        details.query-fold open[form.on_phone == OnPhone::Open] {
            summary {
                (w.query_fold)
                @if form.set > 0 { " " span.count { (with_number(w.filters_set, form.set)) } }
            }
        }
        form.query method="get" action=(form.action) data-swap=[form.swap] role="search" aria-label=(w.query) {
            @for (name, value) in &form.keep { input type="hidden" name=(name) value=(value); }
            div.query-fields.is-first {
                @for field in &form.fields { (field) }
                div.query-acts {
                    button.button.is-primary type="submit" { (w.query) }
                    a.button href=(form.reset) data-swap=[form.swap] { (w.reset) }
                }
            }
            @if !form.more.is_empty() {
                details.query-more #query-more {
                    summary { (w.more_filters) }
                    div.query-fields { @for field in &form.more { (field) } }
                }
            }
        }
    }
}
