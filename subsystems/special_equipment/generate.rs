//! Sample producers, devices, operators and inspection reports, in the proportions of the ministry's
//! figures for the end of 2023 (通告 of 特种设备安全法 第68条).

mod changes;
mod device;
mod operators;
mod parameters;
mod producers;
mod quota;
mod reports;
mod trades;

use std::collections::HashMap;

use kernel::Refusal;

use super::{CYCLES, EQUIPMENT};
use crate::generate::{Calendar, Chance, Made, Maker, Plan};
use crate::registry::generate::{Firm, Registry};
use producers::Producer;
use quota::Quota;
use trades::Kind;

/// Everything that devices lean on: the bodies, the producers, the cycles, and running numbers.
pub struct Equipment<'a> {
    calendar: Calendar,
    bodies: Vec<Made>,
    cycles: Made,
    /// Kinds that have an outer or annual inspection in the table of cycles.
    outer: Vec<String>,
    /// Cycles by kind of device: only those can fit, and a shorter table is read faster.
    cycles_by_kind: HashMap<&'static str, Made>,
    producers: Vec<Producer<'a>>,
    serials: Serials,
    made: Counts,
}

/// How much was made.
#[derive(Clone, Copy, Debug, Default)]
pub struct Counts {
    pub people: usize,
    pub devices: usize,
    pub reports: usize,
    pub changes: usize,
}

/// Running numbers of what must differ.
#[derive(Default)]
struct Serials {
    certificates: HashMap<String, u32>,
    reports: usize,
    plates: usize,
}

impl<'a> Equipment<'a> {
    pub fn new(
        calendar: Calendar,
        bodies: Vec<Made>,
        maker: &mut dyn Maker,
    ) -> Result<Equipment<'a>, Refusal> {
        let cycles = maker.all("special_equipment.cycle")?;
        let (mut outer, mut by_kind): (Vec<String>, HashMap<_, Vec<_>>) = Default::default();
        for record in cycles.iter() {
            let cycle = Made::new(vec![record.clone()]);
            let word = |field: &str| match maker.value(&cycle, field) {
                kernel::Value::Text(word) => word.clone(),
                _ => String::new(),
            };
            let kind = word("kind");
            if word("series") == super::cycle::Series::Outer.word() {
                outer.push(kind.clone());
            }
            if let Some(kind) = Kind::ALL.iter().find(|k| k.word() == kind) {
                by_kind.entry(kind.word()).or_default().push(record.clone());
            }
        }
        let cycles_by_kind = by_kind
            .into_iter()
            .map(|(kind, records)| (kind, Made::new(records)))
            .collect();
        Ok(Equipment {
            calendar,
            bodies,
            cycles,
            outer,
            cycles_by_kind,
            producers: Vec::new(),
            serials: Serials::default(),
            made: Counts::default(),
        })
    }

    pub fn made(&self) -> Counts {
        self.made
    }

    /// Firms that use devices, with all they have, until the plan is filled.
    pub fn users(
        &mut self,
        plan: &Plan,
        registry: &mut Registry<'a>,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<(), Refusal> {
        let mut quota = Quota::of(plan.devices);
        while let Some(kind) = quota.next(chance) {
            let trade = trades::of(kind, chance);
            let firm = registry.firm(&trade.trade, None, chance, maker)?;
            let held = quota.take(trade, chance);
            self.operators(&firm, &held, registry, chance, maker)?;
            for (kind, count) in held {
                for nth in 0..count {
                    self.one(&firm, trade, kind, nth, chance, maker)?;
                }
            }
        }
        Ok(())
    }

    /// One device with its reports and what became of it.
    fn one(
        &mut self,
        firm: &Firm<'_>,
        trade: &trades::UserTrade,
        kind: Kind,
        nth: usize,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<(), Refusal> {
        let mut device = self.device(firm, trade, kind, nth, chance, maker)?;
        self.made.devices += 1;
        if device.reported {
            self.report(&mut device, chance, maker)?;
        }
        self.later(&mut device, chance, maker)
    }

    /// Cycles that may fit the kind.
    fn cycles_of(&self, kind: Kind) -> &Made {
        self.cycles_by_kind.get(kind.word()).unwrap_or(&self.cycles)
    }

    fn has_outer(&self, kind: Kind) -> bool {
        self.outer.iter().any(|word| word == kind.word())
    }
}
