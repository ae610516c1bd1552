//! What may follow an act: taking it back for some seconds, and doing the same on many at once.

use app::{No, Tab, TurnAct, UNDO_SECONDS};
use kernel::{Id, Moment, Reason, Words};

use super::course::verified;
use super::{REPAIR, Stage, refusal, roles};

fn later(stage: &Stage, seconds: i64) {
    let now = stage.house.app.now();
    stage.house.clock.set(Moment(now.0 + seconds * 1_000_000));
}

#[test]
fn an_act_is_taken_back_and_the_turns_are_as_before() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let id = stage.reported();
    let turn = stage.turn(id).task;
    stage.on_turn(&stage.groundsman, turn, TurnAct::Claim);
    let before = stage.record(id).fields;
    later(&stage, 60);
    stage.does(&stage.groundsman, id, "order", "属实");
    assert_eq!(stage.tab(&stage.manager, Tab::Copies), [id]);
    let until = stage.matter_for(&stage.groundsman, id).undo_until;
    assert_eq!(until, Some(Moment(app.now().0 + UNDO_SECONDS * 1_000_000)));
    assert_eq!(stage.matter_for(&stage.manager, id).undo_until, None);
    later(&stage, UNDO_SECONDS - 1);
    app.undo_act(&stage.groundsman, stage.register, id)
        .expect("undone");
    assert_eq!(stage.state(id), "reported");
    assert_eq!(
        format!("{:?}", stage.record(id).fields),
        format!("{before:?}")
    );
    let again = stage.turn(id);
    assert_eq!(
        (again.task, again.claimed, again.done_at),
        (turn, true, None)
    );
    assert!(again.outcome.is_none());
    assert_eq!(stage.todo(&stage.groundsman), [id]);
    assert!(stage.tab(&stage.manager, Tab::Copies).is_empty());
    let clock = &stage.matter(id).clocks[0];
    assert!(clock.stands_still.is_none() && clock.pauses.is_empty());
    assert_eq!(
        clock.due_at.expect("due").local_date().to_string(),
        "2027-03-30"
    );
    assert_eq!(
        stage.acts_of(REPAIR, id),
        ["undo", "order", "report", "create"]
    );
    assert_eq!(
        stage.acts_of("house.task", turn),
        ["reopen", "close", "claim", "create"]
    );
    // Undoing is no act that could be undone.
    let twice = refusal(app.undo_act(&stage.groundsman, stage.register, id));
    assert_eq!(twice.reason, Reason::Conflict);
    stage.does(&stage.groundsman, id, "order", "属实");
    assert_eq!(stage.state(id), "mending");
    verified(&stage);
}

#[test]
fn the_end_of_a_matter_is_taken_back_with_its_clock() {
    let stage = Stage::new();
    let id = stage.reported();
    later(&stage, 60);
    stage.does(&stage.member, id, "withdraw", "");
    later(&stage, 1);
    stage
        .house
        .app
        .undo_act(&stage.member, stage.register, id)
        .expect("undone");
    let matter = stage.matter(id);
    assert_eq!(matter.standing, app::MatterStanding::Running);
    assert_eq!(matter.ended_at, None);
    assert_eq!(matter.clocks[0].ended_at, None);
    assert_eq!(stage.todo(&stage.groundsman), [id]);
    verified(&stage);
}

#[test]
fn a_voice_among_several_is_taken_back() {
    let stage = Stage::new();
    let id = stage.checking();
    later(&stage, 60);
    stage.does(&stage.groundsman, id, "accept", "合格");
    later(&stage, 1);
    let app = &stage.house.app;
    app.undo_act(&stage.groundsman, stage.register, id)
        .expect("undone");
    assert_eq!(roles(&stage.turn(id)), ["场地员"]);
    assert!(stage.todo(&stage.manager).is_empty());
    stage.does(&stage.groundsman, id, "accept", "合格");
    assert_eq!(roles(&stage.turn(id)), ["俱乐部经理"]);
    stage.does(&stage.manager, id, "accept", "合格");
    assert_eq!(stage.state(id), "signing");
    verified(&stage);
}

#[test]
fn too_late_or_anothers_or_legal_or_followed_is_not_taken_back() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let no = |who: &kernel::Actor, id: Id| {
        let refused = refusal(app.undo_act(who, stage.register, id));
        assert_eq!(refused.reason, Reason::Conflict);
        refused.message.zh.to_string()
    };
    let draft = stage.draft();
    no(&stage.member, draft);
    later(&stage, 60);
    stage.does(&stage.member, draft, "report", "");
    no(&stage.groundsman, draft);
    later(&stage, UNDO_SECONDS);
    assert!(no(&stage.member, draft).contains("10 秒"));

    later(&stage, 60);
    stage.does(&stage.groundsman, draft, "refuse", "不属实");
    assert!(no(&stage.groundsman, draft).contains("已经生效"));

    let followed = stage.draft();
    later(&stage, 60);
    stage.does(&stage.member, followed, "report", "");
    later(&stage, 1);
    stage.on_turn(&stage.groundsman, stage.turn(followed).task, TurnAct::Claim);
    assert!(no(&stage.member, followed).contains("接着办"));
    assert_eq!(stage.state(followed), "reported");
    verified(&stage);
}

#[test]
fn many_are_done_at_one_look_and_each_by_itself() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let (first, second, third) = (stage.reported(), stage.reported(), stage.reported());
    let colleague = stage.house.person("second", "groundsman", None);
    stage.on_turn(&colleague, stage.turn(third).task, TurnAct::Claim);
    let words = Words {
        opinion: Some("情况属实，派人维修"),
        ..Words::default()
    };
    let asked = [(first, 2), (second, 1), (third, 2)];
    let done = app
        .act_many(&stage.groundsman, stage.register, "order", &asked, words)
        .expect("a batch");
    let told: Vec<(Id, Option<Reason>)> = done
        .iter()
        .map(|(id, done)| match done {
            Ok(_) => (*id, None),
            Err(No::Refused(refusal)) => (*id, Some(refusal.reason)),
            Err(No::Broke(error)) => panic!("{error}"),
        })
        .collect();
    let stale = Some(Reason::Stale);
    let taken = Some(Reason::Conflict);
    assert_eq!(told, [(first, None), (second, stale), (third, taken)]);
    assert_eq!(stage.state(first), "mending");
    assert_eq!(stage.state(second), "reported");
}

#[test]
fn what_is_not_offered_for_batches_is_done_one_by_one() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let id = stage.reported();
    let one = [(id, 2)];
    let words = Words {
        reason: Some("不属实"),
        ..Words::default()
    };
    let refused = refusal(app.act_many(&stage.groundsman, stage.register, "refuse", &one, words));
    assert_eq!(refused.reason, Reason::Conflict);
    let many = vec![(id, 2); app::BATCH_MAX + 1];
    let refused = refusal(app.act_many(&stage.groundsman, stage.register, "order", &many, words));
    assert_eq!(refused.reason, Reason::TooLarge);
    let stale = kernel::Actor {
        freshness: kernel::Freshness::Never,
        ..stage.chair.clone()
    };
    let refused = refusal(app.act_many(&stale, stage.register, "agree", &one, words));
    assert_eq!(refused.reason, Reason::Unproved);
    assert_eq!(stage.state(id), "reported");
}
