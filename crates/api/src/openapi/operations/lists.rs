//! The operations over many records: pages, export, colours.

use app::LIST_ROWS_MAX;
use catalogue::{Register, Verb};
use serde_json::{Map, Value, json};

use super::links;
use super::question::question;
use crate::lists::{CURSOR_CHARS_MAX, groupable};
use crate::openapi::answers::open;
use crate::openapi::operation::{Operation, idempotency_key, in_query, text};
use crate::openapi::reference;
use crate::openapi::schemas::{DIVISION_PATTERN, object};

pub(super) fn list(def: &Register) -> Value {
    let name = &def.name;
    let summary = format!("{}：列表", def.title.zh);
    let operation = Operation::new(name, "list", summary, open(def, Verb::See))
        .parameter(in_query(
            "limit",
            "一页多少条",
            json!({
                "type": "integer", "minimum": 1, "maximum": LIST_ROWS_MAX, "default": 50,
            }),
        ))
        .parameter(in_query(
            "after",
            "上一次回答的 next",
            text(CURSOR_CHARS_MAX),
        ))
        .parameter(in_query(
            "count",
            "一并数出多少条",
            json!({ "type": "boolean" }),
        ));
    let first = "$response.body#/items/0/id";
    let version = "\"{$response.body#/items/0/version}\"";
    question(def, operation)
        .answer(
            200,
            "一页记录",
            reference(&format!("{name}.page")),
            &["Link"],
        )
        .links(200, links(def, first, version))
        .done()
}

pub(super) fn query(def: &Register) -> Value {
    let name = &def.name;
    let summary = format!("{}：列表，条件在请求内容里", def.title.zh);
    Operation::new(name, "query", summary, open(def, Verb::See))
        .parameter(idempotency_key())
        .body(
            reference(&format!("{name}.query")),
            Some(json!({ "limit": 10 })),
        )
        .answer(200, "一页记录", reference(&format!("{name}.page")), &[])
        .done()
}

pub(super) fn export(def: &Register) -> Value {
    let formats: Vec<&str> = crate::export::FORMATS.iter().map(|f| f.0).collect();
    let labels: Vec<&str> = crate::export::LABELS.iter().map(|l| l.0).collect();
    let summary = format!("{}：导出", def.title.zh);
    let operation = Operation::new(&def.name, "export", summary, open(def, Verb::Export))
        .parameter(in_query(
            "format",
            "文件格式",
            json!({ "type": "string", "enum": formats, "default": "csv" }),
        ))
        .parameter(in_query(
            "labels",
            "表头和选项写名称还是文字",
            json!({ "type": "string", "enum": labels, "default": "names" }),
        ));
    let binary = json!({ "schema": { "type": "string" } });
    let content = json!({
        "text/csv": binary,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {},
    });
    question(def, operation)
        .content(200, "表格", content, &["Content-Disposition"])
        .done()
}

pub(super) fn colours(def: &Register) -> Value {
    let mut names: Vec<&str> = def
        .fields
        .iter()
        .filter(|f| groupable(f))
        .map(|f| f.name.as_str())
        .collect();
    if !def.states.is_empty() {
        names.push("state");
    }
    let counts: Map<String, Value> = kernel::Grade::ALL
        .iter()
        .map(|grade| (grade.word().to_owned(), reference("Count")))
        .collect();
    let grades: Vec<&str> = kernel::Grade::ALL
        .iter()
        .map(|grade| grade.word())
        .collect();
    let group = object(
        json!({
            "value": { "type": ["string", "null"] },
            "shown": { "type": "string" },
            "counts": object(Value::Object(counts), &grades),
        }),
        &["value", "shown", "counts"],
    );
    let schema = object(
        json!({
            "by": { "type": ["string", "null"] },
            "groups": { "type": "array", "items": group },
        }),
        &["by", "groups"],
    );
    let mut operation = Operation::new(
        &def.name,
        "colours",
        format!("{}：各种颜色多少条", def.title.zh),
        open(def, Verb::See),
    );
    if !names.is_empty() {
        let schema = json!({ "type": "string", "enum": names });
        operation = operation.parameter(in_query("by", "按哪个字段分组", schema));
    }
    if def.reach.is_some() {
        let schema = json!({ "type": "string", "pattern": DIVISION_PATTERN });
        operation = operation.parameter(in_query("within", "只数这个区划", schema));
    }
    operation
        .answer(200, "各组各色的数目，数到 1000 为止", schema, &[])
        .done()
}
