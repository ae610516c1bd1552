//! Destroying the personal values of a record for good (个人信息保护法 第47条).

use app::No;
use catalogue::{Register, RegisterIx};
use http::StatusCode;
use kernel::{Id, Reason};
use maud::html;
use speech::Said;

use super::{crumbs, record_href};
use crate::door::{Paged, Sent, Visit, see};
use crate::frame::{self, Parts};
use crate::ui::Link;
use crate::ui::button::Weight;
use crate::ui::description::Pair;
use crate::ui::field::{Control, Field, LongText, field};
use crate::ui::page::{Outcome, Page};
use crate::ui::review::{Review, review};

pub fn ask(visit: &Visit, ix: RegisterIx, def: &Register, id: Id) -> Paged {
    page(visit, ix, def, id, "", None)
}

pub fn take(visit: &Visit, ix: RegisterIx, def: &Register, id: Id, sent: Sent) -> Paged {
    let reason = sent.pairs.get("reason");
    let version = sent.pairs.get("_version").parse().unwrap_or(0);
    match visit.app().erase(&visit.actor, ix, id, version, reason) {
        Ok(_) => see(&format!("{}?ok=erased", record_href(def, id))),
        Err(No::Refused(r)) if matches!(r.reason, Reason::Invalid | Reason::Stale) => page(
            visit,
            ix,
            def,
            id,
            reason,
            Some(r.message.get(visit.lang())),
        ),
        Err(no) => Err(no),
    }
}

fn page(
    visit: &Visit,
    ix: RegisterIx,
    def: &Register,
    id: Id,
    reason: &str,
    error: Option<&str>,
) -> Paged {
    let open = visit.app().record_page(&visit.actor, ix, id, None)?;
    let say = visit.say;
    if !open.may_erase {
        return Err(crate::door::plain(
            Reason::Forbidden,
            Said::same(say.erase_forbidden),
        ));
    }
    let asked = Field::new("reason", say.erase_reason)
        .hint(say.erase_hint)
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
    let personal: Vec<&str> = def
        .fields
        .iter()
        .filter(|f| f.personal)
        .map(|f| f.label.get(visit.lang()))
        .collect();
    let href = record_href(def, id);
    let body = review(
        visit.words,
        &Review {
            action: format!("{href}/erase").into(),
            csrf: visit.csrf().into(),
            consequence: html! { p { (say.erase_consequence) } },
            pairs: vec![
                Pair::text(def.title.get(visit.lang()), &open.record.shown).whole(),
                Pair::text(say.erase_fields, &personal.join(visit.words.comma)).whole(),
            ],
            fields: field(visit.words, &asked, &Control::LongText(typed)),
            hidden: vec![
                ("_version".into(), open.record.version.to_string().into()),
                ("_who".into(), visit.mark().into()),
            ],
            submit: say.erase_submit.into(),
            weight: Weight::Grave,
            back: Link::new(say.back, href),
        },
    );
    let (outcome, status) = match error {
        Some(_) => (Outcome::Refused, StatusCode::UNPROCESSABLE_ENTITY),
        None => (Outcome::Fine, StatusCode::OK),
    };
    let parts = Parts::of(visit);
    let crumbs = crumbs(visit, def);
    let page = Page {
        body,
        outcome,
        crumbs: &crumbs,
        ..parts.page(visit, say.erase.to_owned())
    };
    Ok(frame::with_status(status, &page))
}
