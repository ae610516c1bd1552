//! The list of a register: a question in the address, a query form, a table, pages by keyset.

mod export;
mod filters;
mod question;
mod save;
mod table;
mod tools;

pub use export::show as export;
pub use question::Question;
pub use save::{drop_view, post, save_view, share_view, unshare_view};

use app::{Count, No, Understood};
use catalogue::{Register, RegisterIx};
use http::StatusCode;
use kernel::{Blame, Reason, Verb};
use maud::{Markup, html};

use super::{home, offer};
use crate::door::{Paged, Visit, see};
use crate::frame::{self, Parts, list_href};
use crate::ui::button::Button;
use crate::ui::error_summary::{FieldError, error_summary};
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Outcome, Page};
use crate::ui::pager::{Pager, pager};

/// What the parts of the page are made from.
pub struct Asked<'a> {
    pub visit: &'a Visit,
    pub ix: RegisterIx,
    pub def: &'a Register,
    pub question: &'a Question,
    /// What was wrong with the question, by field.
    pub blames: &'a [Blame],
}

impl Asked<'_> {
    pub fn blame(&self, name: &str) -> Option<&str> {
        let found = self
            .blames
            .iter()
            .find(|blame| blame.pointer.strip_prefix('/') == Some(name));
        found.map(|blame| blame.message.get(self.visit.lang()))
    }
}

pub fn show(visit: &Visit, ix: RegisterIx, def: &Register) -> Paged {
    let question = Question::read(visit, ix, def);
    if let Some(moved) = question.moved(visit, ix, def)? {
        return see(&moved);
    }
    let ask = match question.ask(visit, ix) {
        Ok(ask) => ask,
        Err(blame) => return refused(visit, ix, def, &question, vec![blame]),
    };
    match visit.app().list(&visit.actor, ix, &ask) {
        Ok((page, understood)) => {
            let asked = Asked {
                visit,
                ix,
                def,
                question: &question,
                blames: &[],
            };
            let count = match ask.as_of {
                // An old list is rebuilt whole or refused, so what is shown is all there was.
                Some(_) => Count::Exactly(page.rows.len() as u64),
                None => visit.app().count(&visit.actor, ix, &ask)?,
            };
            let turn = Pager {
                summary: tools::summary(visit, count, page.rows.len()).into(),
                next: page
                    .next
                    .as_deref()
                    .map(|after| question.turned(def, after).into()),
                previous: page
                    .previous
                    .as_deref()
                    .map(|at| question.turned(def, at).into()),
                swap: Some("list"),
            };
            let body = html! {
                section.card #list {
                    (filters::query(&asked, understood.list.as_deref()))
                    (tools::toolbar(&asked, &understood)?)
                    (table::rows(&asked, &page, &understood))
                    (pager(visit.words, &turn))
                }
                (filters::private(&asked))
            };
            Ok(whole(&asked, StatusCode::OK, Some(&understood), body))
        }
        Err(No::Refused(refusal)) if refusal.reason == Reason::Invalid => {
            let blames = match refusal.blames.is_empty() {
                true => vec![Blame::at("", "list", refusal.message)],
                false => refusal.blames,
            };
            refused(visit, ix, def, &question, blames)
        }
        Err(no) => Err(no),
    }
}

/// The question could not be understood: what was typed stays, and what is wrong stands beside it.
fn refused(
    visit: &Visit,
    ix: RegisterIx,
    def: &Register,
    question: &Question,
    blames: Vec<Blame>,
) -> Paged {
    let asked = Asked {
        visit,
        ix,
        def,
        question,
        blames: &blames,
    };
    let errors: Vec<FieldError<'_>> = blames
        .iter()
        .map(|blame| FieldError {
            field: blame
                .pointer
                .strip_prefix('/')
                .filter(|name| !name.is_empty())
                .map(Into::into),
            message: blame.message.get(visit.lang()).into(),
        })
        .collect();
    let body = html! {
        (error_summary(visit.words, &errors))
        section.card #list {
            (filters::query(&asked, question.list.as_deref()))
            div.card-body { p { (visit.say.list_refused) } }
        }
        (filters::private(&asked))
    };
    Ok(whole(&asked, StatusCode::UNPROCESSABLE_ENTITY, None, body))
}

fn whole(
    asked: &Asked,
    status: StatusCode,
    understood: Option<&Understood>,
    body: Markup,
) -> axum::response::Response {
    let Asked { visit, def, .. } = asked;
    let say = visit.say;
    let lead = def
        .note
        .as_ref()
        .map(|note| html! { (note.get(visit.lang())) });
    let old = asked
        .question
        .as_of
        .as_deref()
        .filter(|_| understood.is_some());
    let notices = html! {
        @if let Some(day) = old {
            (notice(visit.words, Kind::Info, &html! { (say.list_as_of.replace("{n}", day)) }))
        }
        @for (word, told) in [
            ("shared", visit.say.view_shared),
            ("unshared", visit.say.view_unshared),
        ] {
            @if visit.query.has(word) {
                (notice(visit.words, Kind::Success, &html! { (told) }))
            }
        }
        @if visit.query.has("gone") {
            (notice(visit.words, Kind::Success, &html! { (say.view_dropped) }))
        }
    };
    let acts = html! {
        @if !def.params.is_empty() && visit.session.is_some() {
            (Button::plain(say.params).link(&format!("/{}/params", def.path)))
        }
        @if offer::may(visit, def, Verb::Import) {
            (Button::plain(say.import).link(&format!("/{}/import", def.path)))
        }
        @if offer::may(visit, def, Verb::Create) { (home::new_button(visit, def)) }
    };
    let outcome = if status.is_success() {
        Outcome::Fine
    } else {
        Outcome::Refused
    };
    let parts = Parts::of(visit);
    let page = Page {
        body,
        notices,
        lead,
        outcome,
        acts: Some(acts),
        ..parts.page(visit, title(asked, understood))
    };
    frame::with_status(status, &page)
}

/// What the page is called: a register that stands in no menu is opened by one of its lists, each of
/// them a matter of its own (环节监督、超期未办).
fn title(asked: &Asked, understood: Option<&Understood>) -> String {
    let Asked { visit, def, .. } = asked;
    let list = understood.and_then(|known| known.list.as_deref());
    let list = list.filter(|_| !def.menu).and_then(|name| def.list(name));
    let title = list.map_or(&def.title, |list| &list.title);
    title.get(visit.lang()).to_owned()
}

/// Where the list of a register begins.
pub fn home_of(def: &Register) -> String {
    list_href(&def.path)
}
