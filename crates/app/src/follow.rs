//! What follows from a change in the same commit: values that parents take from their latest child,
//! and the computed values that hang on them.

use std::collections::{BTreeMap, HashMap};

use catalogue::{Latest, Source};
use kernel::{
    Catalogue, Change, Datum, FieldIx, Ground, Id, Kind, Record, RegisterIx, Relied, Value, What,
    latest_value, recompute,
};
use store::{Personal, Reader};

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
type Given = BTreeMap<(RegisterIx, i64), Vec<(FieldIx, Datum)>>;

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
        self.recomputed(ground, reader, given)
    }

    /// Collects what parents take from their latest children.
    fn give(
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

    /// Changes to other records that follow from one being as `after` (and having been `before`),
    /// together with those that effects asked for: one change for each record.
    pub(crate) fn follow(
        &self,
        ground: &Ground,
        reader: &Reader,
        before: Option<&Record>,
        after: &Record,
        effects: Vec<Change>,
    ) -> Outcome<Vec<Change>> {
        let mut given: Given = BTreeMap::new();
        for effect in effects {
            if let What::Update { data, .. } = effect.what {
                given
                    .entry((effect.register, effect.id.0))
                    .or_default()
                    .extend(data);
            }
        }
        let touched = [Touched {
            before,
            after: After::Is(after),
        }];
        self.give(ground, reader, after.register, &touched, &mut given)?;
        self.recomputed(ground, reader, given)
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
        let action = def.action(act).map(|action| action.name.as_str());
        for read in ground.hooks.reads(def, action) {
            match read.split_once(' ') {
                Some(("children", name)) if before.is_some() => {
                    let child = ground.catalogue.register(name);
                    let by = child.and_then(|child| self.child_ref(child, after.register));
                    if let (Some(register), Some(by)) = (child, by) {
                        facts.push(children(reader, register, by, after.id)?);
                    }
                }
                Some(("ref", field)) => {
                    let Some(ix) = def.field(field) else { continue };
                    let (Kind::Ref { to }, Value::Id(id)) = (&def.get(ix).kind, after.value(ix))
                    else {
                        continue;
                    };
                    let (register, id) = (*to, *id);
                    if let Some(version) = reader.version_of(register, id)? {
                        facts.push(Relied::Version {
                            register,
                            id,
                            version,
                        });
                    }
                }
                _ => {}
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
                facts.push(children(reader, after.register, link.by, parent)?);
            }
        }
        Ok(facts)
    }

    /// Each given record with its values put in and what hangs on them computed.
    fn recomputed(&self, ground: &Ground, reader: &Reader, given: Given) -> Outcome<Vec<Change>> {
        let mut changes = Vec::new();
        for ((register, id), given) in given {
            let Some(record) = reader.get(register, Id(id))? else {
                continue;
            };
            let will = crate::records::provisional(&record, &given);
            let reads = self.reads(ground, reader, &will, None)?;
            changes.extend(recompute(ground, &record, given, &reads).changes);
        }
        Ok(changes)
    }
}

fn children(reader: &Reader, register: RegisterIx, by: FieldIx, of: Id) -> Outcome<Relied> {
    let (count, versions) = reader.tally(register, by, of)?;
    Ok(Relied::Children {
        register,
        by,
        of,
        count,
        versions,
    })
}
