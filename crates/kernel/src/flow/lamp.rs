//! The colour of a turn by its limit (`licences.md` §3, default rule set): green, yellow when at most
//! two working days or a fifth of the limit are left, red on the last day, expired after it.

use calendar::Calendar;
use catalogue::Grade;
use expr::Moment;

/// Working days left that call for attention, whatever the limit.
const NEAR_DAYS: i32 = 2;
/// The part of the limit that calls for attention.
const NEAR_PART: i32 = 5;

/// The lamp of a turn that began and is due then.
pub fn lamp(calendar: &Calendar, began: Moment, due: Option<Moment>, now: Moment) -> Grade {
    let Some(due) = due else {
        return Grade::NotApplicable;
    };
    if now >= due {
        return Grade::Expired;
    }
    let left = days_left(calendar, due, now);
    let whole = calendar.workdays_between(began.local_date(), last_day(due));
    match left {
        ..=0 => Grade::Red,
        left if left <= NEAR_DAYS.max(whole / NEAR_PART) => Grade::Yellow,
        _ => Grade::Green,
    }
}

/// Working days after today up to the last day in time: none on the last day itself, and one on the
/// Sunday before a Monday. Negative when overdue by so many.
pub fn days_left(calendar: &Calendar, due: Moment, now: Moment) -> i32 {
    let after = |day: jiff::civil::Date| day.tomorrow().unwrap_or(day);
    calendar.workdays_between(after(now.local_date()), after(last_day(due)))
}

/// Working days by which something is late at that moment: none in time, and one at least when late, on
/// a day of rest too. Every page, list and record tells it by this.
pub fn days_late(calendar: &Calendar, due: Moment, at: Moment) -> i32 {
    match at < due {
        true => 0,
        false => (-days_left(calendar, due, at)).max(1),
    }
}

/// The last day in time: limits are half-open.
fn last_day(due: Moment) -> jiff::civil::Date {
    Moment(due.0 - 1).local_date()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Moment {
        Moment::from_local(text.parse().expect("a local time"))
    }

    #[test]
    fn a_limit_is_not_due_today_on_the_day_of_rest_before_it() {
        let calendar = Calendar::builtin();
        // Monday 2026-11-23 is the last day in time.
        let (began, due) = (at("2026-11-20T09:00:00"), at("2026-11-24T00:00:00"));
        for (now, left, grade) in [
            ("2026-11-20T10:00:00", 1, Grade::Yellow),
            ("2026-11-22T10:00:00", 1, Grade::Yellow),
            ("2026-11-23T10:00:00", 0, Grade::Red),
            ("2026-11-24T00:00:00", -1, Grade::Expired),
        ] {
            assert_eq!(days_left(calendar, due, at(now)), left, "{now}");
            assert_eq!(lamp(calendar, began, Some(due), at(now)), grade, "{now}");
        }
    }

    #[test]
    fn late_is_late_by_a_day_at_least() {
        let calendar = Calendar::builtin();
        // Friday 2026-11-20 is the last day in time.
        let due = at("2026-11-21T00:00:00");
        for (now, late) in [
            ("2026-11-20T23:59:59", 0),
            ("2026-11-21T00:00:00", 1),
            ("2026-11-22T10:00:00", 1),
            ("2026-11-23T10:00:00", 1),
            ("2026-11-24T10:00:00", 2),
            ("2026-11-28T10:00:00", 5),
        ] {
            assert_eq!(days_late(calendar, due, at(now)), late, "{now}");
        }
    }
}
