//! Sample operators with their certificates (TSG Z6001-2019).

use jiff::ToSpan;
use kernel::Refusal;

use super::Equipment;
use super::trades::Kind;
use crate::generate::{Chance, Made, Maker, New, date, link, reads, set, text};
use crate::registry::generate::{Firm, Registry};

/// The seed text counts some 100,000 persons for 245,000 devices: so many for a hundred devices.
const PER_HUNDRED_DEVICES: usize = 41;
/// A certificate holds four years.
const VALID_MONTHS: i64 = 48;

impl<'a> Equipment<'a> {
    /// The people of a firm who manage or work the devices that it holds.
    pub(super) fn operators(
        &mut self,
        firm: &Firm<'a>,
        held: &[(Kind, usize)],
        registry: &mut Registry<'a>,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<(), Refusal> {
        let devices: usize = held.iter().map(|(_, count)| count).sum();
        // Rounded by chance, so that small firms do not all have one too many.
        let count = (devices * PER_HUNDRED_DEVICES + chance.below(100)) / 100;
        for nth in 0..count {
            let item = match nth {
                0 => "A",
                _ => item_of(held[chance.below(held.len())].0, chance),
            };
            let duty = if nth == 0 {
                "safety_manager"
            } else {
                "operator"
            };
            let (person, engaged) = registry.person(firm, duty, chance, maker)?;
            self.certificate(firm, &person, item, chance, maker)?;
            debug_assert!(engaged <= firm.entered);
            self.made.people += 1;
        }
        Ok(())
    }

    fn certificate(
        &self,
        firm: &Firm<'_>,
        person: &Made,
        item: &'static str,
        chance: &mut Chance,
        maker: &mut dyn Maker,
    ) -> Result<(), Refusal> {
        let today = self.calendar.today;
        let months = match chance.percent(2) {
            true => chance.between(VALID_MONTHS, VALID_MONTHS + 3),
            false => chance.between(1, VALID_MONTHS - 1),
        };
        let approved = today.saturating_sub(months.months());
        let examined = approved.saturating_sub(chance.between(10, 40).days());
        let mut values = vec![
            ("person", link(person)),
            ("item", text(item)),
            ("employer", link(&firm.record)),
            ("issuer", text("设区的市市场监督管理局")),
            ("examined_on", date(examined)),
            ("approved_on", date(approved)),
        ];
        if item == "Q2" {
            values.push(("limits", set([chance.word(&["bridge", "gantry", "tower"])])));
        }
        let entered = approved
            .saturating_add(chance.between(3, 20).days())
            .max(firm.entered);
        let at = self.calendar.at(entered, chance);
        let reads = reads(&[("ref employer", &firm.record)]);
        let register = "special_equipment.operator";
        maker.make(New {
            register,
            state: None,
            at,
            values,
            reads,
        })?;
        Ok(())
    }
}

/// The work that devices of the kind need someone for.
fn item_of(kind: Kind, chance: &mut Chance) -> &'static str {
    match kind {
        Kind::Boiler => chance.word(&["G1", "G3"]),
        Kind::Vessel => "R1",
        Kind::Lift => "A",
        Kind::Crane => chance.word(&["Q1", "Q2", "Q2"]),
        Kind::Vehicle => "N1",
        Kind::Ride => chance.word(&["Y1", "Y2", "Y2"]),
        Kind::Ropeway => chance.word(&["S1", "S2"]),
        Kind::Pipe => "metal_welding",
        Kind::Cylinder => "P",
    }
}
