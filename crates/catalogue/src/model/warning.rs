//! Warnings: which date matters, and the grades it runs through.

use expr::{Checked, Template};
use speech::Lang;

use super::{FieldIx, Label};

/// Grades from grave to slight; the first that holds gives the colour.
#[derive(Clone, Debug)]
pub struct Warning {
    pub name: String,
    pub title: Label,
    pub about: FieldIx,
    pub only: Option<Checked>,
    pub grades: Vec<GradeRule>,
}

#[derive(Clone, Debug)]
pub struct GradeRule {
    pub grade: Grade,
    pub when: Checked,
    pub message: Option<Message>,
    pub tell: Vec<String>,
}

/// What a warning says, with English where `en.toml` has it.
#[derive(Clone, Debug)]
pub struct Message {
    pub zh: Template,
    pub en: Option<Template>,
}

impl Message {
    /// The template in that language; Chinese where there is no English.
    pub fn get(&self, lang: Lang) -> &Template {
        match (lang, &self.en) {
            (Lang::En, Some(en)) => en,
            _ => &self.zh,
        }
    }
}

/// Colour of a date that matters, with its own shape and word (`risk-and-alerts.md` §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grade {
    Expired,
    Crimson,
    Red,
    Yellow,
    Green,
    Unknown,
    NotApplicable,
}

impl Grade {
    pub const ALL: [Grade; 7] = [
        Grade::Expired,
        Grade::Crimson,
        Grade::Red,
        Grade::Yellow,
        Grade::Green,
        Grade::Unknown,
        Grade::NotApplicable,
    ];

    pub fn word(self) -> &'static str {
        match self {
            Grade::Expired => "expired",
            Grade::Crimson => "crimson",
            Grade::Red => "red",
            Grade::Yellow => "yellow",
            Grade::Green => "green",
            Grade::Unknown => "unknown",
            Grade::NotApplicable => "none",
        }
    }
}
