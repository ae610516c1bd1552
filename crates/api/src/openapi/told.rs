//! The operations on ways of being told outside the system.

use app::How;
use serde_json::{Map, Value, json};
use speech::said;

use super::answers::Open;
use super::operation::{Operation, in_path};
use super::posts::zh;
use super::reference;
use super::schemas::object;
use crate::told::{EMAIL_CHARS_MAX, WORD_CHARS_MAX};

const TAG: &str = "house";

pub fn add(paths: &mut Map<String, Value>) {
    let mut put = |path: &str, item: Value| {
        paths.insert(path.to_owned(), item);
    };
    put("/api/-/reach", json!({ "get": reach() }));
    put("/api/-/reach/choose", json!({ "post": choose() }));
    put("/api/-/reach/email", json!({ "post": email() }));
    put("/api/-/reach/prove", json!({ "post": prove() }));
    put("/api/-/reach/drop", json!({ "post": drop() }));
    put("/api/-/feed", json!({ "post": feed() }));
    put("/api/-/feed/drop", json!({ "post": drop_feed() }));
    put("/api/-/webhooks/{id}/secret", json!({ "post": secret() }));
    put("/api/-/webhooks/{id}/try", json!({ "post": attempt() }));
}

pub fn add_schemas(all: &mut Map<String, Value>) {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let maybe_moment = json!({ "type": ["string", "null"], "format": "date-time" });
    let flag = json!({ "type": "boolean" });
    let hour = json!({ "type": "integer", "minimum": 0, "maximum": 23 });
    let kind = object(json!({ "kind": text, "label": text }), &["kind", "label"]);
    let reach = object(
        json!({
            "email": maybe, "proved": flag, "word_sent": flag, "failed_at": maybe_moment,
            "fault": maybe, "how": how(), "kinds": { "type": "array", "items": text },
            "hour": hour, "quiet_from": maybe_hour(), "quiet_to": maybe_hour(),
            "all_kinds": { "type": "array", "items": kind }, "feed_until": maybe_moment,
        }),
        &[
            "email",
            "proved",
            "word_sent",
            "failed_at",
            "fault",
            "how",
            "kinds",
            "hour",
            "quiet_from",
            "quiet_to",
            "all_kinds",
            "feed_until",
        ],
    );
    all.insert("Reach".to_owned(), reach);
}

fn how() -> Value {
    json!({ "type": "string", "enum": How::ALL.map(How::word) })
}

fn maybe_hour() -> Value {
    json!({ "type": ["integer", "null"], "minimum": 0, "maximum": 23 })
}

/// Answers with the ways of being told as they are afterwards.
fn answered(operation: Operation) -> Operation {
    let about = said!("本人的通知方式" / "one's own ways of being told");
    operation.answer(200, &zh(about), reference("Reach"), &[])
}

fn reach() -> Value {
    let summary = said!(
        "本人的通知方式：邮箱、邮件的类别和频次、日历订阅"
            / "one's own ways of being told: address, what is mailed and how often, the feed"
    );
    answered(Operation::new(TAG, "reach", zh(summary), Open::ToKnown)).done()
}

fn choose() -> Value {
    let kinds = json!({
        "type": "array", "maxItems": 50, "items": { "type": "string", "maxLength": 40 },
    });
    let schema = object(
        json!({
            "how": how(), "kinds": kinds, "hour": maybe_hour(),
            "quiet_from": maybe_hour(), "quiet_to": maybe_hour(),
        }),
        &["how", "kinds"],
    );
    let example = json!({
        "how": "daily", "kinds": ["near", "late"], "hour": 8, "quiet_from": 22, "quiet_to": 7,
    });
    let summary = said!("选择邮件通知的类别和频次" / "choose what is mailed and how often");
    answered(Operation::new(
        TAG,
        "choose_reach",
        zh(summary),
        Open::ToKnown,
    ))
    .body(schema, Some(example))
    .may(&[409])
    .done()
}

fn email() -> Value {
    let address = json!({
        "type": "string", "minLength": 1, "maxLength": EMAIL_CHARS_MAX,
    });
    let schema = object(json!({ "email": address }), &["email"]);
    let summary =
        said!("填写邮箱，并向它发送验证码" / "keep an address, and mail a one-time word to it");
    answered(Operation::new(TAG, "set_email", zh(summary), Open::ToKnown))
        .body(schema, Some(json!({ "email": "someone@example.cn" })))
        .may(&[409])
        .done()
}

fn prove() -> Value {
    let word = json!({ "type": "string", "minLength": 1, "maxLength": WORD_CHARS_MAX });
    let schema = object(json!({ "word": word }), &["word"]);
    let summary = said!("用邮件里的验证码验证邮箱" / "prove the address by the word from the mail");
    answered(Operation::new(
        TAG,
        "prove_email",
        zh(summary),
        Open::ToKnown,
    ))
    .body(schema, Some(json!({ "word": "ABCD2345" })))
    .may(&[409])
    .done()
}

fn drop() -> Value {
    let summary = said!("删除邮箱，不再发邮件" / "remove the address: no mail any more");
    answered(Operation::new(
        TAG,
        "drop_email",
        zh(summary),
        Open::ToKnown,
    ))
    .may(&[409])
    .done()
}

fn feed() -> Value {
    let made = object(json!({ "path": { "type": "string" } }), &["path"]);
    let summary = said!(
        "生成日历订阅地址，旧的立即失效；地址只在这里给出"
            / "make a calendar feed, ending an older one; its address is given here only"
    );
    Operation::new(TAG, "make_feed", zh(summary), Open::ToKnown)
        .answer(
            200,
            &zh(said!("地址里的路径" / "the path of its address")),
            made,
            &[],
        )
        .done()
}

fn drop_feed() -> Value {
    let summary = said!("停止日历订阅" / "end the calendar feed");
    answered(Operation::new(TAG, "drop_feed", zh(summary), Open::ToKnown)).done()
}

fn of_webhook(verb: &str, summary: speech::Said) -> Operation {
    let about = said!("通知推送的记录号" / "id of the webhook");
    let id = in_path("id", &zh(about), reference("Id"));
    Operation::new(TAG, verb, zh(summary), Open::ToKnown)
        .parameter(id)
        .may(&[409])
}

fn secret() -> Value {
    let made = object(json!({ "secret": { "type": "string" } }), &["secret"]);
    let summary = said!(
        "生成通知推送的签名密钥，旧的立即失效；须先验证身份"
            / "make a signing secret, ending an older one; asks for a fresh proof"
    );
    of_webhook("renew_webhook_secret", summary)
        .answer(
            200,
            &zh(said!("密钥，只在这里给出" / "the secret, given here only")),
            made,
            &[],
        )
        .done()
}

fn attempt() -> Value {
    let summary = said!("发送一个测试事件" / "send a trial event");
    of_webhook("try_webhook", summary)
        .answer(
            202,
            &zh(said!("已排队" / "it waits to be sent")),
            object(json!({}), &[]),
            &[],
        )
        .done()
}
