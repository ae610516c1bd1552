//! After an act the next item opens and the act may be taken back; many are done at one look.

use http::StatusCode;
use kernel::{Id, Moment};
use testkit::TestApp;

use crate::browser::{Browser, PASSWORD, Screen};
use crate::todo::{damaged, reported};

fn later(house: &TestApp, seconds: i64) {
    let now = house.app.now();
    house.clock.set(Moment(now.0 + seconds * 1_000_000));
}

/// Does an action on a repair through its page.
async fn act(browser: &mut Browser, id: Id, action: &str, typed: &[(&str, &str)]) -> Screen {
    let at = format!("/repairs/{id}/do/{action}");
    let form = browser.get(&at).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.body());
    browser.submit(&form, &at, typed).await
}

fn state(house: &TestApp, id: Id) -> String {
    let register = house.register("tennis_club.repair");
    let manager = house.as_role("manager");
    let (record, _) = house
        .app
        .record(&manager, register, id, None)
        .expect("seen");
    let def = house.app.catalogue().at(register);
    def.states[record.state.expect("a state").0].name.clone()
}

#[tokio::test]
async fn after_an_act_the_next_item_opens_and_says_what_was_done() {
    let (house, coach, court) = damaged();
    let ids: Vec<Id> = ["底线断了", "球网破了", "灯不亮"]
        .iter()
        .map(|damage| {
            later(&house, 60);
            reported(&house, &coach, court, damage)
        })
        .collect();
    let mut browser = Browser::of(&house, "groundsman").await;
    let opinion = [("reason", "请写明哪一片")];
    // The second is handled first: the one behind it follows, not the head of the list.
    let page = act(&mut browser, ids[1], "ask", &opinion).await;
    assert_eq!(page.status, StatusCode::OK, "{}", page.html);
    assert!(
        page.at.starts_with(&format!("/repairs/{}?", ids[2])),
        "{}",
        page.at
    );
    page.must_say("已办：");
    page.must_say("退回补充");
    page.must_say("下面是下一件");
    page.must_say("href=\"/todo\"");
    page.must_say(&format!("/repairs/{}", ids[1]));
    // Behind the last comes the first again.
    let page = act(&mut browser, ids[2], "ask", &opinion).await;
    assert!(
        page.at.starts_with(&format!("/repairs/{}?", ids[0])),
        "{}",
        page.at
    );
    let page = act(&mut browser, ids[0], "ask", &opinion).await;
    assert!(page.at.starts_with("/todo?"), "{}", page.at);
    page.must_say("待办都办完了");
    page.must_say("没有等您办理的事");
}

#[tokio::test]
async fn what_is_still_ones_own_stays_open() {
    let (house, coach, court) = damaged();
    let first = reported(&house, &coach, court, "底线断了");
    reported(&house, &coach, court, "球网破了");
    let mut browser = Browser::of(&house, "groundsman").await;
    let page = act(&mut browser, first, "order", &[("opinion", "属实")]).await;
    assert!(
        page.at.starts_with(&format!("/repairs/{first}?")),
        "{}",
        page.at
    );
    page.must_say("“派修”已办理");
    page.must_say("维修中");
}

#[tokio::test]
async fn an_act_is_taken_back_by_a_form_within_ten_seconds() {
    let (house, coach, court) = damaged();
    let id = reported(&house, &coach, court, "底线断了");
    later(&house, 60);
    let mut browser = Browser::of(&house, "groundsman").await;
    let page = act(&mut browser, id, "ask", &[("reason", "请写明")]).await;
    page.must_say("10 秒内可以撤销");
    assert_eq!(state(&house, id), "returned");
    later(&house, 9);
    let undo = format!("/repairs/{id}/undo");
    let undone = browser.submit(&page, &undo, &[]).await;
    assert_eq!(undone.status, StatusCode::OK, "{}", undone.html);
    undone.must_say("已撤销，仍由您办理");
    undone.must_say("轮到您办理");
    assert_eq!(state(&house, id), "reported");

    later(&house, 60);
    let page = act(&mut browser, id, "ask", &[("reason", "请写明")]).await;
    later(&house, 10);
    let late = browser.submit(&page, &undo, &[]).await;
    assert_eq!(late.status, StatusCode::CONFLICT);
    late.must_say("10 秒");
    assert_eq!(state(&house, id), "returned");
    // The page looked at again offers what is over no longer.
    let again = browser.get(&page.at).await;
    assert!(!again.says("/undo\""), "{}", again.body());
    // Without the token of the form nothing is taken back.
    let forged = browser.post(&undo, &[]).await;
    assert_eq!(forged.status, StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn what_has_legal_effect_offers_no_way_back() {
    let (house, coach, court) = damaged();
    let id = reported(&house, &coach, court, "底线断了");
    later(&house, 60);
    let mut browser = Browser::of(&house, "groundsman").await;
    let page = act(&mut browser, id, "refuse", &[("reason", "不属实")]).await;
    page.must_say("不予维修");
    assert!(!page.says("秒内可以撤销"), "{}", page.body());
}

#[tokio::test]
async fn a_standard_opinion_stands_there_and_another_is_one_press_away_without_scripts() {
    let (house, coach, court) = damaged();
    let id = reported(&house, &coach, court, "底线断了");
    let mut browser = Browser::of(&house, "groundsman").await;
    let at = format!("/repairs/{id}/do/order");
    let form = browser.get(&at).await;
    assert_eq!(form.boxed(&at, "opinion"), "情况属实，派人维修");
    form.must_say("底线断了");
    let phrase = [("_phrase", "情况属实，自行维修")];
    let page = browser.submit(&form, &at, &phrase).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.boxed(&at, "opinion"), "情况属实，自行维修");
    assert_eq!(state(&house, id), "reported");
    browser.submit(&page, &at, &[]).await.must_say("已办理");
    assert_eq!(state(&house, id), "mending");
}

#[tokio::test]
async fn the_keys_of_case_work_stand_on_the_page() {
    let (house, coach, court) = damaged();
    let id = reported(&house, &coach, court, "底线断了");
    let mut browser = Browser::of(&house, "groundsman").await;
    let page = browser.get(&format!("/repairs/{id}")).await;
    for (key, leads) in [("a", "do/order"), ("r", "do/ask")] {
        let link = format!("href=\"/repairs/{id}/{leads}\" data-key=\"{key}\"");
        page.must_say(&link);
    }
    page.must_say("data-lands=\"go\"");
    let form = browser.get(&format!("/repairs/{id}/do/order")).await;
    form.must_say("id=\"go\"");
}

#[tokio::test]
async fn the_course_has_the_marks_of_the_language() {
    let (house, coach, court) = damaged();
    let id = reported(&house, &coach, court, "a line");
    later(&house, 60);
    let mut browser = Browser::of(&house, "groundsman").await;
    act(&mut browser, id, "ask", &[("reason", "which line")]).await;
    let page = browser.get(&format!("/repairs/{id}?lang=en")).await;
    page.must_say(": which line");
    for mark in ["（", "）", "："] {
        assert!(!page.body().contains(mark), "{mark}: {}", page.body());
    }
}

/// Three reported damages and a groundsman at his list.
async fn three() -> (TestApp, Vec<Id>, Browser) {
    let (house, coach, court) = damaged();
    let ids = ["底线断了", "球网破了", "灯不亮"]
        .iter()
        .map(|damage| reported(&house, &coach, court, damage))
        .collect();
    later(&house, 60);
    let browser = Browser::of(&house, "groundsman").await;
    (house, ids, browser)
}

#[tokio::test]
async fn many_are_looked_at_on_one_page_and_done_with_one_opinion() {
    let (house, ids, mut browser) = three().await;
    let list = browser.get("/todo").await;
    let items: Vec<String> = ids.iter().map(|id| format!("repairs/{id}")).collect();
    list.must_say("一起办理 3 件");
    let ticked: Vec<(&str, &str)> = items[..2].iter().map(|i| ("item", i.as_str())).collect();
    let look = browser.submit(&list, "/todo/batch", &ticked).await;
    assert_eq!(look.status, StatusCode::OK, "{}", look.html);
    for said in ["底线断了", "球网破了", "派修：2 件", "情况属实，派人维修"] {
        look.must_say(said);
    }
    assert!(!look.says("灯不亮"), "what was not ticked is not there");
    let done = browser.submit(&look, "/todo/batch", &[("_go", "1")]).await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.html);
    done.must_say("已“派修” 2 件");
    done.must_say("秒内可以撤销");
    for (id, at) in ids.iter().zip(["mending", "mending", "reported"]) {
        assert_eq!(state(&house, *id), at);
    }
}

/// One button with the key takes the batch back; each line has its own without one.
#[tokio::test]
async fn a_batch_is_taken_back_at_once_or_one_by_one() {
    let (house, ids, mut browser) = three().await;
    let look = browser.get("/todo/batch?of=repairs&step=reported").await;
    let done = browser.submit(&look, "/todo/batch", &[("_go", "1")]).await;
    done.must_say("全部撤销（3 件）");
    assert_eq!(
        done.html.matches("data-key=\"u\"").count(),
        1,
        "{}",
        done.html
    );
    let single = format!("/repairs/{}/undo", ids[0]);
    let one = browser.submit(&done, &single, &[]).await;
    assert_eq!(one.status, StatusCode::OK, "{}", one.html);
    let all = browser.submit(&done, "/todo/batch/undo", &[]).await;
    assert_eq!(all.status, StatusCode::OK, "{}", all.html);
    all.must_say("已撤销 2 件");
    all.must_say("有 1 件没有撤销");
    for id in &ids {
        assert_eq!(state(&house, *id), "reported");
    }
    // Later there is no button, and what was kept open takes nothing back.
    let look = browser.get("/todo/batch?of=repairs&step=reported").await;
    let done = browser.submit(&look, "/todo/batch", &[("_go", "1")]).await;
    later(&house, 11);
    let late = browser.submit(&done, "/todo/batch/undo", &[]).await;
    late.must_say("有 3 件没有撤销");
    late.must_say("只能在 10 秒内撤销");
    assert_eq!(state(&house, ids[0]), "mending");
}

#[tokio::test]
async fn those_that_fail_stay_with_their_reason() {
    let (house, ids, mut browser) = three().await;
    let look = browser.get("/todo/batch?of=repairs&step=reported").await;
    look.must_say("派修：3 件");
    // A colleague takes one meanwhile.
    let colleague = house.person("second_groundsman", "groundsman", None);
    house
        .app
        .set_password(colleague.account, colleague.account, PASSWORD)
        .expect("a password");
    let mut theirs = Browser::of(&house, "second_groundsman").await;
    act(&mut theirs, ids[1], "ask", &[("reason", "请写明")]).await;
    let done = browser.submit(&look, "/todo/batch", &[("_go", "1")]).await;
    done.must_say("有 1 件没有办");
    done.must_say("刚被别人修改过");
    done.must_say("已“派修” 2 件");
    assert_eq!(state(&house, ids[1]), "returned");
    // Sent once more, nothing is done twice.
    let again = browser.submit(&look, "/todo/batch", &[("_go", "1")]).await;
    again.must_say("有 3 件没有办");
}

#[tokio::test]
async fn a_batch_without_an_opinion_is_asked_for_it_and_nothing_is_lost() {
    let (house, ids, mut browser) = three().await;
    let look = browser.get("/todo/batch?of=repairs&step=reported").await;
    let first = format!("repairs/{}", ids[0]);
    let typed = [("_go", "1"), ("opinion", ""), ("item", first.as_str())];
    let asked = browser.submit(&look, "/todo/batch", &typed).await;
    assert_eq!(asked.status, StatusCode::UNPROCESSABLE_ENTITY);
    asked.must_say("请写明意见");
    assert_eq!(asked.boxed("/todo/batch", "item"), first);
    assert_eq!(state(&house, ids[0]), "reported");
    asked.must_say("派修：3 件");
    let ticked = |page: &Screen| {
        let sent = page.form("/todo/batch");
        sent.iter().filter(|(name, _)| name == "item").count()
    };
    assert_eq!(ticked(&asked), 1, "what was taken out stays out");
    // With nothing ticked it is asked again, and the opinion stands.
    let typed = [("_go", "1"), ("opinion", "看过了"), ("item", "")];
    let none = browser.submit(&look, "/todo/batch", &typed).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    none.must_say("请先勾选");
    assert_eq!(none.boxed("/todo/batch", "opinion"), "看过了");
    assert_eq!(ticked(&none), 0);
    let phrase = [("_phrase", "情况属实，自行维修")];
    let filled = browser.submit(&look, "/todo/batch", &phrase).await;
    assert_eq!(filled.boxed("/todo/batch", "opinion"), "情况属实，自行维修");
}

#[tokio::test]
async fn a_batch_and_a_turn_that_were_typed_survive_the_end_of_the_session() {
    let (house, ids, mut browser) = three().await;
    let login = [("login", "groundsman"), ("password", PASSWORD)];
    let look = browser.get("/todo/batch?of=repairs&step=reported").await;
    browser.forget("jinzhi");
    let first = format!("repairs/{}", ids[0]);
    let typed = [("_go", "1"), ("opinion", "看过了"), ("item", &first)];
    let ended = browser.submit(&look, "/todo/batch", &typed).await;
    ended.must_say("登录已过期");
    let back = browser.submit(&ended, "/login", &login).await;
    assert_eq!(back.boxed("/todo/batch", "opinion"), "看过了");
    assert_eq!(back.boxed("/todo/batch", "item"), first);
    assert_eq!(state(&house, ids[0]), "reported");

    let page = house
        .app
        .todo(&house.as_role("groundsman"), app::Tab::Todo, 0)
        .expect("a list");
    let turn = page.rows[0].task.expect("a turn");
    let at = format!("/repairs/{}/turn/transfer-{turn}", page.rows[0].record);
    let form = browser.get(&at).await;
    assert_eq!(form.status, StatusCode::OK, "{}", form.html);
    browser.forget("jinzhi");
    let ended = browser.submit(&form, &at, &[("reason", "我请假")]).await;
    let back = browser.submit(&ended, "/login", &login).await;
    assert_eq!(back.boxed(&at, "reason"), "我请假");
}

#[tokio::test]
async fn nothing_ticked_or_nothing_to_be_done_together_is_said() {
    let (house, ids, mut browser) = three().await;
    let list = browser.get("/todo").await;
    let none = browser.submit(&list, "/todo/batch", &[]).await;
    none.must_say("请先勾选");
    act(&mut browser, ids[0], "order", &[]).await;
    let mending = format!("repairs/{}", ids[0]);
    let alone = browser
        .submit(&list, "/todo/batch", &[("item", &mending)])
        .await;
    alone.must_say("逐件办理");
    assert_eq!(state(&house, ids[0]), "mending");
    let mut anybody = Browser::new(&house);
    let page = anybody.get("/todo/batch").await;
    assert!(page.at.starts_with("/login"), "{}", page.at);
}

/// By how much something is late is the same on every page, on days of rest too.
#[tokio::test]
async fn list_and_record_tell_alike_how_late_it_is() {
    let (house, coach, court) = damaged();
    let id = reported(&house, &coach, court, "底线断了");
    // Reported on Monday 2027-03-01, due on Thursday: Sunday, Monday, Wednesday.
    for (days, late) in [(6, 1), (1, 2), (2, 4)] {
        later(&house, days * 24 * 3_600);
        let words = format!("已超 {late} 个工作日");
        let mut browser = Browser::of(&house, "groundsman").await;
        let list = browser.get("/todo").await;
        list.must_say(&words);
        let record = browser.get(&format!("/repairs/{id}")).await;
        record.must_say(&words);
        assert_eq!(
            record.html.matches("已超 ").count(),
            record.html.matches(&words).count()
        );
    }
}
