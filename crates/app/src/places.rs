//! Divisions as the house knows them: provinces to counties of the product, towns and villages of
//! the operator.

use std::collections::BTreeMap;

use codes::{BuiltInLists, Lists};

/// All divisions in memory; a nation has some 700,000 villages at most, a county some hundred.
#[derive(Default)]
pub struct Places {
    towns: BTreeMap<String, String>,
    lists: BuiltInLists,
}

impl Places {
    /// With the operator's towns and villages: code and name.
    pub fn new(towns: impl IntoIterator<Item = (String, String)>) -> Places {
        let towns: BTreeMap<String, String> = towns.into_iter().collect();
        let lists = BuiltInLists::with_towns(towns.keys().cloned());
        Places { towns, lists }
    }

    /// Name of the division itself: 楼塔镇.
    pub fn name(&self, code: &str) -> Option<&str> {
        match self.towns.get(code) {
            Some(name) => Some(name),
            None => codes::divisions::get(code).map(|d| d.name),
        }
    }

    /// Name with all above it: 浙江省杭州市萧山区楼塔镇.
    pub fn full_name(&self, code: &str) -> String {
        let mut name = match code.len() {
            6 => return codes::divisions::full_name(code).unwrap_or_else(|| code.to_owned()),
            _ => codes::divisions::full_name(code.get(..6).unwrap_or_default()).unwrap_or_default(),
        };
        if code.len() == 12 {
            name.push_str(
                self.name(code.get(..9).unwrap_or_default())
                    .unwrap_or_default(),
            );
        }
        name.push_str(self.name(code).unwrap_or(code));
        name
    }

    /// Name as it reads inside the area of a unit: the county and the town are enough.
    pub fn short_name(&self, code: &str) -> String {
        match code.len() {
            6 => self.name(code).unwrap_or(code).to_owned(),
            _ => {
                let county = self
                    .name(code.get(..6).unwrap_or_default())
                    .unwrap_or_default();
                format!("{county}{}", self.name(code).unwrap_or(code))
            }
        }
    }

    /// Divisions directly below: of a province its cities, of a county its towns.
    pub fn children(&self, code: &str) -> Vec<(String, String)> {
        if code.len() >= 9 || (code.len() == 6 && !code.ends_with("00")) {
            let digits = if code.len() == 6 { 9 } else { 12 };
            return self
                .towns
                .range(code.to_owned()..)
                .take_while(|(town, _)| town.starts_with(code))
                .filter(|(town, _)| town.len() == digits)
                .map(|(town, name)| (town.clone(), name.clone()))
                .collect();
        }
        codes::divisions::children(code)
            .into_iter()
            .map(|d| (d.code.to_owned(), d.name.to_owned()))
            .collect()
    }

    /// Current divisions whose own or full name is exactly this.
    pub fn find(&self, name: &str) -> Vec<String> {
        let mut found: Vec<String> = codes::divisions::find_by_name(name, None)
            .into_iter()
            .map(|d| d.code.to_owned())
            .collect();
        let towns = self.towns.iter().filter(|(code, town)| {
            *town == name || (name.ends_with(town.as_str()) && self.full_name(code) == name)
        });
        found.extend(towns.map(|(code, _)| code.clone()));
        found
    }

    /// Towns and villages whose whole name ends so: 萧山区楼塔镇, 杭州市萧山区楼塔镇.
    pub fn find_path(&self, name: &str) -> Vec<String> {
        let ends_so =
            |code: &str, town: &str| name.ends_with(town) && self.full_name(code).ends_with(name);
        self.towns
            .iter()
            .filter(|(code, town)| ends_so(code, town))
            .map(|(code, _)| code.clone())
            .collect()
    }

    pub fn lists(&self) -> &dyn Lists {
        &self.lists
    }
}
