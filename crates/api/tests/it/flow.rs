//! The course of a matter, followed by programs and by everybody.

use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{COURTS, World};

const REPAIRS: &str = "/api/tennis_club.repair";

/// A court, a coach who reports it, a groundsman; the report's path and id.
struct Repair {
    world: World,
    coach: String,
    groundsman: String,
    path: String,
}

impl Repair {
    fn reported() -> Repair {
        let world = World::new();
        let (manager, coach) = (world.token("manager"), world.token("coach"));
        let groundsman = world.token("groundsman");
        world.token("chair");
        world.token("treasurer");
        let member = world.member(&manager, "张三");
        let court = world
            .house
            .create(
                &kernel::Actor::operator(),
                "tennis_club.court",
                &[("name", "一号场"), ("surface", "clay"), ("fee", "30")],
            )
            .expect("a court");
        assert!(COURTS.ends_with("court"));
        let fields = json!({
            "court": court.id.to_string(), "reporter": member, "division": "330109",
            "damage": "网断了",
        });
        let made = world
            .post(REPAIRS)
            .token(&coach)
            .json(&json!({ "fields": fields }))
            .send();
        assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        let repair = Repair {
            path: made.header("location").to_owned(),
            world,
            coach,
            groundsman,
        };
        repair.act(&repair.coach, 1, "report", json!({}));
        repair
    }

    fn act(&self, token: &str, version: i64, action: &str, body: Value) {
        let answer = self
            .world
            .post(format!("{}/actions/{action}", self.path))
            .token(token)
            .header("if-match", &format!("\"{version}\""))
            .json(&body)
            .send();
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    }

    fn get(&self, token: &str, path: &str) -> Value {
        let answer = self.world.get(path).token(token).send();
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    }

    fn todo(&self, token: &str) -> Vec<Value> {
        let page = self.get(token, "/api/-/todo");
        page["items"].as_array().expect("items").clone()
    }
}

#[test]
fn what_waits_is_listed_and_counted() {
    let repair = Repair::reported();
    let items = repair.todo(&repair.groundsman);
    assert_eq!(items.len(), 1);
    assert_eq!(items[0]["register"], "tennis_club.repair");
    assert_eq!(items[0]["step"], "已报修");
    assert_eq!(items[0]["days_left"], 3);
    assert_eq!(items[0]["is_new"], true);
    let counts = repair.get(&repair.groundsman, "/api/-/todo/counts");
    assert_eq!(counts["todo"], json!({ "exactly": 1 }));
    assert_eq!(counts["overdue"], json!({ "exactly": 0 }));
    // Reading the record is taking note of it.
    repair.get(&repair.groundsman, &repair.path);
    assert_eq!(repair.todo(&repair.groundsman)[0]["is_new"], false);
    assert!(repair.todo(&repair.coach).is_empty());
    let started = repair.get(&repair.coach, "/api/-/todo?tab=started");
    assert_eq!(started["items"][0]["turn"], Value::Null);
    assert_eq!(started["next"], Value::Null);
    let wrong = repair
        .world
        .get("/api/-/todo?tab=all")
        .token(&repair.coach)
        .send();
    assert_eq!(wrong.places(), [("tab".to_owned(), "choice".to_owned())]);
    let far = repair
        .world
        .get("/api/-/todo?after=0")
        .token(&repair.coach)
        .send();
    assert_eq!(far.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[test]
fn turns_are_claimed_handed_over_and_answered_once() {
    let repair = Repair::reported();
    let turn = repair.todo(&repair.groundsman)[0]["turn"].clone();
    let turn = turn.as_str().expect("a turn");
    let path = |act: &str| format!("/api/-/turns/{turn}/{act}");
    let claim = || {
        repair
            .world
            .post(path("claim"))
            .token(&repair.groundsman)
            .header("idempotency-key", "claim-1")
            .json(&json!({}))
            .send()
    };
    let first = claim();
    assert_eq!(first.status, StatusCode::OK, "{}", first.text);
    assert_eq!(first.json()["version"], 2);
    let again = claim();
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.text, first.text);
    assert_eq!(repair.todo(&repair.groundsman)[0]["claimed"], true);
    let ask = |act: &str, body: Value| {
        let asked = repair.world.post(path(act)).token(&repair.groundsman);
        asked.json(&body).send()
    };
    let missing = ask("transfer", json!({ "reason": "请办" }));
    assert_eq!(
        missing.places(),
        [("/to".to_owned(), "required".to_owned())]
    );
    let unknown = ask(
        "transfer",
        json!({ "to": "0000000000001", "reason": "请办" }),
    );
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(ask("burn", json!({})).status, StatusCode::NOT_FOUND);
    let more = ask("release", json!({ "reason": "多余" }));
    assert_eq!(more.status, StatusCode::UNPROCESSABLE_ENTITY);
    let answer = ask("answer", json!({ "opinion": "好" }));
    assert_eq!(answer.problem(), (409, "conflict".to_owned()));
    let foreign = repair
        .world
        .post(path("claim"))
        .token(&repair.coach)
        .json(&json!({}))
        .send();
    assert_eq!(foreign.status, StatusCode::CONFLICT);
    let nobody = repair.world.post(path("claim")).json(&json!({})).send();
    assert_eq!(nobody.problem().0, 401);
}

#[test]
fn a_matter_is_followed_inside_and_by_its_public_number() {
    let repair = Repair::reported();
    repair.act(
        &repair.groundsman,
        2,
        "order",
        json!({ "opinion": "情况属实" }),
    );
    let inside = repair.get(&repair.groundsman, &format!("{}/progress", repair.path));
    assert_eq!(inside["steps"].as_array().expect("steps").len(), 3);
    assert_eq!(inside["steps"][1]["outcome"], "派修");
    assert_eq!(inside["steps"][1]["turns"][0]["said"], "情况属实");
    assert_eq!(inside["mine"], true);
    let number = inside["public_no"].as_str().expect("a number");
    // Nobody need sign in.
    let told = repair.world.get(format!("/api/-/progress/{number}")).send();
    assert_eq!(told.status, StatusCode::OK);
    assert_eq!(told.json()["title"], "场地报修");
    assert_eq!(told.json()["steps"].as_array().expect("steps").len(), 2);
    for hidden in ["张三", "测试员", "网断了", "情况属实", "一号场"] {
        assert!(!told.text.contains(hidden), "{hidden}: {}", told.text);
    }
    let wrong = repair.world.get("/api/-/progress/0000000000000000").send();
    assert_eq!(wrong.problem(), (404, "not_found".to_owned()));
    let closed = repair.world.get(format!("{}/progress", repair.path)).send();
    assert_eq!(closed.problem().0, 401);
}

#[test]
fn the_step_to_go_back_to_is_named() {
    let repair = Repair::reported();
    repair.act(
        &repair.groundsman,
        2,
        "order",
        json!({ "opinion": "情况属实" }),
    );
    let done = json!({ "fields": { "cost": "120", "mended": "2027-03-01" } });
    repair.act(&repair.groundsman, 3, "finish", done);
    repair.act(
        &repair.groundsman,
        4,
        "accept",
        json!({ "opinion": "合格" }),
    );
    let manager = repair.world.token("manager");
    let back = json!({ "reason": "重新派修", "to": "reported" });
    repair.act(&manager, 5, "back_to", back);
    let record = repair.get(&manager, &repair.path);
    assert_eq!(record["state"], "reported");
}

#[test]
fn what_the_document_says_of_progress_is_what_is_sent() {
    let repair = Repair::reported();
    let document = repair.world.get("/api/openapi.json").send().json();
    let inside = repair.get(&repair.groundsman, &format!("{}/progress", repair.path));
    let number = inside["public_no"].as_str().expect("a number");
    let told = repair.get(&repair.coach, &format!("/api/-/progress/{number}"));
    let todo = repair.todo(&repair.groundsman);
    for (schema, sent) in [
        ("Progress", &inside),
        ("PublicProgress", &told),
        ("Step", &inside["steps"][0]),
        ("Turn", &inside["steps"][0]["turns"][0]),
        ("PublicStep", &told["steps"][0]),
        ("Clock", &inside["clocks"][0]),
        ("SheetDay", &inside["clocks"][0]["sheet"][0]),
        ("Todo", &todo[0]),
    ] {
        let said = &document["components"]["schemas"][schema]["properties"];
        let names = |value: &Value| {
            let object = value.as_object().expect("an object");
            object.keys().cloned().collect::<Vec<_>>()
        };
        assert_eq!(names(said), names(sent), "{schema}");
    }
}

#[test]
fn many_are_done_at_once_and_each_is_answered_by_itself() {
    let repair = Repair::reported();
    let id = repair.path.rsplit('/').next().expect("an id");
    let order = |records: Value, token: &str| {
        let path = "/api/tennis_club.repair/actions/order";
        let body = json!({ "records": records, "opinion": "情况属实" });
        repair.world.post(path).token(token).json(&body).send()
    };
    let both = json!([{ "id": id, "version": 2 }, { "id": "0000000000001", "version": 1 }]);
    let answer = order(both, &repair.groundsman);
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    let told = answer.json();
    let results = told["results"].as_array().expect("results");
    assert_eq!(
        results[0],
        json!({ "id": id, "version": 3, "problem": null })
    );
    assert_eq!(results[1]["version"], Value::Null);
    assert_eq!(results[1]["problem"]["code"], "not_found");
    // Sent again, the version is no longer the present one.
    let again = order(json!([{ "id": id, "version": 2 }]), &repair.groundsman).json();
    assert_eq!(again["results"][0]["problem"]["code"], "stale");

    let places = |answer: crate::world::Answer| answer.places();
    let wrong = |records: Value| places(order(records, &repair.groundsman));
    let type_at = |place: &str| [(place.to_owned(), "type".to_owned())];
    assert_eq!(
        wrong(json!([])),
        [("/records".to_owned(), "length".to_owned())]
    );
    assert_eq!(wrong(json!("x")), type_at("/records"));
    assert_eq!(wrong(json!([1])), type_at("/records/0"));
    assert_eq!(wrong(json!([{ "id": id }])), type_at("/records/0/version"));
    assert_eq!(
        wrong(json!([{ "id": id, "version": 2, "to": 1 }])),
        type_at("/records/0/to")
    );
    let one_by_one = repair
        .world
        .post("/api/tennis_club.repair/actions/refuse")
        .token(&repair.groundsman)
        .json(&json!({ "records": [{ "id": id, "version": 3 }], "reason": "不属实" }))
        .send();
    assert_eq!(one_by_one.problem(), (404, "not_found".to_owned()));
    let nobody = repair
        .world
        .post("/api/tennis_club.repair/actions/order")
        .json(&json!({ "records": [{ "id": id, "version": 3 }], "opinion": "好" }))
        .send();
    assert_eq!(nobody.problem().0, 401);
}

#[test]
fn an_act_is_taken_back_once() {
    let repair = Repair::reported();
    let clock = &repair.world.house.clock;
    let now = repair.world.house.app.now();
    clock.set(kernel::Moment(now.0 + 60_000_000));
    repair.act(&repair.groundsman, 2, "order", json!({ "opinion": "属实" }));
    let undo = |token: &str| {
        let path = format!("{}/undo", repair.path);
        let asked = repair.world.post(path).token(token);
        asked.header("idempotency-key", "undo-1").send()
    };
    assert_eq!(undo(&repair.coach).problem(), (409, "conflict".to_owned()));
    let undone = undo(&repair.groundsman);
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.text);
    assert_eq!(undone.header("etag"), "\"4\"");
    assert_eq!(repair.get(&repair.coach, &repair.path)["state"], "reported");
    let again = undo(&repair.groundsman);
    assert_eq!(again.header("idempotent-replayed"), "true");
    assert_eq!(again.text, undone.text);
    let elsewhere = repair
        .world
        .post(format!("{COURTS}/0000000000001/undo"))
        .token(&repair.groundsman)
        .send();
    assert_eq!(elsewhere.problem().0, 404);
}
