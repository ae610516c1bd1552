//! What an act on units would do, told before it is done.

use jiff::civil::Date;
use kernel::{Actor, Blame, Ground, Id, Span};
use speech::Said;
use store::{Filter, Query, Reader};

use super::UnitAsk;
use super::deed::Deed;
use super::words::{difference, sentence};
use crate::{App, Count, Outcome};

/// Records of one register are counted up to here.
const COUNTED_MAX: u64 = 100_000;

/// An act as it would come out.
#[derive(Clone, Debug)]
pub struct UnitPreview {
    pub sentence: Said,
    pub day: Date,
    /// Its day has come, so it would take effect at once.
    pub at_once: bool,
    /// What becomes of each unit besides its areas.
    pub units: Vec<(String, Said)>,
    pub areas: Vec<AreaLine>,
    pub posts: Vec<PostLine>,
    pub tasks: Vec<TaskLine>,
    /// Records that lie in areas which change hands, by register.
    pub records: Vec<RecordLine>,
    /// What must still be said before it can be done.
    pub missing: Vec<Blame>,
}

/// A division that changes hands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AreaLine {
    pub code: String,
    pub name: String,
    pub from: String,
    /// Nothing: from then on only the superior covers it.
    pub to: Option<String>,
}

/// A post that goes elsewhere. Named by login: who changes units need not know the people.
#[derive(Clone, Debug)]
pub struct PostLine {
    pub post: Id,
    pub login: String,
    pub role: Said,
    pub from: String,
    pub to: Option<(Id, String)>,
}

/// Open tasks that go from one unit to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TaskLine {
    pub from: String,
    pub to: String,
    pub count: usize,
}

#[derive(Clone, Debug)]
pub struct RecordLine {
    pub register: Said,
    pub count: Count,
}

impl App {
    /// Tries an act: what would go where, and what cannot be placed.
    pub fn preview_units(&self, actor: &Actor, ask: &UnitAsk) -> Outcome<UnitPreview> {
        self.may_plan_units(actor)?;
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let deed = self.deed(&ground, reader, ask)?;
            let (areas, places) = self.area_lines(&deed, ask.day);
            Ok(UnitPreview {
                sentence: sentence(&deed.before, &ask.act),
                day: ask.day,
                at_once: ask.day <= ground.today,
                units: unit_lines(&deed),
                areas,
                posts: self.post_lines(reader, &deed),
                tasks: task_lines(&deed),
                records: self.record_lines(&ground, reader, places)?,
                missing: deed.blames,
            })
        })
    }

    /// Divisions of a unit on the day that another covers afterwards; and their prefixes.
    fn area_lines(&self, deed: &Deed, day: Date) -> (Vec<AreaLine>, Vec<String>) {
        let places = self.places();
        let mut lines = Vec::new();
        let mut prefixes = Vec::new();
        for after in &deed.plan.after {
            let Some(before) = deed.before.get(after.id) else {
                continue;
            };
            let now = after.areas_on(day);
            for area in before.areas_on(day) {
                if now.contains(&area) {
                    continue;
                }
                let prefix = kernel::area_prefix(area);
                // Divided further: each piece that another holds has a line of its own.
                let pieces = deed.plan.after.iter().filter(|unit| unit.id != after.id);
                let pieces: Vec<(String, String)> = pieces
                    .flat_map(|unit| {
                        let held = unit.areas_on(day).into_iter();
                        let within = held.filter(|held| {
                            let held = kernel::area_prefix(held);
                            held.starts_with(prefix) || prefix.starts_with(held)
                        });
                        let piece = |held: &str| match held.len() > area.len() {
                            true => held.to_owned(),
                            false => area.to_owned(),
                        };
                        within
                            .map(|held| (piece(held), unit.title.clone()))
                            .collect::<Vec<_>>()
                    })
                    .collect();
                let mut line = |code: &str, to: Option<String>| {
                    prefixes.push(kernel::area_prefix(code).to_owned());
                    lines.push(AreaLine {
                        code: code.to_owned(),
                        name: places.short_name(code),
                        from: before.title.clone(),
                        to,
                    });
                };
                match pieces.is_empty() {
                    true => line(area, None),
                    false => pieces
                        .into_iter()
                        .for_each(|(code, to)| line(&code, Some(to))),
                }
            }
        }
        lines.dedup();
        prefixes.sort_unstable();
        prefixes.dedup();
        (lines, prefixes)
    }

    fn post_lines(&self, reader: &Reader, deed: &Deed) -> Vec<PostLine> {
        let title = |id: Id| {
            deed.before
                .get(id)
                .map_or("", |unit| &unit.title)
                .to_owned()
        };
        let moved = deed.posts.iter().filter(|post| post.to != Some(post.from));
        let line = moved.map(|post| {
            let role = self.catalogue().roles.get(&post.role);
            PostLine {
                post: post.record.id,
                login: self.named_account(reader, post.account).0,
                role: role.map_or(Said::same(&post.role), |role| Said::from(&role.label)),
                from: title(post.from),
                to: post.to.map(|to| (to, title(to))),
            }
        });
        line.collect()
    }

    /// Records of every register that people see, in the areas that change hands.
    fn record_lines(
        &self,
        ground: &Ground,
        reader: &Reader,
        places: Vec<String>,
    ) -> Outcome<Vec<RecordLine>> {
        let mut lines = Vec::new();
        if places.is_empty() {
            return Ok(lines);
        }
        for (ix, def) in ground.catalogue.all().filter(|(_, def)| def.menu) {
            let Some(reach) = def.reach else { continue };
            let query = Query {
                filter: Filter::Span(Span::Areas(reach, places.clone())),
                ..Query::of(ix)
            };
            let count = match reader.count_to(&query, COUNTED_MAX)? {
                store::Count::Exact(0) => continue,
                store::Count::Exact(count) => Count::Exactly(count),
                store::Count::MoreThan(count) => Count::MoreThan(count),
            };
            lines.push(RecordLine {
                register: Said::from(&def.title),
                count,
            });
        }
        Ok(lines)
    }
}

fn unit_lines(deed: &Deed) -> Vec<(String, Said)> {
    let lines = deed.plan.after.iter().flat_map(|after| {
        let before = deed.before.get(after.id);
        let said = difference(&deed.before, before, after);
        let title = before.map_or_else(String::new, |unit| unit.title.clone());
        said.into_iter().map(move |said| (title.clone(), said))
    });
    lines.collect()
}

fn task_lines(deed: &Deed) -> Vec<TaskLine> {
    let title = |id: Id| {
        deed.before
            .get(id)
            .map_or("", |unit| &unit.title)
            .to_owned()
    };
    let mut lines: Vec<TaskLine> = Vec::new();
    for task in &deed.tasks {
        let (from, to) = (title(task.from), title(task.to));
        let known = lines.iter_mut().find(|l| l.from == from && l.to == to);
        match known {
            Some(line) => line.count += 1,
            None => lines.push(TaskLine { from, to, count: 1 }),
        }
    }
    lines
}
