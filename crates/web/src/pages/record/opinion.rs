//! Reason and opinion of an act, with the standard opinions of its definition.

use catalogue::Action;
use maud::{Markup, html};

use crate::door::Visit;
use crate::pairs::Pairs;
use crate::ui::field::{Control, Field, LongText, Need, field};
use crate::ui::{id_of, phrases};

/// The boxes for reason and opinion, as far as the action asks for them, with its standard opinions.
pub fn opinion_box(
    visit: &Visit,
    action: &Action,
    typed: &Pairs,
    error: &dyn Fn(&str) -> Option<String>,
) -> Markup {
    let say = visit.say;
    let one = |name: &'static str, label: &'static str| {
        let mut shown = Field::new(name, label).hint(say.reason_hint).whole();
        if let Some(error) = error(name) {
            shown = shown.error(error);
        }
        shown.need = Need::Required;
        let text = LongText {
            typed: typed.get(name).to_owned().into(),
            max: Some(500),
            rows: Some(3),
        };
        field(visit.words, &shown, &Control::LongText(text))
    };
    let standard: Vec<&str> = (action.phrases.iter())
        .map(|phrase| phrase.get(visit.lang()))
        .collect();
    html! {
        @if action.reason { (one("reason", say.reason)) }
        @if action.opinion {
            (one("opinion", say.opinion))
            (phrases::phrases(say.phrases, &id_of("opinion"), &standard))
        }
    }
}
