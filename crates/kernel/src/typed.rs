//! What was typed goes into the record, or is refused at its place: fields that are not for typing,
//! not for this person, or set once and for all.

use catalogue::{FieldIx, Register, Verb};
use expr::Id;
use speech::said;

use crate::difference::same;
use crate::rights::sees_field;
use crate::{Blame, Datum, Record, RowData, Scope};

/// Fields that are set when the record is made (or by an action) and not by editing. An import may
/// fill what is still empty: its tables are older than the record.
pub(crate) fn unfix(
    def: &Register,
    before: &Record,
    verb: Verb,
    input: &[(FieldIx, Datum)],
) -> Vec<Blame> {
    input
        .iter()
        .filter(|(ix, datum)| {
            let was = &before.data[ix.0];
            let filled = verb == Verb::Import && was.is_empty();
            def.get(*ix).fixed && !filled && !same(was, datum)
        })
        .map(|(ix, _)| {
            let field = def.get(*ix);
            let mut message = said!("“{}”不能直接修改，只能在登记时或办理相应手续时填写" / "“{}” cannot be changed directly, only when registering or by the proper action", field.label);
            if let Some(hint) = &field.hint {
                message = said!("{}（{}）" / "{} ({})", message, hint);
            }
            Blame::at(&field.name, "fixed", message)
        })
        .collect()
}

/// The fields that hold something in what was typed. A form sends along what a field begins with, also
/// where it does not apply; nobody typed that.
pub(crate) fn typed_fields(def: &Register, input: &[(FieldIx, Datum)]) -> Vec<FieldIx> {
    let begins = |ix: FieldIx, datum: &Datum| match (&def.get(ix).default, datum) {
        (Some(default), Datum::One(value)) => default == value,
        _ => false,
    };
    let typed = |(ix, datum): &&(FieldIx, Datum)| !datum.is_empty() && !begins(*ix, datum);
    input.iter().filter(typed).map(|(ix, _)| *ix).collect()
}

/// Nothing typed is lost in silence: what does not apply to the record as it is now is said.
pub(crate) fn dropped(def: &Register, given: &[FieldIx], after: &Record) -> Vec<Blame> {
    let lost = given.iter().filter(|ix| {
        let field = def.get(**ix);
        field.typed() && field.when.is_some() && after.data[ix.0].is_empty()
    });
    lost.map(|ix| {
        let field = def.get(*ix);
        let message = said!(
            "“{}”不适用于这条记录，填写的内容没有保存"
                / "“{}” does not apply to this record; what was filled in is not kept",
            field.label
        );
        Blame::at(&field.name, "not_applicable", message)
    })
    .collect()
}

/// Puts what was typed into the record; refuses fields that are not for typing or not for this person.
pub(crate) fn merge(
    def: &Register,
    record: &mut Record,
    input: Vec<(FieldIx, Datum)>,
    right: &Scope,
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
        let label = &field.label;
        if field.secret {
            // A secret goes in only by the use case it belongs to: a hash typed here would be a
            // password for somebody else's account.
            let message = said!(
                "“{}”不能在这里填写" / "“{}” cannot be filled in here",
                label
            );
            blames.push(Blame::at(&field.name, "secret", message));
        } else if *was == Datum::Erased {
            let message = said!(
                "“{}”已依法删除，不能再填写"
                    / "“{}” was erased by law and cannot be filled in again",
                label
            );
            blames.push(Blame::at(&field.name, "erased", message));
        } else if !field.typed() {
            let message = said!(
                "“{}”由系统得出，不能填写"
                    / "“{}” is worked out by the system and cannot be filled in",
                label
            );
            blames.push(Blame::at(&field.name, "read_only", message));
        } else if !sees_field(right, ix, field) {
            blames.push(Blame::at(
                &field.name,
                "forbidden",
                said!("您无权填写“{}”" / "You may not fill in “{}”", label),
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
