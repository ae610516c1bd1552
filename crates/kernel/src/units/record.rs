//! Units read from their records, and what a change writes into them.

use catalogue::{FieldIx, Phase, Register};
use expr::Value;

use super::rows::{Table, date, id, rows};
use super::{Cover, Unit};
use crate::{Datum, Record};

impl Unit {
    /// Reads a record of `house.unit`.
    pub fn read(def: &Register, record: &Record) -> Unit {
        let text = |name| match record.named(def, name) {
            Value::Text(text) => text.clone(),
            _ => String::new(),
        };
        let rows = |name| Table::of(def, record, name);
        let areas = rows("areas").each(|row| Cover {
            area: row.text("area"),
            since: row.date("since"),
            until: row.date("until"),
        });
        let former = rows("former_titles");
        let titles = former.each(|row| Some((row.date("until")?, row.text("title"))));
        let former = rows("former_parents");
        let parents = former.each(|row| Some((row.date("until")?, row.id("under"))));
        Unit {
            id: record.id,
            version: record.version,
            code: text("code"),
            title: text("title"),
            kind: text("kind"),
            is_open: record.phase(def) == Phase::Open,
            parent: id(record.named(def, "parent")),
            since: date(record.named(def, "since")),
            until: date(record.named(def, "until")),
            heir: id(record.named(def, "heir")),
            areas,
            titles: titles.into_iter().flatten().collect(),
            parents: parents.into_iter().flatten().collect(),
        }
    }

    /// The fields that differ from what the unit was before.
    pub fn differing(&self, def: &Register, before: &Unit) -> Vec<(FieldIx, Datum)> {
        let mut found = Vec::new();
        let mut put = |name: &str, differs: bool, datum: Datum| {
            found.extend(def.field(name).filter(|_| differs).map(|ix| (ix, datum)));
        };
        let one = |value: Option<Value>| Datum::One(value.unwrap_or(Value::Null));
        let title = one(Some(Value::Text(self.title.clone())));
        put("title", self.title != before.title, title);
        let parent = one(self.parent.map(Value::Id));
        put("parent", self.parent != before.parent, parent);
        let until = one(self.until.map(Value::Date));
        put("until", self.until != before.until, until);
        put(
            "heir",
            self.heir != before.heir,
            one(self.heir.map(Value::Id)),
        );
        let areas = self.areas.iter().map(|cover| {
            vec![
                ("area", Value::Text(cover.area.clone())),
                ("since", cover.since.map_or(Value::Null, Value::Date)),
                ("until", cover.until.map_or(Value::Null, Value::Date)),
            ]
        });
        let differs = self.areas != before.areas;
        put("areas", differs, rows(def, "areas", areas.collect()));
        let titles = self.titles.iter().map(|(until, title)| {
            vec![
                ("title", Value::Text(title.clone())),
                ("until", Value::Date(*until)),
            ]
        });
        let differs = self.titles != before.titles;
        let titles = rows(def, "former_titles", titles.collect());
        put("former_titles", differs, titles);
        let parents = self.parents.iter().map(|(until, parent)| {
            vec![
                ("under", parent.map_or(Value::Null, Value::Id)),
                ("until", Value::Date(*until)),
            ]
        });
        let differs = self.parents != before.parents;
        let parents = rows(def, "former_parents", parents.collect());
        put("former_parents", differs, parents);
        found
    }
}
