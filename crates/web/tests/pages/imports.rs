//! Imports: tried first, then confirmed, then undone.

use std::time::Duration;

use http::StatusCode;

use crate::browser::{Browser, Screen, club};

const TABLE: &str = "会员卡号,姓名,手机,会员类别,住址区划
6901234567892,陈晓岚,13805710001,成人,330109
6901234567893,楼建华,12345,成人,330109
";

/// Waits until the import at that address is over.
async fn over(browser: &mut Browser, at: &str) -> Screen {
    for _ in 0..200 {
        let page = browser.get(at).await;
        if !page.says("data-poll=") {
            return page;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{at} is never over");
}

fn path(screen: &Screen) -> String {
    screen.at.split('?').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_file_is_tried_goes_in_and_is_taken_back() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let form = browser.get("/members/import").await;
    form.must_say("可以识别的列名");
    let begun = browser
        .upload(
            &form,
            "/members/import",
            "file",
            "members.csv",
            TABLE.as_bytes(),
        )
        .await;
    let tried = over(&mut browser, &path(&begun)).await;
    tried.must_say("数据还没有改动");
    tried.must_say("有误的行（前几行）");
    browser.get("/members/").await.must_say("共 0 条");
    let running = browser.submit(&tried, &path(&tried), &[]).await;
    let done = over(&mut browser, &path(&running)).await;
    done.must_say("导入完成");
    browser.get("/members/").await.must_say("共 1 条");
    let wrong = browser.get(&format!("{}/wrong", path(&done))).await;
    assert!(
        wrong.says("楼建华") && !wrong.says("陈晓岚"),
        "{}",
        wrong.html
    );
    browser.get("/imports").await.must_say("members.csv");
    // The button asks first, with the numbers, and undoes nothing by itself.
    assert!(
        done.html
            .contains(&format!("href=\"{}/undo\"", path(&done)))
    );
    let asked = browser.get(&format!("{}/undo", path(&done))).await;
    asked.must_say("这次新增的 1 条会删去，改动的 0 条恢复原样");
    browser.get("/members/").await.must_say("共 1 条");
    let undone = browser
        .submit(&asked, &format!("{}/undo", path(&done)), &[])
        .await;
    undone.must_say("删去新增的 1 条");
    browser.get("/members/").await.must_say("共 0 条");
}

#[tokio::test]
async fn a_wrong_file_and_no_file_say_what_to_do() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let form = browser.get("/members/import").await;
    let none = browser.submit(&form, "/members/import", &[]).await;
    assert_eq!(none.status, StatusCode::UNPROCESSABLE_ENTITY);
    none.must_say("请选择要导入的文件");
    let image = browser
        .upload(&form, "/members/import", "file", "photo.png", b"x")
        .await;
    image.must_say("photo.png 不是");
    let mut coach = Browser::of(&house, "coach").await;
    assert_eq!(
        coach.get("/members/import").await.status,
        StatusCode::FORBIDDEN
    );
}

#[tokio::test]
async fn an_import_is_seen_by_its_own_person_only() {
    let house = club();
    let mut browser = Browser::of(&house, "manager").await;
    let form = browser.get("/members/import").await;
    let begun = browser
        .upload(
            &form,
            "/members/import",
            "file",
            "members.csv",
            TABLE.as_bytes(),
        )
        .await;
    over(&mut browser, &path(&begun)).await;
    let mut coach = Browser::of(&house, "coach").await;
    assert_eq!(coach.get(&path(&begun)).await.status, StatusCode::NOT_FOUND);
}
