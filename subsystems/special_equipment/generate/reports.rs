//! Sample inspection reports (特种设备安全法 第40条) and what a device takes from them.

use jiff::ToSpan;
use kernel::{Moment, Refusal};

use super::device::Device;
use super::trades::Kind;
use super::{CYCLES, Equipment};
use crate::generate::{
    Chance, Maker, New, Turn, Values, What, date, link, person_name, reads, text, yes,
};

/// Reports of a hundred that say the device failed.
const FAILED_PERCENT: u64 = 2;
const MINUTE: i64 = 60_000_000;

impl Equipment<'_> {
    /// Enters the report of the last inspection; the device takes its dates and conclusion.
    pub(super) fn report(
        &mut self,
        device: &mut Device,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<(), Refusal> {
        self.serials.reports += 1;
        let failed = chance.percent(FAILED_PERCENT);
        let (finished, due) = (
            device.inspected,
            device
                .inspected
                .saturating_add(device.cycle_months.months()),
        );
        let number = format!(
            "{}{}{:07}",
            word(device.kind),
            finished.year(),
            self.serials.reports
        );
        let mut values = vec![
            ("code", text(number)),
            ("equipment", link(&device.record)),
            (
                "category",
                text(if device.kind == Kind::Boiler {
                    "internal"
                } else {
                    "periodic"
                }),
            ),
            ("started", date(finished)),
            ("finished", date(finished)),
            (
                "inspectors",
                text(format!("{}、{}", person_name(chance), person_name(chance))),
            ),
            ("auditor", text(person_name(chance))),
            ("audited_on", date(finished)),
            ("approver", text(person_name(chance))),
            ("approved_on", date(finished)),
        ];
        if !self.bodies.is_empty() {
            values.push(("body", link(chance.pick(&self.bodies))));
        }
        if failed {
            values.push(("problems", text(*chance.pick(&PROBLEMS))));
            values.push(("demands", text("停止使用，整改后申请复检")));
            values.push(("demand_until", date(finished.saturating_add(30.days()))));
            values.push(("grave", yes(false)));
        } else {
            values.push(("next_date", date(due)));
        }
        values.extend(result(device, failed));
        let at = self.after(
            device.touched,
            finished.saturating_add(chance.between(1, 12).days()),
            chance,
        );
        let cycles = self.cycles_of(device.kind);
        let hooks = reads(&[("ref equipment", &device.record), (CYCLES, cycles)]);
        let register = "special_equipment.inspection";
        let report = [maker.make(New {
            register,
            state: Some("issued"),
            at,
            values,
            reads: hooks,
        })?];
        let what = What::Follow(&report);
        let hooks = reads(&[(CYCLES, cycles)]);
        let turn = Turn {
            record: &device.record,
            at,
            what,
            values: Vec::new(),
            reads: hooks,
        };
        device.record = maker.turn(turn)?;
        device.touched = at;
        self.made.reports += 1;
        Ok(())
    }

    /// A moment on the day, and in any case after the one before.
    pub(super) fn after(
        &self,
        before: Moment,
        day: jiff::civil::Date,
        chance: &mut Chance,
    ) -> Moment {
        Moment(self.calendar.at(day, chance).0.max(before.0 + MINUTE))
    }
}

/// The conclusion in the words of the kind (检验报告 of each TSG).
fn result(device: &Device, failed: bool) -> Values {
    let grade = |good| ("grade", text(if failed { "5" } else { good }));
    let good = if device.cycle_months > 36 { "2" } else { "3" };
    match (device.kind, device.variety.basic) {
        (Kind::Pipe, _) => vec![("grade", text(if failed { "4" } else { good }))],
        (Kind::Cylinder, _) => vec![("conclusion", text(if failed { "scrap" } else { "pass" }))],
        (Kind::Vessel, "2410") => vec![("conclusion", text(meets(failed)))],
        (Kind::Vessel, _) => vec![("conclusion", text(meets(failed))), grade(good)],
        (Kind::Boiler, _) => vec![("conclusion", text(meets(failed)))],
        _ => vec![("conclusion", text(if failed { "fail" } else { "pass" }))],
    }
}

fn meets(failed: bool) -> &'static str {
    if failed { "not_meets" } else { "meets" }
}

/// Letters that bodies put before their numbers.
fn word(kind: Kind) -> &'static str {
    match kind {
        Kind::Boiler => "GN",
        Kind::Vessel => "RD",
        Kind::Lift => "TD",
        Kind::Crane => "QD",
        Kind::Vehicle => "ND",
        Kind::Ride => "YD",
        Kind::Ropeway => "SD",
        Kind::Pipe => "DD",
        Kind::Cylinder => "PD",
    }
}

const PROBLEMS: [&str; 6] = [
    "限速器超过校验有效期",
    "安全阀未按期校验",
    "钢丝绳断丝超过报废标准",
    "制动器间隙过大，制动力不足",
    "压力表损坏，未及时更换",
    "紧急停止装置失效",
];
