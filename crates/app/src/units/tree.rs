//! The tree of units as it stands on a day, and one unit with its course.

use std::collections::{BTreeMap, HashSet};

use jiff::civil::Date;
use kernel::units::{Unit, Units};
use kernel::{Actor, Id, Refusal, Value, Verb};
use speech::Said;
use store::{Filter, Query, Reader};

use crate::{App, Outcome};

/// Changes shown with one unit.
const CHANGES_MAX: usize = 50;
/// Posts shown with one unit; the list of accounts tells more.
const POSTS_MAX: usize = 500;

/// The tree on one day, each unit after the one above it.
#[derive(Clone, Debug)]
pub struct UnitTree {
    pub day: Date,
    pub rows: Vec<UnitRow>,
    /// Changes whose day is to come, and those that could not take effect.
    pub coming: Vec<ChangeView>,
    /// The person may change units.
    pub may_change: bool,
}

#[derive(Clone, Debug)]
pub struct UnitRow {
    pub id: Id,
    pub code: String,
    /// As it is called on that day.
    pub title: String,
    /// Entry of the list of unit kinds.
    pub kind: String,
    pub parent: Option<Id>,
    /// Levels below the top, from 0.
    pub depth: usize,
    /// Units somewhere below it.
    pub below: usize,
    /// Names of the divisions covered.
    pub areas: Vec<String>,
}

/// One unit with everything that is known of its days.
#[derive(Clone, Debug)]
pub struct UnitPage {
    pub id: Id,
    pub code: String,
    pub title: String,
    pub kind: String,
    pub since: Option<Date>,
    pub until: Option<Date>,
    pub parent: Option<(Id, String)>,
    pub heir: Option<(Id, String)>,
    pub under: Vec<(Id, String)>,
    pub areas: Vec<AreaView>,
    pub former: Vec<FormerView>,
    pub posts: Vec<UnitPost>,
    pub changes: Vec<ChangeView>,
    pub may_change: bool,
}

/// A division covered for a time; half-open.
#[derive(Clone, Debug)]
pub struct AreaView {
    pub code: String,
    pub name: String,
    pub since: Option<Date>,
    pub until: Option<Date>,
    pub holds: bool,
}

/// How the unit was until a day.
#[derive(Clone, Debug)]
pub struct FormerView {
    pub until: Date,
    pub title: Option<String>,
    /// The former superior; `Some(None)`: it had none.
    pub parent: Option<Option<String>>,
}

#[derive(Clone, Debug)]
pub struct UnitPost {
    pub id: Id,
    pub login: String,
    pub role: Said,
}

/// A change of units as lists show it.
#[derive(Clone, Debug)]
pub struct ChangeView {
    pub id: Id,
    pub title: String,
    pub day: Date,
    /// Name of the state: `planned`, `stuck`, `done`, `undone`, `withdrawn`.
    pub state: String,
    pub state_said: Said,
    pub reason: String,
    pub fault: String,
    /// Why it cannot be taken back any more; nothing when it can.
    pub stays: Option<Said>,
}

impl App {
    /// The tree on a day; today when none is named. `words`: only units that are called so or have that
    /// code, with all above them.
    pub fn unit_tree(&self, actor: &Actor, day: Option<Date>, words: &str) -> Outcome<UnitTree> {
        self.may_see_units(actor)?;
        let day = day.unwrap_or_else(|| self.now().local_date());
        let units = self.units()?;
        let wanted = wanted(&units, day, words.trim());
        let mut rows = Vec::new();
        let mut below: BTreeMap<Option<Id>, Vec<&Unit>> = BTreeMap::new();
        for unit in units.all().filter(|unit| unit.exists_on(day)) {
            let above = unit.parent_on(day);
            // Whoever stands under one that is gone stands at the top.
            let above = above.filter(|id| units.get(*id).is_some_and(|unit| unit.exists_on(day)));
            below.entry(above).or_default().push(unit);
        }
        below
            .values_mut()
            .for_each(|units| units.sort_by(|a, b| a.code.cmp(&b.code)));
        self.grow(&below, None, (0, day), &mut rows);
        rows.retain(|row| {
            wanted
                .as_ref()
                .is_none_or(|wanted| wanted.contains(&row.id))
        });
        Ok(UnitTree {
            day,
            rows,
            coming: self.look(|reader| self.coming(reader))?,
            may_change: self.may_plan_units(actor).is_ok(),
        })
    }

    /// Appends the units under one, each with those below it; answers how many.
    fn grow(
        &self,
        below: &BTreeMap<Option<Id>, Vec<&Unit>>,
        above: Option<Id>,
        (depth, day): (usize, Date),
        rows: &mut Vec<UnitRow>,
    ) -> usize {
        let places = self.places();
        let mut count = 0;
        for unit in below.get(&above).into_iter().flatten() {
            let at = rows.len();
            let areas = unit.areas_on(day).into_iter();
            rows.push(UnitRow {
                id: unit.id,
                code: unit.code.clone(),
                title: unit.title_on(day).to_owned(),
                kind: unit.kind.clone(),
                parent: above,
                depth,
                below: 0,
                areas: areas.map(|area| places.short_name(area)).collect(),
            });
            let under = self.grow(below, Some(unit.id), (depth + 1, day), rows);
            rows[at].below = under;
            count += 1 + under;
        }
        count
    }

    /// One unit with its course.
    pub fn unit_page(&self, actor: &Actor, id: Id) -> Outcome<UnitPage> {
        self.may_see_units(actor)?;
        let units = self.units()?;
        let unit = units.get(id).ok_or_else(Refusal::not_found)?;
        let today = self.now().local_date();
        let named = |id: Id| Some((id, units.get(id)?.title_on(today).to_owned()));
        let places = self.places();
        let areas = unit.areas.iter().map(|cover| AreaView {
            code: cover.area.clone(),
            name: places.full_name(&cover.area),
            since: cover.since,
            until: cover.until,
            holds: unit.exists_on(today) && cover.holds_on(today),
        });
        let titles = unit.titles.iter().map(|(until, title)| FormerView {
            until: *until,
            title: Some(title.clone()),
            parent: None,
        });
        let parents = unit.parents.iter().map(|(until, parent)| FormerView {
            until: *until,
            title: None,
            parent: Some(parent.and_then(named).map(|(_, title)| title)),
        });
        let mut former: Vec<FormerView> = titles.chain(parents).collect();
        former.sort_by_key(|former| std::cmp::Reverse(former.until));
        let may_change = self.may_plan_units(actor).is_ok();
        let (posts, changes) = self.look(|reader| {
            let posts = self.posts_in(reader, id)?;
            Ok((posts, self.changes_of(reader, id)?))
        })?;
        Ok(UnitPage {
            id,
            code: unit.code.clone(),
            title: unit.title_on(today).to_owned(),
            kind: unit.kind.clone(),
            since: unit.since,
            until: unit.until,
            parent: unit.parent_on(today).and_then(named),
            heir: unit.heir.and_then(named),
            under: units
                .under(id, today)
                .filter_map(|unit| named(unit.id))
                .collect(),
            areas: areas.collect(),
            former,
            posts,
            changes,
            may_change,
        })
    }

    pub(super) fn may_see_units(&self, actor: &Actor) -> Outcome<()> {
        let def = self.catalogue().at(self.house("unit")?);
        match kernel::scope(def, actor, Verb::See) {
            Some(_) => Ok(()),
            None => Err(Refusal::not_found().into()),
        }
    }

    /// People with a post in the unit today.
    fn posts_in(&self, reader: &Reader, unit: Id) -> Outcome<Vec<UnitPost>> {
        let directory = self.directory()?;
        let here = directory.posts.iter().filter(|post| post.unit == unit);
        let mut posts: Vec<UnitPost> = here
            .take(POSTS_MAX)
            .map(|post| {
                let role = self.catalogue().roles.get(&post.role);
                UnitPost {
                    id: post.account,
                    login: self.named_account(reader, post.account).0,
                    role: role.map_or(Said::same(&post.role), |role| Said::from(&role.label)),
                }
            })
            .collect();
        posts.sort_by(|a, b| a.login.cmp(&b.login));
        Ok(posts)
    }

    fn coming(&self, reader: &Reader) -> Outcome<Vec<ChangeView>> {
        let register = self.house("unit_change")?;
        let def = self.catalogue().at(register);
        let states = ["planned", "stuck"].iter().filter_map(|s| def.state(s));
        let query = Query {
            filter: Filter::States(states.collect()),
            limit: CHANGES_MAX,
            ..Query::of(register)
        };
        let found = reader.query(&query)?.records;
        let mut views: Vec<ChangeView> = found.iter().filter_map(|r| self.change_view(r)).collect();
        views.sort_by_key(|view| (view.day, view.id));
        Ok(views)
    }

    /// The changes in which the unit had a part, the last first.
    fn changes_of(&self, reader: &Reader, unit: Id) -> Outcome<Vec<ChangeView>> {
        let register = self.house("unit_change")?;
        let mut views = Vec::new();
        let query = Query::of(register);
        reader.each(&query, |record| {
            let ask = self.kept_ask(&record)?;
            let (from, into) = ask.act.units();
            if from.contains(&unit) || into.contains(&unit) {
                views.extend(self.change_view(&record).map(|view| (view, record)));
            }
            Ok::<(), crate::No>(())
        })?;
        views.sort_by_key(|(view, _)| std::cmp::Reverse((view.day, view.id)));
        views.truncate(CHANGES_MAX);
        let mut told = Vec::with_capacity(views.len());
        for (mut view, record) in views {
            if view.state == "done" {
                view.stays = self.stays(reader, &record)?.map(|no| no.message);
            }
            told.push(view);
        }
        Ok(told)
    }

    fn change_view(&self, record: &kernel::Record) -> Option<ChangeView> {
        let def = self.catalogue().at(record.register);
        let text = |name: &str| match record.named(def, name) {
            Value::Text(text) => text.clone(),
            _ => String::new(),
        };
        let Value::Date(day) = record.named(def, "day") else {
            return None;
        };
        let state = &def.states[record.state?.0];
        Some(ChangeView {
            id: record.id,
            title: text("title"),
            day: *day,
            state: state.name.clone(),
            state_said: Said::from(&state.label),
            reason: text("reason"),
            fault: text("fault"),
            stays: None,
        })
    }

    /// The unit that answered for a place on a day, as it was called then, and who does today if that is
    /// another.
    pub fn responsible_unit(
        &self,
        division: &str,
        day: Date,
    ) -> Outcome<Option<(String, Option<String>)>> {
        let units = self.units()?;
        let Some(then) = units.responsible(division, day) else {
            return Ok(None);
        };
        let today = self.now().local_date();
        let now = units.responsible(division, today);
        let other = now.filter(|now| now.id != then.id);
        let other = other.map(|unit| unit.title_on(today).to_owned());
        Ok(Some((then.title_on(day).to_owned(), other)))
    }

    /// How a unit was called on a day.
    pub(crate) fn unit_title_on(&self, unit: Id, day: Date) -> Outcome<String> {
        let units = self.units()?;
        Ok(units
            .get(unit)
            .map_or_else(String::new, |unit| unit.title_on(day).to_owned()))
    }

    /// The unit with that code, for commands and imports.
    pub fn unit_by_code(&self, code: &str) -> Outcome<Option<Id>> {
        let units = self.units()?;
        let found = units.all().find(|unit| unit.code == code).map(|u| u.id);
        match found {
            Some(id) => Ok(Some(id)),
            None => self.unit(code),
        }
    }
}

/// Units that match the words, and all above them; `None`: all.
fn wanted(units: &Units, day: Date, words: &str) -> Option<HashSet<Id>> {
    if words.is_empty() {
        return None;
    }
    let mut found = HashSet::new();
    for unit in units.all().filter(|unit| unit.exists_on(day)) {
        if !unit.title_on(day).contains(words) && !unit.code.contains(words) {
            continue;
        }
        let mut at = Some(unit.id);
        while let Some(id) = at
            && found.insert(id)
        {
            at = units.get(id).and_then(|unit| unit.parent_on(day));
        }
    }
    Some(found)
}
