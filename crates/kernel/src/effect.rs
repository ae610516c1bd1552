//! What effects of an action ask for, decided: fields set, a record made, an action taken, each by the
//! right of the effect. Who may is asked of the acting person once, at his own action; what the
//! definition demands of the other record (state, condition, needed fields, checks, guard) holds.

use catalogue::{Action, FieldIx, Kind, Register, RegisterIx, StateIx};
use expr::{Id, Value};
use speech::{Said, said};

use crate::act::{guarded, needed, possible, written_down};
use crate::examine::examine;
use crate::flow::{Course, destination};
use crate::follow::complete;
use crate::{
    Change, ChildRows, Datum, Decision, Ground, Intent, Reads, Reason, Record, Refusal, RowData,
    What, blank,
};

/// What the effects of an action ask for. Only records that were read can be changed.
pub(crate) fn intents(
    ground: &Ground,
    action: &Action,
    after: &Record,
    before: &Record,
    reads: &Reads,
) -> Result<Vec<Intent>, Refusal> {
    let def = ground.catalogue.at(after.register);
    let mut asked = Vec::new();
    for name in &action.then {
        let Some(effect) = ground.hooks.effect(&def.name, name) else {
            continue;
        };
        let situation = ground.situation(after, Some(before), reads);
        let intents =
            (effect.run)(&situation).map_err(|why| Refusal::new(Reason::Conflict, why))?;
        for intent in intents {
            if let Intent::Set { register, id, .. } | Intent::Act { register, id, .. } = &intent {
                let ix = ground.catalogue.register(register);
                let read = effect.reads.iter().flat_map(|what| reads.get(what));
                let known = |r: &Record| Some(r.register) == ix && r.id == *id;
                if !read.into_iter().any(known) {
                    return Err(broken(&def.name, name));
                }
            }
            asked.push(intent);
        }
    }
    Ok(asked)
}

/// Fields of the record by name, as an effect sets them.
pub fn set_for(
    def: &Register,
    values: &[(String, Value)],
) -> Result<Vec<(FieldIx, Datum)>, Refusal> {
    let set = values.iter().map(|(name, value)| {
        let field = def.field(name).ok_or_else(|| broken(&def.name, name))?;
        Ok((field, Datum::One(value.clone())))
    });
    set.collect()
}

/// Child rows of a record, as an effect writes them.
fn rows_for(def: &Register, rows: &ChildRows) -> Result<Vec<(FieldIx, Datum)>, Refusal> {
    let set = rows.iter().map(|(name, rows)| {
        let wrong = || broken(&def.name, name);
        let field = def.field(name).ok_or_else(wrong)?;
        let Kind::Rows { fields, .. } = &def.get(field).kind else {
            return Err(wrong());
        };
        let row = |columns: &Vec<(String, Value)>| {
            let mut values = vec![Value::Null; fields.len()];
            for (column, value) in columns {
                let at = fields.iter().position(|field| field.name == *column);
                values[at.ok_or_else(wrong)?] = value.clone();
            }
            Ok(RowData { id: None, values })
        };
        let rows: Result<Vec<RowData>, Refusal> = rows.iter().map(row).collect();
        Ok((field, Datum::Rows(rows?)))
    });
    set.collect()
}

/// A new record that an effect asks for.
pub fn make_for(
    ground: &Ground,
    register: RegisterIx,
    id: Id,
    state: Option<&str>,
    values: &[(String, Value)],
    reads: &Reads,
) -> Result<Decision, Refusal> {
    let none = ChildRows::new();
    make_with_rows(ground, (register, id), state, values, &none, reads)
}

/// The same with child rows.
pub fn make_with_rows(
    ground: &Ground,
    (register, id): (RegisterIx, Id),
    state: Option<&str>,
    values: &[(String, Value)],
    rows: &ChildRows,
    reads: &Reads,
) -> Result<Decision, Refusal> {
    let def = ground.catalogue.at(register);
    let state = match state {
        Some(name) => Some(def.state(name).ok_or_else(|| broken(&def.name, name))?),
        None => def.begins.first().copied(),
    };
    let mut after = blank(ground, register, id, state);
    let set = set_for(def, values)?;
    for (ix, datum) in set.into_iter().chain(rows_for(def, rows)?) {
        after.data[ix.0] = datum;
    }
    complete(ground, &mut after, None, reads);
    let mut blames = Vec::new();
    let warnings = examine(ground, &after, &mut blames);
    if !blames.is_empty() {
        return Err(unmade(def, blames));
    }
    let held = after.data.iter().enumerate();
    let held = held.filter(|(_, datum)| !datum.is_empty());
    let what = What::Insert {
        state: after.state,
        data: held
            .map(|(ix, datum)| (FieldIx(ix), datum.clone()))
            .collect(),
    };
    let changes = vec![Change {
        register,
        id,
        act: "create".to_owned(),
        what,
    }];
    Ok(Decision {
        after,
        changes,
        warnings,
        turn: None,
        intents: Vec::new(),
    })
}

/// An action that an effect takes on another record.
pub fn act_for(
    ground: &Ground,
    before: &Record,
    action: &str,
    values: &[(String, Value)],
    reads: &Reads,
    course: Option<&Course>,
) -> Result<Decision, Refusal> {
    let def = ground.catalogue.at(before.register);
    let action = def
        .action(action)
        .ok_or_else(|| broken(&def.name, action))?;
    possible(ground, before, action)?;
    let mut after = before.clone();
    for (ix, datum) in set_for(def, values)? {
        after.data[ix.0] = datum;
    }
    after.state = leads_to(def, before, action, course)?.or(after.state);
    for (ix, value) in &action.set {
        let value = value.eval(&ground.view(before));
        after.data[ix.0] = Datum::One(value);
    }
    complete(ground, &mut after, Some(before), reads);
    let mut blames = needed(ground, action, &after);
    let warnings = examine(ground, &after, &mut blames);
    if !blames.is_empty() {
        return Err(unmade(def, blames));
    }
    guarded(ground, def, action, &after, before, reads)?;
    let changes = written_down(action, before, &after);
    let intents = intents(ground, action, &after, before, reads)?;
    Ok(Decision {
        after,
        changes,
        warnings,
        turn: None,
        intents,
    })
}

/// Where the action leads: an effect speaks for all whose turn it is, so nobody is waited for.
fn leads_to(
    def: &Register,
    before: &Record,
    action: &Action,
    course: Option<&Course>,
) -> Result<Option<StateIx>, Refusal> {
    match (action.back, course) {
        (Some(_), Some(course)) => destination(def, before, action, None, course, None),
        _ => Ok(action.to),
    }
}

/// The other record cannot be so: the person is told what is wrong with it, and of which register.
fn unmade(def: &Register, blames: Vec<crate::Blame>) -> Refusal {
    let why = Said::sentences(blames.iter().map(|blame| &blame.message));
    Refusal::new(Reason::Conflict, said!("{}：{}" / "{}: {}", def.title, why))
}

/// The definition's hook asks for what there is not; nothing is done by halves.
fn broken(register: &str, what: &str) -> Refusal {
    Refusal::new(
        Reason::Conflict,
        said!(
            "“{register}”的定义有误（{what}），请联系系统管理员"
                / "The definition of “{register}” is wrong ({what}); please tell the administrator"
        ),
    )
}
