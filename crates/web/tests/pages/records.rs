//! One record: what its page shows to whom, its history, its acts, its secrets.

use http::StatusCode;
use kernel::Id;
use testkit::TestApp;

use crate::browser::{Browser, club};

fn member(house: &TestApp, state: &str) -> Id {
    let manager = house.as_role("sys_admin");
    let _ = manager;
    let fields = [
        ("name", "陈晓岚"),
        ("phone", "13805710001"),
        ("kind", "adult"),
        ("plan", "gold"),
        ("division", "330109"),
        ("address", "临浦镇东藩中路 88 号"),
        ("paid_until", "2027-02-20"),
        ("joined", "2020-05-01"),
    ];
    let other = house.person("second_manager", "manager", None);
    house
        .create_in(&other, "tennis_club.member", state, &fields)
        .expect("a member")
        .id
}

#[tokio::test]
async fn the_page_says_what_it_is_where_it_stands_and_until_when() {
    let house = club();
    let id = member(&house, "active");
    let mut browser = Browser::of(&house, "manager").await;
    let page = browser.get(&format!("/members/{id}")).await;
    assert_eq!(page.status, StatusCode::OK);
    for text in [
        "陈晓岚",
        "在会",
        "会费已欠 9 天",
        "浙江省杭州市萧山区",
        "金卡",
        "200.00",
        "俱乐部经理",
    ] {
        page.must_say(text);
    }
    assert!(!page.says("13805710001"), "a telephone number is masked");
    page.must_say(&format!("/members/{id}/reveal/phone"));
    // Empty fields are told by their number only.
    assert!(!page.body().contains("<dt>备注</dt>"));
    browser
        .get(&format!("/members/{id}?empty=1"))
        .await
        .must_say("<dt>备注</dt>");
}

#[tokio::test]
async fn a_masked_value_is_shown_once_and_for_a_reason() {
    let house = club();
    let id = member(&house, "active");
    let mut browser = Browser::of(&house, "manager").await;
    let action = format!("/members/{id}/reveal/phone");
    let page = browser.get(&action).await;
    assert!(!page.says("13805710001"));
    let refused = browser.submit(&page, &action, &[("reason", "x")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.must_say("请写明理由");
    let shown = browser
        .submit(&refused, &action, &[("reason", "电话通知缴费")])
        .await;
    shown.must_say("13805710001");
    let mut coach = Browser::of(&house, "coach").await;
    let page = coach.get(&format!("/members/{id}")).await;
    assert!(
        !page.says("/reveal/"),
        "nobody is offered what would be refused"
    );
    let asked = coach.get(&action).await;
    let no = coach
        .submit(&asked, &action, &[("reason", "电话通知缴费")])
        .await;
    assert_eq!(no.status, StatusCode::FORBIDDEN);
    assert!(!no.says("13805710001"));
}

#[tokio::test]
async fn the_history_tells_who_changed_what_and_how_it_was() {
    let house = club();
    let id = member(&house, "active");
    house.today("2027-03-05");
    let mut browser = Browser::of(&house, "manager").await;
    let edit = format!("/members/{id}/edit");
    let form = browser.get(&edit).await;
    browser
        .submit(&form, &edit, &[("address", "义桥镇")])
        .await
        .must_say("已保存");
    let history = browser.get(&format!("/members/{id}/history")).await;
    history.must_say("<dt>住址</dt>");
    history.must_say("<del>临浦镇东藩中路 88 号</del>");
    history.must_say("<ins>义桥镇</ins>");
    history.must_say("manager");
    let then = browser
        .get(&format!("/members/{id}?as_of=2027-03-02"))
        .await;
    then.must_say("临浦镇东藩中路 88 号");
    assert!(!then.says(&edit), "what was cannot be changed");
    let never = browser
        .get(&format!("/members/{id}?as_of=2026-01-01"))
        .await;
    assert_eq!(never.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_act_asks_checks_and_is_done() {
    let house = club();
    let id = member(&house, "applied");
    let mut browser = Browser::of(&house, "manager").await;
    let action = format!("/members/{id}/do/admit");
    let page = browser.get(&action).await;
    page.must_say("俱乐部章程 第3条");
    page.must_say("name=\"opinion\"");
    // What is needed is asked for as such, and its want is told before the check page.
    let empty = [("plan", ""), ("joined.year", ""), ("opinion", "")];
    let refused = browser.submit(&page, &action, &empty).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!refused.says("name=\"_checked\""), "{}", refused.html);
    refused.must_say("error-summary");
    assert!(!page.says("选填"), "{}", page.html);
    let check = browser.submit(&page, &action, &[("opinion", "同意")]).await;
    check.must_say("申请中");
    check.must_say("name=\"_checked\" value=\"1\"");
    let done = browser.submit(&check, &action, &[]).await;
    assert!(
        done.at.starts_with(&format!("/members/{id}?ok=admit")),
        "{}: {}",
        done.at,
        done.body()
    );
    done.must_say("“批准入会”已办理");
    done.must_say("在会");
}

#[tokio::test]
async fn an_act_without_its_reason_comes_back_and_one_out_of_turn_says_why() {
    let house = club();
    let id = member(&house, "active");
    let mut browser = Browser::of(&house, "manager").await;
    let action = format!("/members/{id}/do/suspend");
    let page = browser.get(&action).await;
    let refused = browser.submit(&page, &action, &[("reason", "")]).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.must_say("请写明理由");
    let done = browser
        .submit(&refused, &action, &[("reason", "长期外出")])
        .await;
    done.must_say("暂停");
    let late = browser.get(&action).await;
    assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
    late.must_say("现在不能办理");
    let mut coach = Browser::of(&house, "coach").await;
    assert!(
        !coach
            .get(&format!("/members/{id}"))
            .await
            .says("/do/resume")
    );
}

#[tokio::test]
async fn personal_values_are_erased_only_by_right_and_for_good() {
    let house = club();
    let id = member(&house, "active");
    let mut coach = Browser::of(&house, "coach").await;
    let action = format!("/members/{id}/erase");
    assert_eq!(coach.get(&action).await.status, StatusCode::FORBIDDEN);
    let mut browser = Browser::of(&house, "manager").await;
    let page = browser.get(&action).await;
    let done = browser
        .submit(&page, &action, &[("reason", "本人书面申请")])
        .await;
    done.must_say("个人信息已依法删除");
    done.must_say("已依法删除");
}

#[tokio::test]
async fn params_are_changed_within_their_bounds() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let page = browser.get("/members/params").await;
    page.must_say("俱乐部章程 第5条");
    let typed = [("_param", "red_days"), ("value", "99")];
    let refused = browser.submit(&page, "/members/params", &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.must_say("value=\"99\"");
    let typed = [("_param", "red_days"), ("value", "10")];
    browser
        .submit(&refused, "/members/params", &typed)
        .await
        .must_say("“欠费红色起”已修改");
    let mut coach = Browser::of(&house, "coach").await;
    let page = coach.get("/members/params").await;
    page.must_say("不能修改");
    assert!(!page.says("name=\"_param\""));
}
