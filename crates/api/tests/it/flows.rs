//! Versions of flows asked by programs, and what strangers may say and ask there.

use http::StatusCode;
use serde_json::json;

use crate::world::World;

const REPAIR: &str = "tennis_club.repair";

#[test]
fn versions_are_listed_for_who_keeps_the_system_and_a_slip_is_told() {
    let world = World::new();
    world.house.app.keep_flows().expect("kept");
    let (admin, coach) = (world.token("sys_admin"), world.token("coach"));
    let listed = world.get("/api/-/flows").token(&admin).send();
    assert_eq!(listed.status, StatusCode::OK, "{}", listed.text);
    let listed = listed.json();
    let items = listed["items"].as_array().expect("items");
    let repair = items.iter().find(|item| item["register"] == REPAIR);
    let repair = repair.expect("the repair");
    assert_eq!(
        (&repair["current"], &repair["running"]),
        (&json!(true), &json!(0))
    );
    let current = repair["version"].as_str().expect("a mark");
    assert_eq!(
        world.get("/api/-/flows").token(&coach).send().problem().0,
        404
    );
    let path = |version: &str| format!("/api/-/flows/{REPAIR}/{version}");
    let ask = |version: &str| {
        let page = world.get(path(version)).token(&admin).send();
        page.status
    };
    assert_eq!(ask("zz"), StatusCode::NOT_FOUND);
    assert_eq!(ask(current), StatusCode::CONFLICT);
    let gone = format!("/api/-/flows/tennis_club.nothing/{current}");
    let gone = world.get(gone).token(&admin).send();
    assert_eq!(gone.status, StatusCode::NOT_FOUND);
    let moved = world
        .post(format!("{}/move", path("zz")))
        .token(&world.proven("admin2", "sys_admin"))
        .json(&json!({ "reason": "缩短期限" }))
        .send();
    assert_eq!(moved.status, StatusCode::NOT_FOUND, "{}", moved.text);
}

/// A comment is taken from anybody, read by nobody before an officer has, and needs a matter and words.
#[test]
fn comments_come_from_strangers_and_wait() {
    let world = World::new();
    let (manager, coach) = (world.token("manager"), world.token("coach"));
    world.token("groundsman");
    let member = world.member(&manager, "张三");
    let court = [("name", "一号场"), ("surface", "clay"), ("fee", "30")];
    let operator = kernel::Actor::operator();
    let court = world.house.create(&operator, "tennis_club.court", &court);
    let fields = json!({
        "court": court.expect("a court").id.to_string(), "reporter": member,
        "division": "330109", "damage": "网断了",
    });
    let made = world.post("/api/tennis_club.repair").token(&coach);
    let made = made.json(&json!({ "fields": fields })).send();
    let path = made.header("location").to_owned();
    let matter = world.get(format!("{path}/progress")).token(&coach).send();
    assert_eq!(matter.status, StatusCode::OK, "{}", matter.text);
    let no = matter.json()["public_no"]
        .as_str()
        .expect("a number")
        .to_owned();
    let say = |no: &str, body: serde_json::Value| {
        let at = format!("/api/-/progress/{no}/comments");
        world.post(at).json(&body).send()
    };
    let words = json!({ "words": "已经三天没有人来修" });
    let taken = say(&no, words.clone());
    assert_eq!(taken.status, StatusCode::ACCEPTED, "{}", taken.text);
    assert_eq!(say("0000000000000000", words).status, StatusCode::NOT_FOUND);
    let empty = say(&no, json!({ "words": " " }));
    assert_eq!(
        empty.status,
        StatusCode::UNPROCESSABLE_ENTITY,
        "{}",
        empty.text
    );
    let shown = world.get(format!("/api/-/progress/{no}")).send();
    assert_eq!(
        shown.json()["comments"],
        json!([]),
        "nobody has read it yet"
    );
}

/// Where no register takes applications there is nothing to ask.
#[test]
fn without_a_register_for_it_nobody_applies() {
    let world = World::new();
    let bodies = [
        (
            "/api/-/enrolments",
            json!({ "fields": {}, "password": "x" }),
        ),
        ("/api/-/enrolments/unit", json!({ "code": "x" })),
        (
            "/api/-/enrolments/0000000000000000/standing",
            json!({ "password": "x" }),
        ),
    ];
    for (path, body) in bodies {
        let answer = world.post(path).json(&body).send();
        assert_ne!(answer.status, StatusCode::OK, "{path}");
        assert!(answer.status.is_client_error(), "{path}: {}", answer.text);
    }
}
