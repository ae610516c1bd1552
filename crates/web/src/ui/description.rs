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
            @for (pair, width) in pairs.iter().zip(widths(pairs)) {
                div.pair.is-whole[width == Width::Whole] {
                    dt { (pair.label) }
                    dd { (value(w, &pair.value)) }
                }
            }
        }
    }
}

/// A half that would stand alone on its line takes the whole of it, so that lines are not broken off.
fn widths(pairs: &[Pair<'_>]) -> Vec<Width> {
    let mut widths: Vec<Width> = pairs.iter().map(|pair| pair.width).collect();
    let mut start = 0;
    for run in pairs.chunk_by(|a, b| a.width == b.width) {
        let end = start + run.len();
        if run[0].width == Width::Half && run.len() % 2 == 1 {
            widths[end - 1] = Width::Whole;
        }
        start = end;
    }
    widths
}

fn value(w: &Words, value: &Value) -> Markup {
    html! {
        @match value {
            Value::Shown(markup) => (markup),
            Value::Empty => span.is-empty { (w.none) },
            Value::Masked { shown, reveal } => {
                span.masked { (shown) span.hidden-text { (w.bracket) (w.masked) (w.bracket_end) } }
                @if let Some((label, href)) = reveal { " " a.reveal href=(href) { (label) } }
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_alone_on_its_line_takes_all_of_it() {
        let half = || Pair::text("甲", "1");
        let pairs = [
            half(),
            half(),
            half(),
            half().whole(),
            half(),
            half(),
            half(),
        ];
        use Width::{Half, Whole};
        assert_eq!(
            widths(&pairs),
            [Half, Half, Whole, Whole, Half, Half, Whole]
        );
        assert_eq!(widths(&[]), []);
    }
}
