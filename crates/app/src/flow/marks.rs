//! Marks of reading: whoever opens a record at his turn has taken note of it, and it can no longer be
//! withdrawn from him.

use kernel::{Actor, Id, RegisterIx};

use crate::{App, Outcome};

impl App {
    /// Marks the turns of the record that lie on the actor's desks as opened by him.
    pub(crate) fn mark_opened(&self, actor: &Actor, register: RegisterIx, id: Id) -> Outcome<()> {
        // The operator and the public have no desk.
        let has_desks = actor.role().is_some() && actor.account != Id(0);
        if !self.catalogue().has_flow(register) || !has_desks {
            return Ok(());
        }
        let unmarked = self.look(|reader| {
            let record = self.load(reader, register, id)?;
            let Some(course) = self.course(reader, &record, actor.account)? else {
                return Ok(Vec::new());
            };
            let def = self.catalogue().at(register);
            let mine = course.open().filter(|task| task.lies_with(def, actor));
            let mine: Vec<Id> = mine.map(|task| task.id).collect();
            let seen = reader.seen_of(&mine, actor.account)?;
            Ok(mine
                .into_iter()
                .filter(|task| !seen.contains(task))
                .collect())
        })?;
        for task in unmarked {
            self.store().mark_seen(task, actor.account, self.now())?;
        }
        Ok(())
    }
}
