//! What a list can be asked: filters, order, columns.

use catalogue::{Column, Kind, Lang, Register};
use serde_json::json;

use crate::lists::{
    COLUMNS_CHARS_MAX, CONDITION_CHARS_MAX, FILTER_CHARS_MAX, OWN_NAMES, WORDS_CHARS_MAX,
    filterable,
};
use crate::openapi::operation::{Operation, in_query, text};

/// The parameters of a question, without those of paging.
pub(super) fn question(def: &Register, mut operation: Operation) -> Operation {
    operation = operation
        .parameter(in_query("q", "全文查找", text(WORDS_CHARS_MAX)))
        .parameter(in_query(
            "where",
            "条件语言写的条件",
            text(CONDITION_CHARS_MAX),
        ));
    let sorts = sorts(def);
    if !sorts.is_empty() {
        let schema = json!({ "type": "string", "enum": sorts });
        operation = operation.parameter(in_query("sort", "排序，前加 - 为倒序", schema));
    }
    if let Some(lists) = list_names(def) {
        let schema = json!({ "type": "string", "enum": lists });
        operation = operation.parameter(in_query("list", "定义好的列表；不写则是全部记录", schema));
    }
    let columns = json!({
        "type": "string", "maxLength": COLUMNS_CHARS_MAX,
        "pattern": "^(\\*|[a-z][a-z0-9_]*(,[a-z][a-z0-9_]*)*)$",
    });
    operation = operation
        .parameter(in_query("columns", "字段名，逗号分隔；* 为全部", columns))
        .parameter(in_query(
            "as_of",
            "当时的样子",
            json!({ "type": "string", "format": "date-time" }),
        ));
    for (name, about) in filter_names(def) {
        if def.field(&name).is_some_and(|ix| def.get(ix).personal) {
            continue;
        }
        operation = operation.parameter(in_query(&name, &about, text(FILTER_CHARS_MAX)));
    }
    operation
}

/// What lists of the register can be filtered by, and how it is written.
pub fn filter_names(def: &Register) -> Vec<(String, String)> {
    let mut names = Vec::new();
    for (name, about) in [
        ("id", "编号，逗号分隔"),
        ("state", "状态，逗号分隔"),
        ("colour", "颜色，逗号分隔"),
    ] {
        if filterable(def, name) {
            names.push((name.to_owned(), about.to_owned()));
        }
    }
    for field in def.fields.iter().filter(|f| filterable(def, &f.name)) {
        if OWN_NAMES.contains(&field.name.as_str()) {
            continue;
        }
        let how = match &field.kind {
            Kind::Choice { .. } | Kind::Choices { .. } => "选项名称，逗号分隔",
            Kind::Date { .. }
            | Kind::Moment
            | Kind::Int { .. }
            | Kind::Decimal { .. }
            | Kind::Money { .. } => "一个值，或 从..到",
            Kind::Division { .. } => "区划代码，含下级",
            Kind::Ref { .. } => "编号、代码或名称的一部分",
            Kind::Code { .. } => "代码，末尾 * 表示开头相同",
            Kind::Bool => "true 或 false",
            _ => "文字的一部分",
        };
        names.push((
            field.name.clone(),
            format!("{}：{how}", field.label.get(Lang::Zh)),
        ));
    }
    names
}

/// Names of the declared lists, if any.
pub fn list_names(def: &Register) -> Option<Vec<&str>> {
    let names: Vec<&str> = def.lists.iter().map(|list| list.name.as_str()).collect();
    (!names.is_empty()).then_some(names)
}

fn sorts(def: &Register) -> Vec<String> {
    let mut names = Vec::new();
    let mut add = |name: &str, by: Column| {
        if app::sortable(def, by) {
            names.push(name.to_owned());
            names.push(format!("-{name}"));
        }
    };
    for (ix, field) in def.all_fields().filter(|(_, f)| !f.hidden && !f.secret) {
        add(&field.name, Column::Field(ix));
    }
    add("state", Column::State);
    add("created_at", Column::CreatedAt);
    add("changed_at", Column::ChangedAt);
    names
}
