//! Records of flows with their matters, turns and limits, as the flow itself opens them: `kernel` decides
//! what belongs to a record that begins, and the rows are those it names.

use anyhow::{Context as _, ensure};
use calendar::Calendar;
use jiff::ToSpan as _;
use kernel::flow::{Beginning, Directory, Flow, Level};
use kernel::{
    Actor, Catalogue, Change, Commit, Datum, Ground, Id, Moment, ParamValues, Record, Register,
    Value, What,
};
use store::{BULK_COMMITS_MAX, Bulk, Ticket};
use subsystems::generate::Chance;

use super::staff::{Staff, commit, read};
use crate::bench::cases::REGISTER;
use crate::data::House;

pub const REPORT: &str = "special_equipment.report";
pub const RECTIFICATION: &str = "patrol.rectification";
/// Records of one transaction; each is up to four rows.
const AT_ONCE: usize = 1_000;
const TELL_EACH: usize = 100_000;
const HOUR: i64 = 3_600_000_000;

/// Where a matter stands, and so at whose desk its task lies.
struct Stage {
    of_hundred: usize,
    register: &'static str,
    state: &'static str,
    /// Hours within which it came there.
    within: i64,
}

const STAGES: [Stage; 5] = [
    stage(35, REPORT, "submitted", 5 * 24),
    stage(25, REPORT, "for_station", 8 * 24),
    stage(15, REPORT, "town_checked", 5 * 24),
    stage(15, RECTIFICATION, "ordered", 4 * 24),
    stage(10, REPORT, "returned", 20 * 24),
];

const fn stage(
    of_hundred: usize,
    register: &'static str,
    state: &'static str,
    within: i64,
) -> Stage {
    Stage {
        of_hundred,
        register,
        state,
        within,
    }
}

/// A device in use, as far as matters tell of it.
struct Device {
    id: Id,
    user: Id,
    division: String,
    name: String,
    code: Value,
    kind: Value,
    basic: Value,
}

/// Writes records until so many tasks are open.
pub fn fill(house: &House, staff: &Staff, tasks: usize) -> anyhow::Result<()> {
    let filling = Filling::new(house, staff)?;
    let mut chance = Chance::new(2);
    let mut before: Option<Ticket<Result<Bulk, store::Error>>> = None;
    for from in (0..tasks).step_by(AT_ONCE) {
        let mut commits = Vec::with_capacity(4 * AT_ONCE);
        let mut ids = house.store.next_ids(BULK_COMMITS_MAX)?;
        for nth in from..tasks.min(from + AT_ONCE) {
            filling.one(nth, &mut chance, &mut ids, &mut commits)?;
        }
        // The next batch is decided while this one is written.
        let next = house.store.bulk_async(commits, 0)?;
        if let Some(ticket) = before.replace(next) {
            written(ticket)?;
        }
        if from > 0 && from.is_multiple_of(TELL_EACH) {
            eprintln!("已生成 {from} 件待办");
        }
    }
    before.map_or(Ok(()), written)
}

fn written(ticket: Ticket<Result<Bulk, store::Error>>) -> anyhow::Result<()> {
    let bulk = ticket.wait().unwrap_or(Err(store::Error::Stopped))?;
    for result in bulk.results {
        result?;
    }
    Ok(())
}

struct Filling<'a> {
    house: &'a House,
    staff: &'a Staff,
    flows: kernel::flow::House,
    calendar: Calendar,
    params: ParamValues,
    now: Moment,
    /// By area, so that neighbours have the same offices.
    devices: Vec<Device>,
    /// Those of enterprises with an account.
    attended: Vec<usize>,
}

impl<'a> Filling<'a> {
    fn new(house: &'a House, staff: &'a Staff) -> anyhow::Result<Filling<'a>> {
        let mut devices = Vec::new();
        read(house, REGISTER, |def, record| {
            devices.extend(device(def, &record));
        })?;
        devices.retain(|device| staff.counties.contains_key(county(&device.division)));
        devices.sort_by(|one, other| (&one.division, one.id).cmp(&(&other.division, other.id)));
        let has_admin = |at: &usize| staff.admins.contains_key(&devices[*at].user);
        let attended: Vec<usize> = (0..devices.len()).filter(has_admin).collect();
        ensure!(
            !attended.is_empty(),
            "no device of an enterprise with an account"
        );
        let flows = kernel::flow::House::of(&house.catalogue);
        Ok(Filling {
            house,
            staff,
            flows: flows.context("no registers of flows")?,
            calendar: Calendar::builtin().clone(),
            params: ParamValues::default(),
            now: house.app.now(),
            devices,
            attended,
        })
    }

    /// A record with what the flow opens for it: one commit a row, all under one leaf of the batch.
    fn one(
        &self,
        nth: usize,
        chance: &mut Chance,
        ids: &mut Vec<Id>,
        commits: &mut Vec<Commit>,
    ) -> anyhow::Result<()> {
        let stage = stage_of(chance.below(100));
        let device = self.device(stage, chance);
        let admin = self.admin(device, nth);
        let at = Moment(self.now.0 - chance.between(0, stage.within * 60) * HOUR / 60);
        let catalogue: &Catalogue = &self.house.catalogue;
        let register = self.house.register(stage.register)?;
        let def = catalogue.at(register);
        let no = format!("{}-{}-9{nth:06}", mark(stage), at.local_date().year());
        let record = Record {
            register,
            id: ids.pop().context("no ids")?,
            version: 1,
            state: def.state(stage.state),
            created_at: at,
            created_by: admin.account,
            made_for: None,
            changed_at: at,
            changed_by: admin.account,
            data: vec![Datum::One(Value::Null); def.fields.len()],
        };
        let (record, insert) = filled(def, record, values(stage, device, &no, at));
        commits.push(commit(insert, admin, at));
        let ground = Ground {
            catalogue,
            hooks: &self.house.hooks,
            params: &self.params,
            actor: admin,
            today: at.local_date(),
            now: at,
        };
        let beginning = Beginning {
            matter: ids.pop().context("no ids")?,
            public_no: public_no(nth),
            shown: self.shown(stage, device, &no),
        };
        let flow = Flow {
            house: self.flows,
            directory: self.directory(stage, device)?,
            calendar: &self.calendar,
        };
        let mut next = || ids.pop().unwrap_or(Id(0));
        let mut turns = 0;
        for mut change in flow.begin(&ground, &record, beginning, &mut next) {
            turns += usize::from(change.register == self.flows.task);
            self.warned(&mut change);
            commits.push(commit(change, admin, at));
        }
        ensure!(turns == 1, "{turns} turns of {}", stage.state);
        Ok(())
    }

    /// As if every warning had been sent: what the watch writes is not what is measured here.
    fn warned(&self, change: &mut Change) {
        let limits = [self.flows.task, self.flows.clock];
        let field = self.house.catalogue.at(change.register).field("warned");
        if let (true, Some(field), What::Insert { data, .. }) =
            (limits.contains(&change.register), field, &mut change.what)
        {
            let level = Value::Int(Level::GRAVEST.number());
            data.push((field, Datum::One(level)));
        }
    }

    /// The first counties have far more to do than the last.
    fn device(&self, stage: &Stage, chance: &mut Chance) -> &Device {
        const FINE: usize = 1_000_000;
        let skewed = |length: usize, chance: &mut Chance| {
            let part = chance.below(FINE) as u64;
            let part = part * part / FINE as u64;
            (part * length as u64 / FINE as u64) as usize
        };
        let at = match stage.state {
            "ordered" | "returned" => self.attended[skewed(self.attended.len(), chance)],
            _ => skewed(self.devices.len(), chance),
        };
        &self.devices[at]
    }

    /// Who reported: the enterprise itself, or one that stands for it.
    fn admin(&self, device: &Device, nth: usize) -> &Actor {
        let own = self.staff.admins.get(&device.user);
        let (admin, _) = own.unwrap_or_else(|| {
            let stands = self.attended[nth % self.attended.len()];
            &self.staff.admins[&self.devices[stands].user]
        });
        admin
    }

    fn shown(&self, stage: &Stage, device: &Device, no: &str) -> String {
        match self.staff.admins.get(&device.user) {
            Some((_, firm)) if stage.register == RECTIFICATION => format!("{no} {firm}"),
            _ => format!("{no} {}", device.name),
        }
    }

    fn directory(&self, stage: &Stage, device: &Device) -> anyhow::Result<&Directory> {
        if stage.register == RECTIFICATION {
            return Ok(&self.staff.firms);
        }
        let offices = self.staff.counties.get(county(&device.division));
        offices.context("a device outside of all counties")
    }
}

fn stage_of(mut of_hundred: usize) -> &'static Stage {
    let found = STAGES.iter().find(|stage| {
        let here = of_hundred < stage.of_hundred;
        of_hundred = of_hundred.saturating_sub(stage.of_hundred);
        here
    });
    found.unwrap_or(&STAGES[0])
}

fn device(def: &Register, record: &Record) -> Option<Device> {
    let text = |name: &str| match record.named(def, name) {
        Value::Text(text) => Some(text.clone()),
        _ => None,
    };
    let Value::Id(user) = *record.named(def, "user") else {
        return None;
    };
    Some(Device {
        id: record.id,
        user,
        division: text("division").filter(|code| code.len() > 6)?,
        name: text("name")?,
        code: record.named(def, "code").clone(),
        kind: record.named(def, "kind").clone(),
        basic: record.named(def, "basic").clone(),
    })
}

fn county(division: &str) -> &str {
    division.get(..6).unwrap_or_default()
}

fn mark(stage: &Stage) -> &'static str {
    if stage.register == REPORT { "SB" } else { "ZG" }
}

fn values(stage: &Stage, device: &Device, no: &str, at: Moment) -> Vec<(&'static str, Value)> {
    let text = |text: &str| Value::Text(text.to_owned());
    let day = at.local_date();
    let common = [
        ("no", text(no)),
        ("equipment", Value::Id(device.id)),
        ("division", text(&device.division)),
    ];
    let own = match stage.register {
        REPORT => vec![
            ("what", text("stop")),
            ("user", Value::Id(device.user)),
            ("device_code", device.code.clone()),
            ("device_name", text(&device.name)),
            ("kind", device.kind.clone()),
            ("basic", device.basic.clone()),
            ("class_a", Value::Bool(false)),
            ("reported_on", Value::Date(day)),
            ("from_on", Value::Date(day)),
            ("cause", text("生产线检修")),
            ("months", Value::Int(2)),
        ],
        _ => vec![
            ("order_kind", text("correct")),
            ("subject", Value::Id(device.user)),
            ("demand", text("correct")),
            ("basis", text("特种设备安全法第六十二条")),
            ("issued_on", Value::Date(day)),
            ("due_on", Value::Date(day.saturating_add(30.days()))),
            ("rounds", Value::Int(1)),
        ],
    };
    common.into_iter().chain(own).collect()
}

/// The record as it stands, and the change that makes it.
fn filled(
    def: &Register,
    mut record: Record,
    values: Vec<(&'static str, Value)>,
) -> (Record, Change) {
    let mut data = Vec::with_capacity(values.len());
    for (name, value) in values {
        if let Some(field) = def.field(name)
            && value != Value::Null
        {
            record.data[field.0] = Datum::One(value.clone());
            data.push((field, Datum::One(value)));
        }
    }
    let change = Change {
        register: record.register,
        id: record.id,
        act: "create".to_owned(),
        what: What::Insert {
            state: record.state,
            data,
        },
    };
    (record, change)
}

/// Sixteen letters and digits, each once: the mixing of splitmix64 (Steele, Lea and Flood, 2014) maps no
/// two numbers to one.
fn public_no(nth: usize) -> String {
    let mut mixed = (nth as u64).wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    format!("{:016X}", mixed ^ (mixed >> 31))
}
