//! Signing in, out, and coming back to what one was doing.

use http::StatusCode;

use crate::browser::{Browser, PASSWORD, club};

#[tokio::test]
async fn a_visitor_is_sent_to_sign_in_and_comes_back() {
    let house = club();
    let mut browser = Browser::new(&house);
    let asked = browser.get("/members/?kind=adult").await;
    assert_eq!(asked.at, "/login?to=%2Fmembers%2F%3Fkind%3Dadult");
    let to = asked.boxed("/login", "to");
    let there = browser.sign_in("manager", PASSWORD, &to).await;
    assert_eq!(
        (there.status, there.at.as_str()),
        (StatusCode::OK, "/members/?kind=adult")
    );
}

#[tokio::test]
async fn a_wrong_password_keeps_the_login_and_says_what_to_do() {
    let house = club();
    let mut browser = Browser::new(&house);
    let refused = browser.sign_in("manager", "wrong", "/members/").await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    refused.must_say("登录名或口令不对");
    assert_eq!(refused.boxed("/login", "login"), "manager");
    assert_eq!(refused.boxed("/login", "to"), "/members/");
    assert_eq!(refused.boxed("/login", "password"), "");
}

#[tokio::test]
async fn signing_out_ends_the_session_for_good() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let home = browser.get("/home").await;
    let left = browser.submit(&home, "/logout", &[]).await;
    left.must_say("已退出登录");
    assert_eq!(browser.get("/home").await.at, "/login?to=%2Fhome");
}

#[tokio::test]
async fn a_one_time_link_sets_the_first_password_and_works_once() {
    let house = club();
    let mut browser = Browser::new(&house);
    let token = house.app.invite("coach").expect("a link");
    let link = format!("/login/{token}");
    let page = browser.get(&link).await;
    let differ = browser
        .submit(
            &page,
            &link,
            &[("password", "Aa1-bbbbbbbb"), ("again", "x")],
        )
        .await;
    differ.must_say("两次输入的口令不一样");
    let weak = browser
        .submit(&differ, &link, &[("password", "short"), ("again", "short")])
        .await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let new = "Backhand-2027";
    let home = browser
        .submit(&weak, &link, &[("password", new), ("again", new)])
        .await;
    assert_eq!(home.at, "/home");
    let again = Browser::new(&house).get(&link).await;
    again.must_say("登录链接已失效或已用过");
}

#[tokio::test]
async fn the_password_and_the_language_are_changed_on_the_account_page() {
    let house = club();
    let mut browser = Browser::of(&house, "coach").await;
    let page = browser.get("/account").await;
    let form = "/account/password";
    let new = "Volley-2027!";
    let typed = [("old", "wrong"), ("password", new), ("again", new)];
    let wrong = browser.submit(&page, form, &typed).await;
    wrong.must_say("原口令不对");
    let typed = [("old", PASSWORD), ("password", new), ("again", new)];
    browser
        .submit(&wrong, form, &typed)
        .await
        .must_say("口令已更改");
    let page = browser.get("/account").await;
    let english = browser
        .submit(&page, "/account/lang", &[("lang", "en")])
        .await;
    english.must_say("lang=\"en\"");
    english.must_say("Change the password");
    let mut elsewhere = Browser::new(&house);
    assert!(elsewhere.sign_in("coach", new, "").await.says("Welcome"));
}

#[tokio::test]
async fn a_visitor_chooses_a_language_that_is_remembered() {
    let house = club();
    let mut browser = Browser::new(&house);
    browser.get("/?lang=en").await.must_say("Public enquiries");
    browser.get("/").await.must_say("Public enquiries");
}

#[tokio::test]
async fn what_was_typed_survives_the_end_of_the_session() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let form = browser.get("/members/new").await;
    browser.forget("jinzhi");
    let typed = [("name", "陈晓岚"), ("address", "东藩中路 88 号")];
    let ended = browser.submit(&form, "/members/new", &typed).await;
    ended.must_say("登录已过期");
    let login = [("login", "manager"), ("password", PASSWORD)];
    let back = browser.submit(&ended, "/login", &login).await;
    assert_eq!(back.boxed("/members/new", "name"), "陈晓岚");
    assert_eq!(back.boxed("/members/new", "address"), "东藩中路 88 号");
}

#[tokio::test]
async fn what_one_typed_is_not_given_to_the_next_at_the_same_screen() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let form = browser.get("/members/new").await;
    browser.forget("jinzhi");
    let ended = browser
        .submit(&form, "/members/new", &[("name", "陈晓岚")])
        .await;
    let login = [("login", "coach"), ("password", PASSWORD)];
    let back = browser.submit(&ended, "/login", &login).await;
    assert!(!back.says("陈晓岚"));
}

#[tokio::test]
async fn a_new_person_gets_in_by_the_pages_alone() {
    let house = club();
    let unit = house.as_role("sys_admin").unit;
    let mut admin = Browser::of(&house, "sys_admin").await;
    let form = admin.get("/accounts/new").await;
    form.must_say("安全管理员");
    for not_offered in ["启用</", "口令更改日期", "界面语言", "value=\"public\""] {
        assert!(!form.says(not_offered), "{not_offered}");
    }
    let unit = unit.to_string();
    let typed = [
        ("login", "wang"),
        ("name", "王新"),
        ("role", "coach"),
        ("unit", "测试局"),
    ];
    let made = admin.submit(&form, "/accounts/new", &typed).await;
    made.must_say("已登记");
    assert!(!made.says("生成一次性登录链接"), "not before it is granted");
    let account = house.app.account("wang").expect("asked").expect("made");
    let (at, grant) = (
        format!("/accounts/{account}"),
        format!("/accounts/{account}/do/grant"),
    );
    let early = admin.get(&format!("{at}/invite")).await;
    assert_eq!(early.status, StatusCode::FORBIDDEN);

    // Who authorises sees what he authorises, and reads it back.
    let mut security = Browser::of(&house, "sec_admin").await;
    let asked = security.get(&grant).await;
    assert_eq!(asked.boxed(&grant, "role"), "coach");
    assert_eq!(asked.boxed(&grant, "unit.id"), unit);
    let check = security.submit(&asked, &grant, &[]).await;
    check.must_say("教练");
    check.must_say(&asked.boxed(&grant, "unit"));
    let granted = security.submit(&check, &grant, &[]).await;
    assert_eq!(granted.status, StatusCode::OK);
    let person = house.app.person(account).expect("asked").expect("open");
    assert_eq!(person.actor.unit.to_string(), unit);

    let invite = format!("{at}/invite");
    admin.get(&at).await.must_say("生成一次性登录链接");
    let ask = admin.get(&invite).await;
    let given = admin.submit(&ask, &invite, &[]).await;
    given.must_say("只显示这一次");
    let after = given.html.split_once("/login/").expect("a link").1;
    let end = after.find(['<', '"']).expect("its end");
    let link = format!("/login/{}", &after[..end]);
    let mut person = Browser::new(&house);
    let page = person.get(&link).await;
    let new = "Backhand-2027";
    let home = person
        .submit(&page, &link, &[("password", new), ("again", new)])
        .await;
    assert_eq!(home.at, "/home");
    admin
        .get(&format!("{at}/history"))
        .await
        .must_say("生成一次性登录链接");
}

#[tokio::test]
async fn a_locked_login_is_told_how_long_to_wait() {
    let house = club();
    let mut browser = Browser::new(&house);
    for _ in 0..5 {
        browser.sign_in("manager", "wrong", "/").await;
    }
    let locked = browser.sign_in("manager", PASSWORD, "/").await;
    assert_eq!(locked.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(locked.headers["retry-after"], "900");
}
