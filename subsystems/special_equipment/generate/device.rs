//! One sample device as it was entered: identity, place, dates.

use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Moment, Refusal};

use super::parameters::{self, Variety};
use super::trades::{Kind, UserTrade};
use super::{CYCLES, EQUIPMENT, Equipment};
use crate::generate::{
    Chance, Made, Maker, New, Values, date, int, link, person_name, reads, text, yes,
};
use crate::registry::generate::Firm;

/// 61,000 reports for 245,000 devices in the seed text: so many devices of a hundred have one.
const REPORTED_PERCENT: u64 = 25;
/// Inspections that are late, of a hundred: the cycle is over and none followed.
const LATE_PERCENT: u64 = 3;
/// Oldest device, in months before the system began.
const AGE_MONTHS_MAX: i64 = 14 * 12;

/// A device while its story is told.
pub struct Device {
    pub record: Made,
    pub kind: Kind,
    pub variety: &'static Variety,
    /// Months from one inspection to the next.
    pub cycle_months: i64,
    /// The last inspection.
    pub inspected: Date,
    pub reported: bool,
    /// When it was last touched; what follows comes later.
    pub touched: Moment,
    pub entered: Date,
}

impl<'a> Equipment<'a> {
    /// Enters a device of the firm.
    pub(super) fn device(
        &mut self,
        firm: &Firm<'_>,
        trade: &UserTrade,
        kind: Kind,
        nth: usize,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<Device, Refusal> {
        let (first, today) = (self.calendar.first, self.calendar.today);
        let variety = parameters::variety(kind, trade.place, chance);
        let cycle_months = parameters::cycle_months(kind, variety, chance);
        // The last inspection lies within one cycle from today, but for those that are late.
        let back = match chance.percent(LATE_PERCENT) {
            true => cycle_months * 30 + chance.between(1, 120),
            false => chance.between(1, cycle_months * 30),
        };
        let inspected = today.saturating_sub(back.days());
        let reported = inspected > first.saturating_add(30.days()) && {
            // Among those inspected in the two years, as many as make up the share of all.
            chance.percent((REPORTED_PERCENT * 6 / 5).min(100))
        };
        let oldest = inspected.saturating_sub(AGE_MONTHS_MAX.months());
        let accepted = chance.day(oldest, inspected.saturating_sub(20.days()));
        let made = accepted.saturating_sub(chance.between(40, 300).days());
        let enrolled = accepted.saturating_add(chance.between(2, 28).days());
        let entered = match reported {
            true => first.saturating_add(chance.between(0, 25).days()),
            // What was inspected since is entered with that inspection.
            false => inspected
                .saturating_add(chance.between(1, 15).days())
                .max(first),
        }
        .max(firm.entered);
        let at = self.calendar.at(entered, chance);
        let mut values = self.identity(firm, kind, variety, (made, enrolled), chance);
        values.extend(whereabouts(firm, trade, nth, chance));
        values.extend(self.care(kind, chance));
        values.extend([
            ("accepted_on", date(accepted)),
            ("commissioned_on", date(enrolled)),
            (
                "registered_on",
                date(enrolled.saturating_add(chance.between(1, 25).days())),
            ),
            ("design_years", int(chance.between(15, 30))),
        ]);
        if !reported {
            let due = inspected.saturating_add(cycle_months.months());
            values.extend([
                ("prior_inspected", date(inspected)),
                ("prior_due", date(due)),
            ]);
            values.extend(parameters::prior_grade(kind, variety, chance));
        }
        if self.has_outer(kind) {
            let outer = today.saturating_sub(chance.between(1, 360).days());
            let due = outer.saturating_add(12.months());
            values.extend([("prior_outer", date(outer)), ("prior_outer_due", date(due))]);
        }
        values.extend(parameters::of(
            kind,
            variety,
            &mut self.serials.plates,
            chance,
        ));
        let reads = reads(&[(CYCLES, self.cycles_of(kind))]);
        let state = Some(state(chance));
        let record = maker.make(New {
            register: EQUIPMENT,
            state,
            at,
            values,
            reads,
        })?;
        Ok(Device {
            record,
            kind,
            variety,
            cycle_months,
            inspected,
            reported,
            touched: at,
            entered,
        })
    }

    fn identity(
        &mut self,
        firm: &Firm<'_>,
        kind: Kind,
        variety: &'static Variety,
        (made, enrolled): (Date, Date),
        chance: &mut Chance,
    ) -> Values {
        let mut values = vec![
            ("kind", text(kind.word())),
            ("basic", text(variety.basic)),
            ("name", text(variety.name)),
            (
                "model",
                text(variety.models[chance.below(variety.models.len())]),
            ),
            ("made_on", date(made)),
        ];
        if let Some(at) = self.producer_of("make", kind, chance) {
            let producer = &mut self.producers[at];
            producer.serial += 1;
            let (serial, year) = (producer.serial, made.year());
            values.push(("maker", link(&producer.firm.record)));
            values.push(("maker_licence", text(&producer.licence)));
            values.push(("product_no", text(format!("{:02}{serial:05}", year % 100))));
            // The licence number gives the maker's five characters: TS2237018-2027 is 37018.
            let five = producer.licence.get(4..9).unwrap_or_default();
            if let Some(code) = codes::make_device_code(variety.basic, five, year.into(), serial) {
                values.push(("code", text(code)));
            }
        } else {
            values.push(("maker_name", text("外地制造单位")));
            self.serials.plates += 1;
            values.push(("product_no", text(format!("W{:07}", self.serials.plates))));
        }
        if matches!(kind, Kind::Boiler | Kind::Vessel | Kind::Cylinder) {
            let number = format!("ZJ{}{:06}", made.year(), chance.below(1_000_000));
            values.push(("make_supervision_no", text(number)));
        }
        values.extend(self.certificate_no(firm, variety, enrolled));
        values
    }

    /// The number of the use certificate, in one series for each city and year.
    fn certificate_no(
        &mut self,
        firm: &Firm<'_>,
        variety: &Variety,
        enrolled: Date,
    ) -> Option<(&'static str, kernel::Datum)> {
        let county = firm.place.county;
        let (city, year) = (&county.code[..4], enrolled.year());
        let serial = self
            .serials
            .certificates
            .entry(format!("{city}{year}"))
            .or_default();
        *serial += 1;
        // 鲁A is the first city of the province, 鲁B the second.
        let nth = county.code[2..4].parse::<u8>().unwrap_or(1).clamp(1, 26);
        let letter = char::from(b'A' + nth - 1);
        let short = codes::provinces::of_code(county.code)?.short;
        let number = codes::make_use_cert(variety.basic, short, letter, *serial, year.into())?;
        Some(("cert_no", text(number)))
    }

    /// Who maintains and installed it.
    fn care(&self, kind: Kind, chance: &mut Chance) -> Values {
        let mut values = Values::new();
        if let Some(at) = self.producer_of("work", kind, chance) {
            let installer = &self.producers[at];
            values.push(("installer", link(&installer.firm.record)));
            values.push(("installer_licence", text(&installer.licence)));
        }
        if kind == Kind::Lift
            && let Some(at) = self.producer_of("work", kind, chance)
        {
            let upkeep = &self.producers[at];
            values.push(("maintainer", link(&upkeep.firm.record)));
            values.push(("maintainer_licence", text(&upkeep.licence)));
        }
        if !self.bodies.is_empty() {
            values.push(("supervision_body", link(chance.pick(&self.bodies))));
            values.push((
                "supervision_no",
                text(format!("AJ{:08}", chance.below(100_000_000))),
            ));
        }
        values
    }
}

fn whereabouts(firm: &Firm<'_>, trade: &UserTrade, nth: usize, chance: &mut Chance) -> Values {
    let spot = chance.pick(trade.spots);
    let manager = person_name(chance);
    let phone = format!("1991{:07}", chance.below(10_000_000));
    vec![
        ("user", link(&firm.record)),
        ("division", text(&firm.place.town.code)),
        ("site", text(format!("{}{spot}", firm.address))),
        ("point", firm.place.point(chance)),
        ("internal_no", text(format!("{}#", nth + 1))),
        ("place_kind", text(trade.place)),
        ("safety_manager", text(manager)),
        ("manager_phone", text(phone)),
        ("key_watch", yes(chance.percent(4))),
    ]
}

/// Most are in use; the rest is spread over the way in and the way out.
fn state(chance: &mut Chance) -> &'static str {
    const STATES: [(&str, u64); 6] = [
        ("in_use", 950),
        ("stopped", 22),
        ("to_register", 8),
        ("under_work", 4),
        ("scrapped", 10),
        ("cancelled", 6),
    ];
    STATES[chance.weighted(&STATES.map(|(_, weight)| weight))].0
}
