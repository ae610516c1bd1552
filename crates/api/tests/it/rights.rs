//! Who may do what is not decided here, but it must not leak here either.

use http::{Method, StatusCode};
use serde_json::json;

use crate::world::{COURTS, MEMBERS, World, member};

#[test]
fn without_proof_nothing_is_told() {
    let world = World::new();
    let token = world.token("manager");
    let id = world.member(&token, "张三");
    for path in [
        MEMBERS.to_owned(),
        format!("{MEMBERS}/{id}"),
        format!("{MEMBERS}/{id}/history"),
        "/api/-/me".to_owned(),
        "/api/nothing".to_owned(),
    ] {
        let answer = world.get(&path).send();
        assert_eq!(answer.problem(), (401, "unauthorised".to_owned()), "{path}");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"jinzhi\"");
        let forged = world.get(&path).token("forged").send();
        assert_eq!(forged.problem(), (401, "bad_token".to_owned()), "{path}");
        assert!(forged.header("www-authenticate").contains("invalid_token"));
    }
    let basic = world
        .get(MEMBERS)
        .header("authorization", "Basic eDp5")
        .send();
    assert_eq!(basic.problem(), (401, "bad_token".to_owned()));
    let wrong = world.post(MEMBERS).json(&json!({ "nonsense": 1 })).send();
    assert_eq!(
        wrong.problem().0,
        401,
        "who is nobody learns nothing about bodies"
    );
}

#[test]
fn a_foreign_record_does_not_exist() {
    let world = World::new();
    let manager = world.token("manager");
    let mut fields = member("张三");
    fields["division"] = json!("330102");
    let made = world
        .post(MEMBERS)
        .token(&manager)
        .json(&json!({ "fields": fields }))
        .send();
    let path = made.header("location").to_owned();
    let coach = world.token("coach");
    assert_eq!(
        world.get(&path).token(&coach).send().problem(),
        (404, "not_found".to_owned())
    );
    let change = world.patch(&path).token(&coach).header("if-match", "\"1\"");
    let change = change.json(&json!({ "fields": { "name": "李四" } })).send();
    assert_eq!(change.problem(), (404, "not_found".to_owned()));
    assert_eq!(
        world.get(MEMBERS).token(&coach).send().json()["items"],
        json!([])
    );
    let own = format!("{MEMBERS}/{}", world.member(&manager, "王五"));
    assert_eq!(world.get(&own).token(&coach).send().status, StatusCode::OK);
}

#[test]
fn a_member_sees_only_its_fields() {
    let world = World::new();
    let manager = world.token("manager");
    let id = world.member(&manager, "张三");
    let actor = world.house.as_own("member", id.parse().expect("an id"));
    let token = world
        .house
        .app
        .issue_token(&actor.login, 1)
        .expect("a token");
    let record = world
        .get(format!("{MEMBERS}/{id}"))
        .token(&token)
        .send()
        .json();
    let names: Vec<&String> = record["fields"]
        .as_object()
        .expect("fields")
        .keys()
        .collect();
    assert_eq!(
        names,
        ["card", "name", "phone", "plan", "paid_until", "fee_due"]
    );
    let made = world.post(COURTS).token(&token);
    let made = made
        .json(&json!({ "fields": { "name": "一号", "surface": "clay", "fee": 1 } }))
        .send();
    assert_eq!(made.problem(), (403, "forbidden".to_owned()));
    let me = world.get("/api/-/me").token(&token).send().json();
    assert_eq!(me["subject"], json!(id));
    let members = me["registers"]
        .as_array()
        .and_then(|r| r.iter().find(|r| r["register"] == "tennis_club.member"));
    assert_eq!(members.map(|m| &m["may"]), Some(&json!(["see"])));
}

#[test]
fn a_session_changes_things_only_with_its_mark() {
    let world = World::new();
    let actor = world.house.as_role("manager");
    world
        .house
        .app
        .set_password(actor.account, actor.account, "Tennis-2027-Club")
        .expect("set");
    let (cookie, session) = world
        .house
        .app
        .sign_in("manager", "Tennis-2027-Club")
        .expect("in");
    let cookie = format!("other=1; __Host-jinzhi={cookie}");
    let body = json!({ "fields": member("张三") });
    let bare = world
        .post(MEMBERS)
        .header("cookie", &cookie)
        .json(&body)
        .send();
    let marked = world
        .post(MEMBERS)
        .header("cookie", &cookie)
        .header("x-csrf", &session.csrf);
    let marked = marked.json(&body).send();
    if session.owes.is_some() {
        assert_eq!(marked.problem(), (403, "forbidden".to_owned()));
    } else {
        assert_eq!(marked.status, StatusCode::CREATED, "{}", marked.text);
    }
    assert_eq!(bare.problem(), (403, "csrf".to_owned()));
    let gone = world
        .get(MEMBERS)
        .header("cookie", "__Host-jinzhi=gone")
        .send();
    assert_eq!(gone.problem(), (401, "bad_token".to_owned()));
}

#[test]
fn a_head_is_answered_without_a_body() {
    let world = World::new();
    let answer = world.ask(Method::HEAD, MEMBERS).send();
    assert_eq!(
        (answer.status, answer.text.as_str()),
        (StatusCode::UNAUTHORIZED, "")
    );
}
