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
    // Last of all who took it, when and how much (hard rule 9).
    assert_eq!(
        lines[2..],
        [
            "# jinzhi · 导出：服务器命令行 · 2027-03-01 09:00:00 · 1 行 · 个人信息已遮盖，仅限工作使用，不得外传"
        ]
    );
    let plain = text(&house, &ask, Labels::Names);
    assert!(plain.starts_with(
        "card,name,phone,division,address,deposit,likes,parent,newsletter,state,colour\r\n"
    ));
    assert!(plain.contains(",clay|grass,"), "{plain}");
    // Names of states and colours, and the values of the definition: no 是 among them.
    assert!(plain.contains(",true,active,yellow"), "{plain}");
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
    assert_eq!(sheet.lines().count(), 3, "{sheet}");
    assert!(sheet.contains("\n# jinzhi · 导出："), "{sheet}");
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

#[test]
fn what_an_account_takes_says_who_took_it() {
    let house = filled();
    let manager = house.as_role("manager");
    let take = |format| export(&house, &manager, &Ask::default(), format, Labels::Words);
    let words = "测试员（manager） · 测试局 · 2027-03-01 09:00:00 · 4 行";
    for format in [ExportFormat::Csv, ExportFormat::PlainCsv] {
        let sheet = take(format);
        let text = String::from_utf8(sheet.clone()).expect("UTF-8");
        let last = text.trim_end().lines().last().unwrap_or_default();
        assert!(last.contains(words), "{format:?}: {last}");
        // The mark is no row: what was taken goes in again as the same.
        let (report, wrong) = import(&house, MEMBER, &sheet, None);
        assert_eq!(counts(&report), [0, 0, 4, 0], "{format:?}: {wrong}");
    }
    // At the machine itself a program may have nothing but the values.
    let (ask, operator) = (Ask::default(), Actor::operator());
    let plain = export(
        &house,
        &operator,
        &ask,
        ExportFormat::PlainCsv,
        Labels::Names,
    );
    let plain = String::from_utf8(plain).expect("UTF-8");
    assert!(!plain.contains("导出"), "{plain}");
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("book.xlsx");
    std::fs::write(&path, take(ExportFormat::Xlsx)).expect("written");
    let options = tables::Options {
        sheet: Some("导出说明".to_owned()),
        ..tables::Options::default()
    };
    let reader = tables::Reader::open(&path, &options).expect("a sheet of its own");
    assert!(reader.header()[0].contains(words), "{:?}", reader.header());
}

/// All bytes of the database and its log, as text.
/// More than one thread writes in one go.
const MANY: usize = 1_500;

#[test]
fn a_register_written_by_several_threads_is_the_same_as_by_one() {
    let house = filled();
    let mut rows = String::from("card,name,phone,kind,division\n");
    for nth in 0..MANY {
        let card = format!("69{nth:010}");
        let odd = card.bytes().skip(1).step_by(2).map(|b| u32::from(b - b'0'));
        let even = card.bytes().step_by(2).map(|b| u32::from(b - b'0'));
        let check = (10 - (odd.sum::<u32>() * 3 + even.sum::<u32>()) % 10) % 10;
        rows += &format!("{card}{check},会员{nth},139{nth:08},adult,330109\n");
    }
    let (report, wrong) = import(&house, MEMBER, rows, None);
    assert_eq!(counts(&report), [MANY as u64, 0, 0, 0], "{wrong}");
    let by_one = Ask {
        condition: Some("kind = adult or kind != adult".to_owned()),
        ..Ask::default()
    };
    for labels in [Labels::Names, Labels::Words] {
        let whole = text(&house, &Ask::default(), labels);
        assert_eq!(whole, text(&house, &by_one, labels));
        assert!(whole.lines().count() > MANY);
    }
}

fn ledger(house: &TestApp) -> String {
    ["jinzhi.db", "jinzhi.db-wal"]
        .iter()
        .filter_map(|name| std::fs::read(house.path().join(name)).ok())
        .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
        .collect()
}
