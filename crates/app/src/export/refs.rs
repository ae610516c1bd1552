//! What refs are written as: the code of the record they point at, and its name for people.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use kernel::{Ground, Id, RegisterIx, Value, Verb};
use store::{Personal, Reader};

use crate::sight::{fields_of_name, view_of};
use crate::{App, Names, Outcome};

/// Records that are remembered.
const KEPT_MAX: usize = 50_000;

/// One record that others point at.
pub(super) struct Referred {
    /// Its unique code, or its id where it has none or may not be seen.
    pub code: String,
    /// Empty when it may not be seen.
    pub name: String,
}

pub(super) struct Refs<'a> {
    app: &'a App,
    ground: &'a Ground<'a>,
    reader: &'a Reader<'a>,
    known: RefCell<HashMap<Id, Rc<Referred>>>,
}

impl<'a> Refs<'a> {
    pub fn new(app: &'a App, ground: &'a Ground<'a>, reader: &'a Reader<'a>) -> Refs<'a> {
        Refs {
            app,
            ground,
            reader,
            known: RefCell::default(),
        }
    }

    pub fn get(&self, to: RegisterIx, id: Id) -> Outcome<Rc<Referred>> {
        if let Some(known) = self.known.borrow().get(&id) {
            return Ok(known.clone());
        }
        let found = Rc::new(self.look_up(to, id)?);
        let mut known = self.known.borrow_mut();
        if known.len() >= KEPT_MAX {
            known.clear();
        }
        known.insert(id, found.clone());
        Ok(found)
    }

    fn look_up(&self, to: RegisterIx, id: Id) -> Outcome<Referred> {
        let def = self.ground.catalogue.at(to);
        let mut fields = fields_of_name(def);
        let key = def.key().filter(|ix| !def.get(*ix).sealed());
        fields.extend(key);
        fields.sort_unstable();
        fields.dedup();
        let records = self
            .reader
            .get_many(to, &[id], Some(&fields), Personal::Open)?;
        let plain = || Referred {
            code: id.to_string(),
            name: String::new(),
        };
        let right = kernel::scope(self.ground.catalogue.at(to), self.ground.actor, Verb::See);
        let seen = right.and_then(|right| {
            let record = records.first()?;
            kernel::covers(&right, &view_of(self.ground, record)).then_some((right, record))
        });
        let Some((right, record)) = seen else {
            return Ok(plain());
        };
        // A code that the person may not see is not given away as the name of a record either.
        let def = self.ground.catalogue.at(to);
        let key = key.filter(|ix| kernel::sees_field(&right, *ix, def.get(*ix)));
        let code = match key.map(|ix| record.value(ix)) {
            Some(Value::Text(code)) => code.clone(),
            _ => id.to_string(),
        };
        Ok(Referred {
            code,
            name: self.app.shown(self.ground, &right, record, &Names::new()),
        })
    }
}
