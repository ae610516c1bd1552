//! The tree of units: looked at, searched, and changed after a preview.

use app::{NewAccount, NewUnit};
use http::StatusCode;
use kernel::{Actor, Id};
use testkit::TestApp;

use crate::browser::{Browser, club};

fn unit(house: &TestApp, code: &str, title: &str, areas: &[&str]) -> Id {
    let areas: Vec<String> = areas.iter().map(|area| (*area).to_owned()).collect();
    let unit = NewUnit {
        code,
        title,
        kind: "station",
        parent: Some(house.unit()),
        areas: &areas,
    };
    let made = house.app.add_unit(&Actor::operator(), &unit);
    made.expect("a unit")
}

/// Two stations with areas and one without; a coach in the second.
fn stations() -> (TestApp, [Id; 3]) {
    let house = club();
    let near = unit(&house, "BJ", "滨江所", &["330108"]);
    let far = unit(&house, "YH", "余杭所", &["330110"]);
    let new = unit(&house, "ZX", "中心所", &[]);
    let account = NewAccount {
        login: "yh1",
        name: "测试员",
        role: "coach",
        unit: far,
        subject: None,
    };
    house
        .app
        .add_account(&Actor::operator(), &account)
        .expect("an account");
    (house, [near, far, new])
}

#[tokio::test]
async fn the_tree_is_searched_and_folds() {
    let (house, [near, ..]) = stations();
    let mut admin = Browser::of(&house, "sys_admin").await;
    let page = admin.get("/unit-tree").await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    page.must_say("4 个单位");
    page.must_say("下级 3 个");
    page.must_say("滨江区");
    let found = admin.get("/unit-tree?q=滨江").await;
    found.must_say("滨江所");
    found.must_say("测试局");
    assert!(!found.says("余杭所"));
    admin
        .get("/unit-tree?q=无此所")
        .await
        .must_say("没有找到单位");
    let one = admin.get(&format!("/unit-tree/one?id={near}")).await;
    one.must_say("330108");
    one.must_say("没有办理过变动");
    one.must_say("撤销");
    // Who reviews sees the tree and changes nothing.
    let mut reviewer = Browser::of(&house, "sec_admin").await;
    let one = reviewer.get(&format!("/unit-tree/one?id={near}")).await;
    assert_eq!(one.status, StatusCode::OK);
    assert!(!one.html.contains("/unit-tree/act"));
    let mut coach = Browser::of(&house, "coach").await;
    for path in ["/unit-tree".to_owned(), format!("/unit-tree/one?id={near}")] {
        assert_eq!(coach.get(&path).await.status, StatusCode::NOT_FOUND);
    }
    let strange = Browser::new(&house).get("/unit-tree").await;
    assert!(strange.at.starts_with("/login"), "{}", strange.at);
}

#[tokio::test]
async fn a_merge_is_shown_then_made_and_taken_back() {
    let (house, [near, far, new]) = stations();
    let mut admin = Browser::of(&house, "sys_admin").await;
    let form = admin
        .get(&format!("/unit-tree/act?kind=merge&unit={near}"))
        .await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.html);
    let (into, also) = (new.to_string(), far.to_string());
    let also = also.as_str();
    // Units are ticked, not typed; the one that goes is not among them.
    let tick = |id: &str| format!("name=\"also\" value=\"{id}\"");
    assert!(form.html.contains(&tick(also)), "{}", form.html);
    assert!(!form.html.contains(&tick(&near.to_string())));
    let typed = [("into", into.as_str()), ("also", also), ("reason", "")];
    let shown = admin.submit(&form, "/unit-tree/act", &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.html);
    assert!(shown.html.contains(&format!("{} checked", tick(also))));
    // A number will do too.
    let typed = [("into", into.as_str()), ("also", "YH"), ("reason", "")];
    let shown = admin.submit(&shown, "/unit-tree/act", &typed).await;
    shown.must_say("“滨江所”、“余杭所”并入“中心所”");
    shown.must_say("yh1");
    shown.must_say("330110");
    assert!(admin.get("/unit-tree").await.says("余杭所"), "only shown");
    let again = [("into", into.as_str()), ("also", also), ("do", "1")];
    let refused = admin.submit(&shown, "/unit-tree/act", &again).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.must_say("请写明依据和理由");
    let whole = [
        ("into", into.as_str()),
        ("also", "YH"),
        ("reason", "杭编办〔2027〕3 号"),
        ("do", "1"),
    ];
    let done = admin.submit(&shown, "/unit-tree/act", &whole).await;
    assert!(
        done.at.starts_with("/unit-tree/one"),
        "{} {}",
        done.at,
        done.body()
    );
    done.must_say("已撤销");
    assert!(!admin.get("/unit-tree").await.says("余杭所"));
    let page = admin.get(&format!("/unit-tree/one?id={far}")).await;
    page.must_say("承继单位");
    let change = page.form("/unit-tree/take-back");
    let change = change.iter().find(|(name, _)| name == "id").expect("an id");
    let reason = format!("reason-{}", change.1);
    let pairs = [(reason.as_str(), "批文撤销")];
    let back = admin.submit(&page, "/unit-tree/take-back", &pairs).await;
    back.must_say("已撤回");
    assert!(admin.get("/unit-tree").await.says("余杭所"));
}

#[tokio::test]
async fn a_split_asks_for_each_division_and_each_post() {
    let (house, [near, far, _]) = stations();
    let mut admin = Browser::of(&house, "sys_admin").await;
    let form = admin
        .get(&format!("/unit-tree/act?kind=split&unit={far}"))
        .await;
    form.must_say("330110");
    let near = near.to_string();
    let typed = [("to.330110", near.as_str()), ("reason", "三定规定")];
    let shown = admin.submit(&form, "/unit-tree/act", &typed).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.html);
    shown.must_say("还有 1 个账号或岗位没有去向");
    let coach = house.app.account("yh1").expect("asked").expect("known");
    let post = format!("post.{coach}");
    let whole = [
        ("to.330110", near.as_str()),
        (post.as_str(), near.as_str()),
        ("reason", "三定规定"),
        ("do", "1"),
    ];
    // The post was assigned after the last look, so it is shown again first.
    let shown = admin.submit(&shown, "/unit-tree/act", &whole).await;
    assert_eq!(shown.status, StatusCode::OK, "{}", shown.html);
    assert!(!shown.says("没有去向"), "{}", shown.body());
    let done = admin.submit(&shown, "/unit-tree/act", &whole).await;
    assert!(done.at.starts_with("/unit-tree/one"), "{}", done.body());
    let person = house.app.person(coach).expect("asked").expect("open");
    assert_eq!(person.unit, "滨江所");
}

#[tokio::test]
async fn a_later_day_waits_and_is_called_off() {
    let (house, [_, far, _]) = stations();
    let mut admin = Browser::of(&house, "sys_admin").await;
    let form = admin
        .get(&format!("/unit-tree/act?kind=rename&unit={far}"))
        .await;
    let typed = [
        ("title", "临平所"),
        ("day.year", "2027"),
        ("day.month", "4"),
        ("day.day", "1"),
        ("reason", "更名批复"),
        ("do", "1"),
    ];
    let shown = admin.submit(&form, "/unit-tree/act", &typed).await;
    shown.must_say("到期生效");
    admin.submit(&shown, "/unit-tree/act", &typed).await;
    let page = admin.get("/unit-tree").await;
    page.must_say("“余杭所”更名为“临平所”");
    page.must_say("自 2027-04-01 起");
    let page = admin.submit(&page, "/unit-tree/withdraw", &[]).await;
    assert!(!page.says("临平所"), "{}", page.body());
    let wrong = [
        ("title", "临平所"),
        ("day.year", "2027"),
        ("day.month", "2"),
        ("day.day", "30"),
    ];
    let refused = admin.submit(&form, "/unit-tree/act", &wrong).await;
    refused.must_say("没有这一天");
}

#[tokio::test]
async fn an_hour_later_the_form_asks_who_it_is() {
    let (house, [near, ..]) = stations();
    let mut admin = Browser::of(&house, "sys_admin").await;
    let now = house.app.now().0;
    for minutes in [10, 20] {
        house
            .clock
            .set(kernel::Moment(now + minutes * 60 * 1_000_000));
        admin.get("/unit-tree").await;
    }
    let path = format!("/unit-tree/act?kind=close&unit={near}");
    let page = admin.get(&path).await;
    assert!(page.at.starts_with("/prove"), "{}", page.at);
}

#[tokio::test]
async fn a_record_as_it_was_names_the_unit_of_that_day() {
    let (house, [near, far, new]) = stations();
    let fields = [
        ("name", "张三"),
        ("phone", "13800138000"),
        ("kind", "adult"),
        ("division", "330110"),
    ];
    let operator = Actor::operator();
    let made = house.create_in(&operator, "tennis_club.member", "active", &fields);
    let member = made.expect("a member").id;
    house.today("2027-04-01");
    let ask = app::UnitAsk {
        act: kernel::units::Act::Merge {
            from: vec![near, far],
            into: new,
        },
        day: jiff::civil::date(2027, 4, 1),
        assigned: Vec::new(),
        reason: "机构改革方案".to_owned(),
    };
    house.app.change_units(&operator, &ask).expect("merged");
    let mut manager = Browser::of(&house, "manager").await;
    let then = manager
        .get(&format!("/members/{member}?as_of=2027-03-15"))
        .await;
    then.must_say("当日的管辖单位：余杭所（现由中心所管辖）");
    let now = manager.get(&format!("/members/{member}")).await;
    assert!(!now.says("当日的管辖单位"), "{}", now.body());
}

#[tokio::test]
async fn a_day_that_is_none_and_a_flow_that_never_was_are_told() {
    let (house, _) = stations();
    let mut browser = Browser::of(&house, "sys_admin").await;
    let page = browser.get("/unit-tree?on=2027-02-31").await;
    assert_eq!(page.status, StatusCode::OK);
    page.must_say("“2027-02-31”不是日期");
    page.must_say("滨江所");
    let page = browser.get("/unit-tree?on=2027-02-28").await;
    assert!(!page.says("不是日期"));
    let page = browser.get("/flow-versions/tennis_club.repair/zz").await;
    assert_eq!(page.status, StatusCode::NOT_FOUND, "{}", page.body());
}
