//! The operations of those who have no account yet.

use serde_json::{Map, Value, json};
use speech::{Lang, Said, said};

use super::answers::Open;
use super::house::items;
use super::operation::{Operation, in_path};
use super::reference;
use super::schemas::object;
use crate::enrolments::{CODE_CHARS_MAX, LOGIN_CHARS_MAX, NAME_CHARS_MAX};
use crate::prove::PROOF_CHARS_MAX;

const TAG: &str = "house";

/// The document is in Chinese.
fn zh(said: Said) -> String {
    said.take(Lang::Zh)
}

pub fn add(paths: &mut Map<String, Value>) {
    let mut put = |path: &str, item: Value| {
        paths.insert(path.to_owned(), item);
    };
    put("/api/-/enrolments", json!({ "post": enrol() }));
    put("/api/-/enrolments/unit", json!({ "post": unit() }));
    put(
        "/api/-/colleagues",
        json!({ "get": colleagues(), "post": add_colleague() }),
    );
    put(
        "/api/-/colleagues/{id}/link",
        json!({ "post": link_colleague() }),
    );
    put(
        "/api/-/colleagues/{id}/close",
        json!({ "post": close_colleague() }),
    );
    put(
        "/api/-/enrolments/{public_no}/standing",
        json!({ "post": standing() }),
    );
}

fn password() -> Value {
    json!({ "type": "string", "minLength": 1, "maxLength": PROOF_CHARS_MAX })
}

fn unit() -> Value {
    let code = json!({ "type": "string", "minLength": 1, "maxLength": CODE_CHARS_MAX });
    let known = object(
        json!({ "code": { "type": "string" }, "name": { "type": ["string", "null"] } }),
        &["code", "name"],
    );
    Operation::new(
        TAG,
        "enrolment_unit",
        zh(said!(
            "申请账号前核对代码：写法对不对，库里有没有（名称隐去中间）"
                / "Before applying: whether a code is right, and known (the name without its middle)"
        )),
        Open::ToAll,
    )
    .body(
        object(json!({ "code": code }), &["code"]),
        Some(json!({ "code": "91330109MA21002120" })),
    )
    .answer(200, &zh(said!("核对结果" / "What is known")), known, &[])
    .done()
}

fn enrol() -> Value {
    let fields = json!({
        "type": "object", "additionalProperties": { "type": "string" },
        "description": zh(said!(
            "申请登记簿里 [enrol] 的 asked 所列字段"
                / "the fields that asked of [enrol] lists in the register of applications"
        )),
    });
    let made = object(json!({ "public_no": { "type": "string" } }), &["public_no"]);
    Operation::new(
        TAG,
        "enrol",
        zh(said!(
            "申请企业账号；回答的公开编号用来查询"
                / "Apply for an account; the public number that is answered is for following it"
        )),
        Open::ToAll,
    )
    .body(
        object(
            json!({ "fields": fields, "password": password() }),
            &["fields", "password"],
        ),
        None,
    )
    .answer(201, &zh(said!("已收到" / "It has arrived")), made, &[])
    .may(&[409])
    .done()
}

fn standing() -> Value {
    let schema = json!({ "type": "string", "minLength": 1, "maxLength": 40 });
    let text = json!({ "type": "string" });
    let maybe = json!({ "type": ["string", "null"] });
    let found = object(
        json!({
            "public_no": text, "applied_at": reference("Moment"), "state": text,
            "waits": { "type": "boolean" }, "reason": maybe, "login": maybe,
        }),
        &[
            "public_no",
            "applied_at",
            "state",
            "waits",
            "reason",
            "login",
        ],
    );
    Operation::new(
        TAG,
        "enrolment_standing",
        zh(said!(
            "凭公开编号和申请时设的口令查询申请"
                / "Where an application stands, by its public number and password"
        )),
        Open::ToAll,
    )
    .parameter(in_path(
        "public_no",
        &zh(said!("公开编号" / "Public number")),
        schema,
    ))
    .body(
        object(json!({ "password": password() }), &["password"]),
        None,
    )
    .answer(200, &zh(said!("办理结果" / "What came of it")), found, &[])
    .done()
}

pub fn add_schemas(all: &mut Map<String, Value>) {
    let text = json!({ "type": "string" });
    let flag = json!({ "type": "boolean" });
    let colleague = object(
        json!({
            "account": reference("Id"), "login": text, "name": text, "role": text,
            "state": text, "open": flag, "yours": flag,
        }),
        &["account", "login", "name", "role", "state", "open", "yours"],
    );
    all.insert("Colleague".to_owned(), colleague);
}

fn colleagues() -> Value {
    let summary = said!("本企业的账号" / "Accounts of one's own enterprise");
    Operation::new(TAG, "colleagues", zh(summary), Open::ToKnown)
        .answer(
            200,
            &zh(said!("账号" / "Accounts")),
            items(reference("Colleague")),
            &[],
        )
        .done()
}

fn add_colleague() -> Value {
    let text = |max: usize| json!({ "type": "string", "minLength": 1, "maxLength": max });
    let schema = object(
        json!({
            "login": text(LOGIN_CHARS_MAX), "name": text(NAME_CHARS_MAX),
            "role": text(NAME_CHARS_MAX),
        }),
        &["login", "name", "role"],
    );
    let summary = said!(
        "为本企业的同事添加账号；须先重新验证身份"
            / "Add an account for a colleague; a fresh proof is asked"
    );
    Operation::new(TAG, "add_colleague", zh(summary), Open::ToKnown)
        .body(schema, None)
        .answer(
            201,
            &zh(said!(
                "已添加；登录名以这里的为准" / "Added; the login is the one told here"
            )),
            reference("Colleague"),
            &[],
        )
        .may(&[409])
        .done()
}

fn account_in_path() -> Value {
    in_path(
        "id",
        &zh(said!("账号编号" / "Id of the account")),
        reference("Id"),
    )
}

fn link_colleague() -> Value {
    let link = object(json!({ "path": { "type": "string" } }), &["path"]);
    let summary =
        said!("为本企业的同事生成一次性登录链接" / "Make a one-time sign-in link for a colleague");
    Operation::new(TAG, "link_colleague", zh(summary), Open::ToKnown)
        .parameter(account_in_path())
        .answer(201, &zh(said!("链接" / "The link")), link, &[])
        .may(&[409])
        .done()
}

fn close_colleague() -> Value {
    let summary = said!("停用本企业的一个账号" / "Close an account of one's own enterprise");
    Operation::new(TAG, "close_colleague", zh(summary), Open::ToKnown)
        .parameter(account_in_path())
        .answer(
            200,
            &zh(said!("账号" / "Accounts")),
            items(reference("Colleague")),
            &[],
        )
        .may(&[409])
        .done()
}
