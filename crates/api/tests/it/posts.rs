//! One's posts and leaves, asked and changed by programs.

use http::StatusCode;
use serde_json::json;

use crate::world::{MEMBERS, World, member};

#[test]
fn a_program_chooses_its_post() {
    let world = World::new();
    let token = world.token("coach");
    let coach = world.house.as_role("coach");
    let (manager, _) = world.house.post(coach.account, "manager", None);
    let make = || {
        let body = json!({ "fields": member("张三") });
        world.post(MEMBERS).token(&token).json(&body).send().status
    };
    assert_eq!(make(), StatusCode::FORBIDDEN);
    let take = |post: &str| {
        let path = format!("/api/-/posts/{post}/take");
        world.post(path).token(&token).send()
    };
    let taken = take(&manager.to_string());
    assert_eq!(taken.status, StatusCode::OK, "{}", taken.text);
    let active = |answer: &serde_json::Value| -> Vec<bool> {
        let items = answer["items"].as_array().cloned().unwrap_or_default();
        items.iter().map(|post| post["active"] == true).collect()
    };
    assert_eq!(active(&taken.json()), [false, true]);
    assert_eq!(make(), StatusCode::CREATED);
    let me = world.get("/api/-/me").token(&token).send().json();
    assert_eq!(me["post"], manager.to_string());
    assert_eq!(me["role"], "俱乐部经理");
    let listed = world.get("/api/-/posts").token(&token).send().json();
    assert_eq!(active(&listed), [false, true]);
    assert_eq!(take("0000000000001").problem().0, 404);
    assert_eq!(world.get("/api/-/posts").send().problem().0, 401);
}

#[test]
fn a_leave_is_entrusted_and_recalled() {
    let world = World::new();
    let (stale, deputy) = (world.token("manager"), world.token("coach"));
    let token = world.proven("manager", "manager");
    let post = world.house.as_role("manager").account.to_string();
    let people = world
        .get(format!("/api/-/posts/{post}/deputies"))
        .token(&token)
        .send()
        .json();
    let to = people["items"][0]["id"]
        .as_str()
        .expect("somebody")
        .to_owned();
    let leave = json!({
        "post": post, "to": to, "since": "2027-03-01", "until": "2027-03-05", "reason": "年休假",
    });
    let ask = |body: &serde_json::Value| {
        let ask = world.post("/api/-/leaves").token(&token);
        ask.header("idempotency-key", "leave-1").json(body).send()
    };
    let unproven = world
        .post("/api/-/leaves")
        .token(&stale)
        .json(&leave)
        .send();
    assert_eq!(unproven.problem().0, 401, "the password ended that token");
    let stale = world.token("manager");
    let unproven = world
        .post("/api/-/leaves")
        .token(&stale)
        .json(&leave)
        .send();
    assert_eq!(unproven.problem(), (403, "fresh_auth_needed".to_owned()));
    let made = ask(&leave);
    assert_eq!(made.status, StatusCode::OK, "{}", made.text);
    assert_eq!(ask(&leave).header("idempotent-replayed"), "true");
    let posts = world.get("/api/-/posts").token(&deputy).send().json();
    assert_eq!(posts["items"][1]["on_behalf"], "测试员");
    let leaves = world.get("/api/-/leaves").token(&token).send().json();
    let id = leaves["items"][0]["id"].as_str().expect("an id").to_owned();
    let recalled = world
        .post(format!("/api/-/leaves/{id}/recall"))
        .token(&token)
        .send();
    assert_eq!(recalled.status, StatusCode::OK, "{}", recalled.text);
    let posts = world.get("/api/-/posts").token(&deputy).send().json();
    assert_eq!(posts["items"].as_array().map(Vec::len), Some(1));
    // Written as the document says, and no other way.
    for until in ["tomorrow", "20270305", "2027-02-30"] {
        let wrong = json!({
            "post": post, "to": to, "since": "2027-03-01", "until": until, "reason": "年休假",
        });
        let ask = world.post("/api/-/leaves").token(&token);
        let refused = ask.json(&wrong).send();
        let place = ("/until".to_owned(), "date".to_owned());
        assert_eq!(refused.places(), [place], "{until}");
    }
}

#[test]
fn everything_open_is_handed_over() {
    let world = World::new();
    let (giver, heir) = (
        world.proven("giver", "groundsman"),
        world.proven("heir", "groundsman"),
    );
    let manager = world.token("manager");
    let coach = world.token("coach");
    let person = world.member(&manager, "张三");
    let court = [("name", "一号场"), ("surface", "clay"), ("fee", "30")];
    let operator = kernel::Actor::operator();
    let court = world.house.create(&operator, "tennis_club.court", &court);
    let fields = json!({
        "court": court.expect("a court").id.to_string(), "reporter": person,
        "division": "330109", "damage": "网断了",
    });
    let made = world.post("/api/tennis_club.repair").token(&coach);
    let made = made.json(&json!({ "fields": fields })).send().json();
    let path = format!(
        "/api/tennis_club.repair/{}",
        made["id"].as_str().expect("an id")
    );
    let report = world.post(format!("{path}/actions/report")).token(&coach);
    let reported = report.header("if-match", "\"1\"").json(&json!({})).send();
    assert_eq!(reported.status, StatusCode::OK, "{}", reported.text);
    let todo = |token: &str| world.get("/api/-/todo").token(token).send().json();
    let turn = todo(&giver)["items"][0]["turn"]
        .as_str()
        .expect("a turn")
        .to_owned();
    let claim = world
        .post(format!("/api/-/turns/{turn}/claim"))
        .token(&giver);
    assert_eq!(claim.json(&json!({})).send().status, StatusCode::OK);
    let to = world
        .house
        .app
        .account("heir")
        .expect("asked")
        .expect("known");
    let ask = |path: &str, token: &str, body: serde_json::Value| {
        let path = format!("/api/-/handovers{path}");
        world.post(path).token(token).json(&body).send()
    };
    let body = json!({ "to": to.to_string(), "reason": "调离" });
    let offered = ask("", &giver, body);
    assert_eq!(offered.status, StatusCode::OK, "{}", offered.text);
    let id = offered.json()["id"].as_str().expect("an id").to_owned();
    let seen = world.get(format!("/api/-/handovers/{id}")).token(&heir);
    let seen = seen.send().json();
    assert_eq!(seen["tasks"][0]["fits"], true);
    assert_eq!(seen["tasks"][0]["todo"]["turn"], turn);
    let picked = ask(&format!("/{id}/pick"), &heir, json!({ "turns": [turn] }));
    assert_eq!(picked.status, StatusCode::OK, "{}", picked.text);
    let wrong = ask(&format!("/{id}/pick"), &heir, json!({ "turns": "all" }));
    assert_eq!(wrong.places(), [("/turns".to_owned(), "type".to_owned())]);
    let done = ask(&format!("/{id}/confirm"), &giver, json!({}));
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert_eq!(todo(&heir)["items"][0]["turn"], turn);
    assert_eq!(todo(&giver)["items"], json!([]));
    assert_eq!(
        ask(&format!("/{id}/eat"), &giver, json!({})).problem().0,
        404
    );
}
