//! The data dictionary: the catalogue as pages that people read, and as JSON Schema for editors.

mod html;
mod register;
mod schema;

pub use schema::schema_json;

use crate::model::{Catalogue, Lang, Register, RegisterIx};
use html::{Html, page};

/// One file of the data dictionary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Name of the file, all in one folder.
    pub name: String,
    pub html: String,
}

/// The whole data dictionary: `index.html`, `choices.html`, one page a register.
pub fn pages(catalogue: &Catalogue, lang: Lang) -> Vec<Page> {
    let mut found = vec![index(catalogue, lang), choices(catalogue, lang)];
    for (ix, _) in catalogue.all() {
        found.push(register::page_of(catalogue, ix, lang));
    }
    found
}

/// Name of a register's page.
fn file_name(register: &Register) -> String {
    format!("{}.html", register.name)
}

fn link(html: &mut Html, catalogue: &Catalogue, ix: RegisterIx, lang: Lang) {
    let register = catalogue.at(ix);
    html.link(&file_name(register), register.title.get(lang));
}

/// Chinese or English of the words that the pages themselves use.
fn word(lang: Lang, zh: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Zh => zh,
        Lang::En => en,
    }
}

fn index(catalogue: &Catalogue, lang: Lang) -> Page {
    let w = |zh, en| word(lang, zh, en);
    let title = w("数据字典", "Data dictionary");
    let mut html = Html::default();
    for subsystem in catalogue.subsystems.values() {
        html.heading(2, &subsystem.name, subsystem.title.get(lang));
        html.table_open(&[
            w("登记簿", "Register"),
            w("名称", "Name"),
            w("字段", "Fields"),
            w("状态", "States"),
            w("依据", "Law"),
        ]);
        for (ix, register) in catalogue
            .all()
            .filter(|(_, r)| r.subsystem == subsystem.name)
        {
            html.row_open();
            html.cell(|html| link(html, catalogue, ix, lang));
            html.cell(|html| html.code(&register.name));
            html.cell_text(&register.fields.len().to_string());
            html.cell_text(&register.states.len().to_string());
            html.cell_text(register.law.as_deref().unwrap_or_default());
            html.row_close();
        }
        html.table_close();
    }
    html.heading(2, "more", w("其他", "More"));
    html.paragraph(|html| html.link("choices.html", w("选项表", "Lists of choices")));
    html.heading(2, "roles", w("角色", "Roles"));
    html.table_open(&[w("角色", "Role"), w("名称", "Name"), w("层级", "Layer")]);
    for role in catalogue.roles.values() {
        html.row_open();
        html.cell_text(role.label.get(lang));
        html.cell(|html| html.code(&role.name));
        html.cell_text(&role.layer);
        html.row_close();
    }
    html.table_close();
    Page {
        name: "index.html".into(),
        html: page(lang, title, html),
    }
}

fn choices(catalogue: &Catalogue, lang: Lang) -> Page {
    let w = |zh, en| word(lang, zh, en);
    let title = w("选项表", "Lists of choices");
    let mut html = Html::default();
    html.paragraph(|html| html.link("index.html", w("数据字典", "Data dictionary")));
    for list in catalogue.choices.values() {
        html.heading(2, &list.name, list.title.get(lang));
        html.paragraph(|html| {
            html.code(&list.name);
            if list.open {
                html.text(w(
                    " 开放：本局可以增加选项",
                    " open: a bureau may add entries",
                ));
            }
        });
        html.table_open(&[
            w("选项", "Entry"),
            w("名称", "Name"),
            w("上级", "Belongs to"),
            w("分组", "Group"),
            w("停用", "Retired"),
        ]);
        for (name, entry) in &list.entries {
            html.row_open();
            html.cell_text(entry.label.get(lang));
            html.cell(|html| html.code(name));
            html.cell_text(entry.under.as_deref().unwrap_or_default());
            html.cell_text(entry.group.as_deref().unwrap_or_default());
            html.cell_text(if entry.retired { w("是", "yes") } else { "" });
            html.row_close();
        }
        html.table_close();
    }
    Page {
        name: "choices.html".into(),
        html: page(lang, title, html),
    }
}
