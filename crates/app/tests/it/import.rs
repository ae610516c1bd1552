//! Imports into the tennis club: what goes in, what comes back, and that doing it again does nothing.

use app::{Import, Progress};
use catalogue::{Origin, Texts};
use kernel::{Actor, Dec, Hooks, Reason, Value};
use tables::{Cell, Sink};
use testkit::TestApp;

use crate::sheets::{
    MEMBER, MEMBERS, Wrong, acts, called, counts, dry_run, file, import, mapping, records, refusal,
    try_import, value,
};

#[test]
fn headers_are_matched_by_name_and_by_label() {
    let house = TestApp::club();
    let (report, wrong) = import(&house, MEMBER, MEMBERS, None);
    assert_eq!(counts(&report), [3, 0, 0, 1]);
    assert_eq!(report.rows, 4);
    assert_eq!(report.unused_columns, ["Newsletter?"]);
    let wang = called(&house, MEMBER, "name", "王五");
    let get = |field| value(&house, MEMBER, &wang, field);
    assert_eq!(get("card"), Value::Text("6901234567892".into()));
    assert_eq!(get("kind"), Value::Text("adult".into()));
    assert_eq!(get("deposit"), Value::Int(20_000));
    assert_eq!(get("level"), Value::Dec(Dec::new(35, 1)));
    assert_eq!(get("joined"), Value::Date(jiff::civil::date(2020, 1, 5)));
    assert_eq!(get("phone"), Value::Text("138****8000".into()));
    let def = house.app.catalogue().at(house.register(MEMBER));
    let state = |name: &str| {
        def.states[called(&house, MEMBER, "name", name)
            .state
            .expect("a state")
            .0]
            .name
            .clone()
    };
    assert_eq!([state("赵六"), state("孙七")], ["active", "applied"]);
    assert_eq!(acts(&house, MEMBER, wang.id), ["import"]);
    // The row without the required division came back as it was, with the reason in front.
    assert!(wrong.starts_with("\u{feff}导入说明,card,姓名"), "{wrong}");
    let lines: Vec<&str> = wrong.lines().collect();
    assert_eq!(lines.len(), 2);
    assert!(
        lines[1].starts_with("请填写“住址区划”,6901234567922,李八,"),
        "{wrong}"
    );
    assert_eq!(report.wrong_rows[0].line, 5);
}

#[test]
fn a_second_run_changes_nothing_and_a_mended_copy_goes_in() {
    let house = TestApp::club();
    let (_, wrong) = import(&house, MEMBER, MEMBERS, None);
    let (again, _) = import(&house, MEMBER, MEMBERS, None);
    assert_eq!(counts(&again), [0, 0, 3, 1]);
    for record in records(&house, MEMBER) {
        assert_eq!(record.version, 1);
        assert_eq!(acts(&house, MEMBER, record.id), ["import"]);
    }
    let mended = wrong.replace("adult,,,7", "adult,330109,,7");
    let (report, _) = import(&house, MEMBER, mended, None);
    assert_eq!(counts(&report), [1, 0, 0, 0]);
}

#[test]
fn only_fields_that_stand_in_the_row_change() {
    let house = TestApp::club();
    import(&house, MEMBER, MEMBERS, None);
    let rows = "card,level,deposit,joined\n6901234567892,5.5,,2020-01-05\n6901234567908,4,1000,\n";
    let (report, _) = import(&house, MEMBER, rows, None);
    assert_eq!(counts(&report), [0, 1, 1, 0]);
    let wang = called(&house, MEMBER, "name", "王五");
    assert_eq!(
        value(&house, MEMBER, &wang, "level"),
        Value::Dec(Dec::new(55, 1))
    );
    assert_eq!(value(&house, MEMBER, &wang, "deposit"), Value::Int(20_000));
    assert_eq!(
        (wang.version, acts(&house, MEMBER, wang.id)),
        (2, vec!["import".into(), "import".into()])
    );
}

#[test]
fn a_field_that_is_set_once_is_not_changed_by_an_import() {
    let house = TestApp::club();
    import(&house, MEMBER, MEMBERS, None);
    let rows = "card,joined\n6901234567892,2019-12-31\n";
    let (report, _) = import(&house, MEMBER, rows, None);
    assert_eq!(counts(&report), [0, 0, 0, 1]);
    assert_eq!(
        report.wrong_rows[0].remarks,
        ["“入会日期”不能直接修改，只能在登记时或办理相应手续时填写"]
    );
}

#[test]
fn a_dry_run_tells_the_same_and_writes_nothing() {
    let house = TestApp::club();
    let rows =
        format!("{MEMBERS}6901234567892,王五,13800138000,成人,330109,300,3.5,2020-01-05,在会,x\n");
    let path = file(&house, "rows.csv", &rows);
    let register = house.register(MEMBER);
    let title = "rows.csv".to_owned();
    let dry = Import {
        register,
        path: &path,
        mapping: None,
        title,
        dry_run: true,
    };
    let wrong = Wrong::default();
    let progress = Progress::default();
    let tried = house
        .app
        .import(
            &Actor::operator(),
            &dry,
            &progress,
            Some(Box::new(wrong.clone())),
        )
        .expect("a dry run");
    assert_eq!(records(&house, MEMBER).len(), 0);
    assert_eq!(progress.reached().rows, 5);
    assert_eq!(progress.reached().share(), 1.0);
    let (real, copy) = import(&house, MEMBER, &rows, None);
    assert_eq!(counts(&tried), [3, 1, 0, 1]);
    assert_eq!(counts(&real), counts(&tried));
    assert_eq!(copy, wrong.text());
}

/// The lines that a later row supersedes, each with what is said of it.
fn told(report: &app::Report) -> Vec<(u64, &str)> {
    let rows = report.warned_rows.iter();
    rows.map(|row| (row.line, row.remarks[0].as_str()))
        .collect()
}

fn levels(levels: &[&str]) -> String {
    let mut rows = String::from("card,name,phone,kind,division,level\n");
    for level in levels {
        rows.push_str("6901234567892,王五,13800138000,adult,330109,");
        rows.push_str(level);
        rows.push('\n');
    }
    rows
}

fn version_and_level(house: &TestApp) -> (i64, Value) {
    let wang = called(house, MEMBER, "name", "王五");
    (wang.version, value(house, MEMBER, &wang, "level"))
}

const LINE_5: &str = "与第 5 行是同一条记录，以第 5 行为准";

#[test]
fn of_several_rows_about_one_record_the_last_stands_and_those_before_are_told() {
    let house = TestApp::club();
    let rows = levels(&["2", "3", "2", "4"]);
    let (tried, _) = dry_run(&house, MEMBER, &rows);
    let (first, wrong) = import(&house, MEMBER, &rows, None);
    let (second, _) = import(&house, MEMBER, &rows, None);
    for (report, expected) in [
        (&tried, [1, 1, 2, 0]),
        (&first, [1, 1, 2, 0]),
        (&second, [0, 0, 4, 0]),
    ] {
        assert_eq!(counts(report), expected);
        assert_eq!(report.warned, 3);
        assert_eq!(told(report), [(2, LINE_5), (3, LINE_5), (4, LINE_5)]);
        let kind = "与后面的一行是同一条记录，以后面的为准".to_owned();
        assert_eq!(report.tally, [(kind, 3)]);
    }
    assert_eq!(wrong.lines().count(), 1, "a warned row is not given back");
    assert_eq!(version_and_level(&house), (2, Value::Dec(Dec::new(40, 1))));
    // One by its id and one by its card are the same record as well.
    let id = called(&house, MEMBER, "name", "王五").id;
    for (rows, last) in [
        (format!("id,card,level\n{id},,5\n,6901234567892,6\n"), 60),
        (format!("id,card,level\n,6901234567892,5\n{id},,7\n"), 70),
    ] {
        let (tried, _) = dry_run(&house, MEMBER, &rows);
        let before = version_and_level(&house).0;
        for (expected, report) in [
            ([0, 1, 1, 0], tried),
            ([0, 1, 1, 0], import(&house, MEMBER, &rows, None).0),
            ([0, 0, 2, 0], import(&house, MEMBER, &rows, None).0),
        ] {
            assert_eq!(counts(&report), expected, "{rows}");
            let line_3 = "与第 3 行是同一条记录，以第 3 行为准";
            assert_eq!(told(&report), [(2, line_3)]);
        }
        let now = (before + 1, Value::Dec(Dec::new(last, 1)));
        assert_eq!(version_and_level(&house), now);
    }
}

#[test]
fn a_row_that_is_refused_supersedes_none() {
    let rows = levels(&["2", "5", "3", "x", "y"]);
    let line_4 = "与第 4 行是同一条记录，以第 4 行为准";
    let house = TestApp::club();
    let (tried, _) = dry_run(&house, MEMBER, &rows);
    let (first, wrong) = import(&house, MEMBER, &rows, None);
    let (second, _) = import(&house, MEMBER, &rows, None);
    for (report, expected) in [
        (&tried, [1, 1, 1, 2]),
        (&first, [1, 1, 1, 2]),
        (&second, [0, 0, 3, 2]),
    ] {
        assert_eq!(counts(report), expected);
        assert_eq!(told(report), [(2, line_4), (3, line_4)]);
    }
    assert_eq!(wrong.lines().count(), 3, "{wrong}");
    assert_eq!(version_and_level(&house), (2, Value::Dec(Dec::new(30, 1))));
    // Alone with one that is refused, a row is superseded by none.
    let other = TestApp::club();
    let (report, _) = import(&other, MEMBER, levels(&["2", "x"]), None);
    assert_eq!((counts(&report), report.warned), ([1, 0, 0, 1], 0));
}

#[test]
fn a_row_that_the_store_refuses_supersedes_none() {
    let house = TestApp::club();
    let taken = "card,name,phone,kind,division,证件号码\n\
        6901234567908,赵六,13800138001,adult,330109,11010519491231002X\n";
    import(&house, MEMBER, taken, None);
    import(&house, MEMBER, levels(&["2"]), None);
    let rows = "card,level,证件号码\n6901234567892,3,\n6901234567892,4,11010519491231002X\n";
    for expected in [[0, 1, 0, 1], [0, 0, 1, 1]] {
        let (report, _) = import(&house, MEMBER, rows, None);
        assert_eq!((counts(&report), report.warned), (expected, 0));
        assert_eq!(version_and_level(&house), (2, Value::Dec(Dec::new(30, 1))));
    }
}

#[test]
fn a_later_row_adds_to_the_record_that_an_earlier_one_brought() {
    let house = TestApp::club();
    // The cell of two lines makes the lines of the file other than the rows of a spreadsheet.
    let rows = "card,name,phone,kind,division,level,seen\n\
        6901234567892,王五,13800138000,adult,330109,2,\"May\nJune\"\n\
        6901234567892,,,,,5,\n";
    let (tried, _) = dry_run(&house, MEMBER, rows);
    let (first, _) = import(&house, MEMBER, rows, None);
    let (second, _) = import(&house, MEMBER, rows, None);
    for (report, expected) in [
        (&tried, [1, 1, 0, 0]),
        (&first, [1, 1, 0, 0]),
        (&second, [0, 0, 2, 0]),
    ] {
        assert_eq!(counts(report), expected);
        assert_eq!(told(report), [(2, "与第 3 行是同一条记录，以第 3 行为准")]);
    }
    assert_eq!(version_and_level(&house), (2, Value::Dec(Dec::new(50, 1))));
}

/// A row that waits for its guardian keeps its place before one about the same member.
#[test]
fn rows_that_wait_for_others_keep_their_order() {
    let house = TestApp::club();
    let rows = "card,name,phone,kind,division,parent,level\n\
        6901234567892,王小五,13800138000,junior,330109,6901234567908,2\n\
        6901234567892,王小五,13800138000,junior,330109,,3\n\
        6901234567908,王五,13800138000,adult,330109,,\n";
    let (tried, _) = dry_run(&house, MEMBER, rows);
    assert_eq!(counts(&tried), [2, 1, 0, 0]);
    for expected in [[2, 1, 0, 0], [0, 0, 3, 0]] {
        let (report, _) = import(&house, MEMBER, rows, None);
        assert_eq!(counts(&report), expected);
        assert_eq!(told(&report), [(2, "与第 3 行是同一条记录，以第 3 行为准")]);
        let small = called(&house, MEMBER, "name", "王小五");
        let level = value(&house, MEMBER, &small, "level");
        assert_eq!((small.version, level), (2, Value::Dec(Dec::new(30, 1))));
    }
}

#[test]
fn many_batches_are_written_in_order() {
    let house = TestApp::club();
    let mut rows = String::from("name,surface,fee\n");
    for number in 0..9_500 {
        rows.push_str(&format!(
            "场地{number},{},{number}.50\n",
            if number == 7_777 { "sand" } else { "clay" }
        ));
    }
    let court = "tennis_club.court";
    let (report, wrong) = import(&house, court, &rows, None);
    assert_eq!(counts(&report), [9_499, 0, 0, 1]);
    assert_eq!(report.wrong_rows[0].line, 7_779);
    assert!(
        wrong.contains("surface：没有“sand”这个选项,场地7777,sand"),
        "{wrong}"
    );
    let (again, _) = import(&house, court, &rows, None);
    assert_eq!(counts(&again), [0, 0, 9_499, 1]);
}

const FOREIGN: &str = "\
[import]
register      = \"tennis_club.member\"
columns       = \"exact\"
required_only = [\"card\"]
as_received   = \"remark\"

[fields.card]
column = \"No\"
[fields.name]
columns = [\"Family\", \"Given\"]
join    = \"\"
missing = \"（未填）\"
[fields.phone]
column  = \"Phone\"
missing = \"13800138000\"
[fields.division]
column   = \"Place\"
division = { within = \"Province\" }
missing  = \"330109\"
[fields.kind]
column = \"Type\"
values = { A = \"adult\", J = \"junior\" }
other  = \"adult\"
[fields.born]
column = \"Born\"
dates  = [\"%Y%m%d.0\", \"%d/%m/%Y\"]
empty  = [\"**\"]
[fields.level]
column  = \"Level\"
convert = { multiply = \"0.07\", round = 1 }
strip   = [\"%\"]
[fields.deposit]
column = \"Deposit\"
money  = { unit = \"百元\" }
[fields.home]
columns = [\"Lat\", \"Lon\"]
join    = \",\"
[fields.state]
column = \"Status\"
values = { ok = \"active\" }
refuse = { test = \"是测试数据\" }
";

const FOREIGN_HEAD: &str =
    "No,Family,Given,Phone,Province,Place,Type,Born,Level,Deposit,Lat,Lon,Status";

#[test]
fn a_foreign_table_is_translated() {
    let house = TestApp::club();
    let mapping = mapping(&house, FOREIGN);
    let rows = format!(
        "{FOREIGN_HEAD}\n6901234567892,王,五,13800138000,浙江省,余杭区,A,19900105.0,50%,2,30.25,120.5,ok\n\
         6901234567908,赵,六,138-0013-8001,浙江,萧山,Z,05/02/1991,,\"1,000元\",,,ok\n"
    );
    let (report, _) = import(&house, MEMBER, &rows, Some(&mapping));
    assert_eq!(counts(&report), [2, 0, 0, 0]);
    let wang = called(&house, MEMBER, "name", "王五");
    let get = |field| value(&house, MEMBER, &wang, field);
    assert_eq!(get("division"), Value::Text("330110".into()));
    assert_eq!(get("born"), Value::Date(jiff::civil::date(1990, 1, 5)));
    assert_eq!(get("level"), Value::Dec(Dec::new(35, 1)));
    assert_eq!(get("deposit"), Value::Int(20_000));
    assert_eq!(get("home").to_string(), "30.250000,120.500000");
    let zhao = called(&house, MEMBER, "name", "赵六");
    assert_eq!(
        value(&house, MEMBER, &zhao, "kind"),
        Value::Text("adult".into())
    );
    assert_eq!(
        value(&house, MEMBER, &zhao, "division"),
        Value::Text("330109".into())
    );
    assert_eq!(value(&house, MEMBER, &zhao, "deposit"), Value::Int(100_000));
    let (again, _) = import(&house, MEMBER, &rows, Some(&mapping));
    assert_eq!(counts(&again), [0, 0, 2, 0]);
}

#[test]
fn what_cannot_be_read_stays_empty_with_the_text_as_received() {
    let house = TestApp::club();
    let mapping = mapping(&house, FOREIGN);
    let rows = format!(
        "{FOREIGN_HEAD}\n6901234567892,,,12,浙江省,无此区,A,1990-01-05,x,五块,30.25,,ok\n\
         6901234567901,赵,六,13800138001,浙江省,余杭区,A,**,50,1,,,ok\n\
         6901234567915,孙,七,13800138001,浙江省,余杭区,A,**,1,1,,,ok,多\n\
         6901234567922,李,八,13800138001,浙江省,余杭区,A,**,20,1,,,test\n\
         6901234567939,周,九,13800138001,浙江省,余杭区,A,19900105.0,200,1,,,ok\n"
    );
    let (report, wrong) = import(&house, MEMBER, &rows, Some(&mapping));
    assert_eq!(counts(&report), [2, 0, 0, 3]);
    let odd = called(&house, MEMBER, "name", "（未填）");
    let get = |field| value(&house, MEMBER, &odd, field);
    assert_eq!(get("born"), Value::Null);
    assert_eq!(get("division"), Value::Text("330109".into()));
    // The telephone is personal: it stands neither in the remarks nor beside the record.
    let received =
        "Phone: （个人信息，不留原文）\nPlace: 无此区\nBorn: 1990-01-05\nLevel: x\nDeposit: 五块";
    assert_eq!(get("remark"), Value::Text(received.into()));
    // A rule of the register refuses the level, which is no reason to refuse the row.
    let zhou = called(&house, MEMBER, "name", "周九");
    assert_eq!(value(&house, MEMBER, &zhou, "level"), Value::Null);
    let refused: Vec<&str> = wrong
        .lines()
        .skip(1)
        .map(|l| l.split(',').next().unwrap())
        .collect();
    assert_eq!(
        refused,
        [
            "No：“会员卡号”：第13位校验码应为 8，而不是 1",
            "这一行有 14 列，比表头多 1 列，内容可能错位",
            "Status：“test”：是测试数据"
        ]
    );
    let told = format!("{:?}{:?}", report.warned_rows, report.tally);
    assert!(!told.contains("12\""), "{told}");
    // Mended at its source, the row brings the values and takes the remark away.
    let mended = format!(
        "{FOREIGN_HEAD}\n6901234567892,钱,一,13800138007,浙江省,余杭区,A,19900105.0,50,3,,,ok\n"
    );
    let (report, _) = import(&house, MEMBER, mended, Some(&mapping));
    assert_eq!(counts(&report), [0, 1, 0, 0]);
    let qian = called(&house, MEMBER, "name", "钱一");
    assert_eq!(value(&house, MEMBER, &qian, "remark"), Value::Null);
    assert_eq!(
        value(&house, MEMBER, &qian, "division"),
        Value::Text("330110".into())
    );
}

#[test]
fn refs_are_looked_up_by_code_by_name_and_by_a_field() {
    let house = TestApp::club();
    import(&house, MEMBER, MEMBERS, None);
    let text = "[import]\nregister = \"tennis_club.member\"\n\
        [fields.card]\ncolumn = \"card\"\n[fields.name]\ncolumn = \"name\"\n\
        [fields.phone]\nconstant = \"13800138009\"\n[fields.division]\nconstant = \"330109\"\n\
        [fields.kind]\nconstant = \"junior\"\n[fields.parent]\nlookup = \"parent\"\nby = \"card\"\n";
    let by_card = mapping(&house, text);
    let rows =
        "card,name,parent\n6901234567939,小王,6901234567892\n6901234567946,小无,6901234567953\n";
    let (report, _) = import(&house, MEMBER, rows, Some(&by_card));
    assert_eq!(counts(&report), [1, 0, 0, 1]);
    assert_eq!(
        report.wrong_rows[0].remarks,
        ["parent：没有找到“6901234567953”"]
    );
    let wang = called(&house, MEMBER, "name", "王五");
    let small = called(&house, MEMBER, "name", "小王");
    assert_eq!(value(&house, MEMBER, &small, "parent"), Value::Id(wang.id));
    let by_name = "card,name,phone,kind,division,监护会员\n6901234567946,小赵,13800138010,junior,330109,赵六\n";
    assert_eq!(
        counts(&import(&house, MEMBER, by_name, None).0),
        [1, 0, 0, 0]
    );
}

#[test]
fn rights_are_asked_for_the_import_and_for_every_row() {
    let house = TestApp::club();
    let coach = house.as_role("coach");
    let refused = refusal(try_import(&house, &coach, MEMBER, MEMBERS, None));
    assert_eq!(refused.reason, Reason::Forbidden);
    let manager = house.as_role("manager");
    let (report, _) = try_import(&house, &manager, MEMBER, MEMBERS, None).expect("an import");
    assert_eq!(report.new, 3);
}

#[test]
fn a_table_without_a_key_is_refused_as_a_whole() {
    let house = TestApp::club();
    let refused = refusal(try_import(
        &house,
        &Actor::operator(),
        MEMBER,
        "name,kind\n王五,adult\n",
        None,
    ));
    assert!(
        refused.message.zh.contains("没有“会员卡号”（card）这一列"),
        "{}",
        refused.message.zh
    );
    let refused = refusal(try_import(&house, &Actor::operator(), MEMBER, "", None));
    assert_eq!(refused.message.zh, "文件是空的，没有任何内容");
    let twice = "card,会员卡号,name\n1,2,3\n";
    let refused = refusal(try_import(&house, &Actor::operator(), MEMBER, twice, None));
    assert_eq!(refused.message.zh, "有两列都是“会员卡号”，请去掉一列");
}

#[test]
fn another_records_unique_value_is_told_by_the_store() {
    let house = TestApp::club();
    let text = "card,name,phone,kind,division,证件号码\n\
        6901234567892,王五,13800138000,adult,330109,11010519491231002X\n\
        6901234567908,赵六,13800138001,adult,330109,11010519491231002X\n";
    let (report, _) = import(&house, MEMBER, text, None);
    assert_eq!(counts(&report), [1, 0, 0, 1]);
    assert!(
        report.wrong_rows[0].remarks[0].starts_with("“证件号码”与另一条记录（"),
        "{report:?}"
    );
}

#[test]
fn a_workbook_is_imported_like_a_text() {
    let house = TestApp::club();
    let mut book = Vec::new();
    let header = [
        "会员卡号",
        "姓名",
        "手机",
        "会员类别",
        "住址区划",
        "入会日期",
    ];
    let mut sink = Box::new(tables::xlsx_writer(&mut book, "会员", &header).expect("a book"));
    let joined = Cell::Date {
        year: 2020,
        month: 1,
        day: 5,
    };
    let cells = ["6901234567892", "王五", "13800138000", "成人", "330109"].map(Cell::code);
    sink.write_row(&cells.into_iter().chain([joined]).collect::<Vec<_>>())
        .expect("a row");
    sink.finish().expect("a book");
    let path = file(&house, "rows.xlsx", &book);
    let register = house.register(MEMBER);
    let title = "rows.xlsx".to_owned();
    let sheet = Import {
        register,
        path: &path,
        mapping: None,
        title,
        dry_run: false,
    };
    let report = house
        .app
        .import(&Actor::operator(), &sheet, &Progress::default(), None);
    assert_eq!(counts(&report.expect("an import")), [1, 0, 0, 0]);
    let wang = called(&house, MEMBER, "name", "王五");
    assert_eq!(
        value(&house, MEMBER, &wang, "joined"),
        Value::Date(jiff::civil::date(2020, 1, 5))
    );
}

/// A meter takes its reading from the latest of its readings.
fn yard() -> TestApp {
    let texts = Texts::house()
        .expect("the house's texts")
        .with_text("roles.toml", Origin::Tenant, "[roles]\nsys_admin = { label = \"系统管理员\", layer = \"admin\" }\nsec_admin = { label = \"安全管理员\", layer = \"admin\" }\nauditor = { label = \"审计员\", layer = \"admin\" }\n")
        .with_text("yard/subsystem.toml", Origin::Tenant, "[subsystem]\ntitle = \"院子\"\nuses = []\norder = 50\n")
        .with_text("yard/meter.toml", Origin::Tenant, "[record]\ntitle = \"表\"\nshown = \"{no}\"\n[fields]\nno = { type = \"text\", label = \"表号\", max = 9, unique = true, required = true }\nlast = { type = \"int\", label = \"读数\", latest = \"reading.value\" }\n[form]\nwhat = { title = \"表\", fields = [\"no\", \"last\"] }\n")
        .with_text("yard/reading.toml", Origin::Tenant, "[record]\ntitle = \"抄表\"\nshown = \"{no}\"\ndated = \"day\"\n[fields]\nno = { type = \"text\", label = \"编号\", max = 9, unique = true }\nmeter = { type = \"ref\", to = \"meter\", label = \"表\", required = true }\nday = { type = \"date\", label = \"日期\", required = true }\nvalue = { type = \"int\", label = \"数值\" }\n[form]\nwhat = { title = \"抄表\", fields = [\"no\", \"meter\", \"day\", \"value\"] }\n");
    TestApp::of(&texts, Hooks::default())
}

#[test]
fn parents_follow_the_latest_of_many_children_of_one_batch() {
    let house = yard();
    import(&house, "yard.meter", "no\nA\nB\n", None);
    let rows = "no,meter,day,value\n1,A,2026-01-01,10\n2,A,2026-03-01,30\n3,B,2026-01-01,7\n4,A,2026-02-01,20\n5,C,2026-02-01,1\n";
    let (report, _) = import(&house, "yard.reading", rows, None);
    assert_eq!(counts(&report), [4, 0, 0, 1]);
    let last = |no| {
        value(
            &house,
            "yard.meter",
            &called(&house, "yard.meter", "no", no),
            "last",
        )
    };
    assert_eq!((last("A"), last("B")), (Value::Int(30), Value::Int(7)));
    // The parent changed once for the whole batch.
    assert_eq!(called(&house, "yard.meter", "no", "A").version, 2);
    let moved = "no,meter,day,value\n2,B,2026-03-01,30\n";
    import(&house, "yard.reading", moved, None);
    assert_eq!((last("A"), last("B")), (Value::Int(20), Value::Int(30)));
    house
        .app
        .undo_import(&Actor::operator(), report.batch)
        .expect("an undo");
    // The reading that was moved since stays where it is.
    assert_eq!((last("A"), last("B")), (Value::Null, Value::Int(30)));
}
