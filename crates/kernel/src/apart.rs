//! Keeping apart who makes and who approves (经办与审批分离): whoever stands on one side of a matter does
//! not act on the other (`organisation.md` §2.2, rule 1). Refused under [`Profile::Full`]; under [`Profile::Small`] allowed and marked (同一人办理).

use catalogue::Action;
use expr::Id;
use speech::said;

use crate::flow::{Course, Task};
use crate::{Ground, Profile, Record, Refusal};

/// Where somebody stands already in a matter whose act is another's to take.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Side {
    /// He made the record, or had it made.
    Maker,
    /// He has acted in the same matter in another post.
    OtherPost,
}

impl Side {
    /// Entry of the list `one_person_side`.
    pub fn word(self) -> &'static str {
        match self {
            Side::Maker => "maker",
            Side::OtherPost => "other_post",
        }
    }
}

/// On which side of the matter the actor, or whomever he stands in for, stands already; nothing where
/// the action may be anybody's. To act twice in the same role is to stand on one side.
pub fn other_side(
    ground: &Ground,
    record: &Record,
    action: &Action,
    course: Option<&Course>,
) -> Option<Side> {
    let role = ground.actor.role().filter(|_| action.not_by_creator)?;
    if ground.actor.has_made(record) {
        return Some(Side::Maker);
    }
    let acted =
        course.is_some_and(|course| has_acted_otherwise(course, role, |id| ground.actor.is(id)));
    acted.then_some(Side::OtherPost)
}

/// Whether somebody has moved the matter with a turn that was not of that role. Help that was given and
/// copies that were read move nothing.
pub(crate) fn has_acted_otherwise(course: &Course, role: &str, is_he: impl Fn(Id) -> bool) -> bool {
    let by_him = |task: &&Task| {
        [task.doer, task.on_behalf]
            .into_iter()
            .flatten()
            .any(&is_he)
    };
    let otherwise = |task: &&Task| match &task.post {
        Some(post) => post != role,
        None => !task.roles.has(role),
    };
    let mut done = course
        .valid()
        .filter(|task| !task.open && task.kind.moves());
    done.any(|task| by_him(&task) && otherwise(&task))
}

/// Refuses whoever stands on the other side already, under the profile that keeps them apart.
pub(crate) fn kept_apart(
    ground: &Ground,
    record: &Record,
    action: &Action,
    course: Option<&Course>,
) -> Result<(), Refusal> {
    if ground.params.profile() != Profile::Full {
        return Ok(());
    }
    match other_side(ground, record, action, course) {
        None => Ok(()),
        Some(Side::Maker) => {
            let whose = match record.is_made_by(ground.actor.account) {
                true => said!("本件由您起草" / "you made it"),
                false => said!("本件由您代理的人起草" / "it was made by whom you stand in for"),
            };
            Err(Refusal::forbidden(said!(
                "“{}”不能由经办人本人办理：{}，应由其他人办理"
                    / "“{}” cannot be done by the person who made the record: {}, so another person does it",
                action.label,
                whose
            )))
        }
        Some(Side::OtherPost) => Err(Refusal::forbidden(said!(
            "“{}”应由其他人办理：您（或者您代理的人）已经以另一岗位办理过本件"
                / "“{}” is for another person: you, or whom you stand in for, have acted in this matter in another post",
            action.label
        ))),
    }
}
