//! The sheet in words, Chinese and English.

use jiff::SignedDuration;

use crate::due::Certainty;
use crate::sheet::{Counts, Day, End, Mark, Rest};

const MINUTE_SECONDS: i64 = 60;

impl Certainty {
    /// Empty when definite.
    pub fn chinese(self) -> &'static str {
        match self {
            Certainty::Definite => "",
            Certainty::Provisional => "预计",
        }
    }

    /// Empty when definite.
    pub fn english(self) -> &'static str {
        match self {
            Certainty::Definite => "",
            Certainty::Provisional => "provisional",
        }
    }
}

impl Rest {
    pub fn chinese(&self) -> String {
        match self {
            Rest::Weekend => "周末".to_owned(),
            Rest::Holiday { name, statutory } => {
                let kind = if *statutory {
                    "法定节假日"
                } else {
                    "节假日调休放假"
                };
                format!("{kind}（{}）", name.chinese)
            }
        }
    }

    pub fn english(&self) -> String {
        match self {
            Rest::Weekend => "weekend".to_owned(),
            Rest::Holiday { name, statutory } => {
                let kind = if *statutory {
                    "statutory holiday"
                } else {
                    "day off by the holiday arrangement"
                };
                format!("{kind} ({})", name.english)
            }
        }
    }
}

impl Mark {
    /// Whether any of the day counts.
    pub fn counts(&self) -> bool {
        match self {
            Mark::Counted { .. } => true,
            Mark::Time(time) => time.is_positive(),
            _ => false,
        }
    }

    fn chinese(&self) -> String {
        match self {
            Mark::StartDay => "期间开始之日，不计入（民法典第二百零一条）".to_owned(),
            Mark::Counted { number, as_a } => match as_a {
                Counts::Natural => format!("第 {number} 日"),
                Counts::Workday => format!("第 {number} 个工作日"),
                Counts::MakeUp(name) => {
                    format!("第 {number} 个工作日，调休上班（{}）", name.chinese)
                }
            },
            Mark::Rest(rest) => format!("{}，不计入", rest.chinese()),
            Mark::Paused(reason) => {
                format!("{}期间，不计入（{}）", reason.chinese(), reason.law())
            }
            Mark::Carried(rest) => format!("{}，期限顺延", rest.chinese()),
            Mark::MovedEnd => "期限顺延至此日".to_owned(),
            Mark::Time(time) => {
                let (hours, minutes) = hours_minutes(*time);
                match minutes {
                    0 => format!("计入 {hours} 小时"),
                    _ => format!("计入 {hours} 小时 {minutes} 分"),
                }
            }
        }
    }

    fn english(&self) -> String {
        match self {
            Mark::StartDay => "day of the start, not counted (Civil Code 201)".to_owned(),
            Mark::Counted { number, as_a } => match as_a {
                Counts::Natural => format!("day {number}"),
                Counts::Workday => format!("working day {number}"),
                Counts::MakeUp(name) => {
                    format!("working day {number}, make-up day ({})", name.english)
                }
            },
            Mark::Rest(rest) => format!("{}, not counted", rest.english()),
            Mark::Paused(reason) => {
                format!("{}, not counted ({})", reason.english(), reason.law())
            }
            Mark::Carried(rest) => format!("{}, the limit moves on", rest.english()),
            Mark::MovedEnd => "the limit moved to this day".to_owned(),
            Mark::Time(time) => {
                let (hours, minutes) = hours_minutes(*time);
                match minutes {
                    0 => format!("{hours} h counted"),
                    _ => format!("{hours} h {minutes} min counted"),
                }
            }
        }
    }
}

fn hours_minutes(time: SignedDuration) -> (i64, i64) {
    let minutes = time.as_secs() / MINUTE_SECONDS;
    (minutes / 60, minutes % 60)
}

impl Day {
    /// `第 3 个工作日，调休上班（春节）；期限最后一日`.
    pub fn chinese(&self) -> String {
        let mut words = self.mark.chinese();
        if self.extended {
            words += "（延长期内）";
        }
        match &self.end {
            Some(End::Last) => words += "；期限最后一日",
            Some(End::OnRest(rest)) => {
                words += &format!("；期限最后一日遇{}，顺延", rest.chinese());
            }
            None => {}
        }
        if !self.published {
            words += "；预计：当年放假安排尚未公布";
        }
        words
    }

    /// `working day 3, make-up day (Spring Festival); last day of the limit`.
    pub fn english(&self) -> String {
        let mut words = self.mark.english();
        if self.extended {
            words += " (extension)";
        }
        match &self.end {
            Some(End::Last) => words += "; last day of the limit",
            Some(End::OnRest(rest)) => {
                words += &format!("; would be the last day but is a {}", rest.english());
            }
            None => {}
        }
        if !self.published {
            words += "; provisional: the holidays of the year are not yet published";
        }
        words
    }
}
