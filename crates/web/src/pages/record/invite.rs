//! A one-time sign-in link for the holder of an account: asked, shown once, written into the ledger.

use catalogue::{Register, RegisterIx};
use kernel::{Id, Reason};
use maud::{Markup, html};
use speech::Said;

use super::{crumbs, record_href};
use crate::door::{Paged, Sent, Visit, not_found, plain};
use crate::frame::{self, Parts};
use crate::ui::Link;
use crate::ui::button::{self, Button, Weight};
use crate::ui::description::Pair;
use crate::ui::notice::{Kind, notice};
use crate::ui::page::Page;
use crate::ui::review::{Review, review};

/// The register of people.
const ACCOUNTS: &str = "house.account";

pub fn ask(visit: &Visit, ix: RegisterIx, def: &Register, id: Id) -> Paged {
    let open = visit.app().record_page(&visit.actor, ix, id, None)?;
    if !open.may_invite {
        return Err(plain(Reason::Forbidden, Said::same(visit.say.invite_not)));
    }
    let say = visit.say;
    let href = record_href(def, id);
    let body = review(
        visit.words,
        &Review {
            action: format!("{href}/invite").into(),
            csrf: visit.csrf().into(),
            consequence: html! { p { (say.invite_consequence) } },
            pairs: vec![Pair::text(def.title.get(visit.lang()), &open.record.shown).whole()],
            fields: html! {},
            hidden: vec![("_who".into(), visit.mark().into())],
            submit: say.invite_make.into(),
            weight: Weight::Primary,
            back: Link::new(say.back, href),
        },
    );
    page(visit, def, id, &open.record.shown, body)
}

pub fn take(visit: &Visit, ix: RegisterIx, def: &Register, id: Id, _: Sent) -> Paged {
    if def.name != ACCOUNTS {
        return Err(not_found());
    }
    let (record, _) = visit.app().record(&visit.actor, ix, id, None)?;
    let token = visit.app().invite_by(&visit.actor, id)?;
    let link = format!("{}/login/{token}", visit.site_address());
    let body = html! {
        (notice(visit.words, Kind::Warning, &html! { (visit.say.invite_once) }))
        section.card {
            div.card-head { h2 { (record.shown) } }
            div.card-body {
                p { strong.revealed { (link) } " " (button::copy(visit.words, &link)) }
                p { (Button::primary(visit.say.back).link(&record_href(def, id))) }
            }
        }
    };
    page(visit, def, id, &record.shown, body)
}

fn page(visit: &Visit, def: &Register, id: Id, shown: &str, body: Markup) -> Paged {
    let parts = Parts::of(visit);
    let mut path = crumbs(visit, def).to_vec();
    path.push(Link::new(shown.to_owned(), record_href(def, id)));
    let page = Page {
        body,
        crumbs: &path,
        ..parts.page(visit, visit.say.invite_make.to_owned())
    };
    frame::ok(&page)
}
