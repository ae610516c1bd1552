//! Where a step is the town's, the town is asked for: a county with towns would leave the matter with
//! nobody.

use app::{Input, NewAccount, NewUnit, No, Outcome, Saved};
use kernel::{Actor, Id, Value};
use testkit::TestApp;

use crate::product::{self, Which};

const REPORT: &str = "special_equipment.report";
/// A sample firm and a device of it, of which the registration knows the county alone.
const FIRM: &str = "91330109MA21002120";
const DEVICE: &str = "415010533201700219";
const TOWN: &str = "330109001";

struct World {
    house: TestApp,
    who: Actor,
    device: Id,
}

fn world() -> World {
    let house = product::house();
    product::enter_samples(&house, Which::All);
    let operator = Actor::operator();
    let town = [("code", TOWN), ("title", "金埠街道")];
    house
        .create(&operator, "house.division", &town)
        .expect("a town");
    let areas = [TOWN.to_owned()];
    let unit = NewUnit {
        code: "town",
        title: "金埠街道办事处",
        kind: "town",
        parent: Some(house.unit()),
        areas: &areas,
    };
    let unit = house.app.add_unit(&operator, &unit).expect("a unit");
    let account = NewAccount {
        login: "town",
        name: "质监员",
        role: "town_qo",
        unit,
        subject: None,
    };
    house
        .app
        .add_account(&operator, &account)
        .expect("a person");
    let find = |code: &str, register: &str| {
        let found = house.app.search(&operator, code, 5).expect("a search");
        let register = house.register(register);
        let hit = found.iter().find(|hit| hit.register == register);
        hit.unwrap_or_else(|| panic!("no {code}")).id
    };
    let firm = find(FIRM, "registry.enterprise");
    let device = find(DEVICE, "special_equipment.equipment");
    let who = house.as_own("ent_admin", firm);
    World { house, who, device }
}

impl World {
    fn report(&self, state: &str, fields: &[(&str, &str)]) -> Outcome<Saved> {
        let device = self.device.to_string();
        let mut all: Input = testkit::input(&[("equipment", &device), ("cause", "车间调整")]);
        all.extend(testkit::input(fields));
        let register = self.house.register(REPORT);
        self.house
            .app
            .create(&self.who, register, Some(state), &all)
    }

    fn division(&self, id: Id) -> Value {
        let register = self.house.register(REPORT);
        let def = self.house.app.catalogue().at(register);
        let seen = self.house.app.record(&self.who, register, id, None);
        match seen
            .expect("seen")
            .0
            .field(def.field("division").expect("a field"))
        {
            Some(app::Seen::Plain(datum)) => datum.value().clone(),
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn a_report_that_knows_the_county_alone_asks_for_the_town() {
    let world = world();
    let moving = [("what", "move"), ("new_site", "二车间")];
    let vague = match world.report("submitted", &moving) {
        Err(No::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    };
    let told = &vague.blames[0].message.zh;
    assert!(told.contains("请选到镇街"), "{told}");
    let moving = [&moving[..], &[("new_place", TOWN)]].concat();
    let id = world.report("submitted", &moving).expect("reported").id;
    let register = world.house.register(REPORT);
    let matter = world.house.app.matter(&Actor::operator(), register, id);
    let matter = matter.expect("an answer").expect("a matter");
    let turn = matter.open_turns().next().expect("a turn");
    assert_eq!(turn.unit.as_deref(), Some("金埠街道办事处"));
    assert!(!turn.nobody);
}

/// Where the registration of a device lacks the town, the report of its non-use tells it.
#[test]
fn the_town_of_a_device_is_given_with_the_report_where_it_is_not_registered() {
    let world = world();
    let stop = [("what", "stop"), ("months", "3"), ("measures", "power_off")];
    let id = world.report("draft", &stop).expect("a draft").id;
    assert_eq!(world.division(id), Value::Text("330109".into()));
    let told = [&stop[..], &[("town_given", TOWN)]].concat();
    let id = world.report("draft", &told).expect("a draft").id;
    assert_eq!(world.division(id), Value::Text(TOWN.into()));
    let abroad = [&stop[..], &[("town_given", "330106001")]].concat();
    let id = world.report("draft", &abroad).map(|saved| saved.id);
    if let Ok(id) = id {
        assert_eq!(world.division(id), Value::Text("330109".into()));
    }
}
