//! Units that a table brings: they obey the same rules as those that an act changes.

use kernel::Id;
use kernel::units::Unit;
use speech::said;

use super::decide::{Desk, Verdict};
use super::row::{Remark, Taken};
use crate::Outcome;

/// What a record of a dry run has for an id.
const NO_ID: Id = Id(0);

impl Desk<'_> {
    /// Refuses a unit that would stand above itself, or cover what another of its level covers. Rows
    /// that were taken before it count, those of a dry run too.
    pub(super) fn fits_the_tree(&self, verdict: Verdict, taken: &mut Taken) -> Outcome<Verdict> {
        let after = match &verdict {
            Verdict::New { after, .. } | Verdict::Changed { after, .. } => after,
            Verdict::Same | Verdict::Wrong => return Ok(verdict),
        };
        let app = self.world.app;
        if self.plan.register != app.house("unit")? {
            return Ok(verdict);
        }
        let mut kept = self.world.memory.units.borrow_mut();
        let units = match kept.as_mut() {
            Some(units) => units,
            None => kept.insert(app.read_units(self.world.reader)?),
        };
        let (mut unit, today) = (Unit::read(self.plan.def, after), self.ground.today);
        // A dry run draws no ids, so its rows are told apart by their place and know no superior of theirs.
        if unit.id == NO_ID {
            unit.id = Id(i64::MAX - i64::try_from(units.all().count()).unwrap_or_default());
        }
        unit.parent = unit.parent.filter(|parent| *parent != NO_ID);
        let id = unit.id;
        let mut will = units.clone();
        will.put(unit);
        let known = units.covered_twice(today);
        let twice = will.covered_twice(today);
        let title = |id| will.get(id).map_or("", |unit| unit.title.as_str());
        let refused = match twice.iter().find(|pair| !known.contains(pair)) {
            _ if units.circle(today).is_none() && will.circle(today).is_some() => {
                let message = said!(
                    "这样“{}”会隶属它自己的下级，请核对上级单位"
                        / "“{}” would stand under a unit below itself; check its superior",
                    title(id)
                );
                Remark::new("", "circle", message)
            }
            Some((a, b, place)) => {
                let message = said!(
                    "“{}”和“{}”会同时管辖 {place}，请核对管辖区划"
                        / "“{}” and “{}” would both cover {place}; check the areas",
                    title(*a),
                    title(*b)
                );
                Remark::new("", "twice", message)
            }
            None => {
                *units = will;
                return Ok(verdict);
            }
        };
        taken.refuse(refused);
        Ok(Verdict::Wrong)
    }
}
