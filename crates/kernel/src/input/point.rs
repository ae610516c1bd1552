//! Points on the map: one text, or latitude and longitude by name.

use catalogue::Field;
use expr::{Point, Value};
use speech::said;

use super::{No, Raw, half, no};

pub(super) fn point(text: &str) -> Option<Point> {
    let text = half(text);
    let (lat, lon) = text.split_once([',', ' '])?;
    coordinates(lat, lon)
}

pub(super) fn point_of(field: &Field, pairs: &[(String, Raw)]) -> Result<Value, No> {
    let get = |name: &str| {
        pairs
            .iter()
            .find(|(key, _)| key == name)
            .and_then(|(_, raw)| match raw {
                Raw::Number(text) | Raw::Text(text) => Some(text.trim()),
                _ => None,
            })
    };
    match (get("lat"), get("lon")) {
        (None | Some(""), None | Some("")) => Ok(Value::Null),
        (Some(lat), Some(lon)) => match coordinates(lat, lon) {
            Some(point) => Ok(Value::Point(point)),
            None => no(
                "range",
                said!(
                    "“{}”的经纬度不对" / "“{}” is no point on the map",
                    field.label
                ),
            ),
        },
        _ => no(
            "type",
            said!(
                "“{}”须同时有纬度和经度" / "“{}” needs both latitude and longitude",
                field.label
            ),
        ),
    }
}

fn coordinates(lat: &str, lon: &str) -> Option<Point> {
    let e6 = |text: &str| -> Option<i64> {
        let degrees: f64 = text.trim().parse().ok()?;
        (degrees.is_finite() && degrees.abs() <= 180.0).then(|| (degrees * 1e6).round() as i64)
    };
    Point::new(e6(lat)?, e6(lon)?)
}
