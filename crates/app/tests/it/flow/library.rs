//! The stage-supervision library (环节监督库): each step with unit, post, begin, limit, end and delay, and no
//! way into it from outside.

use kernel::{Actor, Value};

use super::{Stage, refusal};

#[test]
fn a_step_says_unit_post_begin_limit_end_and_delay() {
    let stage = Stage::new();
    let id = stage.reported();
    let first = stage.turn(id).task;
    // Two working days beyond the limit of three.
    stage.house.today("2027-03-08");
    stage.does(&stage.groundsman, id, "order", "情况属实");
    let value = |field: &str| stage.house_value("house.task", first, field);
    let text = |word: &str| Value::Text(word.to_owned());
    assert_eq!(value("unit"), Value::Id(stage.house.unit()));
    assert_eq!(value("post"), text("groundsman"));
    assert_eq!(value("doer"), Value::Id(stage.groundsman.account));
    assert_eq!(value("time_limit"), text("3 workdays"));
    for moment in ["began_at", "due_at", "done_at"] {
        assert!(matches!(value(moment), Value::Moment(_)), "{moment}");
    }
    assert_eq!(value("outcome"), text("order"));
    assert_eq!(value("late_days"), Value::Int(2));
    // In time there is no delay, and none is written.
    let second = stage.turn(id).task;
    let done = [("cost", "120"), ("mended", "2027-03-08")];
    stage
        .act(&stage.groundsman, id, "finish", &done, "")
        .expect("finished");
    assert_eq!(
        stage.house_value("house.task", second, "late_days"),
        Value::Null
    );
}

/// The steps are written by flows alone: no way leads into them from outside.
#[test]
fn no_path_changes_a_step() {
    let stage = Stage::new();
    let id = stage.reported();
    let turn = stage.turn(id).task;
    let app = &stage.house.app;
    let tasks = stage.house.register("house.task");
    let def = app.catalogue().at(tasks);
    let input = testkit::input(&[("outcome", "order"), ("late_days", "0")]);
    let version = app
        .record(&Actor::operator(), tasks, turn, None)
        .expect("there")
        .0
        .version;
    let people = [&stage.groundsman, &stage.manager, &stage.chair];
    for who in people {
        refusal(app.edit(who, tasks, turn, version, &input));
        for action in &def.actions {
            let words = kernel::Words::default();
            refusal(app.act(
                who,
                tasks,
                turn,
                version,
                &action.name,
                &testkit::input(&[]),
                words,
            ));
        }
    }
    assert_eq!(
        app.record(&Actor::operator(), tasks, turn, None)
            .expect("there")
            .0
            .version,
        version
    );
}
