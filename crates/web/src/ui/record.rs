//! The head of a record page: name, number to copy, state, lamp, and what can be done now.

use maud::{Markup, html};

use super::button;
use super::words::Words;

#[derive(Debug)]
pub struct RecordHead<'a> {
    /// For example `设备代码`.
    pub number_label: &'a str,
    pub number: &'a str,
    /// State badge and lamps.
    pub marks: Markup,
    /// One line: where am I, whose turn is it, until when.
    pub standing: Markup,
}

/// Goes into [`super::page::Page::lead`].
pub fn record_head(w: &Words, head: &RecordHead<'_>) -> Markup {
    html! {
        span.record-head {
            span.record-number { (head.number_label) " " strong { (head.number) } " " (button::copy(w, head.number)) }
            span.record-marks { (head.marks) }
            span.record-standing { (head.standing) }
        }
    }
}

/// Sections on the left, what belongs to it on the right; one column on a phone and in print.
pub fn record_body(sections: &Markup, aside: &Markup) -> Markup {
    html! {
        div.record {
            div.record-main { (sections) }
            div.record-aside { (aside) }
        }
    }
}
