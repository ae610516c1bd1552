//! Sample firms, inspection bodies and people of the base registers: invented names, valid codes.

use codes::Day;
use jiff::ToSpan;
use jiff::civil::Date;
use kernel::{Reads, Refusal};

use crate::generate::{
    Area, Calendar, Chance, County, Made, Maker, New, Place, Plan, brand, date, int, link,
    person_name, reads, set, text, yes,
};

/// One inspection body for so many devices (650 for 245,000 in the seed text), and at least a few.
const DEVICES_PER_BODY: usize = 377;
const BODIES_MIN: usize = 4;
/// Dates of birth spread over so many days from 1962 on.
const BIRTH_DAYS: usize = 12_000;

/// Firms and people as they are entered one after another, so that no code comes twice.
pub struct Registry<'a> {
    counties: &'a [County],
    weights: Vec<u64>,
    calendar: Calendar,
    firms: usize,
    /// Key enterprises still to be named; in a province one firm in twelve is one.
    key_left: Option<usize>,
    people: Vec<usize>,
}

/// What kind of firm is wanted.
pub struct Trade {
    /// 机械有限公司 and the like, from which one is picked.
    pub endings: &'static [&'static str],
    /// 行业 of GB/T 4754, two digits.
    pub industry: &'static str,
    pub role: &'static str,
    pub scope: &'static str,
}

/// A firm with what others need to know of it.
pub struct Firm<'a> {
    pub record: Made,
    pub name: String,
    pub place: Place<'a>,
    pub address: String,
    pub founded: Date,
    pub entered: Date,
}

impl<'a> Registry<'a> {
    pub fn new(area: &Area, counties: &'a [County], calendar: Calendar) -> Registry<'a> {
        let key_left = match area {
            Area::County { key_firms, .. } => Some(*key_firms),
            Area::Province(_) => None,
        };
        let weights = counties.iter().map(|county| county.weight).collect();
        Registry {
            counties,
            weights,
            calendar,
            firms: 0,
            key_left,
            people: vec![0; counties.len()],
        }
    }

    pub fn firms_made(&self) -> usize {
        self.firms
    }

    /// Inspection bodies, entered on the first day.
    pub fn bodies(
        &mut self,
        plan: &Plan,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<Vec<Made>, Refusal> {
        let count = (plan.devices / DEVICES_PER_BODY).max(BODIES_MIN);
        let mut bodies = Vec::with_capacity(count);
        for nth in 0..count {
            let firm = self.firm(&INSPECTION_BODY, None, chance, maker)?;
            let until = plan.today.year() + 1 + chance.between(0, 2) as i16;
            let region = firm.place.county.province();
            let number = codes::make_ts('7', '1', region, (nth % 999 + 1) as u16, until.into());
            let mut values = vec![
                ("name", text(&firm.name)),
                ("kinds", set(["inspection"])),
                ("entity", link(&firm.record)),
                ("approved_by", text("province")),
                ("valid_from", date(day(until - 4, 7, 1))),
                ("valid_until", date(day(until, 6, 30))),
                ("division", text(&firm.place.town.code)),
                ("address", text(&firm.address)),
            ];
            // The series of a province ends at 999; later bodies carry the number of their notice.
            match number.filter(|_| nth < 999) {
                Some(number) => values.push(("approval_no", text(number))),
                None => values.push((
                    "notice_no",
                    text(format!("市监特设〔{}〕{nth}号", until - 4)),
                )),
            }
            let at = self.calendar.at(self.calendar.first, chance);
            let (state, reads) = (None, reads(&[("ref entity", &firm.record)]));
            let register = "registry.institution";
            bodies.push(maker.make(New {
                register,
                state,
                at,
                values,
                reads,
            })?);
        }
        Ok(bodies)
    }

    /// A firm of the trade in the county, or anywhere in proportion to the counties' weight.
    pub fn firm(
        &mut self,
        trade: &Trade,
        county: Option<usize>,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<Firm<'a>, Refusal> {
        let at_county = county.unwrap_or_else(|| chance.weighted(&self.weights));
        let counties = self.counties;
        let county = &counties[at_county];
        let place = county.place(chance);
        let name = self.name(county, trade, chance);
        let address = place.address(chance);
        let founded = chance.day(day(1996, 1, 1), self.calendar.first);
        let entered = self
            .calendar
            .first
            .saturating_add(chance.between(0, 20).days());
        let contact = person_name(chance);
        let key = self.is_key(chance);
        let mut values = vec![
            ("uscc", text(self.code(county.code))),
            ("name", text(&name)),
            ("entity_type", text("有限责任公司（自然人投资或控股）")),
            ("legal_rep", text(person_name(chance))),
            ("founded", date(founded)),
            ("capital", int(chance.between(5, 500) * 10 * 10_000 * 100)),
            ("industry", text(trade.industry)),
            ("scope", text(trade.scope)),
            ("registrar", text(format!("{}市场监督管理局", county.full))),
            ("division", text(&place.town.code)),
            ("address", text(&address)),
            ("point", place.point(chance)),
            ("contact", text(&contact)),
            ("contact_phone", text(phone(self.firms))),
            ("safety_manager", text(person_name(chance))),
            ("safety_phone", text(phone(self.firms + 500_000))),
            ("supervised_as", set([trade.role])),
            (
                "credit",
                text(["a", "b", "c", "d"][chance.weighted(&[40, 45, 12, 3])]),
            ),
        ];
        if key {
            values.push(("key_unit", yes(true)));
            values.push(("key_reason", text("在用设备多，人员密集")));
        }
        self.firms += 1;
        let at = self.calendar.at(entered, chance);
        let (state, reads) = (None, Reads::default());
        let record = maker.make(New {
            register: "registry.enterprise",
            state,
            at,
            values,
            reads,
        })?;
        Ok(Firm {
            record,
            name,
            place,
            address,
            founded,
            entered,
        })
    }

    /// A person employed by the firm; with the day on which the person began there.
    pub fn person(
        &mut self,
        firm: &Firm<'_>,
        duty: &'static str,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<(Made, Date), Refusal> {
        let at_county = self
            .counties
            .iter()
            .position(|c| c.code == firm.place.county.code)
            .unwrap_or_default();
        let nth = self.people[at_county];
        self.people[at_county] += 1;
        let engaged = chance.day(firm.founded, self.calendar.first);
        let values = vec![
            ("name", text(person_name(chance))),
            ("resident_id", text(identity(firm.place.county.code, nth))),
            ("phone", text(phone(nth * 143 + at_county))),
            ("employer", link(&firm.record)),
            ("duties", set([duty])),
            ("engaged_on", date(engaged)),
        ];
        let at = self.calendar.at(firm.entered, chance);
        let (state, reads) = (None, reads(&[("ref employer", &firm.record)]));
        let person = maker.make(New {
            register: "registry.person",
            state,
            at,
            values,
            reads,
        })?;
        Ok((person, engaged))
    }

    /// Food makers, until there are as many key enterprises as were asked for: the seed text names
    /// special equipment and food.
    pub fn further_key_firms(
        &mut self,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<(), Refusal> {
        while self.key_left.is_some_and(|left| left > 0) {
            self.firm(&FOOD_MAKER, None, chance, maker)?;
        }
        Ok(())
    }

    fn is_key(&mut self, chance: &mut Chance) -> bool {
        match &mut self.key_left {
            Some(0) => false,
            Some(left) => {
                *left -= 1;
                true
            }
            None => chance.percent(8),
        }
    }

    /// A credit code of the county that was not given before.
    fn code(&self, county: &str) -> String {
        // An odd factor of 10^8's order keeps the numbers apart and looks unordered.
        let org8 = format!(
            "{:08}",
            (self.firms as u64 * 38_597_923 + 10_000_019) % 100_000_000
        );
        codes::make_uscc('9', '1', county, &org8).unwrap_or_default()
    }

    fn name(&self, county: &County, trade: &Trade, chance: &mut Chance) -> String {
        let city = county.city().map_or("", |d| d.name);
        let short = city.strip_suffix('市').unwrap_or(city);
        let near = match county.name.char_indices().nth(2) {
            Some((end, _)) if chance.percent(50) => &county.name[..end],
            _ => "",
        };
        format!(
            "{short}{near}{}{}",
            brand(chance),
            chance.pick(trade.endings)
        )
    }
}

static FOOD_MAKER: Trade = Trade {
    endings: &[
        "食品有限公司",
        "豆制品有限公司",
        "调味品有限公司",
        "粮油有限公司",
    ],
    industry: "14",
    role: "food_maker",
    scope: "食品生产、销售",
};

static INSPECTION_BODY: Trade = Trade {
    endings: &[
        "特种设备检验研究院有限公司",
        "特种设备检测中心有限公司",
        "安全技术检测有限公司",
    ],
    industry: "74",
    role: "certified",
    scope: "特种设备检验检测服务；安全评价；技术咨询",
};

/// The nth identity number of a county: 37 shares no factor with the days, so none comes twice.
fn identity(county: &str, nth: usize) -> String {
    let days = (nth * 37 % BIRTH_DAYS) as i64;
    let born = day(1962, 1, 1).saturating_add(days.days());
    let sequence = (nth / BIRTH_DAYS * 7 + nth % 7 + 1) as u16;
    let birth = Day {
        year: born.year().into(),
        month: born.month() as u8,
        day: born.day() as u8,
    };
    codes::make_resident_id(county, birth, sequence).unwrap_or_default()
}

/// A telephone number that looks like a mobile one.
fn phone(nth: usize) -> String {
    format!("1990{:07}", nth % 10_000_000)
}

fn day(year: i16, month: i8, day: i8) -> Date {
    Date::new(year, month, day).unwrap_or(Date::constant(2000, 1, 1))
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn identity_numbers_are_valid_and_different() {
        let numbers: HashSet<String> = (0..30_000).map(|nth| identity("370102", nth)).collect();
        assert_eq!(numbers.len(), 30_000);
        let today = Day {
            year: 2026,
            month: 1,
            day: 1,
        };
        let lists = codes::BuiltInLists::default();
        for number in numbers.iter().take(500) {
            codes::check(codes::Kind::ResidentId, number, &lists, today).unwrap();
        }
    }

    #[test]
    fn telephone_numbers_are_accepted() {
        codes::text::check_phone(&phone(0)).unwrap();
        codes::text::check_phone(&phone(9_999_999)).unwrap();
    }
}
