//! Which record a row is about: by its id, or by the fields that are its key.

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;
use std::hash::{DefaultHasher, Hash, Hasher};

use kernel::{Id, Record, Value};
use speech::said;
use store::{Filter, Personal, Query};
use tables::Row;

use super::row::{Remark, Taken};
use super::run::Run;
use crate::Outcome;

/// Records of the store that rows of a chunk are about.
pub(super) struct Known {
    pub by_key: HashMap<String, Vec<Id>>,
    pub records: HashMap<Id, Record>,
}

impl Known {
    pub fn of(&self, taken: &Taken, key: Option<&str>) -> Result<Option<&Record>, Remark> {
        let by_key = key
            .and_then(|key| self.by_key.get(key))
            .map_or(&[][..], Vec::as_slice);
        if let Some(id) = taken.id {
            match (self.records.get(&id), by_key) {
                (Some(_), [other]) if *other != id => {
                    let message = said!(
                        "id 是 {id}，编号却是另一条记录（{other}）的"
                            / "The id is {id}, but the code is that of another record ({other})"
                    );
                    return Err(Remark::new("", "key", message));
                }
                (Some(record), _) => return Ok(Some(record)),
                (None, _) if key.is_none() => {
                    return Err(Remark::new(
                        "",
                        "id",
                        said!("没有 id 为 {id} 的记录" / "There is no record with the id {id}"),
                    ));
                }
                (None, _) => {}
            }
        }
        match by_key {
            [] => Ok(None),
            [one] => Ok(self.records.get(one)),
            several => {
                let message = said!(
                    "库里有 {} 条记录都是这个编号，不知改哪一条"
                        / "{} records have this code; nobody can tell which is meant",
                    several.len()
                );
                Err(Remark::new("", "key", message))
            }
        }
    }
}

/// Rows that wait for their decision, each with its key.
pub(super) type Waiting = VecDeque<((Row, Taken), Option<Vec<Value>>)>;

impl Run<'_> {
    pub(super) fn known(&self, reader: &store::Reader, rest: &Waiting) -> Outcome<Known> {
        let register = self.plan.register;
        let mut by_key: HashMap<String, Vec<Id>> = HashMap::new();
        let keys = || rest.iter().filter_map(|(_, key)| key.as_deref());
        let (last, head) = match self.plan.key.split_last() {
            Some((last, head)) => (Some(*last), head),
            None => (None, &[][..]),
        };
        match last {
            Some(field) if head.is_empty() && self.plan.def.get(field).sealed() => {
                for key in keys() {
                    let ids = reader.find(register, field, &key[0])?;
                    by_key.insert(key_text(key), ids);
                }
            }
            Some(field) => {
                let mut groups: HashMap<String, (&[Value], Vec<Value>)> = HashMap::new();
                for key in keys() {
                    let (value, before) = key.split_last().map_or((&Value::Null, key), |s| s);
                    let group = groups
                        .entry(key_text(before))
                        .or_insert((before, Vec::new()));
                    group.1.push(value.clone());
                }
                for (before, values) in groups.into_values() {
                    let is = head
                        .iter()
                        .zip(before)
                        .map(|(ix, v)| Filter::Is(*ix, v.clone()));
                    let filter = Filter::All(is.chain([Filter::In(field, values)]).collect());
                    let query = Query {
                        filter,
                        fields: Some(self.plan.key.clone()),
                        ..Query::of(register)
                    };
                    reader.each(&query, |record| {
                        let key: Vec<Value> = self
                            .plan
                            .key
                            .iter()
                            .map(|ix| record.value(*ix).clone())
                            .collect();
                        by_key.entry(key_text(&key)).or_default().push(record.id);
                        Ok::<(), store::Error>(())
                    })?;
                }
            }
            None => {}
        }
        let mut ids: Vec<Id> = by_key.values().flatten().copied().collect();
        ids.extend(rest.iter().filter_map(|((_, taken), _)| taken.id));
        ids.sort_unstable_by_key(|id| id.0);
        ids.dedup();
        let records = match ids.as_slice() {
            [] => Vec::new(),
            ids => reader.get_many(register, ids, Some(&self.plan.compared), Personal::Open)?,
        };
        Ok(Known {
            by_key,
            records: records.into_iter().map(|r| (r.id, r)).collect(),
        })
    }
}

pub(super) fn key_text(key: &[Value]) -> String {
    let mut text = String::new();
    for value in key {
        // Writing to a String cannot fail.
        let _ = write!(text, "{value}\u{1f}");
    }
    text
}

pub(super) fn hash_of(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}
