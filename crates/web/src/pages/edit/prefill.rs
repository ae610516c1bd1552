//! What stands in a box before anything is typed.

use catalogue::FieldIx;
use kernel::Value;

use super::{Sheet, typed};
use crate::pairs::Pairs;

impl Sheet<'_> {
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
