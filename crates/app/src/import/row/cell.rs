//! A text of a row into the value of a field.

use std::borrow::Cow;

use kernel::{Datum, Dec, Field, FieldIx, Kind, Raw, Value};
use speech::{Said, said};
use tables::Row;

use super::{Bench, short};
use crate::import::mapping::{Convert, From, Money, Normal, Other, Rule};
use crate::import::number::Number;
use crate::import::plan::Plan;
use crate::import::step::Step;

/// A text that could not be understood.
pub(super) struct No {
    pub(super) code: &'static str,
    pub(super) message: Said,
    /// The mapping says that such rows are refused.
    pub(super) always: bool,
}

impl No {
    fn new(code: &'static str, message: impl Into<Said>) -> No {
        No {
            code,
            message: message.into(),
            always: false,
        }
    }
}

pub(super) enum Cooked {
    Nothing,
    One(Datum),
    Sum {
        datum: Datum,
        currency: Option<(FieldIx, Datum)>,
    },
}

pub(super) fn cooked(
    plan: &Plan,
    bench: &Bench,
    row: &Row,
    step: &Step,
    text: &str,
) -> Result<Cooked, No> {
    let (rule, field) = (&step.rule, plan.def.get(step.field));
    if let Some(why) = rule.refuse.get(text) {
        return Err(No {
            code: "refused",
            message: said!("“{}”：{}" / "“{}”: {}", short(text), why),
            always: true,
        });
    }
    let parent = step
        .parent
        .and_then(|cell| row.cells.get(cell))
        .map_or("", |text| text.trim());
    if text.is_empty() && parent.is_empty() {
        return Ok(Cooked::Nothing);
    }
    if let Some(datum) = step.ready.get(text) {
        return Ok(Cooked::One(datum.clone()));
    }
    if let Some(values) = &rule.values {
        match &values.other {
            Other::Refuse => {
                return Err(No::new(
                    "choice",
                    said!(
                        "“{}”不在对照表里" / "“{}” is not in the value map",
                        short(text)
                    ),
                ));
            }
            Other::Empty => return Ok(Cooked::Nothing),
            Other::Entry(..) => return Ok(step.other.clone().map_or(Cooked::Nothing, Cooked::One)),
            Other::Keep => {}
        }
    }
    let mut text = Cow::Borrowed(text);
    if !rule.dates.is_empty() {
        text = Cow::Owned(date(rule, &text)?);
    }
    if let Some(convert) = &rule.convert {
        text = Cow::Owned(converted(convert, field, &text)?);
    }
    if let Some(money) = &rule.money {
        return sum(plan, bench, field, money, &text);
    }
    if rule.normal == Normal::Name {
        text = Cow::Owned(codes::text::name_normal(&text));
    }
    if rule.division.is_some() {
        text = Cow::Owned(
            bench
                .divisions
                .code(bench, &text, parent)
                .map_err(|m| No::new("division", m))?,
        );
    } else if matches!(field.kind, Kind::Division { .. }) && !looks_coded(&text) {
        text = Cow::Owned(named_division(bench, &text)?);
    }
    if !rule.prefix.is_empty() {
        text = Cow::Owned(format!("{}{text}", rule.prefix));
    }
    if let From::Lookup { by: Some(by), .. } = &rule.from {
        return match (bench.by_field)(field, *by, &text) {
            kernel::Found::One(id) => Ok(Cooked::One(Datum::One(Value::Id(id)))),
            kernel::Found::None => Err(No::new(
                "ref",
                said!("没有找到“{}”" / "“{}” was not found", short(&text)),
            )),
            kernel::Found::Many => Err(No::new(
                "ref",
                said!("“{}”不止一条" / "There are several “{}”", short(&text)),
            )),
        };
    }
    let raw = match &field.kind {
        Kind::Rows { fields, .. } => {
            crate::import::rows::raw(&text, fields).map_err(|m| No::new("rows", m))?
        }
        _ => Raw::Text(text.into_owned()),
    };
    match kernel::parse(bench.ground, bench.world, field, &raw) {
        Ok(datum) => Ok(Cooked::One(datum)),
        Err(blames) => {
            let code = blames.first().map_or("type", |blame| blame.code);
            let all = blames.iter().map(|blame| &blame.message);
            Err(No::new(code, Said::sentences(all)))
        }
    }
}

/// Codes are checked as everywhere.
fn looks_coded(text: &str) -> bool {
    let half = codes::text::fold(text);
    half.chars().all(|c| c.is_ascii_digit() || c == ' ')
}

/// A table of one's own may name its divisions as people do: 萧山区, 浙江省杭州市萧山区, 萧山区楼塔镇.
fn named_division(bench: &Bench, text: &str) -> Result<String, No> {
    bench.divisions.code(bench, text, "").map_err(|why| {
        let advice = said!(
            "请填 6、9 或 12 位区划代码，或者从省写起的全名，例如“浙江省杭州市萧山区”"
                / "please give its code of 6, 9 or 12 digits, or its whole name from the province on"
        );
        No::new("division", said!("{}；{}" / "{}; {}", why, advice))
    })
}

fn date(rule: &Rule, text: &str) -> Result<String, No> {
    let read = rule
        .dates
        .iter()
        .find_map(|format| jiff::civil::Date::strptime(format, text).ok());
    match read {
        Some(date) if (1800..=2200).contains(&date.year()) => Ok(date.to_string()),
        _ => Err(No::new(
            "date",
            said!(
                "“{}”不是 {} 样子的日期" / "“{}” is no date like {}",
                short(text),
                Said::list(&rule.dates)
            ),
        )),
    }
}

fn converted(convert: &Convert, field: &Field, text: &str) -> Result<String, No> {
    let number = Number::parse(&codes::text::fold(text)).ok_or_else(|| {
        No::new(
            "number",
            said!("“{}”不是数字" / "“{}” is no number", short(text)),
        )
    })?;
    let places = convert.round.unwrap_or(match field.kind {
        Kind::Decimal { scale, .. } => u32::from(scale),
        Kind::Money { .. } => 2,
        _ => 0,
    });
    number
        .times(convert.multiply)
        .and_then(|number| number.plus(convert.add))
        .map(|number| number.round(places).to_string())
        .ok_or_else(|| {
            No::new(
                "number",
                said!("“{}”太大" / "“{}” is too large", short(text)),
            )
        })
}

/// `50万人民币` into 分, and its currency into a field beside it.
fn sum(plan: &Plan, bench: &Bench, field: &Field, money: &Money, text: &str) -> Result<Cooked, No> {
    let bare = || {
        codes::text::fold(text)
            .chars()
            .all(|c| c.is_ascii_digit() || ",.".contains(c))
    };
    let parsed = match &money.unit {
        Some(unit) if bare() => codes::text::parse_money(&format!("{text}{unit}")),
        _ => codes::text::parse_money(text),
    };
    let parsed = parsed.map_err(|refused| {
        No::new(
            "money",
            said!("“{}”：{}" / "“{}”: {}", short(text), refused.text),
        )
    })?;
    let yuan = Dec::new(parsed.fen, 2).to_string();
    let datum =
        kernel::parse(bench.ground, bench.world, field, &Raw::Number(yuan)).map_err(|blames| {
            No::new(
                "money",
                Said::sentences(blames.iter().map(|blame| &blame.message)),
            )
        })?;
    let Some(ix) = money.currency else {
        return match parsed.currency {
            "CNY" => Ok(Cooked::Sum {
                datum,
                currency: None,
            }),
            other => Err(No::new(
                "money",
                said!("是 {other}，不是人民币" / "It is {other}, not CNY"),
            )),
        };
    };
    let currency = plan.def.get(ix);
    let code = Raw::Text(parsed.currency.to_owned());
    match kernel::parse(bench.ground, bench.world, currency, &code) {
        Ok(code) => Ok(Cooked::Sum {
            datum,
            currency: Some((ix, code)),
        }),
        Err(_) => {
            let message = said!(
                "“{}”里没有币种 {}" / "“{}” has no currency {}",
                currency.label,
                parsed.currency
            );
            Err(No::new("money", message))
        }
    }
}
