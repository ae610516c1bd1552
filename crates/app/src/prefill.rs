//! What stands in the boxes of a form before anything is typed: what a register knows already of the
//! person's own unit, what was sent last time, the day, the own name.

use catalogue::{Column, Kind, Owner, Prefill, Sort};
use kernel::{Actor, FieldIx, Ground, Id, Record, Register, RegisterIx, Value, Verb};
use store::{Filter, Query, Reader};

use crate::records::provisional;
use crate::{App, Input, Names, Outcome};

/// What is known of a record before its form is filled in.
#[derive(Clone, Debug)]
pub enum Like {
    /// A new one, and what the address or the boxes say of it.
    New(Input),
    /// One that is there, before an act on it.
    Record(Id),
}

/// Records made for the same owner among which the last value of a field is looked for.
const LAST_MAX: usize = 20;

impl App {
    /// First values of those fields, for an empty form or for what an act asks; only what the person
    /// may see anyway. With the names of what they point at.
    pub fn prefilled(
        &self,
        actor: &Actor,
        register: RegisterIx,
        fields: &[FieldIx],
    ) -> Outcome<(Vec<(FieldIx, Value)>, Names)> {
        self.prefilled_for(actor, register, &Like::New(Input::new()), fields)
    }

    /// The same where something is known of the record already: what belongs to a kind of device is
    /// offered once the kind is known.
    pub fn prefilled_for(
        &self,
        actor: &Actor,
        register: RegisterIx,
        like: &Like,
        fields: &[FieldIx],
    ) -> Outcome<(Vec<(FieldIx, Value)>, Names)> {
        let def = self.catalogue().at(register);
        let asked = |ix: &&FieldIx| !def.get(**ix).prefill.is_empty();
        if !fields.iter().any(|ix| asked(&ix)) {
            return Ok((Vec::new(), Names::new()));
        }
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let known = Known {
                owner: self.bound_to(&ground, reader, def)?,
                last: self.made_last(&ground, reader, register)?,
                me: self.named_account(reader, actor.account).1,
                so_far: self.so_far(&ground, reader, register, like)?,
            };
            let mut found = Vec::new();
            for ix in fields.iter().filter(asked) {
                let field = def.get(*ix);
                let values = field.prefill.iter();
                let mut values = values.map(|from| known.value(&ground, (*ix, &field.kind), *from));
                let first = |value: &Value| {
                    !value.is_null() && fits(&field.kind, value) && self.is_near(&field.kind, value)
                };
                let value = values.find(first);
                found.extend(value.map(|value| (*ix, value)));
            }
            let refs = found
                .iter()
                .filter_map(|(ix, value)| match (&def.get(*ix).kind, value) {
                    (Kind::Ref { to }, Value::Id(id)) => Some((*to, *id)),
                    _ => None,
                });
            let names = self.names_of(&ground, reader, refs)?;
            Ok((found, names))
        })
    }

    /// The record as it stands, or as it would begin with what is known, with what follows from that.
    fn so_far(
        &self,
        ground: &Ground,
        reader: &Reader,
        register: RegisterIx,
        like: &Like,
    ) -> Outcome<Record> {
        let input = match like {
            Like::Record(id) => return Ok(self.seen(ground, reader, register, *id, None)?.0),
            Like::New(input) => input,
        };
        let def = ground.catalogue.at(register);
        let blank = kernel::blank(ground, register, Id(0), def.begins.first().copied());
        if input.is_empty() {
            return Ok(blank);
        }
        let typed = self.understand(ground, reader, register, None, input)?;
        let will = provisional(&blank, &typed.fields);
        let reads = self.reads(ground, reader, &will, None)?;
        Ok(kernel::recompute(ground, &will, Vec::new(), &reads).after)
    }

    /// A division that has towns of its own says too little: whose turn it is hangs on the town.
    fn is_near(&self, kind: &Kind, value: &Value) -> bool {
        match (kind, value) {
            (Kind::Division { .. }, Value::Text(code)) => self.places().children(code).is_empty(),
            _ => true,
        }
    }

    /// The record to which the person is bound, where it owns records of the register.
    fn bound_to(
        &self,
        ground: &Ground,
        reader: &Reader,
        def: &Register,
    ) -> Outcome<Option<Record>> {
        let (Some(subject), Some(Owner::Field(field))) = (ground.actor.subject, def.owner) else {
            return Ok(None);
        };
        let Kind::Ref { to } = def.get(field).kind else {
            return Ok(None);
        };
        let Some(record) = reader.get(to, subject)? else {
            return Ok(None);
        };
        let theirs = ground.catalogue.at(to);
        let right = kernel::scope(theirs, ground.actor, Verb::See);
        let covered = right.is_some_and(|right| {
            let shown = theirs
                .all_fields()
                .filter(|(ix, field)| kernel::sees_field(&right, *ix, field));
            shown.count() > 0 && kernel::covers(&right, &ground.view(&record))
        });
        Ok(covered.then_some(record))
    }

    /// Records last made for the same owner, the newest first.
    fn made_last(
        &self,
        ground: &Ground,
        reader: &Reader,
        register: RegisterIx,
    ) -> Outcome<Vec<Record>> {
        let def = ground.catalogue.at(register);
        let (Some(subject), Some(Owner::Field(owner))) = (ground.actor.subject, def.owner) else {
            return Ok(Vec::new());
        };
        let Some(right) = kernel::scope(def, ground.actor, Verb::See) else {
            return Ok(Vec::new());
        };
        let query = Query {
            filter: Filter::Is(owner, Value::Id(subject)),
            sort: vec![Sort {
                by: Column::ChangedAt,
                descending: true,
            }],
            limit: LAST_MAX,
            ..Query::of(register)
        };
        let mut records = reader.query(&query)?.records;
        records.retain(|record| kernel::covers(&right, &ground.view(record)));
        records.sort_by_key(|record| std::cmp::Reverse((record.created_at, record.id.0)));
        Ok(records)
    }
}

/// What is known before anything is typed.
struct Known {
    owner: Option<Record>,
    /// The newest first.
    last: Vec<Record>,
    me: String,
    so_far: Record,
}

impl Known {
    fn value(&self, ground: &Ground, (ix, kind): (FieldIx, &Kind), from: Prefill) -> Value {
        match from {
            Prefill::Today => match kind {
                Kind::Moment => Value::Moment(ground.now),
                _ => Value::Date(ground.today),
            },
            Prefill::Me => Value::Text(self.me.clone()),
            Prefill::Last => held(self.last.iter(), ix),
            Prefill::LastLike(by) => match self.so_far.value(by) {
                Value::Null => Value::Null,
                same => held(self.last.iter().filter(|last| last.value(by) == same), ix),
            },
            Prefill::Owner(field) => match &self.owner {
                Some(record) => record.value(field).clone(),
                None => Value::Null,
            },
        }
    }
}

/// What the field held last in these records.
fn held<'a>(mut last: impl Iterator<Item = &'a Record>, ix: FieldIx) -> Value {
    let held = last.find(|record| !record.value(ix).is_null());
    held.map_or(Value::Null, |record| record.value(ix).clone())
}

/// A text that is too long for the box would only be refused.
fn fits(kind: &Kind, value: &Value) -> bool {
    match (kind, value) {
        (Kind::Text { max } | Kind::LongText { max }, Value::Text(text)) => {
            !text.is_empty() && text.chars().count() <= *max
        }
        _ => true,
    }
}
