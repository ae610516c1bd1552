//! Units (单位) over time: what each covers on which day, under whom it stands, how it is called, and
//! what becomes of all that when units merge, split, move, are renamed or closed. Pure.
//!
//! Days are half-open: `since` is the first day, `until` the first day no more; nothing means always.

mod ask;
mod divide;
mod plan;
mod record;
mod rows;
mod split;
#[cfg(test)]
mod tests;
mod tree;

pub use ask::Assigned;
pub use plan::{Act, Part, Plan, Route, TITLE_CHARS_MAX, plan};
pub use tree::{LEVELS, Units};

use expr::Id;
use jiff::civil::Date;

use crate::area_prefix;

/// One unit with all that is known of its days.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    pub id: Id,
    /// Of the record that was read.
    pub version: i64,
    pub code: String,
    /// As it is called now; `titles` tells how before.
    pub title: String,
    /// Entry of the list of unit kinds.
    pub kind: String,
    /// Its record is not closed.
    pub is_open: bool,
    /// Under whom it stands now; `parents` tells under whom before.
    pub parent: Option<Id>,
    pub since: Option<Date>,
    pub until: Option<Date>,
    /// Who succeeds it once it has ended.
    pub heir: Option<Id>,
    pub areas: Vec<Cover>,
    /// Former names, each until a day.
    pub titles: Vec<(Date, String)>,
    /// Former superiors, each until a day.
    pub parents: Vec<(Date, Option<Id>)>,
}

/// A division covered for a time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cover {
    /// Division code (GB/T 2260; towns and villages GB/T 10114).
    pub area: String,
    pub since: Option<Date>,
    pub until: Option<Date>,
}

/// Whether a day lies in a half-open stretch.
pub fn within(day: Date, since: Option<Date>, until: Option<Date>) -> bool {
    since.is_none_or(|since| since <= day) && until.is_none_or(|until| day < until)
}

impl Cover {
    pub fn holds_on(&self, day: Date) -> bool {
        within(day, self.since, self.until)
    }
}

impl Unit {
    /// Whether the unit is there on that day. One that was closed without a day never was, for nobody
    /// can tell when it ended.
    pub fn exists_on(&self, day: Date) -> bool {
        (self.is_open || self.until.is_some()) && within(day, self.since, self.until)
    }

    /// The divisions it covers on that day.
    pub fn areas_on(&self, day: Date) -> Vec<&str> {
        if !self.exists_on(day) {
            return Vec::new();
        }
        let held = self.areas.iter().filter(|cover| cover.holds_on(day));
        held.map(|cover| cover.area.as_str()).collect()
    }

    /// How it was called on that day.
    pub fn title_on(&self, day: Date) -> &str {
        let then = self.titles.iter().filter(|(until, _)| day < *until);
        let then = then.min_by_key(|(until, _)| *until);
        then.map_or(&self.title, |(_, title)| title)
    }

    /// Under whom it stood on that day.
    pub fn parent_on(&self, day: Date) -> Option<Id> {
        let then = self.parents.iter().filter(|(until, _)| day < *until);
        let then = then.min_by_key(|(until, _)| *until);
        then.map_or(self.parent, |(_, parent)| *parent)
    }

    /// The last day on which something about it changed, or is to change.
    fn last_change(&self) -> Option<Date> {
        let titles = self.titles.iter().map(|(until, _)| *until);
        let parents = self.parents.iter().map(|(until, _)| *until);
        titles.chain(parents).max()
    }
}

impl Unit {
    /// Takes areas over, but for those it covers already for as long.
    fn take(&mut self, covers: Vec<Cover>) {
        for cover in covers {
            let prefix = area_prefix(&cover.area);
            let lasts = |own: &Cover| {
                own.since <= cover.since
                    && (own.until.is_none() || cover.until.is_some() && own.until >= cover.until)
            };
            let held = |own: &Cover| prefix.starts_with(area_prefix(&own.area)) && lasts(own);
            if !self.areas.iter().any(held) {
                self.areas.push(cover);
            }
        }
    }
}

/// Areas before the day, and those from it on.
fn parted(areas: &[Cover], day: Date) -> (Vec<Cover>, Vec<Cover>) {
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for cover in areas {
        if cover.until.is_some_and(|until| until <= day) {
            before.push(cover.clone());
            continue;
        }
        if cover.since.is_none_or(|since| since < day) {
            before.push(Cover {
                until: Some(day),
                ..cover.clone()
            });
        }
        after.push(Cover {
            since: cover.since.max(Some(day)),
            ..cover.clone()
        });
    }
    (before, after)
}
