//! `[params]`: what a bureau may change on a page, within bounds.

use expr::{Dec, Type, Value};

use super::outline::Outline;
use super::{names, values};
use crate::fault::What;
use crate::model::Param;
use crate::tree::{Ctx, Data, Table};

pub(crate) const KEYS: &[&str] = &["label", "type", "default", "min", "max", "law"];
pub(crate) const TYPES: &[&str] = &["months", "days", "int", "bool", "text", "decimal"];

pub(crate) fn read(ctx: &mut Ctx<'_>, outline: &Outline<'_>) -> Vec<Param> {
    let mut found = Vec::new();
    let mut labels = names::Labels::default();
    for (name, at, table) in ctx.tables(outline.file, "params") {
        names::free_name(ctx, at, name);
        if outline.fields.iter().any(|read| read.field.name == name) {
            ctx.fault(
                at,
                What::NameClash {
                    name: name.into(),
                    other: "字段".into(),
                },
            );
        }
        ctx.only(table, "参数", KEYS);
        let label = ctx.need_label(table, "参数", "label");
        labels.add(ctx, table.value_at("label"), name, &label);
        let law = ctx.text(table, "law").map(str::to_owned);
        for key in ["type", "default"]
            .into_iter()
            .filter(|key| !table.has(key))
        {
            ctx.missing(table, "参数", key);
        }
        let Some(word) = ctx.text(table, "type") else {
            continue;
        };
        let Some((ty, default, bounds)) = value(ctx, table, word) else {
            continue;
        };
        let [min, max] = bounds;
        found.push(Param {
            name: name.into(),
            label,
            ty,
            default,
            min,
            max,
            law,
        });
    }
    found
}

type Read = (Type, Value, [Option<Value>; 2]);

fn value(ctx: &mut Ctx<'_>, table: &Table, word: &str) -> Option<Read> {
    let whole = |ctx: &mut Ctx<'_>, ty: Type| {
        let (min, max) = (ctx.int(table, "min"), ctx.int(table, "max"));
        values::bounds(ctx, table, (min, max), |bound| bound.to_string());
        let Data::Int(default) = table.get("default")?.data else {
            return bad(ctx, table, word, "整数");
        };
        values::within(ctx, table.value_at("default"), default, min, max, 0);
        Some((
            ty,
            Value::Int(default),
            [min.map(Value::Int), max.map(Value::Int)],
        ))
    };
    match word {
        "months" => whole(ctx, Type::Months),
        "days" => whole(ctx, Type::Days),
        "int" => whole(ctx, Type::Int),
        "decimal" => decimal(ctx, table),
        "bool" | "text" => {
            for key in ["min", "max"].into_iter().filter(|key| table.has(key)) {
                let what = What::MisplacedAttribute {
                    key: key.into(),
                    ty: word.into(),
                };
                ctx.fault(table.key_at(key), what);
            }
            match (word, &table.get("default")?.data) {
                ("bool", Data::Bool(value)) => {
                    Some((Type::Bool, Value::Bool(*value), [None, None]))
                }
                ("text", Data::Text(text)) => {
                    Some((Type::Text, Value::Text(text.clone()), [None, None]))
                }
                ("bool", _) => bad(ctx, table, word, "true 或 false"),
                _ => bad(ctx, table, word, "文字"),
            }
        }
        _ => {
            let what = What::UnknownType { name: word.into() };
            ctx.fault_near(table.value_at("type"), what, word, TYPES.iter().copied());
            None
        }
    }
}

/// The scale of a decimal param is that of its most exact number.
fn decimal(ctx: &mut Ctx<'_>, table: &Table) -> Option<Read> {
    let places = |text: &str| text.split_once('.').map_or(0, |(_, behind)| behind.len());
    let mut scale = 0;
    for key in ["default", "min", "max"] {
        if let Some(Data::Float(text)) = table.get(key).map(|node| &node.data) {
            scale = scale.max(places(text));
        }
    }
    let scale = scale.min(usize::from(crate::SCALE_MAX)) as u8;
    if !matches!(table.get("default")?.data, Data::Int(_) | Data::Float(_)) {
        return bad(ctx, table, "decimal", "数字");
    }
    let min = values::mantissa(ctx, table, "min", scale);
    let max = values::mantissa(ctx, table, "max", scale);
    let default = values::mantissa(ctx, table, "default", scale)?;
    let shown = |mantissa| Dec { mantissa, scale }.normalised().to_string();
    values::bounds(ctx, table, (min, max), shown);
    values::within(ctx, table.value_at("default"), default, min, max, scale);
    let value = |mantissa| Value::Dec(Dec { mantissa, scale });
    Some((
        Type::Decimal { scale },
        value(default),
        [min.map(value), max.map(value)],
    ))
}

fn bad(ctx: &mut Ctx<'_>, table: &Table, ty: &str, wanted: &str) -> Option<Read> {
    let what = What::BadDefault {
        ty: ty.into(),
        wanted: wanted.into(),
    };
    ctx.fault(table.value_at("default"), what);
    None
}
