//! Numbers that lead to the rows behind them.

use maud::{Markup, html};

use super::Text;

#[derive(Debug, Clone)]
pub struct Figure<'a> {
    pub label: Markup,
    pub number: Text<'a>,
    pub note: Text<'a>,
    pub href: Text<'a>,
}

/// A row of figure cards; every number is a link to the list that makes it.
pub fn figures(label: &str, figures: &[Figure<'_>]) -> Markup {
    html! {
        ul.figures aria-label=(label) {
            @for figure in figures {
                li {
                    a.card.figure href=(figure.href) {
                        span.figure-label { (figure.label) }
                        span.figure-number { (figure.number) }
                        @if !figure.note.is_empty() { span.figure-note { (figure.note) } }
                    }
                }
            }
        }
    }
}

/// A white sheet with a heading.
pub fn card(title: &str, link: Option<&super::Link<'_>>, body: &Markup) -> Markup {
    html! {
        section.card {
            div.card-head {
                h2 { (title) }
                @if let Some(link) = link { a href=(link.href) { (link.label) } }
            }
            div.card-body { (body) }
        }
    }
}
