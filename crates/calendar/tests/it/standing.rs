//! Time left, near the end, overdue.

use calendar::{Calendar, Late, Left, Near, Reason, Standing};
use jiff::SignedDuration;

use crate::{at, clock, paused};

fn standing(clock: &calendar::Clock, now: &str) -> Standing {
    clock.standing(Calendar::builtin(), at(now), Near::default())
}

fn left(standing: Standing) -> Left {
    match standing {
        Standing::Running(left) | Standing::Near(left) => left,
        other => panic!("{other:?}"),
    }
}

#[test]
fn today_is_left_while_it_lasts() {
    // Friday; due on Friday, 13 March.
    let clock = clock("2026-03-06", "5 workdays");
    let friday = left(standing(&clock, "2026-03-06 17:00"));
    assert_eq!((friday.workdays, friday.days), (5, 7));
    let monday = left(standing(&clock, "2026-03-09 08:00"));
    assert_eq!((monday.workdays, monday.days), (5, 5));
    let last = standing(&clock, "2026-03-13 23:59");
    let minute = SignedDuration::from_mins(1);
    assert_eq!(
        last,
        Standing::Near(Left {
            time: minute,
            days: 1,
            workdays: 1
        })
    );
}

#[test]
fn the_light_turns_yellow_at_two_days_or_a_fifth() {
    let short = clock("2026-03-06", "5 workdays");
    assert!(matches!(
        standing(&short, "2026-03-11 09:00"),
        Standing::Running(_)
    ));
    assert!(matches!(
        standing(&short, "2026-03-12 09:00"),
        Standing::Near(_)
    ));
    // Sixty days from 10 March end on Saturday, 9 May; a fifth of them is twelve.
    let long = clock("2026-03-10", "60 days");
    assert!(matches!(
        standing(&long, "2026-04-27 09:00"),
        Standing::Running(_)
    ));
    assert!(matches!(
        standing(&long, "2026-04-28 09:00"),
        Standing::Near(_)
    ));
    let hours = clock("2026-03-06 08:00", "10 hours");
    assert!(matches!(
        standing(&hours, "2026-03-06 15:59"),
        Standing::Running(_)
    ));
    assert!(matches!(
        standing(&hours, "2026-03-06 16:00"),
        Standing::Near(_)
    ));
}

#[test]
fn at_midnight_after_the_last_day_it_is_one_day_late() {
    let clock = clock("2026-03-06", "5 workdays");
    let late = standing(&clock, "2026-03-14 00:00");
    let zero = SignedDuration::ZERO;
    assert_eq!(
        late,
        Standing::Overdue(Late {
            time: zero,
            days: 1,
            workdays: 0
        })
    );
    let Standing::Overdue(late) = standing(&clock, "2026-03-16 09:00") else {
        panic!("late");
    };
    assert_eq!((late.days, late.workdays), (3, 1));
}

#[test]
fn a_pause_to_come_is_not_left_and_a_stopped_clock_raises_nothing() {
    let mut clock = paused(
        clock("2026-03-06", "5 workdays"),
        &[("2026-03-11", "2026-03-18", Reason::Testing)],
    );
    // 9, 10, 18, 19 and 20 March.
    let monday = left(standing(&clock, "2026-03-09 08:00"));
    assert_eq!((monday.workdays, monday.days), (5, 5));
    let wednesday = left(standing(&clock, "2026-03-18 08:00"));
    assert_eq!((wednesday.workdays, wednesday.days), (3, 3));
    clock.pause(at("2026-03-19"), Reason::Hearing).unwrap();
    let Standing::Stopped(stopped) = standing(&clock, "2026-12-31") else {
        panic!("it stands still");
    };
    assert_eq!(stopped.left, 2);
}

#[test]
fn hours_that_ran_out_are_late_on_the_same_day() {
    // Friday 08:00 to 18:00.
    let clock = clock("2026-03-06 08:00", "10 hours");
    let Standing::Overdue(late) = standing(&clock, "2026-03-06 19:00") else {
        panic!("late");
    };
    assert_eq!(late.time, SignedDuration::from_hours(1));
    assert_eq!((late.days, late.workdays), (1, 1));
}
