//! The two tables from outside, with the mappings that are shown to operators as examples.

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use app::{Ask, Import, Mapping, Progress, Report};
use kernel::{Actor, Value};
use tables::{Options, Reader, Row};
use testkit::TestApp;

use crate::product;

const ENTERPRISE: &str = "registry.enterprise";
const EQUIPMENT: &str = "special_equipment.equipment";

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .join(path)
}

#[derive(Clone, Default)]
struct Copy(Arc<Mutex<Vec<u8>>>);

impl Write for Copy {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0
            .lock()
            .expect("no panic before")
            .extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn import(house: &TestApp, register: &str, file: &str, map: Option<&str>) -> (Report, String) {
    let path = repository(file);
    let mapping = map.map(|map| {
        let text = std::fs::read_to_string(repository(map)).expect("a mapping file");
        Mapping::read(house.app.catalogue(), None, map, &text).unwrap_or_else(|faults| {
            panic!(
                "{}",
                faults
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join("\n")
            )
        })
    });
    let copy = Copy::default();
    let import = Import {
        register: house.register(register),
        path: &path,
        mapping: mapping.as_ref(),
        title: file.to_owned(),
        dry_run: false,
    };
    let wrong_to = Some(Box::new(copy.clone()) as app::WrongTo);
    let report = house
        .app
        .import(&Actor::operator(), &import, &Progress::default(), wrong_to)
        .expect("an import");
    let bytes = copy.0.lock().expect("no panic before").clone();
    (report, String::from_utf8(bytes).expect("UTF-8"))
}

/// Values of some fields of the record that the search for an exact filter gives.
fn values(house: &TestApp, register: &str, filter: (&str, &str), fields: &[&str]) -> Vec<Value> {
    let ix = house.register(register);
    let def = house.app.catalogue().at(ix);
    let ask = Ask {
        unlisted: true,
        filters: vec![(filter.0.to_owned(), filter.1.to_owned())],
        columns: Some(fields.iter().map(|f| (*f).to_owned()).collect()),
        ..Ask::default()
    };
    let (page, _) = house
        .app
        .list(&Actor::operator(), ix, &ask)
        .expect("a list");
    let [row] = page.rows.as_slice() else {
        panic!(
            "{} records with {} = {}",
            page.rows.len(),
            filter.0,
            filter.1
        )
    };
    let value = |name: &&str| match row.field(def.field(name).expect("a field")) {
        Some(app::Seen::Plain(datum)) => datum.value().clone(),
        _ => Value::Null,
    };
    fields.iter().map(value).collect()
}

/// The rule as the issue states it, apart from the importer.
fn good_codes() -> (u64, HashSet<String>) {
    let today = codes::Day {
        year: 2027,
        month: 3,
        day: 1,
    };
    let lists = codes::BuiltInLists::default();
    let path = repository("tests/data/enterprises.csv");
    let mut file = Reader::open(&path, &Options::default()).expect("a table");
    let width = file.header().len();
    let (mut row, mut rows, mut good) = (Row::default(), 0, HashSet::new());
    while file.next_row(&mut row).expect("a row") {
        if row.cells.len() != width {
            continue;
        }
        if let Ok(code) = codes::check(codes::Kind::Uscc, &row.cells[1], &lists, today) {
            rows += 1;
            good.insert(code.normal);
        }
    }
    (rows, good)
}

#[test]
fn an_enterprise_goes_in_exactly_when_width_and_code_hold() {
    let house = product::house();
    let map = Some("docs/examples/import/enterprises.toml");
    let (report, wrong) = import(&house, ENTERPRISE, "tests/data/enterprises.csv", map);
    let (good, firms) = good_codes();
    let firms = firms.len() as u64;
    assert_eq!((report.rows, good, firms), (300, 230, 229));
    assert_eq!((report.new, report.changed, report.same), (firms, 1, 0));
    assert_eq!(report.wrong, 300 - good);
    // The list ends with a firm that stands in it before with another address: told, not refused.
    let told = |report: &app::Report| {
        let kind = "与后面的一行是同一条记录，以后面的为准";
        report.tally.iter().any(|t| *t == (kind.to_owned(), 1))
    };
    assert!(told(&report), "{:?}", report.tally);
    assert!(!wrong.contains("是同一条记录"), "{wrong}");
    assert!(wrong.starts_with("\u{feff}导入说明,企业名称,"));
    let (again, _) = import(&house, ENTERPRISE, "tests/data/enterprises.csv", map);
    assert_eq!((again.new, again.changed, again.same), (0, 0, good));
    assert!(told(&again), "{:?}", again.tally);
    let dollars = values(
        &house,
        ENTERPRISE,
        ("uscc", "91330110MA900037XM"),
        &["name", "capital", "currency", "division"],
    );
    let texts: Vec<String> = dollars.iter().map(ToString::to_string).collect();
    assert_eq!(
        texts,
        [
            "示例青禾贸易2号(集团)有限公司",
            "100000000",
            "USD",
            "330110"
        ]
    );
}

#[test]
fn the_lifts_of_new_york_go_in_with_their_units_and_dates() {
    let house = product::house();
    import(
        &house,
        ENTERPRISE,
        "docs/examples/import/nyc-firm.csv",
        None,
    );
    let map = Some("docs/examples/import/nyc-lifts.toml");
    let (report, wrong) = import(&house, EQUIPMENT, "tests/data/nyc-lifts-2000.csv", map);
    assert_eq!((report.rows, report.new, report.wrong), (2_000, 1_913, 87));
    // A header, and a reason before every refused row.
    let reasons = [
        "仅供单一家庭使用",
        "行动不便人员",
        "带式载人提升机",
        "测试记录",
        "请填写“使用地点”",
    ];
    let refused: Vec<&str> = wrong.lines().skip(1).collect();
    assert_eq!(refused.len(), 87);
    let known = |line: &&&str| reasons.iter().any(|reason| line.contains(reason));
    let unknown: Vec<&&str> = refused.iter().filter(|line| !known(line)).collect();
    assert_eq!(unknown, [] as [&&str; 0]);
    let (again, _) = import(&house, EQUIPMENT, "tests/data/nyc-lifts-2000.csv", map);
    assert_eq!(
        (again.new, again.changed, again.same, again.wrong),
        (0, 0, 1_913, 87)
    );
    let undone = house
        .app
        .undo_import(&Actor::operator(), report.batch)
        .expect("an undo");
    assert_eq!((undone.removed, undone.kept.len()), (1_913, 0));
}
