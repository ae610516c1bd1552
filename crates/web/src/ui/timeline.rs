//! Who changed what, field by field, newest first.

use maud::{Markup, html};

use super::Text;
use super::words::Words;

#[derive(Debug, Clone)]
pub struct Entry<'a> {
    /// The moment in full, for example `2025-11-21 09:12:44`.
    pub moment: Text<'a>,
    /// The same for machines: `2025-11-21T09:12:44+08:00`.
    pub machine_moment: Text<'a>,
    pub who: Text<'a>,
    /// The account behind the name, when `who` is a name.
    pub account: Option<Text<'a>>,
    /// The post in which it was done.
    pub post: Option<Text<'a>>,
    /// What must be noticed about who did it.
    pub mark: Option<Text<'a>>,
    /// What was done: `停用`, `修改`, `导入`.
    pub act: Text<'a>,
    /// The reason or opinion that was given.
    pub reason: Option<Text<'a>>,
    /// Where the record as of this moment is shown.
    pub as_of: Option<super::Link<'a>>,
    pub changes: Vec<Change<'a>>,
    /// What the fold says behind which the changes stand, for entries that only fill in.
    pub folded: Option<Text<'a>>,
}

#[derive(Debug, Clone)]
pub struct Change<'a> {
    pub label: Text<'a>,
    /// Nothing means that the field was empty.
    pub before: Option<Text<'a>>,
    pub after: Option<Text<'a>>,
}

pub fn timeline(w: &Words, entries: &[Entry<'_>]) -> Markup {
    html! {
        ol.timeline {
            @for entry in entries {
                li {
                    p.timeline-head {
                        strong { (entry.act) }
                        " " span { (entry.who) }
                        @if let Some(account) = &entry.account { " " span.note { (w.bracket) (account) (w.bracket_end) } }
                        @if let Some(post) = &entry.post { " " span.note { (post) } }
                        @if let Some(mark) = &entry.mark { " " strong { (mark) } }
                        " " time datetime=(entry.machine_moment) { (entry.moment) }
                        @if let Some(link) = &entry.as_of { " " a href=(link.href) { (link.label) } }
                    }
                    @if let Some(reason) = &entry.reason { p.timeline-reason { (reason) } }
                    @match &entry.folded {
                        Some(summary) => details.timeline-fold { summary { (summary) } (changes(w, entry)) },
                        None => (changes(w, entry)),
                    }
                }
            }
        }
    }
}

fn changes(w: &Words, entry: &Entry<'_>) -> Markup {
    html! {
        @if !entry.changes.is_empty() {
            dl.changes { @for change in &entry.changes { (changed(w, change)) } }
        }
    }
}

fn changed(w: &Words, change: &Change<'_>) -> Markup {
    html! {
        div {
            dt { (change.label) }
            dd {
                span.hidden-text { (w.old) ": " }
                @match &change.before {
                    Some(before) => del { (before) },
                    None => span.is-empty { (w.empty_value) },
                }
                span.arrow aria-hidden="true" { " → " }
                span.hidden-text { (w.new) ": " }
                @match &change.after {
                    Some(after) => ins { (after) },
                    None => span.is-empty { (w.empty_value) },
                }
            }
        }
    }
}
