//! Who has the matters that somebody began, and since when.

use std::collections::HashMap;

use kernel::flow::{Desk, Task};
use kernel::{Ground, Id, Moment, Value};
use speech::Said;
use store::{Filter, Personal, Query, Reader};

use super::steps::role_labels;
use crate::{App, Error, Outcome};

/// Open turns that are read for one matter; more have no room in a line.
const TURNS_MAX: usize = 6;

/// Who has a matter now.
#[derive(Clone, Debug)]
pub struct Holder {
    /// Labels of the roles whose turn it is.
    pub roles: Vec<Said>,
    /// Title of the unit in whose pool it lies.
    pub unit: Option<String>,
    /// Name of who has it, for those who work in the service.
    pub person: Option<String>,
    /// Nobody holds the role; the bureau must place it.
    pub nobody: bool,
    pub since: Moment,
    pub due_at: Option<Moment>,
}

impl App {
    /// The holders of running matters, by matter.
    pub(super) fn holders(
        &self,
        ground: &Ground,
        reader: &Reader,
        matters: &[Id],
    ) -> Outcome<HashMap<Id, Vec<Holder>>> {
        if matters.is_empty() {
            return Ok(HashMap::new());
        }
        let register = self.flow_house()?.task;
        let def = ground.catalogue.at(register);
        let open = def.state("open").ok_or(Error::Broken("house.task"))?;
        let of = self.task_field("matter")?;
        let ids = matters.iter().map(|id| Value::Id(*id)).collect();
        let mut query = Query::of(register);
        query.filter = Filter::In(of, ids).and(Filter::States(vec![open]));
        query.limit = matters.len() * TURNS_MAX;
        let found = reader.query(&query)?.records;
        let tasks: Vec<(Id, Task)> = found
            .iter()
            .filter_map(|record| match record.value(of) {
                Value::Id(matter) => Some((*matter, Task::read(def, record)?)),
                _ => None,
            })
            .filter(|(_, task)| task.kind.moves())
            .collect();
        let units = self.titles(reader, tasks.iter().filter_map(|(_, task)| task.unit))?;
        let mut holders: HashMap<Id, Vec<Holder>> = HashMap::new();
        for (matter, task) in tasks {
            let person = task.account.filter(|_| App::tells_names(ground.actor));
            holders.entry(matter).or_default().push(Holder {
                roles: role_labels(ground.catalogue, &task.roles),
                unit: task.unit.and_then(|unit| units.get(&unit).cloned()),
                person: person.map(|id| self.name_of(reader, id)),
                nobody: matches!(task.desk, Some(Desk::Nobody(_))),
                since: task.began_at,
                due_at: task.due_at,
            });
        }
        Ok(holders)
    }

    /// Titles of units.
    pub(super) fn titles(
        &self,
        reader: &Reader,
        ids: impl Iterator<Item = Id>,
    ) -> Outcome<HashMap<Id, String>> {
        let register = self.house("unit")?;
        let def = self.catalogue().at(register);
        let ids: Vec<Id> = ids.collect();
        let found = reader.get_many(register, &ids, None, Personal::Sealed)?;
        let title = |unit: &kernel::Record| (unit.id, unit.named(def, "title").to_string());
        Ok(found.iter().map(title).collect())
    }
}
