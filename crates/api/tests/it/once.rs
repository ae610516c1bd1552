//! The same request twice.

use http::StatusCode;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::world::{MEMBERS, World, member};

#[test]
fn a_repeated_request_is_answered_and_not_done_again() {
    let world = World::new();
    let token = world.token("manager");
    let send = |key: &str, name: &str| {
        let body = json!({ "fields": member(name) });
        world
            .post(MEMBERS)
            .token(&token)
            .header("idempotency-key", key)
            .json(&body)
            .send()
    };
    let first = send("a-1", "张三");
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.text);
    let second = send("a-1", "张三");
    assert_eq!((second.status, &second.text), (first.status, &first.text));
    assert_eq!(second.header("location"), first.header("location"));
    assert_eq!(second.header("etag"), first.header("etag"));
    assert_eq!(
        (
            first.header("idempotent-replayed"),
            second.header("idempotent-replayed")
        ),
        ("", "true")
    );
    assert_eq!(
        send("a-1", "李四").problem(),
        (422, "key_reused".to_owned())
    );
    assert_ne!(send("a-2", "张三").json()["id"], first.json()["id"]);
    let all = world
        .get(format!("{MEMBERS}?count=true"))
        .token(&token)
        .send()
        .json();
    assert_eq!(all["count"], json!({ "exactly": 2 }));
}

#[test]
fn a_refused_request_leaves_its_key_free() {
    let world = World::new();
    let token = world.token("manager");
    let send = |division: &str| {
        let mut fields = member("张三");
        fields["division"] = json!(division);
        let ask = world
            .post(MEMBERS)
            .token(&token)
            .header("idempotency-key", "b");
        ask.json(&json!({ "fields": fields })).send()
    };
    assert_eq!(send("999999").problem(), (422, "invalid".to_owned()));
    assert_eq!(send("330109").status, StatusCode::CREATED);
}

#[test]
fn keys_belong_to_accounts_and_have_a_form() {
    let world = World::new();
    let body = json!({ "fields": member("张三") });
    for role in ["manager", "sys_admin"] {
        let token = world.token(role);
        let made = world
            .post(MEMBERS)
            .token(&token)
            .header("idempotency-key", "k")
            .json(&body)
            .send();
        let expected = if role == "manager" { 201 } else { 403 };
        assert_eq!(made.status.as_u16(), expected, "{role}: {}", made.text);
    }
    let token = world.token("manager");
    for key in ["", "钥匙", &"k".repeat(256)] {
        let ask = world
            .post(MEMBERS)
            .token(&token)
            .header("idempotency-key", key)
            .json(&body)
            .send();
        assert_eq!(ask.problem(), (400, "bad_header".to_owned()), "{key}");
    }
}

#[test]
fn an_effect_whose_answer_was_lost_is_answered_and_not_done_again() {
    let world = World::new();
    let token = world.token("manager");
    let body = json!({ "fields": member("张三") });
    let text = body.to_string();
    let send = || {
        let ask = world
            .post(MEMBERS)
            .token(&token)
            .header("idempotency-key", "c");
        ask.raw("application/json", text.clone()).send()
    };
    // The commit is on disk, and the door stops before it says anything: nothing else is written.
    let actor = world.house.as_role("manager");
    let mut hash = Sha256::new();
    for part in ["POST", MEMBERS, "", "", &text] {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let kept = |saved: &app::Saved| format!("201\netag: \"{}\"\n\n{{}}", saved.version);
    let app = &world.house.app;
    let doing = app.once(&actor, "c", hash.finalize().into(), kept);
    let members = app
        .catalogue()
        .register("tennis_club.member")
        .expect("known");
    let input = [
        ("name", "张三"),
        ("phone", "13800138000"),
        ("division", "330109"),
    ];
    let input = testkit::input(&input);
    doing.create(&actor, members, None, &input).expect("made");
    let answer = send();
    assert_eq!((answer.status.as_u16(), answer.text.as_str()), (201, "{}"));
    assert_eq!(answer.header("idempotent-replayed"), "true");
    let all = world
        .get(format!("{MEMBERS}?count=true"))
        .token(&token)
        .send()
        .json();
    assert_eq!(all["count"], json!({ "exactly": 1 }));
    // Even a door that does not look first cannot do it twice.
    let again = doing.create(&actor, members, None, &input);
    assert!(matches!(again, Err(app::No::Refused(_))), "{again:?}");
}
