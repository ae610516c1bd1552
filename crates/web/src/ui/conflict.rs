//! Somebody else saved first: each field that both changed, with a choice between the two.

use maud::{Markup, html};

use super::Text;
use super::words::Words;

#[derive(Debug, Clone)]
pub struct Conflict<'a> {
    /// The radio buttons are called `{name}` and send `mine` or `theirs`.
    pub name: Text<'a>,
    pub label: Text<'a>,
    pub before: Text<'a>,
    pub theirs: Text<'a>,
    pub mine: Text<'a>,
}

/// Stands inside the edit form; nothing typed is lost, `mine` is chosen at first.
pub fn conflicts(w: &Words, title: &str, who: &str, conflicts: &[Conflict<'_>]) -> Markup {
    html! {
        section.card.conflicts {
            div.card-head { h2 { (title) } }
            div.card-body {
                p { (who) }
                @for conflict in conflicts {
                    fieldset.conflict {
                        legend { (conflict.label) }
                        p.conflict-before { (w.conflict_before) (w.colon) (shown(w, &conflict.before)) }
                        label.check {
                            input type="radio" name=(conflict.name) value="mine" checked;
                            span { (w.mine) (w.colon) ins { (shown(w, &conflict.mine)) } }
                        }
                        label.check {
                            input type="radio" name=(conflict.name) value="theirs";
                            span { (w.theirs) (w.colon) ins { (shown(w, &conflict.theirs)) } }
                        }
                    }
                }
            }
        }
    }
}

fn shown<'a>(w: &'a Words, value: &'a str) -> &'a str {
    if value.is_empty() {
        w.empty_value
    } else {
        value
    }
}
