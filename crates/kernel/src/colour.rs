//! Colours: computed from the dates of a record and today, never stored.

use catalogue::{Catalogue, Grade, Register};
use expr::Value;

use crate::View;

/// The gravest colour of a record and the sentence that goes with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Colour {
    pub grade: Grade,
    /// Name of the warning that gave it.
    pub warning: String,
    pub message: Option<String>,
}

/// The gravest colour over all warnings of the register; `None` when it has none.
/// A warning that is not about this record gives `NotApplicable`, one without its date `Unknown`.
pub fn colour(_catalogue: &Catalogue, register: &Register, view: &View) -> Option<Colour> {
    register
        .warnings
        .iter()
        .map(|w| one(register, w, view))
        .min_by_key(|c| c.grade)
}

fn one(register: &Register, warning: &catalogue::Warning, view: &View) -> Colour {
    let plain = |grade| Colour {
        grade,
        warning: warning.name.clone(),
        message: None,
    };
    if warning.only.as_ref().is_some_and(|only| !only.holds(view)) {
        return plain(Grade::NotApplicable);
    }
    let Value::Date(about) = view.record.value(warning.about) else {
        return plain(Grade::Unknown);
    };
    let Some(rule) = warning.grades.iter().find(|rule| rule.when.holds(view)) else {
        return plain(Grade::Green);
    };
    let days = about.since(view.today).map_or(0, |span| span.get_days());
    let message = rule.message.as_ref().map(|template| {
        template.render(|name| match name {
            "days_late" => (-days).max(0).to_string(),
            "days_left" => days.max(0).to_string(),
            "date" => about.to_string(),
            field => view.record.named(register, field).to_string(),
        })
    });
    Colour {
        grade: rule.grade,
        warning: warning.name.clone(),
        message,
    }
}
