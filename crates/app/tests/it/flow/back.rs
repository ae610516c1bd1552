//! Returns (退回): to the maker, to the step before, to one of those the matter went through.

use kernel::{Actor, Id, Reason, Words};
use testkit::input;

use super::course::verified;
use super::{Stage, refusal, roles};

fn back_to(stage: &Stage, who: &Actor, id: Id, to: Option<&str>) -> app::Outcome<app::Saved> {
    let words = Words {
        reason: Some("请重做"),
        opinion: None,
        back_to: to,
    };
    let app = &stage.house.app;
    let version = stage.version(id);
    app.act(
        who,
        stage.register,
        id,
        version,
        "back_to",
        &input(&[]),
        words,
    )
}

#[test]
fn a_returned_report_is_its_makers_again_and_goes_on_from_there() {
    let stage = Stage::new();
    let id = stage.reported();
    let silent = stage.refused(&stage.groundsman, id, "ask", "");
    assert_eq!(silent.blames[0].pointer, "/reason");
    stage.does(&stage.groundsman, id, "ask", "请写明哪片网");
    assert_eq!(stage.todo(&stage.member), [id]);
    assert_eq!(roles(&stage.turn(id)), ["经办人"]);
    stage.does(&stage.member, id, "report", "");
    assert_eq!(stage.todo(&stage.groundsman), [id]);
    assert_eq!(stage.matter(id).steps.len(), 4);
    verified(&stage);
}

#[test]
fn back_by_a_step_goes_where_it_came_from() {
    let stage = Stage::new();
    let id = stage.mending();
    stage.does(&stage.groundsman, id, "back", "派错了");
    assert_eq!(stage.state(id), "reported");
    assert_eq!(roles(&stage.turn(id)), ["场地员"]);
    assert_eq!(stage.matter(id).steps.len(), 4);
}

#[test]
fn back_to_any_step_goes_to_the_one_named_if_the_matter_was_there() {
    let stage = Stage::new();
    let id = stage.signing();
    let never = refusal(back_to(&stage, &stage.chair, id, Some("returned")));
    assert_eq!(never.reason, Reason::Conflict);
    let unknown = refusal(back_to(&stage, &stage.chair, id, Some("nowhere")));
    assert_eq!(unknown.reason, Reason::Conflict);
    back_to(&stage, &stage.chair, id, Some("reported")).expect("sent back");
    assert_eq!(stage.state(id), "reported");
    assert_eq!(stage.todo(&stage.groundsman), [id]);
    assert!(stage.todo(&stage.treasurer).is_empty());
    // Without a name it goes back by one.
    let id = stage.signing();
    back_to(&stage, &stage.chair, id, None).expect("sent back");
    assert_eq!(stage.state(id), "checking");
    verified(&stage);
}

#[test]
fn a_step_back_from_a_step_that_was_returned_to_goes_further_back() {
    let stage = Stage::new();
    let id = stage.mending();
    stage.does(&stage.groundsman, id, "back", "派错了");
    stage.does(&stage.groundsman, id, "order", "属实");
    stage.does(&stage.groundsman, id, "back", "又派错了");
    assert_eq!(stage.state(id), "reported");
}
