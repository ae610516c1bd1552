//! What one row does: a new record, a changed one, nothing, or a refusal.

use kernel::{
    Change, Datum, Decision, FieldIx, Ground, Id, Kind, Reading, Reason, Record, Refusal, Value,
    Verb,
};
use speech::{Said, said};

use super::plan::Plan;
use super::row::{Remark, Taken};
use super::world::ImportWorld;
use crate::Outcome;
use crate::records::provisional;

/// How often faults of lesser fields are taken out and the rest is tried again.
const SOFTENINGS_MAX: usize = 3;

/// What becomes of a row.
pub(crate) enum Verdict {
    New {
        change: Change,
        after: Box<Record>,
        checks: Vec<Said>,
    },
    Changed {
        change: Change,
        before: Option<Box<Record>>,
        after: Box<Record>,
        checks: Vec<Said>,
    },
    Same,
    Wrong,
}

/// The record that a row is about.
#[derive(Clone, Copy)]
pub(crate) enum Before<'a> {
    /// The fields of it that the plan compares, which is all that most rows need.
    Stored(&'a Record),
    /// All of a record that only a dry run has made.
    Planned(&'a Record),
}

pub(crate) struct Desk<'a> {
    pub plan: &'a Plan<'a>,
    pub ground: &'a Ground<'a>,
    pub world: &'a ImportWorld<'a>,
    /// What the hooks of the register read.
    pub reads: &'a [(&'static str, Reading)],
}

impl Desk<'_> {
    /// Decides about a row; what is wrong with it is added to its remarks.
    pub fn decide(
        &self,
        taken: &mut Taken,
        before: Option<Before>,
        next_id: impl FnOnce() -> Outcome<Id>,
    ) -> Outcome<Verdict> {
        if taken.refused {
            return Ok(Verdict::Wrong);
        }
        let verdict = match before {
            Some(before) => self.edit(taken, before),
            None => self.create(taken, next_id()?),
        }?;
        self.fits_the_tree(verdict, taken)
    }

    fn create(&self, taken: &mut Taken, id: Id) -> Outcome<Verdict> {
        for (ix, _) in std::mem::take(&mut taken.masked) {
            let label = &self.plan.def.get(ix).label.zh;
            taken.remarks.push(Remark::new(
                label,
                "masked",
                said!(
                    "是遮盖过的个人信息，没有导入" / "Masked personal information was not imported"
                ),
            ));
        }
        let mut input = std::mem::take(&mut taken.typed);
        input.retain(|(_, datum)| !datum.is_empty());
        let given = std::mem::take(&mut taken.given);
        for (ix, datum) in given {
            if !input.iter().any(|(other, _)| *other == ix) {
                input.push((ix, datum));
            }
        }
        for _ in 0..=SOFTENINGS_MAX {
            let tried = self.with_received(&input, taken, None);
            let blank = kernel::blank(self.ground, self.plan.register, id, None);
            let blank = Record {
                version: 0,
                ..blank
            };
            let reads = self.world.reads(self.reads, &provisional(&blank, &tried))?;
            let decided = kernel::create(
                self.ground,
                self.plan.register,
                id,
                Verb::Import,
                taken.state,
                tried,
                &reads,
            );
            match decided {
                Ok(decision) => {
                    let Decision {
                        after,
                        mut changes,
                        warnings,
                        turn: _,
                        intents: _,
                    } = decision;
                    let Some(change) = changes.pop() else {
                        return Ok(Verdict::Same);
                    };
                    let checks = warnings.into_iter().map(|blame| blame.message).collect();
                    return Ok(Verdict::New {
                        change,
                        after: Box::new(after),
                        checks,
                    });
                }
                Err(refusal) if self.soften(&refusal, &mut input, taken) => {}
                Err(refusal) => return Ok(self.wrong(refusal, taken)),
            }
        }
        Ok(Verdict::Wrong)
    }

    fn edit(&self, taken: &mut Taken, known: Before) -> Outcome<Verdict> {
        let def = self.plan.def;
        let (Before::Stored(before) | Before::Planned(before)) = known;
        for (ix, text) in std::mem::take(&mut taken.masked) {
            if masked(def.get(ix), &before.data[ix.0]) != text {
                let label = &def.get(ix).label.zh;
                taken.remarks.push(Remark::new(
                    label,
                    "masked",
                    said!(
                        "是遮盖过的个人信息，没有导入"
                            / "Masked personal information was not imported"
                    ),
                ));
            }
        }
        if let (Some(state), Some(is)) = (taken.state, before.state)
            && state != is
        {
            let message = said!(
                "记录现在是“{}”，表中是“{}”；导入不改变状态，请在页面上办理"
                    / "The record is “{}”, the table says “{}”; an import changes no state, please use the page",
                def.states[is.0].label,
                def.states[state.0].label
            );
            taken.remarks.push(Remark::new(
                said!("状态" / "State").get(self.ground.actor.lang),
                "state",
                message,
            ));
        }
        let mut input = std::mem::take(&mut taken.typed);
        for (ix, datum) in std::mem::take(&mut taken.given) {
            let stands = input.iter().any(|(other, _)| *other == ix);
            if !stands && before.data[ix.0].is_empty() {
                input.push((ix, datum));
            }
        }
        // What the law had destroyed does not come back with a file.
        input.retain(|(ix, _)| before.data[ix.0] != Datum::Erased);
        if self.is_same(before, &self.with_received(&input, taken, Some(before))) {
            return Ok(Verdict::Same);
        }
        let whole = match known {
            Before::Stored(_) => self.world.reader.get(before.register, before.id)?,
            Before::Planned(record) => Some(record.clone()),
        };
        let Some(before) = whole else {
            taken.refuse(Remark::new(
                "",
                "gone",
                said!("记录刚被移除" / "The record was just removed"),
            ));
            return Ok(Verdict::Wrong);
        };
        for _ in 0..=SOFTENINGS_MAX {
            let tried = self.with_received(&input, taken, Some(&before));
            if self.is_same(&before, &tried) {
                return Ok(Verdict::Same);
            }
            let reads = self
                .world
                .reads(self.reads, &provisional(&before, &tried))?;
            match kernel::edit(self.ground, &before, Verb::Import, tried, &reads) {
                Ok(decision) => {
                    let Decision {
                        after,
                        mut changes,
                        warnings,
                        turn: _,
                        intents: _,
                    } = decision;
                    let Some(change) = changes.pop() else {
                        return Ok(Verdict::Same);
                    };
                    let checks = warnings.into_iter().map(|blame| blame.message).collect();
                    let (before, after) = (Some(Box::new(before)), Box::new(after));
                    return Ok(Verdict::Changed {
                        change,
                        before,
                        after,
                        checks,
                    });
                }
                Err(refusal) if self.soften(&refusal, &mut input, taken) => {}
                Err(refusal) => return Ok(self.wrong(refusal, taken)),
            }
        }
        Ok(Verdict::Wrong)
    }

    /// The input with the texts that could not be understood in their own field.
    fn with_received(
        &self,
        input: &[(FieldIx, Datum)],
        taken: &Taken,
        before: Option<&Record>,
    ) -> Vec<(FieldIx, Datum)> {
        let mut tried = input.to_vec();
        let Some(ix) = self.plan.as_received else {
            return tried;
        };
        let text = taken.received.join("\n");
        let max = match self.plan.def.get(ix).kind {
            Kind::LongText { max } => max,
            _ => usize::MAX,
        };
        let text: String = text
            .chars()
            .filter(|c| !c.is_control() || *c == '\n')
            .take(max)
            .collect();
        let datum = match text.trim_end() {
            "" => Datum::One(Value::Null),
            text => Datum::One(Value::Text(text.to_owned())),
        };
        if before.is_some() || !datum.is_empty() {
            tried.push((ix, datum));
        }
        tried
    }

    /// Whether the record already says all of it. Asked before the kernel, which refuses to look at
    /// records that are closed.
    fn is_same(&self, before: &Record, input: &[(FieldIx, Datum)]) -> bool {
        if input
            .iter()
            .all(|(ix, datum)| same(&before.data[ix.0], datum))
        {
            return true;
        }
        let mut will = provisional(before, input);
        for (ix, field) in self.plan.def.all_fields() {
            let Some(when) = &field.when else { continue };
            let asked = field.typed() && !will.data[ix.0].is_empty();
            if asked && !when.holds(&crate::sight::view_of(self.ground, &will)) {
                will.data[ix.0] = Datum::One(Value::Null);
            }
        }
        before.data.iter().zip(&will.data).all(|(a, b)| same(a, b))
    }

    /// Takes lesser fields out that the register's rules refuse; false when a refusal stands.
    fn soften(
        &self,
        refusal: &Refusal,
        input: &mut Vec<(FieldIx, Datum)>,
        taken: &mut Taken,
    ) -> bool {
        if refusal.reason != Reason::Invalid || self.plan.required_only.is_none() {
            return false;
        }
        let mut out = Vec::with_capacity(refusal.blames.len());
        for blame in &refusal.blames {
            let name = blame
                .pointer
                .trim_start_matches('/')
                .split('/')
                .next()
                .unwrap_or_default();
            let Some(ix) = self
                .plan
                .def
                .field(name)
                .filter(|ix| !self.plan.refuses(*ix))
            else {
                return false;
            };
            let Some(at) = input
                .iter()
                .position(|(other, datum)| *other == ix && !datum.is_empty())
            else {
                return false;
            };
            out.push((at, blame));
        }
        for (at, blame) in &out {
            let (ix, datum) = &input[*at];
            let field = self.plan.def.get(*ix);
            let name = self
                .plan
                .steps
                .iter()
                .find(|s| s.field == *ix)
                .map_or("", |s| s.name.as_str());
            let (message, original) = match field.sealed() {
                true => (
                    said!(
                        "不能采用（个人信息，不在此显示）"
                            / "It cannot stand (personal, not shown here)"
                    ),
                    "（个人信息，不留原文）".to_owned(),
                ),
                false => (blame.message.clone(), datum.value().to_string()),
            };
            taken.remarks.push(Remark::new(name, blame.code, message));
            taken.received.push(format!("{name}: {original}"));
        }
        let gone: Vec<FieldIx> = out.iter().map(|(at, _)| input[*at].0).collect();
        input.retain(|(ix, _)| !gone.contains(ix));
        true
    }

    fn wrong(&self, refusal: Refusal, taken: &mut Taken) -> Verdict {
        taken.refused = true;
        if refusal.blames.is_empty() {
            taken
                .remarks
                .push(Remark::new("", refusal.reason.code(), refusal.message));
        }
        for blame in refusal.blames {
            taken
                .remarks
                .push(Remark::new("", blame.code, blame.message));
        }
        Verdict::Wrong
    }
}

/// The text that an export writes for a personal value.
fn masked(field: &kernel::Field, datum: &Datum) -> String {
    match (&field.kind, datum) {
        (_, Datum::Erased) => crate::export::ERASED.to_owned(),
        (Kind::Rows { fields, .. }, Datum::Rows(rows)) => {
            super::rows::text(fields, rows, field.personal, &|id| id.to_string())
        }
        (_, datum) => kernel::masked(field, datum.value()),
    }
}

/// Equal for the purpose of an import: child rows by their values.
pub(crate) fn same(a: &Datum, b: &Datum) -> bool {
    match (a, b) {
        (Datum::Rows(a), Datum::Rows(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.values == b.values)
        }
        _ => a == b || (a.is_empty() && b.is_empty()),
    }
}
