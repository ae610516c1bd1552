//! Where a matter stands, for people inside, for the enterprise, for everybody.

use app::MatterStanding;
use kernel::{Actor, Grade, Reason};

use super::{Stage, refusal};

#[test]
fn people_inside_are_told_names_and_the_reporter_is_told_roles() {
    let stage = Stage::new();
    let id = stage.mending();
    let inside = stage.matter_for(&stage.manager, id);
    let done = &inside.steps[1].turns[0];
    assert_eq!(done.person.as_deref(), Some("测试员"));
    assert_eq!(done.unit.as_deref(), Some("测试局"));
    let outside = stage.matter_for(&stage.member, id);
    assert_eq!(outside.steps.len(), 3);
    assert!(
        outside
            .steps
            .iter()
            .flat_map(|s| &s.turns)
            .all(|turn| turn.person.is_none())
    );
    assert_eq!(outside.steps[2].turns[0].roles[0].zh, "场地员");
    assert!(!outside.is_mine());
    assert!(stage.matter_for(&stage.groundsman, id).is_mine());
    assert!(!outside.flow_changed);
}

#[test]
fn what_the_owner_did_is_told_as_his_and_not_as_the_bureaus() {
    let stage = Stage::new();
    let id = stage.mending();
    let began = |who: &Actor| {
        let matter = stage.matter_for(who, id);
        matter.steps[0].turns[0].unit.clone()
    };
    // The account of the member is kept at the bureau; his step is his own.
    assert_eq!(began(&stage.manager).as_deref(), Some("张三"));
    assert_eq!(
        began(&stage.treasurer).as_deref(),
        Some("企业"),
        "may not see him"
    );
    let posts = |who: &Actor| {
        let history = stage.house.app.history(who, stage.register, id, None);
        let (history, _) = history.expect("seen");
        history.iter().map(|e| e.post.clone()).collect::<Vec<_>>()
    };
    let text = |post: &str| Some(post.to_owned());
    let bureaus = text("场地员 · 测试局");
    let told = |owner: &str| vec![bureaus.clone(), text(owner), text(owner)];
    assert_eq!(posts(&stage.manager), told("会员 · 张三"));
    assert_eq!(posts(&stage.treasurer), told("会员 · 企业"));
    // Everybody is told that the step was an enterprise's, and not whose.
    let id = stage.reported();
    stage.does(&stage.groundsman, id, "ask", "请补照片");
    stage.does(&stage.member, id, "report", "");
    let number = stage.matter(id).public_no;
    let told = stage.house.app.progress_public(&number).expect("found");
    let units: Vec<_> = told.steps.iter().map(|step| &*step.units[0].zh).collect();
    assert_eq!(units, ["测试局", "企业", "测试局"]);
}

#[test]
fn each_step_tells_limit_time_left_and_lamp() {
    let stage = Stage::new();
    let id = stage.reported();
    let look = |day: &str| {
        stage.house.today(day);
        let step = stage.matter(id).steps.pop().expect("a step");
        (step.days_left, step.overdue_days, step.lamp)
    };
    assert_eq!(look("2027-03-01"), (Some(3), 0, Grade::Green));
    assert_eq!(look("2027-03-02"), (Some(2), 0, Grade::Yellow));
    assert_eq!(look("2027-03-04"), (Some(0), 0, Grade::Red));
    assert_eq!(look("2027-03-05"), (None, 1, Grade::Expired));
}

#[test]
fn everybody_follows_by_the_public_number_without_any_person() {
    let stage = Stage::new();
    let id = stage.mending();
    let number = stage.matter(id).public_no;
    let app = &stage.house.app;
    let spaced = format!(" {} {} ", &number[..8], &number[8..].to_lowercase());
    let told = app.progress_public(&spaced).expect("found");
    assert_eq!(told.public_no, number);
    assert_eq!(told.standing, MatterStanding::Running);
    let labels: Vec<&str> = told.steps.iter().map(|step| &*step.label.zh).collect();
    // The draft is not shown.
    assert_eq!(labels, ["已报修", "维修中"]);
    assert_eq!(told.steps[0].units, [kernel::Said::same("测试局")]);
    assert_eq!(told.clocks[0].title.zh, "报修办理期限");
    let text = format!("{told:?}");
    for hidden in [
        "张三",
        "测试员",
        "13800138000",
        "一号场",
        "网断了",
        "情况属实",
        &id.to_string(),
    ] {
        assert!(!text.contains(hidden), "{hidden} in {text}");
    }
    for wrong in ["", "0000000000000000", "' OR 1=1 --xxxxx", &number[..15]] {
        let refused = refusal(app.progress_public(wrong));
        assert_eq!(refused.reason, Reason::NotFound);
    }
}

#[test]
fn a_reason_for_an_extension_is_not_told_to_everybody() {
    let stage = Stage::new();
    let id = stage.reported();
    stage.does(&stage.groundsman, id, "extend", "王五住院");
    let number = stage.matter(id).public_no;
    let told = stage.house.app.progress_public(&number).expect("found");
    assert!(told.clocks[0].extension.is_some());
    assert!(!format!("{told:?}").contains("王五"));
}

#[test]
fn the_end_is_told_by_the_label_of_the_state() {
    let stage = Stage::new();
    let id = stage.reported();
    stage.does(&stage.groundsman, id, "refuse", "不属实");
    let number = stage.matter(id).public_no;
    let told = stage.house.app.progress_public(&number).expect("found");
    assert_eq!(told.standing, MatterStanding::Void);
    assert_eq!(told.ended_as.expect("an end").zh, "不予维修");
}

#[test]
fn what_is_no_flow_has_no_matter() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let court = stage.house.register("tennis_club.court");
    let none = app.matter(&Actor::operator(), court, stage.court);
    assert!(none.expect("an answer").is_none());
    let refused = refusal(app.undo_act(&stage.manager, court, stage.court));
    assert_eq!(refused.reason, Reason::NotFound);
}

#[test]
fn whom_the_bureau_asks_besides_is_not_told_to_the_reporter() {
    let stage = Stage::new();
    let id = stage.reported();
    let help = app::TurnAct::Delegate {
        to: stage.manager.account,
        reason: "看看是否故意损坏".to_owned(),
    };
    stage.on_turn(&stage.groundsman, stage.turn(id).task, help);
    let inside = stage.matter_for(&stage.chair, id);
    assert_eq!(inside.steps[1].turns.len(), 2);
    let outside = stage.matter_for(&stage.member, id);
    assert_eq!(outside.steps[1].turns.len(), 1);
    assert!(!format!("{outside:?}").contains("故意损坏"));
}
