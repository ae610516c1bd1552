//! Files: taken in for a field, named by a record, given out with its rights.

use http::StatusCode;
use serde_json::{Value, json};

use crate::world::{Answer, MEMBERS, World};

const BOUNDARY: &str = "a-boundary";

fn form(parts: &[(&str, Option<&str>, &str)]) -> Vec<u8> {
    let mut body = String::new();
    for (name, file, content) in parts {
        let file = file
            .map(|f| format!("; filename=\"{f}\""))
            .unwrap_or_default();
        body.push_str(&format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"{file}\r\n\r\n{content}\r\n"
        ));
    }
    body.push_str(&format!("--{BOUNDARY}--\r\n"));
    body.into_bytes()
}

fn send(world: &World, path: &str, token: &str, parts: &[(&str, Option<&str>, &str)]) -> Answer {
    let kind = format!("multipart/form-data; boundary={BOUNDARY}");
    world.post(path).token(token).raw(&kind, form(parts)).send()
}

#[test]
fn a_file_goes_in_and_comes_out_with_the_rights_of_its_record() {
    let world = World::new();
    let token = world.token("manager");
    let id = world.member(&token, "张三");
    let path = format!("{MEMBERS}/{id}");
    let upload = format!("{path}/files?field=files");
    let file = send(
        &world,
        &upload,
        &token,
        &[("file", Some("协议.pdf"), "%PDF-1.7 …")],
    );
    assert_eq!(file.status, StatusCode::CREATED, "{}", file.text);
    let file = file.json();
    assert_eq!(
        (&file["name"], &file["mime"]),
        (&json!("协议.pdf"), &json!("application/pdf"))
    );

    let body = json!({ "fields": { "files": [file["hash"]] } });
    let named = world
        .patch(&path)
        .token(&token)
        .header("if-match", "\"1\"")
        .json(&body)
        .send();
    assert_eq!(named.status, StatusCode::OK, "{}", named.text);
    let list = world
        .get(format!("{path}/files"))
        .token(&token)
        .send()
        .json();
    assert_eq!(
        (&list["items"][0]["field"], &list["items"][0]["hash"]),
        (&json!("files"), &file["hash"])
    );

    let hash = file["hash"].as_str().expect("a hash");
    let back = world
        .get(format!("{path}/files/{hash}"))
        .token(&token)
        .send();
    assert_eq!(
        (back.status, back.text.as_str()),
        (StatusCode::OK, "%PDF-1.7 …")
    );
    assert_eq!(back.header("x-content-type-options"), "nosniff");
    let name = "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E5%8D%8F%E8%AE%AE.pdf";
    assert_eq!(back.header("content-disposition"), name);
    let nobody = world.get(format!("{path}/files/{hash}")).send();
    assert_eq!(nobody.problem().0, 401);
    let elsewhere = world.member(&token, "李四");
    let elsewhere = world
        .get(format!("{MEMBERS}/{elsewhere}/files/{hash}"))
        .token(&token)
        .send();
    assert_eq!(elsewhere.problem(), (404, "not_found".to_owned()));
}

#[test]
fn a_field_takes_only_its_kinds_of_file() {
    let world = World::new();
    let token = world.token("manager");
    let upload = format!("{MEMBERS}/files?field=files");
    let program = send(&world, &upload, &token, &[("file", Some("a.exe"), "MZ")]);
    assert_eq!(
        program.places(),
        [("/file".to_owned(), "accept".to_owned())]
    );
    let large = "x".repeat(5 * 1024 * 1024 + 1);
    let large = send(&world, &upload, &token, &[("file", Some("a.pdf"), &large)]);
    assert_eq!(large.problem(), (413, "too_large".to_owned()));
    let none = send(&world, &upload, &token, &[]);
    assert_eq!(none.problem().0, 422);
    let other = send(&world, &format!("{MEMBERS}/files?field=name"), &token, &[]);
    assert_eq!(other.places(), [("field".to_owned(), "choice".to_owned())]);
    let json = world.post(&upload).token(&token).json(&json!({})).send();
    assert_eq!(json.problem(), (415, "media_type".to_owned()));
}

#[test]
fn a_table_is_imported_watched_and_undone() {
    let world = World::new();
    let token = world.token("manager");
    let table = "card,name,phone,division\n6901234567816,甲,13800138000,330109\n\
        6901234567823,乙,13800138000,330109\n6901234567830,丙,,330109\n";
    let parts = [
        ("register", None, "tennis_club.member"),
        ("file", Some("members.csv"), table),
    ];
    let begun = send(&world, "/api/-/imports", &token, &parts);
    assert_eq!(begun.status, StatusCode::ACCEPTED, "{}", begun.text);
    let path = begun.header("location").to_owned();
    let done = loop {
        let job = world.get(&path).token(&token).send().json();
        if job["state"] != "running" {
            break job;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    };
    assert_eq!(
        (&done["state"], &done["new"], &done["wrong"]),
        (&json!("done"), &json!(2), &json!(1)),
        "{done}"
    );
    let wrong = world.get(format!("{path}/wrong_rows")).token(&token).send();
    assert!(
        wrong.text.contains('丙') && !wrong.text.contains('甲'),
        "{}",
        wrong.text
    );
    let undone = world.post(format!("{path}/undo")).token(&token).send();
    assert_eq!(undone.json()["removed"], json!(2), "{}", undone.text);
    let left = world.get(MEMBERS).token(&token).send().json();
    assert_eq!(left["items"].as_array().map(Vec::len), Some(0));
    let others = world.get(&path).token(&world.token("coach")).send();
    assert_eq!(others.problem(), (404, "not_found".to_owned()));

    let late = [
        ("file", Some("members.csv"), table),
        ("register", None, "tennis_club.member"),
    ];
    let late = send(&world, "/api/-/imports", &token, &late);
    assert_eq!(
        late.places(),
        [("/register".to_owned(), "required".to_owned())]
    );
    let list: Value = world.get("/api/-/imports").token(&token).send().json();
    assert_eq!(list["items"].as_array().map(Vec::len), Some(1));
}
