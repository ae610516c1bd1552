//! Numbers and default values as definitions write them.

use expr::{Dec, Value};
use toml::value::Datetime;

use super::World;
use crate::fault::{At, What};
use crate::model::Kind;
use crate::tree::{Ctx, Data, Table};

/// Places behind the point of a sum in yuan.
pub(crate) const MONEY_SCALE: u8 = 2;

/// The mantissa of `key` at `scale`.
pub(crate) fn mantissa(ctx: &mut Ctx<'_>, table: &Table, key: &str, scale: u8) -> Option<i64> {
    let (text, at) = ctx.number(table, key)?;
    let fits = text.parse::<Dec>().ok().and_then(|dec| dec.rescale(scale));
    if fits.is_none() {
        ctx.fault(
            at,
            What::BadNumber {
                text,
                scale: scale.to_string(),
            },
        );
    }
    fits.map(|dec| dec.mantissa)
}

/// Tells bounds that no value can meet.
pub(crate) fn bounds<T: PartialOrd + Copy>(
    ctx: &mut Ctx<'_>,
    table: &Table,
    (min, max): (Option<T>, Option<T>),
    shown: impl Fn(T) -> String,
) {
    if let (Some(low), Some(high)) = (min, max)
        && low > high
    {
        let what = What::BoundsCrossed {
            min: shown(low),
            max: shown(high),
        };
        ctx.fault(table.value_at("min"), what);
    }
}

/// The default of a field in the type of the field.
pub(crate) fn default(
    ctx: &mut Ctx<'_>,
    world: &World,
    table: &Table,
    kind: &Kind,
) -> Option<Value> {
    let node = table.get("default")?;
    let at = node.at;
    let ty = kind.word();
    let bad = |ctx: &mut Ctx<'_>, wanted: &str| {
        ctx.fault(
            at,
            What::BadDefault {
                ty: ty.into(),
                wanted: wanted.into(),
            },
        );
        None
    };
    match (kind, &node.data) {
        (Kind::Text { max } | Kind::LongText { max }, Data::Text(text)) => {
            let length = text.chars().count();
            if length > *max {
                out(
                    ctx,
                    at,
                    length.to_string() + " 字",
                    format!("最多 {max} 字"),
                );
            }
            Some(Value::Text(text.clone()))
        }
        (Kind::Text { .. } | Kind::LongText { .. }, _) => bad(ctx, "文字"),
        (Kind::Int { min, max }, Data::Int(value)) => {
            within(ctx, at, *value, *min, *max, 0);
            Some(Value::Int(*value))
        }
        (Kind::Int { .. }, _) => bad(ctx, "整数"),
        (Kind::Decimal { scale, min, max }, Data::Int(_) | Data::Float(_)) => {
            let value = mantissa(ctx, table, "default", *scale)?;
            within(ctx, at, value, *min, *max, *scale);
            Some(Value::Dec(Dec {
                mantissa: value,
                scale: *scale,
            }))
        }
        (Kind::Decimal { .. }, _) => bad(ctx, "数字"),
        (Kind::Money { min, max }, Data::Int(_) | Data::Float(_)) => {
            let value = mantissa(ctx, table, "default", MONEY_SCALE)?;
            within(ctx, at, value, *min, *max, MONEY_SCALE);
            Some(Value::Int(value))
        }
        (Kind::Money { .. }, _) => bad(ctx, "以元为单位的数字"),
        (Kind::Bool, Data::Bool(value)) => Some(Value::Bool(*value)),
        (Kind::Bool, _) => bad(ctx, "true 或 false"),
        (Kind::Date { .. }, Data::Time(value)) => match date(value) {
            Some(date) => Some(Value::Date(date)),
            None => bad(ctx, "日期，如 2027-03-01"),
        },
        (Kind::Date { .. }, _) => bad(ctx, "日期，如 2027-03-01"),
        (Kind::Choice { list, .. }, Data::Text(entry)) => {
            entry_of(ctx, world, list, entry, at);
            Some(Value::Text(entry.clone()))
        }
        (Kind::Choice { .. }, _) => bad(ctx, "选项名"),
        (Kind::Choices { list }, Data::List(_)) => {
            let named = ctx.texts(table, "default");
            for (entry, at) in &named {
                entry_of(ctx, world, list, entry, *at);
            }
            Some(Value::set(named.into_iter().map(|(entry, _)| entry)))
        }
        (Kind::Choices { .. }, _) => bad(ctx, "选项名的列表"),
        (Kind::Division { .. }, Data::Text(code)) if division(code) => {
            Some(Value::Text(code.clone()))
        }
        (Kind::Division { .. }, _) => bad(ctx, "6 位、9 位或 12 位区划代码"),
        _ => {
            ctx.fault(at, What::NoDefault { ty: ty.into() });
            None
        }
    }
}

fn division(code: &str) -> bool {
    matches!(code.len(), 6 | 9 | 12) && code.bytes().all(|b| b.is_ascii_digit())
}

pub(crate) fn entry_of(ctx: &mut Ctx<'_>, world: &World, list: &str, entry: &str, at: At) {
    let Some(choices) = world.choices.get(list) else {
        return;
    };
    if !choices.entries.contains_key(entry) {
        let what = What::UnknownEntry {
            name: entry.into(),
            list: list.into(),
        };
        ctx.fault_near(at, what, entry, choices.entries.keys().map(String::as_str));
    }
}

pub(crate) fn within(
    ctx: &mut Ctx<'_>,
    at: At,
    value: i64,
    min: Option<i64>,
    max: Option<i64>,
    scale: u8,
) {
    let shown = |mantissa: i64| Dec { mantissa, scale }.normalised().to_string();
    if let Some(low) = min.filter(|low| value < *low) {
        out(ctx, at, shown(value), format!("不小于 {}", shown(low)));
    }
    if let Some(high) = max.filter(|high| value > *high) {
        out(ctx, at, shown(value), format!("不大于 {}", shown(high)));
    }
}

fn out(ctx: &mut Ctx<'_>, at: At, value: String, bound: String) {
    ctx.fault(at, What::OutOfBounds { value, bound });
}

fn date(value: &Datetime) -> Option<jiff::civil::Date> {
    let date = value.date.filter(|_| value.time.is_none())?;
    let (month, day) = (i8::try_from(date.month).ok()?, i8::try_from(date.day).ok()?);
    jiff::civil::Date::new(i16::try_from(date.year).ok()?, month, day).ok()
}
