//! The history of a record, cut to the versions and fields that the person may see.

use kernel::{
    Actor, Capacity, Datum, Ground, Id, Moment, Record, RegisterIx, Scope, Sight, Value, Whose,
};
use speech::{Said, said};
use store::{HistoryEntry, Reader};

use super::names::{NAME_DEPTH, Wanted, collect_refs};
use super::{seen, view_of};
use crate::flow::is_of_owner;
use crate::{App, Changed, FieldChange, HistoryView, Names, Outcome, Seen};

/// Entries of history given at once.
pub const HISTORY_ROWS_MAX: usize = 200;

impl App {
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
            let (now, sight) = self.sighted(&ground, reader, register, id)?;
            let owner = self.owner_said(&ground, reader, &now)?;
            let mut then = match before {
                Some(seq) => reader.before(register, id, seq)?,
                None => Some(now),
            };
            let entries = reader.history(register, id, before, HISTORY_ROWS_MAX)?;
            let mut wanted = Wanted::new();
            let mut views = Vec::with_capacity(entries.len());
            for entry in entries {
                let Some(entry) = passable(&ground, &sight, &mut then, entry) else {
                    continue;
                };
                let view = self.entry_seen(&ground, reader, (register, &owner), entry)?;
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
        (register, owner): (RegisterIx, &Said),
        passed: Passed,
    ) -> Outcome<HistoryView> {
        let def = ground.catalogue.at(register);
        let Passed {
            entry,
            before,
            after,
        } = passed;
        let mut changes: Vec<FieldChange> = entry
            .fields
            .iter()
            .filter(|(ix, _, _)| kernel::sees_field(&after, *ix, def.get(*ix)))
            .map(|(ix, was, now)| {
                let field = def.get(*ix);
                let known = before
                    .as_ref()
                    .is_some_and(|right| kernel::sees_field(right, *ix, field));
                FieldChange {
                    what: Changed::Field(*ix),
                    was: match known {
                        true => seen(field, was),
                        false => seen(field, &Datum::One(Value::Null)),
                    },
                    now: seen(field, now),
                }
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
        let public = after.whose == Whose::Everyones;
        let (who, who_name) = match public {
            true => Default::default(),
            false => self.named_account(reader, entry.actor),
        };
        // An enterprise is told the names of its own people; those of officials are for their colleagues.
        let colleague = match ground.actor.subject {
            None => true,
            Some(subject) => !public && self.is_bound_to(reader, entry.actor, subject)?,
        };
        Ok(HistoryView {
            seq: entry.seq,
            at: entry.at,
            who,
            who_name: if colleague { who_name } else { String::new() },
            one_person: entry.capacity.as_ref().is_some_and(|post| post.one_person),
            post: match entry.capacity.filter(|_| !public) {
                Some(capacity) => {
                    let owner = Some(owner).filter(|_| is_of_owner(def, &capacity.role));
                    let post = (&capacity, owner, entry.at);
                    Some(self.post_said(ground.actor, reader, post)?)
                }
                None => None,
            },
            act: entry.act,
            reason: entry.reason.filter(|_| !public),
            version: entry.version,
            changes,
        })
    }

    /// Whether the account is that of somebody of this enterprise.
    fn is_bound_to(&self, reader: &Reader, account: Id, subject: Id) -> Outcome<bool> {
        let accounts = self.house("account")?;
        let bound = self.catalogue().at(accounts).field("subject");
        let record = reader.get(accounts, account)?;
        let bound = record
            .zip(bound)
            .map(|(record, ix)| record.value(ix).to_string());
        Ok(bound == Some(subject.to_string()))
    }

    /// In which post somebody acted: role, unit, and in whose stead. An enterprise is told the role and
    /// the unit, not the names of officials.
    fn post_said(
        &self,
        actor: &Actor,
        reader: &Reader,
        (capacity, owner, at): (&Capacity, Option<&Said>, Moment),
    ) -> Outcome<String> {
        let unit = match owner {
            Some(owner) => owner.get(actor.lang).to_owned(),
            // As the unit was called then: it may have another name by now, or be part of another.
            None => self.unit_title_on(capacity.unit, at.local_date())?,
        };
        let role = self.catalogue().roles.get(&capacity.role);
        let role = role.map_or(capacity.role.as_str(), |role| role.label.get(actor.lang));
        let post = match unit.is_empty() {
            true => role.to_owned(),
            false => format!("{role} · {unit}"),
        };
        let Some(principal) = capacity.on_behalf else {
            return Ok(post);
        };
        let name = match actor.subject {
            None => self.name_of(reader, principal),
            Some(_) => String::new(),
        };
        let said = said!("{post}，代 {name}" / "{post}, for {name}");
        let unnamed = said!("{post}，代他人" / "{post}, for another");
        Ok(if name.is_empty() { unnamed } else { said }.take(actor.lang))
    }
}

/// An entry of history, and what the person sees of the record before and after it.
struct Passed<'a> {
    entry: HistoryEntry,
    before: Option<Scope<'a>>,
    after: Scope<'a>,
}

/// An entry of history cut to the versions that a right with a condition covers: what stood before
/// the record came into view is not shown. `then` is the record after the entry, and becomes that
/// before it.
fn passable<'a>(
    ground: &Ground<'a>,
    sight: &Sight<'a>,
    then: &mut Option<Record>,
    mut entry: HistoryEntry,
) -> Option<Passed<'a>> {
    if let [right] = sight.rights()
        && right.only.is_none()
    {
        return Some(Passed {
            entry,
            before: Some(right.clone()),
            after: right.clone(),
        });
    }
    let record = then.as_mut()?;
    let after = sight.then(&view_of(ground, record));
    for (ix, was, _) in &entry.fields {
        if let Datum::One(_) = was {
            record.data[ix.0] = was.clone();
        }
    }
    if let Some((was, _)) = &entry.state {
        record.state = *was;
    }
    let before = sight.then(&view_of(ground, record));
    if before.is_none() {
        entry.state = entry.state.map(|(_, now)| (None, now));
    }
    Some(Passed {
        entry,
        before,
        after: after?,
    })
}
