//! What stands in the boxes of a form before anything is typed: what a register knows already of the
//! person's own unit, what was sent last time, the day, the own name.

use catalogue::{Column, Kind, Owner, Prefill, Sort};
use kernel::{Actor, FieldIx, Ground, Record, Register, RegisterIx, Value, Verb};
use store::{Filter, Query, Reader};

use crate::{App, Names, Outcome};

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
}

impl Known {
    fn value(&self, ground: &Ground, (ix, kind): (FieldIx, &Kind), from: Prefill) -> Value {
        match from {
            Prefill::Today => match kind {
                Kind::Moment => Value::Moment(ground.now),
                _ => Value::Date(ground.today),
            },
            Prefill::Me => Value::Text(self.me.clone()),
            Prefill::Last => {
                let mut held = self.last.iter().map(|record| record.value(ix));
                held.find(|value| !value.is_null())
                    .cloned()
                    .unwrap_or(Value::Null)
            }
            Prefill::Owner(field) => match &self.owner {
                Some(record) => record.value(field).clone(),
                None => Value::Null,
            },
        }
    }
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
