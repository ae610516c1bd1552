//! The calendar feed of one's own limits: what it shows, and how it ends.

use kernel::{Actor, Reason, Words};

use super::stage;
use crate::flow::{Stage, refusal};

fn feed(stage: &Stage, token: &str) -> Option<String> {
    stage.house.app.calendar_feed(token).expect("looked up")
}

/// How many days it shows.
fn days(text: &str) -> usize {
    text.matches("BEGIN:VEVENT").count()
}

#[test]
fn a_feed_shows_ones_own_limits_and_names_nobody() {
    let stage = stage();
    let app = &stage.house.app;
    let id = stage.reported();
    let token = app.make_feed(&stage.groundsman).expect("a feed");
    let text = feed(&stage, &token).expect("a calendar");
    assert_eq!(days(&text), 1, "{text}");
    assert!(text.contains("DTSTART;VALUE=DATE:202703"), "{text}");
    let whole = text.replace("\r\n ", "");
    let link = format!("URL:https://jinzhi.example.cn/repairs/{id}\r\n");
    assert!(whole.contains(&link), "{whole}");
    for personal in ["张三", "一号场", "13800138000", "网断了", "测试员"] {
        assert!(!whole.contains(personal), "{personal}");
    }
    assert_eq!(
        feed(&stage, &token),
        Some(text),
        "the same until something changes"
    );
    // What is done is no limit any more; the next step is somebody else's.
    stage.does(&stage.groundsman, id, "ask", "照片不清");
    assert_eq!(days(&feed(&stage, &token).expect("a calendar")), 0);
    let other = app.make_feed(&stage.treasurer).expect("a feed");
    assert_eq!(days(&feed(&stage, &other).expect("a calendar")), 0);
}

#[test]
fn a_feed_ends_when_it_is_revoked_replaced_or_its_account_locked() {
    let stage = stage();
    let app = &stage.house.app;
    let who = &stage.groundsman;
    assert_eq!(app.feed(who).expect("none"), None);
    assert_eq!(refusal(app.drop_feed(who)).reason, Reason::NotFound);
    let first = app.make_feed(who).expect("a feed");
    let second = app.make_feed(who).expect("another");
    assert!(feed(&stage, &first).is_none() && feed(&stage, &second).is_some());
    // It opens nothing else.
    assert!(app.session(&second).expect("looked up").is_none());
    assert!(app.bearer(&second).expect("looked up").is_none());
    app.drop_feed(who).expect("ended");
    assert!(feed(&stage, &second).is_none());
    let third = app.make_feed(who).expect("a third");
    let accounts = stage.house.register("house.account");
    let admin = stage.house.as_role("sec_admin");
    let version = app
        .record(&admin, accounts, who.account, None)
        .expect("seen")
        .0
        .version;
    let words = Words {
        reason: Some("调离"),
        ..Words::default()
    };
    app.act(
        &admin,
        accounts,
        who.account,
        version,
        "lock",
        &Vec::new(),
        words,
    )
    .expect("locked");
    assert!(
        feed(&stage, &third).is_none(),
        "a locked account tells nothing"
    );
    for odd in ["", "x", &"x".repeat(200)] {
        assert!(feed(&stage, odd).is_none());
    }
    assert_eq!(
        refusal(app.make_feed(&Actor::public())).reason,
        Reason::NotFound
    );
}
