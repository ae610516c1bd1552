//! Every "no" is a problem, also those of the framework.

use http::Method;
use serde_json::json;

use crate::world::{COURTS, MEMBERS, World, member};

#[test]
fn what_is_not_json_for_us_is_refused() {
    let world = World::new();
    let token = world.token("manager");
    let send = |body: &str| {
        world
            .post(MEMBERS)
            .token(&token)
            .raw("application/json", body)
            .send()
    };
    for body in [
        "",
        "{",
        "{\"fields\":{}} x",
        "{\"fields\":{\"name\":1,\"name\":2}}",
        "[[[[[[[[[1]]]]]]]]]",
    ] {
        assert_eq!(
            send(body).problem(),
            (400, "malformed".to_owned()),
            "{body}"
        );
    }
    let twice = send("{\"fields\":{\"name\":\"a\",\"name\":\"b\"}}");
    assert_eq!(
        twice.places(),
        [("/fields/name".to_owned(), "json".to_owned())]
    );
    for (body, pointer) in [
        ("[]", ""),
        ("{}", "/fields"),
        ("{\"fields\":[]}", "/fields"),
        ("{\"fields\":{},\"x\":1}", "/x"),
    ] {
        let answer = send(body);
        assert_eq!(answer.problem().0, 422, "{body}");
        assert_eq!(answer.places()[0].0, pointer, "{body}");
    }
    let form = world
        .post(MEMBERS)
        .token(&token)
        .raw("text/plain", "{}")
        .send();
    assert_eq!(form.problem(), (415, "media_type".to_owned()));
    let large = format!(
        "{{\"fields\":{{\"name\":\"{}\"}}}}",
        "x".repeat(2 * 1024 * 1024)
    );
    assert_eq!(send(&large).problem(), (413, "too_large".to_owned()));
}

#[test]
fn unknown_paths_and_methods_are_problems_too() {
    let world = World::new();
    let token = world.token("manager");
    for path in [
        "/api/nothing",
        "/api/tennis_club.nothing",
        "/api/-/nothing",
        "/api/a/b/c/d/e/f",
        "/api/tennis_club.member/xyz",
    ] {
        let answer = world.get(path).token(&token).send();
        assert_eq!(answer.problem(), (404, "not_found".to_owned()), "{path}");
    }
    let wrong = world.ask(Method::DELETE, MEMBERS).token(&token).send();
    assert_eq!(wrong.problem(), (405, "method".to_owned()));
    assert_eq!(wrong.header("allow"), "GET,HEAD,POST");
    let wrong = world
        .ask(Method::PUT, format!("{MEMBERS}/0000000000001"))
        .token(&token)
        .send();
    assert_eq!(wrong.header("allow"), "GET,HEAD,PATCH");
    assert_eq!(world.get("/api/%ff").token(&token).send().problem().0, 400);
}

#[test]
fn duplicates_and_rules_name_their_fields() {
    let world = World::new();
    let token = world.token("manager");
    let body = json!({ "fields": { "name": "一号", "surface": "clay", "fee": "80.00" } });
    assert_eq!(
        world.post(COURTS).token(&token).json(&body).send().status,
        201
    );
    let again = world.post(COURTS).token(&token).json(&body).send();
    assert_eq!(again.problem(), (409, "duplicate".to_owned()));
    assert_eq!(
        again.places(),
        [("/fields/name".to_owned(), "duplicate".to_owned())]
    );

    let mut fields = member("张三");
    fields["born"] = json!("2020-01-02");
    fields["joined"] = json!("2020-01-01");
    let odd = world
        .post(MEMBERS)
        .token(&token)
        .json(&json!({ "fields": fields }))
        .send();
    assert_eq!(
        odd.places(),
        [("/fields/born".to_owned(), "rule".to_owned())]
    );
    let mut junior = member("李四");
    junior["kind"] = json!("junior");
    let warned = world
        .post(MEMBERS)
        .token(&token)
        .json(&json!({ "fields": junior }))
        .send();
    assert_eq!(warned.status, 201, "{}", warned.text);
    assert_eq!(warned.json()["warnings"][0]["pointer"], "/fields/parent");
}
