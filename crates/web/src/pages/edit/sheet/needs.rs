//! Which boxes must be filled before the form is taken.

use catalogue::{Field, FieldIx};

use super::super::demanded::demanded;
use super::Sheet;

impl Sheet<'_> {
    /// Whether the box must be filled before the form is taken.
    pub fn must(&self, field: &Field) -> bool {
        let needed = |ix| self.needed.contains(&ix) || self.demanded().contains(&ix);
        field.required || self.def.field(&field.name).is_some_and(needed)
    }

    /// What would be refused if it stood empty, so that it is marked before.
    fn demanded(&self) -> &[FieldIx] {
        self.demanded.get_or_init(|| {
            let mut sight = self.sight();
            sight.state = self.to.or(sight.state);
            let actor = &self.visit().actor;
            let begun = sight.state.filter(|_| self.record.is_none());
            let begins = kernel::stood_for(self.def, actor, begun).next();
            let needs = begins.map_or(&[][..], |action| &action.needs);
            let asked = |ix: &&FieldIx| needs.contains(ix) || demanded(&sight, **ix);
            self.fields.iter().filter(asked).copied().collect()
        })
    }
}
