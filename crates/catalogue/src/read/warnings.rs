//! `[warnings]`: colours of a date, from grave to slight.

use super::conditions::{Use, condition, template};
use super::outline::Outline;
use super::{World, names, roles};
use crate::fault::What;
use crate::model::{Grade, GradeRule, Kind, Message, Warning};
use crate::tree::{Ctx, Table};

pub(crate) const KEYS: &[&str] = &[
    "title", "about", "where", "expired", "crimson", "red", "yellow", "green",
];
pub(crate) const GRADE_KEYS: &[&str] = &["when", "message", "tell"];
/// From grave to slight.
pub(crate) const GRADES: [Grade; 5] = [
    Grade::Expired,
    Grade::Crimson,
    Grade::Red,
    Grade::Yellow,
    Grade::Green,
];
/// Names a message may use besides fields: days past, days to go and the date itself.
const IN_MESSAGES: &[&str] = &["days_late", "days_left", "date"];
/// Who is told besides roles.
const TOLD: &[&str] = &["owner", "creator"];

pub(crate) fn read(ctx: &mut Ctx<'_>, world: &World, outline: &Outline<'_>) -> Vec<Warning> {
    let mut found = Vec::new();
    let mut labels = names::Labels::default();
    for (name, at, table) in ctx.tables(outline.file, "warnings") {
        names::name(ctx, at, name);
        known(ctx, table);
        let title = ctx.need_label(table, "预警", "title");
        labels.add(ctx, table.value_at("title"), name, &title);
        if !table.has("about") {
            ctx.missing(table, "预警", "about");
        }
        let about = ctx.text(table, "about").and_then(|word| {
            let at = table.value_at("about");
            let ix = outline.field(ctx, word, at)?;
            let fits = |kind: &Kind| matches!(kind, Kind::Date { .. });
            outline
                .wants(ctx, ("about", "日期（date）"), (ix, at), fits)
                .then_some(ix)
        });
        let only = condition(ctx, world, outline, table, "where", Use::InQuery);
        let grades = grades(ctx, world, outline, table);
        let Some(about) = about else { continue };
        found.push(Warning {
            name: name.into(),
            title,
            about,
            only,
            grades,
        });
    }
    found
}

/// An unknown key that holds a table is a misspelt grade.
fn known(ctx: &mut Ctx<'_>, table: &Table) {
    for (key, entry) in &table.entries {
        if KEYS.contains(&key.as_str()) {
            continue;
        }
        let grade = matches!(entry.value.data, crate::tree::Data::Table(_));
        if grade {
            let what = What::UnknownGrade { name: key.clone() };
            ctx.fault_near(entry.key, what, key, GRADES.map(Grade::word));
        } else {
            let what = What::UnknownKey {
                place: "预警".into(),
                key: key.clone(),
            };
            ctx.fault_near(entry.key, what, key, KEYS.iter().copied());
        }
    }
}

fn grades(
    ctx: &mut Ctx<'_>,
    world: &World,
    outline: &Outline<'_>,
    table: &Table,
) -> Vec<GradeRule> {
    let mut found: Vec<GradeRule> = Vec::new();
    let mut last: Option<Grade> = None;
    for (key, entry) in &table.entries {
        let Some(grade) = GRADES.into_iter().find(|grade| grade.word() == key) else {
            continue;
        };
        if let Some(before) = last.filter(|before| *before > grade) {
            let what = What::GradeOrder {
                grade: key.clone(),
                before: before.word().into(),
            };
            ctx.fault(entry.key, what);
        }
        last = Some(grade);
        let Some(inner) = ctx.as_table(key, &entry.value) else {
            continue;
        };
        ctx.only(inner, "预警等级", GRADE_KEYS);
        if !inner.has("when") {
            ctx.missing(inner, "预警等级", "when");
        }
        let when = condition(ctx, world, outline, inner, "when", Use::InQuery);
        let message = template(ctx, outline, inner, "message", IN_MESSAGES)
            .map(|zh| Message { zh, en: None });
        let tell = ctx.texts(inner, "tell");
        let tell = roles::named(ctx, world, tell, TOLD);
        let Some(when) = when else { continue };
        found.push(GradeRule {
            grade,
            when,
            message,
            tell,
        });
    }
    if last.is_none() {
        ctx.fault(
            table.at,
            What::EmptyList {
                key: "expired … green".into(),
            },
        );
    }
    found
}
