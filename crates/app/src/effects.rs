//! Everything that follows from one act in the same commit: what its effects ask for, the values that
//! parents take, the steps of flows. One change for each record.

use std::collections::{HashMap, HashSet};

use kernel::{
    Change, Datum, Decision, FieldIx, Ground, Id, Intent, Reason, Record, RegisterIx, Relied,
    Value, What,
};
use speech::said;
use store::Reader;

use crate::follow::{After, Given, Touched};
use crate::records::{Act, provisional};
use crate::{App, No, Outcome};

/// Records that one act may make or act upon by its effects, and theirs.
const EFFECTS_MAX: usize = 32;

/// The changes of one commit, gathered.
#[derive(Default)]
pub(crate) struct Sum {
    pub changes: Vec<Change>,
    pub relied: Vec<Relied>,
    /// Records of this commit as they will be.
    will: HashMap<(RegisterIx, Id), Record>,
    /// Values that other records take.
    given: Given,
    effects: usize,
    /// Records that effects make.
    made: HashSet<(RegisterIx, Id)>,
}

impl Sum {
    /// Adds a change; one record has one change, so a second goes into the first.
    fn put(&mut self, change: Change) {
        let same = |known: &&mut Change| known.register == change.register && known.id == change.id;
        let Some(known) = self.changes.iter_mut().find(same) else {
            return self.changes.push(change);
        };
        let What::Update { state, data, .. } = change.what else {
            return;
        };
        let (known_state, known_data) = match &mut known.what {
            What::Insert { state, data } | What::Update { state, data, .. } => (state, data),
            What::Remove { .. } | What::Erase { .. } => return,
        };
        *known_state = state.or(*known_state);
        for (ix, datum) in data {
            known_data.retain(|(known, _)| *known != ix);
            known_data.push((ix, datum));
        }
    }
}

impl App {
    /// A decided act with all that follows from it.
    pub(crate) fn gather(
        &self,
        ground: &Ground,
        reader: &Reader,
        act: Act,
        decision: Decision,
    ) -> Outcome<Sum> {
        let mut sum = Sum::default();
        self.gather_one(ground, reader, act, decision, &mut sum)?;
        let given = std::mem::take(&mut sum.given);
        for change in self.recomputed(ground, reader, given, &sum.will)? {
            sum.put(change);
        }
        // What is made must be there before anything names it.
        let made = std::mem::take(&mut sum.made);
        sum.changes
            .sort_by_key(|change| !made.contains(&(change.register, change.id)));
        Ok(sum)
    }

    fn gather_one(
        &self,
        ground: &Ground,
        reader: &Reader,
        act: Act,
        decision: Decision,
        sum: &mut Sum,
    ) -> Outcome<()> {
        let Decision {
            mut after,
            changes,
            turn,
            intents,
            ..
        } = decision;
        let Some(own) = changes.into_iter().next() else {
            return Ok(());
        };
        let word = own.act.clone();
        let at = (after.register, after.id);
        sum.put(own);
        sum.will.insert(at, after.clone());
        for intent in intents {
            if let Some((into, id)) = self.intend(ground, reader, &act, &after, intent, sum)? {
                after.data[into.0] = Datum::One(Value::Id(id));
                sum.put(names(&after, into, id));
            }
        }
        if let Some(opening) = self.opening(ground, reader, &act, &after)? {
            sum.put(opening.noted(&after));
            for (field, datum) in opening.own {
                after.data[field.0] = datum;
            }
            let made = &opening.account.after;
            sum.made.insert((made.register, made.id));
            self.gather_one(ground, reader, Act::made(), opening.account, sum)?;
            for rival in self.rivals(reader, &after)? {
                self.outdo(ground, reader, &act, &rival, sum)?;
            }
        }
        sum.will.insert(at, after.clone());
        let facts = self.facts(ground, reader, act.before, &after, &word)?;
        sum.relied.extend(facts);
        let touched = [Touched {
            before: act.before,
            after: After::Is(&after),
        }];
        self.give(ground, reader, after.register, &touched, &mut sum.given)?;
        for change in self.next_steps(ground, reader, &act, &after, turn)? {
            sum.put(change);
        }
        Ok(())
    }

    /// Ends an application beside one that is confirmed.
    fn outdo(
        &self,
        ground: &Ground,
        reader: &Reader,
        act: &Act,
        rival: &Record,
        sum: &mut Sum,
    ) -> Outcome<()> {
        let course = self.course(reader, rival, ground.actor.account)?;
        let course = course.as_ref();
        let known = |ground: &Ground| {
            let def = ground.catalogue.at(rival.register);
            let word = def.enrol.as_ref().map(|enrol| enrol.outdo.clone())?;
            def.action(&word).map(|_| word)
        };
        // A flow that is older than the action ends by today's.
        let old = self.by_course(*ground, rival, course);
        let (ground, word) = match (known(&old), known(ground)) {
            (Some(word), _) => (&old, word),
            (None, Some(word)) => (ground, word),
            (None, None) => return Ok(()),
        };
        let reads = self.reads(ground, reader, rival, Some(word.as_str()))?;
        let done = kernel::act_for(ground, rival, &word, &[], &reads, course)?;
        let taken = Act {
            action: ground.catalogue.at(rival.register).action(&word),
            course,
            reason: act.reason.clone(),
            ..Act::on(rival)
        };
        self.gather_one(ground, reader, taken, done, sum)
    }

    /// Does what an effect asks for; answers the ref field that is to name a record that was made.
    fn intend(
        &self,
        ground: &Ground,
        reader: &Reader,
        act: &Act,
        acting: &Record,
        intent: Intent,
        sum: &mut Sum,
    ) -> Outcome<Option<(FieldIx, Id)>> {
        sum.effects += 1;
        if sum.effects > EFFECTS_MAX {
            return Err(entangled());
        }
        let known = |register: &str| ground.catalogue.register(register).ok_or_else(entangled);
        match intent {
            Intent::Set {
                register,
                id,
                values,
            } => {
                let register = known(&register)?;
                let values = kernel::set_for(ground.catalogue.at(register), &values)?;
                sum.given
                    .entry((register, id.0))
                    .or_default()
                    .extend(values);
                Ok(None)
            }
            Intent::Make {
                register,
                values,
                state,
                into,
                rows,
            } => {
                let register = known(&register)?;
                let id = self.store().next_id()?;
                let typed = kernel::set_for(ground.catalogue.at(register), &values)?;
                let reads = self.reads_for_new(ground, reader, (register, id), &typed)?;
                let state = state.as_deref();
                let at = (register, id);
                let made = kernel::make_with_rows(ground, at, state, &values, &rows, &reads)?;
                sum.made.insert((register, id));
                self.gather_one(ground, reader, Act::made(), made, sum)?;
                let def = ground.catalogue.at(acting.register);
                let into = into.map(|name| def.field(&name).ok_or_else(entangled));
                Ok(into.transpose()?.map(|into| (into, id)))
            }
            Intent::Act {
                register,
                id,
                action,
                values,
            } => {
                let register = known(&register)?;
                if sum.will.contains_key(&(register, id)) {
                    return Err(entangled());
                }
                let before = self.load(reader, register, id)?;
                let course = self.course(reader, &before, ground.actor.account)?;
                let ground = &self.by_course(*ground, &before, course.as_ref());
                let typed = kernel::set_for(ground.catalogue.at(register), &values)?;
                let will = provisional(&before, &typed);
                let reads = self.reads(ground, reader, &will, Some(action.as_str()))?;
                let course = course.as_ref();
                let done = kernel::act_for(ground, &before, &action, &values, &reads, course)?;
                let taken = Act {
                    action: ground.catalogue.at(register).action(&action),
                    course,
                    reason: act.reason.clone(),
                    ..Act::on(&before)
                };
                self.gather_one(ground, reader, taken, done, sum)?;
                Ok(None)
            }
        }
    }
}

/// The acting record names what was made.
fn names(acting: &Record, into: FieldIx, id: Id) -> Change {
    Change {
        register: acting.register,
        id: acting.id,
        act: String::new(),
        what: What::Update {
            expected: acting.version,
            state: None,
            data: vec![(into, Datum::One(Value::Id(id)))],
        },
    }
}

/// Effects that go round in circles, or name what there is not, change nothing at all.
fn entangled() -> No {
    No::refuse(
        Reason::Conflict,
        said!(
            "这项操作的后续办理有误，没有保存；请联系系统管理员"
                / "What should follow from this action is wrong, so nothing was saved; please tell the administrator"
        ),
    )
}
