//! The operations on one's posts and leaves.

use serde_json::{Map, Value, json};
use speech::{Lang, Said, said};

use super::answers::Open;
use super::house::items;
use super::operation::{Operation, idempotency_key, in_path};
use super::reference;
use super::schemas::object;
use crate::leaves::REGISTER_CHARS_MAX;
use crate::shape::WORDS_CHARS_MAX;

const TAG: &str = "house";

/// The document speaks Chinese.
pub fn zh(said: Said) -> String {
    said.take(Lang::Zh)
}

pub fn add(paths: &mut Map<String, Value>) {
    let mut put = |path: &str, item: Value| {
        paths.insert(path.to_owned(), item);
    };
    put("/api/-/posts", json!({ "get": posts() }));
    put("/api/-/posts/{id}/take", json!({ "post": take_post() }));
    put("/api/-/posts/{id}/deputies", json!({ "get": deputies() }));
    put(
        "/api/-/leaves",
        json!({ "get": leaves(), "post": entrust() }),
    );
    put("/api/-/leaves/{id}/recall", json!({ "post": recall() }));
}

pub fn add_schemas(all: &mut Map<String, Value>) {
    let text = json!({ "type": "string" });
    let flag = json!({ "type": "boolean" });
    let maybe = json!({ "type": ["string", "null"] });
    let maybe_day = json!({ "type": ["string", "null"], "format": "date" });
    let post = object(
        json!({
            "id": reference("Id"), "role": text, "unit": text, "since": maybe_day,
            "until": maybe_day, "on_behalf": maybe, "only": maybe, "active": flag,
        }),
        &[
            "id",
            "role",
            "unit",
            "since",
            "until",
            "on_behalf",
            "only",
            "active",
        ],
    );
    all.insert("Post".to_owned(), post);
}

fn posts() -> Value {
    Operation::new(
        TAG,
        "posts",
        zh(said!("自己今天的岗位" / "The posts that one holds today")),
        Open::ToKnown,
    )
    .answer(
        200,
        &zh(said!("岗位" / "Posts")),
        items(reference("Post")),
        &[],
    )
    .done()
}

fn take_post() -> Value {
    Operation::new(
        TAG,
        "take_post",
        zh(said!("此后以这个岗位办理" / "Act in this post from now on")),
        Open::ToKnown,
    )
    .parameter(post_in_path())
    .answer(
        200,
        &zh(said!(
            "岗位，active 是刚选的" / "Posts; active is the one just chosen"
        )),
        items(reference("Post")),
        &[],
    )
    .done()
}

fn post_in_path() -> Value {
    in_path(
        "id",
        &zh(said!("岗位编号" / "Id of the post")),
        reference("Id"),
    )
}

fn deputies() -> Value {
    let text = json!({ "type": "string" });
    let person = object(
        json!({ "id": reference("Id"), "name": text, "role": text }),
        &["id", "name", "role"],
    );
    Operation::new(
        TAG,
        "deputies",
        zh(said!(
            "这个岗位可以委托给谁" / "To whom the post could be entrusted"
        )),
        Open::ToKnown,
    )
    .parameter(post_in_path())
    .answer(
        200,
        &zh(said!(
            "本单位和上级单位的同事" / "Colleagues of the unit and those above"
        )),
        items(person),
        &[],
    )
    .done()
}

fn leaves() -> Value {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let day = json!({ "type": ["string", "null"], "format": "date" });
    let leave = object(
        json!({
            "id": reference("Id"), "to": text, "role": text, "since": day, "until": day,
            "only": maybe,
        }),
        &["id", "to", "role", "since", "until", "only"],
    );
    Operation::new(
        TAG,
        "leaves",
        zh(said!(
            "自己还没有结束的请假委托" / "One's leaves that are not over"
        )),
        Open::ToKnown,
    )
    .answer(200, &zh(said!("委托" / "Leaves")), items(leave), &[])
    .done()
}

fn entrust() -> Value {
    let day = json!({ "type": "string", "format": "date", "minLength": 10, "maxLength": 10 });
    let schema = object(
        json!({
            "post": reference("Id"), "to": reference("Id"), "since": day, "until": day,
            "only": {
                "type": "string", "minLength": 1, "maxLength": REGISTER_CHARS_MAX,
                "description": zh(said!("一个登记簿；全部委托不写" / "One register; absent when all is entrusted")),
            },
            "reason": { "type": "string", "minLength": 1, "maxLength": WORDS_CHARS_MAX },
        }),
        &["post", "to", "since", "until", "reason"],
    );
    Operation::new(
        TAG,
        "entrust",
        zh(said!(
            "请假期间把岗位委托给同事" / "Entrust a post to a colleague during a leave"
        )),
        Open::ToKnown,
    )
    .parameter(idempotency_key())
    .body(schema, None)
    .answer(
        200,
        &zh(said!("已委托" / "Entrusted")),
        reference("Saved"),
        &["Idempotent-Replayed"],
    )
    .may(&[409])
    .done()
}

fn recall() -> Value {
    Operation::new(
        TAG,
        "recall_leave",
        zh(said!("收回或者退回委托" / "Recall a leave or give it back")),
        Open::ToKnown,
    )
    .parameter(in_path(
        "id",
        &zh(said!("委托编号" / "Id of the leave")),
        reference("Id"),
    ))
    .parameter(idempotency_key())
    .answer(
        200,
        &zh(said!("已结束" / "Ended")),
        reference("Saved"),
        &["Idempotent-Replayed"],
    )
    .may(&[409])
    .done()
}
