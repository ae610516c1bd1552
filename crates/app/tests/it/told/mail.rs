//! Mail: proved addresses, at once and in digests, tried again, refused, come back.

use app::{How, No, Sent};
use kernel::{Actor, Id, Reason};

use super::{choose, made, only, proved, set_time, stage, state, word_in};
use crate::flow::{Stage, refusal};

const EMAIL: &str = "someone@example.org";

fn letters(stage: &Stage) -> Vec<(String, String)> {
    let all = stage.all("house.letter").into_iter();
    all.map(|record| {
        let kind = stage.house_value("house.letter", record.id, "kind");
        (kind.to_string(), state(stage, "house.letter", record.id))
    })
    .collect()
}

fn word_of(stage: &Stage, id: Id, field: &str) -> String {
    stage.house_value("house.letter", id, field).to_string()
}

/// A repair is reported and its turn comes near its end, which tells the groundsman.
fn told(stage: &Stage) {
    stage.reported();
    stage.house.today("2027-03-03");
    assert_eq!(stage.house.app.watch_limits().expect("watched"), 1);
}

#[test]
fn an_address_is_proved_by_the_word_that_was_mailed_to_it() {
    let stage = stage();
    let (app, who) = (&stage.house.app, &stage.groundsman);
    assert!(refusal(app.set_email(who, "no address")).blames[0].pointer == "/email");
    stage.reported();
    set_time(&stage, "2027-03-02T10:00:00");
    app.set_email(who, EMAIL).expect("kept");
    let view = app.reach(who).expect("a view");
    assert!(view.word_is_out && !view.is_proved);
    // Nothing else goes there before.
    choose(app, who, How::AtOnce, |_| ());
    stage.house.today("2027-03-03");
    assert_eq!(app.watch_limits().expect("watched"), 1);
    let mail = only(app);
    assert_eq!(mail.subject, "【金质】邮箱验证");
    let word = word_in(&mail);
    assert_eq!(
        refusal(app.prove_email(who, "WRONGONE")).reason,
        Reason::Invalid
    );
    let another = &stage.manager;
    assert_eq!(
        refusal(app.prove_email(another, &word)).reason,
        Reason::NotFound
    );
    app.prove_email(who, &format!(" {} ", word.to_lowercase()))
        .expect("proved");
    assert!(app.reach(who).expect("a view").is_proved);
    assert_eq!(
        refusal(app.prove_email(who, &word)).reason,
        Reason::Invalid,
        "once"
    );
    // The mail with the word says nothing any more and is closed.
    assert!(app.due_letters().expect("the queue").is_empty());
}

#[test]
fn a_word_is_guessed_five_times_and_mailed_once_a_minute() {
    let stage = stage();
    let (app, who) = (&stage.house.app, &stage.groundsman);
    app.set_email(who, EMAIL).expect("kept");
    assert_eq!(refusal(app.set_email(who, EMAIL)).reason, Reason::TooMany);
    let word = word_in(&only(app));
    for _ in 0..5 {
        app.prove_email(who, "AAAAAAAA").expect_err("wrong");
    }
    assert_eq!(refusal(app.prove_email(who, &word)).reason, Reason::Invalid);
    set_time(&stage, "2027-03-01T09:01:00");
    app.set_email(who, EMAIL).expect("a new word");
    let words: Vec<String> = app
        .due_letters()
        .expect("due")
        .iter()
        .map(word_in)
        .collect();
    // Both letters carry the word that counts now.
    assert!(
        words
            .iter()
            .all(|other| *other == words[0] && *other != word)
    );
    set_time(&stage, "2027-03-02T09:01:00");
    let late = app.prove_email(who, &words[0]);
    assert_eq!(refusal(late).reason, Reason::Invalid, "a day later");
}

#[test]
fn mail_at_once_is_written_with_the_notice_and_names_nobody() {
    let stage = stage();
    let (app, who) = (&stage.house.app, &stage.groundsman);
    proved(app, who, EMAIL);
    choose(app, who, How::AtOnce, |_| ());
    told(&stage);
    // As after a kill: what is to go out is in the store.
    let again = stage.house.club_anew();
    again.set_outward(super::outward());
    let mail = only(&again);
    assert_eq!(mail, only(app));
    assert_eq!(mail.subject, "【金质】您有 1 条通知");
    for text in [
        "即将到期",
        "到期 2027-03-0",
        "https://jinzhi.example.cn/repairs/",
        "/account/notices",
    ] {
        assert!(mail.text.contains(text), "{text} in {}", mail.text);
    }
    for personal in ["张三", "一号场", "13800138000", "网断了"] {
        assert!(!mail.text.contains(personal), "{personal} in {}", mail.text);
    }
    // One commit made both.
    let notice = stage.all("house.notice").pop().expect("a notice");
    let (notice, letter) = (
        made(&stage, "house.notice", notice.id),
        made(&stage, "house.letter", mail.id),
    );
    assert_eq!(
        letter,
        notice + 1,
        "entries of one commit follow each other"
    );
}

#[test]
fn a_failing_server_is_tried_with_rising_pauses_until_the_end_under_one_number() {
    let stage = stage();
    let (app, who) = (&stage.house.app, &stage.groundsman);
    proved(app, who, EMAIL);
    choose(app, who, How::AtOnce, |_| ());
    told(&stage);
    let first = only(app);
    let mut now = stage.house.app.now();
    let mut tries = 0;
    loop {
        let due = app.due_letters().expect("the queue");
        let Some(mail) = due.first() else { break };
        assert_eq!(mail.message, first.message);
        app.letter_done(mail.id, &Sent::Later("451".to_owned()))
            .expect("noted");
        tries += 1;
        assert!(
            app.due_letters().expect("the queue").is_empty(),
            "not at once"
        );
        now.0 += 24 * 3_600 * 1_000_000;
        stage.house.clock.set(now);
    }
    assert_eq!(tries, 10);
    assert_eq!(state(&stage, "house.letter", first.id), "failed");
    assert_eq!(word_of(&stage, first.id, "answer"), "451");
    let outgoing = app.outgoing("letter").expect("counts");
    assert_eq!((outgoing.waiting, outgoing.failed), (0, 1));
    // The administrator's button.
    let admin = stage.house.as_role("sys_admin");
    let register = stage.house.register("house.letter");
    let version = app
        .record(&admin, register, first.id, None)
        .expect("seen")
        .0
        .version;
    let words = kernel::Words::default();
    let none = Vec::new();
    let retry = app.act(
        &stage.manager,
        register,
        first.id,
        version,
        "retry",
        &none,
        words,
    );
    assert!(matches!(retry, Err(No::Refused(_))), "not for everybody");
    app.act(&admin, register, first.id, version, "retry", &none, words)
        .expect("once more");
    let mail = only(app);
    app.letter_done(mail.id, &Sent::Done("250".to_owned()))
        .expect("noted");
    assert_eq!(state(&stage, "house.letter", first.id), "sent");
    // A second report of the same attempt changes nothing.
    app.letter_done(mail.id, &Sent::Later("451".to_owned()))
        .expect("noted");
    assert_eq!(state(&stage, "house.letter", first.id), "sent");
}

#[test]
fn an_address_that_does_not_exist_is_told_to_its_holder_and_used_no_more() {
    let stage = stage();
    let (app, who) = (&stage.house.app, &stage.groundsman);
    proved(app, who, EMAIL);
    choose(app, who, How::AtOnce, |_| ());
    told(&stage);
    let mail = only(app);
    app.letter_done(mail.id, &Sent::Done("250".to_owned()))
        .expect("noted");
    // The report comes hours later. One that names no number of ours does nothing.
    assert!(
        !app.letter_bounced("<other@example.cn>", "5.1.1")
            .expect("looked")
    );
    let number = format!("<{}>", mail.message);
    assert!(app.letter_bounced(&number, "5.1.1").expect("noted"));
    assert!(
        app.letter_bounced(&number, "5.1.1").expect("noted"),
        "twice is once"
    );
    assert_eq!(state(&stage, "house.letter", mail.id), "bounced");
    let view = app.reach(who).expect("a view");
    assert_eq!(view.fault.as_deref(), Some("5.1.1"));
    let kinds: Vec<String> = app
        .notices(who, 0)
        .expect("a page")
        .rows
        .iter()
        .map(|row| row.kind.clone())
        .collect();
    assert_eq!(
        kinds.iter().filter(|kind| *kind == "mail_off").count(),
        1,
        "{kinds:?}"
    );
    stage.house.today("2027-03-05");
    app.watch_limits().expect("watched");
    assert!(
        app.due_letters().expect("the queue").is_empty(),
        "no more mail"
    );
    // Proved anew it is used again.
    proved(app, who, "other@example.org");
    assert!(app.reach(who).expect("a view").failed_at.is_none());
}

#[test]
fn a_digest_tells_of_all_since_the_last_on_working_days_only() {
    let stage = stage();
    let (app, who) = (&stage.house.app, &stage.groundsman);
    proved(app, who, EMAIL);
    assert_eq!(
        app.reach(who).expect("a view").choice.how,
        How::Daily,
        "nobody is flooded"
    );
    told(&stage);
    assert_eq!(
        app.gather_digests().expect("gathered"),
        0,
        "told after eight"
    );
    set_time(&stage, "2027-03-04T07:59:00");
    assert_eq!(app.gather_digests().expect("gathered"), 0);
    set_time(&stage, "2027-03-04T08:00:00");
    assert_eq!(app.gather_digests().expect("gathered"), 1);
    assert_eq!(app.gather_digests().expect("gathered"), 0, "once");
    let mail = only(app);
    assert!(mail.text.contains("1. 即将到期"), "{}", mail.text);
    app.letter_done(mail.id, &Sent::Done("250".to_owned()))
        .expect("noted");
    // Friday's notice waits over the weekend.
    set_time(&stage, "2027-03-05T18:00:00");
    app.watch_limits().expect("watched");
    for day in ["2027-03-06", "2027-03-07"] {
        set_time(&stage, &format!("{day}T12:00:00"));
        assert_eq!(app.gather_digests().expect("gathered"), 0, "{day}");
    }
    set_time(&stage, "2027-03-08T08:00:00");
    assert_eq!(app.gather_digests().expect("gathered"), 1);
    let kinds: Vec<String> = letters(&stage).into_iter().map(|(kind, _)| kind).collect();
    assert_eq!(kinds.iter().filter(|kind| *kind == "digest").count(), 2);
}

#[test]
fn once_a_week_and_only_of_the_kinds_that_are_wanted() {
    let stage = stage();
    let (app, who) = (&stage.house.app, &stage.groundsman);
    proved(app, who, EMAIL);
    choose(app, who, How::Weekly, |choice| {
        choice.kinds = vec!["yellow".to_owned()]
    });
    told(&stage);
    set_time(&stage, "2027-03-05T18:00:00");
    app.watch_limits().expect("watched");
    assert_eq!(
        app.gather_digests().expect("gathered"),
        0,
        "not before the week is over"
    );
    set_time(&stage, "2027-03-08T08:00:00");
    assert_eq!(app.gather_digests().expect("gathered"), 1);
    let mail = only(app);
    assert!(
        mail.text.contains("黄牌") && !mail.text.contains("即将到期"),
        "{}",
        mail.text
    );
    choose(app, who, How::Never, |_| ());
    let wrong = app::Choice {
        hour: 24,
        kinds: vec!["gossip".to_owned()],
        ..app.reach(who).expect("a view").choice
    };
    assert_eq!(refusal(app.choose_reach(who, &wrong)).blames.len(), 2);
}

#[test]
fn neither_operator_nor_public_has_an_address_and_dropped_ones_are_gone() {
    let stage = stage();
    let (app, who) = (&stage.house.app, &stage.groundsman);
    for nobody in [Actor::operator(), Actor::public()] {
        assert_eq!(
            refusal(app.reach(&nobody).map(|_| ())).reason,
            Reason::NotFound
        );
    }
    proved(app, who, EMAIL);
    app.drop_email(who).expect("dropped");
    assert_eq!(app.reach(who).expect("a view").email, None);
    // Nobody's letter box is filled by setting and dropping in turn.
    app.set_email(who, EMAIL).expect("a word goes out");
    app.drop_email(who).expect("dropped");
    let again = app.set_email(who, EMAIL);
    assert_eq!(refusal(again).reason, Reason::TooMany);
    assert_eq!(
        refusal(app.prove_email(who, "AAAAAAAA")).reason,
        Reason::Invalid
    );
}
