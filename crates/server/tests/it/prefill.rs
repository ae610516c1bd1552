//! What an enterprise still types where the registers know the rest. Each field that is listed here is
//! one that nobody but the enterprise can know; a list may grow shorter.

use kernel::{Actor, FieldIx, Id, Value};
use testkit::TestApp;

use crate::product::{self, Which};

const REPORT: &str = "special_equipment.report";
const RECTIFICATION: &str = "patrol.rectification";
const HAZARD: &str = "patrol.hazard";
const PATROL: &str = "patrol.patrol_record";
/// Sample firms: one that has reported a device before, one that has not.
const OLD: &str = "91330109MA21002120";
const NEW_FIRM: &str = "91330109MA2101012U";

struct World {
    house: TestApp,
    who: Actor,
    firm: Id,
}

impl World {
    fn of(code: &str) -> World {
        let house = product::house();
        product::enter_samples(&house, Which::All);
        let found = house
            .app
            .search(&Actor::operator(), code, 5)
            .expect("a search");
        let register = house.register("registry.enterprise");
        let firm = found.iter().find(|hit| hit.register == register);
        let firm = firm.expect("the firm").id;
        let who = house.as_own("ent_admin", firm);
        World { house, who, firm }
    }

    fn fields(&self, register: &str, names: &[&str]) -> Vec<FieldIx> {
        let def = self.house.app.catalogue().at(self.house.register(register));
        let field = |name: &&str| def.field(name).unwrap_or_else(|| panic!("no field {name}"));
        names.iter().map(field).collect()
    }

    /// Of these fields those that stand empty before anything is typed, and the values of the others.
    fn asked(
        &self,
        who: &Actor,
        register: &str,
        names: &[&str],
    ) -> (Vec<String>, Vec<(String, Value)>) {
        self.asked_of(who, register, &[], names)
    }

    /// The same where something is known of the record already.
    fn asked_of(
        &self,
        who: &Actor,
        register: &str,
        given: &[(&str, &str)],
        names: &[&str],
    ) -> (Vec<String>, Vec<(String, Value)>) {
        let like = app::Like::New(testkit::input(given));
        let ix = self.house.register(register);
        let def = self.house.app.catalogue().at(ix);
        let fields = self.fields(register, names);
        let (found, _) = self
            .house
            .app
            .prefilled_for(who, ix, &like, &fields)
            .expect("prefilled");
        let known = |ix: &FieldIx| found.iter().any(|(known, _)| known == ix);
        let default = |ix: &FieldIx| def.get(*ix).default.is_some();
        let empty = fields.iter().filter(|ix| !known(ix) && !default(ix));
        let name = |ix: FieldIx| def.get(ix).name.clone();
        (
            empty.map(|ix| name(*ix)).collect(),
            found
                .iter()
                .map(|(ix, value)| (name(*ix), value.clone()))
                .collect(),
        )
    }
}

/// What a report of a new lift needs, with the certificate of its maker not in the registry.
const NEW: &[&str] = &[
    "what",
    "code",
    "product_no",
    "plate_photos",
    "maker_licence",
    "maker_name",
    "made_on",
    "place",
    "site_given",
];

#[test]
fn a_firm_types_of_a_new_device_what_stands_on_its_plate() {
    let world = World::of(NEW_FIRM);
    let (empty, known) = world.asked(&world.who, REPORT, NEW);
    assert_eq!(
        empty,
        [
            "code",
            "product_no",
            "plate_photos",
            "maker_licence",
            "maker_name",
            "made_on"
        ]
    );
    let of = |name: &str| {
        known
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, v)| v.clone())
    };
    let registry = world.house.register("registry.enterprise");
    let def = world.house.app.catalogue().at(registry);
    let (firm, _) = world
        .house
        .app
        .record(&world.who, registry, world.firm, None)
        .expect("seen");
    let held = |name: &str| match firm.field(def.field(name).expect("a field")) {
        Some(app::Seen::Plain(datum)) => Some(datum.value().clone()),
        _ => None,
    };
    // A county with towns says too little; the firm chooses the town.
    let near = held("division").filter(|division| {
        let code = division.to_string();
        world.house.app.places().children(&code).is_empty()
    });
    assert_eq!(of("place"), near);
    let site = of("site_given");
    assert!(
        site == held("production_address") || site == held("address"),
        "{site:?}"
    );
}

#[test]
fn a_second_device_repeats_nothing_of_the_first() {
    let world = World::of(OLD);
    let fields = [
        ("what", "add"),
        ("code", "311010412202700012"),
        ("product_no", "L27-0012"),
        ("maker_licence", "TS2310412-2029"),
        ("maker_name", "杭州凌云电梯制造有限公司"),
        ("made_on", "2026-12-10"),
        ("place", "330109001"),
        ("site_given", "二号楼东侧"),
        ("purpose", "载客"),
    ];
    let made = world.house.create(&world.who, REPORT, &fields);
    made.expect("a draft");
    // Another lift: the maker and its certificate are those of the last one.
    let lift = [("code", "311010412202700013")];
    let (empty, known) = world.asked_of(&world.who, REPORT, &lift, NEW);
    assert_eq!(empty, ["code", "product_no", "plate_photos", "made_on"]);
    // A cableway is not made by the maker of lifts, and of what is not known yet nothing is said.
    let others: [&[(&str, &str)]; 2] = [&[("basic_given", "9100")], &[]];
    for given in others {
        let (empty, known) = world.asked_of(&world.who, REPORT, given, NEW);
        let maker = |name: &String| name.starts_with("maker_");
        assert_eq!(empty.iter().filter(|name| maker(name)).count(), 2);
        assert!(known.iter().any(|(name, _)| name == "site_given"));
    }
    let of = |name: &str| {
        known
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, v)| v.clone())
    };
    assert_eq!(of("site_given"), Some(Value::Text("二号楼东侧".into())));
    assert_eq!(
        of("maker_licence"),
        Some(Value::Text("TS2310412-2029".into()))
    );
    // Another firm's report tells this one nothing.
    let other = World::of(NEW_FIRM);
    let (empty, _) = other.asked(&other.who, REPORT, NEW);
    assert!(empty.contains(&"maker_licence".to_owned()), "{empty:?}");
}

/// Chosen device, cause, and what the law asks to be said of it: name, place, dates follow by themselves.
#[test]
fn reports_of_known_devices_ask_for_the_change_alone() {
    let world = World::of(OLD);
    let asked = |names: &[&str]| world.asked(&world.who, REPORT, names).0;
    assert_eq!(
        asked(&[
            "equipment",
            "from_on",
            "cause",
            "months",
            "measures",
            "measures_by"
        ]),
        ["equipment", "cause", "months", "measures"]
    );
    assert_eq!(
        asked(&["equipment", "from_on", "self_check"]),
        ["equipment"]
    );
    assert_eq!(
        asked(&["equipment", "from_on", "cause", "destroyed"]),
        ["equipment", "cause"]
    );
    assert_eq!(
        asked(&["equipment", "from_on", "cause", "new_site"]),
        ["equipment", "cause", "new_site"]
    );
    assert_eq!(
        asked(&["equipment", "from_on", "cause", "new_user"]),
        ["equipment", "cause", "new_user"]
    );
}

#[test]
fn who_signs_and_when_is_known_of_an_order() {
    let world = World::of(OLD);
    let asked = |names: &[&str]| world.asked(&world.who, RECTIFICATION, names);
    let (empty, known) = asked(&["received_by", "received_on"]);
    assert_eq!(
        empty,
        Vec::<String>::new(),
        "signing an order takes no typing"
    );
    assert_eq!(known[0].1, Value::Text("测试员".into()));
    let (empty, _) = asked(&["reported_on", "after_photos"]);
    assert_eq!(empty, ["after_photos"]);
    let hazard = world.asked(
        &world.who,
        HAZARD,
        &["duty", "measure", "done_on", "after_photos"],
    );
    assert_eq!(hazard.0, ["measure", "after_photos"]);
}

/// Whoever makes the record of a patrol is one of the two who inspect (特种设备安全法 第65条).
#[test]
fn who_inspects_is_named_on_the_record_he_makes() {
    let world = World::of(OLD);
    let officer = world.house.as_role("station_officer");
    let (empty, known) = world.asked(&officer, PATROL, &["staff_one", "staff_two"]);
    assert_eq!(empty, ["staff_two"]);
    assert_eq!(known[0].1, Value::Text("测试员".into()));
}

/// A sealed value is put into no box unasked, whoever it belongs to.
#[test]
fn no_definition_fills_in_what_is_sealed() {
    let house = product::house();
    for (_, def) in house.app.catalogue().all() {
        for field in def.fields.iter().filter(|field| field.sealed()) {
            let own = |from: &catalogue::Prefill| *from == catalogue::Prefill::Me;
            assert!(field.prefill.iter().all(own), "{}.{}", def.name, field.name);
        }
    }
}
