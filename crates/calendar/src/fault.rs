//! What can be wrong with the text of a calendar, told to the operator who imports it.

use jiff::civil::Date;
use thiserror::Error;

/// One fault and the line (from 1) it stands on.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("第 {line} 行：{what}")]
pub struct Fault {
    pub line: usize,
    pub what: What,
}

/// What is wrong.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum What {
    #[error("这一行应以 year 或 holiday 开头")]
    UnknownLine,
    #[error("栏目“{0}”不认识")]
    UnknownColumn(String),
    #[error("栏目“{0}”写了两次")]
    RepeatedColumn(String),
    #[error("缺少“{0}”")]
    Missing(&'static str),
    #[error("年份“{0}”应在 1949 到 2199 之间")]
    BadYear(String),
    #[error("日期“{0}”应写作 2025-01-01 或 2025-01-28..2025-02-04，一段不超过 31 天")]
    BadDates(String),
    #[error("工作日数“{0}”不是数字")]
    BadCount(String),
    #[error("节日应写在某一年之后")]
    HolidayBeforeYear,
    #[error("{0} 年写了两次")]
    RepeatedYear(i16),
    #[error("{day} 不属于 {year} 年的安排")]
    OutsideYear { day: Date, year: i16 },
    #[error("{0} 写了两次，或既放假又上班")]
    RepeatedDay(Date),
    #[error("{0} 列为法定节假日，却不在放假日期中")]
    LawNotOff(Date),
    #[error("{0} 不是周末，不需要调休上班")]
    WorkNotWeekend(Date),
    #[error("全年工作日写的是 {written} 天，按安排算得 {counted} 天")]
    WrongCount { written: u32, counted: u32 },
    #[error("{0} 在两年的安排中一处放假、一处上班")]
    Clash(Date),
    #[error("应当正好有一年，这里有 {0} 年")]
    NotOneYear(usize),
    #[error("文件超过 {0} 行")]
    TooLong(usize),
}

impl What {
    pub(crate) fn at(self, line: usize) -> Fault {
        Fault { line, what: self }
    }
}
