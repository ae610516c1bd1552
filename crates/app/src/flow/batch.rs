//! Batches (批量): the same action on many records at one look, each decided by itself.

use kernel::{Actor, Id, Reason, RegisterIx, Words};
use speech::said;

use crate::{App, Input, No, Outcome, Saved};

/// Records in one batch; more than anybody looks at.
pub const BATCH_MAX: usize = 100;

impl App {
    /// Takes an action that the definition offers for batches on each record that still has the given
    /// version; answers what became of each, in order. One that is refused holds up no other.
    pub fn act_many(
        &self,
        actor: &Actor,
        register: RegisterIx,
        action: &str,
        records: &[(Id, i64)],
        words: Words,
    ) -> Outcome<Vec<(Id, Outcome<Saved>)>> {
        let mut ways = self.catalogue().ways(register);
        let offered = ways.find_map(|way| way.action(action).filter(|action| action.batch));
        let Some(offered) = offered else {
            return Err(No::refuse(
                Reason::Conflict,
                said!("这项操作要逐件办理" / "This is to be done one by one"),
            ));
        };
        if records.len() > BATCH_MAX {
            return Err(No::refuse(
                Reason::TooLarge,
                said!("一次最多办理 {BATCH_MAX} 件" / "At most {BATCH_MAX} at a time"),
            ));
        }
        if offered.legal {
            let frame = self.frame();
            self.ground(&frame, actor).proven()?;
        }
        let input = Input::new();
        let done = records.iter().map(|(id, version)| {
            let done = self.act(actor, register, *id, *version, action, &input, words);
            (*id, done)
        });
        Ok(done.collect())
    }
}
