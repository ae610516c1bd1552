//! Where things lie: real counties (GB/T 2260) with invented towns.

use codes::divisions::{self, Division, Level};
use kernel::{Datum, Point, Value};

use super::{Area, Chance, names};

/// Counties of a sample province, as the seed text of Shandong counts them.
const COUNTIES_MAX: usize = 143;
const TOWNS_MIN: i64 = 8;
const TOWNS_MAX: i64 = 17;

/// A county, its towns and how much of the province's life happens there.
#[derive(Clone, Debug)]
pub struct County {
    pub code: &'static str,
    pub name: &'static str,
    /// 杭州市萧山区.
    pub full: String,
    pub towns: Vec<Town>,
    pub weight: u64,
    /// Somewhere near; real coordinates are not part of the product.
    middle: Point,
}

/// An invented town or street.
#[derive(Clone, Debug)]
pub struct Town {
    /// Nine digits: streets 001 and up, towns 100 and up (GB/T 10114).
    pub code: String,
    pub name: String,
}

/// A town in its county.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    pub county: &'a County,
    pub town: &'a Town,
}

impl County {
    pub fn place(&self, chance: &mut Chance) -> Place<'_> {
        Place {
            county: self,
            town: chance.pick(&self.towns),
        }
    }

    /// The prefecture-level city above.
    pub fn city(&self) -> Option<&'static Division> {
        divisions::path(self.code)
            .into_iter()
            .find(|d| d.level() == Level::Prefecture)
    }

    pub fn province(&self) -> &'static str {
        &self.code[..2]
    }
}

impl Place<'_> {
    /// An address within the town: 杭州市萧山区柳桥镇振兴路18号.
    pub fn address(&self, chance: &mut Chance) -> String {
        const ROADS: [&str; 24] = [
            "振兴路",
            "人民路",
            "建设路",
            "工业大道",
            "园区一路",
            "园区二路",
            "青年路",
            "解放路",
            "新华路",
            "和平路",
            "迎宾大道",
            "科技路",
            "创业路",
            "文化路",
            "学府路",
            "滨河路",
            "光明街",
            "府前街",
            "朝阳路",
            "长江路",
            "黄河路",
            "兴业路",
            "东环路",
            "西环路",
        ];
        let (road, number) = (chance.pick(&ROADS), chance.between(1, 999));
        format!("{}{}{road}{number}号", self.county.full, self.town.name)
    }

    pub fn point(&self, chance: &mut Chance) -> Datum {
        const SPREAD_E6: i64 = 150_000;
        let off = |chance: &mut Chance| chance.between(-SPREAD_E6, SPREAD_E6) as i32;
        let middle = self.county.middle;
        let (lat_e6, lon_e6) = (middle.lat_e6 + off(chance), middle.lon_e6 + off(chance));
        Datum::One(Value::Point(Point { lat_e6, lon_e6 }))
    }
}

/// The counties of the area with their towns.
pub(super) fn counties(area: &Area, chance: &mut Chance) -> Vec<County> {
    let (codes, towns) = match area {
        Area::County { code, towns, .. } => {
            (divisions::get(code).into_iter().collect(), Some(*towns))
        }
        Area::Province(code) => (of_province(code), None),
    };
    codes
        .into_iter()
        .map(|division| county(division, towns, chance))
        .collect()
}

/// Ordinary counties first, then as many development zones as there is room for.
fn of_province(code: &str) -> Vec<&'static Division> {
    let prefix = &code[..2];
    let counties = || {
        divisions::all()
            .iter()
            .filter(|d| d.level() == Level::County && d.is_current() && !d.is_grouping())
            .filter(|d| d.code.starts_with(prefix))
    };
    let mut chosen: Vec<_> = counties().filter(|d| !d.is_zone()).collect();
    chosen.extend(counties().filter(|d| d.is_zone()));
    chosen.truncate(COUNTIES_MAX);
    chosen.sort_unstable_by_key(|d| d.code);
    chosen
}

fn county(division: &'static Division, towns: Option<usize>, chance: &mut Chance) -> County {
    let count = towns.unwrap_or_else(|| chance.between(TOWNS_MIN, TOWNS_MAX) as usize);
    let streets = count / 2;
    let offset = chance.below(1_280);
    let towns = (0..count).map(|nth| {
        let (serial, kind) = if nth < streets {
            (nth + 1, "街道")
        } else {
            (100 + nth - streets, "镇")
        };
        let name = format!("{}{kind}", names::town(offset, nth));
        Town {
            code: format!("{}{serial:03}", division.code),
            name,
        }
    });
    let above = divisions::path(division.code);
    let full = above
        .iter()
        .filter(|d| d.level() != Level::Province && !d.is_grouping());
    let middle = Point {
        lat_e6: chance.between(34_500_000, 37_500_000) as i32,
        lon_e6: chance.between(115_500_000, 121_500_000) as i32,
    };
    County {
        code: division.code,
        name: division.name,
        full: full.map(|d| d.name).collect(),
        towns: towns.collect(),
        weight: chance.between(3, 30) as u64,
        middle,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_province_has_the_counties_of_today_with_towns_of_their_own() {
        let area = Area::Province("370000".to_owned());
        let counties = counties(&area, &mut Chance::new(1));
        assert_eq!(counties.len(), COUNTIES_MAX);
        for county in &counties {
            assert!(divisions::get(county.code).is_some_and(Division::is_current));
            assert!(county.towns.len() >= TOWNS_MIN as usize);
            assert!(
                county
                    .towns
                    .iter()
                    .all(|t| t.code.len() == 9 && t.code.starts_with(county.code))
            );
        }
    }

    #[test]
    fn a_county_has_as_many_towns_as_were_asked_for() {
        let area = Area::County {
            code: "330109".to_owned(),
            towns: 28,
            key_firms: 300,
        };
        let counties = counties(&area, &mut Chance::new(1));
        assert_eq!(counties.len(), 1);
        assert_eq!(counties[0].full, "杭州市萧山区");
        assert_eq!(counties[0].towns.len(), 28);
    }
}
