//! Numbers of official documents (GB/T 9704-2012, 7.2.5) and of enforcement papers.

use speech::{Said, said};

use crate::scan::{Scan, is_han};
use crate::{Checked, Day, Kind, Refused};

/// 发文字号: 机关代字 + 〔年份〕 + 序号 + 号, without 第 and without leading zero.
pub(crate) fn doc_no(typed: &str, today: Day) -> Result<Checked, Refused> {
    let form = said!(
        "机关代字〔年份〕序号号，如 {}" / "organ, year in hexagonal brackets, serial, such as {}",
        "国市监发〔2024〕12号"
    );
    brackets(Kind::DocNo, typed)?;
    let typed = hexagonal(typed);
    let mut scan = Scan::new(&typed);
    if scan.many(2, 14, is_han).is_none() || !scan.eat("〔") {
        return Err(Refused::shape(Kind::DocNo.title(), form));
    }
    let year = year(&mut scan, Kind::DocNo, &form)?;
    if scan.eat("第") {
        let text = said!(
            "发文字号的序号前不加“{}”字（GB/T 9704-2012 7.2.5）"
                / "No “{}” stands before the serial of a document number (GB/T 9704-2012 7.2.5)",
            '第'
        );
        return Err(Refused::new("shape", text).instead(typed.replacen("〕第", "〕", 1)));
    }
    serial(&mut scan, Kind::DocNo, &form)?;
    Ok(finished(typed.clone(), year, today))
}

/// 文书编号: authority, in brackets or not, short name of the paper, 〔年〕, serial; 第 is allowed.
pub(crate) fn case_no(typed: &str, today: Day) -> Result<Checked, Refused> {
    let form = said!(
        "机关简称和文书简称〔年份〕序号号，如 {}"
            / "organ and kind of document, year in hexagonal brackets, serial, such as {}",
        "杭萧市监处罚〔2024〕123号"
    );
    let shape = || Refused::shape(Kind::CaseNo.title(), form.clone());
    brackets(Kind::CaseNo, typed)?;
    let typed = hexagonal(typed);
    let mut scan = Scan::new(&typed);
    if scan.eat("(") {
        let organ = scan.many(1, 8, is_han).filter(|_| scan.eat(")"));
        organ
            .and_then(|_| scan.many(2, 10, is_han))
            .ok_or_else(shape)?;
    } else {
        scan.many(3, 18, is_han).ok_or_else(shape)?;
    }
    if !scan.eat("〔") {
        return Err(shape());
    }
    let year = year(&mut scan, Kind::CaseNo, &form)?;
    scan.eat("第");
    serial(&mut scan, Kind::CaseNo, &form)?;
    Ok(finished(typed.clone(), year, today))
}

fn finished(normal: String, year: i32, today: Day) -> Checked {
    let mut checked = Checked::clean(normal);
    if year > today.year {
        checked.warn(
            "future",
            said!(
                "年份 {year} 晚于今年，请核对" / "The year {year} is after this year; please check"
            ),
        );
    }
    checked
}

fn year(scan: &mut Scan<'_>, kind: Kind, form: &Said) -> Result<i32, Refused> {
    let digits = scan.many(1, 5, |c| c.is_ascii_digit()).unwrap_or_default();
    let century = digits.starts_with("19") || digits.starts_with("20");
    if digits.len() != 4 || !century {
        let text = said!(
            "年份应写全 4 位并放在六角括号内，如〔2024〕，现为“{digits}”"
                / "The year is written with 4 digits in hexagonal brackets, not “{digits}”"
        );
        return Err(Refused::new("date", text));
    }
    if !scan.eat("〕") {
        return Err(Refused::shape(kind.title(), form.clone()));
    }
    Ok(digits.parse().unwrap_or_default())
}

fn serial(scan: &mut Scan<'_>, kind: Kind, form: &Said) -> Result<(), Refused> {
    if scan.rest().starts_with('0') {
        return Err(Refused::new(
            "shape",
            said!("序号不编虚位：不带前导零" / "The serial has no leading zeros"),
        ));
    }
    if scan.serial().is_none() || !scan.eat("号") || !scan.at_end() {
        return Err(Refused::shape(kind.title(), form.clone()));
    }
    Ok(())
}

/// Refuses other brackets around the year, and offers the number with the right ones.
fn brackets(kind: Kind, typed: &str) -> Result<(), Refused> {
    if hexagonal(typed).contains('〔') {
        return Ok(());
    }
    for (open, close) in [
        ('[', ']'),
        ('(', ')'),
        ('【', '】'),
        ('{', '}'),
        ('〈', '〉'),
    ] {
        // The last pair is the year's; a pair before it holds the authority.
        let (Some(from), Some(to)) = (typed.rfind(open), typed.rfind(close)) else {
            continue;
        };
        let (head, rest) = typed.split_at(from);
        let Some((year, tail)) = rest.split_at_checked(to.saturating_sub(from)) else {
            continue;
        };
        let year = &year[open.len_utf8().min(year.len())..];
        if year.is_empty() || !year.bytes().all(|b| b.is_ascii_digit()) {
            continue;
        }
        let instead = format!("{head}〔{year}〕{}", &tail[close.len_utf8()..]);
        let text = said!(
            "{}的年份应放在六角括号〔〕内：{}" / "{}: the year stands in hexagonal brackets: {}",
            kind.title(),
            instead
        );
        return Err(Refused::new("shape", text).instead(instead));
    }
    Ok(())
}

/// The small form of the six-angle brackets is the same sign (U+FE5D, U+FE5E).
pub(crate) fn hexagonal(typed: &str) -> String {
    typed.replace('﹝', "〔").replace('﹞', "〕")
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
    fn other_brackets_are_refused_with_the_right_number() {
        let lists = BuiltInLists::default();
        for raw in [
            "国发[2024]11号",
            "国发（2024）11号",
            "国发【2024】11号",
            "国发 ［2024］ 11 号",
        ] {
            let refused = check(Kind::DocNo, raw, &lists, TODAY).unwrap_err();
            assert_eq!(
                refused.instead.as_deref(),
                Some("国发〔2024〕11号"),
                "{raw}"
            );
        }
        let refused =
            check(Kind::CaseNo, "（杭萧）质监罚字（2012）45号", &lists, TODAY).unwrap_err();
        assert_eq!(
            refused.instead.as_deref(),
            Some("(杭萧)质监罚字〔2012〕45号")
        );
        let refused = check(Kind::DocNo, "国发〔2024〕第11号", &lists, TODAY).unwrap_err();
        assert_eq!(refused.instead.as_deref(), Some("国发〔2024〕11号"));
        let small = check(Kind::DocNo, "国发﹝2024﹞11号", &lists, TODAY).unwrap();
        assert_eq!(small.normal, "国发〔2024〕11号");
    }

    #[test]
    fn brackets_in_any_disorder_are_only_refused() {
        let lists = BuiltInLists::default();
        for raw in [
            "]国发[11号",
            "][",
            "()",
            "国发)2024(11号",
            "国发[]11号",
            "【】",
            "〕〔",
            "(杭萧质监罚字〔2012〕45号",
        ] {
            assert!(check(Kind::DocNo, raw, &lists, TODAY).is_err(), "{raw}");
            assert!(check(Kind::CaseNo, raw, &lists, TODAY).is_err(), "{raw}");
        }
    }

    #[test]
    fn numbers_of_next_year_warn() {
        let lists = BuiltInLists::default();
        let checked = check(Kind::DocNo, "国发〔2027〕1号", &lists, TODAY).unwrap();
        assert_eq!(checked.warnings[0].code, "future");
    }
}
