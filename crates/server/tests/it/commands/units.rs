//! Units at the machine: sample sets imported, the tree listed, merged, split, renamed and taken back.

use jiff::{ToSpan as _, Zoned};
use tempfile::TempDir;

use super::Desk;

fn sample(name: &str) -> String {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/examples/units");
    format!("{folder}/{name}")
}

fn desk_of(unit: &str) -> Desk {
    let dir: TempDir = tempfile::tempdir().unwrap();
    let desk = Desk { dir };
    desk.done(&["init", "--unit", unit]);
    desk
}

/// Imports a sample set; the copy of wrong rows holds its header at most.
fn bring(desk: &Desk, command: &[&str], file: &str) -> String {
    let wrong = desk.path("wrong.csv");
    let path = sample(file);
    let mut all = command.to_vec();
    all.extend([path.as_str(), "--wrong", wrong.to_str().unwrap()]);
    let out = desk.done(&all);
    let copied = std::fs::read_to_string(&wrong).unwrap_or_default();
    assert!(copied.lines().count() <= 1, "{out}{copied}");
    out
}

#[test]
fn yunnan_comes_in_whole_and_again_changes_nothing() {
    let desk = desk_of("530000");
    let tried = bring(&desk, &["unit", "import", "--dry-run"], "yunnan-163.csv");
    assert!(tried.contains("新增 162，更改 1"), "{tried}");
    let first = bring(&desk, &["unit", "import"], "yunnan-163.csv");
    assert!(
        first.contains("新增 162，更改 1，相同 0，未导入 0"),
        "{first}"
    );
    let again = bring(&desk, &["unit", "import"], "yunnan-163.csv");
    assert!(again.contains("新增 0，更改 0，相同 163"), "{again}");
    let tree = desk.done(&["unit", "list"]);
    assert!(tree.contains("共 163 个单位"), "{tree}");
    let count = |kind: &str| tree.lines().filter(|line| line.contains(kind)).count();
    assert_eq!(count("\t省局\t"), 1);
    assert_eq!(count("\t技术机构\t"), 7);
    assert_eq!(count("\t市局\t"), 16);
    assert_eq!(count("\t县局\t"), 129);
    assert_eq!(count("\t开发区分局\t"), 10);
    // A county stands under its city, two levels below the province.
    assert!(
        tree.contains("\n    530102\t五华区质量技术监督局"),
        "{tree}"
    );
}

#[test]
fn xiaoshan_comes_in_with_its_towns_and_key_enterprises() {
    let desk = desk_of("330109");
    let towns = bring(
        &desk,
        &["import", "house.division"],
        "xiaoshan-28-towns.csv",
    );
    assert!(towns.contains("新增 28"), "{towns}");
    let units = bring(&desk, &["unit", "import"], "xiaoshan-28-300.csv");
    assert!(
        units.contains("新增 328，更改 0，相同 0，未导入 0"),
        "{units}"
    );
    let again = bring(&desk, &["unit", "import"], "xiaoshan-28-300.csv");
    assert!(again.contains("新增 0，更改 0，相同 328"), "{again}");
    // With the bureau that `init` made.
    let tree = desk.done(&["unit", "list"]);
    assert!(tree.contains("共 329 个单位"), "{tree}");
    assert_eq!(tree.lines().filter(|l| l.contains("\t企业\t")).count(), 300);
}

#[test]
fn a_row_that_names_no_superior_comes_back_and_the_others_go_in() {
    let desk = desk_of("330109");
    let file = desk.write(
        "units.csv",
        "单位编号,单位名称,单位类别,上级单位,管辖区划\n\
         S2,城西所,站所吗,S1,\n\
         S1,城东所,基层站所,330109,\n\
         S3,城北所,基层站所,NOWHERE,\n",
    );
    let said = desk.run(&["unit", "import", &file]);
    assert_eq!(said.code, 1, "{}", said.out);
    assert!(said.out.contains("新增 1，"), "{}", said.out);
    let copy = std::fs::read_to_string(desk.path("units-有误.csv")).unwrap();
    assert!(
        copy.contains("NOWHERE") && copy.contains("城西所"),
        "{copy}"
    );
    assert!(!copy.contains("城东所"), "{copy}");
}

#[test]
fn units_are_merged_after_a_look_and_taken_back() {
    let desk = desk_of("330109");
    let file = desk.write(
        "units.csv",
        "单位编号,单位名称,单位类别,上级单位,管辖区划\n\
         BJ,滨江所,基层站所,330109,330108\n\
         YH,余杭所,基层站所,330109,330110\n\
         ZX,中心所,基层站所,330109,\n",
    );
    desk.done(&["unit", "import", &file]);
    let roles = ["--role", "station_officer", "--unit", "YH"];
    desk.done(&[&["user", "add", "yh1"], &roles[..]].concat());
    let merge = ["unit", "merge", "BJ,YH", "--into", "ZX"];
    let look = desk.done(&[&merge[..], &["--dry-run"]].concat());
    assert!(look.contains("“滨江所”、“余杭所”并入“中心所”"), "{look}");
    assert!(look.contains("330110") && look.contains("yh1"), "{look}");
    assert!(
        desk.done(&["unit", "list"]).contains("余杭所"),
        "looking changes nothing"
    );
    let no_reason = desk.run(&merge);
    assert_eq!(no_reason.code, 2, "{}", no_reason.err);
    let done = desk.done(&[&merge[..], &["--reason", "杭编办〔2027〕3 号"]].concat());
    let tree = desk.done(&["unit", "list"]);
    assert!(
        !tree.contains("余杭所") && tree.contains("中心所"),
        "{tree}"
    );
    let posts = desk.done(&["user", "posts", "yh1"]);
    assert!(posts.contains("中心所"), "{posts}");
    let id = done.split("unit undo ").nth(1).unwrap();
    let id = id.split_whitespace().next().unwrap();
    desk.done(&["unit", "undo", id, "--reason", "批文撤销"]);
    assert!(desk.done(&["unit", "list"]).contains("余杭所"));
    let twice = desk.run(&["unit", "undo", id, "--reason", "再撤一次"]);
    assert_eq!(twice.code, 1, "{}{}", twice.out, twice.err);
    desk.done(&["ledger", "verify"]);
}

#[test]
fn a_unit_is_split_moved_renamed_closed_and_planned() {
    let desk = desk_of("330109");
    let file = desk.write(
        "units.csv",
        "单位编号,单位名称,单位类别,上级单位,管辖区划\n\
         A,中心所,基层站所,330109,330108、330110\n\
         B,东部所,基层站所,,\n",
    );
    desk.done(&["unit", "import", &file]);
    let why = ["--reason", "机构改革方案"];
    let split = ["unit", "split", "A", "--part", "B=330110", "--rest", "A"];
    desk.done(&[&split[..], &why].concat());
    desk.done(&[&["unit", "move", "B", "--under", "330109"], &why[..]].concat());
    desk.done(&[&["unit", "rename", "B", "临平所"], &why[..]].concat());
    let tree = desk.done(&["unit", "list"]);
    assert!(tree.contains("  A\t中心所\t基层站所\t滨江区"), "{tree}");
    assert!(tree.contains("  B\t临平所\t基层站所\t余杭区"), "{tree}");
    let circle = desk.run(&[&["unit", "move", "330109", "--under", "B"], &why[..]].concat());
    assert_eq!(circle.code, 1, "{}{}", circle.out, circle.err);
    let day = Zoned::now().date().saturating_add(1.year()).to_string();
    let close = ["unit", "close", "B", "--heir", "A", "--from", day.as_str()];
    let planned = desk.done(&[&close[..], &why].concat());
    assert!(planned.contains(&format!("{day} 生效")), "{planned}");
    let coming = desk.done(&["unit", "changes"]);
    assert!(
        coming.contains("撤销“临平所”") && coming.contains("待生效"),
        "{coming}"
    );
    let id = coming.split('\t').next().unwrap();
    desk.done(&["unit", "withdraw", id]);
    assert_eq!(desk.done(&["unit", "changes"]), "");
}

/// A table is no way around what the acts refuse.
#[test]
fn a_table_makes_no_circle_and_covers_nothing_twice() {
    let desk = desk_of("330109");
    let head = "单位编号,单位名称,单位类别,上级单位,管辖区划\n";
    let file = desk.write(
        "units.csv",
        &format!("{head}A,中心所,基层站所,330109,330108\n"),
    );
    desk.done(&["unit", "import", &file]);
    let refused = |rows: &str, why: &str| {
        let file = desk.write("more.csv", &format!("{head}{rows}"));
        for dry in [&["--dry-run"][..], &[]] {
            let said = desk.run(&[&["unit", "import", &file], dry].concat());
            assert_eq!(said.code, 1, "{dry:?} {}", said.out);
        }
        let copy = std::fs::read_to_string(desk.path("more-有误.csv")).unwrap();
        assert!(copy.contains(why), "{copy}");
    };
    refused("330109,萧山分局,县局,A,330109\n", "会隶属它自己的下级");
    refused("B,东部所,基层站所,330109,330108\n", "会同时管辖");
    // Rows of one table are looked at together.
    refused(
        "C,南部所,基层站所,330109,330110\nD,北部所,基层站所,330109,330110\n",
        "“南部所”和“北部所”",
    );
    let tree = desk.done(&["unit", "list"]);
    assert!(
        !tree.contains("东部所") && !tree.contains("北部所"),
        "{tree}"
    );
}
