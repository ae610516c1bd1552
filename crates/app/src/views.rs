//! Saved views and drafts: what a person keeps for next time. Neither is history.

use kernel::{Actor, Id, Power, Reason, RegisterIx};
use store::SavedView;

use crate::{App, No, Outcome};

/// Saved views of one register and person.
const VIEWS_MAX: usize = 50;
const NAME_CHARS_MAX: usize = 30;
const QUERY_BYTES_MAX: usize = 4_000;

impl App {
    /// The person's saved views of a register: number, name, query string of the page.
    pub fn views(&self, actor: &Actor, register: RegisterIx) -> Outcome<Vec<SavedView>> {
        let name = &self.catalogue().at(register).name;
        Ok(self.store().views(actor.account, name)?)
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
            return Err(No::refuse(Reason::Unauthorised, "请先登录，再保存视图"));
        }
        let name = name.trim();
        let chars = name.chars().count();
        if chars == 0 || chars > NAME_CHARS_MAX {
            let message = format!("请给视图起一个 {NAME_CHARS_MAX} 字以内的名字");
            return Err(No::refuse(Reason::Invalid, message));
        }
        if query.len() > QUERY_BYTES_MAX {
            return Err(No::refuse(Reason::TooLarge, "查询条件太长，不能存为视图"));
        }
        let views = self.views(actor, register)?;
        if views.len() >= VIEWS_MAX && !views.iter().any(|v| v.name == name) {
            let message = format!("一个登记簿最多存 {VIEWS_MAX} 个视图，请先删去不用的");
            return Err(No::refuse(Reason::TooLarge, message));
        }
        let view = SavedView {
            id: self.store().next_id()?,
            account: actor.account,
            register: self.catalogue().at(register).name.clone(),
            name: name.to_owned(),
            query: query.to_owned(),
        };
        Ok(self.store().save_view(view, self.now())?)
    }

    pub fn drop_view(&self, actor: &Actor, id: Id) -> Outcome<()> {
        Ok(self.store().drop_view(actor.account, id)?)
    }
}
