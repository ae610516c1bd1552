//! All units with their days, in memory; read anew when one of their records changed.

use std::sync::Arc;

use kernel::units::{Unit, Units};
use store::{Query, Reader};

use crate::{App, Outcome};

/// What was read, and how often it was forgotten: what was read before that is not kept.
#[derive(Default)]
pub(crate) struct Known {
    units: Option<Arc<Units>>,
    forgotten: u64,
}

/// Units are read in pages of this many.
const ROWS: usize = 1_000;

impl App {
    /// Every unit, those that ended too.
    pub(crate) fn units(&self) -> Outcome<Arc<Units>> {
        let mut forgotten = None;
        if let Ok(known) = self.inner.units.read() {
            if let Some(units) = &known.units {
                return Ok(units.clone());
            }
            forgotten = Some(known.forgotten);
        }
        let units = Arc::new(self.look(|reader| self.read_units(reader))?);
        if let Ok(mut known) = self.inner.units.write()
            && forgotten == Some(known.forgotten)
        {
            known.units = Some(units.clone());
        }
        Ok(units)
    }

    /// Every unit as the reader finds it: what an act is decided on.
    pub(crate) fn read_units(&self, reader: &Reader) -> Outcome<Units> {
        let register = self.house("unit")?;
        let def = self.catalogue().at(register);
        let mut query = Query::of(register);
        query.limit = ROWS;
        let mut all: Vec<Unit> = Vec::new();
        loop {
            let page = reader.query(&query)?;
            all.extend(page.records.iter().map(|record| Unit::read(def, record)));
            match page.next {
                Some(next) => query.after = Some(next),
                None => return Ok(all.into_iter().collect()),
            }
        }
    }

    pub(crate) fn forget_units(&self) {
        if let Ok(mut known) = self.inner.units.write() {
            known.units = None;
            known.forgotten += 1;
        }
    }
}
