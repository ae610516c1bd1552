//! Codes of organisations: unified social credit code (GB 32100-2015) and organisation code (GB 11714-1997).

use speech::{Said, said};

use crate::check_digit::{self, USCC_ALPHABET};
use crate::scan::first_misfit;
use crate::{Checked, Kind, Lists, Refused, form};

/// GB 32100-2015, with the organisation code inside it (GB 11714-1997). Both check digits must hold.
pub(crate) fn uscc(typed: &str, lists: &dyn Lists) -> Result<Checked, Refused> {
    let title = Kind::Uscc.title();
    let count = typed.chars().count();
    if count != 18 {
        return Err(Refused::length(title, Said::same("18"), count));
    }
    if let Some((place, found)) = first_misfit(typed, |c| USCC_ALPHABET.contains(c)) {
        let allowed = said!(
            "数字或大写字母（I、O、S、V、Z 除外）" / "digits or capitals (not I, O, S, V, Z)"
        );
        return Err(Refused::character(place, found, allowed));
    }
    let chars: Vec<char> = typed.chars().collect();
    if DEPARTMENTS.iter().all(|&(dept, ..)| dept != chars[0]) {
        return Err(Refused::character(
            1,
            chars[0],
            said!("登记管理部门代码 1–9、A、N 或 Y" / "the registering department 1–9, A, N or Y"),
        ));
    }
    if !('1'..='9').contains(&chars[1]) {
        return Err(Refused::character(
            2,
            chars[1],
            said!("机构类别代码 1–9" / "the class of organisation 1–9"),
        ));
    }
    if let Some((place, found)) = first_misfit(&typed[2..8], |c| c.is_ascii_digit()) {
        return Err(Refused::character(
            place + 2,
            found,
            said!("行政区划码的数字" / "digits of the division"),
        ));
    }
    uscc_check_digits(typed, chars[16], chars[17])?;
    let mut checked = Checked::clean(typed);
    let kinds = DEPARTMENTS
        .iter()
        .find(|&&(dept, ..)| dept == chars[0])
        .map_or("", |d| d.2);
    if !kinds.contains(chars[1]) {
        checked.warn(
            "unlisted",
            said!(
                "第2位机构类别代码 {} 少见，请核对"
                    / "The class of organisation {} at place 2 is rare; please check",
                chars[1]
            ),
        );
    }
    let division = &typed[2..8];
    if division != NATIONAL && !lists.division_known(division) {
        let text = said!(
            "第3–8位行政区划码 {division} 不在代码表中，请核对"
                / "The division {division} at places 3–8 is not in the list; please check"
        );
        checked.warn("region", text);
    }
    Ok(checked)
}

/// Division code of the national registration authority.
const NATIONAL: &str = "100000";

/// 登记管理部门, its name, and the 机构类别 listed for it (GB 32100-2015, table 1).
const DEPARTMENTS: &[(char, &str, &str)] = &[
    ('1', "机构编制", "1239"),
    ('2', "外交", "19"),
    ('3', "司法行政", "123459"),
    ('4', "文化", "19"),
    ('5', "民政", "1239"),
    ('6', "旅游", "129"),
    ('7', "宗教", "129"),
    ('8', "工会", "19"),
    ('9', "市场监管", "123"),
    ('A', "中央军委改革和编制办公室", "19"),
    ('N', "农业农村", "1239"),
    ('Y', "其他", "1"),
];

/// Name of the registering department by the first character of a unified social credit code.
pub fn department_of_uscc(uscc: &str) -> Option<&'static str> {
    let first = form::normal(Kind::Uscc, uscc).chars().next()?;
    DEPARTMENTS.iter().find(|d| d.0 == first).map(|d| d.1)
}

fn uscc_check_digits(typed: &str, found17: char, found18: char) -> Result<(), Refused> {
    let want17 = check_digit::org_code(&typed[8..16]);
    let want18 = check_digit::uscc(&typed[..17]);
    match (want17, want18) {
        (Some(want17), Some(want18)) if want17 == found17 && want18 == found18 => Ok(()),
        (Some(want17), Some(want18)) if want17 == found17 => {
            Err(Refused::check_digit(18, want18, found18))
        }
        (Some(want17), Some(want18)) if want18 == found18 => {
            let text = said!(
                "第17位（组织机构代码的校验码）应为 {want17}，而不是 {found17}，请核对第9–17位"
                    / "Place 17 (check character of the organisation code) must be {want17}, not {found17}; please check places 9–17"
            );
            Err(Refused::new("check_digit", text))
        }
        (Some(want17), Some(want18)) => {
            let text = said!(
                "校验不符：按前面各位推算，第17位应为 {want17}（现为 {found17}），第18位应为 {want18}（现为 {found18}），请逐位核对"
                    / "The check fails: by what stands before, place 17 must be {want17} (not {found17}) and place 18 {want18} (not {found18}); please check every character"
            );
            Err(Refused::new("check_digit", text))
        }
        _ => Err(Refused::shape(
            Kind::Uscc.title(),
            said!("18 位数字或大写字母" / "18 digits or capitals"),
        )),
    }
}

/// GB 11714-1997: eight characters and a check character, with or without a hyphen between.
pub(crate) fn org_code(typed: &str) -> Result<Checked, Refused> {
    let title = Kind::OrgCode.title();
    let bare = org_code_bare(typed);
    if bare.contains('-') {
        return Err(Refused::shape(
            title,
            said!("8 位本体代码、连字符、1 位校验码" / "8 characters, a hyphen, 1 check character"),
        ));
    }
    let count = bare.chars().count();
    if count != 9 {
        return Err(Refused::length(title, Said::same("9"), count));
    }
    if let Some((place, found)) =
        first_misfit(&bare, |c| c.is_ascii_digit() || c.is_ascii_uppercase())
    {
        return Err(Refused::character(
            place,
            found,
            said!("数字或大写字母" / "digits or capitals"),
        ));
    }
    let found = bare.chars().next_back().unwrap_or_default();
    match check_digit::org_code(&bare[..8]) {
        Some(want) if want == found => Ok(Checked::clean(bare)),
        Some(want) => Err(Refused::check_digit(9, want, found)),
        None => Err(Refused::shape(
            title,
            said!("8 位本体代码、连字符、1 位校验码" / "8 characters, a hyphen, 1 check character"),
        )),
    }
}

/// Without the hyphen, if that stands in its place.
pub(crate) fn org_code_bare(typed: &str) -> String {
    match typed.split_once('-') {
        Some((body, check)) if body.chars().count() == 8 && check.chars().count() == 1 => {
            format!("{body}{check}")
        }
        _ => typed.to_string(),
    }
}

pub(crate) fn org_code_hyphened(normal: &str) -> String {
    match (normal.get(..8), normal.get(8..)) {
        (Some(body), Some(check)) if check.len() == 1 => format!("{body}-{check}"),
        _ => normal.to_string(),
    }
}

/// The organisation code inside a unified social credit code (GB 32100-2015, characters 9–17).
///
/// There is no way back: the other nine characters do not follow from it.
pub fn org_code_of_uscc(uscc: &str) -> Option<String> {
    let typed = form::normal(Kind::Uscc, uscc);
    let plain = typed.len() == 18 && typed.bytes().all(|b| b.is_ascii_alphanumeric());
    let inner = typed.get(8..17).filter(|_| plain)?;
    (check_digit::org_code(inner.get(..8)?) == inner.chars().next_back()).then(|| inner.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn organisation_code_is_read_out_of_the_credit_code() {
        assert_eq!(
            org_code_of_uscc("91330100799655058B").as_deref(),
            Some("799655058")
        );
        assert_eq!(
            org_code_of_uscc("11320400mb1681397w").as_deref(),
            Some("MB1681397")
        );
        assert_eq!(org_code_of_uscc("91330100799655068B"), None);
        assert_eq!(org_code_of_uscc("统一社会信用"), None);
        assert_eq!(org_code_of_uscc(""), None);
        assert_eq!(department_of_uscc("91330100799655058B"), Some("市场监管"));
        assert_eq!(department_of_uscc("Z"), None);
    }
}
