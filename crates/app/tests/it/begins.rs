//! Where a record may begin: behind an action only as far as the action itself would go.

use app::{Input, No};
use catalogue::Origin;
use kernel::{Actor, Raw};
use testkit::{TestApp, club_hooks, club_texts};

const SUBSYSTEM: &str = r#"
[subsystem]
title = "球拍"
uses  = []
order = 92
"#;

const LOANS: &str = r#"
[record]
title  = "借拍"
path   = "loans"
shown  = "{racket}"
begins = ["wanted", "lent", "kept"]

[fields]
racket = { type = "text", label = "球拍", max = 10, required = true }
days   = { type = "int", label = "几日" }
broken = { type = "bool", label = "坏了", default = false }

[form]
what = { title = "借拍", fields = ["racket", "days", "broken"] }

[states]
wanted = { label = "想借", phase = "draft" }
lent   = { label = "借出", phase = "open" }
kept   = { label = "留用", phase = "open" }

[actions]
lend      = { label = "借出", from = ["wanted"], to = "lent", by = ["coach"], when = 'broken = false', needs = ["days"] }
keep      = { label = "留用", from = ["wanted", "lent"], to = "kept", by = ["coach"], reason = true }
give_back = { label = "再借出", from = ["kept"], to = "lent", by = ["groundsman"] }

[lists.all]
title   = "全部"
columns = ["racket", "state"]

[permissions]
manager    = { may = ["see", "create", "import"], within = "all" }
coach      = { may = ["see", "create"], within = "all" }
groundsman = { may = ["see", "create"], within = "all" }
"#;

fn rackets() -> TestApp {
    let texts = club_texts()
        .with_text("rackets/subsystem.toml", Origin::Tenant, SUBSYSTEM)
        .with_text("rackets/loan.toml", Origin::Tenant, LOANS);
    TestApp::of(&texts, club_hooks())
}

/// Makes a loan in that state; answers what was said.
fn begin(house: &TestApp, actor: &Actor, state: &str, typed: &[(&str, &str)]) -> String {
    let input: Input = typed
        .iter()
        .map(|(name, text)| ((*name).to_owned(), Raw::text(*text)))
        .collect();
    let register = house.register("rackets.loan");
    match house.app.create(actor, register, Some(state), &input) {
        Ok(_) => "made".to_owned(),
        Err(No::Refused(refusal)) => refusal.message.zh.into_owned(),
        Err(No::Broke(error)) => panic!("{error}"),
    }
}

#[test]
fn beginning_behind_an_action_asks_what_the_action_asks() {
    let house = rackets();
    let coach = house.as_role("coach");
    let whole = [("racket", "1"), ("days", "3")];
    assert_eq!(begin(&house, &coach, "wanted", &[("racket", "1")]), "made");
    assert_eq!(begin(&house, &coach, "lent", &whole), "made");
    assert_eq!(
        begin(&house, &coach, "lent", &[("racket", "1")]),
        "办理“借出”前请填写“几日”"
    );
    let broken = [("racket", "1"), ("days", "3"), ("broken", "true")];
    assert_eq!(
        begin(&house, &coach, "lent", &broken),
        "还不具备办理“借出”的条件"
    );
    // Its `by` as well; an action that leads there from a later state opens no other way.
    let groundsman = house.as_role("groundsman");
    let step_by_step =
        |state| format!("您的岗位新建的记录不能直接是“{state}”，请先新建，再按步骤办理");
    assert_eq!(
        begin(&house, &groundsman, "lent", &whole),
        step_by_step("借出")
    );
    // Nobody gives a reason when he makes a record.
    assert_eq!(begin(&house, &coach, "kept", &whole), step_by_step("留用"));
}

#[test]
fn whoever_may_import_enters_what_is_older_than_the_system() {
    let house = rackets();
    let manager = house.as_role("manager");
    for state in ["wanted", "lent", "kept"] {
        assert_eq!(begin(&house, &manager, state, &[("racket", "1")]), "made");
    }
    let register = house.register("rackets.loan");
    let offered = |role: &str| -> Vec<&str> {
        let def = house.app.catalogue().at(register);
        let actor = house.as_role(role);
        let may = def.begins.iter();
        let may = may.filter(|state| kernel::may_begin(def, &actor, **state));
        may.map(|state| def.states[state.0].name.as_str()).collect()
    };
    assert_eq!(offered("manager"), ["wanted", "lent", "kept"]);
    assert_eq!(offered("coach"), ["wanted", "lent"]);
    assert_eq!(offered("groundsman"), ["wanted"]);
}
