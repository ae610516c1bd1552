//! The operations on one record: read, made, changed, acted on.

use catalogue::{Action, Catalogue, Register, Verb};
use serde_json::{Map, Value, json};

use super::links;
use crate::openapi::answers::{Open, open};
use crate::openapi::operation::{Operation, id_in_path, idempotency_key, if_match, in_query};
use crate::openapi::{reference, sample};

pub(super) fn create(catalogue: &Catalogue, def: &Register) -> Value {
    let name = &def.name;
    let example = json!({ "fields": sample::create(catalogue, def) });
    let links = links(def, "$response.body#/id", "$response.header.ETag");
    Operation::new(
        name,
        "create",
        format!("{}：新建", def.title.zh),
        open(def, Verb::Create),
    )
    .parameter(idempotency_key())
    .body(reference(&format!("{name}.create")), Some(example))
    .answer(
        201,
        "已新建",
        reference("Saved"),
        &["ETag", "Location", "Idempotent-Replayed"],
    )
    .links(201, links)
    .may(&[409, 412])
    .done()
}

pub(super) fn get(def: &Register) -> Value {
    let name = &def.name;
    let known = json!({
        "name": "If-None-Match", "in": "header", "description": "已有的版本；没有变化就回答 304",
        "schema": { "type": "string" },
    });
    Operation::new(
        name,
        "get",
        format!("{}：一条", def.title.zh),
        open(def, Verb::See),
    )
    .parameter(id_in_path())
    .parameter(in_query(
        "as_of",
        "当时的样子",
        json!({ "type": "string", "format": "date-time" }),
    ))
    .parameter(known)
    .answer(
        200,
        "记录",
        reference(&format!("{name}.record")),
        &["Version"],
    )
    .content(304, "没有变化", Value::Null, &["ETag"])
    .done()
}

pub(super) fn change(catalogue: &Catalogue, def: &Register) -> Value {
    let name = &def.name;
    let example = json!({ "fields": sample::change(catalogue, def) });
    Operation::new(
        name,
        "change",
        format!("{}：修改", def.title.zh),
        open(def, Verb::Edit),
    )
    .parameter(id_in_path())
    .parameter(if_match())
    .body(reference(&format!("{name}.change")), Some(example))
    .answer(200, "已保存", reference("Saved"), &["ETag"])
    .may(&[409, 412, 428])
    .done()
}

pub(super) fn act(catalogue: &Catalogue, def: &Register, action: &Action) -> Value {
    let name = &def.name;
    let asked = crate::shape::asked(def, action);
    let fields: Map<String, Value> = asked
        .iter()
        .map(|ix| {
            (
                def.get(*ix).name.clone(),
                sample::value(catalogue, def.get(*ix)),
            )
        })
        .collect();
    let mut example = json!({});
    if !fields.is_empty() {
        example["fields"] = Value::Object(fields);
    }
    for (word, wanted) in [("reason", action.reason), ("opinion", action.opinion)] {
        if wanted {
            example[word] = json!("现场核实情况属实");
        }
    }
    let open = if action.by.iter().any(|by| by == "public") {
        Open::ToAll
    } else {
        Open::ToKnown
    };
    let summary = format!("{}：{}", def.title.zh, action.label.zh);
    Operation::new(name, &format!("act.{}", action.name), summary, open)
        .parameter(id_in_path())
        .parameter(if_match())
        .parameter(idempotency_key())
        .body(
            reference(&format!("{name}.act.{}", action.name)),
            Some(example),
        )
        .answer(
            200,
            "已办理",
            reference("Saved"),
            &["ETag", "Idempotent-Replayed"],
        )
        .may(&[409, 412, 428])
        .done()
}

pub(super) fn history(def: &Register) -> Value {
    let name = &def.name;
    let before = json!({ "type": "integer", "minimum": 1, "maximum": i64::MAX });
    Operation::new(
        name,
        "history",
        format!("{}：变更历史", def.title.zh),
        open(def, Verb::See),
    )
    .parameter(id_in_path())
    .parameter(in_query("before", "上一次回答的 next", before))
    .answer(
        200,
        "变更，最近的在前",
        reference(&format!("{name}.history")),
        &["Link"],
    )
    .done()
}
