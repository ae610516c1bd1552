//! One's own page after sign-in: for each door its own (科室、站所、镇街、企业、领导、三员). First what is
//! to be done, in the order of the law's limits, then the few acts this door is for, then how things
//! stand. Which door a role has and what registers offer on it is in the definitions.

mod begun;
mod desk;
mod due;
mod late;
mod offers;

use app::Tab;
use catalogue::Door;
use maud::{Markup, html};

pub use self::offers::count_text;
use super::todo;
use crate::door::{Paged, Visit};
use crate::frame::{self, Parts};
use crate::ui::button::Button;
use crate::ui::page::{Page, Search};
use catalogue::Register;

/// Turns shown where fingers work; a desk has room for more.
const TURNS: usize = 6;

pub fn show(visit: &Visit) -> Paged {
    let session = visit.session()?;
    let say = visit.say.doors;
    let body = match door_of(visit) {
        Door::Desk | Door::Public => desk::body(visit)?,
        Door::Admin => html! {
            (offers::figures_of(visit, say.admin_about)?)
            (ledger(visit))
            (desk::registers(visit)?)
            (desk::recent(visit)?)
        },
        Door::Station => html! {
            (todo::card(visit, say.station_now, TURNS)?)
            (offers::acts(visit))
            (offers::figures_of(visit, say.station_about)?)
            (begun::card(visit)?)
        },
        Door::Town => html! {
            (todo::card(visit, say.town_now, TURNS)?)
            (offers::acts(visit))
            (begun::card(visit)?)
            (offers::figures_of(visit, say.town_about)?)
            (due::card(visit, say.town_due)?)
        },
        Door::Enterprise => html! {
            (todo::card(visit, say.enterprise_now, TURNS)?)
            (offers::acts(visit))
            (due::card(visit, say.enterprise_due)?)
            (begun::card(visit)?)
            (offers::figures_of(visit, say.enterprise_about)?)
        },
        Door::Leader => html! {
            (todo::card(visit, say.leader_now, TURNS)?)
            (told(visit)?)
            (offers::figures_of(visit, say.leader_about)?)
            (late::card(visit)?)
            (offers::acts(visit))
        },
    };
    let parts = Parts::of(visit);
    let title = say.welcome.replace("{n}", &session.person.name);
    let page = Page {
        body: html! { div class={ "home is-" (door_of(visit).word()) } { (body) } },
        lead: Some(lead(visit)),
        ..parts.page(visit, title)
    };
    frame::ok(&page)
}

/// How the ledger is proven whole: whoever audits does it with a program of its own.
fn ledger(visit: &Visit) -> Markup {
    let (say, guide) = (visit.say.doors, visit.say.guide);
    html! {
        section.card {
            div.card-head { h2 { (guide.help_ledger) } }
            div.card-body {
                p { (guide.help_ledger_text) " " (say.admin_ledger) }
                pre tabindex="0" { "jinzhi ledger head --data DIR > head.txt\njinzhi ledger verify --head head.txt --data DIR" }
            }
        }
    }
}

/// What was copied to a leader, when anything was.
fn told(visit: &Visit) -> Result<Markup, app::No> {
    const ROWS: usize = 3;
    let page = visit.app().todo(&visit.actor, Tab::Copies, 0)?;
    let shown = &page.rows[..page.rows.len().min(ROWS)];
    let say = visit.say;
    Ok(html! {
        @if !shown.is_empty() {
            section.card.todo-list.is-card {
                div.card-head {
                    h2 { (say.doors.leader_told) }
                    p.card-links { a href=(todo::href(Tab::Copies, 1)) { (say.all) } }
                }
                (todo::rows(visit, Tab::Copies, shown, ""))
            }
        }
    })
}

/// The door of the post in which somebody acts.
fn door_of(visit: &Visit) -> Door {
    let roles = &visit.app().catalogue().roles;
    let role = visit.actor.role().and_then(|name| roles.get(name));
    role.map_or_else(Door::default, |role| role.door)
}

/// The search box in the middle of the page; the top bar then has none.
pub fn big_search(visit: &Visit) -> Markup {
    let search = Search {
        action: "/search".into(),
        value: "".into(),
        placeholder: visit.say.search_placeholder.into(),
        csrf: visit.csrf().into(),
    };
    html! { div.home-search { (crate::ui::page::search_box(visit.words, &search)) } }
}

fn lead(visit: &Visit) -> Markup {
    let today = visit.app().now().local_date();
    let day = match visit.lang() {
        kernel::Lang::Zh => {
            format!(
                "{} 年 {} 月 {} 日",
                today.year(),
                today.month(),
                today.day()
            )
        }
        kernel::Lang::En => today.to_string(),
    };
    let unit = visit
        .session
        .as_ref()
        .map(|s| s.person.unit.as_str())
        .unwrap_or_default();
    html! { (day) @if !unit.is_empty() { " · " (unit) } }
}

/// The acts of a page whose register may be added to.
pub fn new_button(visit: &Visit, def: &Register) -> Markup {
    let label = format!("{}{}", visit.say.new_of, def.title.get(visit.lang()));
    Button::primary(label)
        .key("c")
        .link(&format!("/{}/new", def.path))
}
