//! What was typed, understood field by field, joined with what is decided on it.

use kernel::{Blame, Datum, Decision, FieldIx, Reason, Refusal};

use crate::Outcome;

/// What was understood of an input, and what was not.
pub(crate) struct Typed {
    pub fields: Vec<(FieldIx, Datum)>,
    pub blames: Vec<Blame>,
}

impl Typed {
    /// The decision on what was understood; faults of understanding stand before those of deciding.
    pub(crate) fn join(
        blames: Vec<Blame>,
        decided: Result<Decision, Refusal>,
    ) -> Outcome<Decision> {
        let mut all = blames;
        match decided {
            Ok(decision) if all.is_empty() => Ok(decision),
            Ok(_) => Err(Refusal::invalid(all).into()),
            // Whether the act fits the record is asked again when all of it can be read.
            Err(refusal) if refusal.reason == Reason::Conflict && !all.is_empty() => {
                Err(Refusal::invalid(all).into())
            }
            Err(refusal) if refusal.reason == Reason::Invalid => {
                let told: Vec<String> = all.iter().map(|b| b.pointer.clone()).collect();
                all.extend(
                    refusal
                        .blames
                        .into_iter()
                        .filter(|b| !told.contains(&b.pointer)),
                );
                Err(Refusal::invalid(all).into())
            }
            Err(refusal) => Err(refusal.into()),
        }
    }
}
