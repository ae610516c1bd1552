//! Orders (责令整改): what the section orders on a report or a patrol is a rectification at once, and only once.

use app::{Ask, Input, RecordView, Seen};
use kernel::{Actor, Datum, Id, Value, Words};
use testkit::TestApp;

use crate::product;

const CHECK: &str = "patrol.town_check";
const ORDER: &str = "patrol.rectification";

/// A report of the station itself, of that firm.
fn reported(house: &TestApp, firm: Id, more: &[(&str, &str)]) -> Id {
    let firm = firm.to_string();
    let mut fields = vec![
        ("entity", firm.as_str()),
        ("about", "安全阀铅封断裂"),
        ("fact", "储气罐一台，铅封断裂"),
    ];
    fields.extend(more);
    let station = house.as_role("station_officer");
    let made = house.create_in(&station, CHECK, "station_reported", &fields);
    made.expect("reported").id
}

fn firm(house: &TestApp) -> Id {
    let fields = [
        ("name", "萧山机械厂"),
        ("foreign", "true"),
        ("division", "330109"),
    ];
    let made = house.create(&Actor::operator(), "registry.enterprise", &fields);
    made.expect("an enterprise").id
}

fn order(house: &TestApp, id: Id) {
    let register = house.register(CHECK);
    let officer = house.as_role("section_officer");
    let (view, _) = house
        .app
        .record(&officer, register, id, None)
        .expect("seen");
    let input: Input = testkit::input(&[
        ("order_no", "萧市监改〔2027〕9号"),
        ("due_on", "2027-03-20"),
    ]);
    let words = Words {
        opinion: Some("责令限期改正"),
        ..Words::default()
    };
    let done = house
        .app
        .act(&officer, register, id, view.version, "order", &input, words);
    done.expect("ordered");
}

fn orders(house: &TestApp) -> Vec<RecordView> {
    let ask = Ask {
        unlisted: true,
        ..Ask::default()
    };
    let register = house.register(ORDER);
    let page = house.app.list(&Actor::operator(), register, &ask);
    let ids: Vec<Id> = page
        .expect("a list")
        .0
        .rows
        .iter()
        .map(|row| row.id)
        .collect();
    let whole = |id: &Id| {
        let seen = house.app.record(&Actor::operator(), register, *id, None);
        seen.expect("seen").0
    };
    ids.iter().map(whole).collect()
}

fn field(house: &TestApp, view: &RecordView, name: &str) -> Datum {
    let def = house.app.catalogue().at(house.register(ORDER));
    match view.field(def.field(name).expect("a field")) {
        Some(Seen::Plain(datum)) => datum.clone(),
        other => panic!("{name}: {other:?}"),
    }
}

fn state(house: &TestApp, view: &RecordView) -> String {
    let def = house.app.catalogue().at(house.register(ORDER));
    def.states[view.state.expect("a state").0].name.clone()
}

#[test]
fn an_order_on_a_report_is_a_rectification_at_once() {
    let house = product::house();
    let id = reported(&house, firm(&house), &[]);
    // The report of the station itself has its limit over the whole as well.
    let matter = house
        .app
        .matter(&Actor::operator(), house.register(CHECK), id);
    let matter = matter.expect("an answer").expect("a matter");
    assert_eq!(matter.clocks.len(), 1, "{:?}", matter.clocks);
    assert!(matter.open_turns().all(|turn| turn.due_at.is_some()));
    order(&house, id);
    let made = orders(&house);
    assert_eq!(made.len(), 1);
    assert_eq!(state(&house, &made[0]), "ordered");
    let one = |name: &str| field(&house, &made[0], name).value().clone();
    assert_eq!(one("town_check"), Value::Id(id));
    assert_eq!(one("due_on"), Value::Date(jiff::civil::date(2027, 3, 20)));
    assert_eq!(one("issued_on"), Value::Date(jiff::civil::date(2027, 3, 1)));
    assert_eq!(one("order_no"), Value::Text("萧市监改〔2027〕9号".into()));
    assert_eq!(one("division"), Value::Text("330109".into()));
    let Datum::Rows(findings) = field(&house, &made[0], "findings") else {
        panic!("no findings");
    };
    assert_eq!(findings.len(), 1);
    assert_eq!(findings[0].values[0], Value::Text("安全阀铅封断裂".into()));
    // It is a matter of its own, and waits for the enterprise.
    let own = house
        .app
        .matter(&Actor::operator(), house.register(ORDER), made[0].id);
    assert!(
        own.expect("an answer")
            .expect("a matter")
            .open_turns()
            .count()
            > 0
    );
}

/// What the enterprise must mend is due at the end of the day that the order names.
#[test]
fn the_date_of_an_order_is_the_limit_of_the_enterprise() {
    let house = product::house();
    let of = firm(&house);
    order(&house, reported(&house, of, &[]));
    let (made, register) = (orders(&house), house.register(ORDER));
    let firm = house.as_own("ent_admin", of);
    let input: Input = testkit::input(&[("received_on", "2027-03-01")]);
    let (id, version) = (made[0].id, made[0].version);
    let words = Words::default();
    let done = house
        .app
        .act(&firm, register, id, version, "receive", &input, words);
    done.expect("received");
    let matter = house.app.matter(&Actor::operator(), register, id);
    let matter = matter.expect("an answer").expect("a matter");
    let due: Vec<_> = matter.open_turns().map(|turn| turn.due_at).collect();
    let end = kernel::Moment::from_local(jiff::civil::date(2027, 3, 21).at(0, 0, 0, 0));
    assert_eq!(due, [Some(end)]);
}

#[test]
fn a_plan_that_waits_for_approval_is_not_told_as_running() {
    let house = product::house();
    let register = house.register("patrol.patrol_plan");
    let fields = [
        ("name", "二季度电梯检查"),
        ("division", "330109"),
        ("from_on", "2027-04-01"),
        ("until_on", "2027-06-30"),
        ("target", "40"),
    ];
    let (officer, head) = (
        house.as_role("section_officer"),
        house.as_role("section_head"),
    );
    let made = house.create_in(&officer, "patrol.patrol_plan", "for_approval", &fields);
    let made = made.expect("a plan");
    let ask = Ask {
        list: Some("running".to_owned()),
        ..Ask::default()
    };
    let running = || {
        let listed = house.app.list(&officer, register, &ask);
        listed.expect("a list").0.rows.len()
    };
    assert_eq!(running(), 0);
    let words = Words {
        opinion: Some("同意"),
        ..Words::default()
    };
    let input = Input::new();
    let (id, version) = (made.id, made.version);
    let done = house
        .app
        .act(&head, register, id, version, "approve", &input, words);
    done.expect("approved");
    assert_eq!(running(), 1);
}

#[test]
fn a_serious_hazard_waits_for_the_head_and_nothing_is_ordered_twice() {
    let house = product::house();
    let firm = firm(&house);
    let serious = [("serious", "true"), ("ground", "unprotected")];
    order(&house, reported(&house, firm, &serious));
    let made = orders(&house);
    assert_eq!(state(&house, &made[0]), "for_issue");
    let demand = field(&house, &made[0], "demand").value().clone();
    assert_eq!(demand, Value::Text("stop".into()));
    // What the station drew up by hand stands; the order adds no second.
    let id = reported(&house, firm, &[]);
    let (of, check) = (firm.to_string(), id.to_string());
    let fields = [
        ("entity", of.as_str()),
        ("town_check", check.as_str()),
        ("due_on", "2027-03-25"),
    ];
    let station = house.as_role("station_head");
    house.create(&station, ORDER, &fields).expect("a draft");
    order(&house, id);
    assert_eq!(orders(&house).len(), 2);
}
