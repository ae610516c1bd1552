//! Personal values: revealed only with a right and a reason, erased for good when the law asks
//! (个人信息保护法 第47条、第51条).

use kernel::{Actor, Blame, Change, Commit, Event, Id, Meta, Refusal, RegisterIx, Verb, What};

use crate::sight::view_of;
use crate::{App, Outcome};

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
                return Err(Refusal::forbidden("您的岗位不能查看这项个人信息的原文").into());
            };
            if !kernel::sees_field(&right, ix, def.get(ix)) {
                return Err(Refusal::forbidden("您的岗位不能查看这项个人信息的原文").into());
            }
            let text = match &record.data[ix.0] {
                kernel::Datum::Erased => "已依法删除".to_owned(),
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
            at: seen,
            actor: actor.account,
            reason: Some(reason),
            batch: None,
        };
        let commit = Commit {
            meta,
            changes: Vec::new(),
            relied: Vec::new(),
            events: vec![event],
        };
        self.store()
            .commit(commit)
            .map_err(|error| self.refused(error))?;
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
    ) -> Outcome<()> {
        let reason = reasoned(reason)?;
        self.settle(|reader, frame| {
            let ground = self.ground(frame, actor);
            let (record, _) = self.seen(&ground, reader, register, id, None)?;
            let def = ground.catalogue.at(register);
            let right = kernel::scope(def, actor, Verb::Erase)
                .is_some_and(|s| kernel::covers(&s, &view_of(&ground, &record)));
            if !right {
                return Err(Refusal::forbidden("您的岗位不能删除个人信息").into());
            }
            let what = What::Erase { expected: version };
            let change = Change {
                register,
                id,
                act: "erase".to_owned(),
                what,
            };
            Ok((
                self.commit_of(&ground, vec![change], Some(reason.clone())),
                (),
            ))
        })
    }
}

fn reasoned(reason: &str) -> Result<String, Refusal> {
    let reason = reason.trim();
    if reason.chars().count() < REASON_CHARS_MIN {
        let message = "请写明理由（例如：电话通知整改），理由会记入台账";
        return Err(Refusal::invalid(vec![Blame::at(
            "reason", "required", message,
        )]));
    }
    Ok(reason.chars().take(500).collect())
}
