//! Proving anew who one is, by programs; ids and texts as programs write them.

use http::StatusCode;
use serde_json::json;

use crate::world::{COURTS, MEMBERS, World, member};

const PROVE: &str = "/api/-/prove";
const REPAIRS: &str = "/api/tennis_club.repair";
const PASSWORD: &str = "Tennis-2027-Club";

/// A reported repair, and its path.
fn reported(world: &World) -> String {
    let (manager, coach) = (world.token("manager"), world.token("coach"));
    for role in ["groundsman", "chair", "treasurer"] {
        world.token(role);
    }
    let who = world.member(&manager, "张三");
    let court = world.house.create(
        &kernel::Actor::operator(),
        "tennis_club.court",
        &[("name", "一号场"), ("surface", "clay"), ("fee", "30")],
    );
    let court = court.expect("a court").id.to_string();
    let fields = json!({
        "court": court, "reporter": who, "division": "330109", "damage": "网断了",
    });
    let made = world.post(REPAIRS).token(&coach);
    let made = made.json(&json!({ "fields": fields })).send();
    let path = made.header("location").to_owned();
    let done = world
        .post(format!("{path}/actions/report"))
        .token(&coach)
        .header("if-match", "\"1\"")
        .json(&json!({}))
        .send();
    assert_eq!(done.status, StatusCode::OK, "{}", done.text);
    path
}

#[test]
fn an_act_with_legal_effect_is_done_after_a_fresh_proof() {
    let world = World::new();
    let path = reported(&world);
    let groundsman = world.house.as_role("groundsman");
    let app = &world.house.app;
    app.set_password(groundsman.account, groundsman.account, PASSWORD)
        .expect("a password");
    let token = world.token("groundsman");
    let refuse = || {
        world
            .post(format!("{path}/actions/refuse"))
            .token(&token)
            .header("if-match", "\"2\"")
            .json(&json!({ "reason": "不是场地的问题" }))
            .send()
    };
    assert_eq!(refuse().problem().1, "fresh_auth_needed");
    let prove = |body: serde_json::Value| world.post(PROVE).token(&token).json(&body).send();
    let wrong = prove(json!({ "password": "Tennis-2027-Wrong" }));
    assert_eq!(wrong.problem().0, 422);
    assert_eq!(wrong.places(), [("/password".into(), "password".into())]);
    assert!(!wrong.text.contains("Wrong"), "{}", wrong.text);
    let no_code = prove(json!({ "code": "123456" }));
    assert_eq!(no_code.places(), [("/code".into(), "code".into())]);
    assert_eq!(refuse().problem().1, "fresh_auth_needed", "still unproved");
    let proved = prove(json!({ "password": PASSWORD }));
    assert_eq!(proved.status, StatusCode::OK, "{}", proved.text);
    assert_eq!(proved.json()["until"], "2027-03-01T01:15:00.000000Z");
    assert_eq!(refuse().status, StatusCode::OK);
    // The proof is of this token alone.
    let other = world.token("groundsman");
    let asked = world.post(PROVE).token(&other).json(&json!({})).send();
    assert_eq!(asked.problem().0, 422);
}

#[test]
fn a_proof_is_asked_of_somebody_and_with_one_thing_only() {
    let world = World::new();
    let body = json!({ "password": PASSWORD });
    assert_eq!(world.post(PROVE).json(&body).send().problem().0, 401);
    let token = world.token("coach");
    let send = |body: serde_json::Value| world.post(PROVE).token(&token).json(&body).send();
    for body in [
        json!({}),
        json!({ "password": "a", "code": "b" }),
        json!({ "password": "a", "else": 1 }),
        json!({ "password": 1 }),
        json!({ "password": "a".repeat(129) }),
    ] {
        assert_eq!(send(body.clone()).problem().0, 422, "{body}");
    }
}

/// Guesses by this door wait as those at the sign-in do.
#[test]
fn many_wrong_proofs_have_to_wait() {
    let world = World::new();
    let token = world.token("coach");
    let guess = || {
        let body = json!({ "password": "Guess-2027-x" });
        world.post(PROVE).token(&token).json(&body).send().status
    };
    for _ in 0..5 {
        assert_eq!(guess(), StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert_eq!(guess(), StatusCode::TOO_MANY_REQUESTS);
}

#[test]
fn a_control_character_is_refused_where_it_stands() {
    let world = World::new();
    let token = world.token("manager");
    for (sent, fits) in [
        ("张\u{0}三", false),
        ("张三\u{7f}", false),
        ("张\t三", true),
    ] {
        let body = json!({ "fields": member(sent) });
        let made = world.post(MEMBERS).token(&token).json(&body).send();
        if fits {
            assert_eq!(made.status, StatusCode::CREATED, "{}", made.text);
        } else {
            assert_eq!(
                made.places(),
                [("/fields/name".into(), "characters".into())]
            );
        }
    }
    let id = world.member(&token, "李四");
    let body = json!({ "field": "phone", "reason": "核对\u{0}电话" });
    let path = format!("{MEMBERS}/{id}/reveal");
    let no = world.post(path).token(&token).json(&body).send();
    assert_eq!(no.places(), [("/reason".into(), "characters".into())]);
}

#[test]
fn an_id_is_read_as_people_write_it() {
    let world = World::new();
    let token = world.token("manager");
    let id = world.member(&token, "王五");
    let small = id.to_lowercase().replace('0', "o").replace('1', "l");
    assert_ne!(small, id);
    let read = world.get(format!("{MEMBERS}/{small}")).token(&token).send();
    assert_eq!(read.status, StatusCode::OK, "{}", read.text);
    assert_eq!(read.json()["id"], id, "answers hold the capitals");
    for wrong in ["0", "000000000000U", "000000000000/"] {
        let read = world.get(format!("{COURTS}/{wrong}")).token(&token).send();
        assert_eq!(read.problem().0, 404, "{wrong}");
    }
}
