//! How records are called, as far as the person sees what they are called by.

use std::collections::{HashMap, HashSet};

use kernel::{Datum, FieldIx, Ground, Id, Kind, Record, Register, RegisterIx, Scope, Value};
use speech::said;
use store::{Personal, Reader};

use super::{seen, view_of, words};
use crate::{App, Named, Names, Outcome, RecordView, Seen, Shown};

/// Ids whose names are wanted, by register.
pub(super) type Wanted = HashMap<RegisterIx, HashSet<Id>>;

/// How deep a record's name may hang on names of others.
pub(crate) const NAME_DEPTH: usize = 1;

impl App {
    /// Names of all records that the given ones refer to and the person may see.
    pub(crate) fn names<'v>(
        &self,
        ground: &Ground,
        reader: &Reader,
        views: impl Iterator<Item = &'v RecordView>,
    ) -> Outcome<Names> {
        let mut wanted = Wanted::new();
        for view in views {
            let def = ground.catalogue.at(view.register);
            for field in &view.fields {
                collect_refs(&def.get(field.ix).kind, &field.seen, &mut wanted);
            }
        }
        self.name_all(ground, reader, wanted, NAME_DEPTH)
    }

    /// Names of single records that the person may see.
    pub(crate) fn names_of(
        &self,
        ground: &Ground,
        reader: &Reader,
        refs: impl Iterator<Item = (RegisterIx, Id)>,
    ) -> Outcome<Names> {
        let mut wanted = Wanted::new();
        for (to, id) in refs {
            wanted.entry(to).or_default().insert(id);
        }
        self.name_all(ground, reader, wanted, NAME_DEPTH)
    }

    pub(crate) fn name_all(
        &self,
        ground: &Ground,
        reader: &Reader,
        wanted: Wanted,
        depth: usize,
    ) -> Outcome<Names> {
        let mut names = Names::with_capacity(wanted.values().map(HashSet::len).sum());
        for (register, ids) in wanted {
            let def = ground.catalogue.at(register);
            let Some(sight) = kernel::sight(def, ground.actor) else {
                self.name_service(ground, reader, (register, &ids), &mut names)?;
                continue;
            };
            let listed: Vec<Id> = ids.iter().copied().collect();
            let fields = &self.aspects().at(register).name;
            let records: Vec<(Record, Scope)> = reader
                .get_many(register, &listed, Some(fields), Personal::Open)?
                .into_iter()
                .filter_map(|record| {
                    let right = sight.over(&view_of(ground, &record))?;
                    Some((record, right))
                })
                .collect();
            let mut inner = Names::new();
            if depth > 0 {
                let mut deeper = Wanted::new();
                for (record, right) in &records {
                    self.refs_of_name(right, record, &mut deeper);
                }
                inner = self.name_all(ground, reader, deeper, depth - 1)?;
            }
            let people = register == self.house("account")?;
            for (record, right) in records {
                let mut shown = self.shown(ground, &right, &record, &inner);
                if people && let Some(name) = self.name_of_staff(reader, record.id)? {
                    let both = said!("{name}（{shown}）" / "{name} ({shown})");
                    shown = both.take(ground.actor.lang);
                }
                names.insert(record.id, Named { register, shown });
            }
            self.name_service(ground, reader, (register, &ids), &mut names)?;
        }
        Ok(names)
    }

    /// Who works in the service is called by name among those who see the account; people of enterprises
    /// by their login alone.
    pub(super) fn name_of_staff(&self, reader: &Reader, account: Id) -> Outcome<Option<String>> {
        let accounts = self.house("account")?;
        let subject = self.catalogue().at(accounts).field("subject");
        let record = reader.get(accounts, account)?;
        let staff = record
            .zip(subject)
            .is_some_and(|(record, ix)| *record.value(ix) == Value::Null);
        let name = self.named_account(reader, account).1;
        Ok((staff && !name.is_empty()).then_some(name))
    }

    /// What the name of a record refers to, as far as the person may see it.
    fn refs_of_name(&self, right: &Scope, record: &Record, wanted: &mut Wanted) {
        let def = self.catalogue().at(record.register);
        for ix in &self.aspects().at(record.register).shown {
            let field = def.get(*ix);
            if kernel::sees_field(right, *ix, field) {
                collect_refs(&field.kind, &seen(field, &record.data[ix.0]), wanted);
            }
        }
    }

    /// Names of what the names of these records refer to.
    pub(crate) fn names_in_names(
        &self,
        ground: &Ground,
        reader: &Reader,
        records: &[(Record, Scope)],
    ) -> Outcome<Names> {
        let mut wanted = Wanted::new();
        for (record, right) in records {
            self.refs_of_name(right, record, &mut wanted);
        }
        self.name_all(ground, reader, wanted, NAME_DEPTH)
    }

    /// How a record is named to a person; personal parts stay masked, hidden ones are left out.
    pub(crate) fn shown(
        &self,
        ground: &Ground,
        right: &Scope,
        record: &Record,
        names: &Names,
    ) -> String {
        let def = ground.catalogue.at(record.register);
        let data = |ix: FieldIx| match kernel::sees_field(right, ix, def.get(ix)) {
            true => seen(def.get(ix), &record.data[ix.0]),
            false => Seen::Plain(Datum::One(Value::Null)),
        };
        self.named(ground, def, record.id, names, data)
    }

    /// The view with its own name filled in.
    pub(crate) fn christen(
        &self,
        ground: &Ground,
        mut view: RecordView,
        names: &Names,
    ) -> RecordView {
        let def = ground.catalogue.at(view.register);
        for at in 0..view.fields.len() {
            view.fields[at].told = words::told(ground, def, &view, view.fields[at].ix);
        }
        let data = |ix: FieldIx| match (view.told(ix), view.field(ix)) {
            (Some(told), _) => Seen::Plain(Datum::One(Value::Text(told.to_owned()))),
            (None, Some(seen)) => seen.clone(),
            (None, None) => Seen::Plain(Datum::One(Value::Null)),
        };
        view.shown = self.named(ground, def, view.id, names, data);
        view
    }

    pub(super) fn named(
        &self,
        ground: &Ground,
        def: &Register,
        id: Id,
        names: &Names,
        data: impl Fn(FieldIx) -> Seen,
    ) -> String {
        let places = self.places();
        let shown = Shown {
            catalogue: ground.catalogue,
            places: &places,
            names,
            lang: ground.actor.lang,
        };
        let text = def.shown.render(|name| match def.field(name) {
            Some(ix) => shown.seen(def.get(ix), &data(ix)),
            None => String::new(),
        });
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            id.to_string()
        } else {
            text
        }
    }
}

pub(super) fn collect_refs(kind: &Kind, seen: &Seen, wanted: &mut Wanted) {
    match (kind, seen) {
        (Kind::Ref { to }, Seen::Plain(Datum::One(Value::Id(id)))) => {
            wanted.entry(*to).or_default().insert(*id);
        }
        (Kind::Rows { fields, .. }, Seen::Plain(Datum::Rows(rows))) => {
            for row in rows {
                for (field, value) in fields.iter().zip(&row.values) {
                    if let (Kind::Ref { to }, Value::Id(id)) = (&field.kind, value) {
                        wanted.entry(*to).or_default().insert(*id);
                    }
                }
            }
        }
        _ => {}
    }
}
