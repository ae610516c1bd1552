//! Forms: nothing typed is lost, whatever goes wrong.

use http::StatusCode;
use kernel::Id;
use testkit::TestApp;

use crate::browser::{Browser, Screen, club};

const NEW: &str = "/members/new";

fn good() -> Vec<(&'static str, &'static str)> {
    vec![
        ("name", "陈晓岚"),
        ("phone", "138 0571 0001"),
        ("kind", "adult"),
        ("division", "浙江省杭州市萧山区"),
        ("joined.year", "2020-05-01"),
        ("level", "3.5"),
    ]
}

fn id_of(screen: &Screen) -> String {
    let rest = screen
        .at
        .strip_prefix("/members/")
        .unwrap_or_else(|| panic!("{}", screen.body()));
    rest.split('?').next().unwrap_or_default().to_owned()
}

fn member(house: &TestApp) -> Id {
    let manager = house.as_role("manager");
    let fields = [
        ("name", "陈晓岚"),
        ("phone", "13805710001"),
        ("kind", "adult"),
        ("division", "330109"),
        ("address", "临浦镇"),
        ("remark", "旧"),
    ];
    house
        .create_in(&manager, "tennis_club.member", "active", &fields)
        .expect("a member")
        .id
}

/// Ten minutes later, within the session.
fn later(house: &TestApp) {
    house
        .clock
        .set(kernel::Moment(house.app.now().0 + 600_000_000));
}

#[tokio::test]
async fn a_record_is_made_from_what_people_type_without_scripts() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let form = browser.get(NEW).await;
    assert_eq!(
        form.boxed(NEW, "deposit"),
        "200.00",
        "defaults stand in their boxes"
    );
    let made = browser.submit(&form, NEW, &good()).await;
    made.must_say("已登记");
    for text in ["浙江省杭州市萧山区", "2020-05-01", "3.5"] {
        made.must_say(text);
    }
    assert!(made.says("name=\"draft-done\" content=\"tennis_club.member.new\""));
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_box_and_everything_typed_comes_back() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let form = browser.get(NEW).await;
    let mut typed = good();
    typed.retain(|(name, _)| !matches!(*name, "name" | "joined.year"));
    typed.extend([
        ("card", "123"),
        ("joined.year", "2027"),
        ("joined.month", "2"),
        ("joined.day", "30"),
        ("relatives[0].who", "沈丽芳"),
        ("relatives[0].since.year", "去年"),
        ("remark", "第一行\n<b>第二行"),
    ]);
    let refused = browser.submit(&form, NEW, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.must_say("<title>错误：");
    for link in ["#f-card", "#f-joined", "#f-relatives-0--since"] {
        refused.must_say(&format!("<a href=\"{link}\">"));
        refused.must_say(&format!("id=\"{}\"", &link[1..]));
    }
    for (name, value) in [
        ("card", "123"),
        ("joined.month", "2"),
        ("joined.day", "30"),
        ("relatives[0].who", "沈丽芳"),
        ("relatives[0].since.year", "去年"),
        ("remark", "第一行\n<b>第二行"),
        ("phone", "138 0571 0001"),
        ("division", "浙江省杭州市萧山区"),
    ] {
        assert_eq!(refused.boxed(NEW, name), value, "{name}");
    }
    let empty = browser
        .submit(
            &refused,
            NEW,
            &[
                ("card", ""),
                ("joined.day", "1"),
                ("relatives[0].since.year", ""),
            ],
        )
        .await;
    empty.must_say("请填写“姓名”");
}

#[tokio::test]
async fn rows_come_and_go_by_buttons_without_scripts() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let form = browser.get(NEW).await;
    let one = browser
        .submit(&form, NEW, &[("_add", "relatives"), ("name", "陈")])
        .await;
    assert_eq!(one.status, StatusCode::OK);
    one.must_say("name=\"relatives[0].who\"");
    assert_eq!(one.boxed(NEW, "name"), "陈");
    let two = browser
        .submit(
            &one,
            NEW,
            &[("_add", "relatives"), ("relatives[0].who", "甲")],
        )
        .await;
    let typed = [("relatives[1].who", "乙"), ("_remove", "relatives[0]")];
    let left = browser.submit(&two, NEW, &typed).await;
    assert_eq!(left.boxed(NEW, "relatives[0].who"), "乙");
    assert!(!left.says("name=\"relatives[1].who\""));
}

#[tokio::test]
async fn a_warning_is_shown_before_anything_is_saved() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let form = browser.get(NEW).await;
    let mut typed = good();
    typed.retain(|(name, _)| *name != "kind");
    typed.push(("kind", "junior"));
    let warned = browser.submit(&form, NEW, &typed).await;
    warned.must_say("青少年会员须有监护会员");
    warned.must_say("仍然保存");
    browser.get("/members/").await.must_say("共 0 条");
    let saved = browser.submit(&warned, NEW, &[("_anyway", "1")]).await;
    saved.must_say("已登记");
}

#[tokio::test]
async fn the_same_form_sent_twice_makes_one_record() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let form = browser.get(NEW).await;
    let first = browser.submit(&form, NEW, &good()).await;
    let again = browser.submit(&form, NEW, &good()).await;
    assert_eq!(id_of(&first), id_of(&again));
    browser.get("/members/").await.must_say("共 1 条");
}

#[tokio::test]
async fn only_what_was_changed_is_changed() {
    let house = club();
    let id = member(&house);
    let mut browser = Browser::of(&house, "manager").await;
    let edit = format!("/members/{id}/edit");
    let form = browser.get(&edit).await;
    assert_eq!(
        form.boxed(&edit, "phone"),
        "",
        "a masked value does not stand in its box"
    );
    form.must_say("不改就留空");
    let same = browser.submit(&form, &edit, &[]).await;
    same.must_say("没有改动，未作保存");
    let saved = browser.submit(&form, &edit, &[("address", "义桥镇")]).await;
    saved.must_say("义桥镇");
    let history = browser.get(&format!("/members/{id}/history")).await;
    let newest = history
        .body()
        .split("</li>")
        .next()
        .unwrap_or_default()
        .to_owned();
    assert!(
        !newest.contains("手机") && !newest.contains("会员类别"),
        "{newest}"
    );
}

#[tokio::test]
async fn a_masked_value_is_replaced_or_emptied_only_when_said() {
    let house = club();
    let id = member(&house);
    let mut browser = Browser::of(&house, "manager").await;
    let edit = format!("/members/{id}/edit");
    let form = browser.get(&edit).await;
    let saved = browser
        .submit(&form, &edit, &[("phone", "13905719999")])
        .await;
    saved.must_say("139****9999");
    let form = browser.get(&edit).await;
    let refused = browser
        .submit(&form, &edit, &[("phone.clear", "true")])
        .await;
    refused.must_say("请填写“手机”");
}

#[tokio::test]
async fn changes_of_two_people_are_joined_where_they_do_not_meet() {
    let house = club();
    let id = member(&house);
    let edit = format!("/members/{id}/edit");
    let mut one = Browser::of(&house, "manager").await;
    let mut two = Browser::of(&house, "coach").await;
    let form = one.get(&edit).await;
    later(&house);
    let theirs = two.get(&edit).await;
    two.submit(&theirs, &edit, &[("remark", "教练写的")])
        .await
        .must_say("已保存");
    let saved = one.submit(&form, &edit, &[("address", "经理写的")]).await;
    saved.must_say("已保存");
    saved.must_say("教练写的");
    saved.must_say("经理写的");
}

#[tokio::test]
async fn a_conflict_is_shown_field_by_field_and_either_side_can_stand() {
    for (keep, stands) in [("mine", "经理写的"), ("theirs", "教练写的")] {
        let house = club();
        let id = member(&house);
        let edit = format!("/members/{id}/edit");
        let mut one = Browser::of(&house, "manager").await;
        let mut two = Browser::of(&house, "coach").await;
        let form = one.get(&edit).await;
        later(&house);
        let theirs = two.get(&edit).await;
        two.submit(&theirs, &edit, &[("remark", "教练写的")])
            .await
            .must_say("已保存");
        let typed = [("remark", "经理写的"), ("address", "义桥镇")];
        let conflict = one.submit(&form, &edit, &typed).await;
        assert_eq!(conflict.status, StatusCode::CONFLICT);
        conflict.must_say("有 1 处与他人的修改不同");
        conflict.must_say("测试员 于 2027-03-01 09:10:00 保存（修改）");
        for text in ["旧", "教练写的", "经理写的"] {
            conflict.must_say(text);
        }
        assert_eq!(
            conflict.boxed(&edit, "address"),
            "义桥镇",
            "the rest is still there"
        );
        let saved = one
            .submit(&conflict, &edit, &[("_keep.remark", keep)])
            .await;
        saved.must_say("已保存");
        saved.must_say(stands);
        saved.must_say("义桥镇");
    }
}

#[tokio::test]
async fn conditional_boxes_tell_the_browser_when_and_the_server_decides() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let form = browser.get(NEW).await;
    let field = form
        .html
        .split("<div class=\"field")
        .find(|part| part.contains("id=\"f-parent\""));
    let field = field.expect("the guardian's box");
    assert!(
        field.contains(
            "data-when=\"{&quot;field&quot;:&quot;kind&quot;,&quot;in&quot;:[&quot;junior&quot;]}\""
        ),
        "{field}"
    );
    assert!(field.contains("data-when-now=\"no\""), "{field}");
}

#[tokio::test]
async fn a_new_record_knows_what_its_address_says() {
    let house = club();
    let id = member(&house);
    let mut browser = Browser::of(&house, "manager").await;
    let page = browser.get(&format!("/members/{id}")).await;
    let link = format!("/bookings/new?member={id}");
    page.must_say(&link);
    let form = browser.get(&link).await;
    assert_eq!(form.boxed("/bookings/new", "member"), "陈晓岚");
    assert_eq!(form.boxed("/bookings/new", "member.id"), id.to_string());
}

#[tokio::test]
async fn a_row_with_a_masked_cell_is_changed_and_its_cell_replaced() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let form = browser.get(NEW).await;
    let mut typed = good();
    typed.extend([
        ("relatives[0].who", "沈丽芳"),
        ("relatives[0].relation", "母亲"),
    ]);
    let made = browser.submit(&form, NEW, &typed).await;
    made.must_say("沈*芳");
    let id = id_of(&made);
    let edit = format!("/members/{id}/edit");
    let form = browser.get(&edit).await;
    assert_eq!(form.boxed(&edit, "relatives[0].who"), "沈*芳");
    let saved = browser
        .submit(&form, &edit, &[("relatives[0].relation", "姑姑")])
        .await;
    saved.must_say("姑姑");
    let form = browser.get(&edit).await;
    let saved = browser
        .submit(&form, &edit, &[("relatives[0].who", "楼建华")])
        .await;
    saved.must_say("楼*华");
}

#[tokio::test]
async fn a_masked_cell_of_a_row_that_comes_back_is_not_taken_for_a_value() {
    let house = club();
    let manager = house.as_role("manager");
    let register = house.register("tennis_club.member");
    let fields = [
        ("card", "6901234567892"),
        ("name", "陈晓岚"),
        ("kind", "adult"),
        ("phone", "13805710001"),
        ("division", "330109"),
    ];
    let id = house
        .create_in(&manager, "tennis_club.member", "active", &fields)
        .expect("a member")
        .id;
    let who = ("who".to_owned(), kernel::Raw::text("欧阳建国"));
    let rows = kernel::Raw::Many(vec![kernel::Raw::Map(vec![who])]);
    let given = vec![("relatives".to_owned(), rows)];
    house
        .app
        .edit(&manager, register, id, 1, &given)
        .expect("saved");

    let mut browser = Browser::of(&house, "manager").await;
    let action = format!("/members/{id}/edit");
    let form = browser.get(&action).await;
    assert!(!form.html.contains("欧阳建国"));
    let same = browser.submit(&form, &action, &[]).await;
    assert!(same.at.contains("ok=same"), "{}", same.at);
    // Another column of the row changes, the masked one is not among the changes.
    let changed = browser
        .submit(&form, &action, &[("relatives[0].relation", "父")])
        .await;
    assert!(changed.at.contains("ok=saved"), "{}", changed.at);
    // Had the mask become the value, the true name typed now would be a change.
    let version = || {
        let found = house.app.record(&manager, register, id, None);
        found.expect("seen").0.version
    };
    let before = version();
    let form = browser.get(&action).await;
    let typed = [("relatives[0].who", "欧阳建国")];
    browser.submit(&form, &action, &typed).await;
    assert_eq!(version(), before);
}

/// Least typing: what a later step of the flow brings is asked there, not at the beginning.
#[tokio::test]
async fn a_new_matter_does_not_ask_what_later_steps_bring() {
    let house = club();
    let mut coach = Browser::of(&house, "coach").await;
    let page = coach.get("/repairs/new").await;
    assert!(page.html.contains("name=\"damage\""), "{}", page.html);
    for later in ["name=\"cost\"", "name=\"mended.year\""] {
        assert!(!page.html.contains(later), "{later}");
    }
    // Who may enter old papers has what came of them too.
    let mut manager = Browser::of(&house, "manager").await;
    let page = manager.get("/members/new").await;
    assert!(page.html.contains("name=\"paid_until.year\""));
}

/// A day that an act needs and that cannot lie ahead is most often today.
#[tokio::test]
async fn an_act_offers_today_where_it_needs_a_day() {
    let house = club();
    let maker = house.person("second", "manager", None);
    let fields = [
        ("name", "陈晓岚"),
        ("phone", "13805710001"),
        ("kind", "adult"),
        ("division", "330109"),
        ("address", "临浦镇"),
    ];
    let member = house.create(&maker, "tennis_club.member", &fields);
    let member = member.expect("a member").id;
    let mut manager = Browser::of(&house, "manager").await;
    let at = format!("/members/{member}/do/admit");
    let page = manager.get(&at).await;
    for (part, today) in [("year", "2027"), ("month", "3"), ("day", "1")] {
        assert_eq!(page.boxed(&at, &format!("joined.{part}")), today);
    }
}
