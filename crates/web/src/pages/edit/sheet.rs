//! A form in hand: the register, the record it is about, what stands in its boxes, what is wrong.

mod columns;
mod needs;
mod sections;

use std::cell::OnceCell;

use app::Input;
use app::{No, RecordView, Seen};
use catalogue::{Field, FieldIx, Register, RegisterIx, StateIx};
use kernel::{Blame, Raw, Value, Verb};
use maud::{Markup, html};

use super::applies::Sight;
use super::boxes::box_name;
use super::{controls, first, typed};
use crate::door::{Sent, Visit};
use crate::pages::offer;
use crate::pages::record::record_href;
use crate::pages::shows::Reading;
use crate::pairs::Pairs;
use crate::ui::Text;
use crate::ui::field::Entry;

pub struct Sheet<'a> {
    pub reading: &'a Reading<'a>,
    pub ix: RegisterIx,
    pub def: &'a Register,
    pub record: Option<&'a RecordView>,
    /// Fields with a box, in the order of the form.
    pub fields: Vec<FieldIx>,
    pub pairs: Pairs,
    pub blames: Vec<Blame>,
    /// Fields that must be filled here though the definition leaves them open: what an act needs.
    pub needed: Vec<FieldIx>,
    /// Where the act leads whose form it is.
    pub to: Option<StateIx>,
    /// Columns of child rows that the act alone asks for; the others are read.
    pub columns: Vec<(FieldIx, Vec<usize>)>,
    /// What the state asks for in which the record will stand.
    demanded: OnceCell<Vec<FieldIx>>,
    params: Vec<Value>,
    asked_by: AskedBy,
}

/// What a form is for: what is set once is typed into a new record and by an act, not by editing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum AskedBy {
    Form,
    Act,
}

impl<'a> Sheet<'a> {
    /// The form of a new record (`Create`) or of one that is there (`Edit`).
    pub fn new(
        reading: &'a Reading<'a>,
        ix: RegisterIx,
        def: &'a Register,
        record: Option<&'a RecordView>,
    ) -> Result<Sheet<'a>, No> {
        let verb = if record.is_some() {
            Verb::Edit
        } else {
            Verb::Create
        };
        let reached: Vec<FieldIx> = offer::fields_for(reading.visit, def, verb)
            .into_iter()
            .map(|(ix, _)| ix)
            .collect();
        // Who enters old papers has what came of them too.
        let whole = record.is_some() || offer::may(reading.visit, def, Verb::Import);
        let fields = def
            .form
            .iter()
            .flat_map(|section| section.fields.iter().copied())
            .filter(|ix| reached.contains(ix))
            .filter(|ix| whole || first::asks(def, *ix, def.get(*ix)))
            .collect();
        Sheet::of(reading, ix, def, record, fields, AskedBy::Form)
    }

    /// A form of some fields only: those that an act asks for.
    pub fn of_act(
        reading: &'a Reading<'a>,
        ix: RegisterIx,
        def: &'a Register,
        record: &'a RecordView,
        fields: Vec<FieldIx>,
    ) -> Result<Sheet<'a>, No> {
        Sheet::of(reading, ix, def, Some(record), fields, AskedBy::Act)
    }

    fn of(
        reading: &'a Reading<'a>,
        ix: RegisterIx,
        def: &'a Register,
        record: Option<&'a RecordView>,
        fields: Vec<FieldIx>,
        asked_by: AskedBy,
    ) -> Result<Sheet<'a>, No> {
        let visit = reading.visit;
        let params = match def.params.is_empty() {
            true => Vec::new(),
            false => match visit.app().params(&visit.actor, ix) {
                Ok(views) => views.into_iter().map(|view| view.value).collect(),
                Err(No::Refused(_)) => def.params.iter().map(|p| p.default.clone()).collect(),
                Err(broke) => return Err(broke),
            },
        };
        let (pairs, blames) = (Pairs::default(), Vec::new());
        Ok(Sheet {
            reading,
            ix,
            def,
            record,
            fields,
            pairs,
            blames,
            needed: Vec::new(),
            to: None,
            columns: Vec::new(),
            demanded: OnceCell::new(),
            params,
            asked_by,
        })
    }

    pub fn visit(&self) -> &'a Visit {
        self.reading.visit
    }

    /// The boxes as the record has it.
    pub fn of_record(&self) -> Pairs {
        match self.record {
            Some(record) => pairs_of(self.reading, self.def, record),
            None => self.defaults(),
        }
    }

    /// The boxes as the record has them; a day that the act needs and that cannot lie ahead is most
    /// often today.
    pub fn of_today(&self) -> Pairs {
        let mut pairs = self.of_record();
        let today = Value::Date(self.visit().app().now().local_date());
        for ix in &self.needed {
            let field = self.def.get(*ix);
            let open = self.seen(field).is_none_or(Seen::is_empty);
            if open && matches!(field.kind, catalogue::Kind::Date { past: true }) {
                typed::of_value(self.reading, field, &field.name, &today, &mut pairs);
            }
        }
        pairs
    }

    /// The boxes of a new record: defaults, and what the address already knows (`?user=ID`).
    fn defaults(&self) -> Pairs {
        let mut pairs = Pairs::default();
        for ix in &self.fields {
            let field = self.def.get(*ix);
            if let Some(value) = &field.default {
                typed::of_value(self.reading, field, &field.name, value, &mut pairs);
            }
        }
        pairs
    }

    /// Takes what was sent into the boxes: files that came, files that go, rows that come or go.
    pub fn put(&mut self, sent: Sent) {
        let Sent {
            mut pairs,
            files,
            refused,
            ..
        } = sent;
        for ix in &self.fields {
            let name = &self.def.get(*ix).name;
            let (held, drop) = (format!("{name}.held"), format!("{name}.drop"));
            let gone: Vec<String> = pairs.all(&drop).map(str::to_owned).collect();
            pairs.0.retain(|(n, value)| {
                *n != drop
                    && !(*n == held
                        && typed::read_held(value).is_none_or(|file| gone.contains(&file.hash)))
            });
            for (_, file) in files.iter().filter(|(field, _)| field == name) {
                pairs.push(held.clone(), typed::held(file));
            }
        }
        self.pairs = pairs;
        self.drop_untouched();
        let refused = refused.into_iter();
        self.blames
            .extend(refused.map(|(name, why)| Blame::at(&name, "file", why)));
    }

    /// Adds or removes a row when the button pressed was for that, or only shows what belongs to what
    /// was chosen; the form then comes back.
    pub fn turn_rows(&mut self) -> bool {
        if self.pairs.filled("_show").is_some() {
            self.pairs.drop("_show");
            return true;
        }
        if let Some(name) = self.pairs.filled("_add").map(str::to_owned) {
            let mut rows = typed::rows(&self.pairs, &name);
            rows.push(Pairs(vec![("+".to_owned(), String::new())]));
            typed::put_rows(&mut self.pairs, &name, rows);
            return true;
        }
        let removed = self.pairs.filled("_remove").and_then(|text| {
            let (name, at) = text.split_once('[')?;
            Some((
                name.to_owned(),
                at.trim_end_matches(']').parse::<usize>().ok()?,
            ))
        });
        if let Some((name, at)) = removed {
            let prefix = format!("{name}[{at}].");
            self.pairs.0.retain(|(full, _)| !full.starts_with(&prefix));
            let rows = typed::rows(&self.pairs, &name);
            typed::put_rows(&mut self.pairs, &name, rows);
            return true;
        }
        false
    }

    /// What the boxes mean, field by field, in the order of the form.
    pub fn raws(&self, pairs: &Pairs) -> Vec<(FieldIx, Raw)> {
        let places = self.visit().app().places();
        self.fields
            .iter()
            .filter(|ix| !self.is_fixed(self.def.get(**ix)))
            .map(|ix| {
                let field = self.def.get(*ix);
                (*ix, typed::raw(&places, field, pairs, &field.name))
            })
            .collect()
    }

    /// Fields whose boxes differ from what they were, with their new values.
    pub fn changed(&self, was: &Pairs) -> Vec<(FieldIx, Raw)> {
        let was = self.raws(was);
        let now = self.raws(&self.pairs).into_iter().zip(was);
        now.filter_map(|((ix, now), (_, was))| {
            let field = self.def.get(ix);
            if self.masked(field).is_some() {
                // The box of a masked value is empty until something new is typed into it.
                let clear = self.pairs.get(&format!("{}.clear", field.name)) == "true";
                return match typed::is_blank(&now) {
                    true => clear.then_some((ix, Raw::Null)),
                    false => Some((ix, now)),
                };
            }
            let same = now == was || (typed::is_blank(&now) && typed::is_blank(&was));
            (!same).then_some((ix, now))
        })
        .collect()
    }

    pub fn input(&self, raws: Vec<(FieldIx, Raw)>) -> Input {
        raws.into_iter()
            .map(|(ix, raw)| (self.def.get(ix).name.clone(), raw))
            .collect()
    }

    /// The message beside a box: of a field, or of a column in a row (`items[3].no`).
    pub fn error(&self, name: &str) -> Option<&str> {
        let found = self
            .blames
            .iter()
            .find(|blame| box_name(&blame.pointer) == name);
        found.map(|blame| blame.message.get(self.reading.visit.lang()))
    }

    /// The mask of a personal value that the record holds.
    pub fn masked(&self, field: &Field) -> Option<String> {
        controls::masked_text(self.seen(field))
    }

    fn seen(&self, field: &Field) -> Option<&Seen> {
        self.record?.field(self.def.field(&field.name)?)
    }

    /// Shown, not typed: what follows from elsewhere, and what is set once.
    pub fn is_fixed(&self, field: &Field) -> bool {
        let set = || {
            self.asked_by == AskedBy::Form && self.seen(field).is_some_and(|seen| !seen.is_empty())
        };
        let erased = || matches!(self.seen(field), Some(Seen::Erased));
        !field.typed() || field.hidden || (field.fixed && set()) || erased()
    }

    pub fn fixed(&self, field: &Field) -> Markup {
        match self.seen(field) {
            Some(seen) if !seen.is_empty() => self.reading.linked(field, seen),
            _ => html! { span.is-empty { (self.visit().words.none) } },
        }
    }

    /// What stands in the record and is neither typed anew nor emptied: fixed, or masked with an empty box.
    pub fn kept(&self, field: &Field) -> Option<String> {
        let seen = self.seen(field).filter(|seen| !seen.is_empty())?;
        let untouched = || {
            self.masked(field).is_some()
                && self.pairs.filled(&field.name).is_none()
                && self.pairs.get(&format!("{}.clear", field.name)) != "true"
        };
        (self.is_fixed(field) || untouched()).then(|| self.reading.text(field, seen))
    }

    pub fn entries<'b>(&self, list: &str, under: Option<FieldIx>, chosen: &str) -> Vec<Entry<'b>> {
        controls::entries(self, list, under.map(|ix| self.def.get(ix)), chosen)
    }

    /// The box above the choice `name`, when it stands in this form.
    pub fn above<'b>(&self, under: Option<FieldIx>, name: &str) -> Option<Text<'b>> {
        let above = under.filter(|ix| self.def.field(name).is_some() && self.fields.contains(ix));
        above.map(|ix| Text::Owned(self.def.get(ix).name.clone()))
    }

    /// Where the record's files are fetched from.
    pub fn files_base(&self) -> Option<String> {
        self.record.map(|record| record_href(self.def, record.id))
    }

    pub fn has_file(&self, field: &Field, hash: &str) -> bool {
        match self.seen(field) {
            Some(Seen::Plain(kernel::Datum::Files(files))) => files.iter().any(|f| f.hash == hash),
            _ => false,
        }
    }

    pub fn sight(&self) -> Sight<'_> {
        let state = match self.record {
            Some(record) => record.state,
            None => {
                let chosen = self.pairs.filled("_state");
                let chosen = chosen.and_then(|name| self.def.state(name));
                chosen.or(self.def.begins.first().copied())
            }
        };
        // Conditions hang also on what the record holds and the page does not ask for.
        let is_box = |ix: &FieldIx| !self.is_fixed(self.def.get(*ix));
        let boxes: Vec<FieldIx> = self.fields.iter().copied().filter(is_box).collect();
        let mut known = self.pairs.clone();
        if self.record.is_some() {
            let asked = |name: &str| {
                let field = self.def.field(name.split('.').next().unwrap_or(name));
                field.is_some_and(|ix| boxes.contains(&ix))
            };
            for (name, value) in self.of_record().0 {
                if !asked(&name) && !known.has(&name) {
                    known.push(name, value);
                }
            }
        }
        Sight::of(
            self.reading,
            self.def,
            state,
            self.params.clone(),
            &known,
            boxes,
        )
    }

    /// Hidden fields that carry the files held so far, so that an error loses none.
    pub fn held_files(&self) -> Vec<(crate::ui::Text<'static>, crate::ui::Text<'static>)> {
        let held = self
            .pairs
            .0
            .iter()
            .filter(|(name, _)| name.ends_with(".held"));
        held.map(|(name, value)| (name.clone().into(), value.clone().into()))
            .collect()
    }
}

/// The boxes of a whole record.
pub fn pairs_of(reading: &Reading, def: &Register, record: &RecordView) -> Pairs {
    let mut pairs = Pairs::default();
    for view in &record.fields {
        typed::of_record(reading, def.get(view.ix), &view.seen, &mut pairs);
    }
    pairs
}
