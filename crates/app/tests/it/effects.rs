//! What an action asks for besides: fields of another record, a new record, an action on another, in
//! the same commit and by the right of the effect.

use app::{Input, No, Saved};
use catalogue::Origin;
use kernel::{
    Actor, Effect, Guard, Hook, Hooks, Id, Intent, Reason, Refusal, Said, Situation, Value, Words,
    said,
};
use testkit::{TestApp, club_hooks, club_texts, input};

const MACHINE: &str = "works.machine";
const SLIP: &str = "works.slip";

const SUBSYSTEM: &str = r#"
[subsystem]
title = "机具"
uses  = []
order = 90
"#;

/// Nobody may touch a machine but by a slip.
const MACHINES: &str = r#"
[record]
title = "机具"
path  = "machines"
shown = "{name}"
reach = "division"

[fields]
name     = { type = "text", label = "名称", max = 20, required = true }
division = { type = "division", label = "所在区划", level = "any" }
count    = { type = "int", label = "登记次数", min = 0, default = 0 }
stopped  = { type = "date", label = "停用日期" }
slipped  = { type = "date", label = "最近登记", latest = "slip.day" }

[form]
what = { title = "机具", fields = ["name", "division", "count", "stopped", "slipped"] }

[states]
used     = { label = "在用", phase = "open" }
stopping = { label = "停用待核", phase = "waiting", turn = ["groundsman"] }
gone     = { label = "报废", phase = "void" }

[actions]
stop  = { label = "停用", from = ["used"], to = "stopping", by = ["system"], needs = ["stopped"], guard = "counted" }
check = { label = "核对", from = ["stopping"], to = "used", by = ["groundsman"] }
scrap = { label = "报废", from = ["used", "stopping"], to = "gone", by = ["groundsman"] }

[lists.all]
title   = "全部机具"
columns = ["name", "state"]

[permissions]
manager    = { may = ["see"], within = "all" }
groundsman = { may = ["see"], within = "all" }
"#;

const SLIPS: &str = r#"
[record]
title = "登记单"
path  = "slips"
shown = "{kind} {name}"
about = "machine"
dated = "day"
reach = "division"

[fields]
kind     = { type = "text", label = "类别", max = 10, required = true }
name     = { type = "text", label = "名称", max = 20 }
day      = { type = "date", label = "日期", required = true }
division = { type = "division", label = "所在区划", level = "any" }
machine  = { type = "ref", to = "machine", label = "机具" }

[form]
what = { title = "登记单", fields = ["kind", "name", "day", "division", "machine"] }

[states]
draft     = { label = "填写中", phase = "draft", turn = ["creator"] }
confirmed = { label = "已确认", phase = "done" }

[actions]
confirm = { label = "确认", from = ["draft"], to = "confirmed", by = ["coach"], then = ["apply"] }

[lists.all]
title   = "全部登记单"
columns = ["kind", "name", "state"]

[permissions]
coach = { may = ["see", "create", "edit"], within = "all" }
"#;

fn apply(s: &Situation) -> Result<Vec<Intent>, Said> {
    let machine = s.read("ref machine").first();
    let text = |word: &str| Value::Text(word.to_owned());
    let division = ("division".to_owned(), text("330109"));
    let named = machine.map(|machine| machine.id);
    Ok(match (s.text("kind").unwrap_or_default(), named) {
        ("new", _) => {
            let name = ("name".to_owned(), s.value("name").clone());
            vec![Intent::Make {
                register: MACHINE.to_owned(),
                values: vec![name, division],
                state: None,
                into: Some("machine".to_owned()),
                rows: kernel::ChildRows::new(),
            }]
        }
        ("stop", Some(id)) => {
            let day = ("stopped".to_owned(), s.value("day").clone());
            vec![Intent::act(MACHINE, id, "stop", vec![day])]
        }
        ("count", Some(id)) => {
            vec![Intent::set(
                MACHINE,
                id,
                vec![("count".to_owned(), Value::Int(7))],
            )]
        }
        ("both", Some(id)) => vec![
            Intent::set(MACHINE, id, vec![("count".to_owned(), Value::Int(8))]),
            Intent::act(MACHINE, id, "scrap", Vec::new()),
        ],
        ("twice", Some(id)) => vec![
            Intent::act(MACHINE, id, "scrap", Vec::new()),
            Intent::act(MACHINE, id, "scrap", Vec::new()),
        ],
        ("unread", _) => vec![Intent::set(MACHINE, Id(7), Vec::new())],
        ("wrong", Some(id)) => {
            vec![Intent::set(
                MACHINE,
                id,
                vec![("colour".to_owned(), text("red"))],
            )]
        }
        ("empty", _) => vec![Intent::make(MACHINE, vec![division])],
        _ => return Err(said!("不知道的类别" / "There is no such kind")),
    })
}

fn counted(s: &Situation) -> Result<(), Said> {
    match s.value("count") {
        Value::Int(0) => Err(said!("还没有盘点，不能停用" / "Not counted yet")),
        _ => Ok(()),
    }
}

struct Works {
    house: TestApp,
    coach: Actor,
    groundsman: Actor,
}

impl Works {
    fn new() -> Works {
        let texts = [
            ("works/subsystem.toml", SUBSYSTEM),
            ("works/machine.toml", MACHINES),
            ("works/slip.toml", SLIPS),
        ]
        .into_iter()
        .fold(club_texts(), |texts, (path, text)| {
            texts.with_text(path, Origin::Tenant, text)
        });
        let mut hooks = club_hooks();
        hooks.merge(Hooks {
            compute: Vec::new(),
            guard: vec![Hook::<Guard>::new(MACHINE, "counted", &[], counted)],
            effect: vec![Hook::<Effect>::new(SLIP, "apply", &["ref machine"], apply)],
        });
        let house = TestApp::of(&texts, hooks);
        Works {
            coach: house.as_role("coach"),
            groundsman: house.as_role("groundsman"),
            house,
        }
    }

    fn slip(&self, kind: &str, machine: Option<Id>) -> Result<Id, Refusal> {
        let machine = machine.map(|id| id.to_string()).unwrap_or_default();
        let fields = [
            ("kind", kind),
            ("name", "割草机"),
            ("day", "2027-03-02"),
            ("machine", machine.as_str()),
        ];
        let made = self
            .house
            .create(&self.coach, SLIP, &fields)
            .expect("a slip");
        let register = self.house.register(SLIP);
        let words = Words::default();
        let done = self.house.app.act(
            &self.coach,
            register,
            made.id,
            1,
            "confirm",
            &Input::new(),
            words,
        );
        match done {
            Ok(Saved { version, .. }) => {
                assert_eq!(version, 2);
                Ok(made.id)
            }
            Err(No::Refused(refusal)) => Err(refusal),
            Err(No::Broke(error)) => panic!("{error}"),
        }
    }

    fn machine(&self) -> Id {
        let slip = self.slip("new", None).expect("a machine");
        match self.value(SLIP, slip, "machine") {
            Value::Id(id) => id,
            other => panic!("{other:?}"),
        }
    }

    fn view(&self, register: &str, id: Id) -> app::RecordView {
        let ix = self.house.register(register);
        let seen = self.house.app.record(&Actor::operator(), ix, id, None);
        seen.expect("the record").0
    }

    fn value(&self, register: &str, id: Id, field: &str) -> Value {
        let view = self.view(register, id);
        let def = self.house.app.catalogue().at(view.register);
        let field = def.field(field).expect("a field");
        match view.field(field) {
            Some(app::Seen::Plain(datum)) => datum.value().clone(),
            other => panic!("{other:?}"),
        }
    }

    fn state(&self, register: &str, id: Id) -> String {
        let view = self.view(register, id);
        let def = self.house.app.catalogue().at(view.register);
        def.states[view.state.expect("a state").0].name.clone()
    }

    fn verified(&self) {
        let report = store::verify(self.house.path(), &[], &[]).expect("verified");
        assert!(report.is_whole(), "{:?}", report.faults);
    }
}

#[test]
fn a_record_is_made_and_named_by_the_one_that_asked_for_it() {
    let works = Works::new();
    let slip = works.slip("new", None).expect("confirmed");
    assert_eq!(works.state(SLIP, slip), "confirmed");
    let Value::Id(machine) = works.value(SLIP, slip, "machine") else {
        panic!("no machine");
    };
    assert_eq!(
        works.value(MACHINE, machine, "name"),
        Value::Text("割草机".to_owned())
    );
    // What it takes from its latest slip is there in the same commit.
    let slipped = works.value(MACHINE, machine, "slipped").to_string();
    assert_eq!(slipped, "2027-03-02");
    assert_eq!(works.view(MACHINE, machine).version, 1);
    assert_eq!(works.view(MACHINE, machine).created_by, works.coach.account);
    let matter = works
        .house
        .app
        .matter(&works.groundsman, works.house.register(MACHINE), machine);
    assert!(matter.expect("an answer").is_some(), "its flow has begun");
    works.verified();
}

#[test]
fn an_action_is_taken_with_its_guard_and_its_turns_follow() {
    let works = Works::new();
    let machine = works.machine();
    let refused = works.slip("stop", Some(machine)).expect_err("not counted");
    assert_eq!(refused.reason, Reason::Conflict);
    assert!(refused.message.zh.contains("还没有盘点"), "{refused}");
    assert_eq!(works.state(MACHINE, machine), "used");
    works.slip("count", Some(machine)).expect("counted");
    assert_eq!(works.value(MACHINE, machine, "count"), Value::Int(7));
    works.slip("stop", Some(machine)).expect("stopped");
    assert_eq!(works.state(MACHINE, machine), "stopping");
    assert_eq!(
        works.value(MACHINE, machine, "stopped").to_string(),
        "2027-03-02"
    );
    let todo = works.house.app.todo(&works.groundsman, app::Tab::Todo, 0);
    let todo: Vec<Id> = todo
        .expect("a page")
        .rows
        .iter()
        .map(|r| r.record)
        .collect();
    assert_eq!(todo, [machine]);
    // It stands in its own history under its own name.
    let register = works.house.register(MACHINE);
    let history = works
        .house
        .app
        .history(&Actor::operator(), register, machine, None)
        .expect("a history")
        .0;
    let acts: Vec<&str> = history.iter().map(|entry| entry.act.as_str()).collect();
    assert_eq!(acts, ["stop", "latest", "create"]);
    let again = works
        .slip("stop", Some(machine))
        .expect_err("stopped already");
    assert!(again.message.zh.contains("停用待核"), "{again}");
    works.verified();
}

#[test]
fn what_is_set_and_done_to_one_record_is_one_change() {
    let works = Works::new();
    let machine = works.machine();
    let version = works.view(MACHINE, machine).version;
    works.slip("both", Some(machine)).expect("done");
    assert_eq!(works.state(MACHINE, machine), "gone");
    assert_eq!(works.value(MACHINE, machine, "count"), Value::Int(8));
    assert_eq!(works.view(MACHINE, machine).version, version + 1);
    works.verified();
}

#[test]
fn an_effect_that_asks_for_nonsense_changes_nothing_at_all() {
    let works = Works::new();
    let machine = works.machine();
    let version = works.view(MACHINE, machine).version;
    for (kind, named) in [
        ("twice", Some(machine)),
        ("unread", None),
        ("wrong", Some(machine)),
        ("empty", None),
        ("other", None),
    ] {
        let refused = works.slip(kind, named).expect_err(kind);
        assert_eq!(refused.reason, Reason::Conflict, "{kind}");
    }
    assert_eq!(works.view(MACHINE, machine).version, version);
    assert_eq!(works.state(MACHINE, machine), "used");
    let slips = works.house.register(SLIP);
    let ask = app::Ask {
        unlisted: true,
        ..app::Ask::default()
    };
    let page = works.house.app.list(&Actor::operator(), slips, &ask);
    let confirmed = page.expect("a list").0.rows;
    let confirmed = confirmed.iter().filter(|slip| slip.version > 1).count();
    assert_eq!(confirmed, 1, "only that which made the machine");
    works.verified();
}

#[test]
fn nobody_takes_by_hand_what_only_effects_may_do() {
    let works = Works::new();
    let machine = works.machine();
    let register = works.house.register(MACHINE);
    let view = works.view(MACHINE, machine);
    let typed = input(&[("stopped", "2027-03-02")]);
    let app = &works.house.app;
    for who in [
        &works.groundsman,
        &works.coach,
        &works.house.as_role("manager"),
    ] {
        let words = Words::default();
        let done = app.act(who, register, machine, view.version, "stop", &typed, words);
        assert!(matches!(done, Err(No::Refused(_))));
    }
    assert_eq!(works.state(MACHINE, machine), "used");
}
