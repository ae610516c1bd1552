//! What follows from other values: computed fields, the latest of the children, and the clearing of
//! what does not apply.

use catalogue::{FieldIx, Latest, Phase, Source};
use expr::Value;

use crate::difference::difference;
use crate::{Datum, Decision, Ground, Reads, Record};

/// Rounds of computing and clearing; a field may apply only where another does, and so on.
const ROUNDS_MAX: usize = 8;

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
        turn: None,
        intents: Vec::new(),
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
        let value = (hook.run)(&ground.situation(record, before, reads));
        record.data[ix.0] = Datum::One(value);
    }
}

/// Empties typed fields that do not apply; answers whether there were any.
fn clear(ground: &Ground, record: &mut Record) -> bool {
    let def = ground.catalogue.at(record.register);
    let mut cleared = false;
    for (ix, field) in def.all_fields() {
        let Some(when) = &field.when else { continue };
        if field.typed() && !record.data[ix.0].is_empty() && !when.holds(&ground.view(record)) {
            record.data[ix.0] = Datum::empty(&field.kind);
            cleared = true;
        }
    }
    cleared
}
