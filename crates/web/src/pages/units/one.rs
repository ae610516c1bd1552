//! One unit: areas by time, posts, course, changes, and what can be done with it.

use app::{AreaView, ChangeView, FormerView, No, UnitPage};
use kernel::{Id, Refusal};
use maud::{Markup, html};

use super::{ACT, ONE, PATH, REGISTER, TAKE_BACK, kind, told, withdraw_form};
use crate::door::{Paged, Sent, Visit, see};
use crate::frame::{self, Parts};
use crate::pages::shows::marked;
use crate::pairs::Pairs;
use crate::ui::Link;
use crate::ui::button::Button;
use crate::ui::field::{Control, Field, LongText, field};
use crate::ui::figure::card;
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Page, csrf};
use crate::ui::table::{Column, Holds, small_table};

/// The acts on a unit in the order in which they are offered, each by the word of its form.
const ACTS: [&str; 6] = ["merge", "take_in", "split", "move", "rename", "close"];

pub fn asked(pairs: &Pairs, name: &str) -> Result<Id, No> {
    Ok(pairs.get(name).parse().map_err(|_| Refusal::not_found())?)
}

pub fn show_one(visit: &Visit) -> Paged {
    visit.session()?;
    page(visit, asked(&visit.query, "id")?, None)
}

fn page(visit: &Visit, id: Id, refusal: Option<&Refusal>) -> Paged {
    let say = visit.say.units;
    let unit = visit.app().unit_page(&visit.actor, id)?;
    let body = html! {
        @if let Some(refusal) = refusal {
            (notice(visit.words, Kind::Error, &html! { (refusal.message.get(visit.lang())) }))
        }
        @if let Some(until) = unit.until {
            (notice(visit.words, Kind::Warning, &html! {
                (say.ended.replace("{n}", &until.to_string()))
                @if let Some((heir, title)) = &unit.heir {
                    " " (say.heir) (visit.words.colon) a href={ (ONE) "?id=" (heir) } { (marked(visit, title)) }
                }
            }))
        }
        @if unit.may_change && unit.until.is_none() {
            p.unit-acts { @for word in ACTS {
                (Button::plain(act_label(visit, word)).link(&format!("{ACT}?kind={word}&unit={id}"))) " "
            } }
        }
        (place(visit, &unit))
        (card(say.areas, None, &areas(visit, &unit.areas)))
        (card(say.people, None, &people(visit, &unit)))
        @if !unit.former.is_empty() { (card(say.course, None, &course(visit, &unit.former))) }
        (card(say.changes, None, &changes(visit, &unit)))
    };
    let crumbs = [Link::new(say.units, PATH)];
    let parts = Parts::of(visit);
    let catalogue = visit.app().catalogue();
    let record = catalogue.register(REGISTER).map(|ix| catalogue.at(ix));
    let record = record.map(|def| format!("/{}/{id}", def.path));
    frame::ok(&Page {
        body,
        crumbs: &crumbs,
        lead: Some(html! { (kind(visit, &unit.kind)) " " (unit.code) }),
        acts: record.map(|href| Button::plain(say.record).link(&href)),
        ..parts.page(visit, unit.title.clone())
    })
}

pub fn act_label(visit: &Visit, word: &str) -> &'static str {
    let say = visit.say.units;
    match word {
        "merge" => say.merge,
        "take_in" => say.take_in,
        "split" => say.split,
        "move" => say.place,
        "rename" => say.rename,
        _ => say.close,
    }
}

fn place(visit: &Visit, unit: &UnitPage) -> Markup {
    let say = visit.say.units;
    let link = |(id, title): &(Id, String)| html! { a href={ (ONE) "?id=" (id) } { (marked(visit, title)) } };
    let body = html! {
        @match &unit.parent {
            Some(parent) => { (link(parent)) }
            None => { (say.no_parent) }
        }
        @if !unit.under.is_empty() {
            details {
                summary { (say.under) " " (unit.under.len()) }
                ul { @for below in &unit.under { li { (link(below)) } } }
            }
        }
    };
    card(say.parent, None, &body)
}

fn areas(visit: &Visit, areas: &[AreaView]) -> Markup {
    let say = visit.say.units;
    let heads = [
        Column::new(say.area, Holds::Text),
        Column::new(say.since, Holds::Date),
        Column::new(say.until, Holds::Date),
    ];
    let row = |area: &AreaView| {
        let since = area
            .since
            .map_or(say.always.to_owned(), |day| day.to_string());
        let until = area
            .until
            .map_or(say.lasting.to_owned(), |day| day.to_string());
        vec![
            html! {
                span.quiet[!area.holds] {
                    (marked(visit, &area.name)) " " span.code { (area.code) }
                }
            },
            html! { (since) },
            html! { (until) },
        ]
    };
    let rows: Vec<_> = areas.iter().map(row).collect();
    small_table(say.areas, &heads, &rows)
}

fn people(visit: &Visit, unit: &UnitPage) -> Markup {
    let say = visit.say.units;
    if unit.posts.is_empty() {
        return html! { p { (say.no_people) } };
    }
    let heads = [
        Column::new(say.login, Holds::Text),
        Column::new(say.role, Holds::Text),
    ];
    let row = |post: &app::UnitPost| {
        vec![
            html! { a href={ "/accounts/" (post.id) } { (post.login) } },
            html! { (post.role.get(visit.lang())) },
        ]
    };
    let rows: Vec<_> = unit.posts.iter().map(row).collect();
    small_table(say.people, &heads, &rows)
}

fn course(visit: &Visit, former: &[FormerView]) -> Markup {
    let say = visit.say.units;
    let line = |former: &FormerView| {
        let day = former.until.to_string();
        let text = match (&former.title, &former.parent) {
            (Some(title), _) => say.was_called.replace("{n}", title),
            (None, Some(Some(parent))) => say.was_under.replace("{n}", parent),
            _ => say.was_on_top.to_owned(),
        };
        text.replace("{d}", &day)
    };
    html! { ul { @for former in former { li { (marked(visit, &line(former))) } } } }
}

fn changes(visit: &Visit, unit: &UnitPage) -> Markup {
    let say = visit.say.units;
    if unit.changes.is_empty() {
        return html! { p { (say.no_changes) } };
    }
    html! { ul { @for change in &unit.changes {
        li {
            (told(visit, change))
            p.quiet { (say.reason) (visit.words.colon) (marked(visit, &change.reason)) }
            @if unit.may_change { (back(visit, change, unit.id)) }
        }
    } } }
}

/// What can still be done about a change.
fn back(visit: &Visit, change: &ChangeView, unit: Id) -> Markup {
    let say = visit.say.units;
    match (change.state.as_str(), &change.stays) {
        ("planned" | "stuck", _) => withdraw_form(visit, change, Some(unit)),
        ("done", None) => {
            let why = Control::LongText(LongText {
                typed: "".into(),
                max: Some(2_000),
                rows: Some(2),
            });
            let name = format!("reason-{}", change.id);
            let made = Field::new(name, say.take_back_reason).whole();
            html! {
                details {
                    summary { (say.take_back) }
                    form method="post" action=(TAKE_BACK) {
                        (csrf(&visit.csrf()))
                        input type="hidden" name="id" value=(change.id);
                        input type="hidden" name="unit" value=(unit);
                        div.fields.is-single { (field(visit.words, &made, &why)) }
                        (Button::plain(say.take_back).submit())
                    }
                }
            }
        }
        ("done", Some(stays)) => html! { p.quiet { (stays.get(visit.lang())) } },
        _ => html! {},
    }
}

/// Calls a change off whose day is to come.
pub fn withdraw(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    let id = asked(&sent.pairs, "id")?;
    visit.app().withdraw_unit_change(&visit.actor, id)?;
    match sent.pairs.filled("unit") {
        Some(unit) => see(&format!("{ONE}?id={}", crate::pairs::encoded(unit))),
        None => see(PATH),
    }
}

/// Takes a change back that is in effect.
pub fn take_back(visit: &Visit, sent: Sent) -> Paged {
    visit.session()?;
    let (id, unit) = (asked(&sent.pairs, "id")?, asked(&sent.pairs, "unit")?);
    let reason = sent.pairs.get(&format!("reason-{id}")).to_owned();
    match visit.app().take_back_unit_change(&visit.actor, id, &reason) {
        Ok(_) => see(&format!("{ONE}?id={unit}")),
        Err(No::Refused(refusal)) if refusal.reason != kernel::Reason::Unproved => {
            page(visit, unit, Some(&refusal))
        }
        Err(no) => Err(no),
    }
}
