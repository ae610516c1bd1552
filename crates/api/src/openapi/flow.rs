//! The operations on the course of matters.

use app::{BATCH_MAX, COMMENT_CHARS_MAX, CONTACT_CHARS_MAX, TurnWord};
use catalogue::{Action, Register, Verb};
use serde_json::{Map, Value, json};
use speech::said;

use super::answers::{Open, open};
use super::operation::{Operation, id_in_path, idempotency_key, in_path, in_query};
use super::reference;
use super::schemas::object;
use crate::batch::VERSION_MAX;
use crate::flow::{TABS, TODO_PAGES_MAX};
use crate::shape::WORDS_CHARS_MAX;

const TAG: &str = "house";

pub fn add(paths: &mut Map<String, Value>) {
    let mut put = |path: &str, item: Value| {
        paths.insert(path.to_owned(), item);
    };
    put("/api/-/todo", json!({ "get": todo() }));
    put("/api/-/todo/counts", json!({ "get": counts() }));
    put("/api/-/progress/{public_no}", json!({ "get": public() }));
    put(
        "/api/-/progress/{public_no}/comments",
        json!({ "post": comment() }),
    );
    for word in TurnWord::ALL {
        let path = format!("/api/-/turns/{{id}}/{}", word.word());
        put(&path, json!({ "post": turn(word) }));
    }
}

/// Where a record of a flow stands.
pub fn progress(def: &Register) -> Value {
    let summary = format!("{}：办到哪一步", def.title.zh);
    Operation::new(&def.name, "progress", summary, open(def, Verb::See))
        .parameter(id_in_path())
        .answer(200, "环节、经办和时限", reference("Progress"), &[])
        .done()
}

/// Takes one's own last act back.
pub fn undo(def: &Register) -> Value {
    let summary = said!(
        "{}：撤销刚办的一步" / "{}: take one's last act back",
        def.title
    );
    Operation::new(&def.name, "undo", summary.zh, Open::ToKnown)
        .parameter(id_in_path())
        .parameter(idempotency_key())
        .answer(
            200,
            &said!("已撤销" / "taken back").zh,
            reference("Saved"),
            &["ETag", "Idempotent-Replayed"],
        )
        .may(&[409, 412])
        .done()
}

/// One action on many records, each answered by itself.
pub fn act_on_many(def: &Register, action: &Action) -> Value {
    let words = json!({ "type": "string", "minLength": 1, "maxLength": WORDS_CHARS_MAX });
    let version = json!({ "type": "integer", "minimum": 1, "maximum": VERSION_MAX });
    let one = object(
        json!({ "id": reference("Id"), "version": version }),
        &["id", "version"],
    );
    let records = json!({
        "type": "array", "items": one, "minItems": 1, "maxItems": BATCH_MAX,
        "description": said!("编号和读到的版本" / "ids with the versions that were read").zh,
    });
    let mut needed = vec!["records"];
    let asked = [("opinion", action.opinion), ("reason", action.reason)];
    needed.extend(
        asked
            .iter()
            .filter(|(_, asked)| *asked)
            .map(|(name, _)| *name),
    );
    let schema = object(
        json!({ "records": records, "opinion": words, "reason": words }),
        &needed,
    );
    let mut example = json!({ "records": [{ "id": super::sample::ID, "version": 1 }] });
    for (name, _) in asked.iter().filter(|(_, asked)| *asked) {
        example[name] = json!(said!("情况属实" / "as reported").zh);
    }
    let summary = said!("{}：批量{}" / "{}: {} for many", def.title, action.label);
    let name = format!("act_many.{}", action.name);
    Operation::new(&def.name, &name, summary.zh, Open::ToKnown)
        .body(schema, Some(example))
        .answer(
            200,
            &said!("每件各自的结果" / "what became of each").zh,
            reference("BatchResults"),
            &[],
        )
        .may(&[409])
        .done()
}

fn todo() -> Value {
    let words: Vec<&str> = TABS.iter().map(|(word, _)| *word).collect();
    let tab = json!({ "type": "string", "enum": words });
    let after = json!({ "type": "integer", "minimum": 1, "maximum": TODO_PAGES_MAX });
    let page = object(
        json!({
            "items": { "type": "array", "items": reference("Todo") },
            "next": { "type": ["integer", "null"] },
            "rows_a_page": { "type": "integer" },
        }),
        &["items", "next", "rows_a_page"],
    );
    Operation::new(
        TAG,
        "todo",
        "待办、已办、抄送和我发起的，按法定期限排列",
        Open::ToKnown,
    )
    .parameter(in_query("tab", "哪一类，默认待办", tab))
    .parameter(in_query("after", "上一页回答的 next", after))
    .answer(200, "一页", page, &[])
    .done()
}

fn counts() -> Value {
    let count = reference("Count");
    let schema = object(
        json!({ "todo": count, "overdue": count, "copies": count }),
        &["todo", "overdue", "copies"],
    );
    Operation::new(
        TAG,
        "todo_counts",
        "待办、超期和抄送各有多少",
        Open::ToKnown,
    )
    .answer(200, "件数", schema, &[])
    .done()
}

fn public_number() -> Value {
    let schema = json!({ "type": "string", "minLength": 1, "maxLength": 40 });
    let mut number = in_path("public_no", "公开编号", schema);
    number["example"] = json!("0123456789ABCDEF");
    number
}

fn comment() -> Value {
    let text = |max: usize| json!({ "type": "string", "minLength": 1, "maxLength": max });
    let schema = object(
        json!({ "words": text(COMMENT_CHARS_MAX), "contact": text(CONTACT_CHARS_MAX) }),
        &["words"],
    );
    let taken = object(
        json!({ "waits_for_review": { "type": "boolean" } }),
        &["waits_for_review"],
    );
    let summary = said!(
        "对公开的办件提意见；审核后公开"
            / "Comment on a matter; the comment becomes public after review"
    );
    Operation::new(TAG, "comment", summary.zh, Open::ToAll)
        .parameter(public_number())
        .body(schema, None)
        .answer(202, &said!("已收到" / "It has arrived").zh, taken, &[])
        .may(&[409])
        .done()
}

fn public() -> Value {
    Operation::new(
        TAG,
        "public_progress",
        "凭公开编号查询办到哪一步",
        Open::ToAll,
    )
    .parameter(public_number())
    .answer(
        200,
        "环节和时限，没有个人信息",
        reference("PublicProgress"),
        &[],
    )
    .done()
}

fn turn(word: TurnWord) -> Value {
    let words = json!({ "type": "string", "minLength": 1, "maxLength": WORDS_CHARS_MAX });
    let mut members = Map::new();
    if word.names_somebody() {
        members.insert("to".to_owned(), reference("Id"));
    }
    if word == TurnWord::Answer {
        members.insert("opinion".to_owned(), words);
    } else if word.needs_words() {
        members.insert("reason".to_owned(), words);
    }
    let needed: Vec<String> = members.keys().cloned().collect();
    let needed: Vec<&str> = needed.iter().map(String::as_str).collect();
    let schema = object(Value::Object(members), &needed);
    Operation::new(
        TAG,
        &format!("turn.{}", word.word()),
        about(word),
        Open::ToKnown,
    )
    .parameter(in_path("id", "待办编号", reference("Id")))
    .parameter(idempotency_key())
    .body(schema, None)
    .answer(200, "已办理", reference("Saved"), &["Idempotent-Replayed"])
    .may(&[409])
    .done()
}

fn about(word: TurnWord) -> &'static str {
    match word {
        TurnWord::Claim => "待办：认领",
        TurnWord::Release => "待办：放回",
        TurnWord::Transfer => "待办：转办",
        TurnWord::Delegate => "待办：委派",
        TurnWord::Answer => "待办：答复委派",
        TurnWord::Recall => "待办：收回委派",
        TurnWord::AddSigner => "待办：加签",
        TurnWord::DropSigner => "待办：减签",
        TurnWord::Remind => "待办：催办",
        TurnWord::Copy => "待办：抄送",
        TurnWord::Acknowledge => "待办：已阅",
    }
}

pub fn add_schemas(all: &mut Map<String, Value>) {
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let at = reference("Moment");
    let maybe_at = json!({ "type": ["string", "null"], "format": "date-time" });
    let whole = json!({ "type": "integer" });
    let maybe_whole = json!({ "type": ["integer", "null"] });
    let flag = json!({ "type": "boolean" });
    let texts = json!({ "type": "array", "items": text });
    let list = |name: &str| json!({ "type": "array", "items": reference(name) });
    let mut add = |name: &str, members: Value| {
        let names: Vec<String> = members
            .as_object()
            .map(|members| members.keys().cloned().collect())
            .unwrap_or_default();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        all.insert(name.to_owned(), object(members, &names));
    };
    add(
        "Todo",
        json!({
            "turn": maybe, "register": text, "id": reference("Id"), "shown": maybe,
            "at_state": text, "step": text, "began_at": at, "due_at": maybe_at,
            "days_left": maybe_whole, "lamp": text, "outcome": maybe, "claimed": flag,
            "is_new": flag, "reminded": whole, "on_behalf": maybe,
        }),
    );
    add(
        "Turn",
        json!({
            "turn": reference("Id"), "kind": text, "roles": texts, "unit": maybe,
            "person": maybe, "on_behalf": maybe, "mine": flag, "open": flag, "claimed": flag,
            "nobody": flag, "began_at": at, "due_at": maybe_at, "done_at": maybe_at,
            "outcome": maybe, "asked": maybe, "said": maybe, "one_person": flag,
            "reminded": whole, "acts": texts,
        }),
    );
    add(
        "Step",
        json!({
            "number": whole, "at_state": maybe, "step": text, "began_at": at,
            "ended_at": maybe_at, "due_at": maybe_at, "days_left": maybe_whole,
            "overdue_days": whole, "late": flag, "lamp": text, "outcome": maybe,
            "turns": list("Turn"),
        }),
    );
    add(
        "PublicStep",
        json!({
            "step": text, "roles": texts, "units": texts, "began_at": at, "ended_at": maybe_at,
            "due_at": maybe_at, "days_left": maybe_whole, "overdue_days": whole, "late": flag,
            "lamp": text,
        }),
    );
    add(
        "Pause",
        json!({ "from": at, "until": maybe_at, "reason": text, "law": text }),
    );
    add(
        "SheetDay",
        json!({
            "day": { "type": "string", "format": "date" }, "counts": flag, "why": text,
            "last": flag,
        }),
    );
    add(
        "Clock",
        json!({
            "name": text, "title": text, "law": maybe, "limit": text, "promised": maybe,
            "started_at": at, "due_at": maybe_at, "promised_until": maybe_at,
            "ended_at": maybe_at, "stands_still_since": maybe_at, "days_left": maybe_whole,
            "overdue_days": whole, "late": flag, "lamp": text, "provisional": flag,
            "extended_by": maybe, "pauses": list("Pause"), "sheet": list("SheetDay"),
        }),
    );
    let problem = json!({ "anyOf": [reference("Problem"), { "type": "null" }] });
    add(
        "BatchResult",
        json!({ "id": reference("Id"), "version": maybe_whole, "problem": problem }),
    );
    add("BatchResults", json!({ "results": list("BatchResult") }));
    let standing = json!({ "type": "string", "enum": ["running", "ended", "void"] });
    add(
        "Progress",
        json!({
            "register": text, "id": reference("Id"), "shown": text, "public_no": text,
            "standing": standing, "at_state": maybe, "began_at": at, "ended_at": maybe_at,
            "mine": flag, "flow_changed": flag, "undo_until": maybe_at, "steps": list("Step"),
            "clocks": list("Clock"),
        }),
    );
    add(
        "PublicProgress",
        json!({
            "public_no": text, "title": text, "standing": standing, "began_at": at,
            "ended_at": maybe_at, "ended_as": maybe, "steps": list("PublicStep"),
            "clocks": list("Clock"), "comments": list("PublicComment"),
        }),
    );
    add(
        "PublicComment",
        json!({ "said_at": at, "words": text, "answer": maybe }),
    );
}
