//! What people do with a turn besides taking an action: claim it, give it back, hand it to another,
//! ask another for help or for a voice, remind, copy.

use catalogue::{Register, TurnMode, Verb};
use expr::Value;
use speech::{Said, said};

use super::book::{Course, Task, TaskKind};
use super::desk::{CREATOR, Desk, Post, Roles};
use super::proceed::{Flow, Ids, whereabouts};
use super::seat::Seat;
use crate::apart::has_acted_otherwise;
use crate::{Actor, Change, Ground, Power, Profile, Reason, Record, Refusal, Whose, covers, scope};

/// Between two reminders of the same turn.
pub const REMIND_HOURS_MIN: i64 = 4;
const HOUR: i64 = 3_600_000_000;

/// A record on its way, its course, and one of its turns.
pub struct OnTurn<'a> {
    pub record: &'a Record,
    pub course: &'a Course,
    pub task: &'a Task,
}

impl Flow<'_> {
    /// 认领: takes a turn out of the pool onto one's own desk.
    pub fn claim(&self, ground: &Ground, on: &OnTurn) -> Result<Vec<Change>, Refusal> {
        let desk = held(ground, on)?;
        if !desk.is_pool() {
            return Err(conflict(said!(
                "这件已经在您手里，直接办理即可" / "It is already in your hands; go on"
            )));
        }
        Ok(vec![self.put(
            ground,
            on.task,
            "claim",
            Desk::Person(ground.actor.seat()),
        )])
    }

    /// 放回: what was claimed goes back to the pool.
    pub fn release(&self, ground: &Ground, on: &OnTurn) -> Result<Vec<Change>, Refusal> {
        let desk = held(ground, on)?;
        let creator = on.task.roles.has(CREATOR);
        if desk.is_pool() || creator || on.task.kind == TaskKind::Assist {
            return Err(conflict(said!(
                "这件不是从公共待办里认领的，不能放回"
                    / "This was not claimed from a pool and cannot be put back"
            )));
        }
        let def = ground.catalogue.at(on.record.register);
        let desks = self
            .directory
            .place(def, &on.task.roles.0, whereabouts(def, on.record));
        match desks.into_iter().next() {
            Some(desk) => Ok(vec![self.put(ground, on.task, "release", desk)]),
            None => Err(conflict(said!(
                "没有可以放回的公共待办" / "There is no pool to put it back to"
            ))),
        }
    }

    /// 转办: gives the turn to somebody who could hold it.
    pub fn transfer(
        &self,
        ground: &Ground,
        on: &OnTurn,
        to: &Post,
    ) -> Result<Vec<Change>, Refusal> {
        held(ground, on)?;
        self.could_hold(ground, on, to)?;
        Ok(vec![self.put(
            ground,
            on.task,
            "transfer",
            Desk::Person(to.account),
        )])
    }

    /// 委派: asks somebody for help; the turn stays with the asker until the answer comes.
    pub fn delegate(
        &self,
        ground: &Ground,
        on: &OnTurn,
        to: &Post,
        ids: Ids,
    ) -> Result<Vec<Change>, Refusal> {
        let desk = held(ground, on)?;
        if !on.task.kind.moves() {
            return Err(conflict(said!(
                "协办和抄送不能再委派" / "A request for help or a copy cannot be passed on"
            )));
        }
        self.other(ground, to)?;
        let mut changes = Vec::new();
        if desk.is_pool() {
            changes.push(self.put(ground, on.task, "claim", Desk::Person(ground.actor.seat())));
        }
        changes.push(self.beside(ground, on, TaskKind::Assist, to, ids));
        Ok(changes)
    }

    /// Answers a request for help; what is said stands in the history.
    pub fn answer(&self, ground: &Ground, on: &OnTurn) -> Result<Vec<Change>, Refusal> {
        held(ground, on)?;
        if on.task.kind != TaskKind::Assist {
            return Err(conflict(said!(
                "这件不是委派来的，请直接办理" / "This is not a request for help; take an action"
            )));
        }
        Ok(vec![self.close(ground, on.task, "done", Some("answered"))])
    }

    /// 收回委派: the asker needs the answer no longer.
    pub fn recall(&self, ground: &Ground, on: &OnTurn) -> Result<Vec<Change>, Refusal> {
        let mine = on.task.kind == TaskKind::Assist
            && on.task.open
            && on.task.asked_by == Some(ground.actor.seat());
        match mine {
            true => Ok(vec![self.close(ground, on.task, "void", Some("recalled"))]),
            false => Err(conflict(said!(
                "只能收回自己委派、对方还没有答复的事"
                    / "Only your own request that is not yet answered can be taken back"
            ))),
        }
    }

    /// 加签: one more voice at this step.
    pub fn add_signer(
        &self,
        ground: &Ground,
        on: &OnTurn,
        to: &Post,
        ids: Ids,
    ) -> Result<Vec<Change>, Refusal> {
        held(ground, on)?;
        let def = ground.catalogue.at(on.record.register);
        if mode(def, on.record) == TurnMode::Any {
            return Err(conflict(said!(
                "只有会签环节可以加签，这一步请用“委派”"
                    / "Signers are added only where several sign; ask for help instead"
            )));
        }
        self.could_see(ground, on, to)?;
        self.other(ground, to)?;
        let signs = |t: &Task| {
            t.kind == TaskKind::Sign
                && t.step == on.task.step
                && (t.account == Some(to.account) || t.doer == Some(to.account))
        };
        if on.course.tasks.iter().any(signs) {
            return Err(conflict(said!(
                "这位已经在会签人里" / "This person signs already"
            )));
        }
        Ok(vec![self.beside(ground, on, TaskKind::Sign, to, ids)])
    }

    /// 减签: takes back a voice that one added and that was not yet heard.
    pub fn drop_signer(&self, ground: &Ground, on: &OnTurn) -> Result<Vec<Change>, Refusal> {
        let added = on.task.open
            && on.task.kind == TaskKind::Sign
            && on.task.asked_by == Some(ground.actor.seat());
        if added && on.course.turns().count() == 1 {
            // Everybody else has agreed: nobody would be left to move the matter.
            return Err(conflict(said!(
                "其他人都已表态，只差这位，不能再减签"
                    / "Everybody else has spoken; this signer can no longer be dropped"
            )));
        }
        match added {
            true => Ok(vec![self.close(ground, on.task, "void", Some("dropped"))]),
            false => Err(conflict(said!(
                "只能减去自己加签、还没有表态的人"
                    / "Only a signer you added who has not yet spoken can be dropped"
            ))),
        }
    }

    /// 催办: whoever sees the matter may remind, not too often.
    pub fn remind(&self, ground: &Ground, on: &OnTurn) -> Result<Vec<Change>, Refusal> {
        if !on.task.open || !on.task.kind.moves() {
            return Err(conflict(said!(
                "这一步已经办完，不用催办" / "This step is done; nobody needs reminding"
            )));
        }
        if on
            .task
            .lies_with(ground.catalogue.at(on.record.register), ground.actor)
        {
            return Err(conflict(said!(
                "这件就在您手里，直接办理即可" / "It is in your own hands; go on"
            )));
        }
        let desk = on.task.desk.as_ref();
        if !desk.is_some_and(|desk| self.directory.is_manned(desk)) {
            return Err(conflict(said!(
                "这一步现在没有人在岗，催办没有人收到；请联系本局系统管理员在办理单位给这个岗位安排人，安排后自动转到他手里；经手人已经离岗的，请移交他的待办"
                    / "Nobody holds the post of this step now, so a reminder would reach nobody; ask the system administrator to give the post at the unit to somebody, who then has the matter by itself; where the holder has left, have his open tasks handed over"
            )));
        }
        let since = on.task.reminded_at.map(|at| ground.now.0 - at.0);
        if since.is_some_and(|since| since < REMIND_HOURS_MIN * HOUR) {
            return Err(Refusal::new(
                Reason::TooMany,
                said!(
                    "刚刚催办过，{REMIND_HOURS_MIN} 小时内不必再催"
                        / "A reminder was just sent; wait {REMIND_HOURS_MIN} hours"
                ),
            ));
        }
        let values = vec![
            ("reminded", Value::Int(on.task.reminded + 1)),
            ("reminded_at", Value::Moment(ground.now)),
        ];
        Ok(vec![self.tasks(ground).update(
            (on.task.id, on.task.version),
            "remind",
            None,
            values,
        )])
    }

    /// 抄送: somebody is to know.
    pub fn copy_to(
        &self,
        ground: &Ground,
        on: &OnTurn,
        to: &Post,
        ids: Ids,
    ) -> Result<Vec<Change>, Refusal> {
        self.could_see(ground, on, to)?;
        self.other(ground, to)?;
        Ok(vec![self.beside(ground, on, TaskKind::Copy, to, ids)])
    }

    /// A copy that was read leaves the list.
    pub fn acknowledge(&self, ground: &Ground, on: &OnTurn) -> Result<Vec<Change>, Refusal> {
        held(ground, on)?;
        match on.task.kind {
            TaskKind::Copy => Ok(vec![self.close(ground, on.task, "done", Some("read"))]),
            _ => Err(conflict(said!(
                "这件要办理，不能只标为已读" / "This must be handled, not only read"
            ))),
        }
    }

    /// A turn that nobody could take is placed, now that somebody holds one of its roles.
    pub fn place_anew(&self, ground: &Ground, on: &OnTurn, ids: Ids) -> Vec<Change> {
        let Some(Desk::Nobody(roles)) = &on.task.desk else {
            return Vec::new();
        };
        let def = ground.catalogue.at(on.record.register);
        let mut desks = self
            .directory
            .place(def, &roles.0, whereabouts(def, on.record))
            .into_iter()
            .filter(|desk| !matches!(desk, Desk::Nobody(_)));
        let Some(first) = desks.next() else {
            return Vec::new();
        };
        let mut changes = vec![self.put(ground, on.task, "reassign", first)];
        let state = on.record.state.map_or(&def.states[0], |s| &def.states[s.0]);
        for desk in desks {
            let seat = Seat::of_the_flow(on.task.kind, desk, on.task.step, state);
            changes.push(self.open(ground, on.record, on.course.matter, ids(), seat));
        }
        changes
    }

    pub(super) fn put(&self, ground: &Ground, task: &Task, act: &str, desk: Desk) -> Change {
        let account = match desk {
            Desk::Person(id) => Value::Id(id),
            _ => Value::Null,
        };
        let mut values = vec![
            ("desk", Value::Text(desk.to_string())),
            ("account", account),
        ];
        if let Desk::Unit(unit, _) = &desk {
            values.push(("unit", Value::Id(*unit)));
        }
        self.tasks(ground)
            .update((task.id, task.version), act, None, values)
    }

    /// A turn beside the one held, at the same step.
    fn beside(&self, ground: &Ground, on: &OnTurn, kind: TaskKind, to: &Post, ids: Ids) -> Change {
        let def = ground.catalogue.at(on.record.register);
        let state = on.record.state.map_or(&def.states[0], |s| &def.states[s.0]);
        let seat = Seat {
            kind,
            desk: Desk::Person(to.account),
            step: on.course.step(),
            state,
            asked_by: Some(ground.actor.seat()),
            roles: Some(Roles(vec![to.role.clone()])),
        };
        self.open(ground, on.record, on.course.matter, ids(), seat)
    }

    fn other(&self, ground: &Ground, to: &Post) -> Result<(), Refusal> {
        match ground.actor.is(to.account) {
            true => Err(conflict(said!("请选另一个人" / "Choose another person"))),
            false => Ok(()),
        }
    }

    /// Whether the other holds one of the roles of the turn where the matter lies, and did not make it
    /// himself where the maker may not decide.
    fn could_hold(&self, ground: &Ground, on: &OnTurn, to: &Post) -> Result<(), Refusal> {
        self.other(ground, to)?;
        self.fits(ground, on, to)
    }

    pub(super) fn fits(&self, ground: &Ground, on: &OnTurn, to: &Post) -> Result<(), Refusal> {
        self.could_see(ground, on, to)?;
        if !on.task.roles.has(&to.role) && !on.task.roles.has(CREATOR) {
            return Err(conflict(said!(
                "对方的岗位不能办理这一步" / "The other person's role cannot handle this step"
            )));
        }
        let def = ground.catalogue.at(on.record.register);
        let guarded = def
            .actions
            .iter()
            .any(|a| a.not_by_creator && on.record.state.is_some_and(|s| a.from.contains(&s)));
        let apart = ground.params.profile() == Profile::Full;
        let is_he = |id| id == to.account || Some(id) == to.on_behalf;
        if apart && guarded && has_acted_otherwise(on.course, &to.role, is_he) {
            return Err(conflict(said!(
                "对方已经以另一岗位办理过这一件，不能再审批"
                    / "The other person has acted in this matter in another post and may not decide on it"
            )));
        }
        if apart && guarded && to.has_made(on.record) {
            return Err(conflict(said!(
                "对方是经办人，不能再审批这一件"
                    / "The other person made it and may not decide on it"
            )));
        }
        Ok(())
    }

    fn could_see(&self, ground: &Ground, on: &OnTurn, to: &Post) -> Result<(), Refusal> {
        let def = ground.catalogue.at(on.record.register);
        let unit = self.directory.units.iter().find(|unit| unit.id == to.unit);
        let theirs = Actor {
            account: to.account,
            power: Power::Role(to.role.clone()),
            unit: to.unit,
            areas: unit.map_or_else(Vec::new, |unit| unit.areas.clone()),
            subject: to.subject,
            on_behalf: to.on_behalf,
            only: to.only.clone(),
            ..Actor::public()
        };
        let right = scope(def, &theirs, Verb::See).filter(|right| right.whose == Whose::Own);
        let within = right.is_some_and(|right| covers(&right, &ground.view(on.record)));
        match within {
            true => Ok(()),
            false => Err(conflict(said!(
                "这件不在对方的职责范围内" / "This lies outside the other person's responsibility"
            ))),
        }
    }
}

fn mode(def: &Register, record: &Record) -> TurnMode {
    record.state.map_or(TurnMode::Any, |s| def.states[s.0].mode)
}

/// The desk on which the actor has the turn, or the refusal.
fn held<'t>(ground: &Ground, on: &OnTurn<'t>) -> Result<&'t Desk, Refusal> {
    let def = ground.catalogue.at(on.record.register);
    let desk = on.task.desk.as_ref().filter(|_| on.task.open);
    desk.filter(|_| on.task.lies_with(def, ground.actor))
        .ok_or_else(|| {
            conflict(said!(
                "这件现在不在您手里，可能已由别人认领或者办理"
                    / "This is not in your hands now; somebody else may have claimed or handled it"
            ))
        })
}

pub(super) fn conflict(message: Said) -> Refusal {
    Refusal::new(Reason::Conflict, message)
}
