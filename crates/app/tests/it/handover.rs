//! Everything open handed over in one step: offered, picked, confirmed; sound beside other acts.

use std::thread;

use app::{HandoverStage, NewAccount, NewUnit, Tab, TurnAct};
use kernel::{Actor, Id, Reason, Words};

use crate::flow::{Stage, refusal as refused};
use crate::posts::why;

/// Matters that the groundsman has claimed.
fn claimed(stage: &Stage, count: usize) -> Vec<Id> {
    let one = |_| {
        let id = stage.reported();
        stage.on_turn(&stage.groundsman, stage.turn(id).task, TurnAct::Claim);
        id
    };
    (0..count).map(one).collect()
}

fn task_of(stage: &Stage, matter: Id) -> Id {
    stage.turn(matter).task
}

#[test]
fn what_the_receiver_picks_goes_over_when_the_giver_confirms() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let heir = stage.house.person("heir", "groundsman", None);
    let ids = claimed(&stage, 3);
    let giver = &stage.groundsman;
    let whom = app.successors(giver, giver.account).expect("asked");
    assert!(whom.iter().any(|other| other.account == heir.account));
    let offer = app
        .offer_handover(giver, giver.account, heir.account, "调离")
        .expect("offered")
        .id;
    let seen = app.handover(&heir, offer).expect("the receiver sees it");
    assert_eq!(seen.stage, HandoverStage::Offered);
    assert!(seen.may_pick && !seen.may_confirm);
    assert_eq!(seen.tasks.len(), 3);
    assert!(seen.tasks.iter().all(|task| task.fits));
    // Nothing moves before both have agreed.
    assert_eq!(why(app.confirm_handover(giver, offer)), Reason::Conflict);
    assert_eq!(stage.todo(&heir), []);
    let picked: Vec<Id> = ids[..2].iter().map(|id| task_of(&stage, *id)).collect();
    app.pick_handover(&heir, offer, &picked).expect("picked");
    assert_eq!(stage.todo(&heir), []);
    let seen = app.handover(giver, offer).expect("seen");
    assert!(seen.may_confirm && seen.tasks.len() == 2);
    app.confirm_handover(giver, offer).expect("confirmed");
    let mut now = stage.todo(&heir);
    now.sort_unstable();
    assert_eq!(now, ids[..2]);
    assert_eq!(stage.todo(giver), ids[2..]);
    for id in &ids[..2] {
        let acts = stage.acts_of("house.task", task_of(&stage, *id));
        assert_eq!(acts.iter().filter(|act| *act == "reassign").count(), 1);
    }
    stage.does(&heir, ids[0], "order", "派修");
    stage.refused(giver, ids[1], "order", "派修");
    assert!(app.handovers(giver).expect("asked").is_empty());
    assert_eq!(
        why(app.confirm_handover(giver, offer)),
        Reason::Conflict,
        "once"
    );
}

#[test]
fn only_the_two_take_part_and_only_what_the_receiver_could_hold_goes_over() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let heir = stage.house.person("heir", "groundsman", None);
    let giver = &stage.groundsman;
    let offer = |who: &Actor, of: Id, to: Id| app.offer_handover(who, of, to, "调离");
    assert_eq!(
        why(offer(giver, giver.account, heir.account)),
        Reason::Conflict,
        "there is nothing"
    );
    let ids = claimed(&stage, 1);
    assert_eq!(
        why(offer(giver, giver.account, giver.account)),
        Reason::Invalid
    );
    assert_eq!(
        why(offer(&heir, giver.account, heir.account)),
        Reason::Forbidden,
        "nobody takes another's tasks by himself"
    );
    // Whom the page does not offer is taken from no other door either.
    let elsewhere = NewUnit {
        code: "far",
        title: "外地局",
        kind: "county",
        parent: None,
        areas: &["330106".to_owned()],
    };
    let elsewhere = app
        .add_unit(&Actor::operator(), &elsewhere)
        .expect("a unit");
    let stranger = NewAccount {
        login: "stranger",
        name: "外人",
        role: "groundsman",
        unit: elsewhere,
        subject: None,
    };
    let stranger = app.add_account(&Actor::operator(), &stranger);
    let stranger = stranger.expect("an account");
    let offered = app.successors(giver, giver.account).expect("asked");
    assert!(offered.iter().all(|one| one.account != stranger));
    let far = refused(offer(giver, giver.account, stranger));
    assert_eq!(far.blames[0].pointer, "/to");
    assert!(far.blames[0].message.zh.contains("列出的人"), "{far:?}");
    // A treasurer holds none of the roles of the step.
    let to_treasurer = offer(giver, giver.account, stage.treasurer.account)
        .expect("offered")
        .id;
    let seen = app.handover(&stage.treasurer, to_treasurer).expect("seen");
    assert!(!seen.tasks[0].fits);
    let task = task_of(&stage, ids[0]);
    let picked = app.pick_handover(&stage.treasurer, to_treasurer, &[task]);
    assert_eq!(why(picked), Reason::Conflict);
    app.withdraw_handover(giver, to_treasurer)
        .expect("called off");
    let id = offer(giver, giver.account, heir.account)
        .expect("offered")
        .id;
    assert_eq!(why(app.handover(&stage.chair, id)), Reason::NotFound);
    assert_eq!(
        why(app.pick_handover(&stage.chair, id, &[task])),
        Reason::NotFound
    );
    assert_eq!(why(app.pick_handover(&heir, id, &[])), Reason::Invalid);
    assert_eq!(why(app.pick_handover(&heir, id, &[Id(5)])), Reason::Invalid);
    app.pick_handover(&heir, id, &[task]).expect("picked");
    assert_eq!(why(app.confirm_handover(&heir, id)), Reason::NotFound);
}

#[test]
fn for_whoever_has_left_the_security_administrator_gives() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let heir = stage.house.person("heir", "groundsman", None);
    let ids = claimed(&stage, 2);
    let accounts = stage.house.register("house.account");
    let words = Words {
        reason: Some("离职"),
        ..Words::default()
    };
    let (sec, gone) = (stage.house.as_role("sec_admin"), stage.groundsman.account);
    // Nor does he take for himself what he gives for another, nor another administrator.
    let alone = app.offer_handover(&sec, gone, sec.account, "离职");
    assert_eq!(why(alone), Reason::Invalid);
    let auditor = stage.house.as_role("auditor");
    let audited = app.offer_handover(&sec, gone, auditor.account, "离职");
    assert_eq!(why(audited), Reason::Invalid);
    let named = app.successors(&sec, gone).expect("asked");
    assert!(named.iter().all(|other| other.account != auditor.account));
    let offer = app
        .offer_handover(&sec, gone, heir.account, "离职")
        .expect("offered")
        .id;
    let tasks: Vec<Id> = ids.iter().map(|id| task_of(&stage, *id)).collect();
    app.pick_handover(&heir, offer, &tasks).expect("picked");
    let seen = app.handover(&sec, offer).expect("seen");
    assert!(
        seen.tasks.iter().all(|task| task.row.shown.is_none()),
        "the administrator does not see the business"
    );
    app.confirm_handover(&sec, offer).expect("confirmed");
    assert_eq!(stage.todo(&heir).len(), 2);
    app.act(&sec, accounts, gone, 1, "lock", &Vec::new(), words)
        .expect("locked");
    assert_eq!(stage.todo(&heir).len(), 2, "what was handed over stays");
}

#[test]
fn an_act_at_the_same_moment_is_done_once_and_the_rest_goes_over() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let heir = stage.house.person("heir", "groundsman", None);
    let giver = &stage.groundsman;
    for _ in 0..6 {
        let ids = claimed(&stage, 4);
        let tasks: Vec<Id> = ids.iter().map(|id| task_of(&stage, *id)).collect();
        let offer = app
            .offer_handover(giver, giver.account, heir.account, "调离")
            .expect("offered")
            .id;
        app.pick_handover(&heir, offer, &tasks).expect("picked");
        let (acted, confirmed) = thread::scope(|scope| {
            let act = scope.spawn(|| stage.act(giver, ids[1], "order", &[], "派修").is_ok());
            let confirm = scope.spawn(|| app.confirm_handover(giver, offer).is_ok());
            (
                act.join().expect("acted"),
                confirm.join().expect("confirmed"),
            )
        });
        assert!(
            confirmed,
            "it is decided anew when a task was handled meanwhile"
        );
        for (at, id) in ids.iter().enumerate() {
            let page = app.todo(&heir, Tab::Todo, 0).expect("a list");
            let with_heir = page.rows.iter().any(|row| row.record == *id);
            match at {
                1 if acted => assert_eq!(stage.state(*id), "mending"),
                _ => assert!(with_heir && stage.state(*id) == "reported"),
            }
        }
        let left: Vec<Id> = stage.todo(&heir);
        for id in left {
            if stage.state(id) == "reported" {
                stage.does(&heir, id, "order", "派修");
            }
        }
        let mine = stage.todo(giver);
        assert!(
            mine.iter().all(|id| stage.state(*id) != "reported"),
            "{mine:?}"
        );
    }
}

#[test]
fn an_administration_entrusted_for_another_register_gives_no_desk_away() {
    let stage = Stage::new();
    let app = &stage.house.app;
    claimed(&stage, 1);
    let heir = stage.house.person("heir", "groundsman", None);
    let coach = stage.house.person("second", "sec_admin", None);
    let sec = stage.house.as_role("sec_admin");
    let giver = stage.groundsman.account;
    let entrust = |only| {
        let day = |text: &str| text.parse().expect("a day");
        let ask = app::Leave {
            post: sec.account,
            to: coach.account,
            since: day("2027-03-01"),
            until: day("2027-03-05"),
            only: Some(only),
            reason: "年休假",
        };
        let saved = app.entrust(&sec, &ask).expect("entrusted");
        stage.house.at(coach.account, saved.id)
    };
    let offer = |who: &Actor| app.offer_handover(who, giver, heir.account, "离职");
    let cards = entrust("house.card");
    assert_eq!(why(offer(&cards)), Reason::Forbidden);
    assert_eq!(why(app.handed(&cards, giver)), Reason::Forbidden);
    offer(&entrust("house.account")).expect("offered");
}
