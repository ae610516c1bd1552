//! The calendar of working days at the machine: import, look, put in force.

use std::fs;

use super::Desk;

#[test]
fn a_new_year_is_imported_looked_at_and_put_in_force() {
    let desk = Desk::new();
    let example = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../docs/examples/import/calendar-days.csv"
    );
    let days = desk.dir.path().join("days.csv");
    fs::copy(example, &days).unwrap();
    let imported = desk.run(&["import", "house.calendar_day", days.to_str().unwrap()]);
    assert_eq!(imported.code, 0, "{}{}", imported.out, imported.err);
    let look = desk.run(&["calendar"]);
    assert!(look.out.contains("现行工作日历第 1 版"), "{}", look.out);
    let change = "2027-01-01 工作日 → 法定节假日（元旦）";
    assert!(look.out.contains(change), "{}", look.out);
    let again = desk.run(&["calendar"]);
    assert!(again.out.contains("第 1 版"), "looking changes nothing");
    let adopted = desk.run(&["calendar", "--adopt"]);
    assert_eq!(adopted.code, 0, "{}", adopted.err);
    assert!(adopted.out.contains("已启用第 2 版"), "{}", adopted.out);
    let now = desk.run(&["calendar"]);
    assert!(now.out.contains("2025、2026、2027"), "{}", now.out);
    assert!(now.out.contains("一致"), "{}", now.out);
}
