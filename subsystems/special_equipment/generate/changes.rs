//! What happened to sample devices in the two years: corrections, stops and returns to use, ends.

use jiff::ToSpan;
use kernel::{Refusal, Value};

use super::device::Device;
use super::trades::Kind;
use super::{CYCLES, Equipment};
use crate::generate::{Chance, Maker, Turn, Values, What, date, link, person_name, reads, text};

/// Devices of a hundred that were corrected, that were stopped, and that were scrapped.
const EDITED_PERCENT: u64 = 35;
const STOPPED_PERCENT: u64 = 3;
const SCRAPPED_PERCENT: u64 = 1;
/// Shorter stops need no inspection before the return to use (TSG T7001-2023 4.1).
const STOP_DAYS_MAX: i64 = 200;

impl Equipment<'_> {
    /// Changes after the device was entered.
    pub(super) fn later(
        &mut self,
        device: &mut Device,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<(), Refusal> {
        let in_use = self.state_is_open(device, maker);
        if in_use && chance.percent(EDITED_PERCENT) {
            let values = self.correction(device.kind, chance);
            self.change(device, What::Edit, values, chance, maker)?;
        }
        // What is late or failed cannot be put back into use, so it is not stopped here.
        if in_use && chance.percent(STOPPED_PERCENT) && self.fit(device, maker) {
            self.stop(device, chance, maker)?;
        } else if in_use && chance.percent(SCRAPPED_PERCENT) {
            let day = self.day_after(device, chance);
            let values = vec![("ended_on", date(day))];
            let what = What::Act("scrap", Some("达到设计使用年限，无修理价值"));
            self.change(device, what, values, chance, maker)?;
        }
        Ok(())
    }

    fn stop(
        &mut self,
        device: &mut Device,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<(), Refusal> {
        let stopped = self.day_after(device, chance);
        let values = vec![("stopped_on", date(stopped))];
        self.change(
            device,
            What::Act("stop", Some("企业停产检修")),
            values,
            chance,
            maker,
        )?;
        let resumed = stopped.saturating_add(chance.between(10, STOP_DAYS_MAX).days());
        if resumed <= self.calendar.today && chance.percent(60) {
            let values = vec![("resumed_on", date(resumed))];
            self.change(device, What::Act("resume", None), values, chance, maker)?;
        }
        Ok(())
    }

    fn correction(&self, kind: Kind, chance: &mut Chance) -> Values {
        let phone = format!("1992{:07}", chance.below(10_000_000));
        let person = vec![
            ("safety_manager", text(person_name(chance))),
            ("manager_phone", text(phone)),
        ];
        match chance.below(4) {
            0 if kind == Kind::Lift => match self.producer_of("work", kind, chance) {
                Some(at) => {
                    let upkeep = &self.producers[at];
                    vec![
                        ("maintainer", link(&upkeep.firm.record)),
                        ("maintainer_licence", text(&upkeep.licence)),
                    ]
                }
                None => person,
            },
            1 => {
                let insurer = *chance.pick(&["人保财险", "平安产险", "太保产险"]);
                let until = self
                    .calendar
                    .today
                    .saturating_add(chance.between(-60, 365).days());
                let policy = format!("PZ{:010}", chance.below(10_000_000_000));
                vec![
                    ("insurer", text(insurer)),
                    ("policy_no", text(policy)),
                    ("insured_until", date(until)),
                ]
            }
            2 => vec![(
                "internal_no",
                text(format!("{:03}", chance.between(1, 999))),
            )],
            _ => person,
        }
    }

    fn change(
        &mut self,
        device: &mut Device,
        what: What<'_>,
        values: Values,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<(), Refusal> {
        let day = self.day_after(device, chance);
        let at = self.after(device.touched, day, chance);
        let hooks = reads(&[(CYCLES, self.cycles_of(device.kind))]);
        let turn = Turn {
            record: &device.record,
            at,
            what,
            values,
            reads: hooks,
        };
        device.record = maker.turn(turn)?;
        device.touched = at;
        self.made.changes += 1;
        Ok(())
    }

    /// A day since the device was entered.
    fn day_after(&self, device: &Device, chance: &mut Chance) -> jiff::civil::Date {
        let since = device
            .entered
            .max(device.inspected)
            .saturating_add(1.days());
        chance.day(since.min(self.calendar.today), self.calendar.today)
    }

    fn state_is_open(&self, device: &Device, maker: &dyn Maker) -> bool {
        maker.state(&device.record) == Some("in_use")
    }

    fn fit(&self, device: &Device, maker: &dyn Maker) -> bool {
        let due = ["next_due", "next_due_outer", "life_until"].iter().all(|field| {
            !matches!(maker.value(&device.record, field), Value::Date(due) if *due < self.calendar.today)
        });
        due && *maker.value(&device.record, "passed") != Value::Bool(false)
    }
}
