//! What decisions need to see of the store: refs by what people type, files, and what hooks read.

use std::collections::HashMap;
use std::sync::Arc;

use kernel::{
    Datum, FieldIx, FileRef, Found, Ground, Id, Kind, Reads, Record, RegisterIx, Value, World,
};
use store::{Personal, Query, Reader};

use crate::{App, Outcome, Places};

/// Candidates looked at when a ref is named by its exact name.
const NAMESAKES_MAX: usize = 50;
/// Records of a small register that hooks may read as a whole.
const SMALL_ROWS_MAX: usize = 5_000;

/// Whole small registers that hooks read.
#[derive(Default)]
pub(crate) struct Small {
    kept: HashMap<RegisterIx, Arc<Vec<Record>>>,
    /// How far history had come when a register was last changed: older snapshots are not kept.
    changed: HashMap<RegisterIx, i64>,
}

/// The kernel's eyes on the store for one decision.
pub(crate) struct Eyes<'a> {
    pub app: &'a App,
    pub reader: &'a Reader<'a>,
    pub places: Arc<Places>,
    /// The record as it is: files it has may stay, under the names they have there.
    pub before: Option<&'a Record>,
}

impl World for Eyes<'_> {
    fn lists(&self) -> &dyn codes::Lists {
        self.places.lists()
    }

    fn find_ref(&self, to: RegisterIx, text: &str) -> Found {
        // A store that fails here fails the commit that follows as well; "none" is safe meanwhile.
        self.app
            .find_ref(self.reader, to, text)
            .unwrap_or(Found::None)
    }

    fn file(&self, hash: &str) -> Option<FileRef> {
        let own = self.before.and_then(|record| {
            record.data.iter().find_map(|datum| match datum {
                Datum::Files(files) => files.iter().find(|file| file.hash == hash),
                _ => None,
            })
        });
        if let Some(own) = own {
            return Some(own.clone());
        }
        self.reader.uploaded(hash).ok().flatten()
    }
}

impl App {
    /// The record a text names: its id, its unique code, or its exact name.
    pub(crate) fn find_ref(&self, reader: &Reader, to: RegisterIx, text: &str) -> Outcome<Found> {
        let register = self.catalogue().at(to);
        if let Ok(id) = text.parse::<Id>() {
            // Only whether it is there: nothing of it is read, nothing personal opened.
            let there = reader.get_many(to, &[id], Some(&[]), Personal::Sealed)?;
            if !there.is_empty() {
                return Ok(Found::One(id));
            }
        }
        if let Some(key) = register.key() {
            let value = match &register.get(key).kind {
                Kind::Code { of } => codes::normal(*of, text),
                _ => text.trim().to_owned(),
            };
            if let [one] = reader.find(to, key, &Value::Text(value))?.as_slice() {
                return Ok(Found::One(*one));
            }
        }
        let wanted = codes::text::name_key(text);
        let named: Vec<Id> = reader
            .search(text, &[(to, kernel::Span::All)], NAMESAKES_MAX)?
            .into_iter()
            .map(|(_, id)| id)
            .collect();
        let same: Vec<Id> = reader
            .get_many(to, &named, None, Personal::Sealed)?
            .into_iter()
            .filter(|record| self.bears_name(record, &wanted))
            .map(|record| record.id)
            .collect();
        Ok(match same.as_slice() {
            [one] => Found::One(*one),
            [] => Found::None,
            _ => Found::Many,
        })
    }

    /// Whether one of the text fields by which the record is shown is exactly this name.
    fn bears_name(&self, record: &Record, wanted: &str) -> bool {
        let register = self.catalogue().at(record.register);
        register.all_fields().any(|(ix, field)| {
            let shown = register.shown.names().any(|(name, _)| name == field.name);
            let text = matches!(field.kind, Kind::Text { .. }) && !field.sealed();
            let same = match record.value(ix) {
                Value::Text(name) => codes::text::name_key(name) == wanted,
                _ => false,
            };
            shown && text && same
        })
    }

    /// Loads what the hooks of the record's register read.
    pub(crate) fn reads(
        &self,
        ground: &Ground,
        reader: &Reader,
        record: &Record,
        action: Option<&str>,
    ) -> Outcome<Reads> {
        let register = ground.catalogue.at(record.register);
        let mut reads = Reads::default();
        for what in ground.hooks.reads(register, action) {
            let loaded = match what.split_once(' ') {
                Some(("all", name)) => match ground.catalogue.register(name) {
                    Some(ix) => self.small(reader, ix)?,
                    None => Arc::default(),
                },
                Some(("children", name)) => Arc::new(self.children(reader, ground, record, name)?),
                Some(("ref", field)) => Arc::new(self.referred(reader, ground, record, field)?),
                _ => Arc::default(),
            };
            reads.put(what, loaded);
        }
        Ok(reads)
    }

    /// All records of a small register, kept until one of them changes.
    pub(crate) fn small(&self, reader: &Reader, ix: RegisterIx) -> Outcome<Arc<Vec<Record>>> {
        if let Ok(small) = self.inner.small.read()
            && let Some(records) = small.kept.get(&ix)
        {
            return Ok(records.clone());
        }
        let query = Query {
            limit: SMALL_ROWS_MAX,
            ..Query::of(ix)
        };
        let records = Arc::new(reader.query(&query)?.records);
        let seq = reader.history_seq()?;
        if let Ok(mut small) = self.inner.small.write()
            && small.changed.get(&ix).is_none_or(|changed| seq >= *changed)
        {
            small.kept.insert(ix, records.clone());
        }
        Ok(records)
    }

    /// Forgets small registers that changed. A snapshot older than the change may still be filling the
    /// memory at this moment; how far history had come tells the two apart.
    pub(crate) fn forget_small(&self, registers: &[RegisterIx]) {
        if !registers.iter().any(|ix| self.is_small(*ix)) {
            return;
        }
        // When it cannot be told how far history has come, nothing is kept any more.
        let seq = self
            .look(|reader| Ok(reader.history_seq()?))
            .unwrap_or(i64::MAX);
        if let Ok(mut small) = self.inner.small.write() {
            for register in registers {
                small.kept.remove(register);
                let changed = small.changed.entry(*register).or_default();
                *changed = seq.max(*changed);
            }
        }
    }

    /// Whether some hook reads the register as a whole.
    fn is_small(&self, ix: RegisterIx) -> bool {
        let name = &self.catalogue().at(ix).name;
        let hooks = &self.inner.hooks;
        let mut reads = (hooks.compute.iter().map(|h| h.reads))
            .chain(hooks.guard.iter().map(|h| h.reads))
            .chain(hooks.effect.iter().map(|h| h.reads))
            .flatten();
        reads.any(|read| read.strip_prefix("all ") == Some(name))
    }

    pub(crate) fn children(
        &self,
        reader: &Reader,
        ground: &Ground,
        record: &Record,
        name: &str,
    ) -> Outcome<Vec<Record>> {
        let Some(ix) = ground.catalogue.register(name) else {
            return Ok(Vec::new());
        };
        let by = self.child_ref(ix, record.register);
        match by {
            Some(by) => Ok(reader.children(ix, by, record.id, Personal::Sealed)?),
            None => Ok(Vec::new()),
        }
    }

    /// The field by which a register points at another.
    pub(crate) fn child_ref(&self, child: RegisterIx, parent: RegisterIx) -> Option<FieldIx> {
        let mut fields = self.catalogue().at(child).all_fields();
        fields.find_map(|(by, field)| match field.kind {
            Kind::Ref { to } if to == parent => Some(by),
            _ => None,
        })
    }

    fn referred(
        &self,
        reader: &Reader,
        ground: &Ground,
        record: &Record,
        field: &str,
    ) -> Outcome<Vec<Record>> {
        let register = ground.catalogue.at(record.register);
        let Some(ix) = register.field(field) else {
            return Ok(Vec::new());
        };
        match (&register.get(ix).kind, record.value(ix)) {
            (Kind::Ref { to }, Value::Id(id)) => Ok(reader.get(*to, *id)?.into_iter().collect()),
            _ => Ok(Vec::new()),
        }
    }
}
