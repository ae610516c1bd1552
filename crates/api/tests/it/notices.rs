//! Notices and the calendar of working days, asked by programs.

use http::StatusCode;
use serde_json::json;

use crate::world::World;

#[test]
fn notices_are_ones_own_and_are_read() {
    let world = World::new();
    let (coach, groundsman) = (world.token("coach"), world.token("groundsman"));
    let house = &world.house;
    let who = house.as_role("coach");
    let operator = kernel::Actor::operator();
    let court = [("name", "一号场"), ("surface", "clay"), ("fee", "30")];
    let court = house.create(&operator, "tennis_club.court", &court);
    let court = court.expect("a court").id.to_string();
    let fields = [
        ("court", court.as_str()),
        ("division", "330109"),
        ("damage", "网断了"),
    ];
    let register = house.register("tennis_club.repair");
    let made = house.create(&who, "tennis_club.repair", &fields);
    let made = made.expect("a repair");
    let (id, version) = (made.id, made.version);
    let words = kernel::Words::default();
    let app = &house.app;
    app.act(&who, register, id, version, "report", &Vec::new(), words)
        .expect("reported");
    house.today("2027-03-03");
    app.watch_limits().expect("watched");

    // The clock went on and the tokens with it.
    let list = |token: &str| {
        let answer = world.get("/api/-/notices").token(token).send();
        assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        answer.json()
    };
    assert_eq!(list(&coach)["items"], json!([]));
    let mine = list(&groundsman);
    assert_eq!(mine["unread"], json!({ "exactly": 1 }));
    let item = &mine["items"][0];
    assert_eq!(
        (&item["kind"], &item["id"]),
        (&json!("near"), &json!(id.to_string()))
    );
    let path = format!(
        "/api/-/notices/{}/read",
        item["notice"].as_str().expect("an id")
    );
    let foreign = world.post(path.clone()).token(&coach).send();
    assert_eq!(foreign.status, StatusCode::NOT_FOUND);
    let nobody = world.get("/api/-/notices").send();
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    for _ in 0..2 {
        let read = world.post(path.clone()).token(&groundsman).send();
        assert_eq!(read.json()["unread"], json!({ "exactly": 0 }));
    }
    let all = world.post("/api/-/notices/read").token(&groundsman).send();
    assert_eq!(all.status, StatusCode::OK, "{}", all.text);
    assert_eq!(list(&groundsman)["items"][0]["unread"], json!(false));
}

#[test]
fn the_calendar_is_told_listed_and_put_in_force_by_who_keeps_it() {
    let world = World::new();
    let (admin, coach) = (world.token("sys_admin"), world.token("coach"));
    let who = world.house.as_role("sys_admin");
    let day = [
        ("day", "2027-03-03"),
        ("kind", "law"),
        ("year", "2027"),
        ("title", "植树节"),
        ("published", "2026-11-20"),
        ("source", "通知（样例）"),
    ];
    let made = world.house.create(&who, "house.calendar_day", &day);
    made.expect("a day");
    let told = world.get("/api/-/calendar").token(&admin).send().json();
    assert_eq!(
        (&told["version"], &told["next"]["version"]),
        (&json!(1), &json!(2))
    );
    assert_eq!(told["next"]["days"][0]["to"], "法定节假日（植树节）");
    let moves = world
        .get("/api/-/calendar/moves?limit=5")
        .token(&admin)
        .send();
    let moves = moves.json();
    let digest = moves["digest"].as_str().unwrap_or_default().to_owned();
    assert_eq!(digest.len(), 64, "{moves}");
    assert_eq!(
        (&moves["checked"], &moves["moved"], &moves["items"]),
        (&json!(0), &json!(0), &json!([]))
    );
    for path in ["/api/-/calendar", "/api/-/calendar/moves"] {
        let refused = world.get(path).token(&coach).send();
        let no = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN];
        assert!(no.contains(&refused.status), "{path}: {}", refused.text);
    }
    let adopt = |token: &str, list: &str| {
        let asked = world.post("/api/-/calendar/adopt").token(token);
        asked.json(&json!({ "list": list })).send()
    };
    let refused = adopt(&coach, &digest);
    assert_eq!(refused.status, StatusCode::FORBIDDEN, "{}", refused.text);
    // A token alone proves nobody afresh.
    let unproven = adopt(&admin, &digest);
    assert_eq!(unproven.status, StatusCode::FORBIDDEN, "{}", unproven.text);
    assert_eq!(world.house.app.calendar().version().0, 1);
    let proven = world.proven("keeper", "sys_admin");
    let another = adopt(&proven, &"0".repeat(64));
    assert_eq!(another.status, StatusCode::CONFLICT, "{}", another.text);
    let adopted = adopt(&proven, &digest);
    assert!(adopted.status.is_success(), "{}", adopted.text);
    assert_eq!(world.house.app.calendar().version().0, 2);
}
