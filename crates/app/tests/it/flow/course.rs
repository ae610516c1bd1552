//! From draft to payment: matter, turns, marks of reading, history and ledger.

use app::{MatterStanding, Tab};
use kernel::flow::TaskKind;
use kernel::{Actor, Reason, Value};

use super::{REPAIR, Stage, roles};

#[test]
fn a_new_record_begins_a_matter_on_its_makers_desk() {
    let stage = Stage::new();
    let id = stage.draft();
    let matter = stage.matter(id);
    assert_eq!(matter.standing, MatterStanding::Running);
    assert_eq!(matter.public_no.len(), 16);
    assert!(
        matter
            .public_no
            .bytes()
            .all(|b| b.is_ascii_digit() || b.is_ascii_uppercase())
    );
    let turn = stage.turn(id);
    assert_eq!(roles(&turn), ["经办人"]);
    assert!(turn.claimed && !turn.nobody);
    assert_eq!(stage.todo(&stage.member), [id]);
    assert_eq!(stage.tab(&stage.member, Tab::Started), [id]);
    assert!(stage.todo(&stage.groundsman).is_empty());
    let other = stage.draft();
    assert_ne!(stage.matter(other).public_no, matter.public_no);
}

#[test]
fn a_report_lies_in_the_pool_of_the_nearest_groundsmen() {
    let stage = Stage::new();
    let id = stage.reported();
    let turn = stage.turn(id);
    assert_eq!(roles(&turn), ["场地员"]);
    assert_eq!(turn.unit.as_deref(), Some("测试局"));
    assert!(!turn.claimed);
    assert_eq!(stage.todo(&stage.groundsman), [id]);
    let second = stage.house.person("second", "groundsman", None);
    assert_eq!(stage.todo(&second), [id]);
    assert!(stage.todo(&stage.member).is_empty());
    assert_eq!(stage.tab(&stage.member, Tab::Done), [id]);
    // Three working days from Monday morning: Thursday is the last, Friday 0:00 is too late.
    assert_eq!(
        turn.due_at.expect("a limit").local_date().to_string(),
        "2027-03-05"
    );
}

#[test]
fn without_anybody_the_turn_is_nobodys() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let id = stage.draft();
    let accounts = stage.house.register("house.account");
    let (record, _) = app
        .record(&Actor::operator(), accounts, stage.groundsman.account, None)
        .expect("the account");
    app.act(
        &Actor::operator(),
        accounts,
        record.id,
        record.version,
        "lock",
        &Vec::new(),
        kernel::Words {
            reason: Some("离职"),
            ..Default::default()
        },
    )
    .expect("locked");
    stage.does(&stage.member, id, "report", "");
    assert!(stage.turn(id).nobody);
}

#[test]
fn the_whole_way_ends_with_no_open_turn_and_all_of_it_written_down() {
    let stage = Stage::new();
    let id = stage.signing();
    stage.does(&stage.treasurer, id, "agree", "同意");
    assert_eq!(stage.state(id), "signing");
    stage.does(&stage.chair, id, "agree", "同意");
    assert_eq!(stage.state(id), "mended");
    let matter = stage.matter(id);
    assert_eq!(matter.standing, MatterStanding::Ended);
    assert!(matter.ended_at.is_some());
    assert!(stage.open(id).is_empty());
    let labels: Vec<&str> = matter.steps.iter().map(|step| &*step.label.zh).collect();
    assert_eq!(labels, ["填写中", "已报修", "维修中", "依次验收", "会签"]);
    let outcomes: Vec<String> = matter
        .steps
        .iter()
        .map(|step| step.outcome.clone().expect("an outcome").zh.to_string())
        .collect();
    assert_eq!(outcomes, ["报修", "派修", "报完工", "验收合格", "同意支付"]);
    let tasks = stage.all("house.task");
    // One for each voice, and a copy for the manager.
    assert_eq!(tasks.len(), 8);
    for task in tasks {
        let acts = stage.acts_of("house.task", task.id);
        assert_eq!(acts.last().map(String::as_str), Some("create"), "{acts:?}");
    }
    let clock = stage.all("house.clock");
    assert_eq!(clock.len(), 1);
    let acts = stage.acts_of("house.clock", clock[0].id);
    assert_eq!(acts, ["end", "resume", "pause", "create"]);
    verified(&stage);
}

#[test]
fn every_act_stands_in_the_history_of_record_and_turn() {
    let stage = Stage::new();
    let id = stage.mending();
    assert_eq!(stage.acts_of(REPAIR, id), ["order", "report", "create"]);
    let steps = stage.matter(id).steps;
    let done = &steps[1].turns[0];
    assert_eq!(done.said.as_deref(), Some("情况属实"));
    assert_eq!(stage.acts_of("house.task", done.task), ["close", "create"]);
    let doer = stage.house_value("house.task", done.task, "doer");
    assert_eq!(doer, Value::Id(stage.groundsman.account));
    verified(&stage);
}

#[test]
fn opening_the_record_marks_ones_turn_as_read() {
    let stage = Stage::new();
    let id = stage.reported();
    let app = &stage.house.app;
    let is_new = |who: &Actor| app.todo(who, Tab::Todo, 0).expect("a page").rows[0].is_new;
    assert!(is_new(&stage.groundsman));
    // Whoever looks without having the turn reads nothing.
    app.record_page(&stage.manager, stage.register, id, None)
        .expect("a page");
    assert!(is_new(&stage.groundsman));
    app.record_page(&stage.groundsman, stage.register, id, None)
        .expect("a page");
    assert!(!is_new(&stage.groundsman));
    let second = stage.house.person("second", "groundsman", None);
    assert!(is_new(&second));
}

#[test]
fn what_is_unread_may_be_withdrawn_and_what_is_read_not() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let id = stage.reported();
    // The reporter's own look does not count.
    app.record_page(&stage.member, stage.register, id, None)
        .expect("a page");
    stage.does(&stage.member, id, "withdraw", "");
    let matter = stage.matter(id);
    assert_eq!(matter.standing, MatterStanding::Void);
    assert!(stage.open(id).is_empty());
    assert!(stage.todo(&stage.groundsman).is_empty());

    let id = stage.reported();
    app.record(&stage.groundsman, stage.register, id, None)
        .expect("the record");
    let refused = stage.refused(&stage.member, id, "withdraw", "");
    assert_eq!(refused.reason, Reason::Conflict);
    assert!(refused.message.zh.contains("不能撤回"), "{refused}");
}

#[test]
fn only_the_maker_reports_and_withdraws() {
    let stage = Stage::new();
    let coach = stage.house.as_role("coach");
    let id = stage.draft();
    assert_eq!(
        stage.refused(&coach, id, "report", "").reason,
        Reason::Forbidden
    );
    let theirs = stage.draft_by(&coach);
    stage.does(&coach, theirs, "report", "");
    let refused = stage.refused(&stage.member, theirs, "withdraw", "");
    assert_eq!(refused.reason, Reason::Forbidden);
}

#[test]
fn copies_go_to_the_roles_that_the_action_names_and_are_acknowledged() {
    let stage = Stage::new();
    let id = stage.mending();
    assert_eq!(stage.tab(&stage.manager, Tab::Copies), [id]);
    assert!(stage.todo(&stage.manager).is_empty());
    let counts = stage.house.app.todo_counts(&stage.manager).expect("counts");
    assert_eq!(counts.copies, app::Count::Exactly(1));
    let copy = stage.beside(id, TaskKind::Copy);
    stage.on_turn(&stage.manager, copy.task, app::TurnAct::Acknowledge);
    assert!(stage.tab(&stage.manager, Tab::Copies).is_empty());
    assert_eq!(stage.state(id), "mending");
}

#[test]
fn an_act_with_legal_effect_needs_a_fresh_proof() {
    let stage = Stage::new();
    let id = stage.reported();
    let stale = Actor {
        freshness: kernel::Freshness::Never,
        ..stage.groundsman.clone()
    };
    let refused = stage.refused(&stale, id, "refuse", "不属实");
    assert_eq!(refused.reason, Reason::Unproved);
    stage.does(&stage.groundsman, id, "refuse", "不属实");
    assert_eq!(stage.matter(id).standing, MatterStanding::Void);
}

/// The ledger of the stage's house is whole, and every computed value is as it would be computed.
pub fn verified(stage: &Stage) {
    let report = store::verify(stage.house.path(), &[], &[]).expect("verified");
    assert!(report.is_whole(), "{:?}", report.faults);
}
