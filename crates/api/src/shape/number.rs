//! Numbers and sums, in figures or as text, within the bounds of the field.

use catalogue::Label;
use kernel::Raw;
use speech::said;

use super::written::{is_fixed, written_out};
use super::{No, no};

type Bounds = (Option<i64>, Option<i64>);

pub(super) fn fixed(label: &Label, raw: Raw, places: u8, bounds: Bounds) -> Result<Raw, No> {
    let plain = match &raw {
        Raw::Text(text) if is_fixed(text, usize::from(places)) => written_out(text),
        Raw::Number(text) => written_out(text),
        _ => None,
    };
    let Some(plain) = plain else {
        return no(
            "type",
            said!(
                "“{0}”应是数字，最多 {places} 位小数"
                    / "“{0}” should be a number with at most {places} decimal places",
                label
            ),
        );
    };
    let behind = plain.split_once('.').map_or(0, |(_, behind)| behind.len());
    match behind <= usize::from(places) {
        true => bounded(label, plain, places, bounds),
        false => no(
            "range",
            said!(
                "“{0}”最多 {places} 位小数" / "“{0}” has at most {places} decimal places",
                label
            ),
        ),
    }
}

/// A number within its bounds, both given as mantissa with so many places.
pub(super) fn bounded(
    label: &Label,
    plain: String,
    places: u8,
    (min, max): Bounds,
) -> Result<Raw, No> {
    let shown = |mantissa: i64| kernel::Dec::new(mantissa, places);
    match mantissa(&plain, usize::from(places)) {
        None => no(
            "range",
            said!("“{0}”超出范围" / "“{0}” is out of range", label),
        ),
        Some(value) => match (min, max) {
            (Some(min), _) if value < min => no(
                "range",
                said!(
                    "“{1}”不能小于 {}" / "“{1}” must not be less than {}",
                    shown(min).to_string(),
                    label
                ),
            ),
            (_, Some(max)) if value > max => no(
                "range",
                said!(
                    "“{1}”不能大于 {}" / "“{1}” must not be more than {}",
                    shown(max).to_string(),
                    label
                ),
            ),
            _ => Ok(Raw::Number(plain)),
        },
    }
}

/// `1.5` with two places → 150.
fn mantissa(plain: &str, places: usize) -> Option<i64> {
    let (whole, behind) = plain.split_once('.').unwrap_or((plain, ""));
    format!("{whole}{behind:0<places$}").parse().ok()
}
