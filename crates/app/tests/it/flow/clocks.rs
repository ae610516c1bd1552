//! Clocks of law over a matter: start, standstill, going on, one extension, end.

use kernel::{Grade, Reason, Value};

use super::{Stage, refusal};

fn due(stage: &Stage, id: kernel::Id) -> Option<String> {
    let clocks = stage.matter(id).clocks;
    assert_eq!(clocks.len(), 1);
    clocks[0].due_at.map(|due| due.local_date().to_string())
}

#[test]
fn a_draft_has_no_clock_and_a_report_starts_it() {
    let stage = Stage::new();
    let id = stage.draft();
    assert!(stage.matter(id).clocks.is_empty());
    stage.does(&stage.member, id, "report", "");
    // Twenty working days after 1 March 2027: the 29th is the last day.
    assert_eq!(due(&stage, id).as_deref(), Some("2027-03-30"));
    let clock = &stage.matter(id).clocks[0];
    assert_eq!(clock.title.zh, "报修办理期限");
    assert_eq!(clock.limit.zh, "20 个工作日");
    assert_eq!(
        clock.promised.as_ref().expect("a promise").zh,
        "10 个工作日"
    );
    let promised = clock.promised_until.expect("a promise").local_date();
    assert_eq!(promised.to_string(), "2027-03-16");
    assert!(clock.provisional, "the calendar of 2027 is not published");
    assert_eq!(clock.sheet.len(), 29);
    assert!(!clock.sheet[0].counts && clock.sheet[1].counts);
    assert!(clock.sheet.last().expect("a day").last);
    assert_eq!(clock.sheet.iter().filter(|day| day.counts).count(), 20);
}

#[test]
fn while_a_third_party_mends_the_clock_stands_still() {
    let stage = Stage::new();
    let id = stage.reported();
    stage.house.today("2027-03-03");
    stage.does(&stage.groundsman, id, "order", "属实");
    let clock = &stage.matter(id).clocks[0];
    assert!(clock.stands_still.is_some());
    assert_eq!((clock.due_at, clock.lamp), (None, Grade::NotApplicable));
    stage.house.today("2027-03-17");
    let done = [("cost", "120"), ("mended", "2027-03-16")];
    stage
        .act(&stage.groundsman, id, "finish", &done, "")
        .expect("finished");
    // Ten working days stood still.
    assert_eq!(due(&stage, id).as_deref(), Some("2027-04-13"));
    let clock = &stage.matter(id).clocks[0];
    assert_eq!(clock.pauses.len(), 1);
    assert!(clock.stands_still.is_none() && clock.pauses[0].until.is_some());
    let record = stage.all("house.clock")[0].id;
    assert_eq!(
        stage.acts_of("house.clock", record),
        ["resume", "pause", "create"]
    );
}

#[test]
fn a_limit_is_extended_once_with_its_reason_and_before_it_ends() {
    let stage = Stage::new();
    let id = stage.reported();
    let silent = stage.refused(&stage.groundsman, id, "extend", "");
    assert_eq!(silent.blames[0].pointer, "/reason");
    stage.does(&stage.groundsman, id, "extend", "零件要订货");
    assert_eq!(stage.state(id), "reported");
    assert_eq!(due(&stage, id).as_deref(), Some("2027-04-13"));
    let again = stage.refused(&stage.groundsman, id, "extend", "还要等");
    assert!(again.message.zh.contains("一次"), "{again}");
    let clock = &stage.matter(id).clocks[0];
    let extension = clock.extension.as_ref().expect("an extension");
    assert_eq!(extension.reason, "零件要订货");
    assert_eq!(extension.by.zh, "10 个工作日");

    let late = stage.reported();
    stage.house.today("2027-06-01");
    let refused = stage.refused(&stage.groundsman, late, "extend", "来不及");
    assert!(refused.message.zh.contains("届满之前"), "{refused}");
}

#[test]
fn an_extension_while_the_clock_stands_still_leaves_it_standing() {
    let stage = Stage::new();
    let id = stage.mending();
    stage.does(&stage.groundsman, id, "extend", "零件要订货");
    let clock = &stage.matter(id).clocks[0];
    assert!(clock.stands_still.is_some());
    let record = stage.all("house.clock")[0].clone();
    let def = stage.house.app.catalogue().at(record.register);
    let state = record.state.map(|state| def.states[state.0].name.as_str());
    assert_eq!(state, Some("paused"));
}

#[test]
fn the_clock_ends_with_the_decision_and_an_overdue_step_says_by_how_much() {
    let stage = Stage::new();
    let id = stage.reported();
    stage.house.today("2027-03-09");
    let matter = stage.matter(id);
    let step = matter.steps.last().expect("a step");
    // Due on the 4th; the 5th, 8th and 9th are working days.
    assert_eq!(
        (step.late, step.overdue_days, step.lamp),
        (true, 3, Grade::Expired)
    );
    let counts = stage
        .house
        .app
        .todo_counts(&stage.groundsman)
        .expect("counts");
    assert_eq!(counts.overdue, app::Count::Exactly(1));
    stage.does(&stage.groundsman, id, "refuse", "不属实");
    let matter = stage.matter(id);
    assert!(matter.clocks[0].ended_at.is_some());
    assert_eq!(matter.clocks[0].lamp, Grade::Green);
    assert_eq!(matter.steps[1].overdue_days, 3);
    // A day later the delay of what has ended grows no more.
    stage.house.today("2027-05-10");
    let matter = stage.matter(id);
    assert_eq!(matter.steps[1].overdue_days, 3);
    assert!(!matter.clocks[0].late);
}

#[test]
fn the_house_keeps_flows_by_itself_and_nobody_writes_in_them() {
    let stage = Stage::new();
    let id = stage.reported();
    let turn = stage.turn(id);
    let register = stage.house.register("house.task");
    let app = &stage.house.app;
    let input = testkit::input(&[("outcome", "done")]);
    for who in [
        &stage.groundsman,
        &stage.manager,
        &stage.house.as_role("sys_admin"),
    ] {
        let refused = refusal(app.edit(who, register, turn.task, turn.version, &input));
        assert!(matches!(
            refused.reason,
            Reason::Forbidden | Reason::NotFound
        ));
        let close = app.act(
            who,
            register,
            turn.task,
            turn.version,
            "close",
            &Vec::new(),
            kernel::Words::default(),
        );
        let refused = refusal(close);
        assert!(matches!(
            refused.reason,
            Reason::Forbidden | Reason::NotFound
        ));
    }
    let outcome = stage.house_value("house.task", turn.task, "outcome");
    assert_eq!(outcome, Value::Null);
}
