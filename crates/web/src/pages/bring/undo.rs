//! Taking an import back, and what of it had to stay.

use catalogue::{Register, RegisterIx};
use kernel::Id;
use maud::{Markup, html};

use super::job_href;
use crate::door::{Paged, Sent, Visit, see};
use crate::frame::{self, Parts};
use crate::pages::shows::thousands;
use crate::pages::when_recorded::moment_short;
use crate::ui::Link;
use crate::ui::button::{Button, Weight};
use crate::ui::description::Pair;
use crate::ui::figure::card;
use crate::ui::notice::{Kind, notice};
use crate::ui::page::Page;
use crate::ui::review::{Review, review};
use crate::ui::table::{Column, Holds, small_table};

/// Records that stay, told one by one.
const KEPT_SHOWN: usize = 100;

/// Asks first: what would go and what would go back, with the button that does it.
pub fn ask(visit: &Visit, _: RegisterIx, def: &Register, id: Id) -> Paged {
    visit.session()?;
    let job = visit.app().import_job(&visit.actor, id)?;
    let href = job_href(def, id);
    if !job.can_undo {
        return see(&href);
    }
    let say = visit.say;
    let asked = say
        .bring
        .undo_ask
        .replace("{a}", &thousands(job.reached.new))
        .replace("{b}", &thousands(job.reached.changed));
    let began = moment_short(job.began_at);
    let whole = Review {
        action: format!("{href}/undo").into(),
        csrf: visit.csrf().into(),
        consequence: html! { p { (asked) } p.note { (say.bring.undo_ask_note) } },
        pairs: vec![
            Pair::text(say.bring.import_file, &job.title),
            Pair::text(say.register, def.title.get(visit.lang())),
            Pair::text(say.when, &began),
        ],
        fields: html! {},
        hidden: Vec::new(),
        submit: say.bring.import_undo.into(),
        weight: Weight::Grave,
        back: Link::new(say.cancel, href),
    };
    let crumbs = [Link::new(say.imports, "/imports")];
    let parts = Parts::of(visit);
    frame::ok(&Page {
        body: review(visit.words, &whole),
        crumbs: &crumbs,
        ..parts.page(visit, say.bring.import_undo.to_owned())
    })
}

pub fn take(visit: &Visit, _: RegisterIx, def: &Register, id: Id, _: Sent) -> Paged {
    visit.session()?;
    let report = visit.app().undo_import(&visit.actor, id)?;
    let say = visit.say;
    let heads = [
        Column::new(say.record, Holds::Text),
        Column::new(say.bring.undo_why, Holds::Prose),
    ];
    let rows: Vec<Vec<Markup>> = report
        .kept
        .iter()
        .take(KEPT_SHOWN)
        .map(|kept| {
            let path = &visit.app().catalogue().at(kept.register).path;
            vec![
                html! { a href={ "/" (path) "/" (kept.id) } { (kept.shown) } },
                html! { (kept.why.get(visit.lang())) },
            ]
        })
        .collect();
    let kind = if report.kept.is_empty() {
        Kind::Success
    } else {
        Kind::Warning
    };
    let done = say
        .bring
        .undo_done
        .replace("{a}", &thousands(report.removed))
        .replace("{b}", &thousands(report.restored));
    let body = html! {
        (notice(visit.words, kind, &html! { (done) }))
        @if !report.kept.is_empty() {
            (card(
                &say.bring.undo_kept.replace("{n}", &thousands(report.kept.len() as u64)),
                None,
                &small_table(say.bring.undo_why, &heads, &rows),
            ))
        }
        p { (Button::plain(say.back).link(&job_href(def, id))) }
    };
    let crumbs = [Link::new(say.imports, "/imports")];
    let parts = Parts::of(visit);
    frame::ok(&Page {
        body,
        crumbs: &crumbs,
        ..parts.page(visit, say.bring.import_undo.to_owned())
    })
}
