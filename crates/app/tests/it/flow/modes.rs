//! Signing together (会签), in turn (依次), with more (加签) or fewer (减签), and that the maker is never the approver.

use app::TurnAct;
use kernel::flow::TaskKind;
use kernel::{Actor, Reason};

use super::course::verified;
use super::{Stage, refusal, roles};

fn add(to: &Actor) -> TurnAct {
    TurnAct::AddSigner {
        to: to.account,
        reason: "请一并把关".to_owned(),
    }
}

#[test]
fn in_turn_the_next_is_asked_when_the_one_before_has_agreed() {
    let stage = Stage::new();
    let id = stage.checking();
    assert_eq!(roles(&stage.turn(id)), ["场地员"]);
    let early = stage.refused(&stage.manager, id, "accept", "合格");
    assert_eq!(early.reason, Reason::Conflict);
    stage.does(&stage.groundsman, id, "accept", "合格");
    assert_eq!(stage.state(id), "checking");
    assert_eq!(roles(&stage.turn(id)), ["俱乐部经理"]);
    assert_eq!(stage.todo(&stage.manager), [id]);
    stage.refused(&stage.groundsman, id, "accept", "合格");
    stage.does(&stage.manager, id, "accept", "合格");
    assert_eq!(stage.state(id), "signing");
    verified(&stage);
}

#[test]
fn all_must_sign_in_any_order_and_each_once() {
    let stage = Stage::new();
    let id = stage.signing();
    assert_eq!(stage.open(id).len(), 2);
    assert_eq!(stage.todo(&stage.chair), [id]);
    assert_eq!(stage.todo(&stage.treasurer), [id]);
    stage.does(&stage.chair, id, "agree", "同意");
    assert_eq!(stage.state(id), "signing");
    let again = stage.refused(&stage.chair, id, "agree", "同意");
    assert_eq!(again.reason, Reason::Conflict);
    assert!(stage.todo(&stage.chair).is_empty());
    stage.does(&stage.treasurer, id, "agree", "同意");
    assert_eq!(stage.state(id), "mended");
}

#[test]
fn a_signer_who_sends_back_ends_the_step_for_all() {
    let stage = Stage::new();
    let id = stage.signing();
    stage.does(&stage.treasurer, id, "agree", "同意");
    stage.does(&stage.chair, id, "back", "金额不对");
    assert_eq!(stage.state(id), "checking");
    // In order again, from the first.
    assert_eq!(roles(&stage.turn(id)), ["场地员"]);
    assert!(stage.todo(&stage.treasurer).is_empty());
    stage.does(&stage.groundsman, id, "accept", "合格");
    stage.does(&stage.manager, id, "accept", "合格");
    // The treasurer's voice counts for the step in which it was given.
    assert_eq!(stage.open(id).len(), 2);
    verified(&stage);
}

#[test]
fn an_added_signer_must_be_heard_unless_he_is_dropped() {
    let stage = Stage::new();
    let id = stage.signing();
    let turns = stage.open(id);
    let treasurers = turns
        .iter()
        .find(|turn| roles(turn) == ["财务"])
        .expect("the treasurer's turn")
        .task;
    let second = stage.house.person("second_chair", "chair", None);
    stage.on_turn(&stage.treasurer, treasurers, add(&second));
    let refused = refusal(stage.try_turn(&stage.treasurer, treasurers, add(&second)));
    assert!(refused.message.zh.contains("已经在会签人里"), "{refused}");
    stage.does(&stage.treasurer, id, "agree", "同意");
    stage.does(&stage.chair, id, "agree", "同意");
    assert_eq!(stage.state(id), "signing");
    let added = stage.turn(id);
    assert_eq!(added.asked.as_deref(), Some("请一并把关"));
    let not_his = refusal(stage.try_turn(&stage.chair, added.task, TurnAct::DropSigner));
    assert_eq!(not_his.reason, Reason::Conflict);
    stage.does(&second, id, "agree", "同意");
    assert_eq!(stage.state(id), "mended");
}

#[test]
fn dropping_the_last_voice_ends_the_step_like_his_agreement() {
    let stage = Stage::new();
    let id = stage.signing();
    let first = stage.open(id)[0].task;
    let (who, other) = match stage.open(id)[0].roles[0].zh.as_ref() {
        "财务" => (&stage.treasurer, &stage.chair),
        _ => (&stage.chair, &stage.treasurer),
    };
    let second = stage.house.person("second_chair", "chair", None);
    stage.on_turn(who, first, add(&second));
    stage.does(other, id, "agree", "同意");
    let added = stage
        .open(id)
        .into_iter()
        .find(|turn| turn.asked.is_some())
        .expect("the added voice");
    stage.on_turn(who, added.task, TurnAct::DropSigner);
    assert!(stage.todo(&second).is_empty());
    stage.does(who, id, "agree", "同意");
    assert_eq!(stage.state(id), "mended");
}

#[test]
fn nobody_drops_a_signer_when_only_that_voice_is_left() {
    let stage = Stage::new();
    let id = stage.signing();
    let turn = stage
        .open(id)
        .into_iter()
        .find(|turn| roles(turn) == ["财务"])
        .expect("the treasurer's turn");
    let second = stage.house.person("second_chair", "chair", None);
    stage.on_turn(&stage.treasurer, turn.task, add(&second));
    stage.does(&stage.treasurer, id, "agree", "同意");
    stage.does(&stage.chair, id, "agree", "同意");
    let last = stage.turn(id).task;
    // All others have agreed: to drop it would leave a matter that nobody can move.
    let refused = refusal(stage.try_turn(&stage.treasurer, last, TurnAct::DropSigner));
    assert_eq!(refused.reason, Reason::Conflict);
    assert_eq!(stage.turn(id).task, last);
}

#[test]
fn signers_are_added_only_where_several_sign() {
    let stage = Stage::new();
    let second = stage.house.person("second", "groundsman", None);
    let id = stage.reported();
    let refused = refusal(stage.try_turn(&stage.groundsman, stage.turn(id).task, add(&second)));
    assert!(refused.message.zh.contains("委派"), "{refused}");
}

#[test]
fn the_maker_never_approves_nor_does_who_stands_in_for_him() {
    let stage = Stage::new();
    let coach = stage.house.as_role("coach");
    let id = stage.draft_by(&coach);
    stage.does(&coach, id, "report", "");
    stage.does(&stage.groundsman, id, "order", "属实");
    let done = [("cost", "120"), ("mended", "2027-03-01")];
    stage
        .act(&stage.groundsman, id, "finish", &done, "")
        .expect("finished");
    stage.does(&stage.groundsman, id, "accept", "合格");
    stage.does(&stage.manager, id, "accept", "合格");
    // The maker was moved to the treasury meanwhile.
    let moved = Actor {
        power: kernel::Power::Role("treasurer".to_owned()),
        ..coach.clone()
    };
    let refused = stage.refused(&moved, id, "agree", "同意");
    assert_eq!(refused.reason, Reason::Forbidden);
    assert!(refused.message.zh.contains("经办人"), "{refused}");
    let stands_in = Actor {
        on_behalf: Some(coach.account),
        ..stage.treasurer.clone()
    };
    let refused = stage.refused(&stands_in, id, "agree", "同意");
    assert_eq!(refused.reason, Reason::Forbidden);
    stage.does(&stage.treasurer, id, "agree", "同意");
}

#[test]
fn who_stands_in_for_another_is_written_down_beside_him() {
    let stage = Stage::new();
    let second = stage.house.person("second", "groundsman", None);
    let id = stage.reported();
    stage.on_turn(&stage.groundsman, stage.turn(id).task, TurnAct::Claim);
    let stands_in = Actor {
        on_behalf: Some(stage.groundsman.account),
        ..second.clone()
    };
    assert_eq!(stage.todo(&stands_in), [id]);
    stage.does(&stands_in, id, "order", "属实");
    let task = stage.matter(id).steps[1].turns[0].task;
    let value = |field: &str| stage.house_value("house.task", task, field);
    assert_eq!(value("doer"), kernel::Value::Id(second.account));
    assert_eq!(
        value("on_behalf"),
        kernel::Value::Id(stage.groundsman.account)
    );
}

#[test]
fn a_turn_of_the_approver_is_not_handed_to_the_maker() {
    let stage = Stage::new();
    let chair2 = stage.house.person("second_chair", "chair", None);
    let id = stage.signing();
    let turn = stage
        .open(id)
        .into_iter()
        .find(|turn| roles(turn) == ["会长"] && turn.kind == TaskKind::Sign)
        .expect("the chair's turn");
    let hand = |to: &Actor| TurnAct::Transfer {
        to: to.account,
        reason: "请代签".to_owned(),
    };
    stage.on_turn(&stage.chair, turn.task, hand(&chair2));
    let treasurers = refusal(stage.try_turn(&chair2, turn.task, hand(&stage.treasurer)));
    assert_eq!(treasurers.reason, Reason::Conflict);
    stage.does(&chair2, id, "agree", "同意");
}
