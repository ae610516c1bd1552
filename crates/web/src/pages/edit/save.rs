//! Saving what was typed: as a new record or as a change, and what comes back when it cannot be.

use app::{Input, Names, No, Saved};
use catalogue::{Register, RegisterIx};
use http::StatusCode;
use kernel::{Blame, Id, Reason, Refusal};
use speech::Said;

use super::conflict;
use super::page::{self, Page};
use super::sheet::{Sheet, pairs_of};
use super::typed::is_blank;
use crate::door::{Paged, Sent, Visit, see};
use crate::pages::record::record_href;
use crate::pages::shows::Reading;

/// Times that a change is decided anew when others save at the same moment.
const TRIES_MAX: usize = 3;

/// Makes a record of what was typed.
pub fn make(visit: &Visit, ix: RegisterIx, def: &Register, sent: Sent) -> Paged {
    let names = Names::new();
    let reading = Reading::new(visit, &names);
    let mut sheet = Sheet::new(&reading, ix, def, None)?;
    sheet.put(sent);
    let mut page = Page::fresh(&sheet);
    page.read(&sheet.pairs);
    if sheet.turn_rows() {
        return page::show(&sheet, &page);
    }
    let raws = sheet.raws(&sheet.pairs);
    let given = raws
        .into_iter()
        .filter(|(ix, raw)| !is_blank(raw) || def.get(*ix).default.is_some());
    let input = sheet.input(given.collect());
    if !sheet.blames.is_empty() {
        let more = rehearsed(&sheet, None, &input);
        return told(&mut sheet, page, more.map(|_| ()));
    }
    if let Some(warned) = warned(&sheet, &mut page, None, &input)? {
        return told(&mut sheet, page, warned);
    }
    let state = sheet.pairs.filled("_state").map(str::to_owned);
    let key = page.once.clone();
    let saved = visit.door.once(visit, &key, &input, |app| {
        app.create(&visit.actor, ix, state.as_deref(), &input)
    });
    match saved {
        Ok(saved) => see(&after(def, &saved, "made", &format!("{}.new", def.name))),
        Err(no) => told(&mut sheet, page, Err(no)),
    }
}

/// Changes a record as was typed; what someone else saved meanwhile is never lost and never hidden.
pub fn change(visit: &Visit, ix: RegisterIx, def: &Register, id: Id, sent: Sent) -> Paged {
    let mut sent = Some(sent);
    let mut typed = None;
    for _ in 0..TRIES_MAX {
        let (now, names) = visit.app().record(&visit.actor, ix, id, None)?;
        let reading = Reading::new(visit, &names);
        let mut sheet = Sheet::new(&reading, ix, def, Some(&now))?;
        match sent.take() {
            Some(sent) => sheet.put(sent),
            None => sheet.pairs = typed.take().unwrap_or_default(),
        }
        let mut page = Page::fresh(&sheet);
        page.read(&sheet.pairs);
        if sheet.turn_rows() {
            return page::show(&sheet, &page);
        }
        let input = match page.version == now.version {
            true => {
                let was = pairs_of(&reading, def, &now);
                let mut changed = sheet.changed(&was);
                changed.retain(|(ix, _)| !conflict::gave_way(&sheet, &def.get(*ix).name));
                sheet.input(changed)
            }
            false => match conflict::merge(&mut sheet, &page, id)? {
                conflict::Merged::Clean(input) => {
                    page.version = now.version;
                    page.read_at = now.changed_at.0;
                    input
                }
                conflict::Merged::Differ(conflicts) => {
                    page.version = now.version;
                    page.read_at = now.changed_at.0;
                    page.conflicts = conflicts;
                    page.status = StatusCode::CONFLICT;
                    return page::show(&sheet, &page);
                }
            },
        };
        if !sheet.blames.is_empty() {
            let more = visit.app().rehearse(&visit.actor, ix, Some(id), &input);
            return told(&mut sheet, page, more.map(|_| ()));
        }
        let draft = format!("{}.edit.{id}", def.name);
        if input.is_empty() {
            return see(&format!("{}?ok=same&done={draft}", record_href(def, id)));
        }
        if let Some(warned) = warned(&sheet, &mut page, Some(id), &input)? {
            return told(&mut sheet, page, warned);
        }
        match visit.app().edit(&visit.actor, ix, id, page.version, &input) {
            Ok(saved) => return see(&after(def, &saved, "saved", &draft)),
            // Someone was faster by a moment: look again at what they saved.
            Err(No::Refused(r)) if r.reason == Reason::Stale => typed = Some(sheet.pairs.clone()),
            Err(no) => return told(&mut sheet, page, Err(no)),
        }
    }
    Err(No::Refused(Refusal::new(
        Reason::Stale,
        Said::same(visit.say.too_busy),
    )))
}

/// Where one goes after saving.
fn after(def: &Register, saved: &Saved, word: &str, draft: &str) -> String {
    format!("{}?ok={word}&done={draft}", record_href(def, saved.id))
}

/// Checks that only warn are shown once, before anything is saved.
fn warned(
    sheet: &Sheet,
    page: &mut Page,
    id: Option<Id>,
    input: &Input,
) -> Result<Option<Result<(), No>>, No> {
    let warns = sheet.def.checks.iter().any(|check| check.warns);
    if !warns || sheet.pairs.get("_anyway") == "1" {
        return Ok(None);
    }
    match rehearsed(sheet, id, input) {
        Ok(warnings) if warnings.is_empty() => Ok(None),
        Ok(warnings) => {
            page.warnings = warnings;
            Ok(Some(Ok(())))
        }
        Err(no) => Ok(Some(Err(no))),
    }
}

/// What saving would meet; of a new record, where it is to begin.
fn rehearsed(sheet: &Sheet, id: Option<Id>, input: &Input) -> Result<Vec<Blame>, No> {
    let (app, actor) = (sheet.visit().app(), &sheet.visit().actor);
    match id {
        Some(_) => app.rehearse(actor, sheet.ix, id, input),
        None => app.rehearse_new(actor, sheet.ix, sheet.pairs.filled("_state"), input),
    }
}

/// The same page again with what is wrong; nothing typed is lost.
fn told(sheet: &mut Sheet, page: Page, outcome: Result<(), No>) -> Paged {
    match outcome {
        Ok(()) => {}
        Err(No::Refused(refusal)) if stays(refusal.reason) => match refusal.blames.is_empty() {
            true => sheet
                .blames
                .push(Blame::at("", refusal.reason.code(), refusal.message)),
            false => sheet.blames.extend(refusal.blames),
        },
        Err(no) => return Err(no),
    }
    if sheet.record.is_none() {
        sheet.prefill_again()?;
    }
    page::show(sheet, &page.refused())
}

/// Refusals that are shown on the form itself.
fn stays(reason: Reason) -> bool {
    matches!(
        reason,
        Reason::Invalid
            | Reason::Duplicate
            | Reason::Conflict
            | Reason::Forbidden
            | Reason::TooLarge
    )
}
