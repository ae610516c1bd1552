//! The count beside the to-do list follows what is done, without asking by the clock.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use http::{Response, StatusCode};
use kernel::Moment;
use tokio_stream::StreamExt;

use crate::browser::Browser;
use crate::todo::{damaged, reported};

const LIVE: &str = "/todo/live";
/// An event that has not come by then does not come.
const SOON: Duration = Duration::from_secs(5);

fn events(answer: Response<Body>) -> BodyDataStream {
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "text/event-stream");
    assert_eq!(answer.headers()["cache-control"], "no-store");
    answer.into_body().into_data_stream()
}

/// The next event; nothing when the stream has ended.
async fn next(events: &mut BodyDataStream) -> Option<String> {
    let next = tokio::time::timeout(SOON, events.next()).await;
    let piece = next.expect("an event in time")?.expect("a whole event");
    Some(String::from_utf8(piece.to_vec()).expect("text"))
}

#[tokio::test]
async fn a_commit_that_touches_turns_tells_the_new_count() {
    let (house, coach, court) = damaged();
    let mut browser = Browser::of(&house, "groundsman").await;
    let page = browser.get("/home").await;
    page.must_say("data-waits=\"todo\" hidden");
    let mut live = events(browser.open(LIVE).await);
    assert_eq!(
        next(&mut live).await.as_deref(),
        Some("event: counts\ndata: \ndata: \n\n")
    );
    reported(&house, &coach, court, "底线断了");
    assert_eq!(
        next(&mut live).await.as_deref(),
        Some("event: counts\ndata: 1\ndata: \n\n")
    );
}

#[tokio::test]
async fn who_has_not_signed_in_is_told_not_to_ask_again() {
    let (house, ..) = damaged();
    let answer = Browser::new(&house).open(LIVE).await;
    assert_eq!(answer.status(), StatusCode::NO_CONTENT);
}

#[tokio::test]
async fn one_account_has_few_streams_and_gets_them_back() {
    let (house, ..) = damaged();
    let mut browser = Browser::of(&house, "groundsman").await;
    let mut open = Vec::new();
    for _ in 0..4 {
        open.push(events(browser.open(LIVE).await));
    }
    let fifth = browser.open(LIVE).await;
    assert_eq!(fifth.status(), StatusCode::NO_CONTENT);
    // Another person is not kept out by it.
    let mut coach = Browser::of(&house, "coach").await;
    drop(events(coach.open(LIVE).await));
    drop(open);
    for _ in 0..50 {
        tokio::time::sleep(Duration::from_millis(20)).await;
        if browser.open(LIVE).await.status() == StatusCode::OK {
            return;
        }
    }
    panic!("a closed window keeps its place");
}

#[tokio::test]
async fn a_stream_counts_for_the_post_that_was_taken_since() {
    let (house, coach, court) = damaged();
    let groundsman = house.as_role("groundsman");
    let (post, _) = house.post(groundsman.account, "coach", None);
    let mut browser = Browser::of(&house, "groundsman").await;
    let page = browser.get("/home").await;
    let mut live = events(browser.open(LIVE).await);
    next(&mut live).await;
    let post = post.to_string();
    // As from another window of the same person.
    let taken = browser
        .submit(&page, "/account/post", &[("post", &post)])
        .await;
    assert_eq!(taken.at, "/home");
    reported(&house, &coach, court, "底线断了");
    assert_eq!(next(&mut live).await.as_deref(), Some(":\n\n"));
}

#[tokio::test]
async fn who_reads_nothing_is_let_go() {
    let (house, coach, court) = damaged();
    let mut browser = Browser::of(&house, "groundsman").await;
    let mut live = events(browser.open(LIVE).await);
    for at in 1..=5 {
        tokio::time::sleep(Duration::from_secs(1)).await;
        reported(&house, &coach, court, &format!("第 {at} 处"));
    }
    let mut read = 0;
    while next(&mut live).await.is_some() {
        read += 1;
    }
    assert!(read < 5, "{read} events waited for a window that read none");
}

#[tokio::test]
async fn a_stream_ends_when_the_program_stops() {
    let (house, ..) = damaged();
    let mut browser = Browser::of(&house, "groundsman").await;
    let mut live = events(browser.open(LIVE).await);
    next(&mut live).await;
    house.app.ring_stop();
    assert_eq!(next(&mut live).await, None);
}

#[tokio::test]
async fn a_stream_ends_with_its_session_and_does_not_keep_it_awake() {
    let (house, coach, court) = damaged();
    let mut browser = Browser::of(&house, "groundsman").await;
    let mut live = events(browser.open(LIVE).await);
    next(&mut live).await;
    let begun = house.app.now();
    // Events come in, and the person touches nothing for a working day.
    for hour in 1..=12 {
        house.clock.set(Moment(begun.0 + hour * 3_600_000_000));
        reported(&house, &coach, court, &format!("第 {hour} 处"));
        if next(&mut live).await.is_none() {
            return;
        }
    }
    panic!("the session lives as long as its window listens");
}
