//! Mapping files: every fault is told with its place before any row is read.

use app::Mapping;
use testkit::TestApp;

use crate::sheets::{MEMBER, MEMBERS, import, mapping, records, refusal, try_import};

/// What reading a mapping answers: its faults as lines.
fn faults(text: &str) -> Vec<String> {
    let house = TestApp::club();
    match Mapping::read(house.app.catalogue(), None, "map.toml", text) {
        Ok(_) => Vec::new(),
        Err(faults) => faults.iter().map(ToString::to_string).collect(),
    }
}

/// A mapping of members with something wrong in one place.
fn with(import: &str, fields: &str) -> String {
    let head = "[import]\nregister = \"tennis_club.member\"\n";
    let rest = "[fields.name]\ncolumn = \"N\"\n[fields.phone]\ncolumn = \"P\"\n\
                [fields.division]\nconstant = \"330109\"\n[fields.card]\ncolumn = \"C\"\n";
    format!("{head}{import}\n{rest}{fields}")
}

#[test]
fn a_whole_mapping_has_no_fault() {
    assert_eq!(faults(&with("", "")), [] as [&str; 0]);
}

#[test]
fn faults_of_import_settings_are_told_where_they_stand() {
    for (import, wanted) in [
        (
            "kee = [\"card\"]",
            "map.toml:3:1: 没有“kee”这一项（是否想写“key”？）",
        ),
        (
            "key = [\"crad\"]",
            "map.toml:3:8: 会员没有字段“crad”（是否想写“card”？）",
        ),
        (
            "key = [\"phone\", \"born\"]",
            "map.toml:3:7: key 中的“出生日期”没有写在 [fields.born] 里",
        ),
        ("key = [\"division\"]", ""),
        (
            "columns = \"exakt\"",
            "map.toml:3:11: columns 不能是“exakt”，可以是 exact 或 any（是否想写“exact”？）",
        ),
        (
            "empty_cells = 1",
            "map.toml:3:15: “empty_cells”应为文字，这里是整数",
        ),
        (
            "encoding = \"latin1\"",
            "map.toml:3:12: 没有编码“latin1”，可以是 utf-8、gb18030、utf-16le、utf-16be",
        ),
        (
            "delimiter = \"ab\"",
            "map.toml:3:13: delimiter 应是一个字符，例如 \",\"、\";\" 或 \"\\t\"",
        ),
        (
            "required_only = [\"remark\"]",
            "map.toml:3:17: required_only 中的“备注”没有映射",
        ),
        (
            "as_received = \"address\"",
            "map.toml:3:15: as_received 须是 long_text 字段，“address”是 text",
        ),
        (
            "key = [\"card\"",
            "map.toml:4:1: TOML 写法有误，请检查引号、括号和等号是否写完整",
        ),
    ] {
        let told = faults(&with(import, ""));
        match wanted {
            "" => assert_eq!(told, [] as [&str; 0], "{import}"),
            wanted => assert!(told.contains(&wanted.to_owned()), "{import}: {told:?}"),
        }
    }
}

#[test]
fn faults_of_fields_are_told_where_they_stand() {
    for (fields, wanted) in [
        (
            "[fields.kine]\nconstant = \"adult\"",
            "map.toml:12:9: 会员没有字段“kine”（是否想写“kind”？）",
        ),
        (
            "[fields.fee_due]\ncolumn = \"F\"",
            "map.toml:12:9: “应缴会费”由系统得出，不能导入",
        ),
        (
            "[fields.files]\ncolumn = \"F\"",
            "map.toml:12:9: “附件”是 files，不能从列里取",
        ),
        (
            "[fields.kind]\ncolumn = \"K\"\nconstant = \"adult\"",
            "map.toml:12:9: 来源只能写一个，这里有 column、constant",
        ),
        (
            "[fields.kind]\nempty = [\"-\"]",
            "map.toml:12:9: 要写明来源：column、columns、constant、lookup 四者之一",
        ),
        (
            "[fields.kind]\ncolumn = \"K\"\njoin = \",\"",
            "map.toml:14:8: “join”只能与 columns 一同使用",
        ),
        (
            "[fields.kind]\ncolumn = \"K\"\nvalues = { A = \"adlut\" }",
            "map.toml:14:16: 选项表“会员类别”中没有“adlut”（是否想写“adult”？）",
        ),
        (
            "[fields.kind]\ncolumn = \"K\"\nother = \"empty\"",
            "map.toml:14:9: other 只能与 values 一同使用",
        ),
        (
            "[fields.state]\ncolumn = \"S\"\nvalues = { A = \"left\" }",
            "map.toml:14:16: 会员的记录不能以“left”开始",
        ),
        (
            "[fields.born]\ncolumn = \"B\"\ndates = [\"%Y-%d\"]",
            "map.toml:14:10: 日期格式“%Y-%d”不对，应含 %Y、%m、%d，例如 %Y%m%d 或 %d/%m/%Y",
        ),
        (
            "[fields.remark]\ncolumn = \"R\"\ndates = [\"%Y%m%d\"]",
            "map.toml:14:10: dates 只用于日期字段",
        ),
        (
            "[fields.remark]\ncolumn = \"R\"\nconvert = { multiply = \"2\" }",
            "map.toml:14:11: convert 只用于数字字段",
        ),
        (
            "[fields.level]\ncolumn = \"L\"\nconvert = { multiply = \"x\" }",
            "map.toml:14:24: “multiply”应是写成文字的数字，例如 \"0.3048\"",
        ),
        (
            "[fields.level]\ncolumn = \"L\"\nmoney = { }",
            "map.toml:14:9: money 只用于金额字段",
        ),
        (
            "[fields.deposit]\ncolumn = \"D\"\nmoney = { currency = \"name\" }",
            "map.toml:14:22: “name”须是币种的选项字段",
        ),
        (
            "[fields.remark]\ncolumn = \"R\"\nnormal = \"name\"",
            "map.toml:14:10: normal 只用于文字字段",
        ),
        (
            "[fields.remark]\ncolumn = \"R\"\ndivision = true",
            "map.toml:14:12: division 只用于区划字段",
        ),
        (
            "[fields.remark]\nlookup = \"R\"",
            "map.toml:13:10: lookup 只用于指向其他登记簿的字段",
        ),
        (
            "[fields.parent]\nlookup = \"R\"\nby = \"phone\"",
            "map.toml:14:6: 会员的“phone”没有索引，不能按它查找",
        ),
    ] {
        let told = faults(&with("", fields));
        assert!(told.contains(&wanted.to_owned()), "{fields}\n{told:?}");
    }
}

#[test]
fn what_the_register_requires_must_be_mapped_and_the_register_must_be_known() {
    let text = "[import]\nregister = \"tennis_club.member\"\n[fields.card]\ncolumn = \"C\"\n";
    let told = faults(text);
    assert!(
        told.contains(&"map.toml:1:1: 必填字段“姓名”没有映射，请加上 [fields.name]".to_owned()),
        "{told:?}"
    );
    let told = faults("[import]\nregister = \"tennis_club.menber\"\n");
    assert_eq!(
        told,
        ["map.toml:2:12: 没有登记簿“tennis_club.menber”（是否想写“tennis_club.member”？）"]
    );
    let told = faults("[import]\nregister = \"tennis_club.booking\"\n");
    assert!(
        told.iter().any(|f| f.contains("没有 [fields.…]")),
        "{told:?}"
    );
}

#[test]
fn a_column_that_the_file_lacks_is_told_before_any_row_goes_in() {
    let house = TestApp::club();
    let text = with("", "")
        .replace("\"N\"", "\"姓民\"")
        .replace("\"P\"", "\"手机\"");
    let mapping = mapping(&house, &text.replace("\"C\"", "\"card\""));
    let operator = kernel::Actor::operator();
    let refused = refusal(try_import(
        &house,
        &operator,
        MEMBER,
        MEMBERS,
        Some(&mapping),
    ));
    assert_eq!(
        refused.blames[0].message.zh,
        "map.toml:5:10: 文件里没有“姓民”这一列"
    );
    assert_eq!(records(&house, MEMBER).len(), 0);
}

#[test]
fn a_constant_that_the_field_cannot_hold_is_a_fault_of_the_mapping() {
    let house = TestApp::club();
    let text = with("", "")
        .replace("330109", "339999")
        .replace("\"N\"", "\"姓名\"");
    let text = text
        .replace("\"P\"", "\"手机\"")
        .replace("\"C\"", "\"card\"");
    let operator = kernel::Actor::operator();
    let mapping = mapping(&house, &text);
    let refused = refusal(try_import(
        &house,
        &operator,
        MEMBER,
        MEMBERS,
        Some(&mapping),
    ));
    assert!(
        refused
            .message
            .zh
            .starts_with("map.toml:9:12: “住址区划”不能是“339999”"),
        "{}",
        refused.message.zh
    );
    let _ = import(&house, MEMBER, MEMBERS, None);
}
