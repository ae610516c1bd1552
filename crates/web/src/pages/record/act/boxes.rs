//! The boxes of an action, and what it would warn of before it is done.

use app::No;
use catalogue::{FieldIx, RegisterIx};
use kernel::{Blame, Words};

use super::Acting;
use crate::pages::edit::Sheet;
use crate::pages::shows::Reading;

/// The boxes of an action: what it asks for, and what it needs and is not there.
pub(super) fn sheet<'a>(
    reading: &'a Reading<'a>,
    ix: RegisterIx,
    acting: &Acting<'a>,
) -> Result<Sheet<'a>, No> {
    let record = &acting.open.record;
    let missing = acting
        .action
        .needs
        .iter()
        .filter(|ix| record.field(**ix).is_none_or(app::Seen::is_empty));
    let mut fields: Vec<FieldIx> = acting.action.fields.clone();
    for ix in missing {
        if !fields.contains(ix) {
            fields.push(*ix);
        }
    }
    let mut sheet = Sheet::of_act(reading, ix, acting.def, record, fields)?;
    sheet.needed = acting.action.needs.clone();
    sheet.to = acting.action.to;
    sheet.columns = acting.action.columns.clone();
    Ok(sheet)
}

/// What an act with legal effect that asks for nothing would warn of: it has no page to read back,
/// and afterwards it is too late.
pub(super) fn warned(acting: &Acting, sheet: &Sheet) -> Vec<Blame> {
    let allowed = acting.open.actions.contains(&acting.action.name);
    if !allowed || !acting.action.legal || !sheet.fields.is_empty() {
        return Vec::new();
    }
    let record = &acting.open.record;
    let words = Words {
        reason: acting.action.reason.then_some("…"),
        opinion: acting.action.opinion.then_some("…"),
        ..Words::default()
    };
    let (register, none) = (record.register, Vec::new());
    let tried = acting.visit.app().rehearse_act(
        &acting.visit.actor,
        register,
        record.id,
        record.version,
        &acting.action.name,
        &none,
        words,
    );
    // What refuses it is told when it is done.
    tried.unwrap_or_default()
}
