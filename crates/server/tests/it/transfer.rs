//! A registered device changes its user by the transfer report and in no other way (特种设备安全法 第47条).

use app::{Ask, No, Outcome, Seen};
use kernel::{Actor, Datum, Id, Reason, Refusal, Value};
use testkit::{TestApp, input};

use crate::product::{self, Which};

const EQUIPMENT: &str = "special_equipment.equipment";
const ENTERPRISE: &str = "registry.enterprise";

fn refused<T: std::fmt::Debug>(outcome: Outcome<T>) -> Refusal {
    match outcome.unwrap_err() {
        No::Refused(refusal) => refusal,
        No::Broke(error) => panic!("the world broke: {error:?}"),
    }
}

/// A device in use, its version and its user.
fn in_use(house: &TestApp, officer: &Actor) -> (Id, i64, Id) {
    let register = house.register(EQUIPMENT);
    let def = house.app.catalogue().at(register);
    let user = def.field("user").expect("a field");
    let (page, _) = house
        .app
        .list(officer, register, &Ask::default())
        .expect("a list");
    let found = page.rows.iter().find_map(|row| {
        let (view, _) = house.app.record(officer, register, row.id, None).ok()?;
        let state = &def.states[view.state?.0].name;
        match view.field(user) {
            Some(Seen::Plain(Datum::One(Value::Id(of)))) if state == "in_use" => {
                Some((row.id, view.version, *of))
            }
            _ => None,
        }
    });
    found.expect("a device in use")
}

#[test]
fn a_registered_device_keeps_its_user_until_a_report_is_confirmed() {
    let house = product::house();
    let officer = house.as_role("section_officer");
    product::enter_samples(&house, Which::All);
    let (device, version, user) = in_use(&house, &officer);
    let firms = house.register(ENTERPRISE);
    let (page, _) = house
        .app
        .list(&officer, firms, &Ask::default())
        .expect("a list");
    let other = page.rows.iter().map(|row| row.id).find(|id| *id != user);
    let other = other.expect("another firm").to_string();
    let register = house.register(EQUIPMENT);
    let edit = |to: &str, site: &str| {
        let sent = input(&[("user", to), ("site", site)]);
        house.app.edit(&officer, register, device, version, &sent)
    };
    let no = refused(edit(&other, "新址"));
    assert_eq!(no.reason, Reason::Invalid);
    let blames: Vec<&str> = no.blames.iter().map(|blame| blame.code).collect();
    assert_eq!(blames, ["fixed"]);
    assert!(no.message.zh.contains("过户"), "{}", no.message.zh);
    // Sent back as it stands, it is in nobody's way.
    edit(&user.to_string(), "新址").expect("saved");
}
