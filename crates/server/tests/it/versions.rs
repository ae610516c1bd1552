//! A bureau shortens a limit of a real flow by its overlay while matters run; and those above see the
//! steps of all below.

use app::{Ask, Count, NewAccount, NewUnit};
use catalogue::Origin;
use kernel::{Actor, Freshness, Id, Moment, Reason};

const CHECK: &str = "patrol.town_check";
const OVERLAY: &str = "[states]\ntown_reported = { limit = \"2 workdays\" }\n";

fn reported(house: &testkit::TestApp, app: &app::App) -> Id {
    let operator = Actor::operator();
    let entity = [
        ("name", "萧山机械厂"),
        ("foreign", "true"),
        ("division", "330109"),
    ];
    let entity = house.create(&operator, "registry.enterprise", &entity);
    let entity = entity.expect("an enterprise").id.to_string();
    let register = app.catalogue().register(CHECK).expect("the check");
    let fields = testkit::input(&[("entity", &entity), ("about", "消防通道被占用")]);
    let town = house.as_role("town_qo");
    let made = app.create(&town, register, Some("town_reported"), &fields);
    made.expect("reported").id
}

fn due(app: &app::App, id: Id) -> Moment {
    let register = app.catalogue().register(CHECK).expect("the check");
    let matter = app.matter(&Actor::operator(), register, id);
    let matter = matter.expect("an answer").expect("a matter");
    let due = matter.open_turns().find_map(|turn| turn.due_at);
    due.expect("a limit")
}

#[test]
fn a_bureau_shortens_a_limit_while_matters_run() {
    let house = crate::product::house();
    house.as_role("station_officer");
    assert!(house.app.keep_flows().expect("kept") > 0);
    let old = reported(&house, &house.app);
    let before = due(&house.app, old);

    let path = "patrol/town_check.toml";
    let texts = crate::product::texts().with_text(path, Origin::Overlay, OVERLAY);
    let app = house.anew_by(&texts, subsystems::hooks());
    assert_eq!(due(&app, old), before, "what runs keeps its limit");
    let young = reported(&house, &app);
    let day = 24 * 3_600 * 1_000_000;
    assert_eq!(
        due(&app, young).0,
        before.0 - day,
        "what begins has the shorter one"
    );

    let operator = Actor::operator();
    let versions = app.flow_versions(&operator).expect("versions");
    let of = |v: &&app::FlowVersion| v.register == CHECK && !v.is_current;
    let older = versions.iter().find(of).expect("an older version");
    assert_eq!((older.number, older.running), (Some(1), Count::Exactly(1)));
    let what = (CHECK, older.version.as_str());
    let done = app.shift_matters(&operator, what, None, "全局统一为两个工作日");
    let done = done.expect("moved");
    assert_eq!((done.moved, done.stuck.len()), (1, 0), "{:?}", done.stuck);
    assert_eq!(due(&app, old).0, before.0 - day);
    let report = store::verify(house.path(), &[], &[]).expect("verified");
    assert_eq!(report.faults, Vec::<String>::new());
}

/// A person of the supervising tier at a unit of its own.
fn above(house: &testkit::TestApp, login: &str, area: &str) -> Actor {
    let operator = Actor::operator();
    let areas = [area.to_owned()];
    let unit = NewUnit {
        code: login,
        title: "上级单位",
        kind: "province",
        parent: None,
        areas: &areas,
    };
    let unit = house.app.add_unit(&operator, &unit).expect("a unit");
    let account = NewAccount {
        login,
        name: "督查",
        role: "upper_view",
        unit,
        subject: None,
    };
    let account = house.app.add_account(&operator, &account);
    let person = house.app.person(account.expect("an account"));
    let person = person.expect("the store answers").expect("a person");
    Actor {
        freshness: Freshness::AtTheMachine,
        ..person.actor.clone()
    }
}

#[test]
fn whoever_supervises_sees_the_steps_of_all_below_and_nobody_sideways() {
    let house = crate::product::house();
    house.as_role("station_officer");
    reported(&house, &house.app);
    let tasks = house.register("house.task");
    let steps = |who: &Actor| {
        let ask = Ask {
            list: Some("steps".to_owned()),
            ..Ask::default()
        };
        let page = house.app.list(who, tasks, &ask).expect("a list").0;
        page.rows.iter().map(|row| row.id).collect::<Vec<Id>>()
    };
    let (province, other) = (
        above(&house, "sheng", "330000"),
        above(&house, "bie", "370000"),
    );
    let seen = steps(&province);
    assert!(!seen.is_empty());
    assert_eq!(steps(&other), Vec::<Id>::new());
    let hidden = house.app.record(&other, tasks, seen[0], None);
    assert!(matches!(hidden, Err(app::No::Refused(r)) if r.reason == Reason::NotFound));
    let def = house.app.catalogue().at(tasks);
    assert!(kernel::scope(def, &province, kernel::Verb::Export).is_some());
}
