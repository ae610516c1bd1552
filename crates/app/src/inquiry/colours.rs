//! Colours as conditions over the dates that give them.

use catalogue::Warning;
use kernel::{Grade, Ground, Register, Scope};
use speech::{Said, said};
use store::Filter;

/// Colours as conditions over the dates that give them.
pub(super) fn colours(
    ground: &Ground,
    def: &Register,
    right: &Scope,
    text: &str,
) -> Result<Filter, Said> {
    let warnings: Vec<&Warning> = def
        .warnings
        .iter()
        .filter(|w| kernel::sees_warning(right, def, w))
        .collect();
    let mut any = Vec::new();
    for word in text.split(',') {
        let Some(grade) = Grade::ALL.into_iter().find(|g| g.word() == word) else {
            return Err(said!(
                "没有“{word}”这种颜色" / "There is no colour “{word}”"
            ));
        };
        any.push(coloured(ground, def, &warnings, grade));
    }
    Ok(Filter::Any(any))
}

/// Records whose gravest colour over all warnings is this one.
fn coloured(ground: &Ground, def: &Register, warnings: &[&Warning], grade: Grade) -> Filter {
    let gives = |grade: Grade| {
        Filter::Any(
            warnings
                .iter()
                .map(|w| one_colour(ground, def, w, grade))
                .collect(),
        )
    };
    let mut all = vec![gives(grade)];
    if warnings.len() > 1 {
        let graver = Grade::ALL.into_iter().filter(|g| *g < grade);
        all.extend(graver.map(|g| Filter::Not(Box::new(gives(g)))));
    }
    Filter::All(all)
}

fn one_colour(ground: &Ground, def: &Register, warning: &Warning, grade: Grade) -> Filter {
    let constants = ground.constants(def);
    let holds = |condition: &expr::Checked| Filter::Cond(condition.fold(&constants));
    let not = |filter: Filter| Filter::Not(Box::new(filter));
    let about = warning.only.as_ref().map(holds);
    if grade == Grade::NotApplicable {
        return about.map_or(Filter::Any(Vec::new()), not);
    }
    let mut all: Vec<Filter> = about.into_iter().collect();
    if grade == Grade::Unknown {
        all.push(Filter::Empty(warning.about));
        return Filter::All(all);
    }
    all.push(not(Filter::Empty(warning.about)));
    let at = warning.grades.iter().position(|rule| rule.grade == grade);
    match at {
        Some(at) => {
            all.push(holds(&warning.grades[at].when));
            all.extend(
                warning.grades[..at]
                    .iter()
                    .map(|rule| not(holds(&rule.when))),
            );
        }
        // Green is what no rule catches, unless it has a rule of its own.
        None if grade == Grade::Green => {
            all.extend(warning.grades.iter().map(|rule| not(holds(&rule.when))));
        }
        None => return Filter::Any(Vec::new()),
    }
    Filter::All(all)
}
