//! Units below the counties, and people in their posts.

use std::collections::{BTreeMap, HashMap};

use anyhow::Context as _;
use catalogue::Register;
use kernel::flow::{Directory, Post, Unit, Writer};
use kernel::{
    Actor, Change, Commit, Datum, Id, Meta, Moment, Record, RegisterIx, RowData, Value, What,
};
use store::{BULK_COMMITS_MAX, Query};
use subsystems::generate::{Chance, person_name};

use crate::data::House;

/// Towns that one station covers.
const TOWNS_PER_STATION: usize = 5;
/// Characters of a county's code, and of a town's.
const COUNTY_CHARS: usize = 6;
const TOWN_CHARS: usize = 9;
/// Enterprises whose administrator has an account.
const FIRMS_MAX: usize = 3_000;
const ENTERPRISE: &str = "registry.enterprise";
/// Who works where, and how many in each post.
const BUREAU: [(&str, usize); 3] = [
    ("section_officer", 3),
    ("section_head", 1),
    ("bureau_lead", 1),
];
const STATION: [(&str, usize); 2] = [("station_officer", 2), ("station_head", 1)];
const TOWN: [(&str, usize); 3] = [("town_qo", 1), ("town_so", 1), ("town_lead", 1)];
const FIRM: &str = "ent_admin";

/// Administrators of enterprises, by the enterprise, with its name.
pub type Admins = HashMap<Id, (Actor, String)>;

/// Who could take a turn, cut to what is asked together.
pub struct Staff {
    /// By the code of the county: its bureau, stations and towns.
    pub counties: HashMap<String, Directory>,
    /// All enterprises with an account.
    pub firms: Directory,
    pub admins: Admins,
}

/// Makes units and accounts in a directory that has its counties and towns.
pub fn seat(house: &House) -> anyhow::Result<Staff> {
    let mut seating = Seating::new(house)?;
    let towns = seating.towns()?;
    let mut counties = HashMap::new();
    for (code, towns) in &towns {
        if let Some(bureau) = seating.units.get(code).copied() {
            counties.insert(code.clone(), seating.county(bureau, code, towns)?);
        }
    }
    let (firms, admins) = seating.firms()?;
    seating.flush()?;
    Ok(Staff {
        counties,
        firms,
        admins,
    })
}

/// Every record of a register.
pub fn read(
    house: &House,
    register: &str,
    mut take: impl FnMut(&Register, Record),
) -> anyhow::Result<()> {
    let ix = house.register(register)?;
    let def = house.catalogue.at(ix);
    house.store.read(|reader| {
        reader.each(&Query::of(ix), |record| {
            take(def, record);
            Ok::<(), store::Error>(())
        })
    })?;
    Ok(())
}

/// A commit of the operator that makes one record.
pub fn commit(change: Change, actor: &Actor, at: Moment) -> Commit {
    Commit {
        meta: Meta::of(actor, at),
        changes: vec![change],
        relied: Vec::new(),
        events: Vec::new(),
        once: None,
    }
}

type Towns = BTreeMap<String, Vec<(String, String)>>;

struct Seating<'a> {
    house: &'a House,
    unit: RegisterIx,
    account: RegisterIx,
    /// Units that stand already, by their code.
    units: HashMap<String, Id>,
    now: Moment,
    chance: Chance,
    ids: Vec<Id>,
    commits: Vec<Commit>,
}

impl<'a> Seating<'a> {
    fn new(house: &'a House) -> anyhow::Result<Seating<'a>> {
        let mut units = HashMap::new();
        read(house, "house.unit", |def, record| {
            if let Value::Text(code) = record.named(def, "code") {
                units.insert(code.clone(), record.id);
            }
        })?;
        Ok(Seating {
            house,
            units,
            unit: house.register("house.unit")?,
            account: house.register("house.account")?,
            now: house.app.now(),
            chance: Chance::new(1),
            ids: Vec::new(),
            commits: Vec::new(),
        })
    }

    /// Code and name of the towns, by county.
    fn towns(&self) -> anyhow::Result<Towns> {
        let mut towns = Towns::new();
        read(self.house, "house.division", |def, record| {
            if let (Value::Text(code), Value::Text(title)) =
                (record.named(def, "code"), record.named(def, "title"))
                && code.len() == TOWN_CHARS
            {
                let county = code[..COUNTY_CHARS].to_owned();
                let of_county = towns.entry(county).or_default();
                of_county.push((code.clone(), title.clone()));
            }
        })?;
        Ok(towns)
    }

    fn county(
        &mut self,
        bureau: Id,
        code: &str,
        towns: &[(String, String)],
    ) -> anyhow::Result<Directory> {
        let mut directory = Directory::default();
        self.people(&mut directory, (bureau, code), &[code.to_owned()], &BUREAU)?;
        for (nth, some) in towns.chunks(TOWNS_PER_STATION).enumerate() {
            let code = format!("{code}S{:02}", nth + 1);
            let areas: Vec<String> = some.iter().map(|(code, _)| code.clone()).collect();
            let title = format!("{}市场监督管理所", some[0].1);
            let unit = self.unit(&code, title, "station", bureau, &areas)?;
            self.people(&mut directory, (unit, &code), &areas, &STATION)?;
        }
        for (code, title) in towns {
            let areas = [code.clone()];
            let unit = self.unit(code, format!("{title}办事处"), "town", bureau, &areas)?;
            self.people(&mut directory, (unit, code), &areas, &TOWN)?;
        }
        Ok(directory)
    }

    /// One account in each of so many enterprises, from all over the register.
    fn firms(&mut self) -> anyhow::Result<(Directory, Admins)> {
        let unit = self.units.values().min().copied().context("no units")?;
        let mut firms = Vec::new();
        read(self.house, ENTERPRISE, |def, record| {
            if let Value::Text(name) = record.named(def, "name") {
                firms.push((record.id, name.clone()));
            }
        })?;
        let every = firms.len().div_ceil(FIRMS_MAX).max(1);
        let (mut directory, mut admins) = (Directory::default(), HashMap::new());
        for (nth, (firm, name)) in firms.into_iter().step_by(every).enumerate() {
            let login = format!("{FIRM}.{nth}");
            let subject = Value::Text(firm.to_string());
            let account = self.account(login, FIRM, unit, subject)?;
            let post = post(account, FIRM, unit);
            directory.posts.push(Post {
                subject: Some(firm),
                ..post
            });
            let admin = Actor {
                account,
                power: kernel::Power::Role(FIRM.to_owned()),
                unit,
                subject: Some(firm),
                ..Actor::public()
            };
            admins.insert(firm, (admin, name));
        }
        Ok((directory, admins))
    }

    fn people(
        &mut self,
        directory: &mut Directory,
        (unit, code): (Id, &str),
        areas: &[String],
        posts: &[(&str, usize)],
    ) -> anyhow::Result<()> {
        for (role, count) in posts {
            for nth in 1..=*count {
                let login = format!("{role}.{code}.{nth}");
                let account = self.account(login, role, unit, Value::Null)?;
                directory.posts.push(post(account, role, unit));
            }
        }
        let areas = areas.to_vec();
        directory.units.push(Unit { id: unit, areas });
        Ok(())
    }

    fn account(
        &mut self,
        login: String,
        role: &str,
        unit: Id,
        subject: Value,
    ) -> anyhow::Result<Id> {
        let name = person_name(&mut self.chance);
        let today = self.now.local_date();
        let values = vec![
            ("login", Value::Text(login)),
            ("name", Value::Text(name)),
            ("role", Value::Text(role.to_owned())),
            ("unit", Value::Id(unit)),
            ("subject", subject),
            // As if the first password were set: a session of somebody without one opens no page.
            ("changed_password", Value::Date(today)),
        ];
        let id = self.id()?;
        let change = self
            .writer(self.account)
            .insert(id, "create", "active", values);
        self.put(change)?;
        Ok(id)
    }

    fn unit(
        &mut self,
        code: &str,
        title: String,
        kind: &str,
        parent: Id,
        areas: &[String],
    ) -> anyhow::Result<Id> {
        if let Some(stands) = self.units.get(code) {
            return Ok(*stands);
        }
        let values = vec![
            ("code", Value::Text(code.to_owned())),
            ("title", Value::Text(title)),
            ("kind", Value::Text(kind.to_owned())),
            ("parent", Value::Id(parent)),
        ];
        let id = self.id()?;
        let mut change = self
            .writer(self.unit)
            .insert(id, "create", "active", values);
        let field = self.house.catalogue.at(self.unit).field("areas");
        let field = field.context("house.unit has no areas")?;
        let rows = areas.iter().map(|area| RowData {
            id: None,
            values: vec![Value::Text(area.clone())],
        });
        if let What::Insert { data, .. } = &mut change.what {
            data.push((field, Datum::Rows(rows.collect())));
        }
        self.put(change)?;
        Ok(id)
    }

    fn writer(&self, register: RegisterIx) -> Writer<'a> {
        Writer {
            catalogue: &self.house.catalogue,
            register,
        }
    }

    fn id(&mut self) -> anyhow::Result<Id> {
        if self.ids.is_empty() {
            self.ids = self.house.store.next_ids(BULK_COMMITS_MAX)?;
        }
        self.ids.pop().context("no ids")
    }

    fn put(&mut self, change: Change) -> anyhow::Result<()> {
        /// As many as one transaction takes.
        const AT_ONCE: usize = 1_000;
        let made = commit(change, &Actor::operator(), self.now);
        self.commits.push(made);
        match self.commits.len() {
            AT_ONCE => self.flush(),
            _ => Ok(()),
        }
    }

    fn flush(&mut self) -> anyhow::Result<()> {
        for result in self.house.store.bulk(std::mem::take(&mut self.commits))? {
            result?;
        }
        Ok(())
    }
}

fn post(account: Id, role: &str, unit: Id) -> Post {
    Post {
        account,
        role: role.to_owned(),
        unit,
        subject: None,
        on_behalf: None,
        only: None,
    }
}
