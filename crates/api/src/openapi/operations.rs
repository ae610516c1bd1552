//! The operations of one register.

mod files;
mod lists;
mod personal;
mod question;
mod record;

use catalogue::{Catalogue, Register};
use serde_json::{Map, Value, json};
use speech::said;

use super::answers::Open;
use super::operation::Operation;
use super::schemas::object;

use self::files::{download, files, upload_for_new, upload_for_record};
use self::lists::{colours, export, list, query};
use self::personal::{erase, reveal};
pub use self::question::{filter_names, list_names};
use self::record::{act, change, create, get, history};

pub fn add(paths: &mut Map<String, Value>, catalogue: &Catalogue, def: &Register) {
    let base = format!("/api/{}", def.name);
    paths.insert(
        base.clone(),
        json!({ "get": list(def), "post": create(catalogue, def) }),
    );
    paths.insert(format!("{base}/query"), json!({ "post": query(def) }));
    paths.insert(format!("{base}/export"), json!({ "get": export(def) }));
    if def.fields.iter().any(|field| !field.prefill.is_empty()) {
        paths.insert(format!("{base}/prefill"), json!({ "get": prefill(def) }));
    }
    if !def.warnings.is_empty() {
        paths.insert(format!("{base}/colours"), json!({ "get": colours(def) }));
    }
    let one = format!("{base}/{{id}}");
    paths.insert(
        one.clone(),
        json!({ "get": get(def), "patch": change(catalogue, def) }),
    );
    paths.insert(format!("{one}/history"), json!({ "get": history(def) }));
    if def.is_flow() {
        paths.insert(
            format!("{one}/progress"),
            json!({ "get": super::flow::progress(def) }),
        );
        let undo = json!({ "post": super::flow::undo(def) });
        paths.insert(format!("{one}/undo"), undo);
    }
    for action in def.actions.iter().filter(|action| action.batch) {
        let path = format!("{base}/actions/{}", action.name);
        let many = super::flow::act_on_many(def, action);
        paths.insert(path, json!({ "post": many }));
    }
    for action in &def.actions {
        let path = format!("{one}/actions/{}", action.name);
        paths.insert(path, json!({ "post": act(catalogue, def, action) }));
    }
    if !crate::files::file_fields(def).is_empty() {
        paths.insert(
            format!("{base}/files"),
            json!({ "post": upload_for_new(def) }),
        );
        let files = json!({ "get": files(def), "post": upload_for_record(def) });
        paths.insert(format!("{one}/files"), files);
        paths.insert(
            format!("{one}/files/{{hash}}"),
            json!({ "get": download(def) }),
        );
    }
    if def
        .fields
        .iter()
        .any(|f| f.personal && !f.hidden && !f.secret)
    {
        paths.insert(format!("{one}/reveal"), json!({ "post": reveal(def) }));
        paths.insert(format!("{one}/erase"), json!({ "post": erase(def) }));
    }
}

/// What is known before a record is made.
fn prefill(def: &Register) -> Value {
    let summary = said!(
        "{}：新建时已知的内容，不必再填"
            / "{}: what is known of a new record and need not be typed",
        def.title
    );
    let schema = object(
        json!({ "fields": { "type": "object" }, "names": { "type": "object" } }),
        &["fields", "names"],
    );
    Operation::new(&def.name, "prefill", summary.zh, Open::ToKnown)
        .answer(200, &said!("已知的内容" / "What is known").zh, schema, &[])
        .done()
}

/// What can be asked next of a record, from expressions for its id and its tag.
fn links(def: &Register, id: &str, tag: &str) -> Value {
    let name = &def.name;
    let known = json!({ "id": id });
    let current = json!({ "id": id, "header.If-Match": tag });
    let mut links = json!({
        "get": { "operationId": format!("{name}.get"), "parameters": known },
        "history": { "operationId": format!("{name}.history"), "parameters": known },
        "change": { "operationId": format!("{name}.change"), "parameters": current },
    });
    for action in &def.actions {
        links[format!("act_{}", action.name)] = json!({
            "operationId": format!("{name}.act.{}", action.name), "parameters": current,
        });
    }
    if !crate::files::file_fields(def).is_empty() {
        links["files"] = json!({ "operationId": format!("{name}.files"), "parameters": known });
    }
    links
}
