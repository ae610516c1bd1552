//! The history of a record: who changed what, field by field, newest first.

use app::{Changed, FieldChange, HISTORY_ROWS_MAX, HistoryView, No};
use catalogue::{Register, RegisterIx};
use kernel::Id;
use maud::{Markup, html};

use super::{Open, crumbs, record_href, record_tabs};
use crate::door::{Paged, Visit};
use crate::frame::{self, Parts};
use crate::pages::shows::Reading;
use crate::pages::when_recorded::moment_text;
use crate::pairs::encoded;
use crate::ui::Link;
use crate::ui::figure::card;
use crate::ui::page::Page;
use crate::ui::pager::{Pager, pager};
use crate::ui::timeline::{Change, Entry, timeline};

/// Entries shown on the record's own page.
const RECENT_ENTRIES: usize = 3;
/// Changes of each shown there.
const RECENT_CHANGES: usize = 5;

pub fn show(visit: &Visit, ix: RegisterIx, def: &Register, id: Id) -> Paged {
    let before = visit
        .query
        .filled("before")
        .and_then(|text| text.parse::<i64>().ok());
    let (record, _) = visit.app().record(&visit.actor, ix, id, None)?;
    let (views, names) = visit.app().history(&visit.actor, ix, id, before)?;
    let reading = Reading::new(visit, &names);
    let entries: Vec<Entry<'_>> = views
        .iter()
        .map(|view| entry(&reading, def, id, view))
        .collect();
    let href = record_href(def, id);
    let next = (views.len() >= HISTORY_ROWS_MAX)
        .then(|| {
            views
                .last()
                .map(|last| format!("{href}/history?before={}", last.seq).into())
        })
        .flatten();
    let previous = before.map(|_| format!("{href}/history").into());
    let summary = visit
        .say
        .history_count
        .replace("{n}", &views.len().to_string());
    let body = html! {
        (record_tabs(visit, def, id, 1))
        section.card #history {
            div.card-head { h2 { (visit.say.history_title) } }
            (timeline(visit.words, &entries))
            (pager(visit.words, &Pager { summary: summary.into(), previous, next, swap: None }))
        }
    };
    let parts = Parts::of(visit);
    let crumbs = crumbs(visit, def);
    let page = Page {
        body,
        crumbs: &crumbs,
        lead: Some(html! { (visit.say.history_lead) }),
        ..parts.page(visit, record.shown)
    };
    frame::ok(&page)
}

/// The last few entries, for the record's own page.
pub fn recent(open: &Open) -> Result<Markup, No> {
    let Open {
        visit,
        ix,
        def,
        page,
        ..
    } = open;
    let id = page.record.id;
    let (views, names) = visit.app().history(&visit.actor, *ix, id, None)?;
    let reading = Reading::new(visit, &names);
    let recent = &views[..views.len().min(RECENT_ENTRIES)];
    let entries: Vec<Entry<'_>> = recent
        .iter()
        .map(|view| shortened(visit, entry(&reading, def, id, view)))
        .collect();
    let link = Link::new(
        visit.say.history_all,
        format!("{}/history", record_href(def, id)),
    );
    Ok(card(
        visit.say.doors.recent,
        Some(&link),
        &timeline(visit.words, &entries),
    ))
}

/// An entry with its first few changes, and how many more there are.
fn shortened<'a>(visit: &Visit, mut entry: Entry<'a>) -> Entry<'a> {
    let more = entry.changes.len().saturating_sub(RECENT_CHANGES);
    if more > 0 && entry.folded.is_none() {
        entry.changes.truncate(RECENT_CHANGES);
        let more = visit.say.changes_more.replace("{n}", &more.to_string());
        entry.reason = Some(match entry.reason.take() {
            Some(reason) => format!(
                "{reason}{}{more}{}",
                visit.words.bracket, visit.words.bracket_end
            )
            .into(),
            None => more.into(),
        });
    }
    entry
}

fn entry<'a>(reading: &Reading, def: &Register, id: Id, view: &HistoryView) -> Entry<'a> {
    let visit = reading.visit;
    let href = format!(
        "{}?as_of={}",
        record_href(def, id),
        encoded(&view.at.to_string())
    );
    // A record that came into being was empty in every field: thirty lines that say nothing new.
    let filled_in = view.changes.len() > RECENT_CHANGES && view.changes.iter().all(is_filling);
    let folded = filled_in.then(|| {
        let count = view.changes.len().to_string();
        visit.say.changes_filled.replace("{n}", &count).into()
    });
    Entry {
        folded,
        moment: moment_text(view.at).into(),
        machine_moment: view.at.to_string().into(),
        who: view.called().to_owned().into(),
        account: (!view.who_name.is_empty()).then(|| view.who.clone().into()),
        // Whose name is not told is called by his post.
        post: (view.post.clone())
            .filter(|post| post != view.called())
            .map(Into::into),
        mark: view.one_person.then(|| visit.say.posts.one_person.into()),
        act: act_label(visit, def, &view.act).into(),
        reason: view.reason.clone().map(Into::into),
        as_of: Some(Link::new(visit.say.see_then, href)),
        changes: view
            .changes
            .iter()
            .map(|change| {
                let label = match change.what {
                    Changed::Field(ix) => def.get(ix).label.get(visit.lang()).to_owned(),
                    Changed::State => visit.say.state.to_owned(),
                };
                let side = |seen| {
                    let text = reading.shown().changed(def, change.what, seen);
                    (!text.is_empty()).then(|| text.into())
                };
                Change {
                    label: label.into(),
                    before: side(&change.was),
                    after: side(&change.now),
                }
            })
            .collect(),
    }
}

fn is_filling(change: &FieldChange) -> bool {
    change.was.is_empty()
}

/// What an entry of history is called: an action of the register, or one of the house's own words.
pub fn act_label(visit: &Visit, def: &Register, act: &str) -> String {
    if let Some(action) = def.action(act) {
        return action.label.get(visit.lang()).to_owned();
    }
    let say = visit.say;
    match act {
        "create" => say.act_create,
        "edit" => say.act_edit,
        "import" => say.act_import,
        "undo" => say.act_undo,
        "latest" => say.act_latest,
        "effect" => say.act_effect,
        "erase" => say.act_erase,
        "invite" => say.invite_make,
        "reveal" => say.reveal,
        "password" => say.act_password,
        "factor_begin" => say.act_factor_begin,
        "factor_on" => say.act_factor_on,
        "factor_off" => say.act_factor_off,
        other => return other.to_owned(),
    }
    .to_owned()
}
