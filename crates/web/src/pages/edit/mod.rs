//! The form of a record: new, changed, in conflict with what someone else saved first.

mod applies;
mod boxes;
mod conflict;
mod controls;
mod demanded;
mod first;
mod page;
mod prefill;
mod save;
mod sheet;
mod typed;

pub use boxes::box_name;
pub use conflict::said;
pub use save::{change, make};
pub use sheet::Sheet;

use catalogue::{FieldIx, Kind, Register, RegisterIx};
use kernel::{Id, Reason, Value, Verb};
use speech::Said;

use super::offer;
use super::shows::Reading;
use crate::door::{FileRule, Paged, Rules, UPLOAD_BYTES_MAX, Use, Visit, plain};
use crate::pairs::Pairs;

const MB: u64 = 1024 * 1024;

/// What the file fields of a register take.
pub fn rules(def: &Register, lang: kernel::Lang) -> Rules {
    let files = def.fields.iter().filter_map(|field| match &field.kind {
        Kind::Files { accept, max_mb, .. } => Some((
            field.name.clone(),
            FileRule {
                label: field.label.get(lang).to_owned(),
                bytes_max: (u64::from(*max_mb) * MB).min(UPLOAD_BYTES_MAX),
                accept: accept.clone(),
                used: Use::Store,
            },
        )),
        _ => None,
    });
    Rules(files.collect())
}

/// The empty form, with what the address already knows.
pub fn show_new(visit: &Visit, ix: RegisterIx, def: &Register) -> Paged {
    if !offer::may(visit, def, Verb::Create) {
        return Err(plain(
            Reason::Forbidden,
            Said::same(visit.say.create_forbidden),
        ));
    }
    let reached = offer::fields_for(visit, def, Verb::Create);
    let reached: Vec<_> = reached.into_iter().map(|(ix, _)| ix).collect();
    let like = app::Like::New(given(visit, ix, def)?);
    let (values, names) = (visit.app()).prefilled_for(&visit.actor, ix, &like, &reached)?;
    let reading = Reading::new(visit, &names);
    let mut sheet = Sheet::new(&reading, ix, def, None)?;
    sheet.pairs = match visit.draft() {
        Some(draft) => draft,
        None => known(&sheet, &values),
    };
    for ix in out_of_place(&sheet, &values) {
        let name = &sheet.def.get(ix).name;
        sheet
            .pairs
            .0
            .retain(|(full, _)| !typed::belongs(full, name));
    }
    page::show(&sheet, &page::Page::fresh(&sheet))
}

/// What the address says of the new record.
fn given(visit: &Visit, ix: RegisterIx, def: &Register) -> Result<app::Input, app::No> {
    let names = app::Names::new();
    let reading = Reading::new(visit, &names);
    let sheet = Sheet::new(&reading, ix, def, None)?;
    Ok(sheet.filled(&known(&sheet, &[])))
}

/// What was filled in beforehand and does not apply to the matter that was chosen: it would come back
/// as a warning about a box that nobody saw.
fn out_of_place(sheet: &Sheet, values: &[(FieldIx, Value)]) -> Vec<FieldIx> {
    let sight = sheet.sight();
    let applies = |ix: &FieldIx| {
        let when = sheet.def.get(*ix).when.as_ref();
        when.is_none_or(|when| when.holds(&sight))
    };
    let filled = values.iter().map(|(ix, _)| *ix);
    filled.filter(|ix| !applies(ix)).collect()
}

/// Defaults, and fields named in the query: `?user=ID`, `?_state=reported`.
fn known(sheet: &Sheet, values: &[(FieldIx, Value)]) -> Pairs {
    let visit = sheet.visit();
    let mut pairs = sheet.of_record();
    sheet.prefill(values, &mut pairs);
    // Whether it may begin there is asked when it is sent.
    if let Some(state) = visit.query.filled("_state") {
        pairs.push("_state", state);
    }
    for ix in &sheet.fields {
        let field = sheet.def.get(*ix);
        let Some(given) = visit.query.filled(&field.name) else {
            continue;
        };
        pairs
            .0
            .retain(|(full, _)| !typed::belongs(full, &field.name));
        match &field.kind {
            Kind::Ref { to } => {
                let Ok(id) = given.parse::<Id>() else {
                    continue;
                };
                // A record one may not see cannot be named either.
                let Ok((record, _)) = visit.app().record(&visit.actor, *to, id, None) else {
                    continue;
                };
                pairs.push(field.name.clone(), record.shown.clone());
                pairs.push(format!("{}.id", field.name), id.to_string());
                pairs.push(format!("{}.was", field.name), record.shown);
            }
            _ if !field.sealed() => pairs.push(field.name.clone(), given),
            _ => {}
        }
    }
    pairs
}

/// The form of a record as it stands.
pub fn show_edit(visit: &Visit, ix: RegisterIx, def: &Register, id: Id) -> Paged {
    let open = visit.app().record_page(&visit.actor, ix, id, None)?;
    if !open.may_edit {
        return Err(plain(
            Reason::Forbidden,
            Said::same(visit.say.edit_forbidden),
        ));
    }
    let reading = Reading::new(visit, &open.names);
    let mut sheet = Sheet::new(&reading, ix, def, Some(&open.record))?;
    let mut page = page::Page::fresh(&sheet);
    sheet.pairs = match visit.draft() {
        Some(draft) => {
            // The version that was read is part of the draft: a change meanwhile is a conflict.
            page.read(&draft);
            draft
        }
        None => sheet.of_record(),
    };
    page::show(&sheet, &page)
}
