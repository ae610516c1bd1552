//! The operations on the tree of units.

use serde_json::{Map, Value, json};
use speech::said;

use super::answers::Open;
use super::operation::{Operation, idempotency_key, in_path, in_query};
use super::posts::zh;
use super::reference;
use super::schemas::object;
use crate::shape::WORDS_CHARS_MAX;
use crate::units::{KINDS, NAMED_MAX, WORDS_MAX};

const TAG: &str = "house";

pub fn add(paths: &mut Map<String, Value>) {
    let mut put = |path: &str, item: Value| {
        paths.insert(path.to_owned(), item);
    };
    put("/api/-/units", json!({ "get": tree() }));
    put("/api/-/units/{id}", json!({ "get": one() }));
    put("/api/-/unit-changes", json!({ "post": change() }));
    put("/api/-/unit-changes/preview", json!({ "post": preview() }));
    let withdraw = zh(said!(
        "取消尚未生效的机构变动" / "Call off a change of units whose day is to come"
    ));
    let back = zh(said!(
        "撤回已经生效的机构变动" / "Take back a change of units in effect"
    ));
    for (word, about) in [("withdraw", withdraw), ("take_back", back)] {
        put(
            &format!("/api/-/unit-changes/{{id}}/{word}"),
            json!({ "post": act(word, about) }),
        );
    }
}

pub fn add_schemas(all: &mut Map<String, Value>) {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let day = json!({ "type": "string", "format": "date" });
    let maybe_day = json!({ "type": ["string", "null"], "format": "date" });
    let maybe_id = json!({ "anyOf": [reference("Id"), { "type": "null" }] });
    let flag = json!({ "type": "boolean" });
    let number = json!({ "type": "integer", "minimum": 0 });
    let list = |item: Value| json!({ "type": "array", "items": item });
    let whole = |properties: Value| {
        let names: Vec<String> = properties
            .as_object()
            .map(|all| all.keys().cloned().collect())
            .unwrap_or_default();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        object(properties, &names)
    };
    let named = whole(json!({ "id": reference("Id"), "title": text }));
    let change = whole(json!({
        "id": reference("Id"), "title": text, "from": day,
        "state": { "type": "string", "enum": ["planned", "stuck", "done", "undone", "withdrawn"] },
        "reason": text, "fault": maybe, "stays": maybe,
    }));
    all.insert("UnitChange".to_owned(), change);
    let row = whole(json!({
        "id": reference("Id"), "code": text, "title": text, "kind": text, "parent": maybe_id,
        "depth": number, "below": number, "areas": list(text.clone()),
    }));
    let tree = whole(json!({
        "day": day, "items": list(row), "coming": list(reference("UnitChange")),
    }));
    all.insert("UnitTree".to_owned(), tree);
    let maybe_named = json!({ "anyOf": [named, { "type": "null" }] });
    let unit = whole(json!({
        "id": reference("Id"), "code": text, "title": text, "kind": text,
        "since": maybe_day, "until": maybe_day, "parent": maybe_named, "heir": maybe_named,
        "under": list(named.clone()),
        "areas": list(whole(json!({
            "area": text, "name": text, "since": maybe_day, "until": maybe_day, "holds": flag,
        }))),
        "former": list(whole(json!({ "until": day, "title": maybe, "parent": maybe }))),
        "posts": list(whole(json!({ "account": reference("Id"), "login": text, "role": text }))),
        "changes": list(reference("UnitChange")),
    }));
    all.insert("UnitCourse".to_owned(), unit);
    let preview = whole(json!({
        "sentence": text, "from": day, "at_once": flag,
        "units": list(whole(json!({ "title": text, "what": text }))),
        "areas": list(whole(json!({ "area": text, "name": text, "from": text, "to": maybe }))),
        "posts": list(whole(json!({
            "post": reference("Id"), "login": text, "role": text, "from": text, "to": maybe,
        }))),
        "tasks": list(whole(json!({ "from": text, "to": text, "count": number }))),
        "records": list(whole(json!({ "register": text, "count": number, "or_more": flag }))),
        "missing": list(whole(json!({ "pointer": text, "code": text, "detail": text }))),
    }));
    all.insert("UnitPreview".to_owned(), preview);
}

/// What is asked for; which members are needed hangs on the kind.
fn asked() -> Value {
    let many = |item: Value| json!({ "type": "array", "items": item, "maxItems": NAMED_MAX });
    let part = object(
        json!({ "into": reference("Id"), "areas": many(json!({ "type": "string", "maxLength": 12 })) }),
        &["into", "areas"],
    );
    let post = object(
        json!({ "post": reference("Id"), "unit": reference("Id") }),
        &["post", "unit"],
    );
    object(
        json!({
            "kind": { "type": "string", "enum": KINDS },
            "units": many(reference("Id")), "unit": reference("Id"), "into": reference("Id"),
            "under": reference("Id"), "heir": reference("Id"), "rest": reference("Id"),
            "title": { "type": "string", "minLength": 1, "maxLength": 60 },
            "parts": many(part), "assigned": many(post),
            "from": { "type": "string", "format": "date" },
            "reason": { "type": "string", "minLength": 1, "maxLength": WORDS_CHARS_MAX },
        }),
        &["kind"],
    )
}

fn id_in_path(about: String) -> Value {
    in_path("id", &about, reference("Id"))
}

fn tree() -> Value {
    let day = json!({ "type": "string", "format": "date" });
    let words = json!({ "type": "string", "maxLength": WORDS_MAX });
    let on = zh(said!(
        "哪一天的单位树；默认今日" / "The tree on which day; today when left out"
    ));
    let q = zh(said!("名称或者编号里的字" / "Part of a name or a number"));
    Operation::new(
        TAG,
        "units",
        zh(said!("单位树" / "The tree of units")),
        Open::ToKnown,
    )
    .parameter(in_query("on", &on, day))
    .parameter(in_query("q", &q, words))
    .answer(
        200,
        &zh(said!("单位树" / "The tree")),
        reference("UnitTree"),
        &[],
    )
    .may(&[404])
    .done()
}

fn one() -> Value {
    let about = zh(said!(
        "一个单位：管辖区划、沿革、岗位和变动"
            / "One unit with its areas, course, posts and changes"
    ));
    Operation::new(TAG, "unit", about, Open::ToKnown)
        .parameter(id_in_path(zh(said!("单位编号" / "Id of the unit"))))
        .answer(
            200,
            &zh(said!("单位" / "The unit")),
            reference("UnitCourse"),
            &[],
        )
        .may(&[404])
        .done()
}

fn preview() -> Value {
    let about = zh(said!(
        "预览机构变动：什么归到哪里，不写入"
            / "Try a change of units: what would go where; nothing is written"
    ));
    Operation::new(TAG, "unit_change.preview", about, Open::ToKnown)
        .body(asked(), None)
        .answer(
            200,
            &zh(said!("预览" / "The preview")),
            reference("UnitPreview"),
            &[],
        )
        .may(&[404])
        .done()
}

fn change() -> Value {
    let about = zh(said!(
        "合并、分设、调整隶属、更名、撤销单位" / "Merge, split, move, rename or close units"
    ));
    Operation::new(TAG, "unit_change", about, Open::ToKnown)
        .parameter(idempotency_key())
        .body(asked(), None)
        .answer(
            200,
            &zh(said!(
                "已办理，或者到期生效" / "Done, or to take effect on its day"
            )),
            reference("Saved"),
            &["Idempotent-Replayed"],
        )
        .may(&[404, 409])
        .done()
}

fn act(word: &str, about: String) -> Value {
    let made = Operation::new(TAG, &format!("unit_change.{word}"), about, Open::ToKnown)
        .parameter(id_in_path(zh(said!("变动编号" / "Id of the change"))))
        .parameter(idempotency_key());
    let made = match word {
        "take_back" => {
            let reason = json!({ "type": "string", "minLength": 1, "maxLength": WORDS_CHARS_MAX });
            made.body(object(json!({ "reason": reason }), &["reason"]), None)
        }
        _ => made,
    };
    made.answer(
        200,
        &zh(said!("已办理" / "Done")),
        reference("Saved"),
        &["Idempotent-Replayed"],
    )
    .may(&[404, 409])
    .done()
}
