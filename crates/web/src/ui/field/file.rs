//! Files: what is held already, and a box for more.

use maud::{Markup, html};

use super::Attrs;
use crate::ui::Text;
use crate::ui::words::Words;

#[derive(Debug, Clone)]
pub struct FileHeld<'a> {
    /// Sent as `{name}.drop` when its box is ticked.
    pub id: Text<'a>,
    pub name: Text<'a>,
    /// Size and type in words.
    pub note: Text<'a>,
    pub href: Text<'a>,
}

#[derive(Debug, Clone, Default)]
pub struct FileInput<'a> {
    pub held: Vec<FileHeld<'a>>,
    /// As in HTML: `.pdf,.jpg,image/*`.
    pub accept: Text<'a>,
    pub many: Many,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Many {
    #[default]
    One,
    Several,
}

pub(super) fn file(w: &Words, attrs: &Attrs<'_>, input: &FileInput<'_>) -> Markup {
    html! {
        @if !input.held.is_empty() {
            ul.files aria-label=(w.file_now) {
                @for held in &input.held {
                    li {
                        a href=(held.href) { (held.name) } " " span.note { (held.note) }
                        label.check {
                            input type="checkbox" name={ (attrs.name) ".drop" } value=(held.id);
                            span { (w.drop_file) span.hidden-text { " " (held.name) } }
                        }
                    }
                }
            }
        }
        input type="file" id=(attrs.id) name=(attrs.name) accept=(input.accept)
            multiple[input.many == Many::Several] aria-label=[attrs.label]
            aria-describedby=[attrs.described_by] aria-invalid=[attrs.invalid()];
    }
}

/// A form with files shows how far the upload is; the answer replaces the region `swap`.
///
/// Put it right before the submit button of a `form[data-upload=REGION]`.
pub fn upload_bar(w: &Words) -> Markup {
    html! {
        p.upload-bar data-upload-bar="" hidden {
            span { (w.sending) } " "
            progress max="100" value="0" aria-label=(w.sending) {}
            " " span data-upload-share="" {}
        }
    }
}

/// The files of a record page.
pub fn file_list(files: &[FileHeld<'_>]) -> Markup {
    html! {
        ul.files {
            @for file in files { li { a href=(file.href) { (file.name) } " " span.note { (file.note) } } }
        }
    }
}
