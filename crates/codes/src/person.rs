//! Numbers of persons: resident identity number (GB 11643-1999) and operator certificates of special equipment.

use speech::{Said, said};

use crate::scan::{Scan, first_misfit};
use crate::{Checked, Day, Kind, Lists, Refused, check_digit, provinces};

/// GB 11643-1999; the 15-digit number of before 1999 is turned into 18 digits.
pub(crate) fn resident_id(typed: &str, lists: &dyn Lists, today: Day) -> Result<Checked, Refused> {
    let title = Kind::ResidentId.title();
    let count = typed.chars().count();
    if count != 18 && count != 15 {
        return Err(Refused::length(title, Said::same("18"), count));
    }
    let plain = if count == 18 { 17 } else { count };
    if let Some((place, found)) =
        first_misfit(typed, |c| c.is_ascii_digit()).filter(|&(place, c)| place <= plain || c != 'X')
    {
        let allowed = if place == 18 {
            said!("数字或 X" / "digits or X")
        } else {
            said!("数字" / "digits")
        };
        return Err(Refused::character(place, found, allowed));
    }
    let mut checked = if count == 18 {
        Checked::clean(typed)
    } else {
        from_15(typed)?
    };
    let id = checked.normal.clone();
    if !provinces::in_resident_ids(&id) {
        return Err(Refused::new(
            "region",
            said!(
                "没有以 {} 开头的省级代码" / "No province has a code that begins with {}",
                &id[..2]
            ),
        ));
    }
    let written = &id[6..14];
    let birth = Day::from_compact(written).ok_or_else(|| {
        Refused::new(
            "date",
            said!(
                "第7–14位出生日期 {written} 不是真实的日期"
                    / "The birthday {written} at places 7–14 does not exist"
            ),
        )
    })?;
    if !(1800..2100).contains(&birth.year) {
        return Err(Refused::new(
            "date",
            said!(
                "第7–10位出生年份 {} 不可能" / "The year of birth {} at places 7–10 is impossible",
                birth.year
            ),
        ));
    }
    if birth > today {
        return Err(Refused::new(
            "future",
            said!("出生日期 {birth} 晚于今天" / "The birthday {birth} is in the future"),
        ));
    }
    let found = id.chars().next_back().unwrap_or_default();
    match check_digit::resident_id(&id[..17]) {
        Some(want) if want == found => {}
        Some(want) => return Err(Refused::check_digit(18, want, found)),
        None => {
            return Err(Refused::shape(
                title,
                said!("17 位数字和 1 位校验码" / "17 digits and 1 check character"),
            ));
        }
    }
    // People keep the number of their first registration, so an unknown county only warns.
    let county = &id[..6];
    if !county.starts_with('8') && !lists.division_known(county) {
        checked.warn(
            "region",
            said!(
                "地址码 {county} 不在代码表中，请核对"
                    / "The division {county} is not in the list; please check"
            ),
        );
    }
    Ok(checked)
}

fn from_15(typed: &str) -> Result<Checked, Refused> {
    let first17 = format!("{}19{}", &typed[..6], &typed[6..]);
    let check = check_digit::resident_id(&first17).ok_or_else(|| {
        Refused::shape(Kind::ResidentId.title(), said!("15 位数字" / "15 digits"))
    })?;
    let mut checked = Checked::clean(format!("{first17}{check}"));
    let text = said!(
        "15 位旧号码已换算为 18 位：{}" / "The old number of 15 digits was turned into 18: {}",
        checked.normal
    );
    checked.warn("obsolete", text);
    Ok(checked)
}

/// Sex as coded in the number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sex {
    Male,
    Female,
}

/// Birth day in an 18-digit number.
pub fn birth_of_resident_id(normal: &str) -> Option<Day> {
    Day::from_compact(normal.get(6..14)?)
}

/// Sex in an 18-digit number: the 17th digit is odd for men.
pub fn sex_of_resident_id(normal: &str) -> Option<Sex> {
    let digit = normal.get(16..17)?.parse::<u8>().ok()?;
    Some(if digit % 2 == 1 {
        Sex::Male
    } else {
        Sex::Female
    })
}

/// 作业项目代号 of TSG Z6001-2019 (公告 2021 年第 41 号), in force since 2022-06-01.
pub(crate) fn op_item(typed: &str) -> Result<Checked, Refused> {
    if op_item_title(typed).is_some() {
        return Ok(Checked::clean(typed));
    }
    if OP_ITEMS_OLD.contains(&typed) {
        let text = said!(
            "{typed} 是 2011–2019 年的旧代号，现行目录中没有，请按现行项目填写（如 G1、T、Q2）"
                / "{typed} is an old code of 2011–2019; please use a present one (such as G1, T, Q2)"
        );
        return Err(Refused::new("obsolete", text));
    }
    Err(Refused::new(
        "unlisted",
        said!("作业项目目录中没有代号 {typed}" / "The list of operator items has no {typed}"),
    ))
}

/// Name of a project of the present list.
pub fn op_item_title(code: &str) -> Option<&'static str> {
    OP_ITEMS
        .iter()
        .find(|item| item.0 == code)
        .map(|item| item.1)
}

/// The present list: code and project.
pub const OP_ITEMS: &[(&str, &str)] = &[
    ("A", "特种设备安全管理"),
    ("G1", "工业锅炉司炉"),
    ("G2", "电站锅炉司炉"),
    ("G3", "锅炉水处理"),
    ("R1", "快开门式压力容器操作"),
    ("R2", "移动式压力容器充装"),
    ("R3", "氧舱维护保养"),
    ("P", "气瓶充装"),
    ("T", "电梯修理"),
    ("Q1", "起重机指挥"),
    ("Q2", "起重机司机"),
    ("S1", "客运索道修理"),
    ("S2", "客运索道司机"),
    ("Y1", "大型游乐设施修理"),
    ("Y2", "大型游乐设施操作"),
    ("N1", "叉车司机"),
    ("N2", "观光车和观光列车司机"),
    ("F", "安全阀校验"),
];

/// Codes of 2011–2019 that the present list no longer has. G1, R1, Q1 … stand in both with
/// different meaning, so a record keeps the year of the scheme beside the code.
const OP_ITEMS_OLD: &[&str] = &[
    "A1", "A2", "A3", "A4", "A5", "A6", "A7", "A8", "G4", "G5", "G6", "P1", "P2", "P3", "P4", "P5",
    "D1", "D2", "D3", "T1", "T2", "T3", "Q3", "Q4", "Q5", "Q6", "Q7", "Q8", "Q9", "Q10", "S3",
    "S4", "Y3", "Y4", "N3", "N4", "F1", "F2",
];

/// `TS6`, kind of work, alphabetic region of GB/T 2260, five digits: certificates of before 2011.
pub(crate) fn op_cert_old(typed: &str) -> Result<Checked, Refused> {
    let mut scan = Scan::new(typed);
    let fits = scan.eat("TS6")
        && scan.many(4, 4, |c| c.is_ascii_uppercase()).is_some()
        && scan.digits(5).is_some()
        && scan.at_end();
    if fits {
        Ok(Checked::clean(typed))
    } else {
        let form = said!(
            "TS6、1 位作业种类字母、3 位地区字母、5 位数字"
                / "TS6, 1 letter of the kind, 3 of the region, 5 digits"
        );
        Err(Refused::shape(Kind::OpCertOld.title(), form))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{BuiltInLists, check};

    const TODAY: Day = Day {
        year: 2026,
        month: 11,
        day: 21,
    };

    #[test]
    fn old_number_becomes_eighteen_digits_with_a_warning() {
        let lists = BuiltInLists::default();
        let checked = check(Kind::ResidentId, "110105 491231 002", &lists, TODAY).unwrap();
        assert_eq!(checked.normal, "11010519491231002X");
        assert_eq!(checked.warnings[0].code, "obsolete");
    }

    #[test]
    fn birth_and_sex_are_read_from_the_number() {
        assert_eq!(
            birth_of_resident_id("33010919850214123X"),
            Day::new(1985, 2, 14)
        );
        assert_eq!(sex_of_resident_id("33010919850214123X"), Some(Sex::Male));
        assert_eq!(sex_of_resident_id("11010519491231002X"), Some(Sex::Female));
        assert_eq!(sex_of_resident_id("身份证号码不详身份证号码"), None);
        assert_eq!(birth_of_resident_id("1"), None);
    }

    #[test]
    fn birth_after_today_is_refused() {
        let id = crate::make_resident_id("330109", Day::new(2027, 1, 1).unwrap(), 1).unwrap();
        let refused = check(Kind::ResidentId, &id, &BuiltInLists::default(), TODAY).unwrap_err();
        assert_eq!(refused.code, "future");
    }

    #[test]
    fn old_certificate_number() {
        let lists = BuiltInLists::default();
        assert!(check(Kind::OpCertOld, "ts6gxsq00123", &lists, TODAY).is_ok());
        for bad in [
            "TS6GXSQ0012",
            "TS7GXSQ00123",
            "TS6GXS100123",
            "TS6GXSQ001234",
        ] {
            assert!(check(Kind::OpCertOld, bad, &lists, TODAY).is_err(), "{bad}");
        }
    }

    #[test]
    fn no_code_is_both_present_and_old() {
        assert!(OP_ITEMS_OLD.iter().all(|old| op_item_title(old).is_none()));
    }
}
