//! The operations of the house as a whole.

use app::HITS_MAX;
use serde_json::{Map, Value, json};
use speech::said;

use super::answers::Open;
use super::operation::{Operation, idempotency_key, in_path, in_query};
use super::reference;
use super::schemas::{DIVISION_PATTERN, object};
use crate::lists::WORDS_CHARS_MAX;
use crate::prove::PROOF_CHARS_MAX;

const TAG: &str = "house";

pub fn add(paths: &mut Map<String, Value>) {
    let mut put = |path: &str, item: Value| {
        paths.insert(path.to_owned(), item);
    };
    put("/api/-/me", json!({ "get": me() }));
    put("/api/-/prove", json!({ "post": prove() }));
    put("/api/-/search", json!({ "get": search() }));
    put("/api/-/divisions", json!({ "get": provinces() }));
    put("/api/-/divisions/{code}", json!({ "get": division() }));
    put(
        "/api/-/imports",
        json!({ "get": imports(), "post": start_import() }),
    );
    put("/api/-/imports/{id}", json!({ "get": import() }));
    put(
        "/api/-/imports/{id}/wrong_rows",
        json!({ "get": wrong_rows() }),
    );
    put(
        "/api/-/imports/{id}/go_ahead",
        json!({ "post": go_ahead() }),
    );
    put("/api/-/imports/{id}/stop", json!({ "post": stop() }));
    put("/api/-/imports/{id}/undo", json!({ "post": undo() }));
}

pub fn add_schemas(all: &mut Map<String, Value>) {
    let text = json!({ "type": "string" });
    let number = json!({ "type": "integer", "minimum": 0 });
    let flag = json!({ "type": "boolean" });
    let place = object(json!({ "code": text, "name": text }), &["code", "name"]);
    all.insert("Place".to_owned(), place);
    let told = object(
        json!({ "line": number, "remarks": { "type": "array", "items": text } }),
        &["line", "remarks"],
    );
    let job = object(
        json!({
            "id": reference("Id"),
            "register": text,
            "title": text,
            "state": { "type": "string", "enum": ["running", "done", "failed", "undone"] },
            "failure": { "type": ["string", "null"] },
            "began_at": reference("Moment"),
            "ended_at": { "type": ["string", "null"], "format": "date-time" },
            "rows": number, "new": number, "changed": number, "same": number, "wrong": number,
            "dry_run": flag, "has_wrong_rows": flag, "can_go_ahead": flag, "can_undo": flag,
            "remarks": { "type": "array", "items": told },
            "warnings": { "type": "array", "items": told },
            "unused_columns": { "type": "array", "items": text },
            "left_out": { "type": "array", "items": text },
        }),
        &[
            "id",
            "register",
            "title",
            "state",
            "failure",
            "began_at",
            "ended_at",
            "rows",
            "new",
            "changed",
            "same",
            "wrong",
            "dry_run",
            "has_wrong_rows",
            "can_go_ahead",
            "can_undo",
            "remarks",
            "warnings",
            "unused_columns",
            "left_out",
        ],
    );
    all.insert("Import".to_owned(), job);
}

/// A list that is answered whole.
pub fn items(schema: Value) -> Value {
    object(
        json!({ "items": { "type": "array", "items": schema } }),
        &["items"],
    )
}

fn me() -> Value {
    let text = json!({ "type": "string" });
    let schema = object(
        json!({
            "login": text, "name": text, "role": text, "unit": text,
            "post": reference("Id"),
            "on_behalf": { "type": ["string", "null"] },
            "only": { "type": ["string", "null"] },
            "profile": { "type": "string", "enum": ["full", "small"] },
            "lang": { "type": "string", "enum": ["zh", "en"] },
            "areas": { "type": "array", "items": text },
            "subject": { "type": ["string", "null"] },
            "registers": { "type": "array", "items": object(json!({
                "register": text, "title": text,
                "may": { "type": "array", "items": text },
            }), &["register", "title", "may"]) },
        }),
        &[
            "login",
            "name",
            "role",
            "unit",
            "post",
            "on_behalf",
            "only",
            "profile",
            "lang",
            "areas",
            "subject",
            "registers",
        ],
    );
    Operation::new(TAG, "me", "我是谁，能做什么", Open::ToKnown)
        .answer(200, "账号", schema, &[])
        .done()
}

fn prove() -> Value {
    let word = json!({ "type": "string", "minLength": 1, "maxLength": PROOF_CHARS_MAX });
    let mut schema = object(json!({ "password": word, "code": word }), &[]);
    // Exactly one of both.
    schema["minProperties"] = json!(1);
    schema["maxProperties"] = json!(1);
    let proved = object(json!({ "until": reference("Moment") }), &["until"]);
    let summary = said!(
        "重新验证身份：有法律效力的操作前，用口令或者动态口令"
            / "prove anew who one is, before acts with legal effect: by password or by code"
    );
    Operation::new(TAG, "prove", summary.zh, Open::ToKnown)
        .body(schema, None)
        .answer(
            200,
            &said!("此前办理不必再验证" / "no further proof is asked until then").zh,
            proved,
            &[],
        )
        .done()
}

fn search() -> Value {
    let text = json!({ "type": "string" });
    let hit = object(
        json!({
            "register": text, "id": reference("Id"), "shown": text, "beside": text,
            "colour": reference("Colour"),
        }),
        &["register", "id", "shown", "beside", "colour"],
    );
    let mut words = in_query(
        "q",
        "要找的内容",
        json!({
            "type": "string", "minLength": 1, "maxLength": WORDS_CHARS_MAX,
        }),
    );
    words["required"] = json!(true);
    words["example"] = json!("电梯");
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": HITS_MAX });
    Operation::new(TAG, "search", "在所有登记簿里查找", Open::ToAll)
        .parameter(words)
        .parameter(in_query("limit", "最多多少条", limit))
        .answer(200, "找到的记录", items(hit), &[])
        .done()
}

fn provinces() -> Value {
    Operation::new(TAG, "divisions", "省级区划", Open::ToAll)
        .answer(200, "省级区划", items(reference("Place")), &[])
        .done()
}

fn division() -> Value {
    let text = json!({ "type": "string" });
    let schema = object(
        json!({
            "code": text, "name": text, "full_name": text,
            "children": { "type": "array", "items": reference("Place") },
        }),
        &["code", "name", "full_name", "children"],
    );
    let mut code = in_path(
        "code",
        "区划代码",
        json!({ "type": "string", "pattern": DIVISION_PATTERN }),
    );
    code["example"] = json!("330109");
    Operation::new(TAG, "division", "一个区划和它的下级", Open::ToAll)
        .parameter(code)
        .answer(200, "区划", schema, &[])
        .done()
}

fn imports() -> Value {
    Operation::new(TAG, "imports", "自己的导入，最近的在前", Open::ToKnown)
        .answer(200, "导入", items(reference("Import")), &[])
        .done()
}

fn start_import() -> Value {
    let form = object(
        json!({
            "register": { "type": "string", "description": "登记簿全名；须在文件之前" },
            "dry_run": { "type": "string", "enum": ["true", "false"], "description": "只试不写" },
            "mapping": { "type": "string", "description": "映射文件（TOML）的内容" },
            "file": { "type": "string", "format": "binary", "description": "CSV 或 XLSX" },
        }),
        &["register", "file"],
    );
    Operation::new(TAG, "start_import", "上传表格导入", Open::ToKnown)
        .form(form)
        .answer(202, "已开始", reference("Import"), &["Location"])
        .done()
}

fn id_in_path() -> Value {
    in_path("id", "导入编号", reference("Id"))
}

fn import() -> Value {
    Operation::new(TAG, "import", "导入的进度和结果", Open::ToKnown)
        .parameter(id_in_path())
        .answer(200, "导入", reference("Import"), &[])
        .done()
}

fn wrong_rows() -> Value {
    Operation::new(TAG, "wrong_rows", "有误的行，每行带说明", Open::ToKnown)
        .parameter(id_in_path())
        .content(200, "文件", json!({ "*/*": {} }), &["Content-Disposition"])
        .done()
}

fn step(verb: &str, summary: &str) -> Operation {
    Operation::new(TAG, verb, summary, Open::ToKnown)
        .parameter(id_in_path())
        .parameter(idempotency_key())
        .may(&[409])
}

fn go_ahead() -> Value {
    step("go_ahead", "把试导入的文件正式导入")
        .answer(202, "已开始", reference("Import"), &["Location"])
        .done()
}

fn stop() -> Value {
    step("stop_import", "停止导入")
        .answer(202, "会在当前一批之后停止", reference("Import"), &[])
        .done()
}

fn undo() -> Value {
    let text = json!({ "type": "string" });
    let number = json!({ "type": "integer", "minimum": 0 });
    let schema = object(
        json!({
            "removed": number, "restored": number,
            "kept": { "type": "array", "items": object(json!({
                "register": text, "id": reference("Id"), "shown": text, "why": text,
            }), &["register", "id", "shown", "why"]) },
        }),
        &["removed", "restored", "kept"],
    );
    step("undo_import", "撤销导入")
        .answer(200, "已撤销；kept 是动过而留下的", schema, &[])
        .done()
}
