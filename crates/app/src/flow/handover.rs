//! Hand-overs (移交): everything open on one person's desk goes to another in one step. The giver offers, the receiver
//! picks, the giver confirms; all moves in one commit, and whatever was handled meanwhile stays where it is.

use kernel::flow::{Desk, Directory, OnTurn, Post};
use kernel::{
    Actor, Blame, Change, Datum, Ground, Id, Profile, Reads, Reason, Record, Refusal, RowData,
    Value, Verb, WORDS_CHARS_MAX, act_for, make_for,
};
use speech::said;
use store::{Filter, Query, Reader};

use crate::people::Duty;
use crate::records::Act;
use crate::{App, Error, No, Outcome, Saved};

/// Most tasks handed over at once; the rest goes by a further hand-over.
pub const HANDED_MAX: usize = 500;

/// The people and tasks of a hand-over as it is written.
pub(super) struct Hand {
    pub giver: Id,
    pub receiver: Id,
    pub starter: Id,
    pub tasks: Vec<Id>,
}

impl App {
    /// Offers everything on the giver's desk to another. The giver is the person himself, or somebody
    /// whose post the person may change (who has left and cannot offer it).
    pub fn offer_handover(&self, actor: &Actor, giver: Id, to: Id, reason: &str) -> Outcome<Saved> {
        let register = self.house("handover")?;
        let id = self.store().next_id()?;
        // Whoever may not give is told so below.
        let offered = match self.successors(actor, giver) {
            Err(No::Broke(error)) => return Err(error.into()),
            offered => offered.unwrap_or_default(),
        };
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            ground.proven()?;
            self.may_give(&ground, reader, giver)?;
            let mut blames = Vec::new();
            if reason.trim().is_empty() || reason.chars().count() > WORDS_CHARS_MAX {
                let message = said!("请写明理由" / "Please give the reason");
                blames.push(Blame::at("reason", "required", message));
            }
            let directory = self.directory()?;
            // Both sides agree: whoever gives for another does not take it himself.
            let is_one_side = to == giver || to == actor.account;
            if is_one_side || directory.posts_of(to).next().is_none() {
                let message = said!(
                    "没有这个人，或者就是移交人、发起人自己"
                        / "There is no such person, or it is the giver or the one who offers"
                );
                blames.push(Blame::at("to", "choice", message));
            } else if ground.params.profile() == Profile::Full
                && self.is_administrator(&directory, to)
            {
                let message = said!(
                    "系统管理员、安全管理员、审计员不办业务，不能接收待办"
                        / "The three administrators handle no business and take no tasks over"
                );
                blames.push(Blame::at("to", "apart", message));
            }
            if blames.is_empty() && !offered.iter().any(|one| one.account == to) {
                let message = said!(
                    "只能移交给本单位或者上级单位能办这些事的同事，请从列出的人里选"
                        / "Tasks are handed over to colleagues of one's own unit, or of those above it, who can do them; choose one of those listed"
                );
                blames.push(Blame::at("to", "choice", message));
            }
            if !blames.is_empty() {
                return Err(Refusal::invalid(blames).into());
            }
            let tasks = self.on_desk(reader, giver)?;
            if tasks.is_empty() {
                let message = said!("没有可以移交的待办" / "There is nothing to hand over");
                return Err(No::refuse(Reason::Conflict, message));
            }
            let values = [
                ("giver".to_owned(), Value::Id(giver)),
                ("receiver".to_owned(), Value::Id(to)),
                ("starter".to_owned(), Value::Id(actor.account)),
            ];
            let reads = Reads::default();
            let mut made = make_for(&ground, register, id, Some("offered"), &values, &reads)?;
            let ids: Vec<Id> = tasks.iter().map(|task| task.id).collect();
            self.list_in(&mut made.changes, &ids)?;
            let act = Act {
                reason: Some(reason.trim().to_owned()),
                ..Act::made()
            };
            self.sum_up(&ground, reader, act, made)
        })
    }

    /// The receiver takes these of the tasks that were offered.
    pub fn pick_handover(&self, actor: &Actor, id: Id, tasks: &[Id]) -> Outcome<Saved> {
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let (before, hand) = self.hand(reader, id)?;
            if hand.receiver != actor.account {
                return Err(Refusal::not_found().into());
            }
            ground.proven()?;
            let known = |task: &Id| hand.tasks.contains(task);
            if tasks.is_empty() || !tasks.iter().all(known) {
                let message =
                    said!("请从列出的待办里至少选一件" / "Choose at least one of the tasks listed");
                return Err(Refusal::invalid(vec![Blame::at("turns", "choice", message)]).into());
            }
            let mut taken: Vec<Id> = tasks.to_vec();
            taken.sort_unstable();
            taken.dedup();
            for task in &taken {
                self.moved_over(&ground, reader, &hand, *task)?;
            }
            let mut done = act_for(&ground, &before, "pick", &[], &Reads::default(), None)?;
            self.list_in(&mut done.changes, &taken)?;
            self.sum_up(&ground, reader, Act::on(&before), done)
        })
    }

    /// The giver confirms: all that was picked and still lies with him goes over in one commit.
    pub fn confirm_handover(&self, actor: &Actor, id: Id) -> Outcome<Saved> {
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let (before, hand) = self.hand(reader, id)?;
            self.may_confirm(&ground, reader, &hand)?;
            ground.proven()?;
            self.can_receive(&hand)?;
            let mut over: Vec<Change> = Vec::new();
            for task in &hand.tasks {
                match self.moved_over(&ground, reader, &hand, *task) {
                    Ok(change) => over.push(change),
                    // Handled meanwhile, given to another, or gone: nothing is left to hand over of it.
                    Err(No::Refused(refusal))
                        if matches!(
                            refusal.reason,
                            Reason::Conflict | Reason::NotFound | Reason::Forbidden
                        ) => {}
                    Err(no) => return Err(no),
                }
            }
            let moved = i64::try_from(over.len()).unwrap_or(i64::MAX);
            let values = [("moved".to_owned(), Value::Int(moved))];
            let reads = Reads::default();
            let done = act_for(&ground, &before, "confirm", &values, &reads, None)?;
            let (mut commit, saved) = self.sum_up(&ground, reader, Act::on(&before), done)?;
            commit.changes.extend(over);
            Ok((commit, saved))
        })
    }

    /// Either of the two calls it off before it is done.
    pub fn withdraw_handover(&self, actor: &Actor, id: Id) -> Outcome<Saved> {
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let (before, hand) = self.hand(reader, id)?;
            if !hand.names(actor.account) {
                return Err(Refusal::not_found().into());
            }
            let done = act_for(&ground, &before, "withdraw", &[], &Reads::default(), None)?;
            self.sum_up(&ground, reader, Act::on(&before), done)
        })
    }

    /// Whoever has left since he picked receives nothing: that would end the hand-over with nothing moved.
    fn can_receive(&self, hand: &Hand) -> Outcome<()> {
        let directory = self.directory()?;
        let mut posts = directory.posts_of(hand.receiver);
        match posts.any(|post| post.on_behalf.is_none()) {
            true => Ok(()),
            false => Err(No::refuse(
                Reason::Conflict,
                said!(
                    "接收人现在没有岗位，不能接收；请撤回这次移交，另选接收人"
                        / "The receiver holds no post now and cannot receive; withdraw this and choose another"
                ),
            )),
        }
    }

    /// The change by which a task goes over. The matter is looked at as it is, not as the person sees it:
    /// whoever confirms for somebody who left need not see the business.
    pub(super) fn moved_over(
        &self,
        ground: &Ground,
        reader: &Reader,
        hand: &Hand,
        task: Id,
    ) -> Outcome<Change> {
        let operator = Actor::operator();
        let all = Ground {
            actor: &operator,
            ..*ground
        };
        let (record, course) = self.of_task(&all, reader, task)?;
        let ground = &self.by_course(*ground, &record, Some(&course));
        let found = course.tasks.iter().find(|t| t.id == task);
        let on = OnTurn {
            record: &record,
            course: &course,
            task: found.ok_or_else(Refusal::not_found)?,
        };
        let directory = self.directory()?;
        let posts: Vec<&Post> = directory
            .posts_of(hand.receiver)
            .filter(|post| post.on_behalf.is_none())
            .collect();
        let mut no: Option<Refusal> = None;
        let mut over = None;
        self.with_flow(|flow, _| {
            for post in posts {
                match flow.hand_over(ground, &on, hand.giver, post) {
                    Ok(change) => over = over.take().or(Some(change)),
                    Err(refusal) => no = Some(refusal),
                }
            }
            Ok(Vec::new())
        })?;
        over.ok_or_else(|| no.unwrap_or_else(Refusal::not_found).into())
    }

    /// Tasks on a person's own desk, in the order in which they came.
    pub(super) fn on_desk(&self, reader: &Reader, account: Id) -> Outcome<Vec<Record>> {
        let mut query = Query::of(self.flow_house()?.task);
        let desk = Value::Text(Desk::Person(account).to_string());
        query.filter = Filter::Is(self.task_field("desk")?, desk);
        query.limit = HANDED_MAX;
        Ok(reader.query(&query)?.records)
    }

    pub(super) fn hand(&self, reader: &Reader, id: Id) -> Outcome<(Record, Hand)> {
        let register = self.house("handover")?;
        let def = self.catalogue().at(register);
        let record = self.load(reader, register, id)?;
        let person = |name: &str| match record.named(def, name) {
            Value::Id(id) => *id,
            _ => Id(0),
        };
        let field = def.field("tasks").ok_or(Error::Broken("house.handover"))?;
        let tasks = match &record.data[field.0] {
            Datum::Rows(rows) => rows.iter().filter_map(|row| match row.values.first() {
                Some(Value::Id(id)) => Some(*id),
                _ => None,
            }),
            _ => return Err(Error::Broken("house.handover").into()),
        };
        let hand = Hand {
            giver: person("giver"),
            receiver: person("receiver"),
            starter: person("starter"),
            tasks: tasks.collect(),
        };
        Ok((record, hand))
    }

    /// Writes the list of tasks into the change of the hand-over itself.
    fn list_in(&self, changes: &mut [Change], tasks: &[Id]) -> Outcome<()> {
        let def = self.catalogue().at(self.house("handover")?);
        let field = def.field("tasks").ok_or(Error::Broken("house.handover"))?;
        let row = |task: &Id| RowData {
            id: None,
            values: vec![Value::Id(*task)],
        };
        let rows = Datum::Rows(tasks.iter().map(row).collect());
        for change in changes.iter_mut() {
            if let kernel::What::Insert { data, .. } | kernel::What::Update { data, .. } =
                &mut change.what
            {
                data.retain(|(ix, _)| *ix != field);
                data.push((field, rows.clone()));
            }
        }
        Ok(())
    }

    pub(super) fn may_confirm(&self, ground: &Ground, reader: &Reader, hand: &Hand) -> Outcome<()> {
        match hand.giver == ground.actor.account {
            true => Ok(()),
            false if hand.starter == ground.actor.account => {
                self.may_give(ground, reader, hand.giver)
            }
            false => Err(Refusal::not_found().into()),
        }
    }

    fn is_administrator(&self, directory: &Directory, account: Id) -> bool {
        let mut posts = directory.posts_of(account);
        posts.any(|post| self.duty(&post.role) != Duty::Business)
    }

    /// One's own desk is one's own to give; another's is for whoever changes his post.
    pub(super) fn may_give(&self, ground: &Ground, reader: &Reader, giver: Id) -> Outcome<()> {
        if giver == ground.actor.account {
            return Ok(());
        }
        let accounts = self.house("account")?;
        let def = self.catalogue().at(accounts);
        let action = def.action("unlock");
        let action = action.ok_or(Error::Broken("house.account"))?;
        let by = |role: &str| action.by.iter().any(|by| by == role);
        // A post that was entrusted for another register alone does not reach the accounts.
        let sees = kernel::scope(def, ground.actor, Verb::See).is_some();
        if !sees || !ground.actor.role().is_none_or(by) {
            let message = said!(
                "只能移交自己的待办；代离岗人员移交由安全管理员办理"
                    / "One hands over one's own tasks; for those who left the security administrator does"
            );
            return Err(Refusal::forbidden(message).into());
        }
        self.load(reader, accounts, giver)?;
        Ok(())
    }
}

impl Hand {
    pub(super) fn names(&self, account: Id) -> bool {
        [self.giver, self.receiver, self.starter].contains(&account)
    }
}
