//! The document and the pages about it.

use std::collections::HashSet;

use http::StatusCode;
use serde_json::Value;

use crate::world::World;

#[test]
fn the_document_of_the_club_reads_like_this() {
    let world = World::new();
    let document = world.get("/api/openapi.json").send().json();
    let paths = document["paths"].as_object().expect("paths");
    let calls: Vec<String> = paths
        .iter()
        .filter(|(path, _)| path.contains("/-/") || path.contains("tennis_club"))
        .flat_map(|(path, item)| {
            let methods = item.as_object().expect("methods").iter();
            methods.map(move |(method, operation)| {
                format!(
                    "{} {path} {}",
                    method.to_uppercase(),
                    operation["summary"].as_str().unwrap_or("?")
                )
            })
        })
        .collect();
    insta::assert_snapshot!("calls", calls.join("\n"));
    let schemas = &document["components"]["schemas"];
    insta::assert_json_snapshot!("member_create", schemas["tennis_club.member.create"]);
    insta::assert_json_snapshot!("member_record", schemas["tennis_club.member.record"]);
    insta::assert_json_snapshot!(
        "court_list",
        document["paths"]["/api/tennis_club.court"]["get"]
    );
}

#[test]
fn every_reference_leads_somewhere_and_every_operation_has_a_name_of_its_own() {
    let world = World::new();
    let document = world.get("/api/openapi.json").send().json();
    let mut references = Vec::new();
    walk(&document, &mut |key, value| {
        if let ("$ref", Value::String(to)) = (key, value) {
            references.push(to.clone());
        }
    });
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let mut told = HashSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            assert!(
                operation["responses"].get("401").is_some(),
                "{method} {path}"
            );
            let name = operation["operationId"].as_str().expect("a name");
            assert!(told.insert(name.to_owned()), "{name} twice");
        }
    }
}

#[test]
fn the_past_of_a_list_of_rows_may_be_empty() {
    let world = World::new();
    let document = world.get("/api/openapi.json").send().json();
    let history = &document["components"]["schemas"]["tennis_club.member.history"];
    let changes = &history["properties"]["items"]["items"]["properties"]["changes"];
    let relatives = changes["items"]["anyOf"]
        .as_array()
        .and_then(|all| {
            all.iter()
                .find(|one| one["properties"]["field"]["const"] == "relatives")
        })
        .expect("the field");
    for side in ["was", "now"] {
        let ways = relatives["properties"][side]["anyOf"]
            .as_array()
            .expect("ways");
        assert!(
            ways.contains(&serde_json::json!({ "type": "null" })),
            "{ways:?}"
        );
    }
}

fn walk(value: &Value, see: &mut impl FnMut(&str, &Value)) {
    match value {
        Value::Object(members) => {
            for (key, value) in members {
                see(key, value);
                walk(value, see);
            }
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, see)),
        _ => {}
    }
}

#[test]
fn the_pages_name_every_register_and_every_error_without_scripts() {
    let world = World::new();
    let docs = world.get("/api/docs").send();
    assert_eq!(docs.status, StatusCode::OK);
    for (_, def) in world.house.app.catalogue().all() {
        assert!(
            docs.text.contains(&format!("id=\"{}\"", def.name)),
            "{}",
            def.name
        );
    }
    assert!(!docs.text.contains("<script") && !docs.text.contains("http://"));
    assert!(
        docs.header("content-security-policy")
            .starts_with("default-src 'none'")
    );
    let errors = world.get("/api/docs/errors").send();
    assert!(errors.text.contains("id=\"stale\"") && errors.text.contains("id=\"key_reused\""));
    assert_eq!(
        world
            .get("/api/docs/style.css")
            .send()
            .header("content-type"),
        "text/css; charset=utf-8"
    );
}
