//! Going through a list by keyset: forward and back, never to page 4,711.

use maud::{Markup, html};

use super::Text;
use super::words::Words;

#[derive(Debug, Clone, Default)]
pub struct Pager<'a> {
    /// For example `第 1–50 条，共 23 条` or `超过 1,000 条`.
    pub summary: Text<'a>,
    pub previous: Option<Text<'a>>,
    pub next: Option<Text<'a>>,
    /// The id of the region that is replaced when scripts run.
    pub swap: Option<&'a str>,
}

pub fn pager(w: &Words, pager: &Pager<'_>) -> Markup {
    html! {
        nav.pager aria-label=(w.paging) {
            p.pager-summary { (pager.summary) }
            p.keys.needs-js aria-hidden="true" {
                span { kbd { "J" } " " kbd { "K" } " " (w.keys_next) (w.either) (w.keys_previous) }
                span { kbd { "Enter" } " " (w.keys_open) }
                span { kbd { "?" } " " (w.keys_all) }
            }
            p.pager-links {
                (step(w.previous, "prev", pager.previous.as_deref(), pager.swap))
                (step(w.next, "next", pager.next.as_deref(), pager.swap))
            }
        }
    }
}

fn step(label: &str, rel: &str, href: Option<&str>, swap: Option<&str>) -> Markup {
    html! {
        @match href {
            Some(href) => a.button href=(href) rel=(rel) data-swap=[swap] { (label) },
            None => span.button.is-off { (label) },
        }
    }
}
