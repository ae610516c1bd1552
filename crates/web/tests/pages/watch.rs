//! Notices of near and overdue limits, and the calendar of working days.

use http::StatusCode;
use kernel::Moment;

use crate::browser::{Browser, club};
use crate::todo::{damaged, reported};

#[tokio::test]
async fn notices_lead_to_the_matter_and_are_read() {
    let (house, coach, court) = damaged();
    let id = reported(&house, &coach, court, "底线断了");
    house.today("2027-03-03");
    house.app.watch_limits().expect("watched");
    let mut browser = Browser::of(&house, "groundsman").await;
    browser.get("/todo").await.must_say("通知（1 条未读）");
    let page = browser.get("/notices").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    page.must_say("即将到期");
    page.must_say("未读");
    page.must_say("2027-03-04");
    assert!(page.html.contains(&format!("/repairs/{id}")));
    // Somebody else has none of them, and cannot read them for him.
    let mut other = Browser::of(&house, "manager").await;
    let theirs = other.get("/notices").await;
    theirs.must_say("没有通知");
    let notice = page.form("/notices/read");
    let notice = notice.iter().find(|(name, _)| name == "notice");
    if let Some((_, notice)) = notice {
        let pairs = [("notice", notice.as_str())];
        let refused = other.submit(&theirs, "/notices/read", &pairs).await;
        assert_eq!(refused.status, StatusCode::NOT_FOUND);
    }
    let page = browser.submit(&page, "/notices/read", &[]).await;
    assert!(!page.says("未读"), "{}", page.body());
    assert!(!browser.get("/todo").await.says("条未读"));
}

#[tokio::test]
async fn the_calendar_is_checked_before_it_is_put_in_force() {
    let (house, coach, court) = damaged();
    reported(&house, &coach, court, "底线断了");
    let admin = house.as_role("sys_admin");
    let add = |day: &str, kind: &str| {
        let fields = [
            ("day", day),
            ("kind", kind),
            ("year", "2027"),
            ("title", "植树节"),
            ("published", "2026-11-20"),
            ("source", "通知（样例）"),
        ];
        house.create(&admin, "house.calendar_day", &fields)
    };
    let mut browser = Browser::of(&house, "sys_admin").await;
    let page = browser.get("/calendar").await;
    page.must_say("现行第 1 版");
    page.must_say("一致");
    add("2027-03-03", "law").expect("a day");
    let page = browser.get("/calendar").await;
    page.must_say("待启用的第 2 版");
    page.must_say("法定节假日（植树节）");
    let page = browser.get("/calendar/adopt").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    page.must_say("核对了 2 项未结期限，2 项会变动");
    page.must_say("报修办理期限");
    page.must_say("环节：已报修");
    assert!(
        !page.says("底线断了"),
        "who keeps the calendar sees no matter"
    );
    let page = browser.submit(&page, "/calendar/adopt", &[]).await;
    page.must_say("现行第 2 版");
    while house.app.recount_progress().is_some() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    let register = house.register("house.clock");
    let clocks = house.app.list(
        &kernel::Actor::operator(),
        register,
        &app::Ask {
            unlisted: true,
            ..app::Ask::default()
        },
    );
    assert_eq!(clocks.expect("a list").0.rows.len(), 1);

    // An hour later the list asks who it is before it moves anything.
    add("2027-03-04", "work").expect("a day");
    let page = browser.get("/calendar").await;
    page.must_say("不能启用");
    page.must_say("2027-03-04 不是周末");
    let now = house.app.now().0;
    house.clock.set(Moment(now + 16 * 60 * 1_000_000));
    let mut browser = Browser::of(&house, "sys_admin").await;
    house.clock.set(Moment(now + 42 * 60 * 1_000_000));
    let page = browser.get("/calendar/adopt").await;
    assert!(
        page.at.starts_with("/prove") || page.at.starts_with("/login"),
        "{}",
        page.at
    );
}

#[tokio::test]
async fn nobody_else_opens_the_calendar() {
    let house = club();
    let mut manager = Browser::of(&house, "manager").await;
    for path in ["/calendar", "/calendar/adopt"] {
        let page = manager.get(path).await;
        let no = [StatusCode::NOT_FOUND, StatusCode::FORBIDDEN];
        assert!(no.contains(&page.status), "{path} {}", page.status);
    }
    for path in ["/calendar", "/notices"] {
        let page = Browser::new(&house).get(path).await;
        assert!(page.at.starts_with("/login"), "{}", page.at);
    }
}

/// Two versions of the flow of repairs, and a matter that runs by the first.
#[tokio::test]
async fn matters_of_an_older_flow_are_listed_and_moved() {
    let house = club();
    assert_eq!(house.app.keep_flows().expect("kept"), 1);
    let mut browser = Browser::of(&house, "sys_admin").await;
    let page = browser.get("/flow-versions").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    page.must_say("没有按旧版本办理的件");
    page.must_say("第 1 版");
    // A version that never was is told; it does not look as if all were done.
    let none = browser
        .get("/flow-versions/tennis_club.repair/0123456789abcdef")
        .await;
    assert_eq!(none.status, StatusCode::NOT_FOUND);
    none.must_say("没有“0123456789abcdef”这个版本");
    let current = house.app.catalogue();
    let repair = current.at(house.register("tennis_club.repair"));
    let path = format!(
        "/flow-versions/tennis_club.repair/{}",
        repair.flow_version()
    );
    assert_eq!(browser.get(&path).await.status, StatusCode::CONFLICT);
    let mut manager = Browser::of(&house, "manager").await;
    let page = manager.get("/flow-versions").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND);
}
