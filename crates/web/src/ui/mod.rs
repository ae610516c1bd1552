//! The parts every page is put together from: plain functions from typed values to HTML.
//!
//! **Invariant:** nothing in here knows a register, a right or `app`. Labels come in as
//! arguments in the reader's language; only the words of the frame itself stand in [`words`].
//!
//! What the scripts look for; the components write all of it, a page rarely needs to:
//!
//! | attribute | on | what happens |
//! |---|---|---|
//! | `data-swap="ID"` | links, GET forms | the region with this id is taken from the answer; the request carries `X-Part: ID`, and the answer may be the whole page or the region alone |
//! | `data-poll="URL"` | an element with an id | asks every second until it comes back without `data-poll` |
//! | `data-suggest="URL"` | text inputs | asks `URL?q=…&part=box` or `&under=…`; the answer is [`suggest::suggestions`] |
//! | `data-key="c"`, `"g t"` | links, buttons, inputs | the key presses it |
//! | `data-draft="KEY"` | forms | what is typed is kept; `page::Page::draft_done` ends it |
//! | `data-secret` | inputs | is never kept |
//! | `data-upload="ID"` | forms with files | progress; the region is taken from the answer |
//! | `data-under="FIELD"` | a select | only options whose `data-of` is the value of that field can be chosen |
//! | `data-when="JSON"` | fields | shown while the condition holds, see [`when`] |
//! | `data-bulk` | forms around ticks | the acts appear with the first tick |
//! | `data-copy="TEXT"` | buttons | copies |
//! | `data-announce` | inside a region | what is read out after a swap, else the pager's summary |
//! | class `needs-js` | anything | hidden without scripts |

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
pub mod multi;
pub mod notice;
pub mod page;
pub mod pager;
pub mod part;
pub mod phrases;
pub mod progress;
pub mod qr;
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
