//! Saved views: what a person keeps for next time, or shares with his unit. No history.

use kernel::{Actor, Id, Power, Reason, Refusal, RegisterIx};
use speech::said;
use store::SavedView;

use crate::{App, No, Outcome};

/// Saved views of one register and person.
const VIEWS_MAX: usize = 50;
const NAME_CHARS_MAX: usize = 30;
const QUERY_BYTES_MAX: usize = 4_000;

impl App {
    /// The person's saved views of a register, then those that others share with his unit.
    pub fn views(&self, actor: &Actor, register: RegisterIx) -> Outcome<Vec<SavedView>> {
        let name = &self.catalogue().at(register).name;
        Ok(self.store().views(actor.account, actor.unit, name)?)
    }

    /// Shares a view of one's own with one's unit: the others see it and may copy it, no more.
    pub fn share_view(&self, actor: &Actor, id: Id) -> Outcome<()> {
        if !kernel::may_share_views(self.catalogue(), actor) || actor.unit == Id(0) {
            return Err(Refusal::forbidden(said!(
                "您的岗位不能共享视图，请找科长或系统管理员"
                    / "Your role may not share views; please ask the head of your section or the system administrator"
            ))
            .into());
        }
        let unit = Some(actor.unit);
        Ok(self.store().share_view(actor.account, id, unit)?)
    }

    pub fn unshare_view(&self, actor: &Actor, id: Id) -> Outcome<()> {
        Ok(self.store().share_view(actor.account, id, None)?)
    }

    /// Keeps a query under a name; one of the same name is replaced.
    pub fn save_view(
        &self,
        actor: &Actor,
        register: RegisterIx,
        name: &str,
        query: &str,
    ) -> Outcome<()> {
        if matches!(actor.power, Power::Public) {
            return Err(No::refuse(
                Reason::Unauthorised,
                said!("请先登录，再保存视图" / "Please sign in to save a view"),
            ));
        }
        let name = name.trim();
        let chars = name.chars().count();
        if chars == 0 || chars > NAME_CHARS_MAX {
            let message = said!(
                "请给视图起一个 {NAME_CHARS_MAX} 字以内的名字"
                    / "Please give the view a name of at most {NAME_CHARS_MAX} characters"
            );
            return Err(No::refuse(Reason::Invalid, message));
        }
        if query.len() > QUERY_BYTES_MAX {
            return Err(No::refuse(
                Reason::TooLarge,
                said!("查询条件太长，不能存为视图" / "The query is too long to be saved as a view"),
            ));
        }
        let views = self.views(actor, register)?;
        let own = || views.iter().filter(|v| v.account == actor.account);
        if own().count() >= VIEWS_MAX && !own().any(|v| v.name == name) {
            let message = said!(
                "一个登记簿最多存 {VIEWS_MAX} 个视图，请先删去不用的"
                    / "At most {VIEWS_MAX} views a register; please delete one first"
            );
            return Err(No::refuse(Reason::TooLarge, message));
        }
        let view = SavedView {
            id: self.store().next_id()?,
            account: actor.account,
            register: self.catalogue().at(register).name.clone(),
            name: name.to_owned(),
            query: query.to_owned(),
            unit: None,
        };
        Ok(self.store().save_view(view, self.now())?)
    }

    pub fn drop_view(&self, actor: &Actor, id: Id) -> Outcome<()> {
        Ok(self.store().drop_view(actor.account, id)?)
    }
}
