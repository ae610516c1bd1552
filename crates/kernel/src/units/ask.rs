//! An act on units as it is kept in `house.unit_change` until its day comes.

use catalogue::{FieldIx, Register};
use expr::{Id, Value};

use super::rows::{Table, rows};
use super::{Act, Part};
use crate::{Datum, Record};

/// Words of the list `unit_part`.
const FROM: &str = "from";
const INTO: &str = "into";
const AREA: &str = "area";
const REST: &str = "rest";
const POST: &str = "post";

/// A post and the unit that it goes to.
pub type Assigned = (Id, Id);

impl Act {
    /// Entry of the list `unit_change_kind`.
    pub fn word(&self) -> &'static str {
        match self {
            Act::Merge { .. } => "merge",
            Act::Split { .. } => "split",
            Act::Move { .. } => "move",
            Act::Rename { .. } => "rename",
            Act::Close { .. } => "close",
        }
    }

    /// The units that it is about, first those that it begins with.
    pub fn units(&self) -> (Vec<Id>, Vec<Id>) {
        match self {
            Act::Merge { from, into } => (from.clone(), vec![*into]),
            Act::Split { from, parts, rest } => {
                let mut into: Vec<Id> = parts.iter().map(|part| part.into).chain(*rest).collect();
                let mut seen = Vec::new();
                into.retain(|id| {
                    !seen.contains(id) && {
                        seen.push(*id);
                        true
                    }
                });
                (vec![*from], into)
            }
            Act::Move { unit, under } => (vec![*unit], under.iter().copied().collect()),
            Act::Rename { unit, .. } => (vec![*unit], Vec::new()),
            Act::Close { unit, heir } => (vec![*unit], heir.iter().copied().collect()),
        }
    }

    /// The child rows in which it is kept, with the posts that were assigned by hand.
    pub fn written(&self, def: &Register, assigned: &[Assigned]) -> Option<(FieldIx, Datum)> {
        let row = |word: &str, unit: Option<Id>| {
            let unit = unit.map_or(Value::Null, Value::Id);
            vec![("word", Value::Text(word.to_owned())), ("unit", unit)]
        };
        let with = |mut row: Vec<(&'static str, Value)>, name: &'static str, text: String| {
            row.push((name, Value::Text(text)));
            row
        };
        let mut all = Vec::new();
        match self {
            Act::Merge { from, into } => {
                all.extend(from.iter().map(|id| row(FROM, Some(*id))));
                all.push(row(INTO, Some(*into)));
            }
            Act::Split { from, parts, rest } => {
                all.push(row(FROM, Some(*from)));
                for part in parts {
                    all.push(row(INTO, Some(part.into)));
                    let areas = part.areas.iter();
                    all.extend(
                        areas.map(|area| with(row(AREA, Some(part.into)), AREA, area.clone())),
                    );
                }
                all.extend(rest.map(|id| row(REST, Some(id))));
            }
            Act::Move { unit, under } => {
                all.push(row(FROM, Some(*unit)));
                all.extend(under.map(|id| row(INTO, Some(id))));
            }
            Act::Rename { unit, .. } => all.push(row(FROM, Some(*unit))),
            Act::Close { unit, heir } => {
                all.push(row(FROM, Some(*unit)));
                all.extend(heir.map(|id| row(INTO, Some(id))));
            }
        }
        let posts = assigned.iter();
        all.extend(posts.map(|(post, unit)| with(row(POST, Some(*unit)), POST, post.to_string())));
        Some((def.field("parts")?, rows(def, "parts", all)))
    }

    /// Reads it back; `None` when the record does not tell an act.
    pub fn read(def: &Register, record: &Record) -> Option<(Act, Vec<Assigned>)> {
        let text = |name: &str| match record.named(def, name) {
            Value::Text(text) => text.clone(),
            _ => String::new(),
        };
        let lines = Table::of(def, record, "parts");
        let lines = lines.each(|row| {
            let (word, unit) = (row.text("word"), row.id("unit"));
            (word, unit, row.text("area"), row.text("post"))
        });
        let with = |wanted: &str| {
            let found = lines.iter().filter(|(word, ..)| word == wanted);
            found.filter_map(|(_, unit, ..)| *unit).collect::<Vec<Id>>()
        };
        let (from, into) = (with(FROM), with(INTO));
        let first = from.first().copied();
        let act = match text("kind").as_str() {
            "merge" => Act::Merge {
                from,
                into: *into.first()?,
            },
            "split" => Act::Split {
                from: first?,
                parts: into
                    .iter()
                    .map(|into| Part {
                        into: *into,
                        areas: lines
                            .iter()
                            .filter(|(word, unit, ..)| word == AREA && *unit == Some(*into))
                            .map(|(_, _, area, _)| area.clone())
                            .collect(),
                    })
                    .collect(),
                rest: with(REST).first().copied(),
            },
            "move" => Act::Move {
                unit: first?,
                under: into.first().copied(),
            },
            "rename" => Act::Rename {
                unit: first?,
                title: text("name"),
            },
            "close" => Act::Close {
                unit: first?,
                heir: into.first().copied(),
            },
            _ => return None,
        };
        let posts = lines.iter().filter(|(word, ..)| word == POST);
        let assigned = posts.filter_map(|(_, unit, _, post)| Some((post.parse().ok()?, (*unit)?)));
        Some((act, assigned.collect()))
    }
}
