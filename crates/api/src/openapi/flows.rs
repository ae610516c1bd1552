//! The operations on versions of flows.

use app::SHIFTED_MAX;
use serde_json::{Map, Value, json};
use speech::said;

use super::answers::Open;
use super::house::items;
use super::operation::{Operation, in_path, in_query};
use super::posts::zh;
use super::reference;
use super::schemas::object;
use crate::shape::WORDS_CHARS_MAX;

const TAG: &str = "house";
/// As [`kernel::Register::flow_version`] writes it.
const VERSION_PATTERN: &str = "^[0-9a-f]{16}$";

pub fn add(paths: &mut Map<String, Value>) {
    let mut put = |path: &str, item: Value| {
        paths.insert(path.to_owned(), item);
    };
    put("/api/-/flows", json!({ "get": list() }));
    put(
        "/api/-/flows/{register}/{version}",
        json!({ "get": matters() }),
    );
    put(
        "/api/-/flows/{register}/{version}/move",
        json!({ "post": shift() }),
    );
}

pub fn add_schemas(all: &mut Map<String, Value>) {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let flag = json!({ "type": "boolean" });
    let whole = json!({ "type": "integer" });
    let version = object(
        json!({
            "register": text, "title": text, "number": { "type": ["integer", "null"] },
            "version": text, "seen_at": maybe, "current": flag, "running": whole,
        }),
        &[
            "register", "title", "number", "version", "seen_at", "current", "running",
        ],
    );
    all.insert("FlowVersion".to_owned(), version);
    let limit = object(
        json!({
            "title": text, "from": maybe, "to": maybe, "until_from": maybe, "until_to": maybe,
        }),
        &["title", "from", "to", "until_from", "until_to"],
    );
    let matter = object(
        json!({
            "matter": reference("Id"), "public_no": text, "step": text,
            "began_at": reference("Moment"), "can_move": flag,
            "keeps_turns": { "type": ["boolean", "null"] }, "why_not": maybe,
            "limits": { "type": "array", "items": limit },
        }),
        &[
            "matter",
            "public_no",
            "step",
            "began_at",
            "can_move",
            "keeps_turns",
            "why_not",
            "limits",
        ],
    );
    all.insert("FlowMatter".to_owned(), matter);
}

fn list() -> Value {
    Operation::new(
        TAG,
        "flows",
        zh(said!(
            "流程版本：现行的，以及还有办件按其办理的"
                / "versions of flows: those in force, and those by which matters run"
        )),
        Open::ToKnown,
    )
    .answer(
        200,
        &zh(said!("流程版本" / "the versions")),
        items(reference("FlowVersion")),
        &[],
    )
    .done()
}

fn named(operation: Operation) -> Operation {
    let version = json!({ "type": "string", "pattern": VERSION_PATTERN });
    operation
        .parameter(in_path(
            "register",
            &zh(said!("登记簿全名" / "full name of the register")),
            json!({ "type": "string" }),
        ))
        .parameter(in_path(
            "version",
            &zh(said!("流程版本标识" / "the version")),
            version,
        ))
}

fn matters() -> Value {
    let page = object(
        json!({
            "items": { "type": "array", "items": reference("FlowMatter") },
            "next": { "type": ["string", "null"] },
        }),
        &["items", "next"],
    );
    let about = zh(said!(
        "按旧版本办理的件：能不能转到现行流程，怎么转"
            / "matters that run by an older version: whether they could go over, and how"
    ));
    named(Operation::new(TAG, "flow_matters", about, Open::ToKnown))
        .parameter(in_query(
            "after",
            &zh(said!("上一页回答的 next" / "next of the page before")),
            reference("Id"),
        ))
        .answer(200, &zh(said!("一页" / "a page")), page, &[])
        .may(&[409])
        .done()
}

fn shift() -> Value {
    let sent = object(
        json!({
            "matters": {
                "type": "array", "items": reference("Id"),
                "minItems": 1, "maxItems": SHIFTED_MAX,
            },
            "reason": { "type": "string", "minLength": 1, "maxLength": WORDS_CHARS_MAX },
        }),
        &["reason"],
    );
    let stuck = object(
        json!({ "public_no": { "type": "string" }, "why": { "type": "string" } }),
        &["public_no", "why"],
    );
    let done = object(
        json!({
            "moved": { "type": "integer" },
            "stuck": { "type": "array", "items": stuck },
            "left": { "type": "boolean" },
        }),
        &["moved", "stuck", "left"],
    );
    let about = zh(said!(
        "把选中的办件（不选则全部）转到现行流程；先用 /api/-/prove 验证身份"
            / "move the matters chosen, or all, to the flow in force; prove first at /api/-/prove"
    ));
    named(Operation::new(
        TAG,
        "move_flow_matters",
        about,
        Open::ToKnown,
    ))
    .body(sent, None)
    .answer(
        200,
        &zh(said!(
            "转了几件，哪些没转" / "how many moved, and which did not"
        )),
        done,
        &[],
    )
    .may(&[409])
    .done()
}
