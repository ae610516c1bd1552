//! Ways of being told, and the receivers of units, asked by programs.

use http::StatusCode;
use serde_json::json;

use crate::world::World;

fn world() -> World {
    let world = World::new();
    world.house.app.set_outward(app::Outward {
        address: "https://jinzhi.example.cn".to_owned(),
        product: "金质".to_owned(),
        mail_domain: Some("example.cn".to_owned()),
        allowed: Vec::new(),
    });
    world
}

#[test]
fn an_address_is_proved_and_the_choice_kept() {
    let world = world();
    let coach = world.token("coach");
    let nobody = world.get("/api/-/reach").send();
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    let post = |path: &str, body: serde_json::Value| {
        world.post(path.to_owned()).token(&coach).json(&body).send()
    };
    let bad = post("/api/-/reach/email", json!({ "email": "nobody" }));
    assert_eq!(bad.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", bad.text);
    let kept = post(
        "/api/-/reach/email",
        json!({ "email": "someone@example.org" }),
    );
    assert_eq!(kept.json()["word_sent"], json!(true), "{}", kept.text);
    let soon = post(
        "/api/-/reach/email",
        json!({ "email": "someone@example.org" }),
    );
    assert_eq!(soon.status, StatusCode::TOO_MANY_REQUESTS);
    let mail = world.house.app.due_letters().expect("due").remove(0);
    let word = mail
        .text
        .lines()
        .find(|line| line.starts_with("    "))
        .expect("a word")
        .trim();
    let proved = post("/api/-/reach/prove", json!({ "word": word }));
    assert_eq!(proved.json()["proved"], json!(true), "{}", proved.text);
    let choice = json!({ "how": "at_once", "kinds": ["near"], "hour": 9, "quiet_from": null, "quiet_to": null });
    let chosen = post("/api/-/reach/choose", choice).json();
    assert_eq!(
        (&chosen["how"], &chosen["hour"], &chosen["quiet_from"]),
        (&json!("at_once"), &json!(9), &json!(null))
    );
    for odd in [
        json!({ "how": "hourly", "kinds": [] }),
        json!({ "how": "daily", "kinds": ["gossip"] }),
        json!({ "how": "daily", "kinds": "near" }),
        json!({ "how": "daily", "kinds": [], "hour": 24 }),
        json!({ "how": "daily", "kinds": [], "hour": "8" }),
        json!({ "how": "daily", "kinds": [], "quiet_from": 22 }),
        json!({ "how": "daily", "kinds": [], "quiet_from": 1169, "quiet_to": null }),
        json!({ "how": "daily", "kinds": [], "quiet_from": null, "quiet_to": 7 }),
    ] {
        let refused = post("/api/-/reach/choose", odd.clone());
        assert_eq!(
            refused.status,
            StatusCode::UNPROCESSABLE_ENTITY,
            "{odd}: {}",
            refused.text
        );
    }
    let dropped = post("/api/-/reach/drop", json!({})).json();
    assert_eq!(dropped["email"], json!(null));
}

#[test]
fn a_feed_is_told_once_and_a_secret_asks_for_a_fresh_proof() {
    let world = world();
    let (coach, admin) = (world.token("coach"), world.token("sys_admin"));
    let made = world
        .post("/api/-/feed".to_owned())
        .token(&coach)
        .send()
        .json();
    assert!(
        made["path"]
            .as_str()
            .is_some_and(|path| path.starts_with("/calendar/feed/"))
    );
    let view = world.get("/api/-/reach").token(&coach).send().json();
    assert!(view["feed_until"].is_string(), "{view}");
    for status in [StatusCode::OK, StatusCode::NOT_FOUND] {
        let ended = world
            .post("/api/-/feed/drop".to_owned())
            .token(&coach)
            .send();
        assert_eq!(ended.status, status, "{}", ended.text);
    }
    let who = world.house.as_role("sys_admin");
    let unit = world.house.unit().to_string();
    let fields = [
        ("unit", unit.as_str()),
        ("url", "https://unit.example.org/"),
    ];
    let id = world
        .house
        .create(&who, "house.webhook", &fields)
        .expect("a receiver")
        .id;
    let path = format!("/api/-/webhooks/{id}/secret");
    let refused = world.post(path.clone()).token(&admin).send();
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    assert!(
        refused.text.contains("fresh_auth_needed"),
        "{}",
        refused.text
    );
    let foreign = world.post(path).token(&coach).send();
    assert!(foreign.status.is_client_error() && !foreign.text.contains("whsec_"));
    world
        .house
        .app
        .renew_webhook_secret(&who, id)
        .expect("a secret");
    let tried = world
        .post(format!("/api/-/webhooks/{id}/try"))
        .token(&admin)
        .send();
    assert_eq!(tried.status, StatusCode::ACCEPTED, "{}", tried.text);
}
