//! Files for imports, and imports of them, shorter.

use std::io::Write;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use app::{Import, Mapping, No, Outcome, Progress, Report};
use kernel::{Actor, Id, Refusal, Value};
use testkit::TestApp;

pub const MEMBER: &str = "tennis_club.member";

/// Four members: by label and by name of the header, one state, one column that nobody knows.
pub const MEMBERS: &str = "\
card,姓名,手机,kind,住址区划,押金,level,joined,状态,Newsletter?
6901234567892,王五,13800138000,成人,330109,200,3.5,2020-01-05,在会,x
6901234567908,赵六,13800138001,adult,330109,\"1,000\",4,2021/2/3,active,x
6901234567915,孙七,13800138002,青少年,330110,50.5,,20220315,申请中,x
6901234567922,李八,13800138003,adult,,,7,2023年4月1日,active,x
";

/// The copy of wrong rows, for reading afterwards.
#[derive(Clone, Default)]
pub struct Wrong(Arc<Mutex<Vec<u8>>>);

impl Wrong {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.0.lock().expect("no panic before")).into_owned()
    }
}

impl Write for Wrong {
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

/// A file beside the store of the test.
pub fn file(house: &TestApp, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
    let folder = house.path().join("sent");
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join(name);
    std::fs::write(&path, content).expect("a file");
    path
}

pub fn mapping(house: &TestApp, text: &str) -> Mapping {
    Mapping::read(house.app.catalogue(), None, "map.toml", text).unwrap_or_else(|faults| {
        panic!(
            "{}",
            faults
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join("\n")
        )
    })
}

/// Imports a text as the given person.
pub fn try_import(
    house: &TestApp,
    actor: &Actor,
    register: &str,
    content: impl AsRef<[u8]>,
    mapping: Option<&Mapping>,
) -> Outcome<(Report, String)> {
    let path = file(house, "rows.csv", content);
    let import = Import {
        register: house.register(register),
        path: &path,
        mapping,
        title: "rows.csv".to_owned(),
        dry_run: false,
    };
    run(house, actor, &import)
}

/// Tries a text as the operator, without writing anything.
pub fn dry_run(house: &TestApp, register: &str, content: impl AsRef<[u8]>) -> (Report, String) {
    let path = file(house, "rows.csv", content);
    let import = Import {
        register: house.register(register),
        path: &path,
        mapping: None,
        title: "rows.csv".to_owned(),
        dry_run: true,
    };
    run(house, &Actor::operator(), &import).expect("a dry run")
}

fn run(house: &TestApp, actor: &Actor, import: &Import) -> Outcome<(Report, String)> {
    let wrong = Wrong::default();
    let report = house.app.import(
        actor,
        import,
        &Progress::default(),
        Some(Box::new(wrong.clone())),
    )?;
    Ok((report, wrong.text()))
}

/// Imports a text as the operator.
pub fn import(
    house: &TestApp,
    register: &str,
    content: impl AsRef<[u8]>,
    mapping: Option<&Mapping>,
) -> (Report, String) {
    match try_import(house, &Actor::operator(), register, content, mapping) {
        Ok(answer) => answer,
        Err(no) => panic!("not imported: {no}"),
    }
}

pub fn refusal<T>(outcome: Outcome<T>) -> Refusal {
    match outcome {
        Err(No::Refused(refusal)) => refusal,
        Err(No::Broke(error)) => panic!("the world broke: {error:?}"),
        Ok(_) => panic!("nothing was refused"),
    }
}

/// new, changed, same, wrong.
pub fn counts(report: &Report) -> [u64; 4] {
    [report.new, report.changed, report.same, report.wrong]
}

/// All records of a register, as the operator sees them, in the order they were made.
pub fn records(house: &TestApp, register: &str) -> Vec<app::RecordView> {
    let ask = app::Ask {
        unlisted: true,
        limit: Some(200),
        ..app::Ask::default()
    };
    let columns = house
        .app
        .catalogue()
        .at(house.register(register))
        .fields
        .iter();
    let ask = app::Ask {
        columns: Some(columns.map(|f| f.name.clone()).collect()),
        ..ask
    };
    let page = house
        .app
        .list(&Actor::operator(), house.register(register), &ask);
    page.expect("a list").0.rows
}

/// The plain value of a field of a record.
pub fn value(house: &TestApp, register: &str, view: &app::RecordView, field: &str) -> Value {
    let ix = house.register(register);
    let def = house.app.catalogue().at(ix);
    match view.field(def.field(field).expect("a field")) {
        Some(app::Seen::Plain(datum)) => datum.value().clone(),
        Some(app::Seen::Masked(text)) => Value::Text(text.clone()),
        Some(app::Seen::Erased) | None => Value::Null,
    }
}

/// The record named so.
pub fn called(house: &TestApp, register: &str, field: &str, text: &str) -> app::RecordView {
    let wanted = Value::Text(text.to_owned());
    let mut all = records(house, register);
    let at = all
        .iter()
        .position(|r| value(house, register, r, field) == wanted);
    all.swap_remove(at.unwrap_or_else(|| panic!("no record with {field} = {text}")))
}

/// Acts in a record's history, the newest first.
pub fn acts(house: &TestApp, register: &str, id: Id) -> Vec<String> {
    let history = house
        .app
        .history(&Actor::operator(), house.register(register), id, None);
    history
        .expect("a history")
        .0
        .into_iter()
        .map(|entry| entry.act)
        .collect()
}
