//! Acting on several ticked rows at once.

use maud::{Markup, html};

use super::button::Button;
use super::page::csrf;
use super::words::Words;

/// A form around a table whose rows can be ticked.
///
/// Without scripts the acts always stand above the table; with scripts they appear with the first tick.
pub fn batch_form(
    w: &Words,
    action: &str,
    token: &str,
    acts: &[Button<'_>],
    table: &Markup,
) -> Markup {
    html! {
        form method="post" action=(action) data-bulk="" {
            (csrf(token))
            div.batch data-bulk-bar="" {
                p.batch-count.needs-js data-bulk-count=(w.selected) aria-live="polite" {}
                @for act in acts { (act.submit()) " " }
                button.button.is-quiet.needs-js type="button" data-bulk-clear="" { (w.clear_selection) }
            }
            (table)
        }
    }
}
