//! Events to a real receiver on this machine, and reports of mail from a real folder.

mod receiver;

use std::sync::mpsc::Receiver;
use std::time::Duration;

use app::Outward;
use courier::{Courier, signature, spool};
use kernel::{Actor, Id};
use receiver::{Request, listen};
use testkit::TestApp;

/// A house with a receiver for its one unit at that place.
fn house(place: &str, allowed: &[String]) -> (TestApp, Actor, Id, String) {
    let house = TestApp::club();
    house.app.set_outward(Outward {
        address: "https://jinzhi.example.cn".to_owned(),
        product: "金质".to_owned(),
        mail_domain: Some("example.cn".to_owned()),
        allowed: allowed.to_vec(),
    });
    let admin = house.as_role("sys_admin");
    let unit = house.unit().to_string();
    // What is written as a neighbour is refused here; sending looks again at where a name leads.
    let url = format!("https://{place}/hooks");
    let made = house.create(&admin, "house.webhook", &[("unit", &unit), ("url", &url)]);
    let id = made.expect("a receiver").id;
    let secret = house
        .app
        .renew_webhook_secret(&admin, id)
        .expect("a secret");
    (house, admin, id, secret)
}

/// The same with plain http, which the operator allowed.
fn plain(place: &str) -> (TestApp, Actor, Id, String) {
    let (house, admin, id, secret) = house(place, &[place.to_owned()]);
    let register = house.register("house.webhook");
    let version = house
        .app
        .record(&admin, register, id, None)
        .expect("seen")
        .0
        .version;
    let url = format!("http://{place}/hooks");
    let edited = house.app.edit(
        &admin,
        register,
        id,
        version,
        &testkit::input(&[("url", &url)]),
    );
    edited.expect("allowed");
    (house, admin, id, secret)
}

fn courier(house: &TestApp) -> Courier {
    Courier::new(house.app.clone(), None, house.path().join("bounces"))
}

fn next(requests: &Receiver<Request>) -> Request {
    requests
        .recv_timeout(Duration::from_secs(5))
        .expect("a request")
}

fn deliveries(house: &TestApp) -> Vec<String> {
    let register = house.register("house.delivery");
    let ask = app::Ask {
        unlisted: true,
        ..app::Ask::default()
    };
    let page = house
        .app
        .list(&Actor::operator(), register, &ask)
        .expect("a list")
        .0;
    let def = house.app.catalogue().at(register);
    let states = page.rows.iter().filter_map(|row| row.state);
    states
        .map(|state| def.states[state.0].name.clone())
        .collect()
}

#[test]
fn a_receiver_that_answers_500_gets_the_same_event_again_with_a_fresh_signature() {
    let (place, requests) = listen(vec!["500 Oops", "302 Found", "204 No Content"]);
    let (house, admin, id, secret) = plain(&place);
    house.app.try_webhook(&admin, id).expect("a trial");
    let courier = courier(&house);
    let mut seen: Vec<Request> = Vec::new();
    for day in ["2027-03-01", "2027-03-02", "2027-03-03"] {
        house.today(day);
        assert_eq!(courier.events().expect("a round"), 1, "{day}");
        seen.push(next(&requests));
    }
    assert_eq!(courier.events().expect("a round"), 0, "done");
    assert_eq!(deliveries(&house), ["sent"]);
    for request in &seen {
        assert_eq!(request.line, "POST /hooks HTTP/1.1");
        assert_eq!(request.header("host"), place);
        assert_eq!(
            request.header("content-type"),
            "application/cloudevents+json; charset=utf-8"
        );
        let (number, seconds) = (
            request.header("webhook-id"),
            request.header("webhook-timestamp"),
        );
        let seconds = seconds.parse().expect("seconds");
        let signed = signature(&secret, number, seconds, &request.body);
        assert_eq!(signed.as_deref(), Some(request.header("webhook-signature")));
        let event: serde_json::Value = serde_json::from_str(&request.body).expect("JSON");
        assert_eq!(event["id"], number);
        assert_eq!(event["type"], "cn.jinzhi.notice.test");
    }
    assert!(seen.iter().all(|other| other.body == seen[0].body));
    assert_ne!(
        seen[0].header("webhook-signature"),
        seen[2].header("webhook-signature")
    );
}

#[test]
fn a_neighbour_is_never_asked_unless_the_operator_allowed_it() {
    let (place, requests) = listen(vec!["204 No Content"]);
    // Written so that only looking it up tells where it leads.
    let hidden = place.replace("127.0.0.1", "127.1");
    assert_ne!(hidden, place);
    let (house, admin, id, _) = house(&hidden, &[]);
    house.app.try_webhook(&admin, id).expect("a trial");
    assert_eq!(courier(&house).events().expect("a round"), 1);
    assert_eq!(deliveries(&house), ["failed"]);
    assert!(requests.try_recv().is_err(), "nobody connected");
}

#[test]
fn a_receiver_that_is_not_there_or_speaks_otherwise_is_tried_later() {
    let (gone, _) = listen(vec![]);
    let (odd, requests) = listen(vec!["\u{1}nonsense"]);
    for place in [gone, odd] {
        let (house, admin, id, _) = plain(&place);
        house.app.try_webhook(&admin, id).expect("a trial");
        assert_eq!(courier(&house).events().expect("a round"), 1);
        assert_eq!(deliveries(&house), ["waiting"], "{place}");
        assert_eq!(courier(&house).events().expect("a round"), 0, "not at once");
    }
    next(&requests);
}

/// As Postfix reports it.
fn report(number: &str) -> String {
    format!(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=\"b\"\r\n\r\n\
         --b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\n\
         Final-Recipient: rfc822; someone@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
         --b\r\nContent-Type: message/rfc822\r\n\r\nMessage-ID: <{number}>\r\n\r\nx\r\n--b--\r\n"
    )
}

#[test]
fn a_report_in_the_folder_marks_the_address_and_is_read_once() {
    let house = house("unit.example.org", &[]).0;
    let who = house.as_role("groundsman");
    house
        .app
        .set_email(&who, "someone@example.org")
        .expect("kept");
    let letter = house.app.due_letters().expect("due").remove(0);
    let courier = courier(&house);
    spool(&courier.reports, b"no report at all", 1).expect("spooled");
    spool(&courier.reports, report("other@example.cn").as_bytes(), 1).expect("spooled");
    courier.mail().expect("a round");
    assert!(house.app.reach(&who).expect("a view").failed_at.is_none());
    spool(&courier.reports, report(&letter.message).as_bytes(), 1).expect("spooled");
    courier.mail().expect("a round");
    let view = house.app.reach(&who).expect("a view");
    assert_eq!(view.fault.as_deref(), Some("5.1.1"));
    let left = std::fs::read_dir(courier.reports.join("new"))
        .expect("a folder")
        .count();
    assert_eq!(left, 0, "moved away");
}
