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
fn what_another_uploaded_is_not_had_by_naming_its_hash() {
    let world = World::new();
    let (owner, thief) = (world.token("manager"), world.person("second", "manager"));
    let content = "%PDF-1.7 体检报告";
    let give = |token: &str, name| {
        let parts = [("file", Some(name), content)];
        let sent = send(
            &world,
            &format!("{MEMBERS}/files?field=files"),
            token,
            &parts,
        );
        assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
        sent.json()["hash"].as_str().expect("a hash").to_owned()
    };
    let hash = give(&owner, "体检.pdf");
    let (own, other) = (world.member(&owner, "张三"), world.member(&thief, "李四"));
    let name_it = |id: &str, token: &str, version: &str| {
        let body = json!({ "fields": { "files": [hash] } });
        let ask = world.patch(format!("{MEMBERS}/{id}")).token(token);
        ask.header("if-match", version).json(&body).send()
    };
    let fetch = |id: &str, token: &str| {
        let file = world.get(format!("{MEMBERS}/{id}/files/{hash}"));
        file.token(token).send()
    };
    let stolen = |version: &str| {
        let refused = name_it(&other, &thief, version);
        let at_files = [("/fields/files".to_owned(), "file".to_owned())];
        assert_eq!(refused.places(), at_files, "{}", refused.text);
        assert!(refused.text.contains("不是您上传的"), "{}", refused.text);
        let bytes = fetch(&other, &thief);
        assert_eq!(bytes.problem(), (404, "not_found".to_owned()));
        assert!(!bytes.text.contains("体检报告"));
    };
    stolen("\"1\"");
    assert_eq!(name_it(&own, &owner, "\"1\"").status, StatusCode::OK);
    stolen("\"1\"");
    // Whoever has the same bytes may use them, under the name of his own.
    assert_eq!(give(&thief, "我的.pdf"), hash);
    let named = name_it(&other, &thief, "\"1\"");
    assert_eq!(named.status, StatusCode::OK, "{}", named.text);
    for (id, token, name) in [
        (&own, &owner, "%E4%BD%93%E6%A3%80"),
        (&other, &thief, "%E6%88%91%E7%9A%84"),
    ] {
        let back = fetch(id, token);
        assert_eq!((back.status, back.text.as_str()), (StatusCode::OK, content));
        let shown = back.header("content-disposition");
        assert!(shown.contains(name), "{shown}");
    }
}

#[test]
fn an_altered_or_missing_file_is_not_given_out_and_the_answer_says_why() {
    let world = World::new();
    let token = world.token("manager");
    let parts = [("file", Some("协议.pdf"), "%PDF-1.7 原文")];
    let upload = format!("{MEMBERS}/files?field=files");
    let hash = send(&world, &upload, &token, &parts).json()["hash"].clone();
    let hash = hash.as_str().expect("a hash");
    let path = format!("{MEMBERS}/{}", world.member(&token, "张三"));
    let body = json!({ "fields": { "files": [hash] } });
    let ask = world.patch(&path).token(&token).header("if-match", "\"1\"");
    assert_eq!(ask.json(&body).send().status, StatusCode::OK);
    let lies = world
        .house
        .path()
        .join("files")
        .join(&hash[..2])
        .join(&hash[2..]);
    let fetch = || {
        let file = world.get(format!("{path}/files/{hash}"));
        file.token(&token).send()
    };
    assert_eq!(fetch().text, "%PDF-1.7 原文");
    std::fs::write(&lies, "%PDF-1.7 改过").expect("written");
    let altered = fetch();
    assert_eq!(altered.problem(), (500, "damaged".to_owned()));
    let title = altered.json()["title"].to_string();
    assert!(title.contains("与上传时不一致"), "{title}");
    assert!(!altered.text.contains("改过") && !altered.text.contains("协议"));
    std::fs::remove_file(&lies).expect("removed");
    let lost = fetch();
    assert_eq!(lost.problem(), (500, "damaged".to_owned()));
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
    for content in ["<html>", "MZ"] {
        let named = send(&world, &upload, &token, &[("file", Some("a.pdf"), content)]);
        assert_eq!(named.places(), [("/file".to_owned(), "accept".to_owned())]);
        assert!(named.text.contains("不是它的名称所说的"), "{}", named.text);
    }
    let large = format!("%PDF-1.7{}", "x".repeat(5 * 1024 * 1024));
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
    let done = watched(&world, &path, &token);
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

#[test]
fn a_table_that_cannot_be_read_to_its_end_says_so() {
    let world = World::new();
    let token = world.token("manager");
    let table = "card,name,phone,division,state\n6901234567816,甲,13800138000,330109,active\n\
        6901234567823,\"乙,13800138000,330109,\n6901234567830,丙,13800138000,330109,\n";
    for dry_run in ["false", "true"] {
        let parts = [
            ("register", None, "tennis_club.member"),
            ("dry_run", None, dry_run),
            ("file", Some("members.csv"), table),
        ];
        let begun = send(&world, "/api/-/imports", &token, &parts);
        let path = begun.header("location").to_owned();
        let done = watched(&world, &path, &token);
        assert_eq!(
            (&done["state"], &done["can_go_ahead"]),
            (&json!("failed"), &json!(false)),
            "{done}"
        );
        let why = done["failure"].as_str().unwrap_or_default();
        assert!(why.contains("第 3 行开始的引号"), "{done}");
        if dry_run == "true" {
            let ahead = world.post(format!("{path}/go_ahead")).token(&token).send();
            assert_eq!(ahead.problem(), (409, "conflict".to_owned()));
        }
    }
}

#[test]
fn an_import_says_which_columns_it_did_not_take() {
    let world = World::new();
    let token = world.token("manager");
    let table = "card,name,phone,division,nobody_knows\n6901234567816,甲,13800138000,330109,x\n";
    let parts = [
        ("register", None, "tennis_club.member"),
        ("file", Some("members.csv"), table),
    ];
    let begun = send(&world, "/api/-/imports", &token, &parts);
    let done = watched(&world, begun.header("location"), &token);
    assert_eq!(done["unused_columns"], json!(["nobody_knows"]), "{done}");
}

/// The import once it has ended.
fn watched(world: &World, path: &str, token: &str) -> Value {
    loop {
        let job = world.get(path).token(token).send().json();
        if job["state"] != "running" {
            return job;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
}
