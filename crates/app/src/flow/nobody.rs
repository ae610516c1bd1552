//! Turns that nobody could take when they began: placed as soon as somebody holds the role.

use kernel::flow::OnTurn;
use kernel::{Actor, Id};
use store::Filter;

use crate::{App, Error, Outcome};

/// Turns placed at one time; the next time takes more.
const PLACED_MAX: usize = 1_000;
/// How desks begin at which nobody sits.
const NOBODY: &str = "n:";

impl App {
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
