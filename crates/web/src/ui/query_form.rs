//! The query form above a table; sent by GET, so that a filtered list has an address to pass on.

use maud::{Markup, html};

use super::Text;
use super::words::{Words, with_number};

#[derive(Debug)]
pub struct QueryForm<'a> {
    pub action: &'a str,
    /// The id of the region that is replaced when scripts run.
    pub swap: Option<&'a str>,
    /// Fields that always stand there, made with [`super::field`].
    pub fields: Vec<Markup>,
    /// Fields behind 更多条件.
    pub more: Vec<Markup>,
    /// How many of `more` are filled in: shown, and the part stands open when any is.
    pub more_set: usize,
    /// Parts of the query string that stay, for example columns and sort.
    pub keep: Vec<(Text<'a>, Text<'a>)>,
    /// Where 重置 leads.
    pub reset: &'a str,
}

pub fn query_form(w: &Words, form: &QueryForm<'_>) -> Markup {
    html! {
        form.query method="get" action=(form.action) data-swap=[form.swap] role="search" aria-label=(w.query) {
            @for (name, value) in &form.keep { input type="hidden" name=(name) value=(value); }
            div.query-fields {
                @for field in &form.fields { (field) }
                div.query-acts {
                    button.button.is-primary type="submit" { (w.query) }
                    a.button href=(form.reset) data-swap=[form.swap] { (w.reset) }
                }
            }
            @if !form.more.is_empty() {
                details.query-more open[form.more_set > 0] {
                    summary {
                        (w.more_filters)
                        @if form.more_set > 0 { " " span.count { (with_number(w.filters_set, form.more_set)) } }
                    }
                    div.query-fields { @for field in &form.more { (field) } }
                }
            }
        }
    }
}
