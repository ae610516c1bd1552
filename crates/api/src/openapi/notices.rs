//! The operations on notices and on the calendar of working days.

use serde_json::{Map, Value, json};
use speech::{Lang, Said, said};

use super::answers::Open;
use super::operation::{Operation, in_path, in_query};
use super::reference;
use super::schemas::object;
use crate::flow::TODO_PAGES_MAX;
use crate::notices::{DIGEST_CHARS, MOVES_MAX};

const TAG: &str = "house";

/// The document is in Chinese.
fn zh(said: Said) -> String {
    said.take(Lang::Zh)
}

pub fn add(paths: &mut Map<String, Value>) {
    let mut put = |path: &str, item: Value| {
        paths.insert(path.to_owned(), item);
    };
    put("/api/-/notices", json!({ "get": notices() }));
    put("/api/-/notices/read", json!({ "post": read_all() }));
    put("/api/-/notices/{id}/read", json!({ "post": read() }));
    put("/api/-/calendar", json!({ "get": calendar() }));
    put("/api/-/calendar/moves", json!({ "get": moves() }));
    put("/api/-/calendar/adopt", json!({ "post": adopt() }));
}

fn notices() -> Value {
    let after = json!({ "type": "integer", "minimum": 1, "maximum": TODO_PAGES_MAX });
    let page = object(
        json!({
            "items": { "type": "array", "items": reference("Notice") },
            "next": { "type": ["integer", "null"] },
            "rows_a_page": { "type": "integer" },
            "unread": reference("Count"),
        }),
        &["items", "next", "rows_a_page", "unread"],
    );
    Operation::new(
        TAG,
        "notices",
        zh(said!(
            "本人的站内通知，新的在前" / "one's own notices, the newest first"
        )),
        Open::ToKnown,
    )
    .parameter(in_query(
        "after",
        &zh(said!("上一页回答的 next" / "next of the page before")),
        after,
    ))
    .answer(200, &zh(said!("一页" / "a page")), page, &[])
    .done()
}

fn unread() -> Value {
    object(json!({ "unread": reference("Count") }), &["unread"])
}

fn read() -> Value {
    Operation::new(
        TAG,
        "read_notice",
        zh(said!("把一条通知标为已读" / "mark a notice as read")),
        Open::ToKnown,
    )
    .parameter(in_path(
        "id",
        &zh(said!("通知编号" / "id of the notice")),
        reference("Id"),
    ))
    .answer(
        200,
        &zh(said!("还有几条未读" / "how many are unread")),
        unread(),
        &[],
    )
    .may(&[409])
    .done()
}

fn read_all() -> Value {
    Operation::new(
        TAG,
        "read_all_notices",
        zh(said!("全部通知标为已读" / "mark all notices as read")),
        Open::ToKnown,
    )
    .answer(
        200,
        &zh(said!("还有几条未读" / "how many are unread")),
        unread(),
        &[],
    )
    .may(&[409])
    .done()
}

fn calendar() -> Value {
    Operation::new(
        TAG,
        "calendar",
        zh(said!(
            "现行工作日历，和导入的安排会改变的日子"
                / "the calendar in force, and the days that the imported ones would change"
        )),
        Open::ToKnown,
    )
    .answer(
        200,
        &zh(said!("工作日历" / "the calendar")),
        reference("Calendar"),
        &[],
    )
    .done()
}

fn moves() -> Value {
    let limit = json!({ "type": "integer", "minimum": 1, "maximum": MOVES_MAX });
    let whole = json!({ "type": "integer", "minimum": 0 });
    let list = object(
        json!({
            "checked": whole, "moved": whole, "digest": { "type": "string" },
            "items": { "type": "array", "items": reference("Moved") },
        }),
        &["checked", "moved", "digest", "items"],
    );
    Operation::new(
        TAG,
        "calendar_moves",
        zh(said!(
            "启用导入的安排会使哪些期限变动" / "which limits the imported days would move"
        )),
        Open::ToKnown,
    )
    .parameter(in_query(
        "limit",
        &zh(said!(
            "列出几项，默认 100" / "how many are listed, 100 unless told"
        )),
        limit,
    ))
    .answer(
        200,
        &zh(said!("变动的期限" / "the limits that would move")),
        list,
        &[],
    )
    .done()
}

fn adoption() -> Value {
    let digest = json!({ "type": "string", "minLength": DIGEST_CHARS, "maxLength": DIGEST_CHARS });
    object(json!({ "list": digest }), &["list"])
}

fn adopt() -> Value {
    Operation::new(
        TAG,
        "adopt_calendar",
        zh(said!(
            "启用导入的节假日安排，并重算未结的期限；list 为看过的清单的 digest，与现在会变动的不同则拒绝；令牌本身不算验证身份，先用 /api/-/prove"
                / "put the imported days in force, and count open limits anew; list is the digest of the list looked at, and another that would come out is refused; a token alone proves nobody, so prove first at /api/-/prove"
        )),
        Open::ToKnown,
    )
    .body(adoption(), None)
    .answer(
        200,
        &zh(said!("工作日历" / "the calendar")),
        reference("Calendar"),
        &[],
    )
    .may(&[409])
    .done()
}

pub fn add_schemas(all: &mut Map<String, Value>) {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let day = json!({ "type": "string", "format": "date" });
    let whole = json!({ "type": "integer" });
    let flag = json!({ "type": "boolean" });
    let list = |item: Value| json!({ "type": "array", "items": item });
    let changed = object(
        json!({ "day": day, "from": text, "to": text }),
        &["day", "from", "to"],
    );
    all.insert(
        "Notice".to_owned(),
        object(
            json!({
                "notice": reference("Id"), "kind": text, "title": text, "register": text,
                "id": reference("Id"), "shown": maybe, "at_state": maybe,
                "due_at": { "type": ["string", "null"], "format": "date-time" },
                "sent_at": reference("Moment"), "unread": flag,
            }),
            &[
                "notice", "kind", "title", "register", "id", "shown", "at_state", "due_at",
                "sent_at", "unread",
            ],
        ),
    );
    all.insert(
        "Moved".to_owned(),
        object(
            json!({
                "public_no": text, "limit": text,
                "from": { "type": ["string", "null"], "format": "date" }, "to": day,
                "why": list(changed.clone()),
            }),
            &["public_no", "limit", "from", "to", "why"],
        ),
    );
    let year = object(
        json!({ "year": whole, "source": text }),
        &["year", "source"],
    );
    let mut next = object(
        json!({ "version": whole, "days": list(changed) }),
        &["version", "days"],
    );
    next["type"] = json!(["object", "null"]);
    all.insert(
        "Calendar".to_owned(),
        object(
            json!({
                "version": whole, "years": list(year), "next": next, "recounting": flag,
            }),
            &["version", "years", "next", "recounting"],
        ),
    );
}
