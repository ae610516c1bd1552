//! Units that merge, split, move, are renamed and closed, with everything that belongs to them.

use app::{App, NewAccount, NewUnit, No, TurnAct, UnitAsk, UnitPreview};
use jiff::civil::{Date, date};
use kernel::units::{Act, Part};
use kernel::{Actor, Id, Reason, Value};

use crate::flow::{REPAIR, Stage};

const BINJIANG: &str = "330108";
const YUHANG: &str = "330110";

/// A club with two further offices, each with a groundsman, and one that covers nothing yet.
struct Offices {
    stage: Stage,
    binjiang: Id,
    yuhang: Id,
    new: Id,
}

fn today() -> Date {
    date(2027, 3, 1)
}

impl Offices {
    fn new() -> Offices {
        let stage = Stage::new();
        let office = |code: &str, title: &str, areas: &[&str]| {
            let areas: Vec<String> = areas.iter().map(|area| (*area).to_owned()).collect();
            let unit = NewUnit {
                code,
                title,
                kind: "station",
                parent: Some(stage.house.unit()),
                areas: &areas,
            };
            let unit = stage.house.app.add_unit(&Actor::operator(), &unit);
            unit.expect("a unit")
        };
        let (binjiang, yuhang) = (
            office("bj", "滨江所", &[BINJIANG]),
            office("yh", "余杭所", &[YUHANG]),
        );
        let new = office("zx", "中心所", &[]);
        let offices = Offices {
            stage,
            binjiang,
            yuhang,
            new,
        };
        offices.account("bj1", "groundsman", binjiang);
        offices.account("yh1", "groundsman", yuhang);
        offices.account("yh2", "coach", yuhang);
        offices
    }

    fn app(&self) -> &App {
        &self.stage.house.app
    }

    fn account(&self, login: &str, role: &str, unit: Id) -> Id {
        let account = NewAccount {
            login,
            name: "测试员",
            role,
            unit,
            subject: None,
        };
        let made = self.app().add_account(&Actor::operator(), &account);
        made.expect("an account")
    }

    fn who(&self, login: &str) -> Actor {
        let account = self.app().account(login).expect("asked").expect("known");
        self.stage.house.at(account, account)
    }

    /// A repair that waits for the groundsman of the division.
    fn reported(&self, division: &str) -> Id {
        let (court, member) = (self.stage.court.to_string(), self.stage.subject.to_string());
        let fields = [
            ("court", court.as_str()),
            ("reporter", member.as_str()),
            ("division", division),
            ("damage", "网断了"),
        ];
        let made = self.stage.house.create(&self.stage.member, REPAIR, &fields);
        let id = made.expect("a draft").id;
        self.stage.does(&self.stage.member, id, "report", "");
        id
    }

    fn waits(&self, login: &str, id: Id) -> bool {
        let who = self.who(login);
        let waits = self.app().waits_for(&who, self.stage.register, id);
        waits.expect("asked")
    }

    fn ask(&self, act: Act, day: Date) -> UnitAsk {
        UnitAsk {
            act,
            day,
            assigned: Vec::new(),
            reason: "杭编办〔2027〕3 号".to_owned(),
        }
    }

    fn merge(&self, day: Date) -> UnitAsk {
        let act = Act::Merge {
            from: vec![self.binjiang, self.yuhang],
            into: self.new,
        };
        self.ask(act, day)
    }

    fn done(&self, ask: &UnitAsk) -> Id {
        let changed = self.app().change_units(&Actor::operator(), ask);
        let changed = changed.expect("done");
        assert!(changed.done);
        changed.saved.id
    }

    fn preview(&self, ask: &UnitAsk) -> UnitPreview {
        let preview = self.app().preview_units(&Actor::operator(), ask);
        preview.expect("a preview")
    }

    fn titles(&self, day: Date) -> Vec<String> {
        let tree = self.app().unit_tree(&Actor::operator(), Some(day), "");
        let rows = tree.expect("a tree").rows;
        rows.into_iter().map(|row| row.title).collect()
    }

    fn state(&self, change: Id) -> String {
        let register = self.stage.house.register("house.unit_change");
        let (view, _) = self
            .app()
            .record(&Actor::operator(), register, change, None)
            .expect("a change");
        let def = self.app().catalogue().at(register);
        def.states[view.state.expect("a state").0].name.clone()
    }

    fn unit_of(&self, login: &str) -> Id {
        let register = self.stage.house.register("house.account");
        let account = self.app().account(login).expect("asked").expect("known");
        let record = self.stage.house.store.read(|r| r.get(register, account));
        let record = record.expect("read").expect("there");
        match record.named(self.app().catalogue().at(register), "unit") {
            Value::Id(id) => *id,
            other => panic!("{other:?}"),
        }
    }
}

fn why<T: std::fmt::Debug>(outcome: Result<T, No>) -> (Reason, Vec<String>) {
    match outcome.unwrap_err() {
        No::Refused(refusal) => {
            let at = refusal.blames.iter().map(|blame| blame.pointer.clone());
            (refusal.reason, at.collect())
        }
        No::Broke(error) => panic!("{error:?}"),
    }
}

#[test]
fn whoever_grants_posts_is_told_of_posts_that_move_with_their_unit() {
    let offices = Offices::new();
    let sec = offices.stage.house.as_role("sec_admin");
    let told = || {
        let page = offices.app().notices(&sec, 0).expect("notices");
        let rows = page.rows.into_iter();
        rows.map(|row| {
            (
                row.kind,
                row.record,
                row.shown.map(|n| n.shown),
                row.at_state,
            )
        })
        .collect::<Vec<_>>()
    };
    assert_eq!(told(), []);
    let rename = Act::Rename {
        unit: offices.new,
        title: "新中心所".to_owned(),
    };
    offices.done(&offices.ask(rename, today()));
    assert_eq!(told(), [], "no post moves");
    let change = offices.done(&offices.merge(today()));
    let told = told();
    assert_eq!(told.len(), 1, "{told:?}");
    let (kind, record, shown, state) = &told[0];
    assert_eq!((kind.as_str(), *record), ("units", change));
    let shown = shown.as_deref().unwrap_or_default();
    assert!(
        shown.contains("滨江所") && shown.contains("新中心所"),
        "{shown}"
    );
    assert_eq!(state.as_deref(), Some("done"));
}

#[test]
fn units_of_different_kinds_do_not_merge() {
    let offices = Offices::new();
    let act = Act::Merge {
        from: vec![offices.binjiang],
        into: offices.stage.house.unit(),
    };
    let ask = offices.ask(act, today());
    let refused = match offices.app().change_units(&Actor::operator(), &ask) {
        Err(No::Refused(refused)) => refused,
        other => panic!("{other:?}"),
    };
    assert_eq!(refused.blames.len(), 1, "{refused:?}");
    assert_eq!(refused.blames[0].code, "kind");
    assert!(refused.blames[0].message.zh.contains("不是同一类单位"));
}

#[test]
fn two_units_become_one_with_their_people_tasks_and_areas() {
    let offices = Offices::new();
    let (near, far) = (offices.reported(BINJIANG), offices.reported(YUHANG));
    assert!(offices.waits("bj1", near) && !offices.waits("bj1", far));
    let preview = offices.preview(&offices.merge(today()));
    assert_eq!(preview.posts.len(), 3);
    assert_eq!(preview.areas.len(), 2);
    assert_eq!(
        preview.tasks.iter().map(|line| line.count).sum::<usize>(),
        2
    );
    assert!(preview.missing.is_empty() && preview.at_once);
    let change = offices.done(&offices.merge(today()));
    assert_eq!(offices.state(change), "done");
    for login in ["bj1", "yh1"] {
        let who = offices.who(login);
        assert_eq!(who.unit, offices.new);
        assert_eq!(who.areas, [BINJIANG, YUHANG]);
        assert!(offices.waits(login, near) && offices.waits(login, far));
        assert_eq!(offices.unit_of(login), offices.new);
    }
    // What is done from now on is done as the new unit; what was done before, as the old.
    offices
        .stage
        .does(&offices.who("bj1"), far, "order", "情况属实");
    let history = offices
        .app()
        .history(&offices.who("yh1"), offices.stage.register, far, None)
        .expect("a history")
        .0;
    let post = history[0].post.as_deref().expect("a post");
    assert!(post.contains("中心所"), "{post}");
    let closed = why(offices
        .app()
        .change_units(&Actor::operator(), &offices.merge(today())));
    assert_eq!(closed.0, Reason::Invalid);
}

#[test]
fn every_day_is_answered_by_the_unit_of_that_day() {
    let offices = Offices::new();
    let day = date(2027, 4, 1);
    offices.stage.house.today("2027-04-01");
    offices.done(&offices.merge(day));
    let answers = |on: Date| {
        let found = offices.app().responsible_unit(BINJIANG, on);
        found.expect("asked").expect("somebody")
    };
    let now = Some("中心所".to_owned());
    assert_eq!(answers(date(2027, 3, 31)), ("滨江所".to_owned(), now));
    assert_eq!(answers(day), ("中心所".to_owned(), None));
    assert!(
        offices
            .titles(date(2027, 3, 31))
            .contains(&"滨江所".to_owned())
    );
    assert!(!offices.titles(day).contains(&"滨江所".to_owned()));
    let page = offices
        .app()
        .unit_page(&Actor::operator(), offices.binjiang);
    let page = page.expect("a page");
    assert_eq!(page.heir, Some((offices.new, "中心所".to_owned())));
    assert_eq!(page.areas[0].until, Some(day));
    assert_eq!(page.changes.len(), 1);
}

#[test]
fn a_day_to_come_takes_effect_when_it_comes_and_not_before() {
    let offices = Offices::new();
    let repair = offices.reported(YUHANG);
    let ask = offices.merge(date(2027, 3, 10));
    let changed = offices.app().change_units(&Actor::operator(), &ask);
    let changed = changed.expect("planned");
    assert!(!changed.done);
    assert_eq!(offices.unit_of("yh1"), offices.yuhang);
    offices.stage.house.today("2027-03-09");
    assert_eq!(offices.who("yh1").unit, offices.yuhang);
    assert!(!offices.waits("bj1", repair));
    // Nobody runs a job: whoever comes first on that day finds it done.
    offices.stage.house.today("2027-03-10");
    assert_eq!(offices.who("yh1").unit, offices.new);
    assert!(offices.waits("bj1", repair));
    assert_eq!(offices.state(changed.saved.id), "done");
    assert_eq!(offices.unit_of("yh1"), offices.new);
}

#[test]
fn what_is_planned_can_be_called_off_and_what_cannot_be_done_is_told() {
    let offices = Offices::new();
    let operator = Actor::operator();
    let plan = |day| {
        let changed = offices.app().change_units(&operator, &offices.merge(day));
        changed.expect("planned").saved.id
    };
    let first = plan(date(2027, 3, 10));
    offices
        .app()
        .withdraw_unit_change(&operator, first)
        .expect("called off");
    offices.stage.house.today("2027-03-11");
    assert_eq!(offices.who("yh1").unit, offices.yuhang);
    assert_eq!(offices.state(first), "withdrawn");
    let second = plan(date(2027, 3, 20));
    let close = Act::Close {
        unit: offices.new,
        heir: None,
    };
    offices.done(&offices.ask(close, date(2027, 3, 11)));
    offices.stage.house.today("2027-03-20");
    assert_eq!(offices.who("yh1").unit, offices.yuhang);
    assert_eq!(offices.state(second), "stuck");
    let tree = offices
        .app()
        .unit_tree(&operator, None, "")
        .expect("a tree");
    assert!(tree.coming[0].fault.contains("中心所"), "{:?}", tree.coming);
    offices
        .app()
        .withdraw_unit_change(&operator, second)
        .expect("called off");
}

#[test]
fn a_split_gives_areas_and_their_tasks_to_another_and_people_where_they_are_sent() {
    let offices = Offices::new();
    offices.done(&offices.merge(today()));
    let (near, far) = (offices.reported(BINJIANG), offices.reported(YUHANG));
    let east = NewUnit {
        code: "db",
        title: "东部所",
        kind: "station",
        parent: None,
        areas: &[],
    };
    let east = offices
        .app()
        .add_unit(&Actor::operator(), &east)
        .expect("a unit");
    let day = date(2027, 3, 5);
    offices.stage.house.today("2027-03-05");
    let split = |rest| Act::Split {
        from: offices.new,
        parts: vec![Part {
            into: east,
            areas: vec![YUHANG.to_owned()],
        }],
        rest,
    };
    // Without a unit for the rest nobody knows where the people and the other area go.
    let nobody = why(offices
        .app()
        .change_units(&Actor::operator(), &offices.ask(split(None), day)));
    assert_eq!(nobody, (Reason::Invalid, vec!["/rest".to_owned()]));
    let mut ask = offices.ask(split(Some(offices.new)), day);
    let yh1 = offices.app().account("yh1").expect("asked").expect("known");
    ask.assigned.push((yh1, east));
    // Somebody who stays has the far matter in hand: it goes to the others' pool.
    let held = offices.who("bj1");
    let turn = offices.stage.turn(far).task;
    offices.stage.on_turn(&held, turn, TurnAct::Claim);
    offices.done(&ask);
    assert_eq!(offices.who("yh1").areas, [YUHANG]);
    assert_eq!(offices.who("bj1").areas, [BINJIANG]);
    assert!(offices.waits("yh1", far) && !offices.waits("yh1", near));
    assert!(offices.waits("bj1", near) && !offices.waits("bj1", far));
}

#[test]
fn an_act_is_taken_back_until_something_was_built_on_it() {
    let offices = Offices::new();
    let operator = Actor::operator();
    let repair = offices.reported(YUHANG);
    let back = |id| {
        offices
            .app()
            .take_back_unit_change(&operator, id, "批文撤销")
    };
    let first = offices.done(&offices.merge(today()));
    assert!(!offices.titles(today()).contains(&"余杭所".to_owned()));
    let page = offices
        .app()
        .unit_page(&operator, offices.new)
        .expect("a page");
    assert_eq!(page.changes[0].stays, None);
    back(first).expect("taken back");
    assert_eq!(offices.state(first), "undone");
    assert_eq!(offices.who("yh1").areas, [YUHANG]);
    assert!(offices.waits("yh1", repair) && !offices.waits("bj1", repair));
    let second = offices.done(&offices.merge(today()));
    offices
        .stage
        .does(&offices.who("bj1"), repair, "order", "情况属实");
    assert_eq!(why(back(second)).0, Reason::Conflict);
    let page = offices
        .app()
        .unit_page(&operator, offices.new)
        .expect("a page");
    assert!(page.changes[0].stays.is_some());
    assert_eq!(why(back(first)).0, Reason::Conflict);
}

#[test]
fn a_unit_is_renamed_placed_elsewhere_and_not_below_itself() {
    let offices = Offices::new();
    let operator = Actor::operator();
    let rename = Act::Rename {
        unit: offices.yuhang,
        title: "临平所".to_owned(),
    };
    offices.done(&offices.ask(rename, today()));
    let place = Act::Move {
        unit: offices.yuhang,
        under: Some(offices.binjiang),
    };
    offices.done(&offices.ask(place, today()));
    let page = offices
        .app()
        .unit_page(&operator, offices.yuhang)
        .expect("a page");
    assert_eq!(page.title, "临平所");
    assert_eq!(page.parent.expect("a superior").0, offices.binjiang);
    assert_eq!(page.former.len(), 2);
    let before = today().yesterday().expect("a day");
    assert!(offices.titles(before).contains(&"余杭所".to_owned()));
    let circle = Act::Move {
        unit: offices.binjiang,
        under: Some(offices.yuhang),
    };
    let circle = why(offices
        .app()
        .change_units(&operator, &offices.ask(circle, today())));
    assert_eq!(circle, (Reason::Invalid, vec!["/under".to_owned()]));
}

#[test]
fn a_unit_with_people_or_tasks_is_not_closed_into_nothing() {
    let offices = Offices::new();
    offices.reported(YUHANG);
    let close = |heir| {
        let unit = offices.yuhang;
        offices.ask(Act::Close { unit, heir }, today())
    };
    let missing = offices.preview(&close(None)).missing;
    let at: Vec<&str> = missing.iter().map(|blame| blame.pointer.as_str()).collect();
    assert_eq!(at, ["/posts", "/rest"]);
    let mut ask = close(Some(offices.stage.house.unit()));
    ask.reason = "  ".to_owned();
    let none = why(offices.app().change_units(&Actor::operator(), &ask));
    assert_eq!(none.1, ["/reason"]);
    offices.done(&close(Some(offices.stage.house.unit())));
    assert_eq!(offices.who("yh1").unit, offices.stage.house.unit());
}

#[test]
fn only_the_system_administrator_changes_units_and_only_freshly_proven() {
    let offices = Offices::new();
    let app = offices.app();
    let ask = offices.merge(today());
    let coach = offices.who("yh2");
    assert_eq!(why(app.change_units(&coach, &ask)).0, Reason::NotFound);
    assert_eq!(why(app.preview_units(&coach, &ask)).0, Reason::NotFound);
    assert_eq!(why(app.unit_tree(&coach, None, "")).0, Reason::NotFound);
    let auditor = offices.stage.house.as_role("auditor");
    assert!(app.unit_tree(&auditor, None, "").is_ok());
    assert_eq!(why(app.change_units(&auditor, &ask)).0, Reason::Forbidden);
    let admin = offices.stage.house.as_role("sys_admin");
    let stale = Actor {
        freshness: kernel::Freshness::Never,
        ..admin.clone()
    };
    assert!(app.preview_units(&stale, &ask).is_ok());
    assert_eq!(why(app.change_units(&stale, &ask)).0, Reason::Unproved);
    let done = app.change_units(&admin, &ask).expect("done");
    let undone = app.take_back_unit_change(&stale, done.saved.id, "误办");
    assert_eq!(why(undone).0, Reason::Unproved);
}

#[test]
fn a_thousand_posts_and_tasks_go_over_in_one_transaction() {
    let offices = Offices::new();
    for n in 0..300 {
        offices.account(&format!("many{n}"), "coach", offices.yuhang);
    }
    let repairs: Vec<Id> = (0..100).map(|_| offices.reported(YUHANG)).collect();
    let began = std::time::Instant::now();
    let changed = offices
        .app()
        .change_units(&Actor::operator(), &offices.merge(today()))
        .expect("done");
    let took = began.elapsed();
    assert!(changed.moved >= 400, "{}", changed.moved);
    assert!(took.as_secs() < 10, "{took:?}");
    assert!(repairs.iter().all(|id| offices.waits("bj1", *id)));
}

#[test]
fn a_name_is_one_line_of_plain_text_and_a_day_is_one_that_somebody_means() {
    let offices = Offices::new();
    let asks = |title: &str, day: Date| {
        let rename = Act::Rename {
            unit: offices.binjiang,
            title: title.to_owned(),
        };
        let ask = offices.ask(rename, day);
        match offices.app().change_units(&Actor::operator(), &ask) {
            Err(No::Refused(refusal)) => refusal.blames[0].pointer.clone(),
            other => panic!("{title}: {other:?}"),
        }
    };
    for title in [
        "滨江\n新所",
        "滨江\u{202E}所新",
        "滨江\u{7}新所",
        "滨江\u{200B}新所",
    ] {
        assert_eq!(asks(title, today()), "/title", "{title:?}");
    }
    for day in [date(1900, 1, 1), date(1, 1, 1), date(2200, 1, 1)] {
        assert_eq!(asks("滨江新所", day), "/day", "{day}");
    }
}
