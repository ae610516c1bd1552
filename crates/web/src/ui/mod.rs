//! The parts every page is put together from: plain functions from typed values to HTML.
//!
//! **Invariant:** nothing in here knows a register, a right or `app`. Labels come in as
//! arguments in the reader's language; only the words of the frame itself stand in [`words`].

pub mod batch;
pub mod button;
pub mod child_rows;
pub mod conflict;
pub mod crumbs;
pub mod date;
pub mod description;
pub mod document;
pub mod error_summary;
pub mod field;
pub mod figure;
pub mod form;
pub mod icon;
pub mod lamp;
pub mod list_tools;
pub mod notice;
pub mod page;
pub mod pager;
pub mod progress;
pub mod query_form;
pub mod record;
pub mod review;
pub mod suggest;
pub mod table;
pub mod tabs;
pub mod timeline;
pub mod when;
pub mod words;

use std::borrow::Cow;

/// Text for a person: borrowed from a definition or made for this page.
pub type Text<'a> = Cow<'a, str>;

/// A link with its words.
#[derive(Debug, Clone)]
pub struct Link<'a> {
    pub label: Text<'a>,
    pub href: Text<'a>,
}

impl<'a> Link<'a> {
    pub fn new(label: impl Into<Text<'a>>, href: impl Into<Text<'a>>) -> Self {
        Self {
            label: label.into(),
            href: href.into(),
        }
    }
}

/// Makes a name usable as part of an element's id: names hold dots and brackets.
pub(crate) fn id_of(name: &str) -> String {
    let mut id = String::with_capacity(name.len() + 2);
    id.push_str("f-");
    id.extend(name.chars().map(|c| match c {
        'a'..='z' | 'A'..='Z' | '0'..='9' | '_' => c,
        _ => '-',
    }));
    id
}
