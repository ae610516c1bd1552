//! The tree of units and the acts on it, asked by programs.

use app::{Given, NewUnit};
use http::StatusCode;
use kernel::{Actor, Id};
use serde_json::json;

use crate::world::World;

const PASSWORD: &str = "Tennis-2027-Club";

fn unit(world: &World, code: &str, title: &str, areas: &[&str]) -> Id {
    let areas: Vec<String> = areas.iter().map(|area| (*area).to_owned()).collect();
    let unit = NewUnit {
        code,
        title,
        kind: "station",
        parent: Some(world.house.unit()),
        areas: &areas,
    };
    let made = world.house.app.add_unit(&Actor::operator(), &unit);
    made.expect("a unit")
}

/// A token of the administrator, who has just proved to be the one.
fn proven(world: &World) -> String {
    let app = &world.house.app;
    let account = world.house.as_role("sys_admin").account;
    app.set_password(account, account, PASSWORD)
        .expect("a password");
    let token = app.issue_token("sys_admin", 30).expect("a token");
    app.prove(&token, Given::Password(PASSWORD))
        .expect("proven");
    token
}

#[test]
fn units_are_merged_by_a_program_that_proved_itself() {
    let world = World::new();
    let near = unit(&world, "BJ", "滨江所", &["330108"]);
    let far = unit(&world, "YH", "余杭所", &["330110"]);
    let new = unit(&world, "ZX", "中心所", &[]);
    let token = proven(&world);
    let stale = world.token("sys_admin");
    let ask = json!({
        "kind": "merge", "units": [near.to_string(), far.to_string()], "into": new.to_string(),
        "from": "2027-03-01", "reason": "杭编办〔2027〕3 号",
    });
    let shown = world
        .post("/api/-/unit-changes/preview")
        .token(&token)
        .json(&ask)
        .send();
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.text);
    let shown = shown.json();
    assert_eq!(shown["areas"].as_array().map(Vec::len), Some(2), "{shown}");
    assert_eq!(shown["missing"], json!([]));
    let change = |token: &str| {
        let ask_now = world.post("/api/-/unit-changes").token(token);
        ask_now
            .header("idempotency-key", "units-1")
            .json(&ask)
            .send()
    };
    let no = change(&stale).problem();
    assert_eq!(no.1, "fresh_auth_needed");
    let done = change(&token);
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    assert_eq!(change(&token).header("idempotent-replayed"), "true");
    let tree = world.get("/api/-/units?q=所").token(&token).send().json();
    let titles: Vec<&str> = tree["items"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|row| row["title"].as_str())
        .collect();
    assert_eq!(titles, ["测试局", "中心所"]);
    let before = world
        .get("/api/-/units?on=2027-02-28&q=滨江")
        .token(&token)
        .send();
    assert!(before.text.contains("滨江所"), "{}", before.text);
    let one = world
        .get(format!("/api/-/units/{far}"))
        .token(&token)
        .send()
        .json();
    assert_eq!(one["heir"]["title"], "中心所", "{one}");
    assert_eq!(one["areas"][0]["until"], "2027-03-01");
    let id = done.json()["id"].as_str().expect("an id").to_owned();
    let back = world
        .post(format!("/api/-/unit-changes/{id}/take_back"))
        .token(&token)
        .json(&json!({ "reason": "批文撤销" }))
        .send();
    assert_eq!(back.status, StatusCode::OK, "{}", back.text);
    let tree = world.get("/api/-/units").token(&token).send();
    assert!(tree.text.contains("余杭所"), "{}", tree.text);
}

#[test]
fn nobody_else_sees_the_tree_and_what_is_wrong_is_told_in_its_place() {
    let world = World::new();
    let far = unit(&world, "YH", "余杭所", &["330110"]);
    let coach = world.token("coach");
    assert_eq!(world.get("/api/-/units").send().problem().0, 401);
    for path in ["/api/-/units".to_owned(), format!("/api/-/units/{far}")] {
        assert_eq!(world.get(path).token(&coach).send().problem().0, 404);
    }
    let token = proven(&world);
    let ask = |body: serde_json::Value| {
        let ask = world.post("/api/-/unit-changes").token(&token);
        ask.json(&body).send()
    };
    let rename = ask(json!({ "kind": "rename", "unit": far.to_string(), "title": "临平所" }));
    let (_, places) = (rename.problem(), rename.places());
    assert!(
        places.iter().any(|(place, _)| place == "/reason"),
        "{places:?}"
    );
    let kind = ask(json!({ "kind": "melt" }));
    assert_eq!(kind.places()[0].0, "/kind");
    let day = ask(json!({
        "kind": "move", "unit": far.to_string(), "from": "2027-02-30", "reason": "三定规定",
    }));
    assert_eq!(day.places()[0].0, "/from");
    let later = ask(json!({
        "kind": "rename", "unit": far.to_string(), "title": "临平所", "from": "2027-05-01",
        "reason": "更名批复",
    }));
    let id = later.json()["id"].as_str().expect("an id").to_owned();
    let tree = world.get("/api/-/units").token(&token).send().json();
    assert_eq!(tree["coming"][0]["state"], "planned", "{tree}");
    let off = world.post(format!("/api/-/unit-changes/{id}/withdraw"));
    assert_eq!(off.token(&token).send().status, StatusCode::OK);
}
