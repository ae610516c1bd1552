//! The device code 设备代码, and the registration code 注册代码 of before 2014 (TSG).

use speech::{Said, said};

use super::{is_class, is_licensing_region};
use crate::scan::{first_misfit, is_upper_or_digit};
use crate::{Checked, Day, Kind, Lists, Refused, provinces};

/// 设备代码: catalogue 4, maker 5 (region 2, serial 3), year 4, serial 4 or 5.
pub(crate) fn device_code(typed: &str, lists: &dyn Lists, today: Day) -> Result<Checked, Refused> {
    let title = Kind::DeviceCode.title();
    let count = typed.chars().count();
    if count != 17 && count != 18 {
        return Err(Refused::length(
            title,
            said!("17 或 18" / "17 or 18"),
            count,
        ));
    }
    if let Some((place, found)) = first_misfit(typed, is_upper_or_digit) {
        return Err(Refused::character(
            place,
            found,
            said!("数字或大写字母" / "digits or capitals"),
        ));
    }
    let (four, region, year) = (&typed[..4], &typed[4..6], &typed[9..13]);
    if !lists.catalogue_known(four) {
        return Err(Refused::new(
            "unlisted",
            said!(
                "特种设备目录中没有代码 {four}"
                    / "The catalogue of special equipment has no code {four}"
            ),
        ));
    }
    if !is_licensing_region(region) {
        let text = said!(
            "第5–6位 {region} 不是许可机关代码（10 为总局，其余为省级代码）"
                / "{region} at places 5–6 is no licensing authority (10 is the national one, others are provinces)"
        );
        return Err(Refused::new("region", text));
    }
    if let Some((place, found)) = first_misfit(&typed[9..13], |c| c.is_ascii_digit()) {
        return Err(Refused::character(
            place + 9,
            found,
            said!("制造年份的数字" / "digits of the year of making"),
        ));
    }
    let made: i32 = year.parse().unwrap_or_default();
    if made < MADE_SINCE {
        let text = said!(
            "第10–13位制造年份 {year} 早于 {MADE_SINCE} 年"
                / "The year of making {year} at places 10–13 is before {MADE_SINCE}"
        );
        return Err(Refused::new("date", text));
    }
    if made > today.year {
        return Err(Refused::new(
            "future",
            said!(
                "第10–13位制造年份 {year} 晚于今年"
                    / "The year of making {year} at places 10–13 is after this year"
            ),
        ));
    }
    // On overflow the serial goes on as A000: only its first place may be a letter.
    if let Some((place, found)) = first_misfit(&typed[14..], |c| c.is_ascii_digit()) {
        return Err(Refused::character(
            place + 14,
            found,
            said!(
                "数字（顺序号只有首位可为字母）"
                    / "a digit (only the first character of the serial may be a letter)"
            ),
        ));
    }
    Ok(Checked::clean(typed))
}

/// Years of manufacture before this are taken for typing errors.
const MADE_SINCE: i32 = 1949;

/// 注册代码 of before 2014: catalogue 4, division 6, month 6, serial 4.
pub(crate) fn reg_code(typed: &str, lists: &dyn Lists, today: Day) -> Result<Checked, Refused> {
    let title = Kind::RegCode.title();
    let count = typed.chars().count();
    if count != 20 {
        return Err(Refused::length(title, Said::same("20"), count));
    }
    if let Some((place, found)) = first_misfit(typed, is_upper_or_digit) {
        return Err(Refused::character(
            place,
            found,
            said!("数字或大写字母" / "digits or capitals"),
        ));
    }
    if !typed.starts_with(is_class) {
        return Err(Refused::new(
            "unlisted",
            said!(
                "第1位 {} 不是设备种类（1–9、F）"
                    / "{} at place 1 is no kind of equipment (1–9, F)",
                &typed[..1]
            ),
        ));
    }
    for (from, to) in [(4, 16), (17, 20)] {
        if let Some((place, found)) = first_misfit(&typed[from..to], |c| c.is_ascii_digit()) {
            return Err(Refused::character(
                place + from,
                found,
                said!("数字" / "digits"),
            ));
        }
    }
    let (four, division, month) = (&typed[..4], &typed[4..10], &typed[10..16]);
    if provinces::of_code(division).is_none() {
        let text = said!(
            "第5–10位区划代码 {division} 不存在：没有以 {} 开头的省级代码"
                / "The division {division} at places 5–10 does not exist: no province begins with {}",
            &division[..2]
        );
        return Err(Refused::new("region", text));
    }
    let registered = Day::from_compact(&format!("{month}01"))
        .filter(|day| (1900..2100).contains(&day.year))
        .ok_or_else(|| {
            Refused::new(
                "date",
                said!(
                    "第11–16位注册年月 {month} 不是真实的年月"
                        / "The month of registration {month} at places 11–16 does not exist"
                ),
            )
        })?;
    if registered > today {
        return Err(Refused::new(
            "future",
            said!(
                "第11–16位注册年月 {month} 晚于今天"
                    / "The month of registration {month} at places 11–16 is in the future"
            ),
        ));
    }
    let mut checked = Checked::clean(typed);
    // Neither list of the past is complete, and the code is history: doubt, do not refuse.
    if !lists.division_known(division) {
        checked.warn(
            "region",
            said!(
                "第5–10位区划代码 {division} 不在代码表中，请核对"
                    / "The division {division} at places 5–10 is not in the list; please check"
            ),
        );
    }
    if !lists.catalogue_once_known(four) {
        checked.warn(
            "unlisted",
            said!("第1–4位 {four} 不在现行和旧目录中，请核对" / "{four} at places 1–4 is neither in the present catalogue nor in the old one; please check"),
        );
    }
    Ok(checked)
}

#[cfg(test)]
mod tests {
    use crate::equipment::TODAY;
    use crate::{BuiltInLists, Kind, check};

    #[test]
    fn letters_may_open_the_serial_only() {
        let lists = BuiltInLists::default();
        for good in ["2150108902015A098", "2150108902015A0098"] {
            assert!(
                check(Kind::DeviceCode, good, &lists, TODAY).is_ok(),
                "{good}"
            );
        }
        for bad in [
            "21501089020150A098",
            "215010890201500A98",
            "21501089020270098",
        ] {
            assert!(
                check(Kind::DeviceCode, bad, &lists, TODAY).is_err(),
                "{bad}"
            );
        }
    }

    #[test]
    fn history_is_doubted_not_refused() {
        let lists = BuiltInLists::default();
        let codes = |raw: &str| -> Vec<&'static str> {
            let checked = check(Kind::RegCode, raw, &lists, TODAY).unwrap();
            checked.warnings.iter().map(|w| w.code).collect()
        };
        assert!(codes("21603101012006010101").is_empty());
        assert_eq!(codes("31613399992006010101"), ["region", "unlisted"]);
        assert!(check(Kind::RegCode, "21603101012027010101", &lists, TODAY).is_err());
        assert!(check(Kind::RegCode, "A1603101012006010101", &lists, TODAY).is_err());
    }
}
