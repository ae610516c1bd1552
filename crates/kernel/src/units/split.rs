//! Parts of a unit's area that go to others (分设、划出).

use std::collections::BTreeMap;

use expr::Id;
use speech::said;

use super::divide::divide;
use super::plan::{Part, Route, Work};
use super::{Cover, parted};
use crate::{Blame, area_prefix};

impl Work<'_> {
    pub(super) fn split(&mut self, from: Id, parts: &[Part], rest: Option<Id>) -> Vec<Route> {
        self.free(from, "from");
        let mut heirs: Vec<Id> = parts.iter().map(|part| part.into).chain(rest).collect();
        heirs.sort_unstable();
        heirs.dedup();
        for heir in heirs.iter().filter(|heir| **heir != from) {
            self.there(*heir, "parts");
        }
        let stays = heirs.contains(&from);
        if heirs.iter().all(|heir| *heir == from) {
            let no = said!("请选择分设出的单位" / "Choose the units that take the parts");
            self.blame("parts", "choice", no);
        }
        self.given(from, parts);
        if !self.blames.is_empty() {
            return Vec::new();
        }
        let heir = rest.or_else(|| parts.first().map(|part| part.into));
        let route = self.part(from, parts, rest);
        if !self.blames.is_empty() {
            return Vec::new();
        }
        if !stays {
            let day = self.day;
            self.alter(from, |unit| {
                unit.until = Some(day);
                unit.is_open = false;
                unit.heir = heir;
            });
            if let Some(heir) = heir {
                self.takes_over(from, heir, &[from]);
            }
        }
        vec![Route { rest, ..route }]
    }

    /// Whether the divisions named are the unit's, each named once.
    fn given(&mut self, from: Id, parts: &[Part]) {
        let Some(unit) = self.before.get(from) else {
            return;
        };
        let from_now = unit
            .areas
            .iter()
            .filter(|c| c.until.is_none_or(|until| until > self.day));
        let own: Vec<String> = from_now.map(|cover| cover.area.clone()).collect();
        let mut seen: Vec<&str> = Vec::new();
        for area in parts.iter().flat_map(|part| &part.areas) {
            let prefix = area_prefix(area);
            if !own.iter().any(|own| prefix.starts_with(area_prefix(own))) {
                let no = said!(
                    "区划 {area} 不归这个单位管辖" / "Division {area} is not covered by this unit"
                );
                self.blame("areas", "reach", no);
            }
            let twice = |seen: &&str| prefix.starts_with(seen) || seen.starts_with(prefix);
            if seen.iter().any(twice) {
                let no = said!("区划 {area} 分配了两次" / "Division {area} is given twice");
                self.blame("areas", "duplicate", no);
            }
            seen.push(prefix);
        }
    }

    /// Divides the areas; the route tells which goes where.
    fn part(&mut self, from: Id, parts: &[Part], rest: Option<Id>) -> Route {
        let mut route = Route {
            from,
            parts: Vec::new(),
            rest,
        };
        let given: Vec<(String, usize)> = parts
            .iter()
            .enumerate()
            .flat_map(|(at, part)| part.areas.iter().map(move |area| (area.clone(), at)))
            .collect();
        let Some(unit) = self.before.get(from) else {
            return route;
        };
        let mut kept = Vec::new();
        let mut gone: BTreeMap<Id, Vec<Cover>> = BTreeMap::new();
        for cover in &unit.areas {
            let (past, coming) = parted(std::slice::from_ref(cover), self.day);
            let Some(coming) = coming.into_iter().next() else {
                kept.extend(past);
                continue;
            };
            let pieces = match divide(&cover.area, &given, self.below) {
                Ok(pieces) => pieces,
                Err(area) => {
                    let no = said!(
                        "不知道区划 {area} 下有哪些镇街（村社），不能再往下分；请先在“镇街与村社”里导入"
                            / "The towns and villages of division {area} are not known, so it cannot be divided; import them first"
                    );
                    self.blames.push(Blame::at("areas", "divide", no));
                    continue;
                }
            };
            let to = |part: &Option<usize>| match part {
                Some(at) => Some(parts[*at].into),
                None => rest,
            };
            // Nothing of it leaves: its row stays as it is.
            if pieces.iter().all(|(_, part)| to(part) == Some(from)) {
                kept.push(cover.clone());
                continue;
            }
            kept.extend(past);
            for (area, part) in pieces {
                let Some(heir) = to(&part) else {
                    let no = said!(
                        "区划 {area} 没有分配给任何单位；请分配，或者选定“其余划归”的单位"
                            / "Division {area} is given to nobody; give it to a unit, or name the one that takes the rest"
                    );
                    self.blames.push(Blame::at("rest", "required", no));
                    continue;
                };
                route.parts.push((area.clone(), heir));
                let piece = Cover {
                    area,
                    ..coming.clone()
                };
                match heir == from {
                    true => kept.push(piece),
                    false => gone.entry(heir).or_default().push(piece),
                }
            }
        }
        self.alter(from, |unit| unit.areas = kept);
        for (heir, covers) in gone {
            self.alter(heir, |unit| unit.take(covers));
        }
        route
    }
}
