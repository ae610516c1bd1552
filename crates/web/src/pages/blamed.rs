//! A short form with what was wrong of it: the words beside the boxes, above them, and in the answer.

use app::Candidate;
use http::StatusCode;
use kernel::Blame;
use maud::Markup;

use crate::door::{Paged, Visit};
use crate::frame;
use crate::ui::Text;
use crate::ui::error_summary::{FieldError, error_summary};
use crate::ui::field::{Choice, Control, Entry, Field, LongText, Look};
use crate::ui::page::{Outcome, Page};

/// Longest reason or opinion that a box takes.
const WORDS_CHARS_MAX: u32 = 500;

/// What was wrong of a form that came back; nothing at the first look.
#[derive(Clone, Copy)]
pub struct Blamed<'a> {
    pub visit: &'a Visit,
    pub blames: &'a [Blame],
}

impl<'a> Blamed<'a> {
    /// A field over the whole line, with what was wrong of it.
    pub fn field(&self, name: &'a str, label: &'a str) -> Field<'a> {
        let made = Field::new(name, label).whole();
        let wrong = |blame: &&Blame| blame.pointer.strip_prefix('/') == Some(name);
        match self.blames.iter().find(wrong) {
            Some(blame) => made.error(blame.message.get(self.visit.lang())),
            None => made,
        }
    }

    /// Everything that was wrong, above the form.
    pub fn summary(&self) -> Markup {
        let lang = self.visit.lang();
        let error = |blame: &'a Blame| FieldError {
            field: blame.pointer.strip_prefix('/').map(Into::into),
            message: blame.message.get(lang).into(),
        };
        let errors: Vec<FieldError> = self.blames.iter().map(error).collect();
        error_summary(self.visit.words, &errors)
    }

    /// The answer: refused where anything was wrong.
    pub fn answer(&self, page: Page) -> Paged {
        let (outcome, status) = match self.blames.is_empty() {
            true => (Outcome::Fine, StatusCode::OK),
            false => (Outcome::Refused, StatusCode::UNPROCESSABLE_ENTITY),
        };
        Ok(frame::with_status(status, &Page { outcome, ..page }))
    }
}

/// Colleagues to choose from, each with the role.
pub fn people(visit: &Visit, found: &[Candidate], chosen: &str) -> Control<'static> {
    let (open, close) = (visit.words.bracket, visit.words.bracket_end);
    let entry = |person: &Candidate| {
        let role = person.role.get(visit.lang());
        Entry::new(
            person.account.to_string(),
            format!("{}{open}{role}{close}", person.name),
        )
    };
    select(chosen, found.iter().map(entry).collect(), None)
}

/// A list to choose one line from.
pub fn select(
    chosen: &str,
    entries: Vec<Entry<'static>>,
    nothing: Option<&'static str>,
) -> Control<'static> {
    Control::Choice(Choice {
        chosen: Text::Owned(chosen.to_owned()),
        entries,
        look: Look::Select,
        nothing: nothing.map(Into::into),
        under: None,
    })
}

/// A few lines of words.
pub fn words(typed: &str, rows: u8) -> Control<'static> {
    Control::LongText(LongText {
        typed: Text::Owned(typed.to_owned()),
        max: Some(WORDS_CHARS_MAX),
        rows: Some(rows),
    })
}
