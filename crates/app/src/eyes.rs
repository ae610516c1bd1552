//! What decisions need to see of the store: refs by what people type, files, and what hooks read.

use std::collections::HashMap;
use std::sync::Arc;

use kernel::{
    Datum, Field, FieldIx, FileRef, Found, Ground, Id, Kind, Reading, Reads, Record, RegisterIx,
    Value, World,
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
    /// Who acts: only what this account uploaded is a file of its own.
    pub account: Id,
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

    // Only in its own field: what stands in a field that this person may not see must not be had by
    // naming it in another one.
    fn file(&self, field: &Field, hash: &str) -> Option<FileRef> {
        let kept = self.before.and_then(|record| {
            let ix = self
                .app
                .catalogue()
                .at(record.register)
                .field(&field.name)?;
            match &record.data[ix.0] {
                Datum::Files(files) => files.iter().find(|file| file.hash == hash),
                _ => None,
            }
        });
        match kept {
            Some(kept) => Some(kept.clone()),
            None => self.reader.uploaded(self.account, hash).ok().flatten(),
        }
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
    pub(crate) fn reads<'n>(
        &self,
        ground: &Ground,
        reader: &Reader,
        record: &Record,
        actions: impl IntoIterator<Item = &'n str>,
    ) -> Outcome<Reads> {
        let register = ground.catalogue.at(record.register);
        let mut reads = Reads::default();
        for (words, reading) in ground.hooks.reads(ground.catalogue, register, actions) {
            reads.put(words, self.read(reader, record, reading)?);
        }
        Ok(reads)
    }

    /// The records that a hook reads beside this one.
    pub(crate) fn read(
        &self,
        reader: &Reader,
        record: &Record,
        reading: Reading,
    ) -> Outcome<Arc<Vec<Record>>> {
        let records = match reading {
            Reading::All(register) => return self.small(reader, register),
            Reading::Ref { field, to } => match record.value(field) {
                Value::Id(id) => reader.get(to, *id)?.into_iter().collect(),
                _ => Vec::new(),
            },
            Reading::Children { .. } | Reading::Same { .. } => match held(record, reading) {
                Some((register, field, value)) => {
                    let mut all = reader.holding(register, field, &value, Personal::Sealed)?;
                    all.retain(|one| (one.register, one.id) != (record.register, record.id));
                    all
                }
                None => Vec::new(),
            },
        };
        Ok(Arc::new(records))
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
}

/// What the records that are read hold, and in which field of which register.
pub(crate) fn held(record: &Record, reading: Reading) -> Option<(RegisterIx, FieldIx, Value)> {
    match reading {
        Reading::Children { register, by } => Some((register, by, Value::Id(record.id))),
        Reading::Same {
            register,
            there,
            here,
        } => match record.value(here) {
            Value::Null => None,
            value => Some((register, there, value.clone())),
        },
        Reading::All(_) | Reading::Ref { .. } => None,
    }
}
