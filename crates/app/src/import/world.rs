//! What an import sees of the store: as one decision does, with a memory for what repeats.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use kernel::units::Units;
use kernel::{
    Field, FieldIx, FileRef, Found, Ground, Id, Kind, Reading, Reads, Record, RegisterIx, Value,
    World,
};
use store::Reader;

use crate::{App, Outcome, Places};

/// Look-ups that are remembered; a list of foreign firms may have a million.
const FOUND_KEPT: usize = 20_000;
const REFERRED_KEPT: usize = 2_000;
/// Records of a dry run that later rows may point at.
const PLANNED_MAX: usize = 1_000_000;

/// A record as a text names it: its register, the field if one was told, the text.
type Named = (RegisterIx, Option<FieldIx>, String);

/// What was looked up before. Records may have changed since; the store checks refs again.
#[derive(Default)]
pub(crate) struct Memory {
    found: RefCell<HashMap<Named, Found>>,
    referred: RefCell<HashMap<Id, Arc<Vec<Record>>>>,
    /// In a dry run: codes of records that the import would have made by now.
    planned: RefCell<HashSet<String>>,
    /// Where units are imported: all of them, with those of the rows taken so far.
    pub units: RefCell<Option<Units>>,
}

impl Memory {
    /// Forgets what a batch may have changed.
    pub fn forget_missing(&self) {
        self.found
            .borrow_mut()
            .retain(|_, found| matches!(found, Found::One(_)));
    }

    /// Remembers a record that only a dry run has made.
    pub fn plan(&self, code: &str) {
        let mut planned = self.planned.borrow_mut();
        if planned.len() < PLANNED_MAX {
            planned.insert(code.to_owned());
        }
    }

    pub fn forget_referred(&self) {
        self.referred.borrow_mut().clear();
    }
}

pub(crate) struct ImportWorld<'a> {
    pub app: &'a App,
    pub reader: &'a Reader<'a>,
    /// The register that is imported into.
    pub register: RegisterIx,
    pub places: Arc<Places>,
    pub memory: &'a Memory,
}

impl ImportWorld<'_> {
    fn remembered(&self, key: Named, look: impl FnOnce() -> Outcome<Found>) -> Found {
        if let Some(found) = self.memory.found.borrow().get(&key) {
            return *found;
        }
        // A store that fails here fails the commit that follows as well; "none" is safe meanwhile.
        let found = look().unwrap_or(Found::None);
        let mut memory = self.memory.found.borrow_mut();
        if memory.len() >= FOUND_KEPT {
            memory.clear();
        }
        memory.insert(key, found);
        found
    }

    /// The record whose field has exactly this value, in its normal form.
    pub fn by_field(&self, ground: &Ground, field: &Field, by: FieldIx, text: &str) -> Found {
        let Kind::Ref { to } = field.kind else {
            return Found::None;
        };
        self.remembered((to, Some(by), text.to_owned()), || {
            let target = ground.catalogue.at(to).get(by);
            let Ok(datum) = kernel::parse(ground, self, target, &kernel::Raw::text(text)) else {
                return Ok(Found::None);
            };
            let ids = self.reader.find(to, by, datum.value())?;
            Ok(match ids.as_slice() {
                [one] => Found::One(*one),
                [] if self.is_planned(to, text) => Found::One(Id(0)),
                [] => Found::None,
                _ => Found::Many,
            })
        })
    }

    /// What the hooks of the register read, of one record.
    pub fn reads(&self, all: &[(&'static str, Reading)], record: &Record) -> Outcome<Reads> {
        let mut reads = Reads::default();
        for (words, reading) in all {
            let loaded = match reading {
                // What is only being made has no children yet.
                Reading::Children { .. } if record.version == 0 => Arc::default(),
                Reading::Ref { field, .. } => self.referred(record, *field, *reading)?,
                _ => self.app.read(self.reader, record, *reading)?,
            };
            reads.put(words, loaded);
        }
        Ok(reads)
    }

    fn referred(
        &self,
        record: &Record,
        field: FieldIx,
        reading: Reading,
    ) -> Outcome<Arc<Vec<Record>>> {
        let Value::Id(id) = record.value(field) else {
            return Ok(Arc::default());
        };
        if let Some(known) = self.memory.referred.borrow().get(id) {
            return Ok(known.clone());
        }
        let found = self.app.read(self.reader, record, reading)?;
        let mut memory = self.memory.referred.borrow_mut();
        if memory.len() >= REFERRED_KEPT {
            memory.clear();
        }
        memory.insert(*id, found.clone());
        Ok(found)
    }
}

impl ImportWorld<'_> {
    fn is_planned(&self, to: RegisterIx, text: &str) -> bool {
        let def = self.app.catalogue().at(to);
        to == self.register
            && def.key().is_some_and(|key| {
                let planned = self.memory.planned.borrow();
                match &def.get(key).kind {
                    Kind::Code { of } => planned.contains(&codes::normal(*of, text)),
                    _ => planned.contains(text.trim()),
                }
            })
    }
}

impl World for ImportWorld<'_> {
    fn lists(&self) -> &dyn codes::Lists {
        self.places.lists()
    }

    fn find_ref(&self, to: RegisterIx, text: &str) -> Found {
        let found = self.remembered((to, None, text.to_owned()), || {
            self.app.find_ref(self.reader, to, text)
        });
        match found {
            Found::None if self.is_planned(to, text) => Found::One(Id(0)),
            found => found,
        }
    }

    /// A table brings no files: its plan refuses columns for them.
    fn file(&self, _: &Field, _: &str) -> Option<FileRef> {
        None
    }
}
