//! Field types: their words, what each may say further, and what it becomes in the model.

use super::fields::Level;
use super::{World, fields, values};
use crate::fault::What;
use crate::model::{DivisionLevel, FieldIx, Kind};
use crate::tree::{Ctx, Table};
use crate::{
    FILE_MB_DEFAULT, FILE_MB_MAX, FILES_DEFAULT, FILES_MAX, LONG_TEXT_CHARS_DEFAULT,
    LONG_TEXT_CHARS_MAX, ROWS_DEFAULT, ROWS_MAX, SCALE_MAX, TEXT_CHARS_DEFAULT, TEXT_CHARS_MAX,
};

/// All types, in the order of `docs/definitions.md`.
pub(crate) const TYPES: &[&str] = &[
    "text",
    "long_text",
    "code",
    "int",
    "decimal",
    "money",
    "bool",
    "date",
    "date_time",
    "choice",
    "choices",
    "ref",
    "division",
    "phone",
    "email",
    "point",
    "file",
    "files",
    "rows",
];

const LEVELS: &[&str] = &["any", "county", "town"];

/// Keys a type has besides those of every field.
pub(crate) fn attributes(ty: &str) -> &'static [&'static str] {
    match ty {
        "text" => &["max", "number"],
        "long_text" => &["max"],
        "code" => &["of"],
        "int" => &["min", "max", "unit"],
        "decimal" => &["scale", "min", "max", "unit"],
        "money" => &["min", "max"],
        "date" => &["past"],
        "choice" => &["of", "under"],
        "choices" => &["of"],
        "ref" => &["to"],
        "division" => &["level"],
        "file" => &["accept", "max_mb"],
        "files" => &["accept", "max_mb", "count"],
        "rows" => &["max", "fields"],
        _ => &[],
    }
}

/// The kind of one field; `None` after a fault that leaves it unknown.
pub(crate) fn read(
    ctx: &mut Ctx<'_>,
    world: &World,
    subsystem: &str,
    table: &Table,
    ty: &str,
) -> Option<Kind> {
    Some(match ty {
        "text" => Kind::Text {
            max: chars(ctx, table, TEXT_CHARS_DEFAULT, TEXT_CHARS_MAX),
        },
        "long_text" => Kind::LongText {
            max: chars(ctx, table, LONG_TEXT_CHARS_DEFAULT, LONG_TEXT_CHARS_MAX),
        },
        "code" => Kind::Code {
            of: code(ctx, table)?,
        },
        "int" => {
            let (min, max) = (ctx.int(table, "min"), ctx.int(table, "max"));
            values::bounds(ctx, table, (min, max), |bound| bound.to_string());
            Kind::Int { min, max }
        }
        "decimal" => {
            if !table.has("scale") {
                ctx.missing(table, "decimal 字段", "scale");
            }
            let scale = ctx
                .int_within(table, "scale", 1, i64::from(SCALE_MAX))
                .unwrap_or(1) as u8;
            let (min, max) = bounds(ctx, table, scale);
            Kind::Decimal { scale, min, max }
        }
        "money" => {
            let (min, max) = bounds(ctx, table, values::MONEY_SCALE);
            Kind::Money { min, max }
        }
        "bool" => Kind::Bool,
        "date" => Kind::Date {
            past: ctx.flag(table, "past"),
        },
        "date_time" => Kind::Moment,
        // `under` is filled in when all fields are known.
        "choice" => Kind::Choice {
            list: list(ctx, world, subsystem, table)?,
            under: None,
        },
        "choices" => Kind::Choices {
            list: list(ctx, world, subsystem, table)?,
        },
        "ref" => Kind::Ref {
            to: target(ctx, world, subsystem, table)?,
        },
        "division" => Kind::Division {
            level: level(ctx, table),
        },
        "phone" => Kind::Phone,
        "email" => Kind::Email,
        "point" => Kind::Point,
        "file" => files(ctx, table, 1),
        "files" => {
            let count = ctx.int_within(table, "count", 1, i64::from(FILES_MAX));
            files(
                ctx,
                table,
                count.map_or(FILES_DEFAULT, |count| count as u32),
            )
        }
        "rows" => {
            let max = ctx.int_within(table, "max", 1, ROWS_MAX as i64);
            if !table.has("fields") {
                ctx.missing(table, "rows 字段", "fields");
            }
            let inner = ctx.table(table, "fields");
            let read = inner.map(|inner| fields::read(ctx, world, subsystem, inner, Level::Row));
            let fields = read
                .unwrap_or_default()
                .into_iter()
                .map(|read| read.field)
                .collect();
            Kind::Rows {
                fields,
                max: max.map_or(ROWS_DEFAULT, |max| max as usize),
            }
        }
        _ => return None,
    })
}

fn chars(ctx: &mut Ctx<'_>, table: &Table, default: usize, max: usize) -> usize {
    ctx.int_within(table, "max", 1, max as i64)
        .map_or(default, |given| given as usize)
}

fn bounds(ctx: &mut Ctx<'_>, table: &Table, scale: u8) -> (Option<i64>, Option<i64>) {
    let min = values::mantissa(ctx, table, "min", scale);
    let max = values::mantissa(ctx, table, "max", scale);
    let shown = |mantissa| expr::Dec { mantissa, scale }.normalised().to_string();
    values::bounds(ctx, table, (min, max), shown);
    (min, max)
}

fn files(ctx: &mut Ctx<'_>, table: &Table, count: u32) -> Kind {
    let accept = ctx
        .texts(table, "accept")
        .into_iter()
        .map(|(ending, _)| ending.to_lowercase());
    let accept = accept.collect();
    let max_mb = ctx.int_within(table, "max_mb", 1, i64::from(FILE_MB_MAX));
    Kind::Files {
        accept,
        max_mb: max_mb.map_or(FILE_MB_DEFAULT, |mb| mb as u32),
        count,
    }
}

fn level(ctx: &mut Ctx<'_>, table: &Table) -> DivisionLevel {
    match ctx.text(table, "level") {
        Some("county") => DivisionLevel::County,
        Some("town") => DivisionLevel::Town,
        Some("any") | None => DivisionLevel::Any,
        Some(word) => {
            let words = LEVELS.join("、");
            let what = What::UnknownWord {
                key: "level".into(),
                word: word.into(),
                words,
            };
            ctx.fault_near(table.value_at("level"), what, word, LEVELS.iter().copied());
            DivisionLevel::Any
        }
    }
}

fn code(ctx: &mut Ctx<'_>, table: &Table) -> Option<codes::Kind> {
    if !table.has("of") {
        ctx.missing(table, "code 字段", "of");
    }
    let word = ctx.text(table, "of")?;
    let kind = codes::Kind::from_name(word);
    if kind.is_none() {
        let known = codes::Kind::all().iter().map(|kind| kind.name());
        ctx.fault_near(
            table.value_at("of"),
            What::UnknownCode { name: word.into() },
            word,
            known,
        );
    }
    kind
}

/// `of` of a choice: a list of this subsystem, or of one it uses by qualified name.
fn list(ctx: &mut Ctx<'_>, world: &World, subsystem: &str, table: &Table) -> Option<String> {
    if !table.has("of") {
        ctx.missing(table, "选项字段", "of");
    }
    let word = ctx.text(table, "of")?;
    let full = qualified(subsystem, word);
    let at = table.value_at("of");
    if !world.choices.contains_key(&full) {
        let own = format!("{subsystem}.");
        let known = world
            .choices
            .keys()
            .map(|name| match name.strip_prefix(&own) {
                Some(short) if !word.contains('.') => short,
                _ => name.as_str(),
            });
        ctx.fault_near(at, What::UnknownChoices { name: word.into() }, word, known);
        return None;
    }
    used(ctx, world, subsystem, &full, at);
    Some(full)
}

fn target(
    ctx: &mut Ctx<'_>,
    world: &World,
    subsystem: &str,
    table: &Table,
) -> Option<crate::model::RegisterIx> {
    if !table.has("to") {
        ctx.missing(table, "ref 字段", "to");
    }
    let word = ctx.text(table, "to")?;
    register(ctx, world, subsystem, word, table.value_at("to"))
}

/// A register by its short name in this subsystem or its qualified name in a used one.
pub(crate) fn register(
    ctx: &mut Ctx<'_>,
    world: &World,
    subsystem: &str,
    word: &str,
    at: crate::fault::At,
) -> Option<crate::model::RegisterIx> {
    let full = qualified(subsystem, word);
    let Some(found) = world.names.get(&full) else {
        let own = format!("{subsystem}.");
        let mut known: Vec<&str> = world
            .names
            .keys()
            .map(|name| match name.strip_prefix(&own) {
                Some(short) if !word.contains('.') => short,
                _ => name.as_str(),
            })
            .collect();
        known.sort_unstable();
        ctx.fault_near(at, What::UnknownRegister { name: word.into() }, word, known);
        return None;
    };
    used(ctx, world, subsystem, &full, at);
    Some(*found)
}

/// A neighbour may be pointed at only when `uses` names it.
fn used(ctx: &mut Ctx<'_>, world: &World, subsystem: &str, full: &str, at: crate::fault::At) {
    let neighbour = full.split('.').next().unwrap_or_default();
    let uses = world
        .subsystems
        .get(subsystem)
        .is_some_and(|own| own.name == neighbour || own.uses.iter().any(|used| used == neighbour));
    if !uses {
        let what = What::NotUsed {
            name: full.into(),
            subsystem: neighbour.into(),
        };
        ctx.fault(at, what);
    }
}

pub(crate) fn qualified(subsystem: &str, word: &str) -> String {
    if word.contains('.') {
        word.to_owned()
    } else {
        format!("{subsystem}.{word}")
    }
}

/// Fills in `under` once all fields of the same record are known.
pub(crate) fn under(ctx: &mut Ctx<'_>, world: &World, read: &mut [fields::Read<'_>]) {
    for here in 0..read.len() {
        let table = read[here].table;
        let Kind::Choice { list, .. } = &read[here].field.kind else {
            continue;
        };
        let Some(word) = ctx.text(table, "under") else {
            continue;
        };
        let (list, at) = (list.clone(), table.value_at("under"));
        let Some(above) = read.iter().position(|other| other.field.name == word) else {
            let known = read.iter().map(|other| other.field.name.as_str());
            ctx.fault_near(at, What::UnknownField { name: word.into() }, word, known);
            continue;
        };
        let parent = match &read[above].field.kind {
            Kind::Choice { list, .. } if above != here => list.clone(),
            other => {
                let what = What::WrongField {
                    key: "under".into(),
                    name: word.into(),
                    wanted: "另一个 choice ".into(),
                    found: other.word().into(),
                };
                ctx.fault(at, what);
                continue;
            }
        };
        let belongs = world.choices[&list]
            .entries
            .values()
            .filter_map(|e| e.under.as_deref());
        let mut told: Vec<&str> = Vec::new();
        for entry in belongs {
            if !told.contains(&entry) {
                told.push(entry);
                values::entry_of(ctx, world, &parent, entry, at);
            }
        }
        if let Kind::Choice { under, .. } = &mut read[here].field.kind {
            *under = Some(FieldIx(above));
        }
    }
}
