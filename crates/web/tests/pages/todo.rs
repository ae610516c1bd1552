//! The to-do centre: what waits for whom, in which order, and what leaves the list.

use http::StatusCode;
use kernel::{Actor, Id, Words};
use testkit::TestApp;

use crate::browser::{Browser, PASSWORD, Screen, club};

/// A club with a groundsman who can sign in, and a damaged court.
pub fn damaged() -> (TestApp, Actor, Id) {
    let house = club();
    let groundsman = house.as_role("groundsman");
    let account = groundsman.account;
    house
        .app
        .set_password(account, account, PASSWORD)
        .expect("a password");
    let manager = house.as_role("manager");
    let court = house
        .create(
            &manager,
            "tennis_club.court",
            &[("name", "七号场"), ("surface", "clay"), ("fee", "40")],
        )
        .expect("a court");
    let coach = house.as_role("coach");
    (house, coach, court.id)
}

pub fn reported(house: &TestApp, coach: &Actor, court: Id, damage: &str) -> Id {
    let court = court.to_string();
    let fields = [
        ("court", court.as_str()),
        ("division", "330109"),
        ("damage", damage),
    ];
    let saved = house
        .create(coach, "tennis_club.repair", &fields)
        .expect("a repair");
    let register = house.register("tennis_club.repair");
    house
        .app
        .act(
            coach,
            register,
            saved.id,
            saved.version,
            "report",
            &Vec::new(),
            Words::default(),
        )
        .expect("reported");
    saved.id
}

/// Where an act on the turn stands on the page.
fn turn(page: &Screen, id: Id, word: &str) -> String {
    let start = format!("/repairs/{id}/turn/{word}-");
    let from = page
        .html
        .find(&start)
        .unwrap_or_else(|| panic!("no {word}: {}", page.body()));
    let rest = &page.html[from..];
    rest[..rest.find('"').expect("an end")].to_owned()
}

#[tokio::test]
async fn what_is_due_first_stands_first_and_leads_to_the_record() {
    let (house, coach, court) = damaged();
    reported(&house, &coach, court, "底线断了");
    house.today("2027-03-03");
    reported(&house, &coach, court, "球网破了");
    let mut browser = Browser::of(&house, "groundsman").await;
    let page = browser.get("/todo").await;
    assert_eq!(page.status, StatusCode::OK);
    page.must_say("待办中心");
    page.must_say("还剩 1 个工作日");
    page.must_say("还剩 3 个工作日");
    let body = page.body();
    let (near, far) = (body.find("还剩 1 个"), body.find("还剩 3 个"));
    assert!(near < far, "the nearer limit stands first");
    page.must_say("场地报修");
    page.must_say("未阅");
    house.today("2027-03-10");
    let mut later = Browser::of(&house, "groundsman").await;
    later.get("/todo").await.must_say("2 件超期");
}

#[tokio::test]
async fn what_is_handled_is_done_and_waits_no_longer() {
    let (house, coach, court) = damaged();
    let id = reported(&house, &coach, court, "底线断了");
    let mut browser = Browser::of(&house, "groundsman").await;
    let form = browser.get(&format!("/repairs/{id}/do/order")).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.html);
    let at = format!("/repairs/{id}/do/order");
    let page = browser
        .submit(&form, &at, &[("opinion", "情况属实，派人维修")])
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    browser.get("/todo?tab=done").await.must_say("派修");
    // The next step is his again: mending has no limit.
    browser.get("/todo").await.must_say("无期限");
    let mut manager = Browser::of(&house, "manager").await;
    manager.get("/todo?tab=copies").await.must_say("场地报修");
    let mut coach = Browser::of(&house, "coach").await;
    coach.get("/todo?tab=started").await.must_say("维修中");
    coach.get("/todo").await.must_say("没有等您办理的事");
}

#[tokio::test]
async fn nobody_reads_the_list_without_signing_in() {
    let house = club();
    let page = Browser::new(&house).get("/todo").await;
    assert!(page.at.starts_with("/login"), "{}", page.at);
}

#[tokio::test]
async fn the_page_of_a_matter_says_whose_turn_it_is_and_hands_it_over() {
    let (house, coach, court) = damaged();
    let other = house.person("second_groundsman", "groundsman", None);
    let id = reported(&house, &coach, court, "底线断了");
    let mut theirs = Browser::of(&house, "coach").await;
    let page = theirs.get(&format!("/repairs/{id}")).await;
    page.must_say("办理进度");
    page.must_say("正由");
    page.must_say("场地员");
    let mut browser = Browser::of(&house, "groundsman").await;
    let page = browser.get(&format!("/repairs/{id}")).await;
    page.must_say("轮到您办理");
    page.must_say("还剩 3 个工作日");
    page.must_say("报修办理期限");
    let claim = turn(&page, id, "claim");
    let page = browser.submit(&page, &claim, &[]).await;
    page.must_say("已办理");
    page.must_say("放回");
    let transfer = turn(&page, id, "transfer");
    let form = browser.get(&transfer).await;
    form.must_say("测试员");
    let empty = "<div class=\"card-body\"></div>";
    assert!(!form.html.contains(empty), "{}", form.html);
    let page = browser
        .submit(&form, &transfer, &[("to", ""), ("reason", "外出")])
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.must_say("请选择人员");
    page.must_say("外出");
    let to = other.account.to_string();
    let page = browser
        .submit(&form, &transfer, &[("to", &to), ("reason", "外出")])
        .await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    // It was the last of his list.
    assert!(page.at.starts_with("/todo"), "{}", page.at);
    page.must_say("转办");
    page.must_say("没有等您办理的事");
    let page = browser.get(&format!("/repairs/{id}")).await;
    page.must_say("正由");
}

#[tokio::test]
async fn anybody_follows_a_matter_by_its_public_number_and_sees_no_person() {
    let (house, coach, court) = damaged();
    let id = reported(&house, &coach, court, "底线断了");
    let register = house.register("tennis_club.repair");
    let matter = house
        .app
        .matter(&coach, register, id)
        .expect("seen")
        .expect("a matter");
    let mut anybody = Browser::new(&house);
    let typed = matter.public_no.to_lowercase();
    let page = anybody.get(&format!("/progress?no={typed}")).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    page.must_say("办件公示");
    page.must_say("已报修");
    page.must_say("测试局");
    for private in ["测试员", "底线断了", &id.to_string(), "coach", "groundsman"] {
        assert!(!page.says(private), "{private} is not for everybody");
    }
    let page = anybody.get("/progress?no=0000000000000000").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
    page.must_say("没有这个编号的办件");
}
