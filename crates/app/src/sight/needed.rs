//! The fields that must be loaded before something is shown.

use catalogue::{Column, Owner};
use kernel::{FieldIx, Register};

use super::words;

/// The fields that must be loaded to show a list: its columns, what names a record, and what
/// colours and rights look at.
pub(crate) fn fields_for(def: &Register, columns: &[Column]) -> Vec<FieldIx> {
    let mut fields: Vec<FieldIx> = columns
        .iter()
        .filter_map(|c| match c {
            Column::Field(ix) => Some(*ix),
            _ => None,
        })
        .collect();
    fields.extend(def.shown.names().filter_map(|(name, _)| def.field(name)));
    for warning in &def.warnings {
        fields.push(warning.about);
        let conditions = warning
            .only
            .iter()
            .chain(warning.grades.iter().map(|g| &g.when));
        for condition in conditions {
            fields.extend(keyed(condition));
        }
    }
    fields.extend(words::needed(def, &fields));
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// The fields that must be loaded to name a record and to ask whether it may be seen.
pub(crate) fn fields_of_name(def: &Register) -> Vec<FieldIx> {
    let mut fields: Vec<FieldIx> = def
        .shown
        .names()
        .filter_map(|(name, _)| def.field(name))
        .collect();
    fields.extend(fields_of_rights(def));
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// The fields at which rights look.
pub(crate) fn fields_of_rights(def: &Register) -> Vec<FieldIx> {
    let mut fields: Vec<FieldIx> = def.reach.into_iter().collect();
    if let Some(Owner::Field(owner)) = def.owner {
        fields.push(owner);
    }
    for only in def.permissions.values().filter_map(|p| p.only.as_ref()) {
        fields.extend(keyed(only));
    }
    fields
}

/// The fields a condition reads.
fn keyed(condition: &expr::Checked) -> impl Iterator<Item = FieldIx> {
    condition.keys().into_iter().filter_map(|key| match key {
        expr::Key::Field(ix) => Some(FieldIx(ix)),
        _ => None,
    })
}
