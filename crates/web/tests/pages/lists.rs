//! Lists: the question in the address, the form that shows it, the table, the pages.

use http::StatusCode;
use kernel::Id;
use testkit::TestApp;

use crate::browser::{Browser, Screen, club};

/// Members of whom every second one has a gold card; all at 330109 but the last.
fn members(house: &TestApp, count: usize) -> Vec<Id> {
    let manager = house.as_role("manager");
    (0..count)
        .map(|n| {
            let name = format!("会员{n:03}");
            let phone = format!("1380571{n:04}");
            let plan = if n % 2 == 0 { "gold" } else { "silver" };
            let paid = format!("2027-{:02}-10", 3 + n % 9);
            let place = if n + 1 == count { "330106" } else { "330109" };
            let fields = [
                ("name", name.as_str()),
                ("phone", phone.as_str()),
                ("kind", "adult"),
                ("plan", plan),
                ("division", place),
                ("paid_until", paid.as_str()),
            ];
            let made = house.create_in(&manager, "tennis_club.member", "active", &fields);
            made.expect("a member").id
        })
        .collect()
}

fn rows(screen: &Screen) -> usize {
    screen.body().matches("data-open").count()
}

#[tokio::test]
async fn filters_of_every_kind_narrow_the_list_and_stay_in_the_form() {
    let house = club();
    members(&house, 9);
    let mut browser = Browser::of(&house, "manager").await;
    for (query, count) in [
        ("", 9),
        ("plan=gold", 5),
        ("plan=gold,silver", 9),
        ("plan=gold&plan=silver", 9),
        ("paid_until=2027-03-01..2027-05-31", 3),
        ("paid_until.from=2027-10-01&paid_until.to=", 2),
        ("division=330109", 8),
        ("division=330100", 9),
        ("name=会员00", 9),
        ("q=会员003", 1),
        ("state=active", 9),
        ("state=left", 0),
        ("colour=red", 0),
        ("newsletter=false", 9),
    ] {
        let page = browser.get(&format!("/members/?{}", ascii(query))).await;
        assert_eq!(page.status, StatusCode::OK, "{query}: {}", page.body());
        assert_eq!(rows(&page), count, "{query}");
        assert!(
            page.says(&format!("共 {count} 条")) || count == 0,
            "{query}"
        );
    }
    let page = browser
        .get("/members/?plan=gold&paid_until=2027-03-01..")
        .await;
    page.must_say("name=\"plan\" value=\"gold\" checked");
    assert_eq!(page.boxed("/members/", "paid_until.from"), "2027-03-01");
}

fn ascii(text: &str) -> String {
    let bytes = text.bytes().map(|b| match b.is_ascii() {
        true => char::from(b).to_string(),
        false => format!("%{b:02X}"),
    });
    bytes.collect()
}

#[tokio::test]
async fn a_long_address_becomes_a_short_one() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let page = browser
        .get("/members/?q=&plan=gold&plan=silver&paid_until.from=2027-01-01&paid_until.to=&division=&division.id=&division.was=")
        .await;
    assert_eq!(
        page.at,
        "/members/?plan=gold,silver&paid_until=2027-01-01.."
    );
}

#[tokio::test]
async fn a_filter_that_cannot_be_understood_keeps_what_was_typed() {
    let house = club();
    members(&house, 2);
    let mut browser = Browser::of(&house, "manager").await;
    let page = browser
        .get("/members/?paid_until=tomorrow..&plan=gold")
        .await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    page.must_say("<title>错误：");
    page.must_say("不是日期");
    page.must_say("href=\"#f-paid_until\"");
    assert_eq!(page.boxed("/members/", "paid_until.from"), "tomorrow");
    page.must_say("name=\"plan\" value=\"gold\" checked");
}

#[tokio::test]
async fn pages_follow_each_other_and_lead_back() {
    let house = club();
    members(&house, 60);
    let mut browser = Browser::of(&house, "manager").await;
    let first = browser.get("/members/").await;
    assert_eq!(rows(&first), 50);
    first.must_say("共 60 条，本页 50 条");
    let second = browser.get(&link(&first, "rel=\"next\"")).await;
    assert_eq!(rows(&second), 10);
    let back = browser.get(&link(&second, "rel=\"prev\"")).await;
    assert_eq!(rows(&back), 50);
    back.must_say("会员000");
}

fn link(screen: &Screen, mark: &str) -> String {
    let tag = screen
        .html
        .split("<a ")
        .find(|tag| tag.contains(mark))
        .expect("a link");
    let start = tag.find("href=\"").expect("an address") + 6;
    let end = tag[start..].find('"').expect("its end");
    tag[start..start + end].replace("&amp;", "&")
}

#[tokio::test]
async fn heads_sort_only_where_an_index_leads_and_columns_are_chosen() {
    let house = club();
    members(&house, 3);
    let mut browser = Browser::of(&house, "manager").await;
    let page = browser
        .get("/members/?sort=-paid_until&cols=name,paid_until,level")
        .await;
    page.must_say("aria-sort=\"descending\"");
    page.must_say("sort=name");
    assert!(!page.says("sort=level") && page.says("水平等级"));
    let last = page.html.find("会员002").expect("the last");
    assert!(last < page.html.find("会员000").expect("the first"));
    let refused = browser.get("/members/?sort=level").await;
    refused.must_say("不能按“level”排序");
}

#[tokio::test]
async fn a_saved_view_becomes_a_tab_and_can_be_dropped() {
    let house = club();
    members(&house, 4);
    let mut browser = Browser::of(&house, "manager").await;
    let page = browser.get("/members/?plan=gold&sort=name").await;
    let saved = browser
        .submit(&page, "/members/views", &[("view_name", "常用一")])
        .await;
    assert_eq!(saved.at, "/members/?plan=gold&sort=name");
    saved.must_say("<a href=\"/members/?plan=gold&amp;sort=name\" aria-current=\"page\">常用一");
    let gone = browser.submit(&saved, "/members/views/drop", &[]).await;
    gone.must_say("视图已删除");
    assert!(!gone.says(">常用一"));
}

#[tokio::test]
async fn nobody_sees_more_than_their_own() {
    let house = club();
    let ids = members(&house, 3);
    let mut coach = Browser::of(&house, "coach").await;
    let page = coach.get("/members/").await;
    assert_eq!(rows(&page), 2, "the third lives elsewhere");
    assert_eq!(
        coach.get(&format!("/members/{}", ids[2])).await.status,
        StatusCode::NOT_FOUND
    );
    assert!(!page.says("/members/new") && !page.says("/members/import"));
    let refused = coach.get("/members/new").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_empty_list_says_what_to_do() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let page = browser.get("/members/").await;
    page.must_say("还没有会员");
    page.must_say("可以逐条新建，也可以从表格导入");
    // Where the program alone writes, nobody is told to make one.
    let page = Browser::of(&house, "sys_admin")
        .await
        .get("/one-person/")
        .await;
    page.must_say("还没有同一人办理");
    assert!(!page.says("可以逐条新建"), "{}", page.body());
    let narrow = browser.get("/members/?plan=gold").await;
    narrow.must_say("没有符合条件的会员");
    narrow.must_say("清除全部条件");
}

#[tokio::test]
async fn the_boxes_offer_records_and_divisions() {
    let house = club();
    members(&house, 2);
    let mut browser = Browser::of(&house, "manager").await;
    // What is typed goes by POST with the token that the search box carries, never in an address.
    let page = browser.get("/members/").await;
    let token = page.csrf_of_search();
    let found = browser
        .offers("/lookup/members", &token, ("q", "会员001"))
        .await;
    found.must_say("data-shown=\"会员001\"");
    let places = browser
        .offers("/lookup/division", &token, ("q", "萧山"))
        .await;
    places.must_say("data-id=\"330109\"");
    places.must_say("浙江省杭州市萧山区");
    let below = browser
        .offers("/lookup/division", &token, ("under", "330000"))
        .await;
    below.must_say("data-id=\"330100\"");
    let hits = browser.offers("/search", &token, ("q", "会员001")).await;
    hits.must_say("data-href=\"/members/");
    let forged = browser.offers("/search", "forged", ("q", "会员001")).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
    let asked = browser.get("/lookup/members?q=%E4%BC%9A").await;
    assert_eq!(asked.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn what_is_in_use_stands_on_the_form_and_the_rest_is_folded() {
    let house = club();
    members(&house, 2);
    let mut browser = Browser::of(&house, "manager").await;
    let fold = "<details class=\"query-more\"";
    let plain = browser.get("/members/").await;
    let (first, more) = plain.html.split_once(fold).expect("a fold");
    assert!(!first.contains("name=\"state\"") && more.contains("name=\"state\""));
    let narrow = browser.get("/members/?state=active").await;
    let (first, after) = narrow.html.split_once(fold).expect("a fold");
    // Further down the column chooser carries the question along.
    let (more, _) = after.split_once("</form>").expect("the end of the form");
    assert!(first.contains("name=\"state\"") && !more.contains("name=\"state\""));
    // The fold of phones says how many are in use.
    narrow.must_say("已填 1 项");
}

#[tokio::test]
async fn the_sheet_holds_what_the_list_shows() {
    let house = club();
    members(&house, 5);
    let mut browser = Browser::of(&house, "manager").await;
    let list = browser
        .get("/members/?plan=gold&cols=name,plan,phone")
        .await;
    list.must_say("/members/export?plan=gold&amp;cols=name,plan,phone&amp;format=csv");
    let sheet = browser
        .get("/members/export?plan=gold&cols=name,plan,phone&format=csv")
        .await;
    assert_eq!(sheet.headers["content-type"], "text/csv; charset=utf-8");
    assert!(
        sheet.headers["content-disposition"]
            .to_str()
            .expect("text")
            .starts_with("attachment")
    );
    let lines: Vec<&str> = sheet.html.trim_start_matches('\u{feff}').lines().collect();
    assert_eq!(lines.len(), 5, "{}", sheet.html);
    assert!(lines[0].contains("姓名") && lines[1].contains("会员000") && lines[1].contains("金卡"));
    assert!(!sheet.says("13805710000"), "personal values stay masked");
    let book = browser.get("/members/export?format=xlsx").await;
    assert!(book.html.starts_with("PK"));
    let mut coach = Browser::of(&house, "coach").await;
    assert_eq!(
        coach.get("/members/export?format=csv").await.status,
        StatusCode::FORBIDDEN
    );
}
