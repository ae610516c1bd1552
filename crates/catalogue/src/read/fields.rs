//! `[fields]`: what every field says, whatever its type.

use super::{World, kinds, names, values};
use crate::fault::{At, What};
use crate::model::{Field, Kind, Label, Source};
use crate::suggest::question;
use crate::tree::{Ctx, Table};
use crate::{FIELDS_MAX, TEXT_CHARS_DEFAULT};

/// Keys of every field.
pub(crate) const KEYS: &[&str] = &[
    "type",
    "label",
    "hint",
    "required",
    "unique",
    "locked",
    "personal",
    "secret",
    "search",
    "when",
    "default",
    "prefill",
    "fixed",
    "compute",
    "latest",
    "latest_by",
    "latest_where",
];

/// Keys that only some types have, see `kinds::attributes`.
pub(crate) const FURTHER_KEYS: &[&str] = &[
    "max", "number", "of", "min", "unit", "scale", "past", "under", "to", "level", "accept",
    "max_mb", "count", "fields",
];

/// What cannot be said of a field whose value people do not enter.
const NOT_COMPUTED: &[&str] = &["required", "default", "fixed", "unique"];
/// What child rows cannot say.
const NOT_IN_ROWS: &[&str] = &[
    "unique",
    "search",
    "compute",
    "latest",
    "latest_by",
    "latest_where",
    "number",
    "locked",
];
const NO_TYPES_IN_ROWS: &[&str] = &["rows", "file", "files"];

/// Where a field stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Record,
    Row,
}

/// A field with the text it came from.
#[derive(Clone, Debug)]
pub(crate) struct Read<'f> {
    pub field: Field,
    pub table: &'f Table,
    pub at: At,
    /// Its type is not known; conditions over it are not judged further.
    pub broken: bool,
}

pub(crate) fn read<'f>(
    ctx: &mut Ctx<'_>,
    world: &World,
    subsystem: &str,
    all: &'f Table,
    level: Level,
) -> Vec<Read<'f>> {
    if all.entries.is_empty() {
        ctx.fault(
            all.at,
            What::EmptyList {
                key: "fields".into(),
            },
        );
    }
    if all.entries.len() > FIELDS_MAX {
        let (count, max) = (all.entries.len().to_string(), FIELDS_MAX.to_string());
        ctx.fault(all.at, What::TooManyFields { count, max });
    }
    let mut found = Vec::new();
    let mut labels = names::Labels::default();
    for (name, entry) in &all.entries {
        names::free_name(ctx, entry.key, name);
        let Some(table) = ctx.as_table(name, &entry.value) else {
            continue;
        };
        let (field, broken) = field(ctx, world, subsystem, name, table, level);
        labels.add(ctx, table.value_at("label"), name, &field.label);
        found.push(Read {
            field,
            table,
            at: entry.key,
            broken,
        });
    }
    kinds::under(ctx, world, &mut found);
    found
}

fn field(
    ctx: &mut Ctx<'_>,
    world: &World,
    subsystem: &str,
    name: &str,
    table: &Table,
    level: Level,
) -> (Field, bool) {
    let label = ctx.need_label(table, "字段", "label");
    let (kind, broken) = match kind(ctx, world, subsystem, table, level) {
        Some(kind) => (kind, false),
        None => (
            Kind::Text {
                max: TEXT_CHARS_DEFAULT,
            },
            true,
        ),
    };
    let source = source(ctx, table);
    if !matches!(source, Source::Typed) {
        for key in NOT_COMPUTED.iter().filter(|key| **key != "unique") {
            if table.has(key) {
                ctx.fault(
                    table.key_at(key),
                    What::ComputedAttribute { key: (*key).into() },
                );
            }
        }
    }
    let default = if broken {
        None
    } else {
        values::default(ctx, world, table, &kind)
    };
    let unit = ctx.text(table, "unit").map(str::to_owned);
    let field = Field {
        name: name.into(),
        label,
        hint: ctx.text(table, "hint").map(Label::new),
        source,
        required: ctx.flag(table, "required"),
        unique: ctx.flag(table, "unique"),
        locked: ctx.flag(table, "locked"),
        personal: ctx.flag(table, "personal"),
        secret: ctx.flag(table, "secret"),
        search: ctx.flag(table, "search"),
        when: None,
        default,
        prefill: Vec::new(),
        unit,
        hidden: false,
        fixed: ctx.flag(table, "fixed"),
        kind,
    };
    if !broken {
        promises(ctx, table, &field);
    }
    (field, broken)
}

/// Type and further attributes.
fn kind(
    ctx: &mut Ctx<'_>,
    world: &World,
    subsystem: &str,
    table: &Table,
    level: Level,
) -> Option<Kind> {
    if !table.has("type") {
        ctx.missing(table, "字段", "type");
    }
    let ty = ctx.text(table, "type")?;
    if !kinds::TYPES.contains(&ty) {
        let what = What::UnknownType { name: ty.into() };
        ctx.fault_near(
            table.value_at("type"),
            what,
            ty,
            kinds::TYPES.iter().copied(),
        );
        return None;
    }
    let further = kinds::attributes(ty);
    for (key, entry) in &table.entries {
        let key = key.as_str();
        if level == Level::Row && NOT_IN_ROWS.contains(&key) {
            ctx.fault(entry.key, What::NotInRows { ty: key.into() });
        } else if KEYS.contains(&key) || further.contains(&key) {
            continue;
        } else if FURTHER_KEYS.contains(&key) {
            ctx.fault(
                entry.key,
                What::MisplacedAttribute {
                    key: key.into(),
                    ty: ty.into(),
                },
            );
        } else {
            let what = What::UnknownKey {
                place: "字段".into(),
                key: key.into(),
            };
            let known = KEYS.iter().chain(further).copied();
            ctx.fault_help(entry.key, what, question(key, known));
        }
    }
    if level == Level::Row && NO_TYPES_IN_ROWS.contains(&ty) {
        ctx.fault(table.value_at("type"), What::NotInRows { ty: ty.into() });
        return None;
    }
    kinds::read(ctx, world, subsystem, table, ty)
}

/// `latest` is resolved when all registers are known; until then such a field counts as computed.
fn source(ctx: &mut Ctx<'_>, table: &Table) -> Source {
    let named: Vec<&str> = ["compute", "latest", "number"]
        .into_iter()
        .filter(|key| table.has(key))
        .collect();
    if let [_, second, ..] = named.as_slice() {
        ctx.fault(table.key_at(second), What::TwoSources {});
    }
    if !table.has("latest") {
        for key in ["latest_by", "latest_where"]
            .into_iter()
            .filter(|key| table.has(key))
        {
            ctx.fault(table.key_at(key), What::LatestAlone { key: key.into() });
        }
    }
    if let Some(hook) = ctx.text(table, "compute") {
        return Source::Computed { hook: hook.into() };
    }
    if let Some(pattern) = ctx.text(table, "number") {
        number(ctx, table.value_at("number"), pattern);
        return Source::Number {
            pattern: pattern.into(),
        };
    }
    if table.has("latest") {
        return Source::Computed {
            hook: String::new(),
        };
    }
    Source::Typed
}

/// A series counts: `{n}` must stand in the pattern, and nothing but `{year}` beside it.
fn number(ctx: &mut Ctx<'_>, at: At, pattern: &str) {
    let mut rest = pattern.replace("{year}", "");
    let counts = rest.matches("{n}").count();
    rest = rest.replace("{n}", "");
    if counts != 1 || rest.contains(['{', '}']) {
        ctx.fault(
            at,
            What::BadPattern {
                text: pattern.into(),
            },
        );
    }
}

/// `unique`, `search` and sealing where the type can keep them.
fn promises(ctx: &mut Ctx<'_>, table: &Table, field: &Field) {
    let word = || field.kind.word().to_owned();
    let unique = matches!(
        field.kind,
        Kind::Text { .. }
            | Kind::Code { .. }
            | Kind::Int { .. }
            | Kind::Ref { .. }
            | Kind::Phone
            | Kind::Email
            | Kind::Date { .. }
            | Kind::Choice { .. }
    );
    if field.unique && (!unique || field.secret) {
        ctx.fault(table.key_at("unique"), What::NotUnique { ty: word() });
    }
    if field.search && field.sealed() {
        // Sealed values never enter the full-text index; the exact value is found by its hash.
        ctx.fault(
            table.key_at("search"),
            What::NotSearchable {
                ty: "加密".into()
            },
        );
    } else if field.search
        && matches!(
            field.kind,
            Kind::Rows { .. } | Kind::Files { .. } | Kind::Point | Kind::Bool | Kind::Moment
        )
    {
        ctx.fault(
            table.key_at("search"),
            What::NotSearchable {
                ty: format!("类型 {} 的", word()),
            },
        );
    }
    if field.sealed()
        && matches!(
            field.kind,
            Kind::Rows { .. } | Kind::Files { .. } | Kind::Point
        )
    {
        let key = if field.personal { "personal" } else { "secret" };
        let what = What::MisplacedAttribute {
            key: key.into(),
            ty: word(),
        };
        ctx.fault(table.key_at(key), what);
    }
}
