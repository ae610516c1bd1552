//! Codes of trade: currency (ISO 4217), country (ISO 3166), tariff (HS), WTO notifications.

use speech::{Said, said};

use std::sync::OnceLock;

use crate::scan::{Scan, first_misfit};
use crate::{Checked, Day, Kind, Lists, Refused, form};

/// A currency of ISO 4217.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Currency {
    pub code: &'static str,
    pub numeric: &'static str,
    /// Decimals of the minor unit; none for metals, funds and test codes.
    pub decimals: Option<u8>,
    pub name: &'static str,
}

/// A country or region of ISO 3166-1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Country {
    pub alpha2: &'static str,
    pub alpha3: &'static str,
    pub numeric: &'static str,
    pub name: &'static str,
}

/// All currencies by code.
pub fn currencies() -> &'static [Currency] {
    static CURRENCIES: OnceLock<Vec<Currency>> = OnceLock::new();
    CURRENCIES.get_or_init(|| {
        rows(include_str!("../data/currencies.tsv"))
            .map(|[code, numeric, decimals, name]| Currency {
                code,
                numeric,
                decimals: decimals.parse().ok(),
                name,
            })
            .collect()
    })
}

/// All countries and regions by alpha-2 code.
pub fn countries() -> &'static [Country] {
    static COUNTRIES: OnceLock<Vec<Country>> = OnceLock::new();
    COUNTRIES.get_or_init(|| {
        rows(include_str!("../data/countries.tsv"))
            .map(|[alpha2, alpha3, numeric, name]| Country {
                alpha2,
                alpha3,
                numeric,
                name,
            })
            .collect()
    })
}

fn rows(data: &'static str) -> impl Iterator<Item = [&'static str; 4]> {
    data.lines().skip(2).filter_map(|line| {
        let cells: Vec<&str> = line.split('\t').collect();
        cells.try_into().ok()
    })
}

/// The currency with these three letters.
pub fn currency_of(code: &str) -> Option<&'static Currency> {
    currencies().iter().find(|c| c.code == code)
}

/// The country with these three letters.
pub fn country_of(alpha3: &str) -> Option<&'static Country> {
    countries().iter().find(|c| c.alpha3 == alpha3)
}

/// The country with these two letters.
pub fn country_of_alpha2(alpha2: &str) -> Option<&'static Country> {
    countries().iter().find(|c| c.alpha2 == alpha2)
}

/// ISO 4217 by membership.
pub(crate) fn currency(typed: &str, lists: &dyn Lists) -> Result<Checked, Refused> {
    letters(Kind::Iso4217, typed, 3)?;
    if lists.currency_known(typed) {
        return Ok(Checked::clean(typed));
    }
    let refused = Refused::new(
        "unlisted",
        said!("ISO 4217 中没有货币代码 {typed}" / "ISO 4217 has no currency {typed}"),
    );
    Err(if typed == "RMB" {
        Refused::new(
            "unlisted",
            said!(
                "人民币的货币代码是 CNY，RMB 不是标准代码"
                    / "The code of the Chinese currency is CNY; RMB is no standard code"
            ),
        )
        .instead("CNY")
    } else {
        refused
    })
}

/// ISO 3166-1 alpha-3 by membership.
pub(crate) fn country_alpha3(typed: &str, lists: &dyn Lists) -> Result<Checked, Refused> {
    if let Some(country) = country_of_alpha2(typed) {
        let text = said!(
            "应为 3 位字母代码：{}是 {}" / "The code has 3 letters: {} is {}",
            country.name,
            country.alpha3
        );
        return Err(Refused::new("length", text).instead(country.alpha3));
    }
    letters(Kind::Iso3166a3, typed, 3)?;
    if lists.country_known(typed) {
        return Ok(Checked::clean(typed));
    }
    Err(Refused::new(
        "unlisted",
        said!("ISO 3166-1 中没有代码 {typed}" / "ISO 3166-1 has no code {typed}"),
    ))
}

/// ISO 3166-1 alpha-2 by membership.
pub(crate) fn country_alpha2(typed: &str) -> Result<Checked, Refused> {
    letters(Kind::Iso3166a2, typed, 2)?;
    match country_of_alpha2(typed) {
        Some(_) => Ok(Checked::clean(typed)),
        None => Err(Refused::new(
            "unlisted",
            said!("ISO 3166-1 中没有代码 {typed}" / "ISO 3166-1 has no code {typed}"),
        )),
    }
}

fn letters(kind: Kind, typed: &str, want: usize) -> Result<(), Refused> {
    let count = typed.chars().count();
    if count != want {
        return Err(Refused::length(
            kind.title(),
            Said::same(want.to_string()),
            count,
        ));
    }
    match first_misfit(typed, |c| c.is_ascii_uppercase()) {
        Some((place, found)) => Err(Refused::character(place, found, said!("字母" / "letters"))),
        None => Ok(()),
    }
}

/// HS of 6, 8 (tariff), 10 (declared) or 13 digits (with the inspection extension).
pub(crate) fn hs(typed: &str, lists: &dyn Lists, today: Day) -> Result<Checked, Refused> {
    let bare = form::normal(Kind::Hs, typed);
    let count = bare.chars().count();
    if !matches!(count, 6 | 8 | 10 | 13) {
        return Err(Refused::length(
            Kind::Hs.title(),
            said!("6、8、10 或 13" / "6, 8, 10 or 13"),
            count,
        ));
    }
    if let Some((place, found)) = first_misfit(&bare, |c| c.is_ascii_digit()) {
        return Err(Refused::character(place, found, said!("数字" / "digits")));
    }
    let chapter = &bare[..2];
    if chapter == "00" || chapter == "77" {
        let text = said!(
            "税则没有第 {chapter} 章（01–97，77 章保留不用）"
                / "The tariff has no chapter {chapter} (01–97, 77 is not in use)"
        );
        return Err(Refused::new("unlisted", text));
    }
    if lists.commodity_known(&bare, today) == Some(false) {
        return Err(Refused::new(
            "unlisted",
            said!(
                "当日税则中没有商品编号 {bare}" / "The tariff of that day has no commodity {bare}"
            ),
        ));
    }
    Ok(Checked::clean(bare))
}

/// `G/TBT/N/CHN/1234` with suffixes; before 2000 `G/TBT/Notif.99/123`.
pub(crate) fn wto(typed: &str, lists: &dyn Lists) -> Result<Checked, Refused> {
    let form = said!(
        "G/TBT/N/成员/序号 或 G/SPS/N/成员/序号，可带 /Rev.1、/Add.1、/Corr.1、/Suppl.1"
            / "G/TBT/N/member/serial or G/SPS/N/member/serial, with /Rev.1, /Add.1, /Corr.1, /Suppl.1 where needed"
    );
    let shape = || Refused::shape(Kind::Wto.title(), form.clone());
    let cased = wto_cased(typed);
    let mut scan = Scan::new(&cased);
    if !(scan.eat("G/TBT/") || scan.eat("G/SPS/")) {
        return Err(shape());
    }
    let mut checked = Checked::clean(cased.clone());
    if scan.eat("Notif.") {
        let year = scan.digits(2).filter(|_| scan.eat("/")).ok_or_else(shape)?;
        if year < "95" {
            return Err(Refused::new(
                "date",
                said!(
                    "Notif. 形式的通报号只用于 1995–1999 年"
                        / "The form with Notif. was used only from 1995 to 1999"
                ),
            ));
        }
    } else {
        if !scan.eat("N/") {
            return Err(shape());
        }
        let member = scan
            .many(2, 4, |c| c.is_ascii_uppercase())
            .ok_or_else(shape)?;
        let grouped = matches!(member, "EU" | "EEC" | "TPKM");
        if (!grouped && member.len() != 3) || !scan.eat("/") {
            let text = said!(
                "成员代码“{member}”不对，应为 3 位国家代码、EU 或 TPKM"
                    / "“{member}” is no member: a country code of 3 letters, EU or TPKM"
            );
            return Err(Refused::new("shape", text));
        }
        if !grouped && !lists.country_known(member) {
            checked.warn(
                "unlisted",
                said!(
                    "成员代码 {member} 不在国家代码表中，请核对"
                        / "The member {member} is not in the list of countries; please check"
                ),
            );
        }
    }
    if scan.rest().starts_with('0') {
        return Err(Refused::new(
            "shape",
            said!("序号不带前导零" / "The serial has no leading zeros"),
        ));
    }
    scan.serial().ok_or_else(shape)?;
    while !scan.at_end() {
        let suffix = scan.eat("/")
            && WTO_SUFFIXES.iter().any(|suffix| scan.eat(suffix))
            && scan.eat(".")
            && scan.serial().is_some();
        if !suffix {
            return Err(shape());
        }
    }
    Ok(checked)
}

const WTO_SUFFIXES: [&str; 4] = ["Rev", "Add", "Corr", "Suppl"];

/// Suffixes in the letters of the WTO, the rest in capitals.
pub(crate) fn wto_cased(typed: &str) -> String {
    let mut parts: Vec<String> = Vec::new();
    for part in typed.split('/') {
        let word = part.split('.').next().unwrap_or_default();
        let known = WTO_SUFFIXES
            .iter()
            .chain(&["Notif"])
            .find(|s| s.eq_ignore_ascii_case(word));
        parts.push(match known {
            Some(known) => format!("{known}{}", &part[word.len()..]),
            None => part.to_string(),
        });
    }
    parts.join("/")
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
    fn the_lists_are_read_wholly() {
        assert_eq!(countries().len(), 249);
        assert_eq!(
            currencies().len(),
            include_str!("../data/currencies.tsv").lines().count() - 2
        );
        for (code, numeric, decimals) in [
            ("CNY", "156", 2),
            ("JPY", "392", 0),
            ("KWD", "414", 3),
            ("AUD", "036", 2),
        ] {
            let currency = currency_of(code).unwrap();
            assert_eq!(
                (currency.numeric, currency.decimals),
                (numeric, Some(decimals))
            );
        }
        for (alpha2, alpha3, numeric) in [
            ("CN", "CHN", "156"),
            ("TW", "TWN", "158"),
            ("ZA", "ZAF", "710"),
            ("BR", "BRA", "076"),
        ] {
            let country = country_of(alpha3).unwrap();
            assert_eq!((country.alpha2, country.numeric), (alpha2, numeric));
        }
    }

    #[test]
    fn the_right_code_is_offered() {
        let lists = BuiltInLists::default();
        let refused = check(Kind::Iso4217, "RMB", &lists, TODAY).unwrap_err();
        assert_eq!(refused.instead.as_deref(), Some("CNY"));
        let refused = check(Kind::Iso3166a3, "cn", &lists, TODAY).unwrap_err();
        assert_eq!(refused.instead.as_deref(), Some("CHN"));
        assert!(check(Kind::Iso3166a2, "cn", &lists, TODAY).is_ok());
        assert!(check(Kind::Iso3166a2, "XX", &lists, TODAY).is_err());
    }

    #[test]
    fn notifications_in_any_case_and_of_before_2000() {
        let lists = BuiltInLists::default();
        let checked = check(Kind::Wto, "g/sps/n/chn/1218/REV.1/corr.2", &lists, TODAY).unwrap();
        assert_eq!(checked.normal, "G/SPS/N/CHN/1218/Rev.1/Corr.2");
        assert!(check(Kind::Wto, "G/TBT/NOTIF.99/123", &lists, TODAY).is_ok());
        assert!(check(Kind::Wto, "G/TBT/Notif.08/123", &lists, TODAY).is_err());
        assert_eq!(
            check(Kind::Wto, "G/TBT/N/QQQ/1", &lists, TODAY)
                .unwrap()
                .warnings
                .len(),
            1
        );
        assert!(check(Kind::Wto, "G/TBT/N/CHN/1/", &lists, TODAY).is_err());
    }

    #[test]
    fn tariff_numbers_may_be_typed_with_points() {
        let lists = BuiltInLists::default();
        let checked = check(Kind::Hs, "8428.10.1001", &lists, TODAY).unwrap();
        assert_eq!(checked.normal, "8428101001");
    }

    #[test]
    fn a_loaded_tariff_decides() {
        struct Tariff;
        impl Lists for Tariff {
            fn division_known(&self, _: &str) -> bool {
                false
            }
            fn catalogue_known(&self, _: &str) -> bool {
                false
            }
            fn commodity_known(&self, digits: &str, _: Day) -> Option<bool> {
                Some(digits == "84281010")
            }
        }
        assert!(check(Kind::Hs, "84281010", &Tariff, TODAY).is_ok());
        assert_eq!(
            check(Kind::Hs, "84281011", &Tariff, TODAY)
                .unwrap_err()
                .code,
            "unlisted"
        );
    }
}
