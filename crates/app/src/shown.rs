//! Values as people read them, in their language.

use kernel::{Catalogue, Datum, Dec, Field, Kind, Lang, Register, StateIx, Value};

use crate::{Changed, Names, Places, Seen};

/// Turns values into text for one reader.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub catalogue: &'a Catalogue,
    pub places: &'a Places,
    pub names: &'a Names,
    pub lang: Lang,
}

impl Shown<'_> {
    /// What a person sees of a field; empty when there is nothing.
    pub fn seen(&self, field: &Field, seen: &Seen) -> String {
        match seen {
            Seen::Plain(Datum::One(value)) => self.value(field, value),
            Seen::Plain(Datum::Rows(rows)) => match self.lang {
                Lang::Zh => format!("{} 行", rows.len()),
                Lang::En => format!("{} rows", rows.len()),
            },
            Seen::Plain(Datum::Files(files)) => files
                .iter()
                .map(|f| f.name.as_str())
                .collect::<Vec<_>>()
                .join(self.comma()),
            Seen::Plain(Datum::Draw(_)) => String::new(),
            Seen::Plain(Datum::Erased) | Seen::Erased => match self.lang {
                Lang::Zh => "已依法删除".to_owned(),
                Lang::En => "Erased as the law requires".to_owned(),
            },
            Seen::Masked(text) => text.clone(),
        }
    }

    /// A value of a field, with its unit.
    pub fn value(&self, field: &Field, value: &Value) -> String {
        let bare = self.bare(&field.kind, value);
        match &field.unit {
            Some(unit) if !bare.is_empty() => format!("{bare} {unit}"),
            _ => bare,
        }
    }

    /// A value without its unit: what stands in a cell of a sheet or in an input.
    pub fn bare(&self, kind: &Kind, value: &Value) -> String {
        match (kind, value) {
            (_, Value::Null) => String::new(),
            (Kind::Choice { list, .. }, Value::Text(entry)) => self.entry(list, entry),
            (Kind::Choices { list }, Value::Set(entries)) => {
                let labels: Vec<String> = entries.iter().map(|e| self.entry(list, e)).collect();
                labels.join(self.comma())
            }
            (Kind::Code { of }, Value::Text(code)) => codes::shown(*of, code),
            (Kind::Division { .. }, Value::Text(code)) => self.places.full_name(code),
            (Kind::Money { .. }, Value::Int(fen)) => Dec::new(*fen, 2).to_string(),
            (_, Value::Bool(yes)) => match (self.lang, yes) {
                (Lang::Zh, true) => "是".to_owned(),
                (Lang::Zh, false) => "否".to_owned(),
                (Lang::En, true) => "yes".to_owned(),
                (Lang::En, false) => "no".to_owned(),
            },
            (_, Value::Moment(moment)) => {
                let local = moment.local();
                format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute())
            }
            (_, Value::Id(id)) => match self.names.get(id) {
                Some(named) => named.shown.clone(),
                None => id.to_string(),
            },
            (_, value) => value.to_string(),
        }
    }

    /// What stands between several values.
    fn comma(&self) -> &'static str {
        match self.lang {
            Lang::Zh => "、",
            Lang::En => ", ",
        }
    }

    pub fn entry(&self, list: &str, entry: &str) -> String {
        match self.catalogue.choice(list).entries.get(entry) {
            Some(found) => found.label.get(self.lang).to_owned(),
            None => entry.to_owned(),
        }
    }

    pub fn state(&self, register: &Register, state: Option<StateIx>) -> String {
        state.map_or_else(String::new, |s| {
            register.states[s.0].label.get(self.lang).to_owned()
        })
    }

    /// One side of a change in history.
    pub fn changed(&self, register: &Register, what: Changed, seen: &Seen) -> String {
        match (what, seen) {
            (Changed::Field(ix), seen) => self.seen(register.get(ix), seen),
            (Changed::State, Seen::Plain(Datum::One(Value::Text(name)))) => {
                self.state(register, register.state(name))
            }
            (Changed::State, _) => String::new(),
        }
    }
}
