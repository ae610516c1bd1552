//! Flows at the machine: versions listed, matters moved, definitions checked beside a data directory, and
//! a directory opened that is older than some of the tables.

use std::fs;

use catalogue::plan::Schema;
use rusqlite::Connection;

use super::{Desk, FIRMS, TWO_FIRMS};

const CHECK: &str = "patrol.town_check";

impl Desk {
    /// Writes a text of the bureau's own into its overlay.
    fn overlay(&self, path: &str, text: &str) {
        let file = self.data().join("overlay").join(path);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }
}

/// The mark of the flow in force, as `jinzhi flow` prints it.
fn mark(listed: &str) -> String {
    let line = listed.lines().find(|line| line.contains(CHECK));
    let line = line.unwrap_or_else(|| panic!("{listed}"));
    let after = line.split(" 版 ").nth(1).expect("a version");
    let end = after.find(['，', '：']).expect("an end");
    after[..end].to_owned()
}

#[test]
fn versions_are_listed_and_a_slip_in_the_mark_is_no_success() {
    let desk = Desk::new();
    let listed = desk.done(&["flow"]);
    let first = mark(&listed);
    assert!(listed.contains("现行：在办 0 件"), "{listed}");
    let shift = |mark: &str, more: &[&str]| {
        let ask = ["flow", "move", CHECK, "--from", mark];
        desk.run(&[&ask[..], more].concat())
    };
    for more in [&["--dry-run"][..], &["--reason", "缩短期限"]] {
        let unknown = shift("zz", more);
        assert_ne!(unknown.code, 0, "{}", unknown.out);
        assert!(unknown.err.contains("没有“zz”这个版本"), "{}", unknown.err);
        let current = shift(&first, more);
        assert_ne!(current.code, 0, "{}", current.out);
        assert!(current.err.contains("现行流程"), "{}", current.err);
    }
    let no_register = desk.run(&["flow", "move", "patrol.nothing", "--from", "x", "--dry-run"]);
    assert_ne!(no_register.code, 0, "{}", no_register.out);
    // Without a reason nothing is moved.
    assert_eq!(shift(&first, &[]).code, 2);

    desk.overlay(
        "patrol/town_check.toml",
        "[states]\ntown_reported = { limit = \"2 workdays\" }\n",
    );
    // Whoever opens the directory to write keeps the new flow; the old one is known and has no matters.
    let firms = desk.write("firms.csv", TWO_FIRMS);
    desk.done(&["import", FIRMS, &firms]);
    let second = mark(&desk.done(&["flow"]));
    assert_ne!(first, second);
    let none = shift(&first, &["--reason", "缩短期限"]);
    assert_eq!(none.code, 0, "{}{}", none.out, none.err);
    assert!(none.out.contains("已转到现行流程 0 件"), "{}", none.out);
}

#[test]
fn definitions_are_checked_beside_the_data() {
    let desk = Desk::new();
    let same = desk.done(&["check"]);
    assert!(same.contains("不需要迁移"), "{same}");
    desk.overlay(
        "registry/enterprise.toml",
        "[fields]\nx_note = { type = \"text\", label = \"本局备注\", max = 40 }\n\n\
         [form]\nx_own = { title = \"本局\", fields = [\"x_note\"] }\n",
    );
    let more = desk.done(&["check"]);
    assert!(more.contains("会在启动时自动完成"), "{more}");
    desk.done(&["user", "list"]);
    desk.overlay(
        "registry/enterprise.toml",
        "[fields]\nname = { type = \"nothing\" }\n",
    );
    let wrong = desk.run(&["check"]);
    assert_eq!(wrong.code, 1, "{}", wrong.out);
    assert!(wrong.out.contains("处错误"), "{}", wrong.out);
}

/// Leaves the directory as it was before there were tables of that name.
fn forget_tables(desk: &Desk, name: &str) {
    let db = Connection::open(desk.data().join("jinzhi.db")).unwrap();
    let kept = "SELECT value FROM meta WHERE name = 'schema'";
    let kept: String = db.query_row(kept, [], |row| row.get(0)).unwrap();
    let mut schema = Schema::from_json(&kept).unwrap();
    let gone = schema
        .tables
        .iter()
        .filter(|table| table.name.contains(name));
    let gone: Vec<String> = gone.map(|table| table.name.clone()).collect();
    assert!(!gone.is_empty());
    schema.tables.retain(|table| !table.name.contains(name));
    let keep = "UPDATE meta SET value = ?1 WHERE name = 'schema'";
    db.execute(keep, [schema.to_json()]).unwrap();
    for table in gone {
        db.execute_batch(&format!("DROP TABLE \"{table}\""))
            .unwrap();
    }
}

#[test]
fn a_directory_older_than_some_tables_is_opened() {
    let desk = Desk::new();
    let firms = desk.write("firms.csv", TWO_FIRMS);
    desk.done(&["import", FIRMS, &firms]);
    forget_tables(&desk, "comment");
    let needed = desk.done(&["check"]);
    assert!(needed.contains("会在启动时自动完成"), "{needed}");
    // Whoever writes brings the tables up first; nothing that was there is lost.
    let again = desk.done(&["import", FIRMS, &firms]);
    assert!(again.contains("相同 2"), "{again}");
    assert!(desk.done(&["check"]).contains("不需要迁移"));
    desk.done(&["ledger", "verify"]);
}
