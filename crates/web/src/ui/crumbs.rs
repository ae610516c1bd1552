//! The path from the home page to here.

use maud::{Markup, html};

use super::Link;
use super::words::Words;

/// The last crumb is the page itself and is not a link.
pub fn crumbs(w: &Words, path: &[Link<'_>], here: &str) -> Markup {
    html! {
        nav.crumbs aria-label=(w.crumbs) {
            ol {
                @for link in path { li { a href=(link.href) { (link.label) } } }
                li aria-current="page" { (here) }
            }
        }
    }
}
