//! The desk's own page: what waits, what the section watches, every register with its lists, and what
//! changed lately. Numbers stand only where an index counts them; a list tells its own.

use app::{Ask, ListPage};
use catalogue::{Column, Register, RegisterIx};
use kernel::Verb;
use maud::{Markup, html};

use super::offers::{acts, figures_of, list_page_href};
use crate::door::Visit;
use crate::frame::list_href;
use crate::pages::shows::{self, Reading};
use crate::pages::when_recorded::moment_short;
use crate::pages::{offer, todo};
use crate::ui::figure::card;
use crate::ui::table::{Column as Head, Holds, small_table};

/// Turns shown; the others stand in the to-do centre.
const TURNS: usize = 10;
/// Records shown as changed lately.
const RECENT_ROWS: usize = 8;
/// Lists on the card of a register; the others stand on its own page.
const CARD_LISTS_MAX: usize = 7;

pub fn body(visit: &Visit) -> Result<Markup, app::No> {
    let say = visit.say.doors;
    Ok(html! {
        (todo::card(visit, visit.say.todo, TURNS)?)
        (acts(visit))
        (figures_of(visit, say.desk_about)?)
        (registers(visit)?)
        (recent(visit)?)
    })
}

/// All registers in their groups.
pub fn registers(visit: &Visit) -> Result<Markup, app::No> {
    let catalogue = visit.app().catalogue();
    let mut subsystems: Vec<_> = catalogue.subsystems.values().collect();
    subsystems.sort_by_key(|subsystem| subsystem.order);
    let mut groups = Vec::new();
    for subsystem in subsystems {
        let mut cards = Vec::new();
        for (ix, def) in catalogue.all() {
            let mine = def.subsystem == subsystem.name && def.menu;
            if mine && offer::may(visit, def, Verb::See) {
                cards.push(register_card(visit, ix, def)?);
            }
        }
        if !cards.is_empty() {
            groups.push((subsystem.title.get(visit.lang()), cards));
        }
    }
    Ok(html! {
        @if groups.is_empty() { p.note { (visit.say.doors.nothing) } }
        @for (title, cards) in &groups {
            section.home-group aria-label=(title) {
                h2 { (title) }
                div.columns { @for card in cards { (card) } }
            }
        }
    })
}

/// A register with its declared lists and the views kept of it.
fn register_card(visit: &Visit, ix: RegisterIx, def: &Register) -> Result<Markup, app::No> {
    let lang = visit.lang();
    let href = list_href(&def.path);
    let offered: Vec<_> = def
        .lists
        .iter()
        .filter(|list| offer::list(visit, def, list))
        .collect();
    let more = offered.len().saturating_sub(CARD_LISTS_MAX);
    let views = visit.app().views(&visit.actor, ix)?;
    Ok(html! {
        section.card {
            div.card-head {
                h3 { a href=(href) { (def.title.get(lang)) } }
                @if offer::may(visit, def, Verb::Create) {
                    a href={ "/" (def.path) "/new" } { (visit.say.new) }
                }
            }
            div.card-body {
                ul.home-lists {
                    @for list in offered.iter().take(CARD_LISTS_MAX) {
                        li { a href=(list_page_href(def, list)) { (list.title.get(lang)) } }
                    }
                    @if more > 0 {
                        li { a href=(href) { (visit.say.doors.all_lists.replace("{n}", &more.to_string())) } }
                    }
                    @for view in &views {
                        li { a href={ (list_href(&def.path)) "?" (view.query) } { (view.name) } }
                    }
                }
            }
        }
    })
}

/// What changed lately, over the registers that are ordered by change.
pub fn recent(visit: &Visit) -> Result<Markup, app::No> {
    let catalogue = visit.app().catalogue().clone();
    let mut found: Vec<(RegisterIx, ListPage)> = Vec::new();
    for (ix, def) in catalogue.all() {
        let fast = def.menu && app::sortable(def, Column::ChangedAt);
        if fast && offer::may(visit, def, Verb::See) {
            let ask = Ask {
                unlisted: true,
                sort: Some("-changed_at".to_owned()),
                limit: Some(RECENT_ROWS),
                columns: Some(vec!["changed_at".to_owned()]),
                ..Ask::default()
            };
            found.push((ix, visit.app().list(&visit.actor, ix, &ask)?.0));
        }
    }
    let mut rows: Vec<_> = found
        .iter()
        .flat_map(|(ix, page)| page.rows.iter().map(move |row| (*ix, row, page)))
        .collect();
    rows.sort_by_key(|(_, row, _)| std::cmp::Reverse(row.changed_at.0));
    rows.truncate(RECENT_ROWS);
    if rows.is_empty() {
        return Ok(html! {});
    }
    let say = visit.say;
    let heads = [
        Head::new(say.when, Holds::Date),
        Head::new(say.register, Holds::Text),
        Head::new(say.record, Holds::Text),
        Head::new(say.state, Holds::Lamp),
    ];
    let cells: Vec<Vec<Markup>> = rows
        .iter()
        .map(|(ix, row, page)| {
            let def = catalogue.at(*ix);
            let reading = Reading::new(visit, &page.names);
            vec![
                html! { (moment_short(row.changed_at)) },
                html! { (def.title.get(visit.lang())) },
                html! { a href={ "/" (def.path) "/" (row.id) } { (row.shown) } },
                shows::state(&reading, def, row),
            ]
        })
        .collect();
    Ok(card(
        say.doors.recent,
        None,
        &small_table(say.doors.recent, &heads, &cells),
    ))
}
