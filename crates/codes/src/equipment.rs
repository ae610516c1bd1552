//! Codes of special equipment: catalogue, device code, registration code, use certificate, licence (TSG).

use std::sync::OnceLock;

use crate::scan::{Scan, first_misfit, is_upper_or_digit};
use crate::{Checked, Day, Kind, Lists, Refused, provinces};

/// One entry of the 特种设备目录.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EquipmentKind {
    /// Four characters: 种类 `x000`, 类别 `xx00`, 品种 `xxx0`.
    pub code: &'static str,
    pub name: &'static str,
    /// Whether the entry stands only in the catalogues of 2004 and 2010.
    pub legacy: bool,
}

/// The catalogue by code: 公告 2014 年第 114 号 first, then codes of earlier catalogues.
pub fn kinds() -> &'static [EquipmentKind] {
    static KINDS: OnceLock<Vec<EquipmentKind>> = OnceLock::new();
    KINDS.get_or_init(|| {
        let lines = include_str!("../data/equipment.tsv").lines().skip(2);
        lines
            .filter_map(|line| {
                let mut cells = line.split('\t');
                let (code, name, list) = (cells.next()?, cells.next()?, cells.next()?);
                Some(EquipmentKind {
                    code,
                    name,
                    legacy: list == "legacy",
                })
            })
            .collect()
    })
}

/// The entry of the present catalogue.
pub fn kind_of(code: &str) -> Option<&'static EquipmentKind> {
    kinds()
        .iter()
        .find(|kind| kind.code == code && !kind.legacy)
}

/// The entry of the present catalogue or, failing that, of an earlier one.
///
/// The earlier ones are known in part only, so that absence proves nothing.
pub fn kind_ever(code: &str) -> Option<&'static EquipmentKind> {
    kinds().iter().find(|kind| kind.code == code)
}

/// 设备代码: catalogue 4, maker 5 (region 2, serial 3), year 4, serial 4 or 5.
pub(crate) fn device_code(typed: &str, lists: &dyn Lists, today: Day) -> Result<Checked, Refused> {
    let title = Kind::DeviceCode.title();
    let count = typed.chars().count();
    if count != 17 && count != 18 {
        return Err(Refused::length(title, "17 或 18", count));
    }
    if let Some((place, found)) = first_misfit(typed, is_upper_or_digit) {
        return Err(Refused::character(place, found, "数字或大写字母"));
    }
    let (four, region, year) = (&typed[..4], &typed[4..6], &typed[9..13]);
    if !lists.catalogue_known(four) {
        return Err(Refused::new(
            "unlisted",
            format!("特种设备目录中没有代码 {four}"),
        ));
    }
    if !is_licensing_region(region) {
        let text = format!("第5–6位 {region} 不是许可机关代码（10 为总局，其余为省级代码）");
        return Err(Refused::new("region", text));
    }
    if let Some((place, found)) = first_misfit(&typed[9..13], |c| c.is_ascii_digit()) {
        return Err(Refused::character(place + 9, found, "制造年份的数字"));
    }
    let made: i32 = year.parse().unwrap_or_default();
    if made < MADE_SINCE {
        let text = format!("第10–13位制造年份 {year} 早于 {MADE_SINCE} 年");
        return Err(Refused::new("date", text));
    }
    if made > today.year {
        return Err(Refused::new(
            "future",
            format!("第10–13位制造年份 {year} 晚于今年"),
        ));
    }
    // On overflow the serial goes on as A000: only its first place may be a letter.
    if let Some((place, found)) = first_misfit(&typed[14..], |c| c.is_ascii_digit()) {
        return Err(Refused::character(
            place + 14,
            found,
            "数字（顺序号只有首位可为字母）",
        ));
    }
    Ok(Checked::clean(typed))
}

/// Years of manufacture before this are taken for typing errors.
const MADE_SINCE: i32 = 1949;

/// `10` for the national authority, else a province.
fn is_licensing_region(two: &str) -> bool {
    two == "10" || provinces::of_code(two).is_some_and(|p| p.cma.is_some())
}

/// 注册代码 of before 2014: catalogue 4, division 6, month 6, serial 4.
pub(crate) fn reg_code(typed: &str, lists: &dyn Lists, today: Day) -> Result<Checked, Refused> {
    let title = Kind::RegCode.title();
    let count = typed.chars().count();
    if count != 20 {
        return Err(Refused::length(title, "20", count));
    }
    if let Some((place, found)) = first_misfit(typed, is_upper_or_digit) {
        return Err(Refused::character(place, found, "数字或大写字母"));
    }
    if !typed.starts_with(is_class) {
        return Err(Refused::new(
            "unlisted",
            format!("第1位 {} 不是设备种类（1–9、F）", &typed[..1]),
        ));
    }
    for (from, to) in [(4, 16), (17, 20)] {
        if let Some((place, found)) = first_misfit(&typed[from..to], |c| c.is_ascii_digit()) {
            return Err(Refused::character(place + from, found, "数字"));
        }
    }
    let (four, division, month) = (&typed[..4], &typed[4..10], &typed[10..16]);
    if provinces::of_code(division).is_none() {
        let text = format!(
            "第5–10位区划代码 {division} 不存在：没有以 {} 开头的省级代码",
            &division[..2]
        );
        return Err(Refused::new("region", text));
    }
    let registered = Day::from_compact(&format!("{month}01"))
        .filter(|day| (1900..2100).contains(&day.year))
        .ok_or_else(|| Refused::new("date", format!("第11–16位注册年月 {month} 不是真实的年月")))?;
    if registered > today {
        return Err(Refused::new(
            "future",
            format!("第11–16位注册年月 {month} 晚于今天"),
        ));
    }
    let mut checked = Checked::clean(typed);
    // Neither list of the past is complete, and the code is history: doubt, do not refuse.
    if !lists.division_known(division) {
        checked.warn(
            "region",
            format!("第5–10位区划代码 {division} 不在代码表中，请核对"),
        );
    }
    if !lists.catalogue_once_known(four) {
        checked.warn(
            "unlisted",
            format!("第1–4位 {four} 不在现行和旧目录中，请核对"),
        );
    }
    Ok(checked)
}

fn is_class(c: char) -> bool {
    ('1'..='9').contains(&c) || c == 'F'
}

/// 使用登记证编号 (TSG 08-2017): 种类, two characters, authority, serial, year in brackets.
pub(crate) fn use_cert(typed: &str, lists: &dyn Lists, today: Day) -> Result<Checked, Refused> {
    let form = "种类简称、2 位品种、省简称和市字母、顺序号、（2 位年份），如 梯11浙A00012(21)";
    let shape = || Refused::shape(Kind::UseCert.title(), form);
    let mut scan = Scan::new(typed);
    let kind = scan.one(|_| true).ok_or_else(shape)?;
    let Some(&(_, class)) = USE_CERT_KINDS.iter().find(|(short, _)| *short == kind) else {
        let text = format!("首字“{kind}”不是种类简称（锅、容、瓶、管、梯、起、索、游、车）");
        return Err(Refused::new("unlisted", text));
    };
    let two = scan.many(2, 2, is_upper_or_digit).ok_or_else(shape)?;
    let short = scan.one(|_| true).ok_or_else(shape)?;
    if provinces::of_short(short).is_none() {
        return Err(Refused::new("region", format!("“{short}”不是省级简称")));
    }
    if scan.one(|c| c.is_ascii_uppercase()).is_none() {
        return Err(Refused::new(
            "shape",
            format!("“{short}”之后应为发证机关所在市的字母，如 {short}A"),
        ));
    }
    scan.one(is_upper_or_digit).ok_or_else(shape)?;
    scan.many(2, 5, |c| c.is_ascii_digit()).ok_or_else(shape)?;
    if scan.at_end() {
        return Err(Refused::new(
            "shape",
            "末尾缺少登记年份，应为（年份后两位），如 (21)",
        ));
    }
    let year = scan
        .eat("(")
        .then(|| scan.digits(2))
        .flatten()
        .ok_or_else(shape)?;
    if !scan.eat(")") || !scan.at_end() {
        return Err(shape());
    }
    let four = format!("{class}{two}0");
    if !lists.catalogue_known(&four) {
        let text = format!("“{kind}{two}”对应目录代码 {four}，特种设备目录中没有");
        return Err(Refused::new("unlisted", text));
    }
    let mut checked = Checked::clean(typed);
    if 2000 + year.parse::<i32>().unwrap_or_default() > today.year {
        checked.warn("future", format!("登记年份（{year}）晚于今年，请核对"));
    }
    Ok(checked)
}

/// 种类简称 and the first digit of the catalogue code.
pub(crate) const USE_CERT_KINDS: &[(char, char)] = &[
    ('锅', '1'),
    ('容', '2'),
    ('瓶', '2'),
    ('管', '8'),
    ('梯', '3'),
    ('起', '4'),
    ('索', '9'),
    ('游', '6'),
    ('车', '5'),
];

/// 许可证编号 (TSG 07-2019): nature, class, authority 2, firm 3, and the year of expiry.
pub(crate) fn ts(typed: &str, today: Day) -> Result<Checked, Refused> {
    let form = "TS、许可性质、设备种类、2 位机关、3 位单位号、-到期年份，如 TS2210890-2027";
    let shape = || Refused::shape(Kind::Ts.title(), form);
    let mut scan = Scan::new(typed);
    if !scan.eat("TS") {
        return Err(shape());
    }
    let nature = scan.one(is_upper_or_digit).ok_or_else(shape)?;
    if !('1'..='9').contains(&nature) && nature != 'X' {
        return Err(Refused::new(
            "unlisted",
            format!("许可性质 {nature} 不存在（1–9 或 X）"),
        ));
    }
    let class = scan.one(is_upper_or_digit).ok_or_else(shape)?;
    if !is_class(class) {
        return Err(Refused::new(
            "unlisted",
            format!("设备种类 {class} 不存在（1–9 或 F）"),
        ));
    }
    let region = scan.digits(2).ok_or_else(shape)?;
    if !is_licensing_region(region) {
        let text = format!("审批机关 {region} 不存在（10 为总局，其余为省级代码）");
        return Err(Refused::new("region", text));
    }
    scan.one(is_upper_or_digit).ok_or_else(shape)?;
    scan.digits(2).ok_or_else(shape)?;
    if scan.at_end() {
        return Err(Refused::new("shape", "末尾缺少到期年份，如 -2027"));
    }
    let year = scan
        .eat("-")
        .then(|| scan.digits(4))
        .flatten()
        .ok_or_else(shape)?;
    if !year.starts_with("20") || !scan.at_end() {
        return Err(shape());
    }
    let mut checked = Checked::clean(typed);
    if year.parse::<i32>().unwrap_or_default() < today.year {
        checked.warn(
            "date",
            format!("编号中的到期年份为 {year} 年，许可证应已到期"),
        );
    }
    Ok(checked)
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
    fn the_catalogue_is_read_wholly() {
        let lines = include_str!("../data/equipment.tsv").lines().count() - 2;
        assert_eq!(kinds().len(), lines);
        assert_eq!(kind_of("3110").map(|k| k.name), Some("曳引驱动乘客电梯"));
        assert_eq!(kind_of("3200").map(|k| k.name), Some("液压驱动电梯"));
        assert!(kind_of("3500").is_none() && kind_ever("3500").is_some());
        for kind in kinds() {
            assert_eq!(kind.code.len(), 4, "{}", kind.code);
            assert!(kind.code.starts_with(is_class) && !kind.name.is_empty());
        }
    }

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

    #[test]
    fn licences_past_their_year_warn() {
        let lists = BuiltInLists::default();
        let old = check(Kind::Ts, "ts2210890—2015", &lists, TODAY).unwrap();
        assert_eq!(
            (old.normal.as_str(), old.warnings[0].code),
            ("TS2210890-2015", "date")
        );
        assert!(
            check(Kind::Ts, "TS2210890 - 2027", &lists, TODAY)
                .unwrap()
                .warnings
                .is_empty()
        );
    }

    #[test]
    fn use_certificates_in_full_width_brackets() {
        let lists = BuiltInLists::default();
        let checked = check(Kind::UseCert, "梯11闽e3622（16）", &lists, TODAY).unwrap();
        assert_eq!(checked.normal, "梯11闽E3622(16)");
        assert!(check(Kind::UseCert, "瓶31浙A00012(21)", &lists, TODAY).is_ok());
        assert!(check(Kind::UseCert, "梯11闽E3622(16)号", &lists, TODAY).is_err());
    }
}
