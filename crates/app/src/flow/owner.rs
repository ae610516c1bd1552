//! Whose part in a matter is the owner's: what an enterprise does is told as its own, never as that of
//! the bureau at which its account is kept.

use std::collections::{HashMap, HashSet};

use catalogue::{Kind, Owner, Reach};
use kernel::flow::{Desk, Task, whereabouts};
use kernel::{Ground, Record, Register};
use speech::{Said, said};
use store::Reader;

use crate::{App, Outcome};

/// What the owner is called to whoever may not see him.
pub(crate) fn the_enterprise() -> Said {
    said!("企业" / "the enterprise")
}

/// Whether a post of that role acts for the owner of such a record.
pub(crate) fn is_of_owner(def: &Register, role: &str) -> bool {
    let right = def.permissions.get(role);
    right.is_some_and(|right| right.within == Reach::Own)
}

/// Whether the turn is or was the owner's.
pub(crate) fn is_owners(def: &Register, task: &Task) -> bool {
    match (&task.desk, &task.post) {
        (Some(Desk::Owner(..)), _) => true,
        (_, Some(post)) => is_of_owner(def, post),
        (_, None) => {
            let roles = &task.roles.0;
            !roles.is_empty() && roles.iter().all(|role| is_of_owner(def, role))
        }
    }
}

impl App {
    /// What the owner of the record is called to the actor: by name to those who may see it.
    pub(crate) fn owner_said(
        &self,
        ground: &Ground,
        reader: &Reader,
        record: &Record,
    ) -> Outcome<Said> {
        let def = ground.catalogue.at(record.register);
        let register = match def.owner {
            Some(Owner::Itself) => Some(record.register),
            Some(Owner::Field(ix)) => match def.get(ix).kind {
                Kind::Ref { to } => Some(to),
                _ => None,
            },
            None => None,
        };
        let (Some(register), Some(subject)) = (register, whereabouts(def, record).subject) else {
            return Ok(the_enterprise());
        };
        let wanted = HashMap::from([(register, HashSet::from([subject]))]);
        let names = self.name_all(ground, reader, wanted, 0)?;
        let named = names.get(&subject).filter(|named| !named.shown.is_empty());
        Ok(named.map_or_else(the_enterprise, |named| Said::same(&named.shown)))
    }
}
