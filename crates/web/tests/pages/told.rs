//! Ways of being told: the address and its proof, the choice, the feed; the receiver of a unit.

use app::Outward;
use http::StatusCode;

use crate::browser::{Browser, club};
use crate::todo::{damaged, reported};

const PATH: &str = "/account/notices";

fn outward() -> Outward {
    Outward {
        address: "https://jinzhi.example.cn".to_owned(),
        product: "金质".to_owned(),
        mail_domain: Some("example.cn".to_owned()),
        allowed: Vec::new(),
    }
}

#[tokio::test]
async fn an_address_is_typed_proved_and_removed_on_one_page() {
    let (house, ..) = damaged();
    let mut browser = Browser::of(&house, "groundsman").await;
    browser.get(PATH).await.must_say("没有配置发信服务器");
    house.app.set_outward(outward());
    let page = browser.get("/account").await;
    page.must_say("没有邮件提醒");
    let page = browser.get(PATH).await;
    page.must_say("还没有填写邮箱");
    let email = [("do", "email"), ("email", "nobody")];
    let refused = browser.submit(&page, PATH, &email).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(
        refused.html.contains("nobody"),
        "what was typed is there still"
    );
    let email = [("do", "email"), ("email", "someone@example.org")];
    let page = browser.submit(&page, PATH, &email).await;
    page.must_say("验证邮件已发往");
    page.must_say("待验证");
    let soon = browser.submit(&page, PATH, &email).await;
    soon.must_say("一分钟后再试");
    let mail = house.app.due_letters().expect("due").remove(0);
    let word = mail.text.lines().find(|line| line.starts_with("    "));
    let word = word.expect("a word").trim().to_owned();
    let wrong = browser
        .submit(&page, PATH, &[("do", "prove"), ("word", "AAAAAAAA")])
        .await;
    wrong.must_say("验证码不对");
    let page = browser
        .submit(&page, PATH, &[("do", "prove"), ("word", &word)])
        .await;
    page.must_say("邮箱已验证");
    browser
        .get("/account")
        .await
        .must_say("邮件提醒：每个工作日汇总");
    // What came back is told, here and inside the system, where it leads here.
    house
        .app
        .letter_bounced(&mail.message, "5.1.1")
        .expect("noted");
    browser.get(PATH).await.must_say("邮件被退回（5.1.1）");
    let notices = browser.get("/notices").await;
    notices.must_say("邮箱退信");
    assert!(
        notices.html.contains(&format!("href=\"{PATH}\"")),
        "{}",
        notices.body()
    );
    let page = browser.submit(&page, PATH, &[("do", "drop")]).await;
    page.must_say("邮箱已删除");
}

#[tokio::test]
async fn what_is_mailed_and_when_is_chosen() {
    let (house, ..) = damaged();
    house.app.set_outward(outward());
    let mut browser = Browser::of(&house, "groundsman").await;
    let page = browser.get(PATH).await;
    let chosen = [
        ("do", "choose"),
        ("how", "weekly"),
        ("kinds", "near"),
        ("kinds", "red"),
        ("hour", "6"),
        ("quiet_from", ""),
        ("quiet_to", ""),
    ];
    let half = chosen.map(|(name, value)| match name {
        "quiet_from" => (name, "22"),
        _ => (name, value),
    });
    let refused = browser.submit(&page, PATH, &half).await;
    refused.must_say("免打扰的起止钟点要一起填，或都不填");
    let page = browser.submit(&page, PATH, &chosen).await;
    page.must_say("已保存");
    let who = house.as_role("groundsman");
    let choice = house.app.reach(&who).expect("a view").choice;
    assert_eq!(
        (choice.how, choice.hour, choice.quiet),
        (app::How::Weekly, 6, None)
    );
    let mut kinds = choice.kinds;
    kinds.sort();
    assert_eq!(kinds, ["near", "red"]);
}

#[tokio::test]
async fn a_feed_is_shown_once_read_without_a_session_and_ended() {
    let (house, coach, court) = damaged();
    house.app.set_outward(outward());
    let id = reported(&house, &coach, court, "底线断了");
    let mut browser = Browser::of(&house, "groundsman").await;
    let page = browser.get(PATH).await;
    let made = browser.submit(&page, PATH, &[("do", "feed")]).await;
    made.must_say("只显示这一次");
    let at = made.html.find("/calendar/feed/").expect("an address");
    let path: String = made.html[at..]
        .chars()
        .take_while(|c| !"\"< ".contains(*c))
        .collect();
    let mut calendar = Browser::new(&house);
    let feed = calendar.get(&path).await;
    assert_eq!(feed.status, StatusCode::OK);
    assert_eq!(feed.headers["content-type"], "text/calendar; charset=utf-8");
    assert!(
        feed.html
            .replace("\r\n ", "")
            .contains(&format!("/repairs/{id}")),
        "{}",
        feed.html
    );
    assert!(!feed.html.contains("底线断了"));
    assert!(feed.headers["etag"].len() > 10);
    let page = browser.get(PATH).await;
    assert!(!page.html.contains("/calendar/feed/"), "no second time");
    browser
        .submit(&page, PATH, &[("do", "feed_drop")])
        .await
        .must_say("日历订阅已停止");
    assert_eq!(calendar.get(&path).await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_unit_gets_a_receiver_a_secret_and_a_trial() {
    let house = club();
    house.app.set_outward(outward());
    let admin = house.as_role("sys_admin");
    let unit = house.unit().to_string();
    let fields = [
        ("unit", unit.as_str()),
        ("url", "https://unit.example.org/hooks"),
    ];
    let id = house
        .create(&admin, "house.webhook", &fields)
        .expect("a receiver")
        .id;
    let mut browser = Browser::of(&house, "sys_admin").await;
    let href = format!("/webhooks/{id}");
    let page = browser.get(&href).await;
    page.must_say("签名密钥与测试");
    let early = browser.submit(&page, &format!("{href}/try"), &[]).await;
    assert_eq!(early.status, StatusCode::CONFLICT);
    let made = browser.submit(&page, &format!("{href}/secret"), &[]).await;
    assert!(made.html.contains("whsec_"), "{}", made.body());
    let page = browser.get(&href).await;
    assert!(!page.html.contains("whsec_"), "no second time");
    let page = browser.submit(&page, &format!("{href}/try"), &[]).await;
    page.must_say("测试事件已发出");
    assert_eq!(house.app.due_pushes().expect("due").len(), 1);
}
