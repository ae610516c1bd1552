//! How far from the registered place the check was made.

use kernel::{Point, Situation, Value};

use super::whose::first;

/// Mean radius of the earth in metres (IUGG).
const EARTH_M: f64 = 6_371_008.8;

/// Metres between where the check was made and where device or enterprise stand on the register.
pub fn distance(s: &Situation) -> Value {
    let Value::Point(here) = s.value("point") else {
        return Value::Null;
    };
    let there = ["ref equipment", "ref entity", "ref subject"]
        .into_iter()
        .filter_map(|read| first(s, read))
        .find_map(|record| match s.of(record, "point") {
            Value::Point(point) => Some(*point),
            _ => None,
        });
    there.map_or(Value::Null, |there| Value::Int(metres(*here, there)))
}

/// Along the great circle (haversine), rounded to the metre.
fn metres(a: Point, b: Point) -> i64 {
    let radians = |e6: i32| (f64::from(e6) / 1e6).to_radians();
    let (lat_a, lat_b) = (radians(a.lat_e6), radians(b.lat_e6));
    let half = |from: f64, to: f64| ((to - from) / 2.0).sin().powi(2);
    let chord =
        half(lat_a, lat_b) + lat_a.cos() * lat_b.cos() * half(radians(a.lon_e6), radians(b.lon_e6));
    (2.0 * EARTH_M * chord.sqrt().min(1.0).asin()).round() as i64
}

#[cfg(test)]
mod tests {
    use super::{Point, metres};

    #[test]
    fn a_minute_of_latitude_is_a_nautical_mile_and_one_of_longitude_shrinks_with_it() {
        let at = |lat, lon| Point::new(lat, lon).unwrap();
        assert_eq!(
            metres(at(30_000_000, 120_000_000), at(30_000_000, 120_000_000)),
            0
        );
        // 1/60 degree of latitude: 1853 m; of longitude at 60°: half of it.
        assert_eq!(
            metres(at(30_000_000, 120_000_000), at(30_016_667, 120_000_000)),
            1_853
        );
        assert_eq!(
            metres(at(60_000_000, 120_000_000), at(60_000_000, 120_016_667)),
            927
        );
    }
}
