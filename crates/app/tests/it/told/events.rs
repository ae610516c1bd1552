//! Events of a unit: which receivers are taken, what is sent, what becomes of it.

use app::{No, Sent, Target};
use kernel::{Id, Reason};
use testkit::input;

use super::{stage, state};
use crate::flow::{Stage, refusal};

const URL: &str = "https://unit.example.org/hooks?from=jinzhi";

/// A receiver for the one unit of the house, with its secret.
fn receiver(stage: &Stage) -> (Id, String) {
    let admin = stage.house.as_role("sys_admin");
    let unit = stage.house.unit().to_string();
    let fields = [("unit", unit.as_str()), ("url", URL)];
    let made = stage
        .house
        .create(&admin, "house.webhook", &fields)
        .expect("a receiver");
    let app = &stage.house.app;
    assert_eq!(
        refusal(app.try_webhook(&admin, made.id)).reason,
        Reason::Conflict,
        "no secret yet"
    );
    let secret = app.renew_webhook_secret(&admin, made.id).expect("a secret");
    (made.id, secret)
}

fn start(stage: &Stage, id: Id) {
    let admin = stage.house.as_role("sys_admin");
    let register = stage.house.register("house.webhook");
    let app = &stage.house.app;
    let version = app
        .record(&admin, register, id, None)
        .expect("seen")
        .0
        .version;
    let words = kernel::Words::default();
    app.act(&admin, register, id, version, "start", &input(&[]), words)
        .expect("started");
}

#[test]
fn only_addresses_that_can_be_pushed_to_are_kept() {
    let stage = stage();
    let admin = stage.house.as_role("sys_admin");
    let unit = stage.house.unit().to_string();
    for bad in [
        "http://unit.example.org/",
        "ftp://x",
        "https://a:b@x.cn/",
        "https://x.cn/#1",
        "x",
    ] {
        let fields = [("unit", unit.as_str()), ("url", bad)];
        let refused = refusal(stage.house.create(&admin, "house.webhook", &fields));
        assert_eq!(refused.blames[0].pointer, "/url", "{bad}");
    }
    let fields = [("unit", unit.as_str()), ("url", URL)];
    let manager = stage.house.create(&stage.manager, "house.webhook", &fields);
    assert!(
        matches!(manager, Err(No::Refused(_))),
        "administrators only"
    );
    let (id, _) = receiver(&stage);
    assert!(
        refusal(stage.house.app.renew_webhook_secret(&stage.manager, id)).reason
            != Reason::Conflict
    );
    let stale = kernel::Actor {
        freshness: kernel::Freshness::Never,
        ..admin
    };
    let unproved = refusal(stage.house.app.renew_webhook_secret(&stale, id));
    assert_eq!(unproved.reason, Reason::Unproved);
}

#[test]
fn what_people_of_a_unit_are_told_is_pushed_once_under_one_number() {
    let stage = stage();
    let app = &stage.house.app;
    let (id, secret) = receiver(&stage);
    start(&stage, id);
    stage.reported();
    stage.house.today("2027-03-03");
    app.watch_limits().expect("watched");
    let due = app.due_pushes().expect("the queue");
    assert_eq!(due.len(), 1, "one event however many are told");
    let push = &due[0];
    assert_eq!((&push.secret, push.is_allowed), (&secret, false));
    assert_eq!(Some(&push.target), Target::read(URL).as_ref());
    for part in [
        r#""specversion":"1.0""#,
        r#""type":"cn.jinzhi.notice.near""#,
        r#""source":"https://jinzhi.example.cn""#,
        r#""register":"tennis_club.repair""#,
    ] {
        assert!(push.body.contains(part), "{part} in {}", push.body);
    }
    assert!(
        !push.body.contains("张三") && !push.body.contains("一号场"),
        "{}",
        push.body
    );
    app.push_done(push.id, &Sent::Later("HTTP 500".to_owned()))
        .expect("noted");
    assert!(app.due_pushes().expect("the queue").is_empty(), "later");
    stage.house.today("2027-03-04");
    let again = app.due_pushes().expect("the queue");
    assert_eq!((&again[0].event, &again[0].body), (&push.event, &push.body));
    app.push_done(push.id, &Sent::Done("HTTP 204".to_owned()))
        .expect("noted");
    assert_eq!(state(&stage, "house.delivery", push.id), "sent");
    let since = stage.house_value("house.webhook", id, "fails_since");
    assert_eq!(since, kernel::Value::Null, "recovered");
}

#[test]
fn a_receiver_that_fails_for_days_is_switched_off_and_its_keeper_told() {
    let stage = stage();
    let app = &stage.house.app;
    let admin = stage.house.as_role("sys_admin");
    let (id, _) = receiver(&stage);
    start(&stage, id);
    for day in ["2027-03-01", "2027-03-03", "2027-03-05"] {
        stage.house.today(day);
        app.try_webhook(&admin, id).expect("a trial");
        for push in app.due_pushes().expect("the queue") {
            app.push_done(push.id, &Sent::Later("HTTP 500".to_owned()))
                .expect("noted");
        }
        assert_eq!(state(&stage, "house.webhook", id), "active", "{day}");
    }
    stage.house.today("2027-03-06");
    for push in app.due_pushes().expect("the queue") {
        app.push_done(push.id, &Sent::Later("HTTP 500".to_owned()))
            .expect("noted");
    }
    assert_eq!(state(&stage, "house.webhook", id), "off");
    let notices = app.notices(&admin, 0).expect("a page").rows;
    assert_eq!(notices.len(), 1);
    assert_eq!(
        (notices[0].kind.as_str(), notices[0].record),
        ("push_off", id)
    );
    assert!(notices[0].shown.is_some(), "leads to the receiver");
}

#[test]
fn nothing_is_pushed_to_a_receiver_that_is_off_or_none() {
    let stage = stage();
    let app = &stage.house.app;
    let (id, _) = receiver(&stage);
    stage.reported();
    stage.house.today("2027-03-03");
    app.watch_limits().expect("watched");
    assert!(app.due_pushes().expect("the queue").is_empty());
    assert!(stage.all("house.delivery").is_empty(), "{id}");
}
