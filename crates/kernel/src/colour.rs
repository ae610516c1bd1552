//! Colours: computed from the dates of a record and today, never stored.

use catalogue::{Catalogue, Field, FieldIx, Grade, GradeRule, Register, Warning};
use expr::{Template, Value};
use speech::{Lang, said};

use crate::rights::sees_field;
use crate::{Scope, View, masked};

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
    gravest(register, view, Lang::Zh, &|_, _| true)
}

/// The same for someone who sees only part of the fields: a warning about a date that is hidden from
/// him gives him no colour, and a message names nothing that he may not see.
pub fn colour_for(right: &Scope, register: &Register, view: &View, lang: Lang) -> Option<Colour> {
    gravest(register, view, lang, &|ix, field| {
        sees_field(right, ix, field)
    })
}

/// Whether the person is shown what a warning says.
pub fn sees_warning(right: &Scope, register: &Register, warning: &Warning) -> bool {
    sees_field(right, warning.about, register.get(warning.about))
}

type Sees<'a> = &'a dyn Fn(FieldIx, &Field) -> bool;

/// Only the sentence of the gravest is put together: lists ask this of every row.
fn gravest(register: &Register, view: &View, lang: Lang, sees: Sees) -> Option<Colour> {
    let (grade, warning, rule) = register
        .warnings
        .iter()
        .filter(|w| sees(w.about, register.get(w.about)))
        .map(|w| {
            let (grade, rule) = graded(w, view);
            (grade, w, rule)
        })
        .min_by_key(|(grade, _, _)| *grade)?;
    let template = rule.and_then(|rule| rule.message.as_ref());
    Some(Colour {
        grade,
        warning: warning.name.clone(),
        message: template.map(|template| {
            let (said, days) = said(template.get(lang), register, warning, view, sees);
            in_years(said, days, lang)
        }),
    })
}

/// The grade of one warning, and the rule that gave it.
fn graded<'w>(warning: &'w Warning, view: &View) -> (Grade, Option<&'w GradeRule>) {
    if warning.only.as_ref().is_some_and(|only| !only.holds(view)) {
        return (Grade::NotApplicable, None);
    }
    if !matches!(view.record.value(warning.about), Value::Date(_)) {
        return (Grade::Unknown, None);
    }
    match warning.grades.iter().find(|rule| rule.when.holds(view)) {
        Some(rule) => (rule.grade, Some(rule)),
        None => (Grade::Green, None),
    }
}

fn said(
    template: &Template,
    register: &Register,
    warning: &Warning,
    view: &View,
    sees: Sees,
) -> (String, i32) {
    let about = view.record.value(warning.about);
    let days = match about {
        Value::Date(date) => date.since(view.today).map_or(0, |span| span.get_days()),
        _ => 0,
    };
    let said = template.render(|name| match name {
        "days_late" => (-days).max(0).to_string(),
        "days_left" => days.max(0).to_string(),
        "date" => about.to_string(),
        field => told(register, field, view, sees),
    });
    (said, days.abs())
}

/// From so many days on people count in years.
const YEARS_FROM_DAYS: i32 = 730;
const YEAR_DAYS: i32 = 365;

/// 3826 天 says nothing to anybody; 10 年多 does.
fn in_years(message: String, days: i32, lang: Lang) -> String {
    if days < YEARS_FROM_DAYS {
        return message;
    }
    let years = days / YEAR_DAYS;
    let days = said!("{days} 天" / "{days} days").take(lang);
    let years = said!("{years} 年多" / "over {years} years").take(lang);
    message.replace(&days, &years)
}

/// A field in a message: masked when personal, left out when hidden.
fn told(register: &Register, field: &str, view: &View, sees: Sees) -> String {
    let Some(ix) = register.field(field) else {
        return String::new();
    };
    let (field, value) = (register.get(ix), view.record.value(ix));
    match value {
        _ if !sees(ix, field) || field.secret => String::new(),
        Value::Null => String::new(),
        value if field.personal => masked(field, value),
        value => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use speech::Lang;

    use super::in_years;

    #[test]
    fn many_days_are_told_in_years() {
        let said = |text: &str, days, lang| in_years(text.to_owned(), days, lang);
        let late = said("检验已超期 3826 天", 3826, Lang::Zh);
        assert_eq!(late, "检验已超期 10 年多");
        let left = said("3826 days left", 3826, Lang::En);
        assert_eq!(left, "over 10 years left");
        assert_eq!(said("还有 60 天", 60, Lang::Zh), "还有 60 天");
    }
}
