//! The samples entered through the kernel, and what the law then allows and forbids.

use jiff::civil::{Date, date};
use kernel::{Grade, Refusal, Value, View, colour};

use super::county::{County, astray, counts};
use super::loaded;

const EQUIPMENT: &str = "special_equipment.equipment";

/// The day on which the samples are looked at.
const TODAY: Date = date(2026, 11, 21);

fn county() -> County {
    let mut county = County::with_samples(loaded(), TODAY);
    // Whoever entered a record does not approve it.
    county.actor.account = kernel::Id(9_000);
    county
}

fn due(county: &County, product_no: &str, field: &str) -> Value {
    county.value(EQUIPMENT, ("product_no", product_no), field)
}

fn why(answer: Result<String, Refusal>) -> String {
    match answer {
        Ok(state) => format!("-> {state}"),
        Err(refusal) => {
            let blames = refusal.blames.iter().map(|b| b.message.zh.to_string());
            std::iter::once(refusal.message.zh.into_owned().clone())
                .chain(blames)
                .last()
                .unwrap_or_default()
        }
    }
}

#[test]
fn all_samples_can_be_entered() {
    let county = county();
    assert_eq!(astray(&county), Vec::<String>::new());
    let counts = counts();
    for register in ["enterprise", "person"] {
        assert!(counts[&format!("registry.{register}")] >= 20, "{register}");
    }
    for register in ["equipment", "inspection", "operator"] {
        assert!(
            counts[&format!("special_equipment.{register}")] >= 20,
            "{register}"
        );
    }
}

#[test]
fn next_dates_follow_from_reports_cycles_and_the_years_of_lifts() {
    let county = county();
    let next = |no, field| due(&county, no, field);
    // The report of 2024 states it; the years of the lift say the same.
    assert_eq!(next("L20-1187", "next_due"), Value::Date(date(2027, 6, 30)));
    // 2022 to 2026 are tested; 2028 is the next year without inspection.
    assert_eq!(
        next("L20-1187", "next_self_test"),
        Value::Date(date(2028, 6, 30))
    );
    // No report, only a date from before: years 11 and 13 after 2012.
    assert_eq!(next("L12-0233", "next_due"), Value::Date(date(2025, 5, 31)));
    // Boiler: inside every 24 months, outside every 12.
    assert_eq!(next("G18-077", "next_due"), Value::Date(date(2026, 9, 5)));
    assert_eq!(
        next("G18-077", "next_due_outer"),
        Value::Date(date(2027, 3, 12))
    );
    // A forklift inspected before its first report here.
    assert_eq!(next("C23-3055", "next_due"), Value::Date(date(2027, 3, 20)));
    // LPG cylinders: 48 months after the last inspection.
    assert_eq!(next("P22-001", "next_due"), Value::Date(date(2026, 5, 1)));
    // PE main without any inspection: nothing first is set, so only the yearly check is due.
    assert_eq!(
        next("RQ-2014-11", "next_due"),
        Value::Date(date(2029, 10, 8))
    );
    assert_eq!(
        next("RQ-2014-11", "next_due_outer"),
        Value::Date(date(2015, 10, 8))
    );
    // A failed inspection moves nothing: year 7 after 2019 stays due.
    assert_eq!(next("F19-0455", "passed"), Value::Bool(false));
    assert_eq!(next("F19-0455", "next_due"), Value::Date(date(2020, 7, 31)));
}

#[test]
fn colours_grow_graver_with_the_date_and_a_boundary_belongs_to_the_graver() {
    let mut county = county();
    let at = |county: &mut County, today| {
        county.today = today;
        let record = county.record(EQUIPMENT, "product_no", "C23-3055").clone();
        let ground = county.ground();
        let register = ground.catalogue.at(record.register);
        let view = View {
            register,
            record: &record,
            params: ground.params,
            today: ground.today,
            now: ground.now,
        };
        let colour = colour(ground.catalogue, register, &view).unwrap();
        (colour.grade, colour.message)
    };
    // e = 2027-03-20
    assert_eq!(at(&mut county, date(2027, 3, 21)).0, Grade::Expired);
    assert_eq!(
        at(&mut county, date(2027, 3, 21)).1.unwrap(),
        "检验已超期 1 天"
    );
    assert_eq!(at(&mut county, date(2027, 3, 20)).0, Grade::Crimson);
    assert_eq!(at(&mut county, date(2027, 2, 20)).0, Grade::Red);
    assert_eq!(at(&mut county, date(2027, 2, 21)).0, Grade::Crimson);
    assert_eq!(at(&mut county, date(2026, 12, 20)).0, Grade::Red);
    assert_eq!(at(&mut county, date(2026, 12, 19)).0, Grade::Yellow);
    assert_eq!(at(&mut county, date(2026, 9, 20)).0, Grade::Yellow);
    assert_eq!(at(&mut county, date(2026, 9, 19)).0, Grade::Green);
}

#[test]
fn a_lift_stopped_for_a_year_runs_again_only_after_its_inspection() {
    let mut county = county();
    let lift = ("product_no", "H08-0091");
    let resume = |county: &mut County| {
        why(county.act(EQUIPMENT, lift, "resume", &[("resumed_on", "2026-11-20")]))
    };
    assert_eq!(
        resume(&mut county),
        "检验已于 2009-04-30 到期，检验合格后才能使用（特种设备安全法第40条）"
    );
    let report = |code: &str, finished: &str, more: &str| -> toml::Table {
        format!(
            "code = \"{code}\"\nequipment = \"@312010412200800091\"\ncategory = \"periodic\"\n\
             body = \"@TS7110233-2028\"\nfinished = \"{finished}\"\nconclusion = \"pass\"\n{more}"
        )
        .parse()
        .unwrap()
    };
    let before = report("T-1", "2025-07-20", "next_date = \"2027-07-31\"");
    county
        .enter("special_equipment.inspection", &before)
        .unwrap();
    assert_eq!(
        resume(&mut county),
        "自 2025-08-01 停用已超过 12 个月，须先定期检验合格再启用"
    );
    let after = report("T-2", "2026-11-12", "after_stop = true");
    county
        .enter("special_equipment.inspection", &after)
        .unwrap();
    assert_eq!(resume(&mut county), "-> in_use");
    // The month of that inspection is the month of the series from now on.
    assert_eq!(
        due(&county, "H08-0091", "next_due"),
        Value::Date(date(2027, 11, 30))
    );
}

#[test]
fn what_is_sealed_failed_or_gone_is_not_brought_back() {
    let mut county = county();
    let crane = ("product_no", "Q19-077");
    assert_eq!(
        why(county.act(
            EQUIPMENT,
            crane,
            "begin_change",
            &[("change_kind", "alter")]
        )),
        "-> changing"
    );
    let drop = |county: &mut County| why(county.act(EQUIPMENT, crane, "drop_change", &[]));
    assert_eq!(
        drop(&mut county),
        "设备处于查封、扣押状态，解除后才能办理（特种设备安全法第61条）"
    );
    assert_eq!(
        why(county.act(EQUIPMENT, crane, "unseal", &[])),
        "-> changing"
    );
    assert_eq!(
        drop(&mut county),
        "最近一次检验不合格，不得使用（特种设备安全法第40条）"
    );

    let boiler = ("product_no", "G09-042");
    assert!(why(county.act(EQUIPMENT, boiler, "resume", &[])).starts_with("现在是“报废”"));
    assert_eq!(
        why(county.act(
            EQUIPMENT,
            boiler,
            "cancel",
            &[("cancelled_on", "2026-11-20")]
        )),
        "-> cancelled"
    );
    let equipment = county.catalogue.register(EQUIPMENT).unwrap();
    let actions = county.catalogue.at(equipment).actions.clone();
    for action in actions.iter().map(|a| a.name.as_str()) {
        let answer = why(county.act(EQUIPMENT, boiler, action, &[]));
        assert!(answer.starts_with("现在是“注销”"), "{action}: {answer}");
    }
}

#[test]
fn a_new_lift_is_enrolled_with_its_certificate_and_not_without() {
    let mut county = county();
    let lift = ("product_no", "Z24-0610");
    assert_eq!(
        due(&county, "Z24-0610", "next_due"),
        Value::Date(date(2025, 12, 31))
    );
    assert_eq!(
        why(county.act(EQUIPMENT, lift, "enrol", &[("registered_on", "2026-11-20")])),
        "办理“使用登记”前请填写“使用登记证编号”"
    );
    let papers = [
        ("registered_on", "2026-11-20"),
        ("cert_no", "梯43浙A20001(26)"),
    ];
    assert_eq!(
        why(county.act(EQUIPMENT, lift, "enrol", &papers)),
        "检验已于 2025-12-31 到期，检验合格后才能使用（特种设备安全法第40条）"
    );
    county.today = date(2025, 1, 10);
    let papers = [
        ("registered_on", "2025-01-10"),
        ("cert_no", "梯43浙A20001(25)"),
    ];
    assert_eq!(
        why(county.act(EQUIPMENT, lift, "enrol", &papers)),
        "-> in_use"
    );
}

#[test]
fn a_device_without_file_is_not_moved_to_another_authority() {
    let mut county = county();
    let crane = ("product_no", "Q21-1420");
    let papers = [("moved_to", "330110"), ("move_no", "QC-2026-1")];
    assert_eq!(
        why(county.act(EQUIPMENT, crane, "move_out", &papers)),
        "没有技术资料，请先上传设计、合格、安装资料（TSG 08-2017 3.8）"
    );
}

#[test]
fn what_a_code_says_is_not_typed() {
    let county = county();
    let steel = |field| {
        county.value(
            "registry.enterprise",
            ("name", "杭州湘江特种钢管有限公司"),
            field,
        )
    };
    assert_eq!(steel("kind"), Value::Text("enterprise".into()));
    assert_eq!(
        steel("former_names_key"),
        Value::Text("萧山湘江钢管厂".into())
    );
    let Value::Text(uscc) = steel("uscc") else {
        panic!("no code")
    };
    assert_eq!(steel("org_code"), Value::Text(uscc[8..17].into()));
    let licence = |field| {
        county.value(
            "special_equipment.licence",
            ("code", "TS4233019-2027"),
            field,
        )
    };
    assert_eq!(licence("nature"), Value::Text("fill_bottle".into()));
    assert_eq!(licence("kind"), Value::Text("vessel".into()));
    assert_eq!(licence("approved_by"), Value::Text("province".into()));
    let report = |field| {
        county.value(
            "special_equipment.inspection",
            ("code", "DJ-GD-2023-00092"),
            field,
        )
    };
    assert_eq!(report("kind"), Value::Text("pipe".into()));
    assert_eq!(report("passed"), Value::Bool(true));
    assert_eq!(report("latest_allowed"), Value::Date(date(2029, 10, 18)));
    assert_eq!(report("division"), Value::Text("330109".into()));
    // A lift's own years bound what its report may state.
    let lift = ("code", "DJ-DT-2024-05120");
    let allowed = county.value("special_equipment.inspection", lift, "latest_allowed");
    assert_eq!(allowed, Value::Date(date(2027, 6, 30)));
}

#[test]
fn a_certificate_lasts_four_years_less_a_day() {
    let county = county();
    let ix = county
        .catalogue
        .register("special_equipment.operator")
        .unwrap();
    let def = county.catalogue.at(ix);
    let approved = Value::Date(date(2024, 3, 11));
    let record = county.record("special_equipment.operator", "item", "A");
    assert_eq!(*record.named(def, "approved_on"), approved);
    assert_eq!(
        *record.named(def, "valid_until"),
        Value::Date(date(2028, 3, 10))
    );
    assert_eq!(*record.named(def, "usable"), Value::Bool(true));
}

#[test]
fn what_lies_outside_the_catalogue_is_warned_of_and_not_refused() {
    let mut county = county();
    let mut small: toml::Table = "kind = \"lift\"\nbasic = \"3110\"\nname = \"家用电梯\"\n\
         product_no = \"J-1\"\nmaker_name = \"示例\"\nplace_kind = \"one_family\"\ndivision = \"330109\"\nsite = \"自宅\""
        .parse()
        .unwrap();
    let user = county.value(
        "registry.enterprise",
        ("name", "杭州安居物业服务有限公司"),
        "uscc",
    );
    small.insert("user".into(), toml::Value::from(format!("@{user}")));
    let warnings = county.enter(EQUIPMENT, &small).unwrap();
    let texts: Vec<&str> = warnings.iter().map(|w| w.message.zh.as_ref()).collect();
    assert_eq!(
        texts,
        ["不在目录范围：非公共场所安装且仅供单一家庭使用的电梯"]
    );
}
