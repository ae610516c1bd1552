//! Turns that nobody could take when they began: placed as soon as somebody holds the role; and not begun
//! at all where only the place was left out.

use catalogue::Reach;
use kernel::flow::{Desk, OnTurn, whereabouts};
use kernel::{Actor, Blame, Change, Ground, Id, Record, Refusal, Value, What};
use speech::said;
use store::Filter;

use super::steps::role_labels;
use crate::{App, Error, Outcome};

/// Turns placed at one time; the next time takes more.
const PLACED_MAX: usize = 1_000;
/// How desks begin at which nobody sits.
const NOBODY: &str = "n:";

impl App {
    /// Refuses what its maker sends on while its place is a division of many towns: their people and
    /// stations find it by the town alone, and it would lie with nobody.
    pub(super) fn fit_to_place(
        &self,
        ground: &Ground,
        after: &Record,
        changes: &[Change],
    ) -> Outcome<()> {
        let def = ground.catalogue.at(after.register);
        let maker = ground.actor.role().is_some() && after.is_made_by(ground.actor.seat());
        let Some(reach) = def.reach.filter(|_| maker) else {
            return Ok(());
        };
        let of_town = |role: &String| {
            let right = def.permissions.get(role);
            right.is_some_and(|right| matches!(right.within, Reach::Town | Reach::Station))
        };
        let mut lying = changes
            .iter()
            .filter_map(|change| self.lies_with_nobody(change));
        let Some(roles) = lying.find(|roles| roles.0.iter().any(of_town)) else {
            return Ok(());
        };
        let places = self.places();
        let vague = whereabouts(def, after).division;
        let Some(vague) = vague.filter(|code| !places.children(code).is_empty()) else {
            return Ok(());
        };
        let roles = role_labels(ground.catalogue, &roles);
        let roles = speech::Said::list(roles);
        let message = said!(
            "下一步由“{0}”办理，现在只知道是“{1}”，请选到镇街"
                / "The next step is that of “{0}”; so far only “{1}” is known, so please choose the town",
            roles,
            places.full_name(vague)
        );
        let field = &def.get(reach).name;
        Err(Refusal::invalid(vec![Blame::at(field, "town", message)]).into())
    }

    /// The roles of a turn that the change opens and nobody can take.
    fn lies_with_nobody(&self, change: &Change) -> Option<kernel::flow::Roles> {
        let house = self.flow_house().ok()?;
        let desk = self.catalogue().at(house.task).field("desk")?;
        let What::Insert { data, .. } = &change.what else {
            return None;
        };
        let (_, datum) = data.iter().find(|(ix, _)| *ix == desk)?;
        match datum.value() {
            Value::Text(text) if change.register == house.task => match text.parse().ok()? {
                Desk::Nobody(roles) => Some(roles),
                _ => None,
            },
            _ => None,
        }
    }

    /// Looks again for people for turns that nobody could take; answers how many were placed.
    pub fn place_unplaced(&self) -> Outcome<usize> {
        let house = self.flow_house()?;
        let desk = self.catalogue().at(house.task).field("desk");
        let desk = desk.ok_or(Error::Broken("house.task.desk"))?;
        let waiting: Vec<Id> = self.look(|reader| {
            let filter = Filter::Prefix(desk, NOBODY.to_owned());
            Ok(reader.ids(house.task, &filter, PLACED_MAX)?)
        })?;
        let operator = Actor::operator();
        let mut placed = 0;
        for task in waiting {
            placed += self.settle(|reader, frame| {
                let ground = self.ground(frame, &operator);
                let (record, course) = self.of_task(&ground, reader, task)?;
                let ground = self.by_course(ground, &record, Some(&course));
                let found = course.tasks.iter().find(|t| t.id == task);
                let changes = match found {
                    Some(task) => {
                        let on = OnTurn {
                            record: &record,
                            course: &course,
                            task,
                        };
                        self.with_flow(|flow, ids| Ok(flow.place_anew(&ground, &on, ids)))?
                    }
                    None => Vec::new(),
                };
                let any = usize::from(!changes.is_empty());
                Ok((self.commit_of(&ground, changes, None), any))
            })?;
        }
        Ok(placed)
    }
}
