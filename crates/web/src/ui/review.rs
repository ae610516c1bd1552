//! The check page before an act with legal effect: what will happen, and a button that names it.

use maud::{Markup, html};

use super::button::{Button, Weight};
use super::description::{Pair, description_list};
use super::page::csrf;
use super::words::Words;
use super::{Link, Text};

/// The id of the button that does it, where a key lands.
pub const GO: &str = "go";

#[derive(Debug)]
pub struct Review<'a> {
    pub action: Text<'a>,
    pub csrf: Text<'a>,
    /// What follows from the act, in sentences.
    pub consequence: Markup,
    pub pairs: Vec<Pair<'a>>,
    /// Fields such as the reason or the opinion, made with [`super::field`].
    pub fields: Markup,
    /// Hidden fields: the version that was read.
    pub hidden: Vec<(Text<'a>, Text<'a>)>,
    /// Names the act: `停用`, never `确定`.
    pub submit: Text<'a>,
    pub weight: Weight,
    pub back: Link<'a>,
}

pub fn review(w: &Words, review: &Review<'_>) -> Markup {
    html! {
        form.card.review method="post" action=(review.action) novalidate {
            (csrf(&review.csrf))
            @for (name, value) in &review.hidden { input type="hidden" name=(name) value=(value); }
            @if !review.consequence.0.is_empty() { div.card-body { (review.consequence) } }
            (description_list(w, &review.pairs))
            div.fields.is-single { (review.fields) }
            div.form-acts {
                (Button::new(review.submit.as_ref(), review.weight).id(GO).submit())
                a.button href=(review.back.href) { (review.back.label) }
            }
        }
    }
}
