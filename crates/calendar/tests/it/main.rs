//! The room from outside: the vectors of the law, imported text, clocks, sheets, and random cases.

mod clock;
mod import;
mod random;
mod sheet;
mod slow;
mod standing;
mod vectors;

use calendar::{Calendar, Clock, Due, Reason};
use jiff::Timestamp;
use jiff::civil::Date;

/// The start of a day in Shanghai, or a time of that day.
pub fn at(text: &str) -> Timestamp {
    let text = match text.split_once(' ') {
        Some((day, time)) => format!("{day}T{time}:00+08:00"),
        None => format!("{text}T09:30:00+08:00"),
    };
    text.parse().expect("a moment")
}

pub fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

pub fn clock(start: &str, limit: &str) -> Clock {
    Clock::start(at(start), limit.parse().expect("a limit"))
}

pub fn paused(mut clock: Clock, pauses: &[(&str, &str, Reason)]) -> Clock {
    for (from, until, reason) in pauses {
        clock.pause(at(from), *reason).expect("pausable");
        clock.resume(at(until)).expect("resumable");
    }
    clock
}

/// When it is due by the calendar that comes with the program.
pub fn due(clock: &Clock) -> Due {
    let reckoning = clock.due(Calendar::builtin());
    reckoning.due().expect("it runs")
}
