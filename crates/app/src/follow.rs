//! What follows from a change in the same commit: values that parents take from their latest child,
//! and the computed values that hang on them.

use std::collections::{BTreeMap, HashMap};

use catalogue::{Latest, Source};
use kernel::{
    Catalogue, Change, Datum, FieldIx, Ground, Id, Reading, Record, RegisterIx, Relied, Value,
    latest_value, recompute,
};
use store::{Personal, Reader};

use crate::eyes::held;
use crate::{App, Outcome};

/// Which parents take values from which children.
pub(crate) struct Plan {
    /// By child register: the parent register and its fields, grouped by the child's ref field.
    by_child: HashMap<RegisterIx, Vec<Link>>,
}

struct Link {
    parent: RegisterIx,
    by: FieldIx,
    fields: Vec<(FieldIx, Latest)>,
}

impl Plan {
    pub fn of(catalogue: &Catalogue) -> Plan {
        let mut by_child: HashMap<RegisterIx, Vec<Link>> = HashMap::new();
        for (parent, register) in catalogue.all() {
            for (ix, field) in register.all_fields() {
                let Source::Latest(latest) = &field.source else {
                    continue;
                };
                let links = by_child.entry(latest.register).or_default();
                let link = links
                    .iter_mut()
                    .find(|l| l.parent == parent && l.by == latest.by);
                match link {
                    Some(link) => link.fields.push((ix, latest.clone())),
                    None => links.push(Link {
                        parent,
                        by: latest.by,
                        fields: vec![(ix, latest.clone())],
                    }),
                }
            }
        }
        Plan { by_child }
    }
}

/// A child among many whose parents must follow.
pub(crate) struct Touched<'r> {
    pub before: Option<&'r Record>,
    pub after: After<'r>,
}

/// What a touched child will be.
pub(crate) enum After<'r> {
    Is(&'r Record),
    Gone,
    /// What the store holds.
    AsStored,
}

/// Values to put into records, by register and id.
pub(crate) type Given = BTreeMap<(RegisterIx, i64), Vec<(FieldIx, Datum)>>;

impl App {
    /// Whether records of other registers take values from this one.
    pub(crate) fn is_followed(&self, register: RegisterIx) -> bool {
        self.inner.follow.by_child.contains_key(&register)
    }

    /// Changes to the parents of many children at once, one for each parent.
    pub(crate) fn follow_all(
        &self,
        ground: &Ground,
        reader: &Reader,
        register: RegisterIx,
        touched: &[Touched],
    ) -> Outcome<Vec<Change>> {
        let mut given: Given = BTreeMap::new();
        self.give(ground, reader, register, touched, &mut given)?;
        self.recomputed(ground, reader, given, &HashMap::new())
    }

    /// Collects what parents take from their latest children.
    pub(crate) fn give(
        &self,
        ground: &Ground,
        reader: &Reader,
        register: RegisterIx,
        touched: &[Touched],
        given: &mut Given,
    ) -> Outcome<()> {
        let Some(links) = self.inner.follow.by_child.get(&register) else {
            return Ok(());
        };
        for link in links {
            let mut parents: HashMap<Id, Vec<&Touched>> = HashMap::new();
            for child in touched {
                let after = match child.after {
                    After::Is(after) => Some(after),
                    After::Gone | After::AsStored => None,
                };
                let mut ids: Vec<Id> = [child.before, after]
                    .into_iter()
                    .flatten()
                    .filter_map(|child| match child.value(link.by) {
                        Value::Id(id) => Some(*id),
                        _ => None,
                    })
                    .collect();
                ids.dedup();
                for id in ids {
                    parents.entry(id).or_default().push(child);
                }
            }
            for (parent, touched) in parents {
                let mut children = reader.children(register, link.by, parent, Personal::Sealed)?;
                for child in touched {
                    let (id, after) = match (&child.after, child.before) {
                        (After::Is(after), _) => (after.id, Some(*after)),
                        (After::Gone, Some(before)) => (before.id, None),
                        (After::Gone, None) | (After::AsStored, _) => continue,
                    };
                    children.retain(|c| c.id != id);
                    let stays = after.filter(|a| *a.value(link.by) == Value::Id(parent));
                    children.extend(stays.cloned());
                }
                let values = link
                    .fields
                    .iter()
                    .map(|(ix, latest)| (*ix, Datum::One(latest_value(ground, latest, &children))));
                given
                    .entry((link.parent, parent.0))
                    .or_default()
                    .extend(values);
            }
        }
        Ok(())
    }

    /// Changes to other records that follow from one being as `after` (and having been `before`): one
    /// change for each record.
    pub(crate) fn follow(
        &self,
        ground: &Ground,
        reader: &Reader,
        before: Option<&Record>,
        after: &Record,
    ) -> Outcome<Vec<Change>> {
        let touched = [Touched {
            before,
            after: After::Is(after),
        }];
        self.follow_all(ground, reader, after.register, &touched)
    }

    /// What the decision on a record stood on besides the record itself: what its hooks read, and the
    /// siblings from which a parent takes its latest values. The store asks it again when it commits,
    /// or two decisions at the same time would each overlook the other.
    pub(crate) fn facts(
        &self,
        ground: &Ground,
        reader: &Reader,
        before: Option<&Record>,
        after: &Record,
        act: &str,
    ) -> Outcome<Vec<Relied>> {
        let def = ground.catalogue.at(after.register);
        let mut facts = Vec::new();
        let begun = after.state.filter(|_| before.is_none());
        let taken = def
            .action(act)
            .into_iter()
            .chain(kernel::stood_for(def, ground.actor, begun));
        let taken = taken.map(|action| action.name.as_str());
        for (_, reading) in ground.hooks.reads(ground.catalogue, def, taken) {
            match reading {
                // What is only being made has no children yet.
                Reading::Children { .. } if before.is_none() => {}
                Reading::Ref { field, to } => {
                    let Value::Id(id) = *after.value(field) else {
                        continue;
                    };
                    if let Some(version) = reader.version_of(to, id)? {
                        facts.push(Relied::Version {
                            register: to,
                            id,
                            version,
                        });
                    }
                }
                _ => {
                    if let Some((register, field, value)) = held(after, reading) {
                        facts.push(same(reader, register, field, value)?);
                    }
                }
            }
        }
        for link in self
            .inner
            .follow
            .by_child
            .get(&after.register)
            .into_iter()
            .flatten()
        {
            let mut parents: Vec<Id> = before
                .into_iter()
                .chain([after])
                .filter_map(|child| match child.value(link.by) {
                    Value::Id(id) => Some(*id),
                    _ => None,
                })
                .collect();
            parents.dedup();
            for parent in parents {
                facts.push(same(reader, after.register, link.by, Value::Id(parent))?);
            }
        }
        Ok(facts)
    }

    /// Each given record with its values put in and what hangs on them computed.
    /// `will` are records that the same commit changes anyway, as they will be.
    pub(crate) fn recomputed(
        &self,
        ground: &Ground,
        reader: &Reader,
        given: Given,
        will: &HashMap<(RegisterIx, Id), Record>,
    ) -> Outcome<Vec<Change>> {
        let mut changes = Vec::new();
        for ((register, id), given) in given {
            let known = match will.get(&(register, Id(id))) {
                Some(record) => Some(record.clone()),
                None => reader.get(register, Id(id))?,
            };
            let Some(record) = known else {
                continue;
            };
            let will = crate::records::provisional(&record, &given);
            let reads = self.reads(ground, reader, &will, None)?;
            changes.extend(recompute(ground, &record, given, &reads).changes);
        }
        Ok(changes)
    }
}

pub(crate) fn same(
    reader: &Reader,
    register: RegisterIx,
    field: FieldIx,
    value: Value,
) -> Outcome<Relied> {
    let (count, versions) = reader.tally(register, field, &value)?;
    Ok(Relied::Same {
        register,
        field,
        value,
        count,
        versions,
    })
}
