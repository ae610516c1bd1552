//! Looking: one record and its page, cut to what the person may see.

mod names;
mod needed;
mod past;
mod words;

use kernel::{
    Actor, Datum, Field, FieldIx, Ground, Id, Kind, Moment, Reason, Record, Refusal, Register,
    RegisterIx, RowData, Scope, Sight, Value, Verb, View,
};
use speech::said;
use store::{Filter, Query, Reader};

pub(crate) use self::names::NAME_DEPTH;
pub(crate) use self::needed::{fields_for, fields_of_name, fields_of_rights};
pub use self::past::HISTORY_ROWS_MAX;
use crate::{App, FieldView, Names, No, Outcome, RecordPage, RecordView, Related, Seen};

/// Records of each register shown beside a record that they point at.
const RELATED_ROWS: usize = 5;

impl App {
    /// One record, now or as it was recorded at a moment.
    pub fn record(
        &self,
        actor: &Actor,
        register: RegisterIx,
        id: Id,
        as_of: Option<Moment>,
    ) -> Outcome<(RecordView, Names)> {
        let seen = self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let (record, right) = self.seen(&ground, reader, register, id, as_of)?;
            let view = see_whole(&ground, &right, record);
            let names = self.names(&ground, reader, std::iter::once(&view))?;
            Ok((self.christen(&ground, view, &names), names))
        })?;
        if as_of.is_none() {
            self.mark_opened(actor, register, id)?;
        }
        Ok(seen)
    }

    /// A record with its actions and what points at it.
    pub fn record_page(
        &self,
        actor: &Actor,
        register: RegisterIx,
        id: Id,
        as_of: Option<Moment>,
    ) -> Outcome<RecordPage> {
        let page = self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let (record, right) = self.seen(&ground, reader, register, id, as_of)?;
            let course = self.course(reader, &record, actor.account)?;
            let ground = self.by_course(ground, &record, course.as_ref());
            let def = ground.catalogue.at(register);
            let mut related = Vec::new();
            if as_of.is_none() {
                related = self.related(&ground, reader, &record)?;
            }
            let view = self.see(&ground, &right, &record, None);
            let rows = related.iter().flat_map(|r| r.rows.iter());
            let names = self.names(&ground, reader, std::iter::once(&view).chain(rows))?;
            for related in &mut related {
                for row in &mut related.rows {
                    *row = self.christen(&ground, row.clone(), &names);
                }
            }
            let may = |verb| {
                as_of.is_none()
                    && kernel::scope(def, actor, verb)
                        .is_some_and(|s| kernel::covers(&s, &ground.view(&record)))
            };
            let open = !matches!(
                record.phase(def),
                catalogue::Phase::Done | catalogue::Phase::Void
            );
            let actions = def
                .actions
                .iter()
                .filter(|a| {
                    as_of.is_none()
                        && kernel::may(&ground, &record, a, course.as_ref()).is_ok()
                        && self
                            .apart_from_appeal(&ground, reader, &record, &a.name)
                            .is_ok()
                })
                .map(|a| a.name.clone())
                .collect();
            Ok(RecordPage {
                flow: course.map(|course| course.flow).unwrap_or_default(),
                record: self.christen(&ground, view, &names),
                names,
                actions,
                may_edit: open && may(Verb::Edit),
                may_reveal: may(Verb::Reveal),
                may_erase: may(Verb::Erase),
                may_invite: as_of.is_none() && self.may_invite(&ground, &record).is_ok(),
                related,
            })
        })?;
        if as_of.is_none() {
            self.mark_opened(actor, register, id)?;
        }
        Ok(page)
    }

    /// The record if it exists and the person may see it; "not found" says no more than it may.
    pub(crate) fn seen<'a>(
        &self,
        ground: &Ground<'a>,
        reader: &Reader,
        register: RegisterIx,
        id: Id,
        as_of: Option<Moment>,
    ) -> Outcome<(Record, Scope<'a>)> {
        // Today's rights apply also to old views, so the present record is asked first.
        let (now, sight) = self.sighted(ground, reader, register, id)?;
        let record = match as_of {
            None => Some(now),
            Some(moment) => reader.as_of(register, id, moment)?,
        };
        let seen = record.and_then(|record| {
            let right = sight.then(&view_of(ground, &record))?;
            Some((record, right))
        });
        seen.ok_or_else(|| {
            let message = said!(
                "那时还没有这条记录，或者您无权查看那时的内容"
                    / "There was no such record then, or it was not yours to see"
            );
            No::refuse(Reason::NotFound, message)
        })
    }

    /// The record as it is, and the rights by which the person sees it and its past.
    fn sighted<'a>(
        &self,
        ground: &Ground<'a>,
        reader: &Reader,
        register: RegisterIx,
        id: Id,
    ) -> Outcome<(Record, Sight<'a>)> {
        let def = ground.catalogue.at(register);
        let Some(sight) = kernel::sight(def, ground.actor) else {
            return Err(Refusal::not_found().into());
        };
        let now = self.load(reader, register, id)?;
        match sight.covering(&view_of(ground, &now)) {
            Some(sight) => Ok((now, sight)),
            None => Err(Refusal::not_found().into()),
        }
    }

    /// The record if it lies within the person's own reach: what everyone sees is not his to handle.
    pub(crate) fn reached(
        &self,
        ground: &Ground,
        reader: &Reader,
        register: RegisterIx,
        id: Id,
    ) -> Outcome<Record> {
        let def = ground.catalogue.at(register);
        let record = self.load(reader, register, id)?;
        let own = kernel::scope(def, ground.actor, Verb::See)
            .is_some_and(|right| kernel::covers(&right, &view_of(ground, &record)));
        match own {
            true => Ok(record),
            false => Err(Refusal::not_found().into()),
        }
    }

    /// The record cut to the fields in scope; `only` cuts further to some, in the register's order.
    pub(crate) fn see(
        &self,
        ground: &Ground,
        right: &Scope,
        record: &Record,
        only: Option<&[FieldIx]>,
    ) -> RecordView {
        let def = ground.catalogue.at(record.register);
        let field = |ix: FieldIx| {
            let field = def.get(ix);
            let visible = kernel::sees_field(right, ix, field);
            visible.then(|| FieldView {
                ix,
                seen: seen(field, &record.data[ix.0]),
                told: None,
            })
        };
        let fields = match only {
            Some(only) => only.iter().copied().filter_map(field).collect(),
            None => def.all_fields().filter_map(|(ix, _)| field(ix)).collect(),
        };
        RecordView {
            register: record.register,
            id: record.id,
            version: record.version,
            state: record.state,
            created_at: record.created_at,
            created_by: record.created_by,
            changed_at: record.changed_at,
            changed_by: record.changed_by,
            fields,
            shown: String::new(),
            colour: kernel::colour_for(right, def, &view_of(ground, record), ground.actor.lang),
        }
    }

    /// The records that point at this one, a few of each register.
    fn related(&self, ground: &Ground, reader: &Reader, record: &Record) -> Outcome<Vec<Related>> {
        let mut related = Vec::new();
        for (register, def) in ground.catalogue.all() {
            let Some(sight) = kernel::sight(def, ground.actor) else {
                continue;
            };
            for (by, field) in def.all_fields() {
                if !matches!(field.kind, Kind::Ref { to } if to == record.register) {
                    continue;
                }
                // Each right finds only by what it shows.
                let reach: Vec<Filter> = sight
                    .rights()
                    .iter()
                    .filter(|right| kernel::sees_field(right, by, field))
                    .map(|right| self.filter_of(right, ground, def))
                    .collect();
                if reach.is_empty() {
                    continue;
                }
                let filter = Filter::All(vec![
                    Filter::Is(by, Value::Id(record.id)),
                    Filter::Any(reach),
                ]);
                let query = Query {
                    filter,
                    limit: RELATED_ROWS + 1,
                    ..Query::of(register)
                };
                let mut records = reader.query(&query)?.records;
                let more = records.len() > RELATED_ROWS;
                records.truncate(RELATED_ROWS);
                if !records.is_empty() {
                    let rows = records
                        .iter()
                        .filter_map(|record| {
                            let right = sight.over(&view_of(ground, record))?;
                            Some(self.see(ground, &right, record, None))
                        })
                        .collect();
                    related.push(Related {
                        register,
                        by,
                        rows,
                        more,
                    });
                }
            }
        }
        Ok(related)
    }

    /// The scope of a right as a filter.
    pub(crate) fn filter_of(&self, right: &Scope, ground: &Ground, def: &Register) -> Filter {
        let mut all = vec![Filter::Span(right.span.clone())];
        if let Some(only) = right.only {
            all.push(Filter::Cond(only.fold(&ground.constants(def))));
        }
        Filter::All(all)
    }
}

pub(crate) fn view_of<'a>(ground: &Ground<'a>, record: &'a Record) -> View<'a> {
    View {
        register: ground.catalogue.at(record.register),
        record,
        params: ground.params,
        today: ground.today,
        now: ground.now,
    }
}

/// All of the record that is in scope; what is read once to be shown is not copied.
fn see_whole(ground: &Ground, right: &Scope, record: Record) -> RecordView {
    let def = ground.catalogue.at(record.register);
    let colour = kernel::colour_for(right, def, &view_of(ground, &record), ground.actor.lang);
    let data = def.all_fields().zip(record.data);
    let fields = data
        .filter(|((ix, field), _)| kernel::sees_field(right, *ix, field))
        .map(|((ix, field), datum)| FieldView {
            ix,
            seen: seen_once(field, datum),
            told: None,
        })
        .collect();
    RecordView {
        register: record.register,
        id: record.id,
        version: record.version,
        state: record.state,
        created_at: record.created_at,
        created_by: record.created_by,
        changed_at: record.changed_at,
        changed_by: record.changed_by,
        fields,
        shown: String::new(),
        colour,
    }
}

/// The same as [`seen`] of a datum that nobody else needs.
fn seen_once(field: &Field, datum: Datum) -> Seen {
    match datum {
        Datum::One(_) if !field.personal => Seen::Plain(datum),
        Datum::Files(_) => Seen::Plain(datum),
        datum => seen(field, &datum),
    }
}

/// A datum as it is seen without asking: personal values are masked.
pub(crate) fn seen(field: &Field, datum: &Datum) -> Seen {
    match datum {
        Datum::Erased => Seen::Erased,
        Datum::One(value) if field.personal => Seen::Masked(kernel::masked(field, value)),
        Datum::Rows(rows) => Seen::Plain(Datum::Rows(masked_rows(field, rows))),
        datum => Seen::Plain(datum.clone()),
    }
}

/// Child rows with their personal columns masked.
fn masked_rows(field: &Field, rows: &[RowData]) -> Vec<RowData> {
    let Kind::Rows { fields, .. } = &field.kind else {
        return rows.to_vec();
    };
    let cell = |(column, value): (&Field, &Value)| match value {
        Value::Null => Value::Null,
        _ if column.secret => Value::Null,
        value if column.personal => Value::Text(kernel::masked(column, value)),
        value => value.clone(),
    };
    rows.iter()
        .map(|row| RowData {
            id: row.id,
            values: fields.iter().zip(&row.values).map(cell).collect(),
        })
        .collect()
}
