//! One register's page: fields, flow, checks, warnings, params, rights.

mod fields;
mod flow;
mod rights;
mod rules;

use super::html::{Html, page};
use super::{Page, file_name, word};
use crate::model::{Catalogue, Kind, Label, Lang, Owner, Register, RegisterIx};

struct Writer<'a> {
    catalogue: &'a Catalogue,
    register: &'a Register,
    lang: Lang,
    html: Html,
}

pub(super) fn page_of(catalogue: &Catalogue, ix: RegisterIx, lang: Lang) -> Page {
    let register = catalogue.at(ix);
    let mut writer = Writer {
        catalogue,
        register,
        lang,
        html: Html::default(),
    };
    writer.head();
    let heading = writer.w("字段", "Fields");
    writer.html.heading(2, "fields", heading);
    writer.fields("fields", &register.fields);
    for field in &register.fields {
        if let Kind::Rows { fields, .. } = &field.kind {
            writer.html.heading(3, &field.name, field.label.get(lang));
            writer.fields(&format!("fields.{}.fields", field.name), fields);
        }
    }
    writer.flow();
    writer.checks();
    writer.params();
    writer.warnings();
    writer.rights();
    let html = page(lang, register.title.get(lang), writer.html);
    Page {
        name: file_name(register),
        html,
    }
}

impl Writer<'_> {
    fn w(&self, zh: &'static str, en: &'static str) -> &'static str {
        word(self.lang, zh, en)
    }

    fn say(&self, label: &Label) -> String {
        label.get(self.lang).to_owned()
    }

    /// A condition as its author wrote it.
    fn written(&self, path: &str) -> &str {
        self.register
            .written
            .get(path)
            .map(String::as_str)
            .unwrap_or_default()
    }

    fn head(&mut self) {
        let up = self.w("数据字典", "Data dictionary");
        let register = self.register;
        self.html.paragraph(|html| html.link("index.html", up));
        let version = format!("  v{}", register.version);
        self.html.paragraph(|html| {
            html.code(&register.name);
            html.text(&version);
        });
        if let Some(note) = &register.note {
            let note = self.say(note);
            self.html.paragraph(|html| html.text(&note));
        }
        let mut facts: Vec<(&str, String)> = Vec::new();
        if let Some(law) = &register.law {
            facts.push((self.w("依据", "Law"), law.clone()));
        }
        if let Some(reach) = register.reach {
            let field = self.say(&register.get(reach).label);
            facts.push((self.w("所在区划由此字段确定", "Area by field"), field));
        }
        match register.owner {
            Some(Owner::Field(owner)) => {
                let field = self.say(&register.get(owner).label);
                facts.push((self.w("归属由此字段确定", "Owner by field"), field));
            }
            Some(Owner::Itself) => {
                facts.push((self.w("归属", "Owner"), self.w("记录自身", "itself").into()));
            }
            None => {}
        }
        for (what, text) in facts {
            self.html
                .paragraph(|html| html.text(&format!("{what}：{text}")));
        }
    }
}
