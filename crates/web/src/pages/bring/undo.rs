//! Taking an import back, and what of it had to stay.

use catalogue::{Register, RegisterIx};
use kernel::Id;
use maud::{Markup, html};

use super::job_href;
use crate::door::{Paged, Sent, Visit};
use crate::frame::{self, Parts};
use crate::pages::shows::thousands;
use crate::ui::Link;
use crate::ui::button::Button;
use crate::ui::figure::card;
use crate::ui::notice::{Kind, notice};
use crate::ui::page::Page;
use crate::ui::table::{Column, Holds, small_table};

/// Records that stay, told one by one.
const KEPT_SHOWN: usize = 100;

pub fn take(visit: &Visit, _: RegisterIx, def: &Register, id: Id, _: Sent) -> Paged {
    visit.session()?;
    let report = visit.app().undo_import(&visit.actor, id)?;
    let say = visit.say;
    let heads = [
        Column::new(say.record, Holds::Text),
        Column::new(say.undo_why, Holds::Prose),
    ];
    let rows: Vec<Vec<Markup>> = report
        .kept
        .iter()
        .take(KEPT_SHOWN)
        .map(|kept| {
            let path = &visit.app().catalogue().at(kept.register).path;
            vec![
                html! { a href={ "/" (path) "/" (kept.id) } { (kept.shown) } },
                html! { (kept.why) },
            ]
        })
        .collect();
    let kind = if report.kept.is_empty() {
        Kind::Success
    } else {
        Kind::Warning
    };
    let done = say
        .undo_done
        .replace("{a}", &thousands(report.removed))
        .replace("{b}", &thousands(report.restored));
    let body = html! {
        (notice(visit.words, kind, &html! { (done) }))
        @if !report.kept.is_empty() {
            (card(
                &say.undo_kept.replace("{n}", &thousands(report.kept.len() as u64)),
                None,
                &small_table(say.undo_why, &heads, &rows),
            ))
        }
        p { (Button::plain(say.back).link(&job_href(def, id))) }
    };
    let crumbs = [Link::new(say.imports, "/imports")];
    let parts = Parts::of(visit);
    frame::ok(&Page {
        body,
        crumbs: &crumbs,
        ..parts.page(visit, say.import_undo.to_owned())
    })
}
