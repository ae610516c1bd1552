//! One record: its page, its history, what can be done with it.

mod act;
mod erase;
mod files;
mod head;
mod history;
mod invite;
mod related;
mod reveal;
mod sections;

pub use act::{ask as ask_act, take as take_act};
pub use erase::{ask as ask_erase, take as take_erase};
pub use files::{attachment, download};
pub use history::{act_label, show as history};
pub use invite::{ask as ask_invite, take as take_invite};
pub use reveal::{ask as ask_reveal, take as take_reveal};

use app::RecordPage;
use catalogue::{Register, RegisterIx};
use kernel::{Id, Moment};
use maud::{Markup, html};

use super::shows::Reading;
use super::when_recorded::{AsOf, as_of, moment_text};
use crate::door::{Paged, Visit};
use crate::frame::{self, Parts, list_href};
use crate::ui::Link;
use crate::ui::button::Button;
use crate::ui::notice::{Kind, notice};
use crate::ui::page::Page;
use crate::ui::record::{record_body, record_head};
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
        (sections::all(&open))
        (related::all(&open))
    };
    let aside = html! {
        (sections::files(&open))
        @if then.is_none() { (history::recent(&open)?) }
        (as_of_form(&open))
    };
    let body = html! { (record_tabs(visit, def, id, 0)) (record_body(&sections, &aside)) };
    let notices = notices(&open, unreadable);
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
    html! {
        @for name in &page.actions {
            @if let Some(action) = def.action(name) {
                (Button::new(action.label.get(visit.lang()), act::weight(def, action))
                    .link(&format!("{href}/do/{name}")))
            }
        }
        @if page.may_invite {
            (Button::plain(visit.say.invite_make).link(&format!("{href}/invite")))
        }
        @if page.may_erase {
            (Button::plain(visit.say.erase).link(&format!("{href}/erase")))
        }
        button.button.needs-js type="button" data-print="" { (visit.say.print) }
        @if page.may_edit {
            (Button::primary(visit.say.edit).key("e").link(&format!("{href}/edit")))
        }
    }
}

/// A day to look back to: what was recorded by its end.
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
