//! Who may do what with the records of a register.

use super::Writer;
use crate::model::{BY_SYSTEM, CREATOR};

impl Writer<'_> {
    pub(super) fn rights(&mut self) {
        let register = self.register;
        let heading = self.w("权限", "Rights");
        self.html.heading(2, "rights", heading);
        let heads = [
            self.w("角色", "Role"),
            self.w("可以", "May"),
            self.w("范围", "Within"),
            self.w("字段", "Fields"),
            self.w("仅限", "Only where"),
        ];
        self.html.table_open(&heads);
        for (role, permission) in &register.permissions {
            let verbs: Vec<&str> = permission.may.iter().map(|verb| verb.word()).collect();
            let fields = match &permission.fields {
                None => self.w("全部", "all").to_owned(),
                Some(fields) => {
                    let named = fields.iter().map(|ix| self.say(&register.get(*ix).label));
                    named.collect::<Vec<_>>().join("、")
                }
            };
            let only = self
                .written(&format!("permissions.{role}.where"))
                .to_owned();
            let role = self.role(role);
            self.html.row_open();
            self.html.cell_text(&role);
            self.html.cell_text(&verbs.join(" "));
            self.html.cell_text(permission.within.word());
            self.html.cell_text(&fields);
            self.html.cell(|html| html.code(&only));
            self.html.row_close();
        }
        self.html.table_close();
    }

    pub(super) fn role(&self, name: &str) -> String {
        match name {
            "owner" => self.w("当事人", "owner").into(),
            CREATOR => self.w("创建人", "creator").into(),
            BY_SYSTEM => self.w("系统（不由人办理）", "the system itself").into(),
            name => self
                .catalogue
                .roles
                .get(name)
                .map_or(name.into(), |r| self.say(&r.label)),
        }
    }
}
