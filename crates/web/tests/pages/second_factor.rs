//! The second factor, the list of sessions and the fresh proof, by the pages alone.

use http::StatusCode;
use kernel::Moment;
use testkit::{TestApp, authenticator};

use crate::browser::{Browser, PASSWORD, Screen, club};

const FACTOR: &str = "/account/factor";

fn later(house: &TestApp, minutes: i64) {
    let now = house.app.now().0;
    house.clock.set(Moment(now + minutes * 60_000_000));
}

/// The secret that the page shows for typing it in by hand.
fn secret_on(screen: &Screen) -> String {
    let after = screen
        .html
        .split_once("class=\"revealed\">")
        .expect("a secret")
        .1;
    let end = after.find('<').expect("its end");
    after[..end].replace(' ', "")
}

#[tokio::test]
async fn an_app_is_set_up_and_asked_for_from_then_on() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let page = browser.get(FACTOR).await;
    let scan = browser.submit(&page, FACTOR, &[]).await;
    scan.must_say("<svg");
    let secret = secret_on(&scan);
    let typed = |code: &str| {
        let csrf = scan.boxed(FACTOR, "_csrf");
        vec![
            ("_csrf".to_owned(), csrf),
            ("do".to_owned(), "confirm".to_owned()),
            ("code".to_owned(), code.to_owned()),
        ]
    };
    let wrong = typed("000000");
    let wrong: Vec<(&str, &str)> = wrong
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let refused = browser.post(FACTOR, &wrong).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    let right = typed(&authenticator(&secret, house.app.now()));
    let right: Vec<(&str, &str)> = right
        .iter()
        .map(|(n, v)| (n.as_str(), v.as_str()))
        .collect();
    let codes = browser.post(FACTOR, &right).await;
    codes.must_say("只显示这一次");
    assert!(
        !browser.get(FACTOR).await.says(&secret),
        "never shown again"
    );

    later(&house, 1);
    let mut elsewhere = Browser::new(&house);
    let step = elsewhere.sign_in("manager", PASSWORD, "/members/").await;
    step.must_say("输入验证码");
    assert!(elsewhere.get("/home").await.at.starts_with("/login?"));
    let step = elsewhere.get("/login/code?to=%2Fmembers%2F").await;
    let code = authenticator(&secret, house.app.now());
    let there = elsewhere
        .submit(&step, "/login/code", &[("code", &code)])
        .await;
    assert_eq!(there.at, "/members/");
}

#[tokio::test]
async fn who_must_have_an_app_comes_to_no_other_page() {
    let house = club();
    let security = house.as_role("sec_admin");
    let accounts = house.register("house.account");
    house
        .app
        .set_param(&security, accounts, "factor_staff", "true")
        .expect("set");
    let mut browser = Browser::of(&house, "manager").await;
    let turned = browser.get("/members/new").await;
    assert_eq!(turned.at, FACTOR);
    turned.must_say("须使用动态口令");
}

#[tokio::test]
async fn sessions_are_listed_and_ended_only_by_forms_of_one_s_own() {
    let house = club();
    let mut here = Browser::of(&house, "manager").await;
    let mut there = Browser::of(&house, "manager").await;
    let forged = here
        .post("/account/sessions", &[("others", "1"), ("_csrf", "forged")])
        .await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    assert_eq!(there.get("/home").await.at, "/home");
    let page = here.get("/account").await;
    page.must_say("登录情况");
    let token = page.boxed("/account/password", "_csrf");
    let ended = here
        .post("/account/sessions", &[("others", "1"), ("_csrf", &token)])
        .await;
    ended.must_say("已退出");
    assert!(there.get("/home").await.at.starts_with("/login?"));
}

#[tokio::test]
async fn a_proof_is_asked_for_when_the_last_is_old() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    later(&house, 14);
    browser.get("/home").await;
    later(&house, 2);
    let page = browser.get(FACTOR).await;
    let asked = browser.submit(&page, FACTOR, &[]).await;
    assert!(asked.at.starts_with("/prove?to="), "{}", asked.at);
    let wrong = browser
        .submit(&asked, "/prove", &[("password", "wrong")])
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let back = browser
        .submit(&wrong, "/prove", &[("password", PASSWORD)])
        .await;
    assert!(back.at.starts_with(FACTOR), "{}", back.at);
    browser.submit(&back, FACTOR, &[]).await.must_say("<svg");
}
