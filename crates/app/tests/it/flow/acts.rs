//! What people do with a turn besides acting on the record.

use app::{Tab, TurnAct, TurnWord};
use catalogue::Origin;
use kernel::flow::{REMIND_HOURS_MIN, TaskKind};
use kernel::{Actor, Id, Reason};

use testkit::{club_hooks, club_texts};

use super::course::verified;
use super::{Stage, refusal};

fn transfer(to: &Actor) -> TurnAct {
    TurnAct::Transfer {
        to: to.account,
        reason: "请代为办理".to_owned(),
    }
}

fn delegate(to: &Actor) -> TurnAct {
    TurnAct::Delegate {
        to: to.account,
        reason: "请看看现场".to_owned(),
    }
}

fn answer() -> TurnAct {
    TurnAct::Answer {
        opinion: "网已断，须换新".to_owned(),
    }
}

fn conflict(stage: &Stage, who: &Actor, turn: Id, act: TurnAct) -> String {
    let refused = refusal(stage.try_turn(who, turn, act));
    assert_eq!(refused.reason, Reason::Conflict, "{refused}");
    refused.message.zh.to_string()
}

#[test]
fn what_one_has_claimed_no_other_takes_until_it_is_put_back() {
    let stage = Stage::new();
    let second = stage.house.person("second", "groundsman", None);
    let id = stage.reported();
    let turn = stage.turn(id).task;
    stage.on_turn(&stage.groundsman, turn, TurnAct::Claim);
    assert_eq!(stage.todo(&stage.groundsman), [id]);
    assert!(stage.todo(&second).is_empty());
    let refused = stage.refused(&second, id, "order", "属实");
    assert_eq!(refused.reason, Reason::Conflict);
    conflict(&stage, &second, turn, TurnAct::Claim);
    conflict(&stage, &second, turn, TurnAct::Release);
    assert!(conflict(&stage, &stage.groundsman, turn, TurnAct::Claim).contains("已经在您手里"));
    stage.on_turn(&stage.groundsman, turn, TurnAct::Release);
    assert_eq!(stage.todo(&second), [id]);
    conflict(&stage, &stage.groundsman, turn, TurnAct::Release);
    stage.does(&second, id, "order", "属实");
    assert_eq!(
        stage.acts_of("house.task", turn),
        ["close", "release", "claim", "create"]
    );
    verified(&stage);
}

#[test]
fn a_turn_is_handed_to_a_colleague_of_the_same_role_only() {
    let stage = Stage::new();
    let second = stage.house.person("second", "groundsman", None);
    let id = stage.reported();
    let turn = stage.turn(id).task;
    conflict(&stage, &second, turn, transfer(&second));
    let told = conflict(&stage, &stage.groundsman, turn, transfer(&stage.treasurer));
    assert!(told.contains("岗位不能办理"), "{told}");
    conflict(&stage, &stage.treasurer, turn, transfer(&second));
    stage.on_turn(&stage.groundsman, turn, transfer(&second));
    assert_eq!(stage.todo(&second), [id]);
    assert!(stage.todo(&stage.groundsman).is_empty());
    stage.refused(&stage.groundsman, id, "order", "属实");
    stage.does(&second, id, "order", "属实");
}

#[test]
fn a_reason_must_be_given_where_others_are_asked() {
    let stage = Stage::new();
    let second = stage.house.person("second", "groundsman", None);
    let id = stage.reported();
    let silent = TurnAct::Transfer {
        to: second.account,
        reason: " ".to_owned(),
    };
    let refused = refusal(stage.try_turn(&stage.groundsman, stage.turn(id).task, silent));
    assert_eq!(refused.blames[0].pointer, "/reason");
    let long = TurnAct::Transfer {
        to: second.account,
        reason: "长".repeat(kernel::WORDS_CHARS_MAX + 1),
    };
    let refused = refusal(stage.try_turn(&stage.groundsman, stage.turn(id).task, long));
    assert_eq!(refused.blames[0].code, "length");
    let nobody = TurnAct::Transfer {
        to: Id(1),
        reason: "请办".to_owned(),
    };
    let refused = refusal(stage.try_turn(&stage.groundsman, stage.turn(id).task, nobody));
    assert_eq!(refused.reason, Reason::NotFound);
}

#[test]
fn whoever_asked_for_help_waits_for_the_answer() {
    let stage = Stage::new();
    let id = stage.reported();
    let turn = stage.turn(id).task;
    stage.on_turn(&stage.groundsman, turn, delegate(&stage.manager));
    // The one who asked has it now.
    assert!(stage.turn(id).claimed);
    assert_eq!(stage.todo(&stage.manager), [id]);
    let help = stage.beside(id, TaskKind::Assist);
    assert_eq!(help.asked.as_deref(), Some("请看看现场"));
    let refused = stage.refused(&stage.groundsman, id, "order", "属实");
    assert!(refused.message.zh.contains("协办"), "{refused}");
    conflict(&stage, &stage.groundsman, help.task, answer());
    conflict(&stage, &stage.manager, help.task, delegate(&stage.chair));
    conflict(&stage, &stage.manager, turn, answer());
    stage.on_turn(&stage.manager, help.task, answer());
    assert!(stage.todo(&stage.manager).is_empty());
    assert_eq!(stage.tab(&stage.manager, Tab::Done), [id]);
    let matter = stage.matter(id);
    let answered = matter.steps[1].turns.iter().find(|t| t.task == help.task);
    assert_eq!(
        answered.expect("the help").said.as_deref(),
        Some("网已断，须换新")
    );
    stage.does(&stage.groundsman, id, "order", "属实");
    verified(&stage);
}

#[test]
fn a_request_for_help_is_taken_back_by_its_asker_only() {
    let stage = Stage::new();
    let id = stage.reported();
    stage.on_turn(
        &stage.groundsman,
        stage.turn(id).task,
        delegate(&stage.manager),
    );
    let help = stage.beside(id, TaskKind::Assist).task;
    conflict(&stage, &stage.chair, help, TurnAct::Recall);
    stage.on_turn(&stage.groundsman, help, TurnAct::Recall);
    conflict(&stage, &stage.groundsman, help, TurnAct::Recall);
    assert!(stage.todo(&stage.manager).is_empty());
    stage.does(&stage.groundsman, id, "order", "属实");
}

#[test]
fn reminders_come_from_those_who_wait_and_not_too_often() {
    let stage = Stage::new();
    let id = stage.reported();
    let turn = stage.turn(id).task;
    let own = conflict(&stage, &stage.groundsman, turn, TurnAct::Remind);
    assert!(own.contains("就在您手里"), "{own}");
    stage.on_turn(&stage.member, turn, TurnAct::Remind);
    let refused = refusal(stage.try_turn(&stage.member, turn, TurnAct::Remind));
    assert_eq!(refused.reason, Reason::TooMany);
    assert_eq!(stage.turn(id).reminded, 1);
    let later = kernel::Moment(stage.house.app.now().0 + REMIND_HOURS_MIN * 3_600_000_000);
    stage.house.clock.set(later);
    stage.on_turn(&stage.member, turn, TurnAct::Remind);
    let page = stage.house.app.todo(&stage.groundsman, Tab::Todo, 0);
    assert_eq!(page.expect("a page").rows[0].reminded, 2);
    stage.does(&stage.groundsman, id, "order", "属实");
    conflict(&stage, &stage.member, turn, TurnAct::Remind);
}

#[test]
fn a_copy_is_sent_to_whoever_may_see_the_matter() {
    let stage = Stage::new();
    let id = stage.reported();
    let turn = stage.turn(id).task;
    let copy = |to: &Actor| TurnAct::Copy { to: to.account };
    stage.on_turn(&stage.groundsman, turn, copy(&stage.chair));
    assert_eq!(stage.tab(&stage.chair, Tab::Copies), [id]);
    let auditor = stage.house.as_role("auditor");
    conflict(&stage, &stage.groundsman, turn, copy(&auditor));
    // Others' copies hinder nobody.
    stage.does(&stage.groundsman, id, "order", "属实");
    assert_eq!(stage.tab(&stage.chair, Tab::Copies), [id]);
}

#[test]
fn nobody_is_offered_a_copy_of_what_he_may_not_see_as_it_stands() {
    let stage = Stage::new();
    let coach = stage.house.as_role("coach");
    let id = stage.draft_by(&coach);
    let turn = stage.turn(id).task;
    let mut texts = club_texts();
    for file in club_texts().files() {
        let (all, some) = (
            "chair      = { may = [\"see\"], within = \"all\" }",
            "chair      = { may = [\"see\"], within = \"all\", where = 'state != draft' }",
        );
        if file.path.ends_with("repair.toml") {
            assert!(file.content.contains(all));
            let content = file.content.replace(all, some);
            texts = texts.with_text(&file.path, Origin::Tenant, &content);
        }
    }
    let app = stage.house.anew_by(&texts, club_hooks());
    let copy = |to: &Actor| {
        let to = to.account;
        app.act_on_turn(&coach, turn, &TurnAct::Copy { to })
    };
    let offered = app.turn_candidates(&coach, turn, TurnWord::Copy);
    let offered: Vec<_> = offered
        .expect("offered")
        .iter()
        .map(|c| c.account)
        .collect();
    assert!(!offered.contains(&stage.chair.account));
    assert!(offered.contains(&stage.treasurer.account));
    assert_eq!(refusal(copy(&stage.chair)).reason, Reason::Conflict);
    copy(&stage.treasurer).expect("copied");
}

#[test]
fn a_matter_out_of_sight_gives_nothing_away() {
    let stage = Stage::new();
    let id = stage.reported();
    let turn = stage.turn(id).task;
    let auditor = stage.house.as_role("auditor");
    for act in [TurnAct::Claim, TurnAct::Remind] {
        let refused = refusal(stage.try_turn(&auditor, turn, act));
        assert_eq!(refused.reason, Reason::NotFound);
    }
    let app = &stage.house.app;
    let refused = refusal(app.matter(&auditor, stage.register, id));
    assert_eq!(refused.reason, Reason::NotFound);
    let refused = refusal(app.turn_candidates(&auditor, turn, TurnWord::Transfer));
    assert_eq!(refused.reason, Reason::NotFound);
}

#[test]
fn what_may_be_done_is_what_would_not_be_refused() {
    let stage = Stage::new();
    let second = stage.house.person("second", "groundsman", None);
    let id = stage.reported();
    let acts = |who: &Actor| {
        let matter = stage.matter_for(who, id);
        let turn = matter.open_turns().next().expect("a turn").clone();
        turn.acts.iter().map(|act| act.word()).collect::<Vec<_>>()
    };
    assert_eq!(
        acts(&stage.groundsman),
        ["claim", "transfer", "delegate", "copy"]
    );
    assert_eq!(acts(&stage.member), ["remind"]);
    stage.on_turn(&second, stage.turn(id).task, TurnAct::Claim);
    assert_eq!(acts(&stage.groundsman), ["remind", "copy"]);
    assert_eq!(acts(&second), ["release", "transfer", "delegate", "copy"]);
    let app = &stage.house.app;
    let whom = app.turn_candidates(&second, stage.turn(id).task, TurnWord::Transfer);
    let whom: Vec<Id> = whom.expect("people").iter().map(|c| c.account).collect();
    assert_eq!(whom, [stage.groundsman.account]);
}

/// A reminder that nobody would read is refused, with what to do about it; and the page that everybody
/// may follow still names the unit.
#[test]
fn nobody_is_reminded_where_nobody_works() {
    let stage = Stage::new();
    let id = stage.reported();
    let (accounts, operator) = (stage.house.register("house.account"), Actor::operator());
    let seen = stage
        .house
        .app
        .record(&operator, accounts, stage.groundsman.account, None);
    let version = seen.expect("the account").0.version;
    let words = kernel::Words {
        reason: Some("离职"),
        ..kernel::Words::default()
    };
    let (who, none) = (stage.groundsman.account, Vec::new());
    let locked = stage
        .house
        .app
        .act(&operator, accounts, who, version, "lock", &none, words);
    locked.expect("locked");
    let gone = conflict(&stage, &stage.member, stage.turn(id).task, TurnAct::Remind);
    assert!(
        gone.contains("没有人在岗") && gone.contains("系统管理员"),
        "{gone}"
    );
    // The next report finds nobody from the beginning.
    let second = stage.reported();
    let turn = stage.turn(second);
    assert!(turn.nobody && !turn.acts.contains(&app::TurnWord::Remind));
    for id in [id, second] {
        let number = stage.matter(id).public_no;
        let told = stage.house.app.progress_public(&number).expect("found");
        let waits = told.steps.iter().find(|step| step.ended_at.is_none());
        let units = &waits.expect("a step that waits").units;
        assert_eq!(*units, [kernel::Said::same("测试局")]);
    }
}
