//! Several posts: chosen with one click in the head of any page, entrusted during a leave, recalled.

use http::StatusCode;
use kernel::{Actor, Id};
use testkit::TestApp;

use crate::browser::{Browser, PASSWORD, club};
use crate::todo::{damaged, reported};

const CHOOSE: &str = "/account/post";
const LEAVE: &str = "/account/leave";

#[tokio::test]
async fn one_click_in_the_head_changes_the_post_and_all_that_hangs_on_it() {
    let house = club();
    let coach = house.as_role("coach");
    let mut browser = Browser::of(&house, "coach").await;
    let home = browser.get("/home").await;
    assert!(
        !home.html.contains(CHOOSE),
        "nothing to choose from one post"
    );
    let (manager, _) = house.post(coach.account, "manager", None);
    let list = browser.get("/members/").await;
    assert!(list.html.contains(CHOOSE));
    assert!(
        !list.body().contains("/members/new"),
        "a coach makes no members"
    );
    let id = manager.to_string();
    let there = browser.submit(&list, CHOOSE, &[("post", &id)]).await;
    assert_eq!((there.status, there.at.as_str()), (StatusCode::OK, "/home"));
    let list = browser.get("/members/").await;
    assert!(
        list.body().contains("/members/new"),
        "as the manager he does"
    );
    let account = browser.get("/account").await;
    account.must_say("当前岗位");
    // The post of another person is none.
    let foreign = house.as_role("sys_admin").account.to_string();
    let refused = browser.submit(&list, CHOOSE, &[("post", &foreign)]).await;
    assert_eq!(refused.status, StatusCode::NOT_FOUND);
    // Without the token of the form nothing changes.
    let first = coach.account.to_string();
    let forged = browser.post(CHOOSE, &[("post", &first)]).await;
    assert_ne!(forged.status, StatusCode::OK);
    assert!(
        browser
            .get("/members/")
            .await
            .body()
            .contains("/members/new")
    );
}

#[tokio::test]
async fn an_ended_post_is_gone_from_the_next_page_on() {
    let house = club();
    let coach = house.as_role("coach");
    let (manager, _) = house.post(coach.account, "manager", None);
    let mut browser = Browser::of(&house, "coach").await;
    let home = browser.get("/home").await;
    let id = manager.to_string();
    browser.submit(&home, CHOOSE, &[("post", &id)]).await;
    let words = kernel::Words {
        reason: Some("调离"),
        ..kernel::Words::default()
    };
    let posts = house.register("house.post");
    let operator = Actor::operator();
    house
        .app
        .act(&operator, posts, manager, 1, "end", &Vec::new(), words)
        .expect("ended");
    let list = browser.get("/members/").await;
    assert!(!list.body().contains("/members/new"));
    assert!(!list.html.contains(CHOOSE));
}

#[tokio::test]
async fn a_leave_is_entrusted_marked_and_recalled() {
    let house = club();
    let mut manager = Browser::of(&house, "manager").await;
    let coach = house.as_role("coach").account.to_string();
    let form = manager.get(LEAVE).await;
    assert_eq!(form.status, StatusCode::OK);
    let empty = manager.submit(&form, LEAVE, &[("to", &coach)]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(empty.boxed(LEAVE, "post"), form.boxed(LEAVE, "post"));
    let filled = [
        ("to", coach.as_str()),
        ("since.year", "2027"),
        ("since.month", "3"),
        ("since.day", "1"),
        ("until.year", "2027"),
        ("until.month", "3"),
        ("until.day", "5"),
        ("reason", "年休假"),
    ];
    let account = manager.submit(&form, LEAVE, &filled).await;
    assert_eq!(
        (account.status, account.at.as_str()),
        (StatusCode::OK, "/account#posts")
    );
    account.must_say("已委托");
    let mut deputy = Browser::of(&house, "coach").await;
    deputy.get("/home").await.must_say("代 测试员 办理");
    let back = manager.submit(&account, "/account/leave/recall", &[]).await;
    assert!(!back.says("已委托"));
    assert!(!deputy.get("/home").await.says("代 测试员 办理"));
}

#[tokio::test]
async fn a_leave_that_was_typed_survives_the_end_of_the_session() {
    let house = club();
    let mut manager = Browser::of(&house, "manager").await;
    let coach = house.as_role("coach").account.to_string();
    let form = manager.get(LEAVE).await;
    manager.forget("jinzhi");
    let typed = [
        ("to", coach.as_str()),
        ("since.year", "2027"),
        ("reason", "年休假"),
    ];
    let ended = manager.submit(&form, LEAVE, &typed).await;
    ended.must_say("登录已过期");
    let login = [("login", "manager"), ("password", PASSWORD)];
    let back = manager.submit(&ended, "/login", &login).await;
    for (name, value) in typed {
        assert_eq!(back.boxed(LEAVE, name), value, "{name}");
    }
    assert!(
        house
            .app
            .leaves(&house.as_role("manager"))
            .expect("asked")
            .is_empty()
    );
}

#[tokio::test]
async fn a_day_that_does_not_exist_is_told_from_one_that_is_missing() {
    let house = club();
    let mut manager = Browser::of(&house, "manager").await;
    let coach = house.as_role("coach").account.to_string();
    let form = manager.get(LEAVE).await;
    let typed = [
        ("to", coach.as_str()),
        ("since.year", "2027"),
        ("since.month", "2"),
        ("since.day", "30"),
        ("reason", "年休假"),
    ];
    let refused = manager.submit(&form, LEAVE, &typed).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    refused.must_say("没有这一天");
    refused.must_say("请填写");
    assert_eq!(refused.boxed(LEAVE, "since.day"), "30");
}

#[tokio::test]
async fn a_handover_that_was_typed_survives_the_end_of_the_session() {
    const HANDOVER: &str = "/account/handover";
    let (house, coach, court) = damaged();
    let (giver, heir) = (signing_in(&house, "giver"), signing_in(&house, "heir"));
    claimed(&house, (&coach, court), &giver);
    let mut from = Browser::new(&house);
    from.sign_in("giver", PASSWORD, "").await;
    let form = from.get(HANDOVER).await;
    from.forget("jinzhi");
    let to = heir.account.to_string();
    let typed = [("to", to.as_str()), ("reason", "调离")];
    let ended = from.submit(&form, HANDOVER, &typed).await;
    ended.must_say("登录已过期");
    let login = [("login", "giver"), ("password", PASSWORD)];
    let back = from.submit(&ended, "/login", &login).await;
    for (name, value) in typed {
        assert_eq!(back.boxed(HANDOVER, name), value, "{name}");
    }
    // Whoever has not signed in is asked to, whosever tasks the address names.
    let of_him = format!("{HANDOVER}?giver={}", giver.account);
    let page = Browser::new(&house).get(&of_him).await;
    assert!(page.at.starts_with("/login"), "{}", page.at);
}

/// A groundsman with a claimed report, and a colleague to whom it is handed over.
#[tokio::test]
async fn everything_on_a_desk_is_offered_picked_and_confirmed() {
    const HANDOVER: &str = "/account/handover";
    let (house, coach, court) = damaged();
    let (giver, heir) = (signing_in(&house, "giver"), signing_in(&house, "heir"));
    let id = claimed(&house, (&coach, court), &giver);
    let mut from = Browser::new(&house);
    from.sign_in("giver", PASSWORD, "").await;
    let form = from.get(HANDOVER).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.html);
    form.must_say("待办");
    let to = heir.account.to_string();
    let empty = from.submit(&form, HANDOVER, &[("to", &to)]).await;
    assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
    let offered = from
        .submit(&form, HANDOVER, &[("to", &to), ("reason", "调离")])
        .await;
    offered.must_say("待接收人选定");
    let mut other = Browser::new(&house);
    other.sign_in("heir", PASSWORD, "").await;
    let list = other.get(HANDOVER).await;
    assert!(list.html.contains(&offered.at), "the receiver finds it");
    let seen = other.get(&offered.at).await;
    let pick = offered.at.replace("/one", "/pick");
    let open = house.app.handovers(&heir).expect("asked");
    let turn = open[0].tasks[0].row.task.expect("a turn").to_string();
    let picked = other.submit(&seen, &pick, &[("turn", &turn)]).await;
    picked.must_say("待移交人确认");
    let seen = from.get(&offered.at).await;
    let done = from.submit(&seen, "/account/handover/confirm", &[]).await;
    done.must_say("已移交");
    let mine = other.get("/todo").await;
    assert!(mine.html.contains(&format!("/repairs/{id}")));
    let stranger = Browser::of(&house, "coach").await.get(&offered.at).await;
    assert_eq!(stranger.status, StatusCode::NOT_FOUND);
}

fn signing_in(house: &TestApp, login: &str) -> Actor {
    let actor = house.person(login, "groundsman", None);
    house
        .app
        .set_password(actor.account, actor.account, PASSWORD)
        .expect("a password");
    actor
}

/// A report on the desk of that groundsman.
fn claimed(house: &TestApp, (coach, court): (&Actor, Id), who: &Actor) -> Id {
    let id = reported(house, coach, court, "网断了");
    let page = house.app.todo(who, app::Tab::Todo, 0).expect("a list");
    let task = page.rows[0].task.expect("a turn");
    house
        .app
        .act_on_turn(who, task, &app::TurnAct::Claim)
        .expect("claimed");
    id
}

#[tokio::test]
async fn entrusting_and_handing_over_ask_for_a_fresh_proof_and_keep_what_was_typed() {
    let house = club();
    let mut manager = Browser::of(&house, "manager").await;
    let coach = house.as_role("coach").account.to_string();
    let form = manager.get(LEAVE).await;
    let now = house.app.now().0;
    house
        .clock
        .set(kernel::Moment(now + 20 * 60_000_000 - 6 * 60_000_000));
    manager.get("/home").await;
    house.clock.set(kernel::Moment(now + 20 * 60_000_000));
    let typed = [
        ("to", coach.as_str()),
        ("since.year", "2027"),
        ("since.month", "3"),
        ("since.day", "1"),
        ("until.year", "2027"),
        ("until.month", "3"),
        ("until.day", "5"),
        ("reason", "年休假"),
    ];
    let asked = manager.submit(&form, LEAVE, &typed).await;
    assert!(asked.at.starts_with("/prove?to="), "{}", asked.at);
    let back = manager
        .submit(&asked, "/prove", &[("password", PASSWORD)])
        .await;
    for (name, value) in typed {
        assert_eq!(back.boxed(LEAVE, name), value, "{name}");
    }
    let done = manager.submit(&back, LEAVE, &[]).await;
    done.must_say("已委托");
}

#[tokio::test]
async fn the_profile_stands_at_the_foot_of_every_page_and_its_acts_are_marked() {
    let house = club();
    let mut manager = Browser::of(&house, "manager").await;
    let pages = [
        "/",
        "/home",
        "/members/",
        "/account",
        "/todo",
        "/no-such-page",
    ];
    for page in pages {
        manager.get(page).await.must_say("运行模式：三员分立");
    }
    let mut nobody = Browser::new(&house);
    nobody.get("/login").await.must_say("运行模式：三员分立");
    let small = kernel::Profile::Small;
    house
        .app
        .set_profile(&Actor::operator(), small, "人手少")
        .expect("small");
    for page in pages {
        manager.get(page).await.must_say("运行模式：小型");
    }
    nobody
        .get("/login?lang=en")
        .await
        .must_say("Profile: small");
    // One who grants himself a post: marked in the history of the post, listed for the auditor.
    let sec = house.as_role("sec_admin");
    let unit = house.unit().to_string();
    let account = sec.account.to_string();
    let asked = [
        ("account", account.as_str()),
        ("role", "coach"),
        ("unit", unit.as_str()),
        ("since", "2027-03-01"),
    ];
    let admin = house.as_role("sys_admin");
    let post = house
        .create(&admin, "house.post", &asked)
        .expect("asked for");
    let posts = house.register("house.post");
    let words = kernel::Words::default();
    house
        .app
        .act(&sec, posts, post.id, 1, "grant", &Vec::new(), words)
        .expect("granted");
    let mut security = Browser::of(&house, "sec_admin").await;
    let history = security.get(&format!("/posts/{}/history", post.id)).await;
    history.must_say("同一人办理");
    let list = security.get("/one-person/").await;
    list.must_say("授权任职");
    list.must_say("被授权人");
    assert!(
        !security
            .get("/one-person/?side=maker")
            .await
            .says("授权任职")
    );
    // And the list of posts calls people by name, in words.
    let named = security.get("/posts/").await;
    named.must_say("测试员（sec_admin）");
    named.must_say("教练");
    named.must_say("测试局");
}
