//! A whole import is taken back, but for records that were touched since.

use kernel::{Actor, Dec, Reason, Value};
use testkit::{TestApp, input};

use crate::sheets::{
    MEMBER, MEMBERS, acts, called, counts, import, records, refusal, try_import, value,
};

#[test]
fn records_that_an_import_made_go_and_what_it_changed_goes_back() {
    let house = TestApp::club();
    let (first, _) = import(&house, MEMBER, MEMBERS, None);
    let rows = "card,name,phone,kind,division,level,remark\n\
        6901234567892,王五,13800138000,adult,330109,6,新\n6901234567939,周九,13800138003,adult,330109,2,\n";
    let (second, _) = import(&house, MEMBER, rows, None);
    assert_eq!(counts(&second), [1, 1, 0, 0]);
    let report = house
        .app
        .undo_import(&Actor::operator(), second.batch)
        .expect("an undo");
    assert_eq!(
        (report.removed, report.restored, report.kept.len()),
        (1, 1, 0)
    );
    let wang = called(&house, MEMBER, "name", "王五");
    assert_eq!(
        value(&house, MEMBER, &wang, "level"),
        Value::Dec(Dec::new(35, 1))
    );
    assert_eq!(value(&house, MEMBER, &wang, "remark"), Value::Null);
    assert_eq!(acts(&house, MEMBER, wang.id), ["undo", "import", "import"]);
    assert_eq!(records(&house, MEMBER).len(), 3);
    // The same file does the same again.
    assert_eq!(counts(&import(&house, MEMBER, rows, None).0), [1, 1, 0, 0]);
    let _ = first;
}

#[test]
fn records_touched_since_stay_and_are_named() {
    let house = TestApp::club();
    let (report, _) = import(&house, MEMBER, MEMBERS, None);
    let wang = called(&house, MEMBER, "name", "王五");
    let register = house.register(MEMBER);
    let operator = Actor::operator();
    house
        .app
        .edit(&operator, register, wang.id, 1, &input(&[("level", "7")]))
        .expect("an edit");
    let zhao = called(&house, MEMBER, "name", "赵六");
    let junior = "card,name,phone,kind,division,parent\n6901234567939,小赵,13800138011,junior,330109,6901234567908\n";
    import(&house, MEMBER, junior, None);
    let undone = house
        .app
        .undo_import(&operator, report.batch)
        .expect("an undo");
    assert_eq!((undone.removed, undone.restored), (1, 0));
    let mut kept: Vec<_> = undone
        .kept
        .iter()
        .map(|k| (k.id, k.shown.as_str(), &*k.why.zh))
        .collect();
    kept.sort_by_key(|(id, _, _)| id.0);
    assert_eq!(
        kept,
        [
            (wang.id, "6901234567892 王五", "导入之后又被修改过"),
            (zhao.id, "6901234567908 赵六", "已被其他记录引用")
        ]
    );
    assert_eq!(records(&house, MEMBER).len(), 3);
}

#[test]
fn only_who_imported_may_undo() {
    let house = TestApp::club();
    let manager = house.as_role("manager");
    let (report, _) = try_import(&house, &manager, MEMBER, MEMBERS, None).expect("an import");
    let other = house.person("other", "manager", None);
    let refused = refusal(house.app.undo_import(&other, report.batch));
    assert_eq!(refused.reason, Reason::Forbidden);
    let undone = house
        .app
        .undo_import(&manager, report.batch)
        .expect("an undo");
    assert_eq!(undone.removed, 3);
    assert_eq!(records(&house, MEMBER).len(), 0);
}
