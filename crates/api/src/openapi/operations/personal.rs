//! The operations on personal data: seen with a reason, erased for good.

use catalogue::{Register, Verb};
use serde_json::{Value, json};

use crate::openapi::answers::open;
use crate::openapi::operation::{Operation, id_in_path, idempotency_key, if_match};
use crate::openapi::reference;
use crate::openapi::schemas::object;

pub(super) fn reveal(def: &Register) -> Value {
    let names: Vec<&str> = def
        .fields
        .iter()
        .filter(|f| f.personal && !f.hidden && !f.secret)
        .map(|f| f.name.as_str())
        .collect();
    let body = object(
        json!({
            "field": { "type": "string", "enum": names }, "reason": reason(),
        }),
        &["field", "reason"],
    );
    let answer = object(
        json!({
            "field": { "type": "string" }, "value": { "type": "string" },
        }),
        &["field", "value"],
    );
    let example = json!({ "field": names.first(), "reason": "电话通知整改" });
    Operation::new(
        &def.name,
        "reveal",
        format!("{}：查看个人信息原文", def.title.zh),
        open(def, Verb::Reveal),
    )
    .parameter(id_in_path())
    .parameter(idempotency_key())
    .body(body, Some(example))
    .answer(200, "原文；谁因何查看已记入账本", answer, &[])
    .may(&[409])
    .done()
}

pub(super) fn erase(def: &Register) -> Value {
    let body = object(json!({ "reason": reason() }), &["reason"]);
    let example = json!({ "reason": "本人书面要求删除" });
    Operation::new(
        &def.name,
        "erase",
        format!("{}：永久删除个人信息", def.title.zh),
        open(def, Verb::Erase),
    )
    .parameter(id_in_path())
    .parameter(if_match())
    .parameter(idempotency_key())
    .body(body, Some(example))
    .answer(
        200,
        "已删除",
        reference("Saved"),
        &["ETag", "Idempotent-Replayed"],
    )
    .may(&[409, 412, 428])
    .done()
}

fn reason() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": crate::shape::WORDS_CHARS_MAX })
}
