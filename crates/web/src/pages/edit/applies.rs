//! When a field applies: for the browser as a condition over choices, for this moment as a yes or no.
//!
//! The condition language is richer than what a browser is told. What hangs on a few choices is
//! found by trying every entry. Where a condition also asks whether a text or a reference is there, the
//! field stands wherever the choices let it; anything else is left to the server, and the field stands.

use std::borrow::Cow;

use catalogue::{Catalogue, Field, FieldIx, Kind, Register, StateIx};
use expr::{Checked, Constants, Env, Key};
use jiff::civil::Date;
use kernel::{Dec, Moment, Value};

use super::demanded::anything;
use crate::pages::shows::Reading;
use crate::pairs::Pairs;
use crate::ui::field::{Condition, Now};
use crate::ui::when::When;

/// Texts and references that one condition may ask about.
const FREE_MAX: usize = 4;
/// Combinations that are tried for one condition.
const TRIES_MAX: usize = 2_000;

/// A form as conditions see it.
pub struct Sight<'a> {
    pub catalogue: &'a Catalogue,
    pub def: &'a Register,
    pub state: Option<StateIx>,
    /// Values by field index, as far as they can be told from what is typed.
    pub values: Vec<Value>,
    pub params: Vec<Value>,
    pub now: Moment,
    /// Fields that can be changed on the page; the others stay as they are while one types.
    pub boxes: Vec<FieldIx>,
}

impl<'a> Sight<'a> {
    pub fn of(
        reading: &'a Reading<'a>,
        def: &'a Register,
        state: Option<StateIx>,
        params: Vec<Value>,
        pairs: &Pairs,
        boxes: Vec<FieldIx>,
    ) -> Sight<'a> {
        let values = def
            .fields
            .iter()
            .map(|field| value_of(field, pairs))
            .collect();
        let app = reading.visit.app();
        Sight {
            catalogue: app.catalogue(),
            def,
            state,
            values,
            params,
            now: app.now(),
            boxes,
        }
    }

    /// When a field applies, and whether it does now; nothing when it always does.
    pub fn condition(&self, whens: &[&Checked]) -> Option<Condition> {
        let parts: Vec<When> = whens
            .iter()
            .map(|when| self.told(when))
            .collect::<Option<_>>()?;
        // What always holds need not be said.
        let parts: Vec<When> = parts.into_iter().filter(|when| *when != ALWAYS).collect();
        let when = match parts.len() {
            0 => return None,
            1 => parts.into_iter().next()?,
            _ => When::All(parts),
        };
        let holds = whens.iter().all(|when| self.may_hold(when));
        Some(Condition {
            when,
            now: if holds { Now::Holds } else { Now::Fails },
        })
    }

    /// Whether it holds, whatever is typed into the texts that it asks about.
    fn may_hold(&self, when: &Checked) -> bool {
        let mut trial = Trial {
            sight: self,
            put: Vec::new(),
        };
        may_hold(&mut trial, &self.free(when), when)
    }

    /// Boxes of texts and references that a condition asks about: there or not, and no more.
    fn free(&self, when: &Checked) -> Vec<usize> {
        let free = |key: Key| match key {
            Key::Field(ix) if self.is_free(FieldIx(ix)) => Some(ix),
            _ => None,
        };
        when.keys().into_iter().filter_map(free).collect()
    }

    fn is_free(&self, ix: FieldIx) -> bool {
        use Kind::{Code, Email, LongText, Phone, Ref, Text};
        let kind = &self.def.get(ix).kind;
        let open = matches!(
            kind,
            Text { .. } | LongText { .. } | Code { .. } | Ref { .. } | Phone | Email
        );
        open && self.boxes.contains(&ix)
    }

    /// The condition as the browser can be told it.
    fn told(&self, when: &Checked) -> Option<When> {
        let mut fields = Vec::new();
        let mut settled = false;
        let free = self.free(when);
        for key in when.keys() {
            match key {
                Key::Field(ix) if !self.boxes.contains(&FieldIx(ix)) => settled = true,
                Key::Field(ix) if free.contains(&ix) => {}
                Key::Field(ix) => fields.push((ix, self.entries(FieldIx(ix))?)),
                // The state does not change while one types.
                Key::State | Key::Phase => {}
                _ => return None,
            }
        }
        let tries: usize = fields.iter().map(|(_, entries)| entries.len()).product();
        if settled && fields.is_empty() && free.is_empty() && !when.reads_clock() {
            return Some(match when.holds(self) {
                true => ALWAYS,
                false => NEVER,
            });
        }
        let many = tries > TRIES_MAX || free.len() > FREE_MAX;
        if fields.is_empty() || many || when.reads_clock() {
            return None;
        }
        let mut trial = Trial {
            sight: self,
            put: Vec::new(),
        };
        told(&mut trial, &fields, &free, when)
    }

    /// Every value that a choice can have in a form, the empty one first.
    fn entries(&self, ix: FieldIx) -> Option<Vec<Value>> {
        let entries: Vec<Value> = match &self.def.get(ix).kind {
            Kind::Choice { list, .. } => self
                .catalogue
                .choice(list)
                .entries
                .keys()
                .cloned()
                .map(Value::Text)
                .collect(),
            Kind::Bool => vec![Value::Bool(true), Value::Bool(false)],
            _ => return None,
        };
        Some(std::iter::once(Value::Null).chain(entries).collect())
    }
}

/// Nothing that is typed on the page changes these.
const ALWAYS: When = When::All(Vec::new());
const NEVER: When = When::Any(Vec::new());

/// Tries the entries of the first field; under each, those of the fields after it.
fn told(
    trial: &mut Trial,
    fields: &[(usize, Vec<Value>)],
    free: &[usize],
    when: &Checked,
) -> Option<When> {
    let [(ix, entries), rest @ ..] = fields else {
        return None;
    };
    let name = trial.sight.def.fields[*ix].name.clone();
    // Entries under which the rest must hold alike, so that they are told in one breath.
    let mut groups: Vec<(Option<When>, Vec<String>)> = Vec::new();
    for entry in entries {
        trial.put.push((*ix, entry.clone()));
        let under = match rest {
            [] => may_hold(trial, free, when).then_some(None),
            rest => told(trial, rest, free, when).map(Some),
        };
        trial.put.pop();
        let Some(under) = under else { continue };
        let word = match entry {
            Value::Null => String::new(),
            entry => entry.to_string(),
        };
        match groups.iter_mut().find(|(known, _)| *known == under) {
            Some((_, words)) => words.push(word),
            None => groups.push((under, vec![word])),
        }
    }
    let mut any: Vec<When> = groups
        .into_iter()
        .map(|(under, values)| {
            let here = When::In {
                field: name.clone(),
                values,
            };
            match under {
                Some(under) => When::All(vec![here, under]),
                None => here,
            }
        })
        .collect();
    match any.len() {
        // Never under these entries.
        0 => None,
        1 => any.pop(),
        _ => Some(When::Any(any)),
    }
}

/// Whether the condition holds with these boxes as they are, empty, or filled with anything.
fn may_hold(trial: &mut Trial, free: &[usize], when: &Checked) -> bool {
    let [ix, rest @ ..] = free else {
        return when.holds(trial);
    };
    let now = trial.sight.values[*ix].clone();
    let some = anything(trial.sight.def.get(FieldIx(*ix)));
    [now, Value::Null, some].into_iter().any(|value| {
        trial.put.push((*ix, value));
        let holds = may_hold(trial, rest, when);
        trial.put.pop();
        holds
    })
}

/// The form with some choices put in.
struct Trial<'a> {
    sight: &'a Sight<'a>,
    put: Vec<(usize, Value)>,
}

impl Constants for Trial<'_> {
    fn param(&self, index: usize) -> Value {
        self.sight.param(index)
    }

    fn today(&self) -> Date {
        self.sight.today()
    }

    fn now(&self) -> Moment {
        self.sight.now
    }
}

impl Env for Trial<'_> {
    fn value(&self, key: Key) -> Cow<'_, Value> {
        if let Key::Field(ix) = key
            && let Some((_, value)) = self.put.iter().find(|(put, _)| *put == ix)
        {
            return Cow::Borrowed(value);
        }
        self.sight.value(key)
    }
}

impl Constants for Sight<'_> {
    fn param(&self, index: usize) -> Value {
        self.params.get(index).cloned().unwrap_or(Value::Null)
    }

    fn today(&self) -> Date {
        self.now.local_date()
    }

    fn now(&self) -> Moment {
        self.now
    }
}

impl Env for Sight<'_> {
    fn value(&self, key: Key) -> Cow<'_, Value> {
        let state = self.state.map(|ix| &self.def.states[ix.0]);
        match key {
            Key::Field(ix) => match self.values.get(ix) {
                Some(value) => Cow::Borrowed(value),
                None => Cow::Owned(Value::Null),
            },
            Key::State => Cow::Owned(state.map(|s| s.name.clone()).into()),
            Key::Phase => Cow::Owned(Value::Text(
                state.map_or("open", |s| s.phase.word()).to_owned(),
            )),
            _ => Cow::Owned(Value::Null),
        }
    }
}

/// The value of what is typed, for conditions only: what cannot be told is empty.
fn value_of(field: &Field, pairs: &Pairs) -> Value {
    let name = field.name.as_str();
    let typed = pairs.get(name).trim();
    let part = |end: &str| pairs.get(&format!("{name}.{end}")).trim().to_owned();
    let known = match &field.kind {
        Kind::Choices { .. } => Some(Value::set(pairs.all(name).filter(|v| !v.is_empty()))),
        Kind::Bool => match typed {
            "true" => Some(Value::Bool(true)),
            "false" => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::Int { .. } => typed.parse().ok().map(Value::Int),
        Kind::Decimal { scale, .. } => typed
            .parse::<Dec>()
            .ok()
            .and_then(|dec| dec.rescale(*scale))
            .map(Value::Dec),
        Kind::Money { .. } => typed
            .parse::<Dec>()
            .ok()
            .and_then(|d| d.rescale(2))
            .map(|d| Value::Int(d.mantissa)),
        Kind::Date { .. } => {
            let (year, month, day) = (
                part("year").parse(),
                part("month").parse(),
                part("day").parse(),
            );
            match (year, month, day) {
                (Ok(year), Ok(month), Ok(day)) => Date::new(year, month, day).ok().map(Value::Date),
                _ => None,
            }
        }
        Kind::Ref { .. } => part("id").parse().ok().map(Value::Id),
        Kind::Division { .. } => Some(part("id"))
            .filter(|id| !id.is_empty())
            .map(Value::Text),
        Kind::Moment | Kind::Point | Kind::Files { .. } | Kind::Rows { .. } => None,
        _ => Some(typed)
            .filter(|t| !t.is_empty())
            .map(|t| Value::Text(t.to_owned())),
    };
    known.unwrap_or(Value::Null)
}
