//! The plain text of a personal field: asked with a reason, shown once, written into the ledger.

use app::No;
use catalogue::{Register, RegisterIx};
use http::StatusCode;
use kernel::{Id, Reason};
use maud::html;

use super::{crumbs, record_href};
use crate::door::{Paged, Sent, Visit, not_found};
use crate::frame::{self, Parts};
use crate::ui::Link;
use crate::ui::button::{self, Button, Weight};
use crate::ui::field::{Control, Field, LongText, field};
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Outcome, Page};
use crate::ui::review::{Review, review};

pub fn ask(visit: &Visit, ix: RegisterIx, def: &Register, id: Id, name: &str) -> Paged {
    page(visit, ix, def, id, name, "", None)
}

pub fn take(
    visit: &Visit,
    ix: RegisterIx,
    def: &Register,
    id: Id,
    name: &str,
    sent: Sent,
) -> Paged {
    let reason = sent.pairs.get("reason");
    match visit.app().reveal(&visit.actor, ix, id, name, reason) {
        Ok(text) => shown(visit, ix, def, id, name, &text),
        Err(No::Refused(refusal)) if refusal.reason == Reason::Invalid => page(
            visit,
            ix,
            def,
            id,
            name,
            reason,
            Some(refusal.message.get(visit.lang())),
        ),
        Err(no) => Err(no),
    }
}

fn page(
    visit: &Visit,
    ix: RegisterIx,
    def: &Register,
    id: Id,
    name: &str,
    reason: &str,
    error: Option<&str>,
) -> Paged {
    let (record, _) = visit.app().record(&visit.actor, ix, id, None)?;
    let say = visit.say;
    let label = label(visit, def, name)?;
    let asked = Field::new("reason", say.reveal_reason)
        .hint(say.reveal_hint)
        .whole();
    let asked = match error {
        Some(error) => asked.error(error),
        None => asked,
    };
    let typed = LongText {
        typed: reason.into(),
        max: Some(500),
        rows: Some(3),
    };
    let href = record_href(def, id);
    let body = review(
        visit.words,
        &Review {
            action: format!("{href}/reveal/{name}").into(),
            csrf: visit.csrf().into(),
            consequence: html! { p { (say.reveal_consequence) } },
            pairs: vec![
                crate::ui::description::Pair::text(def.title.get(visit.lang()), &record.shown)
                    .whole(),
            ],
            fields: field(visit.words, &asked, &Control::LongText(typed)),
            hidden: vec![("_who".into(), visit.mark().into())],
            submit: say.reveal_submit.replace("{n}", &label).into(),
            weight: Weight::Primary,
            back: Link::new(say.back, href),
        },
    );
    let (outcome, status) = match error {
        Some(_) => (Outcome::Refused, StatusCode::UNPROCESSABLE_ENTITY),
        None => (Outcome::Fine, StatusCode::OK),
    };
    let parts = Parts::of(visit);
    let crumbs = crumbs(visit, def);
    let title = format!("{}{}{label}", say.reveal, visit.words.colon);
    let page = Page {
        body,
        outcome,
        crumbs: &crumbs,
        ..parts.page(visit, title)
    };
    Ok(frame::with_status(status, &page))
}

fn shown(visit: &Visit, ix: RegisterIx, def: &Register, id: Id, name: &str, text: &str) -> Paged {
    let (record, _) = visit.app().record(&visit.actor, ix, id, None)?;
    let label = label(visit, def, name)?;
    let body = html! {
        (notice(visit.words, Kind::Info, &html! { (visit.say.reveal_once) }))
        section.card {
            div.card-head { h2 { (record.shown) } }
            div.card-body {
                p { (label) " " strong.revealed { (text) } " " (button::copy(visit.words, text)) }
                p { (Button::primary(visit.say.back).link(&record_href(def, id))) }
            }
        }
    };
    let parts = Parts::of(visit);
    let crumbs = crumbs(visit, def);
    let page = Page {
        body,
        crumbs: &crumbs,
        ..parts.page(visit, label)
    };
    frame::ok(&page)
}

fn label(visit: &Visit, def: &Register, name: &str) -> Result<String, No> {
    let field = def
        .field(name)
        .map(|ix| def.get(ix))
        .filter(|field| field.personal);
    Ok(field
        .ok_or_else(not_found)?
        .label
        .get(visit.lang())
        .to_owned())
}
