//! Whole numbers, fixed-point numbers and money, within the bounds of the field.

use catalogue::Label;
use expr::{Dec, Value};
use speech::{Said, said};

use super::{No, half, no};

pub(super) fn int(
    label: &Label,
    text: &str,
    min: Option<i64>,
    max: Option<i64>,
) -> Result<Value, No> {
    let text = half(text).replace([',', ' '], "");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    let Ok(value) = text.parse::<i64>() else {
        return no(
            "type",
            said!("“{}”应是整数" / "“{}” is a whole number", label),
        );
    };
    bounds(label, value, min, max, |v| Said::same(v.to_string()))?;
    Ok(Value::Int(value))
}

pub(super) fn decimal(
    label: &Label,
    text: &str,
    scale: u8,
    min: Option<i64>,
    max: Option<i64>,
) -> Result<Value, No> {
    let text = half(text).replace([',', ' '], "");
    let Ok(dec) = text.parse::<Dec>() else {
        return no("type", said!("“{}”应是数字" / "“{}” is a number", label));
    };
    let Some(dec) = dec.rescale(scale) else {
        return no(
            "range",
            said!(
                "“{}”最多 {scale} 位小数" / "“{}” takes at most {scale} decimals",
                label
            ),
        );
    };
    bounds(label, dec.mantissa, min, max, |v| {
        Said::same(Dec::new(v, scale).to_string())
    })?;
    Ok(Value::Dec(dec))
}

pub(super) fn money(
    label: &Label,
    text: &str,
    min: Option<i64>,
    max: Option<i64>,
) -> Result<Value, No> {
    match codes::text::parse_money(text) {
        Ok(money) if money.currency != "CNY" => no(
            "currency",
            said!("“{}”请填人民币金额" / "“{}” is a sum in CNY", label),
        ),
        Ok(money) => {
            bounds(label, money.fen, min, max, |v| {
                said!("{} 元" / "CNY {}", Dec::new(v, 2).to_string())
            })?;
            Ok(Value::Int(money.fen))
        }
        Err(refused) => no("type", said!("“{}”：{}" / "“{}”: {}", label, refused.text)),
    }
}

fn bounds(
    label: &Label,
    value: i64,
    min: Option<i64>,
    max: Option<i64>,
    shown: impl Fn(i64) -> Said,
) -> Result<(), No> {
    match (min, max) {
        (Some(min), _) if value < min => no(
            "range",
            said!(
                "“{}”不能小于 {}" / "“{}” cannot be less than {}",
                label,
                shown(min)
            ),
        ),
        (_, Some(max)) if value > max => no(
            "range",
            said!(
                "“{}”不能大于 {}" / "“{}” cannot be more than {}",
                label,
                shown(max)
            ),
        ),
        _ => Ok(()),
    }
}
