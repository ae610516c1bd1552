//! Places on the map: latitude and longitude in millionths of a degree, about a hand's width.

use speech::said;

use std::fmt;
use std::str::FromStr;

use super::{Dec, ValueError};

const LAT_E6_MAX: i64 = 90_000_000;
const LON_E6_MAX: i64 = 180_000_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Point {
    pub lat_e6: i32,
    pub lon_e6: i32,
}

impl Point {
    /// None outside the globe.
    pub fn new(lat_e6: i64, lon_e6: i64) -> Option<Point> {
        if lat_e6.abs() > LAT_E6_MAX || lon_e6.abs() > LON_E6_MAX {
            return None;
        }
        Some(Point {
            lat_e6: lat_e6 as i32,
            lon_e6: lon_e6 as i32,
        })
    }
}

/// Latitude first: `36.651200,117.120100`.
impl fmt::Display for Point {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let degrees = |e6: i32| Dec {
            mantissa: i64::from(e6),
            scale: 6,
        };
        write!(f, "{},{}", degrees(self.lat_e6), degrees(self.lon_e6))
    }
}

impl FromStr for Point {
    type Err = ValueError;

    fn from_str(text: &str) -> Result<Point, ValueError> {
        let read = |part: &str| Some(part.trim().parse::<Dec>().ok()?.rescale(6)?.mantissa);
        text.split_once(',')
            .and_then(|(lat, lon)| Point::new(read(lat)?, read(lon)?))
            .ok_or_else(|| ValueError {
                what: said!("坐标" / "a place on the map"),
                text: text.to_owned(),
                help: said!(
                    "请写成 36.6512,117.1201 的样子，先纬度后经度"
                        / "please write it like 36.6512,117.1201, latitude first"
                ),
            })
    }
}
