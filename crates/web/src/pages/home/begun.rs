//! What one has begun and is not over: who has it now, and since when.

use app::Tab;
use maud::{Markup, html};

use crate::door::Visit;
use crate::pages::todo;

/// Matters shown; the others stand in the to-do centre.
const ROWS: usize = 5;

pub fn card(visit: &Visit) -> Result<Markup, app::No> {
    let page = visit.app().todo(&visit.actor, Tab::Started, 0)?;
    let running: Vec<_> = (page.rows.into_iter())
        .filter(|row| !row.with.is_empty())
        .take(ROWS)
        .collect();
    let title = visit.say.doors.under_way;
    Ok(html! {
        section.card.todo-list.is-card {
            div.card-head {
                h2 { (title) }
                p.card-links { a href=(todo::href(Tab::Started, 1)) { (visit.say.todo_started) } }
            }
            (todo::rows(visit, Tab::Started, &running, visit.say.doors.nothing_under_way))
        }
    })
}
