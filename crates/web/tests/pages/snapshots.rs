//! What people see of a list, a record and a form, line by line: `cargo insta review` after a change.

use testkit::TestApp;

use crate::browser::{Browser, Screen, club};

fn member(house: &TestApp) -> kernel::Id {
    let manager = house.as_role("manager");
    let fields = [
        ("card", "6901234567892"),
        ("name", "陈晓岚"),
        ("phone", "13805710001"),
        ("kind", "junior"),
        ("division", "330109"),
        ("paid_until", "2027-02-20"),
        ("likes", "clay|grass"),
        ("remark", "<b>周末</b>"),
    ];
    house
        .create_in(&manager, "tennis_club.member", "active", &fields)
        .expect("a member")
        .id
}

/// One element with all within it, a line for each tag; what is random is left out.
fn element(screen: &Screen, start: &str) -> String {
    let from = screen
        .html
        .find(start)
        .unwrap_or_else(|| panic!("no {start} on {}", screen.at));
    let name: String = start[1..]
        .chars()
        .take_while(char::is_ascii_alphanumeric)
        .collect();
    let (open, close) = (format!("<{name}"), format!("</{name}>"));
    let mut depth = 0;
    let mut end = from;
    while let Some(step) = screen.html[end..].find('<') {
        end += step;
        if screen.html[end..].starts_with(&close) {
            depth -= 1;
        } else if screen.html[end..].starts_with(&open) {
            depth += 1;
        }
        end += 1;
        if depth == 0 {
            break;
        }
    }
    let html = &screen.html[from..end - 1 + close.len()];
    html.replace('<', "\n<")
        .replace("\n</", "</")
        .trim()
        .to_owned()
}

#[tokio::test]
async fn a_row_of_a_list() {
    let house = club();
    let id = member(&house).to_string();
    let mut browser = Browser::of(&house, "manager").await;
    let page = browser.get("/members/").await;
    insta::assert_snapshot!("list_table", element(&page, "<table").replace(&id, "ID"));
}

#[tokio::test]
async fn the_sections_of_a_record() {
    let house = club();
    let id = member(&house).to_string();
    let mut browser = Browser::of(&house, "manager").await;
    let page = browser.get(&format!("/members/{id}")).await;
    let sections = element(&page, "<div class=\"record-main\"").replace(&id, "ID");
    insta::assert_snapshot!("record_sections", sections);
}

#[tokio::test]
async fn a_part_of_a_form() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let page = browser.get("/members/new?kind=junior").await;
    let from = page.html.find("<h2>会籍</h2>").expect("the part");
    let part = Screen {
        html: page.html[from..].to_owned(),
        ..page
    };
    insta::assert_snapshot!("form_part", element(&part, "<div class=\"fields\""));
}

#[tokio::test]
async fn the_same_in_english() {
    let house = club();
    let id = member(&house).to_string();
    let mut browser = Browser::of(&house, "manager").await;
    let page = browser.get(&format!("/members/{id}?lang=en")).await;
    let sections = element(&page, "<dl class=\"pairs\"").replace(&id, "ID");
    insta::assert_snapshot!("record_section_english", sections);
}
