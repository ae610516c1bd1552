//! Each fault, with its text and the place it points at.

use proptest::prelude::*;

use super::world::World;
use crate::{CONDITION_BYTES_MAX, CONDITION_TERMS_MAX, Fault, NESTING_MAX, Type, check, parse};

fn faults(text: &str, want: Type) -> Vec<Fault> {
    match parse(text) {
        Err(fault) => vec![fault],
        Ok(ast) => check(&ast, &World, want).err().unwrap_or_default(),
    }
}

/// The only fault of a condition: the words it points at, the message, the help.
fn only(text: &str) -> (String, String, String) {
    let mut faults = faults(text, Type::Bool);
    assert_eq!(faults.len(), 1, "{text}: {faults:?}");
    let fault = faults.remove(0);
    (
        text[fault.span].to_owned(),
        fault.message.zh.into_owned(),
        fault.help.unwrap_or_default().zh.into_owned(),
    )
}

#[track_caller]
fn told(text: &str, at: &str, message: &str, help: &str) {
    let (found_at, found, found_help) = only(text);
    assert_eq!(
        (&*found_at, &*found, &*found_help),
        (at, message, help),
        "{text}"
    );
}

#[test]
fn of_characters() {
    told("load ＞ 5", "＞", "不认识的字符“＞”", "请改用半角的“>”");
    told("load ≤ 5", "≤", "不认识的字符“≤”", "请改用“<=”");
    told(
        "name = “电梯”",
        "“",
        "不认识的字符““”",
        "文字用半角单引号，例如 '阀门'",
    );
    told("load = 5;", ";", "不认识的字符“;”", "");
    told("load\u{1} = 5", "\u{1}", "不认识的字符“U+0001”", "");
    told("load == 5", "==", "这里不能用“==”", "相等只写一个“=”");
    told("doubt && true", "&&", "这里不能用“&&”", "并且写成 and");
    told(
        "!doubt",
        "!",
        "这里不能用“!”",
        "否定写成 not，不等于写成“!=”",
    );
    told(
        "name = \"a\"",
        "\"",
        "这里不能用“\"”",
        "文字用单引号，例如 '阀门'",
    );
    told(
        "name = '电梯",
        "'电梯",
        "文字没有结束",
        "在文字后面补上单引号",
    );
    told("name = '电\n梯'", "\n", "文字里不能有换行等控制字符", "");
}

#[test]
fn of_numbers_and_days() {
    told(
        "next_due < 2027-02-30",
        "2027-02-30",
        "没有 2027-02-30 这一天",
        "",
    );
    told(
        "next_due < 2027-3-1",
        "2027-3-1",
        "“2027-3-1”不是日期的写法",
        "日期写成四位年、两位月、两位日，例如 2027-03-01；减法请在减号两边留空格",
    );
    told("load = 1.", "1.", "“1.”不是数字：小数点后面缺数字", "");
    told(
        "load = 1.1234567",
        "1.1234567",
        "“1.1234567”不是数字：小数点后最多六位",
        "",
    );
    told(
        "load = 99999999999999999999",
        "99999999999999999999",
        "“99999999999999999999”不是数字：数字太大",
        "",
    );
    told(
        "next_due < today + 1.5 months",
        "1.5 months",
        "天、月、年前面应当是整数",
        "",
    );
}

#[test]
fn of_grammar() {
    told("", "", "条件是空的", "");
    told(
        "load =",
        "",
        "条件没有写完，后面应当是名字、数字、日期或文字",
        "",
    );
    told(
        "load = and",
        "and",
        "这里应当是名字、数字、日期或文字，却是“and”",
        "",
    );
    told("(load = 5", "(", "括号没有闭合", "在后面补上“)”");
    told("load = 5)", ")", "多出一个“)”", "去掉它，或在前面补上“(”");
    told("1 < load < 5", "<", "比较不能连写", "请用 and 连接两个比较");
    told(
        "load = 5 doubt",
        "doubt",
        "这里应当是“and”或“or”，却是“doubt”",
        "",
    );
    told("kind in lift", "lift", "这里应当是“[”，却是“lift”", "");
    told("kind in [lift", "", "条件没有写完，后面应当是“]”", "");
    told("kind is lift", "lift", "这里应当是“empty”，却是“lift”", "");
    told("kind not lift", "lift", "这里应当是“in”，却是“lift”", "");
    told("load in [-x]", "-x", "减号后面应当是数字", "");
}

#[test]
fn of_names() {
    told(
        "nxt_due < today",
        "nxt_due",
        "没有“nxt_due”这个名字",
        "是否想写“next_due”？",
    );
    told("电梯种类 = lift", "电梯种类", "没有“电梯种类”这个名字", "");
    told(
        "kind = lfit",
        "lfit",
        "“equipment_kind”里没有“lfit”这个选项",
        "是否想写“lift”？",
    );
    told(
        "state = '报废'",
        "'报废'",
        "“state”里没有“报废”这个选项",
        "可以写：in_use、stopped",
    );
    told(
        "parts has wire",
        "wire",
        "“part”里没有“wire”这个选项",
        "可以写：door、motor、rope",
    );
    told(
        "kind = lift or boiler",
        "boiler",
        "“boiler”是选项，不能单独作条件",
        "是否想写“kind in [lift, boiler]”？",
    );
    told(
        "user = 'abc'",
        "'abc'",
        "“abc”不是编号，应当是 13 个字母和数字",
        "",
    );
}

#[test]
fn of_types() {
    told(
        "kind = 3",
        "kind = 3",
        "“kind”是选项，不能与数字比较",
        "以数字开头的要加单引号：'3'",
    );
    told(
        "kind = wheel",
        "wheel",
        "“equipment_kind”里没有“wheel”这个选项",
        "可以写：3110、boiler、crane、lift、name",
    );
    told(
        "kind = state",
        "kind = state",
        "“kind”取自“equipment_kind”，“state”取自“state”，不能比较",
        "",
    );
    told(
        "kind < lift",
        "kind < lift",
        "“kind”是选项，不分大小",
        "只能用 = 或 !=",
    );
    told(
        "doubt > false",
        "doubt > false",
        "“doubt”是是否，不分大小",
        "只能用 = 或 !=",
    );
    told(
        "next_due < '2027-03-01'",
        "next_due < '2027-03-01'",
        "“next_due”是日期，不能与文字比较",
        "日期不加引号，例如 2027-03-01",
    );
    told(
        "reported > today",
        "reported > today",
        "“reported”是时刻，不能与日期比较",
        "时刻请与 now 比较，例如 created_at > now - 1 day",
    );
    told(
        "fine = name",
        "fine = name",
        "“fine”是金额，不能与文字比较",
        "",
    );
    told("parts = rope_x", "rope_x", "没有“rope_x”这个名字", "");
    told(
        "parts = parts",
        "parts = parts",
        "“parts”是多选，不能这样比较",
        "多选请用 has，或 is empty",
    );
    told(
        "place = place",
        "place = place",
        "“place”是坐标，不能这样比较",
        "坐标只能用 is empty",
    );
    told(
        "kind has lift",
        "kind",
        "“kind”是选项，has 只能用于多选",
        "单选请用 =",
    );
    told("parts has 5", "5", "has 后面应当是一个选项，却是“5”", "");
    told(
        "load within '3'",
        "load",
        "“load”是数字，within 只能用于区划和文字",
        "",
    );
    told(
        "name contains 5",
        "5",
        "contains 后面应当是加单引号的文字，却是“5”",
        "",
    );
    told(
        "name contains ''",
        "''",
        "contains 后面应当是加单引号的文字，却是“''”",
        "",
    );
    told(
        "division contains '3'",
        "division",
        "“division”是区划，contains 只能用于文字",
        "",
    );
    told(
        "load in [1, 'a']",
        "'a'",
        "“load”是数字，不能与文字比较",
        "",
    );
    told(
        "load in [trips]",
        "trips",
        "in 的方括号里只能写固定的值，“trips”不是",
        "文字要加单引号",
    );
    told(
        "next_due in [today]",
        "today",
        "in 的方括号里只能写固定的值，“today”不是",
        "",
    );
    told(
        "load / 2 in [1]",
        "load / 2",
        "“load / 2”是除法的结果，不能用 in",
        "请写成两个大小比较",
    );
    told(
        "parts in [rope]",
        "parts",
        "“parts”是多选，不能用 in",
        "多选请用 has，或 is empty",
    );
}

#[test]
fn of_sums() {
    told(
        "next_due + 30 < today",
        "next_due + 30",
        "“next_due”是日期，不能与数字相加",
        "天数要带单位，例如 30 days",
    );
    told(
        "reported + 1 month > now",
        "reported + 1 month",
        "“reported”是时刻，不能与月数相加",
        "时刻只能加减天数，例如 90 days",
    );
    told(
        "now - reported > 5",
        "now - reported",
        "“now”是时刻，不能与时刻相减",
        "请写成比较，例如 created_at < now - 5 days",
    );
    told(
        "next_due * 2 = today",
        "next_due * 2",
        "“next_due”是日期，不能与数字相乘",
        "天数要带单位，例如 30 days",
    );
    told(
        "red_months / grace_days = 1",
        "red_months / grace_days",
        "“red_months”是月数，不能与天数相除",
        "",
    );
    told("-name = 'a'", "name", "“name”是文字，前面不能有负号", "");
}

#[test]
fn of_the_whole() {
    told("load", "load", "这里要一个条件，“load”却是数字", "");
    told(
        "doubt and load",
        "load",
        "这里要能答是或否，“load”却是数字",
        "例如写一个比较，或用 is empty",
    );
    told(
        "not kind",
        "kind",
        "这里要能答是或否，“kind”却是选项",
        "例如与一个选项比较：kind = lift",
    );
    let want = |text: &str, want: Type| {
        let fault = faults(text, want).remove(0);
        (fault.message.zh, fault.help.map(|help| help.zh))
    };
    assert_eq!(
        want("name", Type::Int),
        ("这里要整数，“name”却是文字".into(), None)
    );
    assert_eq!(
        want("thickness", Type::Decimal { scale: 2 }),
        (
            "这里要小数，“thickness”却是数字".into(),
            Some("小数位数比这里允许的多".into())
        )
    );
}

#[test]
fn all_faults_are_told_at_once() {
    let text = "knd = lift and (电压 > 3 or state = 停用) and load = 'x'";
    let places: Vec<_> = faults(text, Type::Bool)
        .into_iter()
        .map(|fault| text[fault.span].to_owned())
        .collect();
    assert_eq!(places, ["knd", "电压", "停用", "load = 'x'"]);
}

#[test]
fn of_size() {
    let long = format!("name = '{}'", "梯".repeat(CONDITION_BYTES_MAX));
    assert_eq!(only(&long).1, "条件太长：12297 字节，最多 4096 字节");
    let many = vec!["1"; CONDITION_TERMS_MAX + 1].join("+");
    assert_eq!(only(&many).1, "条件里的名字和值太多，最多 256 个");
    for deep in ["(", "not ", "-", "doubt = ("] {
        let text = deep.repeat(CONDITION_BYTES_MAX / deep.len());
        assert_eq!(only(&text).1, "条件嵌套太深，最多 32 层", "{deep}");
    }
    let fits = format!(
        "{}doubt{}",
        "(".repeat(NESTING_MAX),
        ")".repeat(NESTING_MAX)
    );
    assert!(faults(&fits, Type::Bool).is_empty());
    let wide = vec!["load = 1"; CONDITION_TERMS_MAX / 2].join(" and ");
    assert!(faults(&wide, Type::Bool).is_empty());
}

fn words() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "and",
        "or",
        "not",
        "in",
        "is",
        "empty",
        "has",
        "within",
        "contains",
        "true",
        "today",
        "now",
        "(",
        ")",
        "[",
        "]",
        ",",
        "=",
        "!=",
        "<",
        "+",
        "-",
        "*",
        "/",
        "3",
        "1.25",
        "'电'",
        "2027-03-01",
        "days",
        "month",
        "kind",
        "lift",
        "parts",
        "rope",
        "next_due",
        "load",
        "fine",
        "place",
        "reported",
        "red_months",
        "电梯",
        "knd",
        "user",
        "division",
        "'",
        "－",
    ]);
    prop::collection::vec(word, 0..14).prop_map(|words| words.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3000))]

    #[test]
    fn reading_never_panics_and_points_into_the_text(text in prop_oneof![words(), any::<String>()]) {
        for want in [Type::Bool, Type::Null] {
            for fault in faults(&text, want) {
                prop_assert!(text.get(fault.span.clone()).is_some(), "{fault:?}");
            }
        }
        let _ = crate::Template::parse(&text).map_err(|fault| text[fault.span].len());
    }
}
