//! The public home: a search box, and what anyone may check without signing in.

use app::{Ask, looks_personal};
use catalogue::{Kind, Register, RegisterIx};
use kernel::{Actor, Verb};
use maud::{Markup, html};

use super::home::big_search;
use super::shows::Reading;
use crate::door::{Paged, Visit, see};
use crate::frame::{self, Parts, list_href};
use crate::pairs::encoded;
use crate::ui::button::Button;
use crate::ui::page::Page;

/// Whoever is signed in has a page of his own, with more on it.
pub fn show(visit: &Visit) -> Paged {
    if visit.session.is_some() {
        return see("/home");
    }
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
        .collect();
    let body = html! {
        (big_search(visit))
        (doors(visit))
        @if open.is_empty() {
            p { (say.public_nothing) }
        } @else {
            h2 { (say.public_check) }
            div.columns {
                @for (ix, def) in &open {
                    section.card {
                        div.card-head { h3 { a href=(list_href(&def.path)) { (def.title.get(visit.lang())) } } }
                        div.card-body {
                            p { (how(visit, &public, def)) }
                            @if let Some((word, href)) = example(visit, &public, *ix, def)? {
                                p.note { (say.public_example) a href=(href) { (word) } }
                            }
                        }
                    }
                }
            }
        }
    };
    let acts = Button::primary(say.sign_in).link("/login");
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

/// What somebody without an account comes for besides looking things up: how far a matter is, and an account.
fn doors(visit: &Visit) -> Markup {
    let say = visit.say;
    let card = |title: &str, href: &str, told: &str| {
        html! {
            section.card {
                div.card-head { h2 { a href=(href) { (title) } } }
                div.card-body { p { (told) } }
            }
        }
    };
    html! {
        div.columns {
            (card(say.strangers.home_progress, "/progress", say.strangers.home_progress_told))
            @if visit.app().enrolment().is_some() {
                (card(say.strangers.enrol, "/register", say.strangers.home_enrol_told))
            }
        }
    }
}

/// A word that finds something, taken from what the public sees anyway: a code, never a name.
fn example(
    visit: &Visit,
    public: &Actor,
    ix: RegisterIx,
    def: &Register,
) -> Result<Option<(String, String)>, app::No> {
    let code = def.all_fields().find(|(_, field)| {
        let plain = field.search && !field.sealed();
        plain && matches!(field.kind, Kind::Code { .. })
    });
    let Some((code, field)) = code else {
        return Ok(None);
    };
    let ask = Ask {
        limit: Some(1),
        columns: Some(vec![field.name.clone()]),
        ..Ask::default()
    };
    let (page, _) = visit.app().list(public, ix, &ask)?;
    let reading = Reading::new(visit, &page.names);
    let found = page.rows.first().and_then(|row| {
        let word = reading.text(field, row.field(code)?);
        let usable = !word.is_empty() && !looks_personal(&word);
        usable.then(|| {
            let href = format!("{}?q={}", list_href(&def.path), encoded(&word));
            (word, href)
        })
    });
    Ok(found)
}

/// By which fields the public may look, in words.
fn how(visit: &Visit, public: &Actor, def: &catalogue::Register) -> String {
    let Some(right) = kernel::scope(def, public, Verb::See) else {
        return String::new();
    };
    let fields = def.all_fields().filter(|(ix, field)| {
        field.search && !field.sealed() && kernel::sees_field(&right, *ix, field)
    });
    let labels: Vec<&str> = fields
        .map(|(_, field)| field.label.get(visit.lang()))
        .collect();
    match labels.is_empty() {
        true => visit.say.public_note.to_owned(),
        false => visit
            .say
            .public_by
            .replace("{n}", &labels.join(visit.words.comma)),
    }
}
