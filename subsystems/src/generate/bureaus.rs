//! Towns and the units of the service: province, cities, counties; in a single county also its
//! stations and towns.

use codes::divisions;
use kernel::{Datum, Moment, Refusal, RowData, Value};

use super::{Area, Calendar, Chance, County, Made, Maker, New, link, text};
use kernel::Reads;

/// Towns that one station covers (基层站所).
const TOWNS_PER_STATION: usize = 5;

/// Enters the invented towns.
pub(super) fn towns(
    counties: &[County],
    calendar: &Calendar,
    maker: &mut dyn Maker,
) -> Result<usize, Refusal> {
    let at = opening(calendar);
    let mut count = 0;
    for town in counties.iter().flat_map(|county| &county.towns) {
        let values = vec![("code", text(&town.code)), ("title", text(&town.name))];
        let (state, reads) = (None, Reads::default());
        maker.make(New {
            register: "house.division",
            state,
            at,
            values,
            reads,
        })?;
        count += 1;
    }
    Ok(count)
}

/// Enters the units. The seed text counts 17 city bureaus and 143 county bureaus in Shandong; the
/// seventeenth, 莱芜, now answers for two districts of 济南.
pub(super) fn units(
    area: &Area,
    counties: &[County],
    calendar: &Calendar,
    maker: &mut dyn Maker,
) -> Result<usize, Refusal> {
    let mut office = Office {
        at: opening(calendar),
        maker,
        count: 0,
    };
    match area {
        Area::Province(code) => office.province(code, counties)?,
        Area::County { .. } => {
            for county in counties {
                let bureau = office.county(county, None)?;
                office.below(county, &bureau)?;
            }
        }
    }
    Ok(office.count)
}

struct Office<'a> {
    at: Moment,
    maker: &'a mut dyn Maker,
    count: usize,
}

impl Office<'_> {
    fn province(&mut self, code: &str, counties: &[County]) -> Result<(), Refusal> {
        let title = format!("{}市场监督管理局", name_of(code));
        let province = self.unit(code, title, "province", None, &[code])?;
        let mut cities: Vec<(&str, Made)> = Vec::new();
        let split = |county: &County| ["370116", "370117"].contains(&county.code);
        for city in divisions::children(code) {
            let title = format!("{}市场监督管理局", city.name);
            let apart = counties
                .iter()
                .any(|c| c.code.starts_with(&city.code[..4]) && split(c));
            let own: Vec<&str> = match apart {
                true => counties
                    .iter()
                    .filter(|c| c.code.starts_with(&city.code[..4]) && !split(c))
                    .map(|c| c.code)
                    .collect(),
                false => vec![city.code],
            };
            let unit = self.unit(city.code, title, "city", Some(&province), &own)?;
            cities.push((&city.code[..4], unit));
        }
        let apart: Vec<&str> = counties
            .iter()
            .filter(|c| split(c))
            .map(|c| c.code)
            .collect();
        let mut seventeenth = None;
        if !apart.is_empty() {
            let title = "莱芜市场监督管理局".to_owned();
            seventeenth = Some(self.unit("371200", title, "city", Some(&province), &apart)?);
        }
        for county in counties {
            let city = match &seventeenth {
                Some(unit) if split(county) => Some(unit),
                _ => cities
                    .iter()
                    .find(|(at, _)| county.code.starts_with(at))
                    .map(|(_, u)| u),
            };
            let city = city.cloned();
            self.county(county, city.as_ref())?;
        }
        Ok(())
    }

    fn county(&mut self, county: &County, city: Option<&Made>) -> Result<Made, Refusal> {
        let kind = if county.code[4..].starts_with('7') {
            "zone"
        } else {
            "county"
        };
        let title = format!("{}市场监督管理局", county.full);
        self.unit(county.code, title, kind, city, &[county.code])
    }

    /// Stations and towns of a county.
    fn below(&mut self, county: &County, bureau: &Made) -> Result<(), Refusal> {
        for (nth, towns) in county.towns.chunks(TOWNS_PER_STATION).enumerate() {
            let codes: Vec<&str> = towns.iter().map(|t| t.code.as_str()).collect();
            let title = format!("{}市场监督管理所", plain(&towns[0].name));
            let code = format!("{}S{:02}", county.code, nth + 1);
            self.unit(&code, title, "station", Some(bureau), &codes)?;
        }
        for town in &county.towns {
            let kind = if town.name.ends_with("街道") {
                "街道办事处"
            } else {
                "镇人民政府"
            };
            let title = format!("{}{kind}", plain(&town.name));
            self.unit(&town.code, title, "town", Some(bureau), &[&town.code])?;
        }
        Ok(())
    }

    fn unit(
        &mut self,
        code: &str,
        title: String,
        kind: &str,
        parent: Option<&Made>,
        areas: &[&str],
    ) -> Result<Made, Refusal> {
        // The unit at the founding of the data directory stands already.
        if let Some(unit) = self.maker.find("house.unit", "code", code)? {
            return Ok(unit);
        }
        let row = |area: &&str| RowData {
            id: None,
            values: vec![Value::Text((*area).to_owned())],
        };
        let mut values = vec![
            ("code", text(code)),
            ("title", text(title)),
            ("kind", text(kind)),
            ("areas", Datum::Rows(areas.iter().map(row).collect())),
        ];
        values.extend(parent.map(|unit| ("parent", link(unit))));
        self.count += 1;
        let (state, at, reads) = (None, self.at, Reads::default());
        self.maker.make(New {
            register: "house.unit",
            state,
            at,
            values,
            reads,
        })
    }
}

fn opening(calendar: &Calendar) -> Moment {
    calendar.at(calendar.first, &mut Chance::new(0))
}

fn name_of(code: &str) -> &str {
    divisions::get(code).map_or(code, |d| d.name)
}

/// The name without its kind.
fn plain(town: &str) -> &str {
    town.strip_suffix("街道")
        .or_else(|| town.strip_suffix('镇'))
        .unwrap_or(town)
}
