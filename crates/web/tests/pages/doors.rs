//! The home page of each door: what waits, the acts it is for, lists with numbers that lead to exactly
//! their rows, and where one's own matters are.

use http::StatusCode;

use crate::browser::{Browser, PASSWORD, club};
use crate::todo::{damaged, reported};

#[tokio::test]
async fn the_door_of_a_role_is_what_its_definition_says() {
    let house = club();
    for (role, door) in [
        ("manager", "desk"),
        ("coach", "station"),
        ("member", "enterprise"),
        ("sys_admin", "admin"),
        ("chair", "leader"),
    ] {
        // The others can sign in already.
        if role == "chair" {
            let account = house.as_role(role).account;
            let set = house.app.set_password(account, account, PASSWORD);
            set.expect("a password");
        }
        let mut browser = Browser::of(&house, role).await;
        let home = browser.get("/home").await;
        assert_eq!(home.status, StatusCode::OK, "{}", home.html);
        let class = format!("class=\"home is-{door}\"");
        assert!(home.html.contains(&class), "{role}: {}", home.body());
        // Whoever is signed in comes from the front door to his own page.
        assert_eq!(browser.get("/").await.at, "/home");
    }
}

#[tokio::test]
async fn an_act_of_the_door_opens_its_form_filled_in() {
    let house = club();
    let mut coach = Browser::of(&house, "coach").await;
    let home = coach.get("/home").await;
    home.must_say("报修场地");
    let href = "/repairs/new?_state=draft&amp;damage=";
    let from = home.html.find(href).expect("the act");
    let rest = &home.html[from..];
    let href = rest[..rest.find('"').expect("an end")].replace("&amp;", "&");
    let form = coach.get(&href).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.html);
    assert!(form.html.contains("球网破损"), "{}", form.html);
    // Who may not begin it is not offered it, though the door has it.
    let groundsman = house.as_role("groundsman").account;
    house
        .app
        .set_password(groundsman, groundsman, PASSWORD)
        .expect("a password");
    let mut groundsman = Browser::of(&house, "groundsman").await;
    let home = groundsman.get("/home").await;
    assert!(home.html.contains("is-station") && !home.says("报修场地"));
}

#[tokio::test]
async fn a_number_leads_to_exactly_its_rows() {
    let (house, coach, court) = damaged();
    for damage in ["底线断了", "球网破了", "灯坏了"] {
        reported(&house, &coach, court, damage);
    }
    let mut coach = Browser::of(&house, "coach").await;
    let home = coach.get("/home").await;
    let figure = "href=\"/repairs/\"";
    let from = home.html.find("door-figures").expect("figures");
    let from = from + home.html[from..].find(figure).expect("the list's figure");
    let card = &home.html[from..];
    let card = &card[..card.find("</a>").expect("an end")];
    // Colour, shape and word together.
    assert!(
        card.contains("lamp is-yellow") && card.contains("<svg"),
        "{card}"
    );
    assert!(
        card.contains("黄") && card.contains("未修好的场地"),
        "{card}"
    );
    assert!(card.contains("figure-number\">3<"), "{card}");
    coach.get("/repairs/").await.must_say("共 3 条");
}

#[tokio::test]
async fn what_one_began_says_who_has_it_and_since_when() {
    let (house, coach, court) = damaged();
    house.today("2027-03-01");
    let id = reported(&house, &coach, court, "底线断了");
    house.today("2027-03-02");
    let mut coach = Browser::of(&house, "coach").await;
    for path in ["/home", "/todo?tab=started"] {
        let page = coach.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{}", page.html);
        page.must_say("在谁手里");
        page.must_say("测试局 场地员");
        page.must_say("2027-03-01 起");
        // The limit is that of the turn it waits for.
        page.must_say("还剩 2 个工作日");
        assert!(page.html.contains(&format!("/repairs/{id}")));
    }
    // Whoever took it up is named to those who work in the service.
    let mut groundsman = Browser::of(&house, "groundsman").await;
    let record = groundsman.get(&format!("/repairs/{id}")).await;
    let start = format!("/repairs/{id}/turn/claim-");
    let from = record.html.find(&start).expect("a claim");
    let rest = &record.html[from..];
    let claim = rest[..rest.find('"').expect("an end")].to_owned();
    groundsman.submit(&record, &claim, &[]).await;
    coach.get("/home").await.must_say("测试员");
}

#[tokio::test]
async fn the_desk_counts_no_list_that_nobody_asked_for() {
    let house = club();
    let mut manager = Browser::of(&house, "manager").await;
    let home = manager.get("/home").await;
    let cards = &home.html[home.html.find("home-lists").expect("cards")..];
    assert!(!cards.contains("class=\"count\""), "{cards}");
}

/// Whoever has no account finds what strangers come for; where nobody may apply, no such door is shown.
#[tokio::test]
async fn the_public_home_leads_to_the_progress_of_matters() {
    let house = club();
    let home = Browser::new(&house).get("/").await;
    assert!(home.html.contains("href=\"/progress\""), "{}", home.html);
    home.must_say("办理进度");
    assert!(!home.html.contains("href=\"/register\""));
}
