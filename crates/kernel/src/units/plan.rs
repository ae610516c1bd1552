//! What an act on units changes: which units, and where people, tasks and subordinate units go.

use std::collections::BTreeSet;

use expr::Id;
use jiff::civil::Date;
use speech::{Said, said};

use super::{Unit, Units, parted};
use crate::input::is_one_line;
use crate::{Blame, area_prefix};

/// As long as the field of the unit.
pub const TITLE_CHARS_MAX: usize = 60;

/// What is to happen to units from a day on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// 合并: all of `from` go into one, which may be one of them.
    Merge { from: Vec<Id>, into: Id },
    /// 分设: parts go to others; `rest` takes what is not named. The unit itself may be one of them and
    /// then goes on; otherwise it ends.
    Split {
        from: Id,
        parts: Vec<Part>,
        rest: Option<Id>,
    },
    /// 调整隶属: stands under another, or under nobody.
    Move { unit: Id, under: Option<Id> },
    /// 更名.
    Rename { unit: Id, title: String },
    /// 撤销: ends; what is left goes to the heir.
    Close { unit: Id, heir: Option<Id> },
}

/// Divisions that go to one unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub into: Id,
    pub areas: Vec<String>,
}

/// What an act comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// Units as they will be; only those that change.
    pub after: Vec<Unit>,
    /// Where what belongs to a unit goes.
    pub routes: Vec<Route>,
}

/// Where people and tasks of one unit go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Route {
    pub from: Id,
    /// By division, for what has one.
    pub parts: Vec<(String, Id)>,
    /// Everything else; `None`: somebody must say where.
    pub rest: Option<Id>,
}

impl Route {
    /// Where something in that division goes.
    pub fn of(&self, division: Option<&str>) -> Option<Id> {
        let within = |area: &str| division.is_some_and(|d| d.starts_with(area_prefix(area)));
        let fit = self.parts.iter().filter(|(area, _)| within(area));
        let closest = fit.max_by_key(|(area, _)| area_prefix(area).len());
        closest.map(|(_, to)| *to).or(self.rest)
    }
}

/// Decides what an act changes from that day on, or tells everything that stands against it. `below`
/// tells the divisions directly within another.
pub fn plan(
    units: &Units,
    act: &Act,
    day: Date,
    below: &dyn Fn(&str) -> Vec<String>,
) -> Result<Plan, Vec<Blame>> {
    let mut work = Work {
        before: units,
        after: units.clone(),
        touched: BTreeSet::new(),
        day,
        below,
        blames: Vec::new(),
    };
    let routes = match act {
        Act::Merge { from, into } => {
            work.alike(from, *into);
            work.merge(from, *into)
        }
        Act::Split { from, parts, rest } => work.split(*from, parts, *rest),
        Act::Move { unit, under } => work.place(*unit, *under),
        Act::Rename { unit, title } => work.rename(*unit, title),
        Act::Close { unit, heir } => work.close(*unit, *heir),
    };
    work.examine();
    if !work.blames.is_empty() {
        return Err(work.blames);
    }
    let changed = |id: &Id| work.after.get(*id) != units.get(*id);
    let after = work.touched.iter().filter(|id| changed(id));
    let after = after.filter_map(|id| work.after.get(*id).cloned());
    Ok(Plan {
        after: after.collect(),
        routes,
    })
}

pub(super) struct Work<'a> {
    pub before: &'a Units,
    after: Units,
    touched: BTreeSet<Id>,
    pub day: Date,
    pub below: &'a dyn Fn(&str) -> Vec<String>,
    pub blames: Vec<Blame>,
}

impl Work<'_> {
    fn merge(&mut self, from: &[Id], into: Id) -> Vec<Route> {
        let mut leaving: Vec<Id> = from.iter().copied().filter(|id| *id != into).collect();
        leaving.sort_unstable();
        leaving.dedup();
        self.there(into, "into");
        if leaving.is_empty() {
            let no = said!(
                "请选择要并入的单位，不能只选承继的单位自己"
                    / "Choose the units to be merged, not only the one that takes them"
            );
            self.blame("from", "choice", no);
        }
        for id in &leaving {
            self.free(*id, "from");
        }
        if !self.blames.is_empty() {
            return Vec::new();
        }
        for id in &leaving {
            self.ends(*id, Some(into));
            self.takes_over(*id, into, &leaving);
        }
        let route = |from: &Id| Route {
            from: *from,
            parts: Vec::new(),
            rest: Some(into),
        };
        leaving.iter().map(route).collect()
    }

    /// Only units of one kind merge: their people keep their posts, and a post of a town is none of a
    /// county bureau, whose whole area it would see.
    fn alike(&mut self, leaving: &[Id], into: Id) {
        let Some(taker) = self.before.get(into) else {
            return;
        };
        let other = |id: &&Id| self.before.get(**id).is_some_and(|u| u.kind != taker.kind);
        let Some(unit) = leaving
            .iter()
            .find(other)
            .and_then(|id| self.before.get(*id))
        else {
            return;
        };
        let no = said!(
            "“{}”和“{}”不是同一类单位，不能合并：人员会带着原来的岗位看到另一级的全部区域；请先逐个调整岗位，再撤销单位"
                / "“{}” and “{}” are units of different kinds and do not merge: people would see the whole area of another tier in their old posts; move the posts one by one, then close the unit",
            unit.title,
            taker.title
        );
        self.blame("from", "kind", no);
    }

    /// The unit ends and all its areas go to the heir.
    fn ends(&mut self, id: Id, heir: Option<Id>) {
        let (day, mut given) = (self.day, Vec::new());
        self.alter(id, |unit| {
            let (stays, goes) = parted(&unit.areas, day);
            (unit.areas, given) = (stays, goes);
            unit.until = Some(day);
            unit.is_open = false;
            unit.heir = heir;
        });
        if let Some(heir) = heir {
            self.alter(heir, |unit| unit.take(given));
        }
    }

    /// Units that stand under one that ends come under its successor.
    pub(super) fn takes_over(&mut self, gone: Id, into: Id, leaving: &[Id]) {
        let under: Vec<Id> = self.after.under(gone, self.day).map(|u| u.id).collect();
        for id in under {
            let above = match id == into {
                false => Some(into),
                // The successor takes the place of the one above it.
                true => self.above(gone, into, leaving),
            };
            self.put_under(id, above);
        }
    }

    /// The next superior that stays.
    fn above(&self, gone: Id, into: Id, leaving: &[Id]) -> Option<Id> {
        let mut at = self.before.get(gone)?.parent_on(self.day);
        for _ in 0..=leaving.len() {
            match at {
                Some(id) if id == into || leaving.contains(&id) => {
                    at = self.before.get(id)?.parent_on(self.day);
                }
                other => return other,
            }
        }
        None
    }

    fn place(&mut self, id: Id, under: Option<Id>) -> Vec<Route> {
        self.free(id, "unit");
        if let Some(under) = under {
            self.there(under, "under");
        }
        let same = self.before.get(id).is_some_and(|unit| unit.parent == under);
        if same {
            let no =
                said!("已经隶属这个单位，不用调整" / "It stands there already; nothing to move");
            self.blame("under", "same", no);
        }
        self.put_under(id, under);
        Vec::new()
    }

    fn put_under(&mut self, id: Id, under: Option<Id>) {
        let day = self.day;
        self.alter(id, |unit| {
            unit.parents.push((day, unit.parent));
            unit.parent = under;
        });
    }

    fn rename(&mut self, id: Id, title: &str) -> Vec<Route> {
        self.free(id, "unit");
        let (title, day) = (title.trim(), self.day);
        if title.is_empty() || title.chars().count() > TITLE_CHARS_MAX {
            let no = said!(
                "请填写新名称，最多 {TITLE_CHARS_MAX} 个字"
                    / "Please give the new name, at most {TITLE_CHARS_MAX} characters"
            );
            self.blame("title", "required", no);
        }
        if !is_one_line(title) {
            let no = said!(
                "名称里有换行、控制字符或者改变文字方向的字符，请重新输入"
                    / "The name holds line breaks, control characters or characters that turn the writing; type it anew"
            );
            self.blame("title", "text", no);
        }
        if self.before.get(id).is_some_and(|unit| unit.title == title) {
            let no = said!("新名称和现在的一样" / "The new name is the present one");
            self.blame("title", "same", no);
        }
        self.alter(id, |unit| {
            let old = std::mem::replace(&mut unit.title, title.to_owned());
            unit.titles.push((day, old));
        });
        Vec::new()
    }

    fn close(&mut self, id: Id, heir: Option<Id>) -> Vec<Route> {
        if let Some(heir) = heir {
            if heir == id {
                let no = said!("承继单位不能是它自己" / "A unit does not succeed itself");
                self.blame("heir", "choice", no);
                return Vec::new();
            }
            return self.merge(&[id], heir);
        }
        self.free(id, "unit");
        let under = self.after.under(id, self.day).count();
        if under > 0 {
            let no = said!(
                "还有 {under} 个下级单位，请选择承继单位或者先调整它们的隶属"
                    / "{under} units stand under it; name a successor, or move them first"
            );
            self.blame("heir", "required", no);
        }
        if self.blames.is_empty() {
            self.ends(id, None);
        }
        vec![Route {
            from: id,
            parts: Vec::new(),
            rest: None,
        }]
    }

    pub(super) fn alter(&mut self, id: Id, change: impl FnOnce(&mut Unit)) {
        if let Some(unit) = self.after.get(id) {
            let mut unit = unit.clone();
            change(&mut unit);
            self.after.put(unit);
            self.touched.insert(id);
        }
    }

    /// A unit that must be there on the day.
    pub(super) fn there(&mut self, id: Id, name: &str) {
        let Some(unit) = self.before.get(id) else {
            let no = said!("没有这个单位" / "There is no such unit");
            return self.blame(name, "choice", no);
        };
        if !unit.exists_on(self.day) {
            let no = said!(
                "{} 那天“{}”还没有设立或者已经撤销" / "On {} “{}” is not there yet or any more",
                self.day.to_string(),
                unit.title
            );
            self.blame(name, "day", no);
        } else if unit.until.is_some() {
            let no = said!(
                "“{}”已定于日后撤销" / "“{}” is to be closed later",
                unit.title
            );
            self.blame(name, "day", no);
        }
    }

    /// A unit that must be there, and of which nothing later is written.
    pub(super) fn free(&mut self, id: Id, name: &str) {
        self.there(id, name);
        let unit = self.before.get(id);
        let later = unit.and_then(|unit| Some((unit.last_change()?, unit)));
        if let Some((last, unit)) = later.filter(|(last, _)| *last > self.day) {
            let last = last.to_string();
            let no = said!(
                "“{}”在 {last} 还有变动，日期不能早于那天"
                    / "“{}” changed on {last}; the day may not be before that",
                unit.title
            );
            self.blame("day", "day", no);
        }
    }

    pub(super) fn blame(&mut self, name: &str, code: &'static str, message: Said) {
        self.blames.push(Blame::at(name, code, message));
    }

    /// What must hold afterwards: no circle, and nothing covered twice that was not before.
    fn examine(&mut self) {
        if let Some(unit) = self
            .after
            .circle(self.day)
            .and_then(|id| self.after.get(id))
        {
            let no = said!(
                "这样“{}”会隶属它自己的下级" / "“{}” would stand under a unit below itself",
                unit.title
            );
            self.blames.push(Blame::at("under", "circle", no));
        }
        let touched = self.touched.iter().filter_map(|id| self.after.get(*id));
        let begins = touched.flat_map(|unit| unit.areas.iter().filter_map(|c| c.since));
        let mut days: Vec<Date> = begins.filter(|since| *since > self.day).collect();
        days.push(self.day);
        days.sort_unstable();
        days.dedup();
        for day in days {
            let known = self.before.covered_twice(day);
            let twice = self.after.covered_twice(day);
            for (a, b, place) in twice.iter().filter(|pair| !known.contains(pair)) {
                let title = |id| self.after.get(id).map_or("", |unit| &unit.title);
                let from = day.to_string();
                let no = said!(
                    "{from} 起“{}”和“{}”会同时管辖 {place}"
                        / "From {from} on both “{}” and “{}” would cover {place}",
                    title(*a),
                    title(*b)
                );
                self.blames.push(Blame::at("areas", "twice", no));
            }
        }
    }
}
