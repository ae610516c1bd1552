//! Tests of the table of divisions and of the ways to ask it.

use super::*;

const TODAY: Day = Day {
    year: 2026,
    month: 11,
    day: 21,
};

fn codes(found: Vec<&Division>) -> Vec<&str> {
    found.into_iter().map(|d| d.code).collect()
}

#[test]
fn the_table_is_read_wholly_and_holds_together() {
    assert_eq!(all().len(), DATA.lines().count() - 2);
    assert!(all().windows(2).all(|pair| pair[0].code < pair[1].code));
    for division in all() {
        assert!(!division.name.is_empty(), "{}", division.code);
        if division.level() == Level::Province {
            assert_eq!(division.parent, None);
        } else {
            let above = division.parent.and_then(get).expect(division.code);
            assert!(above.level() < division.level(), "{}", division.code);
        }
        if let Some(next) = division.replaced_by {
            assert!(!division.is_current(), "{}", division.code);
            assert!(
                get(next).is_some_and(Division::is_current),
                "{}",
                division.code
            );
        }
    }
    assert_eq!(provinces().len(), 34);
    let lines: Vec<&str> = DATA.lines().skip(2).collect();
    let dated = |at: usize| {
        lines
            .iter()
            .filter(|l| !l.split('\t').nth(at).unwrap().is_empty())
            .count()
    };
    assert_eq!(
        dated(3),
        all().iter().filter(|d| d.valid_from.is_some()).count()
    );
    assert_eq!(
        dated(4),
        all().iter().filter(|d| d.valid_to.is_some()).count()
    );
}

#[test]
fn codes_of_six_nine_and_twelve_digits_find_their_county() {
    for code in ["330109", "330109113", "330109113000"] {
        assert_eq!(get(code).map(|d| d.name), Some("萧山区"), "{code}");
    }
    for code in ["33010", "3301091", "339999", "萧山", "", "33010９"] {
        assert_eq!(get(code), None, "{code}");
    }
}

#[test]
fn names_are_written_from_the_province_down() {
    assert_eq!(full_name("330109").as_deref(), Some("浙江省杭州市萧山区"));
    assert_eq!(full_name("110101").as_deref(), Some("北京市东城区"));
    assert_eq!(full_name("419001").as_deref(), Some("河南省济源市"));
    assert_eq!(full_name("441900").as_deref(), Some("广东省东莞市"));
    assert_eq!(full_name("330000").as_deref(), Some("浙江省"));
    assert_eq!(full_name("110100").as_deref(), Some("北京市市辖区"));
    assert_eq!(full_name("999999"), None);
    let path: Vec<&str> = path("330109001").into_iter().map(|d| d.code).collect();
    assert_eq!(path, ["330000", "330100", "330109"]);
}

#[test]
fn children_are_those_in_force() {
    let hangzhou = codes(children("330100"));
    let sheet = [
        "330102", "330105", "330106", "330108", "330109", "330110", "330111", "330112", "330113",
        "330114", "330122", "330127", "330182",
    ];
    assert_eq!(hangzhou, sheet);
    let shandong = codes(children("370000"));
    assert_eq!(shandong.len(), 16);
    assert!(!shandong.contains(&"371200"));
    assert_eq!(children("330000").len(), 11);
    assert_eq!(children("530000").len(), 16);
    assert!(children("330109").is_empty() && children("330109001").is_empty());
    assert!(children("").is_empty());
}

#[test]
fn abolished_codes_are_known_but_not_valid() {
    for (code, now) in [
        ("330103", "330105"),
        ("330104", "330102"),
        ("371200", "370100"),
    ] {
        let division = get(code).unwrap();
        assert_eq!(division.replaced_by, Some(now));
        assert!(known_ever(code) && !division.is_current() && !division.valid_on(TODAY));
        assert!(division.valid_on(Day {
            year: 2018,
            month: 1,
            day: 1
        }));
        assert!(division.not_valid_sentence(TODAY).unwrap().zh.contains(now));
    }
    assert!(known_ever("330181"));
    assert!(known_ever("330101"), "市辖区 of a city");
    assert!(!known_ever("339901") && !known_ever("339999"));
    assert_eq!(get("330109").unwrap().not_valid_sentence(TODAY), None);
}

#[test]
fn areas_hold_what_begins_with_their_prefix() {
    for (code, shared) in [
        ("330000", "33"),
        ("330100", "3301"),
        ("330109", "330109"),
        ("330110", "330110"),
        ("330109000000", "330109"),
        ("330109113000", "330109113"),
        ("330109113201", "330109113201"),
        ("331000", "3310"),
        ("330109110", "330109110"),
        ("33", "33"),
        ("3301", "3301"),
        ("3", "3"),
        ("", ""),
        ("浙江", "浙江"),
    ] {
        assert_eq!(prefix(code), shared, "{code}");
    }
    assert!(within("330109113201", "330109") && within("330109", "330100"));
    assert!(within("330109", NATIONAL) && within("330109", "330109"));
    assert!(!within("330110", "330109") && !within("330100", "330109"));
    assert!(!within("330109", "") && !within("330109", "3"));
}

#[test]
fn names_lead_to_codes() {
    let find = |name: &str| codes(find_by_name(name, None));
    for name in [
        "萧山区",
        "萧山",
        "浙江省杭州市萧山区",
        "杭州萧山",
        "浙江萧山区",
        " 浙江省 杭州市 萧山区 ",
    ] {
        assert_eq!(find(name)[0], "330109", "{name}");
    }
    assert_eq!(find("杭州市"), ["330100"]);
    assert_eq!(find("广西"), ["450000"]);
    assert_eq!(find("下城区"), ["330103"]);
    assert!(find("朝阳区").len() > 1);
    assert_eq!(codes(find_by_name("朝阳区", Some("110000"))), ["110105"]);
    assert!(find_by_name("萧山", Some("370000")).is_empty());
    assert!(find("").is_empty() && find("市辖区").is_empty() && find("山区").is_empty());
    assert!(find("江苏萧山").is_empty());
}
