//! Notices and empty states: what happened, and what to do next.

use maud::{Markup, html};

use super::Link;
use super::icon::{Icon, icon};
use super::words::Words;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Info,
    Success,
    Warning,
    Error,
}

impl Kind {
    fn word(self, w: &Words) -> &'static str {
        match self {
            Kind::Info => w.notice_info,
            Kind::Success => w.notice_success,
            Kind::Warning => w.notice_warning,
            Kind::Error => w.notice_error,
        }
    }

    fn look(self) -> (&'static str, Icon) {
        match self {
            Kind::Info => ("notice is-info", Icon::Info),
            Kind::Success => ("notice is-success", Icon::Check),
            Kind::Warning => ("notice is-warning", Icon::Warning),
            Kind::Error => ("notice is-error", Icon::Cross),
        }
    }
}

/// One line or a few, with the kind as a word for those who do not see the colour.
pub fn notice(w: &Words, kind: Kind, body: &Markup) -> Markup {
    let (class, shape) = kind.look();
    let role = if kind == Kind::Error {
        "alert"
    } else {
        "status"
    };
    html! {
        div class=(class) role=(role) {
            (icon(shape))
            div.notice-body { span.hidden-text { (kind.word(w)) ": " } (body) }
        }
    }
}

/// What stands where a list would be: why nothing is here and what can be done.
pub fn empty_state(title: &str, advice: &str, acts: &[Link<'_>]) -> Markup {
    html! {
        div.empty {
            (icon(Icon::Empty))
            p.empty-title { (title) }
            @if !advice.is_empty() { p { (advice) } }
            @if !acts.is_empty() {
                p.empty-acts {
                    @for act in acts { a.button href=(act.href) { (act.label) } " " }
                }
            }
        }
    }
}
