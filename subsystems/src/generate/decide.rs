//! Decides on sample records by the same rules as on any others, and hands each decision on.
//!
//! No right is asked but the operator's, and nothing is read back: hooks get the records that the
//! generator holds in its hands.

use std::sync::Arc;

use kernel::{
    Actor, Catalogue, Commit, Datum, Decision, FieldIx, Ground, Hooks, Id, Meta, Moment,
    ParamValues, Record, Refusal, Source, Value, Verb, Words, latest_value,
};

use super::{Made, Maker, New, Turn, Values, What};

/// Where ids come from and decisions go to.
pub trait Shelf {
    fn next_id(&mut self) -> Result<Id, Refusal>;
    fn keep(&mut self, commit: Commit) -> Result<(), Refusal>;
    /// All open records of a register.
    fn all(&mut self, register: &str) -> Result<Made, Refusal>;
    fn find(&mut self, register: &str, field: &str, word: &str) -> Result<Option<Made>, Refusal>;
    /// Told once what is few stands, see [`Maker::settled`].
    fn settled(&mut self) -> Result<(), Refusal> {
        Ok(())
    }
}

/// The kernel at work for a generator.
pub struct Decider<'a, S> {
    catalogue: &'a Catalogue,
    hooks: &'a Hooks,
    params: ParamValues,
    actor: Actor,
    pub shelf: S,
}

impl<'a, S: Shelf> Decider<'a, S> {
    pub fn new(catalogue: &'a Catalogue, hooks: &'a Hooks, shelf: S) -> Decider<'a, S> {
        let (params, actor) = (ParamValues::default(), Actor::operator());
        Decider {
            catalogue,
            hooks,
            params,
            actor,
            shelf,
        }
    }

    fn ground(&self, at: Moment) -> Ground<'_> {
        Ground {
            catalogue: self.catalogue,
            hooks: self.hooks,
            params: &self.params,
            actor: &self.actor,
            today: at.local_date(),
            now: at,
        }
    }

    fn named(&self, register: kernel::RegisterIx, values: Values) -> Vec<(FieldIx, Datum)> {
        let def = self.catalogue.at(register);
        values
            .into_iter()
            .filter_map(|(name, datum)| Some((def.field(name)?, datum)))
            .collect()
    }

    fn keep(
        &mut self,
        decision: Decision,
        at: Moment,
        reason: Option<&str>,
    ) -> Result<Made, Refusal> {
        let Decision {
            mut after, changes, ..
        } = decision;
        if !changes.is_empty() {
            let meta = Meta {
                at,
                actor: self.actor.account,
                reason: reason.map(str::to_owned),
                batch: None,
                capacity: None,
            };
            self.shelf.keep(Commit {
                meta,
                changes,
                relied: Vec::new(),
                events: Vec::new(),
                once: None,
            })?;
        }
        after.changed_at = at;
        Ok(Arc::new(vec![after]))
    }
}

impl<S: Shelf> Maker for Decider<'_, S> {
    fn make(&mut self, new: New) -> Result<Made, Refusal> {
        let New {
            register,
            state,
            at,
            values,
            reads,
        } = new;
        let ix = self
            .catalogue
            .register(register)
            .ok_or_else(Refusal::not_found)?;
        let state = state.and_then(|word| self.catalogue.at(ix).state(word));
        let id = self.shelf.next_id()?;
        let input = self.named(ix, values);
        let decision =
            kernel::create(&self.ground(at), ix, id, Verb::Import, state, input, &reads)?;
        self.keep(decision, at, None)
    }

    fn turn(&mut self, turn: Turn<'_>) -> Result<Made, Refusal> {
        let Turn {
            record,
            at,
            what,
            values,
            reads,
        } = turn;
        let before = record.first().ok_or_else(Refusal::not_found)?;
        let input = self.named(before.register, values);
        let ground = self.ground(at);
        let (mut decision, reason) = match what {
            What::Edit => (
                kernel::edit(&ground, before, Verb::Edit, input, &reads)?,
                None,
            ),
            What::Act(action, reason) => {
                let words = Words {
                    reason,
                    opinion: None,
                    ..Words::default()
                };
                (
                    kernel::act(&ground, before, action, input, &words, &reads, None)?,
                    reason,
                )
            }
            What::Follow(children) => {
                let children: Vec<Record> = children
                    .iter()
                    .flat_map(|child| child.iter().cloned())
                    .collect();
                let given = taken(&ground, before, &children);
                (kernel::recompute(&ground, before, given, &reads), None)
            }
        };
        // The store counts one version up with every change; the next turn builds on that.
        if !decision.changes.is_empty() {
            decision.after.version = before.version + 1;
        }
        self.keep(decision, at, reason)
    }

    fn all(&mut self, register: &'static str) -> Result<Made, Refusal> {
        self.shelf.all(register)
    }

    fn find(
        &mut self,
        register: &'static str,
        field: &'static str,
        word: &str,
    ) -> Result<Option<Made>, Refusal> {
        self.shelf.find(register, field, word)
    }

    fn settled(&mut self) -> Result<(), Refusal> {
        self.shelf.settled()
    }

    fn value<'r>(&self, record: &'r Made, field: &str) -> &'r Value {
        static NULL: Value = Value::Null;
        record.first().map_or(&NULL, |record| {
            record.named(self.catalogue.at(record.register), field)
        })
    }

    fn state(&self, record: &Made) -> Option<&str> {
        let record = record.first()?;
        let state = record.state?;
        Some(
            self.catalogue.at(record.register).states[state.0]
                .name
                .as_str(),
        )
    }
}

/// Values that the record takes from its latest child, as the program takes them.
fn taken(ground: &Ground, parent: &Record, children: &[Record]) -> Vec<(FieldIx, Datum)> {
    let def = ground.catalogue.at(parent.register);
    def.all_fields()
        .filter_map(|(ix, field)| match &field.source {
            Source::Latest(latest) => {
                Some((ix, Datum::One(latest_value(ground, latest, children))))
            }
            _ => None,
        })
        .collect()
}
