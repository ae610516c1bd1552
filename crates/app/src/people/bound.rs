//! People of an enterprise are bound to theirs: without it the account is nobody's and opens nothing
//! (`organisation.md` §2.2, rule 5).

use catalogue::{Owner, Phase, Reach};
use kernel::{Blame, Ground, Id, Record, Refusal, Value};
use speech::said;
use store::Reader;

use super::rules::LAYER_ENTERPRISE;
use super::seats::Seat;
use super::text;
use crate::{App, Outcome};

impl App {
    /// Whether people of the role act for one enterprise alone: a role of the fourth layer whose rights
    /// reach its own records. An inspection body works for many and is bound to none.
    pub(crate) fn is_of_enterprise(&self, role: &str) -> bool {
        let catalogue = self.catalogue();
        let layer = catalogue.roles.get(role).map(|role| role.layer.as_str());
        let own = |def: &kernel::Register| {
            let right = def.permissions.get(role);
            right.is_some_and(|right| right.within == Reach::Own)
        };
        layer == Some(LAYER_ENTERPRISE) && catalogue.all().any(|(_, def)| own(def))
    }

    /// Whether the post may be held: one of an enterprise names it.
    pub(crate) fn is_bound(&self, seat: &Seat) -> bool {
        seat.subject.is_some() || !self.is_of_enterprise(&seat.role)
    }

    /// Refuses an account or a post of an enterprise that names none, or one that is not registered.
    pub(crate) fn bound(&self, ground: &Ground, reader: &Reader, after: &Record) -> Outcome<()> {
        let def = ground.catalogue.at(after.register);
        let is_post = self.post_holder(after)?.is_some();
        let over = matches!(after.phase(def), Phase::Done | Phase::Void);
        let role = match after.named(def, "role") {
            Value::Text(role) if is_post && !over => role,
            _ => return Ok(()),
        };
        if !self.is_of_enterprise(role) {
            return Ok(());
        }
        let typed = text(after.named(def, "subject"));
        let message = match typed.is_empty() {
            true => said!(
                "企业岗位必须绑定企业，请填写这家企业的记录号（企业页面网址里的 13 位字符）"
                    / "A post in an enterprise is bound to it; give the record number of the enterprise (the 13 characters in the address of its page)"
            ),
            false if self.is_enterprise(reader, &typed)? => return Ok(()),
            false => said!(
                "没有登记这家企业，请核对记录号（企业页面网址里的 13 位字符）"
                    / "No such enterprise is registered; check the record number (the 13 characters in the address of its page)"
            ),
        };
        Err(Refusal::invalid(vec![Blame::at("subject", "bound", message)]).into())
    }

    /// Whether the text names a record that people can be bound to.
    fn is_enterprise(&self, reader: &Reader, typed: &str) -> Outcome<bool> {
        let Ok(id) = typed.parse::<Id>() else {
            return Ok(false);
        };
        for (register, def) in self.catalogue().all() {
            let itself = def.owner == Some(Owner::Itself);
            if itself && reader.version_of(register, id)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }
}
