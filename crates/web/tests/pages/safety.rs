//! Rules that hold for every page: headers, form tokens, what no address may hold.

use http::StatusCode;

use crate::browser::{Browser, club};

#[tokio::test]
async fn every_answer_carries_the_policy_and_no_page_is_kept() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    for path in [
        "/",
        "/home",
        "/members/",
        "/members/new",
        "/nowhere",
        "/help",
        "/search?q=x",
    ] {
        let page = browser.get(path).await;
        let header = |name: &str| {
            page.headers
                .get(name)
                .map(|v| v.to_str().expect("text").to_owned())
        };
        let policy = header("content-security-policy").expect("a policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self'; style-src 'self'"));
        assert!(policy.contains("require-trusted-types-for 'script'; trusted-types jinzhi"));
        assert_eq!(header("x-content-type-options").as_deref(), Some("nosniff"));
        assert_eq!(
            header("cache-control").as_deref(),
            Some("no-store"),
            "{path}"
        );
        assert!(!page.says(" style=") && !page.says(" onclick="), "{path}");
    }
}

#[tokio::test]
async fn assets_are_kept_for_ever_and_old_ones_are_gone() {
    let house = club();
    let mut browser = Browser::new(&house);
    let style = browser.get(web::assets::url("style.css")).await;
    assert_eq!(style.status, StatusCode::OK);
    assert_eq!(
        style.headers["cache-control"],
        "public, max-age=31536000, immutable"
    );
    assert_eq!(style.headers["content-type"], "text/css; charset=utf-8");
    let old = browser.get("/assets/0000000000000000/style.css").await;
    assert_eq!(old.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_form_without_its_token_changes_nothing() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let fields = [
        ("name", "陈晓岚"),
        ("kind", "adult"),
        ("division", "330109"),
    ];
    for token in ["", "wrong"] {
        let mut pairs = vec![("_csrf", token)];
        pairs.extend(fields);
        let refused = browser.post("/members/new", &pairs).await;
        assert_eq!(refused.status, StatusCode::FORBIDDEN);
        refused.must_say("页面已过期");
    }
    browser.get("/members/").await.must_say("共 0 条");
}

#[tokio::test]
async fn signing_in_needs_the_token_of_the_same_browser() {
    let house = club();
    let mut other = Browser::new(&house);
    let form = other.get("/login").await;
    let stolen = form.boxed("/login", "_csrf");
    let mut browser = Browser::new(&house);
    let pairs = [
        ("_csrf", stolen.as_str()),
        ("login", "manager"),
        ("password", crate::browser::PASSWORD),
    ];
    let refused = browser.post("/login", &pairs).await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn a_number_of_a_person_leaves_the_address() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    for path in [
        "/members/?q=13812345678",
        "/members/?phone=13812345678&kind=adult",
        "/members/?name=110105+19491231+002X",
        "/search?q=13812345678",
    ] {
        let moved = browser.get(path).await;
        assert!(moved.at.contains("v="), "{path} came to {}", moved.at);
        assert!(
            !moved.at.contains("138") && !moved.at.contains("1105"),
            "{}",
            moved.at
        );
        assert_eq!(moved.status, StatusCode::OK, "{}", moved.body());
    }
    let kept = browser.get("/members/?phone=13812345678&kind=adult").await;
    assert!(
        kept.at.contains("kind=adult"),
        "what names nobody stays: {}",
        kept.at
    );
}

#[tokio::test]
async fn a_kept_question_is_for_its_asker_alone() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let kept = browser.get("/members/?q=13812345678").await;
    kept.must_say("value=\"13812345678\"");
    let mut coach = Browser::of(&house, "coach").await;
    let seen = coach.get(&kept.at).await;
    assert!(!seen.says("13812345678"));
}

#[tokio::test]
async fn an_address_of_nothing_says_so_to_everyone() {
    let house = club();
    for mut browser in [Browser::new(&house), Browser::of(&house, "manager").await] {
        for path in ["/nothing/", "/nothing", "/a/b/c/d", "/members/NOT-AN-ID"] {
            let lost = browser.get(path).await;
            assert_eq!(lost.status, StatusCode::NOT_FOUND, "{path}");
            lost.must_say("追踪编号");
        }
    }
}

#[tokio::test]
async fn a_form_that_is_too_large_is_refused_with_its_limit() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let long = "x".repeat(400_000);
    let refused = browser.post("/members/new", &[("remark", &long)]).await;
    assert_eq!(refused.status, StatusCode::PAYLOAD_TOO_LARGE);
    refused.must_say("1 MB");
}
