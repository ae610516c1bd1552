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
    let mut names = Vec::new();
    walk(&document, &mut |key, value| match (key, value) {
        ("$ref", Value::String(to)) => references.push(to.clone()),
        ("operationId", Value::String(name)) => names.push(name.clone()),
        _ => {}
    });
    for reference in references {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
    let told: HashSet<&String> = names.iter().collect();
    // Links name an operation a second time.
    assert!(names.iter().all(|name| told.contains(name)));
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            assert!(
                operation["responses"].get("401").is_some(),
                "{method} {path}"
            );
        }
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
