//! One record: its page, its history, what can be done with it.

mod act;
mod course;
mod erase;
mod facts;
mod files;
mod head;
mod history;
mod invite;
mod opinion;
mod related;
mod reveal;
mod rivals;
mod sections;
mod turn;
mod webhook;
mod weight;

pub use act::{ask as ask_act, take as take_act};
pub use course::{clock_line, label as turn_label};
pub use erase::{ask as ask_erase, take as take_erase};
pub use facts::facts;
pub use files::{attachment, download};
pub use history::{act_label, show as history};
pub use invite::{ask as ask_invite, take as take_invite};
pub use opinion::opinion_box;
pub use reveal::{ask as ask_reveal, take as take_reveal};
pub use turn::{ask as ask_turn, take as take_turn};
pub use webhook::{attempt as try_webhook, renew as renew_secret};

use app::RecordPage;
use catalogue::{Register, RegisterIx};
use kernel::{Id, Moment};
use maud::{Markup, html};

use super::after;
use super::shows::Reading;
use super::when_recorded::{AsOf, as_of, moment_text};
use crate::door::{Paged, Visit};
use crate::frame::{self, Parts, list_href};
use crate::ui::Link;
use crate::ui::button::Button;
use crate::ui::notice::{Kind, notice};
use crate::ui::page::Page;
use crate::ui::record::{record_body, record_head};
use crate::ui::review::GO;
use crate::ui::tabs::{Tab, tabs};

/// What the parts of a record's page are made from.
pub struct Open<'a> {
    pub visit: &'a Visit,
    pub ix: RegisterIx,
    pub def: &'a Register,
    pub page: &'a RecordPage,
    pub reading: Reading<'a>,
    /// The moment as of which it is shown.
    pub then: Option<Moment>,
}

pub fn show(visit: &Visit, ix: RegisterIx, def: &Register, id: Id) -> Paged {
    let (then, unreadable) = match as_of(visit) {
        AsOf::Now => (None, false),
        AsOf::Then(moment) => (Some(moment), false),
        AsOf::Unreadable => (None, true),
    };
    let page = visit.app().record_page(&visit.actor, ix, id, then)?;
    // A matter goes by the flow it began with.
    let def = match page.flow.as_str() {
        "" => def,
        flow => visit.app().catalogue().by_flow(ix, flow).at(ix),
    };
    let reading = Reading::new(visit, &page.names);
    let open = Open {
        visit,
        ix,
        def,
        page: &page,
        reading,
        then,
    };
    let sections = html! {
        (course::card(&open)?)
        (rivals::side_by_side(&open)?)
        (sections::all(&open))
        (related::all(&open))
    };
    let aside = html! {
        (sections::files(&open))
        @if then.is_none() { (webhook::card(visit, def, id)) }
        @if then.is_none() { (history::recent(&open)?) }
        (as_of_form(&open))
    };
    let body = html! { (record_tabs(visit, def, id, 0)) (record_body(&sections, &aside)) };
    let notices = html! {
        (notices(&open, unreadable))
        (after::told(visit, after::At::Record(id))?)
    };
    let parts = Parts::of(visit);
    let title = page.record.shown.clone();
    let crumbs = crumbs(visit, def);
    let done = visit.query.filled("done");
    let whole = Page {
        body,
        notices,
        crumbs: &crumbs,
        lead: Some(record_head(visit.words, &head::head(&open).borrowed())),
        acts: Some(acts(&open)),
        draft_done: done,
        ..parts.page(visit, title)
    };
    frame::ok(&whole)
}

pub fn crumbs(visit: &Visit, def: &Register) -> [Link<'static>; 1] {
    let title = def.title.get(visit.lang()).to_owned();
    [Link::new(title, list_href(&def.path))]
}

pub fn record_href(def: &Register, id: Id) -> String {
    format!("/{}/{id}", def.path)
}

pub fn record_tabs(visit: &Visit, def: &Register, id: Id, current: usize) -> Markup {
    let href = record_href(def, id);
    let tab = |label: &'static str, href: String| Tab {
        label: label.into(),
        href: href.into(),
        count: None,
    };
    let all = [
        tab(visit.say.overview, href.clone()),
        tab(visit.say.history, format!("{href}/history")),
    ];
    tabs(def.title.get(visit.lang()), &all, current)
}

fn notices(open: &Open, unreadable: bool) -> Markup {
    let Open {
        visit, def, page, ..
    } = open;
    let say = visit.say;
    let now = record_href(def, page.record.id);
    html! {
        @if let Some(then) = open.then {
            (notice(visit.words, Kind::Warning, &html! {
                (say.seen_as_of.replace("{n}", &moment_text(then))) " "
                @if let Some(unit) = answered_then(open, then) { (unit) " " }
                a href=(now) { (say.see_now) }
            }))
        }
        @if unreadable { (notice(visit.words, Kind::Error, &html! { (say.as_of_unreadable) })) }
        @match visit.query.get("ok") {
            "made" => (notice(visit.words, Kind::Success, &html! { (say.was_made) })),
            "saved" => (notice(visit.words, Kind::Success, &html! { (say.was_saved) })),
            "same" => (notice(visit.words, Kind::Info, &html! { (say.was_same) })),
            "erased" => (notice(visit.words, Kind::Success, &html! { (say.was_erased) })),
            word => @if let Some(action) = def.action(word) {
                (notice(visit.words, Kind::Success, &html! {
                    (say.was_acted.replace("{n}", action.label.get(visit.lang())))
                }))
            },
        }
    }
}

fn acts(open: &Open) -> Markup {
    let Open {
        visit, def, page, ..
    } = open;
    let href = record_href(def, page.record.id);
    let keys = Keys::of(open);
    html! {
        @for name in &page.actions {
            @if let Some(action) = def.action(name) { (act_link(open, &keys, action)) }
        }
        @if page.may_invite {
            (Button::plain(visit.say.invite_make).link(&format!("{href}/invite")))
        }
        @if page.may_erase {
            (Button::plain(visit.say.erase).link(&format!("{href}/erase")))
        }
        button.button.needs-js type="button" data-print="" { (visit.say.print) }
        @if page.may_edit {
            @let edit = Button::primary(visit.say.edit);
            (if def.is_flow() { edit } else { edit.key("e") }.link(&format!("{href}/edit")))
        }
    }
}

/// Which actions the keys of case work take: A goes on, R sends back (ui.md §A1).
struct Keys<'a> {
    goes_on: Option<&'a str>,
    sends_back: Option<&'a str>,
}

impl<'a> Keys<'a> {
    fn of(open: &'a Open) -> Keys<'a> {
        let def = open.def;
        let none = Keys {
            goes_on: None,
            sends_back: None,
        };
        if !def.is_flow() {
            return none;
        }
        let offered = || open.page.actions.iter().filter_map(|name| def.action(name));
        let is_void = |action: &catalogue::Action| {
            action
                .to
                .is_some_and(|to| def.states[to.0].phase == catalogue::Phase::Void)
        };
        let onward =
            |a: &&catalogue::Action| a.moves() && a.back.is_none() && !a.reason && !is_void(a);
        // Back is to whoever made it, to a step named by the person, or to one before in the definition.
        let now = open.page.record.state;
        let earlier = |to: catalogue::StateIx| {
            let makers = def.states[to.0]
                .turn
                .iter()
                .any(|turn| turn == kernel::flow::CREATOR);
            makers || now.is_some_and(|now| to.0 < now.0)
        };
        let back = |a: &&catalogue::Action| {
            a.reason && !is_void(a) && (a.back.is_some() || a.to.is_some_and(earlier))
        };
        let opined = offered().filter(onward).find(|action| action.opinion);
        Keys {
            goes_on: opined
                .or_else(|| offered().find(onward))
                .map(|action| action.name.as_str()),
            sends_back: offered().find(back).map(|action| action.name.as_str()),
        }
    }
}

fn act_link(open: &Open, keys: &Keys, action: &catalogue::Action) -> Markup {
    let Open {
        visit, def, page, ..
    } = open;
    let label = action.label.get(visit.lang());
    let name = action.name.as_str();
    let href = format!("{}/do/{name}", record_href(def, page.record.id));
    match name {
        name if keys.goes_on == Some(name) => Button::primary(label).key("a").lands(GO).link(&href),
        name if keys.sends_back == Some(name) => Button::plain(label).key("r").link(&href),
        _ => Button::new(label, weight::weight(def, action)).link(&href),
    }
}

/// A day to look back to: what was recorded by its end.
/// The unit that answered for the record's place on that day, and who does now.
fn answered_then(open: &Open, then: Moment) -> Option<String> {
    let say = open.visit.say.units;
    let field = open.page.record.field(open.def.reach?)?;
    let app::Seen::Plain(kernel::Datum::One(kernel::Value::Text(division))) = field else {
        return None;
    };
    let app = open.visit.app();
    // The notice is not lost for want of the unit.
    let (unit, now) = app.responsible_unit(division, then.local_date()).ok()??;
    let told = say.then.replace("{n}", &unit);
    let now = now.map(|now| say.then_now.replace("{n}", &now));
    Some(told + &now.unwrap_or_default())
}

fn as_of_form(open: &Open) -> Markup {
    let Open {
        visit, def, page, ..
    } = open;
    let say = visit.say;
    let typed = visit.query.get("as_of");
    html! {
        section.card.no-print {
            div.card-head { h2 { (say.look_back) } }
            form.card-body.as-of method="get" action=(record_href(def, page.record.id)) {
                label.label for="as-of" { (say.as_of) }
                input #as-of type="text" name="as_of" value=(typed) inputmode="numeric" autocomplete="off"
                    placeholder=(visit.app().now().local_date());
                (Button::plain(say.look).submit())
                p.hint { (say.look_back_note) }
            }
        }
    }
}
