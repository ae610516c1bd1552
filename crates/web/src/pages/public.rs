//! The public home: a search box, and what anyone may check without signing in.

use kernel::{Actor, Verb};
use maud::html;

use super::home::big_search;
use crate::door::{Paged, Visit};
use crate::frame::{self, Parts, list_href};
use crate::ui::button::Button;
use crate::ui::page::Page;

pub fn show(visit: &Visit) -> Paged {
    let say = visit.say;
    let public = Actor {
        lang: visit.lang(),
        ..Actor::public()
    };
    let catalogue = visit.app().catalogue();
    // What is listed here is what the public may see, whoever looks.
    let open: Vec<_> = catalogue
        .all()
        .filter(|(_, def)| def.menu && kernel::scope(def, &public, Verb::See).is_some())
        .map(|(_, def)| def)
        .collect();
    let body = html! {
        (big_search(visit))
        @if open.is_empty() {
            p { (say.public_nothing) }
        } @else {
            h2 { (say.public_check) }
            div.columns {
                @for def in &open {
                    section.card {
                        div.card-head { h3 { a href=(list_href(&def.path)) { (def.title.get(visit.lang())) } } }
                        div.card-body {
                            p { @match &def.note { Some(note) => (note.get(visit.lang())), None => (say.public_note), } }
                        }
                    }
                }
            }
        }
    };
    let acts = match visit.session {
        Some(_) => Button::primary(say.to_my_page).link("/home"),
        None => Button::primary(say.sign_in).link("/login"),
    };
    let parts = Parts::of(visit);
    let page = Page {
        body,
        search: None,
        lead: Some(html! { (say.public_lead) }),
        acts: Some(acts),
        ..parts.page(visit, say.public_title.to_owned())
    };
    frame::ok(&page)
}
