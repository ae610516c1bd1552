//! Turns beyond their limit, as far as the post sees those of others: for whoever has to press them on.

use kernel::{Actor, Id, Value, Verb};
use store::{Filter, Query};

use super::todo::{TodoRow, upwards};
use crate::{App, Error, Outcome};

impl App {
    /// The open turns past their limit that the person sees, the oldest limit first, each with who has
    /// it. Nothing where the post sees none but its own.
    pub fn late_turns(&self, actor: &Actor, limit: usize) -> Outcome<Vec<TodoRow>> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let register = self.flow_house()?.task;
            let def = ground.catalogue.at(register);
            let Some(right) = kernel::scope(def, actor, Verb::See) else {
                return Ok(Vec::new());
            };
            let open = def.state("open").ok_or(Error::Broken("house.task"))?;
            let due = self.task_field("due_at")?;
            let until = Some(Value::Moment(ground.now));
            let mut query = Query::of(register);
            query.filter = Filter::All(vec![
                self.filter_of(&right, &ground, def),
                Filter::States(vec![open]),
                Filter::Between(due, None, until),
            ]);
            query.sort = vec![upwards(due)];
            query.limit = limit;
            let found = reader.query(&query)?.records;
            let mut rows = self.todo_rows(&ground, reader, &found)?;
            let matter = self.task_field("matter")?;
            let of = |task: &kernel::Record| match task.value(matter) {
                Value::Id(id) => Some((task.id, *id)),
                _ => None,
            };
            let matters: Vec<(Id, Id)> = found.iter().filter_map(of).collect();
            let ids: Vec<Id> = matters.iter().map(|(_, matter)| *matter).collect();
            let holders = self.holders(&ground, reader, &ids)?;
            for row in &mut rows {
                let of = matters.iter().find(|(task, _)| Some(*task) == row.task);
                let with = of.and_then(|(_, matter)| holders.get(matter));
                row.with = with.cloned().unwrap_or_default();
            }
            Ok(rows)
        })
    }
}
