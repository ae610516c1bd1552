//! Exports: what was exported goes in again as it is, masked values stay masked, and it is noted.

use app::{Ask, ExportFormat, Labels};
use kernel::{Actor, Reason};
use testkit::TestApp;

use crate::sheets::{MEMBER, MEMBERS, counts, import, refusal};

fn export(
    house: &TestApp,
    actor: &Actor,
    ask: &Ask,
    format: ExportFormat,
    labels: Labels,
) -> Vec<u8> {
    let mut out = Vec::new();
    let register = house.register(MEMBER);
    house
        .app
        .export(actor, register, ask, (format, labels), &mut out)
        .expect("an export");
    out
}

fn text(house: &TestApp, ask: &Ask, labels: Labels) -> String {
    let bytes = export(house, &Actor::operator(), ask, ExportFormat::Csv, labels);
    String::from_utf8(bytes)
        .expect("UTF-8")
        .trim_start_matches('\u{feff}')
        .to_owned()
}

fn filled() -> TestApp {
    let house = TestApp::club();
    import(&house, MEMBER, MEMBERS, None);
    let rest = "card,name,phone,kind,division,address,home,likes,newsletter,remark,监护会员,paid_until,状态,relatives\n\
        6901234567939,小王,13800138011,junior,330109,=1+1,\"-30.5,120.25\",clay|grass,是,\"甲,\"\"乙\"\"\n丙\",王五,2027-05-01,在会,\"[{\"\"who\"\":\"\"王五\"\",\"\"relation\"\":\"\"父\"\"}]\"\n";
    let (report, _) = import(&house, MEMBER, rest, None);
    assert_eq!(counts(&report), [1, 0, 0, 0]);
    house
}

#[test]
fn what_is_exported_is_imported_as_the_same() {
    let house = filled();
    for labels in [Labels::Names, Labels::Words] {
        for format in [
            ExportFormat::Csv,
            ExportFormat::PlainCsv,
            ExportFormat::Xlsx,
        ] {
            let sheet = export(&house, &Actor::operator(), &Ask::default(), format, labels);
            let (report, wrong) = import(&house, MEMBER, &sheet, None);
            assert_eq!(
                counts(&report),
                [0, 0, 4, 0],
                "{format:?} {labels:?}: {wrong}"
            );
        }
    }
}

#[test]
fn an_export_fills_an_empty_house_but_for_what_is_masked() {
    let house = filled();
    let sheet = text(&house, &Ask::default(), Labels::Words);
    let empty = TestApp::club();
    let (report, _) = import(
        &empty,
        MEMBER,
        sheet.replace("138****80", "138001380"),
        None,
    );
    assert_eq!(counts(&report), [4, 0, 0, 0], "{report:?}");
    let ask = Ask {
        columns: Some(
            [
                "card", "name", "kind", "level", "joined", "home", "likes", "remark", "parent",
                "state",
            ]
            .map(str::to_owned)
            .to_vec(),
        ),
        ..Ask::default()
    };
    let sorted = |house: &TestApp| {
        let text = text(house, &ask, Labels::Names);
        let mut lines: Vec<String> = text.split("\r\n").map(str::to_owned).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&house), sorted(&empty));
}

#[test]
fn values_stand_in_cells_as_people_read_them() {
    let house = filled();
    let columns = [
        "card",
        "name",
        "phone",
        "division",
        "address",
        "deposit",
        "likes",
        "parent",
        "newsletter",
        "state",
        "colour",
    ];
    let columns = Some(columns.map(str::to_owned).to_vec());
    let ask = Ask {
        columns,
        condition: Some("kind = junior and state = active".to_owned()),
        ..Ask::default()
    };
    let words = text(&house, &ask, Labels::Words);
    let lines: Vec<&str> = words.lines().collect();
    assert_eq!(
        lines[0],
        "会员卡号,姓名,手机,住址区划,住址区划（名称）,住址,押金,喜欢的场地,监护会员,监护会员（名称）,订阅通讯,状态,预警"
    );
    // A leading = cannot run; codes keep all their digits; personal values stay masked.
    assert_eq!(
        lines[1],
        "\t6901234567939,小王,138****8011,330109,浙江省杭州市萧山区,'=1+1,200.00,红土、草地,\t6901234567892,6901234567892 王五,是,在会,黄色"
    );
    assert_eq!(lines.len(), 2);
    let plain = text(&house, &ask, Labels::Names);
    assert!(plain.starts_with(
        "card,name,phone,division,address,deposit,likes,parent,newsletter,state,colour\r\n"
    ));
    assert!(plain.contains(",clay|grass,"), "{plain}");
}

#[test]
fn the_export_is_cut_by_filters_and_rights_and_noted_without_values() {
    let house = filled();
    let filters = vec![
        ("kind".to_owned(), "adult".to_owned()),
        ("phone".to_owned(), "13800138000".to_owned()),
    ];
    let ask = Ask {
        filters,
        ..Ask::default()
    };
    let sheet = text(&house, &ask, Labels::Names);
    assert_eq!(sheet.lines().count(), 2, "{sheet}");
    let coach = house.as_role("coach");
    let register = house.register(MEMBER);
    let form = (ExportFormat::Csv, Labels::Names);
    let mut nothing = Vec::new();
    let refused = refusal(
        house
            .app
            .export(&coach, register, &Ask::default(), form, &mut nothing),
    );
    assert_eq!(refused.reason, Reason::Forbidden);
    assert_eq!(nothing, b"");
    drop(coach);
    let notes = ledger(&house);
    assert!(
        notes.contains("\"condition\":\"kind=adult; phone=…\""),
        "{notes}"
    );
    assert!(notes.contains("\"count\":\"1\""), "{notes}");
    assert!(!notes.contains("13800138000"));
}

/// All bytes of the database and its log, as text.
fn ledger(house: &TestApp) -> String {
    ["jinzhi.db", "jinzhi.db-wal"]
        .iter()
        .filter_map(|name| std::fs::read(house.path().join(name)).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect()
}
