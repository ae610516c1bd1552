//! One field of a form: label, hint, error, control. The page author picks the [`Control`].
//!
//! Parts of a value have names with a dot: `{name}.year`, `{name}.id`, `{name}.lon`. What was
//! typed comes back exactly as it was typed, right or wrong.

mod choice;
mod file;
mod lookup;
mod text;

use maud::{Markup, html};

pub use choice::{Choice, Choices, Entry, Look, YesNo};
pub use file::{FileHeld, FileInput, Many, file_list, upload_bar};
pub use lookup::Lookup;
pub use text::{LongText, Number, Point, TextInput, Type};

use super::date::{DateAttrs, DateTyped, Pick, date_fields};
use super::when::When;
use super::words::Words;
use super::{Text, id_of};

/// Whether a field must be filled. Only the optional ones are marked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Need {
    #[default]
    Required,
    Optional,
    /// In query forms, where everything is optional and nothing is marked.
    Filter,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Width {
    /// A third of a line on a desk.
    #[default]
    Third,
    Half,
    Whole,
}

/// Whether what is typed may be kept as a draft in the browser.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Keep {
    #[default]
    Draft,
    /// Personal or secret: never stored by the browser.
    Never,
}

/// When a field is shown, and whether that holds for the values as they are now.
#[derive(Debug, Clone)]
pub struct Condition {
    pub when: When,
    pub now: Now,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    Holds,
    Fails,
}

#[derive(Debug, Clone)]
pub struct Field<'a> {
    pub name: Text<'a>,
    pub label: Text<'a>,
    pub hint: Option<Text<'a>>,
    pub error: Option<Text<'a>>,
    pub need: Need,
    pub width: Width,
    pub keep: Keep,
    pub condition: Option<Condition>,
}

impl<'a> Field<'a> {
    pub fn new(name: impl Into<Text<'a>>, label: impl Into<Text<'a>>) -> Self {
        Self {
            name: name.into(),
            label: label.into(),
            hint: None,
            error: None,
            need: Need::Required,
            width: Width::Third,
            keep: Keep::Draft,
            condition: None,
        }
    }

    pub fn hint(mut self, hint: impl Into<Text<'a>>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub fn error(mut self, error: impl Into<Text<'a>>) -> Self {
        self.error = Some(error.into());
        self
    }

    pub fn need(mut self, need: Need) -> Self {
        self.need = need;
        self
    }

    pub fn optional(self) -> Self {
        self.need(Need::Optional)
    }

    pub fn half(mut self) -> Self {
        self.width = Width::Half;
        self
    }

    pub fn whole(mut self) -> Self {
        self.width = Width::Whole;
        self
    }

    pub fn never_kept(mut self) -> Self {
        self.keep = Keep::Never;
        self
    }

    pub fn shown_when(mut self, when: When, now: Now) -> Self {
        self.condition = Some(Condition { when, now });
        self
    }
}

/// What one types or ticks.
#[derive(Debug, Clone)]
pub enum Control<'a> {
    Text(TextInput<'a>),
    LongText(LongText<'a>),
    Number(Number<'a>),
    /// Money in yuan and fen; `currency` stands after the box.
    Money {
        typed: Text<'a>,
        currency: Text<'a>,
    },
    Choice(Choice<'a>),
    Choices(Choices<'a>),
    YesNo(YesNo),
    Date {
        typed: DateTyped<'a>,
        picks: Vec<Pick<'a>>,
    },
    Moment {
        typed: DateTyped<'a>,
        time: Text<'a>,
        picks: Vec<Pick<'a>>,
    },
    /// A reference or a division: a text box that offers rows while one types.
    Lookup(Lookup<'a>),
    Point(Point<'a>),
    File(FileInput<'a>),
    /// `{name}.from` and `{name}.to`, for query forms.
    Between {
        from: Text<'a>,
        to: Text<'a>,
        placeholder: Text<'a>,
    },
    /// Computed or locked: shown, not sent.
    Fixed(Markup),
}

/// The field with everything around it.
pub fn field(w: &Words, field: &Field<'_>, control: &Control<'_>) -> Markup {
    let id = id_of(&field.name);
    let hint_id = format!("{id}-hint");
    let error_id = format!("{id}-error");
    let described = described_by(field, &hint_id, &error_id);
    let attrs = Attrs {
        name: &field.name,
        id: &id,
        described_by: described.as_deref(),
        wrong: field.error.is_some(),
        never_kept: field.keep == Keep::Never,
        label: None,
    };
    let when = field
        .condition
        .as_ref()
        .map(|condition| condition.when.to_json());
    let fails_now = field
        .condition
        .as_ref()
        .is_some_and(|c| c.now == Now::Fails);
    let notes = html! {
        @if let Some(hint) = &field.hint { p.hint id=(hint_id) { (hint) } }
        @if let Some(error) = &field.error {
            p.error id=(error_id) { span.hidden-text { (w.error) } (error) }
        }
    };
    let label = html! {
        (field.label)
        @if field.need == Need::Optional { span.optional { (w.optional) } }
    };
    let half = field.width == Width::Half;
    let whole = field.width == Width::Whole;
    let wrong = field.error.is_some();
    let now = fails_now.then_some("no");
    html! {
        @if let Control::Fixed(value) = control {
            div.field.is-half[half].is-whole[whole] data-when=[&when] data-when-now=[now] {
                p.label { (label) }
                p.fixed id=(id) { (value) }
                (notes)
            }
        } @else if is_group(control) {
            fieldset.field.is-half[half].is-whole[whole].is-wrong[wrong] data-when=[&when] data-when-now=[now]
                aria-describedby=[&described] {
                legend.label { (label) }
                (input(w, &attrs, control))
                (notes)
            }
        } @else {
            div.field.is-half[half].is-whole[whole].is-wrong[wrong] data-when=[&when] data-when-now=[now] {
                label.label for=(id) { (label) }
                (input(w, &attrs, control))
                (notes)
            }
        }
    }
}

/// The control alone, named for those who hear it: for the cells of child rows.
pub fn bare(
    w: &Words,
    name: &str,
    label: &str,
    error: Option<&str>,
    control: &Control<'_>,
) -> Markup {
    let id = id_of(name);
    let error_id = format!("{id}-error");
    let attrs = Attrs {
        name,
        id: &id,
        described_by: error.map(|_| error_id.as_str()),
        wrong: error.is_some(),
        never_kept: false,
        label: Some(label),
    };
    html! {
        @if is_group(control) {
            fieldset.field.is-bare { legend.hidden-text { (label) } (input(w, &attrs, control)) }
        } @else {
            (input(w, &attrs, control))
        }
        @if let Some(error) = error { p.error id=(error_id) { span.hidden-text { (w.error) } (error) } }
    }
}

/// A heading over some fields.
pub fn form_section(title: &str, lead: Option<&str>, fields: &Markup) -> Markup {
    html! {
        section.card.form-section {
            div.card-head { h2 { (title) } @if let Some(lead) = lead { p.lead { (lead) } } }
            div.fields { (fields) }
        }
    }
}

/// What every control carries, whatever its kind.
pub(crate) struct Attrs<'a> {
    pub name: &'a str,
    pub id: &'a str,
    pub described_by: Option<&'a str>,
    pub wrong: bool,
    pub never_kept: bool,
    pub label: Option<&'a str>,
}

impl Attrs<'_> {
    pub(crate) fn invalid(&self) -> Option<&'static str> {
        self.wrong.then_some("true")
    }

    pub(crate) fn secret(&self) -> Option<&'static str> {
        self.never_kept.then_some("")
    }
}

fn described_by(field: &Field<'_>, hint_id: &str, error_id: &str) -> Option<String> {
    match (&field.hint, &field.error) {
        (Some(_), Some(_)) => Some(format!("{hint_id} {error_id}")),
        (Some(_), None) => Some(hint_id.to_owned()),
        (None, Some(_)) => Some(error_id.to_owned()),
        (None, None) => None,
    }
}

/// Controls of several inputs, which need a legend instead of a label.
fn is_group(control: &Control<'_>) -> bool {
    match control {
        Control::Choice(choice) => choice.is_radios(),
        Control::Choices(_)
        | Control::YesNo(_)
        | Control::Date { .. }
        | Control::Moment { .. }
        | Control::Point(_)
        | Control::Between { .. } => true,
        Control::Text(_)
        | Control::LongText(_)
        | Control::Number(_)
        | Control::Money { .. }
        | Control::Lookup(_)
        | Control::File(_)
        | Control::Fixed(_) => false,
    }
}

fn input(w: &Words, attrs: &Attrs<'_>, control: &Control<'_>) -> Markup {
    let date = DateAttrs {
        name: attrs.name,
        described_by: attrs.described_by,
        wrong: attrs.wrong,
    };
    match control {
        Control::Text(input) => text::text(attrs, input),
        Control::LongText(input) => text::long_text(attrs, input),
        Control::Number(input) => text::number(attrs, input),
        Control::Money { typed, currency } => {
            let number = Number {
                typed: typed.clone(),
                unit: Some(currency.clone()),
            };
            text::number(attrs, &number)
        }
        Control::Choice(input) => choice::choice(w, attrs, input),
        Control::Choices(input) => choice::choices(attrs, input),
        Control::YesNo(now) => choice::yes_no(w, attrs, *now),
        Control::Date { typed, picks } => date_fields(w, &date, typed, None, picks),
        Control::Moment { typed, time, picks } => date_fields(w, &date, typed, Some(time), picks),
        Control::Lookup(input) => lookup::lookup(w, attrs, input),
        Control::Point(input) => text::point(w, attrs, input),
        Control::File(input) => file::file(w, attrs, input),
        Control::Between {
            from,
            to,
            placeholder,
        } => text::between(w, attrs, from, to, placeholder),
        Control::Fixed(value) => value.clone(),
    }
}

#[cfg(test)]
mod tests;
