//! The operations on the files of a record.

use catalogue::{Register, Verb};
use serde_json::{Value, json};

use crate::openapi::answers::{Open, open};
use crate::openapi::operation::{Operation, id_in_path, in_path, in_query};
use crate::openapi::reference;
use crate::openapi::schemas::{HASH_PATTERN, object};

pub(super) fn files(def: &Register) -> Value {
    let schema = object(
        json!({
            "items": { "type": "array", "items": reference("FileOfField") },
        }),
        &["items"],
    );
    Operation::new(
        &def.name,
        "files",
        format!("{}：附件", def.title.zh),
        open(def, Verb::See),
    )
    .parameter(id_in_path())
    .answer(200, "附件", schema, &[])
    .done()
}

pub(super) fn upload_for_new(def: &Register) -> Value {
    upload(def, "upload", "上传附件，用于新建").done()
}

pub(super) fn upload_for_record(def: &Register) -> Value {
    upload(def, "upload_for_record", "上传附件，用于修改")
        .parameter(id_in_path())
        .done()
}

pub(super) fn download(def: &Register) -> Value {
    let hash = json!({ "type": "string", "pattern": HASH_PATTERN });
    Operation::new(
        &def.name,
        "download",
        format!("{}：下载附件", def.title.zh),
        open(def, Verb::See),
    )
    .parameter(id_in_path())
    .parameter(in_path("hash", "附件的 hash", hash))
    .content(200, "文件", json!({ "*/*": {} }), &["Content-Disposition"])
    .done()
}

fn upload(def: &Register, verb: &str, about: &str) -> Operation {
    let names: Vec<&str> = crate::files::file_fields(def)
        .into_iter()
        .map(|f| f.name.as_str())
        .collect();
    let mut field = in_query(
        "field",
        "用于哪个附件字段",
        json!({ "type": "string", "enum": names }),
    );
    field["required"] = json!(true);
    let form = object(
        json!({ "file": { "type": "string", "format": "binary" } }),
        &["file"],
    );
    Operation::new(
        &def.name,
        verb,
        format!("{}：{about}", def.title.zh),
        Open::ToKnown,
    )
    .parameter(field)
    .form(form)
    .answer(201, "已收下；把 hash 写进附件字段", reference("File"), &[])
}
