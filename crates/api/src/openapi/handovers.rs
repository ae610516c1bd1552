//! The operations on hand-overs.

use app::HANDED_MAX;
use serde_json::{Map, Value, json};
use speech::said;

use super::answers::Open;
use super::house::items;
use super::operation::{Operation, idempotency_key, in_path};
use super::posts::zh;
use super::reference;
use super::schemas::object;
use crate::shape::WORDS_CHARS_MAX;

const TAG: &str = "house";

pub fn add(paths: &mut Map<String, Value>) {
    let mut put = |path: &str, item: Value| {
        paths.insert(path.to_owned(), item);
    };
    put(
        "/api/-/handovers",
        json!({ "get": list(), "post": offer() }),
    );
    put("/api/-/handovers/{id}", json!({ "get": one() }));
    for (word, about) in [
        ("pick", zh(said!("移交：接收人选定" / "Hand-over: pick"))),
        (
            "confirm",
            zh(said!("移交：移交人确认" / "Hand-over: confirm")),
        ),
        ("withdraw", zh(said!("移交：撤回" / "Hand-over: withdraw"))),
    ] {
        put(
            &format!("/api/-/handovers/{{id}}/{word}"),
            json!({ "post": act(word, about) }),
        );
    }
}

pub fn add_schemas(all: &mut Map<String, Value>) {
    let text = json!({ "type": "string" });
    let flag = json!({ "type": "boolean" });
    let task = object(
        json!({ "fits": flag, "todo": reference("Todo") }),
        &["fits", "todo"],
    );
    let handover = object(
        json!({
            "id": reference("Id"), "giver": text, "receiver": text,
            "stage": { "type": "string", "enum": ["offered", "picked", "done", "void"] },
            "may_pick": flag, "may_confirm": flag, "may_withdraw": flag,
            "tasks": { "type": "array", "items": task },
        }),
        &[
            "id",
            "giver",
            "receiver",
            "stage",
            "may_pick",
            "may_confirm",
            "may_withdraw",
            "tasks",
        ],
    );
    all.insert("Handover".to_owned(), handover);
}

fn id_in_path() -> Value {
    in_path(
        "id",
        &zh(said!("移交编号" / "Id of the hand-over")),
        reference("Id"),
    )
}

fn list() -> Value {
    let page = items(reference("Handover"));
    Operation::new(
        TAG,
        "handovers",
        zh(said!(
            "自己还没有办完的移交" / "One's hand-overs that are not over"
        )),
        Open::ToKnown,
    )
    .answer(200, &zh(said!("移交" / "Hand-over")), page, &[])
    .done()
}

fn one() -> Value {
    Operation::new(
        TAG,
        "handover",
        zh(said!("一次移交和其中的待办" / "A hand-over and its tasks")),
        Open::ToKnown,
    )
    .parameter(id_in_path())
    .answer(
        200,
        &zh(said!("移交" / "Hand-over")),
        reference("Handover"),
        &[],
    )
    .done()
}

fn offer() -> Value {
    let schema = object(
        json!({
            "to": reference("Id"), "giver": reference("Id"),
            "reason": { "type": "string", "minLength": 1, "maxLength": WORDS_CHARS_MAX },
        }),
        &["to", "reason"],
    );
    Operation::new(
        TAG,
        "offer_handover",
        zh(said!(
            "把手里的待办一次移交给同事" / "Hand over all that is open to a colleague"
        )),
        Open::ToKnown,
    )
    .parameter(idempotency_key())
    .body(schema, None)
    .answer(
        200,
        &zh(said!("待接收人选定" / "To be picked by the receiver")),
        reference("Saved"),
        &["Idempotent-Replayed"],
    )
    .may(&[409])
    .done()
}

fn act(word: &str, about: String) -> Value {
    let made = Operation::new(TAG, &format!("handover.{word}"), about, Open::ToKnown)
        .parameter(id_in_path())
        .parameter(idempotency_key());
    let made = match word {
        "pick" => {
            let turns = json!({
                "type": "array", "items": reference("Id"), "minItems": 1,
                "maxItems": HANDED_MAX,
            });
            made.body(object(json!({ "turns": turns }), &["turns"]), None)
        }
        _ => made,
    };
    made.answer(
        200,
        &zh(said!("已办理" / "Done")),
        reference("Saved"),
        &["Idempotent-Replayed"],
    )
    .may(&[409])
    .done()
}
