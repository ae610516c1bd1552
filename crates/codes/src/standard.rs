//! Numbers of standards: national, industry, local, of social organisations, of enterprises (GB/T 1.1).

use speech::said;

use crate::form::single_hyphens;
use crate::scan::{Scan, is_upper_or_digit};
use crate::{Checked, Day, Kind, Refused, provinces};

/// `代号 顺序号[.部分]-年份`; stored with a hyphen, shown with a long dash.
pub(crate) fn std_no(typed: &str, today: Day) -> Result<Checked, Refused> {
    let form = said!(
        "代号、空格、顺序号、连字符、年份，如 GB/T 2828.1-2012"
            / "prefix, space, number, hyphen, year, such as GB/T 2828.1-2012"
    );
    let shape = || Refused::shape(Kind::StdNo.title(), form);
    let Some((left, year)) = typed.rsplit_once('-') else {
        return Err(Refused::new(
            "shape",
            said!(
                "缺少年份；不注日期的引用请填在“不注日期引用”栏"
                    / "The year is missing; undated references belong into the field for undated references"
            ),
        ));
    };
    if !is_year(year) {
        let text = said!(
            "年份“{year}”不对，应为 4 位（早期标准可为 2 位）"
                / "“{year}” is no year: 4 digits (2 in early standards)"
        );
        return Err(Refused::new("date", text));
    }
    let parts = Parts::of(left).ok_or_else(shape)?;
    is_prefix(parts.prefix)?;
    if !is_number(parts.number) {
        let text = said!(
            "顺序号“{}”不对，应为 1–5 位数字，可带部分号，如 2828.1"
                / "“{}” is no number of a standard: 1–5 digits, with a part where there is one, such as 2828.1",
            parts.number
        );
        return Err(Refused::new("shape", text));
    }
    let mut checked = Checked::clean(format!("{} {}-{year}", parts.prefix, parts.number));
    if let Gap::Guessed = parts.gap {
        let text = said!(
            "代号与顺序号之间没有空格，按“{} {}”理解"
                / "There is no space between prefix and number; read as “{} {}”",
            parts.prefix,
            parts.number
        );
        checked.warn("shape", text);
    }
    let industry = parts.prefix.get(..2).unwrap_or_default();
    let by_industry = parts.prefix.len() == 2 || parts.prefix.get(2..) == Some("/T");
    if by_industry && industry != "GB" && !INDUSTRIES.contains(&industry) {
        checked.warn(
            "unlisted",
            said!(
                "行业标准代号 {industry} 不在代号表中，请核对"
                    / "The industry prefix {industry} is not in the list; please check"
            ),
        );
    }
    if year.len() == 4 && year.parse::<i32>().is_ok_and(|year| year > today.year) {
        checked.warn(
            "future",
            said!(
                "年份 {year} 晚于今年，请核对" / "The year {year} is after this year; please check"
            ),
        );
    }
    Ok(checked)
}

/// Letters of industries whose standards bureaus meet with.
const INDUSTRIES: &[&str] = &[
    "AQ", "BB", "CB", "CJ", "CY", "DA", "DB", "DL", "FZ", "GA", "GY", "HB", "HG", "HJ", "JB", "JC",
    "JG", "JR", "JT", "JY", "LD", "LS", "LY", "MH", "MT", "MZ", "NB", "NY", "QB", "QC", "QJ", "QX",
    "RB", "SB", "SC", "SH", "SJ", "SL", "SN", "SY", "TB", "TD", "TY", "WB", "WH", "WS", "XB", "XF",
    "YB", "YC", "YD", "YS", "YY", "YZ", "ZY",
];

/// Prefix and number, and whether a space parted them.
struct Parts<'a> {
    prefix: &'a str,
    number: &'a str,
    gap: Gap,
}

enum Gap {
    Written,
    Plain,
    /// Without a space a code of a firm or society may run into the number.
    Guessed,
}

impl<'a> Parts<'a> {
    fn of(left: &'a str) -> Option<Parts<'a>> {
        if let Some((prefix, number)) = left.split_once(' ') {
            return Some(Parts {
                prefix,
                number,
                gap: Gap::Written,
            });
        }
        let free = left.starts_with("Q/") || left.starts_with("T/");
        let gap = if free { Gap::Guessed } else { Gap::Plain };
        let splits = left.char_indices().map(|(at, _)| left.split_at(at));
        let fits = |(prefix, number): &(&str, &str)| {
            let lettered = number.starts_with(|c: char| c.is_ascii_uppercase());
            is_prefix(prefix).is_ok() && is_number(number) && (!lettered || *prefix == "TSG")
        };
        let found = splits.clone().find(fits);
        // Nothing fits: show the letters as prefix, so that the refusal names them.
        let (prefix, number) = found.or_else(|| {
            splits
                .into_iter()
                .find(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_digit()))
        })?;
        Some(Parts {
            prefix,
            number,
            gap,
        })
    }
}

fn is_year(text: &str) -> bool {
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    digits
        && (text.len() == 2
            || (text.len() == 4 && (text.starts_with("19") || text.starts_with("20"))))
}

fn is_number(text: &str) -> bool {
    let mut scan = Scan::new(text);
    scan.one(|c| c.is_ascii_uppercase());
    scan.many(1, 5, |c| c.is_ascii_digit()).is_some()
        && (!scan.eat(".") || scan.many(1, 3, |c| c.is_ascii_digit()).is_some())
        && scan.at_end()
}

fn is_prefix(prefix: &str) -> Result<(), Refused> {
    let unknown = || {
        let text = said!(
            "“{prefix}”不是标准代号，应如 GB、GB/T、JB/T、DB33/T、T/ZZB、Q/ABC"
                / "“{prefix}” is no prefix of a standard; such as GB, GB/T, JB/T, DB33/T, T/ZZB, Q/ABC"
        );
        Refused::new("unlisted", text)
    };
    if matches!(
        prefix,
        "GB" | "GB/T" | "GB/Z" | "GBJ" | "GSB" | "JJF" | "JJG" | "TSG"
    ) {
        return Ok(());
    }
    if prefix.starts_with("GB/") {
        let text = said!(
            "“{prefix}”不是标准代号，国家标准只有 GB、GB/T 和 GB/Z"
                / "“{prefix}” is no prefix of a standard; national standards have only GB, GB/T and GB/Z"
        );
        return Err(Refused::new("unlisted", text));
    }
    if let Some(society) = prefix.strip_prefix("T/") {
        let fits = (2..=8).contains(&society.len())
            && society.starts_with(|c: char| c.is_ascii_uppercase())
            && society.chars().all(is_upper_or_digit);
        let text = said!(
            "团体标准缺少社会团体代号，或代号不是 2–8 位字母数字，应如 T/ZZB"
                / "A group standard names its society by 2–8 letters and digits, such as T/ZZB"
        );
        return if fits {
            Ok(())
        } else {
            Err(Refused::new("shape", text))
        };
    }
    if let Some(firm) = prefix.strip_prefix("Q/") {
        let fits = (1..=12).contains(&firm.len()) && firm.chars().all(is_upper_or_digit);
        let text = said!(
            "企业标准缺少企业代号，或代号不是 1–12 位字母数字，应如 Q/ABC"
                / "A firm's standard names its firm by 1–12 letters and digits, such as Q/ABC"
        );
        return if fits {
            Ok(())
        } else {
            Err(Refused::new("shape", text))
        };
    }
    let base = prefix.strip_suffix("/T").unwrap_or(prefix);
    if let Some(area) = base.strip_prefix("DB").filter(|area| !area.is_empty()) {
        let digits = area.bytes().all(|b| b.is_ascii_digit());
        if !digits || (area.len() != 2 && area.len() != 4) {
            return Err(unknown());
        }
        return match provinces::of_code(area) {
            Some(_) => Ok(()),
            None => Err(Refused::new(
                "region",
                said!(
                    "地方标准代号 DB{area} 中 {} 不是省级代码"
                        / "In the local prefix DB{area}, {} is no province",
                    &area[..2]
                ),
            )),
        };
    }
    let industry = base.len() == 2 && base.bytes().all(|b| b.is_ascii_uppercase());
    if industry { Ok(()) } else { Err(unknown()) }
}

/// Folds what people type: runs of spaces to one, none beside `-`, `/` and `.`, one hyphen only.
pub(crate) fn std_no_folded(folded: &str) -> String {
    let words: Vec<&str> = folded.split_whitespace().collect();
    let hyphens = single_hyphens(&words.join(" "))
        .replace(" -", "-")
        .replace("- ", "-");
    let mut text = single_hyphens(&hyphens);
    for tight in ["/", "."] {
        text = text.replace(&format!(" {tight}"), tight);
    }
    // `T/ 0001` lacks its code: a space after the slash stays, except before a national or
    // industry T or Z, as in `GB/ T 2828`.
    text.replace("/ T ", "/T ").replace("/ Z ", "/Z ")
}

/// With the space between prefix and number, if both can be told apart.
pub(crate) fn std_no_spaced(typed: &str) -> String {
    let parts = typed
        .rsplit_once('-')
        .and_then(|(left, year)| Some((Parts::of(left)?, year)));
    match parts {
        Some((parts, year)) if is_prefix(parts.prefix).is_ok() => {
            format!("{} {}-{year}", parts.prefix, parts.number)
        }
        _ => typed.to_string(),
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
        for (raw, normal) in [
            ("gb/t2828.1—2012", "GB/T 2828.1-2012"),
            ("GB / T 2828.1 － 2012", "GB/T 2828.1-2012"),
            ("GB/T　2828.1——2012", "GB/T 2828.1-2012"),
            ("GB1576-79", "GB 1576-79"),
            ("TSGT7001-2023", "TSG T7001-2023"),
            ("DB332200-2019", "DB33 2200-2019"),
            ("DB3301/T0001-2019", "DB3301/T 0001-2019"),
            ("T/ZZB0001-2015", "T/ZZB 0001-2015"),
            ("q/xsjx001-2024", "Q/XSJX 001-2024"),
            ("JB/T 10095-2010", "JB/T 10095-2010"),
        ] {
            let checked = check(Kind::StdNo, raw, &BuiltInLists::default(), TODAY);
            assert_eq!(checked.map(|c| c.normal).as_deref(), Ok(normal), "{raw}");
        }
    }

    #[test]
    fn doubts_are_warnings() {
        let codes = |raw: &str| -> Vec<&'static str> {
            let checked = check(Kind::StdNo, raw, &BuiltInLists::default(), TODAY).unwrap();
            checked.warnings.iter().map(|w| w.code).collect()
        };
        assert_eq!(codes("Q/XSJX001-2024"), ["shape"]);
        assert_eq!(codes("ZZ/T 1-2024"), ["unlisted"]);
        assert_eq!(codes("GB 1-2027"), ["future"]);
        assert!(codes("GB 1-2026").is_empty());
    }

    #[test]
    fn refusals_say_which_part_is_wrong() {
        let code = |raw: &str| {
            check(Kind::StdNo, raw, &BuiltInLists::default(), TODAY)
                .unwrap_err()
                .code
        };
        assert_eq!(code("GB/X 2828.1-2012"), "unlisted");
        assert_eq!(code("DB99/T 2200-2019"), "region");
        assert_eq!(code("GB 32100-20155"), "date");
        assert_eq!(code("GB 3210000-2015"), "shape");
        assert_eq!(code("GB 32100"), "shape");
        assert_eq!(code("国标 32100-2015"), "unlisted");
        assert_eq!(code("-2015"), "shape");
    }
}
