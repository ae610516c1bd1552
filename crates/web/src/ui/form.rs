//! The form around its fields: hidden parts, the offer of a draft, and the acts below.

use maud::{Markup, html};

use super::page::csrf;
use super::words::Words;
use super::{Link, Text};

#[derive(Debug)]
pub struct Form<'a> {
    pub action: Text<'a>,
    pub csrf: Text<'a>,
    pub sends: Sends,
    /// The key under which the browser keeps what is typed: unique for form and record.
    /// The page after success names it in [`super::page::Page::draft_done`].
    pub draft: Option<Text<'a>>,
    /// The region that the answer to an upload replaces.
    pub upload: Option<Text<'a>>,
    /// The version that was read, an idempotency key.
    pub hidden: Vec<(Text<'a>, Text<'a>)>,
    /// Error summary, conflicts.
    pub before: Markup,
    pub sections: Markup,
    /// Submit buttons.
    pub acts: Markup,
    pub back: Option<Link<'a>>,
}

/// How the form is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Sends {
    #[default]
    Text,
    Files,
}

pub fn form(w: &Words, form: &Form<'_>) -> Markup {
    let encoding = (form.sends == Sends::Files).then_some("multipart/form-data");
    html! {
        form.form method="post" action=(form.action) enctype=[encoding] novalidate
            data-draft=[&form.draft] data-upload=[&form.upload] {
            // Enter presses the first button of a form: this one, not the one that removes a row.
            button.hidden-text type="submit" tabindex="-1" aria-hidden="true" {}
            (csrf(&form.csrf))
            @for (name, value) in &form.hidden { input type="hidden" name=(name) value=(value); }
            (form.before)
            @if form.draft.is_some() { (draft_offer(w)) }
            (form.sections)
            @if form.upload.is_some() { (super::field::upload_bar(w)) }
            div.form-acts {
                (form.acts)
                @if let Some(back) = &form.back { a.button href=(back.href) { (back.label) } }
            }
        }
    }
}

fn draft_offer(w: &Words) -> Markup {
    html! {
        div.notice.is-info data-draft-offer="" role="status" hidden {
            (super::icon::icon(super::icon::Icon::Info))
            div.notice-body {
                (w.draft_found) " "
                button.button.is-quiet type="button" data-draft-restore="" { (w.draft_restore) } " "
                button.button.is-quiet type="button" data-draft-drop="" { (w.draft_drop) }
            }
        }
    }
}
