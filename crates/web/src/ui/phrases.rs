//! Standard words for an opinion, one press away: with scripts they fall into the box, without them
//! the page comes back with the box filled.

use maud::{Markup, html};

/// The name under which the chosen words are sent.
pub const NAME: &str = "_phrase";

/// Buttons that fill the box of that id.
pub fn phrases(label: &str, box_id: &str, phrases: &[&str]) -> Markup {
    html! {
        @if !phrases.is_empty() {
            div.phrases role="group" aria-label=(label) {
                @for phrase in phrases {
                    button.button.is-phrase type="submit" name=(NAME) value=(phrase) data-fills=(box_id) { (phrase) }
                }
            }
        }
    }
}
