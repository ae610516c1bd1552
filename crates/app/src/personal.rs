//! Personal values: revealed only with a right and a reason, erased for good when the law asks
//! (个人信息保护法 第47条、第51条).

use kernel::{
    Actor, Blame, Change, Commit, Event, Id, Meta, Reason, Refusal, RegisterIx, Verb, What,
};
use speech::said;

use crate::sight::view_of;
use crate::{App, No, Outcome, Saved};

/// Fewest characters of a reason that says anything.
const REASON_CHARS_MIN: usize = 4;

impl App {
    /// The plain text of a personal field; who asked and why goes into the ledger first.
    pub fn reveal(
        &self,
        actor: &Actor,
        register: RegisterIx,
        id: Id,
        field: &str,
        reason: &str,
    ) -> Outcome<String> {
        let reason = reasoned(reason)?;
        let (text, seen) = self.look(|reader| {
            let frame = self.frame();
            let ground = self.ground(&frame, actor);
            let (record, _) = self.seen(&ground, reader, register, id, None)?;
            let def = ground.catalogue.at(register);
            let right = kernel::scope(def, actor, Verb::Reveal)
                .filter(|s| kernel::covers(s, &view_of(&ground, &record)));
            let found = def.field(field).filter(|ix| def.get(*ix).personal);
            let (Some(right), Some(ix)) = (right, found) else {
                return Err(Refusal::forbidden(said!(
                    "您的岗位不能查看这项个人信息的原文"
                        / "Your role may not see this personal information in full"
                ))
                .into());
            };
            if !kernel::sees_field(&right, ix, def.get(ix)) {
                return Err(Refusal::forbidden(said!(
                    "您的岗位不能查看这项个人信息的原文"
                        / "Your role may not see this personal information in full"
                ))
                .into());
            }
            let text = match &record.data[ix.0] {
                kernel::Datum::Erased => {
                    let message = said!(
                        "“{}”已依法删除，没有原文可看"
                            / "“{}” was erased by law; there is nothing left to see",
                        def.get(ix).label
                    );
                    return Err(No::refuse(Reason::Conflict, message));
                }
                datum => match datum.value() {
                    kernel::Value::Null => String::new(),
                    value => value.to_string(),
                },
            };
            Ok((text, frame.now))
        })?;
        let event = Event {
            kind: "reveal".to_owned(),
            record: Some((register, id)),
            detail: vec![("field".to_owned(), field.to_owned())],
        };
        let meta = Meta {
            reason: Some(reason),
            ..Meta::of(actor, seen)
        };
        self.write_down(meta, event)?;
        Ok(text)
    }

    /// Destroys the personal values of a record everywhere and for good.
    pub fn erase(
        &self,
        actor: &Actor,
        register: RegisterIx,
        id: Id,
        version: i64,
        reason: &str,
    ) -> Outcome<Saved> {
        let reason = reasoned(reason)?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let (record, _) = self.seen(&ground, reader, register, id, None)?;
            let def = ground.catalogue.at(register);
            let right = kernel::scope(def, actor, Verb::Erase)
                .is_some_and(|s| kernel::covers(&s, &view_of(&ground, &record)));
            if !right {
                return Err(Refusal::forbidden(said!(
                    "您的岗位不能删除个人信息" / "Your role may not erase personal information"
                ))
                .into());
            }
            let what = What::Erase { expected: version };
            let change = Change {
                register,
                id,
                act: "erase".to_owned(),
                what,
            };
            let saved = Saved {
                id,
                version: version + 1,
                warnings: Vec::new(),
            };
            let commit = Commit {
                once: self.kept_once(&saved),
                ..self.commit_of(&ground, vec![change], Some(reason.clone()))
            };
            Ok((commit, saved))
        })
    }
}

fn reasoned(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.chars().count() < REASON_CHARS_MIN {
        let message = said!(
            "请写明理由（例如：电话通知整改），理由会记入账本"
                / "Please give the reason (for example: to call about a correction); it is written into the ledger"
        );
        return Err(Refusal::invalid(vec![Blame::at(
            "reason", "required", message,
        )]));
    }
    Ok(reason.chars().take(500).collect())
}
