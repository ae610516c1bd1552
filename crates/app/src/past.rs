//! A list as it was recorded at a moment: the records of one area are rebuilt from history and asked
//! the same question in memory.

use std::cmp::Ordering;

use catalogue::{Column, Sort};
use kernel::{Moment, Reason, Record, Register, Value, View};
use store::{Filter, Query, Reader};

use crate::{App, No, Outcome};

/// Records rebuilt for one page; larger areas are a job for an export.
const REBUILT_MAX: usize = 5_000;

impl App {
    /// The records that answered the question at that moment, in its order.
    pub(crate) fn list_as_of(
        &self,
        ground: &kernel::Ground,
        reader: &Reader,
        right: &Filter,
        query: &Query,
        moment: Moment,
    ) -> Outcome<Vec<Record>> {
        let def = ground.catalogue.at(query.register);
        // Today's rights decide which records; what they held then decides whether they answer.
        let made = Filter::CreatedBetween(None, Some(moment));
        let candidates = Filter::All(vec![right.clone(), made]);
        let ids = reader.ids(query.register, &candidates, REBUILT_MAX + 1)?;
        if ids.len() > REBUILT_MAX {
            let message = format!(
                "历史时点的列表一次最多还原 {REBUILT_MAX} 条，请用导出，或由辖区较小的岗位查看"
            );
            return Err(No::refuse(Reason::TooLarge, message));
        }
        let mut found = Vec::new();
        for id in ids {
            let Some(record) = reader.as_of(query.register, id, moment)? else {
                continue;
            };
            if answers(&query.filter, def, &ground.view(&record)) == Some(true) {
                found.push(record);
            }
        }
        found.sort_by(|a, b| order(&query.sort, a, b));
        found.truncate(query.limit);
        Ok(found)
    }
}

/// Three-valued as SQL; parts that only the store can answer (sealed values) count as unknown.
fn answers(filter: &Filter, def: &Register, view: &View) -> Option<bool> {
    let value = |ix: &kernel::FieldIx| view.record.value(*ix);
    let known = |ix: &kernel::FieldIx, test: &dyn Fn(&Value) -> bool| match value(ix) {
        Value::Null => None,
        value => Some(test(value)),
    };
    let text = |ix: &kernel::FieldIx, test: &dyn Fn(&str) -> bool| match value(ix) {
        Value::Text(text) => Some(test(text)),
        _ => None,
    };
    match filter {
        Filter::All(parts) => all(parts.iter().map(|part| answers(part, def, view))),
        Filter::Any(parts) => all(parts
            .iter()
            .map(|part| answers(part, def, view).map(|yes| !yes)))
        .map(|no| !no),
        Filter::Not(part) => answers(part, def, view).map(|yes| !yes),
        Filter::Cond(condition) => match condition.eval(view) {
            Value::Bool(yes) => Some(yes),
            _ => None,
        },
        Filter::Is(ix, wanted) => known(ix, &|value| value == wanted),
        Filter::In(ix, wanted) => known(ix, &|value| wanted.contains(value)),
        Filter::Between(ix, from, to) => known(ix, &|value| {
            from.as_ref()
                .is_none_or(|from| compare(value, from) != Ordering::Less)
                && to
                    .as_ref()
                    .is_none_or(|to| compare(value, to) != Ordering::Greater)
        }),
        Filter::Prefix(ix, prefix) => text(ix, &|text| text.starts_with(prefix.as_str())),
        Filter::Contains(ix, part) => text(ix, &|text| text.contains(part.as_str())),
        Filter::Has(ix, entry) => known(ix, &|value| match value {
            Value::Set(entries) => entries.contains(entry),
            _ => false,
        }),
        Filter::Empty(ix) => Some(view.record.data[ix.0].is_empty()),
        Filter::States(states) => Some(view.record.state.is_some_and(|s| states.contains(&s))),
        Filter::Ids(ids) => Some(ids.contains(&view.record.id)),
        Filter::Text(words) => Some(def.all_fields().filter(|(_, f)| f.search).any(
            |(ix, _)| matches!(value(&ix), Value::Text(text) if text.contains(words.as_str())),
        )),
        Filter::CreatedBy(account) => Some(view.record.created_by == *account),
        Filter::CreatedBetween(from, to) => Some(within(view.record.created_at, from, to)),
        Filter::ChangedBetween(from, to) => Some(within(view.record.changed_at, from, to)),
        // Rights were asked of the present record.
        Filter::Span(_) => Some(true),
        Filter::Hash(..) => None,
    }
}

fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut known = true;
    for part in parts {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => known = false,
        }
    }
    known.then_some(true)
}

fn within(moment: Moment, from: &Option<Moment>, to: &Option<Moment>) -> bool {
    from.is_none_or(|from| moment.0 >= from.0) && to.is_none_or(|to| moment.0 <= to.0)
}

/// Empty values come last, as in the store.
fn order(sort: &[Sort], a: &Record, b: &Record) -> Ordering {
    for by in sort {
        let (x, y) = (sorted_by(by.by, a), sorted_by(by.by, b));
        let ordering = match (&x, &y) {
            (Value::Null, Value::Null) => Ordering::Equal,
            (Value::Null, _) => Ordering::Greater,
            (_, Value::Null) => Ordering::Less,
            _ if by.descending => compare(&y, &x),
            _ => compare(&x, &y),
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
    a.id.0.cmp(&b.id.0)
}

fn sorted_by(column: Column, record: &Record) -> Value {
    match column {
        Column::Field(ix) => record.value(ix).clone(),
        Column::State => record.state.map_or(Value::Null, |s| Value::Int(s.0 as i64)),
        Column::CreatedAt => Value::Moment(record.created_at),
        Column::ChangedAt => Value::Moment(record.changed_at),
        Column::Colour => Value::Null,
    }
}

fn compare(a: &Value, b: &Value) -> Ordering {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => a.cmp(b),
        (Value::Text(a), Value::Text(b)) => a.cmp(b),
        (Value::Date(a), Value::Date(b)) => a.cmp(b),
        (Value::Moment(a), Value::Moment(b)) => a.0.cmp(&b.0),
        (Value::Dec(a), Value::Dec(b)) => a.to_f64().total_cmp(&b.to_f64()),
        (Value::Bool(a), Value::Bool(b)) => a.cmp(b),
        (Value::Id(a), Value::Id(b)) => a.0.cmp(&b.0),
        _ => Ordering::Equal,
    }
}
