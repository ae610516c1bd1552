//! The town of whoever applies, as far as the registry tells it: the officer who confirms finds it in the
//! box and need not look it up.

use catalogue::{Enrol, Kind};
use kernel::{Record, RegisterIx, Value};
use store::Reader;

use crate::{App, Outcome};

impl App {
    /// The division just below the one known that the subject's own texts name, if they name one alone.
    pub(super) fn place_told(
        &self,
        reader: &Reader,
        register: RegisterIx,
        enrol: &Enrol,
        after: &Record,
    ) -> Outcome<Option<String>> {
        let def = self.catalogue().at(register);
        let Value::Text(code) = after.value(enrol.code) else {
            return Ok(None);
        };
        let known = def.reach.map(|ix| after.value(ix));
        let (Some(Value::Text(known)), Some(subject)) =
            (known, self.unit_of(reader, register, enrol, code)?)
        else {
            return Ok(None);
        };
        let own = self.catalogue().at(subject.register);
        let open = own.all_fields().filter(|(_, field)| {
            !field.sealed() && matches!(field.kind, Kind::Text { .. } | Kind::LongText { .. })
        });
        let texts: Vec<&str> = open
            .filter_map(|(ix, _)| match subject.value(ix) {
                Value::Text(text) => Some(text.as_str()),
                _ => None,
            })
            .collect();
        let below = self.places().children(known);
        let named = |name: &String| texts.iter().any(|text| text.contains(name.as_str()));
        let mut found = below.into_iter().filter(|(_, name)| named(name));
        Ok(match (found.next(), found.next()) {
            (Some((code, _)), None) => Some(code),
            _ => None,
        })
    }
}
