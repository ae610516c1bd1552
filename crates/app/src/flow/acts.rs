//! What people do with a turn besides taking an action on the record.

use kernel::flow::{Course, Flow, Ids, OnTurn, Post, Task};
use kernel::{
    Actor, Blame, Change, Commit, Ground, Id, Reason, Record, Refusal, Value, WORDS_CHARS_MAX,
};
use speech::{Said, said};
use store::Reader;

use super::words::{TurnAct, TurnWord};
use crate::{App, Error, Outcome, Saved};

/// Somebody whom an act on a turn may name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    pub account: Id,
    pub name: String,
    /// Label of the role in which he would have the turn.
    pub role: Said,
    pub unit: Id,
}

/// Most people offered at once.
const CANDIDATES_MAX: usize = 200;

impl App {
    /// Does it, if the person may.
    pub fn act_on_turn(&self, actor: &Actor, task: Id, act: &TurnAct) -> Outcome<Saved> {
        if act.words().is_some_and(|words| words.trim().is_empty()) {
            let (field, message) = match act {
                TurnAct::Answer { .. } => ("opinion", said!("请写明意见" / "Give your opinion")),
                _ => ("reason", said!("请写明理由" / "Give the reason")),
            };
            return Err(Refusal::invalid(vec![Blame::at(field, "required", message)]).into());
        }
        if act
            .words()
            .is_some_and(|words| words.chars().count() > WORDS_CHARS_MAX)
        {
            let message = said!(
                "最多 {WORDS_CHARS_MAX} 个字，请写得简短些"
                    / "At most {WORDS_CHARS_MAX} characters, please"
            );
            return Err(Refusal::invalid(vec![Blame::at("reason", "length", message)]).into());
        }
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let (record, course) = self.of_task(&ground, reader, task)?;
            let ground = self.by_course(ground, &record, Some(&course));
            let found = course
                .tasks
                .iter()
                .find(|t| t.id == task)
                .ok_or_else(Refusal::not_found)?;
            let on = OnTurn {
                record: &record,
                course: &course,
                task: found,
            };
            let changes = self.decide_turn(&ground, &on, act)?;
            let words = act.words().map(str::to_owned);
            let touched = changes.iter().any(|change| change.id == task);
            let saved = Saved {
                id: task,
                version: found.version + i64::from(touched),
                warnings: Vec::new(),
            };
            let commit = Commit {
                once: self.kept_once(&saved),
                ..self.commit_of(&ground, changes, words)
            };
            Ok((commit, saved))
        })
    }

    /// Whom the act may name, as far as they are in the service or of the same enterprise.
    pub fn turn_candidates(
        &self,
        actor: &Actor,
        task: Id,
        word: TurnWord,
    ) -> Outcome<Vec<Candidate>> {
        self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let (record, course) = self.of_task(&ground, reader, task)?;
            let ground = self.by_course(ground, &record, Some(&course));
            let found = course.tasks.iter().find(|t| t.id == task);
            let on = OnTurn {
                record: &record,
                course: &course,
                task: found.ok_or_else(Refusal::not_found)?,
            };
            let posts = self.candidates(&ground, &on, word)?;
            let view = posts.into_iter().map(|post| {
                let (login, name) = self.named_account(reader, post.account);
                let role = self.catalogue().roles.get(&post.role);
                Candidate {
                    account: post.account,
                    name: if name.is_empty() { login } else { name },
                    role: role.map_or(Said::same(&post.role), |role| Said::from(&role.label)),
                    unit: post.unit,
                }
            });
            Ok(view.collect())
        })
    }

    /// The posts for which the act would not be refused now.
    pub(super) fn candidates(
        &self,
        ground: &Ground,
        on: &OnTurn,
        word: TurnWord,
    ) -> Outcome<Vec<Post>> {
        let directory = self.directory()?;
        let mut found: Vec<Post> = Vec::new();
        for post in directory.posts.iter().filter(|post| near(ground, post)) {
            let known = found.iter().any(|other| other.account == post.account);
            if !known && self.try_turn(ground, on, word, Some(post)) {
                found.push(post.clone());
            }
            if found.len() == CANDIDATES_MAX {
                break;
            }
        }
        Ok(found)
    }

    /// Whether there is anybody whom the act may name.
    pub(super) fn somebody_for(
        &self,
        ground: &Ground,
        on: &OnTurn,
        word: TurnWord,
    ) -> Outcome<bool> {
        let directory = self.directory()?;
        let mut posts = directory.posts.iter().filter(|post| near(ground, post));
        Ok(posts.any(|post| self.try_turn(ground, on, word, Some(post))))
    }

    /// Whether the act would not be refused now. No id is drawn for a mere question.
    pub(super) fn try_turn(
        &self,
        ground: &Ground,
        on: &OnTurn,
        word: TurnWord,
        to: Option<&Post>,
    ) -> bool {
        let (Ok(directory), Ok(house)) = (self.directory(), self.flow_house()) else {
            return false;
        };
        let calendar = self.calendar();
        let flow = Flow {
            house,
            directory: &directory,
            calendar: &calendar,
        };
        decide(&flow, ground, on, word, to, &mut || Id(0)).is_ok()
    }

    fn decide_turn(&self, ground: &Ground, on: &OnTurn, act: &TurnAct) -> Outcome<Vec<Change>> {
        let directory = self.directory()?;
        let to = match act.names() {
            Some(account) => Some(post_of(&directory.posts, account, on.task)?),
            None => None,
        };
        self.with_flow(|flow, ids| Ok(decide(flow, ground, on, act.word(), to, ids)?))
    }

    /// The record and course that a turn belongs to, if the person may see the record.
    pub(crate) fn of_task(
        &self,
        ground: &Ground,
        reader: &Reader,
        task: Id,
    ) -> Outcome<(Record, Course)> {
        let house = self.flow_house()?;
        let def = self.catalogue().at(house.task);
        let task = self.load(reader, house.task, task)?;
        let (Value::Text(register), Value::Text(id)) =
            (task.named(def, "register"), task.named(def, "record"))
        else {
            return Err(Error::Broken("house.task").into());
        };
        let register = self
            .catalogue()
            .register(register)
            .ok_or_else(Refusal::not_found)?;
        let id = id.parse::<Id>().map_err(|_| Refusal::not_found())?;
        let record = self.reached(ground, reader, register, id)?;
        let course = self
            .course(reader, &record, ground.actor.account)?
            .ok_or_else(Refusal::not_found)?;
        Ok((record, course))
    }
}

/// An enterprise names its own people only: who works in the service is not for it to know.
fn near(ground: &Ground, post: &Post) -> bool {
    ground
        .actor
        .subject
        .is_none_or(|subject| post.subject == Some(subject))
}

fn decide(
    flow: &Flow,
    ground: &Ground,
    on: &OnTurn,
    word: TurnWord,
    to: Option<&Post>,
    ids: Ids,
) -> Result<Vec<Change>, Refusal> {
    match (word, to) {
        (TurnWord::Claim, _) => flow.claim(ground, on),
        (TurnWord::Release, _) => flow.release(ground, on),
        (TurnWord::Transfer, Some(to)) => flow.transfer(ground, on, to),
        (TurnWord::Delegate, Some(to)) => flow.delegate(ground, on, to, ids),
        (TurnWord::Answer, _) => flow.answer(ground, on),
        (TurnWord::Recall, _) => flow.recall(ground, on),
        (TurnWord::AddSigner, Some(to)) => flow.add_signer(ground, on, to, ids),
        (TurnWord::DropSigner, _) => flow.drop_signer(ground, on),
        (TurnWord::Remind, _) => flow.remind(ground, on),
        (TurnWord::Copy, Some(to)) => flow.copy_to(ground, on, to, ids),
        (TurnWord::Acknowledge, _) => flow.acknowledge(ground, on),
        (_, None) => {
            let message = said!("请选一个人" / "Choose a person");
            Err(Refusal::invalid(vec![Blame::at("to", "required", message)]))
        }
    }
}

/// The post in which the other could take the turn: one that holds its role, else his first.
fn post_of<'p>(posts: &'p [Post], account: Id, task: &Task) -> Result<&'p Post, Refusal> {
    let of = |post: &&Post| post.account == account;
    let fits = posts
        .iter()
        .filter(of)
        .find(|post| task.roles.has(&post.role));
    fits.or_else(|| posts.iter().find(of)).ok_or_else(|| {
        Refusal::new(
            Reason::NotFound,
            said!(
                "没有这个人，或者他的账号没有启用"
                    / "There is no such person, or the account is not active"
            ),
        )
    })
}
