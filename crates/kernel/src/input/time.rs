//! Dates and moments as people and files write them.

use expr::Moment;
use jiff::civil::{Date, DateTime};

use super::half;

/// Dates as people and files write them: 2027-03-01, 2027/3/1, 2027.3.1, 20270301, 2027年3月1日.
pub(super) fn date(text: &str) -> Option<Date> {
    let text = half(text);
    let text = text
        .split_once([' ', 'T'])
        .map_or(text.as_str(), |(day, _)| day);
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        let year: i16 = text[..4].parse().ok()?;
        return real(year, &text[4..6], &text[6..]);
    }
    let text = text.strip_suffix('日').unwrap_or(text);
    let mut parts = text.split(['-', '/', '.', '年', '月']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || year.len() != 4 {
        return None;
    }
    real(year.parse().ok()?, month, day)
}

fn real(year: i16, month: &str, day: &str) -> Option<Date> {
    if !(1800..=2200).contains(&year) {
        return None;
    }
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

pub(super) fn moment(text: &str) -> Option<Moment> {
    let text = half(text);
    if let Ok(timestamp) = text.parse::<jiff::Timestamp>() {
        return Some(Moment::from_timestamp(timestamp));
    }
    let (day, time) = text.split_once([' ', 'T'])?;
    let time: jiff::civil::Time = time.trim().parse().ok()?;
    Some(Moment::from_local(DateTime::from_parts(date(day)?, time)))
}

#[cfg(test)]
mod tests {
    use super::date;

    #[test]
    fn dates_are_read_as_people_write_them() {
        for text in [
            "2027-03-01",
            "2027/3/1",
            "2027.3.1",
            "20270301",
            "2027年3月1日",
            "２０２７-０３-０１",
        ] {
            assert_eq!(
                date(text).map(|d| d.to_string()).as_deref(),
                Some("2027-03-01"),
                "{text}"
            );
        }
        for text in [
            "2027-02-29",
            "27-03-01",
            "2027-13-01",
            "今天",
            "",
            "2027-3-1-4",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }
}
