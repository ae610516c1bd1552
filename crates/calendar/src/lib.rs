//! The clocks of the law: working days by the State Council's calendar, limits, pauses, extensions,
//! and the day-by-day sheet that explains a due date.
//!
//! A [`Calendar`] is a value with a [`Version`]; a [`Due`] carries the version it was computed with,
//! so that a date once told never moves without a record. A [`Clock`] is started under a [`Limit`]
//! ("3 workdays"), may be paused for a [`Reason`] of law and extended once, and answers
//! [`Clock::due`], [`Clock::sheet`] and [`Clock::standing`].
//!
//! The law: 行政许可法 42–45 (limits, extension, time not counted), 82 (working days, without
//! statutory holidays); 民法典 200–203 (units, start, corresponding day, rest days at the end);
//! 民事诉讼法 85 and 市场监督管理行政处罚程序规定 80 (the hour or day of the start is not counted).
//!
//! **Invariant:** pure; no clock is read here. Moments are arguments, days are those of Asia/Shanghai.

mod calendar;
mod change;
mod clock;
mod day;
mod due;
mod fault;
mod index;
mod limit;
mod reason;
mod sheet;
mod standing;
mod text;
mod words;
mod year;

pub use calendar::{Calendar, DayKind, Version};
pub use change::Change;
pub use clock::{Clock, ClockError, Extension, Pause};
pub use day::{local_date, midnight};
pub use due::{Certainty, Due, Reckoning, Stopped};
pub use fault::{Fault, What};
pub use limit::{Ending, Limit, LimitError, Start, Unit};
pub use reason::Reason;
pub use sheet::{Counts, Day, End, Mark, Rest};
pub use standing::{Late, Left, Near, Standing};
pub use text::parse;
pub use year::{Holiday, Name, Year};
