//! What differs between a record before and after, as the change that makes it so.

use catalogue::FieldIx;

use crate::{Change, Datum, Record, What};

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
