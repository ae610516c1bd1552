//! Making, reading, changing, acting, looking back.

use http::StatusCode;
use serde_json::json;

use crate::world::{COURTS, MEMBERS, World, member};

#[test]
fn a_record_is_made_read_and_changed() {
    let world = World::new();
    let token = world.token("manager");
    let body = json!({
        "state": "active",
        "fields": {
            "name": "张三", "phone": "138 0013 8000", "division": "330109", "level": 2.5,
            "deposit": "1234.50", "likes": ["hard", "clay"], "born": "1990-02-28",
            "home": { "lat": 30.16, "lon": 120.27 }, "newsletter": true,
            "relatives": [{ "who": "李四", "relation": "配偶" }],
        },
    });
    let made = world.post(MEMBERS).token(&token).json(&body).send();
    assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
    assert_eq!(made.header("etag"), "\"1\"");
    assert_eq!(made.header("cache-control"), "no-store");
    let id = made.json()["id"].as_str().expect("an id").to_owned();
    assert_eq!(made.header("location"), format!("{MEMBERS}/{id}"));

    let read = world.get(made.header("location")).token(&token).send();
    assert_eq!(
        (read.status, read.header("etag")),
        (StatusCode::OK, "\"1\"")
    );
    let record = read.json();
    assert_eq!(record["state"], "active");
    assert_eq!(record["created_at"], "2027-03-01T01:00:00.000000Z");
    let fields = &record["fields"];
    assert_eq!(fields["level"], "2.5");
    assert_eq!(fields["deposit"], "1234.50");
    assert_eq!(fields["likes"], json!(["clay", "hard"]));
    assert_eq!(fields["born"], "1990-02-28");
    assert_eq!(fields["home"], json!({ "lat": 30.16, "lon": 120.27 }));
    assert_eq!(fields["phone"], json!({ "masked": "138****8000" }));
    assert_eq!(fields["email"], json!(null));
    assert_eq!(fields["visits"], 0);
    assert_eq!(fields["relatives"][0]["who"], json!({ "masked": "李*" }));
    assert!(!read.text.contains("13800138000") && !read.text.contains("李四"));

    let known = world
        .get(made.header("location"))
        .token(&token)
        .header("if-none-match", "\"1\"");
    let known = known.send();
    assert_eq!(
        (known.status, known.text.as_str()),
        (StatusCode::NOT_MODIFIED, "")
    );
    assert_eq!(known.header("etag"), "\"1\"");

    let change = json!({ "fields": { "level": null, "address": "文化路 1 号" } });
    let path = format!("{MEMBERS}/{id}");
    let changed = world
        .patch(&path)
        .token(&token)
        .header("if-match", "\"1\"")
        .json(&change)
        .send();
    assert_eq!(
        (changed.status, changed.header("etag")),
        (StatusCode::OK, "\"2\""),
        "{}",
        changed.text
    );
    let fields = world.get(&path).token(&token).send().json()["fields"].clone();
    assert_eq!(
        (&fields["level"], &fields["address"]),
        (&json!(null), &json!("文化路 1 号"))
    );
    assert_eq!(fields["deposit"], "1234.50", "what was not sent stays");
}

#[test]
fn whoever_comes_too_late_gets_the_present_record() {
    let world = World::new();
    let token = world.token("manager");
    let path = format!("{MEMBERS}/{}", world.member(&token, "张三"));
    let change = |version: &str, name: &str| {
        let body = json!({ "fields": { "name": name } });
        world
            .patch(&path)
            .token(&token)
            .header("if-match", version)
            .json(&body)
            .send()
    };
    assert_eq!(change("\"1\"", "李四").status, StatusCode::OK);
    let late = change("\"1\"", "王五");
    assert_eq!(late.problem(), (412, "stale".to_owned()));
    let current = &late.json()["current"];
    assert_eq!(
        (&current["version"], &current["fields"]["name"]),
        (&json!(2), &json!("李四"))
    );

    let body = json!({ "fields": {} });
    let careless = world.patch(&path).token(&token).json(&body).send();
    assert_eq!(
        careless.problem(),
        (428, "precondition_required".to_owned())
    );
    let weak = world
        .patch(&path)
        .token(&token)
        .header("if-match", "W/\"2\"")
        .json(&body)
        .send();
    assert_eq!(weak.problem(), (400, "bad_header".to_owned()));
}

#[test]
fn an_action_moves_the_record_and_says_what_is_missing() {
    let world = World::new();
    let token = world.token("manager");
    let made = world.post(COURTS).token(&token);
    let made = made
        .json(&json!({ "fields": { "name": "一号", "surface": "clay", "fee": 80 } }))
        .send();
    let path = made.header("location").to_owned();
    let close = format!("{path}/actions/close");
    let silent = world
        .post(&close)
        .token(&token)
        .header("if-match", "\"1\"")
        .json(&json!({}))
        .send();
    assert_eq!(silent.problem(), (422, "invalid".to_owned()));
    assert_eq!(
        silent.places(),
        [("/reason".to_owned(), "required".to_owned())]
    );

    let body = json!({ "reason": "翻修" });
    let closed = world
        .post(&close)
        .token(&token)
        .header("if-match", "\"1\"")
        .json(&body)
        .send();
    assert_eq!(
        (closed.status, closed.header("etag")),
        (StatusCode::OK, "\"2\""),
        "{}",
        closed.text
    );
    assert_eq!(
        world.get(&path).token(&token).send().json()["state"],
        "closed"
    );
    let again = world
        .post(&close)
        .token(&token)
        .header("if-match", "\"2\"")
        .json(&body)
        .send();
    assert_eq!(again.problem(), (409, "conflict".to_owned()));
    let odd = json!({ "reason": "翻修", "fields": { "fee": 1 } });
    let odd = world
        .post(&close)
        .token(&token)
        .header("if-match", "\"2\"")
        .json(&odd)
        .send();
    assert_eq!(
        odd.places(),
        [("/fields/fee".to_owned(), "unknown".to_owned())]
    );
}

#[test]
fn history_tells_each_change_and_the_past_can_be_read() {
    let world = World::new();
    let token = world.token("manager");
    let id = world.member(&token, "张三");
    let path = format!("{MEMBERS}/{id}");
    world.house.today("2027-03-05");
    let body = json!({ "fields": { "name": "张三丰", "phone": "13900139000" } });
    let changed = world
        .patch(&path)
        .token(&token)
        .header("if-match", "\"1\"")
        .json(&body)
        .send();
    assert_eq!(changed.status, StatusCode::OK, "{}", changed.text);

    let history = world.get(format!("{path}/history")).token(&token).send();
    assert!(!history.text.contains("13900139000"), "{}", history.text);
    let history = history.json();
    assert_eq!(history["next"], json!(null));
    let newest = &history["items"][0];
    assert_eq!(
        (&newest["act"], &newest["who"], &newest["version"]),
        (&json!("edit"), &json!("manager"), &json!(2))
    );
    let name = newest["changes"]
        .as_array()
        .and_then(|c| c.iter().find(|c| c["field"] == "name"));
    assert_eq!(
        name,
        Some(&json!({ "field": "name", "was": "张三", "now": "张三丰" }))
    );

    let then = world
        .get(format!("{path}?as_of=2027-03-02T00:00:00Z"))
        .token(&token)
        .send();
    assert_eq!(
        (then.status, then.header("etag")),
        (StatusCode::OK, ""),
        "{}",
        then.text
    );
    assert_eq!(then.json()["fields"]["name"], "张三");
    let before = world
        .get(format!("{path}?as_of=2026-01-01T00:00:00Z"))
        .token(&token)
        .send();
    assert_eq!(before.problem(), (404, "not_found".to_owned()));
}

#[test]
fn a_personal_value_is_revealed_for_a_reason_and_erased_for_good() {
    let world = World::new();
    let token = world.token("manager");
    let path = format!("{MEMBERS}/{}", world.member(&token, "张三"));
    let reveal = |body| {
        world
            .post(format!("{path}/reveal"))
            .token(&token)
            .json(&body)
            .send()
    };
    let plain = reveal(json!({ "field": "phone", "reason": "电话通知缴费" }));
    assert_eq!(
        plain.json(),
        json!({ "field": "phone", "value": "13800138000" })
    );
    assert_eq!(plain.header("cache-control"), "no-store");
    assert_eq!(reveal(json!({ "field": "phone" })).problem().0, 422);
    let public = reveal(json!({ "field": "name", "reason": "电话通知缴费" }));
    assert_eq!(
        public.places(),
        [("/field".to_owned(), "choice".to_owned())]
    );

    let body = json!({ "reason": "本人书面要求" });
    let erased = world
        .post(format!("{path}/erase"))
        .token(&token)
        .header("if-match", "\"1\"");
    let erased = erased.json(&body).send();
    assert_eq!(erased.status, StatusCode::OK, "{}", erased.text);
    let record = world.get(&path).token(&token).send();
    assert_eq!(record.json()["fields"]["phone"], json!({ "erased": true }));
    assert_eq!(record.header("etag"), erased.header("etag"));
}

#[test]
fn refused_values_are_all_named_at_once() {
    let world = World::new();
    let token = world.token("manager");
    let mut fields = member("张三");
    fields["division"] = json!("330");
    fields["level"] = json!("很好");
    fields["visit"] = json!(1);
    fields["visits"] = json!(1.5);
    fields["fee_due"] = json!("1.00");
    fields["born"] = json!("1990/2/28");
    fields["relatives"] = json!([{ "relation": "配偶", "age": 3 }]);
    let answer = world
        .post(MEMBERS)
        .token(&token)
        .json(&json!({ "fields": fields }))
        .send();
    assert_eq!(answer.problem(), (422, "invalid".to_owned()));
    let mut places = answer.places();
    places.sort();
    let expected = [
        ("/fields/born", "type"),
        ("/fields/division", "division"),
        ("/fields/fee_due", "read_only"),
        ("/fields/level", "type"),
        ("/fields/relatives/0/age", "unknown"),
        ("/fields/relatives/0/who", "required"),
        ("/fields/visit", "unknown"),
        ("/fields/visits", "type"),
    ];
    let expected: Vec<_> = expected.map(|(p, c)| (p.to_owned(), c.to_owned())).to_vec();
    assert_eq!(places, expected);
    let list = world.get(MEMBERS).token(&token).send().json();
    assert_eq!(list["items"], json!([]), "nothing was made");
}
