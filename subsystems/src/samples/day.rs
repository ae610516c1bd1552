//! Days of samples that are told from today, so that a demo does not grow old: `today-3`, `today+10`,
//! `workday-2`, each also with an hour: `workday-2 09:20`; and `now-2h`.

use calendar::Calendar;
use jiff::civil::{Date, Time};
use jiff::{SignedDuration, ToSpan};
use kernel::Moment;

/// The date, or the date and hour, that the word stands for; `None` for any other text.
pub fn told(text: &str, now: Moment) -> Option<String> {
    if text.strip_prefix("now").is_some() {
        let at = moment(text, now)?.local();
        return Some(format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute()));
    }
    let (word, hour) = parted(text);
    let day = day(word, now.local_date())?;
    match hour {
        Some(hour) => Some(format!("{day} {:02}:{:02}", hour.hour(), hour.minute())),
        None => Some(day.to_string()),
    }
}

/// The moment that the word stands for, and never one to come.
pub fn moment(text: &str, now: Moment) -> Option<Moment> {
    if let Some(ago) = text.strip_prefix("now") {
        let hours: i64 = match ago {
            "" => 0,
            ago => ago.strip_prefix('-')?.strip_suffix('h')?.parse().ok()?,
        };
        let ago = SignedDuration::from_hours(hours).as_micros();
        return Some(Moment(now.0 - i64::try_from(ago).ok()?));
    }
    let (word, hour) = parted(text);
    let day = day(word, now.local_date())?;
    let at = Moment::from_local(day.to_datetime(hour?));
    Some(at.min(now))
}

fn parted(text: &str) -> (&str, Option<Time>) {
    match text.split_once(' ') {
        Some((word, hour)) => (word, hour.parse().ok()),
        None => (text, None),
    }
}

fn day(word: &str, today: Date) -> Option<Date> {
    if let Some(by) = word.strip_prefix("today") {
        return Some(today.saturating_add(by_days(by)?.days()));
    }
    let by = by_days(word.strip_prefix("workday")?)?;
    let calendar = Calendar::builtin();
    let n = by.unsigned_abs();
    Some(match by {
        ..0 => calendar.workday_before(today, n),
        0 => today,
        1.. => calendar.workday_after(today, n),
    })
}

/// ``, `-3`, `+10`.
fn by_days(text: &str) -> Option<i32> {
    match text.bytes().next() {
        None => Some(0),
        Some(b'+' | b'-') => text.parse().ok(),
        Some(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_told_from_today_and_other_texts_stay_what_they_are() {
        // Sunday 22 November 2026, 14:30 on the wall of the bureau.
        let now = Moment::from_local("2026-11-22T14:30:00".parse().expect("a local time"));
        let told = |text| told(text, now);
        for (word, day) in [
            ("today", "2026-11-22"),
            ("today-3", "2026-11-19"),
            ("today+10", "2026-12-02"),
            ("workday-1", "2026-11-20"),
            ("workday-3 09:20", "2026-11-18 09:20"),
            ("workday+1", "2026-11-23"),
            ("now-2h", "2026-11-22 12:30"),
        ] {
            assert_eq!(told(word).as_deref(), Some(day), "{word}");
        }
        for text in ["2026-11-22", "todays", "今天", "workdays-2", "today-x", ""] {
            assert_eq!(told(text), None, "{text}");
        }
        assert_eq!(
            moment("today 23:00", now),
            Some(now),
            "nothing lies in the future"
        );
        assert!(moment("workday-1", now).is_none(), "a moment has its hour");
    }
}
