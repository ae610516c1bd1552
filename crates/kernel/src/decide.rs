//! Making and editing a record: from what was typed to the change, or to a refusal with every
//! place at fault.

use std::collections::HashMap;

use catalogue::{
    Catalogue, FieldIx, Kind, Latest, Owner, Phase, Register, RegisterIx, Source, StateIx, Verb,
};
use expr::{Fixed, Id, Moment, Value};
use jiff::civil::Date;

use crate::begin::begin;
use crate::entry::unfit_entries;
use crate::rights::{covers, scope, sees_field};
use crate::{
    Actor, Blame, Change, Datum, Hooks, Reads, Reason, Record, Refusal, RowData, Situation, Span,
    View, What,
};

/// Values of params that a bureau changed on a page; defaults come from the definition.
#[derive(Clone, Debug, Default)]
pub struct ParamValues {
    changed: HashMap<String, HashMap<String, Value>>,
}

impl ParamValues {
    /// Sets a changed value.
    pub fn set(&mut self, register: &str, param: &str, value: Value) {
        self.changed
            .entry(register.to_owned())
            .or_default()
            .insert(param.to_owned(), value);
    }

    /// Value of the param at that index of the register.
    pub fn of(&self, register: &Register, ix: usize) -> Value {
        let param = &register.params[ix];
        let changed = self
            .changed
            .get(&register.name)
            .and_then(|m| m.get(&param.name));
        changed.unwrap_or(&param.default).clone()
    }
}

/// Rounds of computing and clearing; a field may apply only where another does, and so on.
const ROUNDS_MAX: usize = 8;

/// What every decision stands on: definitions, hooks, params, who, and when.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    pub catalogue: &'a Catalogue,
    pub hooks: &'a Hooks,
    pub params: &'a ParamValues,
    pub actor: &'a Actor,
    pub today: Date,
    pub now: Moment,
}

impl<'a> Ground<'a> {
    /// Params and dates of a register, for folding its conditions.
    pub fn constants(&self, register: &Register) -> Fixed {
        let params = (0..register.params.len())
            .map(|ix| self.params.of(register, ix))
            .collect();
        Fixed {
            params,
            today: self.today,
            now: self.now,
        }
    }

    pub fn view(&self, record: &'a Record) -> View<'a> {
        View {
            register: self.catalogue.at(record.register),
            record,
            params: self.params,
            today: self.today,
            now: self.now,
        }
    }
}

/// A decided change: the record as it will be, the changes that make it so, and what to warn of.
#[derive(Clone, Debug)]
pub struct Decision {
    pub after: Record,
    /// Empty when nothing would change.
    pub changes: Vec<Change>,
    pub warnings: Vec<Blame>,
}

/// A new record. `verb` is `Create` or `Import`.
pub fn create(
    ground: &Ground,
    register: RegisterIx,
    id: Id,
    verb: Verb,
    state: Option<StateIx>,
    input: Vec<(FieldIx, Datum)>,
    reads: &Reads,
) -> Result<Decision, Refusal> {
    let def = ground.catalogue.at(register);
    let Some(right) = scope(def, ground.actor, verb) else {
        return Err(Refusal::forbidden(format!(
            "您的岗位不能新建{}",
            def.title.zh
        )));
    };
    let state = begin(def, ground.actor, verb, state)?;
    let mut after = blank(ground, register, id, state);
    let given = typed_fields(&input);
    let mut blames = merge(def, &mut after, input, &right);
    complete(ground, &mut after, None, reads);
    blames.extend(unfit_entries(ground, None, &after, verb));
    let mut warnings = examine(ground, &after, &mut blames);
    if verb != Verb::Import {
        warnings.extend(dropped(def, &given, &after));
    }
    if !blames.is_empty() {
        return Err(Refusal::invalid(blames));
    }
    if !covers(&right, &ground.view(&after)) {
        return Err(outside(def, &right));
    }
    let data = after
        .data
        .iter()
        .enumerate()
        .filter(|(_, datum)| !datum.is_empty())
        .map(|(ix, datum)| (FieldIx(ix), datum.clone()))
        .collect();
    let act = if verb == Verb::Import {
        "import"
    } else {
        "create"
    };
    let what = What::Insert {
        state: after.state,
        data,
    };
    let changes = vec![Change {
        register,
        id,
        act: act.to_owned(),
        what,
    }];
    Ok(Decision {
        after,
        changes,
        warnings,
    })
}

/// A record with some fields changed. `verb` is `Edit` or `Import`.
pub fn edit(
    ground: &Ground,
    before: &Record,
    verb: Verb,
    input: Vec<(FieldIx, Datum)>,
    reads: &Reads,
) -> Result<Decision, Refusal> {
    let def = ground.catalogue.at(before.register);
    let right = right_over(ground, before, verb, || {
        format!("您的岗位不能修改这条{}", def.title.zh)
    })?;
    if matches!(before.phase(def), Phase::Done | Phase::Void) {
        let state = before
            .state
            .map_or("", |s| def.states[s.0].label.zh.as_str());
        return Err(Refusal::new(
            Reason::Conflict,
            format!("记录已是“{state}”，不能再修改；确需更正请先办理相应的恢复手续"),
        ));
    }
    let mut after = before.clone();
    let given = typed_fields(&input);
    let mut blames = unfix(def, before, verb, &input);
    blames.extend(merge(def, &mut after, input, &right));
    complete(ground, &mut after, Some(before), reads);
    blames.extend(unfit_entries(ground, Some(before), &after, verb));
    let mut warnings = examine(ground, &after, &mut blames);
    if verb != Verb::Import {
        warnings.extend(dropped(def, &given, &after));
    }
    if !blames.is_empty() {
        return Err(Refusal::invalid(blames));
    }
    if !covers(&right, &ground.view(&after)) {
        return Err(outside(def, &right));
    }
    let act = if verb == Verb::Import {
        "import"
    } else {
        "edit"
    };
    Ok(Decision {
        changes: difference(act, before, &after),
        after,
        warnings,
    })
}

/// The record with values that follow from others brought up to date: `given` (latest-of-child)
/// first, then the computed ones. No right is asked: nobody acts.
pub fn recompute(
    ground: &Ground,
    before: &Record,
    given: Vec<(FieldIx, Datum)>,
    reads: &Reads,
) -> Decision {
    let mut after = before.clone();
    for (ix, datum) in given {
        after.data[ix.0] = datum;
    }
    // What people typed is not cleared here: a day that passes or a param that changes must not
    // take anything away while nobody looks.
    compute(ground, &mut after, Some(before), reads);
    Decision {
        changes: difference("latest", before, &after),
        after,
        warnings: Vec::new(),
    }
}

/// The value of the child that is latest by date; between equals the one made last.
pub fn latest_value(ground: &Ground, latest: &Latest, children: &[Record]) -> Value {
    let child = ground.catalogue.at(latest.register);
    children
        .iter()
        .filter(|c| c.phase(child) != Phase::Void && *c.value(latest.order) != Value::Null)
        .filter(|c| {
            latest
                .only
                .as_ref()
                .is_none_or(|only| only.holds(&ground.view(c)))
        })
        .max_by_key(|c| (order_key(c.value(latest.order)), c.created_at.0, c.id.0))
        .map_or(Value::Null, |c| c.value(latest.field).clone())
}

fn order_key(value: &Value) -> (i64, i64) {
    match value {
        Value::Date(date) => (
            i64::from(date.year()) * 10_000 + i64::from(date.month()) * 100 + i64::from(date.day()),
            0,
        ),
        Value::Moment(moment) => (0, moment.0),
        _ => (i64::MIN, 0),
    }
}

/// The right over an existing record, or the refusal that gives away no more than it may:
/// a record outside one's view is "not found".
pub(crate) fn right_over<'a>(
    ground: &Ground<'a>,
    record: &Record,
    verb: Verb,
    no: impl Fn() -> String,
) -> Result<crate::Scope<'a>, Refusal> {
    let def = ground.catalogue.at(record.register);
    let view = View {
        register: def,
        record,
        params: ground.params,
        today: ground.today,
        now: ground.now,
    };
    let seen = scope(def, ground.actor, Verb::See).is_some_and(|s| covers(&s, &view));
    match scope(def, ground.actor, verb) {
        Some(right) if covers(&right, &view) => Ok(right),
        _ if seen => Err(Refusal::forbidden(no())),
        _ => Err(Refusal::not_found()),
    }
}

/// Why a record may not be left as it was typed: it would lie outside the person's reach.
fn outside(def: &Register, right: &crate::Scope) -> Refusal {
    let (field, message) = match right.span {
        Span::Areas(field, _) => (Some(field), "所填区划不在您的管辖范围内"),
        Span::Own(Owner::Field(field), _) => (Some(field), "只能填写您自己的记录"),
        Span::Own(Owner::Itself, _) => (None, "只能填写您自己的记录"),
        Span::All => (None, "这样填写的记录您无权办理，请核对"),
    };
    let mut refusal = Refusal::forbidden(message);
    if let Some(field) = field {
        let name = &def.get(field).name;
        refusal.blames.push(Blame::at(name, "reach", message));
    }
    refusal
}

/// An empty record of the register with its defaults.
pub fn blank(ground: &Ground, register: RegisterIx, id: Id, state: Option<StateIx>) -> Record {
    let def = ground.catalogue.at(register);
    let data = def
        .fields
        .iter()
        .map(|field| match (&field.source, &field.kind) {
            (Source::Number { pattern }, _) => Datum::Draw(pattern.clone()),
            (_, Kind::Rows { .. }) => Datum::Rows(Vec::new()),
            (_, Kind::Files { .. }) => Datum::Files(Vec::new()),
            _ => Datum::One(field.default.clone().unwrap_or(Value::Null)),
        });
    Record {
        register,
        id,
        version: 1,
        state,
        created_at: ground.now,
        created_by: ground.actor.account,
        changed_at: ground.now,
        changed_by: ground.actor.account,
        data: data.collect(),
    }
}

/// Fields that are set when the record is made (or by an action) and not by editing. An import may
/// fill what is still empty: its tables are older than the record.
fn unfix(def: &Register, before: &Record, verb: Verb, input: &[(FieldIx, Datum)]) -> Vec<Blame> {
    input
        .iter()
        .filter(|(ix, datum)| {
            let was = &before.data[ix.0];
            let filled = verb == Verb::Import && was.is_empty();
            def.get(*ix).fixed && !filled && !same(was, datum)
        })
        .map(|(ix, _)| {
            let field = def.get(*ix);
            let message = format!(
                "“{}”不能直接修改，只能在登记时或办理相应手续时填写",
                field.label.zh
            );
            Blame::at(&field.name, "fixed", message)
        })
        .collect()
}

/// The fields that hold something in what was typed.
pub(crate) fn typed_fields(input: &[(FieldIx, Datum)]) -> Vec<FieldIx> {
    let held = input.iter().filter(|(_, datum)| !datum.is_empty());
    held.map(|(ix, _)| *ix).collect()
}

/// Nothing typed is lost in silence: what does not apply to the record as it is now is said.
pub(crate) fn dropped(def: &Register, given: &[FieldIx], after: &Record) -> Vec<Blame> {
    let lost = given.iter().filter(|ix| {
        let field = def.get(**ix);
        field.typed() && field.when.is_some() && after.data[ix.0].is_empty()
    });
    lost.map(|ix| {
        let field = def.get(*ix);
        let message = format!("“{}”不适用于这条记录，填写的内容没有保存", field.label.zh);
        Blame::at(&field.name, "not_applicable", message)
    })
    .collect()
}

/// Puts what was typed into the record; refuses fields that are not for typing or not for this person.
pub(crate) fn merge(
    def: &Register,
    record: &mut Record,
    input: Vec<(FieldIx, Datum)>,
    right: &crate::Scope,
) -> Vec<Blame> {
    let mut blames = Vec::new();
    for (ix, datum) in input {
        let field = def.get(ix);
        let was = &record.data[ix.0];
        let datum = known_rows(was, datum);
        // An erased value shows as nothing, so nothing is what a form sends back.
        let untouched = *was == Datum::Erased && datum.is_empty();
        if untouched || same(was, &datum) {
            continue;
        }
        let label = &field.label.zh;
        if field.secret {
            // A secret goes in only by the use case it belongs to: a hash typed here would be a
            // password for somebody else's account.
            let message = format!("“{label}”不能在这里填写");
            blames.push(Blame::at(&field.name, "secret", message));
        } else if *was == Datum::Erased {
            let message = format!("“{label}”已依法删除，不能再填写");
            blames.push(Blame::at(&field.name, "erased", message));
        } else if !field.typed() {
            let message = format!("“{label}”由系统得出，不能填写");
            blames.push(Blame::at(&field.name, "read_only", message));
        } else if !sees_field(right, ix, field) {
            blames.push(Blame::at(
                &field.name,
                "forbidden",
                format!("您无权填写“{label}”"),
            ));
        } else {
            record.data[ix.0] = datum;
        }
    }
    blames
}

/// Child rows whose ids are those of rows of this record, each once; others count as new.
fn known_rows(was: &Datum, datum: Datum) -> Datum {
    let Datum::Rows(mut rows) = datum else {
        return datum;
    };
    let old: &[RowData] = match was {
        Datum::Rows(old) => old,
        _ => &[],
    };
    let mut free: Vec<Id> = old.iter().filter_map(|row| row.id).collect();
    for row in &mut rows {
        let at = row
            .id
            .and_then(|id| free.iter().position(|known| *known == id));
        row.id = at.map(|at| free.swap_remove(at));
    }
    Datum::Rows(rows)
}

/// Computes what follows and clears what does not apply; what applies may hang on what is computed,
/// and the other way round.
pub(crate) fn complete(
    ground: &Ground,
    record: &mut Record,
    before: Option<&Record>,
    reads: &Reads,
) {
    for _ in 0..ROUNDS_MAX {
        compute(ground, record, before, reads);
        if !clear(ground, record) {
            return;
        }
    }
    compute(ground, record, before, reads);
}

fn compute(ground: &Ground, record: &mut Record, before: Option<&Record>, reads: &Reads) {
    let def = ground.catalogue.at(record.register);
    for (ix, field) in def.all_fields() {
        let Source::Computed { hook } = &field.source else {
            continue;
        };
        let Some(hook) = ground.hooks.compute(&def.name, hook) else {
            continue;
        };
        let value = (hook.run)(&situation(ground, record, before, reads));
        record.data[ix.0] = Datum::One(value);
    }
}

/// Empties typed fields that do not apply; answers whether there were any.
fn clear(ground: &Ground, record: &mut Record) -> bool {
    let def = ground.catalogue.at(record.register);
    let mut cleared = false;
    for (ix, field) in def.all_fields() {
        let Some(when) = &field.when else { continue };
        if field.typed() && !record.data[ix.0].is_empty() && !when.holds(&view_of(ground, record)) {
            record.data[ix.0] = empty_of(&field.kind);
            cleared = true;
        }
    }
    cleared
}

pub(crate) fn situation<'a>(
    ground: &Ground<'a>,
    record: &'a Record,
    before: Option<&'a Record>,
    reads: &'a Reads,
) -> Situation<'a> {
    Situation {
        catalogue: ground.catalogue,
        register: ground.catalogue.at(record.register),
        record,
        before,
        actor: ground.actor,
        params: ground.params,
        today: ground.today,
        now: ground.now,
        reads,
    }
}

fn view_of<'a>(ground: &Ground<'a>, record: &'a Record) -> View<'a> {
    View {
        register: ground.catalogue.at(record.register),
        record,
        params: ground.params,
        today: ground.today,
        now: ground.now,
    }
}

fn empty_of(kind: &Kind) -> Datum {
    match kind {
        Kind::Rows { .. } => Datum::Rows(Vec::new()),
        Kind::Files { .. } => Datum::Files(Vec::new()),
        _ => Datum::One(Value::Null),
    }
}

/// Required fields and the register's checks. Faults go to `blames`, warnings are returned.
pub(crate) fn examine(ground: &Ground, record: &Record, blames: &mut Vec<Blame>) -> Vec<Blame> {
    let def = ground.catalogue.at(record.register);
    let view = view_of(ground, record);
    for (ix, field) in def.all_fields() {
        let blamed = blames
            .iter()
            .any(|b| b.pointer.strip_prefix('/') == Some(&field.name));
        let applies = || field.when.as_ref().is_none_or(|when| when.holds(&view));
        if field.required && field.typed() && !blamed && record.data[ix.0].is_empty() && applies() {
            let message = format!("请填写“{}”", field.label.zh);
            blames.push(Blame::at(&field.name, "required", message));
        }
    }
    let mut warnings = Vec::new();
    for check in &def.checks {
        if check.when.as_ref().is_some_and(|when| !when.holds(&view)) || !broken(check, &view) {
            continue;
        }
        let field = check
            .fields
            .first()
            .map_or("", |ix| def.get(*ix).name.as_str());
        let blame = Blame::at(field, "rule", check.message.zh.clone());
        if check.warns {
            warnings.push(blame)
        } else {
            blames.push(blame)
        }
    }
    warnings
}

/// A check is broken only when it is surely false: what is not known does not condemn a record.
fn broken(check: &catalogue::Check, view: &View) -> bool {
    check.holds.eval(view) == Value::Bool(false)
}

/// Equal for the purpose of a change: child rows compare by their values, not their ids.
pub(crate) fn same(a: &Datum, b: &Datum) -> bool {
    match (a, b) {
        (Datum::Rows(a), Datum::Rows(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.values == b.values)
        }
        _ => a == b || (a.is_empty() && b.is_empty()),
    }
}

/// The change from one to the other; none when nothing differs.
pub(crate) fn difference(act: &str, before: &Record, after: &Record) -> Vec<Change> {
    let data: Vec<(FieldIx, Datum)> = before
        .data
        .iter()
        .zip(&after.data)
        .enumerate()
        .filter(|(_, (a, b))| !same(a, b))
        .map(|(ix, (_, b))| (FieldIx(ix), b.clone()))
        .collect();
    let state = after.state.filter(|_| before.state != after.state);
    if data.is_empty() && state.is_none() {
        return Vec::new();
    }
    let what = What::Update {
        expected: before.version,
        state,
        data,
    };
    vec![Change {
        register: before.register,
        id: before.id,
        act: act.to_owned(),
        what,
    }]
}
