//! Pauses, the one extension, hours, and what is refused.

use calendar::{Calendar, Certainty, Clock, ClockError, Extension, Reason, Reckoning};

use crate::{at, clock, day, due, paused};

fn extension(count: u32, granted: &str) -> Extension {
    Extension {
        count,
        granted: at(granted),
        by: "局长".to_owned(),
        reason: "案情复杂".to_owned(),
    }
}

#[test]
fn time_of_inspection_is_not_counted() {
    // Acceptance on Friday; five days of testing; the day the report arrives counts again.
    let clock = paused(
        clock("2026-03-06", "5 workdays"),
        &[("2026-03-11", "2026-03-18", Reason::Testing)],
    );
    // 9 and 10 March, then 18, 19 and 20 March.
    assert_eq!(due(&clock).date, day("2026-03-20"));
    // Natural days stop as well: 15 + 7.
    let seizure = paused(
        crate::clock("2026-03-06", "15 days"),
        &[("2026-03-11", "2026-03-18", Reason::Testing)],
    );
    assert_eq!(due(&seizure).date, day("2026-03-28"));
}

#[test]
fn a_pause_of_a_few_hours_stops_no_day_but_stops_hours() {
    let hours = [("2026-03-09 10:00", "2026-03-09 15:00", Reason::Hearing)];
    let days = paused(clock("2026-03-06", "3 workdays"), &hours);
    assert_eq!(due(&days).date, day("2026-03-11"));
    let hours = paused(clock("2026-03-09 09:00", "24 hours"), &hours);
    assert_eq!(due(&hours).moment, at("2026-03-10 14:00"));
}

#[test]
fn hours_run_from_the_moment_or_from_the_next_hour() {
    let from = |limit: &str| due(&clock("2026-03-06 10:20", limit));
    assert_eq!(from("24 hours").moment, at("2026-03-07 10:20"));
    assert_eq!(from("24 hours, next hour").moment, at("2026-03-07 11:00"));
    // Hours do not wait for Monday.
    assert_eq!(from("24 hours").date, day("2026-03-07"));
    // Half-open: what ends at midnight ends on the day before.
    assert_eq!(
        due(&clock("2026-03-06 20:00", "4 hours")).date,
        day("2026-03-06")
    );
}

#[test]
fn a_clock_that_stands_still_has_no_end_but_knows_what_is_left() {
    let mut clock = clock("2026-03-06", "5 workdays");
    clock.pause(at("2026-03-11"), Reason::ExpertReview).unwrap();
    assert!(clock.is_stopped());
    let Reckoning::Stopped(stopped) = clock.due(Calendar::builtin()) else {
        panic!("it stands still");
    };
    assert_eq!((stopped.since, stopped.left), (at("2026-03-11"), 3));
    // A notice sent after the last day saves nothing.
    let mut late = crate::clock("2026-03-06", "5 workdays");
    late.pause(at("2026-03-16"), Reason::Testing).unwrap();
    assert_eq!(due(&late).date, day("2026-03-13"));
}

#[test]
fn the_head_extends_once_and_before_the_deadline() {
    let calendar = Calendar::builtin();
    let mut clock = clock("2026-09-30", "20 workdays");
    let late = clock.extend(extension(10, "2026-11-04 00:00"), calendar);
    assert_eq!(late, Err(ClockError::ExtendedTooLate));
    clock
        .extend(extension(10, "2026-11-03 23:59"), calendar)
        .unwrap();
    assert_eq!(due(&clock).date, day("2026-11-17"));
    let again = clock.extend(extension(10, "2026-11-05"), calendar);
    assert_eq!(again, Err(ClockError::ExtendedTwice));
    let silent = Extension {
        reason: " ".to_owned(),
        ..extension(10, "2026-10-09")
    };
    let said = crate::clock("2026-09-30", "20 workdays").extend(silent, calendar);
    assert_eq!(said, Err(ClockError::ExtensionIncomplete));
}

#[test]
fn pauses_come_one_after_another() {
    let mut clock = clock("2026-03-06", "5 workdays");
    let pause = |clock: &mut Clock, from| clock.pause(at(from), Reason::Correction);
    assert_eq!(clock.resume(at("2026-03-09")), Err(ClockError::NotStopped));
    assert_eq!(
        pause(&mut clock, "2026-03-05"),
        Err(ClockError::PauseTooEarly)
    );
    pause(&mut clock, "2026-03-09").unwrap();
    assert_eq!(pause(&mut clock, "2026-03-10"), Err(ClockError::Stopped));
    assert_eq!(
        clock.resume(at("2026-03-08")),
        Err(ClockError::ResumeTooEarly)
    );
    assert_eq!(
        clock.resume(at("2226-03-08")),
        Err(ClockError::PauseTooLong)
    );
    clock.resume(at("2026-03-10")).unwrap();
    assert_eq!(
        pause(&mut clock, "2026-03-09"),
        Err(ClockError::PauseTooEarly)
    );
}

#[test]
fn what_was_kept_is_restored() {
    let mut clock = paused(
        clock("2026-03-06", "5 workdays"),
        &[("2026-03-11", "2026-03-18", Reason::Testing)],
    );
    clock
        .extend(extension(3, "2026-03-19"), Calendar::builtin())
        .unwrap();
    let (pauses, extension) = (clock.pauses().to_vec(), clock.extension().cloned());
    let kept = Clock::restore(clock.started(), clock.limit(), pauses.clone(), extension);
    assert_eq!(kept.unwrap(), clock);
    let twice = [pauses.clone(), pauses].concat();
    let refused = Clock::restore(clock.started(), clock.limit(), twice, None);
    assert_eq!(refused, Err(ClockError::PauseTooEarly));
}

#[test]
fn a_year_without_notice_is_provisional() {
    let certainty = |start, limit: &str| due(&clock(start, limit)).certainty;
    assert_eq!(certainty("2026-12-30", "1 workday"), Certainty::Definite);
    assert_eq!(
        certainty("2026-12-30", "2 workdays"),
        Certainty::Provisional
    );
    // 31 December itself was not yet a day of the limit in the year before.
    assert_eq!(certainty("2024-12-31", "1 workday"), Certainty::Definite);
    assert_eq!(
        certainty("2024-12-30", "5 workdays"),
        Certainty::Provisional
    );
    assert_eq!(certainty("2026-12-30", "30 days"), Certainty::Provisional);
    assert_eq!(
        certainty("2026-12-30", "30 days, fixed"),
        Certainty::Definite
    );
    // Weekends are known even so: 4 January 2027 is a Monday.
    assert_eq!(
        due(&clock("2026-12-31", "2 workdays")).date,
        day("2027-01-04")
    );
}
