//! Sample data of a believable province or county, the same for the same seed: for demonstration,
//! tests and benchmarks. All names of towns, firms and people are invented.
//!
//! A tool, not a hook: it says what was entered and when; the program decides on every record as on
//! any other and writes it down.

mod bureaus;
mod chance;
mod decide;
mod names;
mod places;

use std::sync::Arc;

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Datum, Moment, Reads, Record, Refusal, Value};

pub use chance::Chance;
pub use decide::{Decider, Shelf};
pub use names::{brand, person_name};
pub use places::{County, Place};

use crate::registry::generate as registry;
use crate::special_equipment::generate as special_equipment;

/// What shall be made.
#[derive(Clone, Debug)]
pub struct Plan {
    pub devices: usize,
    pub seed: u64,
    /// The last day on which something was entered.
    pub today: Date,
    pub area: Area,
}

/// How far the sample reaches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Area {
    /// A province with all its cities and counties.
    Province(String),
    /// One county with so many towns and key enterprises (重点监管企业).
    County {
        code: String,
        towns: usize,
        key_firms: usize,
    },
}

/// Field names and what they hold.
pub type Values = Vec<(&'static str, Datum)>;

/// One record as it stands, ready to be read by hooks of others.
pub type Made = Arc<Vec<Record>>;

/// A record to be made.
pub struct New {
    pub register: &'static str,
    /// The first state of the register, if none is named.
    pub state: Option<&'static str>,
    pub at: Moment,
    pub values: Values,
    pub reads: Reads,
}

/// What happens to a record later.
pub struct Turn<'a> {
    pub record: &'a Made,
    pub at: Moment,
    pub what: What<'a>,
    pub values: Values,
    pub reads: Reads,
}

/// The kind of a later change.
pub enum What<'a> {
    Edit,
    /// An action, with the reason that was given.
    Act(&'static str, Option<&'static str>),
    /// Values that the record takes from the latest of these.
    Follow(&'a [Made]),
}

/// Decides on records and keeps them; the program's part of the work.
pub trait Maker {
    fn make(&mut self, new: New) -> Result<Made, Refusal>;
    fn turn(&mut self, turn: Turn<'_>) -> Result<Made, Refusal>;
    /// All open records of a small register.
    fn all(&mut self, register: &'static str) -> Result<Made, Refusal>;
    /// A record that stands already, by a unique field.
    fn find(
        &mut self,
        register: &'static str,
        field: &'static str,
        word: &str,
    ) -> Result<Option<Made>, Refusal>;
    fn value<'r>(&self, record: &'r Made, field: &str) -> &'r Value;
    /// Name of the state in which a record is.
    fn state(&self, record: &Made) -> Option<&str>;
    /// Told once what is few stands (units, bodies, producers); firms and their devices follow.
    fn settled(&mut self) -> Result<(), Refusal>;
}

/// How much was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Summary {
    pub towns: usize,
    pub units: usize,
    pub firms: usize,
    pub people: usize,
    pub devices: usize,
    pub reports: usize,
    pub changes: usize,
}

/// Makes everything that the plan asks for.
pub fn run(plan: &Plan, maker: &mut dyn Maker) -> Result<Summary, Refusal> {
    let mut chance = Chance::new(plan.seed);
    let calendar = Calendar::until(plan.today);
    let counties = places::counties(&plan.area, &mut chance);
    let towns = bureaus::towns(&counties, &calendar, maker)?;
    let units = bureaus::units(&plan.area, &counties, &calendar, maker)?;
    let mut register = registry::Registry::new(&plan.area, &counties, calendar);
    let bodies = register.bodies(plan, &mut chance, maker)?;
    let mut equipment = special_equipment::Equipment::new(calendar, bodies, maker)?;
    equipment.producers(plan, &mut register, &mut chance, maker)?;
    maker.settled()?;
    equipment.users(plan, &mut register, &mut chance, maker)?;
    register.further_key_firms(&mut chance, maker)?;
    let firms = register.firms_made();
    let special_equipment::Counts {
        people,
        devices,
        reports,
        changes,
    } = equipment.made();
    Ok(Summary {
        towns,
        units,
        firms,
        people,
        devices,
        reports,
        changes,
    })
}

/// Days of the two years in which everything was entered.
#[derive(Clone, Copy, Debug)]
pub struct Calendar {
    pub first: Date,
    pub today: Date,
}

impl Calendar {
    fn until(today: Date) -> Calendar {
        Calendar {
            first: today.saturating_sub(2.years()),
            today,
        }
    }

    /// A moment in the working hours of the day; never later than the last day.
    pub fn at(&self, day: Date, chance: &mut Chance) -> Moment {
        const MINUTE: i64 = 60_000_000;
        /// Half past eight in Shanghai, which is eight hours ahead of UTC.
        const OPENS: i64 = (8 * 60 + 30 - 8 * 60) * MINUTE;
        const OPEN_MINUTES: i64 = 8 * 60;
        let day = day.clamp(self.first, self.today);
        let epoch = Date::constant(1970, 1, 1);
        let days = i64::from(
            day.since(epoch)
                .map(|span| span.get_days())
                .unwrap_or_default(),
        );
        let minutes = chance.between(0, OPEN_MINUTES - 1);
        Moment(days * 24 * 60 * MINUTE + OPENS + minutes * MINUTE)
    }

    /// A day within the two years.
    pub fn any(&self, chance: &mut Chance) -> Date {
        chance.day(self.first, self.today)
    }
}

/// Names of the two reads that hooks of this crate make.
pub(crate) fn reads(named: &[(&str, &Made)]) -> Reads {
    let mut reads = Reads::default();
    for (what, records) in named {
        reads.put(what, Arc::clone(records));
    }
    reads
}

pub(crate) fn text(word: impl Into<String>) -> Datum {
    Datum::One(Value::Text(word.into()))
}

pub(crate) fn date(day: Date) -> Datum {
    Datum::One(Value::Date(day))
}

pub(crate) fn int(number: i64) -> Datum {
    Datum::One(Value::Int(number))
}

/// A decimal of the given scale from its mantissa.
pub(crate) fn dec(mantissa: i64, scale: u8) -> Datum {
    Datum::One(Value::Dec(kernel::Dec::new(mantissa, scale)))
}

pub(crate) fn yes(holds: bool) -> Datum {
    Datum::One(Value::Bool(holds))
}

pub(crate) fn set<const N: usize>(words: [&str; N]) -> Datum {
    Datum::One(Value::set(words))
}

pub(crate) fn link(record: &Made) -> Datum {
    Datum::One(
        record
            .first()
            .map_or(Value::Null, |record| Value::Id(record.id)),
    )
}
