//! For leaders: the turns beyond their limit, the oldest first, each a click from its record, where it
//! can be pressed on (督办).

use maud::{Markup, html};

use super::offers::list_page_href;
use crate::door::Visit;
use crate::pages::{offer, todo};

const ROWS: usize = 8;
/// Where all of them stand.
const TURNS: &str = "house.task";
const LIST: &str = "overdue";

/// The card; nothing where the post does not see others' turns.
pub fn card(visit: &Visit) -> Result<Markup, app::No> {
    let catalogue = visit.app().catalogue();
    let Some(def) = catalogue.register(TURNS).map(|ix| catalogue.at(ix)) else {
        return Ok(html! {});
    };
    let listed = def.list(LIST).filter(|list| offer::list(visit, def, list));
    let Some(list) = listed else {
        return Ok(html! {});
    };
    let say = visit.say;
    let late = visit.app().late_turns(&visit.actor, ROWS)?;
    Ok(html! {
        section.card.todo-list.is-card {
            div.card-head {
                h2 { (say.doors.leader_late) }
                p.card-links { a href=(list_page_href(def, list)) { (say.all) } }
            }
            (todo::rows(visit, app::Tab::Started, &late, say.doors.nothing_late))
        }
    })
}
