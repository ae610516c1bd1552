//! A part of a form under its own heading; it hides with its fields when none of them applies.

use maud::{Markup, html};

use super::field::Now;
use super::when::When;

#[derive(Debug)]
pub struct Part<'a> {
    pub title: &'a str,
    /// The conditions of its fields; nothing when one of them always stands there.
    pub when: Option<Vec<When>>,
    pub now: Now,
    pub fields: Markup,
}

pub fn part(part: &Part<'_>) -> Markup {
    let when = part.when.clone().map(|mut any| match any.len() {
        1 => any.remove(0).to_json(),
        _ => When::Any(any).to_json(),
    });
    let fails = part.now == Now::Fails && when.is_some();
    html! {
        section.card.form-section data-when=[&when] data-when-now=[fails.then_some("no")] {
            div.card-head { h2 { (part.title) } }
            div.fields { (part.fields) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_is_conditional_only_when_all_its_fields_are() {
        let make = |when| {
            part(&Part {
                title: "参数",
                when,
                now: Now::Fails,
                fields: html! {},
            })
        };
        let one = When::is("kind", "lift");
        let shown = make(Some(vec![one.clone(), When::is("kind", "crane")])).into_string();
        assert!(shown.contains("{&quot;any&quot;:[") && shown.contains("data-when-now=\"no\""));
        assert!(!make(None).into_string().contains("data-when"));
        assert!(!make(Some(vec![one])).into_string().contains("any"));
    }
}
