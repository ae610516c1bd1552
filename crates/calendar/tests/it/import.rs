//! Year calendars as an operator imports them, their versions, and what is refused.

use calendar::{Calendar, Version, What, Year, parse};

use crate::{clock, day, due};

/// An invented arrangement for 2027.
const YEAR_2027: &str = "\
year 2027 | published 2026-11-20 | source 通知（样例）
# 元旦 with a make-up day of the December before
holiday 元旦 | off 2027-01-01..2027-01-03 | law 2027-01-01 | work 2026-12-26
";

#[test]
fn the_next_year_is_merged_into_the_next_version() {
    let before = Calendar::builtin();
    let after = before.merge(vec![Year::parse(YEAR_2027).unwrap()]).unwrap();
    assert_eq!(
        (before.version(), after.version()),
        (Version(1), Version(2))
    );
    let clock = clock("2026-12-31", "2 workdays");
    let (old, new) = (due(&clock), clock.due(&after).due().unwrap());
    assert_eq!((old.date, old.version), (day("2027-01-04"), Version(1)));
    assert_eq!((new.date, new.version), (day("2027-01-05"), Version(2)));
    // The Saturday worked in December belongs to the year before and is known there too.
    assert!(after.is_workday(day("2026-12-26")));
    assert_eq!(after.workday_after(day("2026-12-25"), 1), day("2026-12-26"));
    // What is merged again takes the place of what was.
    let changed = YEAR_2027.replace("..2027-01-03", "..2027-01-04");
    let third = after.merge(parse(&changed).unwrap()).unwrap();
    assert_eq!(third.version(), Version(3));
    assert_eq!(clock.due(&third).due().unwrap().date, day("2027-01-06"));
}

#[test]
fn a_version_is_kept_as_text() {
    let calendar = Calendar::builtin();
    let again = Calendar::parse(calendar.version(), &calendar.text()).unwrap();
    assert!(again.years().eq(calendar.years()));
    assert_eq!(again.text(), calendar.text());
    let crlf = format!("\u{feff}{}", calendar.text().replace('\n', "\r\n"));
    assert_eq!(
        Calendar::parse(Version(1), &crlf).unwrap().text(),
        calendar.text()
    );
}

#[test]
fn every_fault_is_told_with_its_line() {
    let text = "\
holiday 元旦 | off 2027-01-01
year 2027 | published 2026-11-20 | source 通知 | workdays many
holiday 元旦 | off 2027-01-01..2027-01-03 | law 2027-01-04
holiday 春节 | off 2027-02-05..2027-01-05
holiday 春节 | off 2027-02-05..2027-02-12 | werk 2027-01-31
holiday 劳动节 | off 2027-05-01 | work 2027-05-03
holiday 国庆节 | off 2028-10-01 2027-01-02 | off 2027-10-02
假日 中秋节
year 1066 | published 2026-11-20 | source 通知
year 2027 | published 2026-11-20 | source 通知
holiday | off 2027-01-01
";
    let said: Vec<String> = parse(text)
        .unwrap_err()
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        said,
        [
            "第 1 行：节日应写在某一年之后",
            "第 2 行：工作日数“many”不是数字",
            "第 3 行：2027-01-04 列为法定节假日，却不在放假日期中",
            "第 4 行：日期“2027-02-05..2027-01-05”应写作 2025-01-01 或 2025-01-28..2025-02-04，一段不超过 31 天",
            "第 5 行：栏目“werk”不认识",
            "第 6 行：2027-05-03 不是周末，不需要调休上班",
            "第 7 行：2028-10-01 不属于 2027 年的安排",
            "第 7 行：2027-01-02 写了两次，或既放假又上班",
            "第 7 行：栏目“off”写了两次",
            "第 8 行：这一行应以 year 或 holiday 开头",
            "第 9 行：年份“1066”应在 1949 到 2199 之间",
            "第 10 行：2027 年写了两次",
            "第 11 行：缺少“holiday”",
        ]
    );
}

#[test]
fn the_count_of_working_days_is_checked_when_it_is_written() {
    let header = "source 通知（样例）";
    let right = YEAR_2027.replace(header, &format!("{header} | workdays 260"));
    assert!(parse(&right).is_ok());
    let wrong = YEAR_2027.replace(header, &format!("{header} | workdays 259"));
    let what = What::WrongCount {
        written: 259,
        counted: 260,
    };
    assert_eq!(parse(&wrong).unwrap_err()[0].what, what);
}

#[test]
fn notices_that_contradict_each_other_are_refused() {
    let text = "year 2027 | published 2026-11-20 | source 通知
holiday 元旦 | off 2026-10-10";
    // October of the year before is no day of this notice, so the clash is made in December.
    assert!(parse(text).is_err());
    let december = "year 2026 | published 2025-11-20 | source 通知
holiday 元旦 | off 2026-12-26..2026-12-27";
    let both = [parse(december).unwrap(), parse(YEAR_2027).unwrap()].concat();
    let clash = Calendar::new(Version(1), both).unwrap_err();
    assert_eq!(clash.what, What::Clash(day("2026-12-26")));
    assert_eq!(parse("").map(|years| years.len()), Ok(0));
    assert!(matches!(
        Year::parse("").unwrap_err()[0].what,
        What::NotOneYear(0)
    ));
}
