//! A new calendar: imported day by day, put in force by a person, and every open limit counted anew.

use kernel::{Actor, Reason};
use testkit::TestApp;

use super::{Stage, refusal};

/// Two days off in March 2027, and a Sunday worked instead.
const DAYS: [(&str, &str); 3] = [
    ("2027-03-03", "law"),
    ("2027-03-04", "off"),
    ("2027-03-07", "work"),
];

pub fn import_days(house: &TestApp, days: &[(&str, &str)]) {
    let admin = house.as_role("sys_admin");
    for (day, kind) in days {
        let fields = [
            ("day", *day),
            ("kind", *kind),
            ("year", "2027"),
            ("title", "植树节"),
            ("english", "Arbor Day"),
            ("published", "2026-11-20"),
            ("source", "通知（样例）"),
        ];
        house
            .create(&admin, "house.calendar_day", &fields)
            .expect("a day");
    }
}

fn adopted(stage: &Stage) {
    import_days(&stage.house, &DAYS);
    let admin = stage.house.as_role("sys_admin");
    let app = &stage.house.app;
    app.adopt_calendar(&admin, &list(app, &admin))
        .expect("in force");
}

/// The list of moves as the person has just looked at it.
pub fn list(app: &app::App, who: &Actor) -> String {
    app.moves_listed(who, 0).expect("a list").digest
}

fn due(stage: &Stage, id: kernel::Id) -> String {
    let due = stage.matter(id).clocks[0].due_at.expect("a limit");
    due.local_date().to_string()
}

#[test]
fn imported_days_change_nothing_until_a_person_puts_them_in_force() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let admin = stage.house.as_role("sys_admin");
    assert!(app.calendar_view(&admin).expect("a view").next.is_none());
    import_days(&stage.house, &DAYS);
    let id = stage.reported();
    assert_eq!(due(&stage, id), "2027-03-30");
    let view = app.calendar_view(&admin).expect("a view");
    let next = view.next.expect("another calendar");
    assert_eq!((view.number, next.number, next.days.len()), (1, 2, 3));
    assert_eq!(next.days[0].to.zh, "法定节假日（植树节）");
    // Whoever may not import days may neither look nor put in force.
    let refused = refusal(app.adopt_calendar(&stage.groundsman, ""));
    assert_eq!(refused.reason, Reason::Forbidden);
    assert!(app.calendar_view(&stage.groundsman).is_err());
    app.adopt_calendar(&admin, &list(app, &admin))
        .expect("in force");
    let again = refusal(app.adopt_calendar(&admin, ""));
    assert_eq!(again.reason, Reason::Conflict);
    // What begins now is counted by it, what was told before stands until it is counted anew.
    let new = stage.reported();
    assert_eq!(due(&stage, new), "2027-03-31");
    assert_eq!(due(&stage, id), "2027-03-30");
    assert!(app.calendar_view(&admin).expect("a view").recounting);
}

#[test]
fn the_list_tells_what_would_move_and_the_job_moves_just_that() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let admin = stage.house.as_role("sys_admin");
    let id = stage.reported();
    let turn = stage.turn(id);
    // Ended, and standing still: neither has an end that could move.
    let ended = stage.reported();
    stage.does(&stage.groundsman, ended, "refuse", "不属实");
    stage.mending();
    import_days(&stage.house, &DAYS);
    let moves = app.moves_of_next_calendar(&admin).expect("a list");
    let moved: Vec<_> = moves
        .moved
        .iter()
        .map(|m| {
            let day = |at: kernel::Moment| at.local_date().to_string();
            (m.from.map(day).unwrap_or_default(), day(m.to), m.by)
        })
        .collect();
    let expected = [("2027-03-30", "2027-03-31"), ("2027-03-05", "2027-03-08")];
    let expected = expected.map(|(from, to)| (from.to_owned(), to.to_owned(), 1));
    assert_eq!(moved, expected);
    assert_eq!(due(&stage, id), "2027-03-30", "only a list");

    app.adopt_calendar(&admin, &list(app, &admin))
        .expect("in force");
    assert_eq!(app.recount().expect("counted"), 2);
    assert_eq!(due(&stage, id), "2027-03-31");
    let step = stage.turn(id).due_at.expect("a limit");
    assert_eq!(step.local_date().to_string(), "2027-03-08");
    let clock = stage.all("house.clock")[0].id;
    assert_eq!(stage.acts_of("house.clock", clock), ["recount", "create"]);
    assert_eq!(
        stage.acts_of("house.task", turn.task),
        ["recount", "create"]
    );
    let view = app.calendar_view(&admin).expect("a view");
    assert!((view.number, view.recounting, view.next.is_none()) == (2, false, true));
    // The other clocks have no history of it.
    for nth in [1, 2] {
        let clock = stage.all("house.clock")[nth].id;
        let acts = stage.acts_of("house.clock", clock);
        assert!(!acts.contains(&"recount".to_owned()), "{acts:?}");
    }
    assert_eq!(app.recount().expect("counted"), 0, "nothing is left");
    let reason = app
        .history(
            &Actor::operator(),
            stage.house.register("house.task"),
            turn.task,
            None,
        )
        .expect("history")
        .0[0]
        .reason
        .clone();
    assert_eq!(reason.as_deref(), Some("启用工作日历第 2 版"));
}

#[test]
fn a_job_that_was_killed_goes_on_where_it_was() {
    let stage = Stage::new();
    let first = stage.reported();
    let second = stage.reported();
    adopted(&stage);
    // As after a kill: the version stands as being counted, and nothing runs.
    let app = stage.house.club_anew();
    let admin = stage.house.as_role("sys_admin");
    assert!(app.calendar_view(&admin).expect("a view").recounting);
    assert_eq!(app.recount().expect("counted"), 4);
    assert_eq!(app.recount().expect("counted"), 0);
    let days = [first, second].map(|id| due(&stage, id));
    assert_eq!(days, ["2027-03-31", "2027-03-31"]);
}

#[test]
fn an_old_due_date_is_explained_by_the_calendar_it_was_computed_with() {
    let stage = Stage::new();
    let id = stage.reported();
    let ended = stage.reported();
    stage.does(&stage.groundsman, ended, "refuse", "不属实");
    adopted(&stage);
    let third = "2027-03-03".parse().expect("a day");
    let counts = |id| {
        let matter = stage.matter(id);
        let sheet = &matter.clocks[0].sheet;
        sheet
            .iter()
            .find(|d| d.date == third)
            .expect("a day")
            .counts
    };
    assert!(counts(id) && counts(ended));
    stage.house.app.recount().expect("counted");
    assert!(!counts(id), "by the new calendar");
    assert!(counts(ended), "it ended by the old one");
}

#[test]
fn a_notice_that_contradicts_itself_is_told_and_not_put_in_force() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let admin = stage.house.as_role("sys_admin");
    // A Wednesday needs no make-up day.
    import_days(
        &stage.house,
        &[("2027-03-04", "off"), ("2027-03-10", "work")],
    );
    let refused = refusal(app.adopt_calendar(&admin, ""));
    assert_eq!(refused.reason, Reason::Invalid);
    let told = refused.blames[0].message.zh.to_string();
    assert!(told.contains("2027-03-10 不是周末"), "{told}");
    assert_eq!(app.calendar_view(&admin).map(|v| v.number).ok(), None);
    assert_eq!(app.calendar().version().0, 1);
}

#[test]
fn only_the_list_that_was_looked_at_is_put_in_force() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let admin = stage.house.as_role("sys_admin");
    import_days(&stage.house, &DAYS);
    let seen = list(app, &admin);
    assert_eq!(seen, list(app, &admin), "the same again");
    // A further limit would move now.
    stage.reported();
    let refused = refusal(app.adopt_calendar(&admin, &seen));
    assert_eq!(refused.reason, Reason::Conflict);
    assert!(
        refused.message.zh.contains("清单不同"),
        "{}",
        refused.message.zh
    );
    assert_eq!(app.calendar().version().0, 1);
    // So would other days.
    let seen = list(app, &admin);
    import_days(&stage.house, &[("2027-03-05", "off")]);
    assert_eq!(
        refusal(app.adopt_calendar(&admin, &seen)).reason,
        Reason::Conflict
    );
    app.adopt_calendar(&admin, &list(app, &admin))
        .expect("in force");
}

#[test]
fn whoever_was_warned_of_an_end_that_moves_away_is_warned_again() {
    let stage = Stage::new();
    let app = &stage.house.app;
    let admin = stage.house.as_role("sys_admin");
    let id = stage.reported();
    let task = stage.turn(id).task;
    // The day before the limit of three working days.
    stage.house.today("2027-03-04");
    assert!(app.watch_limits().expect("watched") > 0);
    let warned = || stage.house_value("house.task", task, "warned");
    assert_ne!(warned(), kernel::Value::Null);
    assert_eq!(app.watch_limits().expect("watched"), 0, "once");
    let days = ["2027-03-04", "2027-03-05", "2027-03-08", "2027-03-09"];
    let days = days.map(|day| (day, "off"));
    import_days(&stage.house, &days);
    app.adopt_calendar(&admin, &list(app, &admin))
        .expect("in force");
    assert_eq!(app.recount().expect("counted"), 2);
    assert_eq!(warned(), kernel::Value::Null, "the new end is days away");
    let due = stage.turn(id).due_at.expect("a limit").local_date();
    assert_eq!(due.to_string(), "2027-03-11");
    stage.house.today("2027-03-10");
    assert!(
        app.watch_limits().expect("watched") > 0,
        "a second reminder"
    );
}

/// Looking at a list while a job runs says nothing of the job.
#[test]
fn a_look_leaves_the_progress_of_a_job_alone() {
    let stage = Stage::new();
    let app = &stage.house.app;
    stage.reported();
    adopted(&stage);
    let before = app.recount_progress();
    app.moves_listed(&stage.house.as_role("sys_admin"), 5)
        .expect("a list");
    assert_eq!(app.recount_progress(), before);
    assert_eq!(app.recount().expect("counted"), 2);
    let register = stage.house.register("house.calendar");
    let version = stage.all("house.calendar")[0].id;
    let view = app
        .record(&Actor::operator(), register, version, None)
        .expect("a version")
        .0;
    let moved = app
        .catalogue()
        .at(register)
        .field("moved")
        .expect("a field");
    match view.field(moved) {
        Some(app::Seen::Plain(datum)) => assert_eq!(*datum.value(), kernel::Value::Int(2)),
        other => panic!("{other:?}"),
    }
}
