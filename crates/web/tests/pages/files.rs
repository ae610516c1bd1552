//! Files of a record: taken in with the form, kept over an error, given out with the record's rights.

use http::StatusCode;

use crate::browser::{Browser, club};

const NEW: &str = "/members/new";

#[tokio::test]
async fn a_file_survives_an_error_and_is_given_out_with_its_record() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let form = browser.get(NEW).await;
    let held = browser
        .upload(&form, NEW, "files", "证明.pdf", b"%PDF-1.7 club")
        .await;
    assert_eq!(held.status, StatusCode::UNPROCESSABLE_ENTITY);
    held.must_say("证明.pdf");
    held.must_say("name=\"files.held\"");
    let typed = [
        ("name", "陈晓岚"),
        ("phone", "13805710001"),
        ("kind", "adult"),
        ("division", "330109"),
    ];
    let made = browser.submit(&held, NEW, &typed).await;
    made.must_say("已登记");
    made.must_say("证明.pdf");
    let start = made.html.find("/files/").expect("a link to the file");
    let link = &made.html[made.html[..start].rfind('"').expect("its start") + 1..];
    let link = link[..link.find('"').expect("its end")].to_owned();
    let file = browser.get(&link).await;
    assert_eq!(file.html, "%PDF-1.7 club");
    assert_eq!(file.headers["content-type"], "application/pdf");
    assert!(
        file.headers["content-disposition"]
            .to_str()
            .expect("text")
            .starts_with("attachment")
    );
    assert!(
        Browser::new(&house)
            .get(&link)
            .await
            .at
            .starts_with("/login")
    );
}

#[tokio::test]
async fn a_file_of_another_kind_or_without_a_token_is_not_taken() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let form = browser.get(NEW).await;
    let refused = browser.upload(&form, NEW, "files", "run.exe", b"MZ").await;
    refused.must_say("run.exe 不是");
    assert!(!refused.says("files.held"));
    let mut bare = browser.get("/help").await;
    bare.html = format!("<form action=\"{NEW}\"></form>");
    let forged = browser.upload(&bare, NEW, "files", "a.pdf", b"x").await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}
