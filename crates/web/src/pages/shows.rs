//! Values on pages: texts with links, lamps and badges, and how a column holds them.

use app::{Names, RecordView, Seen, Shown};
use catalogue::{Column, Field, FieldIx, Kind, Lang, Phase, Register};
use kernel::{Colour, Datum, Value};
use maud::{Markup, html};

use super::when_recorded::moment_short;
use crate::door::Visit;
use crate::ui::lamp::{Grade, Tone, badge, lamp, lamp_saying};
use crate::ui::table::Holds;

/// What texts are made with while a page is put together.
pub struct Reading<'a> {
    pub visit: &'a Visit,
    pub names: &'a Names,
    places: std::sync::Arc<app::Places>,
}

impl<'a> Reading<'a> {
    pub fn new(visit: &'a Visit, names: &'a Names) -> Reading<'a> {
        Reading {
            visit,
            names,
            places: visit.app().places(),
        }
    }

    pub fn shown(&self) -> Shown<'_> {
        Shown {
            catalogue: self.visit.app().catalogue(),
            places: &self.places,
            names: self.names,
            lang: self.visit.lang(),
        }
    }

    /// What a person sees of a field, as text.
    pub fn text(&self, field: &Field, seen: &Seen) -> String {
        match seen {
            Seen::Plain(Datum::One(Value::Id(id))) if !self.names.contains_key(id) => {
                self.visit.say.ref_hidden.to_owned()
            }
            seen => self.shown().seen(field, seen),
        }
    }

    /// The same of a record's own field: a word of a definition is said as people call it.
    pub fn text_of(&self, field: &Field, row: &RecordView, ix: FieldIx) -> Option<String> {
        let seen = row.field(ix)?;
        Some(match row.told(ix) {
            Some(told) => told.to_owned(),
            None => self.text(field, seen),
        })
    }

    /// The same with a link where it names another record.
    pub fn linked(&self, field: &Field, seen: &Seen) -> Markup {
        let text = self.text(field, seen);
        match (seen, &field.kind) {
            (Seen::Plain(Datum::One(Value::Id(id))), Kind::Ref { .. }) => {
                match self.names.get(id) {
                    // Units and colleagues are told by name, though their records are not his.
                    Some(named) if !self.opens(named) => html! { (marked(self.visit, &text)) },
                    Some(named) => {
                        let path = &self.visit.app().catalogue().at(named.register).path;
                        html! { a href={ "/" (path) "/" (id) } { (marked(self.visit, &text)) } }
                    }
                    None => html! { span.is-empty { (text) } },
                }
            }
            (_, Kind::LongText { .. }) => html! { span.pre-line { (marked(self.visit, &text)) } },
            (_, Kind::Email) if !matches!(seen, Seen::Masked(_)) => {
                html! { a href={ "mailto:" (text) } { (text) } }
            }
            _ => marked(self.visit, &text),
        }
    }

    fn opens(&self, named: &app::Named) -> bool {
        let def = self.visit.app().catalogue().at(named.register);
        kernel::sight(def, &self.visit.actor).is_some()
    }

    /// One value of a child row.
    pub fn value(&self, field: &Field, value: &Value) -> Markup {
        self.linked(field, &Seen::Plain(Datum::One(value.clone())))
    }

    /// The cell of a list.
    pub fn cell(&self, def: &Register, row: &RecordView, column: Column) -> Markup {
        match column {
            Column::State => state(self, def, row),
            Column::Colour => {
                html! { @if let Some(colour) = &row.colour { (colour_lamp(self.visit, colour)) } }
            }
            Column::ChangedAt => html! { (moment_short(row.changed_at)) },
            Column::CreatedAt => html! { (moment_short(row.created_at)) },
            Column::Field(ix) => match self.text_of(def.get(ix), row, ix) {
                Some(text) => marked(self.visit, &text),
                None => html! {},
            },
        }
    }
}

/// A value as it is; one in Chinese on a page in another language is marked as Chinese, so that it is
/// read aloud as such (WCAG 2.2, 3.1.2).
pub fn marked(visit: &Visit, text: &str) -> Markup {
    match visit.lang() == Lang::En && !speech::is_english(text) && !text.is_empty() {
        true => html! { span lang="zh" { (text) } },
        false => html! { (text) },
    }
}

/// The badge of the state in which a record stands.
pub fn state(reading: &Reading, def: &Register, row: &RecordView) -> Markup {
    let Some(ix) = row.state else { return html! {} };
    let tone = match def.states[ix.0].phase {
        Phase::Draft => Tone::Draft,
        Phase::Waiting => Tone::Waiting,
        Phase::Open => Tone::Open,
        Phase::Done => Tone::Done,
        Phase::Void => Tone::Void,
    };
    badge(tone, &reading.shown().state(def, row.state))
}

/// The lamp with its word and, where there is one, what it is about.
pub fn colour_lamp(visit: &Visit, colour: &Colour) -> Markup {
    let grade = grade(colour.grade);
    let word = grade.word(visit.words);
    match &colour.message {
        // 检验已超期 9 天 says the word itself.
        Some(message) if message.contains(word) => lamp_saying(grade, message),
        Some(message) => lamp_saying(grade, &format!("{word} · {message}")),
        None => lamp(visit.words, grade),
    }
}

/// The kit's lamp for a grade of the definitions.
pub fn grade(grade: catalogue::Grade) -> Grade {
    match grade {
        catalogue::Grade::Expired => Grade::Expired,
        catalogue::Grade::Crimson => Grade::Urgent,
        catalogue::Grade::Red => Grade::Red,
        catalogue::Grade::Yellow => Grade::Yellow,
        catalogue::Grade::Green => Grade::Green,
        catalogue::Grade::Unknown => Grade::Unknown,
        catalogue::Grade::NotApplicable => Grade::NotApplicable,
    }
}

/// What a column is called.
pub fn column_label(visit: &Visit, def: &Register, column: Column) -> String {
    match column {
        Column::Field(ix) => def.get(ix).label.get(visit.lang()).to_owned(),
        Column::State => visit.say.state.to_owned(),
        Column::Colour => visit.say.colour.to_owned(),
        Column::ChangedAt => visit.say.changed_at.to_owned(),
        Column::CreatedAt => visit.say.created_at.to_owned(),
    }
}

/// What a column is called in addresses.
pub fn column_name(def: &Register, column: Column) -> String {
    match column {
        Column::Field(ix) => def.get(ix).name.clone(),
        Column::State => "state".to_owned(),
        Column::Colour => "colour".to_owned(),
        Column::ChangedAt => "changed_at".to_owned(),
        Column::CreatedAt => "created_at".to_owned(),
    }
}

pub fn column_holds(def: &Register, column: Column) -> Holds {
    match column {
        Column::State | Column::Colour => Holds::Lamp,
        Column::ChangedAt | Column::CreatedAt => Holds::Date,
        Column::Field(ix) => match def.get(ix).kind {
            Kind::Int { .. } | Kind::Decimal { .. } | Kind::Money { .. } => Holds::Number,
            Kind::Date { .. } | Kind::Moment => Holds::Date,
            Kind::Code { .. } | Kind::Phone => Holds::Code,
            Kind::LongText { .. } => Holds::Prose,
            _ => Holds::Text,
        },
    }
}

/// A number of bytes as people read it.
pub fn size(bytes: u64) -> String {
    const KB: u64 = 1024;
    match bytes {
        0..KB => format!("{bytes} B"),
        KB..0x10_0000 => format!("{} kB", bytes.div_ceil(KB)),
        _ => format!("{}.{} MB", bytes >> 20, ((bytes & 0xf_ffff) * 10) >> 20),
    }
}

/// A whole number with its thousands apart.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{size, thousands};

    #[test]
    fn numbers_are_written_as_people_read_them() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(999), "999");
        assert_eq!(thousands(1_234_567), "1,234,567");
        assert_eq!(size(900), "900 B");
        assert_eq!(size(1025), "2 kB");
        assert_eq!(size(5 << 20), "5.0 MB");
    }
}
