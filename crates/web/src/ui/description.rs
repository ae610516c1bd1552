//! The sections of a record: label and value, two pairs to a line on a desk.

use maud::{Markup, html};

use super::words::Words;
use super::{Link, Text};

#[derive(Debug, Clone)]
pub struct Pair<'a> {
    pub label: Text<'a>,
    pub value: Value,
    pub width: Width,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    #[default]
    Half,
    /// Takes the whole line: long text, files, child rows.
    Whole,
}

#[derive(Debug, Clone)]
pub enum Value {
    Shown(Markup),
    Empty,
    /// Personal data that is masked; the link leads to the page that asks for the reason.
    Masked {
        shown: String,
        reveal: Option<(String, String)>,
    },
}

impl<'a> Pair<'a> {
    pub fn text(label: impl Into<Text<'a>>, value: &str) -> Self {
        let value = if value.is_empty() {
            Value::Empty
        } else {
            Value::Shown(html! { (value) })
        };
        Self {
            label: label.into(),
            value,
            width: Width::Half,
        }
    }

    pub fn markup(label: impl Into<Text<'a>>, value: Markup) -> Self {
        Self {
            label: label.into(),
            value: Value::Shown(value),
            width: Width::Half,
        }
    }

    pub fn masked(label: impl Into<Text<'a>>, shown: &str, reveal: Option<Link<'_>>) -> Self {
        let reveal = reveal.map(|link| (link.label.into_owned(), link.href.into_owned()));
        let value = Value::Masked {
            shown: shown.to_owned(),
            reveal,
        };
        Self {
            label: label.into(),
            value,
            width: Width::Half,
        }
    }

    pub fn whole(mut self) -> Self {
        self.width = Width::Whole;
        self
    }
}

/// One section of a record, as a sheet with a heading.
pub fn section(w: &Words, title: &str, pairs: &[Pair<'_>]) -> Markup {
    html! {
        section.card {
            div.card-head { h2 { (title) } }
            (description_list(w, pairs))
        }
    }
}

pub fn description_list(w: &Words, pairs: &[Pair<'_>]) -> Markup {
    html! {
        dl.pairs {
            @for pair in pairs {
                div.pair.is-whole[pair.width == Width::Whole] {
                    dt { (pair.label) }
                    dd { (value(w, &pair.value)) }
                }
            }
        }
    }
}

fn value(w: &Words, value: &Value) -> Markup {
    html! {
        @match value {
            Value::Shown(markup) => (markup),
            Value::Empty => span.is-empty { (w.none) },
            Value::Masked { shown, reveal } => {
                span.masked { (shown) span.hidden-text { "（" (w.masked) "）" } }
                @if let Some((label, href)) = reveal { " " a href=(href) { (label) } }
            },
        }
    }
}
