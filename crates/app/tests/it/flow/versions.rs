//! A flow is changed while matters run: they end by the flow they began with until somebody moves them,
//! and what begins from then on goes by the new one.

use app::{App, Count, FlowVersion};
use catalogue::{Origin, Texts};
use kernel::{Actor, Freshness, Id, Reason, Words};
use testkit::{club_hooks, club_texts, input};

use super::{REPAIR, Stage, refusal};

/// The club with another text of the repair, and without English, which would name what is gone.
fn changed(repair: impl Fn(&str) -> String) -> Texts {
    let mut texts = Texts::house().expect("the house's texts");
    for file in club_texts().files() {
        if !file.path.starts_with("tennis_club/") || file.path.ends_with("en.toml") {
            continue;
        }
        let content = match file.path.ends_with("/repair.toml") {
            true => repair(&file.content),
            false => file.content.clone(),
        };
        texts = texts.with_text(&file.path, Origin::Tenant, &content);
    }
    texts
}

/// No acceptance in turn any more, `order` is called `dispatch`, and the limits are shorter.
fn shorter(text: &str) -> String {
    let mut out = String::new();
    for line in text.lines() {
        let gone = ["checking =", "accept ", "back_to"]
            .iter()
            .any(|word| line.starts_with(word));
        if !gone {
            out.push_str(line);
            out.push('\n');
        }
    }
    let swaps = [
        ("limit = \"3 workdays\", law", "limit = \"2 workdays\", law"),
        ("order    = {", "dispatch = {"),
        (
            "from = [\"mending\"], to = \"checking\"",
            "from = [\"mending\"], to = \"signing\"",
        ),
        ("limit    = \"20 workdays\"", "limit    = \"15 workdays\""),
    ];
    for (old, new) in swaps {
        assert!(out.contains(old), "{old} is in the text");
        out = out.replace(old, new);
    }
    out
}

/// A stage whose flows are kept, with a matter at `reported`, one at `mending` and one at `checking`.
fn begun() -> (Stage, [Id; 3]) {
    let stage = Stage::new();
    assert_eq!(stage.house.app.keep_flows().expect("kept"), 1);
    assert_eq!(stage.house.app.keep_flows().expect("kept"), 0, "once");
    let ids = [stage.reported(), stage.mending(), stage.checking()];
    (stage, ids)
}

fn act(app: &App, who: &Actor, id: Id, action: &str) -> app::Outcome<app::Saved> {
    let register = app.catalogue().register(REPAIR).expect("the repair");
    let version = app
        .record(&Actor::operator(), register, id, None)?
        .0
        .version;
    let words = Words {
        opinion: Some("情况属实"),
        ..Words::default()
    };
    app.act(who, register, id, version, action, &input(&[]), words)
}

fn offered(app: &App, who: &Actor, id: Id) -> Vec<String> {
    let register = app.catalogue().register(REPAIR).expect("the repair");
    let page = app.record_page(who, register, id, None);
    page.expect("a page").actions
}

fn report(app: &App, stage: &Stage) -> Id {
    let register = app.catalogue().register(REPAIR).expect("the repair");
    let (court, reporter) = (stage.court.to_string(), stage.subject.to_string());
    let fields = input(&[
        ("court", &court),
        ("reporter", &reporter),
        ("division", "330109"),
        ("damage", "网断了"),
    ]);
    let id = app
        .create(&stage.member, register, None, &fields)
        .expect("made")
        .id;
    act(app, &stage.member, id, "report").expect("reported");
    id
}

fn versions(app: &App) -> (FlowVersion, FlowVersion) {
    let all = app.flow_versions(&Actor::operator()).expect("versions");
    let of = |current| {
        let found = all
            .iter()
            .find(|v| v.register == REPAIR && v.is_current == current);
        found.expect("a version").clone()
    };
    (of(false), of(true))
}

fn due(app: &App, id: Id) -> kernel::Moment {
    let register = app.catalogue().register(REPAIR).expect("the repair");
    let matter = app
        .matter(&Actor::operator(), register, id)
        .expect("an answer");
    let matter = matter.expect("a matter");
    let due = matter.open_turns().find_map(|turn| turn.due_at);
    due.expect("a limit")
}

#[test]
fn what_runs_goes_by_the_old_flow_and_what_begins_by_the_new() {
    let (stage, [reported, _, checking]) = begun();
    let app = stage.house.anew_by(&changed(shorter), club_hooks());
    assert_eq!(app.catalogue().broken, []);
    let old = offered(&app, &stage.groundsman, reported);
    assert!(
        old.contains(&"order".to_owned()) && !old.contains(&"dispatch".to_owned()),
        "{old:?}"
    );
    let no = refusal(act(&app, &stage.groundsman, reported, "dispatch"));
    assert_eq!(no.reason, Reason::NotFound);
    act(&app, &stage.groundsman, reported, "order").expect("the old flow has it");
    // A state that only the old flow has is a state still, and leads on.
    act(&app, &stage.groundsman, checking, "accept").expect("accepted");
    act(&app, &stage.manager, checking, "accept").expect("accepted");
    let register = app.catalogue().register(REPAIR).expect("the repair");
    let state = app
        .record(&Actor::operator(), register, checking, None)
        .expect("there")
        .0
        .state;
    let def = app.catalogue().at(register);
    assert_eq!(def.states[state.expect("a state").0].name, "signing");

    let young = report(&app, &stage);
    let new = offered(&app, &stage.groundsman, young);
    assert!(
        new.contains(&"dispatch".to_owned()) && !new.contains(&"order".to_owned()),
        "{new:?}"
    );
    assert_eq!(
        refusal(act(&app, &stage.groundsman, young, "order")).reason,
        Reason::NotFound
    );
    act(&app, &stage.groundsman, young, "dispatch").expect("the new flow has it");
    let (before, today) = versions(&app);
    assert_eq!((before.number, today.number), (Some(1), Some(2)));
    assert_eq!(
        (before.running, today.running),
        (Count::Exactly(3), Count::Exactly(1))
    );
    let report = store::verify(stage.house.path(), &[], &[]).expect("verified");
    assert_eq!(report.faults, Vec::<String>::new());
}

#[test]
fn a_matter_is_moved_with_its_limits_and_goes_by_the_new_flow() {
    let (stage, [reported, _, checking]) = begun();
    let app = stage.house.anew_by(&changed(shorter), club_hooks());
    let (before, _) = versions(&app);
    let operator = Actor::operator();
    let page = app
        .shifts(&operator, REPAIR, &before.version, None)
        .expect("a page");
    let rows: Vec<(String, bool)> = page
        .rows
        .iter()
        .map(|row| (row.step.zh.to_string(), row.shift.is_ok()))
        .collect();
    let told = |step: &str, can: bool| (step.to_owned(), can);
    assert_eq!(
        rows,
        [
            told("已报修", true),
            told("维修中", true),
            told("依次验收", false)
        ]
    );
    let limits = page.rows[0].limits();
    let words = |said: &Option<kernel::Said>| said.as_ref().map(|said| said.zh.to_string());
    let limits: Vec<_> = limits
        .iter()
        .map(|l| (words(&l.from), words(&l.to)))
        .collect();
    let word = |text: &str| Some(text.to_owned());
    assert_eq!(limits[0], (word("3 个工作日"), word("2 个工作日")));
    assert_eq!(limits[1], (word("20 个工作日"), word("15 个工作日")));

    let was = due(&app, reported);
    let what = (REPAIR, before.version.as_str());
    let first = [page.rows[0].matter];
    assert_eq!(
        refusal(app.shift_matters(&operator, what, Some(&first), " ")).reason,
        Reason::Invalid
    );
    let done = app
        .shift_matters(&operator, what, Some(&first), "缩短期限，全局统一")
        .expect("moved");
    assert_eq!((done.moved, done.stuck.len(), done.left), (1, 0, false));
    let day = 24 * 3_600 * 1_000_000;
    assert_eq!(was.0 - due(&app, reported).0, day, "one working day less");
    let house = app.catalogue().register("house.matter").expect("matters");
    let history = app
        .history(&operator, house, first[0], None)
        .expect("a history")
        .0;
    let entry = &history[0];
    assert_eq!(
        (entry.act.as_str(), entry.reason.as_deref()),
        ("move", Some("缩短期限，全局统一"))
    );
    assert_eq!(
        refusal(act(&app, &stage.groundsman, reported, "order")).reason,
        Reason::NotFound
    );
    act(&app, &stage.groundsman, reported, "dispatch").expect("the new flow has it");

    // A slip in the mark of a version is told; nothing was moved by it.
    for wrong in ["zz", ""] {
        let what = (REPAIR, wrong);
        let slip = refusal(app.shift_matters(&operator, what, None, "缩短期限"));
        assert_eq!(slip.reason, Reason::NotFound);
        assert!(slip.message.zh.contains("没有"), "{slip:?}");
        let page = app.shifts(&operator, REPAIR, wrong, None);
        assert_eq!(refusal(page).reason, Reason::NotFound);
    }

    // All at once: what cannot go stays and says why.
    let done = app
        .shift_matters(&operator, what, None, "缩短期限，全局统一")
        .expect("moved");
    assert_eq!((done.moved, done.stuck.len()), (1, 1));
    assert!(done.stuck[0].1.zh.contains("依次验收"), "{:?}", done.stuck);
    act(&app, &stage.groundsman, checking, "accept").expect("it goes on by the old flow");
    let report = store::verify(stage.house.path(), &[], &[]).expect("verified");
    assert_eq!(report.faults, Vec::<String>::new());
}

/// Where the new flow gives the step to somebody else, the turn is placed anew and its time goes on.
#[test]
fn a_turn_of_another_role_is_placed_anew() {
    let (stage, [reported, ..]) = begun();
    let texts = changed(|text| {
        let other = text
            .replace(
                "phase = \"waiting\", turn = [\"groundsman\"], limit",
                "phase = \"waiting\", turn = [\"manager\"], limit",
            )
            .replace(
                "from = [\"reported\"], to = \"mending\", by = [\"groundsman\"]",
                "from = [\"reported\"], to = \"mending\", by = [\"manager\"]",
            );
        assert_ne!(other, text);
        other
    });
    let app = stage.house.anew_by(&texts, club_hooks());
    let (before, _) = versions(&app);
    let was = due(&app, reported);
    stage
        .house
        .clock
        .set(kernel::Moment(stage.house.app.now().0 + 3_600_000_000));
    let done = app
        .shift_matters(
            &Actor::operator(),
            (REPAIR, &before.version),
            None,
            "改由经理办理",
        )
        .expect("moved");
    assert_eq!((done.moved, done.stuck.len()), (3, 0), "{:?}", done.stuck);
    assert_eq!(
        due(&app, reported),
        was,
        "the time since the step began counts"
    );
    assert_eq!(
        refusal(act(&app, &stage.groundsman, reported, "order")).reason,
        Reason::Forbidden
    );
    act(&app, &stage.manager, reported, "order").expect("it is the manager's now");
}

#[test]
fn a_flow_that_the_definitions_no_longer_understand_is_told_and_can_be_left() {
    let (stage, _) = begun();
    let texts = changed(|text| {
        let field = text
            .lines()
            .find(|line| line.starts_with("mended   = { type"));
        let text = text.replace(field.expect("the field"), "");
        text.replace("\"cost\", \"mended\"]", "\"cost\"]")
    });
    let Ok(today) = club_hooks().compile(&texts) else {
        let faults = club_hooks().compile(&texts).expect_err("faults");
        panic!("{}", catalogue::render(&faults, &texts));
    };
    let kept = store::kept_flows(stage.house.path(), &today).expect("kept");
    assert_eq!(kept.len(), 1);
    let today = club_hooks()
        .compile_beside(&texts, &kept)
        .expect("compiled");
    let broken = &today.broken[0];
    assert!(
        broken
            .faults
            .iter()
            .any(|fault| fault.message.contains("mended")),
        "{broken:?}"
    );
    assert!(broken.faults[0].file.starts_with("tennis_club.repair@"));
}

#[test]
fn only_the_system_administrator_moves_matters_and_proves_it_first() {
    let (stage, _) = begun();
    let app = stage.house.anew_by(&changed(shorter), club_hooks());
    let (before, _) = versions(&app);
    let what = (REPAIR, before.version.as_str());
    for role in ["manager", "chair", "member"] {
        let who = stage.house.as_role(role);
        assert_eq!(
            refusal(app.flow_versions(&who)).reason,
            Reason::NotFound,
            "{role}"
        );
        assert_eq!(
            refusal(app.shift_matters(&who, what, None, "理由")).reason,
            Reason::Forbidden
        );
    }
    let admin = stage.house.as_role("sys_admin");
    let stale = Actor {
        freshness: Freshness::At(kernel::Moment(0)),
        ..admin.clone()
    };
    assert_eq!(
        refusal(app.shift_matters(&stale, what, None, "理由")).reason,
        Reason::Unproved
    );
    assert_eq!(
        app.shift_matters(&admin, what, None, "理由")
            .expect("moved")
            .moved,
        2
    );
}

/// A step at a time, however many there are; those that stay do not keep the others.
#[test]
fn many_matters_go_over_in_batches() {
    let (stage, _) = begun();
    let more: Vec<Id> = (0..3).map(|_| stage.reported()).collect();
    let app = stage.house.anew_by(&changed(shorter), club_hooks());
    let (before, _) = versions(&app);
    let what = (REPAIR, before.version.as_str());
    let operator = Actor::operator();
    let mut batches = Vec::new();
    loop {
        let done = app.shift_at_most(2, &operator, what, None, "缩短期限，全局统一");
        let done = done.expect("moved");
        batches.push((done.moved, done.left));
        if !done.left {
            assert_eq!(done.stuck.len(), 1);
            break;
        }
    }
    assert_eq!(batches, [(2, true), (2, true), (1, false)]);
    for id in more {
        act(&app, &stage.groundsman, id, "dispatch").expect("the new flow has it");
    }
    // Once they are all over, nothing is left, and that is no fault.
    let page = app.shifts(&operator, what.0, what.1, None).expect("known");
    assert_eq!(page.rows.len(), 1);
}
