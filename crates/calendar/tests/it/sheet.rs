//! The day-by-day sheet, word for word.

use calendar::{Calendar, Clock, Extension, Reason};

use crate::{at, clock, paused};

fn chinese(clock: &Clock) -> String {
    let sheet = clock.sheet(Calendar::builtin());
    let lines = sheet
        .iter()
        .map(|day| format!("{} {}\n", day.date.strftime("%m-%d"), day.chinese()));
    lines.collect()
}

fn english(clock: &Clock) -> String {
    let sheet = clock.sheet(Calendar::builtin());
    let lines = sheet
        .iter()
        .map(|day| format!("{} {}\n", day.date.strftime("%m-%d"), day.english()));
    lines.collect()
}

#[test]
fn every_day_of_the_spring_festival_is_explained() {
    let clock = clock("2026-02-13", "2 workdays");
    assert_eq!(
        chinese(&clock),
        "\
02-13 期间开始之日，不计入（民法典第二百零一条）
02-14 第 1 个工作日，调休上班（春节）
02-15 节假日调休放假（春节），不计入
02-16 法定节假日（春节），不计入
02-17 法定节假日（春节），不计入
02-18 法定节假日（春节），不计入
02-19 法定节假日（春节），不计入
02-20 节假日调休放假（春节），不计入
02-21 节假日调休放假（春节），不计入
02-22 节假日调休放假（春节），不计入
02-23 节假日调休放假（春节），不计入
02-24 第 2 个工作日；期限最后一日
"
    );
}

#[test]
fn pauses_and_extension_are_explained() {
    let mut clock = paused(
        clock("2026-03-06", "2 workdays"),
        &[("2026-03-10", "2026-03-12", Reason::ExpertReview)],
    );
    let extension = Extension {
        count: 1,
        granted: at("2026-03-12"),
        by: "局长".to_owned(),
        reason: "案情复杂".to_owned(),
    };
    clock.extend(extension, Calendar::builtin()).unwrap();
    assert_eq!(
        english(&clock),
        "\
03-06 day of the start, not counted (Civil Code 201)
03-07 weekend, not counted
03-08 weekend, not counted
03-09 working day 1
03-10 expert review, not counted (行政许可法第四十五条)
03-11 expert review, not counted (行政许可法第四十五条)
03-12 working day 2
03-13 working day 3 (extension); last day of the limit
"
    );
}

#[test]
fn an_end_that_moves_is_explained() {
    let clock = clock("2026-04-29", "3 days");
    assert_eq!(
        chinese(&clock),
        "\
04-29 期间开始之日，不计入（民法典第二百零一条）
04-30 第 1 日
05-01 第 2 日
05-02 第 3 日；期限最后一日遇法定节假日（劳动节），顺延
05-03 节假日调休放假（劳动节），期限顺延
05-04 节假日调休放假（劳动节），期限顺延
05-05 节假日调休放假（劳动节），期限顺延
05-06 期限顺延至此日；期限最后一日
"
    );
}

#[test]
fn an_unpublished_year_and_a_clock_that_stands_still_are_told() {
    let mut clock = clock("2026-12-31", "3 workdays");
    clock.pause(at("2027-01-03"), Reason::Correction).unwrap();
    assert_eq!(
        chinese(&clock),
        "\
12-31 期间开始之日，不计入（民法典第二百零一条）
01-01 第 1 个工作日；预计：当年放假安排尚未公布
01-02 周末，不计入；预计：当年放假安排尚未公布
01-03 补正材料期间，不计入（行政许可法第三十二条）；预计：当年放假安排尚未公布
"
    );
}

#[test]
fn hours_are_told_day_by_day() {
    let clock = paused(
        clock("2026-03-06 10:20", "36 hours, next hour"),
        &[("2026-03-06 23:00", "2026-03-08 01:30", Reason::Inspection)],
    );
    assert_eq!(
        chinese(&clock),
        "\
03-06 计入 12 小时
03-07 检验期间，不计入（行政许可法第四十五条）
03-08 计入 22 小时 30 分
03-09 计入 1 小时 30 分；期限最后一日
"
    );
}
