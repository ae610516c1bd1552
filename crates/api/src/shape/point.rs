//! A place on the map, as it is sent.

use catalogue::Label;
use kernel::Raw;
use speech::said;

use super::{No, no};

pub(super) fn point(label: &Label, pairs: Vec<(String, Raw)>) -> Result<Raw, No> {
    let side = |name: &str, most: f64| {
        let found = pairs.iter().find(|(key, _)| key == name);
        let Some((_, Raw::Number(text))) = found else {
            return None;
        };
        text.parse::<f64>()
            .ok()
            .filter(|degrees| degrees.abs() <= most)
    };
    let whole = pairs.len() == 2 && side("lat", 90.0).is_some() && side("lon", 180.0).is_some();
    match whole {
        true => Ok(Raw::Map(pairs)),
        false => no(
            "type",
            said!(
                "“{0}”应是 {{\"lat\": 纬度, \"lon\": 经度}}，纬度 -90 至 90，经度 -180 至 180"
                    / "“{0}” should be {{\"lat\": latitude, \"lon\": longitude}}, latitude from -90 to 90, longitude from -180 to 180",
                label
            ),
        ),
    }
}
