//! Licences and certificates of producers: SC, QS, XK and compulsory certification (CCC).

use speech::{Said, said};

use crate::scan::{Scan, first_misfit};
use crate::{Checked, Day, Kind, Lists, Refused, check_digit, provinces};

/// 食品生产许可管理办法 (2020) Art. 30: SC, category, county, serial, check digit (GB/T 17710).
pub(crate) fn sc(typed: &str, lists: &dyn Lists) -> Result<Checked, Refused> {
    let title = Kind::Sc.title();
    let Some(digits) = typed.strip_prefix("SC") else {
        return Err(Refused::shape(
            title,
            said!("SC 加 14 位数字" / "SC and 14 digits"),
        ));
    };
    let count = digits.chars().count();
    if count != 14 {
        return Err(Refused::new(
            "length",
            said!(
                "{}的 SC 之后应为 14 位数字，现为 {} 位" / "{}: after SC stand 14 digits, not {}",
                title,
                count
            ),
        ));
    }
    if let Some((place, found)) = first_misfit(digits, |c| c.is_ascii_digit()) {
        return Err(Refused::character(
            place + 2,
            found,
            said!("数字" / "digits"),
        ));
    }
    if food_category(&digits[..3]).is_none() {
        let text = said!(
            "没有食品类别 {}（食品 101–131，食品添加剂 201–203）"
                / "There is no food class {} (food 101–131, additives 201–203)",
            &digits[..3]
        );
        return Err(Refused::new("unlisted", text));
    }
    let county = &digits[3..9];
    if provinces::of_code(county).is_none() {
        let text = said!(
            "没有以 {} 开头的省级代码" / "No province has a code that begins with {}",
            &county[..2]
        );
        return Err(Refused::new("region", text));
    }
    let found = digits.chars().next_back().unwrap_or_default();
    match check_digit::mod11_10(&digits[..13]) {
        Some(want) if want == found => {}
        Some(want) => {
            let text = said!(
                "末位校验码应为 {want}，而不是 {found}"
                    / "The check digit at the end must be {want}, not {found}"
            );
            return Err(Refused::new("check_digit", text));
        }
        None => {
            return Err(Refused::shape(
                title,
                said!("SC 加 14 位数字" / "SC and 14 digits"),
            ));
        }
    }
    if &digits[9..13] == "0000" {
        return Err(Refused::new(
            "shape",
            said!(
                "顺序码从 0001 开始，不会是 0000" / "Serials begin with 0001; 0000 does not exist"
            ),
        ));
    }
    let mut checked = Checked::clean(typed);
    // The number never changes, so it may name a county that has since been abolished.
    if !lists.division_known(county) {
        checked.warn(
            "region",
            said!(
                "区划代码 {county} 不在代码表中，请核对"
                    / "The division {county} is not in the list; please check"
            ),
        );
    }
    Ok(checked)
}

/// Food category of the first three digits after SC (食品生产许可管理办法 Art. 11 and 30).
pub fn food_category(three: &str) -> Option<&'static str> {
    const FOODS: [&str; 31] = [
        "粮食加工品",
        "食用油、油脂及其制品",
        "调味品",
        "肉制品",
        "乳制品",
        "饮料",
        "方便食品",
        "饼干",
        "罐头",
        "冷冻饮品",
        "速冻食品",
        "薯类和膨化食品",
        "糖果制品",
        "茶叶及相关制品",
        "酒类",
        "蔬菜制品",
        "水果制品",
        "炒货食品及坚果制品",
        "蛋制品",
        "可可及焙烤咖啡产品",
        "食糖",
        "水产制品",
        "淀粉及淀粉制品",
        "糕点",
        "豆制品",
        "蜂产品",
        "保健食品",
        "特殊医学用途配方食品",
        "婴幼儿配方食品",
        "特殊膳食食品",
        "其他食品",
    ];
    match three {
        "201" => Some("食品添加剂"),
        "202" => Some("食品用香精"),
        "203" => Some("复配食品添加剂"),
        _ => {
            let order = three.strip_prefix('1').filter(|rest| rest.len() == 2)?;
            let order: usize = Some(order)
                .filter(|rest| rest.bytes().all(|b| b.is_ascii_digit()))
                .and_then(|rest| rest.parse().ok())?;
            FOODS.get(order.checked_sub(1)?).copied()
        }
    }
}

/// Old numbers: food `QS` 4-4-4 without hyphens, food contact products `QS` 2-5-5 with hyphens.
pub(crate) fn qs(typed: &str) -> Result<Checked, Refused> {
    let mut food = Scan::new(typed);
    if food.eat("QS") && food.digits(12).is_some() && food.at_end() {
        return Ok(Checked::clean(typed));
    }
    let mut contact = Scan::new(typed);
    let fits = contact.eat("QS")
        && contact.digits(2).is_some()
        && contact.eat("-")
        && contact.digits(5).is_some()
        && contact.eat("-")
        && contact.digits(5).is_some()
        && contact.at_end();
    if fits {
        return Ok(Checked::clean(typed));
    }
    let form = said!(
        "QS 加 12 位数字（食品），或 QS00-00000-00000（食品相关产品）"
            / "QS and 12 digits (food), or QS00-00000-00000 (products in touch with food)"
    );
    Err(Refused::shape(Kind::Qs.title(), form))
}

/// 工业产品生产许可证: `XK`, industry 2, product 3, firm 5, before it the province in brackets.
pub(crate) fn xk(typed: &str) -> Result<Checked, Refused> {
    let form = said!(
        "XK00-000-00000，省级发证的前加（省简称）"
            / "XK00-000-00000, with the province in brackets before it where a province issued it"
    );
    let mut scan = Scan::new(typed);
    let mut provincial = false;
    if scan.eat("(") {
        let Some(short) = scan.one(|_| true).filter(|_| scan.eat(")")) else {
            return Err(Refused::shape(Kind::Xk.title(), form));
        };
        if provinces::of_short(short).is_none() {
            return Err(Refused::new(
                "region",
                said!("括号内“{short}”不是省级简称" / "“{short}” in the brackets is no province"),
            ));
        }
        provincial = true;
    }
    let fits = scan.eat("XK")
        && scan.digits(2).is_some()
        && scan.eat("-")
        && scan.digits(3).is_some()
        && scan.eat("-");
    let firm = if fits {
        scan.many(4, 5, |c| c.is_ascii_digit())
    } else {
        None
    };
    match firm.filter(|_| scan.at_end()) {
        Some(firm) if firm.len() == 5 => Ok(Checked::clean(typed)),
        // Older national numbers have four digits for the firm.
        Some(_) if !provincial => {
            let mut checked = Checked::clean(typed);
            checked.warn(
                "obsolete",
                said!("企业序号只有 4 位，仅见于早期全国发证的编号，请核对" / "The firm's serial has only 4 digits, as in early national numbers; please check"),
            );
            Ok(checked)
        }
        _ => Err(Refused::shape(Kind::Xk.title(), form)),
    }
}

/// 强制性产品认证: year 4, body 2, product class 4, serial 6; the first were issued in 2002.
pub(crate) fn ccc(typed: &str, today: Day) -> Result<Checked, Refused> {
    let title = Kind::Ccc.title();
    let count = typed.chars().count();
    if count != 16 {
        return Err(Refused::length(title, Said::same("16"), count));
    }
    if let Some((place, found)) = first_misfit(typed, |c| c.is_ascii_digit()) {
        return Err(Refused::character(place, found, said!("数字" / "digits")));
    }
    let year: i32 = typed[..4].parse().unwrap_or_default();
    if year < CCC_SINCE {
        let text = said!(
            "前4位为首次发证年份，强制性产品认证始于 {CCC_SINCE} 年，现为 {year}"
                / "The first 4 digits are the year of first issue; compulsory certification began in {CCC_SINCE}, not {year}"
        );
        return Err(Refused::new("date", text));
    }
    if year > today.year {
        return Err(Refused::new(
            "future",
            said!(
                "首次发证年份 {year} 晚于今年"
                    / "The year of first issue {year} is after this year"
            ),
        ));
    }
    Ok(Checked::clean(typed))
}

/// 强制性产品认证管理规定 took effect on 2002-05-01.
const CCC_SINCE: i32 = 2002;

#[cfg(test)]
mod tests {
    use super::food_category;
    use crate::{BuiltInLists, Day, Kind, check};

    const TODAY: Day = Day {
        year: 2026,
        month: 11,
        day: 21,
    };

    #[test]
    fn food_categories_end_at_thirty_one() {
        assert_eq!(food_category("101"), Some("粮食加工品"));
        assert_eq!(food_category("114"), Some("茶叶及相关制品"));
        assert_eq!(food_category("131"), Some("其他食品"));
        assert_eq!(food_category("203"), Some("复配食品添加剂"));
        for bad in ["100", "132", "204", "1+1", "1", "", "1一"] {
            assert_eq!(food_category(bad), None, "{bad}");
        }
    }

    #[test]
    fn old_national_licence_numbers_warn() {
        let lists = BuiltInLists::default();
        let old = check(Kind::Xk, "xk08－001－4763", &lists, TODAY).unwrap();
        assert_eq!(
            (old.normal.as_str(), old.warnings.len()),
            ("XK08-001-4763", 1)
        );
        assert!(check(Kind::Xk, "(浙)XK08-001-4763", &lists, TODAY).is_err());
        assert!(check(Kind::Xk, "（浙）XK08-001-04763", &lists, TODAY).is_ok());
        assert!(check(Kind::Xk, "(浙XK08-001-04763", &lists, TODAY).is_err());
    }

    #[test]
    fn certificates_of_next_year_are_refused() {
        let lists = BuiltInLists::default();
        let refused = check(Kind::Ccc, "2027010901123456", &lists, TODAY).unwrap_err();
        assert_eq!(refused.code, "future");
    }
}
