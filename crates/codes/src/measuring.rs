//! Measuring instruments: pattern approval (CPA) and the licence to make or repair (计量法).

use speech::said;

use crate::scan::Scan;
use crate::{Checked, Kind, Refused, provinces};

/// The three forms found on nameplates: `CPA 99-F166`, `2019F166-33`, `浙制01000123号`.
pub(crate) fn metrology(typed: &str) -> Result<Checked, Refused> {
    let mut checked = Checked::clean(metrology_spaced(typed));
    let category = if typed.starts_with("CPA") {
        old_approval(typed)
    } else if typed.starts_with("20") {
        present_approval(typed, &mut checked)?
    } else {
        return licence(typed, checked);
    };
    match category {
        None => Err(shape()),
        Some(letter) => {
            if !CATEGORIES.contains(letter) {
                checked.warn(
                    "unlisted",
                    said!(
                        "计量类别字母 {letter} 不在表中，请核对"
                            / "The class letter {letter} is not in the list; please check"
                    ),
                );
            }
            Ok(checked)
        }
    }
}

/// L 长度, T 温度, F 力学, E 电磁, R 无线电, P 时间频率, A 声学, O 光学, I 电离辐射, C 物理化学.
const CATEGORIES: &str = "LTFERPAOIC";

fn shape() -> Refused {
    let form = said!(
        "CPA 99-F166、2019F166-33 或 {} 的形式" / "CPA 99-F166, 2019F166-33 or {}",
        "浙制01000123号"
    );
    Refused::shape(Kind::Metrology.title(), form)
}

fn old_approval(typed: &str) -> Option<char> {
    let mut scan = Scan::new(typed);
    scan.eat("CPA");
    scan.digits(2)?;
    scan.eat("-");
    let letter = scan.one(|c| c.is_ascii_uppercase())?;
    scan.many(3, 4, |c| c.is_ascii_digit())?;
    scan.at_end().then_some(letter)
}

fn present_approval(typed: &str, checked: &mut Checked) -> Result<Option<char>, Refused> {
    let mut scan = Scan::new(typed);
    let head = scan
        .digits(4)
        .and_then(|_| scan.one(|c| c.is_ascii_uppercase()))
        .filter(|_| scan.many(3, 4, |c| c.is_ascii_digit()).is_some());
    if head.is_some() && scan.at_end() {
        return Err(Refused::new(
            "shape",
            said!("末尾缺少省级代码，如 -33" / "The province is missing at the end, such as -33"),
        ));
    }
    let province = scan
        .eat("-")
        .then(|| scan.digits(2))
        .flatten()
        .filter(|_| scan.at_end());
    if let Some(two) = province.filter(|two| *two != "00" && provinces::of_code(two).is_none()) {
        checked.warn(
            "region",
            said!("省级代码 {two} 不存在，请核对" / "There is no province {two}; please check"),
        );
    }
    Ok(head.filter(|_| province.is_some()))
}

/// 省简称 (none for the national authority), 制 or 修, eight digits, 号. Abolished on 2017-12-27.
fn licence(typed: &str, checked: Checked) -> Result<Checked, Refused> {
    let mut scan = Scan::new(typed);
    scan.one(|c| provinces::of_short(c).is_some());
    let fits = scan.one(|c| "制修".contains(c)).is_some()
        && scan.digits(8).is_some()
        && scan.eat("号")
        && scan.at_end();
    if fits { Ok(checked) } else { Err(shape()) }
}

/// `CPA 99-F166`: with its space and hyphen, however it was typed.
pub(crate) fn metrology_spaced(typed: &str) -> String {
    let parts = typed.strip_prefix("CPA").and_then(|rest| {
        let (year, number) = (rest.get(..2)?, rest.get(2..)?);
        Some((year, number.strip_prefix('-').unwrap_or(number)))
    });
    match parts {
        Some((year, number)) => format!("CPA {year}-{number}"),
        None => typed.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use crate::{BuiltInLists, Day, Kind, check};

    const TODAY: Day = Day {
        year: 2026,
        month: 11,
        day: 21,
    };

    #[test]
    fn spellings_meet_in_one_normal_form() {
        let lists = BuiltInLists::default();
        for raw in ["CPA 99-F166", "cpa99F166", "ＣＰＡ 99－F166"] {
            assert_eq!(
                check(Kind::Metrology, raw, &lists, TODAY).unwrap().normal,
                "CPA 99-F166"
            );
        }
        assert!(check(Kind::Metrology, "制00000123号", &lists, TODAY).is_ok());
        assert!(check(Kind::Metrology, "浙修01000123号", &lists, TODAY).is_ok());
        assert_eq!(
            check(Kind::Metrology, "2019Z166-99", &lists, TODAY)
                .unwrap()
                .warnings
                .len(),
            2
        );
        for bad in [
            "CPA",
            "CPA一二三",
            "英制01000123号",
            "2019",
            "浙制01000123号补",
        ] {
            assert!(check(Kind::Metrology, bad, &lists, TODAY).is_err(), "{bad}");
        }
    }
}
