//! One field of a plan: where its text comes from, and what the mapping itself says of it.

use std::collections::HashMap;

use kernel::{Datum, Field, FieldIx, Ground, Raw, StateIx, World};
use speech::said;

use super::mapping::{From, Other, Rule};
use super::spots::{Sheet, Spot};

/// One field and where its text comes from.
pub(crate) struct Step {
    pub field: FieldIx,
    pub rule: Rule,
    /// How the source is called in remarks.
    pub name: String,
    pub cells: Vec<usize>,
    pub parent: Option<usize>,
    /// A constant, or what stands where nothing usable does.
    pub given: Option<Datum>,
    /// Values of the value map, understood beforehand.
    pub ready: HashMap<String, Datum>,
    pub other: Option<Datum>,
}

pub(crate) struct StateStep {
    pub rule: Rule,
    pub name: String,
    pub cells: Vec<usize>,
    pub given: Option<StateIx>,
}

impl Step {
    /// Understands what the mapping itself says, so that a slip in it is told before any row.
    pub(super) fn prepare(
        &mut self,
        sheet: &mut Sheet<'_>,
        ground: &Ground,
        world: &dyn World,
        field: &Field,
    ) {
        let understood = |sheet: &mut Sheet, text: &str, spot: Spot| match kernel::parse(
            ground,
            world,
            field,
            &Raw::text(text),
        ) {
            Ok(datum) => Some(datum),
            Err(blames) => {
                let why = blames
                    .first()
                    .map(|blame| blame.message.clone())
                    .unwrap_or_default();
                let message = said!(
                    "“{}”不能是“{}”：{}" / "“{}” cannot be “{}”: {}",
                    field.label,
                    text,
                    why
                );
                sheet.fault(spot, message);
                None
            }
        };
        self.given = match (&self.rule.from, &self.rule.missing) {
            (From::Constant { text, spot }, _) => understood(sheet, text, *spot),
            (_, Some((text, spot))) => understood(sheet, text, *spot),
            _ => None,
        };
        let Some(values) = &self.rule.values else {
            return;
        };
        for (text, (entry, spot)) in &values.map {
            let entry = format!("{}{entry}", self.rule.prefix);
            if let Some(datum) = understood(sheet, &entry, *spot) {
                self.ready.insert(text.clone(), datum);
            }
        }
        if let Other::Entry(entry, spot) = &values.other {
            self.other = understood(sheet, entry, *spot);
        }
    }
}
