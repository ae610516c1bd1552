//! Looking: one record, its page, its history, a list, cut to what the person may see.

use std::collections::{HashMap, HashSet};

use catalogue::{Column, Owner};
use kernel::{
    Actor, Datum, Field, FieldIx, Ground, Id, Kind, Moment, Power, Reason, Record, Refusal,
    Register, RegisterIx, RowData, Scope, Value, Verb, View,
};
use store::{Filter, HistoryEntry, Personal, Query, Reader};

use crate::{
    App, Changed, FieldChange, FieldView, HistoryView, Named, Names, No, Outcome, RecordPage,
    RecordView, Related, Seen, Shown,
};

/// Records of each register shown beside a record that they point at.
const RELATED_ROWS: usize = 5;
/// Entries of history given at once.
pub const HISTORY_ROWS_MAX: usize = 200;

impl App {
    /// One record, now or as it was recorded at a moment.
    pub fn record(
        &self,
        actor: &Actor,
        register: RegisterIx,
        id: Id,
        as_of: Option<Moment>,
    ) -> Outcome<(RecordView, Names)> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let (record, right) = self.seen(&ground, reader, register, id, as_of)?;
            let view = self.see(&ground, &right, &record, None);
            let names = self.names(&ground, reader, std::iter::once(&view))?;
            Ok((self.christen(&ground, view, &names), names))
        })
    }

    /// A record with its actions and what points at it.
    pub fn record_page(
        &self,
        actor: &Actor,
        register: RegisterIx,
        id: Id,
        as_of: Option<Moment>,
    ) -> Outcome<RecordPage> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let (record, right) = self.seen(&ground, reader, register, id, as_of)?;
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
                .filter(|a| as_of.is_none() && kernel::may(&ground, &record, a).is_ok())
                .map(|a| a.name.clone())
                .collect();
            Ok(RecordPage {
                record: self.christen(&ground, view, &names),
                names,
                actions,
                may_edit: open && may(Verb::Edit),
                may_reveal: may(Verb::Reveal),
                may_erase: may(Verb::Erase),
                may_invite: as_of.is_none() && self.may_invite(&ground, &record).is_ok(),
                related,
            })
        })
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
        let def = ground.catalogue.at(register);
        let Some(right) = kernel::scope(def, ground.actor, Verb::See) else {
            return Err(Refusal::not_found().into());
        };
        // Today's rights apply also to old views, so the present record is asked first.
        let now = self.load(reader, register, id)?;
        if !kernel::covers(&right, &view_of(ground, &now)) {
            return Err(Refusal::not_found().into());
        }
        let Some(moment) = as_of else {
            return Ok((now, right));
        };
        match reader.as_of(register, id, moment)? {
            // Whoever sees only issued reports does not see the draft by way of the past.
            Some(record)
                if right
                    .only
                    .is_none_or(|only| only.holds(&view_of(ground, &record))) =>
            {
                Ok((record, right))
            }
            _ => {
                let message = "那时还没有这条记录，或者您无权查看那时的内容";
                Err(No::refuse(Reason::NotFound, message))
            }
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
            colour: kernel::colour_for(right, def, &view_of(ground, record)),
        }
    }

    /// Names of all records that the given ones refer to and the person may see.
    pub(crate) fn names<'v>(
        &self,
        ground: &Ground,
        reader: &Reader,
        views: impl Iterator<Item = &'v RecordView>,
    ) -> Outcome<Names> {
        let mut wanted: HashMap<RegisterIx, HashSet<Id>> = HashMap::new();
        for view in views {
            let def = ground.catalogue.at(view.register);
            for field in &view.fields {
                collect_refs(&def.get(field.ix).kind, &field.seen, &mut wanted);
            }
        }
        self.name_all(ground, reader, wanted, NAME_DEPTH)
    }

    fn name_all(
        &self,
        ground: &Ground,
        reader: &Reader,
        wanted: HashMap<RegisterIx, HashSet<Id>>,
        depth: usize,
    ) -> Outcome<Names> {
        let mut names = Names::new();
        for (register, ids) in wanted {
            let def = ground.catalogue.at(register);
            let Some(right) = kernel::scope(def, ground.actor, Verb::See) else {
                continue;
            };
            let ids: Vec<Id> = ids.into_iter().collect();
            let fields = fields_of_name(def);
            let records: Vec<Record> = reader
                .get_many(register, &ids, Some(&fields), Personal::Open)?
                .into_iter()
                .filter(|r| kernel::covers(&right, &view_of(ground, r)))
                .collect();
            let mut inner = Names::new();
            if depth > 0 {
                let mut deeper = HashMap::new();
                for record in &records {
                    for (ix, field) in def.all_fields() {
                        let visible = kernel::sees_field(&right, ix, field);
                        if visible && def.shown.names().any(|(name, _)| name == field.name) {
                            let seen = seen(field, &record.data[ix.0]);
                            collect_refs(&field.kind, &seen, &mut deeper);
                        }
                    }
                }
                inner = self.name_all(ground, reader, deeper, depth - 1)?;
            }
            for record in records {
                let shown = self.shown(ground, &right, &record, &inner);
                names.insert(record.id, Named { register, shown });
            }
        }
        Ok(names)
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
        let data = |ix: FieldIx| {
            view.field(ix)
                .cloned()
                .unwrap_or(Seen::Plain(Datum::One(Value::Null)))
        };
        view.shown = self.named(ground, def, view.id, names, data);
        view
    }

    fn named(
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

    /// The records that point at this one, a few of each register.
    fn related(&self, ground: &Ground, reader: &Reader, record: &Record) -> Outcome<Vec<Related>> {
        let mut related = Vec::new();
        for (register, def) in ground.catalogue.all() {
            let Some(right) = kernel::scope(def, ground.actor, Verb::See) else {
                continue;
            };
            for (by, field) in def.all_fields() {
                let points = matches!(field.kind, Kind::Ref { to } if to == record.register);
                if !points || !kernel::sees_field(&right, by, field) {
                    continue;
                }
                let filter = Filter::All(vec![
                    Filter::Is(by, Value::Id(record.id)),
                    self.filter_of(&right, ground, def),
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
                        .map(|r| self.see(ground, &right, r, None))
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

    /// The history of a record, newest first, cut to the fields in scope.
    pub fn history(
        &self,
        actor: &Actor,
        register: RegisterIx,
        id: Id,
        before: Option<i64>,
    ) -> Outcome<(Vec<HistoryView>, Names)> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let (now, right) = self.seen(&ground, reader, register, id, None)?;
            let mut then = match before {
                Some(seq) => reader.before(register, id, seq)?,
                None => Some(now),
            };
            let entries = reader.history(register, id, before, HISTORY_ROWS_MAX)?;
            let mut wanted = HashMap::new();
            let mut views = Vec::with_capacity(entries.len());
            for entry in entries {
                let Some(entry) = passable(&ground, &right, &mut then, entry) else {
                    continue;
                };
                let view = self.entry_seen(&ground, reader, &right, register, entry);
                for change in &view.changes {
                    if let Changed::Field(ix) = change.what {
                        let kind = &ground.catalogue.at(register).get(ix).kind;
                        collect_refs(kind, &change.was, &mut wanted);
                        collect_refs(kind, &change.now, &mut wanted);
                    }
                }
                views.push(view);
            }
            let names = self.name_all(&ground, reader, wanted, NAME_DEPTH)?;
            Ok((views, names))
        })
    }

    fn entry_seen(
        &self,
        ground: &Ground,
        reader: &Reader,
        right: &Scope,
        register: RegisterIx,
        entry: HistoryEntry,
    ) -> HistoryView {
        let def = ground.catalogue.at(register);
        let mut changes: Vec<FieldChange> = entry
            .fields
            .iter()
            .filter(|(ix, _, _)| kernel::sees_field(right, *ix, def.get(*ix)))
            .map(|(ix, was, now)| FieldChange {
                what: Changed::Field(*ix),
                was: seen(def.get(*ix), was),
                now: seen(def.get(*ix), now),
            })
            .collect();
        if let Some((was, now)) = entry.state {
            let state = |s: Option<kernel::StateIx>| {
                let name = s.map(|s| Value::Text(def.states[s.0].name.clone()));
                Seen::Plain(Datum::One(name.unwrap_or(Value::Null)))
            };
            changes.insert(
                0,
                FieldChange {
                    what: Changed::State,
                    was: state(was),
                    now: state(now),
                },
            );
        }
        // Who acted and why is for those who work here, not for the public.
        let public = matches!(ground.actor.power, Power::Public);
        HistoryView {
            seq: entry.seq,
            at: entry.at,
            who: match public {
                true => String::new(),
                false => self.login_of(reader, entry.actor),
            },
            act: entry.act,
            reason: entry.reason.filter(|_| !public),
            version: entry.version,
            changes,
        }
    }
}

/// An entry of history cut to the versions that a right with a condition covers: what stood before
/// the record came into view is not shown. `then` is the record after the entry, and becomes that
/// before it.
fn passable(
    ground: &Ground,
    right: &Scope,
    then: &mut Option<Record>,
    mut entry: HistoryEntry,
) -> Option<HistoryEntry> {
    let Some(only) = right.only else {
        return Some(entry);
    };
    let record = then.as_mut()?;
    let after = only.holds(&view_of(ground, record));
    for (ix, was, _) in &entry.fields {
        if let Datum::One(_) = was {
            record.data[ix.0] = was.clone();
        }
    }
    if let Some((was, _)) = &entry.state {
        record.state = *was;
    }
    let before = only.holds(&view_of(ground, record));
    if !before {
        entry.state = entry.state.map(|(_, now)| (None, now));
        for (_, was, _) in &mut entry.fields {
            *was = Datum::One(Value::Null);
        }
    }
    after.then_some(entry)
}

/// How deep a record's name may hang on names of others.
const NAME_DEPTH: usize = 1;

pub(crate) fn view_of<'a>(ground: &Ground<'a>, record: &'a Record) -> View<'a> {
    View {
        register: ground.catalogue.at(record.register),
        record,
        params: ground.params,
        today: ground.today,
        now: ground.now,
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

fn collect_refs(kind: &Kind, seen: &Seen, wanted: &mut HashMap<RegisterIx, HashSet<Id>>) {
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

/// The fields that must be loaded to show a list: its columns, what names a record, and what
/// colours and rights look at.
pub(crate) fn fields_for(def: &Register, columns: &[Column]) -> Vec<FieldIx> {
    let mut fields: Vec<FieldIx> = columns
        .iter()
        .filter_map(|c| match c {
            Column::Field(ix) => Some(*ix),
            _ => None,
        })
        .collect();
    fields.extend(def.shown.names().filter_map(|(name, _)| def.field(name)));
    for warning in &def.warnings {
        fields.push(warning.about);
        let conditions = warning
            .only
            .iter()
            .chain(warning.grades.iter().map(|g| &g.when));
        for condition in conditions {
            fields.extend(keyed(condition));
        }
    }
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// The fields that must be loaded to name a record and to ask whether it may be seen.
pub(crate) fn fields_of_name(def: &Register) -> Vec<FieldIx> {
    let mut fields: Vec<FieldIx> = def
        .shown
        .names()
        .filter_map(|(name, _)| def.field(name))
        .collect();
    fields.extend(fields_of_rights(def));
    fields.sort_unstable();
    fields.dedup();
    fields
}

/// The fields at which rights look.
fn fields_of_rights(def: &Register) -> Vec<FieldIx> {
    let mut fields: Vec<FieldIx> = def.reach.into_iter().collect();
    if let Some(Owner::Field(owner)) = def.owner {
        fields.push(owner);
    }
    for only in def.permissions.values().filter_map(|p| p.only.as_ref()) {
        fields.extend(keyed(only));
    }
    fields
}

/// The fields a condition reads.
fn keyed(condition: &expr::Checked) -> impl Iterator<Item = FieldIx> {
    condition.keys().into_iter().filter_map(|key| match key {
        expr::Key::Field(ix) => Some(FieldIx(ix)),
        _ => None,
    })
}
