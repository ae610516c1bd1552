//! What stands in a box before anything is typed.

use app::{Input, Like, No};
use catalogue::{FieldIx, Kind, Prefill};
use kernel::Value;

use super::{Sheet, typed};
use crate::pages::shows::Reading;
use crate::pairs::Pairs;

impl Sheet<'_> {
    /// What is filled in, for `app` to understand.
    pub fn filled(&self, pairs: &Pairs) -> Input {
        let raws = self.raws(pairs).into_iter();
        let filled = raws.filter(|(ix, raw)| {
            let kind = &self.def.get(*ix).kind;
            !typed::is_blank(raw) && !matches!(kind, Kind::Rows { .. } | Kind::Files { .. })
        });
        self.input(filled.collect())
    }

    /// The form comes back and tells more than when it was opened: what belongs to the kind that is
    /// known by now is put into boxes that stand empty.
    pub fn prefill_again(&mut self) -> Result<(), No> {
        let by_kind = |ix: &FieldIx| {
            let field = self.def.get(*ix);
            let of_kind = |from: &Prefill| matches!(from, Prefill::LastLike(_));
            field.prefill.iter().any(of_kind) && self.pairs.filled(&field.name).is_none()
        };
        let fields: Vec<FieldIx> = self.fields.iter().copied().filter(by_kind).collect();
        if fields.is_empty() {
            return Ok(());
        }
        let visit = self.visit();
        let like = Like::New(self.filled(&self.pairs));
        let found = visit
            .app()
            .prefilled_for(&visit.actor, self.ix, &like, &fields);
        let (values, names) = match found {
            Ok(found) => found,
            Err(No::Refused(_)) => return Ok(()),
            Err(broke) => return Err(broke),
        };
        let reading = Reading::new(visit, &names);
        for (ix, value) in &values {
            let field = self.def.get(*ix);
            self.pairs
                .0
                .retain(|(name, _)| !typed::belongs(name, &field.name));
            typed::of_value(&reading, field, &field.name, value, &mut self.pairs);
        }
        Ok(())
    }

    /// Puts values into boxes that are empty.
    pub fn prefill(&self, values: &[(FieldIx, Value)], pairs: &mut Pairs) {
        for (ix, value) in values {
            let field = self.def.get(*ix);
            let held = pairs
                .0
                .iter()
                .any(|(name, _)| typed::belongs(name, &field.name));
            if self.fields.contains(ix) && !held {
                typed::of_value(self.reading, field, &field.name, value, pairs);
            }
        }
    }
}
