//! "As of": a day or a moment in the query, read as people and links write it.

use kernel::Moment;

use crate::door::Visit;

/// What `as_of` asks for.
pub enum AsOf {
    Now,
    Then(Moment),
    /// Not a day and not a moment.
    Unreadable,
}

/// A day means its end: what was recorded by then.
pub fn as_of(visit: &Visit) -> AsOf {
    let Some(text) = visit.query.filled("as_of") else {
        return AsOf::Now;
    };
    match read(text) {
        Some(moment) if moment < visit.app().now() => AsOf::Then(moment),
        Some(_) => AsOf::Now,
        None => AsOf::Unreadable,
    }
}

/// A day or a moment as text.
pub fn read(text: &str) -> Option<Moment> {
    if let Ok(moment) = text.parse::<Moment>() {
        return Some(moment);
    }
    let text = codes::text::fold(text).replace(['/', '.'], "-");
    let mut parts = text.split('-');
    let year: i16 = parts.next()?.trim().parse().ok()?;
    let month: i8 = parts.next()?.trim().parse().ok()?;
    let day: i8 = parts.next()?.trim().parse().ok()?;
    let day = jiff::civil::Date::new(year, month, day).ok()?;
    let end = jiff::civil::Time::constant(23, 59, 59, 999_999_000);
    Some(Moment::from_local(day.to_datetime(end)))
}

/// A moment as people read it: `2027-03-01 09:30:12`.
pub fn moment_text(moment: Moment) -> String {
    let local = moment.local();
    let (hour, minute, second) = (local.hour(), local.minute(), local.second());
    format!("{} {hour:02}:{minute:02}:{second:02}", local.date())
}

/// The same without seconds, for lists.
pub fn moment_short(moment: Moment) -> String {
    let local = moment.local();
    format!("{} {:02}:{:02}", local.date(), local.hour(), local.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_means_its_end_on_the_wall_clock_of_the_bureau() {
        let day = read("2027-03-01").expect("a day");
        assert_eq!(moment_text(day), "2027-03-01 23:59:59");
        assert_eq!(read("2027/3/1"), Some(day));
        assert_eq!(read(&day.to_string()), Some(day));
        assert_eq!(read("2027-02-29"), None);
        assert_eq!(read("昨天"), None);
    }
}
