//! Handing a turn over for good (移交): from the giver's desk to that of a successor.

use expr::Id;
use speech::said;

use super::acts::{OnTurn, conflict};
use super::book::TaskKind;
use super::desk::{CREATOR, Desk, Post};
use super::proceed::{Flow, whereabouts};
use crate::{Change, Ground, Refusal};

impl Flow<'_> {
    /// 移交: the turn goes from the giver's desk to that of somebody who could hold it, whoever confirms
    /// that (a move, a leave for good). What only its maker can do is not handed over.
    pub fn hand_over(
        &self,
        ground: &Ground,
        on: &OnTurn,
        giver: Id,
        to: &Post,
    ) -> Result<Change, Refusal> {
        if !on.task.open || on.task.desk != Some(Desk::Person(giver)) {
            return Err(conflict(said!(
                "这件已经不在移交人手里" / "This no longer lies with the giver"
            )));
        }
        if on.task.roles.has(CREATOR) {
            return Err(conflict(said!(
                "这件只能由经办人本人办理，不能移交"
                    / "Only the person who made it can handle this; it is not handed over"
            )));
        }
        self.fits(ground, on, to)?;
        Ok(self.put(ground, on.task, "reassign", Desk::Person(to.account)))
    }

    /// What somebody who leaves or moves can hold no more goes back to the pool it came from, or waits for
    /// a successor (`organisation.md` §2.2, rule 6); a request for help is void, so that whoever asked is
    /// not kept waiting. `posts` are those that he keeps, and `self.directory` knows him in them alone.
    /// What only its maker can do stays with him. Nothing when it need not move.
    pub fn take_back(
        &self,
        ground: &Ground,
        on: &OnTurn,
        leaver: Id,
        posts: &[Post],
    ) -> Option<Change> {
        let lies = on.task.open && on.task.desk == Some(Desk::Person(leaver));
        if !lies || on.task.roles.has(CREATOR) {
            return None;
        }
        if posts.iter().any(|post| self.fits(ground, on, post).is_ok()) {
            return None;
        }
        if on.task.kind == TaskKind::Assist {
            return Some(self.close(ground, on.task, "void", Some("recalled")));
        }
        let def = ground.catalogue.at(on.record.register);
        let at = whereabouts(def, on.record);
        let desks = self.directory.place(def, &on.task.roles.0, at);
        let desk = desks.into_iter().next();
        let desk = desk.unwrap_or_else(|| Desk::Nobody(on.task.roles.clone()));
        Some(self.put(ground, on.task, "reassign", desk))
    }
}
