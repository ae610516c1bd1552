//! What only the receiver of a unit has: a signing secret, made and shown once, and a trial.

use catalogue::{Register, RegisterIx};
use kernel::Id;
use maud::{Markup, html};

use super::{crumbs, record_href};
use crate::door::{Paged, Sent, Visit, not_found, see};
use crate::frame::{self, Parts};
use crate::ui::button::{self, Button};
use crate::ui::notice::{Kind, notice};
use crate::ui::page::{Page, csrf};

const WEBHOOKS: &str = "house.webhook";

/// The card on the page of a receiver, for whoever may change it.
pub fn card(visit: &Visit, def: &Register, id: Id) -> Markup {
    let may = || {
        visit
            .app()
            .may_tend_webhook(&visit.actor, id)
            .unwrap_or(false)
    };
    if def.name != WEBHOOKS || !may() {
        return html! {};
    }
    let say = visit.say.told;
    let href = record_href(def, id);
    let act = |what: &str, label: &str| {
        html! {
            form.inline method="post" action=(format!("{href}/{what}")) {
                (csrf(&visit.csrf()))
                (Button::plain(label).submit())
            }
        }
    };
    html! {
        section.card.no-print {
            div.card-head { h2 { (say.hook_card) } }
            div.card-body {
                p { (say.hook_lead) }
                @if visit.query.get("ok") == "tried" {
                    (notice(visit.words, Kind::Success, &html! { (say.hook_tried) }))
                }
                (act("secret", say.hook_renew)) " " (act("try", say.hook_try))
            }
        }
    }
}

/// A new secret, shown once in the answer itself.
pub fn renew(visit: &Visit, _: RegisterIx, def: &Register, id: Id, _: Sent) -> Paged {
    if def.name != WEBHOOKS {
        return Err(not_found());
    }
    let say = visit.say.told;
    let secret = visit.app().renew_webhook_secret(&visit.actor, id)?;
    let body = html! {
        (notice(visit.words, Kind::Warning, &html! { (say.hook_once) }))
        section.card {
            div.card-body {
                p { strong.revealed { (secret) } " " (button::copy(visit.words, &secret)) }
                p { (Button::primary(visit.say.back).link(&record_href(def, id))) }
            }
        }
    };
    let path = crumbs(visit, def);
    let parts = Parts::of(visit);
    frame::ok(&Page {
        body,
        crumbs: &path,
        ..parts.page(visit, say.hook_renew.to_owned())
    })
}

pub fn attempt(visit: &Visit, _: RegisterIx, def: &Register, id: Id, _: Sent) -> Paged {
    if def.name != WEBHOOKS {
        return Err(not_found());
    }
    visit.app().try_webhook(&visit.actor, id)?;
    see(&format!("{}?ok=tried", record_href(def, id)))
}
