//! What is asked of both sides: the same question in the words of each.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use anyhow::Context as _;
use expr::Id;
use serde_json::{Map, Value as Json, json};

use super::Crowd;
use super::bare::Row;
use super::client::{Request, encoded};
use super::load::{Askers, Asking};

/// Whom a case is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Ours,
    Bare,
}

/// The cases that are asked over HTTP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    Read,
    List,
    Search,
    Create,
    Update,
}

impl Case {
    pub const ALL: [Case; 5] = [
        Case::Read,
        Case::List,
        Case::Search,
        Case::Create,
        Case::Update,
    ];

    pub fn name(self) -> &'static str {
        match self {
            Case::Read => "read",
            Case::List => "list",
            Case::Search => "search",
            Case::Create => "create",
            Case::Update => "update",
        }
    }

    pub fn title(self) -> &'static str {
        match self {
            Case::Read => "读一条",
            Case::List => "列 50 条（筛选、排序）",
            Case::Search => "查找两个字",
            Case::Create => "新建",
            Case::Update => "修改",
        }
    }

    /// What is measured: name, title, by how many at once.
    pub fn lines(self) -> Vec<(&'static str, &'static str, Crowd)> {
        let full = (self.name(), self.title(), Crowd::Full);
        match self {
            Case::Search => vec![full, ("search_alone", "查找两个字，一人单独", Crowd::Alone)],
            _ => vec![full],
        }
    }

    /// Each connection gets an asker of its own.
    pub fn askers(self, side: Side, material: &Arc<Material>, connections: usize) -> Askers {
        let asker = |nth: usize| -> Box<dyn Asking> {
            let chance = Chance::new(nth as u64 + 1);
            let material = Arc::clone(material);
            match self {
                Case::Read => Box::new(Reading {
                    side,
                    material,
                    chance,
                }),
                Case::List => Box::new(Listing {
                    side,
                    material,
                    chance,
                }),
                Case::Search => Box::new(Searching {
                    side,
                    material,
                    chance,
                }),
                Case::Create => Box::new(Creating {
                    side,
                    material,
                    chance,
                }),
                Case::Update => {
                    let own = material.rows.iter().skip(nth).step_by(connections);
                    let own = own.map(|row| (row.id, row.version)).collect();
                    Box::new(Updating {
                        side,
                        own,
                        at: 0,
                        turn: 0,
                    })
                }
            }
        };
        (0..connections).map(asker).collect()
    }
}

pub const REGISTER: &str = "special_equipment.equipment";

/// What the questions are made of: records as they lie, and as the API gives them.
pub struct Material {
    pub rows: Vec<Row>,
    /// Fields that can be sent, by what `GET` gave.
    pub fields: Vec<Map<String, Json>>,
    /// Words of two characters that stand somewhere.
    pub words: Vec<String>,
    /// Kinds of devices, and days on which something is due.
    pub due: Vec<(String, String)>,
    /// Serial of the next device code.
    pub serial: AtomicU32,
}

impl Material {
    pub fn new(rows: Vec<Row>, fields: Vec<Map<String, Json>>) -> anyhow::Result<Material> {
        let text = |row: &Row, name: &str| {
            row.columns
                .get(name)
                .and_then(Json::as_str)
                .unwrap_or_default()
                .to_owned()
        };
        let mut words = Vec::new();
        let mut chance = Chance::new(7);
        for row in &rows {
            // Three of four words are of places, the rest of products.
            let field = if chance.below(4) == 0 { "name" } else { "site" };
            words.extend(pair(&text(row, field), &mut chance));
        }
        let due = rows
            .iter()
            .map(|row| (text(row, "kind"), text(row, "next_due")));
        let due: Vec<_> = due.filter(|(_, day)| !day.is_empty()).collect();
        let full = !(words.is_empty() || due.is_empty() || fields.is_empty());
        full.then_some(())
            .context("the data hold too little to measure with")?;
        Ok(Material {
            rows,
            fields,
            words,
            due,
            serial: AtomicU32::new(1),
        })
    }

    /// A device code that no record has, like the one of the record.
    pub fn code(&self, like: &str) -> String {
        /// Codes of one maker and year.
        const SERIALS: u32 = 90_000;
        let serial = self.serial.fetch_add(1, Ordering::Relaxed);
        let basic = like.get(..4).unwrap_or("3110");
        let maker = format!("10{:03}", 900 - serial / SERIALS);
        codes::make_device_code(basic, &maker, 2020, serial % SERIALS + 1).unwrap_or_default()
    }
}

/// Two Han characters beside each other, from somewhere in the text.
pub fn pair(text: &str, chance: &mut Chance) -> Option<String> {
    let chars: Vec<char> = text.chars().collect();
    let is_han = |c: &char| ('\u{4E00}'..='\u{9FFF}').contains(c);
    let pairs: Vec<&[char]> = chars
        .windows(2)
        .filter(|pair| pair.iter().all(is_han))
        .collect();
    let pair = pairs.get(chance.below(pairs.len().max(1)))?;
    Some(pair.iter().collect())
}

struct Reading {
    side: Side,
    material: Arc<Material>,
    chance: Chance,
}

impl Asking for Reading {
    fn next(&mut self) -> Request {
        let id = Id(self.chance.pick(&self.material.rows).id);
        Request::get(match self.side {
            Side::Ours => format!("/api/{REGISTER}/{id}"),
            Side::Bare => format!("/r/{id}"),
        })
    }

    fn answered(&mut self, _: u16, _: &[u8]) -> anyhow::Result<()> {
        Ok(())
    }
}

struct Listing {
    side: Side,
    material: Arc<Material>,
    chance: Chance,
}

impl Asking for Listing {
    fn next(&mut self) -> Request {
        let (kind, day) = self.chance.pick(&self.material.due);
        Request::get(match self.side {
            Side::Ours => format!(
                "/api/{REGISTER}?kind={kind}&state=in_use&next_due={day}..&sort=next_due&limit=50"
            ),
            Side::Bare => format!("/r?kind={kind}&state=in_use&from={day}"),
        })
    }

    fn answered(&mut self, _: u16, _: &[u8]) -> anyhow::Result<()> {
        Ok(())
    }
}

struct Searching {
    side: Side,
    material: Arc<Material>,
    chance: Chance,
}

impl Asking for Searching {
    fn next(&mut self) -> Request {
        let word: &String = self.chance.pick(&self.material.words);
        let word = encoded(word);
        Request::get(match self.side {
            Side::Ours => format!("/api/-/search?q={word}"),
            Side::Bare => format!("/search?q={word}"),
        })
    }

    fn answered(&mut self, _: u16, _: &[u8]) -> anyhow::Result<()> {
        Ok(())
    }
}

struct Creating {
    side: Side,
    material: Arc<Material>,
    chance: Chance,
}

impl Asking for Creating {
    fn next(&mut self) -> Request {
        let nth = self.chance.below(self.material.fields.len());
        let row = &self.material.rows[nth].columns;
        let like = row.get("code").and_then(Json::as_str).unwrap_or_default();
        let code = self.material.code(like);
        let (target, body) = match self.side {
            Side::Ours => {
                let mut fields = self.material.fields[nth].clone();
                fields.insert("code".to_owned(), code.into());
                (
                    format!("/api/{REGISTER}"),
                    json!({ "state": "in_use", "fields": fields }),
                )
            }
            Side::Bare => {
                let mut fields = row.clone();
                fields.insert("code".to_owned(), code.into());
                ("/r".to_owned(), json!({ "fields": fields }))
            }
        };
        let body = Some(body.to_string());
        Request {
            key: None,
            method: "POST",
            target,
            version: None,
            body,
        }
    }

    fn answered(&mut self, _: u16, _: &[u8]) -> anyhow::Result<()> {
        Ok(())
    }
}

struct Updating {
    side: Side,
    /// Records that no other connection touches, with the version they have.
    own: Vec<(i64, i64)>,
    at: usize,
    turn: usize,
}

impl Asking for Updating {
    fn next(&mut self) -> Request {
        let (id, version) = self.own[self.at];
        let id = Id(id);
        let site = format!("{}号楼东侧{}号位", self.turn % 9 + 1, self.turn % 90 + 10);
        let fields =
            json!({ "fields": { "site": site, "key_watch": self.turn.is_multiple_of(2) } });
        let target = match self.side {
            Side::Ours => format!("/api/{REGISTER}/{id}"),
            Side::Bare => format!("/r/{id}"),
        };
        let body = Some(fields.to_string());
        Request {
            key: None,
            method: "PATCH",
            target,
            version: Some(version),
            body,
        }
    }

    fn answered(&mut self, _: u16, body: &[u8]) -> anyhow::Result<()> {
        let saved: Json = serde_json::from_slice(body)?;
        let version = saved["version"]
            .as_i64()
            .context("an answer without a version")?;
        self.own[self.at].1 = version;
        self.at = (self.at + 1) % self.own.len();
        if self.at == 0 {
            self.turn += 1;
        }
        Ok(())
    }
}

/// Chance that is the same in every run.
pub struct Chance(u64);

impl Chance {
    pub fn new(seed: u64) -> Chance {
        Chance(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end.max(1)
    }

    pub fn pick<'t, T>(&mut self, among: &'t [T]) -> &'t T {
        &among[self.below(among.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn material() -> Material {
        let columns = json!({ "code": "311037018202012345", "site": "东风路3号", "name": "电梯", "kind": "lift", "next_due": "2027-01-01" });
        let Json::Object(columns) = columns else {
            unreachable!()
        };
        let row = Row {
            id: 1,
            version: 2,
            columns: columns.clone(),
        };
        Material::new(vec![row], vec![columns]).unwrap()
    }

    #[test]
    fn new_codes_pass_the_check_and_never_repeat() {
        let material = material();
        let codes: Vec<String> = (0..3)
            .map(|_| material.code("311037018202012345"))
            .collect();
        assert!(
            codes
                .iter()
                .all(|code| code.len() == 18 && code.starts_with("3110")),
            "{codes:?}"
        );
        assert!(codes[0] != codes[1] && codes[1] != codes[2]);
    }

    #[test]
    fn words_are_two_han_characters() {
        let mut chance = Chance::new(1);
        let word = pair("3号楼东侧", &mut chance).unwrap();
        assert_eq!(word.chars().count(), 2);
        assert_eq!(pair("A1-3", &mut chance), None);
    }

    #[test]
    fn an_update_names_the_version_it_was_told() {
        let material = Arc::new(material());
        let mut asker = Case::Update.askers(Side::Ours, &material, 1).remove(0);
        assert_eq!(asker.next().version, Some(2));
        asker.answered(200, br#"{"version":3}"#).unwrap();
        assert_eq!(asker.next().version, Some(3));
    }
}
